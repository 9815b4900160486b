"""What is ahead: calendars, yuan at stake, and land that special bonds may take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from landgis.citation import Status
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
    as_date,
)
from landgis.cli.session import taken
from landgis.cli.show import counted, emit, messages, pick, replace_file
from landgis.documents import bonds as bond_list
from landgis.documents.calendar import as_ics, at_stake, by_place
from landgis.errors import UnreadableFile
from landgis.stations import Inventory
from landgis.statute import BondRule

STORE = "landgis.db"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(bonds)


def tell_stakes(table: pd.DataFrame, taking: Inventory, lang: Lang) -> None:
    """The yuan at stake by district and park and in all, to standard error."""
    places = by_place(table, at_stake(table, taking.rulebook))
    whole = {**places[["supplies", "stake_yuan"]].sum(), "district": pick(lang, "in all", "合计")}
    for row in [*places.to_dict("records"), {**whole, "park": ""}]:
        place = " / ".join(name for name in (row["district"], row["park"]) if name) or "—"
        how_many = counted(int(row["supplies"]), "supply", "supplies")
        en = f"  {place}: {how_many}, {row['stake_yuan']:,.2f} yuan at stake."
        zh = f"  {place}：{row['supplies']:.0f} 宗，涉及金额 {row['stake_yuan']:,.2f} 元。"
        messages.print(pick(lang, en, zh), markup=False)


def write_calendar(table: pd.DataFrame, taking: Inventory, output: Path, lang: Lang) -> None:
    """What comes next as an iCalendar file."""
    stake = at_stake(table, taking.rulebook)
    replace_file(output, as_ics(table, stake, taking.on, lang.value))
    count = int(table["next_on"].notna().sum())
    said = pick(lang, f"{output}: {counted(count, 'event')}.", f"{output}：共 {count} 项。")
    messages.print(said, markup=False)


def bonds(
    *,
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    supplied_by: Annotated[
        date | None,
        typer.Option(
            "--supplied-by",
            parser=as_date,
            metavar="DATE",
            help="Excluded if supplied later (default: as the rule says). 供地截止日。",
        ),
    ] = None,
    appraisals: Annotated[
        Path | None,
        typer.Option("--appraisals", help="CSV: supply_id, appraised_yuan. 评估价。"),
    ] = None,
    lang: LangOption = Lang.ZH,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Idle land that special bonds may take back, with the base price. 专项债收回清单。

    Which land, supplied until when and at which price is the rule `special-bonds`; it was read in
    excerpts of 自然资发〔2024〕242号 and 〔2025〕45号 only: check before use.
    Example: `landgis bonds --appraisals 评估.csv --format xlsx -o 专项债.xlsx`
    """
    taking = taken(store, on, known, rules)
    rule = taking.rulebook.measure(BondRule, on)
    if supplied_by is not None:
        rule = replace(rule, supplied_until=supplied_by)
    worth = _appraised(appraisals)
    table = bond_list.bonds(taking, worth, rule)
    _tell_unlisted(worth, table, lang)
    emit(table, form, output, lang=lang, title=(f"special-bond list {on}", f"专项债收回 {on}"))
    if rule.status is Status.UNVERIFIED:
        said = pick(
            lang,
            f"rule '{rule.id}' is not verified: check it before use.",
            f"规则“{rule.id}”的依据未核实，使用前须核对原文。",
        )
        messages.print(said, markup=False)


def _tell_unlisted(worth: pd.Series[float], table: pd.DataFrame, lang: Lang) -> None:
    """Say which appraised supplies are not on the list."""
    unlisted = [name for name in worth.index if name not in set(table["supply_id"])]
    if unlisted:
        few = ", ".join(unlisted[:5]) + (" ..." if len(unlisted) > 5 else "")
        en = f"appraised, but not on the list: {len(unlisted)} ({few})."
        zh = f"有评估价而不在清单内的供地 {len(unlisted)} 宗（{few}）。"
        messages.print(pick(lang, en, zh), markup=False)


def _appraised(path: Path | None) -> pd.Series[float]:
    """Yuan by supply id; raises ``UnreadableFile`` for a file without the two columns."""
    if path is None:
        return pd.Series(dtype="float64")
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        said, ids = table["appraised_yuan"], table["supply_id"]
    except (OSError, KeyError, ValueError) as error:
        raise UnreadableFile(
            "no appraisals can be read here: a CSV with supply_id (each once) and appraised_yuan.",
            "无法读取评估价：应为含 supply_id（不重复）与 appraised_yuan 两列的 CSV。",
            file=str(path),
        ) from error
    yuan = pd.to_numeric(said.replace("", "nan"), errors="coerce").astype("float64")
    wrong = ((said != "") & ~(yuan >= 0)) | (yuan == float("inf")) | ids.duplicated()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise UnreadableFile(
            f"'{ids[row]}' has the appraisal '{said[row]}': give each supply once, with yuan from "
            "0 or nothing.",
            f"“{ids[row]}”的评估价为“{said[row]}”：每宗只列一次，金额（元）不小于 0，或留空。",
            file=str(path),
            row=row + 2,
        )
    return pd.Series(yuan.to_numpy(), index=pd.Index(ids))
