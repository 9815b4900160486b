"""A date in; its land by stage and parent as a list: in view, in any order, some columns, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis import inventory as answers
from landgis import query
from landgis.covers import Links, Positions
from landgis.measure import to_mu
from landgis.places import around
from landgis.schema import LAYERS
from landgis.stage import STAGES
from landgis.stock import NAMES
from maps.lots import JUDGED
from maps.region import Region
from maps.view import PARENT_LAYERS, PLACED, Day, Ground, View, in_stock

COLUMNS = (
    *("key", "stage", "name", "district", "park", "area_m2", "area_mu", "since_on"),
    *JUDGED,
)
"""What can be told of a parcel, and sorted by."""


@dataclass(frozen=True)
class Parcels:
    """The lots of a date (``Day.lots``), aligned: position in ``Stage``, parent, row of its supply.

    ``assessed`` is the row of the assessment where the parent is a listed supply, else -1. Columns
    are told of few rows at a time: a million names are not kept.
    """

    day: Day
    stage: Positions
    parent: Positions
    since_on: NDArray[np.datetime64]
    assessed: Positions

    def __len__(self) -> int:
        """The number of parcels."""
        return len(self.stage)

    @property
    def area_m2(self) -> NDArray[np.float64]:
        """The area of each."""
        return self.day.lots[2]

    def met(self, ground: Ground, view: View, region: Region | None) -> Positions:
        """Those with a piece in view that has a point in common with the region."""
        row = np.flatnonzero(view.pieces)
        if region is not None:
            row = ground.stock.row[region.shares(ground.stock, view.pieces)[0]]
        found = np.zeros(len(self) + 1, dtype=bool)
        found[self.day.lots[0][row]] = True
        return np.flatnonzero(found[:-1])

    def told(self, names: Iterable[str], chosen: Positions) -> pd.DataFrame:
        """Some of ``COLUMNS`` of some parcels, in the order of both."""
        wanted = tuple(names)
        table = pd.DataFrame(index=np.arange(len(chosen)))
        if {"key", "name"} & {*wanted}:
            table = table.join(self._named(chosen))
        if {"district", "park"} & {*wanted}:
            table = table.join(self._placed(chosen))
        table["stage"] = np.array([s.value for s in STAGES], dtype=object)[self.stage[chosen]]
        table["area_m2"] = self.area_m2[chosen]
        table["area_mu"] = to_mu(self.area_m2[chosen])
        table["since_on"] = self.since_on[chosen]
        said = self.day.inventory.assessment.supplies
        mine = np.flatnonzero(self.assessed[chosen] >= 0)
        judged = said[[name for name in JUDGED if name in wanted]]
        judged = judged.iloc[self.assessed[chosen][mine]].set_axis(mine)
        return table.join(judged)[list(wanted)]

    def order(self, sort: str, chosen: Positions) -> Positions:
        """Some parcels in the order of the columns that ``sort`` names; raises ``UsageError``."""
        columns = [name.removeprefix("-") for name in query.words("sort", sort)]
        known = {*columns} <= {*COLUMNS}
        table = self.told(("key", *columns) if known else COLUMNS, chosen if known else chosen[:0])
        return chosen[query.order(table, sort)]

    def _named(self, chosen: Positions) -> pd.DataFrame:
        """Key and name of the parents."""
        tables = [self.day.inventory.layers[name].table for name in PARENT_LAYERS]
        first = np.cumsum([1, *map(len, tables)])
        parent = self.parent[chosen]
        parts = []
        for layer, table, begin, end in zip(PARENT_LAYERS, tables, first, first[1:], strict=False):
            at = np.flatnonzero((begin <= parent) & (parent < end))
            rows = table.iloc[parent[at] - begin]
            identity = rows[str(LAYERS[layer].identity)]
            names = [rows[column] for column in NAMES.get(layer, ())]
            name = reduce(pd.Series.fillna, [*names, identity])
            parts.append(pd.DataFrame({"key": layer + ":" + identity, "name": name}).set_axis(at))
        return pd.concat(parts).reindex(np.arange(len(chosen))).fillna("")

    def _placed(self, chosen: Positions) -> pd.DataFrame:
        """District and park, as in the list of stock."""
        place = np.full(len(self) + 1, -1, np.int64)
        place[chosen] = np.arange(len(chosen))
        lot = place[self.day.lots[0]]
        piece = np.flatnonzero(lot >= 0)
        empty = np.zeros(len(piece), np.int32)
        covers = self.day.inventory.covers
        own = Links(piece, lot[piece], empty, empty)
        return around(own, len(chosen), covers.links, covers.area_m2, covers.layers)


def parcels(seen: Day) -> Parcels:
    """The parcels of a date. ``since_on`` is there for stock land only."""
    of, first, _ = seen.lots
    stage = seen.stage[first]
    since = seen.inventory.stages["since_on"].to_numpy("datetime64[s]")
    earliest = np.full(len(first), np.datetime64("9999-12-31", "s"))
    inside = np.flatnonzero(of >= 0)
    np.minimum.at(earliest, of[inside], since[inside])
    earliest[~in_stock(stage)] = np.datetime64("NaT")
    supply = seen.supply[first]
    assessed = np.where(supply >= 0, seen.listed[supply], -1)
    return Parcels(seen, stage, seen.parent[first], earliest, assessed)


def listed(
    every: Parcels, ground: Ground, view: View, region: Region | None, asked: Mapping[str, str]
) -> Positions:
    """The parcels of a view as the list of stock would have them: each in its main district.

    Without a stage among the filters ``asked`` it is stock land. Raises ``UsageError``.
    """
    found = every.met(ground, view, region)
    if "stage" not in asked:
        found = found[in_stock(every.stage[found])]
    own = {name: asked[name] for name in PLACED if name in asked}
    if own:
        table = every.told(PLACED, found)
        named = answers.named(every.day.inventory, table, own)
        found = found[query.passing(table, named, query.STOCK)]
    return found
