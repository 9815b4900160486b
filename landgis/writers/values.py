"""Columns as they are written: text for CSV, plain values for JSON, dates without a time."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Cell: TypeAlias = str | int | float | bool | date | list[str] | None

FLOAT_DECIMALS = 6
"""More digits than any survey has; shorter than the noise of arithmetic."""
MONEY_DECIMALS = 2
FORMULA_OPENS = r"'*[=+\-@\t\r]|'+\d"
"""A text cell that opens so would be run by a spreadsheet, or lose its apostrophe on its way back;
apostrophes before it are counted."""
LONG_NUMBER = r"\d{12,}|\d+[eE]\d+"
"""Digits that a spreadsheet would turn into 4.1E+17; a tab behind them keeps them text."""


def is_money(name: str) -> bool:
    """Whether a column is money in yuan, which has two decimals."""
    return name.endswith("_yuan")


def cells(column: pd.Series) -> list[Cell]:
    """Plain Python values; what is empty is ``None``, dates are dates, numbers are rounded."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.to_numpy("datetime64[D]").astype(object)
        return [None if d is None else d for d in days]
    empty = column.isna().to_numpy()
    if isinstance(column.dtype, pd.StringDtype | pd.Int64Dtype | pd.BooleanDtype):
        return [None if e else v for v, e in zip(column.to_list(), empty, strict=True)]
    if column.dtype == np.float64:
        return [_rounded(v) for v in column.to_list()]
    return [None if e else _cell(v) for v, e in zip(column.astype(object), empty, strict=True)]


def _rounded(value: float) -> float | None:
    return round(value, FLOAT_DECIMALS) + 0.0 if isfinite(value) else None


def _cell(value: Any) -> Cell:
    match value:
        case bool() | np.bool_():
            return bool(value)
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            return _rounded(float(value))
        case list() | tuple() | set() | frozenset():
            return [str(v) for v in value]
        case pd.Timestamp():
            return value.date() if value == value.normalize() else str(value.isoformat())
        case date():
            return value
        case _:
            return str(value)


def texts(column: pd.Series, name: str) -> list[str]:
    """Cells of a CSV: ISO dates, money with two decimals, no exponent, lists by semicolon."""
    return [_text(v, money=is_money(name)) for v in cells(column)]


def _text(value: Cell, *, money: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() if money:
            return f"{value:.{MONEY_DECIMALS}f}"
        case float():
            return np.format_float_positional(value, trim="-")
        case date():
            return value.isoformat()
        case list():
            return ";".join(value)
        case _:
            return str(value)
