"""Borders of polygons cut where they meet: segments to chains between nodes, group by group.

A group is a cell and the polygons that cut it; groups do not see each other. Everything is
vectorised over all groups at once. Points nearer than ``NEAR_M`` are one point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from landgis.runs import Bools, Floats, Ints, closes, opens
from landgis.stations import Geometries

NEAR_M = 1e-7
"""Points and edges nearer than this are taken to touch; coordinates resolve 1e-9 m."""

PAIRS = 4_000_000
"""Candidate pairs of segments looked at in one go; bounds the memory."""


@dataclass(frozen=True)
class Chains:
    """Lines between nodes, interior of their polygon on the left.

    Chain c runs over ``points[first[c]:first[c + 1]]`` and ends where its node ``head[c]`` is.
    ``tail`` and ``head`` are node numbers, ``polygon`` is the position in the input.
    """

    points: Floats
    first: Ints
    tail: Ints
    head: Ints
    end: Floats
    polygon: Ints
    group: Ints


@dataclass(frozen=True)
class _Segments:
    """Directed edges of rings: vertex numbers, coordinates local to the group."""

    begin: Floats
    end: Floats
    tail: Ints
    head: Ints
    polygon: Ints
    group: Ints
    starts: Bools


def chains(polygons: Geometries, group: Ints, bounds: Floats) -> Chains:
    """The borders of ``polygons``, noded within each ``group``.

    ``polygons`` are oriented with the interior on the left; ``bounds`` (one row a group) is the
    box in which the result must be right: edges outside it may be left out.
    """
    segments = _segments(polygons, group, bounds)
    crossing = _meetings(segments, bounds)
    return _chained(segments, *crossing)


def _segments(polygons: Geometries, group: Ints, bounds: Floats) -> _Segments:
    parts, of = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    polygon = of[part]
    first = np.searchsorted(ring, np.arange(len(rings)))
    where = group[polygon[ring]]
    xy = xy - bounds[where, :2]
    at = np.flatnonzero(ring[1:] == ring[:-1])
    low, high = np.minimum(xy[at], xy[at + 1]), np.maximum(xy[at], xy[at + 1])
    box = (bounds[:, 2:] - bounds[:, :2])[where[at]]
    near = ((low <= box + 1e-3) & (high >= -1e-3)).all(axis=1)
    moved = (xy[at] != xy[at + 1]).any(axis=1)
    at = at[near & moved]
    head = at + 1
    vertex = np.where(closes(ring)[head], first[ring[head]], head)
    starts = (at == first[ring[at]]) | np.append(True, vertex[:-1] != at[1:])[: len(at)]
    return _Segments(xy[at], xy[head], at, vertex, polygon[ring[at]], where[at], starts)


def _meetings(s: _Segments, bounds: Floats) -> tuple[Ints, Floats, Ints, Ints, Ints, Floats]:
    """Where segments of different polygons meet.

    Returns cuts (segment, share of its length, node) and vertices that are one (two arrays), and
    the coordinates of the new nodes, numbered from the number of vertices on.
    """
    one, two = _candidates(s, bounds)
    a, b, c, d = s.begin[one], s.end[one], s.begin[two], s.end[two]
    ab, cd = b - a, d - c
    lab, lcd = np.hypot(*ab.T), np.hypot(*cd.T)
    c_off, d_off = _cross(ab, c - a) / lab, _cross(ab, d - a) / lab
    a_off, b_off = _cross(cd, a - c) / lcd, _cross(cd, b - c) / lcd
    apart = (np.minimum(c_off, d_off) > NEAR_M) | (np.maximum(c_off, d_off) < -NEAR_M)
    apart |= (np.minimum(a_off, b_off) > NEAR_M) | (np.maximum(a_off, b_off) < -NEAR_M)
    k = np.flatnonzero(~apart)
    one, two, a, b, c, d = one[k], two[k], a[k], b[k], c[k], d[k]
    ab, cd, lab, lcd = ab[k], cd[k], lab[k], lcd[k]
    offs = (a_off[k], b_off[k], c_off[k], d_off[k])
    cuts, same = [], []
    touched = np.zeros(len(k), dtype=np.bool_)
    for point, off, vertex, seg, base, along, length in (
        (a, offs[0], s.tail[one], two, c, cd, lcd),
        (b, offs[1], s.head[one], two, c, cd, lcd),
        (c, offs[2], s.tail[two], one, a, ab, lab),
        (d, offs[3], s.head[two], one, a, ab, lab),
    ):
        t = ((point - base) * along).sum(axis=1) / length
        on = (np.abs(off) <= NEAR_M) & (t >= -NEAR_M) & (t <= length + NEAR_M)
        touched |= on
        start, stop = on & (t <= NEAR_M), on & (t >= length - NEAR_M)
        same.append((vertex[start], s.tail[seg[start]]))
        same.append((vertex[stop], s.head[seg[stop]]))
        inner = on & ~start & ~stop
        cuts.append((seg[inner], (t / length)[inner], vertex[inner]))
    a_off, b_off, c_off, d_off = offs
    cross = ~touched & (a_off * b_off < 0) & (c_off * d_off < 0)
    u = (a_off / np.where(cross, a_off - b_off, 1.0))[cross]
    v = (c_off / np.where(cross, c_off - d_off, 1.0))[cross]
    point = a[cross] + ab[cross] * u[:, None]
    node = np.arange(cross.sum())
    base = int(max(s.tail.max(initial=-1), s.head.max(initial=-1))) + 1
    cuts += [(one[cross], u, base + node), (two[cross], v, base + node)]
    seg, share, node = (np.concatenate(x) for x in zip(*cuts, strict=True))
    left, right = (np.concatenate(x) for x in zip(*same, strict=True))
    return seg, share, node, left, right, point


def _candidates(s: _Segments, bounds: Floats) -> tuple[Ints, Ints]:
    """Pairs of segments of different polygons of one group whose boxes touch."""
    low, high = np.minimum(s.begin, s.end) - NEAR_M, np.maximum(s.begin, s.end) + NEAR_M
    wide = (bounds[:, 2] - bounds[:, 0]).max(initial=0.0) + 3.0
    key = s.group * wide + np.maximum(low[:, 0], -1.0)
    order = np.argsort(key, kind="stable")
    reach = s.group * wide + np.minimum(high[:, 0], wide - 2.0) + 1e-6
    stop = np.searchsorted(key[order], reach[order], side="right")
    count = np.maximum(stop - np.arange(1, len(order) + 1), 0)
    ones, twos = [], []
    edges = np.append(0, np.cumsum(count))
    for begin, end in _blocks(edges):
        rows = np.repeat(np.arange(begin, end), count[begin:end])
        to = rows + 1 + np.arange(len(rows)) - (edges[rows] - edges[begin])
        i, j = order[rows], order[to]
        keep = s.polygon[i] != s.polygon[j]
        i, j = i[keep], j[keep]
        keep = (low[i, 1] <= high[j, 1]) & (low[j, 1] <= high[i, 1])
        i, j = i[keep], j[keep]
        ones.append(i)
        twos.append(j)
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *ones]), np.concatenate([none, *twos])


def _blocks(edges: Ints) -> list[tuple[int, int]]:
    """Ranges of rows that have about ``PAIRS`` pairs each."""
    cuts = np.searchsorted(edges, np.arange(0, edges[-1], PAIRS))
    cuts = np.unique(np.concatenate([[0], cuts, [len(edges) - 1]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def _cross(u: Floats, v: Floats) -> Floats:
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _chained(
    s: _Segments,
    seg: Ints,
    share: Floats,
    node: Ints,
    left: Ints,
    right: Ints,
    point: Floats,
) -> Chains:
    """Segments cut at their nodes and strung together between nodes."""
    base = int(max(s.tail.max(initial=-1), s.head.max(initial=-1))) + 1
    size = base + len(point)
    place = np.zeros((size, 2))
    place[s.tail], place[s.head] = s.begin, s.end
    place[base:] = point
    order = np.lexsort((share, seg))
    seg, share, node = seg[order], share[order], node[order]
    if len(seg) > 1:
        close = (seg[1:] == seg[:-1]) & (
            np.hypot(*(place[node[1:]] - place[node[:-1]]).T) <= NEAR_M
        )
        left = np.concatenate([left, node[:-1][close]])
        right = np.concatenate([right, node[1:][close]])
    name = _united(size, left, right)
    is_node = np.zeros(size, dtype=np.bool_)
    is_node[name[node]] = True
    is_node[name[left]] = True
    # Every segment opens with its tail and goes on with its cuts, in the order of the ring.
    owner = np.concatenate([np.arange(len(s.tail)), seg])
    turn = np.concatenate([np.full(len(s.tail), -1.0), share])
    order = np.lexsort((turn, owner))
    owner = owner[order]
    start = name[np.concatenate([s.tail, node])[order]]
    stop = np.append(start[1:], [0])[: len(start)]
    final = closes(owner)
    stop[final] = name[s.head[owner[final]]]
    run = np.cumsum(opens(owner) & s.starts[owner])
    # a step of no length goes, but a ring that starts with one still starts
    step = start != stop
    run, owner, start, stop = run[step], owner[step], start[step], stop[step]
    first = np.flatnonzero(opens(run) | is_node[start])
    last = np.append(first[1:], len(owner))[: len(first)] - 1
    group = s.group[owner[first]]
    return Chains(
        place[start],
        np.append(first, len(owner)),
        start[first],
        stop[last],
        place[stop[last]],
        s.polygon[owner[first]],
        group,
    )


def _united(size: int, left: Ints, right: Ints) -> Ints:
    """The least of the numbers that are one with each number."""
    name = np.arange(size)
    while True:
        low = np.minimum(name[left], name[right])
        before = name.copy()
        np.minimum.at(name, left, low)
        np.minimum.at(name, right, low)
        name = name[name]
        if np.array_equal(before, name):
            return name
