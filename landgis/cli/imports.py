"""Files into the record: read, checked, rehearsed, recorded, cut."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from landgis.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OutputOption,
    RulesOption,
    StoreOption,
    today,
)
from landgis.cli.reading import (
    STORE,
    AcceptOption,
    AttributesOption,
    CrsOption,
    EncodingOption,
    KeyOption,
    LayerArgument,
    MapOption,
    ShiftOption,
    SourceLayerOption,
    must_exist,
)
from landgis.cli.session import crs_of, cut_to_end, is_new, opened, rehearsed, rulebook_of
from landgis.cli.show import emit, messages, pick, print_issue_counts, progress_bar
from landgis.intake import (
    Options,
    Report,
    arrive,
    changes,
    remembered,
    settle,
    suggest_map,
)
from landgis.schema import LAYERS, layer_schema
from landgis.terms import Change

WOULD = (Change.ADDED, Change.CHANGED, Change.RESHAPED, Change.UNCHANGED, Change.MISSING)
"""What a delivery would do to features, in the order in which it is counted."""


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
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Files into the record: read, checked, one revision, all or nothing. 导入数据。

    An error stops the import and says what to do; --accept KIND takes rows as they are.
    --dry-run lists what would change, with old and new values, as --format or -o FILE says.
    Examples: `landgis import approvals 批次.gpkg --source-layer 批次`,
    `landgis import supplies 供地.xlsx --dry-run --full -o changes.xlsx`
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
    must_exist(files)
    if suggest:
        sys.stdout.write(suggest_map(files[0], layer, options))
        return
    if mapping is None and not is_new(store):
        with opened(store) as record:
            options = replace(options, remembered=remembered(record, layer))
    with progress_bar(pick(lang, "read and check", "读取和检查"), alone=True) as bar:
        arrival = arrive(layer, files, options, crs=crs_of(store), progress=bar)
    print_issue_counts(arrival.report.issues, lang)
    if arrival.report.refusal:
        raise arrival.report.refusal
    with rehearsed(store) if dry_run else opened(store, create=True) as record:
        if dry_run:
            _rehearse(changes(record, arrival, options), lang, form, output)
        with progress_bar(pick(lang, "record", "入库")) as bar:
            report = settle(record, arrival, options, progress=bar)
        print_issue_counts(report.issues.iloc[len(arrival.report.issues) :], lang)
        if report.refusal:
            raise report.refusal
        _report(report, lang)
        if cut and not dry_run:
            cut_to_end(record)


def _rehearse(found: pd.DataFrame, lang: Lang, form: Format, output: Path | None) -> None:
    """What would change: counts on standard error, the rows on standard output or in a file."""
    counts = found["change"].value_counts()
    said = [(c.en, c.zh, int(counts.get(c.value, 0))) for c in WOULD]
    en = ", ".join(f"{name} {count}" for name, _, count in said)
    zh = "，".join(f"{name} {count}" for _, name, count in said)
    messages.print(pick(lang, f"would be: {en}.", f"将会：{zh}。"), markup=False)
    changed = found[found["change"] != Change.UNCHANGED.value]
    if len(changed) or form is not Format.TABLE or output is not None:
        title = ("changes to come", "将发生的变化")
        emit(changed, form, output, lang=lang, title=title)


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
