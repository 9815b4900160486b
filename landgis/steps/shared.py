"""What several steps share: fields that must be filled, terms, services and approvals."""

from __future__ import annotations

from landgis.steps.forms import Bar, Branch, Span, Step, Unit, Whose

ORDER = "第53号令"
PUNISHMENT = "行政处罚法"
UNSURE = "unverified"
"""Terms read in a text, numbers of articles from memory: check before use."""
PAPER = ("document", "evidence", "sha256")
SERVICE = ("manner", "addressee", "evidence", "sha256")
APPROVAL = ("document", "authority", "level", "evidence", "sha256")
SERVED_DECISION = ("fee_served", "reclaim_served")
"""The services after which the terms of payment, remedy and enforcement run."""

ANSWER = Span(
    ("investigation_served",),
    0,
    Unit.DAYS,
    f"{ORDER}第六条",
    counted_by="answer_days",
    whose=Whose.HOLDER,
    met_by=("finding",),
)
HEARING = Span(
    ("intended_served",),
    0,
    Unit.WORKING_DAYS,
    f"{PUNISHMENT}第六十四条",
    counted_by="hearing_working_days",
    whose=Whose.RIGHT,
    met_by=("hearing_waived", "legal_review"),
)
NINETY = Span(
    ("filed",),
    0,
    Unit.DAYS,
    f"{PUNISHMENT}第六十条",
    counted_by="decide_days",
    met_by=("fee_decision", "reclaim_decision", "scheme"),
    zh="作出处置决定",
    en="decision (fee or reclamation)",
)

CALLED = Span(
    ("hearing_called",),
    0,
    Unit.WORKING_DAYS,
    f"{PUNISHMENT}第六十四条",
    counted_by="hearing_notice_working_days",
)


def fulfilled(after: tuple[str, ...]) -> Span:
    """The term in which the holder pays or deregisters."""
    return Span(
        after,
        0,
        Unit.DAYS,
        f"{ORDER}第十七条",
        whose=Whose.HOLDER,
        counted_by="fulfil_days",
    )


HEARD = Bar("hearing_requested", ("hearing_held", "hearing_waived"))
"""Who asked to be heard is heard, or says in writing that it is no longer wanted."""


def service(code: str, document: str, zh: str, en: str, branch: Branch) -> Step:
    """The service of a document."""
    return Step(code, f"送达{zh}", f"{en} served", branch, ((document,),), SERVICE, serves=document)


def approval(code: str, zh: str, en: str) -> Step:
    """An approval by a government."""
    return Step(
        code,
        zh,
        en,
        Branch.DECISION,
        (("collective",),),
        APPROVAL,
        article=f"{ORDER}第十四条",
    )
