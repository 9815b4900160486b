"""Entries of a case in; those that stand, and how far the case has come out, out.

Entries are never edited: one that was wrong is corrected by a new one, which takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from landgis.steps import STEPS, STRUCK, USUAL, Branch, Conduct, Manner, Span, Step
from landgis.terms import CaseStatus
from landgis.workdays import DAY


@dataclass(frozen=True)
class Entry:
    """One step of a case as it was recorded; ``number`` is 0 before it is.

    ``document`` is the number of the document or approval, ``evidence`` the name of the file that
    proves the step and ``sha256`` its hash. ``corrects`` is the number of the entry whose place
    this one takes. ``manner`` and ``addressee`` belong to a service, ``authority`` and ``level``
    to an approval.
    """

    supply_id: str
    step: str
    on: date
    document: str = ""
    evidence: str = ""
    sha256: str = ""
    who: str = ""
    note: str = ""
    manner: str = ""
    addressee: str = ""
    authority: str = ""
    level: str = ""
    corrects: int | None = None
    number: int = 0
    rev: int = 0

    @property
    def kind(self) -> Step:
        """The step."""
        return STEPS[self.step]

    def effective_on(self, conduct: Conduct = USUAL) -> date:
        """The day on which it takes effect: a service by public notice only after its term."""
        if self.manner == Manner.PUBLIC_NOTICE:
            return self.on + conduct.public_notice_days * DAY
        return self.on


@dataclass(frozen=True)
class State:
    """How far a case has come on a date.

    ``steps`` are the entries that stand, ``found_on`` is when the finding took effect and
    ``disposed_on`` when the land was disposed of.
    """

    status: CaseStatus
    steps: tuple[Entry, ...]
    branch: Branch
    found_on: date | None
    disposed_on: date | None
    is_open: bool


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that stand, each correction in the place of what it corrects."""
    places: dict[int, Entry] = {}
    root: dict[int, int] = {}
    for entry in sorted(entries, key=lambda e: e.number):
        place = entry.number if entry.corrects is None else root.get(entry.corrects, entry.number)
        root[entry.number] = place
        places[place] = entry
    return tuple(places[p] for p in sorted(places) if places[p].step != STRUCK)


def current(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The standing entries of the newest case: those after the last closing but one at the end."""
    ends = [i for i, e in enumerate(entries[:-1]) if e.step == "closed"]
    return tuple(entries[ends[-1] + 1 :] if ends else entries)


def state(entries: Iterable[Entry], on: date, conduct: Conduct = USUAL) -> State:
    """How far the case of one supply has come on ``on``; what lies after has not happened."""
    case = current([e for e in standing(entries) if e.on <= on])
    in_effect = [e for e in case if e.effective_on(conduct) <= on]
    found = first_of(in_effect, "finding_served")
    ended = disposed(in_effect)
    return State(
        _status(case, found, ended),
        case,
        next((e.kind.branch for e in reversed(case) if e.kind.branch in _WAYS), Branch.COMMON),
        found.effective_on(conduct) if found else None,
        ended.on if ended else None,
        bool(case) and case[-1].step != "closed",
    )


_WAYS = (Branch.AGREEMENT, Branch.DECISION)


def _status(case: Sequence[Entry], found: Entry | None, disposed: Entry | None) -> CaseStatus:
    if not case or first_of(case, "withdrawn"):
        return CaseStatus.NONE
    if disposed:
        return CaseStatus.DISPOSED
    return CaseStatus.FOUND if found else CaseStatus.SUSPECTED


def disposed(case: Sequence[Entry]) -> Entry | None:
    """What disposed of the land: a fee does not where the land is taken back besides."""
    reclaims = first_of(case, "reclaim_decision") and not first_of(case, "annulled")
    ends = [e for e in case if e.kind.ends and not (reclaims and e.step == "fee_paid")]
    return ends[-1] if ends else None


def first_of(case: Iterable[Entry], *codes: str) -> Entry | None:
    """The first entry of one of these steps."""
    return next((e for e in case if e.step in codes), None)


def statuses(
    entries: Iterable[Entry], on: date, conduct: Conduct = USUAL
) -> Mapping[str, CaseStatus]:
    """The status of every supply that has a case, on ``on``."""
    ordered = sorted(entries, key=lambda e: (e.supply_id, e.number))
    by_supply = groupby(ordered, key=lambda e: e.supply_id)
    return {supply: state(list(own), on, conduct).status for supply, own in by_supply}


def current_after(before: Sequence[Entry]) -> tuple[Entry, ...]:
    """The case that another entry would go on with: none after a closing."""
    case = current(before)
    return () if case and case[-1].step == "closed" else case


def latest(before: Sequence[Entry], span: Span, conduct: Conduct) -> Entry | None:
    """The entry after which a span runs: of those that took effect the last."""
    there = [e for e in before if e.step in span.after]
    return max(there, key=lambda e: e.effective_on(conduct), default=None)
