"""A SQLite file as a store's ground: opened or refused, read in snapshots, written whole."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path

from landgis.errors import StoreError

APPLICATION_ID = 0x4C474953
"""'LGIS' in the header of the file: a database with another mark is not a store."""

SCHEMA_VERSION = 2

_MAGIC = b"SQLite format 3\x00"

_REFUSED = {
    sqlite3.SQLITE_BUSY: (
        "another command is writing to it; wait until it ends and try again.",
        "另一个命令正在写入，请待其结束后重试。",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk is full, nothing was written; free some space and try again.",
        "磁盘已满，未写入任何内容；请清理空间后重试。",
    ),
    sqlite3.SQLITE_READONLY: (
        "it cannot be written; copy it to a place where you may write.",
        "该位置不可写，请复制到可写的位置。",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened or made there; choose a folder that exists and may be written.",
        "无法在该位置打开或新建，请选择已存在且可写的文件夹。",
    ),
    sqlite3.SQLITE_NOTADB: (
        "it is not a landgis store; choose another file.",
        "该文件不是 landgis 数据库，请另选文件。",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged; restore it from a backup.",
        "文件已损坏，请从备份恢复。",
    ),
    sqlite3.SQLITE_IOERR: (
        "reading or writing it failed; check the disk and try again.",
        "读写失败，请检查磁盘后重试。",
    ),
}


class Database:
    """One SQLite file, one connection a thread; what is committed is on the disk."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "db"):
            self._own.db = self._connect()
        db: sqlite3.Connection = self._own.db
        return db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False
        )
        with self._lock:
            self._all.append(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        return db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot: what others commit meanwhile is not seen."""
        with self._transaction("BEGIN") as db:
            yield db
            db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; a block that rolled back itself has written nothing."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db
            if db.in_transaction:
                db.execute("COMMIT")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._told() as db:
            db.execute(begin)
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[sqlite3.Connection]:
        """The connection; what SQLite complains of becomes a sentence."""
        try:
            yield self._connection()
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in _REFUSED:
                raise
            raise refusal(self.path, *_REFUSED[code]) from error

    def keep_a_log(self) -> None:
        """Let readers read while one writes, for good: the file remembers it."""
        with self._told() as db:
            db.execute("PRAGMA journal_mode = WAL")

    def copy(self, target: Path) -> None:
        """Copy all of it as it is now into a new file, whole or not at all, while others write."""
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        try:
            with self._told(), closing(self._connect()) as source, closing(_plain(part)) as copy:
                source.execute("PRAGMA query_only = ON")
                source.backup(copy)
                copy.execute("DELETE FROM attempts")
                copy.execute("PRAGMA journal_mode = DELETE")
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def size_bytes(self) -> int:
        """The size of the file and of its write-ahead log."""
        log = self.path.with_name(self.path.name + "-wal")
        return sum(p.stat().st_size for p in (self.path, log) if p.exists())

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            for db in self._all:
                db.close()
            self._all.clear()
        self._own = threading.local()


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def refusal(path: Path, en: str, zh: str) -> StoreError:
    """The error about the store at ``path``."""
    return StoreError(f"the store '{path}': {en}", f"数据库“{path}”：{zh}")


def inspect(path: Path) -> bool:
    """Whether there is a file to open at ``path``; raises ``StoreError`` for what is no store."""
    if path.is_dir():
        raise refusal(path, "it is a folder; name a file.", "这是文件夹，请指定文件。")
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise refusal(path, *_REFUSED[sqlite3.SQLITE_NOTADB])
    return True


def version(db: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file, 0 for one with nothing in it; refuses a stranger's."""
    application = int(db.execute("PRAGMA application_id").fetchone()[0])
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if application == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        return 0
    if application != APPLICATION_ID:
        raise refusal(path, *_REFUSED[sqlite3.SQLITE_NOTADB])
    if found > SCHEMA_VERSION:
        raise refusal(
            path,
            f"it was written by a newer landgis (schema {found}, this one knows "
            f"{SCHEMA_VERSION}); update landgis.",
            f"由更新版本的 landgis 写入（结构版本 {found}，本程序支持 {SCHEMA_VERSION}），"
            "请升级 landgis。",
        )
    return found


def migrate(db: sqlite3.Connection, found: int) -> None:
    """Bring the tables from version ``found`` to ``SCHEMA_VERSION`` inside the transaction."""
    scripts = resources.files("landgis.store") / "schema"
    for number in range(found + 1, SCHEMA_VERSION + 1):
        for statement in _statements((scripts / f"{number:03}.sql").read_text("utf-8")):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
