"""The picture of a supply's clocks: marks from the core's anniversaries, events and delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from landgis.clock import add_years
from landgis.rulebook import Rulebook
from landgis.statute import FeeRule, IdleRule, ReclaimRule, SuspendedRule
from landgis.terms import Cause, DelayStatus, Fault, Standing
from maps.layers import plain

EVENTS = {
    "supplied": "supplied_on",
    "started": "started_on",
    "suspended": "suspended_on",
    "completed": "completed_on",
    "returned": "returned_on",
}
"""The events that are drawn, by the column that dates them."""

SUSPENSIONS = (Standing.SUSPENDED, Standing.SUSPENDED_IDLE)

Record = Mapping[str, Any]


def clocks(
    rulebook: Rulebook, on: date, supplies: pd.DataFrame, delays: Mapping[str, Sequence[Record]]
) -> dict[str, dict[str, Any]]:
    """Both clocks of every supply by its number; no ``tracks`` where no clock can run.

    Needs: the columns of the layer and those of ``determine``, and the delays by supply.
    """
    counted = _years(rulebook)
    tracks = {
        "suspension": _tracks("suspended", supplies["suspended_on"], counted["suspended"]),
        "raw": _tracks("due", supplies["due_on"], counted["due"]),
        "effective": _tracks("due", supplies["effective_due_on"], counted["due"]),
    }
    due = plain(supplies["due_on"])
    events = {kind: plain(supplies[column]) for kind, column in EVENTS.items()}
    rows = zip(
        supplies["supply_id"], supplies["standing"], plain(supplies["excused_days"]), strict=True
    )
    return {
        supply_id: {
            "on": on.isoformat(),
            "start": events["supplied"][i],
            "stop": _stop({kind: dates[i] for kind, dates in events.items()}, standing, on),
            "excused_days": excused or 0,
            "tracks": [
                {"name": name, "marks": tracks[name][i]}
                for name in _shown(standing, excused)
                if tracks[name][i] is not None
            ],
            "events": _events({kind: dates[i] for kind, dates in events.items()}, on.isoformat()),
            "excused": _excusing(delays[supply_id], due[i] or "", on.isoformat()),
        }
        for i, (supply_id, standing, excused) in enumerate(rows)
    }


def _years(rulebook: Rulebook) -> Mapping[str, Sequence[int]]:
    """The numbers of years at which rules speak, after the due date and after a suspension."""
    due = {rule.idle_years for rule in rulebook.of(IdleRule)}
    due |= {r.after_years for r in (*rulebook.of(FeeRule), *rulebook.of(ReclaimRule))}
    suspended = {rule.idle_years for rule in rulebook.of(SuspendedRule)}
    return {"due": sorted(due), "suspended": sorted(suspended)}


def _shown(standing: str, excused_days: int | None) -> tuple[str, ...]:
    if standing in SUSPENSIONS:
        return ("suspension",)
    return ("raw", "effective") if excused_days else ("raw",)


def _tracks(kind: str, start: pd.Series, years: Sequence[int]) -> list[list[Record] | None]:
    """The marks of one clock by row: its start and its anniversaries; None without a start."""
    origin = start.to_numpy("datetime64[D]")
    ends = [plain(pd.Series(add_years(origin, n).astype("datetime64[s]"))) for n in years]
    return [
        first
        and [
            {"kind": kind, "on": first},
            *({"kind": "year", "n": n, "on": end[i]} for n, end in zip(years, ends, strict=True)),
        ]
        for i, first in enumerate(plain(start))
    ]


def _stop(dates: Mapping[str, str | None], standing: str, on: date) -> str | None:
    """The day that ended the waiting: building began, or the land was returned."""
    ending = ("returned",) if standing in SUSPENSIONS else ("started", "completed", "returned")
    days = [day for kind in ending if (day := dates[kind]) and day <= on.isoformat()]
    return min(days, default=None)


def _events(dates: Mapping[str, str | None], on: str) -> list[Record]:
    return [{"kind": kind, "on": day} for kind, day in dates.items() if day and day <= on]


def _excusing(delays: Sequence[Record], due_on: str, on: str) -> list[Record]:
    """Verified delays that are not the holder's and not moot, after ``due_on`` and up to ``on``."""
    spans = [
        {"from_on": max(delay["from_on"], due_on), "until_on": min(delay["until_on"] or on, on)}
        for delay in delays
        if delay["status"] == DelayStatus.VERIFIED
        and not delay["moot"]
        and Cause(delay["cause"]).fault is not Fault.HOLDER
    ]
    return [span for span in spans if span["from_on"] <= span["until_on"]]
