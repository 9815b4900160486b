"""The options that several commands share, with the help that teaches them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer


class Lang(StrEnum):
    """The language of messages and headers."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    GEOJSON = "geojson"
    XLSX = "xlsx"


class Telling(StrEnum):
    """How a story is told."""

    TEXT = "text"
    JSON = "json"


def today() -> date:
    """Today in China: the only clock of the system, and only a default."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def as_date(text: str) -> date:
    """A date written as ISO; raises ``BadParameter`` with the way to write it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is not a date: write it like 2020-12-31.") from error


def _remember(ctx: typer.Context, lang: Lang) -> Lang:
    if ctx.find_root().obj is not None:
        ctx.find_root().obj.lang = lang.value
    return lang


StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="LANDGIS_STORE",
        help="Where the record is kept: a file (SQLite) or postgresql://... 数据库文件或地址。",
        metavar="PATH|URL",
        show_default=True,
    ),
]
OnOption = Annotated[
    date,
    typer.Option(
        "--on",
        parser=as_date,
        metavar="DATE",
        default_factory=lambda: today().isoformat(),
        help="True on this date (default: today in Asia/Shanghai). 认定基准日。",
        show_default=False,
    ),
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="REV|TIME",
        help="What the record knew at a revision or a time (default: the newest). 数据版本。",
    ),
]
RulesOption = Annotated[
    str | None,
    typer.Option(
        "--rules",
        metavar="NAMES",
        help=(
            "Rule folders by commas, names in landgis/rules or paths (default: national; with "
            "--known the rules of that revision). 规则库。"
        ),
    ),
]
LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang",
        envvar="LANDGIS_LANG",
        callback=_remember,
        is_eager=True,
        help="Language of messages and table headers. 语言。",
    ),
]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", help="table for people, the others for machines and spreadsheets. 输出格式。"
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", help="Write here instead of standard output. 输出文件。", metavar="FILE"
    ),
]
