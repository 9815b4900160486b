"""Geometry as delivered to valid polygons in the working CRS; what was wrong goes into problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

from landgis.errors import UnknownCRS
from landgis.issues import IssueKind, Problem, where
from landgis.measure import transform
from landgis.stations import Geometries, Mask
from landgis.zones import identify_crs, is_wgs84, leaves_open

POLYGONS = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)

CHINA_LONGITUDE = (73.0, 136.0)
CHINA_LATITUDE = (3.0, 54.0)
CHINA_NORTHING_M = (300_000.0, 6_000_000.0)
HALF_ZONE_M = 400_000.0
"""Eastings so far from the meridian of their zone are wrong even for a city across two zones."""

MOST_VERTICES, MOST_PARTS = 1_000_000, 20_000
"""A province has some hundred thousand vertices at survey scale."""

REPAIR_M2 = 1.0
REPAIR_SHARE = 1e-4
"""A repair that moves the area by more than the greater of both changes what was delivered."""


class Shapes(NamedTuple):
    """Valid Polygon, MultiPolygon or ``None`` a row, and what was wrong with the others."""

    geometry: Geometries
    problems: list[Problem]


class SourceCRS(NamedTuple):
    """The CRS of the source as a code of the CGCS2000 family, and what to say about it."""

    code: int
    problems: list[Problem]


def source_crs(stated: pyproj.CRS | None, declared: int | None) -> SourceCRS:
    """Which system the coordinates are in: as the file states, else as the operator declared.

    Raises ``UnknownCRS`` for neither, for a datum that cannot be transformed and where both
    contradict each other.
    """
    said = None if declared is None else identify_crs(_declared(declared))
    if said is not None and (stated is None or leaves_open(stated, said)):
        return SourceCRS(said, [Problem(IssueKind.CRS_DECLARED, value=str(declared))])
    code = identify_crs(stated)
    if said is not None and said != code:
        raise UnknownCRS(
            f"the file states EPSG:{code}, --crs says {declared}: settle which is right; a file is "
            "never read against its own statement.",
            f"文件标明 EPSG:{code}，--crs 指定 {declared}：请先核实；不会违背文件自身的说明读取。",
        )
    known = stated is not None and is_wgs84(stated)
    return SourceCRS(code, [Problem(IssueKind.CRS_WGS84)] if known else [])


def _declared(code: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        raise UnknownCRS(
            f"--crs {code} is no EPSG code: use one such as 4526.",
            f"--crs {code} 不是 EPSG 代码：请用例如 4526。",
        ) from None


def shapes(
    raw: Geometries, source: int, target: int, *, required: bool, told: Sequence[Problem] = ()
) -> Shapes:
    """Valid polygons in EPSG ``target`` from geometry in EPSG ``source``.

    Heights are dropped. What is no polygon, not finite or outside the CRS becomes ``None`` with
    an error; an invalid outline is repaired by ``make_valid`` with its area before and after. A
    row without polygon of which ``told`` already speaks is not said to be missing one.
    Raises ``UnknownCRS`` where most coordinates cannot be in ``source``.
    """
    problems: list[Problem] = []
    flat = shapely.force_2d(np.asarray(raw, dtype=object))
    for step in (_drop_excess, _drop_infinite, _keep_polygons, _drop_far(source)):
        flat, found = step(flat)
        problems += found
    moved = transform(flat, source, target)
    valid, found = _make_valid(moved)
    spoken = [p.at for p in (*told, *problems) if p.field == "geometry"]
    lost = {int(i) for at in spoken if at is not None for i in at}
    none = np.array([i for i in where(_is_none(valid)) if i not in lost], dtype=np.int64)
    missing = [Problem(IssueKind.GEOMETRY_MISSING, "geometry", none)] if required else []
    return Shapes(valid, [*problems, *found, *missing])


def _is_none(geoms: Geometries) -> Mask:
    return np.asarray(shapely.is_missing(geoms) | shapely.is_empty(geoms))


def _without(geoms: Geometries, gone: Mask) -> Geometries:
    kept = geoms.copy()
    kept[gone] = None
    return kept


def _drop_excess(geoms: Geometries) -> Shapes:
    """One geometry of so many vertices or parts is a layer in disguise, or an attack."""
    points, parts = shapely.get_num_coordinates(geoms), shapely.get_num_geometries(geoms)
    bad = (points > MOST_VERTICES) | (parts > MOST_PARTS)
    said = [f"{a} / {b}" for a, b in zip(points[bad], parts[bad], strict=True)]
    problem = Problem(IssueKind.GEOMETRY_TOO_LARGE, "geometry", where(bad), said)
    return Shapes(_without(geoms, bad), [problem])


def _drop_infinite(geoms: Geometries) -> Shapes:
    xy, owner = shapely.get_coordinates(geoms, return_index=True)
    bad = np.zeros(len(geoms), dtype=bool)
    bad[owner[~np.isfinite(xy).all(axis=1)]] = True
    problem = Problem(IssueKind.COORDINATES_NOT_FINITE, "geometry", where(bad))
    return Shapes(_without(geoms, bad), [problem])


def _keep_polygons(geoms: Geometries) -> Shapes:
    """Polygons stay, those in a collection are taken out of it, empty ones become ``None``."""
    geoms = _without(geoms, _is_none(geoms))
    collected = shapely.get_type_id(geoms) == GeometryType.GEOMETRYCOLLECTION
    geoms[collected] = _polygonal(geoms[collected])
    bad = ~shapely.is_missing(geoms) & ~np.isin(shapely.get_type_id(geoms), POLYGONS)
    said = [g.geom_type for g in geoms[bad]]
    problem = Problem(IssueKind.NOT_A_POLYGON, "geometry", where(bad), said)
    return Shapes(_singled(_without(geoms, bad)), [problem])


def _singled(geoms: Geometries) -> Geometries:
    """A MultiPolygon of one part as that Polygon: formats differ, the land does not."""
    one = (shapely.get_type_id(geoms) == GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(geoms) == 1
    )
    return np.where(one, shapely.get_geometry(geoms, 0), geoms)


def _polygonal(geoms: Geometries) -> Geometries:
    """The polygons in each geometry as one; a geometry without any stays as it is."""
    out = geoms.copy()
    for i, geom in enumerate(geoms):
        parts = shapely.get_parts(shapely.get_parts(geom))
        areal = parts[shapely.get_dimensions(parts) == 2]
        if len(areal):
            out[i] = areal[0] if len(areal) == 1 else shapely.multipolygons(areal)
    return out


def _drop_far(source: int) -> Callable[[Geometries], Shapes]:
    crs = pyproj.CRS.from_epsg(source)
    across, along = _limits(crs)

    def step(geoms: Geometries) -> Shapes:
        west, south, east, north = shapely.bounds(geoms).T
        there = ~shapely.is_missing(geoms)
        inside = _within(west, east, across) & _within(south, north, along)
        swapped = _within(south, north, across) & _within(west, east, along)
        wrong = there & ~inside
        if wrong.sum() * 2 > there.sum():
            raise _misplaced(crs, west[wrong][0], south[wrong][0], swapped=bool(swapped[wrong][0]))
        problems = [
            Problem(kind, "geometry", where(mask), _pairs(west[mask], south[mask]))
            for kind, mask in (
                (IssueKind.COORDINATES_SWAPPED, wrong & swapped),
                (IssueKind.COORDINATES_OUT_OF_RANGE, wrong & ~swapped),
            )
        ]
        return Shapes(_without(geoms, wrong), problems)

    return step


def _limits(crs: pyproj.CRS) -> tuple[tuple[float, float], tuple[float, float]]:
    if crs.is_geographic:
        return CHINA_LONGITUDE, CHINA_LATITUDE
    middle = float(crs.to_cf()["false_easting"])
    return (middle - HALF_ZONE_M, middle + HALF_ZONE_M), CHINA_NORTHING_M


def _within(low: NDArray[np.float64], high: NDArray[np.float64], span: tuple[float, float]) -> Mask:
    return np.asarray((low >= span[0]) & (high <= span[1]))


def _pairs(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
    return [f"{a:.10g}, {b:.10g}" for a, b in zip(x, y, strict=True)]


def _misplaced(crs: pyproj.CRS, x: float, y: float, *, swapped: bool) -> UnknownCRS:
    looks, looks_zh = _looks_like(x, y, swapped=swapped, degrees=crs.is_geographic)
    return UnknownCRS(
        f"the coordinates ({x:.10g}, {y:.10g}) cannot be in '{crs.name}': they look like {looks}; "
        "deliver the file with its right coordinate system.",
        f"坐标（{x:.10g}, {y:.10g}）不可能属于“{crs.name}”：看起来是{looks_zh}；"
        "请提供坐标系正确的文件。",
    )


def _looks_like(x: float, y: float, *, swapped: bool, degrees: bool) -> tuple[str, str]:
    if swapped:
        return "northing and easting exchanged", "纵横坐标颠倒"
    if abs(x) <= 180 and abs(y) <= 180:
        outside = ("a place outside China", "中国以外的位置")
        return outside if degrees else ("longitude and latitude", "经纬度")
    zone = int(x // 1_000_000)
    if zone in range(13, 24) or zone in range(25, 46):
        return f"zone {zone}", f"{zone} 带坐标"
    if 100_000 <= x < 1_000_000:
        return "metres without a zone prefix", "不带带号的平面坐标"
    return "another system", "其他坐标系"


def _make_valid(geoms: Geometries) -> Shapes:
    broken = ~shapely.is_missing(geoms) & ~shapely.is_valid(geoms)
    if not broken.any():
        return Shapes(geoms, [])
    at = where(broken)
    before = shapely.area(geoms[at])
    mended = _singled(_polygonal(shapely.make_valid(geoms[at])))
    mended[shapely.get_dimensions(mended) != 2] = None
    after = np.nan_to_num(shapely.area(mended))
    whole = geoms.copy()
    whole[at] = mended
    return Shapes(whole, _repairs(at, shapely.is_valid_reason(geoms[at]), before, after))


def _repairs(
    at: NDArray[np.int64],
    reasons: NDArray[np.object_],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
) -> list[Problem]:
    said = np.array(
        [f"{r}; {b:.2f} -> {a:.2f} m²" for r, b, a in zip(reasons, before, after, strict=True)],
        dtype=object,
    )
    moved = np.abs(after - before) > np.maximum(REPAIR_M2, REPAIR_SHARE * before)
    return [
        Problem(IssueKind.GEOMETRY_REPAIRED, "geometry", at[moved], list(said[moved])),
        Problem(IssueKind.GEOMETRY_CLEANED, "geometry", at[~moved], list(said[~moved])),
    ]


def duplicates(geoms: Geometries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of polygons that repeat an earlier one, and the position of that one."""
    bounds = pd.DataFrame(np.nan_to_num(shapely.bounds(geoms)))
    at = where(bounds.duplicated(keep=False).to_numpy(bool) & ~shapely.is_missing(geoms))
    keys = shapely.to_wkb(shapely.normalize(geoms[at]))
    first: dict[bytes, int] = {}
    for key, i in zip(keys, at, strict=True):
        first.setdefault(key, int(i))
    origin = np.array([first[k] for k in keys], dtype=np.int64)
    return at[origin != at], origin[origin != at]
