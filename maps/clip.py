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
from maps.simple import MOST_POINTS, meeting

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

    xy: NDArray[np.int32]
    size: Ints
    hole: NDArray[np.bool_]
    feature: Ints

    def where(self, ring: NDArray[np.bool_]) -> Flat:
        """Some of the rings."""
        # Both coordinates of a point as one number: picked at once.
        pairs = np.ascontiguousarray(self.xy).view(np.int64)[:, 0]
        xy = pairs[np.repeat(ring, self.size)].view(np.int32).reshape(-1, 2)
        return Flat(xy, self.size[ring], self.hole[ring], self.feature[ring])


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
    neat, convex = tidy(rough)
    broken = _broken(neat, convex)
    if len(broken):
        again = _whole(outlines, at, broken, tile)
        mended, owner = _mended(*_clipped(again), len(broken))
        kept = neat.where(~np.isin(neat.feature, broken))
        neat = _joined(kept, tidy(flat(mended, broken[owner]))[0])
    fresh = opens(neat.feature)
    return Rings(neat.xy, neat.size, np.cumsum(fresh) - 1), neat.feature[fresh]


def _joined(one: Flat, other: Flat) -> Flat:
    return Flat(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def _rounded(outlines: Outlines, at: Ints, chosen: Ints, tile: Tile) -> Flat:
    xy, size, hole, feature = outlines.rings(at[chosen])
    half = (1 << tile.shift) >> 1
    units = ((xy - tile.corner + half) >> tile.shift).astype(np.int32)
    return Flat(units, size, hole, chosen[feature])


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
    return Flat(np.rint(xy[~last]).astype(np.int32), size, ~opens(part), owner[part])


def tidy(rings: Flat) -> tuple[Flat, NDArray[np.bool_]]:
    """Rings without points given twice, each turned as it must be, and which of them are convex.

    A ring without an area is gone, and a hole goes with its exterior.
    """
    rings = _without_repeats(rings)
    if not len(rings.size):
        return rings, np.empty(0, dtype=bool)
    area, convex = _measured(rings)
    wrong = (area < 0) != rings.hole
    if wrong.any():
        rings = _turned(rings, wrong)
    good = _alive(rings, area != 0)
    return (rings, convex) if good.all() else (rings.where(good), convex[good])


def _without_repeats(rings: Flat) -> Flat:
    """The rings with each point once, and without those that have less than three."""
    same = rings.xy[1:] == rings.xy[:-1]
    again = np.append(False, same[:, 0] & same[:, 1])[: len(rings.xy)]
    first = np.cumsum(rings.size) - rings.size
    again[first] = (rings.xy[first] == rings.xy[first + rings.size - 1]).all(axis=1)
    if again.any():
        left = rings.size - np.add.reduceat(again.astype(np.int64), first)
        rings = Flat(rings.xy[~again], left, rings.hole, rings.feature)
    # A ring of which nothing is left has no place among the points.
    good = _alive(rings, rings.size > 2)
    return rings if good.all() else rings.where(good)


def _alive(rings: Flat, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rings are good and, if holes, in a good exterior."""
    outer = np.flatnonzero(~rings.hole)
    return good & good[outer[np.cumsum(~rings.hole) - 1]] if len(outer) else good


def _measured(rings: Flat) -> tuple[Ints, NDArray[np.bool_]]:
    """Twice the signed area of each ring, positive where it runs clockwise on the screen.

    And whether it turns one way only, and once around: then it cannot cross itself.
    """
    first = np.cumsum(rings.size) - rings.size
    last = first + rings.size - 1
    x, y = rings.xy[:, 0], rings.xy[:, 1]
    east, south = _onward(x, first, last), _onward(y, first, last)
    area = np.add.reduceat(x * (y + south) - (x + east) * y, first)
    # The way out of each point against the way into it.
    out_x, out_y = _onward(east, first, last), _onward(south, first, last)
    turn = east * out_y - south * out_x
    least, most = np.minimum.reduceat(turn, first), np.maximum.reduceat(turn, first)
    side = (east > 0) | ((east == 0) & (south > 0))
    swings = side.copy()
    swings[1:] ^= side[:-1]
    swings[first] = side[first] ^ side[last]
    once = np.add.reduceat(swings, first, dtype=np.int64) == 2
    return area, ((least >= 0) | (most <= 0)) & once


def _onward(values: NDArray[np.int32], first: Ints, last: Ints) -> NDArray[np.int32]:
    """How much further the next point of the ring is."""
    step = np.empty_like(values)
    np.subtract(values[1:], values[:-1], out=step[:-1])
    step[last] = values[first] - values[last]
    return step


def _turned(rings: Flat, wrong: NDArray[np.bool_]) -> Flat:
    """The rings with some of them run the other way."""
    size = rings.size[wrong]
    first = (np.cumsum(rings.size) - rings.size)[wrong]
    ring, turn = spread(size)
    xy = rings.xy.copy()
    xy[first[ring] + turn] = rings.xy[first[ring] + size[ring] - 1 - turn]
    return rings._replace(xy=xy)


def _broken(rings: Flat, convex: NDArray[np.bool_]) -> Ints:
    """The features of tidy rings that are not valid.

    Of a single ring that is asked of every pair of its edges, of what has holes, parts or many
    points GEOS is asked.
    """
    if not len(rings.size):
        return np.empty(0, np.int64)
    alone = np.bincount(rings.feature)[rings.feature] == 1
    quick = alone & (rings.size <= MOST_POINTS)
    asked = np.flatnonzero(quick & ~convex)
    first = np.cumsum(rings.size) - rings.size
    met = meeting(rings.xy, first[asked], rings.size[asked])
    slow = _invalid(rings.where(~(alone & (quick | convex))))
    return np.concatenate([rings.feature[asked[met]], slow])


def _invalid(rings: Flat) -> Ints:
    """The features of some rings that GEOS finds not valid."""
    parts = polygons(rings.xy.astype(np.float64), rings.size, rings.hole)
    outer = rings.feature[~rings.hole]
    fresh = opens(outer)
    wholes = shapely.multipolygons(parts, indices=np.cumsum(fresh) - 1)
    return outer[fresh][~shapely.is_valid(wholes)]
