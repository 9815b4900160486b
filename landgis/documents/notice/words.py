"""A supply, its case and its finding in; the words of a notice by name out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from landgis.documents.capital import capital, count, percent
from landgis.documents.notice.occasion import Occasion
from landgis.fields import FIELDS, say
from landgis.law.wording import TEXTS
from landgis.procedure import Entry, first_of
from landgis.statute import FeeRule, ReclaimRule, Rule
from landgis.steps import STEPS
from landgis.terms import Cause, Outcome, Standing


def words_of(met: Occasion, said: Mapping[str, str]) -> dict[str, str]:
    """The words of a notice; ``said`` is what only the bureau knows and comes first."""
    return {
        **_parcel(met),
        **_finding(met),
        **_approval(met),
        **_terms(met),
        **_served(met.case, said.get("of", "")),
        **{name: text for name, text in said.items() if text},
    }


def _parcel(met: Occasion) -> dict[str, str]:
    supply, row = met.supply, met.row
    plain = ("supply_id", "contract_no", "parcel_code", "location", "land_use", "project_name")
    secured = _text(supply["mortgagee"])
    return {
        **{name: _text(supply[name]) for name in plain},
        "holder": _text(row["holder"]),
        "mortgagee": secured,
        "date": _day(pd.Timestamp(met.inventory.on)),
        "supplied_on": _day(supply["supplied_on"]),
        "due_on": _day(row["due_on"]),
        "due_source": say(row["due_source"], FIELDS["due_source"], "zh"),
        "area_m2": "" if pd.isna(row["area_m2"]) else f"{row['area_m2']:,.2f}",
        "area_mu": "" if pd.isna(row["area_mu"]) else f"{row['area_mu']:,.2f}",
    }


def _finding(met: Occasion) -> dict[str, str]:
    """What the rules say of the supply, of the outcome asked for or the gravest."""
    rulebook, on, mine, row = met.inventory.rulebook, met.inventory.on, met.findings, met.row
    cited = rulebook.cited(";".join(_cited(met)), on)
    causes = [cause.zh for cause in Cause if cause in row["causes"].split(";")]
    fees = mine["fee_fen"].dropna()
    fee = int(fees.iloc[0]) if len(fees) else None
    return {
        "reason": _reason(met),
        "articles": "；".join(c.label("zh") for c in cited),
        "cause": "、".join(causes),
        "idle_since": _day(row["idle_since"]),
        "full_years": "" if pd.isna(row["full_years"]) else str(row["full_years"]),
        "intended": _intended(mine, fee),
        "price_yuan": "" if pd.isna(row["price_yuan"]) else f"{row['price_yuan']:,.2f}",
        **_fee(fee),
        "rate": _rate(met),
    }


def _reason(met: Occasion) -> str:
    """The sentences of the rules; where only facts are found, both clocks and no consequence."""
    mine, row = met.findings, met.row
    if mine.empty or not met.kind.only_finds or row["standing"] != Standing.IDLE:
        return "".join(dict.fromkeys(mine["reason_zh"]))
    days = {name: row[name].date() for name in ("due_on", "effective_due_on")}
    counts = {n: row[n] for n in ("full_years", "excused_days", "holder_full_years")}
    source = say(row["due_source"], FIELDS["due_source"], "zh")
    clock = TEXTS["clock", "zh"]
    return clock.format(on=met.inventory.on, due_source=source, **days, **counts) + "。"


def _cited(met: Occasion) -> Iterator[str]:
    """The rules that the sentences rest on; where only facts are found, not their consequence."""
    rulebook, on = met.inventory.rulebook, met.inventory.on
    for name in dict.fromkeys(";".join(met.findings["citations"]).split(";")):
        if name and not (met.kind.only_finds and _follows(rulebook.rule(name, on))):
            yield name


def _follows(rule: Rule) -> bool:
    return isinstance(rule, FeeRule | ReclaimRule)


def _fee(fee: int | None) -> dict[str, str]:
    if fee is None:
        return {"fee_yuan": "", "fee_capital": ""}
    return {"fee_yuan": f"{fee // 100:,}.{fee % 100:02d}", "fee_capital": capital(fee)}


def _intended(mine: pd.DataFrame, fee: int | None) -> str:
    outcomes = set(mine["outcome"])
    said = []
    if Outcome.FEE in outcomes and fee is not None:
        said.append(f"征缴土地闲置费{_fee(fee)['fee_yuan']}元（大写：{capital(fee)}）")
    if Outcome.RECLAIM in outcomes:
        said.append("无偿收回国有建设用地使用权")
    return f"拟{'，并'.join(said)}。" if said else ""


def rules_of(met: Occasion) -> list[Rule]:
    """The rules that speak of the supply."""
    names = [name for name in met.findings["rule"] if name]
    return [met.inventory.rulebook.rule(name, met.inventory.on) for name in names]


def _rate(met: Occasion) -> str:
    rules = (rule for rule in rules_of(met) if isinstance(rule, FeeRule))
    return next((percent(rule.rate * 100) for rule in rules), "")


def _approval(met: Occasion) -> dict[str, str]:
    conduct = met.matter.conduct
    given, finding, served = (
        first_of(met.case, step) for step in (met.kind.approval, "finding", "finding_served")
    )
    return {
        "approver": given.authority if given else "",
        "approved_on": _day(pd.Timestamp(given.on)) if given else "",
        "approval_no": given.document if given else "",
        "finding_no": finding.document if finding and served else "",
        "finding_served_on": _day(pd.Timestamp(served.effective_on(conduct))) if served else "",
    }


def _terms(met: Occasion) -> dict[str, str]:
    """The terms in which the holder answers, is heard, fulfils or contests, by the rulebook."""
    conduct = met.matter.conduct
    return {
        "answer_term": f"{count(conduct.answer_days)}日",
        "hearing_term": f"{count(conduct.hearing_working_days)}个工作日",
        "hearing_notice_term": f"{count(conduct.hearing_notice_working_days)}个工作日",
        "fulfil_term": f"{count(conduct.fulfil_days)}日",
        "reconsider_term": f"{count(conduct.reconsider_days)}日",
        "sue_term": f"{count(conduct.sue_months)}个月",
    }


def _served(case: Sequence[Entry], step: str) -> dict[str, str]:
    """The document of the case that a receipt is for, and how it was served if it was."""
    entry = next((e for e in reversed(case) if e.step == step), None)
    if entry is None:
        return {}
    service = next((e for e in case if STEPS[e.step].serves == step), None)
    manner = say(service.manner, FIELDS["manner"], "zh") if service else ""
    return {"served_title": entry.kind.zh, "served_number": entry.document, "manner": manner}


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{value.year}年{value.month}月{value.day}日"
