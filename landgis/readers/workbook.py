"""XLSX: one sheet to a table of text; dates and numbers become the text a person would write."""

from __future__ import annotations

import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from landgis.errors import UnreadableFile
from landgis.readers import grid, headers, unsaid
from landgis.readers.layers import choose
from landgis.stations import RawLayer, Source

BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    SyntaxError,
)
"""What openpyxl raises for a workbook whose parts do not fit together."""


def read(path: Path, source: Source, layer: str | None, _encoding: str | None) -> RawLayer:
    """One sheet: the one called ``layer``, or the only one that is filled.

    Raises ``UnreadableFile`` for a broken workbook, ``UsageError`` where the sheet is not clear.
    """
    sheets = {
        name: sheet
        for name, sheet in _sheets(path, source.name).items()
        if any(map(any, sheet.rows))
    }
    sheet = sheets[choose(list(sheets), layer, source.name)]
    table = grid.table(sheet.rows, headers.known(), source.name)
    found = [*unsaid.problems(table, sheet.xml), *(unsaid.days(table) if sheet.from_1904 else ())]
    return RawLayer(source, table, problems=tuple(found))


class Sheet(NamedTuple):
    """The rows of a sheet, its XML, which says what openpyxl leaves out, and its first year."""

    rows: list[list[str]]
    xml: bytes
    from_1904: bool


def _sheets(path: Path, file: str) -> dict[str, Sheet]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return {
                sheet.title: Sheet(
                    [[cell_text(v) for v in row] for row in sheet.iter_rows(values_only=True)],
                    _xml(path, sheet),
                    book.epoch == CALENDAR_MAC_1904,
                )
                for sheet in book.worksheets
            }
        finally:
            book.close()
    except BROKEN as broken:
        raise UnreadableFile(
            "the workbook is broken: open it in a spreadsheet and save it again as .xlsx.",
            "工作簿已损坏：请用电子表格软件打开后另存为 .xlsx。",
            file=file,
        ) from broken


def _xml(path: Path, sheet: Any) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(str(sheet._worksheet_path).lstrip("/"))


def cell_text(value: Any) -> str:
    """A cell as text: ISO dates, numbers without exponent, nothing for an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
        case time() if value == time():  # day nought: a date cell that holds 0
            return ""
        case date() | time():
            return value.isoformat()
        case float():
            return np.format_float_positional(value, trim="-")
        case _:
            return str(value)
