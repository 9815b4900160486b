"""Faces to polygons again: neighbours with one label are one."""

from __future__ import annotations

import numpy as np

from landgis.cut.faces import Faces
from landgis.cut.graph import Graph, cycles
from landgis.cut.native import compiled
from landgis.cut.rings import Points, Rings, offsets
from landgis.cut.runs import Floats, Ints, ranges, spread, summed
from landgis.cut.touch import holds


def dissolved(f: Faces, label: Ints, origin: Floats, points: Points) -> tuple[Rings, Ints]:
    """Polygons of the faces that have one label, and their labels, in order.

    Faces labelled -1 are left out; the polygons are put among ``points``.
    """
    g = f.graph
    left = np.where(f.of_half >= 0, label[f.of_half], -1)
    kept = left[0::2] != left[1::2]
    half = np.flatnonzero(np.repeat(kept, 2) & (left >= 0))
    following, cycle = _parted(g, half, g.following_among(kept))
    rings, begun = g.rings(half, following, origin)
    twice = summed(cycle[half], g.twice_area[half], cycle.max(initial=-1) + 1)
    return _polygons(rings.moved(points), twice[cycle[begun]], left[begun])


def _parted(g: Graph, half: Ints, following: Ints) -> tuple[Ints, Ints]:
    """Cycles of ``half`` parted where they pass a node again: a hole that touches its shell."""
    _part(half, following, g.tail, np.full(g.tail.max(initial=-1) + 1, -1))
    return following, cycles(following)[1]


@compiled
def _part(half: Ints, following: Ints, tail: Ints, left: Ints) -> None:
    """Part the cycles of ``half`` in place: each ends where it comes to a node that it left.

    ``left`` is -1 for every node: room for the half by which it was left.
    """
    size = len(following)
    before = np.empty(size, np.int64)
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


def _polygons(rings: Rings, twice: Floats, label: Ints) -> tuple[Rings, Ints]:
    """Rings to polygons, each hole in the smallest shell of its label around it."""
    usable = rings.end - rings.begin > 3
    shell, hole = np.flatnonzero((twice > 0) & usable), np.flatnonzero((twice < 0) & usable)
    shell = shell[np.argsort(label[shell], kind="stable")]
    start, count = ranges(label[shell], label[hole])
    home = np.where(count > 0, start, -1)
    asked = np.flatnonzero(count > 1)
    if len(asked):
        home[asked] = _homes(rings, twice, hole[asked], shell, start[asked], count[asked])
    hole, home = hole[home >= 0], home[home >= 0]
    of = np.concatenate([np.arange(len(shell)), home])
    order = np.argsort(of, kind="stable")
    every = rings.take(np.concatenate([shell, hole])[order])
    solid = order < len(shell)
    return Rings(every.points, every.begin, every.end, solid, offsets(np.bincount(of))), label[
        shell
    ]


def _homes(rings: Rings, twice: Floats, hole: Ints, shell: Ints, start: Ints, count: Ints) -> Ints:
    """The smallest of the candidate shells (``count`` from ``start``) that holds each hole."""
    i, turn = spread(count)
    k = start[i] + turn
    # holes and shells share nodes at most: the middle of an edge is off all other rings
    at, x, y = rings.begin[hole], rings.points.x, rings.points.y
    middle_x, middle_y = (x[at] + x[at + 1]) / 2, (y[at] + y[at + 1]) / 2
    within = twice[shell[k]] >= -twice[hole[i]]
    within &= holds(rings, shell[k], middle_x[i], middle_y[i])
    i, k = i[within], k[within]
    order = np.lexsort((twice[shell[k]], i))
    found, first = np.unique(i[order], return_index=True)
    out = np.full(len(hole), -1)
    out[found] = k[order][first]
    return out
