"""Pieces and layers in; for every layer, which feature covers which plot from which day until when.

A plot is a piece or, behind the pieces, a sliver: both are land under one set of features. Days
are numbers since 1970-01-01, so that any date is a comparison of integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from landgis.errors import StoreError
from landgis.schema import DATED, LAYERS, REFERENCE
from landgis.stations import Layers, Pieces

Days = NDArray[np.int32]
"""Days since 1970-01-01."""
Positions = NDArray[np.int64]
"""Row numbers of a table."""
Mask = NDArray[np.bool_]

NEVER = int(np.iinfo(np.int32).max)
"""The day that does not come: what has not happened, or has no end."""
ALWAYS = int(np.iinfo(np.int32).min)
"""A day before all days."""


def day_number(on: date) -> int:
    """``on`` as days since 1970-01-01."""
    return on.toordinal() - date(1970, 1, 1).toordinal()


def day_numbers(column: pd.Series) -> Days:
    """Dates as days since 1970-01-01; what is empty never comes."""
    days = column.to_numpy("datetime64[D]").astype(np.int64)
    return np.where(column.isna(), NEVER, days).astype(np.int32)


def dates(days: Days) -> NDArray[np.datetime64]:
    """Days as dates; never and always are empty."""
    moments = days.astype("datetime64[D]").astype("datetime64[s]")
    moments[(days == NEVER) | (days == ALWAYS)] = np.datetime64("NaT")
    return moments


@dataclass(frozen=True)
class Links:
    """Which feature of one layer covers which plot, and when: four aligned arrays.

    ``plot`` and ``row`` (of the layer's table) are positions; a link is in force on D if
    ``begin`` <= D < ``end``. Ordered by plot, begin and the feature's identity.
    """

    plot: Positions
    row: Positions
    begin: Days
    end: Days

    def __len__(self) -> int:
        """The number of links."""
        return len(self.plot)

    def where(self, chosen: Mask | Positions) -> Links:
        """The chosen links in their order."""
        return Links(self.plot[chosen], self.row[chosen], self.begin[chosen], self.end[chosen])

    def on(self, day: int) -> Links:
        """The links in force on a day."""
        return self.where((self.begin <= day) & (day < self.end))

    def during(self, begin: Days, end: Days | None = None) -> Links:
        """The same links over other days; without an end they last for ever."""
        until = np.full(len(self), NEVER, np.int32) if end is None else end
        return Links(self.plot, self.row, begin, until)

    @property
    def first(self) -> Mask:
        """True for the first link of each plot: the earliest feature of the layer."""
        fresh = np.ones(len(self), dtype=bool)
        fresh[1:] = self.plot[1:] != self.plot[:-1]
        return fresh

    def earliest(self, size: int) -> Positions:
        """For each of ``size`` plots the row of its earliest feature, -1 where there is none."""
        rows = np.full(size, -1, np.int64)
        chosen = self.first
        rows[self.plot[chosen]] = self.row[chosen]
        return rows

    def over(self, plot: Positions) -> tuple[Positions, Positions]:
        """Every pair of one of ``plot`` and a link over it: positions in both, in that order."""
        begin = np.searchsorted(self.plot, plot, side="left")
        count = np.searchsorted(self.plot, plot, side="right") - begin
        at = np.repeat(np.arange(len(plot)), count)
        turn = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, begin[at] + turn


def link_days(pieces: Pieces, layers: Layers) -> Mapping[str, Links]:
    """The links of every dated and reference layer.

    Raises ``StoreError`` where a piece knows a feature that its layer does not.
    """
    slivers = pieces.sliver_links.assign(piece=pieces.sliver_links["piece"] + len(pieces))
    parts = [table for table in (pieces.links, slivers) if len(table)]
    links = pd.concat(parts, ignore_index=True) if parts else pieces.links
    layer = pd.Index(LINKED).get_indexer(pd.Index(links["layer"]))
    plot = links["piece"].to_numpy(np.int64)
    mine = [np.flatnonzero(layer == k) for k in range(len(LINKED))]
    named = links["feature_id"].array
    return {
        name: _layer_links(plot[at], named.take(at), layers, name)
        for name, at in zip(LINKED, mine, strict=True)
    }


LINKED = (*DATED, *REFERENCE)


def _layer_links(plot: Positions, named: ExtensionArray, layers: Layers, name: str) -> Links:
    """The links of one layer; ``named`` says which feature of it covers each plot."""
    if not len(plot):
        return Links(plot, plot, *np.zeros((2, 0), np.int32))
    row = pd.Index(layers[name].table[LAYERS[name].identity]).get_indexer(named)
    if (row < 0).any():
        stranger = named[row < 0][0]
        raise StoreError(
            f"the pieces know '{stranger}' of {name}, the record does not: cut the land again.",
            f"图斑引用了 {name} 中不存在的“{stranger}”：请重新切分。",
        )
    return linked(layers, name, plot, row.astype(np.int64))


def linked(layers: Layers, name: str, plot: Positions, row: Positions) -> Links:
    """The links of one layer: which row of it covers which plot."""
    schema, table = LAYERS[name], layers[name].table
    rank = pd.Index(table[schema.identity]).argsort().argsort()
    begin = _days(table, schema.opens, ALWAYS)[row]
    end = _days(table, schema.closes, NEVER)[row]
    order = np.lexsort((rank[row], begin, plot))
    return Links(plot, row, begin, end).where(order)


def _days(table: pd.DataFrame, column: str | None, absent: int) -> Days:
    return day_numbers(table[column]) if column else np.full(len(table), absent, np.int32)
