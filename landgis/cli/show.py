"""How answers leave the command line: a table for people, bytes for machines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from landgis.cli.options import Format, Lang
from landgis.errors import UsageError
from landgis.fields import Field, describe, say
from landgis.writers import write

messages = Console(stderr=True, highlight=False, soft_wrap=True)
"""Messages and progress go here, never to standard output."""


def emit(
    table: pd.DataFrame,
    form: Format,
    output: Path | None,
    *,
    lang: Lang,
    title: str,
    brief: Sequence[str] = (),
) -> None:
    """Write ``table`` as ``form`` to ``output`` or to standard output.

    ``brief`` names the columns that a table for people shows; every other format has them all.
    """
    if form is Format.TABLE and output is None:
        _show(table, lang, title, brief)
        return
    form = _form_of(output, form)
    buffer = BytesIO()
    write(table, buffer, form, lang=lang.value)
    if output is None:
        sys.stdout.buffer.write(buffer.getvalue())
        sys.stdout.buffer.flush()
        return
    replace_file(output, buffer.getvalue())
    messages.print(f"{output}: {len(table)} rows. {output}：共 {len(table)} 行。")


def _form_of(output: Path | None, form: Format) -> str:
    if form is not Format.TABLE or output is None:
        return form.value
    ending = output.suffix.lower().lstrip(".")
    if ending not in set(Format) - {Format.TABLE}:
        raise UsageError(
            f"'{output.name}' does not say its format: end it in .csv, .json, .geojson or .xlsx, "
            "or give --format.",
            f"“{output.name}”未说明格式：请以 .csv、.json、.geojson 或 .xlsx 结尾，或用 --format 指定。",
        )
    return ending


def replace_file(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target`` whole or not at all; raises ``UsageError`` if it cannot."""
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise UsageError(
            f"'{target}' cannot be written ({error.strerror}): give another file with -o.",
            f"无法写入“{target}”（{error.strerror}）：请用 -o 指定其他文件。",
        ) from error


def _show(table: pd.DataFrame, lang: Lang, title: str, brief: Sequence[str]) -> None:
    columns = [c for c in (brief or table.columns) if c in table.columns and c != "geometry"]
    fields = describe(columns)
    shown = Table(title=title, title_justify="left", header_style="bold")
    for name in columns:
        numeric = fields[name].kind in ("number", "integer", "decimal")
        head = fields[name].zh if lang is Lang.ZH else name
        shown.add_column(head, justify="right" if numeric else "left", overflow="fold")
    for values in table[columns].itertuples(index=False):
        shown.add_row(*(cell(v, fields[c], lang) for v, c in zip(values, columns, strict=True)))
    Console(soft_wrap=False).print(shown)


def cell(value: Any, field: Field, lang: Lang) -> str:
    """One value as people read it: dates ISO, numbers with separators, codes as words."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124
        return ""
    if field.kind in ("number", "decimal"):
        return f"{float(value):,.2f}"
    if field.kind == "date":
        return str(value)[:10]
    return say(value, field, lang.value)


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A bar on standard error; yields a function that takes the fraction done, 0 to 1."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=messages, transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda done: bar.update(task, completed=done)
