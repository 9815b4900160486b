"""The law as frozen values: kinds of rule, their parameters, dates and citations; the rulebook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, TypeVar

from landgis.errors import NotFound, RulebookError
from landgis.terms import Cause, Outcome


class Certainty(StrEnum):
    """How sure a cited fact is; what is unverified is configuration, never a hard fact."""

    TEXT = "text"
    EXCERPT = "excerpt"
    READING = "reading"
    UNVERIFIED = "unverified"


class Wording(StrEnum):
    """Whether the quoted words were compared with the published text."""

    CHECKED = "checked"
    UNVERIFIED = "unverified"


class Policy(StrEnum):
    """What another's cause does: takes its days off the clock, or ends the holder's fault."""

    DEDUCT = "deduct"
    EXEMPT = "exempt"


class Fact(StrEnum):
    """A recorded fact that lifts a block."""

    IDLE_FILED_ON = "idle_filed_on"


@dataclass(frozen=True)
class Instrument:
    """A law, an order or a ruling: its names and its number."""

    zh: str
    en: str
    number: str


@dataclass(frozen=True)
class Citation:
    """One place in an instrument: article as a short code and in Chinese, its operative words."""

    instrument: Instrument
    article: str
    zh: str
    quote: str
    certainty: Certainty
    wording: Wording = Wording.CHECKED

    def label(self, lang: str = "zh") -> str:
        """The place as people write it: 《闲置土地处置办法》（国土资源部令第53号）第二条第一款."""
        number = self.instrument.number.strip("（）")
        if lang == "zh":
            return f"《{self.instrument.zh}》（{number}）{self.zh}"
        article = f", art. {self.article}" if self.article else ""
        return f"{self.instrument.en}{article}"

    @property
    def is_checked(self) -> bool:
        """Whether both the fact and the quoted words were read in a text."""
        return self.certainty is not Certainty.UNVERIFIED and self.wording is Wording.CHECKED


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule has; in force on D if ``since`` <= D and (``until`` is empty or D < it)."""

    kind: ClassVar[str] = ""

    id: str
    zh: str
    en: str
    since: date
    until: date | None = None
    discretionary: bool = False
    citations: tuple[Citation, ...]

    def in_force(self, on: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.since <= on and (self.until is None or on < self.until)

    def title(self, lang: str = "zh") -> str:
        """What the rule says, in one line."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class IdleRule(Rule):
    """Land is idle once ``idle_years`` full years have passed since the commencement date."""

    kind: ClassVar[str] = "idle"
    idle_years: int


@dataclass(frozen=True, kw_only=True)
class SuspendedRule(Rule):
    """A suspended project may be idle land if either share is strictly under its limit."""

    kind: ClassVar[str] = "suspended"
    idle_years: int
    developed_under: Fraction
    invested_under: Fraction


@dataclass(frozen=True, kw_only=True)
class DeliveryRule(Rule):
    """Without an agreed date the commencement date is ``years`` after delivery."""

    kind: ClassVar[str] = "delivery"
    years: int


@dataclass(frozen=True, kw_only=True)
class ExcuseRule(Rule):
    """Delays of these ``causes`` are not the holder's."""

    kind: ClassVar[str] = "excuse"
    causes: tuple[Cause, ...]


@dataclass(frozen=True, kw_only=True)
class TollingRule(Rule):
    """What excused time does, and after how many full years a new cause stops nothing."""

    kind: ClassVar[str] = "tolling"
    policy: Policy
    moot_after_years: int


@dataclass(frozen=True, kw_only=True)
class FeeRule(Rule):
    """A flat fee of ``rate`` of the price, never over ``cap``."""

    kind: ClassVar[str] = "fee"
    after_years: int
    rate: Fraction
    cap: Fraction


@dataclass(frozen=True, kw_only=True)
class ReclaimRule(Rule):
    """The right is taken back without compensation."""

    kind: ClassVar[str] = "reclaim"
    after_years: int


@dataclass(frozen=True, kw_only=True)
class AgreementRule(Rule):
    """Disposal by agreement; how far one amendment may extend, how long temporary use may last."""

    kind: ClassVar[str] = "agreement"
    extension_years: int
    temporary_use_years: int


@dataclass(frozen=True, kw_only=True)
class BlockRule(Rule):
    """An outcome that may not be chosen while a fact is missing."""

    kind: ClassVar[str] = "block"
    blocks: Outcome
    unless: Fact


@dataclass(frozen=True, kw_only=True)
class RestrictionRule(Rule):
    """A consequence that this system never presumes; shown, not applied."""

    kind: ClassVar[str] = "restriction"


RULE_KINDS: tuple[type[Rule], ...] = (
    IdleRule,
    SuspendedRule,
    DeliveryRule,
    ExcuseRule,
    TollingRule,
    FeeRule,
    ReclaimRule,
    AgreementRule,
    BlockRule,
    RestrictionRule,
)
"""Every kind of rule; there is no other."""

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Rulebook:
    """Rules in the order of their text, with the text itself, so that a finding can be replayed."""

    rules: tuple[Rule, ...]
    text: str

    @property
    def sha256(self) -> str:
        """The fingerprint of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """The rules of one kind, every version."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))

    def in_force(self, kind: type[R], on: date) -> tuple[R, ...]:
        """The rules of one kind that are in force on that day."""
        return tuple(rule for rule in self.of(kind) if rule.in_force(on))

    def measure(self, kind: type[R], on: date) -> R:
        """The rule by which time is counted on that day.

        Elapsed time counts whenever it ran: before the first version its numbers are used, after
        the last those of the last. Raises ``RulebookError`` if there is no rule of this kind.
        """
        versions = sorted(self.of(kind), key=lambda rule: rule.since)
        if not versions:
            raise RulebookError(
                f"the rulebook has no rule of kind '{kind.kind}': add one.",
                f"规则中没有类型为“{kind.kind}”的条目：请补充。",
            )
        begun = [rule for rule in versions if rule.since <= on]
        current = [rule for rule in begun if rule.in_force(on)]
        return (current or begun or versions)[-1 if begun else 0]

    def rule(self, rule_id: str, on: date | None = None) -> Rule:
        """The rule called ``rule_id``, in the version of ``on`` if there is one, else the last.

        Raises ``NotFound`` if no rule is called so.
        """
        versions = [rule for rule in self.rules if rule.id == rule_id]
        if not versions:
            raise NotFound(
                f"there is no rule '{rule_id}': see landgis rules list.",
                f"没有规则“{rule_id}”：请用 landgis rules list 查看。",
            )
        current = [rule for rule in versions if on is not None and rule.in_force(on)]
        return (current or versions)[-1]

    def cited(self, rule_ids: str, on: date | None = None) -> tuple[Citation, ...]:
        """The citations behind a ``citations`` cell such as ``order53-14-1;order53-2-1``."""
        found = [self.rule(rule_id, on) for rule_id in rule_ids.split(";") if rule_id]
        return tuple(dict.fromkeys(c for rule in found for c in rule.citations))

    def changes(self) -> tuple[date, ...]:
        """The days on which a rule comes into force or ends, in order."""
        ends = (rule.until for rule in self.rules if rule.until is not None)
        return tuple(sorted({*(rule.since for rule in self.rules), *ends}))

    def merge(self, *others: Rulebook) -> Rulebook:
        """This rulebook and others as one; raises ``RulebookError`` where versions overlap."""
        books = (self, *others)
        merged = tuple(rule for book in books for rule in book.rules)
        refuse_overlaps(merged)
        return Rulebook(merged, "\n".join(book.text for book in books))


def overlapping(rules: Iterable[Rule]) -> Rule | None:
    """The first rule whose version begins before the earlier version of the same id has ended."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for versions in by_id.values():
        for earlier, later in pairwise(sorted(versions, key=lambda rule: rule.since)):
            if earlier.until is None or later.since < earlier.until:
                return later
    return None


def refuse_overlaps(
    rules: Sequence[Rule], *, file: str | None = None, rows: Sequence[int] | None = None
) -> None:
    """Raise ``RulebookError`` if two versions of one rule are in force on the same day."""
    clash = overlapping(rules)
    if clash is None:
        return
    where = next(i for i, rule in enumerate(rules) if rule is clash)
    raise RulebookError(
        f"two versions of rule '{clash.id}' are in force on {clash.since}: end the earlier one "
        "with 'until'.",
        f"规则“{clash.id}”有两个版本在 {clash.since} 同时有效：请用 until 结束前一版本。",
        file=file,
        row=None if rows is None else rows[where],
        column="from",
    )
