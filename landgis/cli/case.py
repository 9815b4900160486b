"""Cases: open one, record its steps, show it, list what is due, print its file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from landgis import procedure
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
)
from landgis.cli.session import opened, rulebook_of, rules_at
from landgis.cli.show import emit, messages, pick
from landgis.deadlines import late
from landgis.documents import casefile
from landgis.errors import NotFound, UnreadableFile, why_zh
from landgis.matter import conduct_of, matter_of, stranger
from landgis.procedure import Entry
from landgis.rulebook import Rulebook
from landgis.stations import Layers
from landgis.steps import STRUCK, Matter
from landgis.steps.articles import in_english
from landgis.store import Store

STORE = "landgis.db"
SHOW_BRIEF = ("number", "step_title", "taken_on", "document", "addressee", "who", "stands")
DUE_BRIEF = (
    "supply_id",
    "step_title",
    "due_by",
    "overdue",
    "days_left",
    "whose",
    "articles",
    "certainty",
)
FILE_BRIEF = ("number", "step_title", "document", "taken_on", "evidence", "who")

case_app = typer.Typer(
    no_args_is_help=True, help="Cases on idle land, step by step. 闲置土地案件。"
)

SupplyArgument = Annotated[
    str, typer.Argument(help="The supervision number of the supply. 电子监管号。")
]
WhoOption = Annotated[
    str, typer.Option("--who", help="Who did it; several by commas. 经办人，可多人。")
]
NoteOption = Annotated[str, typer.Option("--note", help="In words. 说明。")]
AuthorOption = Annotated[
    str, typer.Option("--author", help="Who writes this down. 录入人。", envvar="LANDGIS_AUTHOR")
]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(case_app, name="case")


@case_app.command("open")
def open_(
    supply_id: SupplyArgument,
    *,
    who: WhoOption,
    store: StoreOption = STORE,
    on: OnOption,
    note: NoteOption = "",
    author: AuthorOption = "",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """Open a case with the lead that was found. 登记线索，建立案件。

    Example: `landgis case open 4731282008B00052 --who 张三 --note 动态巡查发现 --on 2025-03-03`
    """
    _write(
        store, Entry(supply_id, "lead", on, who=who, note=note), author, lang, rulebook_of(rules)
    )


@case_app.command()
def record(
    supply_id: SupplyArgument,
    step: Annotated[str, typer.Argument(help="The step; `landgis case show` lists what may come.")],
    *,
    who: WhoOption,
    store: StoreOption = STORE,
    on: OnOption,
    document: Annotated[str, typer.Option("--document", help="Its number. 文号。")] = "",
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="The file that proves it. 证明材料。")
    ] = None,
    manner: Annotated[
        str, typer.Option("--manner", help="direct, mail, public_notice. 送达方式。")
    ] = "",
    addressee: Annotated[str, typer.Option("--addressee", help="Served on whom. 受送达人。")] = "",
    authority: Annotated[
        str, typer.Option("--authority", help="The government that approved. 批准机关。")
    ] = "",
    level: Annotated[
        str, typer.Option("--level", help="county, city, province, state. 批准机关级别。")
    ] = "",
    note: NoteOption = "",
    corrects: Annotated[
        int | None,
        typer.Option("--corrects", help="The entry that this one replaces. 更正第几号。"),
    ] = None,
    author: AuthorOption = "",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """Record one step; of its file the name and the SHA-256 are kept. 记录案件步骤。

    A step out of order is refused and nothing is written. A wrong entry stays and is corrected by
    a new one: `--corrects 7`, with the step `struck` to take it out.
    Example: `landgis case record 4731282008B00052 finding_served --manner direct
    --addressee 示例公司 --evidence 送达回证.pdf --who 张三,李四 --on 2025-05-06`
    """
    name, sha256 = _proof(evidence)
    entry = Entry(
        supply_id,
        step,
        on,
        document=document,
        evidence=name,
        sha256=sha256,
        who=who,
        note=note,
        manner=manner,
        addressee=addressee,
        authority=authority,
        level=level,
        corrects=corrects,
    )
    _write(store, entry, author, lang, rulebook_of(rules))


def _proof(evidence: Path | None) -> tuple[str, str]:
    """Name and SHA-256 of a file; raises ``UnreadableFile`` where it cannot be read."""
    if evidence is None:
        return "", ""
    try:
        with evidence.open("rb") as file:
            return evidence.name, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"the file cannot be read ({error.strerror}): give the proof with --evidence.",
            f"无法读取证明材料（{why_zh(error)}）：请用 --evidence 指定文件。",
            file=str(evidence),
        ) from error


def _write(store: str, entry: Entry, author: str, lang: Lang, rulebook: Rulebook) -> None:
    with opened(store) as held:
        told = f"case record {entry.step}"
        done = held.enter(entry, author=author, command=told, rulebook=rulebook)
        entries = held.entries(done.rev, entry.supply_id)
        layers = held.layers(done.rev, of=entry.supply_id)
    _warn_stranger(entry, layers, lang)
    _warn_late(entries, Matter(conduct=conduct_of(rulebook, entry.on)), lang)
    status = procedure.state(entries, entry.on, conduct_of(rulebook, entry.on)).status
    written = entries[-1]
    messages.print(
        pick(
            lang,
            f"entry {written.number}: {casefile.title(written, 'en')}, {written.on}; "
            f"case status {status}.",
            f"第 {written.number} 号：{casefile.title(written, 'zh')}，{written.on}；"
            f"案件状态：{status.zh}。",
        ),
        markup=False,
    )


def _warn_late(entries: Sequence[Entry], matter: Matter, lang: Lang) -> None:
    """Say which terms had run out when the newest entry came."""
    newest = entries[-1]
    for one in late(entries, newest, matter) if newest.step != STRUCK else ():
        article = in_english(one.article) if lang is Lang.EN else one.article
        messages.print(
            pick(
                lang,
                f"the term for '{one.title}' ended on {one.due_on} ({article}): check whether it "
                "still counts.",
                f"“{one.title_zh}”的期限已于 {one.due_on} 届满（{article}）：请核对是否仍予受理。",
            ),
            markup=False,
        )


def _warn_stranger(entry: Entry, layers: Layers, lang: Lang) -> None:
    """Say where a document was served on somebody who did not hold the right on that day."""
    holder = stranger(layers, entry)
    if holder:
        messages.print(
            pick(
                lang,
                f"the holder on {entry.on} is {holder}, it was served on {entry.addressee}: check.",
                f"{entry.on} 的权利人为{holder}，而受送达人为{entry.addressee}：请核对。",
            ),
            markup=False,
        )


def _revision(held: Store, known: str | None) -> int:
    """The revision that is asked for, else the newest: no case waits for a cut."""
    return held.head() if known is None else held.resolve(known)


def _entries(held: Store, supply_id: str, revision: int) -> tuple[Entry, ...]:
    """The entries of a case; raises ``NotFound`` where there are none."""
    found = held.entries(revision, supply_id)
    if not found:
        raise NotFound(
            f"there is no case on '{supply_id}': open one with `landgis case open`.",
            f"“{supply_id}”尚无案件：请用 landgis case open 建立。",
        )
    return found


@case_app.command()
def show(
    supply_id: SupplyArgument,
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """All entries of a case, how far it has come on --on, and what may come next. 案件记录。

    Example: `landgis case show 4731282008B00052 --lang en`
    """
    with opened(store) as held:
        revision, rulebook = _revision(held, known), rules_at(held, known, rules)
        entries = _entries(held, supply_id, revision)
        matter = matter_of(held.layers(revision, of=supply_id), rulebook, supply_id, on)
    table = casefile.register(entries, lang.value, matter.conduct)
    emit(
        table,
        form,
        output,
        lang=lang,
        title=(f"case {supply_id}", f"案件 {supply_id}"),
        brief=SHOW_BRIEF,
    )
    status = procedure.state(entries, on, matter.conduct).status
    following = [
        step for step in procedure.allowed(entries, on, matter) if step.code != "withdrawn"
    ]
    steps = ", ".join(f"{step.code} {step.title(lang.value)}" for step in following)
    messages.print(
        pick(
            lang,
            f"{on}: {status}; next may come: {steps or 'nothing'}.",
            f"{on}：{status.zh}；下一步可为：{steps or '无'}。",
        ),
        markup=False,
    )


@case_app.command()
def due(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    within: Annotated[
        int | None, typer.Option("--within", min=0, help="At most so many days left. 剩余天数。")
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what is overdue. 仅逾期。")
    ] = False,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The terms that run in all cases, the earliest first. 案件期限。

    Example: `landgis case due --within 10`, `landgis case due --overdue --format csv -o due.csv`
    """
    with opened(store) as held:
        revision, rulebook = _revision(held, known), rules_at(held, known, rules)
        entries, layers = held.entries(revision), held.layers(revision)
    table = casefile.terms(
        entries, on, lang.value, lambda supply: matter_of(layers, rulebook, supply, on)
    )
    if within is not None:
        table = table[table["days_left"] <= within]
    if overdue:
        table = table[table["overdue"].astype(bool)]
    emit(
        table,
        form,
        output,
        lang=lang,
        title=(f"terms of cases {on}", f"案件期限 {on}"),
        brief=DUE_BRIEF,
    )
    _say_uncertain(table["due_by"][~table["certain"].astype(bool)].tolist(), lang)


def _say_uncertain(days: list[date], lang: Lang) -> None:
    """Say which years' holidays are not known yet."""
    years = ", ".join(sorted({str(day.year) for day in days}))
    if years:
        messages.print(
            pick(
                lang,
                f"the public holidays around {years} are not known yet: Monday to Friday counted.",
                f"{years} 年前后的法定节假日尚未公布：暂按周一至周五计算。",
            ),
            markup=False,
        )


@case_app.command("file")
def file_(
    supply_id: SupplyArgument,
    *,
    store: StoreOption = STORE,
    known: KnownOption = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The numbered contents of the case file: what stands, with its proof. 卷内目录。

    Example: `landgis case file 4731282008B00052 --format xlsx -o 卷内目录.xlsx`
    """
    with opened(store) as held:
        table = casefile.contents(_entries(held, supply_id, _revision(held, known)), lang.value)
    emit(
        table,
        form,
        output,
        lang=lang,
        title=(f"case file {supply_id}", f"卷内目录 {supply_id}"),
        brief=FILE_BRIEF,
    )
