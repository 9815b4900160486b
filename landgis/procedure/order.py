"""The entries of a case and what the land asks for in; which step may come next, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from landgis.procedure.entries import Entry, current_after, disposed, first_of, latest, standing
from landgis.steps import STEPS, Branch, Conduct, Level, Matter, Span, Step, place_of, steps_of
from landgis.steps.articles import in_english
from landgis.workdays import end

Reason = tuple[str, str]
"""Why not, in English and in Chinese."""


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
    return next(out_of_order(current_after(before), tried, matter), ("", ""))


def out_of_order(before: Sequence[Entry], entry: Entry, matter: Matter) -> Iterator[Reason]:
    """Why the step may not come after ``before`` on its day."""
    conduct = matter.conduct
    step = steps_of(conduct)[entry.step]
    yield from _out_of_time(before, entry, matter)
    taken = first_of(before, step.code)
    if taken and not step.repeated:
        yield (
            f"it stands already as entry {taken.number} of {taken.on}; use --corrects",
            f"已有第 {taken.number} 号记录（{taken.on}），如需更正请用 --corrects",
        )
    if step.unbegun and matter.suspended_on is not None and entry.on >= matter.suspended_on:
        yield (
            f"work was begun and is suspended since {matter.suspended_on}: such land is disposed "
            "of by agreement alone (order 53 article 12)",
            f"该宗地动工后自 {matter.suspended_on} 起中止开发，只能协商处置"
            "（第53号令第十二条末款）",
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


def _out_of_time(before: Sequence[Entry], entry: Entry, matter: Matter) -> Iterator[Reason]:
    """Whether the case has not begun yet, or is over."""
    if matter.supplied_on is not None and entry.on < matter.supplied_on:
        yield (
            f"the land was supplied only on {matter.supplied_on}",
            f"该宗地 {matter.supplied_on} 才供应",
        )
    if not before and entry.kind.needs:
        yield (
            "no case is open: begin with its lead (`landgis case open`)",
            "没有未结的案件：请先登记线索（landgis case open）",
        )
    done = disposed(before)
    if done and entry.kind.branch is Branch.ENFORCEMENT and not entry.kind.ends:
        yield (
            f"nothing is left to enforce: {done.kind.en} on {done.on}",
            f"已无可执行事项：{done.on}“{done.kind.zh}”",
        )


def _ripe(before: Sequence[Entry], code: str) -> bool:
    """Whether what a step needs has been taken, so that it can be asked for."""
    return all(first_of(before, *group) for group in STEPS[code].needs)


def powerless(before: Sequence[Entry], step: Step, matter: Matter) -> Iterator[Reason]:
    """Whether the government that approved had the power to (order 53 art. 14(2))."""
    given = first_of(before, step.approved_by)
    if given is None or matter.power is None or place_of(given.authority) == place_of(matter.owner):
        return  # who approved the land has the power, a city of county level too
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
        step, first = STEPS[by], [STEPS[code] for code in lifted_by]
        en, zh = " or ".join(s.en for s in first), "或".join(s.zh for s in first)
        yield (
            f"it may not follow {step.en} ({by})" + (f" without {en} first" if first else ""),
            f"“{step.zh}”之后" + (f"须先有{zh}" if first else "不得进行"),
        )


def _too_early(before: Sequence[Entry], span: Span, on: date, conduct: Conduct) -> Iterator[Reason]:
    since = latest(before, span, conduct)
    if since is None:
        return
    span = span.counted(conduct)
    last = end(since.effective_on(conduct), span, roll_over=conduct.roll_over).last
    if on <= last:
        yield (
            f"the term after {since.kind.en} runs until {last} ({in_english(span.article)})",
            f"“{since.kind.zh}”之后的期限至 {last} 才届满（{span.article}）",
        )
