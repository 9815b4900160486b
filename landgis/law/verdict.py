"""Clocks in; when each rule begins and stops to speak of each supply, and the outcome, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landgis.clock import DAY, NOT_A_DAY, Counts, Days, Mask, add_years, full_years, later
from landgis.law.fault import Excused
from landgis.law.standing import Stand
from landgis.rulebook import Rulebook
from landgis.statute import (
    AgreementRule,
    DeliveryRule,
    FeeRule,
    IdleRule,
    ReclaimRule,
    Rule,
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


@dataclass(frozen=True)
class Claim:
    """What one version of one rule would say: from ``start`` on, until the day before ``stop``.

    NaT in ``start`` is never, NaT in ``stop`` is without end; one entry a supply.
    """

    rule: Rule
    outcome: Outcome
    start: Days
    stop: Days

    def holds(self, at: Days | np.datetime64) -> Mask:
        """Where the facts are such that the rule would speak on the day ``at``."""
        return np.asarray((self.start <= at) & ~(self.stop <= at))

    def speaks(self, at: Days | np.datetime64) -> Mask:
        """Where the rule speaks on the day ``at``: the facts hold and the rule is in force."""
        return self.holds(at) & in_force(self.rule, at)

    def take(self, rows: Counts) -> Claim:
        """The claim for some supplies only."""
        return Claim(self.rule, self.outcome, self.start[rows], self.stop[rows])


def in_force(rule: Rule, at: Days | np.datetime64) -> Mask:
    """Whether ``rule`` is in force on each day; ``at`` may be a single one."""
    begun = np.asarray(at >= np.datetime64(rule.since, "D"))
    return begun if rule.until is None else begun & (at < np.datetime64(rule.until, "D"))


def claims(rulebook: Rulebook, standing: Stand, excused: Excused, both: Clocks) -> list[Claim]:
    """Every claim of every version of every rule, if nothing more were recorded after today."""
    never: Days = np.full(len(standing.standing), NOT_A_DAY)

    def mark(years: int) -> Days:
        """The first day after ``years`` of the holder's own time; none while an excuse runs."""
        day = add_years(both.effective, years) + DAY
        ahead = excused.running & (day > standing.on)
        return np.where(excused.exempt | ahead, NOT_A_DAY, day)

    idle = rulebook.measure(IdleRule, standing.today)
    raw = np.where(standing.waiting, standing.idle_from, NOT_A_DAY)
    fees = [Claim(r, Outcome.FEE, mark(r.after_years), never) for r in rulebook.of(FeeRule)]
    reclaims = [
        Claim(r, Outcome.RECLAIM, mark(r.after_years), never) for r in rulebook.of(ReclaimRule)
    ]
    agreements = [
        Claim(r, Outcome.AGREEMENT, raw, mark(idle.idle_years)) for r in rulebook.of(AgreementRule)
    ]
    made = [*reclaims, *fees, *agreements]
    return made + _limb_two(rulebook, standing, never) + _undated(rulebook, standing, never)


def _limb_two(rulebook: Rulebook, standing: Stand, never: Days) -> list[Claim]:
    """A suspended project: by agreement if little is done, by hand if nothing is known of it."""
    stopped = standing.is_in(Standing.SUSPENDED, Standing.SUSPENDED_IDLE)
    share = standing.shares
    unknown = ~share.developed_known & ~share.invested_known
    little = np.where(stopped & share.under, standing.suspended_from, NOT_A_DAY)
    unclear = np.where(stopped & unknown, standing.suspended_from, NOT_A_DAY)
    return [
        Claim(rule, outcome, start, never)
        for rule in rulebook.of(SuspendedRule)
        for outcome, start in ((Outcome.AGREEMENT, little), (Outcome.REVIEW, unclear))
    ]


def _undated(rulebook: Rulebook, standing: Stand, never: Days) -> list[Claim]:
    undated = np.where(standing.is_in(Standing.UNDATED), standing.on, NOT_A_DAY)
    return [Claim(rule, Outcome.REVIEW, undated, never) for rule in rulebook.of(DeliveryRule)]


def outcome_at(made: Sequence[Claim], at: Days | np.datetime64) -> Counts:
    """The gravest outcome on the day ``at`` as a place in ``OUTCOMES``, else ``NO_OUTCOME``.

    Where the facts call for a rule and none is in force the outcome is ``review``.
    """
    gravest = np.full(len(made[0].start), NO_OUTCOME)
    for claim in made:
        holds = claim.holds(at)
        spoken = holds & in_force(claim.rule, at)
        gravest[holds] = np.minimum(gravest[holds], OUTCOMES.index(Outcome.REVIEW))
        gravest[spoken] = np.minimum(gravest[spoken], OUTCOMES.index(claim.outcome))
    return gravest


def unruled(made: Sequence[Claim], at: Days | np.datetime64) -> Mask:
    """Where the facts call for a rule and none is in force on the day ``at``."""
    called, spoken = np.zeros((2, len(made[0].start)), dtype=bool)
    for claim in made:
        called |= claim.holds(at)
        spoken |= claim.speaks(at)
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
            then = outcome_at([claim.take(rows) for claim in made], day[rows])
            changed = then != now[rows]
            first[rows[changed]] = day[rows[changed]]
            what[rows[changed]] = then[changed]
    return first, what


def _turning_days(rulebook: Rulebook, made: Sequence[Claim]) -> list[Days]:
    """The days, one entry a supply, on which an outcome can change at all."""
    size = len(made[0].start)
    changes = [np.full(size, np.datetime64(day, "D")) for day in rulebook.changes()]
    marks = {id(day): day for claim in made for day in (claim.start, claim.stop)}
    return [*marks.values(), *changes]
