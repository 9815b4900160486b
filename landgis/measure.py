"""Coordinate systems of the CGCS2000 family, ellipsoidal area, mu and hectares.

Polygons and a CRS come in; square metres on the CGCS2000 ellipsoid, other coordinates or the
EPSG code that a file really means come out.
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
from pyproj.exceptions import CRSError

from landgis.errors import UnknownCRS
from landgis.stations import Geometries

Floats = TypeVar("Floats", float, NDArray[np.float64])

DEFAULT_CRS = 4547
"""CGCS2000, 3-degree Gauss-Kruger, central meridian 114°E, no zone prefix."""
LONLAT = 4490
"""CGCS2000 longitude and latitude: the published form of every geometry."""
WGS84 = 4326

MU_M2 = 2000 / 3
"""Square metres in one mu 亩; 15 mu are one hectare exactly."""
HECTARE_M2 = 10_000.0

SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
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
    for part in _chunks(geoms):
        area[part] += _areas(geoms[part], crs)
    return area


def _chunks(geoms: Geometries) -> Iterator[slice]:
    """Slices of ``geoms`` of about ``CHUNK_VERTICES`` vertices each."""
    chunk = np.cumsum(shapely.get_num_coordinates(geoms)) // CHUNK_VERTICES
    edges = np.flatnonzero(np.diff(chunk)) + 1
    bounds = [0, *edges.tolist(), len(geoms)]
    return (slice(a, b) for a, b in pairwise(bounds))


def _areas(geoms: Geometries, crs: int) -> NDArray[np.float64]:
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
    zone = np.zeros(len(lat))
    for coefficient, n in zip(SERIES, (1, 3, 5, 7, 9), strict=True):
        zone += coefficient * np.sin(n * half) * np.cos(n * middle)
    return 2 * SEMI_MINOR_M**2 * (east + east[after]) / 2 * zone


def transform(geoms: Geometries, source: int | pyproj.CRS, target: int) -> Geometries:
    """``geoms`` moved from ``source`` to the EPSG code ``target``, easting or longitude first.

    Raises ``UnknownCRS`` where PROJ would shift a datum by nothing and say nothing (Xian 80,
    Beijing 54), and where the numbers do not fit ``source``.
    """
    origin = _crs(source) if isinstance(source, int) else source
    if origin.to_epsg() == target:
        return geoms
    _refuse_old_datum(origin)
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


def zone_of(longitude: float, width: int = 3) -> int:
    """The 3-degree (25-45) or 6-degree (13-23) zone in which a longitude of China lies."""
    return int((longitude + 1.5) // 3) if width == 3 else int(longitude // 6) + 1


def central_meridian(zone: int) -> int:
    """The central meridian in degrees of zone 13-23 (6 degrees wide) or 25-45 (3 degrees)."""
    return 3 * zone if _is_narrow(zone) else 6 * zone - 3


ZONE_BASES = {
    "cgcs2000": {(3, True): 4488, (3, False): 4509, (6, True): 4478, (6, False): 4489},
    "xian80": {(3, True): 2324, (3, False): 2345, (6, True): 2314, (6, False): 2325},
    "beijing54": {(3, True): 2376, (3, False): 2397, (6, True): 21400, (6, False): 21440},
}
"""EPSG code minus zone, by datum, zone width and whether eastings carry the zone prefix."""


def zone_epsg(zone: int, *, prefixed: bool, datum: str = "cgcs2000") -> int:
    """The EPSG code of a Gauss-Kruger zone; ``prefixed`` where eastings begin with the zone.

    ``datum`` is ``cgcs2000``, ``xian80`` or ``beijing54``. Raises ``UnknownCRS`` outside 13-23
    and 25-45, the zones of China; the two ranges are the 6- and the 3-degree zones.
    """
    width = 3 if _is_narrow(zone) else 6
    return ZONE_BASES[datum][width, prefixed] + zone


def _is_narrow(zone: int) -> bool:
    if zone not in range(13, 24) and zone not in range(25, 46):
        raise UnknownCRS(
            f"{zone} is no zone of China: 13-23 are 6-degree zones, 25-45 are 3-degree zones.",
            f"{zone} 不是我国的投影带号：13-23 为 6 度带，25-45 为 3 度带。",
        )
    return zone >= 25


FAMILY = frozenset(
    {LONLAT}
    | {base + z for (w, _), base in ZONE_BASES["cgcs2000"].items() for z in range(13, 46)
       if (z >= 25) == (w == 3) and z != 24}
)  # fmt: skip
"""Every EPSG code of CGCS2000: longitude and latitude, 3- and 6-degree zones."""


def identify_crs(crs: pyproj.CRS | None) -> int:
    """The EPSG code of the CGCS2000 family that ``crs`` is; WGS 84 degrees count as 4490.

    Knows the names that ESRI writes without an authority (``CGCS2000_3_Degree_GK_Zone_38``) by
    their datum and parameters. Raises ``UnknownCRS`` for no CRS, for Xian 80 and Beijing 54
    (there is no public shift to CGCS2000) and for everything else.
    """
    if crs is None:
        raise UnknownCRS(
            "the file states no coordinate system: give it with --crs, for example 4526.",
            "文件没有坐标系：请用 --crs 指定，例如 4526。",
        )
    if crs.is_compound:
        return identify_crs(crs.sub_crs_list[0])
    code = crs.to_epsg()
    if code in FAMILY:
        return int(code)
    if is_wgs84(crs):
        return LONLAT
    _refuse_old_datum(crs)
    return _by_parameters(crs)


def is_wgs84(crs: pyproj.CRS) -> bool:
    """Whether ``crs`` is WGS 84 longitude and latitude, which is taken as CGCS2000."""
    return crs.is_geographic and "WGS84" in _words(crs)


def _by_parameters(crs: pyproj.CRS) -> int:
    words = _words(crs)
    known = "CGCS2000" in words or "CHINA2000" in words or "CHINAGEODETIC" in words
    if known and _is_cgcs2000_ellipsoid(crs) and crs.is_geographic:
        return LONLAT
    zone = _gauss_kruger_zone(crs) if known and _is_cgcs2000_ellipsoid(crs) else None
    if zone is None:
        raise UnknownCRS(
            f"'{crs.name}' is not a CGCS2000 system: deliver the data in CGCS2000, or name the "
            "right system with --crs.",
            f"“{crs.name}”不是 2000 国家大地坐标系：请按 CGCS2000 提供数据，或用 --crs 指定。",
        )
    return zone


def _is_cgcs2000_ellipsoid(crs: pyproj.CRS) -> bool:
    shape = crs.ellipsoid
    return shape is not None and (
        abs(shape.semi_major_metre - SEMI_MAJOR_M) < 1e-3
        and abs(shape.inverse_flattening - INVERSE_FLATTENING) < 1e-6
    )


def _gauss_kruger_zone(crs: pyproj.CRS) -> int | None:
    """The zone's EPSG code from central meridian and false easting, or None."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name not in ("Transverse Mercator", "Gauss-Kruger"):
        return None
    meridian, scale, east, north, lat = _parameters(crs)
    if (scale, north, lat) != (1.0, 0.0, 0.0):
        return None
    prefix, rest = divmod(east, 1_000_000)
    zone = int(prefix) or int(meridian // 3)
    try:
        fits = rest == 500_000 and central_meridian(zone) == meridian
    except UnknownCRS:
        return None
    return zone_epsg(zone, prefixed=prefix > 0) if fits else None


def _parameters(crs: pyproj.CRS) -> tuple[float, float, float, float, float]:
    terms = crs.to_cf()
    return (
        float(terms.get("longitude_of_central_meridian", np.nan)),
        float(terms.get("scale_factor_at_central_meridian", np.nan)),
        float(terms.get("false_easting", np.nan)),
        float(terms.get("false_northing", np.nan)),
        float(terms.get("latitude_of_projection_origin", np.nan)),
    )


def _refuse_old_datum(crs: pyproj.CRS) -> None:
    words = _words(crs)
    old = {"XIAN": "Xian 80 西安 80", "西安": "Xian 80 西安 80", "IAG1975": "Xian 80 西安 80"}
    old |= {"BEIJING": "Beijing 54 北京 54", "北京": "Beijing 54 北京 54"}
    old |= {"KRASSO": "Beijing 54 北京 54"}
    for word, datum in old.items():
        if word in words:
            raise UnknownCRS(
                f"'{crs.name}' is {datum}: there is no public shift to CGCS2000 and a null shift "
                "would move the land by tens of metres; have it converted first.",
                f"“{crs.name}”为 {datum}：没有公开的到 CGCS2000 的转换参数，直接读取会偏移"
                "数十米；请先由测绘部门转换。",
            )


def _words(crs: pyproj.CRS) -> str:
    """All the names in ``crs``, upper case, without blanks, underscores and hyphens."""
    try:
        base = crs.geodetic_crs
    except CRSError:
        base = None
    parts = (crs, base, crs.datum, crs.ellipsoid)
    joined = "|".join(p.name for p in parts if p is not None)
    return joined.upper().translate(str.maketrans("", "", " _-")).replace("WGS1984", "WGS84")
