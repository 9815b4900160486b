"""Polygons as coordinates ring by ring, and back."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.runs import Floats, Ints, opens, spread
from landgis.stations import Geometries


def coordinates(polygons: Geometries) -> tuple[Floats, Ints, Ints]:
    """Coordinates (n, 2) of all rings, the ring of each, and the polygon of each ring.

    Rings of polygons without holes or parts come first: they need no objects made for them.
    """
    plain = (shapely.get_type_id(polygons) == 3) & (shapely.get_num_interior_rings(polygons) == 0)
    xy, ring = shapely.get_coordinates(polygons[plain], return_index=True)
    polygon = np.flatnonzero(plain)
    if plain.all():
        return xy, ring, polygon
    parts, whole = shapely.get_parts(polygons[~plain], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    more, other = shapely.get_coordinates(rings, return_index=True)
    return (
        np.concatenate([xy, more]),
        np.concatenate([ring, other + len(polygon)]),
        np.concatenate([polygon, np.flatnonzero(~plain)[whole[part]]]),
    )


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
