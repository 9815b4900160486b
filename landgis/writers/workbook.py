"""XLSX: real dates and numbers, Chinese headers, a frozen header row, nothing that can run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from landgis.fields import FIELDS, say
from landgis.writers import values
from landgis.writers.job import Job
from landgis.writers.values import Cell

MOST_ROWS = 1_048_575
WIDEST, NARROWEST = 40, 8
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}


def write_xlsx(job: Job) -> bytes:
    """One sheet, or as many as a million rows each need."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    book.set_properties({"created": job.stamp.replace(tzinfo=None)})
    names = [str(n) for n in job.plain.columns]
    columns = [_said(values.cells(job.plain[n]), n, job.lang) for n in names]
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "#,##0.00####"}),
        "text": book.add_format({"num_format": "@"}),
    }
    for start in range(0, max(len(job.plain), 1), MOST_ROWS):
        part = [c[start : start + MOST_ROWS] for c in columns]
        _sheet(book, job.headers(names), names, part, styles)
    book.close()
    return buffer.getvalue()


def _said(column: list[Cell], name: str, lang: str) -> list[Cell]:
    """Codes of the vocabulary as Chinese words where the reader reads Chinese."""
    entry = FIELDS.get(name)
    if lang != "zh" or entry is None or entry.terms is None:
        return column
    return [say(v, entry, lang) if isinstance(v, str) else v for v in column]


def _sheet(
    book: Any,
    headers: Sequence[str],
    names: Sequence[str],
    columns: Sequence[Sequence[Cell]],
    styles: dict[str, Any],
) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headers, styles["head"])
    sheet.freeze_panes(1, 0)
    for place, (name, header, column) in enumerate(zip(names, headers, columns, strict=True)):
        for line, value in enumerate(column, start=1):
            _write(sheet, line, place, value, styles, money=values.is_money(name))
        sheet.set_column(place, place, _width(header, column))
    if columns and columns[0]:
        sheet.autofilter(0, 0, len(columns[0]), len(names) - 1)


def _write(
    sheet: Any, line: int, place: int, value: Cell, styles: dict[str, Any], *, money: bool
) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_string(line, place, "是" if value else "否")
        case int() if not money:
            sheet.write_number(line, place, value)
        case int() | float():
            sheet.write_number(line, place, value, styles["money" if money else "number"])
        case date():
            sheet.write_datetime(line, place, value, styles["date"])
        case list():
            sheet.write_string(line, place, ";".join(value), styles["text"])
        case _:
            sheet.write_string(line, place, value, styles["text"])


def _width(header: str, column: Sequence[Cell]) -> int:
    """Wide enough for the header and the first rows; a Chinese character takes two."""
    shown = [header, *(str(v) for v in column[:200] if v is not None)]
    return min(WIDEST, max(NARROWEST, *(len(s.encode("gb18030", "replace")) + 2 for s in shown)))
