"""Parts thinner than the tolerance: which they are, and which neighbour each of them joins."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.cut.native import compiled
from landgis.cut.rings import Points, Rings, offsets
from landgis.cut.runs import Bools, Floats, Ints, opens, total


def pulled(rings: Rings, width: float) -> Rings:
    """Rings with every vertex pulled ``width`` metres inward, a stand-in for their erosion.

    A border that moves by no more than ``width`` passes no point that lies farther inside, so
    what erosion leaves keeps its winding number: two polygons that still meet after erosion meet
    here too. The result may cross itself; ask it nothing but ``meet``.
    """
    x, y, begin, end, _ = rings.loop
    first, points = offsets(end - begin), Points()
    points.add(*_pulled(x, y, begin, end, first, width))
    return Rings(points, first[:-1], first[1:], rings.shell, rings.of)


@compiled
def _pulled(
    x: Floats, y: Floats, begin: Ints, end: Ints, first: Ints, width: float
) -> tuple[Floats, Floats]:
    """Closed rings, one after the other, every vertex moved ``width`` metres to the left."""
    out_x, out_y = np.empty(first[-1]), np.empty(first[-1])
    for ring in range(len(begin)):
        low, high, to = begin[ring], end[ring] - 1, first[ring]
        for k in range(low, high):
            before = high - 1 if k == low else k - 1
            from_x, from_y = x[before + 1] - x[before], y[before + 1] - y[before]
            step_x, step_y = x[k + 1] - x[k], y[k + 1] - y[k]
            one = max(np.sqrt(from_x * from_x + from_y * from_y), 1e-12)
            two = max(np.sqrt(step_x * step_x + step_y * step_y), 1e-12)
            left_x, left_y = -(step_y / two + from_y / one), step_x / two + from_x / one
            size = max(np.sqrt(left_x * left_x + left_y * left_y), 1e-9)
            out_x[to], out_y[to] = x[k] + width * left_x / size, y[k] + width * left_y / size
            to += 1
        out_x[to], out_y[to] = out_x[first[ring]], out_y[first[ring]]
    return out_x, out_y


def thin(parts: Rings, tolerance_m: float) -> Bools:
    """Which polygons are slivers: erosion by half of ``tolerance_m`` leaves nothing of them."""
    area, border = parts.figures
    out = doubtful(area, border, parts.holes, tolerance_m)
    asked = np.flatnonzero(out & ~tiny(area, tolerance_m))
    some = parts.take(asked)
    wide = _widest(*some.loop) >= tolerance_m - 1e-6
    out[asked] = ~wide
    eroded = shapely.buffer(some.take(wide).polygons(), -tolerance_m / 2)
    out[asked[wide]] = shapely.is_empty(eroded)
    return out


def doubtful(area: Floats, border: Floats, holes: Ints, tolerance_m: float) -> Bools:
    """Which polygons may be slivers by their figures alone.

    A polygon of area A, perimeter P and h holes whose every point lies within r of its border
    has A <= r P + h pi r^2, so a larger one needs no erosion.
    """
    reach = tolerance_m / 2
    return np.asarray(area <= reach * border + holes * np.pi * reach**2, dtype=np.bool_)


def tiny(area: Floats, tolerance_m: float) -> Bools:
    """Which areas are too small for a disc as wide as the tolerance."""
    return np.asarray(area < np.pi * (tolerance_m / 2) ** 2, dtype=np.bool_)


@compiled
def _widest(x: Floats, y: Floats, begin: Ints, end: Ints, of: Ints) -> Floats:
    """How long a straight cut across each polygon is at most: no disc within it is wider.

    Cuts are at right angles to its longest edge; between two vertices their lengths change
    evenly, so that those close to vertices are enough.
    """
    out = np.zeros(len(of) - 1)
    for p in range(len(of) - 1):
        size, longest, along_x, along_y = 0, 0.0, 1.0, 0.0
        for r in range(of[p], of[p + 1]):
            size += end[r] - begin[r]
            for k in range(begin[r], end[r] - 1):
                step_x, step_y = x[k + 1] - x[k], y[k + 1] - y[k]
                length = np.sqrt(step_x * step_x + step_y * step_y)
                if length > longest:
                    longest, along_x, along_y = length, step_x / length, step_y / length
        u, v, last, at = np.empty(size), np.empty(size), np.zeros(size, np.bool_), 0
        for r in range(of[p], of[p + 1]):
            for k in range(begin[r], end[r]):
                east, north = x[k] - x[begin[of[p]]], y[k] - y[begin[of[p]]]
                u[at], v[at] = along_x * east + along_y * north, along_x * north - along_y * east
                at += 1
            last[at - 1] = True
        met = np.empty(size)
        for c in range(2 * size):
            across, count = u[c >> 1] + (1e-7 if c & 1 else -1e-7), 0
            for k in range(size - 1):
                if last[k] or (u[k] < across) == (u[k + 1] < across):
                    continue
                cross = v[k] + (v[k + 1] - v[k]) * (across - u[k]) / (u[k + 1] - u[k])
                place = count
                while place > 0 and met[place - 1] > cross:
                    met[place] = met[place - 1]
                    place -= 1
                met[place] = cross
                count += 1
            for k in range(0, count - 1, 2):
                out[p] = max(out[p], met[k + 1] - met[k])
    return out


def join(borders: tuple[Ints, Ints, Floats], real: Bools) -> Ints:
    """The real face that each face goes with; itself if real, -1 if none.

    ``borders`` are pairs of neighbours, told from both sides, with the length they share. A
    sliver joins the neighbour with the longest shared border; one that touches slivers only
    follows the first of them that found a neighbour.
    """
    left, right, length = borders
    target = np.where(real, np.arange(len(real)), -1)
    while True:
        waiting = np.flatnonzero((target[left] < 0) & (target[right] >= 0))
        if not len(waiting):
            return target
        seeker, found = _longest(left[waiting], target[right[waiting]], length[waiting])
        target[seeker] = found


def _longest(seeker: Ints, found: Ints, length: Floats) -> tuple[Ints, Ints]:
    """For each seeker the found one with the greatest total length; the first of equals."""
    order = np.lexsort((found, seeker))
    seeker, found = seeker[order], found[order]
    start = np.flatnonzero(opens(seeker, found))
    shared = total(length[order], start).round(6)
    seeker, found = seeker[start], found[start]
    order = np.lexsort((found, -shared, seeker))
    best = order[opens(seeker[order])]
    return seeker[best], found[best]
