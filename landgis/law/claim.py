"""What one rule would say of every supply, from when until when, and what comes before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landgis.clock import Counts, Days, Mask
from landgis.statute import Rule
from landgis.terms import Outcome

OPEN = "open"
"""The sentence of a rule of which nobody can tell whether it is for the supply."""


@dataclass(frozen=True)
class Claim:
    """What one version of one rule would say: from ``start`` on, until the day before ``stop``.

    One entry a supply; NaT in ``start`` is never, NaT in ``stop`` and no ``stop`` are without end.
    ``key`` names the sentence where it is not that of the outcome. It is silent while one of
    ``replaced_by``, claims of a rule that comes first, speaks.
    """

    rule: Rule
    outcome: Outcome
    start: Days
    stop: Days | None = None
    key: str = ""
    replaced_by: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Heard:
    """A claim on one day: where the facts are such that it would speak, and where it speaks."""

    claim: Claim
    holds: Mask
    speaks: Mask


def hear(claims: Sequence[Claim], at: Days | np.datetime64) -> list[Heard]:
    """The claims on the day ``at``: a rule speaks where the facts hold, it is in force and first.

    Claims share their days, so no mask is made twice.
    """
    held: dict[tuple[int, int], Mask] = {}
    said: dict[int, Mask] = {}

    def holds(claim: Claim) -> Mask:
        key = id(claim.start), id(claim.stop)
        if key not in held:
            held[key] = claim.start <= at
            if claim.stop is not None:
                held[key] &= ~(claim.stop <= at)
        return held[key]

    def speaks(claim: Claim) -> Mask:
        if id(claim) not in said:
            spoken = holds(claim) & in_force(claim.rule, at)
            for first in claim.replaced_by:
                spoken &= ~speaks(first)
            said[id(claim)] = spoken
        return said[id(claim)]

    return [Heard(claim, holds(claim), speaks(claim)) for claim in claims]


def only(claims: Sequence[Claim], rows: Counts) -> list[Claim]:
    """The claims for some supplies only; what they share they go on sharing."""
    days: dict[int, Days] = {}
    kept: dict[int, Claim] = {}

    def some(whole: Days) -> Days:
        if id(whole) not in days:
            days[id(whole)] = whole[rows]
        return days[id(whole)]

    def take(claim: Claim) -> Claim:
        if id(claim) not in kept:
            stop = None if claim.stop is None else some(claim.stop)
            firsts = tuple(map(take, claim.replaced_by))
            kept[id(claim)] = replace(claim, start=some(claim.start), stop=stop, replaced_by=firsts)
        return kept[id(claim)]

    return list(map(take, claims))


def in_force(rule: Rule, at: Days | np.datetime64) -> Mask:
    """Whether ``rule`` is in force on each day; ``at`` may be a single one."""
    begun = np.asarray(at >= np.datetime64(rule.since, "D"))
    return begun if rule.until is None else begun & (at < np.datetime64(rule.until, "D"))
