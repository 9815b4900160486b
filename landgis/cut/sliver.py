"""Parts thinner than the tolerance: which they are, and which neighbour each of them joins."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.cut.rings import gathered
from landgis.cut.runs import Bools, Floats, Ints, closes, opens, total
from landgis.stations import Geometries


def pulled(geoms: Geometries, width: float) -> Geometries:
    """Polygons with every vertex pulled ``width`` metres inward, a stand-in for their erosion.

    A border that moves by no more than ``width`` passes no point that lies farther inside, so
    what erosion leaves keeps its winding number: two polygons that still meet after erosion meet
    here too. The result may cross itself; ask it nothing but ``intersects``.
    """
    out = np.empty(len(geoms), dtype=object)
    plain = (shapely.get_type_id(geoms) == 3) & (shapely.get_num_interior_rings(geoms) == 0)
    out[plain] = shapely.polygons(_pulled(geoms[plain], width))
    if not plain.all():
        parts, whole = shapely.get_parts(geoms[~plain], return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        moved = np.asarray(shapely.polygons(_pulled(rings, width), indices=part), dtype=object)
        out[~plain] = gathered(moved, whole)
    return out


def _pulled(rings: Geometries, width: float) -> Geometries:
    """Closed rings with every vertex moved ``width`` metres to the left of the way there."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first, last = opens(ring), closes(ring)
    x, y = xy[:, 0], xy[:, 1]
    step_x, step_y = np.append(np.diff(x), [0.0])[: len(x)], np.append(np.diff(y), [0.0])[: len(y)]
    length = np.maximum(np.sqrt(step_x * step_x + step_y * step_y), 1e-12)
    step_x, step_y = step_x / length, step_y / length
    begin, end = np.flatnonzero(first), np.flatnonzero(last)
    step_x[end], step_y[end] = step_x[begin], step_y[begin]
    from_x, from_y = np.roll(step_x, 1), np.roll(step_y, 1)
    from_x[begin], from_y[begin] = step_x[end - 1], step_y[end - 1]
    left_x, left_y = -(step_y + from_y), step_x + from_x
    size = np.sqrt(left_x * left_x + left_y * left_y)
    share = np.divide(width, size, out=np.zeros_like(size), where=size > 1e-9)
    xy[:, 0] += share * left_x
    xy[:, 1] += share * left_y
    return np.asarray(shapely.linearrings(xy, indices=ring), dtype=object)


def thin(parts: Geometries, tolerance_m: float) -> Bools:
    """Which polygons are slivers: erosion by half of ``tolerance_m`` leaves nothing of them."""
    reach = tolerance_m / 2
    holes = shapely.get_num_interior_rings(parts)
    out = doubtful(shapely.area(parts), shapely.length(parts), holes, tolerance_m)
    asked = np.flatnonzero(out & ~tiny(shapely.area(parts), tolerance_m))
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


def tiny(area: Floats, tolerance_m: float) -> Bools:
    """Which areas are too small for a disc as wide as the tolerance."""
    return np.asarray(area < np.pi * (tolerance_m / 2) ** 2, dtype=np.bool_)


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
