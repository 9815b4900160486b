"""The steps of a case on idle land in their order, as data: what each needs and by when.

Source: ``law.md`` section 4: order 53 (闲置土地处置办法), and, for the branch that ends in a
decision, the 行政处罚法, since taking land back without compensation is treated as a punishment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from landgis.terms import Term


class Branch(Term):
    """Which way a case goes once the land is found idle."""

    COMMON = "common", "共同程序"
    AGREEMENT = "agreement", "协商处置"
    DECISION = "decision", "行政决定"
    REMEDY = "remedy", "救济"
    ENFORCEMENT = "enforcement", "强制执行"


class Manner(Term):
    """How a document was served."""

    DIRECT = "direct", "直接送达"
    MAIL = "mail", "邮寄送达"
    PUBLIC_NOTICE = "public_notice", "公告送达"


class Level(Term):
    """The level of a government that approves, the lowest first."""

    COUNTY = "county", "县级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"
    STATE = "state", "国务院"


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Whose(Term):
    """Who must act, or may."""

    BUREAU = "bureau", "本局"
    HOLDER = "holder", "使用权人"
    RIGHT = "right", "使用权人（权利）"


@dataclass(frozen=True)
class Span:
    """A number of days or months after a step, with where it is written and how sure that is.

    A term to act within is no more asked for once one of ``met_by`` was taken; ``zh`` and ``en``
    say what must come where it is not simply the step. It begins with the step, or on the last
    day of ``first``, a span after the same steps. Where the number is a parameter it is 0 here,
    and ``counted_by`` names the number of ``Conduct`` that says how many.
    """

    after: tuple[str, ...]
    count: int
    unit: Unit
    article: str
    certainty: str = "text"
    whose: Whose = Whose.BUREAU
    met_by: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    first: Span | None = None
    counted_by: str = ""

    def counted(self, conduct: Conduct) -> Span:
        """The span with the number that ``conduct`` says, and how sure that is."""
        first = self.first.counted(conduct) if self.first else None
        if not self.counted_by:
            return replace(self, first=first)
        count = getattr(conduct, self.counted_by)
        sure = conduct.remedies if self.certainty == "unverified" else conduct.terms
        return replace(self, count=count, first=first, certainty=sure)


@dataclass(frozen=True)
class Bar:
    """A step after which another may not come, until one of ``lifted_by`` was taken."""

    by: str
    lifted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """A span that must have passed before a step, unless one of ``unless`` was taken."""

    span: Span
    unless: tuple[str, ...] = ()


class Whether(StrEnum):
    """What is so of some land and not of other, and asks for steps of its own."""

    MORTGAGED = "mortgaged"
    GOVERNMENT = "government"


@dataclass(frozen=True)
class Conduct:
    """How a case is conducted (rules of kind ``conduct``, ``terms`` and ``remedy``).

    ``terms`` and ``remedies`` say how sure the terms of the rule of that kind are.
    """

    roll_over: bool = True
    as_punishment: bool = True
    public_notice_days: int = 30
    investigate_days: int = 30
    answer_days: int = 30
    hearing_working_days: int = 5
    hearing_notice_working_days: int = 7
    decide_days: int = 90
    fulfil_days: int = 30
    terms: str = "text"
    sue_days: int = 15
    judgment_months: int = 24
    reconsider_days: int = 60
    sue_months: int = 6
    demand_working_days: int = 10
    enforce_months: int = 3
    remedies: str = "unverified"


USUAL = Conduct()
"""Where no rulebook says how: what the shipped rules of these three kinds say."""


@dataclass(frozen=True)
class Matter:
    """What a case turns on besides its entries: the land, and how cases are conducted.

    ``power`` is the level of the government that has the power to take the land back, ``owner``
    its name. There is no case before ``supplied_on``; since ``suspended_on`` work that was begun is
    suspended.
    """

    holds: frozenset[Whether] = frozenset()
    power: Level | None = None
    owner: str = ""
    conduct: Conduct = USUAL
    supplied_on: date | None = None
    suspended_on: date | None = None


@dataclass(frozen=True)
class Asked:
    """A step that must come before another where the land is so."""

    whether: Whether
    step: str


@dataclass(frozen=True)
class Step:
    """One kind of entry.

    ``needs`` are groups: of each group one step must have been taken; ``asks`` are those that only
    some land needs. ``only`` is what must be so of the land for the step to make sense;
    ``unbegun`` says that it is not for land on which work was begun and is suspended.
    ``approved_by`` names the approval whose level must reach the power over the land. ``fields``
    must be filled. ``serves`` names the document that a service delivers. A step with ``ends``
    disposes of the land; one that is ``repeated`` may come more than once in a case.
    """

    code: str
    zh: str
    en: str
    branch: Branch = Branch.COMMON
    needs: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ()
    serves: str = ""
    waits: tuple[Wait, ...] = ()
    bars: tuple[Bar, ...] = ()
    due: tuple[Span, ...] = ()
    article: str = ""
    ends: bool = False
    repeated: bool = False
    officers: int = 1
    asks: tuple[Asked, ...] = ()
    only: Whether | None = None
    unbegun: bool = False
    approved_by: str = ""

    def title(self, lang: str) -> str:
        """The name of the step."""
        return self.zh if lang == "zh" else self.en
