"""The steps of a case on idle land in their order, as data: what each needs and by when.

Source: ``law.md`` section 4: order 53 (闲置土地处置办法), and, for the branch that ends in a
decision, the 行政处罚法, since taking land back without compensation is treated as a punishment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    say what must come where it is not simply the step.
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
    """How a case is conducted (rule of kind ``conduct``)."""

    roll_over: bool
    as_punishment: bool
    public_notice_days: int

    @property
    def steps(self) -> Mapping[str, Step]:
        """The steps of a case: as for a punishment, or without what only a punishment asks for."""
        return STEPS if self.as_punishment else LIGHTER


USUAL = Conduct(roll_over=True, as_punishment=True, public_notice_days=30)
"""Where no rulebook says how: what the shipped rule ``conduct`` says."""


@dataclass(frozen=True)
class Matter:
    """What a case turns on besides its entries: the land, and how cases are conducted.

    ``power`` is the level of the government that has the power to take the land back, ``owner``
    its name.
    """

    holds: frozenset[Whether] = frozenset()
    power: Level | None = None
    owner: str = ""
    conduct: Conduct = USUAL


@dataclass(frozen=True)
class Asked:
    """A step that must come before another where the land is so."""

    whether: Whether
    step: str


@dataclass(frozen=True)
class Step:
    """One kind of entry.

    ``needs`` are groups: of each group one step must have been taken; ``asks`` are those that only
    some land needs. ``only`` is what must be so of the land for the step to make sense.
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
    approved_by: str = ""

    def title(self, lang: str) -> str:
        """The name of the step."""
        return self.zh if lang == "zh" else self.en


ORDER = "第53号令"
PUNISHMENT = "行政处罚法"
UNSURE = "unverified"
"""Terms read in a text, numbers of articles from memory: check before use."""
PAPER = ("document", "evidence", "sha256")
SERVICE = ("manner", "addressee", "evidence", "sha256")
APPROVAL = ("document", "authority", "level", "evidence", "sha256")
SERVED_DECISION = ("fee_served", "reclaim_served")

_ANSWER = Span(
    ("investigation_served",),
    30,
    Unit.DAYS,
    f"{ORDER}第六条",
    whose=Whose.HOLDER,
    met_by=("finding",),
)
_HEARING = Span(
    ("intended_served",),
    5,
    Unit.WORKING_DAYS,
    f"{PUNISHMENT}第六十四条",
    whose=Whose.RIGHT,
    met_by=("hearing_waived", "legal_review"),
)
_NINETY = Span(
    ("filed",),
    90,
    Unit.DAYS,
    f"{PUNISHMENT}第六十条",
    met_by=("fee_decision", "reclaim_decision", "scheme"),
    zh="作出处置决定",
    en="decision (fee or reclamation)",
)


def _service(code: str, document: str, zh: str, en: str, branch: Branch) -> Step:
    return Step(code, f"送达{zh}", f"{en} served", branch, ((document,),), SERVICE, serves=document)


def _approval(code: str, zh: str, en: str) -> Step:
    return Step(
        code,
        zh,
        en,
        Branch.DECISION,
        (("collective",),),
        APPROVAL,
        article=f"{ORDER}第十四条",
    )


_STEPS = (
    Step("lead", "发现线索", "lead"),
    Step("filed", "立案", "case filed", needs=(("lead",),), fields=("document",)),
    Step(
        "investigation",
        "闲置土地调查通知书",
        "investigation notice",
        needs=(("filed",),),
        fields=PAPER,
        due=(Span(("lead",), 30, Unit.DAYS, f"{ORDER}第五条"),),
        article=f"{ORDER}第五条",
    ),
    _service(
        "investigation_served",
        "investigation",
        "闲置土地调查通知书",
        "investigation notice",
        Branch.COMMON,
    ),
    Step(
        "answered",
        "使用权人说明情况",
        "holder's answer",
        needs=(("investigation_served",),),
        fields=("evidence", "sha256"),
        due=(_ANSWER,),
        article=f"{ORDER}第六条",
        repeated=True,
    ),
    Step(
        "visited",
        "现场勘查",
        "site visit",
        needs=(("filed",),),
        fields=("evidence", "sha256"),
        article=f"{PUNISHMENT}第四十二条",
        repeated=True,
        officers=2,
    ),
    Step(
        "finding",
        "闲置土地认定书",
        "finding",
        needs=(("investigation_served",), ("visited",)),
        fields=PAPER,
        waits=(Wait(_ANSWER, ("answered",)),),
        article=f"{ORDER}第九条",
    ),
    _service("finding_served", "finding", "闲置土地认定书", "finding", Branch.COMMON),
    Step(
        "registered",
        "监测监管系统备案",
        "filed in the monitoring system",
        needs=(("finding_served",),),
        fields=("evidence", "sha256"),
        article=f"{ORDER}第二十五条",
    ),
    Step(
        "published",
        "向社会公开",
        "published",
        needs=(("finding_served",),),
        fields=("evidence", "sha256"),
        article=f"{ORDER}第十一条",
    ),
    Step(
        "department_told",
        "书面告知造成闲置的部门",
        "department at fault told in writing",
        needs=(("finding_served",),),
        fields=("addressee", *PAPER),
        article=f"{ORDER}第十一条",
        repeated=True,
    ),
    # disposal by agreement, arts. 12 and 13
    Step(
        "mortgagee_told",
        "书面通知抵押权人",
        "mortgagee notified in writing",
        Branch.AGREEMENT,
        (("finding_served",),),
        SERVICE,
        article=f"{ORDER}第十三条",
        repeated=True,
    ),
    Step(
        "scheme",
        "闲置土地处置方案",
        "disposal scheme",
        Branch.AGREEMENT,
        (("registered",), ("published",)),
        PAPER,
        bars=(Bar("intended"), Bar("scheme", ("scheme_dropped",))),
        asks=(Asked(Whether.GOVERNMENT, "department_told"),),
        article=f"{ORDER}第十三条",
        repeated=True,
    ),
    Step(
        "scheme_dropped",
        "协商不成，终止方案",
        "scheme dropped",
        Branch.AGREEMENT,
        (("scheme",),),
        ("note",),
        bars=(Bar("scheme_approved"),),
        repeated=True,
    ),
    Step(
        "scheme_approved",
        "政府批准处置方案",
        "scheme approved by the government",
        Branch.AGREEMENT,
        (("scheme",),),
        APPROVAL,
        bars=(Bar("scheme_dropped", ("scheme",)),),
        asks=(Asked(Whether.MORTGAGED, "mortgagee_told"),),
        article=f"{ORDER}第十三条",
    ),
    Step(
        "supplement",
        "签订补充协议",
        "supplement signed",
        Branch.AGREEMENT,
        (("scheme_approved",),),
        PAPER,
        article=f"{ORDER}第十二条",
        ends=True,
    ),
    # disposal by decision, arts. 14 to 18
    Step(
        "intended",
        "拟处置决定及听证权利告知书",
        "notice of the intended decision and of the right to be heard",
        Branch.DECISION,
        (("registered",), ("published",)),
        PAPER,
        bars=(Bar("scheme", ("scheme_dropped",)),),
        article=f"{ORDER}第十五条；{PUNISHMENT}第四十四条",
    ),
    _service("intended_served", "intended", "听证权利告知书", "hearing notice", Branch.DECISION),
    Step(
        "stated",
        "陈述、申辩",
        "statement and defence",
        Branch.DECISION,
        (("intended_served",),),
        ("evidence", "sha256"),
        article=f"{PUNISHMENT}第四十五条",
        repeated=True,
    ),
    Step(
        "hearing_requested",
        "申请听证",
        "hearing requested",
        Branch.DECISION,
        (("intended_served",),),
        ("evidence", "sha256"),
        due=(_HEARING,),
        article=f"{PUNISHMENT}第六十四条",
    ),
    Step(
        "hearing_called",
        "送达听证通知",
        "notice of the hearing served",
        Branch.DECISION,
        (("hearing_requested",),),
        (*SERVICE, "document"),
        article=f"{PUNISHMENT}第六十四条",
    ),
    Step(
        "hearing_held",
        "举行听证",
        "hearing held",
        Branch.DECISION,
        (("hearing_called",),),
        ("evidence", "sha256"),
        waits=(Wait(Span(("hearing_called",), 7, Unit.WORKING_DAYS, f"{PUNISHMENT}第六十四条")),),
        article=f"{PUNISHMENT}第六十四条",
        officers=2,
    ),
    Step(
        "hearing_waived",
        "书面放弃听证",
        "hearing waived in writing",
        Branch.DECISION,
        (("intended_served",),),
        ("evidence", "sha256"),
        article=f"{PUNISHMENT}第六十四条",
    ),
    Step(
        "legal_review",
        "法制审核",
        "legal review",
        Branch.DECISION,
        (("intended_served",),),
        ("evidence", "sha256"),
        waits=(Wait(_HEARING, ("hearing_held", "hearing_waived")),),
        article=f"{PUNISHMENT}第五十八条",
    ),
    Step(
        "collective",
        "集体讨论",
        "collective discussion",
        Branch.DECISION,
        (("legal_review",),),
        ("evidence", "sha256"),
        article=f"{PUNISHMENT}第五十七条",
    ),
    _approval("fee_approved", "政府批准征缴闲置费", "fee approved by the government"),
    _approval("reclaim_approved", "政府批准收回", "reclamation approved by the government"),
    Step(
        "fee_decision",
        "征缴土地闲置费决定书",
        "fee decision",
        Branch.DECISION,
        (("fee_approved",),),
        PAPER,
        due=(_NINETY,),
        article=f"{ORDER}第十四条第（一）项、第十六条",
    ),
    _service("fee_served", "fee_decision", "征缴土地闲置费决定书", "fee decision", Branch.DECISION),
    Step(
        "reclaim_decision",
        "收回国有建设用地使用权决定书",
        "reclamation decision",
        Branch.DECISION,
        (("reclaim_approved",),),
        PAPER,
        article=f"{ORDER}第十四条第（二）项、第十六条",
        approved_by="reclaim_approved",
    ),
    _service(
        "reclaim_served",
        "reclaim_decision",
        "收回国有建设用地使用权决定书",
        "reclamation decision",
        Branch.DECISION,
    ),
    Step(
        "mortgagee_copied",
        "抄送抵押权人",
        "copy sent to the mortgagee",
        Branch.DECISION,
        (("reclaim_decision",),),
        SERVICE,
        due=(Span(("reclaim_decision",), 0, Unit.DAYS, f"{ORDER}第十四条第（二）项"),),
        article=f"{ORDER}第十四条第（二）项",
        repeated=True,
        only=Whether.MORTGAGED,
    ),
    Step(
        "fee_paid",
        "缴纳土地闲置费",
        "fee paid",
        Branch.DECISION,
        (("fee_served",),),
        ("evidence", "sha256"),
        due=(Span(("fee_served",), 30, Unit.DAYS, f"{ORDER}第十七条", whose=Whose.HOLDER),),
        article=f"{ORDER}第十七条",
        ends=True,
    ),
    Step(
        "deregistered",
        "办理注销登记",
        "right deregistered",
        Branch.DECISION,
        (("reclaim_served",),),
        ("evidence", "sha256"),
        due=(Span(("reclaim_served",), 30, Unit.DAYS, f"{ORDER}第十七条", whose=Whose.HOLDER),),
        article=f"{ORDER}第十七条",
        asks=(Asked(Whether.MORTGAGED, "mortgagee_copied"),),
        ends=True,
    ),
    # remedies and enforcement
    Step(
        "reconsideration",
        "申请行政复议",
        "reconsideration asked for",
        Branch.REMEDY,
        (SERVED_DECISION,),
        ("document",),
        due=(Span(SERVED_DECISION, 60, Unit.DAYS, "行政复议法第二十条", UNSURE, Whose.RIGHT),),
    ),
    Step(
        "reconsidered",
        "行政复议决定",
        "reconsideration decided",
        Branch.REMEDY,
        (("reconsideration",),),
        PAPER,
    ),
    Step(
        "suit",
        "提起行政诉讼",
        "suit brought",
        Branch.REMEDY,
        (SERVED_DECISION,),
        ("document",),
        due=(Span(SERVED_DECISION, 6, Unit.MONTHS, "行政诉讼法第四十六条", UNSURE, Whose.RIGHT),),
    ),
    Step("judged", "法院裁判", "judgment", Branch.REMEDY, (("suit",),), PAPER, repeated=True),
    Step(
        "annulled",
        "决定被撤销",
        "decision annulled",
        Branch.REMEDY,
        (("reconsidered", "judged"),),
        PAPER,
    ),
    Step(
        "demand",
        "送达催告书",
        "demand served",
        Branch.ENFORCEMENT,
        (SERVED_DECISION,),
        (*SERVICE, "document"),
        waits=(Wait(Span(SERVED_DECISION, 30, Unit.DAYS, f"{ORDER}第十七条")),),
        article="行政强制法第五十四条",
    ),
    Step(
        "enforcement",
        "申请法院强制执行",
        "enforcement asked of the court",
        Branch.ENFORCEMENT,
        (("demand",),),
        PAPER,
        waits=(
            Wait(Span(("demand",), 10, Unit.WORKING_DAYS, "行政强制法第五十四条", UNSURE)),
            Wait(
                Span(SERVED_DECISION, 6, Unit.MONTHS, "行政强制法第五十三条", UNSURE), ("judged",)
            ),
        ),
        bars=(
            Bar("suit", ("judged",)),
            Bar("reconsideration", ("reconsidered",)),
            Bar("annulled"),
        ),
        due=(
            Span(
                SERVED_DECISION,
                9,
                Unit.MONTHS,
                "行政强制法第五十三条",
                UNSURE,
                met_by=("judged", "reconsidered"),
            ),
        ),
        article=f"{ORDER}第十八条",
    ),
    Step(
        "enforced",
        "执行完毕",
        "enforced",
        Branch.ENFORCEMENT,
        (("enforcement",),),
        ("evidence", "sha256"),
        ends=True,
        asks=(Asked(Whether.MORTGAGED, "mortgagee_copied"),),
    ),
    Step(
        "withdrawn",
        "撤销案件",
        "case withdrawn",
        needs=(("filed", "lead"),),
        fields=("note",),
    ),
    Step(
        "closed",
        "结案",
        "case closed",
        needs=(("supplement", "fee_paid", "deregistered", "enforced", "annulled", "withdrawn"),),
    ),
)

STEPS: Mapping[str, Step] = {step.code: step for step in _STEPS}
"""Every step by its code, in the order of a case."""

STRUCK = "struck"
"""The step of a correction that takes an entry out and puts nothing in its place."""

NOTICE_ARTICLE = "民事诉讼法（2023）第九十五条"
"""Where it is written when a service by public notice takes effect."""


def _lighter(step: Step) -> Step:
    """A step where taking land back is no punishment: the right to be heard stays (art. 15)."""
    approves = step.needs == (("collective",),)
    return replace(
        step,
        officers=1,
        needs=(("intended_served",),) if approves else step.needs,
        waits=STEPS["legal_review"].waits if approves else step.waits,
        due=tuple(span for span in step.due if span is not _NINETY),
    )


LIGHTER: Mapping[str, Step] = {code: _lighter(step) for code, step in STEPS.items()}
"""The steps without legal review, collective discussion, two officers and ninety days."""
