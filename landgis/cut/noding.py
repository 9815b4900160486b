"""Borders of polygons cut where they meet: segments to chains between nodes, group by group.

A group is a cell and the polygons that cut it; groups do not see each other. Everything is
vectorised over all groups at once, x and y apart. Points nearer than ``NEAR_M`` are one point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.cut.native import compiled
from landgis.cut.rings import coordinates
from landgis.cut.runs import Bools, Floats, Ints, opens
from landgis.stations import Geometries

NEAR_M = 1e-7
"""Points and edges nearer than this are taken to touch; coordinates resolve 1e-9 m."""


@dataclass(frozen=True)
class Chains:
    """Lines between nodes, interior of their polygon on the left.

    Chain c runs over the points ``first[c]:first[c + 1]`` of ``x`` and ``y`` (counted from the
    lower left corner of its group) and ends at its node ``head[c]``. ``polygon`` is the position
    in the input.
    """

    x: Floats
    y: Floats
    first: Ints
    tail: Ints
    head: Ints
    end_x: Floats
    end_y: Floats
    polygon: Ints
    group: Ints


@dataclass(frozen=True)
class _Segments:
    """Directed edges of rings: ends, vertex numbers; ``starts`` where no edge comes before."""

    x: Floats
    y: Floats
    to_x: Floats
    to_y: Floats
    tail: Ints
    head: Ints
    ring: Ints
    polygon: Ints
    group: Ints
    starts: Bools
    vertices: int


@dataclass(frozen=True)
class _Meetings:
    """Cuts (segment, share of its length, node), vertices that are one, and the new nodes.

    New nodes are numbered from the number of vertices on.
    """

    segment: Ints
    share: Floats
    node: Ints
    one: Ints
    other: Ints
    x: Floats
    y: Floats


def chains(polygons: Geometries, group: Ints, bounds: Floats) -> Chains:
    """The borders of ``polygons``, noded within each ``group``.

    ``polygons`` are oriented with the interior on the left; ``bounds`` (one row a group) is the
    box in which the result must be right: edges outside it may be left out.
    """
    segments = _segments(polygons, group, bounds)
    return _chained(segments, _meetings(segments, *_candidates(segments, bounds)))


def _segments(polygons: Geometries, group: Ints, bounds: Floats) -> _Segments:
    xy, ring, polygon = coordinates(polygons)
    first = np.append(np.flatnonzero(opens(ring)), len(ring))
    where = group[polygon]
    x, y, to_x, to_y, tail, head, of, starts, used = _edges(xy, first, bounds[where])
    return _Segments(x, y, to_x, to_y, tail, head, of, polygon[of], where[of], starts, used)


@compiled
def _edges(
    xy: Floats, first: Ints, box: Floats
) -> tuple[Floats, Floats, Floats, Floats, Ints, Ints, Ints, Bools, int]:
    """The edges of rings that may reach into the ``box`` of each ring; the columns of segments.

    Left out are edges of no length and those whose ends lie beyond one side of the box; the
    vertices of the others are numbered along the rings, and counted.
    """
    size, count, used = len(xy), 0, 0
    x, y, to_x, to_y = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    tail, head, of = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    starts = np.empty(size, np.bool_)
    for ring in range(len(first) - 1):
        begin, end = first[ring], first[ring + 1] - 1
        low_x, low_y, reached, opening = box[ring, 0], box[ring, 1], -1, -1
        wide, high = box[ring, 2] - low_x + 1e-3, box[ring, 3] - low_y + 1e-3
        for k in range(begin, end):
            x0, y0 = xy[k, 0] - low_x, xy[k, 1] - low_y
            x1, y1 = xy[k + 1, 0] - low_x, xy[k + 1, 1] - low_y
            if (x0 < -1e-3 and x1 < -1e-3) or (x0 > wide and x1 > wide):
                continue
            if (y0 < -1e-3 and y1 < -1e-3) or (y0 > high and y1 > high):
                continue
            if x0 == x1 and y0 == y1:
                continue
            x[count], y[count], to_x[count], to_y[count] = x0, y0, x1, y1
            of[count], starts[count] = ring, reached != k
            if reached != k:
                used += 1
            tail[count] = used - 1
            if k == begin:
                opening = used - 1
            if k + 1 < end or opening < 0:
                used += 1
            head[count] = used - 1 if k + 1 < end or opening < 0 else opening
            reached = k + 1
            count += 1
    return (
        x[:count], y[:count], to_x[:count], to_y[:count],
        tail[:count], head[:count], of[:count], starts[:count], used,
    )  # fmt: skip


def _candidates(s: _Segments, bounds: Floats) -> tuple[Ints, Ints]:
    """Pairs of segments of different rings of one group that meet or nearly do."""
    wide = float((bounds[:, 2] - bounds[:, 0]).max(initial=0.0)) + 3.0
    base = (s.group * wide).astype(np.float64)
    key: Floats = base + np.maximum(np.minimum(s.x, s.to_x), -1.0)
    reach: Floats = base + np.minimum(np.maximum(s.x, s.to_x), wide - 2.0) + 1e-6
    return _swept(np.argsort(key), key, reach, s.ring, s.x, s.y, s.to_x, s.to_y)


@compiled
def _swept(
    order: Ints,
    key: Floats,
    reach: Floats,
    ring: Ints,
    x: Floats,
    y: Floats,
    to_x: Floats,
    to_y: Floats,
) -> tuple[Ints, Ints]:
    """Pairs of edges, neither of which has both ends clear of the other on one side.

    ``order`` sorts the edges by ``key``; an edge can meet those after it up to its ``reach``.
    The lower number of a pair comes first: what is computed must not depend on equal keys.
    """
    ones, twos, count = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for p in range(len(order)):
        i = order[p]
        low, high = min(y[i], to_y[i]) - NEAR_M, max(y[i], to_y[i]) + NEAR_M
        for q in range(p + 1, len(order)):
            j = order[q]
            if key[j] > reach[i]:
                break
            if ring[i] == ring[j] or low > max(y[j], to_y[j]) + NEAR_M:
                continue
            if min(y[j], to_y[j]) - NEAR_M > high:
                continue
            one, two = min(i, j), max(i, j)
            clear = False
            for turn in range(2):
                line, other = (one, two) if turn == 0 else (two, one)
                along_x, along_y = to_x[line] - x[line], to_y[line] - y[line]
                length = np.sqrt(along_x * along_x + along_y * along_y)
                along_x /= length
                along_y /= length
                begin = along_x * (y[other] - y[line]) - along_y * (x[other] - x[line])
                end = along_x * (to_y[other] - y[line]) - along_y * (to_x[other] - x[line])
                if min(begin, end) > NEAR_M or max(begin, end) < -NEAR_M:
                    clear = True
                    break
            if clear:
                continue
            if count == len(ones):
                more, also = np.empty(2 * count, np.int64), np.empty(2 * count, np.int64)
                for k in range(count):
                    more[k], also[k] = ones[k], twos[k]
                ones, twos = more, also
            ones[count], twos[count] = one, two
            count += 1
    return ones[:count], twos[:count]


def _offsets(s: _Segments, line: Ints, other: Ints) -> tuple[Floats, Floats]:
    """How far left of ``line`` the ends of ``other`` lie."""
    x, y = s.x[line], s.y[line]
    along_x, along_y = s.to_x[line] - x, s.to_y[line] - y
    length = np.sqrt(along_x * along_x + along_y * along_y)
    along_x /= length
    along_y /= length
    begin = along_x * (s.y[other] - y) - along_y * (s.x[other] - x)
    end = along_x * (s.to_y[other] - y) - along_y * (s.to_x[other] - x)
    return begin, end


def _meetings(s: _Segments, one: Ints, two: Ints) -> _Meetings:
    """Where candidate pairs of segments meet."""
    c_off, d_off = _offsets(s, one, two)
    a_off, b_off = _offsets(s, two, one)
    cuts, same, touched = _touching(s, one, two, (a_off, b_off, c_off, d_off))
    cross = np.flatnonzero(~touched & (a_off * b_off < 0) & (c_off * d_off < 0))
    one, two = one[cross], two[cross]
    u = a_off[cross] / (a_off[cross] - b_off[cross])
    v = c_off[cross] / (c_off[cross] - d_off[cross])
    node = s.vertices + np.arange(len(cross))
    cuts += [(one, u, node), (two, v, node)]
    return _Meetings(
        np.concatenate([segment for segment, _, _ in cuts]),
        np.concatenate([share for _, share, _ in cuts]),
        np.concatenate([name for _, _, name in cuts]),
        np.concatenate([vertex for vertex, _ in same]),
        np.concatenate([vertex for _, vertex in same]),
        s.x[one] + (s.to_x[one] - s.x[one]) * u,
        s.y[one] + (s.to_y[one] - s.y[one]) * u,
    )


def _touching(
    s: _Segments, one: Ints, two: Ints, offsets: tuple[Floats, Floats, Floats, Floats]
) -> tuple[list[tuple[Ints, Floats, Ints]], list[tuple[Ints, Ints]], Bools]:
    """Ends that lie on the other segment: its cuts there, or the vertices that are one."""
    cuts, same = [], []
    touched = np.zeros(len(one), dtype=np.bool_)
    for off, of, on, from_tail in (
        (offsets[0], one, two, True),
        (offsets[1], one, two, False),
        (offsets[2], two, one, True),
        (offsets[3], two, one, False),
    ):
        k = np.flatnonzero(np.abs(off) <= NEAR_M)
        seg, of = on[k], of[k]
        x, y = (s.x[of], s.y[of]) if from_tail else (s.to_x[of], s.to_y[of])
        vertex = s.tail[of] if from_tail else s.head[of]
        along_x, along_y = s.to_x[seg] - s.x[seg], s.to_y[seg] - s.y[seg]
        length = np.hypot(along_x, along_y)
        t = ((x - s.x[seg]) * along_x + (y - s.y[seg]) * along_y) / length
        within = (t >= -NEAR_M) & (t <= length + NEAR_M)
        touched[k[within]] = True
        start, stop = within & (t <= NEAR_M), within & (t >= length - NEAR_M)
        same += [(vertex[start], s.tail[seg[start]]), (vertex[stop], s.head[seg[stop]])]
        inner = within & ~start & ~stop
        cuts.append((seg[inner], (t / length)[inner], vertex[inner]))
    return cuts, same, touched


def _chained(s: _Segments, m: _Meetings) -> Chains:
    """Segments cut at their nodes and strung together between nodes."""
    size = s.vertices + len(m.x)
    x, y = np.empty(size), np.empty(size)
    x[s.tail], y[s.tail], x[s.head], y[s.head] = s.x, s.y, s.to_x, s.to_y
    x[s.vertices :], y[s.vertices :] = m.x, m.y
    order = np.lexsort((m.share, m.segment))
    segment, node = m.segment[order], m.node[order]
    close = np.flatnonzero(
        ~opens(segment)[1:]
        & (np.hypot(x[node[1:]] - x[node[:-1]], y[node[1:]] - y[node[:-1]]) <= NEAR_M)
    )
    name = _united(
        size,
        np.concatenate([m.one, node[close]]),
        np.concatenate([m.other, node[close + 1]]),
    )
    is_node = np.zeros(size, dtype=np.bool_)
    is_node[name[node]] = True
    is_node[name[m.one]] = True
    cut = np.searchsorted(segment, np.arange(len(s.tail) + 1))
    start, first, end, owner = _strung(s.tail, s.head, s.starts, cut, node, name, is_node)
    return Chains(
        x[start],
        y[start],
        first,
        start[first[:-1]],
        end,
        x[end],
        y[end],
        s.polygon[owner],
        s.group[owner],
    )


@compiled
def _strung(
    tail: Ints, head: Ints, starts: Bools, cut: Ints, node: Ints, name: Ints, is_node: Bools
) -> tuple[Ints, Ints, Ints, Ints]:
    """Segments cut at ``node[cut[k]:cut[k + 1]]`` and strung together between nodes.

    The vertices of all chains but their last ones, where each chain begins among them, the last
    vertex of each and the segment it begins in.
    """
    size = len(tail) + len(node)
    start, first = np.empty(size, np.int64), np.empty(size + 1, np.int64)
    end, owner = np.empty(size, np.int64), np.empty(size, np.int64)
    steps = chains = 0
    fresh = True
    for k in range(len(tail)):
        # a step of no length goes, but a ring that starts with one still starts
        fresh = fresh or starts[k]
        at = name[tail[k]]
        for c in range(cut[k], cut[k + 1] + 1):
            to = name[head[k]] if c == cut[k + 1] else name[node[c]]
            if to == at:
                continue
            if fresh or is_node[at]:
                first[chains], owner[chains] = steps, k
                chains += 1
                fresh = False
            start[steps], end[chains - 1] = at, to
            steps += 1
            at = to
    first[chains] = steps
    return start[:steps], first[: chains + 1], end[:chains], owner[:chains]


@compiled
def _united(size: int, left: Ints, right: Ints) -> Ints:
    """The least of the numbers that are one with each number."""
    name = np.arange(size)
    for k in range(len(left)):
        one, two = left[k], right[k]
        while name[one] != one:
            one = name[one]
        while name[two] != two:
            two = name[two]
        low = min(one, two)
        name[one] = name[two] = name[left[k]] = name[right[k]] = low
    for k in range(size):
        # a number is one with none greater, so that its own name is final by now
        name[k] = name[name[k]]
    return name
