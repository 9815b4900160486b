"""What one rule would say of every supply, from when until when, and what comes before it."""

from __future__ import annotations

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

    NaT in ``start`` is never, NaT in ``stop`` is without end; one entry a supply. ``key`` names
    the sentence where it is not that of the outcome. It is silent while one of ``replaced_by``,
    claims of a rule that comes first, speaks.
    """

    rule: Rule
    outcome: Outcome
    start: Days
    stop: Days
    key: str = ""
    replaced_by: tuple[Claim, ...] = ()

    def holds(self, at: Days | np.datetime64) -> Mask:
        """Where the facts are such that the rule would speak on the day ``at``."""
        return np.asarray((self.start <= at) & ~(self.stop <= at))

    def speaks(self, at: Days | np.datetime64) -> Mask:
        """Where the rule speaks on the day ``at``: the facts hold, it is in force and first."""
        spoken = self.holds(at) & in_force(self.rule, at)
        for first in self.replaced_by:
            spoken &= ~first.speaks(at)
        return spoken

    def take(self, rows: Counts) -> Claim:
        """The claim for some supplies only."""
        firsts = tuple(first.take(rows) for first in self.replaced_by)
        return replace(self, start=self.start[rows], stop=self.stop[rows], replaced_by=firsts)


def in_force(rule: Rule, at: Days | np.datetime64) -> Mask:
    """Whether ``rule`` is in force on each day; ``at`` may be a single one."""
    begun = np.asarray(at >= np.datetime64(rule.since, "D"))
    return begun if rule.until is None else begun & (at < np.datetime64(rule.until, "D"))
