"""Two revisions as the re-cut asks for them: which polygons differ, and what lies around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely

from landgis import measure
from landgis.cut.features import ORDER, Features
from landgis.cut.renewal import Both
from landgis.schema import LAYERS
from landgis.stations import Geometries
from landgis.store.connection import Connection
from landgis.store.encode import PUBLISHED_CRS
from landgis.store.ground import Ground

EARTH_M = 6.3e6
"""Less than the radius of the earth: bounds a straight line's sag on the map of another CRS."""


class Reshaped:
    """The polygons of revisions ``since`` and ``until``; only what is asked for is read."""

    def __init__(self, ground: Ground, crs: int, since: int, until: int) -> None:
        self._ground, self._crs = ground, crs
        self._at = {"since": since, "until": until}

    def changed(self) -> Both:
        """The features whose polygon came, changed or went."""
        # a fact is in one state only if it came or ended meanwhile
        came = "(rev_from > :since AND rev_from <= :until)"
        went = "(rev_to > :since AND rev_to <= :until)"
        both = self._read(range(len(ORDER)), f"({came} OR {went})")
        return both.take(both.was != both.now)

    def around(self, ranks: range, shape: Geometries) -> Both:
        """The features of some layers whose bounds meet those of a polygon."""
        boxes = self._boxes(shape)
        if not ranks or not boxes:
            return self._read(range(0), "")
        asked = f"WITH asked (west, south, east, north) AS (VALUES {boxes}) "
        return self._read(ranks, None, asked)

    def _boxes(self, shape: Geometries) -> str:
        """The bounds in degrees of ``shape`` as rows of SQL, those within others left out."""
        boxes = np.asarray(shapely.box(*shapely.bounds(shape).T), dtype=object)
        inner, outer = shapely.STRtree(boxes).query(boxes, predicate="covered_by")
        # of equal ones the first stays
        wide = shapely.area(boxes)
        less = (wide[inner] < wide[outer]) | ((wide[inner] == wide[outer]) & (inner > outer))
        boxes = np.delete(boxes, np.unique(inner[less]))
        west, south, east, north = shapely.bounds(boxes).T
        more = 1 + np.maximum(east - west, north - south) ** 2 / EARTH_M
        wider = shapely.box(west - more, south - more, east + more, north + more)
        degrees = shapely.bounds(measure.transform(wider, self._crs, PUBLISHED_CRS))
        return ", ".join(f"({w!r}, {s!r}, {e!r}, {n!r})" for w, s, e, n in degrees.tolist())

    def _read(self, ranks: range, condition: str | None, asked: str = "") -> Both:
        with self._ground.reading() as db:
            found = [
                (rank, *row)
                for rank in ranks
                for row in _rows(db, ORDER[rank], condition, asked, self._at)
            ]
        return _both(found)


def _rows(
    db: Connection, layer: str, condition: str | None, asked: str, at: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    """Id, polygon (WKB) and in which state it is of the facts that are in one of them."""
    was, now = (f"rev_from <= :{r} AND (rev_to IS NULL OR rev_to > :{r})" for r in at)
    yield from db.execute(
        f"{asked}SELECT {LAYERS[layer].identity}, geometry, {was}, {now} FROM {layer} "
        f"WHERE {condition or db.around(layer)} AND geometry IS NOT NULL "
        f"AND (({was}) OR ({now}))",
        at,
    )


def _both(found: Iterable[tuple[Any, ...]]) -> Both:
    """Facts as features in the order of the cut; facts of one outline are one feature."""
    states: dict[tuple[int, str, bytes], tuple[bool, bool]] = {}
    for layer, name, outline, was, now in found:
        key = layer, name, outline
        before = states.get(key, (False, False))
        states[key] = bool(was) or before[0], bool(now) or before[1]
    keys = sorted(states)
    shape = np.asarray(shapely.from_wkb([outline for _, _, outline in keys]), dtype=object)
    layers = np.array([layer for layer, _, _ in keys], dtype=np.int64)
    names = np.array([name for _, name, _ in keys], dtype=object)
    was_now = np.array([states[key] for key in keys], dtype=np.bool_).reshape(-1, 2)
    return Both(Features(shape, layers, names), *was_now.T).take(~shapely.is_empty(shape))
