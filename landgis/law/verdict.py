"""Clocks in; when each rule begins and stops to speak of each supply, and the outcome, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from landgis.clock import DAY, NOT_A_DAY, Counts, Days, Mask, add_years, full_years, later
from landgis.law.claim import OPEN, Claim, Heard, hear, only
from landgis.law.fault import Excused
from landgis.law.lateness import lateness
from landgis.law.scope import scope
from landgis.law.standing import Stand
from landgis.rulebook import Rulebook
from landgis.statute import (
    AgreementRule,
    DeliveryRule,
    FeeRule,
    IdleRule,
    ReclaimRule,
    SuspendedRule,
)
from landgis.terms import Outcome, Standing

OUTCOMES = tuple(Outcome)
"""The code of an outcome is its place here: the gravest first."""

NO_OUTCOME = len(OUTCOMES)
"""The code of no outcome."""


@dataclass(frozen=True)
class Clocks:
    """The raw clock and the one after deduction, one entry a supply, for supplies not started.

    ``effective`` is the due date moved by the excused days; ``full_years`` and
    ``holder_full_years`` are the complete years of either; ``proven_years`` are those of the
    holder's verified own days alone.
    """

    effective: Days
    full_years: Counts
    holder_full_years: Counts
    proven_years: Counts


def clocks(standing: Stand, excused: Excused) -> Clocks:
    """Both clocks on the date of ``standing`` (design section 7)."""
    on = standing.on
    origin = np.where(standing.waiting, standing.due.on, NOT_A_DAY)
    effective = later(origin, excused.days)
    elapsed = np.where(np.isnat(origin), 0, (on - origin).astype(np.int64))
    unproven = later(origin, np.maximum(elapsed - excused.holder_days, 0))
    counted = standing.is_in(Standing.SUSPENDED_IDLE)
    raw = np.where(counted, standing.suspended_on, origin)
    return Clocks(
        effective=effective,
        full_years=full_years(raw, on),
        holder_full_years=np.where(excused.exempt, 0, full_years(effective, on)),
        proven_years=full_years(unproven, on),
    )


def claims(
    rulebook: Rulebook, supplies: pd.DataFrame, standing: Stand, excused: Excused, both: Clocks
) -> list[Claim]:
    """Every claim of every version of every rule, if nothing more were recorded after today."""

    @cache
    def mark(years: int) -> Days:
        """The first day after ``years`` of the holder's own time; none while an excuse runs."""
        day = add_years(both.effective, years) + DAY
        ahead = excused.running & (day > standing.on)
        return np.where(excused.exempt | ahead, NOT_A_DAY, day)

    idle = rulebook.measure(IdleRule, standing.today)
    raw = np.where(standing.waiting, standing.idle_from, NOT_A_DAY)
    agreements = [
        Claim(r, Outcome.AGREEMENT, raw, mark(idle.idle_years)) for r in rulebook.of(AgreementRule)
    ]
    marked = [
        claim
        for outcome, rules in _MARKED
        for rule in rulebook.of(rules)
        for claim in _within(supplies, rule, outcome, mark(rule.after_years))
    ]
    made = [*marked, *agreements, *_limb_two(rulebook, standing)]
    late = lateness(rulebook, supplies, standing)
    return _ranked([*made, *_undated(rulebook, standing), *late])


_MARKED: tuple[tuple[Outcome, type[ReclaimRule | FeeRule]], ...] = (
    (Outcome.RECLAIM, ReclaimRule),
    (Outcome.FEE, FeeRule),
)


def _within(
    supplies: pd.DataFrame, rule: ReclaimRule | FeeRule, outcome: Outcome, start: Days
) -> list[Claim]:
    """The claim for the supplies that the rule is for; by hand where nobody can tell."""
    if rule.only is None:
        return [Claim(rule, outcome, start)]
    yes, unknown = scope(supplies, rule)
    return [
        Claim(rule, outcome, np.where(yes, start, NOT_A_DAY)),
        Claim(rule, Outcome.REVIEW, np.where(unknown, start, NOT_A_DAY), key=OPEN),
    ]


def _ranked(made: list[Claim]) -> list[Claim]:
    """The claims with those that come before them (``Rule.replaces``)."""
    sure = [claim for claim in made if claim.key != OPEN]
    return [
        replace(c, replaced_by=tuple(o for o in sure if c.rule.id in o.rule.replaces)) for c in made
    ]


def _limb_two(rulebook: Rulebook, standing: Stand) -> list[Claim]:
    """A suspended project: by agreement if little is done, by hand if nothing is known of it."""
    stopped = standing.is_in(Standing.SUSPENDED, Standing.SUSPENDED_IDLE)
    share = standing.shares
    unknown = ~share.developed_known & ~share.invested_known
    little = np.where(stopped & share.under, standing.suspended_from, NOT_A_DAY)
    unclear = np.where(stopped & unknown, standing.suspended_from, NOT_A_DAY)
    return [
        Claim(rule, outcome, start)
        for rule in rulebook.of(SuspendedRule)
        for outcome, start in ((Outcome.AGREEMENT, little), (Outcome.REVIEW, unclear))
    ]


def _undated(rulebook: Rulebook, standing: Stand) -> list[Claim]:
    undated = np.where(standing.is_in(Standing.UNDATED), standing.on, NOT_A_DAY)
    return [Claim(rule, Outcome.REVIEW, undated) for rule in rulebook.of(DeliveryRule)]


def outcome_of(heard: Sequence[Heard]) -> Counts:
    """The gravest outcome of claims on a day as a place in ``OUTCOMES``, else ``NO_OUTCOME``.

    Where the facts call for a rule and none is in force the outcome is ``review``.
    """
    gravest = np.full(len(heard[0].holds), NO_OUTCOME)
    for one in heard:
        np.minimum(gravest, OUTCOMES.index(Outcome.REVIEW), out=gravest, where=one.holds)
        np.minimum(gravest, OUTCOMES.index(one.claim.outcome), out=gravest, where=one.speaks)
    return gravest


def unruled(heard: Sequence[Heard]) -> Mask:
    """Where the facts call for a rule and none is in force on the day."""
    called, spoken = np.zeros((2, len(heard[0].holds)), dtype=bool)
    for one in heard:
        called |= one.holds
        spoken |= one.speaks
    return called & ~spoken


def next_change(
    rulebook: Rulebook, made: Sequence[Claim], on: np.datetime64, now: Counts
) -> tuple[Days, Counts]:
    """The first day after ``on`` on which the outcome changes, and the outcome on that day.

    Nothing more is recorded until then, and no later day is excused. NaT and ``NO_OUTCOME``
    where nothing will change.
    """
    first, what = np.full(len(now), NOT_A_DAY), np.full(len(now), NO_OUTCOME)
    for day in _turning_days(rulebook, made):
        rows = np.flatnonzero((day > on) & ~(first <= day))
        if len(rows):
            then = outcome_of(hear(only(made, rows), day[rows]))
            changed = then != now[rows]
            first[rows[changed]] = day[rows[changed]]
            what[rows[changed]] = then[changed]
    return first, what


def _turning_days(rulebook: Rulebook, made: Sequence[Claim]) -> list[Days]:
    """The days, one entry a supply, on which an outcome can change at all."""
    size = len(made[0].start)
    changes = [np.full(size, np.datetime64(day, "D")) for day in rulebook.changes()]
    days = [day for claim in made for day in (claim.start, claim.stop) if day is not None]
    return [*{id(day): day for day in days}.values(), *changes]
