"""The law without a store: determine a record file, list the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from landgis.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    OutputOption,
    RulesOption,
    StoreOption,
    as_date,
)
from landgis.cli.reading import CrsOption, EncodingOption, MapOption, SourceLayerOption
from landgis.cli.session import opened, rulebook_of
from landgis.cli.show import counted, emit, messages, pick, print_issue_counts, print_text
from landgis.determine import assess
from landgis.documents import rules as documents
from landgis.errors import UsageError
from landgis.fields import FIELDS, say
from landgis.intake import Options, read_layer
from landgis.issues import join
from landgis.measure import DEFAULT_CRS
from landgis.schema import LAYERS, RECORDS, SUPPLIES
from landgis.stations import Assessment
from landgis.store.facts import empty

BRIEF = (
    "supply_id",
    "project_name",
    "standing",
    "due_on",
    "full_years",
    "outcome",
    "basis",
    "fee_yuan",
    "next_on",
)

RULE_BRIEF = ("rule", "title_zh", "from_on", "until_on", "in_force", "articles", "source_status")
DIFF_BRIEF = ("rule", "rule_change", "title_zh", "before", "after", "articles")

rules_app = typer.Typer(no_args_is_help=True, help="The law as data. 规则库。")


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.command()(determine)
    app.add_typer(rules_app, name="rules")


def determine(
    file: Annotated[
        Path, typer.Argument(help="Records of supplies: CSV, XLSX, GPKG ... 供地台账。")
    ],
    *,
    on: OnOption,
    delays: Annotated[
        Path | None, typer.Option("--delays", help="Causes of delay, a file. 闲置原因表。")
    ] = None,
    amendments: Annotated[
        Path | None, typer.Option("--amendments", help="Amendments, a file. 补充协议表。")
    ] = None,
    rules: RulesOption = None,
    crs: CrsOption = None,
    encoding: EncodingOption = None,
    mapping: MapOption = None,
    source_layer: SourceLayerOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The same findings for every row of a record file, without a store. 逐行研判。

    The summary by outcome with the yuan goes to standard error, and so do the problems of the
    file. Whatever is found the exit status is 0: `landgis check` is the command that says 1.
    Example: `landgis determine 供应结果.csv --on 2020-04-15 --format csv -o findings.csv`
    """
    options = Options(crs, encoding, mapping, source_layer)
    layers = {name: empty(LAYERS[name], DEFAULT_CRS) for name in RECORDS}
    layers[SUPPLIES.name], issues = read_layer(file, SUPPLIES.name, options)
    for name, path in (("delays", delays), ("amendments", amendments)):
        if path is not None:
            layers[name], more = read_layer(path, name, Options(encoding=encoding))
            issues = join([issues, more])
    found = assess(layers, rulebook_of(rules), on)
    emit(
        found.supplies, form, output, lang=lang, title=(f"findings {on}", f"研判 {on}"), brief=BRIEF
    )
    print_issue_counts(issues, lang)
    summarise(found, lang)


def summarise(found: Assessment, lang: Lang) -> None:
    """Counts by standing and, by outcome and basis, the number of supplies, mu and yuan."""
    table = found.supplies
    standings = table["standing"].value_counts(sort=False)
    listed = ", ".join(
        f"{say(code, FIELDS['standing'], lang.value)} {count}" for code, count in standings.items()
    )
    how_many = counted(len(table), "supply", "supplies")
    total = pick(lang, f"{how_many}: {listed}.", f"共 {len(table):,} 宗：{listed}。")
    messages.print(total, markup=False)
    title = pick(lang, "By outcome", "按研判结果汇总")
    shown = Table(title=title, title_justify="left")
    heads = pick(
        lang, "outcome,basis,supplies,mu,fee yuan", "研判结果,依据,宗数,面积（亩）,闲置费（元）"
    )
    for place, head in enumerate(heads.split(",")):
        shown.add_column(head, justify="left" if place < 2 else "right")
    spoken = table[table["outcome"] != ""]
    for (outcome, basis), rows in spoken.groupby(["outcome", "basis"], observed=True):
        shown.add_row(
            say(outcome, FIELDS["outcome"], lang.value),
            say(basis, FIELDS["basis"], lang.value),
            f"{len(rows):,}",
            f"{rows['area_mu'].sum():,.2f}",
            _yuan(rows["fee_yuan"]),
        )
    messages.print(shown)


def _yuan(fees: pd.Series[float]) -> str:
    """The sum of what is known; a dash where no amount is."""
    known = pd.to_numeric(fees).dropna()
    return f"{known.sum():,.2f}" if len(known) else "—"


@rules_app.command("list")
def list_(
    *,
    on: OnOption,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The rules with their dates, articles and certainty; those in force on --on. 规则清单。

    Local rules are off unless they are named, and none of them is verified: check before use.
    Example: `landgis rules list --on 2020-01-01 --rules national,henan`
    """
    table = rulebook_of(rules).table(on, lang.value)
    emit(
        table,
        form,
        output,
        lang=lang,
        title=(f"rules {on}", f"规则 {on}"),
        brief=_brief(RULE_BRIEF, lang),
    )


def _brief(columns: Sequence[str], lang: Lang) -> list[str]:
    """The columns that people read, with the title in their language."""
    return [pick(lang, name.replace("title_zh", "title"), name) for name in columns]


@rules_app.command()
def show(
    rule_id: Annotated[str, typer.Argument(help="Its id, see `landgis rules list`. 规则编号。")],
    *,
    on: OnOption,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """One rule on --on: its dates, parameters, articles and their words. 规则全文。

    Example: `landgis rules show order53-14-1 --lang en`
    """
    print_text(documents.tell(rulebook_of(rules), rule_id, on, lang.value))


@rules_app.command()
def diff(
    on: Annotated[
        list[date],
        typer.Option("--on", parser=as_date, metavar="DATE", help="Twice: from and to. 两个日期。"),
    ],
    *,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """What came into force, ended or changed between two dates. 规则变化。

    Example: `landgis rules diff --on 2012-06-30 --on 2012-07-01`
    """
    if len(on) != 2:
        raise UsageError(
            "give --on twice, the earlier and the later date.",
            "请给出两个 --on：先前与之后的日期。",
        )
    table = documents.differences(rulebook_of(rules), on[0], on[1], lang.value)
    title = (f"changes of rules {on[0]} - {on[1]}", f"规则变化 {on[0]} - {on[1]}")
    emit(table, form, output, lang=lang, title=title, brief=_brief(DIFF_BRIEF, lang))


@rules_app.command()
def adopt(
    *,
    store: StoreOption = "landgis.db",
    rules: RulesOption = None,
    author: Annotated[str, typer.Option("--author", help="Who adopts them. 操作人。")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why. 事由。")] = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """Record that from now on these rules are the record's, as a revision. 启用规则库。

    Questions with --known are answered by the rules of that revision.
    Example: `landgis rules adopt --rules national,./local --reason 地方细则施行`
    """
    with opened(store) as record:
        done = record.adopt(
            rulebook_of(rules),
            author=author,
            command=f"rules adopt {rules or 'national'}",
            reason=reason,
        )
    told = f"{done.rev}", f"{done.rulebook[:12]}"
    if done.recorded:
        said = pick(lang, "revision {}: rules {}.", "版本 {}：规则库 {}。")
    else:
        said = pick(lang, "nothing changed at revision {}.", "规则库未变，仍为版本 {}。")
    messages.print(said.format(*told), markup=False)
