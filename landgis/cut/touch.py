"""How two polygons lie to each other, pair by pair: apart, touching, one within the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landgis.cut.native import compiled
from landgis.cut.rings import BLOCK, Rings
from landgis.cut.runs import Bools, Floats, Ints

NEAR_M = 1e-6
"""Borders nearer than this are taken to meet; coordinates resolve 1e-9 m."""

APART, MEETING, WITHIN, SHARING = range(4)
"""No point in common; borders that meet; the one within the other; land shared, borders apart."""


def touching(one: Rings, two: Rings, i: Ints, j: Ints) -> NDArray[np.int8]:
    """How polygon i of ``one`` lies to polygon j of ``two``, pair by pair."""
    a, b = (*one.loop, one.box, *one.blocks), (*two.loop, two.box, *two.blocks)
    return _touching(*a, *b, i, j)


def meet(one: Rings, two: Rings, i: Ints, j: Ints) -> Bools:
    """Whether polygon i of ``one`` and polygon j of ``two`` have a point in common, pair by pair.

    Borders that come as near as a micrometre meet.
    """
    return np.asarray(touching(one, two, i, j) != APART, dtype=np.bool_)


def holds(rings: Rings, polygon: Ints, x: Floats, y: Floats) -> Bools:
    """Whether each point lies in its ``polygon`` of ``rings``; for points off the borders."""
    return _holds(*rings.loop, *rings.blocks, polygon, x, y)


@compiled
def _holds(
    bx: Floats, by: Floats, begin: Ints, end: Ints, of: Ints, first: Ints, blocks: Floats,
    polygon: Ints, x: Floats, y: Floats,
) -> Bools:  # fmt: skip
    out = np.zeros(len(x), np.bool_)
    for k in range(len(x)):
        p = polygon[k]
        out[k] = _holding(bx, by, begin, end, first, blocks, of[p], of[p + 1], x[k], y[k])
    return out


@compiled
def _holding(
    bx: Floats, by: Floats, begin: Ints, end: Ints, first: Ints, blocks: Floats,
    low: int, high: int, x: float, y: float,
) -> bool:  # fmt: skip
    """Whether a point lies within the rings ``low:high``."""
    inside = False
    for r in range(low, high):
        for c in range(first[r], first[r + 1]):
            if y < blocks[c, 1] or y > blocks[c, 3] or x > blocks[c, 2]:
                continue
            start = begin[r] + BLOCK * (c - first[r])
            for m in range(start, min(start + BLOCK, end[r] - 1)):
                if (by[m] > y) != (by[m + 1] > y):
                    share = (y - by[m]) / (by[m + 1] - by[m])
                    if x < bx[m] + share * (bx[m + 1] - bx[m]):
                        inside = not inside
    return inside


@compiled
def _touching(
    ax: Floats, ay: Floats, a_begin: Ints, a_end: Ints, a_of: Ints, a_box: Floats,
    a_first: Ints, a_blocks: Floats,
    bx: Floats, by: Floats, b_begin: Ints, b_end: Ints, b_of: Ints, b_box: Floats,
    b_first: Ints, b_blocks: Floats,
    i: Ints, j: Ints,
) -> NDArray[np.int8]:  # fmt: skip
    out = np.zeros(len(i), np.int8)
    for k in range(len(i)):
        one, two = a_box[i[k]], b_box[j[k]]
        west, east = max(one[0], two[0]) - NEAR_M, min(one[2], two[2]) + NEAR_M
        south, north = max(one[1], two[1]) - NEAR_M, min(one[3], two[3]) + NEAR_M
        if west > east or south > north:
            continue
        box = (west, south, east, north)
        a, a_to, b, b_to = a_of[i[k]], a_of[i[k] + 1], b_of[j[k]], b_of[j[k] + 1]
        # the larger one outside: most of its edges are out of the box
        if two[2] - two[0] > one[2] - one[0]:
            crossing = _cross(
                bx, by, b_begin, b_end, b_first, b_blocks, b, b_to,
                ax, ay, a_begin, a_end, a_first, a_blocks, a, a_to, box,
            )  # fmt: skip
        else:
            crossing = _cross(
                ax, ay, a_begin, a_end, a_first, a_blocks, a, a_to,
                bx, by, b_begin, b_end, b_first, b_blocks, b, b_to, box,
            )  # fmt: skip
        if crossing:
            out[k] = MEETING
            continue
        inner = outer = 0
        for r in range(a, a_to):
            x, y = ax[a_begin[r]], ay[a_begin[r]]
            if west <= x <= east and south <= y <= north:
                inner += _holding(bx, by, b_begin, b_end, b_first, b_blocks, b, b_to, x, y)
        for r in range(b, b_to):
            x, y = bx[b_begin[r]], by[b_begin[r]]
            if west <= x <= east and south <= y <= north:
                outer += _holding(ax, ay, a_begin, a_end, a_first, a_blocks, a, a_to, x, y)
        if inner == a_to - a and outer == 0:
            out[k] = WITHIN
        elif inner + outer:
            out[k] = SHARING
    return out


@compiled
def _cross(
    ax: Floats, ay: Floats, a_begin: Ints, a_end: Ints, a_first: Ints, a_blocks: Floats,
    a: int, a_to: int,
    bx: Floats, by: Floats, b_begin: Ints, b_end: Ints, b_first: Ints, b_blocks: Floats,
    b: int, b_to: int,
    box: tuple[float, float, float, float],
) -> bool:  # fmt: skip
    """Whether an edge of the rings ``a:a_to`` meets one of ``b:b_to`` within ``box``."""
    for r in range(a, a_to):
        for c in range(a_first[r], a_first[r + 1]):
            if _apart(a_blocks, c, box[0], box[1], box[2], box[3]):
                continue
            start = a_begin[r] + BLOCK * (c - a_first[r])
            for k in range(start, min(start + BLOCK, a_end[r] - 1)):
                west, east = min(ax[k], ax[k + 1]) - NEAR_M, max(ax[k], ax[k + 1]) + NEAR_M
                south, north = min(ay[k], ay[k + 1]) - NEAR_M, max(ay[k], ay[k + 1]) + NEAR_M
                if west > box[2] or east < box[0] or south > box[3] or north < box[1]:
                    continue
                for s in range(b, b_to):
                    for d in range(b_first[s], b_first[s + 1]):
                        if _apart(b_blocks, d, west, south, east, north):
                            continue
                        begin = b_begin[s] + BLOCK * (d - b_first[s])
                        for m in range(begin, min(begin + BLOCK, b_end[s] - 1)):
                            if min(bx[m], bx[m + 1]) > east or max(bx[m], bx[m + 1]) < west:
                                continue
                            if min(by[m], by[m + 1]) > north or max(by[m], by[m + 1]) < south:
                                continue
                            if _clear(ax, ay, k, bx, by, m) or _clear(bx, by, m, ax, ay, k):
                                continue
                            return True
    return False


@compiled
def _apart(blocks: Floats, c: int, west: float, south: float, east: float, north: float) -> bool:
    """Whether a block's box has no point in common with a box."""
    return bool(
        blocks[c, 0] > east or blocks[c, 2] < west or blocks[c, 1] > north or blocks[c, 3] < south
    )


@compiled
def _clear(ax: Floats, ay: Floats, k: int, bx: Floats, by: Floats, m: int) -> bool:
    """Whether edge m of b lies wholly on one side of the line through edge k of a."""
    along_x, along_y = ax[k + 1] - ax[k], ay[k + 1] - ay[k]
    slack = NEAR_M * (abs(along_x) + abs(along_y))
    begin = along_x * (by[m] - ay[k]) - along_y * (bx[m] - ax[k])
    end = along_x * (by[m + 1] - ay[k]) - along_y * (bx[m + 1] - ax[k])
    return bool(min(begin, end) > slack or max(begin, end) < -slack)
