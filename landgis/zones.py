"""Zones and coordinate systems of China: which EPSG code a file's CRS really is.

A ``pyproj.CRS`` as some program wrote it comes in; a code of the CGCS2000 family comes out, or a
refusal that says why.
"""

from __future__ import annotations

import numpy as np
import pyproj

from landgis.errors import UnknownCRS

LONLAT = 4490
"""CGCS2000 longitude and latitude: the published form of every geometry."""
SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101


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
    if crs is None or crs.is_engineering:
        raise UnknownCRS(
            "the file does not say in full in which coordinate system it is: give it with --crs, "
            "as 4526 (zone 38, eastings begin with 38), 4547 (central meridian 114, eastings "
            "without the zone) or 4490 (degrees).",
            "文件没有写全坐标系（基准、投影带）：请用 --crs 指定，如 4526（3 度带第 38 带，横坐标带"
            "带号）、4547（中央经线 114 度，横坐标不带带号）或 4490（经纬度）。",
        )
    crs = _plain(crs)
    code = crs.to_epsg()
    if code in FAMILY:
        return int(code)
    if is_wgs84(crs):
        return LONLAT
    refuse_old_datum(crs)
    return _by_parameters(crs)


def _plain(crs: pyproj.CRS) -> pyproj.CRS:
    """``crs`` without heights and without a shift to WGS 84 tacked on by an old program."""
    while crs.is_bound or crs.is_compound:
        inner = crs.source_crs if crs.is_bound else crs.sub_crs_list[0]
        if inner is None:
            break
        crs = inner
    return crs


def is_wgs84(crs: pyproj.CRS) -> bool:
    """Whether ``crs`` is WGS 84 longitude and latitude, which is taken as CGCS2000."""
    return crs.is_geographic and "WGS84" in _words(crs)


def _by_parameters(crs: pyproj.CRS) -> int:
    words = _words(crs)
    known = "CGCS2000" in words or "CHINA2000" in words or "CHINAGEODETIC" in words
    if known and _is_cgcs2000_ellipsoid(crs) and crs.is_geographic:
        return LONLAT
    zone = _gauss_kruger_zone(crs) if known and _is_cgcs2000_ellipsoid(crs) else None
    if zone is None and known and _is_cgcs2000_ellipsoid(crs):
        raise UnknownCRS(
            f"'{crs.name}' is CGCS2000 but no standard zone of 3 or 6 degrees: have it transformed "
            "into one.",
            f"“{crs.name}”是 CGCS2000，但不是标准的 3 度或 6 度带：请先转换到标准投影带。",
        )
    if zone is None:
        code = _open_zone(crs)
        en = f", or say --crs {code} if it is that zone of CGCS2000" if code else ""
        zh = f"；如确为该投影带的 CGCS2000 坐标，请用 --crs {code} 指定" if code else ""
        raise UnknownCRS(
            f"'{crs.name}' is not a CGCS2000 system: deliver the data in CGCS2000{en}.",
            f"“{crs.name}”不是 2000 国家大地坐标系：请按 CGCS2000 提供数据{zh}。",
        )
    return zone


OPEN_DATUMS = ("WGS84", "UNKNOWN", "UNNAMED", "UNDEFINED", "NOTSPECIFIED")
"""Datums that programs write which know no CGCS2000, MapInfo among them."""


def _open_zone(crs: pyproj.CRS) -> int | None:
    """The zone of a Gauss-Kruger system whose datum may be CGCS2000 but is not said to be."""
    datum = crs.datum.name.upper().translate(str.maketrans("", "", " _-")) if crs.datum else ""
    known = datum.replace("WORLDGEODETICSYSTEM1984", "WGS84").replace("WGS1984", "WGS84")
    return _gauss_kruger_zone(crs) if any(word in known for word in OPEN_DATUMS) else None


def leaves_open(crs: pyproj.CRS, code: int) -> bool:
    """Whether a file that states ``crs`` may be in EPSG ``code``: it is then the operator's word.

    So it is with a local system, which says nothing, and with the same projection on a datum of
    ``OPEN_DATUMS``.
    """
    if crs.is_engineering:
        return True
    plain = _plain(crs)
    return not plain.is_geographic and _open_zone(plain) == code


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


OLD_DATUMS = {
    "XIAN": "Xian 80 西安 80",
    "西安": "Xian 80 西安 80",
    "IAG1975": "Xian 80 西安 80",
    "BEIJING": "Beijing 54 北京 54",
    "北京": "Beijing 54 北京 54",
    "KRASSO": "Beijing 54 北京 54",
}
"""Words in the name of a CRS, its datum or its ellipsoid that give an older datum away."""


def refuse_old_datum(crs: pyproj.CRS) -> None:
    """Raise ``UnknownCRS`` for Xian 80 and Beijing 54, which PROJ would shift by nothing."""
    words = _words(crs)
    for word, datum in OLD_DATUMS.items():
        if word in words:
            raise UnknownCRS(
                f"'{crs.name}' is {datum}: there is no public shift to CGCS2000 and a null shift "
                "would move the land by tens of metres; have it converted first, or give the "
                "parameters of your surveyors with --datum-shift.",
                f"“{crs.name}”为 {datum}：没有公开的到 CGCS2000 的转换参数，直接读取会偏移"
                "数十米；请先由测绘部门转换，或用 --datum-shift 给出本地转换参数。",
            )


def _words(crs: pyproj.CRS) -> str:
    """All the names in ``crs``, upper case, without blanks, underscores and hyphens."""
    parts = (crs, crs.geodetic_crs, crs.datum, crs.ellipsoid)
    joined = "|".join(p.name for p in parts if p is not None)
    return joined.upper().translate(str.maketrans("", "", " _-")).replace("WGS1984", "WGS84")
