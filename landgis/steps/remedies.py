"""Remedies, enforcement and how a case ends."""

from __future__ import annotations

from dataclasses import replace

from landgis.steps.forms import Asked, Bar, Branch, Span, Step, Unit, Wait, Whether, Whose
from landgis.steps.shared import ORDER, PAPER, SERVED_DECISION, SERVICE, UNSURE, fulfilled


def _term(after: tuple[str, ...], unit: Unit, article: str, counted_by: str) -> Span:
    """A term whose number the rule of kind ``remedy`` says."""
    return Span(after, 0, unit, article, UNSURE, counted_by=counted_by)


def _right(after: tuple[str, ...], unit: Unit, article: str, counted_by: str) -> Span:
    """Such a term in which the holder may act."""
    return replace(_term(after, unit, article, counted_by), whose=Whose.RIGHT)


_TO_SUE = _right(SERVED_DECISION, Unit.MONTHS, "行政诉讼法第四十六条", "sue_months")
_AFTER_REVIEW = _right(("reconsidered",), Unit.DAYS, "行政诉讼法第四十五条", "sue_days")
_REVIEWED = ("reconsideration", "reconsidered")
_DEMANDED = _term(("demand",), Unit.WORKING_DAYS, "行政强制法第五十四条", "demand_working_days")
_ENFORCED = _term(SERVED_DECISION, Unit.MONTHS, "行政强制法第五十三条", "enforce_months")

REMEDIES: tuple[Step, ...] = (
    Step(
        "reconsideration",
        "申请行政复议",
        "reconsideration asked for",
        Branch.REMEDY,
        (SERVED_DECISION,),
        ("document",),
        due=(_right(SERVED_DECISION, Unit.DAYS, "行政复议法第二十条", "reconsider_days"),),
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
        due=(replace(_TO_SUE, met_by=_REVIEWED), replace(_AFTER_REVIEW, met_by=("annulled",))),
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
        waits=(Wait(fulfilled(SERVED_DECISION)),),
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
            Wait(_DEMANDED),
            Wait(_TO_SUE, ("judged", "reconsidered")),
            Wait(_AFTER_REVIEW, ("judged",)),
        ),
        bars=(
            Bar("suit", ("judged",)),
            Bar("reconsideration", ("reconsidered",)),
            Bar("annulled"),
        ),
        due=(
            replace(_ENFORCED, first=_TO_SUE, met_by=("judged", "reconsidered")),
            replace(_ENFORCED, after=("reconsidered",), first=_AFTER_REVIEW, met_by=("judged",)),
            _term(("judged",), Unit.MONTHS, "法释〔2018〕1号第一百五十三条", "judgment_months"),
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
"""The steps in the order of a case."""
