"""A supply, its case and its finding in; what a notice must say, and what is missing, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis import procedure
from landgis.citation import Status
from landgis.documents.capital import capital, percent
from landgis.errors import NotFound, RefusedNotice
from landgis.fields import FIELDS, say
from landgis.law.wording import TEXTS
from landgis.matter import level_of, matter_of, stranger
from landgis.procedure import Entry
from landgis.stations import Inventory
from landgis.statute import FeeRule, ReclaimRule, Rule
from landgis.steps import STEPS, Conduct, Matter
from landgis.terms import IDLE_STANDINGS, Basis, Cause, Outcome, Standing

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
    "reconsider_at": ("where reconsideration is asked for (--reconsider-at)", "复议机关"),
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


@dataclass(frozen=True)
class Draft:
    """The words of a notice by name, and what is missing, in both languages."""

    kind: str
    words: Mapping[str, str]
    missing: tuple[tuple[str, str], ...]

    def refuse(self) -> None:
        """Raise ``RefusedNotice`` with all that is missing."""
        if self.missing:
            en, zh = zip(*self.missing, strict=True)
            kind = KINDS[self.kind]
            raise RefusedNotice(
                f"the {kind.en} cannot be made, it lacks {len(en)}: {'; '.join(en)}.",
                f"无法制作《{kind.zh}》，尚缺 {len(zh)} 项：{'；'.join(zh)}。",
            )


def draft(
    inventory: Inventory,
    entries: Sequence[Entry],
    kind: str,
    supply_id: str,
    said: Mapping[str, str],
) -> Draft:
    """The words of one notice on the day of the inventory.

    ``said`` holds what only the bureau knows: number, bureau, address, contact and so on. Raises
    ``NotFound`` for an unknown kind or supply.
    """
    wanted = _kind(kind)
    supply, row = _supply(inventory, supply_id)
    matter = matter_of(inventory.layers, inventory.rulebook, supply_id, inventory.on)
    case = procedure.state(entries, inventory.on, matter.conduct).steps
    words = {
        **_parcel(inventory, supply, row),
        **_finding(inventory, wanted, row),
        **_approval(case, wanted, matter.conduct),
        **_served(case, said.get("of", "")),
        **{name: text for name, text in said.items() if text},
    }
    lacking = [WORDS[name] for name in wanted.demands if not words.get(name)]
    lacking += _out_of_order(inventory, entries, case, wanted, matter)
    lacking += _unlawful(inventory, wanted, row)
    lacking += _unapproved(case, wanted, matter, words)
    lacking += _misserved(inventory, case)
    return Draft(kind, words, tuple(lacking))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        listed = ", ".join(KINDS)
        raise NotFound(
            f"there is no notice '{name}': use one of {listed}.",
            f"没有文书“{name}”：请使用 {listed} 之一。",
        )
    return KINDS[name]


def _supply(inventory: Inventory, supply_id: str) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    rows = inventory.assessment.supplies
    row = rows[rows["supply_id"] == supply_id].to_dict("records")
    if not row:
        raise NotFound(
            f"there is no supply '{supply_id}' on {inventory.on}: check the number and --on.",
            f"{inventory.on} 没有供地“{supply_id}”：请核对编号与 --on。",
        )
    facts = inventory.layers["supplies"].table
    return facts[facts["supply_id"] == supply_id].to_dict("records")[0], row[0]


def _parcel(
    inventory: Inventory, supply: Mapping[Any, Any], row: Mapping[Any, Any]
) -> dict[str, str]:
    plain = ("supply_id", "contract_no", "parcel_code", "location", "land_use", "project_name")
    secured = _text(supply["mortgagee"])
    return {
        **{name: _text(supply[name]) for name in plain},
        "holder": _text(row["holder"]),
        "mortgagee": secured,
        "date": _day(pd.Timestamp(inventory.on)),
        "supplied_on": _day(supply["supplied_on"]),
        "due_on": _day(row["due_on"]),
        "due_source": say(row["due_source"], FIELDS["due_source"], "zh"),
        "area_m2": "" if pd.isna(row["area_m2"]) else f"{row['area_m2']:,.2f}",
        "area_mu": "" if pd.isna(row["area_mu"]) else f"{row['area_mu']:,.2f}",
    }


def _finding(inventory: Inventory, kind: Kind, row: Mapping[Any, Any]) -> dict[str, str]:
    """What the rules say of the supply, of the outcome asked for or the gravest."""
    found = inventory.assessment.findings
    mine = found[found["supply_id"] == row["supply_id"]]
    if kind.outcome is not None:
        mine = mine[mine["outcome"] == kind.outcome]
    cited = inventory.rulebook.cited(";".join(_cited(inventory, kind, mine)), inventory.on)
    causes = [cause.zh for cause in Cause if cause in row["causes"].split(";")]
    fees = mine["fee_fen"].dropna()
    fee = int(fees.iloc[0]) if len(fees) else None
    return {
        "reason": _reason(inventory, kind, mine, row),
        "articles": "；".join(c.label("zh") for c in cited),
        "cause": "、".join(causes),
        "idle_since": _day(row["idle_since"]),
        "full_years": "" if pd.isna(row["full_years"]) else str(row["full_years"]),
        "intended": _intended(mine, fee),
        "price_yuan": "" if pd.isna(row["price_yuan"]) else f"{row['price_yuan']:,.2f}",
        **_fee(fee),
        "rate": _rate(inventory, mine),
    }


def _reason(inventory: Inventory, kind: Kind, mine: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """The sentences of the rules; where only facts are found, both clocks and no consequence."""
    if mine.empty or not kind.only_finds or row["standing"] != Standing.IDLE:
        return "".join(dict.fromkeys(mine["reason_zh"]))
    days = {name: row[name].date() for name in ("due_on", "effective_due_on")}
    counts = {n: row[n] for n in ("full_years", "excused_days", "holder_full_years")}
    source = say(row["due_source"], FIELDS["due_source"], "zh")
    return TEXTS["clock", "zh"].format(on=inventory.on, due_source=source, **days, **counts) + "。"


def _cited(inventory: Inventory, kind: Kind, mine: pd.DataFrame) -> Iterator[str]:
    """The rules that the sentences rest on; where only facts are found, not their consequence."""
    for name in dict.fromkeys(";".join(mine["citations"]).split(";")):
        if name and not (kind.only_finds and _follows(inventory.rulebook.rule(name, inventory.on))):
            yield name


def _follows(rule: Rule) -> bool:
    return isinstance(rule, FeeRule | ReclaimRule)


def _fee(fee: int | None) -> dict[str, str]:
    if fee is None:
        return {"fee_yuan": "", "fee_capital": ""}
    return {"fee_yuan": f"{fee // 100:,}.{fee % 100:02d}", "fee_capital": capital(fee)}


def _intended(mine: pd.DataFrame, fee: int | None) -> str:
    outcomes = set(mine["outcome"])
    said = []
    if Outcome.FEE in outcomes and fee is not None:
        said.append(f"征缴土地闲置费{_fee(fee)['fee_yuan']}元（大写：{capital(fee)}）")
    if Outcome.RECLAIM in outcomes:
        said.append("无偿收回国有建设用地使用权")
    return f"拟{'，并'.join(said)}。" if said else ""


def _rate(inventory: Inventory, mine: pd.DataFrame) -> str:
    names = [name for name in mine["rule"] if name]
    rules = [inventory.rulebook.rule(name, inventory.on) for name in names]
    return next((percent(r.rate * 100) for r in rules if isinstance(r, FeeRule)), "")


def _approval(case: Sequence[Entry], kind: Kind, conduct: Conduct) -> dict[str, str]:
    given = next((e for e in case if kind.approval and e.step == kind.approval), None)
    finding = next((e for e in case if e.step == "finding"), None)
    served = next((e for e in case if e.step == "finding_served"), None)
    return {
        "approver": given.authority if given else "",
        "approved_on": _day(pd.Timestamp(given.on)) if given else "",
        "approval_no": given.document if given else "",
        "finding_no": finding.document if finding and served else "",
        "finding_served_on": _day(pd.Timestamp(served.effective_on(conduct))) if served else "",
    }


def _served(case: Sequence[Entry], step: str) -> dict[str, str]:
    """The document of the case that a receipt is for, and how it was served if it was."""
    entry = next((e for e in reversed(case) if e.step == step), None)
    if entry is None:
        return {}
    service = next((e for e in case if STEPS[e.step].serves == step), None)
    manner = say(service.manner, FIELDS["manner"], "zh") if service else ""
    return {"served_title": entry.kind.zh, "served_number": entry.document, "manner": manner}


def _out_of_order(
    inventory: Inventory,
    entries: Sequence[Entry],
    case: Sequence[Entry],
    kind: Kind,
    matter: Matter,
) -> Iterator[tuple[str, str]]:
    """Whether the case has come to the step that this notice is."""
    if not kind.step or any(e.step == kind.step for e in case):
        return
    known = [e for e in entries if e.on <= inventory.on]
    en, zh = procedure.why_not(known, kind.step, inventory.on, matter)
    if en:
        yield f"the case has not come so far: {en}", f"案件尚未进行到此步：{zh}"


def _unlawful(
    inventory: Inventory, kind: Kind, row: Mapping[Any, Any]
) -> Iterator[tuple[str, str]]:
    """What the finding must say, and that a decision rests on an established cause."""
    if kind.is_finding and row["standing"] not in IDLE_STANDINGS:
        yield "the land is not idle on this date", "该日不符合闲置土地条件"
    if kind.outcome is None:
        return
    found = inventory.assessment.findings
    mine = found[(found["supply_id"] == row["supply_id"]) & (found["outcome"] == kind.outcome)]
    if mine.empty:
        yield f"no rule leads to {kind.outcome.en}", f"没有规则支持“{kind.outcome.zh}”"
    elif Basis.PROVEN not in set(mine["basis"]):
        yield (
            "the holder's own cause is not established (a verified delay with cause holder)",
            "尚未查明系使用权人自身原因（需已核实的原因记录）",
        )
    rules = [inventory.rulebook.rule(name, inventory.on) for name in mine["rule"] if name]
    unsure = sorted({rule.id for rule in rules if rule.status is Status.UNVERIFIED})
    if unsure:
        yield (
            f"it rests on {', '.join(unsure)}, which is not verified",
            f"所依据的规则 {'、'.join(unsure)} 未核实，须先核对原文",
        )
    blocked = sorted({b for b in mine["blocked_by"] if b})
    if blocked:
        yield f"blocked by {', '.join(blocked)}", f"受阻于 {'、'.join(blocked)}"


def _unapproved(
    case: Sequence[Entry], kind: Kind, matter: Matter, words: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Whether the government that approved had the power to: order 53 art. 14(1) and (2)."""
    given = any(kind.approval and e.step == kind.approval for e in case)
    if given and kind.outcome is Outcome.RECLAIM and matter.power is None:
        yield "who has the power of approval is not recorded", "有批准权的人民政府未录入"
    if given:
        yield from procedure.powerless(case, STEPS[kind.step], matter)
        yield from _elsewhere(kind, matter, words)


def _misserved(inventory: Inventory, case: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Whether what was served went to who held the land on that day."""
    for entry in case:
        holder = stranger(inventory.layers, entry)
        if holder:
            yield (
                f"'{entry.kind.en}' of {entry.on} went to {entry.addressee}, the holder was "
                f"{holder}",
                f"{entry.on}“{entry.kind.zh}”的受送达人为{entry.addressee}，当日权利人为{holder}",
            )


def _elsewhere(kind: Kind, matter: Matter, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Whether another place's government approved: a fee needs the bureau's own."""
    approver, bureau = words.get("approver", ""), words.get("bureau", "")
    place = approver.removesuffix("人民政府").removesuffix("政府")
    if kind.outcome is Outcome.FEE and bureau and not bureau.startswith(place):
        yield (
            f"{approver} approved, which is not the government of {bureau}'s own level",
            f"{approver}不是{bureau}的本级人民政府",
        )
    same = level_of(approver) is matter.power
    if kind.outcome is Outcome.RECLAIM and matter.owner and same and approver != matter.owner:
        yield (
            f"{approver} approved, the power is {matter.owner}'s",
            f"批准机关为{approver}，有批准权的是{matter.owner}",
        )


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{value.year}年{value.month}月{value.day}日"
