"""Shapes with names and the ground that a map shows in; where each name stands, apart, out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.stations import Geometries
from maps.paper import Frame

Boxes = NDArray[np.float64]
"""West, south, east, north in metres, one row each."""

EM_MM = 25.4 / 72
"""A letter of one point is so wide, a Chinese one as wide as high."""

NARROW = 0.6
"""How wide other letters are beside that."""

HIGH = 1.25
GRID = 15
"""Places that are tried in a district along each side."""

OVER_LAND, OUT = 0.1, 1.0
"""What it costs a name to hide land, and not to stand within its own: a share of hiding a name."""

MOST_HIDDEN = 0.2
"""A name that could only stand on so much of others is left out: nobody could read either."""


class Name(NamedTuple):
    """A name and the middle of where it stands, in metres."""

    text: str
    x: float
    y: float


def beside(
    texts: list[str], shapes: Geometries, size: float, shown: Frame, taken: Boxes
) -> tuple[list[Name], Boxes]:
    """Names below, above or beside what they name; also the boxes that they fill."""
    found = []
    gap = shown.scale / 1000
    for text, around in zip(texts, shapely.bounds(shapes), strict=True):
        half = _half(text, size, shown)
        west, south, east, north = around
        x, y = (west + east) / 2, (south + north) / 2
        low, high = south - gap - half[1], north + gap + half[1]
        left, right = west - gap - half[0], east + gap + half[0]
        offers = [(x, low), (x, high), (right, y), (left, y), (right, low), (left, low),
                  (right, high), (left, high)]  # fmt: skip
        found.append((text, np.array(offers), half))
    return _settled(found, shown, taken, shapely.bounds(shapes))


def within(
    texts: list[str], shapes: Geometries, size: float, shown: Frame, taken: Boxes, land: Boxes
) -> tuple[list[Name], Boxes]:
    """Names inside what they name, off the ``land`` where there is room, near the middle."""
    found = []
    for text, shape in zip(texts, shapes, strict=True):
        west, south, east, north = shape.bounds
        share = (np.arange(GRID) + 0.5) / GRID
        x, y = np.meshgrid(west + share * (east - west), south + share * (north - south))
        middle = shapely.get_coordinates(shapely.point_on_surface(shape))
        offers = np.concatenate([middle, np.column_stack([x.ravel(), y.ravel()])])
        order = np.argsort(np.hypot(*(offers - middle).T), kind="stable")
        half = _half(text, size, shown)
        inside = shapely.contains(shape, shapely.box(*_boxes(offers[order], half).T))
        kept = order[inside] if inside.any() else order[:1]
        found.append((text, offers[kept], half))
    return _settled(found, shown, taken, land)


def _half(text: str, size: float, shown: Frame) -> NDArray[np.float64]:
    """Half the width and height in metres of a text of so many points."""
    letters = sum(1.0 if ord(letter) > 0x2E7F else NARROW for letter in text)
    return np.array([letters, HIGH]) * size * EM_MM / 2 * shown.scale / 1000


def _boxes(middle: NDArray[np.float64], half: NDArray[np.float64]) -> Boxes:
    return np.concatenate([middle - half, middle + half], axis=1)


def _settled(
    found: list[tuple[str, NDArray[np.float64], NDArray[np.float64]]],
    shown: Frame,
    taken: Boxes,
    land: Boxes,
) -> tuple[list[Name], Boxes]:
    """Each name where it hides least, one after the other; the first of equal places."""
    names = []
    window = np.array([[shown.west, shown.south, shown.east, shown.north]])
    for text, offers, half in found:
        boxes = _boxes(offers, half)
        area = 4 * half.prod()
        hidden = _shared(boxes, taken) + OUT * (area - _shared(boxes, window))
        best = int(np.argmin(hidden + OVER_LAND * _shared(boxes, land)))
        if hidden[best] <= MOST_HIDDEN * area:
            names.append(Name(text, *offers[best].tolist()))
            taken = np.concatenate([taken, boxes[best : best + 1]])
    return names, taken


def _shared(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """The area that each box shares with all the others."""
    one, other = boxes[:, None], others[None]
    low, high = np.maximum(one[..., :2], other[..., :2]), np.minimum(one[..., 2:], other[..., 2:])
    return np.asarray((high - low).clip(0).prod(axis=-1).sum(axis=1))
