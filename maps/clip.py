"""Outlines and one tile in; their rings in tile units, clipped, simplified and valid, out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.cut.runs import Ints, opens, spread
from landgis.stations import Geometries
from maps.mvt import EXTENT, Rings
from maps.outlines import BITS, Outlines, polygons

BUFFER = 64
"""Units beyond the edge that are still drawn, so that no border shows where tiles meet."""

TOLERANCE = 1.0
"""How far a simplified outline may move, in units: an eighth of a pixel."""

LONG = 24
"""Outlines with more points are simplified; of shorter ones only what lies on a line goes."""

DEEPEST = BITS - EXTENT.bit_length() + 1
"""The zoom at which a unit of the tile is a unit of the map."""


class Tile(NamedTuple):
    """One tile of the map."""

    z: int
    x: int
    y: int

    @property
    def shift(self) -> int:
        """How many bits a unit of the tile is coarser than one of the map."""
        return DEEPEST - self.z

    @property
    def corner(self) -> Ints:
        """The north-western corner in units of the map."""
        return np.array([self.x, self.y], np.int64) << (BITS - self.z)

    def window(self, buffer: int = BUFFER) -> Ints:
        """West, north, east, south in units of the map, ``buffer`` units of the tile wider."""
        low = self.corner - (buffer << self.shift)
        return np.append(low, self.corner + ((EXTENT + buffer) << self.shift))


class Flat(NamedTuple):
    """Rings as ``mvt.Rings`` has them, with what is a hole; ``feature`` may leave numbers out."""

    xy: Ints
    size: Ints
    hole: NDArray[np.bool_]
    feature: Ints

    def chosen(self, ring: Ints) -> Flat:
        """Some of the rings, in that order."""
        first = (np.cumsum(self.size) - self.size)[ring]
        of, turn = spread(self.size[ring])
        return Flat(self.xy[first[of] + turn], self.size[ring], self.hole[ring], self.feature[ring])


def fitted(outlines: Outlines, at: Ints, tile: Tile) -> tuple[Rings, Ints]:
    """The outlines at the positions ``at`` as rings of the tile, and which of ``at`` are left.

    Every feature is valid as the standard wants it: exteriors run clockwise on the screen, holes
    the other way, nothing crosses or touches itself. What is smaller than a unit is left out.
    """
    window, box = tile.window(), outlines.box[at]
    inside = (box[:, :2] >= window[:2]).all(axis=1) & (box[:, 2:] <= window[2:]).all(axis=1)
    first, last = outlines.rings_at[at], outlines.rings_at[at + 1]
    short = outlines.points_at[last] - outlines.points_at[first] <= LONG
    easy = np.flatnonzero(inside & short)
    hard = np.flatnonzero(~(inside & short))
    whole = _whole(outlines, at, hard, tile)
    clipped, owner = _clipped(whole)
    rough = _joined(_rounded(outlines, at, easy, tile), flat(clipped, hard[owner]))
    neat = tidy(rough)
    broken = _broken(neat)
    if len(broken):
        again = _whole(outlines, at, broken, tile)
        mended, owner = _mended(*_clipped(again), len(broken))
        kept = np.flatnonzero(~np.isin(neat.feature, broken))
        neat = _joined(neat.chosen(kept), tidy(flat(mended, broken[owner])))
    neat = neat.chosen(np.argsort(neat.feature, kind="stable"))
    left, feature = np.unique(neat.feature, return_inverse=True)
    return Rings(neat.xy, neat.size, feature), left


def _joined(one: Flat, other: Flat) -> Flat:
    return Flat(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def _rounded(outlines: Outlines, at: Ints, chosen: Ints, tile: Tile) -> Flat:
    xy, size, hole, feature = outlines.rings(at[chosen])
    half = (1 << tile.shift) >> 1
    return Flat((xy - tile.corner + half) >> tile.shift, size, hole, chosen[feature])


def _whole(outlines: Outlines, at: Ints, chosen: Ints, tile: Tile) -> tuple[Geometries, Ints]:
    """The polygons of some, unrounded in units of the tile, and which of ``chosen`` each is of."""
    xy, size, hole, feature = outlines.rings(at[chosen])
    units = (xy - tile.corner) / (1 << tile.shift)
    return polygons(units, size, hole), feature[~hole]


def _clipped(whole: tuple[Geometries, Ints]) -> tuple[Geometries, Ints]:
    """The parts of polygons inside the window, simplified, and what each is of."""
    geoms, owner = whole
    long = np.flatnonzero(shapely.get_num_coordinates(geoms) > LONG)
    geoms = geoms.copy()
    geoms[long] = shapely.simplify(geoms[long], TOLERANCE)
    inside = shapely.clip_by_rect(geoms, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    return _polygons_of(inside, owner)


def _polygons_of(geoms: Geometries, owner: Ints) -> tuple[Geometries, Ints]:
    parts, of = shapely.get_parts(geoms, return_index=True)
    parts, of_parts = shapely.get_parts(parts, return_index=True)
    solid = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return parts[solid], owner[of[of_parts[solid]]]


def _mended(parts: Geometries, owner: Ints, count: int) -> tuple[Geometries, Ints]:
    """Features whose rounded rings crossed, rounded so that they do not."""
    whole = shapely.multipolygons(parts, indices=owner, out=np.empty(count, dtype=object))
    return _polygons_of(shapely.set_precision(shapely.make_valid(whole), 1.0), np.arange(count))


def flat(parts: Geometries, owner: Ints) -> Flat:
    """The rings of polygons in whole units."""
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    size = np.bincount(ring[~last], minlength=len(rings)).astype(np.int64)
    return Flat(np.rint(xy[~last]).astype(np.int64), size, ~opens(part), owner[part])


def tidy(rings: Flat) -> Flat:
    """Rings without needless points, each turned as it must be; those without an area are gone."""
    while True:
        keep = _needed(rings)
        if keep.all():
            break
        ring, _ = spread(rings.size)
        left = np.bincount(ring[keep], minlength=len(rings.size)).astype(np.int64)
        rings = _alive(Flat(rings.xy[keep], left, rings.hole, rings.feature), left > 2)
    area = _areas(rings)
    rings = _turned(rings, (area < 0) != rings.hole)
    return _alive(rings, area != 0)


def _around(size: Ints) -> tuple[Ints, Ints, Ints]:
    """The ring of each point, and the points before and after it."""
    ring, turn = spread(size)
    first = (np.cumsum(size) - size)[ring]
    at = np.arange(len(ring))
    before = np.where(turn == 0, first + size[ring] - 1, at - 1)
    after = np.where(turn == size[ring] - 1, first, at + 1)
    return ring, before, after


def _needed(rings: Flat) -> NDArray[np.bool_]:
    """Points that are not the point before them; if there are none, those not on a line."""
    _, before, after = _around(rings.size)
    came = rings.xy - rings.xy[before]
    fresh = came.any(axis=1)
    if not fresh.all():
        return fresh
    goes = came[after]
    return came[:, 0] * goes[:, 1] != came[:, 1] * goes[:, 0]


def _alive(rings: Flat, good: NDArray[np.bool_]) -> Flat:
    """The good rings; a hole goes with its exterior."""
    if good.all():
        return rings
    outer = np.flatnonzero(~rings.hole)
    own = outer[np.cumsum(~rings.hole) - 1]
    return rings.chosen(np.flatnonzero(good & good[own]))


def _areas(rings: Flat) -> Ints:
    """Twice the signed area of each ring, positive where it runs clockwise on the screen."""
    if not len(rings.size):
        return np.empty(0, np.int64)
    _, _, after = _around(rings.size)
    x, y = rings.xy.T
    parts = x * y[after] - x[after] * y
    return np.add.reduceat(parts, np.cumsum(rings.size) - rings.size)


def _turned(rings: Flat, wrong: NDArray[np.bool_]) -> Flat:
    """The rings with some of them run the other way."""
    ring, turn = spread(rings.size)
    first = (np.cumsum(rings.size) - rings.size)[ring]
    other = np.where(wrong[ring], rings.size[ring] - 1 - turn, turn)
    return rings._replace(xy=rings.xy[first + other])


def _broken(rings: Flat) -> Ints:
    """The features of tidy rings that are not valid; a single convex ring always is."""
    if not len(rings.size):
        return np.empty(0, np.int64)
    alone = np.bincount(rings.feature)[rings.feature] == 1
    doubted = rings.chosen(np.flatnonzero(~(alone & _convex(rings))))
    parts = polygons(doubted.xy.astype(np.float64), doubted.size, doubted.hole)
    of, owner = np.unique(doubted.feature[~doubted.hole], return_inverse=True)
    order = np.argsort(owner, kind="stable")
    wholes = shapely.multipolygons(parts[order], indices=owner[order])
    return of[~shapely.is_valid(wholes)] if len(of) else of


def _convex(rings: Flat) -> NDArray[np.bool_]:
    """Whether a ring turns one way only, and once around."""
    _, before, after = _around(rings.size)
    came = rings.xy - rings.xy[before]
    goes = came[after]
    start = np.cumsum(rings.size) - rings.size
    right = came[:, 0] * goes[:, 1] > came[:, 1] * goes[:, 0]
    turns = np.add.reduceat(right.astype(np.int64), start)
    east = (goes[:, 0] > 0) | ((goes[:, 0] == 0) & (goes[:, 1] > 0))
    swings = np.add.reduceat((east != east[before]).astype(np.int64), start)
    return ((turns == rings.size) | (turns == 0)) & (swings == 2)
