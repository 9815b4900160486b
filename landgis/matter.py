"""The record of one supply and the rules in; what its case turns on besides its entries out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from landgis.citation import Certainty, Status
from landgis.holders import held
from landgis.law.fault import EVERYWHERE
from landgis.procedure import Entry, standing
from landgis.rulebook import Rulebook
from landgis.stations import Layers
from landgis.statute import ConductRule, RemedyRule, Rule, TermsRule
from landgis.steps import STRUCK, USUAL, Conduct, Matter, Whether, level_of
from landgis.terms import Cause, DelayStatus, Fault


def conduct_of(rulebook: Rulebook | None, on: date) -> Conduct:
    """How a case is conducted on that day; a rulebook that does not say conducts it as usual."""
    conduct = USUAL
    if rulebook is not None and rulebook.of(ConductRule):
        rule = rulebook.measure(ConductRule, on)
        conduct = Conduct(rule.roll_over, rule.as_punishment, rule.public_notice_days)
    if rulebook is not None and rulebook.of(TermsRule):
        conduct = replace(conduct, **_steps(rulebook.measure(TermsRule, on)))
    if rulebook is not None and rulebook.of(RemedyRule):
        conduct = replace(conduct, **_remedies(rulebook.measure(RemedyRule, on)))
    return conduct


def _steps(rule: TermsRule) -> dict[str, Any]:
    """The terms of the steps that a rule says, and how sure they are."""
    return {**{name: getattr(rule, name) for name in _TERMS}, "terms": _sure(rule)}


def _remedies(rule: RemedyRule) -> dict[str, Any]:
    """The terms of remedies that a rule says, and how sure they are."""
    said = {name: getattr(rule, name) for name in _REMEDIES}
    known = {name: count for name, count in said.items() if count is not None}
    return {**known, "judgment_months": 12 * rule.judgment_years, "remedies": _sure(rule)}


def _sure(rule: Rule) -> str:
    unsure = rule.status is Status.UNVERIFIED
    return (Certainty.UNVERIFIED if unsure else Certainty.TEXT).value


_TERMS = (
    "investigate_days",
    "answer_days",
    "hearing_working_days",
    "hearing_notice_working_days",
    "decide_days",
    "fulfil_days",
)
_REMEDIES = ("sue_days", "reconsider_days", "sue_months", "demand_working_days", "enforce_months")
"""What rules of kind ``terms`` and ``remedy`` and ``Conduct`` call by the same name."""


def matter_of(layers: Layers, rulebook: Rulebook | None, supply_id: str, on: date) -> Matter:
    """What is so of a supply on that day; nothing of one that is not recorded."""
    conduct = conduct_of(rulebook, on)
    supplies = layers["supplies"].table
    mine = supplies[supplies["supply_id"] == supply_id]
    if mine.empty:
        return Matter(conduct=conduct)
    supply = mine.iloc[0]
    owner = _owner(layers, supply)
    supplied = supply["supplied_on"]
    return Matter(
        frozenset(_holds(layers, supply, on)),
        level_of(owner),
        owner,
        conduct,
        None if pd.isna(supplied) else supplied.date(),
        _suspended_on(supply, on),
    )


def _holds(layers: Layers, supply: pd.Series[Any], on: date) -> Iterator[Whether]:
    secured = supply["mortgaged"]
    if (pd.notna(secured) and bool(secured)) or (pd.isna(secured) and _text(supply["mortgagee"])):
        yield Whether.MORTGAGED
    if _is_governments(layers["delays"].table, supply, on):
        yield Whether.GOVERNMENT


def _suspended_on(supply: pd.Series[Any], on: date) -> date | None:
    """Since when work that was begun is suspended on that day; ``None`` where it is not."""
    begun, stopped, resumed, completed = (
        _happened(supply[name], on)
        for name in ("started_on", "suspended_on", "resumed_on", "completed_on")
    )
    if begun is None or stopped is None or completed is not None or stopped < begun:
        return None
    return stopped if resumed is None or resumed < stopped else None


def _happened(day: Any, on: date) -> date | None:
    return None if pd.isna(day) or day.date() > on else date.fromordinal(day.toordinal())


def _is_governments(delays: pd.DataFrame, supply: pd.Series[Any], on: date) -> bool:
    """Whether a verified cause of the government's has touched the supply by that day."""
    mine = delays["supply_id"] == supply["supply_id"]
    around = delays["supply_id"].isna() & delays["scope"].isin(
        [EVERYWHERE, supply["district_code"]]
    )
    verified = delays["status"].fillna(DelayStatus.VERIFIED.value) == DelayStatus.VERIFIED.value
    theirs = delays["cause"].isin([c.value for c in Cause if c.fault is Fault.GOVERNMENT])
    begun = delays["from_on"] <= pd.Timestamp(on)
    return bool(((mine | around) & verified & theirs & begun).any())


def _owner(layers: Layers, supply: pd.Series[Any]) -> str:
    """Who approved the land first: the supply's approver, else its approval's."""
    if _text(supply["approving_government"]):
        return _text(supply["approving_government"])
    approvals = layers["approvals"].table
    mine = approvals[approvals["approval_id"] == supply["approval_id"]]["authority"].dropna()
    return str(mine.iloc[0]) if len(mine) else ""


def filed(layers: Layers, entries: Sequence[Entry]) -> Layers:
    """The layers with the filing that a case says of land whose own record is silent (art. 25)."""
    cases = {e.supply_id for e in entries if e.step == FILED}
    days = {
        entry.supply_id: pd.Timestamp(entry.on)
        for entry in standing([e for e in entries if e.supply_id in cases])
        if entry.step == FILED
    }
    if not days:
        return layers
    layer = layers["supplies"]
    said = layer.table["supply_id"].map(days).astype(layer.table["idle_filed_on"].dtype)
    table = layer.table.assign(idle_filed_on=layer.table["idle_filed_on"].fillna(said))
    return {**layers, "supplies": replace(layer, table=table)}


FILED = "registered"
"""The step by which idle land is filed in the monitoring system."""


def stranger(layers: Layers, entry: Entry) -> str:
    """The holder of the day where a document was served on somebody else; else nothing."""
    if entry.step == STRUCK or not entry.kind.serves:
        return ""
    holder = str(held(layers, entry.on)["holder"].fillna("").get(entry.supply_id, ""))
    return "" if holder in entry.addressee else holder


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
