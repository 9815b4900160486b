"""The steps of a case on idle land in their order, as data: what each needs and by when.

Source: ``law.md`` section 4: order 53 (闲置土地处置办法), and, for the branch that ends in a
decision, the 行政处罚法, since taking land back without compensation is treated as a punishment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from landgis.steps.agreement import AGREEMENT
from landgis.steps.common import COMMON
from landgis.steps.decision import DECISION
from landgis.steps.forms import (
    USUAL,
    Asked,
    Bar,
    Branch,
    Conduct,
    Level,
    Manner,
    Matter,
    Span,
    Step,
    Unit,
    Wait,
    Whether,
    Whose,
)
from landgis.steps.governments import is_government, level_of, levels_of, place_of
from landgis.steps.remedies import REMEDIES
from landgis.steps.shared import NINETY

__all__ = [
    "LIGHTER",
    "STEPS",
    "STRUCK",
    "USUAL",
    "Asked",
    "Bar",
    "Branch",
    "Conduct",
    "Level",
    "Manner",
    "Matter",
    "Span",
    "Step",
    "Unit",
    "Wait",
    "Whether",
    "Whose",
    "is_government",
    "level_of",
    "levels_of",
    "place_of",
    "steps_of",
]

STEPS: Mapping[str, Step] = {
    step.code: step for step in (*COMMON, *AGREEMENT, *DECISION, *REMEDIES)
}
"""Every step by its code, in the order of a case."""

STRUCK = "struck"
"""The step of a correction that takes an entry out and puts nothing in its place."""


def _lighter(step: Step) -> Step:
    """A step where taking land back is no punishment: the right to be heard stays (art. 15)."""
    approves = step.needs == (("collective",),)
    return replace(
        step,
        officers=1,
        needs=(("intended_served",),) if approves else step.needs,
        waits=STEPS["legal_review"].waits if approves else step.waits,
        bars=STEPS["legal_review"].bars if approves else step.bars,
        due=tuple(span for span in step.due if span is not NINETY),
    )


LIGHTER: Mapping[str, Step] = {code: _lighter(step) for code, step in STEPS.items()}
"""The steps without legal review, collective discussion, two officers and ninety days."""


def steps_of(conduct: Conduct) -> Mapping[str, Step]:
    """The steps of a case: as for a punishment, or without what only a punishment asks for."""
    return STEPS if conduct.as_punishment else LIGHTER
