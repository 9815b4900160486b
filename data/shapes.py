"""Shapes of land: convex rings cut in two, rings noded with their neighbours, buildings in lots."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

Ring = list[tuple[float, float]]
"""An open convex ring, counter-clockwise, in metres."""

Shapes = NDArray[np.object_]
"""A one-dimensional array of polygons."""

STEP_M = 80.0
"""No edge of the city is longer, so that bent streets stay smooth."""


def rectangle(x0: float, y0: float, x1: float, y1: float, corner: float = 0.0) -> Ring:
    """A rectangle whose corners are cut off by ``corner`` metres, as at a crossing of streets."""
    if corner <= 0:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    c = corner
    lower = [(x0 + c, y0), (x1 - c, y0), (x1, y0 + c), (x1, y1 - c)]
    return [*lower, (x1 - c, y1), (x0 + c, y1), (x0, y1 - c), (x0, y0 + c)]


def ring_area(ring: Ring) -> float:
    """The area of a ring in square metres."""
    return 0.5 * sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    )


def cut(ring: Ring, at: tuple[float, float], normal: tuple[float, float]) -> tuple[Ring, Ring]:
    """Both sides of a convex ring along the line through ``at``: behind and ahead of ``normal``."""
    side = [(x - at[0]) * normal[0] + (y - at[1]) * normal[1] for x, y in ring]
    behind: Ring = []
    ahead: Ring = []
    for i, (p, d) in enumerate(zip(ring, side, strict=True)):
        q, e = ring[(i + 1) % len(ring)], side[(i + 1) % len(ring)]
        (behind if d <= 0 else ahead).append(p)
        if (d <= 0) != (e <= 0):
            t = d / (d - e)
            crossing = (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]))
            behind.append(crossing)
            ahead.append(crossing)
    return behind, ahead


def extent(ring: Ring) -> tuple[float, float, float, float]:
    """The bounding box of a ring: x0, y0, x1, y1."""
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def halve(ring: Ring, rng: np.random.Generator, slant: float = 0.05) -> tuple[Ring, Ring]:
    """Cut a ring across its longer side, not quite in the middle and not quite straight."""
    x0, y0, x1, y1 = extent(ring)
    ratio, turn = rng.uniform(0.36, 0.64), rng.uniform(-slant, slant)
    if x1 - x0 >= y1 - y0:
        return cut(ring, (x0 + ratio * (x1 - x0), (y0 + y1) / 2), (1.0, turn))
    return cut(ring, ((x0 + x1) / 2, y0 + ratio * (y1 - y0)), (turn, 1.0))


def divide(
    ring: Ring, rng: np.random.Generator, middle_ha: float, spread: float, least_ha: float
) -> list[Ring]:
    """Divide a ring until each part is smaller than a size drawn for it (log-normal)."""
    wanted = max(least_ha * 2.2, middle_ha * math.exp(rng.normal(0.0, spread)))
    if ring_area(ring) / 1e4 <= wanted:
        return [ring]
    parts = halve(ring, rng)
    return [p for half in parts for p in divide(half, rng, middle_ha, spread, least_ha)]


def strip(ring: Ring, rng: np.random.Generator, width: float, *, edge: bool) -> list[Ring]:
    """Cut a strip out of a ring, a lane through its middle or a green belt along its edge.

    The strip comes first, then what is left of the ring.
    """
    x0, y0, x1, y1 = extent(ring)
    along_x = x1 - x0 >= y1 - y0
    low, high = (x0, x1) if along_x else (y0, y1)
    start = low if edge else low + rng.uniform(0.38, 0.62) * (high - low)
    normal = (1.0, 0.0) if along_x else (0.0, 1.0)

    def at(value: float) -> tuple[float, float]:
        return (value, y0) if along_x else (x0, value)

    before, rest = ([], ring) if edge else cut(ring, at(start), normal)
    belt, after = cut(rest, at(start + width), normal)
    return [belt, *([before] if before else []), after]


def polygons(rings: list[Ring]) -> Shapes:
    """The polygons of rings."""
    return np.array([shapely.Polygon(r) for r in rings], dtype=object)


def pond(shape: shapely.Polygon, radius: float, sides: int = 10) -> shapely.Polygon:
    """A many-sided hole round the middle of ``shape``."""
    turns = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    wobble = radius * (1 + 0.18 * np.sin(3 * turns))
    centre = shape.centroid
    return shapely.Polygon(
        np.column_stack([centre.x + wobble * np.cos(turns), centre.y + wobble * np.sin(turns)])
    )


def noded(shapes: Shapes) -> Shapes:
    """Neighbours with every corner of one on the edge of the other, and no edge over ``STEP_M``.

    Shared borders have the same coordinates on both sides.
    """
    corners = shapely.multipoints(shapely.points(shapely.get_coordinates(shapes)))
    snapped = shapely.snap(shapes, corners, 1e-5)
    fine = shapely.segmentize(snapped, STEP_M)
    rounded = shapely.transform(fine, lambda xy: np.round(xy, 4))
    return np.asarray(shapely.remove_repeated_points(rounded, 0.001), dtype=object)


def _boxes(bounds: NDArray[np.float64], x: tuple, y: tuple) -> Shapes:
    """A box inside each bounding box; ``x`` and ``y`` are (from, to) fractions, scalar or array."""
    x0, y0, x1, y1 = bounds.T
    w, h = x1 - x0, y1 - y0
    return np.asarray(shapely.box(x0 + x[0] * w, y0 + y[0] * h, x0 + x[1] * w, y0 + y[1] * h))


def complexes(phases: Shapes, rng: np.random.Generator) -> Shapes:
    """The outline of a building complex in each phase of a site: blocks, Ls, Us and courtyards."""
    inset = np.asarray(shapely.buffer(phases, -rng.uniform(5, 9, len(phases)), join_style="mitre"))
    bounds = shapely.bounds(inset)
    kind = rng.choice(5, len(phases), p=[0.4, 0.24, 0.18, 0.1, 0.08])
    a, b = rng.uniform(0.25, 0.45, len(phases)), rng.uniform(0.25, 0.45, len(phases))
    left = rng.random(len(phases)) < 0.5
    corner = _boxes(bounds, (np.where(left, -0.1, 1 - a), np.where(left, a, 1.1)), (1 - b, 1.1))
    bay = _boxes(bounds, (0.5 - a / 2.4, 0.5 + a / 2.4), (1 - b, 1.1))
    court = _boxes(bounds, (0.5 - a / 3, 0.5 + a / 3), (0.5 - b / 3, 0.5 + b / 3))
    notch = np.select([kind == 1, kind == 2, kind == 3], [corner, bay, court], shapely.Polygon())
    whole = shapely.difference(inset, notch)
    yard = _boxes(bounds, (0.46, 0.54), (-0.1, 1.1))
    return np.asarray(np.where(kind == 4, shapely.difference(whole, yard), whole), dtype=object)


def jitter(shapes: Shapes, rng: np.random.Generator, size_m: float) -> Shapes:
    """Move each corner as a survey does, the same corner by the same amount in every shape.

    Borders that shapes share stay shared; ``size_m`` bounds the movement.
    """
    corners, which = np.unique(shapely.get_coordinates(shapes), axis=0, return_inverse=True)
    turn = rng.uniform(0, 2 * np.pi, len(corners))
    length = 0.01 + (size_m - 0.01) * rng.beta(1.6, 4, len(corners))
    moved = corners + length[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    out = shapely.transform(shapes, lambda _: np.round(moved, 3)[which.reshape(-1)])
    return np.asarray(out, dtype=object)
