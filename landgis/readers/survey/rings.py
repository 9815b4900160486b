"""Points of parcels to polygons: rings closed as written, holes and parts by containment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.issues import IssueKind, Problem
from landgis.readers.survey.lines import Parcel, Point
from landgis.readers.survey.place import Placed
from landgis.stations import Geometries

CLOSED_M, NEARLY_M = 0.001 + 1e-6, 1.0
METRES_PER_DEGREE = 111_000.0
SAME_SHARE = 1e-6
"""Rings overlap partly where they share more of the smaller than this and less than all but it."""


Note: TypeAlias = Callable[[IssueKind, int, str], None]
"""Takes a fault, its line and its value."""


class Ring(NamedTuple):
    """A closed ring, the lines of its points, and whether the file closed it."""

    xy: NDArray[np.float64]
    lines: NDArray[np.int64]
    closed: bool


class _Faults:
    """Collects problems of one parcel by line."""

    def __init__(self, at: int) -> None:
        self.at = np.array([at], dtype=np.int64)
        self.found: list[Problem] = []

    def note(self, kind: IssueKind, line: int, value: str) -> None:
        self.found.append(Problem(kind, "geometry", self.at, [value], [int(line)]))


def assemble(parcels: Sequence[Parcel], placed: Placed) -> tuple[Geometries, list[Problem]]:
    """One polygon (or lines, or points) a parcel; ``None`` where its points make none."""
    shapes: Geometries = np.full(len(parcels), None, dtype=object)
    problems: list[Problem] = []
    start = 0
    scale = METRES_PER_DEGREE if placed.degrees else 1.0
    for at, parcel in enumerate(parcels):
        faults = _Faults(at)
        xy = placed.xy[start : start + len(parcel.points)]
        start += len(parcel.points)
        shapes[at] = _shape(parcel, xy, faults, scale)
        problems += faults.found
    return shapes, problems


def _shape(
    parcel: Parcel, xy: NDArray[np.float64], faults: _Faults, scale: float
) -> shapely.Geometry | None:
    graphic = parcel.head.get("记录图形属性", "面")
    if graphic in ("点", "线"):
        return _open(graphic, xy[~np.isnan(xy).any(axis=1)])
    rings = _rings(parcel, xy, faults, scale)
    _count(parcel, rings, faults)
    whole = [r for r in rings if r is not None]
    if len(whole) < len(rings) or not whole:
        return None
    return build(whole, faults.note)


def _open(graphic: str, xy: NDArray[np.float64]) -> shapely.Geometry | None:
    if graphic == "线" and len(xy) > 1:
        return shapely.linestrings(xy)
    return shapely.MultiPoint(xy) if len(xy) else None


def _rings(
    parcel: Parcel, xy: NDArray[np.float64], faults: _Faults, scale: float
) -> list[Ring | None]:
    """The rings of a parcel by their number; one that closes before its end is two."""
    numbered: dict[str, list[int]] = {}
    for i, point in enumerate(parcel.points):
        numbered.setdefault(point.ring, []).append(i)
    rings = []
    for at in numbered.values():
        while at:
            end = _closing(xy[at], scale)
            rings.append(_ring([parcel.points[i] for i in at[:end]], xy[at[:end]], faults, scale))
            at = at[end:]
    return rings


def _closing(xy: NDArray[np.float64], scale: float) -> int:
    """How many points belong to the first ring: up to the one that comes back to its begin."""
    back = np.flatnonzero(_away(xy, scale)[3:] <= CLOSED_M) + 3
    return int(back[0]) + 1 if len(back) else len(xy)


def _away(xy: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    return np.asarray(np.hypot(*(xy - xy[0]).T) * scale)


def _ring(
    points: Sequence[Point], xy: NDArray[np.float64], faults: _Faults, scale: float
) -> Ring | None:
    lines = np.array([p.line for p in points], dtype=np.int64)
    broken = bool(np.isnan(xy).any())
    gap = float(_away(xy, scale)[-1])
    closed = len(points) > 1 and gap <= CLOSED_M
    labels = [p.label for p in points]
    near = len(points) > 3 and CLOSED_M < gap <= NEARLY_M
    comes_back = len(points) > 2 and labels[0] != "" and labels[-1] == labels[0] and not closed
    if near or (comes_back and not broken):
        faults.note(IssueKind.RING_NOT_CLOSED, lines[-1], f"{gap:.3f} m")
    own = slice(0, len(points) - 1 if closed or near or comes_back else len(points))
    _labels(points[own], faults)
    if len(points[own]) < 3:
        faults.note(IssueKind.RING_TOO_SHORT, lines[0], str(len(points[own])))
    if broken or len(points[own]) < 3:
        return None
    return Ring(np.vstack([xy[own], xy[:1]]), lines[own], closed)


def _labels(points: Sequence[Point], faults: _Faults) -> None:
    seen: set[str] = set()
    for point in points:
        if point.label and point.label in seen:
            faults.note(IssueKind.POINT_REPEATED, point.line, point.label)
        seen.add(point.label)


def _count(parcel: Parcel, rings: Sequence[Ring | None], faults: _Faults) -> None:
    """The declared count may include the closing points, leave them out, or be one more."""
    said = parcel.head.get("界址点数", "")
    if not said or (said.isdigit() and int(said) == len(parcel.points)):
        return
    closings = sum(r.closed for r in rings if r is not None)
    own = len(parcel.points) - closings
    if not said.isdigit() or int(said) not in (own, own + len(rings), own + 1):
        faults.note(IssueKind.POINT_COUNT, parcel.line, f"{said} / {len(parcel.points)}")


def build(rings: Sequence[Ring], note: Note) -> shapely.Geometry | None:
    """Shells, holes and parts by depth of containment; what crosses is told and left as it is."""
    shells = np.array([shapely.Polygon(r.xy) for r in rings], dtype=object)
    for ring, shell in zip(rings, shells, strict=True):
        if not shapely.is_valid(shell):
            note(IssueKind.RING_CROSSES, *_crossing(ring, shell))
    if len(rings) == 1:
        return shells[0]
    sound = np.asarray(shapely.make_valid(shells), dtype=object)
    inside, outside = _contained(sound, rings, note)
    depth = np.bincount(inside, minlength=len(rings))
    polygons = []
    for shell in np.flatnonzero(depth % 2 == 0):
        holes = inside[(outside == shell) & (depth[inside] == depth[shell] + 1)]
        polygons.append(shapely.Polygon(rings[int(shell)].xy, [rings[int(h)].xy for h in holes]))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _contained(
    shells: Geometries, rings: Sequence[Ring], note: Note
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rings: the first lies inside the second. Partly overlapping ones are told."""
    a, b = shapely.STRtree(shells).query(shells, predicate="intersects")
    area = shapely.area(shells)
    smaller = (a != b) & ((area[a] < area[b]) | ((area[a] == area[b]) & (a > b)))
    a, b = a[smaller], b[smaller]
    share = shapely.area(shapely.intersection(shells[a], shells[b])) / np.maximum(area[a], 1e-300)
    partly = (share > SAME_SHARE) & (share < 1 - SAME_SHARE)
    same = (share >= 1 - SAME_SHARE) & (area[a] >= area[b] * (1 - SAME_SHARE))
    for inner, outer in zip(a[partly | same].tolist(), b[partly | same].tolist(), strict=True):
        line = rings[inner].lines[0]
        note(IssueKind.RINGS_OVERLAP, line, str(rings[outer].lines[0]))
    within = share >= 1 - SAME_SHARE
    return a[within], b[within]


def _crossing(ring: Ring, shell: shapely.Polygon) -> tuple[int, str]:
    """The line of the point next to where a ring crosses itself, and the reason."""
    reason = str(shapely.is_valid_reason(shell))
    place = reason.partition("[")[2].rstrip("]").split()
    if len(place) < 2:
        return int(ring.lines[0]), reason
    spot = np.array([float(place[0]), float(place[1])])
    near = int(np.argmin(np.hypot(*(ring.xy[:-1] - spot).T)))
    return int(ring.lines[near]), reason
