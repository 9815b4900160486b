"""The entries of a case in; what may come next, what is due, and how far the case has come out.

Entries are never edited: one that was wrong is corrected by a new one, which takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from landgis.errors import RefusedStep, UsageError
from landgis.steps import (
    STEPS,
    STRUCK,
    USUAL,
    Branch,
    Conduct,
    Level,
    Manner,
    Matter,
    Span,
    Step,
)
from landgis.terms import CaseStatus
from landgis.workdays import DAY, end


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
    disposed = _disposed(in_effect)
    return State(
        _status(case, found, disposed),
        case,
        next((e.kind.branch for e in reversed(case) if e.kind.branch in _WAYS), Branch.COMMON),
        found.effective_on(conduct) if found else None,
        disposed.on if disposed else None,
        bool(case) and case[-1].step != "closed",
    )


_WAYS = (Branch.AGREEMENT, Branch.DECISION)


def _status(case: Sequence[Entry], found: Entry | None, disposed: Entry | None) -> CaseStatus:
    if not case or first_of(case, "withdrawn"):
        return CaseStatus.NONE
    if disposed:
        return CaseStatus.DISPOSED
    return CaseStatus.FOUND if found else CaseStatus.SUSPECTED


def _disposed(case: Sequence[Entry]) -> Entry | None:
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


NOTHING = Matter()
"""A case of which nothing is known but its entries."""


def allowed(entries: Iterable[Entry], on: date, matter: Matter = NOTHING) -> tuple[Step, ...]:
    """The steps that may come next on ``on``, in the order of a case."""
    said = tuple(entries)
    return tuple(
        step for code, step in STEPS.items() if why_not(said, code, on, matter) == ("", "")
    )


def why_not(entries: Iterable[Entry], step: str, on: date, matter: Matter = NOTHING) -> Reason:
    """Why a step may not come next on ``on``, the first reason; empty where it may."""
    before = standing(entries)
    tried = Entry(before[0].supply_id if before else "", step, on)
    return next(_out_of_order(current_after(before), tried, matter), ("", ""))


def current_after(before: Sequence[Entry]) -> tuple[Entry, ...]:
    """The case that another entry would go on with: none after a closing."""
    case = current(before)
    return () if case and case[-1].step == "closed" else case


def check(entries: Iterable[Entry], new: Entry, matter: Matter = NOTHING) -> None:
    """Raise ``RefusedStep`` where ``new`` may not be written after ``entries`` of its supply."""
    said = tuple(entries)
    _refuse_form(new)
    if new.corrects is None:
        _refuse(current_after(standing(said)), new, matter)
        return
    _refuse_correction(said, new)
    number = max((e.number for e in said), default=0) + 1
    after = standing([*said, _numbered(new, number)])
    for place, entry in enumerate(after):
        _refuse(current_after(after[:place]), entry, matter)


def _numbered(entry: Entry, number: int) -> Entry:
    return Entry(**{**vars(entry), "number": number})


def _refuse_correction(said: Sequence[Entry], new: Entry) -> None:
    standing_now = {e.number for e in standing(said)}
    if new.corrects not in standing_now:
        listed = ", ".join(str(n) for n in sorted(standing_now))
        raise RefusedStep(
            f"entry {new.corrects} of '{new.supply_id}' cannot be corrected; standing: {listed}.",
            f"“{new.supply_id}”第 {new.corrects} 号记录无法更正：现行有效的是 {listed}。",
        )
    if not new.note.strip():
        raise RefusedStep("a correction says why: add --note.", "更正记录须说明理由：请加 --note。")


def _refuse(before: Sequence[Entry], entry: Entry, matter: Matter) -> None:
    lacking = _incomplete(entry, matter.conduct.steps[entry.step])
    for en, zh in (*_out_of_order(before, entry, matter), *lacking):
        raise RefusedStep(
            f"{entry.step} of '{entry.supply_id}' on {entry.on} is refused: {en}.",
            f"“{entry.supply_id}”{entry.on} 的“{entry.kind.zh}”不予记录：{zh}。",
        )


Reason = tuple[str, str]
"""Why not, in English and in Chinese."""


def _out_of_order(before: Sequence[Entry], entry: Entry, matter: Matter) -> Iterator[Reason]:
    """Why the step may not come after ``before`` on its day."""
    conduct = matter.conduct
    step = conduct.steps[entry.step]
    taken = first_of(before, step.code)
    if taken and not step.repeated:
        yield (
            f"it stands already as entry {taken.number} of {taken.on}; use --corrects",
            f"已有第 {taken.number} 号记录（{taken.on}），如需更正请用 --corrects",
        )
    asked = [(a.step,) for a in step.asks if a.whether in matter.holds and _ripe(before, a.step)]
    for group in (*step.needs, *asked):
        yield from _unmet(before, group, entry.on, conduct)
    yield from powerless(before, step, matter)
    for bar in step.bars:
        yield from barred(before, bar.by, bar.lifted_by)
    if first_of(before, "withdrawn") and step.code != "closed":
        yield "the case was withdrawn", "案件已撤销"
    for wait in step.waits:
        if not first_of(before, *wait.unless):
            yield from _too_early(before, wait.span, entry.on, conduct)


def _ripe(before: Sequence[Entry], code: str) -> bool:
    """Whether what a step needs has been taken, so that it can be asked for."""
    return all(first_of(before, *group) for group in STEPS[code].needs)


def powerless(before: Sequence[Entry], step: Step, matter: Matter) -> Iterator[Reason]:
    """Whether the government that approved had the power to (order 53 art. 14(2))."""
    given = first_of(before, step.approved_by)
    if given is None or matter.power is None:
        return
    levels = list(Level)
    reached = next(level for level in levels if level.value == given.level)
    if levels.index(reached) < levels.index(matter.power):
        yield (
            f"approved by {given.authority} ({reached}), the power is {matter.owner}'s "
            f"({matter.power})",
            f"{given.authority}（{reached.zh}）无权批准，应由{matter.owner}（{matter.power.zh}）批准",
        )


def _unmet(
    before: Sequence[Entry], group: Sequence[str], on: date, conduct: Conduct
) -> Iterator[Reason]:
    there = [e for e in before if e.step in group]
    steps = [STEPS[code] for code in group]
    if not there:
        en, zh = " or ".join(s.en for s in steps), "或".join(s.zh for s in steps)
        yield f"before it must come: {en}", f"此前须先有：{zh}"
    elif min(e.effective_on(conduct) for e in there) > on:
        first = min(there, key=lambda e: e.effective_on(conduct))
        effective = first.effective_on(conduct)
        yield (
            f"{first.kind.en} takes effect only on {effective}",
            f"“{first.kind.zh}”自 {effective} 起才生效",
        )


def barred(before: Sequence[Entry], by: str, lifted_by: Sequence[str]) -> Iterator[Reason]:
    """Why a step may not follow ``by``; nothing where that was lifted since."""
    places = [i for i, e in enumerate(before) if e.step == by]
    if places and not first_of(before[places[-1] + 1 :], *lifted_by):
        step = STEPS[by]
        yield f"it may not follow {step.en} ({by})", f"“{step.zh}”之后不得进行"


def _too_early(before: Sequence[Entry], span: Span, on: date, conduct: Conduct) -> Iterator[Reason]:
    since = latest(before, span, conduct)
    if since is None:
        return
    last = end(since.effective_on(conduct), span, roll_over=conduct.roll_over).last
    if on <= last:
        yield (
            f"the term after {since.kind.en} runs until {last} ({span.article})",
            f"“{since.kind.zh}”之后的期限至 {last} 才届满（{span.article}）",
        )


def latest(before: Sequence[Entry], span: Span, conduct: Conduct) -> Entry | None:
    """The entry after which a span runs: of those that took effect the last."""
    there = [e for e in before if e.step in span.after]
    return max(there, key=lambda e: e.effective_on(conduct), default=None)


_FIELDS: Mapping[str, Reason] = {
    "document": ("the number of the document (--document)", "文号（--document）"),
    "evidence": ("the file that proves it (--evidence)", "证明材料（--evidence）"),
    "sha256": ("the SHA-256 of the file (--evidence)", "证明材料的 SHA-256（--evidence）"),
    "note": ("a reason (--note)", "说明（--note）"),
    "manner": ("how it was served (--manner)", "送达方式（--manner）"),
    "addressee": ("the addressee (--addressee)", "受送达人（--addressee）"),
    "authority": ("the government that approved (--authority)", "批准机关（--authority）"),
    "level": ("the level of that government (--level)", "批准机关级别（--level）"),
    "who": ("who did it (--who)", "经办人（--who）"),
}


def _incomplete(entry: Entry, step: Step) -> Iterator[Reason]:
    """What the entry lacks of the fields that its step must have."""
    lacking = [f for f in ("who", *step.fields) if not str(getattr(entry, f)).strip()]
    if lacking:
        en, zh = zip(*(_FIELDS[name] for name in lacking), strict=True)
        yield f"it lacks {', '.join(en)}", f"缺少{'、'.join(zh)}"
    elif len([w for w in re.split(r"[,，、;；]", entry.who) if w.strip()]) < step.officers:
        yield (
            f"{step.officers} officers must take part: name them by commas in --who",
            f"执法人员不得少于 {step.officers} 人：请在 --who 中用逗号分隔列出",
        )


def _refuse_form(new: Entry) -> None:
    """Raise ``UsageError`` for a code that nobody knows."""
    known = {
        "step": (*STEPS, *((STRUCK,) if new.corrects is not None else ())),
        "manner": ("", *Manner),
        "level": ("", *Level),
    }
    for name, values in known.items():
        said = getattr(new, name)
        if said not in values:
            listed = ", ".join(v for v in values if v)
            raise UsageError(
                f"'{said}' is no {name}: use one of {listed}.",
                f"{name} 不能取“{said}”：请使用 {listed} 之一。",
            )
