"""Covers and a span of time in; how the areas of the stages came and went."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from landgis.covers import day_number
from landgis.errors import UsageError
from landgis.ledger import SUMS, By, open_book
from landgis.stage import STAGES, Covers
from landgis.terms import STOCK_STAGES, LedgerRow

COLUMNS = ("on", *SUMS)
"""The columns of ``history``: the date and the total row of its ledger."""

DISPOSAL_COLUMNS = ("key", "stage", "stock_m2", "disposed_m2", "remaining_m2", "rate")
"""The columns of ``disposal``."""

MOST_DATES = 1200
"""A history has at most a hundred years of months."""


class Step(StrEnum):
    """How far the dates of a history are apart."""

    MONTH = "month"
    YEAR = "year"


def history(covers: Covers, start: date, end: date, step: Step | str) -> pd.DataFrame:
    """The total row of the ledger on ``start`` and every month or year after it up to ``end``.

    Adds: see ``COLUMNS``. Raises ``UsageError`` if the end lies before the start or there are
    more than 1,200 dates.
    """
    days = _days(start, end, Step(step))
    book = open_book(covers, By.COHORT)
    table = pd.DataFrame([book.total(day) for day in days], columns=list(SUMS))
    table.insert(0, "on", pd.Series(pd.to_datetime(days), dtype="datetime64[s]"))
    return table


def ten_years(on: date) -> date:
    """Where a history up to ``on`` begins unless told: the end of the year ten years before."""
    return date(max(on.year - 10, date.min.year), 12, 31) if on.year > 1 else date.min


def _days(start: date, end: date, step: Step) -> list[date]:
    months = 12 if step is Step.YEAR else 1
    steps = ((end.year - start.year) * 12 + end.month - start.month) // months + 1
    if end < start or steps > MOST_DATES:
        raise UsageError(
            f"a history from {start} to {end} by {step} is not possible: let it end after it "
            f"starts and have at most {MOST_DATES} dates.",
            f"无法列出 {start} 至 {end} 的历史：截止日须晚于起始日，且不超过 {MOST_DATES} 个时点。",
        )
    first = pd.Timestamp(start)
    every = [(first + pd.DateOffset(months=k * months)).date() for k in range(steps)]
    return [day for day in every if day <= end]


def disposal(covers: Covers, base: date, on: date) -> pd.DataFrame:
    """The area that left each stock between ``base`` and ``on``, by cohort, and its rate.

    Adds: key (cohort, or outside), stage, stock_m2 (in the stage on ``base``), disposed_m2 (of it
    no longer in the stage on ``on``), remaining_m2, rate (disposed / stock; empty without stock).
    A last row of each stage has the total. Land that moved to the next stock has left this one.
    """
    if on < base:
        raise UsageError(
            f"the base date {base} lies after {on}: choose an earlier base date.",
            f"基期 {base} 晚于 {on}：请选择更早的基期。",
        )
    line = covers.timeline
    count = len(covers.pieces)
    before = line.stage[line.at(day_number(base))][:count]
    after = line.stage[line.at(day_number(on))][:count]
    cohort = _cohorts(covers, day_number(base))[:count]
    parts = []
    for stage in STOCK_STAGES:
        held = np.flatnonzero(before == STAGES.index(stage))
        area = covers.area_m2[held]
        gone = area * (after[held] != before[held])
        sums = pd.DataFrame({"key": cohort[held], "stock_m2": area, "disposed_m2": gone})
        sums = sums.groupby("key", as_index=False).sum()
        total = pd.DataFrame(
            [[LedgerRow.TOTAL.value, area.sum(), gone.sum()]], columns=sums.columns
        )
        parts.append(pd.concat([sums, total]).assign(stage=stage.value))
    table = pd.concat(parts, ignore_index=True)
    table["remaining_m2"] = table["stock_m2"] - table["disposed_m2"]
    table["rate"] = table["disposed_m2"] / table["stock_m2"].where(table["stock_m2"] > 0)
    return table[list(DISPOSAL_COLUMNS)]


def _cohorts(covers: Covers, day: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """The year of the earliest approval in force over each plot, else outside."""
    row = covers.links["approvals"].on(day).earliest(len(covers.area_m2))
    years = covers.layers["approvals"].table["approved_on"].dt.strftime("%Y")
    return np.append(years.to_numpy(object), LedgerRow.OUTSIDE.value)[row]
