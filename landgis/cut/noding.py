"""Borders of polygons cut where they meet: segments to chains between nodes, group by group.

A group is a cell and the polygons that cut it; groups do not see each other. Everything is
vectorised over all groups at once, x and y apart. Points nearer than ``NEAR_M`` are one point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.cut.rings import coordinates
from landgis.cut.runs import Bools, Floats, Ints, closes, opens, spread
from landgis.stations import Geometries

NEAR_M = 1e-7
"""Points and edges nearer than this are taken to touch; coordinates resolve 1e-9 m."""

PAIRS = 4_000_000
"""Candidate pairs of segments looked at in one go; bounds the memory."""


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
    where = group[polygon]
    low_x, low_y = bounds[where, 0][ring], bounds[where, 1][ring]
    x, y = xy[:, 0] - low_x, xy[:, 1] - low_y
    width, height = (bounds[:, 2:] - bounds[:, :2])[where].T + 1e-3
    code = (x < -1e-3) + 2 * (x > width[ring]) + 4 * (y < -1e-3).astype(np.int8)
    code += 8 * (y > height[ring])
    last, opening = closes(ring), opens(ring)
    near = ~last
    near[:-1] &= (code[:-1] & code[1:]) == 0
    near[:-1] &= (x[:-1] != x[1:]) | (y[:-1] != y[1:])
    at = np.flatnonzero(near)
    head = at + 1
    vertex = np.where(last[head], np.flatnonzero(opening)[ring[head]], head)
    starts = opening[at]
    starts[1:] |= vertex[:-1] != at[1:]
    of = ring[at]
    return _Segments(
        x[at], y[at], x[head], y[head], at, vertex, of, polygon[of], where[of], starts, len(x)
    )


def _candidates(s: _Segments, bounds: Floats) -> tuple[Ints, Ints]:
    """Pairs of segments of different rings of one group whose boxes touch."""
    wide = float((bounds[:, 2] - bounds[:, 0]).max(initial=0.0)) + 3.0
    base = s.group * wide
    low_y, high_y = np.minimum(s.y, s.to_y) - NEAR_M, np.maximum(s.y, s.to_y) + NEAR_M
    key = base + np.maximum(np.minimum(s.x, s.to_x), -1.0)
    reach = base + np.minimum(np.maximum(s.x, s.to_x), wide - 2.0) + 1e-6
    order = np.argsort(key)
    stop = np.searchsorted(key[order], reach[order], side="right")
    count = np.maximum(stop - np.arange(1, len(order) + 1), 0)
    low_y, high_y, ring = low_y[order], high_y[order], s.ring[order]
    ones, twos = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for begin, end in _blocks(count):
        row, turn = spread(count[begin:end])
        row += begin
        to = row + 1 + turn
        keep = (low_y[row] <= high_y[to]) & (low_y[to] <= high_y[row])
        row, to = row[keep], to[keep]
        keep = ring[row] != ring[to]
        ones.append(order[row[keep]])
        twos.append(order[to[keep]])
    one, two = np.concatenate(ones), np.concatenate(twos)
    # the lower number first: what is computed must not depend on the order of equal keys
    return np.minimum(one, two), np.maximum(one, two)


def _blocks(count: Ints) -> list[tuple[int, int]]:
    """Ranges of rows that have about ``PAIRS`` pairs each."""
    edges = np.append(0, np.cumsum(count))
    cuts = np.searchsorted(edges, np.arange(0, edges[-1], PAIRS))
    cuts = np.unique(np.concatenate([[0], cuts, [len(count)]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def _offsets(s: _Segments, line: Ints, other: Ints) -> tuple[Floats, Floats, Bools]:
    """How far left of ``line`` the ends of ``other`` lie, and whether they are clear of it."""
    x, y = s.x[line], s.y[line]
    along_x, along_y = s.to_x[line] - x, s.to_y[line] - y
    length = np.sqrt(along_x * along_x + along_y * along_y)
    along_x /= length
    along_y /= length
    begin = along_x * (s.y[other] - y) - along_y * (s.x[other] - x)
    end = along_x * (s.to_y[other] - y) - along_y * (s.to_x[other] - x)
    clear = (np.minimum(begin, end) > NEAR_M) | (np.maximum(begin, end) < -NEAR_M)
    return begin, end, clear


def _meetings(s: _Segments, one: Ints, two: Ints) -> _Meetings:
    """Where candidate pairs of segments meet."""
    c_off, d_off, clear = _offsets(s, one, two)
    k = np.flatnonzero(~clear)
    one, two, c_off, d_off = one[k], two[k], c_off[k], d_off[k]
    a_off, b_off, clear = _offsets(s, two, one)
    k = np.flatnonzero(~clear)
    one, two, a_off, b_off, c_off, d_off = one[k], two[k], a_off[k], b_off[k], c_off[k], d_off[k]
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
    owner, start, stop = _steps(s, segment, node, name)
    run = np.cumsum(opens(owner) & s.starts[owner])
    # a step of no length goes, but a ring that starts with one still starts
    step = np.flatnonzero(start != stop)
    run, owner, start, stop = run[step], owner[step], start[step], stop[step]
    first = np.flatnonzero(opens(run) | is_node[start])
    last = np.append(first[1:], len(owner))[: len(first)] - 1
    end = stop[last]
    return Chains(
        x[start],
        y[start],
        np.append(first, len(owner)),
        start[first],
        end,
        x[end],
        y[end],
        s.polygon[owner[first]],
        s.group[owner[first]],
    )


def _steps(s: _Segments, segment: Ints, node: Ints, name: Ints) -> tuple[Ints, Ints, Ints]:
    """Segments cut at their sorted cuts: the segment of each step, its first and last vertex."""
    count = np.bincount(segment, minlength=len(s.tail)) + 1
    owner, turn = spread(count)
    start = np.empty(len(owner), dtype=np.int64)
    opening = turn == 0
    start[opening], start[~opening] = name[s.tail], name[node]
    stop = np.empty_like(start)
    stop[:-1] = start[1:]
    final = np.cumsum(count) - 1
    stop[final] = name[s.head]
    return owner, start, stop


def _united(size: int, left: Ints, right: Ints) -> Ints:
    """The least of the numbers that are one with each number."""
    name = np.arange(size)
    while len(left):
        low = np.minimum(name[left], name[right])
        before = name.copy()
        np.minimum.at(name, left, low)
        np.minimum.at(name, right, low)
        name = name[name]
        if np.array_equal(before, name):
            break
    return name
