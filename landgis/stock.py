"""Covers, a date and the supplies' standing in; stock land out, one row a parent and stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.conflicts import united
from landgis.covers import Links, Positions, dates, day_number
from landgis.cut.runs import spread
from landgis.measure import to_mu
from landgis.places import around
from landgis.schema import LAYERS
from landgis.stage import STAGES, Covers
from landgis.stations import Geometries, Pieces
from landgis.terms import STOCK_STAGES, Stage

COLUMNS = (
    "stock_id",
    "stage",
    "parent_id",
    "parent_name",
    "district",
    "park",
    "since_on",
    "age_days",
    "area_m2",
    "area_mu",
    "standing",
    "outcome",
)
"""The columns of ``stock``, before the geometry.

``age_days`` counts from the day after ``since_on`` (Civil Code art. 201: the first day does not
count); the ``days`` of a conflict count both its ends, so that the same land has one more.
"""

PARENTS: Mapping[Stage, tuple[str, ...]] = {
    Stage.APPROVED_NOT_ACQUIRED: ("approvals",),
    Stage.ACQUIRED_NOT_SUPPLIED: ("acquisitions", "approvals", "reserves"),
    Stage.SUPPLIED_NOT_USED: ("supplies",),
}
"""Whose stock a piece is: its earliest feature in force of the first of these layers.

Land that is back in stock only because its supply was returned belongs to that supply.
"""

NAMES = {
    "approvals": ("name", "doc_no"),
    "acquisitions": ("acquisition_id",),
    "reserves": ("reserve_id",),
    "supplies": ("project_name", "parcel_code"),
}
"""The columns that name a parent; the first that is not empty."""

LAYER_ORDER = tuple(NAMES)


@dataclass(frozen=True)
class Lots:
    """Stock land by stage and parent: a table of ``COLUMNS``, and the pieces of each row.

    ``piece`` are positions, those of row i from ``start[i]`` on.
    """

    table: pd.DataFrame
    pieces: Pieces
    piece: Positions
    start: Positions

    def outlines(self, rows: Positions) -> Geometries:
        """All pieces of each of some rows as one polygon."""
        count = np.diff(np.append(self.start, len(self.piece)))[rows]
        row, turn = spread(count)
        piece = self.piece[self.start[rows][row] + turn]
        return united(self.pieces.geometry_at(piece), np.cumsum(count) - count)

    def shaped(self) -> gpd.GeoDataFrame:
        """All rows with their polygons."""
        shapes = self.outlines(np.arange(len(self.table)))
        geometry = gpd.array.from_shapely(shapes, crs=self.pieces.crs)
        return gpd.GeoDataFrame(self.table, geometry=geometry)


def stock(covers: Covers, on: date, supplies: pd.DataFrame) -> gpd.GeoDataFrame:
    """Stock land on a date at the level of its parents, by stage and parent.

    Needs and adds: see ``lots``, and the geometry of all its pieces as one.
    """
    return lots(covers, on, supplies).shaped()


def lots(covers: Covers, on: date, supplies: pd.DataFrame) -> Lots:
    """Stock land on a date at the level of its parents, by stage and parent.

    Needs: ``supplies`` with supply_id, standing and outcome on that date.
    Adds: see ``COLUMNS``. ``stock_id`` comes from stage and parent alone. ``since_on`` is the
    earliest day of its pieces, for district and park see ``places.around``.
    """
    day = day_number(on)
    line = covers.timeline
    at = line.at(day)[: len(covers.pieces)]
    piece, stage, layer, row = parents(covers, line.stage[at], day)
    order = np.lexsort((piece, row, layer, stage))
    piece, stage, layer, row = (column[order] for column in (piece, stage, layer, row))
    fresh = np.ones(len(piece), dtype=bool)
    fresh[1:] = (np.diff(stage) != 0) | (np.diff(layer) != 0) | (np.diff(row) != 0)
    start = np.flatnonzero(fresh)
    since = line.since[at][piece]
    earliest = np.minimum.reduceat(since, start) if len(start) else since
    table = _named(covers, stage[start], layer[start], row[start])
    group = np.cumsum(fresh) - 1
    whole = Links(piece, group, since, since)
    table = table.join(around(whole, len(start), covers.links, covers.area_m2, covers.layers))
    table["since_on"] = dates(earliest)
    table["age_days"] = day - earliest.astype(np.int64)
    area_m2 = np.bincount(group, covers.area_m2[piece], len(start)).astype(np.float64)
    table["area_m2"], table["area_mu"] = area_m2, to_mu(area_m2)
    table = _judged(table, layer[start] == LAYER_ORDER.index("supplies"), supplies)
    return Lots(table[list(COLUMNS)], covers.pieces, piece, start)


def parents(
    covers: Covers, stages: NDArray[np.int8], day: int
) -> tuple[Positions, Positions, Positions, Positions]:
    """Every stock piece with its stage, and layer and row of its parent; aligned.

    ``stages`` are positions in ``Stage``, one a piece; layers are positions in ``LAYER_ORDER``.
    """
    codes = [STAGES.index(s) for s in STOCK_STAGES]
    layer = np.full(len(stages), -1, np.int64)
    row = np.full(len(stages), -1, np.int64)
    for stage, names in PARENTS.items():
        asked = stages == STAGES.index(stage)
        for name in names:
            found = covers.links[name].on(day).earliest(len(covers.area_m2))[: len(stages)]
            new = asked & (layer < 0) & (found >= 0)
            layer[new], row[new] = LAYER_ORDER.index(name), found[new]
    returned = covers.links["supplies"].earliest(len(covers.area_m2))[: len(stages)]
    left = np.isin(stages, codes) & (layer < 0)
    layer[left], row[left] = LAYER_ORDER.index("supplies"), returned[left]
    piece = np.flatnonzero(np.isin(stages, codes))
    return piece, stages[piece].astype(np.int64), layer[piece], row[piece]


def _named(covers: Covers, stage: Positions, layer: Positions, row: Positions) -> pd.DataFrame:
    """Identity, stage and name of every parent."""
    parent = np.empty(len(row), dtype=object)
    name = np.empty(len(row), dtype=object)
    for code, layer_name in enumerate(LAYER_ORDER):
        mine = layer == code
        source = covers.layers[layer_name].table
        first, *others = (source[column] for column in NAMES[layer_name])
        said = reduce(pd.Series.fillna, others, first).fillna("")
        parent[mine] = source[LAYERS[layer_name].identity].to_numpy(object)[row[mine]]
        name[mine] = said.to_numpy(object)[row[mine]]
    said_stage = np.array([s.value for s in STAGES], dtype=object)[stage]
    said_layer = np.array(LAYER_ORDER, dtype=object)[layer]
    said_id = [_stock_id(*one) for one in zip(said_stage, said_layer, parent, strict=True)]
    columns = {"stock_id": said_id, "stage": said_stage, "parent_id": parent, "parent_name": name}
    return pd.DataFrame({c: pd.Series(v, dtype="str") for c, v in columns.items()})


def _stock_id(stage: str, layer: str, parent: str) -> str:
    return sha256("\n".join((stage, layer, parent)).encode()).hexdigest()[:16]


def _judged(
    table: pd.DataFrame, supplied: NDArray[np.bool_], supplies: pd.DataFrame
) -> pd.DataFrame:
    """Standing and outcome where the parent is a supply.

    Adds: standing, outcome (empty elsewhere).
    """
    known = supplies.set_index("supply_id")[["standing", "outcome"]].astype("str")
    said = known.reindex(table["parent_id"].where(supplied)).fillna("")
    return table.join(said.reset_index(drop=True))
