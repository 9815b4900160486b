"""Cells as they came, before they have a type: misread text, rows that are no records."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from landgis.issues import IssueKind, Problem, where
from landgis.stations import Mask

SUMS = frozenset(
    gap.join(word) + colon
    for word in ("合计", "总计", "小计", "共计", "累计", "合計", "總計")
    for gap in ("", " ", "  ", "\u3000")
    for colon in ("", ":", "：")
)
"""How a row of sums opens."""
SUMMED = r".{0,12}(?:合计|总计|小计|共计)(?:[(（].{0,12}[)）])?[:：]?"
"""Of what it is the sum, or of how many: 红旗区小计, 总计（2宗）."""
NOTES = (
    r"\s*(?:填表|填报|制表|审核|复核|校核|审批|经办|编制)(?:人|单位|日期|时间)(?:员|签字)?\s*[:：].*"
    r"|\s*(?:注|备注|说明)\s*[:：].*"
)
"""How a line below a table opens: who filled it in, who checked it, what it notes."""
OPENING = 3
"""Among so many columns: a running number or a name may stand before."""

LOST = "\N{REPLACEMENT CHARACTER}|锟斤拷|[\ue000-\uf8ff]"
"""What text looks like after a wrong conversion, or from an encoding that is none of ours."""

CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
LATIN = r"[\x80-\xff]{2}"
"""Bytes of another encoding, each shown as a letter of Western Europe."""


def _pair(first: range, second: range) -> str:
    """A class of the characters whose two bytes in GBK lie in these ranges."""
    both = (bytes((a, b)) for a in first for b in second if b != 0x7F)
    return "[" + "".join(re.escape(c) for b in both if (c := b.decode("gbk", "ignore"))) + "]"


LEAD, TRAIL = range(0xE4, 0xEA), range(0x81, 0xC0)
AS_GBK = _pair(LEAD, TRAIL) + _pair(TRAIL, LEAD)
"""How Chinese in UTF-8, three bytes a character, opens when it is taken for GBK."""


def meant(text: str) -> str | None:
    """What a text said before it was decoded wrongly; ``None`` where it was not."""
    for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "gb18030"),
                         ("latin-1", "gb18030"), ("gb18030", "utf-8")):  # fmt: skip
        try:
            data = text.rstrip("?\N{REPLACEMENT CHARACTER}").encode(wrong)
            said = codecs.getincrementaldecoder(right)("strict").decode(data)
        except UnicodeError:
            continue
        foreign = [c for c in said if not c.isascii()]
        plain = any(c.isascii() and c.isalpha() for c in text)
        if len(foreign) > 1 + plain and all(map(CHINESE.match, foreign)):
            return said
    return None


def problems(table: pd.DataFrame) -> list[Problem]:
    """What is wrong with a table of text as it came."""
    return [*_misread(table), *_no_records(table)]


def _misread(table: pd.DataFrame) -> Iterator[Problem]:
    names = [f"{n} / {said}" for n in map(str, table.columns) if (said := _meant(n))]
    yield from (Problem(IssueKind.TEXT_MISREAD, value=n) for n in names)
    lost = [n for n in map(str, table.columns) if re.search(LOST, n)]
    yield from (Problem(IssueKind.TEXT_GARBLED, value=n) for n in lost)
    for name in table.columns:
        text = table[name]
        odd = where(text.str.contains(f"{LATIN}|{AS_GBK}", na=False).to_numpy(bool))
        found = {t: said for t in text.iloc[odd].unique() if (said := meant(t))}
        at = np.array([i for i in odd if text.iloc[i] in found], dtype=np.int64)
        if len(at):
            told = [f"{text.iloc[i]} / {found[text.iloc[i]]}" for i in at]
            yield Problem(IssueKind.TEXT_MISREAD, str(name), at, told)


def _meant(header: str) -> str | None:
    return meant(header) if re.search(f"{LATIN}|{AS_GBK}", header) else None


def _no_records(table: pd.DataFrame) -> Iterator[Problem]:
    """Rows of sums, notes below the table, and the header once more."""
    opening = table.iloc[:, :OPENING]
    columns = [opening.iloc[:, i] for i in range(opening.shape[1])]
    if not columns:
        return
    sums = np.logical_or.reduce([_sums(c) for c in columns])
    numbers = np.arange(len(table)) < _counts_columns(table)
    again = np.logical_and.reduce([(c == c.name).to_numpy(bool) for c in columns])
    notes = columns[0].str.fullmatch(NOTES, na=False).to_numpy(bool)
    at = where(sums | again | notes | numbers)
    if len(at):
        rows = opening.iloc[at].to_numpy(object)
        yield Problem(IssueKind.NOT_A_RECORD, "", at, [next(filter(None, row), "") for row in rows])


def _sums(column: pd.Series) -> Mask:
    """Where a cell says that its row is a sum; few cells hold the word at all."""
    found = column.isin(SUMS).to_numpy(bool).copy()
    at = where(column.str.contains("计", regex=False, na=False).to_numpy(bool))
    found[at] |= column.iloc[at].str.fullmatch(SUMMED).to_numpy(bool)
    return found


def _counts_columns(table: pd.DataFrame) -> bool:
    """Whether the first row only numbers the columns, as official forms do."""
    cells = [c.strip() for c in table.iloc[0] if c.strip()] if len(table) else []
    counted = [c for c in cells if c not in ORDINALS]
    return len(counted) > 2 and counted == [str(i) for i in range(1, len(counted) + 1)]


ORDINALS = frozenset("甲乙丙丁戊己")
"""By which forms count the columns of words."""
