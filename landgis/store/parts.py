"""A revision read a part at a time, so that no more of it is in memory than a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.schema import LayerSchema, Shape
from landgis.store import encode
from landgis.store.connection import Connection, Row
from landgis.store.facts import ALIVE
from landgis.store.interface import Part

PART = 50_000
"""Rows of a part."""


def facts(db: Connection, schema: LayerSchema, known: int) -> Iterator[Part]:
    """A layer as known then, in the order in which its features first came."""
    shaped = schema.shape is not Shape.NONE
    more = ("area_m2", "geometry") if shaped else ()
    names = ", ".join(("feature", *schema.names, *more))
    asked = f"SELECT {names} FROM {schema.name} WHERE {ALIVE} ORDER BY feature"
    for number, *values in _some(db, asked, known, 1 + len(schema.names) + len(more)):
        table = encode.columns_of(schema, values[: len(schema.columns)])
        if shaped:
            table["area_m2"] = np.array(values[-2], dtype="float64")
        yield Part(np.array(number, np.int64), table, list(values[-1]) if shaped else None)


def land(db: Connection, name: str, known: int) -> Iterator[Part]:
    """The pieces or slivers of a revision that is cut, ordered by id."""
    asked = f"SELECT part, name, area_m2, geometry FROM {name} WHERE {ALIVE} ORDER BY name"
    for number, names, areas, shapes in _some(db, asked, known, 4):
        said = {"piece_id": pd.array(list(names), dtype="str"), "area_m2": np.array(areas, float)}
        yield Part(np.array(number, np.int64), pd.DataFrame(said), list(shapes))


def links(db: Connection, name: str, known: int) -> NDArray[np.int64]:
    """Which piece or sliver lies in which feature: their numbers, shape (n, 2)."""
    asked = f"SELECT part, feature FROM {name}_links JOIN {name} USING (part) WHERE {ALIVE}"
    found = [np.array(pair, np.int64) for pair in _some(db, asked, known, 2)]
    return np.concatenate(found, axis=1).T


def mark(db: Connection, known: int) -> str:
    """What stands sealed of the record up to a revision, as one word."""
    found = db.execute(
        "SELECT hash FROM audit WHERE rev <= ? ORDER BY seq DESC LIMIT 1", (known,)
    ).fetchone()
    return str(found[0]) if found else ""


def _some(db: Connection, asked: str, known: int, width: int) -> Iterator[Sequence[Any]]:
    """The columns of an answer about a revision, some rows at a time; once at least."""
    rows: Iterable[Row] = iter(db.stream(asked.replace(":known", str(int(known)))))
    some = list(islice(rows, PART))
    yield tuple(zip(*some, strict=True)) if some else ((),) * width
    while some := list(islice(rows, PART)):
        yield tuple(zip(*some, strict=True))
