"""Polygons as rings of coordinates: from shapely at the front door and back at the end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from landgis.cut.native import compiled
from landgis.cut.runs import Bools, Floats, Ints, opens, spread
from landgis.stations import Geometries

BLOCK = 16
"""Edges of a ring that have a box together, so that loops can pass them by."""


class Points:
    """A growing store of points in metres, shared by many ``Rings``: a point keeps its number."""

    def __init__(self) -> None:
        self._xy, self._size = np.empty((2, 1024)), 0

    @property
    def x(self) -> Floats:
        """Eastings of all points."""
        return self._xy[0, : self._size]

    @property
    def y(self) -> Floats:
        """Northings of all points."""
        return self._xy[1, : self._size]

    def add(self, x: Floats, y: Floats) -> int:
        """Put points in; the number of the first of them."""
        first, self._size = self._size, self._size + len(x)
        if self._size > self._xy.shape[1]:
            grown = np.empty((2, 2 * self._size))
            grown[:, :first] = self._xy[:, :first]
            self._xy = grown
        self._xy[:, first : self._size] = x, y
        return first


@dataclass(frozen=True)
class Rings:
    """Polygons as closed rings with the interior on the left.

    Ring r has the ``points`` from ``begin[r]`` up to and without ``end[r]``, the last being the
    first again. Polygon p has the rings ``of[p]:of[p + 1]``, part by part: a ``shell``, then the
    holes in it.
    """

    points: Points
    begin: Ints
    end: Ints
    shell: Bools
    of: Ints

    def __len__(self) -> int:
        """The number of polygons."""
        return len(self.of) - 1

    @property
    def loop(self) -> tuple[Floats, Floats, Ints, Ints, Ints]:
        """What compiled loops take: x, y, begin, end, of."""
        return self.points.x, self.points.y, self.begin, self.end, self.of

    @cached_property
    def box(self) -> Floats:
        """The box around each polygon (n, 4): least x and y, greatest x and y."""
        return _boxes(*self.loop)

    @cached_property
    def figures(self) -> Floats:
        """Area in square metres and length of the border in metres (2, n) of each polygon."""
        return _figures(*self.loop)

    @cached_property
    def blocks(self) -> tuple[Ints, Floats]:
        """Boxes around ``BLOCK`` edges each, ring after ring, and where those of a ring begin."""
        first = offsets((self.end - self.begin - 2) // BLOCK + 1)
        x, y, begin, end, _ = self.loop
        return first, _blocks(x, y, begin, end, first)

    @property
    def holes(self) -> Ints:
        """The number of holes in each polygon."""
        within = np.append([0], np.cumsum(~self.shell))
        return np.diff(within[self.of])

    def take(self, rows: Ints | Bools) -> Rings:
        """Some of the polygons, the points left where they are."""
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        size = np.diff(self.of)[rows]
        row, turn = spread(size)
        ring = self.of[rows][row] + turn
        return Rings(self.points, self.begin[ring], self.end[ring], self.shell[ring], offsets(size))

    def joined(self, other: Rings) -> Rings:
        """These polygons and others of the same points."""
        return Rings(
            self.points,
            np.concatenate([self.begin, other.begin]),
            np.concatenate([self.end, other.end]),
            np.concatenate([self.shell, other.shell]),
            np.concatenate([self.of, other.of[1:] + self.of[-1]]),
        )

    def moved(self, points: Points) -> Rings:
        """The same polygons with their points put among other ``points``."""
        at = points.add(self.points.x, self.points.y)
        return Rings(points, self.begin + at, self.end + at, self.shell, self.of)

    def gathered(self, first: Ints) -> Rings:
        """Neighbours as one polygon with several parts: those from each of ``first`` on."""
        of = np.append(self.of[first], self.of[-1:])
        return Rings(self.points, self.begin, self.end, self.shell, of)

    def parts(self) -> tuple[Rings, Ints]:
        """Every part as a polygon of its own, and the polygon it is from."""
        first = np.flatnonzero(self.shell)
        whole = np.searchsorted(self.of, first, side="right") - 1
        of = np.append(first, len(self.shell))
        return Rings(self.points, self.begin, self.end, self.shell, of), whole

    def coordinates(self) -> tuple[Floats, Ints]:
        """Coordinates (n, 2) of all rings, one after the other, and where each begins (r + 1)."""
        size = self.end - self.begin
        first = offsets(size)
        at = np.arange(first[-1]) + np.repeat(self.begin - first[:-1], size)
        return np.column_stack([self.points.x[at], self.points.y[at]]), first

    def polygons(self) -> Geometries:
        """A shapely polygon of each polygon with one part, else a multipolygon."""
        xy, first = self.coordinates()
        shells = np.flatnonzero(self.shell)
        kind = shapely.GeometryType.POLYGON
        parts = shapely.from_ragged_array(kind, xy, (first, np.append(shells, len(self.shell))))
        start = np.searchsorted(shells, self.of)
        count = np.diff(start)
        out = np.empty(len(self), dtype=object)
        out[count == 1] = parts[start[:-1][count == 1]]
        if (count != 1).any():
            row, turn = spread(count[count != 1])
            at = start[:-1][count != 1][row] + turn
            out[count != 1] = shapely.multipolygons(parts[at], indices=row)
        return out


def offsets(size: Ints) -> Ints:
    """Where each of some runs begins, and where the last ends."""
    out = np.zeros(len(size) + 1, dtype=np.int64)
    np.cumsum(size, out=out[1:])
    return out


def rings_of(polygons: Geometries, points: Points) -> Rings:
    """Shapely's polygons and multipolygons, put among ``points``, interiors turned to the left."""
    plain = (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON) & (
        shapely.get_num_interior_rings(polygons) == 0
    )
    xy, ring = shapely.get_coordinates(polygons[plain], return_index=True)
    first = np.flatnonzero(opens(ring))
    polygon, shell = np.flatnonzero(plain)[ring[first]], np.ones(len(first), dtype=np.bool_)
    if not plain.all():
        # only polygons with holes or parts need objects made for their rings
        parts, whole = shapely.get_parts(polygons[~plain], return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        more, ring = shapely.get_coordinates(rings, return_index=True)
        begins = np.flatnonzero(opens(ring))
        part = part[ring[begins]]
        first = np.append(first, len(xy) + begins)
        xy = np.concatenate([xy, more])
        polygon = np.append(polygon, np.flatnonzero(~plain)[whole[part]])
        shell = np.append(shell, opens(part))
    at = points.add(xy[:, 0], xy[:, 1])
    begin, end = at + first, at + np.append(first[1:], len(xy))[: len(first)]
    _turn(points.x, points.y, begin, end, shell)
    order = np.argsort(polygon, kind="stable")
    of = np.searchsorted(polygon[order], np.arange(len(polygons) + 1))
    return Rings(points, begin[order], end[order], shell[order], of)


@compiled
def _turn(x: Floats, y: Floats, begin: Ints, end: Ints, shell: Bools) -> None:
    """Turn rings round in place: shells run counter-clockwise, holes clockwise."""
    for r in range(len(begin)):
        low, high, twice = begin[r], end[r] - 1, 0.0
        for k in range(low, high):
            twice += (x[k] - x[low]) * (y[k + 1] - y[low]) - (x[k + 1] - x[low]) * (y[k] - y[low])
        if (twice < 0) == shell[r]:
            while low < high:
                x[low], x[high] = x[high], x[low]
                y[low], y[high] = y[high], y[low]
                low += 1
                high -= 1


@compiled
def _boxes(x: Floats, y: Floats, begin: Ints, end: Ints, of: Ints) -> Floats:
    out = np.empty((len(of) - 1, 4))
    for p in range(len(of) - 1):
        low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
        for r in range(of[p], of[p + 1]):
            for k in range(begin[r], end[r]):
                low_x, high_x = min(low_x, x[k]), max(high_x, x[k])
                low_y, high_y = min(low_y, y[k]), max(high_y, y[k])
        out[p, 0], out[p, 1], out[p, 2], out[p, 3] = low_x, low_y, high_x, high_y
    return out


@compiled
def _blocks(x: Floats, y: Floats, begin: Ints, end: Ints, first: Ints) -> Floats:
    out = np.empty((first[-1], 4))
    for r in range(len(begin)):
        for b in range(first[r], first[r + 1]):
            low = begin[r] + BLOCK * (b - first[r])
            west, south, east, north = x[low], y[low], x[low], y[low]
            for k in range(low + 1, min(low + BLOCK + 1, end[r])):
                west, east = min(west, x[k]), max(east, x[k])
                south, north = min(south, y[k]), max(north, y[k])
            out[b, 0], out[b, 1], out[b, 2], out[b, 3] = west, south, east, north
    return out


@compiled
def _figures(x: Floats, y: Floats, begin: Ints, end: Ints, of: Ints) -> Floats:
    out = np.zeros((2, len(of) - 1))
    for p in range(len(of) - 1):
        for r in range(of[p], of[p + 1]):
            low = begin[r]
            for k in range(low, end[r] - 1):
                step_x, step_y = x[k + 1] - x[k], y[k + 1] - y[k]
                out[0, p] += ((x[k] - x[low]) * step_y - (y[k] - y[low]) * step_x) / 2
                out[1, p] += np.sqrt(step_x * step_x + step_y * step_y)
    return out
