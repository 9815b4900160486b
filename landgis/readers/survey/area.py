"""The area a survey text declares: hectares, square metres or mu, whichever the outline proves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landgis.errors import UnknownCRS
from landgis.issues import IssueKind, Problem
from landgis.measure import ellipsoidal_area_m2, planar_area_m2, transform
from landgis.quality.values import AREA_UNITS_M2
from landgis.stations import Geometries
from landgis.zones import FAMILY, LONLAT, zone_epsg, zone_of

UNITS_M2 = {"公顷": 10_000.0, "平方米": 1.0, "亩": 2000 / 3}
FITS_M2, FITS_SHARE = 1.0, 1e-4
SURE_SHARE = 0.05
"""However small the parcel: further off than this proves nothing."""


@dataclass
class Stated:
    """Declared areas: with the unit that is proven, as written, and by which measure they fit."""

    proven: list[str]
    written: list[str]
    measure: list[str]
    problems: list[Problem] = field(default_factory=list)


class _Fit(NamedTuple):
    unit: str
    off_m2: float
    measure: str


def prove(texts: Sequence[str], shapes: Geometries, crs: pyproj.CRS | None) -> Stated:
    """Each declared area with the unit in which it fits its outline.

    It fits within 1 m² or 0.01 % of the planar area in its own zone or of the ellipsoidal area.
    """
    planar, curved = _measured(shapes, crs)
    out = Stated([], list(texts), [])
    off = []
    for at, text in enumerate(texts):
        fit = _fit(text, planar[at], curved[at])
        out.proven.append(f"{_digits(text)}{fit.unit}" if fit else "")
        out.measure.append(fit.measure if fit else "")
        if fit is None and _number(text) and np.isfinite(planar[at]):
            off.append(at)
    said = [f"{texts[i]} / {planar[i] / 10_000:.4f} ha" for i in off]
    if off:
        out.problems = [Problem(IssueKind.AREA_UNPROVEN, "地块面积", np.array(off), said)]
    return out


def _fit(text: str, planar_m2: float, curved_m2: float) -> _Fit | None:
    number = _number(text)
    if not number:
        return None
    fits = []
    for unit, factor in _units(text).items():
        step = 0.5 * factor * 10.0 ** -len(_digits(text).partition(".")[2])
        if "." not in text or step > FITS_SHARE * 10 * planar_m2:
            step = 0.0
        for measure, area in (("平面", planar_m2), ("椭球", curved_m2)):
            off = abs(number * factor - area)
            if off <= min(max(FITS_M2, FITS_SHARE * area, step), SURE_SHARE * area):
                fits.append(_Fit(unit, off, measure))
    return min(fits, key=lambda f: f.off_m2, default=None)


def _units(text: str) -> dict[str, float]:
    """The units that are tried: the one written behind the number, else all."""
    own = text.strip().lower().lstrip("0123456789.").strip()
    if not own:
        return UNITS_M2
    factor = AREA_UNITS_M2.get(own, 0)
    if factor is None:
        return {"亩": UNITS_M2["亩"]}
    return {own: float(factor)} if factor else {}


def _digits(text: str) -> str:
    found = re.match(r"\d+(?:\.\d+)?", text.strip())
    return found[0] if found else ""


def _number(text: str) -> float:
    return float(_digits(text) or 0)


def _measured(
    shapes: Geometries, crs: pyproj.CRS | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Planar area in the parcels' own zone and ellipsoidal area; NaN where it is not known."""
    areal = shapes.copy()
    areal[shapely.get_dimensions(shapes) != 2] = None
    if crs is None or not crs.is_geographic:
        planar = planar_area_m2(areal)
        code = crs.to_epsg() if crs else None
        return planar, ellipsoidal_area_m2(areal, code) if code in FAMILY else planar
    middle = float(np.nan_to_num(shapely.total_bounds(areal)[[0, 2]]).mean())
    try:
        flat = transform(areal, LONLAT, zone_epsg(zone_of(middle), prefixed=False))
    except UnknownCRS:
        return np.full(len(areal), np.nan), np.full(len(areal), np.nan)
    return planar_area_m2(flat), ellipsoidal_area_m2(areal, LONLAT)
