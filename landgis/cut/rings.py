"""Polygons as coordinates ring by ring, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from landgis.cut.native import compiled
from landgis.cut.runs import Bools, Floats, Ints, opens, spread
from landgis.stations import Geometries

NEAR_M = 1e-6
"""Borders nearer than this are taken to meet; coordinates resolve 1e-9 m."""


@dataclass(frozen=True)
class Rings:
    """Polygons as closed rings: ring r has the points ``first[r]:first[r + 1]`` of ``x``, ``y``.

    Polygon p has the rings ``of[p]:of[p + 1]``.
    """

    x: Floats
    y: Floats
    first: Ints
    of: Ints

    @classmethod
    def of_polygons(cls, polygons: Geometries) -> Rings:
        """The rings of ``polygons``."""
        xy, ring, polygon = _coordinates(polygons)
        first = np.append(np.flatnonzero(opens(ring)), len(ring))
        return cls(
            np.ascontiguousarray(xy[:, 0]),
            np.ascontiguousarray(xy[:, 1]),
            first,
            np.searchsorted(polygon, np.arange(len(polygons) + 1)),
        )


def meet(one: Rings, two: Rings, i: Ints, j: Ints) -> Bools:
    """Whether polygon i of ``one`` and polygon j of ``two`` have a point in common, pair by pair.

    Borders that come as near as a micrometre meet.
    """
    a, b = (one.x, one.y, one.first, one.of), (two.x, two.y, two.first, two.of)
    return _meet(*a, _boxes(*a), *b, _boxes(*b), i, j)


@compiled
def _meet(
    ax: Floats, ay: Floats, a_first: Ints, a_of: Ints, a_box: Floats,
    bx: Floats, by: Floats, b_first: Ints, b_of: Ints, b_box: Floats,
    i: Ints, j: Ints,
) -> Bools:  # fmt: skip
    out = np.zeros(len(i), np.bool_)
    for k in range(len(i)):
        a, b = a_first[a_of[i[k]] : a_of[i[k] + 1] + 1], b_first[b_of[j[k]] : b_of[j[k] + 1] + 1]
        one, two = a_box[i[k]], b_box[j[k]]
        box = (
            max(one[0], two[0]) - NEAR_M,
            max(one[1], two[1]) - NEAR_M,
            min(one[2], two[2]) + NEAR_M,
            min(one[3], two[3]) + NEAR_M,
        )
        if box[0] <= box[2] and box[1] <= box[3]:
            # the longer border outside: most of its edges are out of the box
            turned = b[-1] - b[0] > a[-1] - a[0]
            out[k] = (
                (_cross(bx, by, b, ax, ay, a, box) if turned else _cross(ax, ay, a, bx, by, b, box))
                or _opens_in(ax, ay, a, bx, by, b, box)
                or _opens_in(bx, by, b, ax, ay, a, box)
            )
    return out


@compiled
def _boxes(x: Floats, y: Floats, first: Ints, of: Ints) -> Floats:
    """The box around each polygon: least x and y, greatest x and y."""
    out = np.empty((len(of) - 1, 4))
    for p in range(len(of) - 1):
        low_x, low_y, high_x, high_y = np.inf, np.inf, -np.inf, -np.inf
        for k in range(first[of[p]], first[of[p + 1]]):
            low_x, high_x = min(low_x, x[k]), max(high_x, x[k])
            low_y, high_y = min(low_y, y[k]), max(high_y, y[k])
        out[p, 0], out[p, 1], out[p, 2], out[p, 3] = low_x, low_y, high_x, high_y
    return out


@compiled
def _cross(
    ax: Floats, ay: Floats, a: Ints, bx: Floats, by: Floats, b: Ints,
    box: tuple[float, float, float, float],
) -> bool:  # fmt: skip
    """Whether an edge of the rings ``a`` meets one of the rings ``b`` within ``box``."""
    for r in range(len(a) - 1):
        for k in range(a[r], a[r + 1] - 1):
            low_x, high_x = min(ax[k], ax[k + 1]) - NEAR_M, max(ax[k], ax[k + 1]) + NEAR_M
            low_y, high_y = min(ay[k], ay[k + 1]) - NEAR_M, max(ay[k], ay[k + 1]) + NEAR_M
            if low_x > box[2] or high_x < box[0] or low_y > box[3] or high_y < box[1]:
                continue
            for s in range(len(b) - 1):
                for m in range(b[s], b[s + 1] - 1):
                    if min(bx[m], bx[m + 1]) > high_x or max(bx[m], bx[m + 1]) < low_x:
                        continue
                    if min(by[m], by[m + 1]) > high_y or max(by[m], by[m + 1]) < low_y:
                        continue
                    if _clear(ax, ay, k, bx, by, m) or _clear(bx, by, m, ax, ay, k):
                        continue
                    return True
    return False


@compiled
def _clear(ax: Floats, ay: Floats, k: int, bx: Floats, by: Floats, m: int) -> bool:
    """Whether edge m of b lies wholly on one side of the line through edge k of a."""
    along_x, along_y = ax[k + 1] - ax[k], ay[k + 1] - ay[k]
    slack = NEAR_M * (abs(along_x) + abs(along_y))
    begin = along_x * (by[m] - ay[k]) - along_y * (bx[m] - ax[k])
    end = along_x * (by[m + 1] - ay[k]) - along_y * (bx[m + 1] - ax[k])
    return bool(min(begin, end) > slack or max(begin, end) < -slack)


@compiled
def _opens_in(
    ax: Floats, ay: Floats, a: Ints, bx: Floats, by: Floats, b: Ints,
    box: tuple[float, float, float, float],
) -> bool:  # fmt: skip
    """Whether the first point of a ring of ``a`` lies within the rings ``b``."""
    for r in range(len(a) - 1):
        x, y, inside = ax[a[r]], ay[a[r]], False
        if x < box[0] or x > box[2] or y < box[1] or y > box[3]:
            continue
        for s in range(len(b) - 1):
            for m in range(b[s], b[s + 1] - 1):
                if (by[m] > y) != (by[m + 1] > y):
                    share = (y - by[m]) / (by[m + 1] - by[m])
                    if x < bx[m] + share * (bx[m + 1] - bx[m]):
                        inside = not inside
        if inside:
            return True
    return False


def coordinates(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    """Coordinates (n, 2) of all rings, the ring of each, and the polygon of each ring.

    Rings are in the order of their polygons, so that the numbering within a few polygons does
    not depend on what the others are like. A point given twice in a row comes once.
    """
    xy, ring, polygon = _coordinates(polygons)
    again = (
        np.flatnonzero(
            (xy[1:, 0] == xy[:-1, 0]) & (xy[1:, 1] == xy[:-1, 1]) & (ring[1:] == ring[:-1])
        )
        + 1
    )
    if len(again):
        xy, ring = np.delete(xy, again, axis=0), np.delete(ring, again)
    return xy, ring, polygon


def _coordinates(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    plain = (shapely.get_type_id(polygons) == 3) & (shapely.get_num_interior_rings(polygons) == 0)
    xy, ring = shapely.get_coordinates(polygons[plain], return_index=True)
    polygon = np.flatnonzero(plain)
    if plain.all():
        return xy, ring, polygon
    # only polygons with holes or parts need objects made for their rings
    parts, whole = shapely.get_parts(polygons[~plain], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    more, other = shapely.get_coordinates(rings, return_index=True)
    size = np.concatenate(
        [np.bincount(ring, minlength=len(polygon)), np.bincount(other, minlength=len(rings))]
    )
    polygon = np.concatenate([polygon, np.flatnonzero(~plain)[whole[part]]])
    order = np.argsort(polygon, kind="stable")
    ring, turn = spread(size[order])
    at = (np.cumsum(size) - size)[order][ring] + turn
    return np.concatenate([xy, more])[at], ring, polygon[order]


def gathered(parts: Geometries, whole: Ints) -> Geometries:
    """One geometry for each run of ``whole``: the polygon, or a multipolygon of several."""
    parts, of = shapely.get_parts(parts, return_index=True)
    whole = whole[of]
    first = np.flatnonzero(opens(whole))
    out = parts[first]
    count = np.diff(np.append(first, len(parts)))
    many = count > 1
    if many.any():
        row, turn = spread(count[many])
        out[many] = shapely.multipolygons(parts[first[many][row] + turn], indices=row)
    return out
