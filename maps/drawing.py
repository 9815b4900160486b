"""A view and the ground to show in; the land drawn on the axes of a map to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from landgis.stage import STAGES
from landgis.stations import Geometries
from landgis.terms import STOCK_STAGES, Stage
from maps.colours import COLOURS
from maps.naming import beside, within
from maps.paper import Frame, bar_m, graticule
from maps.view import View

INK, QUIET, RULE = "#0B1F33", "#4A5A68", "#9AA3AB"

MOST_DRAWN = 20_000
"""Outlines that a PDF holds as lines; more become a picture in it."""

FINEST_MM = 0.05
"""Outlines are drawn to this, which nobody sees."""

MOST_NAME, NAME_SIZE = 16, 8

ORDER = (Stage.OUTSIDE, Stage.USED, Stage.RELEASED, *STOCK_STAGES)
"""The stages as they are painted, stock last."""

PLACES: Mapping[str, Mapping[str, Any]] = {
    "districts": {"facecolor": "#FBFAF6", "edgecolor": "#5B6B79",
                  "linestyle": (0, (7, 3, 1.5, 3)), "linewidth": 0.8, "zorder": 1},
    "parks": {"facecolor": "none", "edgecolor": "#1E7B4F", "linestyle": (0, (5, 3)),
              "linewidth": 1.1, "zorder": 8},
}  # fmt: skip
"""The looks of districts and parks, on the map and in its legend."""


def draw(axes: Axes, view: View, shown: Frame, north: str) -> None:
    """Draw everything on ``axes``, whose limits are ``shown``; ``north`` stands at the arrow."""
    _places(axes, view, shown)
    _graticule(axes, view, shown)
    _land(axes, view, shown)
    _arrow(axes, shown, north)
    _bar(axes, shown)


def _land(axes: Axes, view: View, shown: Frame) -> None:
    seen = view.day
    pieces = seen.inventory.pieces
    many = int(view.pieces.sum() + view.drawn.sum()) > MOST_DRAWN
    for turn, stage in enumerate(ORDER):
        mine = view.pieces & (seen.stage == STAGES.index(stage))
        edge = "#FFFFFF" if stage in STOCK_STAGES else RULE
        looks = {"facecolor": COLOURS.get(stage.value, "#FFFFFF"), "edgecolor": edge,
                 "linewidth": 0.15, "zorder": 3 + turn / 10, "rasterized": many}  # fmt: skip
        _paint(axes, pieces.geometry_at(np.flatnonzero(mine)), shown, looks)
    idle = seen.inventory.layers["supplies"].geometry[view.drawn]
    _paint(axes, idle, shown, {"facecolor": "none", "edgecolor": COLOURS["idle"],
           "hatch": "//////", "linewidth": 0.9, "zorder": 6, "rasterized": many})  # fmt: skip


def _paint(axes: Axes, shapes: Geometries, shown: Frame, looks: Mapping[str, Any]) -> None:
    """Polygons of one look, as far as they are in the frame."""
    there = shapes[~shapely.is_missing(shapes)]
    west, south, east, north = shapely.bounds(there).T
    near = (west < shown.east) & (east > shown.west) & (south < shown.north) & (north > shown.south)
    simple = shapely.simplify(there[near], FINEST_MM * shown.scale / 1000)
    if len(simple):
        axes.add_collection(PathCollection(list(_paths(simple)), **looks), autolim=False)


def _paths(shapes: Geometries) -> Iterator[Path]:
    """One path for each polygon, its holes the other way round."""
    parts = shapely.orient_polygons(shapely.get_parts(shapes))
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    size = np.bincount(ring, minlength=len(rings))
    codes = np.full(len(points), Path.LINETO, np.uint8)
    codes[np.cumsum(size) - size] = Path.MOVETO
    codes[np.cumsum(size) - 1] = Path.CLOSEPOLY
    ends = np.cumsum(np.bincount(part, size, len(parts))).astype(np.int64)
    for begin, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        yield Path(points[begin:end], codes[begin:end])


def _places(axes: Axes, view: View, shown: Frame) -> None:
    """Districts below the land and parks above it, with names that leave each other room."""
    shapes, texts = {}, {}
    window = shapely.box(shown.west, shown.south, shown.east, shown.north)
    for layer, looks in PLACES.items():
        table = view.day.inventory.layers[layer].table
        whole = table.geometry.to_numpy()
        _paint(axes, whole, shown, looks)
        inside = shapely.intersection(shapely.make_valid(whole), window)
        there = ~(shapely.is_missing(inside) | shapely.is_empty(inside))
        shapes[layer] = inside[there]
        texts[layer] = [name[:MOST_NAME] for name in table["name"].fillna("")[there]]
    parks, taken = beside(texts["parks"], shapes["parks"], NAME_SIZE, shown, np.empty((0, 4)))
    land = shapely.bounds(shapes["parks"])
    districts, _ = within(texts["districts"], shapes["districts"], NAME_SIZE, shown, taken, land)
    for names, colour in ((districts, "#44525E"), (parks, "#14593A")):
        for text, x, y in names:
            _write(axes, (x, y), text, size=NAME_SIZE, color=colour, va="center")


def _write(axes: Axes, at: tuple[float, float], text: str, **looks: Any) -> None:
    """Text with a white halo."""
    halo = [withStroke(linewidth=2, foreground="white")]
    said = {"ha": "center", "color": INK, "zorder": 11, "clip_on": True} | looks
    axes.text(*at, text, path_effects=halo, **said)


def _graticule(axes: Axes, view: View, shown: Frame) -> None:
    lines = graticule(shown, view.day.inventory.crs)
    drawn = LineCollection([line.xy for line in lines], colors="#8FA3B2", linewidths=0.3, zorder=2)
    axes.add_collection(drawn, autolim=False)
    mm = shown.scale / 1000
    for line in lines:
        if line.upright:
            _write(axes, (line.at, shown.south + mm), line.label, size=5.5, color=QUIET)
        else:
            _write(axes, (shown.west + 2 * mm, line.at), line.label, size=5.5, color=QUIET,
                   va="center", rotation=90)  # fmt: skip


def _arrow(axes: Axes, shown: Frame, north: str) -> None:
    """An arrow to grid north in the north-eastern corner."""
    mm = shown.scale / 1000
    x, y = shown.east - 9 * mm, shown.north - 20 * mm
    arrow = np.array([(0, 12), (4, 0), (0, 2.6), (-4, 0)]) * mm + (x, y)
    axes.add_patch(Polygon(arrow, facecolor=INK, edgecolor="white", linewidth=0.6, zorder=11))
    _write(axes, (x, y + 12.5 * mm), north, size=9)


def _bar(axes: Axes, shown: Frame) -> None:
    """The scale bar in the south-western corner."""
    mm, length = shown.scale / 1000, bar_m(shown.scale, 45)
    left, low = shown.west + 9 * mm, shown.south + 7 * mm
    for k in range(4):
        colour = INK if k % 2 == 0 else "white"
        part = Rectangle((left + k * length / 4, low), length / 4, 1.6 * mm, zorder=11,
                         facecolor=colour, edgecolor=INK, linewidth=0.5)  # fmt: skip
        axes.add_patch(part)
    for share in (0, 0.5, 1):
        _write(axes, (left + share * length, low + 2.4 * mm), _length(share * length), size=7)


def _length(metres: float) -> str:
    if not metres:
        return "0"
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
