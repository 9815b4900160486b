"""Polygons as coordinates ring by ring, and back."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.cut.runs import Floats, Ints, opens, spread
from landgis.stations import Geometries


def coordinates(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    """Coordinates (n, 2) of all rings, the ring of each, and the polygon of each ring.

    Rings are in the order of their polygons, so that the numbering within a few polygons does
    not depend on what the others are like. A point given twice in a row comes once.
    """
    xy, ring, polygon = _coordinates(polygons)
    again = (
        np.flatnonzero(
            (xy[1:, 0] == xy[:-1, 0]) & (xy[1:, 1] == xy[:-1, 1]) & (ring[1:] == ring[:-1])
        )
        + 1
    )
    if len(again):
        xy, ring = np.delete(xy, again, axis=0), np.delete(ring, again)
    return xy, ring, polygon


def _coordinates(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    plain = (shapely.get_type_id(polygons) == 3) & (shapely.get_num_interior_rings(polygons) == 0)
    xy, ring = shapely.get_coordinates(polygons[plain], return_index=True)
    polygon = np.flatnonzero(plain)
    if plain.all():
        return xy, ring, polygon
    # only polygons with holes or parts need objects made for their rings
    parts, whole = shapely.get_parts(polygons[~plain], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    more, other = shapely.get_coordinates(rings, return_index=True)
    size = np.concatenate(
        [np.bincount(ring, minlength=len(polygon)), np.bincount(other, minlength=len(rings))]
    )
    polygon = np.concatenate([polygon, np.flatnonzero(~plain)[whole[part]]])
    order = np.argsort(polygon, kind="stable")
    ring, turn = spread(size[order])
    at = (np.cumsum(size) - size)[order][ring] + turn
    return np.concatenate([xy, more])[at], ring, polygon[order]


def gathered(parts: Geometries, whole: Ints) -> Geometries:
    """One geometry for each run of ``whole``: the polygon, or a multipolygon of several."""
    parts, of = shapely.get_parts(parts, return_index=True)
    whole = whole[of]
    first = np.flatnonzero(opens(whole))
    out = parts[first]
    count = np.diff(np.append(first, len(parts)))
    many = count > 1
    if many.any():
        row, turn = spread(count[many])
        out[many] = shapely.multipolygons(parts[first[many][row] + turn], indices=row)
    return out
