"""The facts of one supply and its clocks, told with dates, days and arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from landgis.clock import DAY, add_years
from landgis.determine import assess
from landgis.documents.scene import Scene, day_text, records, value_text
from landgis.fields import FIELDS, say
from landgis.law.wording import percent, share_text
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS, Column, Kind
from landgis.statute import (
    DeliveryRule,
    FeeRule,
    IdleRule,
    Policy,
    ReclaimRule,
    SuspendedRule,
    TollingRule,
)
from landgis.terms import DueSource, Standing

HAPPENINGS = (
    "supplied_on",
    "delivered_on",
    "permit_on",
    "started_on",
    "completed_on",
    "suspended_on",
    "resumed_on",
    "idle_filed_on",
    "returned_on",
)
"""The dates of a supply that tell what happened; the others tell what was agreed."""


def tell_facts(scene: Scene) -> Iterator[str]:
    """What is recorded, with what lies after the date marked as not yet happened."""
    on = pd.Timestamp(scene.standing.today)
    for column in LAYERS["supplies"].columns:
        value = scene.supply[column.name]
        if pd.isna(value):
            continue
        later = column.name in HAPPENINGS and value > on
        told = {"name": _name(scene, column), "value": _said(scene, value, column.kind)}
        yield scene.say("fact_later" if later else "fact", **told)
    for made in records(scene.layers["amendments"].table.sort_values("signed_on")):
        yield _amendment(scene, made, on)
    for entry in records(scene.layers["holders"].table.sort_values("from_on")):
        key = "held" if entry["from_on"] <= on else "held_later"
        yield scene.say(key, holder=entry["holder"], from_on=day_text(entry["from_on"]))


def _name(scene: Scene, column: Column) -> str:
    if scene.lang == "zh":
        return column.zh + {Kind.MONEY: "（元）", Kind.AREA: "（平方米）"}.get(column.kind, "")
    plain = column.name.removesuffix("_fen").removesuffix("_m2").replace("_", " ")
    return plain + {Kind.MONEY: " (yuan)", Kind.AREA: " (m²)"}.get(column.kind, "")


def _said(scene: Scene, value: Any, kind: Kind) -> str:
    """A recorded value in the language of the story."""
    if kind is Kind.FLAG:
        return scene.say("yes" if value else "no")
    return scene.say(f"choice_{value}") if kind is Kind.CHOICE else value_text(value, kind)


def _amendment(scene: Scene, made: Mapping[Any, Any], on: pd.Timestamp) -> str:
    signed = made["signed_on"]
    if not signed <= on:
        return scene.say("amended_later", signed=day_text(signed))
    dates = {
        name: scene.say("same") if pd.isna(day) else scene.say("moved", day=day_text(day))
        for name, day in ((name, made[f"{name}_on"]) for name in ("start", "completion"))
    }
    return scene.say("amended", signed=day_text(signed), **dates)


def tell_clock(scene: Scene) -> Iterator[str]:
    """Where the due date comes from, both clocks, and what the other policy would give."""
    yield scene.say("standing", standing=scene.term("standing"))
    yield _due(scene)
    if scene.is_in(Standing.SUSPENDED, Standing.SUSPENDED_IDLE):
        yield from _suspension(scene)
    elif scene.standing.waiting[0]:
        yield from _both_clocks(scene)
    elif not scene.is_in(Standing.UNDATED):
        yield scene.say("not_running", standing=scene.term("standing"))


def _due(scene: Scene) -> str:
    row = scene.row
    if row["due_source"] == DueSource.NONE:
        return scene.say("no_due")
    if row["due_source"] == DueSource.DELIVERY:
        years = scene.rulebook.measure(DeliveryRule, scene.standing.today).years
        delivered = day_text(scene.supply["delivered_on"])
        return scene.say(
            "due_delivery", delivered_on=delivered, years=years, due_on=day_text(row["due_on"])
        )
    return scene.say("due", due_on=day_text(row["due_on"]), source=scene.term("due_source"))


def mark_years(rulebook: Rulebook, scene_rules: tuple[type[Any], ...]) -> list[int]:
    """The numbers of full years at which these kinds of rules speak."""
    rules = [rule for kind in scene_rules for rule in rulebook.of(kind)]
    return sorted({getattr(rule, "after_years", None) or rule.idle_years for rule in rules})


def _marks(scene: Scene, start: Any, *, waits: bool = False) -> str:
    """The anniversaries of ``start`` that matter; one ahead does not arrive while a cause lasts."""
    years = mark_years(scene.rulebook, (IdleRule, FeeRule, ReclaimRule))
    origin = np.array([start], dtype="datetime64[D]")
    told = []
    for n in years:
        day = add_years(origin, n)[0]
        ahead = waits and day >= scene.standing.on
        told.append(scene.say("mark_waits" if ahead else "mark", n=n, day=day, after=day + DAY))
    return ("；" if scene.lang == "zh" else "; ").join(told)


def _both_clocks(scene: Scene) -> Iterator[str]:
    row, on = scene.row, scene.standing.today
    elapsed = max((pd.Timestamp(on) - row["due_on"]).days, 0)
    yield scene.say(
        "marks",
        marks=_marks(scene, row["due_on"]),
        on=on,
        elapsed=elapsed,
        years=row["full_years"],
    )
    waits = bool(scene.excused.running[0])
    yield scene.say(
        "deduct",
        due_on=day_text(row["due_on"]),
        days=row["excused_days"],
        effective=day_text(row["effective_due_on"]),
        marks=_marks(scene, row["effective_due_on"], waits=waits),
        on=on,
        years=row["holder_full_years"],
    )
    if scene.excused.exempt[0]:
        yield scene.say("exempt", days=row["excused_days"])
    if row["excused_days"] > 0:
        yield _other_policy(scene)


def _other_policy(scene: Scene) -> str:
    """What the outcome would be if excused time did the other thing (law.md section 2)."""
    policy = scene.rulebook.measure(TollingRule, scene.standing.today).policy
    other = Policy.EXEMPT if policy is Policy.DEDUCT else Policy.DEDUCT
    rules = tuple(
        replace(rule, policy=other) if isinstance(rule, TollingRule) else rule
        for rule in scene.rulebook.rules
    )
    book = replace(scene.rulebook, rules=rules)
    outcome = assess(scene.layers, book, scene.standing.today).supplies["outcome"].iloc[0]
    return scene.say(
        "other_policy",
        policy=scene.say(f"policy_{other.value}"),
        outcome=say(outcome, FIELDS["outcome"], scene.lang) or scene.say("nothing"),
    )


def _suspension(scene: Scene) -> Iterator[str]:
    rule = scene.rulebook.measure(SuspendedRule, scene.standing.today)
    start = scene.standing.suspended_on
    mark = add_years(start, rule.idle_years)[0]
    yield scene.say(
        "suspension", suspended_on=start[0], years=rule.idle_years, mark=mark, after=mark + DAY
    )
    share = scene.standing.shares
    yield _share(scene, "developed", rule.developed_under, bool(share.developed_known[0]))
    yield _share(scene, "invested", rule.invested_under, bool(share.invested_known[0]))


SIDES = {
    "developed": ("developed_area_m2", "developable_area_m2", Kind.AREA),
    "invested": ("invested_fen", "planned_investment_fen", Kind.MONEY),
}
"""The two columns of each share, and what they hold."""


def _share(scene: Scene, name: str, limit: Fraction, known: bool) -> str:
    if not known:
        return scene.say("share_unknown", name=scene.say(name))
    first, second, kind = SIDES[name]
    part, whole = scene.supply[first], scene.supply[second]
    under = part * limit.denominator < whole * limit.numerator
    return scene.say(
        f"share_{name}",
        part=value_text(part, kind),
        whole=value_text(whole, kind),
        share=share_text(np.array([float(part)]), np.array([float(whole)]), "")[0].as_py(),
        limit=percent(limit),
        verdict=scene.say("under" if under else "not_under"),
    )
