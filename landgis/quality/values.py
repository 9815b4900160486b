"""Text to dates, money, areas, years and flags: exact, vectorised over distinct texts, no guess.

Every parser takes a column of text and gives the typed column and what could not be read. Plain
digits and days go all at once (``landgis.quality.plain``), every other distinct text once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.quality import plain
from landgis.quality.plain import Parsed
from landgis.stations import Mask

EMPTY_MARKS = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "无", "暂无", "空", "null", "none", "nan", "nat",
     "n/a", "#n/a", "<na>"}
)  # fmt: skip
"""What people write into a cell that holds no value; compared in lower case."""

AREA_UNITS_M2: Mapping[str, Decimal | None] = {
    "平方米": Decimal(1), "㎡": Decimal(1), "m2": Decimal(1), "m²": Decimal(1),
    "平米": Decimal(1), "公顷": Decimal(10_000), "ha": Decimal(10_000), "hm2": Decimal(10_000),
    "hm²": Decimal(10_000), "平方公里": Decimal(1_000_000), "平方千米": Decimal(1_000_000),
    "km2": Decimal(1_000_000), "km²": Decimal(1_000_000),
    "万平方米": Decimal(10_000), "万平米": Decimal(10_000), "万㎡": Decimal(10_000),
    "万m2": Decimal(10_000), "万m²": Decimal(10_000), "亩": None, "mu": None,
}  # fmt: skip
"""Square metres in one unit; None is the mu of 2000/3 m², which no decimal holds."""

MONEY_UNITS_FEN: Mapping[str, Decimal] = {
    "分": Decimal(1), "fen": Decimal(1), "元": Decimal(100), "yuan": Decimal(100),
    "人民币元": Decimal(100), "万元": Decimal(1_000_000), "万": Decimal(1_000_000),
    "wan": Decimal(1_000_000), "wanyuan": Decimal(1_000_000), "百万元": Decimal(100_000_000),
    "亿元": Decimal(10_000_000_000), "亿": Decimal(10_000_000_000),
}  # fmt: skip
"""Fen in one unit."""

MOST = Decimal(10**15)
"""No price in fen, area in square metres or other number of a parcel is greater; every whole
number up to it is exact in a float, and sums of thousands stay within 64 bits."""

TRUE_WORDS = frozenset(
    {"是", "有", "1", "true", "t", "y", "yes", "√", "已抵押", "已查封", "抵押", "查封"}
)
FALSE_WORDS = frozenset(
    {"否", "无", "没有", "0", "false", "f", "n", "no", "×", "x", "未抵押", "未查封"}
)

NO_DATE = date(1900, 1, 1)
"""What old systems write where there is no date."""
SERIAL_ORIGIN = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)
"""Day numbers of a spreadsheet from 1954 to 2119; other five-digit numbers are no dates."""
CHINA = timezone(timedelta(hours=8))

_SPOKEN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?(?:\d{1,2}:\d{2}(?::\d{2})?)?")
_WRITTEN = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}:\d{2}.*))?")
_DENSE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_NUMBER = re.compile(
    r"[¥￥]?\s*([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d{1,2})?)\s*(.*)"
)


def clean(text: pd.Series) -> pd.Series:
    """Text without blanks around it; a text that says "nothing" becomes missing."""
    bare = text.str.strip()
    return bare.mask(bare.str.lower().isin(EMPTY_MARKS - {"无", "/", "\\"}) | (bare == "\u3000"))


def parse(
    text: pd.Series,
    spell: Callable[[str], Any],
    dtype: str,
    nothing: frozenset[str] = EMPTY_MARKS,
) -> Parsed:
    """Each distinct text of a cleaned column through ``spell``; where that fails, it is unreadable.

    ``spell`` gets half-width text; texts in ``nothing`` are empty.
    """
    codes, distinct = pd.factorize(text)
    held: list[Any] = [None] * (len(distinct) + 1)
    broken = np.zeros(len(distinct) + 1, dtype=bool)
    for i, raw in enumerate(distinct):
        said = (raw if raw.isascii() else unicodedata.normalize("NFKC", raw)).strip()
        if said.lower() not in nothing:
            try:
                held[i] = spell(said)
            except (ValueError, ArithmeticError):
                broken[i] = True
    values = pd.Series(held, dtype=dtype).take(codes).set_axis(text.index)
    return Parsed(values, broken[codes])


def parse_dates(text: pd.Series) -> Parsed:
    """``2019年03月28日``, 2019-03-28, 2019/3/28, 2019.3.28, 20190328, day numbers, date and time.

    The time of day is dropped; one with a zone is first told in China's time. 1900-01-01 is
    empty. A month alone, a range, two-digit years and day-month-year are unreadable.
    """
    at, days = plain.days(text)
    said = days.copy()
    said[np.isin(days, (np.datetime64(NO_DATE, "s"), np.datetime64(SERIAL_ORIGIN, "s")))] = "NaT"
    return plain.beside(text, at, said, lambda rest: parse(rest, spell_date, "datetime64[s]"))


def spell_date(text: str) -> date | None:
    """One date; raises ``ValueError``."""
    found = _date(text)
    return None if found in (NO_DATE, SERIAL_ORIGIN) else found


def _date(text: str) -> date:
    if spoken := _SPOKEN.fullmatch(text.replace(" ", "")):
        return date(int(spoken[1]), int(spoken[2]), int(spoken[3]))
    if written := _WRITTEN.fullmatch(text):
        day = date(int(written[1]), int(written[3]), int(written[4]))
        return _in_china(day, written[5]) if written[5] else day
    if dense := _DENSE.fullmatch(text):
        return date(int(dense[1]), int(dense[2]), int(dense[3]))
    if is_serial(text):
        return SERIAL_ORIGIN + timedelta(days=int(text[:5]))
    raise ValueError(text)


def _in_china(day: date, clock: str) -> date:
    hour, _, rest = clock.partition(":")
    moment = datetime.fromisoformat(f"{day.isoformat()}T{hour.zfill(2)}:{rest.replace(' ', '')}")
    return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()


def is_serial(text: str) -> bool:
    """Whether a text is the day number of a spreadsheet."""
    return bool(_SERIAL.fullmatch(text)) and int(text[:5]) in SERIALS


def parse_money(text: pd.Series, unit: str) -> Parsed:
    """Exact whole fen, half up; a unit in the cell goes before ``unit``."""

    def fen(said: str) -> int:
        number, own = _number(said, MONEY_UNITS_FEN, unit)
        amount = _bounded(number * MONEY_UNITS_FEN[own])
        return int(amount.quantize(Decimal(1), ROUND_HALF_UP))

    if unit not in MONEY_UNITS_FEN:
        return parse(text, fen, "Int64")
    factor = int(MONEY_UNITS_FEN[unit])
    found = plain.digits(text, 2 * factor)
    said = plain.half_up(found, factor)
    return _with_plain(text, found, said, lambda rest: parse(rest, fen, "Int64"))


def parse_areas(text: pd.Series, unit: str) -> Parsed:
    """Square metres; a unit in the cell goes before ``unit``."""

    def square_metres(said: str) -> float:
        number, own = _number(said, AREA_UNITS_M2, unit)
        factor = AREA_UNITS_M2[own]
        return float(_bounded(number * 2000 / 3 if factor is None else number * factor))

    if unit not in AREA_UNITS_M2:
        return parse(text, square_metres, "float64")
    factor = AREA_UNITS_M2[unit]
    found = plain.digits(text, 2000 if factor is None else int(factor))
    said = plain.exact(found, 2000, 3) if factor is None else plain.exact(found, int(factor))
    return _with_plain(text, found, said, lambda rest: parse(rest, square_metres, "float64"))


def _with_plain(
    text: pd.Series,
    found: plain.Digits,
    said: NDArray[Any],
    others: Callable[[pd.Series], Parsed],
) -> Parsed:
    """Plain digits at once; what is beyond measure or not plain as ``others`` read it."""
    kept = said <= float(MOST)
    return plain.beside(text, found.kept(kept).at, said[kept], others)


def _number(text: str, units: Mapping[str, Any], unit: str) -> tuple[Decimal, str]:
    if text.replace(".", "", 1).isdecimal() and unit in units:
        return Decimal(text), unit
    found = _NUMBER.fullmatch(text.lower())
    digits = found[1].replace(",", "") if found else ""
    own = (found[2] if found else "") or unit
    if own not in units or not any(map(str.isdigit, digits)):
        raise ValueError(text)
    return Decimal(digits), own


def _bounded(number: Decimal) -> Decimal:
    if abs(number) > MOST:
        raise ValueError(number)
    return number


def parse_numbers(text: pd.Series) -> Parsed:
    """Plain numbers."""

    def number(said: str) -> float:
        return float(_bounded(_number(said, {"1": 1}, "1")[0]))

    found = plain.digits(text, 1)
    said = plain.exact(found, 1)
    return _with_plain(text, found, said, lambda rest: parse(rest, number, "float64"))


def parse_years(text: pd.Series) -> Parsed:
    """One whole number of years: ``50``, ``50年``; several terms for several uses are not one."""
    return parse(text, _years, "Int64")


def _years(text: str) -> int:
    found = re.fullmatch(r"(\d{1,3})(?:\.0+)?\s*年?", text)
    if found is None:
        raise ValueError(text)
    return int(found[1])


def parse_flags(text: pd.Series) -> Parsed:
    """是 and 否 in the ways people write them."""
    return parse(text.str.lower(), _flag, "boolean", EMPTY_MARKS - FALSE_WORDS)


def _flag(text: str) -> bool:
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise ValueError(text)


def parse_choices(text: pd.Series, words: Mapping[str, str]) -> Parsed:
    """Codes of a closed set; ``words`` gives the code of every word that is understood."""

    def code(said: str) -> str:
        if said.lower() not in words:
            raise ValueError(said)
        return words[said.lower()]

    return parse(text, code, "str")


def has_unit(text: pd.Series, units: Mapping[str, Any]) -> Mask:
    """Where a cell carries its own unit."""
    return text.str.lower().str.endswith(tuple(units), na=False).to_numpy(bool)
