"""Land in view and a zoom in; what each cell holds by stage, as squares of its true size, out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landgis.cut.runs import Ints, opens
from maps.clip import Tile
from maps.mvt import EXTENT, Rings
from maps.outlines import BITS, HALF_M

CELL_BITS = 4
"""Cells of a tile from edge to edge, as a power of two: each is 32 pixels wide."""

CELL = EXTENT >> CELL_BITS
LEAST = 32
"""The side of the smallest square in units: four pixels."""


@dataclass(frozen=True)
class Bins:
    """What lies in each cell of one zoom, by kind (a stage, or 0), ordered by cell and kind.

    ``cell`` (n, 2) counts from the north-west of the map; ``count`` is of parents.
    """

    zoom: int
    cell: Ints
    kind: Ints
    count: Ints
    area_m2: NDArray[np.float64]

    def of(self, tile: Tile) -> Ints:
        """The rows that lie in a tile."""
        return np.flatnonzero((self.cell >> CELL_BITS == (tile.x, tile.y)).all(axis=1))

    @property
    def number(self) -> NDArray[np.uint64]:
        """The integer id of each row."""
        x, y = self.cell.T
        return (((y << BITS - 4 | x) << 3) | self.kind).astype(np.uint64)


def bins(box: Ints, kind: Ints, parent: Ints, area_m2: NDArray[np.float64], zoom: int) -> Bins:
    """The bins of polygons by the middle of their bounds (``Outlines.box``); arrays aligned."""
    shift = BITS - CELL_BITS - zoom
    cell = (box[:, :2] + box[:, 2:]) >> 1 >> shift
    # One number says cell, kind and parent: it is sorted several times quicker than four.
    place = cell[:, 1] << CELL_BITS + zoom | cell[:, 0]
    key = (place << 3 | kind) << int(parent.max(initial=0)).bit_length() | parent
    order = np.argsort(key, kind="stable")
    cell, kind, key = cell[order], kind[order], key[order]
    start = np.flatnonzero(opens(*cell.T, kind))
    if not len(start):
        return Bins(zoom, cell, kind, kind, area_m2)
    return Bins(
        zoom,
        cell[start],
        kind[start],
        np.add.reduceat(opens(key).astype(np.int64), start),
        np.add.reduceat(area_m2[order], start),
    )


def squares(rows: Bins, chosen: Ints, tile: Tile) -> Rings:
    """One upright strip of its cell's square for each chosen row.

    The square is as large on the map as the land of the cell is on the ground, but neither
    smaller than can be seen nor larger than the cell; its strips stand in the order of stages,
    and each is a unit wide at least.
    """
    cell, area = rows.cell[chosen], rows.area_m2[chosen]
    first = opens(*cell.T)
    group = np.cumsum(first) - 1
    whole = np.bincount(group, area)[group]
    side = np.clip(_side(whole, cell[:, 1], rows.zoom), LEAST, CELL)
    width = np.maximum(1, np.rint(side * area / whole)).astype(np.int64)
    upto = np.cumsum(width)
    before = (upto - width)[first][group]
    corner = np.rint(middles(rows, chosen, tile) - side[:, None] / 2).astype(np.int64)
    west, east = corner[:, 0] + upto - width - before, corner[:, 0] + upto - before
    north, south = corner[:, 1], corner[:, 1] + np.rint(side).astype(np.int64)
    turn = np.stack([west, north, east, north, east, south, west, south], axis=1)
    each = np.arange(len(chosen))
    return Rings(turn.reshape(-1, 2).astype(np.int32), np.full(len(chosen), 4), each)


def _side(area_m2: NDArray[np.float64], row: Ints, zoom: int) -> NDArray[np.float64]:
    """The side in units of a square of that much land, in a row of cells."""
    rows = 1 << (zoom + CELL_BITS)
    stretch = np.cosh(np.pi * (1 - 2 * (row + 0.5) / rows))
    return np.sqrt(area_m2) * stretch * (EXTENT << zoom) / (2 * HALF_M)


def middles(rows: Bins, chosen: Ints, tile: Tile) -> NDArray[np.int32]:
    """The middle of the cell of each chosen row in units of the tile."""
    cell = rows.cell[chosen] - (np.array([tile.x, tile.y]) << CELL_BITS)
    return (cell * CELL + CELL // 2).astype(np.int32)
