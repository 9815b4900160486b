"""Which cells and polygons share land: tests that are cheap and never miss any."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.cut.rings import Rings, meet
from landgis.cut.runs import Bools, Ints
from landgis.cut.sliver import pulled
from landgis.stations import Geometries


def meeting(tree: Geometries, geoms: Geometries) -> tuple[Ints, Ints]:
    """Positions in ``geoms`` and in ``tree`` of what intersects, ordered by both."""
    i, j = shapely.STRtree(tree).query(geoms, predicate="intersects")
    order = np.lexsort((j, i))
    return i[order], j[order]


def boxed(tree: Geometries, geoms: Geometries) -> tuple[Ints, Ints]:
    """Positions in ``geoms`` and in ``tree`` of what has boxes that meet, ordered by both."""
    i, j = shapely.STRtree(tree).query(geoms)
    order = np.lexsort((j, i))
    return i[order], j[order]


def touched(geoms: Geometries, others: Geometries) -> Ints:
    """Positions of the ``geoms`` that intersect one of ``others``."""
    return np.unique(shapely.STRtree(geoms).query(others, predicate="intersects")[1])


def near(cells: Geometries, shape: Geometries, tolerance_m: float) -> tuple[Ints, Ints]:
    """Cells and polygons whose boxes overlap by the tolerance, ordered by both."""
    i, j = boxed(shape, cells)
    one, two = shapely.bounds(cells), shapely.bounds(shape)
    deep = np.ones(len(i), dtype=np.bool_)
    for low, high in ((0, 2), (1, 3)):
        top = np.minimum(one[:, high][i], two[:, high][j])
        deep &= top - np.maximum(one[:, low][i], two[:, low][j]) >= tolerance_m
    return i[deep], j[deep]


def covered(cells: Geometries, cell: Ints, shape: Geometries, j: Ints) -> Bools:
    """Which cells lie wholly in their polygon."""
    inner, outer = shapely.bounds(cells)[cell], shapely.bounds(shape)[j]
    out = (inner[:, :2] >= outer[:, :2]).all(axis=1) & (inner[:, 2:] <= outer[:, 2:]).all(axis=1)
    asked = np.flatnonzero(out)
    shapely.prepare(shape)
    out[asked] = shapely.covers(shape[j[asked]], cells[cell[asked]])
    return np.asarray(out, dtype=np.bool_)


def contacts(
    cells: Geometries, cell: Ints, shape: Geometries, j: Ints, reach: float
) -> tuple[Ints, Ints]:
    """The pairs that may share a disc with a radius of ``reach`` metres."""
    known = _centred(cells, cell, shape, j)
    asked = np.flatnonzero(~known)
    some, back = np.unique(cell[asked], return_inverse=True)
    others, there = np.unique(j[asked], return_inverse=True)
    inner = pulled(Rings.of_polygons(cells[some]), reach)
    outer = pulled(Rings.of_polygons(shape[others]), reach)
    known[asked] = meet(inner, outer, back, there)
    return cell[known], j[known]


def _centred(cells: Geometries, cell: Ints, shape: Geometries, j: Ints) -> Bools:
    """Pairs of which one holds the middle of the other: they do share land."""
    one, two = shapely.bounds(cells), shapely.bounds(shape)
    small = (one[:, 2] - one[:, 0])[cell] > (two[:, 2] - two[:, 0])[j]
    middle = np.where(small[:, None], two[j], one[cell])
    x, y = (middle[:, 0] + middle[:, 2]) / 2, (middle[:, 1] + middle[:, 3]) / 2
    shapely.prepare(cells)
    shapely.prepare(shape)
    out = shapely.contains_xy(cells[cell], x, y)
    out[out] = shapely.contains_xy(shape[j[out]], x[out], y[out])
    return np.asarray(out, dtype=np.bool_)
