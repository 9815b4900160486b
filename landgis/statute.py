"""The kinds of rule as frozen values: dates, parameters, and the words they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, NewType

from landgis.citation import Citation, Status
from landgis.terms import Cause, Outcome, Standing, Term

Multiple = NewType("Multiple", Fraction)
"""How many times something is taken; unlike a share it may be more than one."""


class Policy(StrEnum):
    """What another's cause does: takes its days off the clock, or ends the holder's fault."""

    DEDUCT = "deduct"
    EXEMPT = "exempt"


class Fact(StrEnum):
    """A recorded fact that lifts a block."""

    IDLE_FILED_ON = "idle_filed_on"


class Base(Term):
    """What a fee is a multiple of: a sum that is recorded of the supply."""

    PRICE = "price", "成交价款"
    ANNUAL_RENT = "annual_rent", "一年租金"
    OUTPUT_VALUE = "output_value", "前三年平均年产值"
    LAND_VALUE = "land_value", "土地现值"

    @property
    def column(self) -> str:
        """The column of the supplies that holds it."""
        return f"{self.value}_fen"


class Basis(StrEnum):
    """How the price is found for which land is taken back with special bonds."""

    LOWER = "lower_of_appraisal_and_cost"
    APPRAISAL = "appraisal"
    COST = "cost"


class Told(StrEnum):
    """A recorded text that tells what kind of land a supply is."""

    LAND_SOURCE = "land_source"
    LAND_USE = "land_use"
    SUPPLY_MODE = "supply_mode"


@dataclass(frozen=True)
class Only:
    """Which supplies a rule is for: those whose ``column`` has one of ``words`` in it.

    With ``others`` only those words say that it is not for a supply; any other text, and an empty
    one, leaves it open.
    """

    column: Told
    words: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule has; in force on D if ``since`` <= D and (``until`` is empty or D < it).

    ``only`` says which supplies it is for (empty: all). Where it speaks of a supply, the rules
    named in ``replaces`` are silent: which law comes first is said here, not in the program.
    """

    kind: ClassVar[str] = ""

    id: str
    zh: str
    en: str
    since: date
    until: date | None = None
    discretionary: bool = False
    status: Status = Status.VERIFIED
    only: Only | None = None
    replaces: tuple[str, ...] = ()
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
    """A flat fee of ``rate`` times the ``base``, never over ``cap``.

    With ``at_most`` the amount is the highest that may be asked for.
    """

    kind: ClassVar[str] = "fee"
    after_years: int
    rate: Multiple
    cap: Multiple
    base: Base = Base.PRICE
    at_most: bool = False


@dataclass(frozen=True, kw_only=True)
class CeilingRule(Rule):
    """How high a fee on ``base`` may be by national law, whatever a local rule says.

    Without ``cap`` the national law leaves it to the province; without ``base`` it is so for
    every base. One with ``only`` holds for that land alone and comes before the others.
    """

    kind: ClassVar[str] = "ceiling"
    base: Base | None = None
    cap: Multiple | None = None


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
    """An outcome that may not be chosen: while a fact is missing, or for some land never."""

    kind: ClassVar[str] = "block"
    blocks: Outcome
    unless: Fact | None = None


@dataclass(frozen=True, kw_only=True)
class UnderinvestedRule(Rule):
    """Commenced, but so many full years after the commencement date little is invested."""

    kind: ClassVar[str] = "underinvested"
    after_years: int
    invested_under: Fraction


@dataclass(frozen=True, kw_only=True)
class LateCompletionRule(Rule):
    """A yearly charge on the ``base`` from so many full years past the completion date on."""

    kind: ClassVar[str] = "late_completion"
    after_years: int
    base: Base


@dataclass(frozen=True, kw_only=True)
class ConductRule(Rule):
    """How a case is conducted.

    ``roll_over``: a term that ends on a holiday ends on the next working day. ``as_punishment``:
    two officers, legal review, collective discussion and ninety days, as for a punishment.
    ``public_notice_days``: so long after it a service by public notice takes effect.
    """

    kind: ClassVar[str] = "conduct"
    roll_over: bool
    as_punishment: bool
    public_notice_days: int


@dataclass(frozen=True, kw_only=True)
class RemedyRule(Rule):
    """Terms of remedies and of enforcement, counted as the articles say.

    ``sue_days`` to sue after a reconsideration, ``judgment_years`` to have a judgment enforced,
    ``reconsider_days`` and ``sue_months`` to contest a decision, ``demand_working_days`` after the
    demand, ``enforce_months`` for the court once the term to sue has ended. The last four are
    left out by the rules that older records keep.
    """

    kind: ClassVar[str] = "remedy"
    sue_days: int
    judgment_years: int
    reconsider_days: int | None = None
    sue_months: int | None = None
    demand_working_days: int | None = None
    enforce_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class TermsRule(Rule):
    """Terms of the steps of a case up to the decision and its fulfilment.

    ``investigate_days`` from the lead to the investigation notice, ``answer_days`` for the holder,
    ``hearing_working_days`` to ask for a hearing and ``hearing_notice_working_days`` between its
    notice and it, ``decide_days`` from filing to the decision, ``fulfil_days`` to pay or to
    deregister.
    """

    kind: ClassVar[str] = "terms"
    investigate_days: int
    answer_days: int
    hearing_working_days: int
    hearing_notice_working_days: int
    decide_days: int
    fulfil_days: int


@dataclass(frozen=True, kw_only=True)
class BondRule(Rule):
    """What special bonds may take back: supplied by a day, of some standings, at a base price."""

    kind: ClassVar[str] = "bond"
    supplied_until: date
    standings: tuple[Standing, ...]
    price: Basis


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
    CeilingRule,
    ReclaimRule,
    AgreementRule,
    BlockRule,
    UnderinvestedRule,
    LateCompletionRule,
    ConductRule,
    TermsRule,
    RemedyRule,
    BondRule,
    RestrictionRule,
)
"""Every kind of rule; there is no other."""
