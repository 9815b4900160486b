"""Rules of fees and national ceilings in; the fees that go beyond them out.

A local rule names its own cap, but what caps it comes from above: 城市房地产管理法 art. 26 for a
fee on the price, 土地管理法 art. 38 for farmland, which leaves it to the province.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from landgis.citation import Status
from landgis.statute import CeilingRule, FeeRule, Rule


class Flaw(NamedTuple):
    """A rule that cannot stand beside the others: the key that is wrong, and why."""

    rule: Rule
    key: str
    en: str
    zh: str


def beyond(rules: Sequence[Rule], ceilings: Sequence[CeilingRule]) -> Iterator[Flaw]:
    """The fees whose rate or cap is over its national ceiling, and ceilings of somebody's own.

    ``ceilings`` are those of national law. A fee on what none of them caps is unverified.
    """
    for rule in rules:
        if isinstance(rule, CeilingRule) and rule not in ceilings:
            en = "a ceiling is national law and not set by another folder: remove the rule"
            yield Flaw(rule, "id", en, "费率上限由国家规定，其他规则库不得自设：请删去该条")
        elif isinstance(rule, FeeRule):
            yield from _over(rule, [c for c in ceilings if _together(rule, c)])


def _over(fee: FeeRule, ceilings: Sequence[CeilingRule]) -> Iterator[Flaw]:
    mine = [c for c in ceilings if c.base in (None, fee.base)]
    special = [c for c in mine if c.only is not None and _within(fee, c)]
    held = special or [c for c in mine if c.only is None]
    if not held and fee.status is not Status.UNVERIFIED:
        yield Flaw(
            fee,
            "base",
            f"no national law caps a fee on the {fee.base.en}: write status = 'unverified'",
            f"国家没有规定按“{fee.base.zh}”计费的上限：请写明 status = 'unverified'",
        )
    for ceiling in held:
        for key, value in (("rate", fee.rate), ("cap", fee.cap)):
            if ceiling.cap is not None and value > ceiling.cap:
                yield _too_high(fee, key, value, ceiling)


def _too_high(fee: FeeRule, key: str, value: Fraction, ceiling: CeilingRule) -> Flaw:
    law = ceiling.citations[0]
    return Flaw(
        fee,
        key,
        f"the {key} {value} is over {ceiling.cap}, the ceiling of {law.label('en')}: lower it",
        f"{key} {value} 超过{law.label('zh')}的上限 {ceiling.cap}：请调低",
    )


def _together(one: Rule, other: Rule) -> bool:
    """Whether there is a day on which both are in force."""
    return (one.until is None or other.since < one.until) and (
        other.until is None or one.since < other.until
    )


def _within(fee: FeeRule, ceiling: CeilingRule) -> bool:
    """Whether the fee is for no other land than the ceiling."""
    mine, its = fee.only, ceiling.only
    if mine is None or its is None or mine.column is not its.column:
        return False
    return set(mine.words) <= set(its.words) and set(its.others) <= set(mine.others)
