"""Who is writing: an attempt that outlives its process tells of a change that never was.

The row comes in a transaction of its own, and goes in the transaction of the change itself. So what
is found of a process that is gone was not written at all: there is nothing between.
"""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path

from landgis.store.connection import Connection
from landgis.store.interface import Attempt


def begin(db: Connection, command: str, at: str) -> str:
    """Note that this process is about to write; forgets those that are gone."""
    for name, process, *_ in db.execute("SELECT * FROM attempts").fetchall():
        if not _runs(process):
            end(db, name)
    attempt = uuid.uuid4().hex
    db.execute("INSERT INTO attempts VALUES (?, ?, ?, ?)", (attempt, process_name(), at, command))
    return attempt


def end(db: Connection, attempt: str) -> None:
    """Forget an attempt: it was written, or refused."""
    db.execute("DELETE FROM attempts WHERE attempt = ?", (attempt,))


def interrupted(db: Connection) -> tuple[Attempt, ...]:
    """What was begun by processes that are gone, in the order of time."""
    found = db.execute("SELECT process, command, at FROM attempts ORDER BY at").fetchall()
    return tuple(Attempt(c, datetime.fromisoformat(at)) for p, c, at in found if not _runs(p))


@cache
def _here() -> str:
    return socket.gethostname()


def process_name() -> str:
    """This process, by machine, number and start: numbers are used again."""
    return f"{_here()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where it is gone."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return said.rpartition(")")[2].split()[19]


def _runs(process: str) -> bool:
    """Whether a process runs; of another machine's nobody here can tell, so it is said to."""
    machine, pid, started = process.rsplit(":", 2)
    return machine != _here() or (bool(started) and _started(int(pid)) == started)
