"""CSV: text in a proved encoding, by commas, tabs, semicolons or bars, to a table of text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

from landgis.errors import UnreadableFile
from landgis.readers import grid, headers
from landgis.readers.text import decode, plain
from landgis.stations import RawLayer, Source

LONGEST_CELL = 64 << 20
"""Cells may hold an outline as text; the standard library would stop at 128 kB."""


def read(path: Path, source: Source, _layer: str | None, encoding: str | None) -> RawLayer:
    """One text table. Raises ``UnreadableFile`` where it is binary, empty or not decodable."""
    text, found = decode(path.read_bytes(), encoding, source.name)
    rows = [[bare(c) for c in row] for row in _rows(text, source.name)]
    table = grid.table(rows, headers.known(), source.name)
    return RawLayer(replace(source, encoding=found), table)


def _rows(text: str, file: str) -> list[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter(text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as broken:
        if UNENDED in str(broken):
            raise UnreadableFile(
                "a quotation mark opens a cell that never ends, and would swallow the rows after "
                "it: export the table again as CSV.",
                "有单元格的引号没有结束，其后各行会被并入：请重新导出为 CSV。",
                file=file,
            ) from broken
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as broken:
        raise UnreadableFile(
            f"the table cannot be read ({broken}): export it again as CSV.",
            "表格无法按 CSV 读取：请重新导出为 CSV。",
            file=file,
        ) from broken


UNENDED = "unexpected end of data"
"""What the standard library says of a quoted cell that never ends."""
_DISARMED = re.compile(r"'+[=+\-@\t\r\d]")
_SPELT = re.compile(r'="([^"=]*)"')


def bare(cell: str) -> str:
    """A cell without what keeps a spreadsheet from turning it into a formula or a number.

    That is an apostrophe, as ``writers.text`` sets it, or ``="..."`` around it.
    """
    if cell[:1] == "'" and _DISARMED.match(cell):
        return cell[1:]
    spelt = _SPELT.fullmatch(cell) if cell[:1] == "=" else None
    return spelt[1] if spelt else cell


DELIMITERS = (",", "\t", ";", "|", "，")


def _delimiter(text: str) -> str:
    """Whichever cuts the first lines into most known headers; else the one they use most."""
    opening = text[:4096]
    lines = [line.replace('"', "") for line in opening.splitlines()[: grid.HEADER_WITHIN]]
    known = headers.known()

    def hits(mark: str) -> int:
        return max((sum(plain(c) in known for c in line.split(mark)) for line in lines), default=0)

    return max(DELIMITERS, key=lambda mark: (hits(mark), opening.count(mark)))
