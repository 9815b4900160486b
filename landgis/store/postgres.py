"""A schema of a PostgreSQL database with PostGIS as a store's ground."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format, TransactionStatus
from psycopg.sql import SQL, Identifier

from landgis.errors import StoreError, UsageError
from landgis.store import copying
from landgis.store.connection import Connection, Row, quoted
from landgis.store.dialect import REFUSE, marked, translated
from landgis.store.ground import SCHEMA_VERSION, refusal, refuse_newer, scripts
from landgis.store.interface import READY, TABLES
from landgis.store.sqlite import SqliteGround

SCHEMA = "landgis"
"""The schema of a store whose address names none."""

OLDEST_SERVER, OLDEST_POSTGIS = 15, (3, 3)

_MARK = "landgis store, schema "

_MEETS = "lonlat && ST_MakeEnvelope(:west, :south, :east, :north, 4490)"

_BUSY = (
    "another command is writing to it; wait until it ends and try again.",
    "另一个命令正在写入，请待其结束后重试。",
)
_LOST = (
    "the connection to the server was lost; what was not confirmed was not written unless "
    "`landgis revisions list` shows it; try again.",
    "与数据库服务器的连接中断；未确认的内容若不在 landgis revisions list 中则未写入，请重试。",
)
_UNREACHABLE = (
    "the server cannot be reached; check that it runs and that the address is right.",
    "无法连接数据库服务器，请检查服务器是否运行、地址是否正确。",
)
_REFUSED: Mapping[type[psycopg.Error], tuple[str, str]] = {
    errors.LockNotAvailable: _BUSY,
    errors.DiskFull: (
        "the disk of the server is full, nothing was written; free some space and try again.",
        "服务器磁盘已满，未写入任何内容；请清理空间后重试。",
    ),
    errors.ReadOnlySqlTransaction: (
        "the server takes no changes (it is a copy or read-only); name the one that does.",
        "服务器只读，无法写入；请改用可写的服务器。",
    ),
    errors.InsufficientPrivilege: (
        "this user may not do that there; ask the administrator of the database for the right.",
        "当前用户没有相应权限，请联系数据库管理员授权。",
    ),
    errors.InvalidCatalogName: (
        "there is no such database on the server; make it with `createdb`.",
        "服务器上没有该数据库，请先用 createdb 创建。",
    ),
    errors.InvalidPassword: (
        "the server refuses the user or the password; check both.",
        "服务器拒绝该用户或密码，请核对。",
    ),
    errors.InvalidAuthorizationSpecification: (
        "the server refuses the user; check the name and what the server allows.",
        "服务器拒绝该用户，请核对用户名及服务器的访问规则。",
    ),
    errors.TooManyConnections: (
        "the server has no connection left; try again later.",
        "服务器连接数已满，请稍后重试。",
    ),
    errors.CharacterNotInRepertoire: (
        "a text holds a character that the database cannot keep; mend the data.",
        "文本含有数据库无法保存的字符，请更正数据。",
    ),
}

_NOT_ADDED = (errors.InsufficientPrivilege, errors.UndefinedFile, errors.FeatureNotSupported)


class _Polygon(Loader):
    """Extended WKB of PostGIS as plain WKB: the CRS is the column's."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        """Take the flag and the number of the CRS out."""
        raw = bytes(data)
        if not raw[4] & 0x20:
            return raw
        return raw[:4] + bytes((raw[4] & 0xDF,)) + raw[9:]


class _Day(Loader):
    """A date as ISO text."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """Count from 2000-01-01."""
        return _iso(bytes(data))


@lru_cache(maxsize=100_000)
def _iso(data: bytes) -> str:
    return str(np.datetime64("2000-01-01", "D") + int.from_bytes(data, "big", signed=True))


class _Flag(Loader):
    """A flag as 0 or 1."""

    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        """One byte."""
        return bytes(data)[0]


class PostgresConnection:
    """A connection of psycopg with the face of sqlite3's."""

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.raw = raw

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""
        return self.raw.info.transaction_status is not TransactionStatus.IDLE

    def execute(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /
    ) -> psycopg.Cursor[Row]:
        """Run one statement."""
        cursor = self.raw.cursor(binary=True)
        return cursor.execute(marked(sql).encode(), parameters or None)

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows of a statement, a few thousand at a time."""
        with self.raw.cursor(name="streamed", binary=True) as cursor:
            cursor.itersize = 5_000
            yield from cursor.execute(sql.encode())

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> psycopg.Cursor[Row]:
        """Run one statement for each of ``parameters``."""
        cursor = self.raw.cursor()
        cursor.executemany(marked(sql).encode(), parameters)
        return cursor

    def script(self, statements: Iterable[str]) -> None:
        """Run statements without values, all at once."""
        self.raw.execute(";\n".join(one.rstrip().rstrip(";") for one in statements).encode())

    def bulk(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Copy many rows in."""
        at = columns.index("geometry") if "geometry" in columns else None
        said = f"COPY {table} ({quoted(columns)}) FROM STDIN"
        with self.raw.cursor() as cursor, cursor.copy(said.encode()) as copy:
            for row in rows if at is None else _in_hex(rows, at):
                copy.write_row(row)

    def index_bounds(self, layer: str, bounds: Iterable[Row]) -> None:
        """Nothing: the bounds of ready features are indexed."""

    def near(self, layer: str) -> str:
        """The condition on facts that bounds meet the box ``:west, :south, :east, :north``."""
        # An array is found by the index beside another condition (OR); IN would read every fact.
        return f"fact = ANY (ARRAY(SELECT fact FROM {READY[layer]} WHERE {_MEETS}))"

    def around(self, layer: str) -> str:
        """The condition on facts that bounds meet a box of the table ``asked``: west to north."""
        box = "ST_MakeEnvelope(a.west, a.south, a.east, a.north, 4490)"
        return f"fact IN (SELECT e.fact FROM asked a JOIN {READY[layer]} e ON e.lonlat && {box})"

    def boxed(self, layer: str) -> str:
        """The ready features that meet the box, after FROM."""
        return f"(SELECT * FROM {READY[layer]} WHERE {_MEETS}) AS {READY[layer]}"

    def meeting(self, layer: str) -> str:  # noqa: ARG002
        """The condition of ``near`` on ready features, asked of one after the other."""
        return _MEETS

    def as_bytes(self, text: str) -> str:
        """The UTF-8 of a text."""
        return f"convert_to({text}, 'UTF8')"

    def columns(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns of a table that are kept, and which of them are its key."""
        found = self.execute(
            "SELECT attname, array_position(indkey::int2[], attnum) FROM pg_attribute "
            "JOIN pg_index ON indrelid = attrelid AND indisprimary "
            "WHERE attrelid = to_regclass(?) AND attnum > 0 AND attgenerated = '' ORDER BY attnum",
            (table,),
        ).fetchall()
        keys = sorted((place, name) for name, place in found if place is not None)
        return tuple(name for name, _ in found), tuple(name for _, name in keys)


def _in_hex(rows: Iterable[Row], at: int) -> Iterator[Row]:
    for row in rows:
        shape = row[at]
        yield (*row[:at], shape if shape is None else shape.hex(), *row[at + 1 :])


class PostgresGround:
    """One schema of a database; connections are kept and lent, one to a transaction."""

    def __init__(self, address: str, name: str, schema: str, timeout_s: float) -> None:
        self.name = name
        self._address = address
        self._schema = schema
        self._timeout_s = timeout_s
        self._idle: list[PostgresConnection] = []
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def at(cls, url: str, *, timeout_s: float) -> PostgresGround:
        """The ground at ``postgresql://user@host/database?schema=NAME``."""
        address, schema = _taken_apart(url)
        return cls(address, _shown(url, address), schema, timeout_s)

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """One snapshot: what others commit meanwhile is not seen."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY") as db:
            yield db

    @contextmanager
    def asking(self) -> Iterator[PostgresConnection]:
        """Statements without a transaction: beginning and ending one are two ways to the server."""
        with self._told():
            db = self._kept() or self._connect()
            try:
                yield db
            except psycopg.OperationalError:
                self._drop_idle()
                raise
            finally:
                self._give_back(db)

    def _kept(self) -> PostgresConnection | None:
        """A connection that lies idle; one that the server spoke to meanwhile was ended by it."""
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept and _is_told(kept.raw):
            kept.raw.close()
            return None
        return kept

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """One transaction, all or nothing; writers of one store wait for each other."""
        with self._transaction("BEGIN") as db:
            self._wait_for(db, self._schema)
            yield db
            if db.in_transaction:
                db.execute("COMMIT")

    def _wait_for(self, db: Connection, what: str) -> None:
        """Be alone with ``what`` until the transaction ends."""
        db.execute(f"SET LOCAL lock_timeout = {max(1, round(1000 * self._timeout_s))}")
        db.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (_MARK + what,))

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[PostgresConnection]:
        with self._told():
            db = self._begun(begin)
            try:
                yield db
            finally:
                self._give_back(db)

    def _begun(self, begin: str) -> PostgresConnection:
        """A connection in a transaction; one that died while it lay idle is replaced."""
        kept = self._kept()
        if kept:
            try:
                kept.execute(begin)
            except psycopg.OperationalError:
                kept.raw.close()
                self._drop_idle()
            else:
                return kept
        db = self._connect()
        db.execute(begin)
        return db

    def _give_back(self, db: PostgresConnection) -> None:
        if not db.raw.closed and db.in_transaction:
            try:
                db.raw.execute("ROLLBACK")
            except psycopg.OperationalError:
                db.raw.close()
        with self._lock:
            if not (db.raw.closed or self._closed):
                self._idle.append(db)
                return
        db.raw.close()

    def _connect(self) -> PostgresConnection:
        try:
            raw: psycopg.Connection[Row] = psycopg.connect(self._address, autocommit=True)
        except psycopg.OperationalError as error:
            raise refusal(self.name, *_unconnected(error)) from error
        if raw.info.server_version < 10_000 * OLDEST_SERVER:
            raw.close()
            raise refusal(
                self.name,
                f"the server is older than PostgreSQL {OLDEST_SERVER}; update it.",
                f"服务器版本低于 PostgreSQL {OLDEST_SERVER}，请升级。",
            )
        self._adapt(raw)
        return PostgresConnection(raw)

    def _adapt(self, raw: psycopg.Connection[Row]) -> None:
        found = raw.execute(
            "SELECT nspname, 'geometry' FROM pg_extension e JOIN pg_namespace n "
            "ON n.oid = e.extnamespace WHERE extname = 'postgis'"
        ).fetchone()
        places = [self._schema, *([found[0]] if found else []), "public"]
        path = SQL(", ").join(map(Identifier, dict.fromkeys(places)))
        # Compiling a plan costs more than any answer here that is waited for.
        raw.execute(SQL("SET search_path = {}; SET jit = off").format(path))
        raw.adapters.register_loader("date", _Day)
        raw.adapters.register_loader("bool", _Flag)
        if found:
            oid = raw.execute("SELECT 'geometry'::regtype::oid").fetchone()
            raw.adapters.register_loader(int(oid[0]) if oid else 0, _Polygon)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the server complains of becomes a sentence."""
        try:
            yield
        except psycopg.Error as error:
            said = next((_REFUSED[kind] for kind in type(error).__mro__ if kind in _REFUSED), None)
            if said is None and _is_loss(error):
                said = _LOST
            if said is None:
                raise
            raise refusal(self.name, *said) from error

    def version(self, db: Connection) -> int:
        """The version of the tables of the schema, 0 where there are none."""
        found = db.execute(
            "SELECT obj_description(n.oid, 'pg_namespace'), "
            "EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid) "
            "FROM pg_namespace n WHERE nspname = ?",
            (self._schema,),
        ).fetchone()
        if found is None or not (found[1] or str(found[0]).startswith(_MARK)):
            return 0
        if not str(found[0]).startswith(_MARK):
            raise refusal(
                self.name,
                f"its schema '{self._schema}' holds tables of another program; name another with "
                "?schema=NAME.",
                f"模式“{self._schema}”中已有其他程序的表，请用 ?schema=名称 另选。",
            )
        version = int(str(found[0]).removeprefix(_MARK))
        refuse_newer(self.name, version)
        return version

    def prepare(self) -> None:
        """See that PostGIS is there, and new enough."""
        with self._told(), self._transaction("BEGIN") as db:
            if not _postgis(db):
                self._wait_for(db, "postgis")  # IF NOT EXISTS does not wait for who adds it too
                self._add_postgis(db)
            found = str(_postgis(db))
            db.execute("COMMIT")
        self._drop_idle()
        if tuple(int(n) for n in found.split(".")[:2]) < OLDEST_POSTGIS:
            raise refusal(
                self.name,
                f"its PostGIS {found} is older than 3.3; update it.",
                f"PostGIS 版本 {found} 低于 3.3，请升级。",
            )

    def _add_postgis(self, db: Connection) -> None:
        try:
            db.execute("CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public")
        except _NOT_ADDED as error:
            raise refusal(
                self.name,
                "the database has no PostGIS; its administrator adds it with "
                "`CREATE EXTENSION postgis`.",
                "该数据库没有 PostGIS，请管理员执行 CREATE EXTENSION postgis。",
            ) from error

    def migrate(self, db: Connection, found: int, crs: int) -> None:
        """Bring the tables from version ``found`` to the newest inside the transaction."""
        schema = Identifier(self._schema).as_string()
        said = [f"CREATE SCHEMA IF NOT EXISTS {schema}", REFUSE]
        said += [one for statement in scripts(found) for one in translated(statement, crs)]
        said += [f"COMMENT ON SCHEMA {schema} IS '{_MARK}{SCHEMA_VERSION}'"]
        db.script(said)

    def copy(self, target: Path, tell: Callable[[float], None] | None = None) -> None:
        """Copy all of it as it is now into a store in a new file, while others write."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".landgis-") as folder:
            ground = SqliteGround(Path(folder) / "copy.db", self._timeout_s)
            try:
                copying.copy(self, ground, tell)
                ground.copy(target)
            finally:
                ground.close()

    def tidy(self) -> None:
        """Let the server look at its tables again, as it would by itself some minutes later.

        Without it the first who read after a large change wait for wrong plans and for old marks.
        Where it fails nothing is lost but that.
        """
        with suppress(StoreError, psycopg.Error), closing(self._connect().raw) as raw:
            raw.execute(SQL("VACUUM (ANALYZE) {}").format(SQL(", ").join(map(Identifier, TABLES))))

    def size_bytes(self) -> int:
        """The size of the tables with their indexes."""
        with self.reading() as db:
            found = db.execute(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ? AND relkind = 'r'",
                (self._schema,),
            ).fetchall()
        return int(found[0][0])

    def _drop_idle(self) -> None:
        with self._lock:
            for db in self._idle:
                db.raw.close()
            self._idle.clear()

    def close(self) -> None:
        """Close every connection; one that is lent is closed when it comes back."""
        self._closed = True
        self._drop_idle()


def _postgis(db: Connection) -> str | None:
    found = db.execute("SELECT extversion FROM pg_extension WHERE extname = 'postgis'").fetchone()
    return str(found[0]) if found else None


def _taken_apart(url: str) -> tuple[str, str]:
    """The address for the server and the name of the schema; raises ``UsageError``."""
    base, _, query = url.partition("?")
    said = parse_qsl(query, keep_blank_values=True)
    schema = next((value for name, value in said if name == "schema"), SCHEMA)
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,50}", schema) or schema.startswith("pg_"):
        raise UsageError(
            f"'{schema}' is no name for a schema: use small letters, digits and _.",
            f"“{schema}”不能作为模式名：请用小写字母、数字和下划线。",
        )
    rest = urlencode([(name, value) for name, value in said if name != "schema"])
    return f"{base}?{rest}" if rest else base, schema


def _shown(url: str, address: str) -> str:
    """The address without its password; raises ``UsageError`` where it is none."""
    try:
        said = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise UsageError(
            "the address of the store cannot be read: write it like "
            "postgresql://user@host:5432/database.",
            "数据库地址无法识别：请写成 postgresql://用户@主机:5432/库名。",
        ) from error
    password = str(said.get("password") or "")
    hidden = re.sub(r"^(\w+://[^:/@]*):[^@]*@", r"\1@", url)
    return hidden.replace(password, "***") if password else hidden


def _unconnected(error: psycopg.OperationalError) -> tuple[str, str]:
    """Why there is no connection: libpq tells only in words."""
    known = {
        "password": errors.InvalidPassword,
        "no pg_hba.conf": errors.InvalidAuthorizationSpecification,
        "role": errors.InvalidAuthorizationSpecification,
        "too many clients": errors.TooManyConnections,
        "database": errors.InvalidCatalogName,
    }
    text = str(error).partition("FATAL:")[2]
    found = next((kind for word, kind in known.items() if word in text), None)
    return _REFUSED[found] if found else _UNREACHABLE


def _is_told(raw: psycopg.Connection[Row]) -> bool:
    """Whether the server has said something that nobody asked for."""
    with DefaultSelector() as selector:
        selector.register(raw.fileno(), EVENT_READ)
        return bool(selector.select(0))


def _is_loss(error: psycopg.Error) -> bool:
    """Whether the server or the way to it went away."""
    return isinstance(error, psycopg.OperationalError)
