"""The entries of a case in; the terms that run in it on a date, and until when, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from landgis.procedure import NOTHING, Entry, barred, first_of, latest, state
from landgis.steps import Conduct, Matter, Span, Step, Whose, steps_of
from landgis.terms import CaseStatus
from landgis.workdays import end


@dataclass(frozen=True)
class Due:
    """A term that runs: what must come, from whom and by when.

    ``certain`` is False where it reaches into a year whose holidays are not known yet.
    """

    supply_id: str
    step: str
    title: str
    title_zh: str
    since: str
    since_on: date
    due_on: date
    whose: Whose
    article: str
    certainty: str
    certain: bool
    overdue: bool


def due(entries: Iterable[Entry], on: date, matter: Matter = NOTHING) -> tuple[Due, ...]:
    """The terms that run on ``on`` in the case of one supply, the earliest first.

    A right that was not used in time is gone and no more listed; a step that is barred, such as
    enforcement while a suit is pending, is not yet due.
    """
    now = state(entries, on, matter.conduct)
    if not now.is_open or now.status is CaseStatus.DISPOSED or first_of(now.steps, "withdrawn"):
        return ()
    running = (
        _due(now.steps, step, span, on, matter.conduct)
        for step in steps_of(matter.conduct).values()
        for span in step.due
        if not first_of(now.steps, step.code, *span.met_by)
        and (step.only is None or step.only in matter.holds)
        and not any(True for bar in step.bars for _ in barred(now.steps, bar.by, bar.lifted_by))
    )
    left = (d for d in running if d and not (d.overdue and d.whose is Whose.RIGHT))
    return tuple(sorted(left, key=lambda d: (d.due_on, d.step)))


def late(entries: Iterable[Entry], entry: Entry, matter: Matter = NOTHING) -> tuple[Due, ...]:
    """The terms that had run out when ``entry`` came, the earliest first.

    It stands all the same: whether it still counts is for a person to judge.
    """
    now = state(entries, entry.on, matter.conduct)
    before = [e for e in now.steps if e.number != entry.number]
    step = steps_of(matter.conduct)[entry.step]
    terms = (
        _due(before, step, span, entry.on, matter.conduct)
        for span in step.due
        if not first_of(before, step.code, *span.met_by)
    )
    return tuple(sorted((d for d in terms if d and d.overdue), key=lambda d: d.due_on))


def _due(case: Sequence[Entry], step: Step, span: Span, on: date, conduct: Conduct) -> Due | None:
    since = latest(case, span, conduct)
    if since is None or since.effective_on(conduct) > on:
        return None
    counted = span.counted(conduct)
    ending = end(since.effective_on(conduct), counted, roll_over=conduct.roll_over)
    return Due(
        since.supply_id,
        step.code,
        span.en or step.en,
        span.zh or step.zh,
        since.step,
        since.effective_on(conduct),
        ending.last,
        span.whose,
        span.article,
        counted.certainty,
        ending.certain,
        on > ending.last,
    )
