"""Claims that speak on a date in; finding rows with fee, basis, articles and sentences out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
from landgis.terms import Basis, DueSource, Outcome, Term
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
    """One row a rule that speaks, by supply and then gravest first."""
    voices = _voices(case, claims)
    made = pd.concat([_table(case, voice) for voice in voices], ignore_index=True)
    rank = np.concatenate([np.full(len(v.row), OUTCOMES.index(v.outcome)) for v in voices])
    row = np.concatenate([voice.row for voice in voices])
    order = np.argsort(row * len(OUTCOMES) + rank, kind="stable")
    grave = sorted(voices, key=lambda voice: OUTCOMES.index(voice.outcome))
    rules = dict.fromkeys(voice.rule.id for voice in grave if voice.rule is not None)
    return Found(made.take(order).reset_index(drop=True), row[order], tuple(rules))


def _voices(case: Case, claims: Sequence[Claim]) -> list[Voice]:
    on = case.standing.on
    speaking = [(claim, np.flatnonzero(claim.speaks(on))) for claim in claims]
    voices = [Voice(c.rule, c.outcome, row, c.start[row]) for c, row in speaking if len(row)]
    silent = np.flatnonzero(unruled(claims, on))
    return [*voices, Voice(None, Outcome.REVIEW, silent, np.full(len(silent), NOT_A_DAY))]


def _table(case: Case, voice: Voice) -> pd.DataFrame:
    size = len(voice.row)
    columns = {
        "supply_id": case.table["supply_id"].iloc[voice.row].array,
        "on": np.full(size, case.standing.on).astype("datetime64[s]"),
        "rule": column(repeat("" if voice.rule is None else voice.rule.id, size)),
        "outcome": column(repeat(voice.outcome.value, size)),
        "basis": column(basis(case, voice)),
        "fee_fen": money(fee_fen(case.table, voice)),
        "from_on": from_on(voice).astype("datetime64[s]"),
        "discretionary": np.full(size, voice.rule is not None and voice.rule.discretionary),
        "blocked_by": column(blocked_by(case, voice)),
        "citations": column(citations(case, voice)),
        "reason": column(reason(case, voice, "en")),
        "reason_zh": column(reason(case, voice, "zh")),
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


def reason(case: Case, voice: Voice, lang: str) -> pa.Array:
    """The sentence of every finding of one voice, with the dates, days and money in it."""
    template = wording.TEXTS[_template(voice), lang]
    told = Told(case, voice, lang)
    return wording.fill(template, {name: told.word(name) for name in wording.names(template)})


def _template(voice: Voice) -> Outcome | str:
    if voice.rule is None:
        return "unruled"
    if isinstance(voice.rule, SuspendedRule):
        return "suspended" if voice.outcome is Outcome.AGREEMENT else "progress_unknown"
    return "undated" if isinstance(voice.rule, DeliveryRule) else voice.outcome


@dataclass(frozen=True)
class Told:
    """The words that fill the sentence of one voice in one language."""

    case: Case
    voice: Voice
    lang: str

    def word(self, name: str) -> pa.Array:
        """The column of words called ``name``."""
        made: pa.Array = _WORDS[name](self)
        return made

    def days(self, days: Days) -> pa.Array:
        """Dates of the supplies that are spoken of."""
        return wording.day_text(days[self.voice.row])

    def counts(self, counts: Counts) -> pa.Array:
        """Numbers of the supplies that are spoken of."""
        return wording.count_text(counts[self.voice.row])

    def terms(self, terms: Sequence[Term], codes: Counts) -> pa.Array:
        """Terms of the supplies that are spoken of."""
        words = [term.zh if self.lang == "zh" else term.en for term in terms]
        return wording.pick(words, codes[self.voice.row])

    def causes(self) -> pa.Array:
        """The verified causes, joined."""
        words = tuple(cause.zh if self.lang == "zh" else cause.en for cause in CAUSES)
        return sets_as_text(self.case.excused.causes[self.voice.row], words)

    def phrase(self, key: str) -> str:
        """A fixed phrase of the language."""
        return wording.PHRASES[key, self.lang]

    def sum(self) -> pa.Array:
        """The arithmetic of the fee, or that there is no price."""
        rule = self.voice.rule
        if not isinstance(rule, FeeRule):
            return repeat("", len(self.voice.row))
        fee = fee_fen(self.case.table, self.voice)
        price = self.case.table["price_fen"].iloc[self.voice.row].to_numpy("int64", na_value=0)
        columns = {
            "price": wording.yuan_text(np.maximum(price, 0)),
            "rate": repeat(wording.percent(rule.rate), len(fee)),
            "fee": wording.yuan_text(np.maximum(fee, 0)),
        }
        told = wording.fill(self.phrase("sum"), columns)
        return wording.choose(fee != NO_FEE, told, self.phrase("no_price"))

    def basis(self) -> pa.Array:
        """Whether the holder's fault is established."""
        proven = pc.equal(basis(self.case, self.voice), Basis.PROVEN.value)
        return wording.choose(proven, self.phrase("proven"), self.phrase("conditional"))

    def blocked(self) -> pa.Array:
        """That a block stands in the way, or nothing."""
        blocked = pc.not_equal(blocked_by(self.case, self.voice), "")
        return wording.choose(blocked, self.phrase("blocked"), "")

    def share(self, part: str, whole: str) -> pa.Array:
        """A share of two columns of the supplies."""
        table = self.case.table.iloc[self.voice.row]
        sides = [table[c].to_numpy("float64", na_value=np.nan) for c in (part, whole)]
        return wording.share_text(sides[0], sides[1], self.phrase("unknown"))


_WORDS: Mapping[str, Callable[[Told], pa.Array]] = {
    "on": lambda t: repeat(str(t.case.standing.today), len(t.voice.row)),
    "due_on": lambda t: t.days(t.case.standing.due.on),
    "due_source": lambda t: t.terms(SOURCES, t.case.standing.due.source),
    "full_years": lambda t: t.counts(t.case.clocks.full_years),
    "excused_days": lambda t: t.counts(t.case.excused.days),
    "effective_due_on": lambda t: t.days(t.case.clocks.effective),
    "holder_full_years": lambda t: t.counts(t.case.clocks.holder_full_years),
    "from_on": lambda t: wording.day_text(from_on(t.voice)),
    "suspended_on": lambda t: t.days(t.case.standing.suspended_on),
    "causes": Told.causes,
    "sum": Told.sum,
    "basis": Told.basis,
    "blocked": Told.blocked,
    "developed": lambda t: t.share("developed_area_m2", "developable_area_m2"),
    "invested": lambda t: t.share("invested_fen", "planned_investment_fen"),
}
"""How each word of a sentence is made."""
