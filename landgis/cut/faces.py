"""Chains to faces: the planar graph of every group walked face by face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landgis.cut.graph import Graph, cycles
from landgis.cut.rings import Rings
from landgis.cut.runs import Bools, Floats, Ints, ranges, spread, summed
from landgis.cut.touch import holds

OUTSIDE = -1
"""The number of the face around everything in a group."""


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


def faces(g: Graph, subjects: Rings, subject: Ints, origin: Floats) -> Faces:
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
    subjects: Rings,
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
    x, y = witness_points(g, reps[asked], origin)
    out[asked] = holds(subjects, g.group[reps[asked] >> 1], x, y)
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
    rings, back = _cycle_rings(g, cycle, f, origin)
    x, y = witness_points(g, reps[i], origin)
    within = holds(rings, back, x, y)
    i, f = i[within], f[within]
    order = np.lexsort((twice[f], i))
    island, first = np.unique(i[order], return_index=True)
    return island, f[order][first]


def _cycle_rings(g: Graph, cycle: Ints, wanted: Ints, origin: Floats) -> tuple[Rings, Ints]:
    """The rings of ``wanted`` cycles, and which of them each of the wanted is."""
    use = np.zeros(cycle.max(initial=-1) + 1, dtype=np.bool_)
    use[wanted] = True
    rings, half = g.rings(np.flatnonzero(use[cycle]), g.following, origin)
    number = np.zeros(len(use), dtype=np.int64)
    number[cycle[half]] = np.arange(len(half))
    return rings, number[wanted]


def coverage(
    f: Faces, cutters: Rings, group: Ints, first: int, origin: Floats
) -> tuple[Ints, Ints]:
    """Which of the ``cutters`` (sorted by ``group``) cover each face: two arrays.

    Told by their border where it bounds the face, else by a point of the face's border; they are
    the polygons from ``first`` on in the graph.
    """
    start, count = ranges(group, f.group)
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
    state[asked] = holds(cutters, member[asked], x, y)
    covered = state == 1
    return face[covered], member[covered]
