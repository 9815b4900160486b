"""The record's past: revisions listed, shown and compared; rules adopted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import typer

from landgis import audit as heads
from landgis.changes import COLUMNS, differences
from landgis.cli.options import (
    Format,
    FormatOption,
    KnownOption,
    Lang,
    LangOption,
    OutputOption,
    StoreOption,
)
from landgis.cli.session import opened
from landgis.cli.show import counted, emit, messages, pick, print_text, replace_file
from landgis.errors import UsageError
from landgis.fields import FIELDS
from landgis.schema import LAYERS, layer_schema
from landgis.store import Revision, Store
from landgis.store.history import CHINA
from landgis.terms import Change

STORE = "landgis.db"
BRIEF = ("rev", "at", "kind", "layer", "author", "added", "changed", "ended", "files", "reason")

PAGE_ENDINGS = (".html", ".htm")
DRAWS: list[Callable[..., str]] = []
"""Who makes a page of changes of them, the districts and both moments: maps, where it is there."""

revisions_app = typer.Typer(no_args_is_help=True, help="What the record knew when. 数据版本。")

KnownArgument = Annotated[str, typer.Argument(metavar="REV|TIME", help="版本号或时间。")]
AuthorOption = Annotated[str, typer.Option("--author", help="Who does it. 操作人。")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why. 事由。")]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(revisions_app, name="revisions")


@revisions_app.command("list")
def list_(
    *,
    store: StoreOption = STORE,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Every revision: who, when, from which files, why, under which rules. 版本清单。

    Example: `landgis revisions list --format csv`
    """
    with opened(store) as record:
        table = pd.DataFrame([row_of(revision) for revision in record.revisions()])
    emit(table, form, output, lang=lang, title=("revisions", "数据版本"), brief=BRIEF)


@revisions_app.command()
def show(
    revision: KnownArgument,
    *,
    store: StoreOption = STORE,
    lang: LangOption = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON. 输出 JSON。")] = False,
) -> None:
    """One revision with its files, settings, rules and audit entry. 查看一个版本。

    Example: `landgis revisions show 3`
    """
    with opened(store) as record:
        found = record.revisions()[record.resolve(revision)]
        seal = record.sealed(found.rev)
        row = row_of(found)
    if as_json:
        audit = {"seq": seal.seq, "algorithm": seal.algorithm, "hash": seal.digest}
        print_text(json.dumps({**row, "audit": audit}, ensure_ascii=False, indent=2))
        return
    told = [(_name(name, lang), value) for name, value in row.items()]
    # as `landgis audit head` prints it, so that it can be given back as --head
    told.append((pick(lang, "audit entry", "审计链条目"), heads.head(seal)))
    print_text("\n".join(f"{name}: {value}" for name, value in told))


@revisions_app.command()
def diff(
    one: KnownArgument,
    other: KnownArgument,
    *,
    store: StoreOption = STORE,
    layer: Annotated[
        str | None, typer.Option("--layer", help="Only this layer. 只看一个图层。")
    ] = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """What changed from one revision to another: in words, as a table, as a map. 版本比较。

    Added, changed (which columns, from what to what), only reshaped, ended. The GeoJSON has the
    outline of each as it is, or as it was if it ended; so has the map, a page that needs nothing
    else.
    Example: `landgis revisions diff 3 5 -o changes.html`
    Example: `landgis revisions diff 3 5 --format geojson -o changes.geojson`
    """
    with opened(store) as record:
        ends = record.resolve(one), record.resolve(other)
        table = changes(record, *ends, layer)
        if output is not None and output.suffix.lower() in PAGE_ENDINGS:
            _draw(record, table, ends, output, lang)
            return
    said = "message_zh" if lang is Lang.ZH else "message"
    title = (f"changes {one} - {other}", f"版本比较 {one} - {other}")
    emit(table, form, output, lang=lang, title=title, brief=("change", said))
    counts = table["change"].value_counts()
    told = ", ".join(
        f"{pick(lang, c.en, c.zh)} {counts[c.value]}" for c in Change if c.value in counts
    )
    messages.print(told or pick(lang, "nothing changed", "没有变化"), markup=False)


@revisions_app.command()
def lineage(
    piece: Annotated[
        str | None,
        typer.Argument(metavar="PIECE_ID", help="Only the forebears of this one. 只看此图斑。"),
    ] = None,
    *,
    store: StoreOption = STORE,
    known: KnownOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Of which earlier pieces each later one was made, by a split or a merge. 图斑沿革。

    Of one piece: its predecessors, theirs, and so on.
    Example: `landgis revisions lineage --format csv`
    """
    with opened(store) as record:
        table = record.lineage(record.resolve(known))
    if piece is not None:
        table = forebears(table, piece)
    emit(table, form, output, lang=lang, title=("lineage", "图斑沿革"))


def forebears(table: pd.DataFrame, piece: str) -> pd.DataFrame:
    """The rows of a lineage (rev, piece_id, predecessor_id) that lead to ``piece``."""
    wanted, before = {piece}, 0
    while len(wanted) > before:
        before = len(wanted)
        wanted |= set(table.loc[table["piece_id"].isin(wanted), "predecessor_id"])
    return table[table["piece_id"].isin(wanted)].reset_index(drop=True)


def _draw(
    record: Store, table: gpd.GeoDataFrame, ends: tuple[int, int], output: Path, lang: Lang
) -> None:
    """Write the map of the changes by whoever draws them."""
    if not DRAWS:
        raise UsageError(
            "there is nothing here that draws a page: choose csv, xlsx or geojson.",
            "未安装地图组件，无法绘图：请选用 csv、xlsx 或 geojson。",
        )
    revisions = record.revisions()
    moments = [f"{rev} ({revisions[rev].at.astimezone(CHINA):%Y-%m-%d %H:%M})" for rev in ends]
    districts = record.layers(ends[1], ["districts"])["districts"]
    replace_file(output, DRAWS[0](table, districts, *moments, lang=lang.value).encode())
    said = pick(
        lang, f"{output}: {counted(len(table), 'change')}.", f"{output}：共 {len(table)} 项变化。"
    )
    messages.print(said, markup=False)


def changes(record: Store, one: int, other: int, layer: str | None = None) -> gpd.GeoDataFrame:
    """What changed between two revisions in every layer, or in one."""
    names = [layer_schema(layer).name] if layer else list(LAYERS)
    found = [(name, *record.changed(name, one, other)) for name in names]
    tables = [
        differences(LAYERS[name], before, after, record.crs)
        for name, before, after in found
        if len(before) or len(after)
    ]
    if not tables:
        nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
        return gpd.GeoDataFrame(nothing, geometry=[], crs=record.crs)
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=record.crs)


def row_of(revision: Revision) -> dict[str, Any]:
    """A revision as one row of a table; lists by semicolons."""
    r = revision
    plain = ("rev", "kind", "layer", "author", "command", "reason", "added", "changed")
    return {
        **{name: "" if (v := getattr(r, name)) is None else v for name in plain},
        "unchanged": r.unchanged,
        "ended": r.ended,
        # with its zone, so that it can be given back as --known
        "at": r.at.astimezone(CHINA).isoformat(),
        "files": ";".join(source.name for source in r.sources),
        "sha256": ";".join(source.sha256 for source in r.sources),
        "rulebook": r.rulebook,
        "software": r.software,
        "settings": json.dumps(dict(r.settings), ensure_ascii=False, sort_keys=True),
    }


def _name(name: str, lang: Lang) -> str:
    return FIELDS[name].zh if lang is Lang.ZH and name in FIELDS else name
