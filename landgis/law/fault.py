"""Delays in; excused days, whose fault the time is, and what of it is proven, out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgis.clock import Counts, Days, Excuse, Intervals, Mask, covered_days, excuse
from landgis.law.due import days_of
from landgis.law.standing import Stand
from landgis.rulebook import Rulebook
from landgis.stations import Layers
from landgis.statute import ExcuseRule, Policy, TollingRule
from landgis.terms import Cause, DelayStatus, Fault

CAUSES = tuple(Cause)
"""The code of a cause is its place here; a set of causes is the sum of their powers of two."""

FAULTS = tuple(Fault)
"""The code of a fault is its place here."""

EVERYWHERE = "all"
"""The scope of a delay that holds for every supply."""


@dataclass(frozen=True)
class Delays:
    """Every delay that touches a supply whose time counts, whatever its status.

    ``source`` is the row of the layer (a delay of a whole district has several entries here),
    ``open`` whether it has no end yet on the date.
    """

    spans: Intervals
    cause: Counts
    verified: Mask
    open: Mask
    source: Counts

    def __len__(self) -> int:
        """The number of entries."""
        return len(self.source)


@dataclass(frozen=True)
class Excused:
    """What delays do to the clock of every supply, one entry a supply.

    ``days`` are taken off; ``running`` says that an excuse has no end yet; ``exempt`` that it ends
    the holder's fault (policy ``exempt``); ``holder_days`` are days verified as the holder's own;
    ``faults`` and ``causes`` are sets of verified ones that cover some of the time.
    ``by_delay`` is aligned with ``delays``, and so is ``taken``: what counts as an excuse.
    """

    delays: Delays
    by_delay: Excuse
    taken: Mask
    days: Counts
    running: Mask
    exempt: Mask
    holder_days: Counts
    fault: Counts
    causes: Counts


def gather(layers: Layers, standing: Stand) -> Delays:
    """The delays that began by ``on``, matched to supplies by number, by district or to all.

    Only supplies with an ``origin`` take part: for the others no time is running.
    """
    table = layers["delays"].table
    supplies, row = layers["supplies"].table, standing.rows["delays"]
    on, origin = standing.on, standing.origin
    begun = days_of(table, "from_on") <= on
    named = np.flatnonzero(begun & (row >= 0))
    named = named[~np.isnat(origin[row[named]])]
    scoped = np.flatnonzero(begun & table["supply_id"].isna().to_numpy())
    reach = [_reach(supplies, origin, str(table["scope"].iloc[i])) for i in scoped]
    source = np.concatenate([named, np.repeat(scoped, [len(r) for r in reach])]).astype(np.int64)
    return _entries(table, np.concatenate([row[named], *reach]), source, on)


def _reach(supplies: pd.DataFrame, origin: Days, scope: str) -> Counts:
    within = ~np.isnat(origin)
    if scope != EVERYWHERE:
        within = within & (supplies["district_code"] == scope).to_numpy(bool)
    return np.flatnonzero(within)


def _entries(table: pd.DataFrame, row: Counts, source: Counts, on: np.datetime64) -> Delays:
    until = days_of(table, "until_on")
    status = table["status"].fillna(DelayStatus.VERIFIED.value)
    causes = pd.Index([cause.value for cause in CAUSES])
    cause = causes.get_indexer(pd.Index(table["cause"]))
    is_open = np.isnat(until) | (until > on)
    end = np.where(is_open, np.datetime64("NaT"), until)
    return Delays(
        spans=Intervals(row.astype(np.int64), days_of(table, "from_on")[source], end[source]),
        cause=cause[source],
        verified=(status == DelayStatus.VERIFIED.value).to_numpy(bool)[source],
        open=is_open[source],
        source=source,
    )


def excused(layers: Layers, rulebook: Rulebook, standing: Stand) -> Excused:
    """What the delays do to every supply's clock on the day of ``standing``.

    Source: order 53 art. 8, 城市房地产管理法 art. 26, (2017)最高法行申5480号.
    """
    on, origin = standing.on, standing.origin
    delays = gather(layers, standing)
    tolling = rulebook.measure(TollingRule, standing.today)
    is_excuse = delays.verified & np.isin(delays.cause, _excusing(rulebook))
    made = excuse(
        origin, delays.spans.take(is_excuse), on, moot_after_years=tolling.moot_after_years
    )
    by_delay = _spread(made, is_excuse)
    effective = is_excuse & ~by_delay.moot
    days = np.where(standing.waiting, made.days, 0)
    running = _any(effective & delays.open, delays, len(origin))
    touching = delays.verified & ~by_delay.moot & _touches(delays, origin, on)
    causes = _causes(delays, touching, len(origin))
    return Excused(
        delays=delays,
        by_delay=by_delay,
        taken=effective,
        days=days,
        running=running,
        exempt=(tolling.policy is Policy.EXEMPT) & ((days > 0) | running),
        holder_days=_holder_days(delays, effective, made.days, origin, on),
        fault=_fault(causes),
        causes=causes,
    )


def _excusing(rulebook: Rulebook) -> list[int]:
    causes = {cause for rule in rulebook.of(ExcuseRule) for cause in rule.causes}
    return [CAUSES.index(cause) for cause in causes]


def _spread(made: Excuse, chosen: Mask) -> Excuse:
    counted, moot = np.zeros(len(chosen), dtype=np.int64), np.zeros(len(chosen), dtype=bool)
    counted[chosen], moot[chosen] = made.counted, made.moot
    return Excuse(made.days, counted, moot)


def _any(chosen: Mask, delays: Delays, size: int) -> Mask:
    found = np.zeros(size, dtype=bool)
    found[delays.spans.row[chosen]] = True
    return found


def _touches(delays: Delays, origin: Days, on: np.datetime64) -> Mask:
    end = np.where(delays.open, on, delays.spans.end)
    return (end > origin[delays.spans.row]) & (end >= delays.spans.start)


def _causes(delays: Delays, chosen: Mask, size: int) -> Counts:
    sets = np.zeros(size, dtype=np.int64)
    for code in range(len(CAUSES)):
        sets[delays.spans.row[chosen & (delays.cause == code)]] |= 1 << code
    return sets


def _fault(causes: Counts) -> Counts:
    """The one side whose causes a set holds, ``mixed`` for several, ``unknown`` for none."""
    sides = {cause.fault: 0 for cause in CAUSES}
    for code, cause in enumerate(CAUSES):
        sides[cause.fault] |= 1 << code
    table = np.full(1 << len(CAUSES), FAULTS.index(Fault.MIXED))
    table[0] = FAULTS.index(Fault.UNKNOWN)
    every = np.arange(1, len(table))
    for side, held in sides.items():
        table[every[(every & ~held) == 0]] = FAULTS.index(side)
    return table[causes]


def _holder_days(
    delays: Delays, effective: Mask, excused_days: Counts, origin: Days, on: np.datetime64
) -> Counts:
    """Days covered by a verified cause of the holder and by nobody else's."""
    own = delays.verified & (delays.cause == CAUSES.index(Cause.HOLDER))
    if not own.any():
        return np.zeros(len(origin), dtype=np.int64)
    return covered_days(origin, delays.spans.take(own | effective), on).days - excused_days
