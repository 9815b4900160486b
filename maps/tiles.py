"""A view and the address of a tile in; a Mapbox Vector Tile with ``stock`` and ``supplies`` out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landgis.cut.runs import Ints
from landgis.errors import NotFound
from landgis.stage import STAGES
from landgis.stations import Mask
from maps import mvt
from maps.bins import Bins, bins, middles, squares
from maps.clip import DEEPEST, Tile, fitted
from maps.mvt import Kind, Property, Rings
from maps.outlines import BITS, Outlines
from maps.view import OUTCOMES, STANDINGS, Ground, View

POLYGONS_FROM = 12
"""From this zoom on land is drawn as it is; below it is counted in cells."""

LAYERS = ("stock", "supplies")

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

STAGE_NAMES = mvt.texts(stage.value for stage in STAGES)
STANDING_NAMES, OUTCOME_NAMES = mvt.texts(STANDINGS), mvt.texts(OUTCOMES)


def address(z: int, x: int, y: int) -> Tile:
    """The tile of that address; raises ``NotFound`` if the map has none there."""
    if not (0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise NotFound(
            f"there is no tile {z}/{x}/{y}: zooms are 0 to {DEEPEST}, x and y below 2 to the z.",
            f"没有瓦片 {z}/{x}/{y}：级别为 0 至 {DEEPEST}，x、y 小于 2 的 z 次方。",
        )
    return Tile(z, x, y)


@dataclass(frozen=True)
class Canvas:
    """A view on its ground: makes any tile of it."""

    ground: Ground
    view: View

    def tile(self, tile: Tile, binned: Callable[[str, int], Bins]) -> bytes:
        """The bytes of a tile; ``binned`` gives, perhaps from a cache, what ``bins`` gives."""
        if tile.z < POLYGONS_FROM:
            return self._counted(tile, binned)
        return self._stock(tile) + self._supplies(tile)

    def somewhere(self, z: int) -> Tile:
        """A tile with land in it; where there is none, the first of all."""
        corners = self.ground.stock.box[:1, :2].ravel().tolist() or [0, 0]
        return Tile(z, *(value >> (BITS - z) for value in corners))

    def bins(self, layer: str, zoom: int) -> Bins:
        """The bins of ``stock`` or ``supplies`` at one zoom."""
        seen = self.view.day
        if layer == "stock":
            at, row = _in_view(self.ground.stock, self.view.pieces)
            area = seen.inventory.pieces.table["area_m2"].to_numpy()[row]
            return bins(self.ground.stock.box[at], seen.stage[row], seen.parent[row], area, zoom)
        at, row = _in_view(self.ground.supplies, self.view.drawn)
        area = seen.inventory.layers["supplies"].table["area_m2"].to_numpy()[row]
        return bins(self.ground.supplies.box[at], np.zeros_like(row), row, area, zoom)

    def _counted(self, tile: Tile, binned: Callable[[str, int], Bins]) -> bytes:
        stock, supplies = (binned(name, tile.z) for name in LAYERS)
        at = stock.of(tile)
        strips = mvt.commands(squares(stock, at, tile))
        said = {"stage": Property(stock.kind[at], STAGE_NAMES)} | _amounts(stock, at)
        land = _layer("stock", Kind.POLYGON, stock.number[at], strips, said)
        at = supplies.of(tile)
        spots = mvt.points(middles(supplies, at, tile))
        said = _amounts(supplies, at)
        return land + _layer("supplies", Kind.POINT, supplies.number[at], spots, said)

    def _stock(self, tile: Tile) -> bytes:
        lines, seen = self.ground.stock, self.view.day
        rings, row = _fitted(lines, self.view.pieces, tile)
        said = {
            "stage": Property(seen.stage[row], STAGE_NAMES),
            "key": Property(seen.parent[row], seen.keys),
        }
        ids = self.ground.stock_no[row]
        return _layer("stock", Kind.POLYGON, ids, mvt.commands(rings), said)

    def _supplies(self, tile: Tile) -> bytes:
        seen = self.view.day
        rings, row = _fitted(self.ground.supplies, self.view.drawn, tile)
        at = seen.listed[row]
        years = np.arange(seen.years.max(initial=0) + 1, dtype=np.uint64)
        said = {
            "standing": Property(seen.standing[at], STANDING_NAMES),
            "outcome": Property(seen.outcome[at], OUTCOME_NAMES),
            "years": Property(seen.years[at], years),
            "key": Property(seen.supply_key + row, seen.keys),
        }
        ids = self.ground.supplies_no[row]
        return _layer("supplies", Kind.POLYGON, ids, mvt.commands(rings), said)


def _in_view(lines: Outlines, mask: Mask) -> tuple[Ints, Ints]:
    """Position and row of every outline that is in view."""
    at = np.flatnonzero(mask[lines.row])
    return at, lines.row[at]


def _fitted(lines: Outlines, mask: Mask, tile: Tile) -> tuple[Rings, Ints]:
    """The rings of what is in view in a tile, and the row of each feature."""
    near = lines.near(tile.window())
    at = near[mask[lines.row[near]]]
    rings, left = fitted(lines, at, tile)
    return rings, lines.row[at[left]]


def _amounts(rows: Bins, chosen: Ints) -> dict[str, Property]:
    area = np.rint(rows.area_m2[chosen]).astype(np.uint64)
    each = np.arange(len(chosen))
    count = rows.count[chosen].astype(np.uint64)
    return {"count": Property(each, count), "area_m2": Property(each, area)}


def _layer(
    name: str,
    kind: Kind,
    ids: mvt.Varints,
    geometry: tuple[mvt.Varints, Ints],
    said: dict[str, Property],
) -> bytes:
    """One layer whose features tell their id as a property too: some readers know no other."""
    told = {"id": Property(np.arange(len(ids)), ids)} | said
    return mvt.layer(name, kind, ids, geometry, told)
