"""A store into a file while others write, and back; a copy is proven before it takes a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from landgis import audit
from landgis.audit import Anchor
from landgis.errors import StoreError, UsageError, why_zh
from landgis.store import Store, open_store
from landgis.store.progress import Tell
from landgis.store.progress import part as share
from landgis.store.sqlite import is_damage


@dataclass(frozen=True)
class Copy:
    """A copy of a store: where it is, its newest revision and the head of its chain."""

    path: Path
    rev: int
    head: Anchor


def backup(store: Store, target: Path, progress: Tell = None) -> Copy:
    """Copy ``store`` into the new file ``target``; raises ``UsageError`` if there is one.

    ``progress`` is told the share of the work that is done, 0 to 1.
    """
    if target.exists():
        raise UsageError(
            f"'{target}' is there already: name a new file.", f"“{target}”已存在：请指定新文件。"
        )
    _need_folder(target)
    with _writing(target):
        store.backup(target, progress)
    return _copy(target)


def _need_folder(target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise UsageError(
            f"there is no folder for '{target}': make it, or name another file.",
            f"“{target}”所在的目录不存在：请先新建，或指定其他文件。",
        )


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """What the system refuses of a file becomes a ``UsageError``."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"'{target}' cannot be written ({error.strerror}): name another file.",
            f"无法写入“{target}”（{why_zh(error)}）：请指定其他文件。",
        ) from error


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    """A damage is the backup's, also where its copy shows it."""
    try:
        yield
    except StoreError as error:
        if not is_damage(error):
            raise
        raise StoreError(
            f"the backup '{source}' is damaged, nothing was restored: use another backup.",
            f"备份“{source}”已损坏，未恢复任何内容：请使用其他备份。",
        ) from error


def restore(
    source: Path,
    target: Path,
    *,
    verify: bool,
    known: Anchor | None = None,
    force: bool = False,
    progress: Tell = None,
) -> Copy:
    """Make the backup ``source`` the store at ``target``; one that is there needs ``force``.

    The copy is made beside its place and takes it last, so that a failure leaves all as it was.
    With ``verify`` every hash is made again first, and the chain must hold the printed head
    ``known``. Raises ``StoreError`` where it is not whole.
    """
    if target.exists() and not force:
        raise UsageError(
            f"there is a store at '{target}' already: --force replaces it, or name another place.",
            f"“{target}”处已有数据库：如需覆盖请加 --force，或另选位置。",
        )
    _need_folder(target)
    if not source.stat().st_size:
        raise UsageError(
            f"'{source}' is empty: use another backup.", f"“{source}”是空文件：请使用其他备份。"
        )
    part = target.with_name(target.name + ".restoring")
    with _writing(target):
        part.unlink(missing_ok=True)
        return _restored(source, target, part, verify=verify, known=known, progress=progress)


def _restored(
    source: Path, target: Path, part: Path, *, verify: bool, known: Anchor | None, progress: Tell
) -> Copy:
    """The backup as ``part``, proven, and then in its place."""
    try:
        with _reading(source):
            _copied(source, part, share(progress, 0, 0.2 if verify else 1))
            found = _copy(part)
            if verify:
                _prove(part, known, share(progress, 0.2, 1))
        if target.exists():
            _refuse_in_use(target)
            _unlink(target, "-wal", "-shm")  # a log of the old file would be played into the new
        part.replace(target)
    finally:
        _unlink(part, "", "-wal", "-shm")
    return Copy(target, found.rev, found.head)


def _unlink(path: Path, *endings: str) -> None:
    for ending in endings:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _refuse_in_use(target: Path) -> None:
    """Raise ``StoreError`` while another program has the store open: its log then stays."""
    try:
        open_store(target).close()
    except StoreError:
        return  # damaged or no store: there is nothing to spare
    if target.with_name(target.name + "-wal").exists():
        raise StoreError(
            f"the store '{target}' is in use: stop the server and other commands first.",
            f"数据库“{target}”正在使用：请先停止服务和其他命令。",
        )


def _copied(source: Path, target: Path, progress: Tell) -> None:
    backup = open_store(source)
    try:
        backup.backup(target, progress)
    finally:
        backup.close()


def _copy(path: Path) -> Copy:
    store = open_store(path)
    try:
        return Copy(path, store.head(), head(store))
    finally:
        store.close()


def head(store: Store) -> Anchor:
    """The head of a store's chain: what is printed to fix it."""
    *_, newest = store.chain()
    return audit.head(newest)


def _prove(path: Path, known: Anchor | None, progress: Tell) -> None:
    store = open_store(path)
    try:
        flaw = store.verify(known, progress=progress)
    finally:
        store.close()
    if flaw:
        raise StoreError(
            f"the backup is not whole, nothing was restored: {flaw.en}; use another backup.",
            f"备份不完整，未恢复任何内容：{flaw.zh}；请使用其他备份。",
        )
