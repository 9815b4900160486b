"""How far long work on a store has come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from landgis.schema import LAYERS
from landgis.store.connection import Connection
from landgis.store.interface import LAND

Tell: TypeAlias = Callable[[float], None] | None
"""Is told the share of the work that is done, 0 to 1."""

STEPS = 200
"""How often at most it is told."""


class Progress:
    """Rows done of rows to do; ``tell`` hears of it now and then."""

    def __init__(self, tell: Tell, rows: int) -> None:
        self._tell = tell
        self._rows = max(rows, 1)
        self._done = self._told = 0

    def add(self, rows: int = 1) -> None:
        """So many rows more are done."""
        self._done += rows
        if self._tell and (self._done - self._told) * STEPS >= self._rows:
            self._told = self._done
            self._tell(min(1.0, self._done / self._rows))


SILENT = Progress(None, 0)
"""Nobody listens."""


def rows_of(db: Connection) -> int:
    """The facts and parts of land that a store ever had, most of what it holds."""
    counted = {**dict.fromkeys(LAYERS, "fact"), **dict.fromkeys(LAND, "part")}
    last = (f"SELECT coalesce(max({key}), 0) FROM {table}" for table, key in counted.items())
    return sum(int(db.execute(sql).fetchone()[0]) for sql in last)


def part(tell: Tell, begin: float, end: float) -> Tell:
    """Who hears of a part of the work as of its share of the whole."""
    return tell and partial(_tell_part, tell, begin, end)


def _tell_part(tell: Callable[[float], None], begin: float, end: float, done: float) -> None:
    tell(begin + (end - begin) * done)
