"""Cells of plain digits and plain dates, which most are: read all at once, to the same values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.stations import Mask

DIGITS = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
DAY = r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
SURE = 1 << 52
"""Whole numbers up to it and their quotients are exact or rightly rounded in a float."""


class Parsed(NamedTuple):
    """A typed column and, aligned with it, where text stood that could not be read."""

    values: pd.Series
    unreadable: Mask


class Digits(NamedTuple):
    """Where plain digits stand; what they say is ``mantissa / scale``, both whole numbers."""

    at: Mask
    mantissa: NDArray[np.int64]
    scale: NDArray[np.int64]

    def kept(self, kept: Mask) -> Digits:
        """Only those that are ``kept``."""
        at = self.at.copy()
        at[self.at] = kept
        return Digits(at, self.mantissa[kept], self.scale[kept])


def digits(text: pd.Series, most: int) -> Digits:
    """The plain digits of a column that stay whole below ``SURE`` when multiplied by ``most``."""
    at = np.array(text.str.fullmatch(DIGITS).eq(True), dtype=bool)
    own = text[at]
    point = own.str.find(".").to_numpy(np.int64)
    decimals = np.where(point < 0, 0, own.str.len().to_numpy(np.int64) - point - 1)
    mantissa = own.str.replace(".", "", regex=False).to_numpy(object).astype(np.int64)
    found = Digits(at, mantissa, np.power(10, decimals))
    return found.kept(mantissa <= SURE // most)


def half_up(found: Digits, factor: int) -> NDArray[np.int64]:
    """What the digits say times ``factor``, as the nearest whole number, exactly."""
    return (2 * found.mantissa * factor + found.scale) // (2 * found.scale)


def exact(found: Digits, factor: int, divisor: int = 1) -> NDArray[np.float64]:
    """What the digits say times ``factor / divisor``, rightly rounded."""
    return found.mantissa * factor / (found.scale * divisor)


def days(text: pd.Series) -> tuple[Mask, NDArray[np.datetime64]]:
    """Where plain ISO days stand that the calendar has, and the days."""
    at = np.array(text.str.fullmatch(DAY).eq(True), dtype=bool)
    read = pd.to_datetime(text[at], format="%Y-%m-%d", errors="coerce").to_numpy("datetime64[s]")
    at[at] = ~np.isnat(read)
    return at, read[~np.isnat(read)]


def beside(
    text: pd.Series, at: Mask, said: NDArray[np.generic], others: Callable[[pd.Series], Parsed]
) -> Parsed:
    """``said`` where ``at`` holds, and what ``others`` makes of the rest."""
    rest = others(text[~at])
    place = np.empty(len(text), dtype=np.intp)
    place[at], place[~at] = np.arange(len(said)), len(said) + np.arange(len(rest.values))
    first = pd.Series(said).astype(rest.values.dtype)
    values = pd.concat([first, rest.values], ignore_index=True).take(place).set_axis(text.index)
    unreadable = np.zeros(len(text), dtype=bool)
    unreadable[~at] = rest.unreadable
    return Parsed(values, unreadable)
