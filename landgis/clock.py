"""The statutory clock on columns of dates: anniversaries, complete years, excused days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.datetime64]
"""Plain dates as ``datetime64[D]``; NaT where there is none. Never a time, never a zone."""

Counts: TypeAlias = NDArray[np.int64]
"""Whole numbers: days, years, positions."""

Mask: TypeAlias = NDArray[np.bool_]
"""One truth value a row."""

DAY = np.timedelta64(1, "D")
NOT_A_DAY = np.datetime64("NaT", "D")


def add_years(days: Days, years: int) -> Days:
    """The same month and day ``years`` later; 29 February falls back to the 28th.

    Source: 民法典 202: a period of years ends on the corresponding day, or on the last day of
    the month if there is none.
    """
    moved: Days = _by_calendar(
        days, lambda some: _shift(some, np.full(len(some), years)), NOT_A_DAY
    )
    return moved


def later(days: Days, count: Counts) -> Days:
    """Each day moved by its own number of days."""
    moved: Days = (days + count).astype("datetime64[D]")
    return moved


def full_years(start: Days, on: np.datetime64) -> Counts:
    """How many full years after ``start`` are complete before ``on``; 0 where there is no start.

    A full year is complete at the end of the anniversary, so on the anniversary itself it does
    not count yet. Source: 民法典 201-203, 1259; the reading of ``law.md`` section 7.
    """

    def complete(some: Days) -> Counts:
        years = _year(np.full(len(some), on)) - _year(some)
        done: Counts = np.maximum(years - (_shift(some, years) >= on), 0)
        return done

    years: Counts = _by_calendar(start, complete, 0)
    return years


_NO_NUMBER = NOT_A_DAY.astype(np.int64)


def _by_calendar(days: Days, ask: Callable[[Days], Any], otherwise: object) -> Any:
    """``ask`` of every day, ``otherwise`` where there is none.

    A city's million supplies fall on some ten thousand days and calendar arithmetic is slow, so
    long columns look the answer up in a table of all the days between their ends.
    """
    number = days.astype(np.int64)
    dated = ~np.isnat(days)
    last = number.max(initial=_NO_NUMBER)
    first = np.where(dated, number, last).min(initial=last)
    if last == _NO_NUMBER:
        return np.full(len(days), otherwise, dtype=ask(days[:0]).dtype)
    if last - first >= len(days):
        answer = ask(np.where(dated, number, first).astype("datetime64[D]"))
        answer[~dated] = otherwise
        return answer
    known = ask(np.arange(first, last + 1).astype("datetime64[D]"))
    table = np.append(known, np.asarray(otherwise, dtype=known.dtype))
    return table[np.where(dated, number - first, len(known))]


def _shift(days: Days, years: Counts) -> Days:
    months = days.astype("datetime64[M]")
    moved = months + 12 * years
    shifted: Days = moved.astype("datetime64[D]") + (days - months)
    shifted[shifted.astype("datetime64[M]") != moved] -= DAY
    return shifted


def _year(days: Days) -> Counts:
    return days.astype("datetime64[Y]").astype(np.int64)


@dataclass(frozen=True)
class Intervals:
    """Stretches of time that belong to rows: ``row`` is the position of the row, both ends count.

    An open end is NaT. Nothing here is later than the date of determination.
    """

    row: Counts
    start: Days
    end: Days

    def take(self, kept: Mask) -> Intervals:
        """The intervals where ``kept`` holds, in the same order."""
        return Intervals(self.row[kept], self.start[kept], self.end[kept])


@dataclass(frozen=True)
class Excuse:
    """What intervals did to the clock.

    ``days`` has one entry a row: the days excused. The rest is aligned with the intervals:
    ``counted`` the days that one added to those before it, ``moot`` whether it began too late.
    """

    days: Counts
    counted: Counts
    moot: Mask


def covered_days(origin: Days, spans: Intervals, on: np.datetime64) -> Excuse:
    """The union of ``spans`` within the days after ``origin`` up to ``on``, none left out."""
    return _sweep(origin, spans, on, None)


def excuse(origin: Days, spans: Intervals, on: np.datetime64, *, moot_after_years: int) -> Excuse:
    """The union of ``spans`` within the days after ``origin`` up to ``on``.

    A span is moot if it starts after the anniversary ``moot_after_years`` of ``origin`` moved by
    the days excused before it: a cause that arises after two full idle years stops nothing.
    ``origin`` has one entry a row; rows without one are excused nothing. The work is done by
    rank (all first spans, all second spans ...), never row by row.
    Source: (2017)最高法行申5480号, ``law.md`` section 2.
    """
    return _sweep(origin, spans, on, moot_after_years)


def _sweep(origin: Days, spans: Intervals, on: np.datetime64, moot_years: int | None) -> Excuse:
    order = _by_row_then_start(spans)
    row = spans.row[order]
    start, end = spans.start[order], _until(spans.end[order], on)
    days = np.zeros(len(origin), dtype=np.int64)
    reached = origin.copy()
    counted = np.zeros(len(row), dtype=np.int64)
    moot = np.zeros(len(row), dtype=bool)
    for now in _by_rank(row):
        at = row[now]
        if moot_years is not None:
            moot[now] = start[now] > add_years(later(origin[at], days[at]), moot_years)
        first = np.maximum(start[now], reached[at] + DAY)
        added = (end[now] - first).astype(np.int64) + 1
        added[np.isnat(first) | moot[now] | (added < 0)] = 0
        counted[now] = added
        days[at] += added
        longer = added > 0
        reached[at[longer]] = end[now][longer]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Excuse(days, counted[back], moot[back])


def _by_row_then_start(spans: Intervals) -> Counts:
    if not len(spans.row):
        return np.zeros(0, dtype=np.int64)
    begun = (spans.start - spans.start.min()).astype(np.int64)
    return np.argsort(spans.row * (begun.max() + 1) + begun, kind="stable")


def _until(end: Days, on: np.datetime64) -> Days:
    return np.where(np.isnat(end) | (end > on), on, end)


def _by_rank(row: Counts) -> list[Counts]:
    """Positions of the first interval of every row, of the second, and so on; ``row`` is sorted."""
    if not len(row):
        return []
    opens = np.r_[True, row[1:] != row[:-1]]
    first = np.flatnonzero(opens)
    rank = np.arange(len(row)) - np.repeat(first, np.diff(np.r_[first, len(row)]))
    by_rank = np.argsort(rank, kind="stable")
    return np.split(by_rank, np.cumsum(np.bincount(rank))[:-1])
