"""Borders of polygons as directed segments, group by group, and the pairs of them that may meet.

A group is a cell and the polygons that cut it; groups do not see each other. Everything is done
for all groups at once, x and y apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.cut.native import compiled
from landgis.cut.rings import Rings
from landgis.cut.runs import Bools, Floats, Ints, doubled

NEAR_M = 1e-7
"""Points and edges nearer than this are taken to touch; coordinates resolve 1e-9 m."""


@dataclass(frozen=True)
class Segments:
    """Edges of rings from vertex ``tail`` to vertex ``head``, the interior on the left.

    The vertices ``x``, ``y`` are counted from the lower left corner of their group. ``starts``
    where no edge comes before.
    """

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    ring: Ints
    polygon: Ints
    starts: Bools

    def __len__(self) -> int:
        """The number of segments."""
        return len(self.tail)

    def ends(self, rows: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """Where segments begin and end: x, y, to_x, to_y."""
        tail, head = self.tail[rows], self.head[rows]
        return self.x[tail], self.y[tail], self.x[head], self.y[head]


def segments(polygons: Rings, group: Ints, bounds: Floats) -> Segments:
    """The edges of ``polygons`` that may reach into the box of their ``group``, its ``bounds``."""
    x, y, begin, end, of = polygons.loop
    size = int((end - begin).sum())
    return Segments(*_edges(x, y, begin, end, of, group, bounds, size))


@compiled
def _edges(
    px: Floats,
    py: Floats,
    begin: Ints,
    end: Ints,
    of: Ints,
    group: Ints,
    bounds: Floats,
    size: int,
) -> tuple[Floats, Floats, Ints, Ints, Ints, Ints, Bools]:
    """The columns of segments.

    Left out are edges of no length and those whose ends lie beyond one side of the box; the
    vertices of the others are numbered along the rings.
    """
    x, y, starts = np.empty(size), np.empty(size), np.empty(size, np.bool_)
    tail, head = np.empty(size, np.int64), np.empty(size, np.int64)
    ring, polygon = np.empty(size, np.int64), np.empty(size, np.int64)
    count = used = 0
    for p in range(len(of) - 1):
        low_x, low_y = bounds[group[p], 0], bounds[group[p], 1]
        wide, high = bounds[group[p], 2] - low_x + 1e-3, bounds[group[p], 3] - low_y + 1e-3
        for r in range(of[p], of[p + 1]):
            low, top, reached, opening = begin[r], end[r] - 1, -1, -1
            # a point given again at either end is the point where the ring closes
            while low < top and px[low] == px[low + 1] and py[low] == py[low + 1]:
                low += 1
            while low < top and px[top] == px[top - 1] and py[top] == py[top - 1]:
                top -= 1
            for k in range(low, top):
                x0, y0 = px[k] - low_x, py[k] - low_y
                x1, y1 = px[k + 1] - low_x, py[k + 1] - low_y
                if (x0 < -1e-3 and x1 < -1e-3) or (x0 > wide and x1 > wide):
                    continue
                if (y0 < -1e-3 and y1 < -1e-3) or (y0 > high and y1 > high):
                    continue
                if x0 == x1 and y0 == y1:
                    reached += reached == k
                    continue
                ring[count], polygon[count], starts[count] = r, p, reached != k
                if reached != k:
                    x[used], y[used] = x0, y0
                    used += 1
                tail[count] = used - 1
                if k == low:
                    opening = used - 1
                if k + 1 < top or opening < 0:
                    x[used], y[used] = x1, y1
                    head[count] = used
                    used += 1
                else:
                    head[count] = opening
                reached = k + 1
                count += 1
    return (
        x[:used], y[:used], tail[:count], head[:count], ring[:count], polygon[:count],
        starts[:count],
    )  # fmt: skip


def candidates(s: Segments, group: Ints, bounds: Floats) -> tuple[Ints, Ints]:
    """Pairs of segments of different rings of one group that meet or nearly do.

    ``group`` is that of each polygon. The lower number of a pair comes first.
    """
    wide = float((bounds[:, 2] - bounds[:, 0]).max(initial=0.0)) + 3.0
    key, reach = _reaches(s.x, s.tail, s.head, s.polygon, group, wide)
    one, two = _swept(np.argsort(key), key, reach, s.ring, s.x, s.y, s.tail, s.head)
    # keys are rounded by the number of the group: the pairs of a group get an order of its own
    order = np.lexsort((two, one))
    return one[order], two[order]


@compiled
def _reaches(
    x: Floats, tail: Ints, head: Ints, polygon: Ints, group: Ints, wide: float
) -> tuple[Floats, Floats]:
    """From where to where each segment goes if groups lie side by side, ``wide`` metres each."""
    key, reach = np.empty(len(tail)), np.empty(len(tail))
    for k in range(len(tail)):
        base, one, two = group[polygon[k]] * wide, x[tail[k]], x[head[k]]
        key[k] = base + max(min(one, two), -1.0)
        reach[k] = base + min(max(one, two), wide - 2.0) + 1e-6
    return key, reach


@compiled
def _swept(
    order: Ints,
    key: Floats,
    reach: Floats,
    ring: Ints,
    x: Floats,
    y: Floats,
    tail: Ints,
    head: Ints,
) -> tuple[Ints, Ints]:
    """Pairs of edges, neither of which has both ends clear of the other on one side.

    ``order`` sorts the edges by ``key``; an edge can meet those after it up to its ``reach``.
    What is computed of a pair must not depend on equal keys: the lower number comes first.
    """
    ones, twos, count = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for p in range(len(order)):
        i = order[p]
        low = min(y[tail[i]], y[head[i]]) - NEAR_M
        high = max(y[tail[i]], y[head[i]]) + NEAR_M
        for q in range(p + 1, len(order)):
            j = order[q]
            if key[j] > reach[i]:
                break
            if ring[i] == ring[j] or low > max(y[tail[j]], y[head[j]]) + NEAR_M:
                continue
            if min(y[tail[j]], y[head[j]]) - NEAR_M > high:
                continue
            one, two = min(i, j), max(i, j)
            clear = False
            for turn in range(2):
                line, other = (one, two) if turn == 0 else (two, one)
                from_x, from_y = x[tail[line]], y[tail[line]]
                along_x, along_y = x[head[line]] - from_x, y[head[line]] - from_y
                length = np.sqrt(along_x * along_x + along_y * along_y)
                along_x /= length
                along_y /= length
                begin = along_x * (y[tail[other]] - from_y) - along_y * (x[tail[other]] - from_x)
                end = along_x * (y[head[other]] - from_y) - along_y * (x[head[other]] - from_x)
                if min(begin, end) > NEAR_M or max(begin, end) < -NEAR_M:
                    clear = True
                    break
            if clear:
                continue
            if count == len(ones):
                ones, twos = doubled(ones), doubled(twos)
            ones[count], twos[count] = one, two
            count += 1
    return ones[:count], twos[:count]
