"""A whole store from one ground to another, with its history and its chain, and proven equal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import shapely

from landgis.errors import StoreError
from landgis.schema import LAYERS
from landgis.store import encode
from landgis.store.connection import Connection, Row, quoted
from landgis.store.facts import SHAPED
from landgis.store.ground import Ground, missing, refusal
from landgis.store.interface import LAND, TABLES
from landgis.store.progress import SILENT, Progress, Tell, rows_of
from landgis.store.sqlite import DAMAGED, is_damage

CHUNK = 20_000
"""Rows looked at together."""


def kept(db: Connection, table: str) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns and all rows of a table as they are kept, in order of its key."""
    columns, keys = db.columns(table)
    return columns, iter(
        db.stream(f"SELECT {quoted(columns)} FROM {table} ORDER BY {', '.join(keys)}")
    )


def copy(source: Ground, target: Ground, tell: Tell = None) -> Mapping[str, int]:
    """Everything of ``source`` into the empty ``target``; the number of rows of each table.

    It is one transaction: the copy is there whole and equal, row by row, or not at all. Raises
    ``StoreError`` where there is no source or something stands in the target already.
    """
    with _damage_is_of(source), source.reading() as old:
        if not source.version(old):
            raise missing(source.name)
        crs = int(old.execute("SELECT value FROM settings WHERE name = 'crs'").fetchone()[0])
        target.prepare()
        with target.writing() as new:
            if target.version(new):
                raise _occupied(target)
            target.migrate(new, 0, crs)
            told = Progress(tell, 2 * rows_of(old))
            rows = {table: _copied(old, new, table, crs, target.name, told) for table in TABLES}
    target.tidy()
    return rows


@contextmanager
def _damage_is_of(source: Ground) -> Iterator[None]:
    """A place that is new is not damaged: who wrote there met the damage of what was read."""
    try:
        yield
    except StoreError as error:
        if not is_damage(error):
            raise
        raise refusal(source.name, *DAMAGED) from error


def _copied(
    old: Connection, new: Connection, table: str, crs: int, name: str, progress: Progress
) -> int:
    if table not in (*LAYERS, *LAND):  # what the share of the work is reckoned of
        progress = SILENT
    columns, rows = kept(old, table)
    told = _Telling(rows, progress)
    new.bulk(table, columns, told)
    if table in {schema.name for schema in SHAPED}:
        new.index_bounds(table, _bounds(new, table, crs))
    again = _Telling(kept(new, table)[1], progress)
    for _ in again:
        pass
    if (again.rows, again.digest.digest()) != (told.rows, told.digest.digest()):
        raise refusal(
            name,
            f"the copy of {table} is not equal to what was read, so nothing of it was kept; "
            "verify the source with `landgis audit verify`.",
            f"表 {table} 的副本与原数据不一致，未保留任何内容；请验证原库（audit verify）。",
        )
    return told.rows


class _Telling:
    """Rows on their way, counted and hashed."""

    def __init__(self, rows: Iterator[Row], progress: Progress) -> None:
        self._from = rows
        self._progress = progress
        self.rows = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Row]:
        for row in self._from:
            self.rows += 1
            self.digest.update(repr(row).encode())
            self._progress.add()
            yield row


def _bounds(db: Connection, table: str, crs: int) -> Iterator[Row]:
    """Fact, west, south, east and north of every polygon, as the recording had them."""
    cursor = db.execute(f"SELECT fact, geometry FROM {table} WHERE geometry IS NOT NULL")
    while found := cursor.fetchmany(CHUNK):
        facts, shapes = zip(*found, strict=True)
        bounds = encode.published(shapely.from_wkb(np.array(shapes, dtype=object)), crs)[1]
        yield from ((fact, *box) for fact, box in zip(facts, bounds.tolist(), strict=True))


def _occupied(target: Ground) -> StoreError:
    return refusal(
        target.name,
        "there is a store already; name an empty place.",
        "此处已有数据库，请另选空位置。",
    )
