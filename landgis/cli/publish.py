"""The public list of idle land (order 53 art. 11)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.options import (
    Format,
    KnownOption,
    Lang,
    LangOption,
    OnOption,
    OutputOption,
    RulesOption,
    StoreOption,
)
from landgis.cli.session import opened, taken
from landgis.cli.show import counted, emit, messages, pick, print_text, replace_file
from landgis.documents import publication

STORE = "landgis.db"


class Form(StrEnum):
    """How the public list is written."""

    TABLE = "table"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(publish)


def publish(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    bureau: Annotated[str, typer.Option("--bureau", help="Who publishes. 公开机关。")] = "",
    lang: LangOption = Lang.ZH,
    form: Annotated[
        Form, typer.Option("--format", help="table, html, csv or xlsx. 输出格式。")
    ] = Form.TABLE,
    output: OutputOption = None,
) -> None:
    """The idle land that must be public: finding served, not disposed of. 闲置土地信息公开。

    Names of natural persons are masked, only causes of the government's are told.
    Example: `landgis publish --bureau 示例市自然资源局 -o 公开.html`
    """
    taking = taken(store, on, known, rules)
    with opened(store) as held:
        entries = held.entries(taking.known)
    table = publication.public_list(taking, entries, lang.value)
    is_page = form is Form.HTML or (output is not None and output.suffix.lower() == ".html")
    if not is_page:
        emit(
            table,
            Format(form.value),
            output,
            lang=lang,
            title=(f"public list of idle land {on}", f"闲置土地信息公开 {on}"),
        )
        return
    _write(publication.page(table, on, bureau, lang.value), output)
    said = pick(lang, f"{counted(len(table), 'parcel')} published.", f"公开 {len(table)} 宗。")
    messages.print(said, markup=False)


def _write(page: str, output: Path | None) -> None:
    if output is None:
        print_text(page)
    else:
        replace_file(output, page.encode())
