"""The faces into which a cell falls when polygons cut it: one noding, an exact coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from landgis.sliver import Bools, Ints
from landgis.stations import Geometries

GRIDS_M = (1e-5, 1e-4, 1e-3)
"""The grids tried, finest first, where floating coordinates cannot be noded."""


@dataclass(frozen=True)
class Faces:
    """Disjoint polygons that fill cells exactly; two faces share every vertex of their border.

    ``cell`` is the position of a face's cell; (``face``, ``pair``) say which of the cutting
    pairs cover a face, ordered by both.
    """

    geometry: Geometries
    cell: Ints
    face: Ints
    pair: Ints


def arrange(cells: Geometries, cell: Ints, cutters: Geometries) -> Faces:
    """Cut each of ``cells`` by all its ``cutters``; ``cell`` (a position) is aligned with them.

    ``cell`` must be sorted; a cell without a cutter comes back in its parts.
    """
    lines, at = _linework(cells, cell, cutters)
    faces, owner, x, y = _polygonized(cells, lines, at)
    count = np.bincount(cell, minlength=len(cells))
    face = np.repeat(np.arange(len(faces)), count[owner])
    start = np.cumsum(count) - count
    offset = np.arange(len(face)) - np.repeat(np.cumsum(count[owner]) - count[owner], count[owner])
    pair = start[owner][face] + offset
    shapely.prepare(cutters)
    covered = shapely.contains_xy(cutters[pair], x[face], y[face])
    return Faces(faces, owner, face[covered], pair[covered])


def _linework(cells: Geometries, cell: Ints, cutters: Geometries) -> tuple[Geometries, Ints]:
    """Borders of the cells and, near them, of their cutters, each with its cell."""
    border = shapely.boundary(cutters)
    large = shapely.get_num_coordinates(cutters) > 4 * shapely.get_num_coordinates(cells)[cell] + 64
    around = shapely.bounds(cells[cell[large]]) + np.array([-1.0, -1.0, 1.0, 1.0])
    border[large] = shapely.intersection(border[large], shapely.box(*around.T))
    order = np.argsort(np.concatenate([np.arange(len(cells)), cell]), kind="stable")
    lines = np.concatenate([shapely.boundary(cells), border])[order]
    return lines, np.concatenate([np.arange(len(cells)), cell])[order]


def _polygonized(
    cells: Geometries, lines: Geometries, at: Ints
) -> tuple[Geometries, Ints, np.ndarray, np.ndarray]:
    """Faces inside the cells, the cell of each, and a point inside each."""
    linework = shapely.geometrycollections(lines, indices=at)
    faces, owner, x, y = _faces(cells, _noded(linework, None))
    wrong = _incomplete(cells, faces, owner)
    for grid in GRIDS_M:
        if not wrong.any():
            break
        rows = np.flatnonzero(wrong)
        again, whose, ax, ay = _faces(cells[rows], _noded(linework[rows], grid))
        keep = ~wrong[owner]
        faces = np.concatenate([faces[keep], again])
        owner = np.concatenate([owner[keep], rows[whose]])
        x, y = np.concatenate([x[keep], ax]), np.concatenate([y[keep], ay])
        wrong[rows] = _incomplete(cells[rows], again, whose, slack=grid)
    order = np.argsort(owner, kind="stable")
    return faces[order], owner[order], x[order], y[order]


def _noded(linework: Geometries, grid: float | None) -> Geometries:
    """Lines cut where they meet; ``None`` where floating coordinates fail."""
    try:
        return np.asarray(shapely.union_all(linework[:, None], grid_size=grid, axis=1))
    except shapely.errors.GEOSException:
        if len(linework) == 1:
            return np.array([None], dtype=object)
        half = len(linework) // 2
        return np.concatenate([_noded(linework[:half], grid), _noded(linework[half:], grid)])


def _faces(cells: Geometries, noded: Geometries) -> tuple[Geometries, Ints, np.ndarray, np.ndarray]:
    faces, owner = shapely.get_parts(shapely.polygonize(noded[:, None]), return_index=True)
    inside = shapely.point_on_surface(faces)
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    shapely.prepare(cells)
    keep = shapely.contains_xy(cells[owner], x, y)
    return faces[keep], owner[keep], x[keep], y[keep]


def _incomplete(cells: Geometries, faces: Geometries, owner: Ints, slack: float = 1e-7) -> Bools:
    """Cells whose faces do not add up to their area."""
    total = np.bincount(owner, shapely.area(faces), minlength=len(cells))
    missing = np.abs(total - shapely.area(cells))
    return np.asarray(missing > slack * shapely.length(cells) + 1e-9, dtype=np.bool_)
