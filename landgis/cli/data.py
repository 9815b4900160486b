"""Data in and out: import, check, convert, export."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from landgis import inventory
from landgis.cli.options import (
    Format,
    FormatOption,
    KnownOption,
    Lang,
    LangOption,
    OnOption,
    OutputOption,
    RulesOption,
    StoreOption,
    today,
)
from landgis.cli.session import crs_of, is_new, opened, rehearsed, rulebook_of, taken
from landgis.cli.show import (
    emit,
    form_of,
    messages,
    pick,
    print_issue_counts,
    progress_bar,
    replace_file,
    save,
)
from landgis.conflicts import as_issues
from landgis.conflicts import conflicts as conflicts_of
from landgis.convert import convert as converted
from landgis.documents import faults
from landgis.dump import dump
from landgis.errors import UnreadableFile, UsageError
from landgis.intake import (
    Options,
    Report,
    arrive,
    beside,
    changes,
    check_accepted,
    finish_cut,
    refusal,
    remembered,
    settle,
    suggest_map,
)
from landgis.issues import join
from landgis.readers.examples import catalogue
from landgis.schema import LAYERS, layer_schema

STORE = "landgis.db"
LISTED = ", ".join(LAYERS)
ISSUE_BRIEF = ("severity", "kind", "layer", "feature_id", "file", "row")

LayerArgument = Annotated[str, typer.Argument(metavar="LAYER", help=f"One of {LISTED}. 图层。")]
CrsOption = Annotated[
    int | None,
    typer.Option("--crs", help="EPSG code of a file that does not say its own. 坐标系。"),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help="Encoding of the text, if guessed wrong. 编码。")
]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", metavar="MAP.toml", help="Which header is which column. 映射。"),
]
SourceLayerOption = Annotated[
    str | None, typer.Option("--source-layer", help="Layer or sheet inside the file. 源图层或表。")
]
AcceptOption = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="KIND", help="Take errors of this kind as they are. 接受。"),
]
AttributesOption = Annotated[
    Path | None,
    typer.Option("--attributes", metavar="TABLE", help="Records of these outlines. 属性表。"),
]
ShiftOption = Annotated[
    str | None,
    typer.Option(
        "--datum-shift",
        metavar="4|7 NUMBERS",
        help="From Xian 80 or Beijing 54 by your own parameters. 旧坐标系转换参数。",
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="COLUMN", help="Column that both files have. 关联字段。"),
]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.command("import")(import_)
    for command in (check, convert, export):
        app.command()(command)


def import_(
    layer: LayerArgument,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to read. 文件。")],
    store: StoreOption = STORE,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    mapping: MapOption = None,
    suggest: Annotated[
        bool,
        typer.Option("--suggest-map", help="Print a first MAP.toml, import nothing. 建议映射。"),
    ] = False,
    source_layer: SourceLayerOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="The files are everything: what is missing ends. 全量。")
    ] = False,
    accept: AcceptOption = None,
    author: Annotated[str, typer.Option("--author", help="Who imports. 操作人。")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why. 事由。")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, change nothing. 试运行。")
    ] = False,
    cut: Annotated[
        bool, typer.Option("--cut/--no-cut", help="Cut into pieces now, or when asked. 是否切分。")
    ] = True,
    rules: RulesOption = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Record files that were imported before. 再次导入。"),
    ] = False,
    attributes: AttributesOption = None,
    key: KeyOption = None,
    datum_shift: ShiftOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """Files into the record: read, checked, one revision, all or nothing. 导入数据。

    An error stops the import and says what to do; --accept KIND takes rows as they are.
    Example: `landgis import approvals 批次.gpkg --source-layer 批次`
    """
    options = Options(
        crs=crs,
        encoding=encoding,
        mapping=mapping,
        source_layer=source_layer,
        accept=frozenset(accept or ()),
        full=full,
        dry_run=dry_run,
        author=author,
        command=f"import {layer} {' '.join(path.name for path in files)}",
        reason=reason,
        today=today(),
        rulebook=rulebook_of(rules),
        again=again,
        attributes=attributes,
        key=key,
        datum_shift=datum_shift,
    )
    layer_schema(layer)
    _must_exist(files)
    if suggest:
        sys.stdout.write(suggest_map(files[0], layer, options))
        return
    if mapping is None and not is_new(store):
        with opened(store) as record:
            options = replace(options, remembered=remembered(record, layer))
    if messages.is_terminal:
        messages.print(pick(lang, "reading and checking ...", "正在读取和检查……"))
    arrival = arrive(layer, files, options, crs=crs_of(store))
    print_issue_counts(arrival.report.issues, lang)
    if arrival.report.refusal:
        raise arrival.report.refusal
    with rehearsed(store) if dry_run else opened(store, create=True) as record:
        if dry_run:
            _rehearse(changes(record, arrival, options), lang)
        with progress_bar(pick(lang, "record", "入库")) as bar:
            report = settle(record, arrival, options, progress=bar)
        print_issue_counts(report.issues.iloc[len(arrival.report.issues) :], lang)
        if report.refusal:
            raise report.refusal
        _report(report, lang)
        if cut and not dry_run:
            with progress_bar(pick(lang, "cut", "切分")) as bar:
                finish_cut(record, bar)


CHANGES = {"added": "新增", "changed": "属性变更", "reshaped": "仅图形变更",
           "unchanged": "未变", "missing": "缺失"}  # fmt: skip


def _rehearse(found: pd.DataFrame, lang: Lang) -> None:
    """What would change: counts on standard error, the rows on standard output."""
    counts = found["change"].value_counts()
    said = [(en, zh, int(counts.get(en, 0))) for en, zh in CHANGES.items()]
    en = ", ".join(f"{name} {count}" for name, _, count in said)
    zh = "，".join(f"{name} {count}" for _, name, count in said)
    messages.print(pick(lang, f"would be: {en}.", f"将会：{zh}。"), markup=False)
    emit(
        found[found["change"] != "unchanged"],
        Format.TABLE,
        None,
        lang=lang,
        title="将发生的变化 changes",
    )


def _must_exist(files: list[Path]) -> None:
    for path in files:
        try:
            there = path.exists()
        except OSError:  # a name too long, a folder that may not be entered
            there = False
        if not there:
            raise UnreadableFile(
                "there is no such file: check the path.",
                "没有这个文件：请检查路径。",
                file=str(path),
            )


def _report(report: Report, lang: Lang) -> None:
    names = "、".join(report.files)
    if report.revision is None:
        return
    r = report.revision
    if r.repeats:
        messages.print(
            pick(
                lang,
                f"{names}: nothing was recorded, this command made revision {r.rev} already; "
                "--again records it once more.",
                f"{names}：未写入，该命令已生成版本 {r.rev}；如需再次写入请加 --again。",
            ),
            markup=False,
        )
        return
    counts_en = f"added {r.added}, changed {r.changed}, unchanged {r.unchanged}, ended {r.ended}"
    counts_zh = f"新增 {r.added}，变更 {r.changed}，未变 {r.unchanged}，终止 {r.ended}"
    if r.recorded:
        head_en, head_zh = f"revision {r.rev}", f"版本 {r.rev}"
    else:
        head_en, head_zh = "nothing was recorded", "未写入"
    messages.print(
        pick(
            lang,
            f"{names} -> {report.layer}: {report.rows} rows, {head_en}: {counts_en}.",
            f"{names} → {LAYERS[report.layer].zh}：共 {report.rows} 行，{head_zh}：{counts_zh}。",
        ),
        markup=False,
    )


def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file; without it the store. 文件。")
    ] = None,
    *,
    layer: Annotated[
        str | None, typer.Option("--layer", help="What the file holds: a layer's name. 图层。")
    ] = None,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Only contradictions, with their land. 只列冲突。")
    ] = False,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="Every kind of issue with an example. 问题种类及示例。")
    ] = False,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    mapping: MapOption = None,
    source_layer: SourceLayerOption = None,
    attributes: AttributesOption = None,
    key: KeyOption = None,
    datum_shift: ShiftOption = None,
    accept: AcceptOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """What is wrong in a file before it is stored, or in the whole record. 数据检查。

    A file is also held against the record at --store, where there is one. Exit status 1 if there
    is an issue of severity error. `-o report.html` or `-o report.xlsx` is a report to send back to
    the supplier.
    Examples: `landgis check 供地.xlsx --layer supplies`, `landgis check --conflicts -o c.geojson`,
    `landgis check --kinds`
    """
    check_accepted(frozenset(accept or ()))
    said, fix = ("message_zh", "fix_zh") if lang is Lang.ZH else ("message", "fix")
    if kinds:
        shown = ("severity", "kind", "owner", said, fix)
        emit(catalogue(), form, output, lang=lang, title="问题种类 kinds", brief=shown)
        return
    if file is not None:
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
        issues = _issues_of(file, layer, options, store)
    else:
        taking = taken(store, on, known)
        found = conflicts_of(taking.covers, on)
        if conflicts:
            emit(found, form, output, lang=lang, title=f"冲突 conflicts {on}")
            return
        issues = join([taking.issues, as_issues(found)])
    if output is not None and output.suffix.lower() in (".html", ".htm"):
        name = file.name if file is not None else Path(store).name
        replace_file(output, faults.page(issues, name, lang.value).encode())
    else:
        emit(issues, form, output, lang=lang, title="数据问题 issues", brief=(*ISSUE_BRIEF, said))
    if refusal(issues, frozenset(accept or ())):
        raise typer.Exit(1)


def _issues_of(file: Path, layer: str | None, options: Options, store: str) -> pd.DataFrame:
    """The issues of a file, those that only the record at ``store`` can tell among them."""
    if layer is None:
        raise UsageError(
            f"'{file.name}' could be any layer: say which with --layer, one of {LISTED}.",
            f"无法判断“{file.name}”的图层：请用 --layer 指定，可用 {LISTED}。",
        )
    layer_schema(layer)
    _must_exist([file])
    arrival = arrive(layer, [file], options, crs=crs_of(store))
    if not is_new(store):
        with opened(store) as record:
            arrival = beside(record, arrival, options)
    return arrival.report.issues


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
    _must_exist([file])
    table, issues = converted(file, options, layer=layer)
    print_issue_counts(issues, lang)
    refused = refusal(issues, accepted)
    if refused:
        raise refused
    save(table, output, form, lang=lang)


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

    Formats: csv, json, geojson, gpkg, fgb, gdb (a zip), shp, dxf, xlsx, parquet, txt (勘测定界).
    --everything writes all there ever was as GeoParquet, JSON Lines and a page that explains them.
    Examples: `landgis export supplies -o supplies.gpkg`, `landgis export --everything archive`
    """
    if everything is not None:
        with opened(store) as record:
            count = dump(record, everything)
        said = pick(lang, f"{everything}: {count} files.", f"{everything}：共 {count} 个文件。")
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
