"""Chains as a planar graph, group by group: halves, what follows what around a face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landgis.cut.native import compiled
from landgis.cut.noding import Chains
from landgis.cut.rings import Points, Rings
from landgis.cut.runs import Bools, Floats, Ints, closes, opens


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
        return _followed(self.around, self.tail, kept)

    def rings(self, half: Ints, following: Ints, origin: Floats) -> tuple[Rings, Ints]:
        """The rings that ``half`` make up, each a polygon of its own, and a half of each.

        ``origin`` is what the coordinates of a group are counted from.
        """
        c = self.chains
        x, y, first, begun = _ring_points(
            half, following, self.pick, c.first, c.x, c.y, c.end_x, c.end_y, self.group, origin
        )
        points = Points()
        points.add(x, y)
        every = np.arange(len(first))
        return Rings(points, first[:-1], first[1:], every[:-1] >= 0, every), begun


@compiled
def _followed(around: Ints, tail: Ints, kept: Bools) -> Ints:
    """What follows each half: coming to a node, the next of its halves clockwise."""
    out = np.arange(len(around))
    first = last = -1
    for half in around:
        if not kept[half >> 1]:
            continue
        if last >= 0 and tail[last] == tail[half]:
            out[half ^ 1] = last
        else:
            if last >= 0:
                out[first ^ 1] = last
            first = half
        last = half
    if last >= 0:
        out[first ^ 1] = last
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
    """Coordinates of closed rings, where each begins and the half that it begins with."""
    points = 0
    for h in half:
        points += first[pick[h >> 1] + 1] - first[pick[h >> 1]]
    out_x, out_y = np.empty(points + len(half)), np.empty(points + len(half))
    start, begun = np.empty(len(half) + 1, np.int64), np.empty(len(half), np.int64)
    done = np.zeros(len(following), np.bool_)
    rings = count = 0
    for h in half:
        if done[h]:
            continue
        begun[rings], start[rings], at = h, count, h
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
        out_x[count], out_y[count] = out_x[start[rings]], out_y[start[rings]]
        count += 1
        rings += 1
    start[rings] = count
    return out_x[:count], out_y[:count], start[: rings + 1], begun[:rings]
