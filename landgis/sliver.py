"""Parts thinner than the tolerance: which they are, and which neighbour each of them joins."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.runs import Bools, Floats, Ints, closes, opens, spread, total
from landgis.stations import Geometries


def pulled(geoms: Geometries, width: float) -> Geometries:
    """Polygons with every vertex pulled ``width`` metres inward, a stand-in for their erosion.

    A border that moves by no more than ``width`` passes no point that lies farther inside, so
    what erosion leaves keeps its winding number: two polygons that still meet after erosion meet
    here too. The result may cross itself; ask it nothing but ``intersects``.
    """
    parts, whole = shapely.get_parts(geoms, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first, last = opens(ring), closes(ring)
    step = np.where(last[:, None], 0.0, np.roll(xy, -1, axis=0) - xy)
    ahead = step / np.maximum(np.hypot(*step.T), 1e-12)[:, None]
    ahead[last] = ahead[first]
    behind = np.roll(ahead, 1, axis=0)
    behind[first] = np.roll(ahead, 1, axis=0)[last]
    inward = _turned(behind + ahead)
    size = np.hypot(*inward.T)
    away = np.where((size > 1e-9)[:, None], inward / np.maximum(size, 1e-9)[:, None], 0.0)
    moved = shapely.linearrings(xy + width * away, indices=ring)
    out = shapely.polygons(moved, indices=part)
    return gathered(np.asarray(out, dtype=object), whole)


def _turned(xy: Floats) -> Floats:
    """Each vector turned to its left."""
    return np.column_stack([-xy[:, 1], xy[:, 0]])


def gathered(parts: Geometries, whole: Ints) -> Geometries:
    """Polygons back together as they were before ``get_parts``; ``whole`` is sorted."""
    first = np.flatnonzero(opens(whole))
    out = parts[first]
    count = np.diff(np.append(first, len(parts)))
    many = count > 1
    if many.any():
        row, turn = spread(count[many])
        out[many] = shapely.multipolygons(parts[first[many][row] + turn], indices=row)
    return out


def thin(parts: Geometries, tolerance_m: float) -> Bools:
    """Which polygons are slivers: erosion by half of ``tolerance_m`` leaves nothing of them."""
    reach = tolerance_m / 2
    holes = shapely.get_num_interior_rings(parts)
    out = doubtful(shapely.area(parts), shapely.length(parts), holes, tolerance_m)
    asked = np.flatnonzero(out)
    asked = asked[_width(parts[asked]) >= tolerance_m]
    out[asked] = shapely.is_empty(shapely.buffer(parts[asked], -reach))
    return out


def doubtful(area: Floats, border: Floats, holes: Ints, tolerance_m: float) -> Bools:
    """Which polygons may be slivers by their figures alone.

    A polygon of area A, perimeter P and h holes whose every point lies within r of its border
    has A <= r P + h pi r^2, so a larger one needs no erosion.
    """
    reach = tolerance_m / 2
    return np.asarray(area <= reach * border + holes * np.pi * reach**2, dtype=np.bool_)


def _width(parts: Geometries) -> Floats:
    """How wide each polygon is at most, across its longest edge: no disc within it is wider."""
    xy, part = shapely.get_coordinates(parts, return_index=True)
    same = np.append(part[1:] == part[:-1], False)
    step = np.where(same[:, None], np.roll(xy, -1, axis=0) - xy, 0.0)
    length = np.hypot(*step.T)
    first = np.searchsorted(part, np.arange(len(parts)))
    longest = np.maximum.reduceat(length, first) if len(parts) else np.zeros(0)
    at = np.flatnonzero(length == longest[part])
    edge = np.zeros((len(parts), 2))
    edge[part[at]] = step[at] / length[at][:, None]
    local = xy - xy[first][part]
    off = edge[part, 0] * local[:, 1] - edge[part, 1] * local[:, 0]
    if not len(parts):
        return np.zeros(0)
    return np.asarray(np.maximum.reduceat(off, first) - np.minimum.reduceat(off, first))


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
