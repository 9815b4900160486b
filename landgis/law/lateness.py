"""Due dates in; what rules on little investment and on late completion would say, out.

Only local rules are of these kinds; what follows from them is not read in a text, so both ask for
a review by hand. Source: law.md section 6, Hainan.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgis.clock import DAY, NOT_A_DAY, Days, Mask, add_years
from landgis.law.claim import Claim
from landgis.law.standing import Stand, invested_under
from landgis.rulebook import Rulebook
from landgis.statute import LateCompletionRule, UnderinvestedRule
from landgis.terms import Outcome, Standing

COMMENCED = (
    Standing.BUILDING,
    Standing.COMPLETION_OVERDUE,
    Standing.SUSPENDED,
    Standing.SUSPENDED_IDLE,
)
"""The standings of a project that was begun and is neither completed nor returned."""

DONE = (Standing.COMPLETED, Standing.RETURNED)


def lateness(rulebook: Rulebook, supplies: pd.DataFrame, standing: Stand) -> list[Claim]:
    """The claims of every rule of these kinds, if nothing more were recorded after today."""
    little = [
        claim
        for rule in rulebook.of(UnderinvestedRule)
        for claim in _underinvested(rule, supplies, standing)
    ]
    late = [
        _claim(rule, standing.due.completion, rule.after_years, ~standing.is_in(*DONE), "late")
        for rule in rulebook.of(LateCompletionRule)
    ]
    return [*little, *late]


def _underinvested(rule: UnderinvestedRule, supplies: pd.DataFrame, standing: Stand) -> list[Claim]:
    known, under = invested_under(supplies, rule.invested_under)
    begun = standing.is_in(*COMMENCED)
    due = standing.due.on
    return [
        _claim(rule, due, rule.after_years, begun & under, "underinvested"),
        _claim(rule, due, rule.after_years, begun & ~known, "investment_unknown"),
    ]


def _claim(
    rule: UnderinvestedRule | LateCompletionRule, origin: Days, years: int, where: Mask, key: str
) -> Claim:
    start = np.where(where, add_years(origin, years) + DAY, NOT_A_DAY)
    return Claim(rule, Outcome.REVIEW, start, key=key)
