"""What a store's tables are asked through: the part of sqlite3 that both kinds of store have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = tuple[Any, ...]


def quoted(names: Sequence[str]) -> str:
    """Names of columns by commas, told from words of SQL."""
    return ", ".join(f'"{name}"' for name in names)


class Cursor(Protocol):
    """The rows of one statement."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row, or ``None``."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def fetchmany(self, size: int = ..., /) -> list[Any]:
        """The next rows, none at the end."""

    def __iter__(self) -> Iterator[Any]:
        """Row after row."""


class Connection(Protocol):
    """One connection; ``?`` and ``:name`` mark values in its SQL."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Cursor:
        """Run one statement."""

    def stream(self, sql: str) -> Iterable[Row]:
        """The rows of a statement, a few at a time."""

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Cursor:
        """Run one statement for each of ``parameters``."""

    def script(self, statements: Iterable[str]) -> None:
        """Run statements without values, one after the other."""

    def bulk(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert many rows by the quickest way there is."""

    def index_bounds(self, layer: str, bounds: Iterable[Row]) -> None:
        """Make ``fact, west, south, east, north`` findable where no index does it by itself."""

    def near(self, layer: str) -> str:
        """The condition on facts that bounds meet the box ``:west, :south, :east, :north``."""

    def around(self, layer: str) -> str:
        """The condition on facts that bounds meet a box of the table ``asked``: west to north."""

    def boxed(self, layer: str) -> str:
        """The ready features whose bounds meet the box of ``near``, after FROM."""

    def meeting(self, layer: str) -> str:
        """The condition of ``near`` on ready features, asked of one after the other."""

    def as_bytes(self, text: str) -> str:
        """The UTF-8 of a text."""

    def columns(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns of a table that are kept, and which of them are its key."""
