"""Claims that speak on a date in; finding rows with fee, basis, articles and sentences out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landgis import wording
from landgis.clock import NOT_A_DAY, Counts, Days, Mask
from landgis.fault import CAUSES, Excused
from landgis.rulebook import Rulebook
from landgis.standing import SOURCES, Stand, happened
from landgis.statute import (
    AgreementRule,
    BlockRule,
    DeliveryRule,
    ExcuseRule,
    FeeRule,
    IdleRule,
    ReclaimRule,
    Rule,
    SuspendedRule,
    TollingRule,
)
from landgis.terms import Basis, DueSource, Outcome
from landgis.verdict import OUTCOMES, Claim, Clocks, unruled
from landgis.wording import column, repeat, sets_as_text

COLUMNS = (
    "supply_id",
    "on",
    "rule",
    "outcome",
    "basis",
    "fee_fen",
    "from_on",
    "discretionary",
    "blocked_by",
    "citations",
    "reason",
    "reason_zh",
)
"""The columns of a finding; ``citations`` are ids of rules, ``Rulebook.cited`` gives the words."""

NO_FEE = -1
"""Stands for an empty fee while columns are whole numbers."""


@dataclass(frozen=True)
class Case:
    """Everything that is known of the supplies on one date, before rules speak."""

    table: pd.DataFrame
    rulebook: Rulebook
    standing: Stand
    excused: Excused
    clocks: Clocks


@dataclass(frozen=True)
class Voice:
    """One rule that speaks: the rows of its supplies, its outcome and the first day it spoke."""

    rule: Rule | None
    outcome: Outcome
    row: Counts
    start: Days


@dataclass(frozen=True)
class Found:
    """Findings as a table of ``COLUMNS`` and, aligned, the position of the supply of each.

    ``rules`` are the ids of the rules that speak, gravest first.
    """

    table: pd.DataFrame
    row: Counts
    rules: tuple[str, ...]


def findings(case: Case, claims: Sequence[Claim]) -> Found:
    """One row a rule that speaks, the gravest rules first, and by supply within each."""
    voices = _voices(case, claims)
    clock = ClockStory(case)
    table = pd.concat([_table(case, voice, clock) for voice in voices], ignore_index=True)
    rules = dict.fromkeys(voice.rule.id for voice in voices if voice.rule is not None)
    return Found(table, np.concatenate([voice.row for voice in voices]), tuple(rules))


def _voices(case: Case, claims: Sequence[Claim]) -> list[Voice]:
    on = case.standing.on
    speaking = [(claim, np.flatnonzero(claim.speaks(on))) for claim in claims]
    voices = [Voice(c.rule, c.outcome, row, c.start[row]) for c, row in speaking if len(row)]
    voices.sort(key=lambda voice: OUTCOMES.index(voice.outcome))
    silent = np.flatnonzero(unruled(claims, on))
    return [*voices, Voice(None, Outcome.REVIEW, silent, np.full(len(silent), NOT_A_DAY))]


def _table(case: Case, voice: Voice, clock: ClockStory) -> pd.DataFrame:
    size = len(voice.row)
    told = Told(case, voice, clock)
    columns = {
        "supply_id": case.table["supply_id"].array.take(voice.row),
        "on": np.full(size, case.standing.on).astype("datetime64[s]"),
        "rule": column(repeat("" if voice.rule is None else voice.rule.id, size)),
        "outcome": column(repeat(voice.outcome.value, size)),
        "basis": column(basis(case, voice)),
        "fee_fen": money(fee_fen(case.table, voice)),
        "from_on": from_on(voice).astype("datetime64[s]"),
        "discretionary": np.full(size, voice.rule is not None and voice.rule.discretionary),
        "blocked_by": column(blocked_by(case, voice)),
        "citations": column(citations(case, voice)),
        "reason": column(told.reason("en")),
        "reason_zh": column(told.reason("zh")),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS))


def fee_fen(table: pd.DataFrame, voice: Voice) -> Counts:
    """Price times rate in whole fen, half up and exact; ``NO_FEE`` without a price or a rate."""
    if not isinstance(voice.rule, FeeRule):
        return np.full(len(voice.row), NO_FEE)
    price = table["price_fen"].iloc[voice.row].to_numpy("int64", na_value=NO_FEE)
    part, whole = voice.rule.rate.numerator, voice.rule.rate.denominator
    return np.where(price < 0, NO_FEE, (2 * price * part + whole) // (2 * whole))


def money(fen: Counts) -> pd.api.extensions.ExtensionArray:
    """Fen as a column that may be empty: ``NO_FEE`` becomes NA."""
    return pd.arrays.IntegerArray(fen.astype("int64"), fen == NO_FEE)


def from_on(voice: Voice) -> Days:
    """The later of the mark and the day on which the rule came into force."""
    if voice.rule is None or isinstance(voice.rule, DeliveryRule):
        return np.full(len(voice.row), NOT_A_DAY)
    return np.maximum(voice.start, np.datetime64(voice.rule.since, "D"))


def basis(case: Case, voice: Voice) -> pa.Array:
    """Proven if the holder's verified own time fills the years, or another's cause is verified."""
    size = len(voice.row)
    if isinstance(voice.rule, FeeRule | ReclaimRule):
        proven = case.clocks.proven_years[voice.row] >= voice.rule.after_years
        return wording.choose(proven, Basis.PROVEN.value, Basis.CONDITIONAL.value)
    return repeat(Basis.PROVEN.value if isinstance(voice.rule, AgreementRule) else "", size)


def blocking(case: Case, voice: Voice) -> list[tuple[BlockRule, Mask]]:
    """The rules that forbid the outcome on the date, each with the supplies that it blocks."""
    rules = case.rulebook.in_force(BlockRule, case.standing.today)
    return [
        (rule, np.isnat(happened(case.table, rule.unless.value, case.standing.on))[voice.row])
        for rule in rules
        if rule.blocks is voice.outcome
    ]


def blocked_by(case: Case, voice: Voice) -> pa.Array:
    """The ids of the rules that block the outcome, joined by semicolons (order 53 art. 25)."""
    return _joined(blocking(case, voice), len(voice.row))


def citations(case: Case, voice: Voice) -> pa.Array:
    """The ids of the rules a finding rests on: itself, the definition, the date, the causes."""
    applied: list[tuple[Rule, Mask]] = []
    every = np.ones(len(voice.row), dtype=bool)
    if voice.rule is not None:
        applied.append((voice.rule, every))
    if isinstance(voice.rule, FeeRule | ReclaimRule | AgreementRule):
        applied += _clock_rules(case, voice, every)
    return _joined([*applied, *blocking(case, voice)], len(voice.row))


def _clock_rules(case: Case, voice: Voice, every: Mask) -> list[tuple[Rule, Mask]]:
    today = case.standing.today
    source = case.standing.due.source[voice.row]
    excused = case.excused.days[voice.row] > 0
    causes = case.excused.causes[voice.row]
    by_delivery = source == SOURCES.index(DueSource.DELIVERY)
    reasons = [
        (rule, excused & (causes & sum(1 << CAUSES.index(cause) for cause in rule.causes) > 0))
        for rule in case.rulebook.of(ExcuseRule)
    ]
    return [
        (case.rulebook.measure(IdleRule, today), every),
        (case.rulebook.measure(DeliveryRule, today), by_delivery),
        *reasons,
        (case.rulebook.measure(TollingRule, today), excused),
    ]


def _joined(applied: Sequence[tuple[Rule, Mask]], size: int) -> pa.Array:
    words = tuple(rule.id for rule, _ in applied)
    sets = np.zeros(size, dtype=np.int64)
    for place, (_, where) in enumerate(applied):
        sets += where.astype(np.int64) << place
    return sets_as_text(sets, words)


def _template(voice: Voice) -> Outcome | str:
    if voice.rule is None:
        return "unruled"
    if isinstance(voice.rule, SuspendedRule):
        return "suspended" if voice.outcome is Outcome.AGREEMENT else "progress_unknown"
    return "undated" if isinstance(voice.rule, DeliveryRule) else voice.outcome


class ClockStory:
    """The sentence of both clocks, told once for all supplies with the same dates and days."""

    def __init__(self, case: Case) -> None:
        """Find the supplies whose clocks differ; the same clock is told once."""
        due, days = case.standing.due, case.excused.days
        moved = due.on.astype(np.int64) * (days.max(initial=0) + 1) + days
        rows = np.flatnonzero(case.standing.waiting)
        same, _ = pd.factorize(moved[rows] * len(SOURCES) + due.source[rows])
        first = np.zeros(same.max(initial=-1) + 1, dtype=np.int64)
        first[same[::-1]] = rows[::-1]
        self.place = np.full(len(days), -1)
        self.place[rows] = same
        nobody = Voice(None, Outcome.REVIEW, first, np.full(len(first), NOT_A_DAY))
        told = Told(case, nobody, self)
        self.sentences = {lang: told.fill("clock", lang) for lang in ("zh", "en")}

    def of(self, row: Counts, lang: str) -> pa.Array:
        """The sentence of each of these supplies."""
        return self.sentences[lang].take(pa.array(self.place[row]))


@dataclass(frozen=True)
class Told:
    """The words that fill the sentences of one voice; words of no language are made once."""

    case: Case
    voice: Voice
    clock: ClockStory
    made: dict[str, pa.Array] = field(default_factory=dict)

    def reason(self, lang: str) -> pa.Array:
        """The sentence of every finding, with the dates, days and money in it."""
        return self.fill(_template(self.voice), lang)

    def fill(self, key: Outcome | str, lang: str) -> pa.Array:
        """The sentence called ``key``."""
        template = wording.TEXTS[key, lang]
        return wording.fill(template, {n: self.word(n, lang) for n in wording.names(template)})

    def word(self, name: str, lang: str) -> pa.Array:
        """The column of words called ``name``."""
        if name in _SPOKEN:
            return _SPOKEN[name](self, lang)
        if name not in self.made:
            self.made[name] = _PLAIN[name](self)
        return self.made[name]

    def days(self, days: Days) -> pa.Array:
        """Dates of the supplies that are spoken of."""
        return wording.day_text(days[self.voice.row])

    def counts(self, counts: Counts) -> pa.Array:
        """Numbers of the supplies that are spoken of."""
        return wording.count_text(counts[self.voice.row])

    def source(self, lang: str) -> pa.Array:
        """Where the due dates come from."""
        words = [term.zh if lang == "zh" else term.en for term in SOURCES]
        return wording.pick(words, self.case.standing.due.source[self.voice.row])

    def causes(self, lang: str) -> pa.Array:
        """The verified causes, joined."""
        words = tuple(cause.zh if lang == "zh" else cause.en for cause in CAUSES)
        return sets_as_text(self.case.excused.causes[self.voice.row], words)

    def price(self) -> pa.Array:
        """The price in yuan, 0 where there is none."""
        price = self.case.table["price_fen"].array.take(self.voice.row)
        return wording.yuan_text(np.maximum(price.to_numpy("int64", na_value=0), 0))

    def fee(self) -> pa.Array:
        """The fee in yuan, 0 where there is none."""
        return wording.yuan_text(np.maximum(fee_fen(self.case.table, self.voice), 0))

    def sum(self, lang: str) -> pa.Array:
        """The arithmetic of the fee, or that there is no price."""
        template = wording.PHRASES["sum", lang]
        columns = {name: self.word(name, lang) for name in wording.names(template)}
        priced = fee_fen(self.case.table, self.voice) != NO_FEE
        told = wording.fill(template, columns)
        return wording.choose(priced, told, wording.PHRASES["no_price", lang])

    def rate(self) -> pa.Array:
        """The rate of the fee in percent."""
        rate = self.voice.rule.rate if isinstance(self.voice.rule, FeeRule) else Fraction(0)
        return repeat(wording.percent(rate), len(self.voice.row))

    def basis(self, lang: str) -> pa.Array:
        """Whether the holder's fault is established."""
        proven = pc.equal(basis(self.case, self.voice), Basis.PROVEN.value)
        phrases = wording.PHRASES
        return wording.choose(proven, phrases["proven", lang], phrases["conditional", lang])

    def blocked(self, lang: str) -> pa.Array:
        """That a block stands in the way, or nothing."""
        blocked = pc.not_equal(blocked_by(self.case, self.voice), "")
        return wording.choose(blocked, wording.PHRASES["blocked", lang], "")

    def share(self, part: str, whole: str, lang: str) -> pa.Array:
        """A share of two columns of the supplies."""
        table = self.case.table[[part, whole]].iloc[self.voice.row]
        sides = [table[c].to_numpy("float64", na_value=np.nan) for c in (part, whole)]
        return wording.share_text(sides[0], sides[1], wording.PHRASES["unknown", lang])


_PLAIN: Mapping[str, Callable[[Told], pa.Array]] = {
    "on": lambda t: repeat(str(t.case.standing.today), len(t.voice.row)),
    "due_on": lambda t: t.days(t.case.standing.due.on),
    "full_years": lambda t: t.counts(t.case.clocks.full_years),
    "excused_days": lambda t: t.counts(t.case.excused.days),
    "effective_due_on": lambda t: t.days(t.case.clocks.effective),
    "holder_full_years": lambda t: t.counts(t.case.clocks.holder_full_years),
    "from_on": lambda t: wording.day_text(from_on(t.voice)),
    "suspended_on": lambda t: t.days(t.case.standing.suspended_on),
    "price": Told.price,
    "fee": Told.fee,
    "rate": Told.rate,
}
"""Words that are the same in both languages."""

_SPOKEN: Mapping[str, Callable[[Told, str], pa.Array]] = {
    "clock": lambda t, lang: t.clock.of(t.voice.row, lang),
    "due_source": Told.source,
    "causes": Told.causes,
    "sum": Told.sum,
    "basis": Told.basis,
    "blocked": Told.blocked,
    "developed": lambda t, lang: t.share("developed_area_m2", "developable_area_m2", lang),
    "invested": lambda t, lang: t.share("invested_fen", "planned_investment_fen", lang),
}
"""Words of one language."""
