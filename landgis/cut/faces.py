"""Chains to faces: the planar graph of every group walked face by face, and dissolved again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from landgis.cut.noding import Chains
from landgis.cut.runs import Bools, Floats, Ints, closes, opens, ranges, spread, summed, total
from landgis.stations import Geometries

OUTSIDE = -1
"""The number of the face around everything in a group."""


@dataclass(frozen=True)
class Graph:
    """Undirected chains of all groups; half 2c runs along chain c, half 2c + 1 against it.

    ``source`` holds the (chain, polygon, side) that say which side of a chain a polygon lies:
    side 0 is the left of half 2c, side 1 the left of half 2c + 1.
    """

    chains: Chains
    tail: Ints
    head: Ints
    group: Ints
    angle: Floats
    length: Floats
    twice_area: Floats
    source: tuple[Ints, Ints, Ints]
    pick: Ints

    def __len__(self) -> int:
        """The number of halves."""
        return 2 * len(self.pick)

    @cached_property
    def around(self) -> Ints:
        """The halves that leave each node, node by node, counter-clockwise."""
        turn = ((self.angle + np.pi) * 2.0**38).astype(np.int64)
        if self.tail.max(initial=0) < 2**22:
            return np.argsort((self.tail << 41) + turn)
        return np.lexsort((self.angle, self.tail))

    @cached_property
    def following(self) -> Ints:
        """The half that follows each half around the face on its left."""
        return self.following_among(np.ones(len(self.pick), dtype=np.bool_))

    def following_among(self, kept: Bools) -> Ints:
        """``following`` where only the ``kept`` chains are there; others follow themselves."""
        order = self.around[kept[self.around >> 1]]
        start = np.flatnonzero(opens(self.tail[order]))
        before = np.arange(len(order)) - 1
        before[start] = np.append(start[1:], len(order))[: len(start)] - 1
        out = np.arange(len(self))
        out[order ^ 1] = order[before]
        return out


def graph(c: Chains) -> Graph:
    """Chains with those that coincide made one."""
    size = np.diff(c.first)
    at, last = c.first[:-1], c.first[1:] - 1
    after_x, after_y = _after(c.x, c.end_x, last), _after(c.y, c.end_y, last)
    out = np.arctan2(after_y[at] - c.y[at], after_x[at] - c.x[at])
    back = np.arctan2(c.y[last] - c.end_y, c.x[last] - c.end_x)
    step_x, step_y = after_x - c.x, after_y - c.y
    length = total(np.sqrt(step_x * step_x + step_y * step_y), at)
    twice = total(c.x * after_y - c.y * after_x, at)
    pick, of, side = _coincident(c, size)
    halves = np.column_stack([out[pick], back[pick]]).ravel()
    ends = np.column_stack([c.tail[pick], c.head[pick]])
    return Graph(
        c,
        ends.ravel(),
        ends[:, ::-1].ravel(),
        c.group[pick],
        halves,
        np.repeat(length[pick], 2),
        np.column_stack([twice[pick], -twice[pick]]).ravel(),
        _source(of, c.polygon, side),
        pick,
    )


def _after(values: Floats, end: Floats, last: Ints) -> Floats:
    """The value that comes after each on its chain."""
    out = np.empty_like(values)
    out[:-1] = values[1:]
    out[last] = end
    return out


def _coincident(c: Chains, size: Ints) -> tuple[Ints, Ints, Ints]:
    """One chain of each that coincide; for every chain the one it is, and 1 if against it."""
    single = np.flatnonzero(size == 1)
    low, high = np.minimum(c.tail, c.head)[single], np.maximum(c.tail, c.head)[single]
    order = np.lexsort((high, low))
    new = opens(low[order], high[order])
    one = np.arange(len(c.tail))
    one[single[order]] = single[order][new][np.cumsum(new) - 1]
    pick, of = np.unique(one, return_inverse=True)
    return pick, of, (c.tail != c.tail[one]).astype(np.int64)


def _source(chain: Ints, polygon: Ints, side: Ints) -> tuple[Ints, Ints, Ints]:
    """Sides that polygons lie on; a polygon on both sides of a chain says nothing."""
    order = np.lexsort((side, polygon, chain))
    chain, polygon, side = chain[order], polygon[order], side[order]
    keep = opens(chain, polygon) & closes(chain, polygon)
    return chain[keep], polygon[keep], side[keep]


@dataclass(frozen=True)
class Faces:
    """Bounded faces inside the subjects, numbered in the order of their group.

    ``of_half`` is the face on the left of every half (``OUTSIDE`` if none), ``area`` and
    ``border`` are square metres and metres, holes counted.
    """

    graph: Graph
    group: Ints
    of_half: Ints
    area: Floats
    border: Floats
    holes: Ints
    witness: Ints

    def __len__(self) -> int:
        """The number of faces."""
        return len(self.group)

    @cached_property
    def shared(self) -> tuple[Ints, Ints, Floats]:
        """Pairs of faces, told from both sides, and the length of each border they share."""
        other = self.of_half.reshape(-1, 2)[:, ::-1].ravel()
        at = (self.of_half >= 0) & (other >= 0) & (self.of_half != other)
        return self.of_half[at], other[at], self.graph.length[at]


def walked(following: Ints) -> Ints:
    """The least member of the cycle of each half."""
    name, jump = np.arange(len(following)), following
    while True:
        low = np.minimum(name, name[jump])
        if np.array_equal(low, name):
            return name
        name, jump = low, jump[jump]


def faces(g: Graph, subjects: Geometries, subject: Ints, origin: Floats) -> Faces:
    """The faces of ``g`` inside the ``subjects`` (one a group).

    ``subject`` says of each polygon of the chains which subject it is, -1 if none; ``origin`` is
    what the coordinates of a group are counted from.
    """
    name = walked(g.following)
    reps, cycle = np.unique(name, return_inverse=True)
    twice = summed(cycle, g.twice_area, len(reps))
    border = summed(cycle, g.length, len(reps))
    group = g.group[reps >> 1]
    bounded = twice > 0
    inside = bounded & _inside(g, cycle, reps, bounded, subjects, subject, origin)
    # the outer border of something that lies in a face without touching its border is a hole
    island, around = _islands(g, cycle, reps, twice, origin)
    number = np.full(len(reps), OUTSIDE)
    order = np.flatnonzero(inside)
    order = order[np.argsort(group[order], kind="stable")]
    number[order] = np.arange(len(order))
    number[island] = number[around]
    island = island[number[around] >= 0]
    count = len(order)
    return Faces(
        g,
        group[order],
        number[cycle],
        (twice[order] + summed(number[island], twice[island], count)) / 2,
        border[order] + summed(number[island], border[island], count),
        np.bincount(number[island], minlength=count),
        reps[order],
    )


def witness_points(g: Graph, half: Ints, origin: Floats) -> tuple[Floats, Floats]:
    """A point on each half that is no node of its graph."""
    c = g.chains
    chain = g.pick[half >> 1]
    at = c.first[chain]
    single = c.first[chain + 1] - at == 1
    to = np.minimum(at + 1, len(c.x) - 1)
    low = origin[g.group[half >> 1]]
    x = (c.x[at] + np.where(single, c.end_x[chain], c.x[to])) / 2 + low[:, 0]
    y = (c.y[at] + np.where(single, c.end_y[chain], c.y[to])) / 2 + low[:, 1]
    return x, y


def _inside(
    g: Graph,
    cycle: Ints,
    reps: Ints,
    bounded: Bools,
    subjects: Geometries,
    subject: Ints,
    origin: Floats,
) -> Bools:
    """Which cycles run in their subject: told by its border, else by a point."""
    chain, polygon, side = g.source
    own = subject[polygon] >= 0
    left = 2 * chain[own] + side[own]
    out = np.zeros(len(reps), dtype=np.bool_)
    known = np.zeros(len(reps), dtype=np.bool_)
    known[cycle[left]] = known[cycle[left ^ 1]] = True
    out[cycle[left]] = True
    asked = np.flatnonzero(~known & bounded)
    shapely.prepare(subjects)
    x, y = witness_points(g, reps[asked], origin)
    out[asked] = shapely.contains_xy(subjects[g.group[reps[asked] >> 1]], x, y)
    return out


def _islands(g: Graph, cycle: Ints, reps: Ints, twice: Floats, origin: Floats) -> tuple[Ints, Ints]:
    """Outer borders (cycles) that lie within a face, and that face's cycle, the smallest."""
    group = g.group[reps >> 1]
    outer = np.flatnonzero(twice <= 0)
    several = np.bincount(group[outer], minlength=group.max(initial=-1) + 1) > 1
    outer = outer[several[group[outer]]]
    # what lies in a hole of its own subject is in the face of that hole, and in no face of ours
    faces = np.flatnonzero((twice > 0) & several[group])
    faces = faces[np.argsort(group[faces], kind="stable")]
    start, count = ranges(group[faces], group[outer])
    i, k = spread(count)
    f = faces[start[i] + k]
    i = outer[i]
    apart = (cycle[reps[i] ^ 1] != f) & (-twice[i] < twice[f])
    i, f = i[apart], f[apart]
    rings = ring_polygons(g, cycle, f, origin)
    x, y = witness_points(g, reps[i], origin)
    within = shapely.contains_xy(rings, x, y)
    i, f = i[within], f[within]
    order = np.lexsort((twice[f], i))
    island, first = np.unique(i[order], return_index=True)
    return island, f[order][first]


def ring_polygons(g: Graph, cycle: Ints, wanted: Ints, origin: Floats) -> Geometries:
    """The rings of ``wanted`` cycles as polygons without holes, prepared."""
    which, back = np.unique(wanted, return_inverse=True)
    use = np.zeros(cycle.max(initial=-1) + 1, dtype=np.bool_)
    use[which] = True
    half = np.flatnonzero(use[cycle])
    xy, ring, _ = ring_points(g, half, cycle, g.following, origin)
    out = np.asarray(shapely.polygons(shapely.linearrings(xy, indices=ring)), dtype=object)
    shapely.prepare(out)
    return out[back] if len(which) else np.zeros(0, dtype=object)


def ring_points(
    g: Graph, half: Ints, cycle: Ints, following: Ints, origin: Floats
) -> tuple[Floats, Ints, Ints]:
    """Coordinates of the cycles that ``half`` make up, the ring of each, the cycle of each ring.

    Rings are counted in the order of their cycles.
    """
    place = np.full(len(g), -1)
    place[half] = np.arange(len(half))
    to = place[following[half]]
    name = cycle[half]
    head = np.full(name.max(initial=-1) + 1, -1)
    head[name[::-1]] = np.arange(len(half))[::-1]
    # the rank of a half is its distance from the end of its cycle
    final = to == head[name]
    jump = np.where(final, np.arange(len(half)), to)
    rank = (~final).astype(np.int64)
    while True:
        ahead = rank[jump]
        if not ahead.any():
            break
        rank, jump = rank + ahead, jump[jump]
    order = np.lexsort((-rank, name))
    c = g.chains
    walk = half[order]
    chain = g.pick[walk >> 1]
    first, size = c.first[chain], c.first[chain + 1] - c.first[chain]
    row, k = spread(size)
    against = (walk & 1 == 1)[row]
    # against its direction a chain opens with its end and goes back to its second point
    at = np.where(against, first[row] + size[row] - k, first[row] + k)
    at = np.minimum(at, len(c.x) - 1)
    xy = np.column_stack([c.x[at], c.y[at]])
    turned = np.flatnonzero(against & (k == 0))
    ended = chain[row[turned]]
    xy[turned, 0], xy[turned, 1] = c.end_x[ended], c.end_y[ended]
    new = opens(name[order])
    ring = (np.cumsum(new) - 1)[row]
    group = g.group[walk >> 1]
    xy[:, 0] += origin[group, 0][row]
    xy[:, 1] += origin[group, 1][row]
    return xy, ring, name[order][new]


def dissolved(f: Faces, label: Ints, origin: Floats) -> tuple[Geometries, Ints]:
    """Polygons of the faces that have one label, ordered by it; faces labelled -1 are left out."""
    g = f.graph
    left = np.where(f.of_half >= 0, label[f.of_half], -1)
    kept = left[0::2] != left[1::2]
    following = g.following_among(kept)
    half = np.flatnonzero(np.repeat(kept, 2) & (left >= 0))
    following, cycle = _parted(g, half, following)
    xy, ring, cycles = ring_points(g, half, cycle, following, origin)
    twice = summed(cycle[half], g.twice_area[half], cycle.max(initial=-1) + 1)
    of = np.full(len(twice), -1)
    of[cycle[half]] = left[half]
    return _polygons(xy, ring, twice[cycles], of[cycles])


def _parted(g: Graph, half: Ints, following: Ints) -> tuple[Ints, Ints]:
    """Cycles of ``half`` parted where they pass a node again: a hole that touches its shell."""
    while True:
        _, cycle = np.unique(walked(following), return_inverse=True)
        key = (cycle[half] << 32) + g.tail[half]
        order = np.argsort(key)
        again = np.flatnonzero(~opens(key[order]))
        one, two = half[order[again - 1]], half[order[again]]
        first = np.unique(cycle[one], return_index=True)[1]
        if not len(first):
            return following, cycle
        one, two = one[first], two[first]
        before = np.empty_like(following)
        before[following] = np.arange(len(following))
        following[before[one]], following[before[two]] = two, one


def _polygons(xy: Floats, ring: Ints, twice: Floats, label: Ints) -> tuple[Geometries, Ints]:
    """Rings to polygons, each hole in the smallest shell of its label around it."""
    size = np.bincount(ring, minlength=len(twice))
    usable = size[ring] >= 3
    number = np.cumsum(size >= 3) - 1
    rings = np.full(len(twice), None, dtype=object)
    rings[size >= 3] = shapely.linearrings(xy[usable], indices=number[ring[usable]])
    shell, hole = (
        np.flatnonzero((twice > 0) & (size >= 3)),
        np.flatnonzero((twice < 0) & (size >= 3)),
    )
    shell = shell[np.argsort(label[shell], kind="stable")]
    start, count = ranges(label[shell], label[hole])
    home = np.where(count > 0, start, -1)
    asked = np.flatnonzero(count > 1)
    if len(asked):
        home[asked] = _homes(rings, twice, hole[asked], shell, start[asked], count[asked])
    hole, home = hole[home >= 0], home[home >= 0]
    order = np.argsort(np.concatenate([np.arange(len(shell)), home]), kind="stable")
    index = np.concatenate([np.arange(len(shell)), home])[order]
    parts = shapely.polygons(rings[np.concatenate([shell, hole])[order]], indices=index)
    return np.asarray(parts, dtype=object), label[shell]


def _homes(
    rings: Geometries, twice: Floats, hole: Ints, shell: Ints, start: Ints, count: Ints
) -> Ints:
    """The smallest of the candidate shells (``count`` from ``start``) that holds each hole."""
    i, turn = spread(count)
    k = start[i] + turn
    wanted, back = np.unique(k, return_inverse=True)
    around = shapely.polygons(rings[shell[wanted]])
    shapely.prepare(around)
    inner = shapely.polygons(rings[hole])
    within = shapely.covers(around[back], inner[i]) & (twice[shell[k]] >= -twice[hole[i]])
    i, k = i[within], k[within]
    order = np.lexsort((twice[shell[k]], i))
    found, first = np.unique(i[order], return_index=True)
    out = np.full(len(hole), -1)
    out[found] = k[order][first]
    return out


def coverage(
    f: Faces, polygons: Geometries, group: Ints, first: int, origin: Floats
) -> tuple[Ints, Ints]:
    """Which of the polygons from ``first`` on (sorted by group) cover each face: two arrays.

    Told by their border where it bounds the face, else by a point of the face's border.
    """
    start, count = ranges(group[first:], f.group)
    face, turn = spread(count)
    member = start[face] + turn
    base = np.cumsum(count) - count
    state = np.full(len(face), -1, dtype=np.int8)
    chain, polygon, side = f.graph.source
    use = polygon >= first
    left, polygon = 2 * chain[use] + side[use], polygon[use] - first
    for half, value in ((left ^ 1, 0), (left, 1)):
        at = f.of_half[half]
        ok = at >= 0
        state[base[at[ok]] + polygon[ok] - start[at[ok]]] = value
    asked = np.flatnonzero(state < 0)
    x, y = witness_points(f.graph, f.witness[face[asked]], origin)
    shapely.prepare(polygons[first:])
    state[asked] = shapely.contains_xy(polygons[first:][member[asked]], x, y)
    covered = state == 1
    return face[covered], member[covered]
