"""How answers leave the command line: a table for people, bytes for machines."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from landgis.cli.aligned import aligned
from landgis.cli.options import Format, Lang
from landgis.errors import UsageError, why_zh
from landgis.fields import FIELDS, Field, describe, say
from landgis.measure import to_hectares
from landgis.store.history import CHINA
from landgis.writers import FORMATS, write

PACKED = ("shp", "gdb")
"""Formats of several files, which may be written as one zip: ``.shp.zip``, ``.gdb.zip``."""
OUTLINES_ONLY = ("txt", "dxf")
NUMERIC = ("number", "integer", "decimal")
CODES = ("supply_id", "stock_id", "parent_id", "feature_id", "key", "kind", "rule")
M2_ZH = "（平方米）"
NARROWEST = 8
"""A name is folded to no less than four Chinese characters a line."""
MOST_FITTED = 1_000
"""So many rows of a table are fitted to the terminal; it takes 2 ms each."""

messages = Console(stderr=True, highlight=False, soft_wrap=True)
"""Messages and progress go here, never to standard output."""


def emit(
    table: pd.DataFrame,
    form: Format,
    output: Path | None,
    *,
    lang: Lang,
    title: tuple[str, str],
    brief: Sequence[str] = (),
) -> None:
    """Write ``table`` as ``form`` to ``output`` or to standard output.

    ``title`` is in English and in Chinese. ``brief`` names the columns that a table for people
    shows; every other format has them all.
    """
    if form is Format.TABLE and output is None:
        _show(table, lang, pick(lang, *title), brief)
        return
    if output is not None:
        save(table, output, form_of(output) if form is Format.TABLE else form.value, lang=lang)
        return
    buffer = BytesIO()
    write(table, buffer, form.value, lang=lang.value)
    sys.stdout.buffer.write(buffer.getvalue())
    sys.stdout.buffer.flush()


def form_of(output: Path) -> str:
    """The format that the ending of ``output`` names; raises ``UsageError`` if it names none."""
    packed = [e for e in PACKED if output.name.lower().endswith(f".{e}.zip")]
    ending = packed[0] if packed else output.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(
            f"'{output.name}' does not end in a format that is written: {known}.",
            f"“{output.name}”的后缀不是可输出的格式：{known}。",
        )
    return ending


def save(
    table: pd.DataFrame,
    output: Path,
    form: str,
    *,
    lang: Lang,
    layer: str = "landgis",
    stamp: datetime | None = None,
    encoding: str | None = None,
) -> None:
    """Write ``table`` to ``output`` and say so; raises ``UsageError`` if that cannot be."""
    try:
        write(table, output, form, lang=lang.value, layer=layer, stamp=stamp, encoding=encoding)
    except OSError as error:
        raise UsageError(
            f"'{output}' cannot be written ({error.strerror}): give another file with -o.",
            f"无法写入“{output}”（{why_zh(error)}）：请用 -o 指定其他文件。",
        ) from error
    said = pick(
        lang, f"{output}: {counted(len(table), 'row')}.", f"{output}：共 {len(table):,} 行。"
    )
    messages.print(said, markup=False)
    bare = int(table["geometry"].isna().sum()) if form in OUTLINES_ONLY else 0
    if bare:
        en = f"{bare} rows without an outline cannot stand in a {form} and are left out."
        zh = f"{bare} 行没有图形，无法写入 {form}，已略去。"
        messages.print(pick(lang, en, zh), markup=False)


def replace_file(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target`` whole or not at all; raises ``UsageError`` if it cannot."""
    special = target.exists() and not target.is_file()
    part = target if special else target.with_name(target.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise UsageError(
            f"'{target}' cannot be written ({error.strerror}): give another file with -o.",
            f"无法写入“{target}”（{why_zh(error)}）：请用 -o 指定其他文件。",
        ) from error


def pick(lang: Lang, en: str, zh: str) -> str:
    """The sentence in the language asked for."""
    return zh if lang is Lang.ZH else en


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its English noun: ``1 row``, ``1,200 rows``, ``2 entries``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def moment(at: datetime) -> str:
    """A time as people read it here: China's, to the second, with its offset."""
    return at.astimezone(CHINA).isoformat(sep=" ", timespec="seconds")


def plain(text: str) -> str:
    """``text`` on one line and without signs that a terminal would obey, these spelled out."""
    return _OBEYED.sub(lambda met: f"\\u{ord(met[0]):04x}", text)


_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, what turns the direction of writing, and halves of characters."""


def print_text(text: str) -> None:
    """A story to standard output, as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def print_issue_counts(issues: pd.DataFrame, lang: Lang) -> None:
    """One line a kind of issue on standard error, with the first place it was met."""
    for (severity, kind), rows in issues.groupby(["severity", "kind"], sort=True):
        first = rows.iloc[0]
        said = first["message_zh" if lang is Lang.ZH else "message"]
        where = f"{first['file']}:{first['row']}" if first["row"] >= 0 else first["file"]
        word = say(severity, FIELDS["severity"], lang.value)
        en = f"  {word} {kind} x{len(rows)}, first {where}: {said}"
        zh = f"  {word} {kind}，{len(rows)} 处，首见 {where}：{said}"
        messages.print(plain(pick(lang, en, zh)), markup=False)


def _show(table: pd.DataFrame, lang: Lang, title: str, brief: Sequence[str]) -> None:
    """Fitted to the terminal; where there is none, or for very many rows, a row is a line."""
    columns = [c for c in (brief or table.columns) if c in table.columns and c != "geometry"]
    fields = describe(columns)
    heads = {name: _head(name, field, lang) for name, field in fields.items()}
    cells = [[cell(v, fields[c], lang) for v in table[c]] for c in columns]
    if "row" in columns:  # -1 is no row of a file
        at = columns.index("row")
        cells[at] = ["" if text == "-1" else text for text in cells[at]]
    if sys.stdout.isatty() and len(table) <= MOST_FITTED and _fits(heads, cells, fields):
        _fit(title, heads, cells, fields)
        return
    right = [field.kind in NUMERIC for field in fields.values()]
    sys.stdout.write(f"{title}\n\n")
    sys.stdout.writelines(f"{line}\n" for line in aligned([*heads.values()], cells, right))


def _folds(name: str, field: Field) -> bool:
    """Whether cells of a column may go over several lines: names do, numbers and codes do not."""
    return field.kind == "text" and field.terms is None and name not in CODES


def _fits(
    heads: Mapping[str, str], cells: Sequence[Sequence[str]], fields: Mapping[str, Field]
) -> bool:
    """Whether the terminal is wide enough: a number that is cut off is another number."""
    need = 1 + 3 * len(heads)
    for (name, field), column in zip(fields.items(), cells, strict=True):
        widest = max(map(cell_len, (heads[name], *column)))
        need += min(widest, NARROWEST) if _folds(name, field) else widest
    return need <= Console().width


def _fit(
    title: str,
    heads: Mapping[str, str],
    cells: Sequence[Sequence[str]],
    fields: Mapping[str, Field],
) -> None:
    shown = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD)
    for name, field in fields.items():
        folds = _folds(name, field)
        shown.add_column(
            heads[name],
            justify="right" if field.kind in NUMERIC else "left",
            overflow="fold",
            no_wrap=not folds,
        )
    for row in zip(*cells, strict=True):
        shown.add_row(*map(Text, row))  # markup of a name is text
    Console().print(shown)


def _head(name: str, field: Field, lang: Lang) -> str:
    if field.unit == "m2":
        return f"{field.zh.removesuffix(M2_ZH)}（公顷）" if lang is Lang.ZH else f"{name[:-2]}ha"
    return field.zh if lang is Lang.ZH else name


def cell(value: Any, field: Field, lang: Lang) -> str:
    """One value as people read it: dates ISO, hectares, separators, codes as words."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if field.unit == "m2":
        return f"{to_hectares(float(value)):z,.4f}"
    if field.unit == "share":
        return f"{float(value):.2%}"
    if field.kind in ("number", "decimal"):
        return f"{float(value):z,.2f}"
    if field.kind == "date":
        return str(value)[:10]
    if field.kind == "boolean":
        return pick(lang, "yes", "是") if value else pick(lang, "no", "否")
    return plain(say(value, field, lang.value))


@contextmanager
def progress_bar(label: str, *, alone: bool = False) -> Iterator[Any]:
    """A bar on standard error; yields a function that takes the fraction done, 0 to 1.

    ``alone`` draws it without a thread of its own, only when it is told: so that a parser can be
    forked beside it.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    hidden = not messages.is_terminal
    with Progress(
        *columns, console=messages, transient=True, disable=hidden, auto_refresh=not alone
    ) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda done: bar.update(task, completed=done, refresh=alone)
