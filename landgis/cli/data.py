"""Data in and out: import, check, convert, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from landgis import inventory
from landgis.cli.checks import check
from landgis.cli.imports import import_
from landgis.cli.options import (
    KnownOption,
    Lang,
    LangOption,
    OnOption,
    RulesOption,
    StoreOption,
    today,
)
from landgis.cli.reading import (
    LISTED,
    STORE,
    AcceptOption,
    AttributesOption,
    CrsOption,
    EncodingOption,
    KeyOption,
    MapOption,
    ShiftOption,
    SourceLayerOption,
    must_exist,
)
from landgis.cli.session import opened, taken
from landgis.cli.show import (
    counted,
    form_of,
    messages,
    pick,
    print_issue_counts,
    progress_bar,
    save,
)
from landgis.convert import convert as converted
from landgis.convert import without_outlines
from landgis.dump import dump
from landgis.errors import UsageError
from landgis.intake import Options, check_accepted, refusal
from landgis.schema import LAYERS, layer_schema

UNLOCATED = ("geojson", "gpkg", "shp", "fgb", "gdb")
"""Formats in which records without outlines can stand, each with an empty geometry."""


_COLUMNS = ("the outlines are left out: a {form} holds columns alone.",
            "已略去图形：{form} 只含各列。")  # fmt: skip
LEFT_OUT = {
    **dict.fromkeys(("csv", "json", "xlsx"), _COLUMNS),
    "dxf": ("the columns are left out: a {form} holds outlines alone, and no coordinate system.",
            "已略去各列：{form} 只含图形，也不含坐标系。"),
    "txt": ("columns are left out: a {form} holds number, name, sheet, use and code of a parcel.",
            "已略去其余各列：{form} 只含地块的编号、名称、图幅号、用途和地类编码。"),
}  # fmt: skip
"""What a format cannot hold of features with outlines, to be said."""


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.command("import")(import_)
    for command in (check, convert, export):
        app.command()(command)


def convert(
    file: Annotated[Path, typer.Argument(help="The file to read. 源文件。")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="目标文件。")],
    layer: Annotated[
        str | None,
        typer.Option("--layer", help="Read it as this layer; else as it comes. 按图层读取。"),
    ] = None,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    mapping: MapOption = None,
    source_layer: SourceLayerOption = None,
    attributes: AttributesOption = None,
    key: KeyOption = None,
    datum_shift: ShiftOption = None,
    accept: AcceptOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """Any format in, any out, all the checks, no store. 格式转换。

    Example: `landgis convert 供地.shp --layer supplies -o 供地.geojson`
    """
    options = Options(
        crs,
        encoding,
        mapping,
        source_layer,
        today=today(),
        attributes=attributes,
        key=key,
        datum_shift=datum_shift,
    )
    form = form_of(output)
    accepted = frozenset(accept or ())
    check_accepted(accepted)
    must_exist([file])
    _spare([p for p in (file, attributes) if p is not None], output)
    with progress_bar(pick(lang, "read and check", "读取和检查"), alone=True) as bar:
        table, issues = converted(file, options, layer=layer, progress=bar)
    print_issue_counts(issues, lang)
    refused = refusal(issues, accepted)
    if refused:
        raise refused
    if not isinstance(table, gpd.GeoDataFrame) and form in UNLOCATED:
        table = without_outlines(table)
        messages.print(
            pick(
                lang,
                "the file has no outlines: every geometry is empty.",
                "文件没有图形：输出的图形均为空。",
            ),
            markup=False,
        )
    save(table, output, form, lang=lang)
    _say_left_out(table, form, lang)


def _spare(sources: list[Path], output: Path) -> None:
    """Raise ``UsageError`` where a file that is read would be written over."""
    if any(source.exists() and output.exists() and source.samefile(output) for source in sources):
        raise UsageError(
            f"'{output}' is the file that is read: give another name with -o.",
            f"“{output}”正是所读取的源文件：请用 -o 指定其他名称。",
        )


def export(
    what: Annotated[
        str | None, typer.Argument(help=f"{LISTED}, stock or idle. 图层或清单。")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Its ending is the format. 目标文件。"),
    ] = None,
    everything: Annotated[
        Path | None,
        typer.Option("--everything", metavar="DIR", help="The whole record, open. 整库导出。"),
    ] = None,
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of a survey TXT (default GBK). 编码。")
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """A layer, the stock or the idle list as a file that others read. 导出。

    Formats: csv, json, geojson, gpkg, fgb, gdb, shp (as .gdb.zip, .shp.zip packed), dxf, xlsx,
    parquet, txt (勘测定界).
    --everything writes all there ever was as GeoParquet, JSON Lines and a page that explains them.
    Examples: `landgis export supplies -o supplies.gpkg`, `landgis export --everything archive`
    """
    if everything is not None:
        if any(said is not None for said in (what, output, known, rules, encoding)):
            raise UsageError(
                "--everything writes the whole record with all its revisions: give it DIR alone.",
                "--everything 导出全部数据和全部版本：请只指定目录，不与其他选项同用。",
            )
        with opened(store) as record:
            count = dump(record, everything)
        said = pick(
            lang, f"{everything}: {counted(count, 'file')}.", f"{everything}：共 {count} 个文件。"
        )
        messages.print(said, markup=False)
        return
    if what is None or output is None:
        raise UsageError(
            "say what to export and where to: `landgis export supplies -o supplies.gpkg`, or "
            "--everything DIR.",
            "请指定导出内容和文件：landgis export supplies -o supplies.gpkg，或 --everything DIR。",
        )
    form = form_of(output)
    if what not in (*LAYERS, "stock", "idle"):
        layer_schema(what)
    taking = taken(store, on, known, rules)
    if what in LAYERS:
        table = taking.layers[what].table
    else:
        table = inventory.stock(taking) if what == "stock" else inventory.idle(taking)
    save(table, output, form, lang=lang, layer=what, stamp=taking.known_at, encoding=encoding)
    _say_left_out(table, form, lang)


def _say_left_out(table: pd.DataFrame, form: str, lang: Lang) -> None:
    """What of ``table`` cannot stand in ``form``."""
    if form in LEFT_OUT and isinstance(table, gpd.GeoDataFrame) and table.geometry.notna().any():
        en, zh = LEFT_OUT[form]
        messages.print(pick(lang, en, zh).format(form=form), markup=False)
