"""The kinds of rule as frozen values: dates, parameters, and the words they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

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
        work = self.instrument
        if lang == "zh" and work.number.startswith("（"):
            return f"{work.zh}{work.number}{self.zh}"
        if lang == "zh":
            return f"《{work.zh}》（{work.number}）{self.zh}"
        article = f", art. {self.article}" if self.article else ""
        return f"{work.en}{article}"

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
