"""Chains to faces: the planar graph of every group walked face by face, and dissolved again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from landgis.cut.native import compiled
from landgis.cut.noding import Chains
from landgis.cut.runs import Bools, Floats, Ints, closes, opens, ranges, spread, summed
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
        turn = ((self.angle + 2) * 2.0**38).astype(np.int64)
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
    out, back, length, twice = _measured(c.x, c.y, c.first, c.end_x, c.end_y)
    pick, of, side = _coincident(c, np.diff(c.first))
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


@compiled
def _measured(
    x: Floats, y: Floats, first: Ints, end_x: Floats, end_y: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """For each chain the directions in which it leaves its two ends, length and twice the area.

    A direction is a number from -2 to 2 that grows with the angle from -pi to pi.
    """
    size = len(end_x)
    ways, length, twice = np.empty((2, size)), np.zeros(size), np.zeros(size)
    for c in range(size):
        last = first[c + 1] - 1
        for k in range(first[c], last + 1):
            to_x, to_y = (end_x[c], end_y[c]) if k == last else (x[k + 1], y[k + 1])
            step_x, step_y = to_x - x[k], to_y - y[k]
            length[c] += np.sqrt(step_x * step_x + step_y * step_y)
            twice[c] += x[k] * to_y - y[k] * to_x
            for end in range(2):
                if k != (first[c], last)[end]:
                    continue
                along, up = (step_x, step_y) if end == 0 else (-step_x, -step_y)
                share = along / (abs(along) + abs(up))
                ways[end, c] = 1 - share if up >= 0 else share - 1
    return ways[0], ways[1], length, twice


def _coincident(c: Chains, size: Ints) -> tuple[Ints, Ints, Ints]:
    """One chain of each that coincide; for every chain the one it is, and 1 if against it."""
    single = np.flatnonzero(size == 1)
    low, high = np.minimum(c.tail, c.head)[single], np.maximum(c.tail, c.head)[single]
    key = (low << 32) + high
    order = np.argsort(key)
    start = np.flatnonzero(opens(key[order]))
    one = np.arange(len(c.tail))
    if len(start):
        least = np.minimum.reduceat(single[order], start)
        one[single[order]] = np.repeat(least, np.diff(np.append(start, len(order))))
    chosen = one == np.arange(len(one))
    of = (np.cumsum(chosen) - 1)[one]
    return np.flatnonzero(chosen), of, (c.tail != c.tail[one]).astype(np.int64)


def _source(chain: Ints, polygon: Ints, side: Ints) -> tuple[Ints, Ints, Ints]:
    """Sides that polygons lie on; a polygon on both sides of a chain says nothing."""
    several = int(polygon.max(initial=0)) + 1
    key = np.sort((chain * several + polygon) * 2 + side)
    key = key[opens(key)]
    key = key[opens(key >> 1) & closes(key >> 1)]
    return (key >> 1) // several, (key >> 1) % several, key & 1


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


@compiled
def cycles(following: Ints) -> tuple[Ints, Ints]:
    """The least member of each cycle, in their order, and the cycle of each half."""
    least, cycle = np.empty(len(following), np.int64), np.full(len(following), -1)
    count = 0
    for half in range(len(following)):
        if cycle[half] >= 0:
            continue
        least[count], at = half, half
        while cycle[at] < 0:
            cycle[at] = count
            at = following[at]
        count += 1
    return least[:count], cycle


def faces(g: Graph, subjects: Geometries, subject: Ints, origin: Floats) -> Faces:
    """The faces of ``g`` inside the ``subjects`` (one a group).

    ``subject`` says of each polygon of the chains which subject it is, -1 if none; ``origin`` is
    what the coordinates of a group are counted from.
    """
    reps, cycle = cycles(g.following)
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
    c = g.chains
    x, y, size, first = _ring_points(
        half, following, g.pick, c.first, c.x, c.y, c.end_x, c.end_y, g.group, origin
    )
    ring = np.repeat(np.arange(len(size)), size)
    return np.column_stack([x, y]), ring, cycle[first]


@compiled
def _ring_points(
    half: Ints,
    following: Ints,
    pick: Ints,
    first: Ints,
    x: Floats,
    y: Floats,
    end_x: Floats,
    end_y: Floats,
    group: Ints,
    origin: Floats,
) -> tuple[Floats, Floats, Ints, Ints]:
    """Coordinates ring by ring, the size of each ring and the half that it begins with."""
    points = 0
    for h in half:
        points += first[pick[h >> 1] + 1] - first[pick[h >> 1]]
    out_x, out_y = np.empty(points), np.empty(points)
    size, begun = np.empty(len(half), np.int64), np.empty(len(half), np.int64)
    done = np.zeros(len(following), np.bool_)
    rings = count = 0
    for h in half:
        if done[h]:
            continue
        begun[rings], before, at = h, count, h
        while not done[at]:
            done[at] = True
            chain = pick[at >> 1]
            low_x, low_y = origin[group[at >> 1], 0], origin[group[at >> 1], 1]
            # against its direction a chain opens with its end and goes back to its second point
            if at & 1:
                out_x[count], out_y[count] = end_x[chain] + low_x, end_y[chain] + low_y
                count += 1
                for k in range(first[chain + 1] - 1, first[chain], -1):
                    out_x[count], out_y[count] = x[k] + low_x, y[k] + low_y
                    count += 1
            else:
                for k in range(first[chain], first[chain + 1]):
                    out_x[count], out_y[count] = x[k] + low_x, y[k] + low_y
                    count += 1
            at = following[at]
        size[rings] = count - before
        rings += 1
    return out_x, out_y, size[:rings], begun[:rings]


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
    _part(half, following, g.tail)
    return following, cycles(following)[1]


@compiled
def _part(half: Ints, following: Ints, tail: Ints) -> None:
    """Part the cycles of ``half`` in place: each ends where it comes to a node that it left."""
    size = len(following)
    before, left = np.empty(size, np.int64), np.full(tail.max() + 1 if size else 0, -1)
    for h in range(size):
        before[following[h]] = h
    done = np.zeros(size, np.bool_)
    for h in half:
        at = h
        while not done[at]:
            done[at] = True
            other = left[tail[at]]
            if other >= 0:
                # from the one to the other is a ring of its own, whose nodes are free again
                one, two = before[other], before[at]
                following[one], following[two] = at, other
                before[at], before[other] = one, two
                k = following[other]
                while k != other:
                    left[tail[k]] = -1
                    k = following[k]
            left[tail[at]] = at
            at = following[at]
        left[tail[at]], k = -1, following[at]
        while k != at:
            left[tail[k]], k = -1, following[k]


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
