"""Parsing apart: one child process a file; a sentence if it fails, hangs or dies."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import signal
import stat
import threading
import time
import warnings
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from landgis import errors
from landgis.errors import LandgisError, UnreadableFile
from landgis.readers import formats
from landgis.readers.confine import confine, seconds
from landgis.readers.parcel import pack, unpack
from landgis.readers.parts import parts
from landgis.stations import RawLayer

ANSWER = "answer.json"
FIRST_FREE = 3


TICK_S = 0.2
"""How often it is said that a parser is still at work."""


def apart(
    path: Path,
    layer: str | None,
    encoding: str | None,
    room: Path,
    tick: Callable[[], None] | None = None,
) -> RawLayer:
    """``formats.parse`` in a process of its own, whose only way back is the folder ``room``."""
    size = _size(path)
    process = _started(path, layer, encoding, room, size)
    try:
        _wait(process, seconds(size), tick)
        hung = process.is_alive()
    finally:
        process.kill()
        process.join()
    if hung or process.exitcode in (-signal.SIGXCPU, -signal.SIGALRM):
        raise _refusal("takes too long to read", "读取时间过长", path)
    if not (room / ANSWER).is_file() or process.exitcode != 0:
        raise _refusal("breaks its parser", "导致解析程序异常退出", path)
    return _answer(room)


def _wait(process: BaseProcess, longest_s: float, tick: Callable[[], None] | None) -> None:
    """Until the child ends, at most so long."""
    if tick is None:
        process.join(longest_s)
        return
    until = time.monotonic() + longest_s
    while process.is_alive() and time.monotonic() < until:
        process.join(TICK_S)
        tick()


def _started(
    path: Path, layer: str | None, encoding: str | None, room: Path, size: int
) -> BaseProcess:
    """A child: forked at once where this process has one thread, else by a server without any."""
    alone = threading.active_count() == 1
    context: Any = multiprocessing.get_context("fork" if alone else "forkserver")
    if not alone:
        context.set_forkserver_preload(["landgis.readers.formats"])
    process: BaseProcess = context.Process(
        target=_work, args=(path, layer, encoding, room, size, alone), daemon=True
    )
    with warnings.catch_warnings(action="ignore"):
        process.start()
    return process


def _work(
    path: Path, layer: str | None, encoding: str | None, room: Path, size: int, forked: bool
) -> None:
    if forked:
        _let_go()
    confine(room, size)
    try:
        said = pack(formats.parse(path, layer, encoding), room)
    except LandgisError as error:
        said = {"error": type(error).__name__, "zh": error.zh, "en": error.en, "file": error.file,
                "row": error.row, "column": error.column}  # fmt: skip
    except MemoryError:
        said = {"error": "memory", "file": path.name}
    (room / ANSWER).write_text(json.dumps(said), encoding="utf-8")


def _let_go() -> None:
    """Close what the parent had open, the record and its connections first of all.

    Pipes stay: by one of them the parent sees that the child is alive. So do files that can only
    be read: libraries go on with the tables of coordinate systems they have opened.
    """
    for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        try:
            mode = os.fstat(number).st_mode
            access = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
        except OSError:
            continue
        kept = stat.S_ISFIFO(mode) or (stat.S_ISREG(mode) and access == os.O_RDONLY)
        if number >= FIRST_FREE and not kept:
            os.close(number)


def _answer(room: Path) -> RawLayer:
    said = json.loads((room / ANSWER).read_text(encoding="utf-8"))
    match said.get("error"):
        case None:
            return unpack(said, room)
        case "memory":
            raise _refusal("needs too much memory", "需要的内存过多", Path(said["file"]))
        case name:
            kind: type[LandgisError] = getattr(errors, name)
            raise kind(said["en"], said["zh"], file=said["file"], row=said["row"],
                       column=said["column"])  # fmt: skip


def _refusal(en: str, zh: str, path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"the file {en}: it is broken or made to do harm; export it again.",
        f"该文件{zh}：文件已损坏或具有恶意；请重新导出。",
        file=path.name,
    )


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in parts(path) if part is not None)
