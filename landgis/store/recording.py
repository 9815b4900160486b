"""Deliveries into the record: what is new becomes a fact, what it replaces ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pandas as pd

from landgis.errors import UsageError
from landgis.schema import Kind, LayerSchema, Shape
from landgis.stations import Layer
from landgis.store import encode
from landgis.store.connection import Connection
from landgis.store.interface import READY, Delivery

CHUNK = 20_000
"""Rows encoded at a time: bounds the memory of a large delivery."""

_HEAD = ("fact", "feature", "rev_from", "delivery", "delivery_row", "content")


@dataclass
class Counts:
    """What a delivery did to its layer."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    @property
    def any(self) -> bool:
        """Whether a fact was written or ended."""
        return bool(self.added or self.changed or self.ended)


def names(schema: LayerSchema, deliveries: Sequence[Delivery]) -> list[str]:
    """What identifies each row of all deliveries together; raises ``UsageError`` for repeats.

    A row of a record table is named by its content, a repeat gets ``-2``, ``-3``.
    """
    if schema.identity is None:
        found = pd.Series([n for d in deliveries for n in _by_content(schema, d.layer)], dtype=str)
        repeat = found.groupby(found).cumcount() + 1
        return list(found.where(repeat == 1, found + "-" + repeat.astype(str)))
    found = pd.concat([d.layer.table[schema.identity] for d in deliveries], ignore_index=True)
    _refuse(schema, found, found.isna() | found.duplicated())
    return list(found)


def _by_content(schema: LayerSchema, layer: Layer) -> list[str]:
    said = encode.texts(schema, encode.rows(layer.table, schema))
    return [c.hex() for c in encode.contents(said, [None] * len(said))]


def _refuse(schema: LayerSchema, found: pd.Series, wrong: pd.Series) -> None:
    if wrong.any():
        value = found[wrong].iloc[0]
        raise UsageError(
            f"{schema.identity} '{value}' comes twice or empty in one delivery of {schema.name}: "
            "deliver each once, or import the files one after the other.",
            f"同一批{schema.zh}数据中 {schema.identity}“{value}”重复或为空：请去重，或分次导入。",
        )


def note_arrivals(db: Connection, arriving: Sequence[str]) -> None:
    """Keep the names of what arrives in a temporary table, in order."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS arriving (place INTEGER PRIMARY KEY, arrived TEXT)")
    db.execute("DELETE FROM arriving")
    db.bulk("arriving", ("place", "arrived"), enumerate(arriving))
    db.execute("CREATE INDEX IF NOT EXISTS arriving_arrived ON arriving (arrived)")


def write(
    db: Connection,
    schema: LayerSchema,
    deliveries: Sequence[Delivery],
    *,
    rev: int,
    first: int,
    crs: int,
    full: bool,
    progress: Callable[[float], None] | None = None,
) -> Counts:
    """Write what is new in ``deliveries`` as of ``rev``; their numbers begin with ``first``."""
    arriving = names(schema, deliveries)
    note_arrivals(db, arriving)
    counts = Counts(ended=_end_missing(db, schema, rev) if full else 0)
    there = _there(db, schema)
    ends = accumulate((len(d.layer) for d in deliveries), initial=0)
    done = 0
    for number, (delivery, (start, stop)) in enumerate(
        zip(deliveries, pairwise(ends), strict=True), first
    ):
        for chunk in _chunks(delivery, arriving[start:stop], there[start:stop]):
            _write_chunk(db, schema, chunk, counts, rev=rev, delivery=number, crs=crs)
            done += len(chunk.table)
            if progress is not None:
                progress(done / len(there))
    if schema.name in READY:
        _end_ready(db, schema, rev)
    return counts


def _end_missing(db: Connection, schema: LayerSchema, rev: int) -> int:
    return db.execute(
        f"UPDATE {schema.name} SET rev_to = ? WHERE rev_to IS NULL AND feature NOT IN "
        "(SELECT feature FROM features JOIN arriving ON feature_id = arrived WHERE layer = ?)",
        (rev, schema.name),
    ).rowcount


def _end_ready(db: Connection, schema: LayerSchema, rev: int) -> None:
    """Let the ready features end with their facts."""
    db.execute(
        f"UPDATE {READY[schema.name]} SET rev_to = ? "
        f"WHERE fact IN (SELECT fact FROM {schema.name} WHERE rev_to = ?)",
        (rev, rev),
    )


def _there(db: Connection, schema: LayerSchema) -> list[tuple[Any, ...]]:
    """For each arrival its feature number, open fact and content, or ``None``."""
    return db.execute(
        "SELECT f.feature, t.fact, t.content FROM arriving "
        "LEFT JOIN features f ON f.layer = ? AND f.feature_id = arrived "
        f"LEFT JOIN {schema.name} t ON t.feature = f.feature AND t.rev_to IS NULL ORDER BY place",
        (schema.name,),
    ).fetchall()


@dataclass
class _Chunk:
    table: pd.DataFrame
    rows: list[int]
    names: Sequence[str]
    there: Sequence[tuple[Any, ...]]
    evidence: list[bytes | None]


@dataclass
class _Fresh:
    """What is new in a chunk: places and, aligned, their facts; texts and polygons of the chunk."""

    at: list[int]
    heads: list[tuple[Any, ...]]
    said: list[str]
    shapes: list[bytes | None]


def _chunks(
    delivery: Delivery, arriving: Sequence[str], there: Sequence[tuple[Any, ...]]
) -> Iterator[_Chunk]:
    layer, evidence = delivery.layer, delivery.evidence
    for start in range(0, len(layer), CHUNK):
        part = slice(start, start + CHUNK)
        table = layer.table.iloc[part]
        seen: list[bytes | None] = [None] * len(table)
        if evidence:
            seen = encode.wkb(evidence.geometry[part])
        yield _Chunk(table, layer.rows[part].tolist(), arriving[part], there[part], seen)


def _write_chunk(
    db: Connection,
    schema: LayerSchema,
    chunk: _Chunk,
    counts: Counts,
    *,
    rev: int,
    delivery: int,
    crs: int,
) -> None:
    values = encode.rows(chunk.table, schema)
    shapes: list[bytes | None] = [None] * len(values)
    if schema.shape is not Shape.NONE:
        shapes = encode.wkb(np.asarray(chunk.table["geometry"], dtype=object))
    said = encode.texts(schema, values)
    contents = encode.contents(said, shapes)
    fresh = [i for i, c in enumerate(contents) if c != chunk.there[i][2]]
    open_facts = [(rev, chunk.there[i][1]) for i in fresh if chunk.there[i][1] is not None]
    counts.unchanged += len(values) - len(fresh)
    counts.changed += len(open_facts)
    counts.added += len(fresh) - len(open_facts)
    db.executemany(f"UPDATE {schema.name} SET rev_to = ? WHERE fact = ?", open_facts)
    features = _features(db, schema, chunk, fresh)
    first = _last(db, schema.name, "fact") + 1
    heads = [
        (fact, feature, rev, delivery, chunk.rows[i], contents[i], *values[i])
        for fact, (i, feature) in enumerate(zip(fresh, features, strict=True), first)
    ]
    if schema.shape is Shape.NONE:
        db.bulk(schema.name, (*_HEAD, *schema.names), heads)
    else:
        _write_land(db, schema, chunk, _Fresh(fresh, heads, said, shapes), crs)


def _features(
    db: Connection, schema: LayerSchema, chunk: _Chunk, fresh: Sequence[int]
) -> list[int]:
    """The feature number of each fresh row; who was never seen gets the next one."""
    last = _last(db, "features", "feature")
    numbers = [chunk.there[i][0] for i in fresh]
    unseen = [k for k, number in enumerate(numbers) if number is None]
    for number, k in enumerate(unseen, last + 1):
        numbers[k] = number
    db.bulk(
        "features",
        ("feature", "layer", "feature_id"),
        [(numbers[k], schema.name, chunk.names[fresh[k]]) for k in unseen],
    )
    return numbers


def _write_land(db: Connection, schema: LayerSchema, chunk: _Chunk, new: _Fresh, crs: int) -> None:
    """Write facts that have polygons, the features that leave the store, and their bounds."""
    table = chunk.table.iloc[new.at]
    areas = encode.to_sql(table["area_m2"], Kind.AREA)
    own = [e if e != s else None for e, s in zip(chunk.evidence, new.shapes, strict=True)]
    db.bulk(
        schema.name,
        (*_HEAD, *schema.names, "area_m2", "geometry", "evidence"),
        (
            (*head, area, new.shapes[i], own[i])
            for i, head, area in zip(new.at, new.heads, areas, strict=True)
        ),
    )
    published, bounds = encode.published(np.asarray(table["geometry"], dtype=object), crs)
    names, said = [chunk.names[i] for i in new.at], [new.said[i] for i in new.at]
    features = encode.features(names, said, areas, published)
    db.bulk(
        READY[schema.name],
        ("fact", "feature_id", "rev_from", "item"),
        (
            (head[0], name, head[2], feature)
            for head, name, feature in zip(new.heads, names, features, strict=True)
        ),
    )
    db.index_bounds(
        schema.name,
        (
            (head[0], *box)
            for head, box in zip(new.heads, bounds.tolist(), strict=True)
            if box[0] == box[0]  # no polygon, no bounds
        ),
    )


def _last(db: Connection, table: str, column: str) -> int:
    return int(db.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0])
