"""Segments cut where they meet: chains between nodes, group by group.

Points nearer than ``NEAR_M`` are one point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.cut.native import compiled
from landgis.cut.rings import Rings, offsets
from landgis.cut.runs import Bools, Floats, Ints
from landgis.cut.segments import NEAR_M, Segments, candidates, segments


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


def chains(polygons: Rings, group: Ints, bounds: Floats) -> Chains:
    """The borders of ``polygons``, noded within each ``group``.

    ``bounds`` (one row a group) is the box in which the result must be right: edges outside it
    may be left out.
    """
    s = segments(polygons, group, bounds)
    return _chained(s, _meetings(s, *candidates(s, group, bounds)), group)


def _meetings(s: Segments, one: Ints, two: Ints) -> _Meetings:
    """Where candidate pairs of segments meet."""
    c_off, d_off = _offsets(s, one, two)
    a_off, b_off = _offsets(s, two, one)
    cuts, same, touched = _touching(s, one, two, (a_off, b_off, c_off, d_off))
    cross = np.flatnonzero(~touched & (a_off * b_off < 0) & (c_off * d_off < 0))
    one, two = one[cross], two[cross]
    u = a_off[cross] / (a_off[cross] - b_off[cross])
    v = c_off[cross] / (c_off[cross] - d_off[cross])
    node = len(s.x) + np.arange(len(cross))
    cuts += [(one, u, node), (two, v, node)]
    x, y, to_x, to_y = s.ends(one)
    return _Meetings(
        np.concatenate([segment for segment, _, _ in cuts]),
        np.concatenate([share for _, share, _ in cuts]),
        np.concatenate([name for _, _, name in cuts]),
        np.concatenate([vertex for vertex, _ in same]),
        np.concatenate([vertex for _, vertex in same]),
        x + (to_x - x) * u,
        y + (to_y - y) * u,
    )


def _offsets(s: Segments, line: Ints, other: Ints) -> tuple[Floats, Floats]:
    """How far left of ``line`` the ends of ``other`` lie."""
    x, y, to_x, to_y = s.ends(line)
    begin_x, begin_y, end_x, end_y = s.ends(other)
    along_x, along_y = to_x - x, to_y - y
    length = np.sqrt(along_x * along_x + along_y * along_y)
    along_x /= length
    along_y /= length
    begin = along_x * (begin_y - y) - along_y * (begin_x - x)
    end = along_x * (end_y - y) - along_y * (end_x - x)
    return begin, end


def _touching(
    s: Segments, one: Ints, two: Ints, offset: tuple[Floats, Floats, Floats, Floats]
) -> tuple[list[tuple[Ints, Floats, Ints]], list[tuple[Ints, Ints]], Bools]:
    """Ends that lie on the other segment: its cuts there, or the vertices that are one."""
    cuts, same = [], []
    touched = np.zeros(len(one), dtype=np.bool_)
    for off, of, on, from_tail in (
        (offset[0], one, two, True),
        (offset[1], one, two, False),
        (offset[2], two, one, True),
        (offset[3], two, one, False),
    ):
        k = np.flatnonzero(np.abs(off) <= NEAR_M)
        seg, of = on[k], of[k]
        vertex = s.tail[of] if from_tail else s.head[of]
        x, y, to_x, to_y = s.ends(seg)
        along_x, along_y = to_x - x, to_y - y
        length = np.hypot(along_x, along_y)
        t = ((s.x[vertex] - x) * along_x + (s.y[vertex] - y) * along_y) / length
        within = (t >= -NEAR_M) & (t <= length + NEAR_M)
        touched[k[within]] = True
        start, stop = within & (t <= NEAR_M), within & (t >= length - NEAR_M)
        same += [(vertex[start], s.tail[seg[start]]), (vertex[stop], s.head[seg[stop]])]
        inner = within & ~start & ~stop
        cuts.append((seg[inner], (t / length)[inner], vertex[inner]))
    return cuts, same, touched


def _chained(s: Segments, m: _Meetings, group: Ints) -> Chains:
    """Segments cut at their nodes and strung together between nodes."""
    x, y = np.concatenate([s.x, m.x]), np.concatenate([s.y, m.y])
    cut = offsets(np.bincount(m.segment, minlength=len(s)))
    node = _along(m.segment, m.share, m.node, cut)
    name = _united(x, y, m.one, m.other, node, cut)
    is_node = np.zeros(len(x), dtype=np.bool_)
    is_node[name[node]] = True
    is_node[name[m.one]] = True
    start, first, end, owner = _strung(s.tail, s.head, s.starts, cut, node, name, is_node)
    polygon = s.polygon[owner]
    return Chains(
        x[start], y[start], first, start[first[:-1]], end, x[end], y[end], polygon, group[polygon]
    )


@compiled
def _along(segment: Ints, share: Floats, node: Ints, cut: Ints) -> Ints:
    """The nodes of each segment, ``cut[k]:cut[k + 1]``, in the order in which they lie on it."""
    out, at = np.empty(len(node), np.int64), np.empty(len(node))
    filled = cut[:-1].copy()
    for m in range(len(node)):
        k = segment[m]
        place = filled[k]
        while place > cut[k] and at[place - 1] > share[m]:
            at[place], out[place] = at[place - 1], out[place - 1]
            place -= 1
        at[place], out[place] = share[m], node[m]
        filled[k] += 1
    return out


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
def _united(x: Floats, y: Floats, left: Ints, right: Ints, node: Ints, cut: Ints) -> Ints:
    """The least of the numbers of the points that are one with each point.

    One are the pairs ``left`` and ``right`` and neighbours among the nodes of a segment,
    ``node[cut[k]:cut[k + 1]]``, that are nearer than points can be.
    """
    name = np.arange(len(x))
    for k in range(len(left)):
        _unite(name, left[k], right[k])
    for k in range(len(cut) - 1):
        for c in range(cut[k] + 1, cut[k + 1]):
            one, two = node[c - 1], node[c]
            step_x, step_y = x[two] - x[one], y[two] - y[one]
            if np.sqrt(step_x * step_x + step_y * step_y) <= NEAR_M:
                _unite(name, one, two)
    for k in range(len(name)):
        # a number is one with none greater, so that its own name is final by now
        name[k] = name[name[k]]
    return name


@compiled
def _unite(name: Ints, left: int, right: int) -> None:
    """Give two points and what is one with them the least of their names."""
    one, two = left, right
    while name[one] != one:
        one = name[one]
    while name[two] != two:
        two = name[two]
    low = min(one, two)
    name[one] = name[two] = name[left] = name[right] = low
