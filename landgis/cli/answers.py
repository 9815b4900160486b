"""Questions to the store: stock, ledger, history, disposal, idle, explain."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from landgis import history as past
from landgis import inventory
from landgis.cli.lookahead import tell_stakes, write_calendar
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
    Telling,
    as_date,
)
from landgis.cli.session import taken
from landgis.cli.show import emit, print_text
from landgis.documents.explain import explain as tell
from landgis.history import Step
from landgis.ledger import By
from landgis.ledger import ledger as ledger_of
from landgis.terms import LedgerRow

STORE = "landgis.db"

IDLE_BRIEF = (
    "supply_id",
    "project_name",
    "district",
    "area_mu",
    "standing",
    "due_on",
    "full_years",
    "outcome",
    "basis",
    "fee_yuan",
    "next_on",
)
STOCK_BRIEF = (
    "stage",
    "parent_id",
    "parent_name",
    "district",
    "park",
    "since_on",
    "age_days",
    "area_mu",
    "standing",
    "outcome",
)
LEDGER_BRIEF = (
    "key",
    "name",
    "approved_m2",
    "not_acquired_m2",
    "not_supplied_m2",
    "not_used_m2",
    "used_m2",
    "released_m2",
    "sliver_m2",
    "balance_m2",
)

DistrictOption = Annotated[
    str | None, typer.Option("--district", help="Districts by code or name. 行政区。")
]
ParkOption = Annotated[str | None, typer.Option("--park", help="Parks by id or name. 园区。")]
OutcomeOption = Annotated[
    str | None,
    typer.Option("--outcome", help="reclaim, fee, agreement, review (commas). 研判结果。"),
]
AreaOption = Annotated[
    str | None, typer.Option("--min-area-m2", help="At least this large, in m2. 最小面积。")
]
BoxOption = Annotated[
    str | None, typer.Option("--bbox", help="west,south,east,north in degrees. 经纬度范围。")
]
WordsOption = Annotated[
    str | None, typer.Option("--q", help="Words in number, project or holder. 关键词。")
]
SortOption = Annotated[
    str | None, typer.Option("--sort", help="Columns, '-' before one turns it. 排序。")
]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for command in (stock, ledger, history, disposal, idle, explain):
        app.command()(command)


def stock(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Stages, by commas, or all. 阶段。")
    ] = None,
    district: DistrictOption = None,
    park: ParkOption = None,
    standing: Annotated[str | None, typer.Option("--standing", help="Standings. 状态。")] = None,
    outcome: OutcomeOption = None,
    min_age_days: Annotated[
        str | None, typer.Option("--min-age-days", help="In its stage for so long. 最少存续天数。")
    ] = None,
    min_area_m2: AreaOption = None,
    bbox: BoxOption = None,
    q: WordsOption = None,
    sort: SortOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Stock land by stage, one row per approval, acquisition or supply. 存量土地清单。

    `age_days` counts from the day after `since_on`. 存续天数自进入阶段次日起算（民法典第201条）。

    Example: `landgis stock --on 2025-12-31 --stage acquired_not_supplied --format csv -o stock.csv`
    """
    taking = taken(store, on, known, rules)
    table = inventory.stock(
        taking,
        stage=stage,
        district=district,
        park=park,
        standing=standing,
        outcome=outcome,
        min_age_days=min_age_days,
        min_area_m2=min_area_m2,
        bbox=bbox,
        q=q,
        sort=sort,
    )
    emit(
        table,
        form,
        output,
        lang=lang,
        title=(f"stock land {on}", f"存量土地 {on}"),
        brief=STOCK_BRIEF,
    )


def ledger(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    by: Annotated[By, typer.Option("--by", help="What a row stands for. 汇总口径。")] = By.COHORT,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Areas of the stages that add up to the approved area. 批、征、供、用台账。

    Example: `landgis ledger --by approval --on 2020-01-01 --format csv`
    """
    table = ledger_of(taken(store, on, known).covers, on, by)
    if lang is Lang.EN:  # rows that stand for no approval or place are named by us
        table["name"] = table["name"].mask(table["key"].isin(list(LedgerRow)), table["key"])
    emit(table, form, output, lang=lang, title=(f"ledger {on}", f"台账 {on}"), brief=LEDGER_BRIEF)


def history(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    since: Annotated[
        date | None,
        typer.Option("--since", parser=as_date, metavar="DATE", help="First date. 起始日期。"),
    ] = None,
    step: Annotated[Step, typer.Option("--step", help="month or year. 步长。")] = Step.YEAR,
    known: KnownOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """How the areas of the stages came and went, up to --on. 历年存量变化。

    Example: `landgis history --since 2015-12-31 --step month --format csv`
    """
    covers = taken(store, on, known).covers
    table = past.history(covers, since or past.ten_years(on), on, step)
    brief = ("on", *LEDGER_BRIEF[2:])
    emit(table, form, output, lang=lang, title=("history", "历史"), brief=brief)


def disposal(
    *,
    base: Annotated[
        date,
        typer.Option("--base", parser=as_date, metavar="DATE", help="The base date. 基准日。"),
    ],
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Stock that was disposed of since a base date, by cohort, with the rate. 存量处置率。

    Example: `landgis disposal --base 2020-12-31 --on 2025-12-31`
    """
    table = past.disposal(taken(store, on, known).covers, base, on)
    emit(table, form, output, lang=lang, title=(f"disposal {base} - {on}", f"处置率 {base} - {on}"))


def idle(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    district: DistrictOption = None,
    park: ParkOption = None,
    standing: Annotated[
        str | None,
        typer.Option("--standing", help="Standings by commas, or all (default: idle). 状态。"),
    ] = None,
    outcome: OutcomeOption = None,
    fault: Annotated[str | None, typer.Option("--fault", help="Whose fault. 责任方。")] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", help="proven or conditional. 研判依据。")
    ] = None,
    cause: Annotated[str | None, typer.Option("--cause", help="Causes. 原因。")] = None,
    min_full_years: Annotated[
        str | None, typer.Option("--min-full-years", help="Idle for full years. 满年数。")
    ] = None,
    min_area_m2: AreaOption = None,
    due_before: Annotated[
        str | None, typer.Option("--due-before", help="Commencement due before. 应动工早于。")
    ] = None,
    next_before: Annotated[
        str | None, typer.Option("--next-before", help="Next step before this date. 下一节点早于。")
    ] = None,
    next_within: Annotated[
        int | None,
        typer.Option("--next-within", min=0, help="Next step within so many days. 若干天内到期。"),
    ] = None,
    bbox: BoxOption = None,
    q: WordsOption = None,
    sort: SortOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Supplies with their findings, by default the idle ones. 闲置土地清单。

    A finding is a first judgement (初步研判): the bureau decides.
    Examples: `landgis idle --outcome reclaim --format csv`, `landgis idle --standing all`,
    `landgis idle --standing all --next-within 90`, the same with `-o next.ics` as a calendar
    """
    taking = taken(store, on, known, rules)
    table = inventory.idle(
        taking,
        district=district,
        park=park,
        standing=standing,
        outcome=outcome,
        fault=fault,
        basis=basis,
        cause=cause,
        min_full_years=min_full_years,
        min_area_m2=min_area_m2,
        due_before=due_before,
        next_before=_sooner(next_before, on, next_within),
        bbox=bbox,
        q=q,
        sort=sort,
    )
    if next_within is not None:
        tell_stakes(table, taking, lang)
    if output is not None and output.suffix.lower() == ".ics":
        write_calendar(table, taking, output, lang)
    else:
        emit(
            table,
            form,
            output,
            lang=lang,
            title=(f"idle land {on}", f"闲置土地 {on}"),
            brief=IDLE_BRIEF,
        )


def _sooner(before: str | None, on: date, within: int | None) -> str | None:
    if within is None:
        return before
    end = date.fromordinal(min(on.toordinal() + within + 1, date.max.toordinal())).isoformat()
    return min(before, end) if before else end


def explain(
    supply_id: Annotated[str, typer.Argument(help="Its supervision number. 电子监管号。")],
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    form: Annotated[
        Telling, typer.Option("--format", help="text or json. 输出格式。")
    ] = Telling.TEXT,
) -> None:
    """The whole reasoning for one supply: facts, both clocks, articles, arithmetic. 逐宗说明。

    Example: `landgis explain 4731282008B00052 --on 2025-12-31 --lang en`
    """
    taking = taken(store, on, known, rules, supply_id)
    story = tell(taking, taking.rulebook, supply_id, lang.value)
    if form is Telling.JSON:
        print_text(json.dumps(story.data, ensure_ascii=False, indent=2))
    else:
        print_text(str(story))
