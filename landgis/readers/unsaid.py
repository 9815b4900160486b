"""What a sheet's XML says and its cells do not: formulas, merges, digits that were lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from openpyxl.utils import column_index_from_string

from landgis.issues import IssueKind, Problem, where
from landgis.quality.values import is_serial

FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f(?:/>|[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
"""A cell with a formula and no value: no spreadsheet has computed it yet."""
MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
LONG = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?:\s+(?:s="\d+"|t="n"))*\s*>\s*'
    rb"<v>(\d{16,}(?:\.\d*)?|\d(?:\.\d+)?[eE]\+?(?:1[5-9]|[2-9]\d))</v>"
)
"""A number of more than 15 digits, all that a spreadsheet keeps of one: the others are noughts."""

Places = set[tuple[int, str]]
"""Rows, and what is to be said of them."""


def problems(table: pd.DataFrame, text: bytes) -> Iterator[Problem]:
    """Cells that look empty or whole here and are not; ``text`` is the sheet's XML."""
    lines = table.index.to_numpy()
    cells = {(int(row), f"{column.decode()}{int(row)}") for column, row in FORMULA.findall(text)}
    long = {(int(row), number.decode()) for _, row, number in LONG.findall(text)}
    for kind, found in (
        (IssueKind.FORMULA_UNCOMPUTED, cells),
        (IssueKind.CELLS_MERGED, _covered(table, text)),
        (IssueKind.DIGITS_LOST, long),
    ):
        told = sorted((row, said) for row, said in found if row in table.index)
        if told:
            at = np.searchsorted(lines, [row for row, _ in told]).astype(np.int64)
            yield Problem(kind, "", at, [said for _, said in told])


def days(table: pd.DataFrame) -> Iterator[Problem]:
    """Cells of whole numbers that would be read as days counted from 1900."""
    for name in table.columns:
        at = where(table[name].map(is_serial).to_numpy(bool))
        if len(at):
            yield Problem(IssueKind.DAYS_FROM_1904, str(name), at, list(table[name].iloc[at]))


def _covered(table: pd.DataFrame, text: bytes) -> Places:
    """Rows with a cell that is covered by a merge which begins in another row or column."""
    found: Places = set()
    if not len(table):
        return found
    top, bottom, width = int(table.index[0]), int(table.index[-1]), table.shape[1]
    for left, first, right, last in MERGED.findall(text):
        if int(first) < top:
            continue
        said = f"{left.decode()}{int(first)}:{right.decode()}{int(last)}"
        begin, end = (column_index_from_string(c.decode()) for c in (left, right))
        across = begin < min(end, width)
        rows = range(int(first) + (not across), min(int(last), bottom) + 1)
        found |= {(row, said) for row in rows}
    return found
