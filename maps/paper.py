"""A paper size and the land to show in; where everything stands on the sheet, in mm, out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.measure import LONLAT, transform

MARGIN_MM, HEAD_MM, FOOT_MM, GAP_MM = 10.0, 17.0, 14.0, 4.0
BESIDE_MM, BELOW_MM = 74.0, 66.0
"""The width of the legend beside the map, and its height below it."""

AIR = 1.06
"""How much wider the map is than the land."""

LEAST_M = 400.0
"""The least ground that a map is as wide as."""

SCALES = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
"""The first digits of scales that people can measure in."""

STEPS = tuple(n / 3600 for n in (5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000))
"""Distances of the graticule in degrees."""

BARS = (1, 2, 5)
MOST_LINES = 7


class Paper(StrEnum):
    """A paper size."""

    A3 = "A3"
    A4 = "A4"


class Box(NamedTuple):
    """A rectangle: left, bottom, width, height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """A sheet in mm from its lower left corner; ``beside`` where the legend is right of the map."""

    width: float
    height: float
    map: Box
    legend: Box
    beside: bool


def layout(paper: Paper, *, landscape: bool) -> Layout:
    """Where map and legend stand on a sheet."""
    short, long = {Paper.A4: (210.0, 297.0), Paper.A3: (297.0, 420.0)}[paper]
    width, height = (long, short) if landscape else (short, long)
    inner = width - 2 * MARGIN_MM
    low, high = MARGIN_MM + FOOT_MM, height - MARGIN_MM - HEAD_MM
    if landscape:
        wide = inner - BESIDE_MM - GAP_MM
        legend = Box(MARGIN_MM + wide + GAP_MM, low, BESIDE_MM, high - low)
        return Layout(width, height, Box(MARGIN_MM, low, wide, high - low), legend, beside=True)
    bottom = low + BELOW_MM + GAP_MM
    legend = Box(MARGIN_MM, low, inner, BELOW_MM)
    frame = Box(MARGIN_MM, bottom, inner, high - bottom)
    return Layout(width, height, frame, legend, beside=False)


@dataclass(frozen=True)
class Frame:
    """The ground that the map shows: west, south, east, north in metres, and 1 : ``scale``."""

    west: float
    south: float
    east: float
    north: float
    scale: int


def frame(bounds: NDArray[np.float64], box: Box) -> Frame:
    """The ground around ``bounds`` at the largest round scale that fits into ``box``."""
    west, south, east, north = bounds
    need = max((east - west) / box.width, (north - south) / box.height, LEAST_M / box.width)
    scale = round_scale(need * AIR * 1000)
    half_x, half_y = box.width * scale / 2000, box.height * scale / 2000
    x, y = (west + east) / 2, (south + north) / 2
    return Frame(x - half_x, y - half_y, x + half_x, y + half_y, scale)


def round_scale(least: float) -> int:
    """The first of ``SCALES`` times a power of ten that is not below ``least``."""
    power = 10 ** int(np.floor(np.log10(least)))
    return next(int(s * p) for p in (power, 10 * power) for s in SCALES if s * p >= least)


def bar_m(scale: int, most_mm: float) -> int:
    """The length of a scale bar on the ground: the longest round one that has room."""
    room = most_mm * scale / 1000
    lengths = (step * 10**power for power in count() for step in BARS)
    fitting, length = 1, next(lengths)
    while length <= room:
        fitting, length = length, next(lengths)
    return fitting


class Line(NamedTuple):
    """A line of the graticule: its points in metres, and its label at an edge of the map."""

    xy: NDArray[np.float64]
    at: float
    label: str
    upright: bool


def graticule(shown: Frame, crs: int) -> list[Line]:
    """Meridians labelled at the southern edge and parallels labelled at the western one."""
    corners = shapely.box(shown.west, shown.south, shown.east, shown.north)
    dense = shapely.segmentize(corners, max(shown.east - shown.west, 1) / 16)
    west, south, east, north = transform(np.array([dense], dtype=object), crs, LONLAT)[0].bounds
    step = next((s for s in STEPS if (east - west) / s <= MOST_LINES), STEPS[-1])
    found = []
    for upright, low, high in ((True, west, east), (False, south, north)):
        for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1):
            line = _line(k * step, (south, north) if upright else (west, east), upright, crs)
            x, y = line.T
            at = np.interp(shown.south, y, x) if upright else np.interp(shown.west, x, y)
            found.append(Line(line, float(at), _degrees(k * step, upright), upright))
    return found


def _line(value: float, span: tuple[float, float], upright: bool, crs: int) -> NDArray[np.float64]:
    along = np.linspace(*span, 33)
    same = np.full(len(along), value)
    points = np.column_stack([same, along] if upright else [along, same])
    line = np.array([shapely.linestrings(points)], dtype=object)
    return np.asarray(shapely.get_coordinates(transform(line, LONLAT, crs)))


def _degrees(value: float, upright: bool) -> str:
    seconds = round(abs(value) * 3600)
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    side = ("E" if value >= 0 else "W") if upright else ("N" if value >= 0 else "S")
    tail = f"{seconds:02}″" if seconds else ""
    return f"{degrees}°{minutes:02}′{tail}{side}" if minutes or seconds else f"{degrees}°{side}"
