"""One rule that speaks of some supplies in; its sentences in both languages out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landgis.clock import Counts, Days, Mask, full_years
from landgis.law import wording
from landgis.law.due import SOURCES
from landgis.law.fault import CAUSES
from landgis.law.voices import (
    NO_FEE,
    Case,
    Voice,
    amount_fen,
    base_fen,
    basis,
    fee_fen,
    from_on,
)
from landgis.law.wording import repeat, sets_as_text
from landgis.schema import LAYERS
from landgis.statute import (
    Base,
    DeliveryRule,
    FeeRule,
    LateCompletionRule,
    SuspendedRule,
    UnderinvestedRule,
)
from landgis.terms import Basis, Cause, Outcome


def _template(voice: Voice) -> Outcome | str:
    if voice.rule is None:
        return "unruled"
    if voice.key:
        return voice.key
    if isinstance(voice.rule, SuspendedRule):
        return "suspended" if voice.outcome is Outcome.AGREEMENT else "progress_unknown"
    return "undated" if isinstance(voice.rule, DeliveryRule) else voice.outcome


class Clock(Protocol):
    """The sentence of both clocks of each supply; those with the same ``place`` share theirs."""

    place: Counts

    def of(self, row: Counts, lang: str) -> pa.Array:
        """The sentence of each of these supplies."""


@dataclass(frozen=True)
class Told:
    """The words that fill the sentences of one voice; words of no language are made once.

    ``unsure`` are the supplies of which it rests on a rule that is not verified.
    """

    case: Case
    voice: Voice
    clock: Clock
    unsure: Mask
    made: dict[str, pa.Array] = field(default_factory=dict)
    few: dict[str, Any] = field(default_factory=dict)

    def reason(self, lang: str) -> pa.Array:
        """The sentence of every finding, with the dates, days and money in it."""
        doubt = wording.PHRASES["unverified", lang] if self.unsure.any() else ""
        whole = bool(self.unsure.all())
        told = self.told_once(_template(self.voice), lang, doubt if whole else "")
        if whole or not doubt:
            return told
        some = wording.choose(self.unsure, doubt, "")
        return wording.fill("{told}{doubt}", {"told": told, "doubt": some})

    def told_once(self, key: Outcome | str, lang: str, ending: str) -> pa.Array:
        """The sentence called ``key``, made once for all supplies of which it says the same."""
        if key not in _SAME:
            return self.fill(key, lang, ending)
        if "place" not in self.few:
            place, first = wording.alike([column[self.voice.row] for column in _SAME[key](self)])
            few = Told(self.case, self.voice.pick(first), self.clock, self.unsure[first])
            self.few.update(place=pa.array(place), told=few)
        told: Told = self.few["told"]
        return told.fill(key, lang, ending).take(self.few["place"])

    def fill(self, key: Outcome | str, lang: str, ending: str = "") -> pa.Array:
        """The sentence called ``key`` and then ``ending``."""
        template = wording.TEXTS[key, lang] + ending
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
        """The verified causes that are not the holder's, joined."""
        words = [cause.zh if lang == "zh" else cause.en for cause in CAUSES]
        others = self.case.excused.causes[self.voice.row] & ~(1 << CAUSES.index(Cause.HOLDER))
        return sets_as_text(others, words, "、" if lang == "zh" else ", ")

    def price(self) -> pa.Array:
        """The price in yuan."""
        price = self.case.table["price_fen"].array.take(self.voice.row)
        return wording.yuan_text(price.to_numpy("int64"))

    def fee(self) -> pa.Array:
        """The fee in yuan."""
        return wording.yuan_text(fee_fen(self.case.table, self.voice))

    def most(self) -> pa.Array:
        """The highest fee in yuan."""
        return wording.yuan_text(amount_fen(self.case.table, self.voice))

    def rate(self) -> pa.Array:
        """The rate of the fee: in percent, or how many times its base."""
        rate = self.voice.fee.rate if self.voice.fee else Fraction(0)
        return self.same(str(rate) if self.is_whole() else wording.percent(rate))

    def is_whole(self) -> bool:
        """Whether the fee is a whole number of times its base."""
        return self.voice.fee is not None and self.voice.fee.rate.denominator == 1

    def of(self, lang: str) -> pa.Array:
        """The word between a rate and its base: 20% of it, 4 times it."""
        return self.same(
            wording.PHRASES["times" if self.is_whole() and lang == "en" else "of", lang]
        )

    def sum(self, lang: str) -> pa.Array:
        """The recorded base of a fee in yuan; unknown where there is none."""
        fen = base_fen(self.case.table, self.voice, self.of_what())
        yuan = wording.yuan_text(np.maximum(fen, 0))
        return wording.choose(fen != NO_FEE, yuan, wording.PHRASES["unknown", lang])

    def of_what(self) -> Base:
        """What a fee or charge is a multiple of."""
        rule = self.voice.rule
        return rule.base if isinstance(rule, FeeRule | LateCompletionRule) else Base.PRICE

    def base(self, lang: str) -> pa.Array:
        """What a fee is a multiple of."""
        base = self.of_what()
        return self.same(base.zh if lang == "zh" else base.en)

    def ceiling(self, lang: str) -> pa.Array:
        """The word for a fee that may be less."""
        is_most = self.voice.fee is not None and self.voice.fee.at_most
        return self.same(wording.PHRASES["at_most", lang] if is_most else "")

    def asked(self, lang: str) -> pa.Array:
        """The recorded text that would tell whether the rule is for the supply."""
        only = self.voice.rule.only if self.voice.rule else None
        name = only.column.value if only else ""
        zh = LAYERS["supplies"].zh_names.get(name, "")
        return self.same(zh if lang == "zh" else name.replace("_", " "))

    def title(self, lang: str) -> pa.Array:
        """What the rule says."""
        return self.same(self.voice.rule.title(lang) if self.voice.rule else "")

    def limit(self) -> pa.Array:
        """The share under which investment is little."""
        rule = self.voice.rule
        share = rule.invested_under if isinstance(rule, UnderinvestedRule) else Fraction(0)
        return self.same(wording.percent(share))

    def years_since(self, days: Days) -> pa.Array:
        """Full years since a day."""
        return wording.count_text(full_years(days[self.voice.row], self.case.standing.on))

    def same(self, word: str) -> pa.Array:
        """The same word for every supply."""
        return repeat(word, len(self.voice.row))

    def basis(self, lang: str) -> pa.Array:
        """Whether the holder's fault is established."""
        proven = pc.equal(basis(self.case, self.voice), Basis.PROVEN.value)
        phrases = wording.PHRASES
        return wording.choose(proven, phrases["proven", lang], phrases["conditional", lang])

    def share(self, part: str, whole: str, lang: str) -> pa.Array:
        """A share of two columns of the supplies."""
        table = self.case.table[[part, whole]].iloc[self.voice.row]
        sides = [table[c].to_numpy("float64", na_value=np.nan) for c in (part, whole)]
        return wording.share_text(sides[0], sides[1], wording.PHRASES["unknown", lang])


def _same_lateness(told: Told) -> list[Counts]:
    base = told.case.table[told.of_what().column].to_numpy("int64", na_value=NO_FEE)
    return [told.case.standing.due.completion.astype(np.int64), base]


_SAME: Mapping[Outcome | str, Callable[[Told], list[Counts]]] = {
    "late": _same_lateness,
    "investment_unknown": lambda t: [t.case.standing.due.on.astype(np.int64)],
    Outcome.RECLAIM: lambda t: [t.clock.place, t.case.clocks.proven_years],
}
"""Sentences that many supplies share: what they depend on, one number a supply."""

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
    "most": Told.most,
    "rate": Told.rate,
    "limit": Told.limit,
    "completion_on": lambda t: t.days(t.case.standing.due.completion),
    "due_years": lambda t: t.years_since(t.case.standing.due.on),
    "completion_years": lambda t: t.years_since(t.case.standing.due.completion),
}
"""Words that are the same in both languages."""

_SPOKEN: Mapping[str, Callable[[Told, str], pa.Array]] = {
    "clock": lambda t, lang: t.clock.of(t.voice.row, lang),
    "due_source": Told.source,
    "causes": Told.causes,
    "basis": Told.basis,
    "base": Told.base,
    "sum": Told.sum,
    "of": Told.of,
    "ceiling": Told.ceiling,
    "asked": Told.asked,
    "title": Told.title,
    "developed": lambda t, lang: t.share("developed_area_m2", "developable_area_m2", lang),
    "invested": lambda t, lang: t.share("invested_fen", "planned_investment_fen", lang),
}
"""Words of one language."""
