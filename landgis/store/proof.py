"""Whether facts and land are still what their kept hashes say: every row is hashed again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from landgis.audit import Flaw
from landgis.schema import LAYERS, LayerSchema
from landgis.store import encode, land
from landgis.store.connection import Connection
from landgis.store.facts import CHUNK
from landgis.store.interface import LAND, READY
from landgis.store.progress import SILENT, Progress


def changed(db: Connection, progress: Progress = SILENT) -> Flaw | None:
    """The earliest entry of which a fact or a piece is not as it was written."""
    flaws = [found for found in _changes(db, progress) if found]
    return min(flaws, key=lambda flaw: flaw.seq) if flaws else None


def _settings(db: Connection) -> Flaw | None:
    """Whether the settings are still those that the making of the store was sealed with."""
    found = db.execute("SELECT settings FROM revisions WHERE rev = 0").fetchone()
    sealed = json.loads(found[0])
    kept = {n: float(v) for n, v in db.execute("SELECT name, value FROM settings").fetchall()}
    if all(kept.get(name) == value for name, value in sealed.items()):
        return None
    return _told(db, "revision", 0, "settings", "crs, tolerance_m")


def _changes(db: Connection, progress: Progress) -> Iterator[Flaw | None]:
    yield _settings(db)
    for schema in LAYERS.values():
        found = _fact(db, schema, progress)
        yield None if found is None else _told(db, "revision", found[0], schema.name, found[1])
    for layer, table in READY.items():
        extra = _added(db, layer, table)
        yield None if extra is None else _told(db, "revision", extra[0], table, extra[1])
    for table in LAND:
        part = _part(db, table)
        yield None if part is None else _told(db, "cut", part[0], table, part[1])


def _told(db: Connection, what: str, rev: int, table: str, name: str) -> Flaw:
    found = db.execute("SELECT seq, entry FROM audit WHERE rev = ? ORDER BY seq", (rev,)).fetchall()
    seq = next((s for s, entry in found if f'"what":"{what}"' in entry), 0)
    return Flaw(
        seq,
        f"what entry {seq} (revision {rev}) wrote was changed afterwards: {table} '{name}'",
        f"第 {seq} 条（数据版本 {rev}）写入的内容事后被改动：{table}“{name}”",
    )


def _fact(db: Connection, schema: LayerSchema, progress: Progress) -> tuple[int, str] | None:
    """Revision and feature of the first fact whose row has another hash than is kept."""
    shaped = schema.name in READY
    beside = _SHAPED.replace("{1}", READY[schema.name]) if shaped else _PLAIN
    cursor = db.execute(
        f"SELECT t.rev_from, f.feature_id, content, {', '.join(schema.names)}, "
        f"{beside.format(schema.name)} JOIN features f ON f.feature = t.feature ORDER BY t.fact"
    )
    while found := cursor.fetchmany(CHUNK):
        revs, ids, kept, *values, shapes, areas, items, same = zip(*found, strict=True)
        table = encode.columns_of(schema, values)
        progress.add(len(found))
        plain = [None if shape is None else bytes(shape) for shape in shapes]
        said = encode.texts(schema, encode.rows(table, schema))
        again = _named(schema, encode.contents(said, plain), table, ids)
        if shaped:
            again = _ready(again, list(table[schema.identity]), said, areas, items, same)
        at = _first(again, kept)
        if at is not None:
            return int(revs[at]), str(ids[at])
    return None


_PLAIN = "NULL, NULL, NULL, NULL FROM {0} t"
_SHAPED = (
    "geometry, area_m2, item, r.rev_from = t.rev_from "
    "AND coalesce(r.rev_to, 0) = coalesce(t.rev_to, 0) AND r.feature_id = f.feature_id "
    "FROM {0} t LEFT JOIN {1} r ON r.fact = t.fact"
)


def _ready(
    hashes: Sequence[bytes],
    names: Sequence[str],
    said: Sequence[str],
    areas: Sequence[float | None],
    items: Sequence[str | None],
    same: Sequence[Any],
) -> list[bytes]:
    """The hashes, but none where the feature that leaves the store is not that of the fact."""
    shapes = [None if item is None else encode.polygon_of(item) for item in items]
    again = encode.features(names, said, areas, shapes)
    return [
        h if s and a == b else b"" for h, s, a, b in zip(hashes, same, again, items, strict=True)
    ]


def _added(db: Connection, layer: str, table: str) -> tuple[int, str] | None:
    """Revision and name of a ready feature of which there is no fact."""
    found = db.execute(
        f"SELECT rev_from, feature_id FROM {table} "
        f"WHERE fact NOT IN (SELECT fact FROM {layer}) LIMIT 1"
    ).fetchone()
    return None if found is None else (int(found[0]), str(found[1]))


def _named(
    schema: LayerSchema, hashes: Sequence[bytes], table: pd.DataFrame, ids: Sequence[str]
) -> list[bytes]:
    """The hashes, but none where the feature is not called what its row says."""
    if schema.identity is None:
        names = [found.hex() for found in hashes]
        ids = [name.partition("-")[0] for name in ids]
    else:
        names = table[schema.identity].tolist()
    return [h if n == i else b"" for h, n, i in zip(hashes, names, ids, strict=True)]


def _part(db: Connection, table: str) -> tuple[int, str] | None:
    """Revision and name of the first part whose polygon or links have another hash than kept."""
    found = db.execute(
        f"SELECT part, rev_from, name, content, geometry FROM {table} ORDER BY part"
    ).fetchall()
    if not found:
        return None
    parts, revs, names, kept, shapes = zip(*found, strict=True)
    said = db.execute(
        f"SELECT part, layer, feature_id FROM {table}_links JOIN features USING (feature) "
        "ORDER BY part, layer, feature_id"
    ).fetchall()
    links = pd.DataFrame(said, columns=["row", "layer", "feature_id"], dtype=object)
    links["row"] = np.searchsorted(np.array(parts), links["row"].to_numpy("int64"))
    again = land.contents([bytes(shape) for shape in shapes], links)
    at = _first(again, kept)
    return None if at is None else (int(revs[at]), str(names[at]))


def _first(again: Sequence[bytes], kept: Sequence[Any]) -> int | None:
    return next(
        (i for i, (a, b) in enumerate(zip(again, kept, strict=True)) if a != bytes(b)), None
    )
