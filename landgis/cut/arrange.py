"""Cells cut by polygons: faces that fill each cell exactly, and what covers each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from landgis.cut.dissolve import dissolved
from landgis.cut.faces import Faces, coverage, faces
from landgis.cut.graph import graph
from landgis.cut.noding import chains
from landgis.cut.rings import Points, Rings, rings_of
from landgis.cut.runs import Bools, Floats, Ints, summed
from landgis.stations import Geometries

GRIDS_M = (1e-5, 1e-4, 1e-3, 1e-2)
"""The grids, finest first, to which a cell is snapped whose borders cannot be told apart."""


@dataclass(frozen=True)
class Arrangement:
    """The faces of each cell, ordered by cell; (``face``, ``pair``) say which pairs cover them."""

    faces: Faces
    cell: Ints
    face: Ints
    pair: Ints
    origin: Floats

    def __len__(self) -> int:
        """The number of faces."""
        return len(self.cell)

    def geometry(self, label: Ints, points: Points) -> tuple[Rings, Ints]:
        """Polygons of the faces of each label, neighbours united, and their labels; not of -1."""
        return dissolved(self.faces, label, self.origin, points)


def arranged(cells: Rings, cell: Ints, cutters: Rings) -> Arrangement:
    """``arrange``; cells whose borders cannot be told apart are snapped to a fine grid first."""
    found = arrange(cells, cell, cutters)
    for grid in GRIDS_M:
        wrong = incomplete(cells, found)
        if not wrong.any():
            break
        rows, pairs = np.flatnonzero(wrong), np.flatnonzero(wrong[cell])
        cell_shapes, cutter_shapes = cells.polygons(), cutters.polygons()
        cell_shapes[rows], cutter_shapes[pairs] = snapped(
            cell_shapes[rows], np.searchsorted(rows, cell[pairs]), cutter_shapes[pairs], grid
        )
        cells = rings_of(cell_shapes, Points())
        cutters = rings_of(cutter_shapes, cells.points)
        found = arrange(cells, cell, cutters)
    return found


def arrange(cells: Rings, cell: Ints, cutters: Rings) -> Arrangement:
    """Cut each of ``cells`` by all its ``cutters``; ``cell`` (a position, sorted) names their cell.

    Cells and cutters are valid polygons of the same points.
    """
    size = len(cells)
    group = np.concatenate([np.arange(size), cell])
    subject = np.where(np.arange(len(group)) < size, np.arange(len(group)), -1)
    origin = cells.box[:, :2]
    found = faces(graph(chains(cells.joined(cutters), group, cells.box)), cells, subject, origin)
    face, pair = coverage(found, cutters, cell, size, origin)
    return Arrangement(found, found.group, face, pair, origin)


def incomplete(cells: Rings, found: Arrangement) -> Bools:
    """Cells whose faces do not add up to their area to a ten-millionth of a metre of border."""
    area, border = cells.figures
    missing = np.abs(summed(found.cell, found.faces.area, len(cells)) - area)
    return np.asarray(missing > 1e-6 * border + 1e-6, dtype=np.bool_)


def snapped(
    cells: Geometries, cell: Ints, cutters: Geometries, grid: float
) -> tuple[Geometries, Geometries]:
    """The same polygons rounded to ``grid`` together: their borders meet in vertices only."""
    lines = np.concatenate([shapely.boundary(cells), shapely.boundary(cutters)])
    at = np.concatenate([np.arange(len(cells)), cell])
    order = np.argsort(at, kind="stable")
    linework = shapely.geometrycollections(lines[order], indices=at[order])
    noded = shapely.union_all(linework[:, None], grid_size=grid, axis=1)
    parts, owner = shapely.get_parts(shapely.polygonize(noded[:, None]), return_index=True)
    inside = shapely.point_on_surface(parts)
    x, y = shapely.get_x(inside), shapely.get_y(inside)

    def rebuilt(polygons: Geometries, groups: Ints) -> Geometries:
        out = []
        for polygon, group in zip(polygons, groups, strict=True):
            mine = np.flatnonzero(owner == group)
            within = shapely.contains_xy(polygon, x[mine], y[mine])
            out.append(shapely.coverage_union_all(parts[mine[within]]))
        return np.array(out, dtype=object)

    return rebuilt(cells, np.arange(len(cells))), rebuilt(cutters, cell)
