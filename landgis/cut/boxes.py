"""Pairs of boxes that overlap, found by a sweep from west to east."""

from __future__ import annotations

import numpy as np

from landgis.cut.native import compiled
from landgis.cut.runs import Floats, Ints, doubled


def boxed(one: Floats, two: Floats, depth_m: float = 0.0) -> tuple[Ints, Ints]:
    """Rows of ``one`` and of ``two``, boxes (n, 4), that overlap by ``depth_m`` both ways.

    Ordered by both.
    """
    first, second = np.argsort(one[:, 0]), np.argsort(two[:, 0])
    i, j = _swept(one[first], two[second], depth_m)
    i, j = first[i], second[j]
    order = np.argsort(i * max(len(two), 1) + j)
    return i[order], j[order]


@compiled
def _swept(one: Floats, two: Floats, depth: float) -> tuple[Ints, Ints]:
    """The pairs in any order; boxes are sorted by their western sides."""
    ones, twos, count = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    p = q = 0
    while p < len(one) and q < len(two):
        # the box that opens farther west meets those of the other kind up to its eastern side
        turn = one[p, 0] <= two[q, 0]
        east = one[p, 2] if turn else two[q, 2]
        i, j = p, q
        while east - (two[j, 0] if turn else one[i, 0]) >= depth:
            if (
                min(one[i, 3], two[j, 3]) - max(one[i, 1], two[j, 1]) >= depth
                and min(one[i, 2], two[j, 2]) - max(one[i, 0], two[j, 0]) >= depth
            ):
                if count == len(ones):
                    ones, twos = doubled(ones), doubled(twos)
                ones[count], twos[count] = i, j
                count += 1
            if turn:
                j += 1
            else:
                i += 1
            if i == len(one) or j == len(two):
                break
        if turn:
            p += 1
        else:
            q += 1
    return ones[:count], twos[:count]
