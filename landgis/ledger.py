"""Covers and a date in; the areas of the stages out, by approval, cohort, district or park.

What approvals share is taken off again in a row of its own, and land outside of every approval
has its row, so that each column adds up to its total on every date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.covers import Days, Links, Mask, Positions, day_number
from landgis.schema import LAYERS
from landgis.stage import OUTSIDE, STAGES, Covers
from landgis.terms import LedgerRow, Stage

AREAS: Mapping[Stage, str] = {
    Stage.APPROVED_NOT_ACQUIRED: "not_acquired_m2",
    Stage.ACQUIRED_NOT_SUPPLIED: "not_supplied_m2",
    Stage.SUPPLIED_NOT_USED: "not_used_m2",
    Stage.USED: "used_m2",
    Stage.RELEASED: "released_m2",
}
"""The column of each stage."""

OF_WHICH = ("unbuilt", "built_unsupplied", "reserved", "returned", "conflict")
"""The flags that have a column of their own: their land is in the columns of the stages too."""

SUMS = ("approved_m2", *AREAS.values(), "sliver_m2", "balance_m2", *(f"{f}_m2" for f in OF_WHICH))
COLUMNS = ("key", "name", *SUMS)
"""The columns of ``ledger``.

``approved_m2`` is measured from the geometry of the approvals and ``sliver_m2`` from the slivers;
``balance_m2`` is what the approved area differs from the sum of the stages and slivers.
"""

SLIVER = len(STAGES)
"""The column of slivers, behind the stages."""


class By(StrEnum):
    """What a row of the ledger stands for."""

    APPROVAL = "approval"
    COHORT = "cohort"
    DISTRICT = "district"
    PARK = "park"


def ledger(covers: Covers, on: date, by: By | str) -> pd.DataFrame:
    """The ledger on a date: a row for every key, then outside, overlap and total.

    Adds: see ``COLUMNS``. An approval has its row from the day it is in force. Rows of approvals
    each count what they share; elsewhere a shared piece belongs to its earliest approval, and only
    what several parks share counts twice.
    """
    return open_book(covers, By(by)).page(on)


@dataclass(frozen=True)
class Entries:
    """One row for each plot of an approval and key; ``weight_m2`` is its part of approved_m2.

    ``begin`` is the day of the approval. ``again`` marks land that an earlier entry of another
    key counts already.
    """

    plot: Positions
    key: Positions
    begin: Days
    weight_m2: NDArray[np.float64]
    again: Mask

    def where(self, chosen: Mask | Positions) -> Entries:
        """The chosen entries in their order."""
        return Entries(
            self.plot[chosen],
            self.key[chosen],
            self.begin[chosen],
            self.weight_m2[chosen],
            self.again[chosen],
        )


@dataclass(frozen=True)
class Book:
    """A ledger that can be opened at any date: entries, and names by the number of their key."""

    covers: Covers
    entries: Entries
    keys: NDArray[np.object_]
    names: NDArray[np.object_]

    def page(self, on: date) -> pd.DataFrame:
        """The rows of a date with the columns of ``ledger``."""
        day = day_number(on)
        live = self.entries.where(self.entries.begin <= day)
        sums, outside, overlap = self._sums(live, day)
        shown = np.flatnonzero(np.bincount(live.key, minlength=len(self.keys)))
        rest = [LedgerRow.OUTSIDE, LedgerRow.OVERLAP, LedgerRow.TOTAL]
        rows = np.vstack([sums[shown], outside, overlap, sums.sum(axis=0) + outside + overlap])
        table = pd.DataFrame(rows, columns=list(SUMS))
        table.loc[len(shown), ["approved_m2", "balance_m2"]] = np.nan
        table.insert(0, "key", [*self.keys[shown], *(row.value for row in rest)])
        table.insert(1, "name", [*self.names[shown], *(row.zh for row in rest)])
        return table

    def total(self, on: date) -> NDArray[np.float64]:
        """The last row of the page, in the order of ``SUMS``."""
        day = day_number(on)
        sums, outside, overlap = self._sums(self.entries.where(self.entries.begin <= day), day)
        return np.asarray(sums.sum(axis=0) + outside + overlap, dtype=np.float64)

    def _sums(
        self, live: Entries, day: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Areas (keys, SUMS) of a day; and those outside of approvals and counted twice."""
        line = self.covers.timeline
        at = line.at(day)
        column = line.stage[at].astype(np.int64)
        column[len(self.covers.pieces) :] = SLIVER
        flags = [line.flags[name][at] for name in OF_WHICH]
        land = _Land(column, flags, self.covers.area_m2)
        approved = np.zeros(len(at), dtype=bool)
        approved[live.plot] = True
        free = np.flatnonzero(~approved & (line.stage[at] != OUTSIDE))
        nothing = np.zeros(len(free))
        outside = land.tally(free, np.zeros(len(free), np.int64), nothing, 1)[0]
        outside[SUMS.index("balance_m2")] = 0.0
        twice = live.where(live.again)
        overlap = 0.0 - land.tally(twice.plot, np.zeros_like(twice.key), twice.weight_m2, 1)[0]
        return land.tally(live.plot, live.key, live.weight_m2, len(self.keys)), outside, overlap


@dataclass(frozen=True)
class _Land:
    """The plots on a day: the column each counts in, its flags and its area."""

    column: NDArray[np.int64]
    flags: list[Mask]
    area_m2: NDArray[np.float64]

    def tally(
        self, plot: Positions, key: Positions, weight_m2: NDArray[np.float64], size: int
    ) -> NDArray[np.float64]:
        """Areas of the given plots by key, in the order of ``SUMS``; shape (size, SUMS)."""
        area, column = self.area_m2[plot], self.column[plot]
        width = SLIVER + 1
        stages = np.bincount(key * width + column, area, size * width).reshape(size, width)
        approved = np.bincount(key, weight_m2, size)
        sums = [approved, *(stages[:, STAGES.index(s)] for s in AREAS), stages[:, SLIVER]]
        sums.append(approved - sum(sums[1:]))
        # A sliver has no stage, so nothing is "of which" in it.
        area = np.where(column == SLIVER, 0.0, area)
        sums += [np.bincount(key, area * flag[plot], size) for flag in self.flags]
        return np.column_stack(sums)


def open_book(covers: Covers, by: By) -> Book:
    """A ledger by ``by``, ready for any date."""
    own = _own(covers)
    if by is By.APPROVAL:
        table = covers.layers["approvals"].table
        name = table["name"].fillna(table["doc_no"]).fillna("")
        return _book(covers, own, table["approval_id"], name)
    earliest = own.where(~own.again)
    if by is By.COHORT:
        approved = covers.layers["approvals"].table["approved_on"].dt.year
        years = pd.Index(approved.dropna().astype(int).unique()).sort_values()
        cohort = years.get_indexer(approved.fillna(0).astype(int))
        entries = _keyed(earliest, cohort[earliest.key])
        return _book(covers, entries, years.astype(str), years.astype(str))
    layer = LAYERS["districts" if by is By.DISTRICT else "parks"]
    table = covers.layers[layer.name].table
    entries = _placed(earliest, covers.links[layer.name], len(table))
    names = [*table["name"].fillna(""), LedgerRow.NONE.zh]
    return _book(covers, entries, [*table[layer.identity], LedgerRow.NONE.value], names)


def _book(covers: Covers, entries: Entries, keys: object, names: object) -> Book:
    """The book with its keys in their order."""
    said = np.asarray(keys, dtype=object)
    order = np.argsort(said, kind="stable")
    # Land that is in no district or park comes last, whatever its name sorts like.
    none = said[order] == LedgerRow.NONE.value
    order = np.concatenate([order[~none], order[none]])
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Book(
        covers,
        _keyed(entries, place[entries.key]),
        said[order],
        np.asarray(names, dtype=object)[order],
    )


def _keyed(entries: Entries, key: Positions) -> Entries:
    return Entries(entries.plot, key, entries.begin, entries.weight_m2, entries.again)


def _own(covers: Covers) -> Entries:
    """The plots of each approval, its measured area spread over them; the key is its row.

    An approval's land is its pieces and slivers: if something were missing from them, it would
    show as a balance.
    """
    links, table = covers.links["approvals"], covers.layers["approvals"].table
    land = covers.area_m2[links.plot]
    covered = np.bincount(links.row, land, len(table))
    measured = table["area_m2"].fillna(0.0).to_numpy(np.float64)
    scale = np.divide(measured, covered, out=np.zeros_like(measured), where=covered > 0)
    return Entries(links.plot, links.row, links.begin, land * scale[links.row], ~links.first)


def _placed(own: Entries, places: Links, size: int) -> Entries:
    """The entries by place: one for each place of their plot, the last key where it has none."""
    at, link = places.over(own.plot)
    homeless = np.flatnonzero(np.bincount(at, minlength=len(own.plot)) == 0)
    source = np.concatenate([at, homeless])
    key = np.concatenate([places.row[link], np.full(len(homeless), size)])
    spread = own.where(source)
    again = np.append(False, source[1:] == source[:-1])[: len(source)]
    return Entries(spread.plot, key, spread.begin, spread.weight_m2, again)
