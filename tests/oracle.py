"""The law read a second time: one supply, plain dates, one day after the other, no columns.

Written from ``law.md`` and section 7 of the design alone, so that it can contradict the engine.
The numbers of the law are written out here on purpose.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

IN_FORCE = date(2012, 7, 1)
GRAVITY = ["reclaim", "fee", "agreement", "review", ""]
SIDES = {"holder": "holder", "force_majeure": "force_majeure", "preparatory": "preparatory"}
ORDER = [
    "land_not_delivered",
    "plan_changed",
    "policy_changed",
    "petition",
    "military_or_relics",
    "other_government",
    "force_majeure",
    "preparatory",
    "holder",
]


def anniversary(day, years):
    """The same day of a later year, 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def years_full(day, on):
    """Full years complete before ``on``."""
    years = 0
    while anniversary(day, years + 1) < on:
        years += 1
    return years


def days_between(first, last):
    """All days from ``first`` to ``last``, both included."""
    return {first + timedelta(n) for n in range((last - first).days + 1)}


@dataclass
class Story:
    """What the oracle says of one supply."""

    standing: str = ""
    due_on: date | str = ""
    due_source: str = "none"
    excused_days: int | str = ""
    effective_due_on: date | str = ""
    idle_since: date | str = ""
    full_years: int | str = ""
    holder_full_years: int | str = ""
    fault: str = ""
    causes: str = ""
    outcome: str = ""
    basis: str = ""
    fee_yuan: float | str = ""
    next_on: date | str = ""
    next_outcome: str = ""
    flags: set = field(default_factory=set)


def read(supply, delays, amendments, on, exempt=False):
    """The story of ``supply`` on ``on``; ``delays`` and ``amendments`` are its own, by row."""
    fact = {k: v for k, v in supply.items() if v not in ("", None)}

    def done(name):
        return name in fact and fact[name] <= on

    story = Story()
    _due(story, fact, amendments, on, done)
    suspended = (
        done("started_on")
        and done("suspended_on")
        and fact["suspended_on"] >= fact["started_on"]
        and not (done("resumed_on") and fact["resumed_on"] >= fact["suspended_on"])
    )
    completion = fact.get("agreed_completion_on")
    for made in sorted(amendments, key=lambda a: a["signed_on"]):
        if made["signed_on"] <= on and made.get("completion_on"):
            completion = made["completion_on"]
    waiting = False
    if done("returned_on"):
        story.standing = "returned"
    elif done("completed_on"):
        story.standing = "completed"
    elif suspended:
        _suspended(story, fact, delays, on)
    elif done("started_on"):
        late = completion is not None and on > completion
        story.standing = "completion_overdue" if late else "building"
    elif story.due_on == "":
        story.standing, story.fault = "undated", "unknown"
        story.outcome = "review"
        if on < IN_FORCE:
            story.flags.add("no_rule_in_force")
    else:
        waiting = True
    if waiting:
        _waiting(story, fact, delays, on, exempt)
    return story


def _due(story, fact, amendments, on, done):
    given = [a for a in amendments if a["signed_on"] <= on and a.get("start_on")]
    if given:
        last = max(a["signed_on"] for a in given)
        chosen = [a for a in given if a["signed_on"] == last][-1]
        story.due_on, story.due_source = chosen["start_on"], "amendment"
    elif "agreed_start_on" in fact:
        story.due_on, story.due_source = fact["agreed_start_on"], "agreed"
    elif done("delivered_on"):
        story.due_on, story.due_source = anniversary(fact["delivered_on"], 1), "delivery"


def _verified(delays, on):
    found = [d for d in delays if d.get("status", "verified") == "verified" and d["from_on"] <= on]
    for delay in sorted(found, key=lambda d: d["from_on"]):
        until = delay.get("until_on")
        is_open = until in (None, "") or until > on
        yield delay["cause"], delay["from_on"], on if is_open else until, is_open


def _excused(due, delays, on):
    """Excused days, whether one is still running, and the causes that cover some of the time."""
    excused, running, causes, own = set(), False, set(), set()
    for cause, start, end, is_open in _verified(delays, on):
        within = {d for d in days_between(start, end) if due < d <= on} if end >= start else set()
        if cause == "holder":
            own |= within
        elif start > anniversary(due + timedelta(len(excused)), 2):
            continue
        else:
            excused |= within
            running = running or is_open
        if within:
            causes.add(cause)
    return excused, running, causes, own - excused


def _name_fault(story, causes):
    sides = {SIDES.get(cause, "government") for cause in causes}
    story.fault = "unknown" if not sides else sides.pop() if len(sides) == 1 else "mixed"
    story.causes = ";".join(cause for cause in ORDER if cause in causes)


def _waiting(story, fact, delays, on, exempt):
    due = story.due_on
    excused, running, causes, own = _excused(due, delays, on)
    effective = due + timedelta(len(excused))
    spared = exempt and (excused or running)
    story.excused_days, story.effective_due_on = len(excused), effective
    story.full_years = years_full(due, on)
    story.holder_full_years = 0 if spared else years_full(effective, on)
    idle = story.full_years >= 1
    story.standing = "idle" if idle else "overdue" if on > due else "not_due"
    if on > due:
        _name_fault(story, causes)
    if idle:
        story.idle_since = anniversary(due, 1) + timedelta(1)

    def outcome(day):
        frozen = years_full(effective, on) if running else years_full(effective, day)
        years = 0 if spared else frozen
        if years_full(due, day) < 1:
            return ""
        if day < IN_FORCE:
            return "review"
        return "reclaim" if years >= 2 else "fee" if years >= 1 else "agreement"

    story.outcome = outcome(on)
    if idle and on < IN_FORCE:
        story.flags.add("no_rule_in_force")
    if story.outcome in ("fee", "reclaim"):
        unproven = timedelta((on - due).days - len(own))
        needed = 1 if story.outcome == "fee" else 2
        proven = years_full(due + unproven, on) >= needed
        story.basis = "proven" if proven else "conditional"
        if "price_fen" in fact:
            fee = (fact["price_fen"] * 20 + 50) // 100
            story.fee_yuan = fee / 100
    elif story.outcome == "agreement":
        story.basis = "proven"
    _look_ahead(story, outcome, on, due, effective)


def turning_days(on, origins):
    """The days after ``on`` on which full years since the origins, or the law itself, begin."""
    years = range(1, on.year + 14 - min(origin.year for origin in origins))
    marks = {anniversary(origin, n) + timedelta(1) for origin in origins for n in years}
    return sorted(day for day in marks | {IN_FORCE} if day > on)


def _look_ahead(story, outcome, on, *origins):
    for day in turning_days(on, origins):
        if outcome(day) != story.outcome:
            story.next_on, story.next_outcome = day, outcome(day)
            return


def _suspended(story, fact, delays, on):
    since = fact["suspended_on"]
    shares = []
    for part, whole, number in (
        ("developed_area_m2", "developable_area_m2", (1, 3)),
        ("invested_fen", "planned_investment_fen", (1, 4)),
    ):
        if part in fact and fact.get(whole, 0) > 0:
            shares.append(fact[part] * number[1] < fact[whole] * number[0])

    def outcome(day):
        if years_full(since, day) < 1 or (shares and not any(shares)):
            return ""
        if day < IN_FORCE:
            return "review"
        return "agreement" if shares else "review"

    years = years_full(since, on)
    story.standing = "suspended_idle" if years >= 1 and any(shares) else "suspended"
    if story.standing == "suspended_idle":
        story.idle_since, story.full_years = anniversary(since, 1) + timedelta(1), years
    story.outcome = outcome(on)
    called = years >= 1 and (any(shares) or not shares)
    if called and on < IN_FORCE:
        story.flags.add("no_rule_in_force")
    _, _, causes, _ = _excused(since, delays, on)
    _name_fault(story, causes)
    _look_ahead(story, outcome, on, since)
