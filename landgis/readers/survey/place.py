"""Axis and zone of survey points from their magnitude; what the header says must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyproj
from numpy.typing import NDArray

from landgis.errors import UnknownCRS
from landgis.issues import IssueKind, Problem, where
from landgis.readers.survey.lines import Document, numbers
from landgis.stations import Mask
from landgis.zones import LONLAT, zone_epsg

NORTHING_M = (1_900_000.0, 5_950_000.0)
EASTING_M = (100_000.0, 900_000.0)
MILLION = 1_000_000.0
ZONES = (*range(13, 24), *range(25, 46))
LONGITUDE, LATITUDE = (73.0, 136.0), (3.0, 54.0)
GEOGRAPHIC = {"cgcs2000": LONLAT, "wgs84": 4326, "xian80": 4610, "beijing54": 4214}

DATUMS = {r"(?<!\d)2000|CGCS": "cgcs2000", r"(?<!\d)(?:19)?80(?!\d)|西安": "xian80",
          r"(?<!\d)(?:19)?54(?!\d)|北京": "beijing54", "WGS": "wgs84"}  # fmt: skip
"""What 坐标系 contains -> datum."""
STRANGE = ("GCJ", "BD09", "BD-09", "火星", "百度", "城市", "地方", "独立", "自定义", "假定")
"""Words in 坐标系 of systems that are in no plane of the country: --crs cannot make them one."""
DECIDING = ("坐标系", "几度分带", "带号", "投影类型", "计量单位")
"""Keys of the head without which points have no place."""
METRES_SAID = {"计量单位": "^(?:米|M)", "投影类型": "高斯|克吕格|克里格|GAUSS|^GK|横轴|(?<!U)TM"}
DEGREES_SAID = {"计量单位": "度|DEG"}
"""What the head says of its unit and projection where the numbers are metres, or degrees."""


@dataclass
class Placed:
    """Easting and northing (or longitude and latitude) of every point, parcel after parcel."""

    xy: NDArray[np.float64]
    crs: pyproj.CRS | None
    degrees: bool
    problems: list[Problem] = field(default_factory=list)


def place(document: Document, file: str) -> Placed:
    """The points of all parcels with easting first, and the CRS they are in.

    ``crs`` is ``None`` where the file names no datum or no zone: the operator then has to. Points
    that fit no axis are NaN, with a problem by line.
    """
    _one_head(document, file)
    points = [p for parcel in document.parcels for p in parcel.points]
    owner = np.repeat(np.arange(len(document.parcels)), [len(p.points) for p in document.parcels])
    pairs = np.column_stack(
        [numbers([p.first for p in points]), numbers([p.second for p in points])]
    )
    lines = np.array([p.line for p in points], dtype=np.int64)
    texts = [f"{p.first}, {p.second}" for p in points]
    problems = [_told(IssueKind.COORDINATE_UNREADABLE, np.isnan(pairs).any(axis=1), owner, lines,
                      texts)]  # fmt: skip
    degrees = _are_degrees(pairs)
    straight = _fits(pairs[:, 1], pairs[:, 0], degrees=degrees)
    turned = _fits(pairs[:, 0], pairs[:, 1], degrees=degrees)
    easting_first = bool(turned.sum() > straight.sum())
    right, wrong = (turned, straight) if easting_first else (straight, turned)
    known = ~np.isnan(pairs).any(axis=1)
    if not right.any() and known.any():
        raise _nowhere(texts[int(np.flatnonzero(known)[0])], file, int(lines[known][0]))
    xy = pairs if easting_first else pairs[:, ::-1]
    problems += [
        _told(IssueKind.COORDINATES_SWAPPED, known & wrong & ~right, owner, lines, texts),
        _told(IssueKind.COORDINATES_OUT_OF_RANGE, known & ~right & ~wrong, owner, lines, texts),
    ]
    if easting_first:
        first = int(np.flatnonzero(turned)[0])
        problems.append(Problem(IssueKind.EASTING_FIRST, value=texts[first], row=int(lines[first])))
    xy = np.where(right[:, None], xy, np.nan)
    alone = _of_other_zones(xy[:, 0], degrees=degrees)
    problems.append(_told(IssueKind.COORDINATES_OUT_OF_RANGE, alone, owner, lines, texts))
    crs, said = _crs(document, xy[:, 0], file, degrees=degrees)
    xy[alone] = np.nan
    kept = [p for p in problems if p.at is None or len(p.at)]
    return Placed(xy, crs, degrees, [*kept, *said])


def _one_head(document: Document, file: str) -> None:
    """Refuse texts that were put together: the points below each head are in its own system."""
    for key in DECIDING:
        if key in document.again:
            line, other = document.again[key]
            first = document.said[key]
            raise UnknownCRS(
                f"the text has several heads, and '{key}' is '{first}' in one and '{other}' in "
                "another: deliver them as files of their own.",
                f"文件含有多个文件头，“{key}”先为“{first}”，后为“{other}”：请拆分为单独的文件提供。",
                file=file,
                row=line,
            )


def _of_other_zones(easting: NDArray[np.float64], *, degrees: bool) -> Mask:
    """Where an easting has another prefix than most have, the greatest where no one leads."""
    if degrees:
        return np.zeros(len(easting), dtype=bool)
    prefix = np.floor(easting / MILLION)
    return np.asarray(np.isfinite(prefix) & (prefix != _leading(prefix)))


def _leading(prefix: NDArray[np.float64]) -> float:
    """The prefix that most eastings have; 0 where there is none."""
    zones, counts = np.unique(prefix[np.isfinite(prefix)], return_counts=True)
    return float(zones[counts == counts.max()][-1]) if len(zones) else 0.0


def _told(
    kind: IssueKind, mask: Mask, owner: NDArray[np.int64], lines: NDArray[np.int64],
    texts: Sequence[str],
) -> Problem:  # fmt: skip
    at = where(mask)
    return Problem(kind, "geometry", owner[at], [texts[int(i)] for i in at],
                   lines[at].tolist())  # fmt: skip


def _are_degrees(pairs: NDArray[np.float64]) -> bool:
    known = pairs[~np.isnan(pairs).any(axis=1)]
    return len(known) > 0 and bool((np.abs(known) <= 180).all(axis=1).mean() > 0.5)


def _fits(x: NDArray[np.float64], y: NDArray[np.float64], *, degrees: bool) -> Mask:
    """Where x can be an easting (or longitude) and y a northing (or latitude) of China."""
    if degrees:
        return _within(x, LONGITUDE) & _within(y, LATITUDE)
    zone = np.floor(np.nan_to_num(x) / MILLION)
    offset = np.where(np.isin(zone, ZONES), x - zone * MILLION, x)
    return _within(offset, EASTING_M) & _within(y, NORTHING_M)


def _within(values: NDArray[np.float64], span: tuple[float, float]) -> Mask:
    return np.asarray((values >= span[0]) & (values <= span[1]))


def _nowhere(said: str, file: str, line: int) -> UnknownCRS:
    return UnknownCRS(
        f"the point ({said}) is neither northing and easting of a zone of China nor degrees: "
        "deliver coordinates in metres of a Gauss-Kruger zone.",
        f"界址点（{said}）既不是我国投影带的纵横坐标，也不是经纬度：请提供高斯—克吕格投影坐标。",
        file=file,
        row=line,
    )


def _crs(
    document: Document, easting: NDArray[np.float64], file: str, *, degrees: bool
) -> tuple[pyproj.CRS | None, list[Problem]]:
    datum = datum_of(document.said.get("坐标系", ""), file, document.lines.get("坐标系"))
    problems = _told_otherwise(document, degrees=degrees)
    if degrees:
        return (pyproj.CRS.from_epsg(GEOGRAPHIC[datum]) if datum else None), problems
    zone, prefixed, found = _zone(document, easting)
    problems += found
    if zone is None or datum is None or datum == "wgs84":
        return None, problems
    return pyproj.CRS.from_epsg(zone_epsg(zone, prefixed=prefixed, datum=datum)), problems


def _told_otherwise(document: Document, *, degrees: bool) -> list[Problem]:
    """Unit and projection of the head, which the coordinates must bear out; parameters unused."""
    found = []
    for key, pattern in (DEGREES_SAID if degrees else METRES_SAID).items():
        said = document.said.get(key, "")
        if said and not re.search(pattern, said.upper()):
            found.append(_contradiction(document, key, f"{said} / {'°' if degrees else 'm'}"))
    shift = document.said.get("转换参数", "")
    if re.search(r"[1-9]", shift):
        line = document.lines.get("转换参数", -1)
        found.append(Problem(IssueKind.SHIFT_UNUSED, "转换参数", value=shift, row=line))
    return found


def datum_of(said: str, file: str = "", line: int | None = None) -> str | None:
    """The datum that a text such as 2000国家大地坐标系 names; ``None`` where it names none.

    Raises ``UnknownCRS`` for a system that is none of them, and where it names two.
    """
    upper = said.upper().replace(" ", "")
    named = {datum for pattern, datum in DATUMS.items() if re.search(pattern, upper)}
    if len(named) > 1 or any(word in upper for word in STRANGE):
        raise UnknownCRS(
            f"'{said}' is no one system of CGCS2000: deliver final coordinates in CGCS2000 and "
            "name that system alone.",
            f"坐标系“{said}”不是单一的 2000 国家大地坐标系：请提供 CGCS2000 最终成果，"
            "坐标系只写其名称。",
            file=file,
            row=line,
        )
    return named.pop() if named else None


def _zone(
    document: Document, easting: NDArray[np.float64]
) -> tuple[int | None, bool, list[Problem]]:
    """The zone of the coordinates, else of the header; if eastings carry it; what disagrees."""
    inside = easting[~np.isnan(easting)]
    prefixes = sorted({int(z) for z in np.floor(inside / MILLION)})
    stated = _digits(document.said.get("带号", ""))
    width = _width(document.said.get("几度分带", ""))
    problems = [*_worded(document, "带号"), *_worded(document, "几度分带")]
    if len(prefixes) > 1:
        problems.append(_contradiction(document, "带号", f"{prefixes[0]} / {prefixes[1]}"))
    own = int(_leading(np.floor(inside / MILLION))) or None
    zone = own or (stated if stated in ZONES else None)
    if own and stated and own != stated:
        problems.append(_contradiction(document, "带号", f"{stated} / {own}"))
    if zone and width is not None and width != (3 if zone >= 25 else 6):
        problems.append(_contradiction(document, "几度分带", f"{width:g} / {zone}"))
    return zone, own is not None, problems


def _worded(document: Document, key: str) -> list[Problem]:
    """A number that stands with a word or in full width: 38带, 3度带, ３８."""
    said = document.said.get(key, "")
    if not said or (said.isascii() and said.isdigit()):
        return []
    line = document.lines.get(key, -1)
    return [Problem(IssueKind.NUMBER_WORDED, key, value=said, row=line)]


def _contradiction(document: Document, key: str, value: str) -> Problem:
    return Problem(IssueKind.ZONE_CONTRADICTION, key, value=value, row=document.lines.get(key, -1))


def _digits(said: str) -> int | None:
    found = re.search(r"\d+", said)
    return int(found[0]) if found else None


def _width(said: str) -> float | None:
    """Degrees of a zone; some cities have zones of one and a half."""
    found = re.search(r"\d+(?:\.\d+)?", said)
    return float(found[0]) if found else None
