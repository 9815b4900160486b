"""Facts: rows of a revision become typed layers, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
import shapely

from landgis.schema import LAYERS, LayerSchema, Shape
from landgis.stations import Layer
from landgis.store import encode
from landgis.store.connection import Connection
from landgis.store.interface import READY, Box
from landgis.store.progress import SILENT, Progress

CHUNK = 100_000
"""Rows decoded at a time."""

ALIVE = "rev_from <= :known AND (rev_to IS NULL OR rev_to > :known)"
"""What a revision knew."""

SHAPED = tuple(s for s in LAYERS.values() if s.shape is not Shape.NONE)


@dataclass(frozen=True)
class Part:
    """A part of a layer: a condition and the values that its marks stand for."""

    condition: str = "1 = 1"
    values: Mapping[str, Any] = field(default_factory=dict)


WHOLE = Part()


def read(db: Connection, schema: LayerSchema, known: int, crs: int, part: Part = WHOLE) -> Layer:
    """A layer as known at ``known``, in the order in which its features first came."""
    shaped = ("geometry", "area_m2") if schema.shape is not Shape.NONE else ()
    cursor = db.execute(
        f"SELECT {', '.join((*schema.names, *shaped))} FROM {schema.name} WHERE {ALIVE} "
        f"AND ({part.condition}) ORDER BY feature",
        {"known": known, **part.values},
    )
    tables = []
    while found := cursor.fetchmany(CHUNK):
        tables.append(encode.frame(schema, list(zip(*found, strict=True)), crs))
    return _layer(schema, tables, crs)


def _layer(schema: LayerSchema, tables: list[pd.DataFrame], crs: int) -> Layer:
    if not tables:
        return empty(schema, crs)
    table = tables[0] if len(tables) == 1 else encode.joined(tables)
    return Layer(schema.name, table, np.full(len(table), -1, dtype="int64"))


def empty(schema: LayerSchema, crs: int) -> Layer:
    """A typed layer without rows."""
    return Layer(schema.name, _empty(schema, crs).copy(), np.empty(0, dtype="int64"))


@cache
def _empty(schema: LayerSchema, crs: int) -> pd.DataFrame:
    return encode.frame(schema, [[] for _ in range(len(schema.columns) + 2)], crs)


SIDES = ("west", "south", "east", "north")


BY_ID = itemgetter(0)

FEW = 5_000
"""So few features that meet a box are found by the box, more by walking along the ids."""


def features(
    db: Connection,
    schema: LayerSchema,
    known: int,
    *,
    after: str = "",
    limit: int,
    bbox: Box | None = None,
) -> list[tuple[str, bytes]]:
    """The next features after an id as ready GeoJSON, by id; with ``bbox`` those that meet it."""
    box = dict(zip(SIDES, bbox, strict=True)) if bbox else {}
    values = {"known": known, "after": after, "limit": limit, "few": FEW, **box}
    later = "AND feature_id > :after"
    if bbox:
        near = f"{_ready(db, db.boxed(schema.name))} {later if after else ''} LIMIT :few"
        found = db.execute(near, values).fetchall()
        if len(found) < FEW:
            return sorted(found, key=BY_ID)[:limit]
        later += f" AND {db.meeting(schema.name)}"
    next_ones = f"{_ready(db, READY[schema.name])} {later} ORDER BY feature_id LIMIT :limit"
    return db.execute(next_ones, values).fetchall()


def feature(db: Connection, schema: LayerSchema, feature_id: str, known: int) -> bytes | None:
    """One feature as ready GeoJSON; ``None`` where it is not known then."""
    found = db.execute(
        f"{_ready(db, READY[schema.name])} AND feature_id = :feature_id",
        {"feature_id": feature_id, "known": known},
    ).fetchone()
    return None if found is None else found[1]


def _ready(db: Connection, source: str) -> str:
    """Ids and features; bytes, so that nobody reads what only passes."""
    return f"SELECT feature_id, {db.as_bytes('item')} FROM {source} WHERE {ALIVE}"


def with_items(schema: LayerSchema) -> str:
    """The facts of a layer with polygons and, as ``item``, their ready features, after FROM."""
    return f"{schema.name} JOIN (SELECT fact, item FROM {READY[schema.name]}) r USING (fact)"


STEP = 20_000
"""Features written around their polygons at a time."""


def complete(db: Connection, schema: LayerSchema, progress: Progress = SILENT) -> None:
    """Write features around polygons, which is all that an earlier version had published."""
    last = 0
    while found := db.execute(
        f"SELECT fact, item, area_m2, {', '.join(schema.names)} "
        f"FROM {with_items(schema)} WHERE fact > ? ORDER BY fact LIMIT ?",
        (last, STEP),
    ).fetchall():
        numbers, shapes, areas, *values = zip(*found, strict=True)
        table = encode.columns_of(schema, values)
        said = encode.texts(schema, encode.rows(table, schema))
        features = encode.features(list(table[schema.identity]), said, areas, shapes)
        db.executemany(
            f"UPDATE {READY[schema.name]} SET item = ? WHERE fact = ?",
            zip(features, numbers, strict=True),
        )
        last = numbers[-1]
        progress.add(len(numbers))


def ended(db: Connection, schema: LayerSchema, feature_id: str, known: int) -> int | None:
    """The revision that ended a feature which is not known any more at ``known``."""
    found = db.execute(
        f"SELECT max(rev_to), count(*) FILTER (WHERE {ALIVE}) FROM {schema.name} "
        f"WHERE {schema.identity} = :feature_id AND rev_from <= :known",
        {"feature_id": feature_id, "known": known},
    ).fetchone()
    return None if found[1] else found[0]


def successors(
    db: Connection, schema: LayerSchema, feature_id: str, rev: int, tolerance_m: float
) -> tuple[tuple[str, ...], str]:
    """Whose land that of a feature is that revision ``rev`` ended, by id, and who has all of it.

    Those known then that share at least half of the smaller of both. One has all of it, '' if none
    does, where nothing thicker than ``tolerance_m`` is left beside it.
    """
    if schema.shape is Shape.NONE:
        return (), ""
    old = db.execute(
        f"SELECT geometry, item FROM {with_items(schema)} WHERE {schema.identity} = :name "
        "AND rev_to = :rev AND geometry IS NOT NULL",
        {"name": feature_id, "rev": rev},
    ).fetchone()
    if not old:
        return (), ""
    box = dict(zip(SIDES, shapely.from_geojson(encode.polygon_of(old[1])).bounds, strict=True))
    found = db.execute(
        f"SELECT {schema.identity}, geometry FROM {schema.name} WHERE {ALIVE} "
        f"AND {db.near(schema.name)} ORDER BY {schema.identity} || ''",
        {"known": rev, **box},
    ).fetchall()
    lost, there = shapely.from_wkb(old[0]), shapely.from_wkb([row[1] for row in found])
    shared = shapely.area(shapely.intersection(lost, there))
    mine = np.flatnonzero(shared >= np.minimum(shapely.area(there), lost.area) / 2)
    beside = shapely.buffer(shapely.difference(lost, np.asarray(there)[mine]), -tolerance_m / 2)
    heirs = tuple(found[i][0] for i in mine.tolist())
    whole = [heirs[k] for k in np.flatnonzero(shapely.is_empty(beside)).tolist()]
    return heirs, "".join(whole[:1])


_BEFORE = "{0}.rev_from <= :since AND {0}.rev_to > :since AND {0}.rev_to <= :until"
_AFTER = (
    "{0}.rev_from > :since AND {0}.rev_from <= :until "
    "AND ({0}.rev_to IS NULL OR {0}.rev_to > :until)"
)


def _reshaped(schema: LayerSchema, mine: str, theirs: str) -> str:
    """The facts of one end of a time whose polygon is not the feature's at the other end."""
    return (
        f"SELECT geometry FROM {schema.name} t WHERE {mine.format('t')} AND geometry IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {schema.name} o WHERE o.feature = t.feature "
        f"AND {theirs.format('o')} AND o.geometry = t.geometry)"
    )


def is_reshaped(db: Connection, schema: LayerSchema, since: int, until: int) -> bool:
    """Whether a polygon of one layer came, changed or went between two revisions."""
    if schema.shape is Shape.NONE:
        return False
    span = {"since": since, "until": until}
    both = (_reshaped(schema, _BEFORE, _AFTER), _reshaped(schema, _AFTER, _BEFORE))
    return any(db.execute(f"{sql} LIMIT 1", span).fetchone() for sql in both)


def changed(db: Connection, schema: LayerSchema, at: int, other: int, crs: int) -> pd.DataFrame:
    """The features that are not the same at ``at`` and ``other``, as they are at ``at``.

    Columns feature_id and those of the layer.
    """
    low, high = sorted((at, other))
    shaped = ("geometry", "area_m2") if schema.shape is not Shape.NONE else ()
    columns = ", ".join(f"t.{name}" for name in (*schema.names, *shaped))
    alive = "{0}.rev_from <= {1} AND ({0}.rev_to IS NULL OR {0}.rev_to > {1})"
    found = db.execute(
        f"SELECT feature_id, {columns} FROM {schema.name} t JOIN features f "
        "ON f.feature = t.feature WHERE t.feature IN ("
        f"SELECT feature FROM {schema.name} WHERE rev_from > :low AND rev_from <= :high UNION "
        f"SELECT feature FROM {schema.name} WHERE rev_to > :low AND rev_to <= :high) "
        f"AND {alive.format('t', ':at')} AND NOT EXISTS (SELECT 1 FROM {schema.name} o "
        f"WHERE o.feature = t.feature AND o.content = t.content AND {alive.format('o', ':other')})"
        " ORDER BY t.feature",
        {"low": low, "high": high, "at": at, "other": other},
    ).fetchall()
    ids, *values = zip(*found, strict=True) if found else [()] * (len(schema.columns) + 3)
    table = encode.frame(schema, values, crs)
    table.insert(0, "feature_id", pd.Series(list(ids), dtype="str"))
    return table
