"""Ellipsoidal area, mu and hectares, and the way from one CRS into another.

Polygons and the EPSG code of their CRS come in; square metres on the CGCS2000 ellipsoid or the
same polygons in another CRS come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landgis.errors import UnknownCRS
from landgis.stations import Geometries
from landgis.zones import LONLAT, SEMI_MAJOR_M, identify_crs, is_wgs84, refuse_old_datum

__all__ = [
    "DEFAULT_CRS",
    "LONLAT",
    "MU_M2",
    "ellipsoidal_area_m2",
    "identify_crs",
    "is_wgs84",
    "planar_area_m2",
    "ring_areas_m2",
    "to_hectares",
    "to_mu",
    "transform",
]

Floats = TypeVar("Floats", float, NDArray[np.float64])

DEFAULT_CRS = 4547
"""CGCS2000, 3-degree Gauss-Kruger, central meridian 114°E, no zone prefix."""

MU_M2 = 2000 / 3
"""Square metres in one mu 亩; 15 mu are one hectare exactly."""
HECTARE_M2 = 10_000.0

SEMI_MINOR_M = 6_356_752.314_140_36
E2 = 0.006_694_380_022_90
"""First eccentricity squared of CGCS2000, as the national rule prints it."""

SERIES = (
    1 + 3 / 6 * E2 + 30 / 80 * E2**2 + 35 / 112 * E2**3 + 630 / 2304 * E2**4,
    -(1 / 6 * E2 + 15 / 80 * E2**2 + 21 / 112 * E2**3 + 420 / 2304 * E2**4),
    3 / 80 * E2**2 + 7 / 112 * E2**3 + 180 / 2304 * E2**4,
    -(1 / 112 * E2**3 + 45 / 2304 * E2**4),
    5 / 2304 * E2**4,
)
"""A, -B, C, -D, E of the trapezoid formula of TD/T 1055, for the sines of 1, 3, 5, 7, 9 ΔB/2."""

DENSIFY_M = 70.0
"""Longer edges get points in between, equally spaced on the straight line of the CRS."""
METRES_PER_DEGREE = np.pi * SEMI_MAJOR_M / 180

CHUNK_VERTICES = 1 << 17
"""How many vertices are measured at once: bounds the memory, changes no figure."""


def to_mu(area_m2: Floats) -> Floats:
    """Square metres as mu."""
    return area_m2 / MU_M2


def to_hectares(area_m2: Floats) -> Floats:
    """Square metres as hectares."""
    return area_m2 / HECTARE_M2


def planar_area_m2(geoms: Geometries) -> NDArray[np.float64]:
    """Area in the plane of a projected CRS, as cadastral documents quote it; None gives NaN."""
    missing = shapely.is_missing(geoms)
    return np.where(missing, np.nan, shapely.area(geoms))


def ellipsoidal_area_m2(geoms: Geometries, crs: int = DEFAULT_CRS) -> NDArray[np.float64]:
    """Area on the CGCS2000 ellipsoid of polygons given in ``crs``; None gives NaN, empty 0.

    Each ring is the sum of signed trapezoids between its edges and a meridian (TD/T 1055), edges
    longer than 70 m densified along the straight line in ``crs`` so that pieces add up to the
    whole. Holes subtract; direction and start of a ring do not matter. The figure of a geometry
    depends on nothing but itself.
    """
    area = np.where(shapely.is_missing(geoms), np.nan, 0.0)
    for part in _chunks(shapely.get_num_coordinates(geoms)):
        area[part] += _areas(geoms[part], crs)
    return area


def ring_areas_m2(
    xy: NDArray[np.float64], ring_at: NDArray[np.int64], crs: int
) -> NDArray[np.float64]:
    """``ellipsoidal_area_m2`` of closed rings whose vertices are ``xy[ring_at[i]:ring_at[i + 1]]``.

    Direction and start of a ring do not matter.
    """
    area = np.empty(len(ring_at) - 1)
    for part in _chunks(np.diff(ring_at)):
        at = ring_at[part.start : part.stop + 1]
        area[part] = np.abs(_ring_areas(xy[at[0] : at[-1]], at - at[0], crs))
    return area


def _chunks(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Slices of geometries of ``sizes`` vertices, each of about ``CHUNK_VERTICES`` vertices."""
    edges = np.flatnonzero(np.diff(np.cumsum(sizes) // CHUNK_VERTICES)) + 1
    bounds = [0, *edges.tolist(), len(sizes)]
    return (slice(a, b) for a, b in pairwise(bounds))


def _areas(geoms: Geometries, crs: int) -> NDArray[np.float64]:
    """Areas of one chunk; one ring a geometry, the usual case, needs no taking apart."""
    plain = shapely.get_type_id(geoms) == shapely.GeometryType.POLYGON
    plain &= (shapely.get_num_interior_rings(geoms) == 0) & ~shapely.is_empty(geoms)
    area = np.zeros(len(geoms))
    sizes = shapely.get_num_coordinates(geoms[plain])
    ring_at = np.concatenate([[0], np.cumsum(sizes)])
    area[plain] = np.abs(_ring_areas(shapely.get_coordinates(geoms[plain]), ring_at, crs))
    area[~plain] = _areas_of_parts(geoms[~plain], crs)
    return area


def _areas_of_parts(geoms: Geometries, crs: int) -> NDArray[np.float64]:
    parts, owner = shapely.get_parts(geoms, return_index=True)
    solid = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    parts, owner = parts[solid], owner[solid]
    if not len(parts):
        return np.zeros(len(geoms))
    _, xy, (ring_at, polygon_at) = shapely.to_ragged_array(parts, include_z=False)
    ring_area = -np.abs(_ring_areas(xy, ring_at, crs))
    ring_area[polygon_at[:-1]] *= -1.0
    of_ring = np.repeat(owner, np.diff(polygon_at))
    return np.bincount(of_ring, ring_area, len(geoms)).astype(np.float64)


def _ring_areas(
    xy: NDArray[np.float64], ring_at: NDArray[np.int64], crs: int
) -> NDArray[np.float64]:
    """Signed area of closed rings whose vertices are ``xy[ring_at[i]:ring_at[i + 1]]``."""
    points, first = _densify(xy, ring_at, crs)
    size = np.diff(first)
    ring = np.repeat(np.arange(len(size)), size)
    after = np.arange(1, len(points) + 1)
    after[first[1:] - 1] = first[:-1]
    lon, lat = _radians(points, crs)
    east = lon - lon[first[:-1]][ring]
    return np.bincount(ring, _trapezoids(east, lat, after), len(size)).astype(np.float64)


def _densify(
    xy: NDArray[np.float64], ring_at: NDArray[np.int64], crs: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Every edge's start and the points between; and where each ring begins among them."""
    last = np.zeros(len(xy), dtype=bool)
    last[ring_at[1:] - 1] = True
    begin, step = xy[~last], np.diff(xy, axis=0)[~last[:-1]]
    limit = DENSIFY_M / METRES_PER_DEGREE if _crs(crs).is_geographic else DENSIFY_M
    pieces = (np.hypot(step[:, 0], step[:, 1]) / limit).astype(np.int64) + 1
    upto = np.concatenate([[0], np.cumsum(pieces)])
    first = upto[ring_at - np.arange(len(ring_at))]
    edge = np.repeat(np.arange(len(begin)), pieces)
    share = (np.arange(upto[-1]) - upto[edge]) / pieces[edge]
    return begin[edge] + step[edge] * share[:, None], first


def _radians(
    points: NDArray[np.float64], crs: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if _crs(crs).is_geographic:
        return np.radians(points[:, 0]), np.radians(points[:, 1])
    lon, lat = _project(points, _transformer(_crs(crs), LONLAT), radians=True)
    return lon, lat


def _trapezoids(
    east: NDArray[np.float64], lat: NDArray[np.float64], after: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Area between each edge (point to the point ``after`` it) and the meridian ``east == 0``."""
    half, middle = (lat[after] - lat) / 2, (lat[after] + lat) / 2
    sin, cos = np.sin(half), np.cos(middle)
    # Multiple angles from the ones before: sin(n + 2)x = 2 cos 2x sin nx - sin(n - 2)x.
    twice_sin, twice_cos = 2 - 4 * sin * sin, 4 * cos * cos - 2
    sin_before, cos_before = -sin, cos
    zone = np.zeros(len(lat))
    for coefficient in SERIES:
        zone += coefficient * sin * cos
        sin, sin_before = twice_sin * sin - sin_before, sin
        cos, cos_before = twice_cos * cos - cos_before, cos
    return 2 * SEMI_MINOR_M**2 * (east + east[after]) / 2 * zone


def transform(geoms: Geometries, source: int | pyproj.CRS, target: int) -> Geometries:
    """``geoms`` moved from ``source`` to the EPSG code ``target``, easting or longitude first.

    Raises ``UnknownCRS`` where PROJ would shift a datum by nothing and say nothing (Xian 80,
    Beijing 54), and where the numbers do not fit ``source``.
    """
    origin = _crs(source) if isinstance(source, int) else source
    if origin.to_epsg() == target:
        return geoms
    refuse_old_datum(origin)
    step = _transformer(origin, target)
    moved: Geometries = shapely.transform(
        geoms, lambda points: np.column_stack(_project(points, step)), include_z=False
    )
    return moved


def _project(
    points: NDArray[np.float64], step: pyproj.Transformer, *, radians: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # With radians=True pyproj also reads geographic input in radians: only used from metres.
    x, y = step.transform(points[:, 0], points[:, 1], radians=radians)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        name = step.source_crs.name if step.source_crs else ""
        raise UnknownCRS(
            f"some coordinates cannot be in '{name}': give the right system with --crs.",
            f"有坐标不可能属于“{name}”：请用 --crs 指定正确的坐标系。",
        )
    return x, y


@lru_cache(maxsize=64)
def _crs(code: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(code)


@lru_cache(maxsize=64)
def _transformer(source: pyproj.CRS, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, _crs(target), always_xy=True)
