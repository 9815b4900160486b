"""Columns of text to typed columns of a schema; every value that cannot be kept is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.issues import IssueKind, Problem, where
from landgis.quality import checks, codes, texts, values
from landgis.quality.plain import Parsed
from landgis.schema import DTYPES, Column, Kind, LayerSchema
from landgis.stations import Mask


@dataclass(frozen=True)
class Reading:
    """How the columns of one file are read.

    ``columns``: column -> header; ``units``: column -> unit of cells without one; ``assumed``:
    columns whose unit is written nowhere; ``words``: column -> code -> words for it, by blanks.
    """

    columns: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cells:
    """Typed columns in the order of the schema, index 0..n-1, and what was wrong.

    ``area_step_m2`` is the last decimal place of each declared area: it cannot be surer.
    """

    table: pd.DataFrame
    problems: list[Problem]
    area_step_m2: NDArray[np.float64]


DEFAULTS: Mapping[tuple[str, str], Any] = {
    ("approvals", "needs_acquisition"): True,
    ("delays", "status"): "verified",
}
"""What an empty cell means, where design says so."""

DECLARED = "declared_area_m2"
IMPLAUSIBLE_M2 = 10_000_000.0
"""Ten square kilometres: a number without a unit that would be more in hectares is none."""
IMPLAUSIBLE_FEN = 10**12
"""Ten thousand million yuan: a number without a unit that would be more in 万元 is none."""
SIGNED = r"[¥￥]"
"""Before an amount it says yuan, whatever unit is usual."""
FITS = 0.05
"""How far a declared area may be off its polygon and still tell the unit."""

ROUNDED = r"\d(?:\.\d+)?[eE]\+\d{2,}"
"""What a spreadsheet makes of a long code."""
YEAR_BRACKETS = r"[(（\[［【﹝]\s*((?:19|20)\d{2})\s*[)）\]］】﹞]"
"""The year of a document number, which people put into every kind of bracket."""

UNREADABLE: Mapping[Kind, IssueKind] = {
    Kind.DATE: IssueKind.DATE_UNREADABLE,
    Kind.AREA: IssueKind.NUMBER_UNREADABLE,
    Kind.MONEY: IssueKind.NUMBER_UNREADABLE,
    Kind.NUMBER: IssueKind.NUMBER_UNREADABLE,
    Kind.YEARS: IssueKind.TERM_UNREADABLE,
    Kind.FLAG: IssueKind.FLAG_UNREADABLE,
    Kind.CHOICE: IssueKind.CHOICE_UNKNOWN,
}


def typed(
    table: pd.DataFrame,
    schema: LayerSchema,
    reading: Reading,
    *,
    area_m2: NDArray[np.float64] | None = None,
    today: date | None = None,
) -> Cells:
    """The columns of ``schema`` out of a table of text.

    ``area_m2`` of the polygons proves the unit of declared areas that name none; ``today`` tells
    which dates lie in the future. A value that is refused is empty afterwards.
    """
    text = table.reset_index(drop=True)
    work = _Columns(text, schema, reading, area_m2)
    columns = {c.name: work.column(c) for c in schema.columns}
    out = pd.DataFrame(columns, index=text.index)
    problems = [
        *work.problems,
        *checks.codes_broken(out),
        *checks.too_early(out, schema),
        *checks.contradictory(out, schema),
        *checks.in_future(out, schema, today),
    ]
    problems += checks.missing(out, schema, reading.columns, problems)
    return Cells(out, problems, work.area_step_m2)


class _Columns:
    """The parsers of one table, with the problems they met."""

    def __init__(
        self,
        text: pd.DataFrame,
        schema: LayerSchema,
        reading: Reading,
        area_m2: NDArray[np.float64] | None,
    ) -> None:
        self.text = text
        self.schema = schema
        self.reading = reading
        self.area_m2 = area_m2
        self.problems: list[Problem] = []
        self.area_step_m2 = np.zeros(len(text))

    def column(self, column: Column) -> pd.Series:
        """One typed column; empty where the file has none."""
        header = self.reading.columns.get(column.name)
        default = DEFAULTS.get((self.schema.name, column.name))
        if header is None:
            return _filled(default, self.text.index, column.kind)
        text = values.clean(self.text[header])
        typed = self._typed(column, text)
        return typed if default is None else typed.fillna(default)

    def _typed(self, column: Column, text: pd.Series) -> pd.Series:
        match column.kind:
            case Kind.TEXT:
                return self._text(column, text)
            case Kind.DATE:
                return self._dates(column, text)
            case Kind.AREA:
                return self._areas(column, text)
            case Kind.MONEY:
                return self._money(column, text)
            case Kind.NUMBER:
                return self._kept(column, text, values.parse_numbers(text))
            case Kind.YEARS:
                return self._kept(column, text, values.parse_years(text))
            case Kind.FLAG:
                return self._kept(column, text, values.parse_flags(text))
            case Kind.CHOICE:
                words = _words(column, self.reading.words.get(column.name, {}))
                return self._kept(column, text, values.parse_choices(text, words))

    def _kept(self, column: Column, text: pd.Series, parsed: Parsed) -> pd.Series:
        self._note(UNREADABLE[column.kind], column, parsed.unreadable, text)
        return parsed.values

    def _note(self, kind: IssueKind, column: Column, bad: Mask, said: pd.Series) -> None:
        if bad.any():
            self.problems.append(Problem(kind, column.name, where(bad), list(said[bad])))

    def _text(self, column: Column, text: pd.Series) -> pd.Series:
        self._note(
            IssueKind.TEXT_GARBLED,
            column,
            text.str.contains(texts.LOST, na=False).to_numpy(bool),
            text,
        )
        rounded = text.str.fullmatch(ROUNDED, na=False).to_numpy(bool)
        self._note(IssueKind.DIGITS_LOST, column, rounded, text)
        if column.name in ("doc_no", "approval_id"):
            return text.str.replace(YEAR_BRACKETS, r"〔\1〕", regex=True)
        if column.name == "district_code":
            old = text.isin(codes.DISTRICT_ALIASES).to_numpy(bool)
            self._note(IssueKind.DISTRICT_CODE_ALIAS, column, old, text)
            return text.replace(dict(codes.DISTRICT_ALIASES))
        return text

    def _dates(self, column: Column, text: pd.Series) -> pd.Series:
        serial = text.str.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", na=False)
        if serial.any():
            first = text[serial].iloc[0]
            self.problems.append(Problem(IssueKind.DATE_SERIAL, column.name, value=first))
        return self._kept(column, text, values.parse_dates(text))

    def _money(self, column: Column, text: pd.Series) -> pd.Series:
        unit = self._unit(column, text, values.MONEY_UNITS_FEN)
        found = self._positive(column, text, values.parse_money(text, unit))
        if column.name not in self.reading.assumed or unit == "元":
            return found
        bare = ~values.has_unit(text, values.MONEY_UNITS_FEN)
        signed = text.str.match(SIGNED, na=False).to_numpy(bool)
        huge = (found > IMPLAUSIBLE_FEN).fillna(value=False).to_numpy(bool)
        unclear = bare & (signed | huge) & found.notna().to_numpy(bool)
        self._note(IssueKind.MONEY_UNIT_UNKNOWN, column, unclear, text)
        return found.mask(unclear)

    def _areas(self, column: Column, text: pd.Series) -> pd.Series:
        unit = self._unit(column, text, values.AREA_UNITS_M2)
        found = self._positive(column, text, values.parse_areas(text, unit))
        if column.name in self.reading.assumed:
            bare = ~values.has_unit(text, values.AREA_UNITS_M2)
            huge = bare & (found > IMPLAUSIBLE_M2).to_numpy(bool)
            self._note(IssueKind.AREA_UNIT_UNKNOWN, column, huge, text)
            found = found.mask(huge)
        if column.name == DECLARED:
            self.area_step_m2 = _step_m2(text, found)
        return found

    def _positive(self, column: Column, text: pd.Series, parsed: Parsed) -> pd.Series:
        found = self._kept(column, text, parsed)
        negative = (found < 0).fillna(False).to_numpy(bool)
        self._note(IssueKind.NUMBER_NEGATIVE, column, negative, text)
        return found.mask(negative)

    def _unit(self, column: Column, text: pd.Series, units: Mapping[str, Any]) -> str:
        """The unit of cells that write none; said aloud where the header writes none either."""
        unit = self.reading.units.get(column.name, "")
        bare = text.notna().to_numpy(bool) & ~values.has_unit(text, units)
        if column.name not in self.reading.assumed or not bare.any():
            return unit
        if column.name == DECLARED and self.area_m2 is not None:
            unit = _proven(text, self.area_m2, unit)
        self.problems.append(Problem(IssueKind.UNIT_ASSUMED, column.name, value=unit))
        return unit


def _filled(value: Any, index: pd.Index, kind: Kind) -> pd.Series:
    """A column of one value, or of none."""
    dtype: Any = DTYPES[kind]
    one: pd.Series = pd.Series([value], dtype=dtype)
    return one.take(np.zeros(len(index), dtype=np.intp)).set_axis(index)


def _words(column: Column, said: Mapping[str, str]) -> dict[str, str]:
    """Every word that means a code of the column: the code, its Chinese name, the dictionary."""
    words = {str(c).lower(): str(c) for c in column.choices}
    words |= {str(getattr(c, "zh", c)).lower(): str(c) for c in column.choices}
    for code, aliases in said.items():
        if code in column.choices:
            words |= {alias.lower(): code for alias in aliases.split()}
    return words


def _proven(text: pd.Series, area_m2: NDArray[np.float64], assumed: str) -> str:
    """The unit in which most declared areas fit their polygons; ``assumed`` if none does."""
    fits = {
        unit: int((np.abs(values.parse_areas(text, unit).values / area_m2 - 1) < FITS).sum())
        for unit in dict.fromkeys((assumed, "公顷", "平方米", "亩"))
        if unit
    }
    best = max(fits, key=lambda u: fits[u])
    return best if fits[best] else assumed


def _step_m2(text: pd.Series, area_m2: pd.Series) -> NDArray[np.float64]:
    """The size of the last digit written of each area."""
    digits = text.str.replace(r"[^0-9.,].*$", "", regex=True).str.replace(",", "")
    point = digits.str.find(".")
    decimals = (digits.str.len() - point - 1).where(point >= 0, 0).to_numpy(np.float64)
    written = pd.to_numeric(digits, errors="coerce").to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = area_m2.to_numpy(np.float64) / written * 10.0**-decimals
    return np.where(np.isfinite(step), step, 0.0)
