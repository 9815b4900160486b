"""The recorded delays of one supply and what each of them did to the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from landgis.documents.scene import Scene, day_text, records
from landgis.law.fault import EVERYWHERE
from landgis.terms import Cause, DelayStatus, Fault, Outcome, Standing, Term


def tell_delays(scene: Scene) -> Iterator[str]:
    """Each delay with its status and effect, and whose fault follows."""
    steps = delay_steps(scene)
    if not steps:
        yield scene.say("no_delays")
    for step in steps:
        yield scene.say(
            "delay",
            cause=_word(Cause, step["cause"], scene.lang),
            start=step["from_on"],
            end=step["until_on"] or scene.say("open_end"),
            status=_word(DelayStatus, step["status"], scene.lang),
            effect=scene.say(f"effect_{step['effect']}", **_days(step)),
        )
    if scene.row["fault"]:
        yield _fault(scene)


def _days(step: Mapping[str, Any]) -> dict[str, int]:
    """The days of a delay that are deducted, and those that are left."""
    span = np.array([step["from_on"], step["until_on"] or step["from_on"]], dtype="datetime64[D]")
    whole = int((span[1] - span[0]).astype(int)) + 1
    return {"days": step["counted_days"], "left": whole - step["counted_days"]}


def _fault(scene: Scene) -> str:
    """Whose fault the time is; others answer for their own days where the law asks the holder."""
    fault, days = scene.row["fault"], scene.row["excused_days"]
    asked = set(scene.findings["outcome"]) & {Outcome.FEE.value, Outcome.RECLAIM.value}
    if asked and days and fault not in (Fault.HOLDER, Fault.MIXED):
        return scene.say("fault_part", fault=scene.term("fault"), days=days)
    return scene.say("fault", fault=scene.term("fault"))


def delay_steps(scene: Scene) -> list[dict[str, Any]]:
    """Every delay that may touch the supply: cause, dates, status, effect and days deducted."""
    table = scene.layers["delays"].table
    reach = table["scope"].isin([EVERYWHERE, scene.supply["district_code"]])
    touching = (table["supply_id"].notna() | (table["scope"].notna() & reach)).to_numpy(bool)
    return [
        _step(scene, place, record)
        for place, record in enumerate(records(table))
        if touching[place]
    ]


def _step(scene: Scene, place: int, record: Mapping[Any, Any]) -> dict[str, Any]:
    status = record["status"] if isinstance(record["status"], str) else DelayStatus.VERIFIED.value
    entries = np.flatnonzero(scene.excused.delays.source == place)
    counted = int(scene.excused.by_delay.counted[entries].sum()) if scene.standing.waiting[0] else 0
    return {
        "cause": record["cause"],
        "from_on": day_text(record["from_on"]),
        "until_on": day_text(record["until_on"]),
        "status": status,
        "evidence": record["evidence"] if isinstance(record["evidence"], str) else None,
        "effect": _effect(scene, record, status, entries, counted),
        "counted_days": counted,
    }


def _effect(
    scene: Scene, record: Mapping[Any, Any], status: str, entries: Any, counted: int
) -> str:
    """The first reason that holds, from what rules a delay out to what it does."""
    delays, made = scene.excused.delays, scene.excused.by_delay
    if not len(entries):
        begun = np.datetime64(record["from_on"], "D") <= scene.standing.on
        return "idle" if begun else "later"
    entry = entries[0]
    start, end = delays.spans.start[entry], delays.spans.end[entry]
    ruled_out = {
        "reversed": end < start,
        status: status != DelayStatus.VERIFIED,
        "holder": record["cause"] == Cause.HOLDER,
        "suspended": scene.is_in(Standing.SUSPENDED, Standing.SUSPENDED_IDLE),
        "moot": made.moot[entry],
        "open": delays.open[entry],
    }
    first = next((effect for effect, holds in ruled_out.items() if holds), None)
    whole = first is None and counted == (end - start).astype(int) + 1
    return first or ("counted" if whole else "overlap")


def _word(terms: type[Term], code: str, lang: str) -> str:
    words = {term.value: term.zh if lang == "zh" else term.en for term in terms}
    return words.get(code, code)
