"""Polygons in; the same as flat arrays in whole units of the map, ready to be cut into tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.cut.runs import Ints, opens, spread
from landgis.measure import transform
from landgis.stations import Geometries

MAP_CRS = 3857
BITS = 32
HALF_M = 20_037_508.342789244
"""Half the width of the map in metres of EPSG:3857."""

CHUNK = 100_000
"""Polygons turned at a time: bounds the memory."""

BLOCK = 128
"""Neighbours whose bounds are looked at together."""


@dataclass(frozen=True)
class Outlines:
    """Polygons of the map in units of its width / 2**32 (9 mm), x east and y south.

    ``row`` says which geometry each was; those without a polygon are left out. Ordered along a
    curve that keeps neighbours together. ``box`` (n, 4) is west, north, east, south. ``rings_at``
    (n + 1) bounds the rings of each, ``points_at`` the points of each ring, which is open;
    ``hole`` marks rings that are not the first of a part. Exteriors run clockwise on the screen.
    """

    row: Ints
    box: Ints
    block: Ints
    rings_at: Ints
    points_at: Ints
    hole: NDArray[np.bool_]
    xy: NDArray[np.uint32]

    def __len__(self) -> int:
        """The number of polygons."""
        return len(self.row)

    def near(self, box: Ints) -> Ints:
        """The positions of those whose bounds meet a box (west, north, east, south)."""
        blocks = np.flatnonzero(_meet(self.block, box))
        at = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        at = at[: len(at) - max(0, (blocks[-1] + 1) * BLOCK - len(self))] if len(blocks) else at
        return at[_meet(self.box[at], box)]

    def rings(self, at: Ints) -> tuple[Ints, Ints, NDArray[np.bool_], Ints]:
        """The rings of some: points, points of each ring, whether a hole, which of ``at``."""
        count = self.rings_at[at + 1] - self.rings_at[at]
        feature, turn = spread(count)
        ring = self.rings_at[at][feature] + turn
        size = self.points_at[ring + 1] - self.points_at[ring]
        of, turn = spread(size)
        xy = self.xy[self.points_at[ring][of] + turn].astype(np.int64)
        return xy, size, self.hole[ring], feature

    def parts(self, at: Ints) -> tuple[Geometries, Ints]:
        """The polygons of some in units of the map, part by part, and which of ``at`` each is."""
        xy, size, hole, feature = self.rings(at)
        return polygons(xy.astype(np.float64), size, hole), feature[~hole]


def polygons(xy: NDArray[np.float64], size: Ints, hole: NDArray[np.bool_]) -> Geometries:
    """One polygon for each open ring that is no hole, with the holes that follow it."""
    if not len(size):
        return np.empty(0, dtype=object)
    first = np.cumsum(size) - size
    ring, turn = spread(size + 1)
    closed = xy[first[ring] + turn % size[ring]]
    rings = np.append(0, np.cumsum(size + 1))
    parts = np.append(np.flatnonzero(~hole), len(size))
    kind = shapely.GeometryType.POLYGON
    return np.asarray(shapely.from_ragged_array(kind, closed, (rings, parts)), dtype=object)


def in_units(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 2) of EPSG:3857 in units of the map, not rounded."""
    return (metres * (1, -1) + HALF_M) / (2 * HALF_M) * 2**BITS


def _meet(boxes: Ints, box: Ints) -> NDArray[np.bool_]:
    west, north, east, south = boxes.T
    across = (west <= box[2]) & (east >= box[0])
    return across & (north <= box[3]) & (south >= box[1])


def outlines(geoms: Geometries, crs: int) -> Outlines:
    """The polygons of ``geoms`` (``crs``; None where there is none) for the map."""
    return outlines_of(len(geoms), geoms.__getitem__, crs)


def outlines_of(size: int, shapes_at: Callable[[Ints], Geometries], crs: int) -> Outlines:
    """``outlines`` of polygons that are there only while they are turned, a chunk at a time."""
    rows, parts = [np.empty(0, np.int64)], []
    for begin in range(0, size, CHUNK):
        geoms = shapes_at(np.arange(begin, min(size, begin + CHUNK)))
        there = np.flatnonzero(~(shapely.is_missing(geoms) | shapely.is_empty(geoms)))
        rows.append(there + begin)
        parts.append(_flat(geoms[there], crs))
    row = np.concatenate(rows)
    xy = np.concatenate([p[0] for p in parts]) if parts else np.empty((0, 2), np.uint32)
    size, hole, count = (_joined([p[k] for p in parts]) for k in (1, 2, 3))
    return _ordered(row, xy, size, hole.astype(bool), count)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _flat(geoms: Geometries, crs: int) -> tuple[NDArray[np.uint32], Ints, Ints, Ints]:
    """Points, points of each ring, whether it is a hole, and the rings of each polygon."""
    turned = shapely.orient_polygons(transform(geoms, crs, MAP_CRS), exterior_cw=True)
    parts, owner = shapely.get_parts(turned, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    metres, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    xy = np.clip(np.rint(in_units(metres[~last])), 0, 2**BITS - 1).astype(np.uint32)
    size = np.bincount(ring[~last], minlength=len(rings)).astype(np.int64)
    return xy, size, (~opens(part)).astype(np.int64), np.bincount(owner[part], minlength=len(geoms))


def _ordered(
    row: Ints, xy: NDArray[np.uint32], size: Ints, hole: NDArray[np.bool_], count: Ints
) -> Outlines:
    """The polygons along the curve, with their bounds."""
    first_point = np.cumsum(size) - size
    first_ring = np.cumsum(count) - count
    corners = [
        f.reduceat(g.reduceat(xy[:, k], first_point), first_ring)
        for f, g, k in ((np.minimum, np.minimum, 0), (np.minimum, np.minimum, 1),
                        (np.maximum, np.maximum, 0), (np.maximum, np.maximum, 1))
    ] if len(row) else [np.empty(0)] * 4  # fmt: skip
    box = np.column_stack(corners).astype(np.int64)
    order = np.argsort(_curve((box[:, :2] + box[:, 2:]) >> 1), kind="stable")
    feature, turn = spread(count[order])
    ring = first_ring[order][feature] + turn
    of, turn = spread(size[ring])
    return Outlines(
        row=row[order],
        box=box[order],
        block=_blocks(box[order]),
        rings_at=np.append(0, np.cumsum(count[order])),
        points_at=np.append(0, np.cumsum(size[ring])),
        hole=hole[ring],
        xy=xy[first_point[ring][of] + turn],
    )


def _blocks(box: Ints) -> Ints:
    start = np.arange(0, len(box), BLOCK)
    if not len(start):
        return np.empty((0, 4), np.int64)
    low = np.minimum.reduceat(box[:, :2], start, axis=0)
    return np.column_stack([low, np.maximum.reduceat(box[:, 2:], start, axis=0)])


def _curve(xy: Ints) -> NDArray[np.uint64]:
    """Where points lie on Morton's curve: the bits of x and y by turns."""
    return _apart(xy[:, 0]) | (_apart(xy[:, 1]) << np.uint64(1))


def _apart(values: Ints) -> NDArray[np.uint64]:
    """32 bits with a zero before each."""
    bits = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333), (1, 0x5555555555555555),
    ):  # fmt: skip
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
