"""Rows of cells, from a text table or a sheet, to a table: finds the header, keeps row numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from landgis.errors import UnreadableFile
from landgis.quality.values import AREA_UNITS_M2, MONEY_UNITS_FEN
from landgis.readers.text import distinct, plain
from landgis.stations import EXTRA

Row = Sequence[str]

Known: TypeAlias = Mapping[str, Collection[str]]
"""Names of columns as ``text.plain`` writes them, and the units that each may have."""

HEADER_WITHIN = 10
"""A header line may stand below titles, but within so many lines."""


def table(rows: Sequence[Row], known: Known, file: str) -> pd.DataFrame:
    """Text columns under their headers, indexed by the line a person counts (from 1).

    ``known`` says which lines look like a header (compared by ``text.plain``) and, of names that
    have units, the units they may have. Cells beyond the
    header stand in columns called ``EXTRA`` and a number. Raises ``UnreadableFile`` without rows.
    """
    at = _header_line(rows, known)
    if at is None:
        raise UnreadableFile(
            "the table is empty: deliver a header line and rows.",
            "表格为空：请提供表头和数据行。",
            file=file,
        )
    captions = [cell for row in rows[:at] for cell in row]
    header, at = _header(rows, at, known)
    header, at = _above_units(header, rows, at)
    header = _with_units(header, captions, known)
    lines = [i for i in range(at + 1, len(rows)) if any(c.strip() for c in rows[i])]
    body = [rows[i] for i in lines]
    body, extra = _extra_cells(body, len(header))
    names = distinct([*header, *(f"{EXTRA}{i + 1}" for i in range(extra))])
    width = len(names)
    cells = [[*r[:width], *[""] * (width - len(r))] for r in body]
    data = np.array(cells, dtype=object).reshape(len(cells), width)
    frame = pd.DataFrame(data, columns=names, dtype="str")
    return frame.set_index(np.asarray(lines, dtype="int64") + 1)


CAPTION = re.compile(r"单位\s*[:：]\s*(.+)")
"""A line above the header that says in which units the table is: 单位：万元、公顷."""


PRICE = re.compile(r"\w*元\s*/\s*\w+")
"""What one measure costs, 万元/亩: the unit of no column that is read."""


def _above_units(header: list[str], rows: Sequence[Row], at: int) -> tuple[list[str], int]:
    """The names with the units of a line below them that holds nothing else."""
    below = [BARE.sub("", c) for c in _trim(rows[at + 1])] if at + 1 < len(rows) else []
    if not any(below) or len(below) > len(header) or {*map(plain, below)} - UNITS - {""}:
        return header, at
    below += [""] * (len(header) - len(below))
    return [f"{n}({u})" if u else n for n, u in zip(header, below, strict=True)], at + 1


BARE = re.compile(r"^[(（]|[)）]$")


def _with_units(header: list[str], captions: Sequence[str], known: Known) -> list[str]:
    """The names with the unit that a caption gives, where a name has none and one alone fits."""
    said = [PRICE.sub("", m[1]) for c in captions for m in CAPTION.finditer(c)]
    units = {plain(u) for text in said for u in re.split(r"[\s、，,；;/和及()（）]+", text)} & UNITS

    def named(name: str) -> str:
        fitting = units & set(known.get(plain(name), ()))
        return f"{name}({fitting.pop()})" if len(fitting) == 1 else name

    return [named(name) for name in header]


def _header(rows: Sequence[Row], at: int, known: Known) -> tuple[list[str], int]:
    """The names of the columns and the last line of them: two lines where cells are merged."""
    for top in (at, at - 1):
        if top >= 0 and top + 1 < len(rows):
            upper, lower = _trim(rows[top]), _trim(rows[top + 1])
            groups = _groups(upper, lower)
            if any(_means(g, name, known) for g, name in groups):
                return [_joined(g, name, known) for g, name in groups], top + 1
    return _trim(rows[at]), at


def _groups(upper: list[str], lower: list[str]) -> list[tuple[str, str]]:
    """Upper and lower name of each column; nothing where the two lines are not one header.

    They are where some upper cells span several columns that have names below, and nothing but
    blanks stands under all the others.
    """
    width = max(len(upper), len(lower))
    upper, lower = ([*r, *[""] * (width - len(r))] for r in (upper, lower))
    spans = [not upper[i] or (i + 1 < width and not upper[i + 1]) for i in range(width)]
    names = [bool(lower[i]) == spans[i] for i in range(width)]
    alone = width - sum(spans)
    if not all(names) or not any(spans) or not alone or not upper[0]:
        return []
    if any(name.replace(".", "").isdigit() for name in lower):
        return []
    groups: list[tuple[str, str]] = []
    for i in range(width):
        groups.append((upper[i] or groups[-1][0], lower[i]))
    return groups


def _means(group: str, name: str, known: Known) -> bool:
    """Whether a name below another is one that headers have, or a unit."""
    return bool(name) and (
        plain(name) in UNITS or any(plain(n) in known for n in _readings(group, name))
    )


UNITS = frozenset(map(plain, (*AREA_UNITS_M2, *MONEY_UNITS_FEN)))
BRACKETED = re.compile(r"\s*[(（\[［【〔]([^()（）\[\]［］]*)[)）\]］】〕]\s*$")


def _readings(group: str, name: str) -> tuple[str, ...]:
    """What a name below another may mean as a whole, its unit aside, the fullest first."""
    group, name = BRACKETED.sub("", group), BRACKETED.sub("", name)
    return group + name, name, name + group


def _joined(group: str, name: str, known: Known) -> str:
    """One name of two: 约定 over 开工时间 is 约定开工时间, 价款(元) over 成交价 is 成交价(元)."""
    if not name or plain(group + name) in known:
        return group + name
    whole = next((n for n in _readings(group, name) if plain(n) in known), None)
    if whole is None:
        return f"{group}({name})"
    unit = BRACKETED.search(name) or BRACKETED.search(group)
    return f"{whole}({unit[1]})" if unit else whole


def _header_line(rows: Sequence[Row], known: Known) -> int | None:
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
