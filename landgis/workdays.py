"""Terms that begin with a day: calendar days, working days and months, and whether they are sure.

Public holidays and the weekends worked for them come from ``chinese_calendar``. A year it does not
know counts Monday to Friday, and the result says that it is not certain.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

import chinese_calendar

from landgis.steps import Span, Unit

DAY = timedelta(days=1)
KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
"""The years whose public holidays are known."""


@dataclass(frozen=True)
class Ending:
    """The last day of a term; ``certain`` is False where a year's holidays are not known yet."""

    last: date
    certain: bool = True


def is_workday(day: date) -> bool:
    """Whether people work on that day; Monday to Friday in a year that is not known."""
    if day.year in KNOWN_YEARS:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def end(start: date, span: Span, *, roll_over: bool = True) -> Ending:
    """The last day of ``span`` after ``start``, which itself does not count.

    With ``roll_over`` a term in days or months that ends on a holiday ends on the next working
    day; a span that has a ``first`` begins on its last day. Source: 民法典 201, 202, 203.
    """
    if span.first is not None:
        begun = end(start, span.first, roll_over=roll_over)
        ending = end(begun.last, replace(span, first=None), roll_over=roll_over)
        return Ending(ending.last, begun.certain and ending.certain)
    if span.unit is Unit.WORKING_DAYS:
        return _working(start, span.count)
    last = start + span.count * DAY if span.unit is Unit.DAYS else _months(start, span.count)
    rolled = last
    while roll_over and not is_workday(rolled):
        rolled += DAY
    return Ending(rolled, not roll_over or _known(last, rolled))


def _working(start: date, count: int) -> Ending:
    day = start
    while count:
        day += DAY
        count -= is_workday(day)
    return Ending(day, _known(start, day))


def _months(start: date, count: int) -> date:
    """The corresponding day, or the last of the month if there is none."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _known(first: date, last: date) -> bool:
    return all(year in KNOWN_YEARS for year in range(first.year, last.year + 1))
