"""Dates as whole days, on arrays: the calendar of the story."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.float64]
"""Days since 1970 as floats; nan where nothing has happened."""


def day(text: str) -> float:
    """The day of an ISO date."""
    return float(np.datetime64(text, "D").astype(int))


TODAY = day("2025-12-31")
"""The day up to which the bureau's files tell."""
YEAR = 365.25


def year(days: Days) -> NDArray[np.int64]:
    """The calendar year of each day (1970 where there is none)."""
    known = np.nan_to_num(days).astype("int64").astype("datetime64[D]")
    return known.astype("datetime64[Y]").astype("int64") + 1970


def dates(days: Days) -> NDArray[np.datetime64]:
    """The days as ``datetime64[D]``; NaT where there is none."""
    known = np.nan_to_num(np.floor(days)).astype("int64").astype("datetime64[D]")
    return np.where(np.isnan(days), np.datetime64("NaT"), known)


def happened(days: Days) -> Days:
    """The days up to ``TODAY``; what lies later has not happened."""
    return np.where(days <= TODAY, np.floor(days), np.nan)


def lag(rng: np.random.Generator, n: int, median: float, spread: float, least: float = 0) -> Days:
    """Waiting times in days, log-normal: most near the median, some very long."""
    return np.floor(np.maximum(least, median * np.exp(rng.normal(0, spread, n))))


def quarter_end(days: Days) -> Days:
    """The end of the quarter, when the monitoring pictures are compared."""
    known = np.nan_to_num(days).astype("int64").astype("datetime64[D]")
    months = known.astype("datetime64[M]").astype("int64")
    last = ((months // 3 + 1) * 3).astype("datetime64[M]").astype("datetime64[D]") - 1
    return np.where(np.isnan(days), np.nan, last.astype("int64").astype("float64"))
