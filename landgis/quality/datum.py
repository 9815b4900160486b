"""Xian 80 and Beijing 54 to CGCS2000 by the operator's own parameters; there are no public ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landgis.errors import UnknownCRS, UsageError
from landgis.stations import Geometries
from landgis.zones import INVERSE_FLATTENING, SEMI_MAJOR_M, ZONE_BASES, central_meridian, zone_epsg

ELLIPSOIDS = {"xian80": (6_378_140.0, 298.257), "beijing54": (6_378_245.0, 298.3)}
"""Semi-major axis in metres and inverse flattening."""
MILLION = 1_000_000.0
PLANE, SPACE = 4, 7


class Zone(NamedTuple):
    """A Gauss-Kruger zone of an older datum."""

    datum: str
    number: int
    prefixed: bool


class Shifted(NamedTuple):
    """Geometry in CGCS2000 and its EPSG code."""

    geometry: Geometries
    code: int


def parse(text: str) -> tuple[float, ...]:
    """Four or seven numbers by commas; raises ``UsageError``.

    Four: shift north and east in metres, rotation in seconds, scale in ppm, in the plane of the
    zone without its prefix. Seven: shifts X, Y, Z in metres, rotations in seconds (position
    vector), scale in ppm.
    """
    try:
        found = tuple(float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        found = ()
    if len(found) not in (PLANE, SPACE) or not np.isfinite(found).all():
        raise UsageError(
            "--datum-shift takes 4 numbers (north, east, seconds, ppm) or 7 (X, Y, Z, three "
            "rotations in seconds, ppm), separated by commas.",
            "--datum-shift 需要 4 个参数（北、东平移，旋转秒，尺度 ppm）"
            "或 7 个参数（X、Y、Z 平移，三个旋转秒，尺度 ppm），用逗号分隔。",
        )
    return found


def zone_of_old(crs: pyproj.CRS | None) -> Zone | None:
    """The zone if ``crs`` is one of Xian 80 or Beijing 54, else ``None``."""
    code = crs.to_epsg() if crs is not None else None
    if code is None:
        return None
    for datum in ELLIPSOIDS:
        for (width, prefixed), base in ZONE_BASES[datum].items():
            number = code - base
            if number in (range(25, 46) if width == 3 else range(13, 24)):
                return Zone(datum, number, prefixed)
    return None


def shift(geoms: Geometries, zone: Zone, parameters: tuple[float, ...]) -> Shifted:
    """``geoms`` of an older datum in the same zone of CGCS2000.

    Raises ``UnknownCRS`` where the parameters would move the land by more than a kilometre.
    """
    move = _in_plane if len(parameters) == PLANE else _in_space
    prefix = zone.number * MILLION if zone.prefixed else 0.0

    def step(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = move(xy - [prefix, 0.0], zone, parameters)
        moved[:, 0] += prefix
        if not np.isfinite(moved).all() or (np.abs(moved - xy) > 1_000).any():
            raise UnknownCRS(
                "--datum-shift moves the land by more than a kilometre: check the parameters.",
                "--datum-shift 使图形移动超过一公里：请核对参数。",
            )
        return moved

    moved: Geometries = shapely.transform(geoms, step, include_z=False)
    return Shifted(moved, zone_epsg(zone.number, prefixed=zone.prefixed))


def _in_plane(
    xy: NDArray[np.float64], _zone: Zone, parameters: tuple[float, ...]
) -> NDArray[np.float64]:
    north, east, seconds, ppm = parameters
    angle, scale = np.radians(seconds / 3_600), 1 + ppm * 1e-6
    x, y = xy[:, 1], xy[:, 0]
    new_north = north + scale * (x * np.cos(angle) - y * np.sin(angle))
    new_east = east + scale * (x * np.sin(angle) + y * np.cos(angle))
    return np.column_stack([new_east, new_north])


def _in_space(
    xy: NDArray[np.float64], zone: Zone, parameters: tuple[float, ...]
) -> NDArray[np.float64]:
    a, rf = ELLIPSOIDS[zone.datum]
    plane = f"+proj=tmerc +lat_0=0 +lon_0={central_meridian(zone.number)} +k=1 +x_0=500000 +y_0=0"
    old, new = f"+a={a} +rf={rf}", f"+a={SEMI_MAJOR_M} +rf={INVERSE_FLATTENING}"
    x, y, z, rx, ry, rz, s = parameters
    step = pyproj.Transformer.from_pipeline(
        f"+proj=pipeline +step +inv {plane} {old} +step +proj=cart {old} "
        f"+step +proj=helmert +x={x} +y={y} +z={z} +rx={rx} +ry={ry} +rz={rz} +s={s} "
        f"+convention=position_vector +step +inv +proj=cart {new} +step {plane} {new}"
    )
    east, north, _ = step.transform(xy[:, 0], xy[:, 1], np.zeros(len(xy)))
    return np.column_stack([east, north])
