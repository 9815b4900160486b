"""Closed rings of whole numbers in; which of them meet themselves, out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landgis.cut.native import compiled
from landgis.cut.runs import Ints

MOST_POINTS = 64
"""Rings with more points are for a sweep line, not for every pair of edges."""


@compiled
def meeting(xy: NDArray[np.int32], first: Ints, size: Ints) -> NDArray[np.bool_]:
    """Which rings have two edges with a point in common, besides the corner of neighbours.

    ``first`` and ``size`` say which rows of ``xy`` (points, 2) each open ring is.
    """
    found = np.zeros(len(first), np.bool_)
    for k in range(len(first)):
        begin, n = first[k], size[k]
        for i in range(n):
            for j in range(i + 1, n):
                p, q, r, s = begin + i, begin + (i + 1) % n, begin + j, begin + (j + 1) % n
                if j == i + 1:
                    found[k] |= folded(xy, p, q, s)
                elif i == 0 and j == n - 1:
                    found[k] |= folded(xy, r, p, q)
                else:
                    found[k] |= touching(xy, p, q, r, s)
            if found[k]:
                break
    return found


@compiled
def folded(xy: NDArray[np.int32], p: int, q: int, r: int) -> bool:
    """Whether the way p, q, r turns back upon itself."""
    x, y = np.int64(xy[q, 0] - xy[p, 0]), np.int64(xy[q, 1] - xy[p, 1])
    u, v = np.int64(xy[r, 0] - xy[q, 0]), np.int64(xy[r, 1] - xy[q, 1])
    return x * v == y * u and x * u + y * v < 0


@compiled
def touching(xy: NDArray[np.int32], p: int, q: int, r: int, s: int) -> bool:
    """Whether the edges p, q and r, s have a point in common."""
    for axis in range(2):
        if max(xy[p, axis], xy[q, axis]) < min(xy[r, axis], xy[s, axis]):
            return False
        if max(xy[r, axis], xy[s, axis]) < min(xy[p, axis], xy[q, axis]):
            return False
    a, b = side(xy, p, q, r), side(xy, p, q, s)
    c, d = side(xy, r, s, p), side(xy, r, s, q)
    # Their bounds meet: edges on one line do too, and all four sides are 0.
    return a * b <= 0 and c * d <= 0


@compiled
def side(xy: NDArray[np.int32], p: int, q: int, r: int) -> int:
    """On which side of p, q the point r lies: -1, 0 or 1."""
    x, y = np.int64(xy[q, 0] - xy[p, 0]), np.int64(xy[q, 1] - xy[p, 1])
    turn = x * np.int64(xy[r, 1] - xy[p, 1]) - y * np.int64(xy[r, 0] - xy[p, 0])
    return 1 if turn > 0 else (-1 if turn < 0 else 0)
