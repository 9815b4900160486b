"""Parts thinner than the tolerance: which they are, and which neighbour each of them joins."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.stations import Geometries

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


def erode(geoms: Geometries, width: float) -> Geometries:
    """What is left of polygons that lose ``width`` metres along their border.

    Never less than the true erosion: at reflex corners a bevel stands for the arc.
    """
    return np.asarray(shapely.buffer(geoms, -width, join_style="bevel"), dtype=object)


def thin(parts: Geometries, tolerance_m: float) -> Bools:
    """Which polygons are slivers: erosion by half of ``tolerance_m`` leaves nothing of them.

    A polygon of area A, perimeter P and h holes whose every point lies within r of its border
    has A <= r P + h pi r^2, so a larger one needs no erosion.
    """
    reach = tolerance_m / 2
    area, border = shapely.area(parts), shapely.length(parts)
    holes = shapely.get_num_interior_rings(parts)
    open_to_doubt = area <= reach * border + holes * np.pi * reach**2
    small = area < np.pi * reach**2
    out = open_to_doubt & small
    asked = np.flatnonzero(open_to_doubt & ~small)
    out[asked] = shapely.is_empty(shapely.buffer(parts[asked], -reach))
    return np.asarray(out, dtype=np.bool_)


def join(faces: Geometries, cell: Ints, real: Bools) -> Ints:
    """The real face that each face of an exact coverage goes with; itself if real, -1 if none.

    A sliver joins the neighbour in its cell with the longest shared border; one that touches
    slivers only follows the first of them that found a neighbour.
    """
    left, right, length = shared_borders(faces, cell)
    target = np.where(real, np.arange(len(faces)), -1)
    while True:
        open_ = (target[left] < 0) & (target[right] >= 0)
        if not open_.any():
            return target
        seeker, found = _longest(left[open_], target[right[open_]], length[open_])
        target[seeker] = found


def _longest(seeker: Ints, found: Ints, length: Floats) -> tuple[Ints, Ints]:
    """For each seeker the found one with the greatest total length; the first of equals."""
    pair, back = np.unique(np.stack([seeker, found]), axis=1, return_inverse=True)
    total = np.bincount(back, length).round(6)
    order = np.lexsort((pair[1], -total, pair[0]))
    seekers, first = np.unique(pair[0][order], return_index=True)
    return seekers, pair[1][order][first]


def shared_borders(faces: Geometries, cell: Ints) -> tuple[Ints, Ints, Floats]:
    """Edges that two faces of one cell have in common, told from both sides, and their length."""
    rings, face = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    begin, end, face = xy[:-1][same], xy[1:][same], face[ring[1:][same]]
    key = _hash(begin) + _hash(end) + cell[face].astype(np.uint64) * _ODD[2]
    order = np.argsort(key, kind="stable")
    twin = np.flatnonzero(key[order][1:] == key[order][:-1])
    one, other = order[twin], order[twin + 1]
    length = np.hypot(*(end[one] - begin[one]).T)
    return (
        np.concatenate([face[one], face[other]]),
        np.concatenate([face[other], face[one]]),
        np.concatenate([length, length]),
    )


_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def _hash(xy: Floats) -> NDArray[np.uint64]:
    """A 64-bit hash of each point's bits."""
    bits = (xy + 0.0).view(np.uint64)
    mixed = (bits[:, 0] * _ODD[0]) ^ ((bits[:, 1] * _ODD[1]) >> np.uint64(1))
    return np.asarray((mixed ^ (mixed >> np.uint64(29))) * _ODD[1], dtype=np.uint64)
