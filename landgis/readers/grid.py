"""Rows of cells, from a text table or a sheet, to a table: finds the header, keeps row numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from landgis.errors import UnreadableFile
from landgis.readers.text import distinct, plain
from landgis.stations import EXTRA

Row = Sequence[str]

HEADER_WITHIN = 10
"""A header line may stand below titles, but within so many lines."""


def table(rows: Sequence[Row], known: Collection[str], file: str) -> pd.DataFrame:
    """Text columns under their headers, indexed by the line a person counts (from 1).

    ``known`` says which lines look like a header (compared by ``text.plain``). Cells beyond the
    header stand in columns called ``EXTRA`` and a number. Raises ``UnreadableFile`` without rows.
    """
    at = _header_line(rows, known)
    if at is None:
        raise UnreadableFile(
            "the table is empty: deliver a header line and rows.",
            "表格为空：请提供表头和数据行。",
            file=file,
        )
    lines = [i for i in range(at + 1, len(rows)) if any(c.strip() for c in rows[i])]
    body = [rows[i] for i in lines]
    header = _trim(rows[at])
    body, extra = _extra_cells(body, len(header))
    names = distinct([*header, *(f"{EXTRA}{i + 1}" for i in range(extra))])
    width = len(names)
    cells = [[*r[:width], *[""] * (width - len(r))] for r in body]
    data = np.array(cells, dtype=object).reshape(len(cells), width)
    frame = pd.DataFrame(data, columns=names, dtype="str")
    return frame.set_index(np.asarray(lines, dtype="int64") + 1)


def _header_line(rows: Sequence[Row], known: Collection[str]) -> int | None:
    """The line with most known headers; failing that the first that has two cells filled."""
    filled = [(i, _trim(r)) for i, r in enumerate(rows[:HEADER_WITHIN]) if any(map(str.strip, r))]
    if not filled:
        return None
    hits = {i: sum(plain(c) in known for c in r) for i, r in filled}
    best = max(hits, key=lambda i: (hits[i], -i))
    if hits[best]:
        return best
    return next((i for i, r in filled if sum(map(bool, map(str.strip, r))) > 1), filled[0][0])


def _trim(row: Row) -> list[str]:
    """The cells up to the last filled one."""
    last = max((i for i, c in enumerate(row) if c.strip()), default=-1)
    return [c.strip() for c in row[: last + 1]]


def _extra_cells(body: list[Row], width: int) -> tuple[list[Row], int]:
    """Rows aligned with the header, and how many cells stand beyond it.

    Where every row opens with its own count (an index written without a header) that cell goes
    to the end: the others stand one place too far right.
    """
    longest = max((len(_trim(r)) for r in body), default=0)
    firsts = [r[0].strip() for r in body if r]
    counted = any(firsts == [str(i + s) for i in range(len(body))] for s in (0, 1))
    if len(body) > 1 and counted and all(len(r) == width + 1 for r in body):
        return [[*r[1:], r[0]] for r in body], 1
    return body, max(0, longest - width)
