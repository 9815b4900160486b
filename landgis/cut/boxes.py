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
    west, east = one[first], two[second]
    i, j = _ahead(west, east, depth_m, False)
    k, m = _ahead(east, west, depth_m, True)
    i, j = first[np.concatenate([i, m])], second[np.concatenate([j, k])]
    order = np.argsort(i * max(len(two), 1) + j)
    return i[order], j[order]


@compiled
def _ahead(one: Floats, two: Floats, depth: float, after: bool) -> tuple[Ints, Ints]:
    """Pairs in which the box of ``two`` opens no farther west, or ``after`` that of ``one``.

    Both are sorted by their western sides.
    """
    ones, twos, count, start = np.empty(1024, np.int64), np.empty(1024, np.int64), 0, 0
    for i in range(len(one)):
        west, south, east, north = one[i, 0], one[i, 1], one[i, 2], one[i, 3]
        while start < len(two) and (two[start, 0] < west or (after and two[start, 0] == west)):
            start += 1
        for j in range(start, len(two)):
            if east - two[j, 0] < depth:
                break
            if min(north, two[j, 3]) - max(south, two[j, 1]) < depth:
                continue
            if two[j, 2] - two[j, 0] < depth:
                continue
            if count == len(ones):
                ones, twos = doubled(ones), doubled(twos)
            ones[count], twos[count] = i, j
            count += 1
    return ones[:count], twos[:count]
