"""One rule that speaks of some supplies in; its fee, basis, blocks and articles out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from landgis.citation import Status
from landgis.clock import NOT_A_DAY, Counts, Days, Mask
from landgis.law import wording
from landgis.law.due import SOURCES, happened
from landgis.law.fault import CAUSES, Excused
from landgis.law.scope import scope
from landgis.law.standing import Stand
from landgis.law.verdict import Clocks
from landgis.law.wording import repeat, sets_as_text
from landgis.rulebook import Rulebook
from landgis.statute import (
    AgreementRule,
    Base,
    BlockRule,
    DeliveryRule,
    ExcuseRule,
    FeeRule,
    IdleRule,
    ReclaimRule,
    Rule,
    TollingRule,
)
from landgis.terms import Basis, DueSource, Outcome

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
    """One rule that speaks: the rows of its supplies, its outcome and the first day it spoke.

    ``key`` names its sentence where it is not that of the outcome: a fee speaks in two voices,
    of supplies that have a price and of those that have none.
    """

    rule: Rule | None
    outcome: Outcome
    row: Counts
    start: Days
    key: str = ""

    def take(self, kept: Mask, key: str) -> Voice:
        """The voice for some of its supplies."""
        return replace(self, row=self.row[kept], start=self.start[kept], key=key)

    def pick(self, places: Counts) -> Voice:
        """The voice for the supplies at these places only."""
        return replace(self, row=self.row[places], start=self.start[places])

    @property
    def fee(self) -> FeeRule | None:
        """The rule where it asks for a fee."""
        asks = isinstance(self.rule, FeeRule) and self.outcome is Outcome.FEE
        return self.rule if asks and isinstance(self.rule, FeeRule) else None


def by_price(table: pd.DataFrame, voice: Voice) -> list[Voice]:
    """A fee's voice apart for supplies whose base is recorded or not; other voices as they are."""
    if voice.fee is None:
        return [voice]
    plain = "" if voice.fee.base is Base.PRICE else BASED
    known = amount_fen(table, voice) != NO_FEE
    missing = UNPRICED if voice.fee.base is Base.PRICE else UNBASED
    return [voice.take(known, AT_MOST if voice.fee.at_most else plain), voice.take(~known, missing)]


AT_MOST, BASED, UNBASED, UNPRICED = "at_most", "based", "unbased", "unpriced"
"""The sentences of a fee that is a ceiling, of another base than the price, and without either."""


def amount_fen(table: pd.DataFrame, voice: Voice) -> Counts:
    """Base times rate in whole fen, half up and exact; ``NO_FEE`` without a base or a rate."""
    if voice.fee is None:
        return np.full(len(voice.row), NO_FEE)
    return times(base_fen(table, voice, voice.fee.base), voice.fee.rate)


def base_fen(table: pd.DataFrame, voice: Voice, base: Base) -> Counts:
    """The recorded sum that a fee is a multiple of, in fen; ``NO_FEE`` where there is none."""
    held: Counts = table[base.column].iloc[voice.row].to_numpy("int64", na_value=NO_FEE)
    return held


def times(fen: Counts, rate: Fraction) -> Counts:
    """``rate`` of whole fen, half up and exact; ``NO_FEE`` where there is no amount."""
    part, whole = rate.numerator, rate.denominator
    return np.where(fen < 0, NO_FEE, (2 * fen * part + whole) // (2 * whole))


def fee_fen(table: pd.DataFrame, voice: Voice) -> Counts:
    """The fee that counts: a ceiling beside another rule's fee is told, not counted twice."""
    if voice.fee is not None and voice.fee.at_most and not voice.fee.replaces:
        return np.full(len(voice.row), NO_FEE)
    return amount_fen(table, voice)


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
    if isinstance(voice.rule, FeeRule | ReclaimRule) and voice.outcome is not Outcome.REVIEW:
        proven = case.clocks.proven_years[voice.row] >= voice.rule.after_years
        return wording.choose(proven, Basis.PROVEN.value, Basis.CONDITIONAL.value)
    return repeat(Basis.PROVEN.value if isinstance(voice.rule, AgreementRule) else "", size)


Blocks: TypeAlias = list[tuple[BlockRule, Mask]]
"""Rules that forbid an outcome, each with the supplies of a voice that it blocks."""


def blocking(case: Case, voice: Voice) -> Blocks:
    """The rules that forbid the outcome on the date, each with the supplies that it blocks."""
    rules = case.rulebook.in_force(BlockRule, case.standing.today)
    return [(rule, _blocked(case, voice, rule)) for rule in rules if rule.blocks is voice.outcome]


def _blocked(case: Case, voice: Voice, rule: BlockRule) -> Mask:
    on = case.standing.on
    asked = [name for name in (rule.only and rule.only.column, rule.unless) if name]
    table = case.table[[name.value for name in asked]].iloc[voice.row]
    inside = scope(table, rule).yes
    return inside if rule.unless is None else inside & np.isnat(happened(table, rule.unless, on))


def blocked_by(voice: Voice, blocks: Blocks) -> pa.Array:
    """The ids of the rules that block the outcome, joined by semicolons (order 53 art. 25)."""
    return _joined(blocks, len(voice.row))


def unverified(voice: Voice, blocks: Blocks) -> Mask:
    """Where the finding rests on a rule that has to be checked before use, or is blocked by one."""
    unsure = voice.rule is not None and voice.rule.status is Status.UNVERIFIED
    found = np.full(len(voice.row), unsure)
    for rule, where in blocks:
        found |= where & (rule.status is Status.UNVERIFIED)
    return found


def citations(case: Case, voice: Voice, blocks: Blocks) -> pa.Array:
    """The ids of the rules a finding rests on: itself, the definition, the date, the causes."""
    applied: list[tuple[Rule, Mask]] = []
    every = np.ones(len(voice.row), dtype=bool)
    if voice.rule is not None:
        applied.append((voice.rule, every))
    if isinstance(voice.rule, FeeRule | ReclaimRule | AgreementRule):
        applied += _clock_rules(case, voice, every)
    return _joined([*applied, *blocks], len(voice.row))


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
