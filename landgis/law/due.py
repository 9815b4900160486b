"""Supplies and amendments in; when commencement and completion are due, out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landgis.clock import NOT_A_DAY, Counts, Days, Mask, add_years
from landgis.rulebook import Rulebook
from landgis.stations import Layers
from landgis.statute import AgreementRule, DeliveryRule
from landgis.terms import DueSource

SOURCES = tuple(DueSource)
"""The code of a due source is its place here."""


HANGING = ("amendments", "delays")
"""The records that hang on a supply and move its clock."""


def days_of(table: pd.DataFrame, column: str) -> Days:
    """A date column as plain days."""
    return table[column].to_numpy("datetime64[D]")


def happened(table: pd.DataFrame, column: str, on: np.datetime64) -> Days:
    """A column of events as plain days; what lies after ``on`` has not happened."""
    days = days_of(table, column)
    return np.where(days <= on, days, NOT_A_DAY)


def positions(layers: Layers) -> dict[str, Counts]:
    """The supply of every amendment and every delay by its number, -1 where there is none.

    Both tables are looked up at once: the numbers of a million supplies are hashed only once.
    """
    tables = [layers[name].table["supply_id"] for name in HANGING]
    ids = _arrow(layers["supplies"].table["supply_id"])
    keys = pa.chunked_array([_arrow(table) for table in tables], pa.large_string())
    found = pc.fill_null(pc.index_in(keys, value_set=ids, skip_nulls=True), -1)
    place = found.to_numpy().astype(np.int64)
    ends = np.cumsum([len(table) for table in tables])[:-1]
    return dict(zip(HANGING, np.split(place, ends), strict=True))


def _arrow(column: pd.Series[Any]) -> pa.Array:
    made = pa.array(column, type=pa.large_string(), from_pandas=True)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


@dataclass(frozen=True)
class Amendments:
    """Signed amendments that name a known supply, by supply and then by day of signing.

    ``before`` is the commencement date that each replaced, NaT where there was none.
    """

    row: Counts
    signed: Days
    start: Days
    completion: Days
    before: Days


@dataclass(frozen=True)
class Due:
    """When commencement and completion are due and where the date comes from, one entry a supply.

    ``source`` holds places in ``SOURCES``.
    """

    on: Days
    source: Counts
    completion: Days
    amendments: Amendments


def due(layers: Layers, row: Counts, rulebook: Rulebook, today: date) -> Due:
    """The dates of the last signed amendment, else of the contract, else a year after delivery.

    ``row`` is the supply of every amendment, -1 where it is not known.
    Source: order 53 arts. 2(1), 12(1), 22.
    """
    on = np.datetime64(today, "D")
    supplies = layers["supplies"].table
    delivery = rulebook.measure(DeliveryRule, today)
    agreed = days_of(supplies, "agreed_start_on")
    by_delivery = add_years(happened(supplies, "delivered_on", on), delivery.years)
    base = np.where(np.isnat(agreed), by_delivery, agreed)
    amendments = _amendments(layers["amendments"].table, row, base, on)
    start = _last(amendments, amendments.start, len(supplies))
    completion = _last(amendments, amendments.completion, len(supplies))
    agreed_completion = days_of(supplies, "agreed_completion_on")
    return Due(
        on=np.where(np.isnat(start), base, start),
        source=_source(start, agreed, by_delivery),
        completion=np.where(np.isnat(completion), agreed_completion, completion),
        amendments=amendments,
    )


def _source(start: Days, agreed: Days, by_delivery: Days) -> Counts:
    known = [~np.isnat(start), ~np.isnat(agreed), ~np.isnat(by_delivery)]
    order = [DueSource.AMENDMENT, DueSource.AGREED, DueSource.DELIVERY]
    codes = [SOURCES.index(source) for source in order]
    return np.select(known, codes, SOURCES.index(DueSource.NONE))


def _amendments(table: pd.DataFrame, row: Counts, base: Days, on: np.datetime64) -> Amendments:
    signed = happened(table, "signed_on", on)
    kept = np.flatnonzero((row >= 0) & ~np.isnat(signed))
    kept = kept[np.lexsort((signed[kept], row[kept]))]
    row, start = row[kept], days_of(table, "start_on")[kept]
    return Amendments(
        row=row,
        signed=signed[kept],
        start=start,
        completion=days_of(table, "completion_on")[kept],
        before=_replaced(row, start, base),
    )


def _replaced(row: Counts, start: Days, base: Days) -> Days:
    """The commencement date before each amendment: that of the one before it, else the base."""
    before = base[row]
    given = np.flatnonzero(~np.isnat(start))
    place = np.searchsorted(given, np.arange(len(row))) - 1
    earlier = given[np.maximum(place, 0)] if len(given) else np.zeros(len(row), dtype=int)
    chained = (place >= 0) & (row[earlier] == row) if len(row) else np.zeros(0, dtype=bool)
    before[chained] = start[earlier[chained]]
    return before


def _last(amendments: Amendments, days: Days, size: int) -> Days:
    """The last of ``days`` that each supply was given; a later entry overwrites an earlier one."""
    last = np.full(size, NOT_A_DAY)
    given = ~np.isnat(days)
    last[amendments.row[given]] = days[given]
    return last


def over_extended(due_dates: Due, rulebook: Rulebook, today: date) -> Mask:
    """Which amendments put off commencement by more than the law allows (order 53 art. 12(1))."""
    limit = rulebook.measure(AgreementRule, today).extension_years
    made = due_dates.amendments
    return made.start > add_years(made.before, limit)
