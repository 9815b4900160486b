"""What is wrong in a file before it is stored, or in the whole record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from landgis.cli.options import (
    Format,
    FormatOption,
    KnownOption,
    Lang,
    LangOption,
    OnOption,
    OutputOption,
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
from landgis.cli.session import crs_of, is_new, opened, taken
from landgis.cli.show import emit, messages, pick, progress_bar, replace_file
from landgis.conflictissues import as_issues
from landgis.conflicts import conflicts as conflicts_of
from landgis.convert import convert as converted
from landgis.documents import faults
from landgis.intake import (
    Options,
    arrive,
    beside,
    check_accepted,
    outlines_beside,
    refusal,
    remembered,
    uncompared,
)
from landgis.issues import join
from landgis.readers.examples import catalogue
from landgis.schema import layer_schema
from landgis.terms import Severity

ISSUE_BRIEF = ("severity", "kind", "layer", "feature_id", "file", "row")


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

    A file is also held against the record at --store, where there is one; without --layer it is
    checked as it comes. Exit status 1 if there is an issue of severity error. `-o report.html` or
    `-o report.xlsx` is a report to send back to the supplier.

    Contradictions are those of `--on`; one that has ended is listed for a day before its
    `until_on`. `days` counts the days of the overlap from `from_on` to `--on`, both included.
    冲突按基准日列出；days 为重叠天数，首尾两日均计入。

    Examples: `landgis check 供地.xlsx --layer supplies`, `landgis check 红线.txt`,
    `landgis check --conflicts -o c.geojson`, `landgis check --kinds`
    """
    check_accepted(frozenset(accept or ()))
    said, fix = ("message_zh", "fix_zh") if lang is Lang.ZH else ("message", "fix")
    if kinds:
        shown = ("severity", "kind", "owner", said, fix)
        emit(
            catalogue(), form, output, lang=lang, title=("kinds of issues", "问题种类"), brief=shown
        )
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
        issues = _gravest_first(_issues_of(file, layer, options, store, lang))
    else:
        taking = taken(store, on, known)
        found = conflicts_of(taking.covers, on)
        if conflicts:
            emit(found, form, output, lang=lang, title=(f"conflicts {on}", f"冲突 {on}"))
            return
        issues = join([taking.issues, as_issues(found)])
    if output is not None and output.suffix.lower() in (".html", ".htm"):
        name = file.name if file is not None else Path(store).name
        replace_file(output, faults.page(issues, name, lang.value).encode())
    else:
        emit(
            issues,
            form,
            output,
            lang=lang,
            title=("issues", "数据问题"),
            brief=(*ISSUE_BRIEF, said),
        )
    if refusal(issues, frozenset(accept or ())):
        raise typer.Exit(1)


def _issues_of(
    file: Path, layer: str | None, options: Options, store: str, lang: Lang
) -> pd.DataFrame:
    """The issues of a file, those that only the record at ``store`` can tell among them."""
    must_exist([file])
    with progress_bar(pick(lang, "read and check", "读取和检查"), alone=True) as bar:
        if layer is None:
            return _as_it_comes(file, options, store, lang, bar)
        layer_schema(layer)
        if not is_new(store) and options.mapping is None:
            with opened(store) as record:
                options = replace(options, remembered=remembered(record, layer))
        arrival = arrive(layer, [file], options, crs=crs_of(store), progress=bar)
    if is_new(store):
        return uncompared(arrival).report.issues
    with opened(store) as record:
        return beside(record, arrival, options).report.issues


def _as_it_comes(
    file: Path, options: Options, store: str, lang: Lang, progress: Callable[[float], None]
) -> pd.DataFrame:
    """The issues of a file of no known layer: all that need no schema."""
    messages.print(
        pick(
            lang,
            f"'{file.name}' is checked as it comes; --layer, one of {LISTED}, checks its columns "
            "too.",
            f"“{file.name}”按原样检查；用 --layer（{LISTED}）可同时检查各列。",
        ),
        markup=False,
    )
    table, issues = converted(file, options, progress=progress)
    if not isinstance(table, gpd.GeoDataFrame):
        return issues
    if is_new(store):
        return join([issues, outlines_beside(None, table, file.name)])
    with opened(store) as record:
        return join([issues, outlines_beside(record, table, file.name)])


def _gravest_first(issues: pd.DataFrame) -> pd.DataFrame:
    """Errors before warnings before what is only said, else as they were found."""
    order = {severity.value: place for place, severity in enumerate(Severity)}
    return issues.sort_values("severity", key=lambda s: s.map(order), kind="stable").reset_index(
        drop=True
    )
