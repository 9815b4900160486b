"""Every kind of notice: the step that it is, and the words that its article demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from landgis.terms import Outcome

BLANK = "＿＿＿＿"


@dataclass(frozen=True)
class Kind:
    """One kind of notice: the step that it is, and the words that its article demands.

    ``outcome`` is what the finding must say, ``approval`` the step of the government's approval.
    A notice that ``only_finds`` states facts and no consequence: nobody has been heard on it yet.
    """

    step: str
    zh: str
    en: str
    demands: tuple[str, ...]
    outcome: Outcome | None = None
    approval: str = ""
    is_finding: bool = False
    only_finds: bool = False


_PARCEL = ("number", "bureau", "holder", "address", "location", "area_m2", "supplied_on", "due_on")
_REMEDIES = ("reconsider_at", "court")
_APPROVAL = ("approver", "approved_on", "approval_no")
_DECISION = (*_PARCEL, "reason", "articles", "finding_no", *_APPROVAL, *_REMEDIES)

KINDS: Mapping[str, Kind] = {
    "investigation": Kind(
        "investigation",
        "闲置土地调查通知书",
        "investigation notice",
        (*_PARCEL, "reason", "contact"),
        only_finds=True,
    ),
    "finding": Kind(
        "finding",
        "闲置土地认定书",
        "finding",
        (*_PARCEL, "reason", "articles", "cause", "idle_since", *_REMEDIES),
        is_finding=True,
        only_finds=True,
    ),
    "hearing-notice": Kind(
        "intended",
        "听证权利告知书",
        "hearing notice",
        (*_PARCEL, "reason", "articles", "intended", "contact"),
        is_finding=True,
    ),
    "fee-decision": Kind(
        "fee_decision",
        "征缴土地闲置费决定书",
        "fee decision",
        (*_DECISION, "price_yuan", "fee_yuan", "fee_capital", "pay_to"),
        Outcome.FEE,
        "fee_approved",
        is_finding=True,
    ),
    "reclaim-decision": Kind(
        "reclaim_decision",
        "收回国有建设用地使用权决定书",
        "reclamation decision",
        (*_DECISION, "registry"),
        Outcome.RECLAIM,
        "reclaim_approved",
        is_finding=True,
    ),
    "receipt": Kind(
        "",
        "送达回证",
        "service receipt",
        ("bureau", "holder", "address", "served_title", "served_number", "contact"),
    ),
}
"""Every kind of notice by the name of its command and template."""

WORDS: Mapping[str, tuple[str, str]] = {
    "number": ("the number of the document (--number)", "文号（--number）"),
    "bureau": ("the authority (--bureau)", "发文机关（--bureau）"),
    "holder": ("the holder", "土地使用权人"),
    "address": ("the holder's address (--address)", "使用权人住所（--address）"),
    "contact": ("the officer in charge (--contact)", "联系人（--contact）"),
    "location": ("the location of the parcel", "宗地位置"),
    "area_m2": ("the area", "面积"),
    "supplied_on": ("the date of supply", "供地日期"),
    "due_on": ("the commencement date", "动工开发日期"),
    "reason": ("facts and grounds: no rule speaks", "事实和依据：没有规则适用"),
    "articles": ("the articles: no rule speaks", "依据条文：没有规则适用"),
    "cause": (
        "the cause: record a verified delay, the holder's own cause too",
        "闲置原因：请录入已核实的原因（使用权人自身原因亦同）",
    ),
    "idle_since": ("the day since which the land is idle", "闲置起始日"),
    "intended": ("the intended decision: neither fee nor reclamation", "拟作出的决定"),
    "finding_no": ("the number of the served finding", "已送达的认定书文号"),
    "approver": ("the government that approved", "批准的人民政府"),
    "approved_on": ("the date of the government's approval", "人民政府批准日期"),
    "approval_no": ("the number of the government's approval", "人民政府批准文号"),
    "reconsider_at": (
        "where reconsideration is asked for (--reconsider-at)",
        "复议机关（--reconsider-at）",
    ),
    "court": ("the court (--court)", "管辖法院（--court）"),
    "price_yuan": ("the price", "成交价格"),
    "fee_yuan": ("the fee", "闲置费金额"),
    "fee_capital": ("the fee in capital numerals", "闲置费大写"),
    "pay_to": ("how to pay (--pay-to)", "缴纳方式（--pay-to）"),
    "registry": ("the registry (--registry)", "登记机构（--registry）"),
    "served_title": ("a document of the case to be served (--of)", "拟送达的文书（--of）"),
    "served_number": ("the number of the document served", "拟送达文书的文号"),
}
"""What a demand is called where it is missing."""
