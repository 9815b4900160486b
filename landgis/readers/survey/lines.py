"""The lines of a survey text: sections, keys, parcel headers and points, none of them guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from landgis.issues import IssueKind, Problem

FULL_WIDTH = str.maketrans("［］【】＝＠，．｛｝　", "[][]=@,.{} ")
COMMAS = 7
"""A header has so many commas at least: with fewer, its full-width ones are meant as commas."""
GRAPHICS = ("点", "线", "面")
SECTION = re.compile(r"\[([^\[\],]+)\]")
KEY = re.compile(r"([^=,]{1,40}?)\s*=\s*(.*)")

STANDARD = ("界址点数", "面积", "地块编号", "地块名称", "记录图形属性")
PROVINCIAL = ("界址点数", "面积", "乡镇代码", "行政区名称", "地块编号", "地块名称", "记录图形属性")
DEGREES = ("面积", "地块编号", "地块名称", "记录图形属性")
BEFORE = {names.index("记录图形属性"): names for names in (STANDARD, PROVINCIAL, DEGREES)}
"""Where 点, 线 or 面 stands tells the layout of the columns before it."""
AFTER = ("图幅号", "地块用途", "地类编码")
LEVELS = ("地上", "地下", "地表")
"""What some bureaus write into the column of the land-use code."""


class Point(NamedTuple):
    """A point as written: its line, label, ring and both numbers as text."""

    line: int
    label: str
    ring: str
    first: str
    second: str


@dataclass
class Parcel:
    """A header and its points; ``head`` has the columns by name, ``line`` is where it begins."""

    line: int
    head: dict[str, str]
    points: list[Point] = field(default_factory=list)


@dataclass
class Document:
    """A survey text taken apart; ``lines`` says where each key of ``said`` stands.

    ``again`` has the keys that a later head says otherwise: its line and what it says there.
    """

    said: dict[str, str] = field(default_factory=dict)
    project: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    again: dict[str, tuple[int, str]] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(text: str) -> Document:
    """The sections, keys and parcels of a survey text; lines that are none of them are problems."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.line(number, line.strip().strip("\ufeff"))
    document = reader.document
    document.parcels = [p for p in document.parcels if p.points or "@" in p.head]
    for parcel in document.parcels:
        parcel.head.pop("@", None)
    if reader.widened:
        where = reader.widened
        document.problems.append(Problem(IssueKind.FULL_WIDTH, value=where[1], row=where[0]))
    return document


class _Reader:
    """Goes down the lines; knows the section and the parcel it is in."""

    def __init__(self) -> None:
        self.document = Document()
        self.section = ""
        self.parcel: Parcel | None = None
        self.widened: tuple[int, str] | None = None

    def line(self, number: int, raw: str) -> None:
        """Take in one line."""
        text = _half(raw)
        if text != raw and self.widened is None and not _is_name(raw, text):
            self.widened = number, raw[:40]
        for piece in _braced(text):
            if piece == "}":
                self.parcel = None
            elif piece:
                self._take(number, piece)

    def _take(self, number: int, text: str) -> None:
        if section := SECTION.fullmatch(text):
            self.section, self.parcel = section[1].strip(), None
        elif head := _header(text):
            if head["记录图形属性"] not in ("", *GRAPHICS):
                self.document.problems.append(Problem(IssueKind.HEADER_UNCLEAR, value=text[:60],
                                                      row=number))  # fmt: skip
            self.parcel = Parcel(number, head)
            self.document.parcels.append(self.parcel)
        elif (said := KEY.fullmatch(text)) and self.section != "地块坐标":
            self._key(number, said[1].strip(), said[2].strip())
        elif point := _point(number, text):
            self._parcel(number).points.append(point)
        else:
            self.document.problems.append(Problem(IssueKind.LINE_UNREADABLE, value=text[:60],
                                                  row=number))  # fmt: skip

    def _key(self, number: int, key: str, value: str) -> None:
        own = self.section in ("", "属性描述")
        said = self.document.said if own else self.document.project
        if own and said.setdefault(key, value) != value:
            self.document.again.setdefault(key, (number, value))
        elif not own:
            said[key] = value
        self.document.lines.setdefault(key, number)

    def _parcel(self, number: int) -> Parcel:
        """The parcel that points belong to; points without a header make one."""
        if self.parcel is None:
            self.parcel = Parcel(number, {"面积": "", "地块编号": "", "地块名称": ""})
            self.document.parcels.append(self.parcel)
        return self.parcel


def _half(raw: str) -> str:
    """Half-width punctuation and digits; in a header only what stands outside its names."""
    if raw.isascii():
        return raw
    if raw.count(",") >= COMMAS:
        cells = raw.replace("＠", "@").split(",")
        return ",".join(c if _is_word(c) else unicodedata.normalize("NFKC", c) for c in cells)
    if "=" in raw or "＝" in raw:
        key, _, value = raw.replace("＝", "=").partition("=")
        return f"{key}={value}"
    return unicodedata.normalize("NFKC", raw.translate(FULL_WIDTH))


def _is_word(cell: str) -> bool:
    """Whether a cell is a name, which stays as it is, and no number."""
    return bool(re.search(r"[^\W\d_]", unicodedata.normalize("NFKC", cell)))


def _is_name(raw: str, text: str) -> bool:
    """Whether only marks of a name were changed, which need no word."""
    return "@" not in text and not re.search(r"[\[\]=,\d]", text) and raw != text


def _braced(text: str) -> Iterator[str]:
    """The text between braces; ``}`` where a block ends."""
    if "{" not in text and "}" not in text:
        yield text
        return
    for piece in re.split(r"([{}])", text):
        if piece != "{":
            yield piece.strip()


def _header(text: str) -> dict[str, str] | None:
    """The columns of a parcel's header; ``None`` where the line is none."""
    cells = [c.strip() for c in text.split(",")]
    at = next((i for i in (4, 6, 3) if i < len(cells) and cells[i] in GRAPHICS), None)
    if at is None and (cells[-1] != "@" or len(cells) < COMMAS):
        return None
    if at is None:
        at = 6 if len(cells) == len(PROVINCIAL) + len(AFTER) + 1 else 4
    rest = [c for c in cells[at + 1 :] if c != "@"]
    empty = dict.fromkeys(("地块编号", "地块名称", "记录图形属性"), "")
    head = {"@": "@", **empty, **dict(zip(BEFORE[at], cells, strict=False))}
    return head | _rest(rest)


def _rest(cells: Sequence[str]) -> dict[str, str]:
    named = dict(zip(AFTER, [*cells, "", "", ""], strict=False))
    if named["地类编码"] in LEVELS:
        named |= {"地类编码": "", "空间位置": named["地类编码"]}
    extra = {f"扩展{i}": c for i, c in enumerate(cells[len(AFTER) :], start=1)}
    return named | extra


POINT = re.compile(r"[\[(]?\s*(.*?)\s*[\])]?\s*[,;]*")


def _point(number: int, text: str) -> Point | None:
    """Label, ring and two numbers; without a ring it is the first."""
    found = POINT.fullmatch(text)
    cells = [c.strip() for c in found[1].split(",")] if found else []
    if len(cells) == 4:
        return Point(number, *cells)
    if len(cells) == 3:
        return Point(number, cells[0], "1", cells[1], cells[2])
    return None


def numbers(texts: Sequence[str]) -> np.ndarray:
    """Texts as numbers; what is none is NaN."""
    return np.array([_number(t) for t in texts], dtype=np.float64)


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"[-+]?\d+(?:\.\d*)?", text) else float("nan")
