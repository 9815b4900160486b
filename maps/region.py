"""A box or a drawn polygon, as text, in; the part of the map that it is, out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis import query
from landgis.cut.runs import Ints
from landgis.errors import UsageError
from landgis.measure import LONLAT, ellipsoidal_area_m2, transform
from maps.outlines import BLOCK, MAP_CRS, Outlines, in_units

MOST_POINTS = 2_000
MOST_LETTERS = 20_000
NORTHMOST = 85.0
"""Degrees beyond which there is no map."""

Shares: TypeAlias = tuple[Ints, NDArray[np.float64]]
"""Positions, and a share of each."""

SHAPES = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Region:
    """A part of the map: its polygon in longitude and latitude, and in units of the map."""

    lonlat: shapely.Geometry
    units: shapely.Geometry

    @property
    def area_m2(self) -> float:
        """Its ellipsoidal area."""
        return float(ellipsoidal_area_m2(np.array([self.lonlat], dtype=object), LONLAT)[0])

    def shares(self, lines: Outlines, wanted: NDArray[np.bool_]) -> Shares:
        """Which of the wanted outlines (a mask by row) it meets, by position, and how much of each.

        The share is of the area, from 0, where only the edges touch, to 1.
        """
        near = lines.near(np.array(self.units.bounds))
        at = near[wanted[lines.row[near]]]
        shapely.prepare(self.units)
        # Of neighbours that lie inside or outside together, none has to be asked alone.
        blocks = shapely.box(*lines.block.T)
        within = shapely.contains_properly(self.units, blocks)[at // BLOCK]
        beyond = ~shapely.intersects(self.units, blocks)[at // BLOCK]
        doubted = np.flatnonzero(~within & ~beyond)
        share = np.where(beyond, -1.0, 1.0)
        alone = shapely.contains_properly(self.units, shapely.box(*lines.box[at[doubted]].T))
        edge = doubted[~alone]
        share[edge] = self._cut(lines, at[edge])
        return at[share >= 0], share[share >= 0]

    def _cut(self, lines: Outlines, at: Ints) -> NDArray[np.float64]:
        """The share of each that lies inside, -1 where nothing does."""
        parts, owner = lines.parts(at)
        whole = np.bincount(owner, shapely.area(parts), len(at))
        meets = shapely.intersects(self.units, parts)
        parts, owner = parts[meets], owner[meets]
        parts = np.where(shapely.is_valid(parts), parts, shapely.make_valid(parts))
        inside = shapely.area(shapely.intersection(parts, self.units))
        share = np.bincount(owner, inside, len(at)) / np.where(whole > 0, whole, 1)
        return np.where(np.bincount(owner, minlength=len(at)) > 0, np.minimum(share, 1), -1.0)


def region(*, bbox: str | None = None, polygon: str | None = None) -> Region | None:
    """The region of a box or of GeoJSON; None without either. Raises ``UsageError``."""
    if bbox and polygon:
        raise UsageError(
            "bbox and polygon are two regions: give one of them.",
            "bbox 与 polygon 只能给一个。",
        )
    if polygon:
        return _region(_drawn(polygon))
    return _region(shapely.box(*query.box("bbox", bbox))) if bbox else None


def _region(lonlat: shapely.Geometry) -> Region:
    shape = np.array([lonlat], dtype=object)
    shown = shapely.clip_by_rect(shape, -180, -NORTHMOST, 180, NORTHMOST)
    units = shapely.transform(transform(shown, LONLAT, MAP_CRS), in_units)
    return Region(lonlat, units[0])


def _drawn(text: str) -> shapely.Geometry:
    """The polygon of a GeoJSON text in degrees."""
    if len(text) > MOST_LETTERS:
        raise _refused(f"is longer than {MOST_LETTERS:,} characters", f"超过 {MOST_LETTERS} 个字符")
    try:
        said = json.loads(text)
        rings = list(_rings(said))
        shape = shapely.from_geojson(json.dumps(said))
    except (ValueError, TypeError, KeyError, RecursionError, shapely.GEOSException) as error:
        raise _refused(
            "is no GeoJSON Polygon or MultiPolygon", "不是 GeoJSON 的 Polygon 或 MultiPolygon"
        ) from error
    if sum(map(len, rings)) > MOST_POINTS:
        raise _refused(f"has more than {MOST_POINTS:,} points", f"的顶点超过 {MOST_POINTS} 个")
    if any(abs(x) > 180 or abs(y) > 90 for ring in rings for x, y in ring):
        raise _refused("is not in degrees of longitude and latitude", "不是以度为单位的经纬度")
    if shape.is_empty or not shapely.is_valid(shape):
        raise _refused("is empty or crosses itself: draw it again", "为空或自相交，请重新绘制")
    return shape


def _rings(said: Any) -> Iterator[list[tuple[float, float]]]:
    """The rings of a polygon; raises ``ValueError`` or ``TypeError`` for what is none."""
    if not isinstance(said, dict) or said.get("type") not in SHAPES:
        raise ValueError("no polygon")
    nested = said["coordinates"]
    for part in nested if said["type"] == "MultiPolygon" else [nested]:
        for ring in part:
            points = [(float(point[0]), float(point[1])) for point in ring]
            if not all(math.isfinite(v) for point in points for v in point):
                raise ValueError("no number")
            yield points


def _refused(en: str, zh: str) -> UsageError:
    return UsageError(f"polygon: it {en}.", f"polygon：图形{zh}。")
