"""A SQLite file as a store's ground: opened or refused, read in snapshots, written whole."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from landgis.errors import StoreError
from landgis.store.connection import Connection, Row, quoted
from landgis.store.ground import (
    NOT_A_STORE,
    SCHEMA_VERSION,
    missing,
    refusal,
    refuse_newer,
    scripts,
)
from landgis.store.interface import READY

APPLICATION_ID = 0x4C474953
"""'LGIS' in the header of the file: a database with another mark is not a store."""

LOG_BYTES = 16 << 20
"""What a large change leaves of the write-ahead log once it is in the file."""

CACHE_KB = 64 << 10
"""The pages of the file that a connection may keep in memory."""

PAGE_BYTES = 16384
"""A fact takes about 1,300 bytes: a dozen fill such a page, and neighbours are read at once."""

PAUSE_S = 0.02
"""Between two attempts at what SQLite does not wait for itself."""

COPIED_PAGES = 1024
"""Pages that a backup copies before it tells how far it is."""

_MAGIC = b"SQLite format 3\x00"

_MEETS = "west <= :east AND east >= :west AND south <= :north AND north >= :south"

DAMAGED = ("it is damaged; restore it from a backup.", "文件已损坏，请从备份恢复。")
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
    sqlite3.SQLITE_NOTADB: NOT_A_STORE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_IOERR: (
        "reading or writing it failed; check the disk and try again.",
        "读写失败，请检查磁盘后重试。",
    ),
}


class SqliteConnection(sqlite3.Connection):
    """A connection of sqlite3 that also takes rows in bulk."""

    def stream(self, sql: str) -> Iterable[Row]:
        """The rows of a statement, a few at a time."""
        return self.execute(sql)

    def script(self, statements: Iterable[str]) -> None:
        """Run statements without values, one after the other."""
        for statement in statements:
            self.execute(statement)

    def bulk(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert many rows."""
        marks = ", ".join("?" * len(columns))
        self.executemany(f"INSERT INTO {table} ({quoted(columns)}) VALUES ({marks})", rows)

    def index_bounds(self, layer: str, bounds: Iterable[Row]) -> None:
        """Enter ``fact, west, south, east, north`` into the R-tree of the layer."""
        self.bulk(f"{layer}_extent", ("fact", "west", "south", "east", "north"), bounds)

    def near(self, layer: str) -> str:
        """The condition on facts that bounds meet the box ``:west, :south, :east, :north``."""
        return f"fact IN (SELECT fact FROM {layer}_extent WHERE {_MEETS})"

    def around(self, layer: str) -> str:
        """The condition on facts that bounds meet a box of the table ``asked``: west to north."""
        meets = (
            "e.west <= a.east AND e.east >= a.west AND e.south <= a.north AND e.north >= a.south"
        )
        return f"fact IN (SELECT e.fact FROM asked a CROSS JOIN {layer}_extent e ON {meets})"

    def boxed(self, layer: str) -> str:
        """The ready features that meet the box, after FROM; walked from the R-tree to the table."""
        near = f"SELECT fact FROM {layer}_extent WHERE {_MEETS}"
        return f"({near}) CROSS JOIN {READY[layer]} USING (fact)"

    def meeting(self, layer: str) -> str:
        """The condition of ``near`` on ready features, asked of one after the other."""
        mine = f"e.fact = {READY[layer]}.fact AND {_MEETS}"
        return f"EXISTS (SELECT 1 FROM {layer}_extent e WHERE {mine})"

    def as_bytes(self, text: str) -> str:
        """The UTF-8 of a text."""
        return f"CAST({text} AS BLOB)"

    def columns(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns of a table, and which of them are its key."""
        info = self.execute(f"PRAGMA table_info({table})").fetchall()
        keys = sorted((row for row in info if row[5]), key=lambda row: row[5])
        return tuple(row[1] for row in info), tuple(row[1] for row in keys)


class SqliteGround:
    """One SQLite file, one connection a thread; what is committed is on the disk."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._own = threading.local()
        self._all: list[SqliteConnection] = []
        self._lock = threading.Lock()

    @classmethod
    def at(cls, path: Path, *, create: bool, timeout_s: float) -> SqliteGround:
        """The ground at ``path``; raises ``StoreError`` for what is missing or no store."""
        if not inspect(path) and not create:
            raise missing(path)
        return cls(path, timeout_s)

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def _connection(self) -> SqliteConnection:
        if not hasattr(self._own, "db"):
            self._own.db = self._connect()
        db: SqliteConnection = self._own.db
        return db

    def _connect(self) -> SqliteConnection:
        db = sqlite3.connect(
            self.path,
            timeout=self._timeout_s,
            isolation_level=None,
            check_same_thread=False,
            factory=SqliteConnection,
        )
        with self._lock:
            self._all.append(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        db.execute(f"PRAGMA cache_size = {-CACHE_KB}")
        return db

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """One snapshot: what others commit meanwhile is not seen."""
        with self._transaction("BEGIN") as db:
            yield db
            db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """One transaction, all or nothing; a block that rolled back itself has written nothing."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db
            if db.in_transaction:
                db.execute("COMMIT")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[SqliteConnection]:
        with self._told() as db:
            db.execute(begin)
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def asking(self) -> AbstractContextManager[SqliteConnection]:
        """A connection to read by; each statement may see what was committed since the last."""
        return self._told()

    @contextmanager
    def _told(self) -> Iterator[SqliteConnection]:
        """The connection; what SQLite complains of becomes a sentence."""
        try:
            yield self._connection()
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in _REFUSED:
                raise
            raise refusal(self.path, *_REFUSED[code]) from error

    def version(self, db: Connection) -> int:
        """The schema version of the file, 0 for one with nothing in it; refuses a stranger's."""
        application = int(db.execute("PRAGMA application_id").fetchone()[0])
        found = int(db.execute("PRAGMA user_version").fetchone()[0])
        if application == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0
        if application != APPLICATION_ID:
            raise refusal(self.path, *NOT_A_STORE)
        refuse_newer(self.path, found)
        return found

    def migrate(self, db: Connection, found: int, crs: int) -> None:  # noqa: ARG002
        """Bring the tables from version ``found`` to the newest; polygons here have no CRS."""
        db.script(scripts(found))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def prepare(self) -> None:
        """Let readers read while one writes, for good: the file remembers it."""
        with self._told() as db:
            db.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # heard where the file is still empty
            self._switch(db)

    def _switch(self, db: Connection) -> None:
        """To the write-ahead log; of two that switch at once SQLite lets neither wait."""
        until = monotonic() + self._timeout_s
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
                sleep(PAUSE_S)
            else:
                return

    def copy(self, target: Path, tell: Callable[[float], None] | None = None) -> None:
        """Copy all of it as it is now into a new file, whole or not at all, while others write."""
        with self._told():
            self._copy(target, tell)

    def _copy(self, target: Path, tell: Callable[[float], None] | None) -> None:
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        try:
            with closing(self._connect()) as source, closing(_plain(part)) as copy:
                source.execute("PRAGMA query_only = ON")
                source.execute("BEGIN")  # one snapshot, or each change begins the copy again
                source.execute("SELECT 1 FROM sqlite_master").fetchone()
                source.backup(copy, pages=COPIED_PAGES, progress=tell and partial(_share, tell))
                source.execute("ROLLBACK")
                copy.execute("DELETE FROM attempts")
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(target)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_FULL:
                raise
            raise refusal(target, *_REFUSED[sqlite3.SQLITE_FULL]) from error
        finally:
            for ending in ("", "-journal"):
                part.with_name(part.name + ending).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Nothing: every plan here is fixed by the way the question is put."""

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


def _share(tell: Callable[[float], None], _status: int, left: int, pages: int) -> None:
    tell(1 - left / max(pages, 1))


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def is_damage(error: StoreError) -> bool:
    """Whether the file itself is what is wrong."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


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
