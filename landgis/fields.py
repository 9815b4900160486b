"""The columns of the answers: Chinese name, unit and type of every column a list may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from landgis.citation import Certainty, Status
from landgis.schema import LAYERS
from landgis.steps import Level, Manner, Whose
from landgis.terms import (
    Basis,
    CaseStatus,
    Change,
    Conflict,
    DueSource,
    Fault,
    LedgerRow,
    Outcome,
    Owner,
    Severity,
    Stage,
    Standing,
    Term,
)


class LayerName(Term):
    """The layers by the names that a command takes, with what people call them."""

    APPROVALS = "approvals", LAYERS["approvals"].zh
    RELEASES = "releases", LAYERS["releases"].zh
    ACQUISITIONS = "acquisitions", LAYERS["acquisitions"].zh
    RESERVES = "reserves", LAYERS["reserves"].zh
    SUPPLIES = "supplies", LAYERS["supplies"].zh
    FOOTPRINTS = "footprints", LAYERS["footprints"].zh
    DISTRICTS = "districts", LAYERS["districts"].zh
    PARKS = "parks", LAYERS["parks"].zh
    AMENDMENTS = "amendments", LAYERS["amendments"].zh
    DELAYS = "delays", LAYERS["delays"].zh
    HOLDERS = "holders", LAYERS["holders"].zh


class Field(NamedTuple):
    """One column of an answer; ``terms`` is the vocabulary of its codes, if it has one."""

    zh: str
    kind: str = "text"
    unit: str = ""
    terms: type[Term] | None = None


def _m2(zh: str) -> Field:
    return Field(zh, "number", "m2")


FIELDS: Mapping[str, Field] = {
    # who and where
    "supply_id": Field("电子监管号"),
    "project_name": Field("项目名称"),
    "holder": Field("土地使用权人"),
    "district_code": Field("行政区代码"),
    "district": Field("行政区"),
    "park": Field("专业园区"),
    "land_use": Field("土地用途"),
    "area_m2": Field("面积（平方米）", "number", "m2"),
    "area_mu": Field("面积（亩）", "number", "mu"),
    "price_yuan": Field("成交价格（元）", "decimal", "yuan"),
    "supplied_on": Field("供地日期", "date"),
    # the two clocks
    "standing": Field("状态", terms=Standing),
    "due_on": Field("应动工日期", "date"),
    "due_source": Field("动工日期来源", terms=DueSource),
    "excused_days": Field("扣除天数", "integer", "days"),
    "effective_due_on": Field("扣除后应动工日期", "date"),
    "idle_since": Field("闲置起始日", "date"),
    "full_years": Field("满年数", "integer", "years"),
    "holder_full_years": Field("扣除后满年数", "integer", "years"),
    # the finding
    "fault": Field("责任方", terms=Fault),
    "causes": Field("原因"),
    "outcome": Field("研判结果", terms=Outcome),
    "basis": Field("研判依据", terms=Basis),
    "rules": Field("适用规则"),
    "fee_yuan": Field("闲置费（元）", "decimal", "yuan"),
    "next_on": Field("下一节点", "date"),
    "next_outcome": Field("下一结果", terms=Outcome),
    "case_status": Field("案件状态", terms=CaseStatus),
    "issues": Field("数据问题"),
    "on": Field("认定基准日", "date"),
    "rule": Field("规则"),
    "fee_fen": Field("闲置费（分）", "integer", "fen"),
    "from_on": Field("起算日", "date"),
    "until_on": Field("截止日", "date"),
    "discretionary": Field("可裁量", "boolean"),
    "blocked_by": Field("受阻于"),
    "citations": Field("依据条文"),
    "source_status": Field("依据状态", terms=Status),
    "reason": Field("理由"),
    "reason_zh": Field("理由（中文）"),
    # stock
    "stock_id": Field("存量编号"),
    "stage": Field("阶段", terms=Stage),
    "parent_id": Field("所属编号"),
    "parent_name": Field("所属名称"),
    "since_on": Field("进入阶段日期", "date"),
    "age_days": Field("存续天数", "integer", "days"),
    # ledger
    "key": Field("编号", terms=LedgerRow),
    "name": Field("名称"),
    "approved_m2": _m2("批准面积"),
    "not_acquired_m2": _m2("批而未征"),
    "not_supplied_m2": _m2("征而未供"),
    "not_used_m2": _m2("供而未用"),
    "used_m2": _m2("已用"),
    "released_m2": _m2("已退出"),
    "sliver_m2": _m2("碎屑"),
    "balance_m2": _m2("差额"),
    "unbuilt_m2": _m2("其中：用而未尽"),
    "built_unsupplied_m2": _m2("其中：未供先用"),
    "reserved_m2": _m2("其中：在库储备"),
    "returned_m2": _m2("其中：已收回"),
    "conflict_m2": _m2("其中：冲突"),
    "stock_m2": _m2("基准日存量"),
    "disposed_m2": _m2("已处置"),
    "remaining_m2": _m2("剩余"),
    "rate": Field("处置率", "number", "share"),
    # rules
    "title": Field("规则名称（英文）"),
    "title_zh": Field("规则名称"),
    "in_force": Field("有效", "boolean"),
    "parameters": Field("参数"),
    "articles": Field("依据条文"),
    "quote": Field("条文原文"),
    "certainty": Field("可靠程度", terms=Certainty),
    "checked": Field("引文已核对", "boolean"),
    # cases
    "number": Field("序号", "integer"),
    "step": Field("步骤代码"),
    "step_title": Field("步骤"),
    "taken_on": Field("日期", "date"),
    "effective_on": Field("生效日期", "date"),
    "document": Field("文号"),
    "manner": Field("送达方式", terms=Manner),
    "addressee": Field("受送达人"),
    "authority": Field("批准机关"),
    "level": Field("批准机关级别", terms=Level),
    "who": Field("经办人"),
    "evidence": Field("证明材料"),
    "note": Field("说明"),
    "corrects": Field("更正第几号", "integer"),
    "stands": Field("有效", "boolean"),
    "due_by": Field("期限", "date"),
    "overdue": Field("已逾期", "boolean"),
    "days_left": Field("剩余天数", "integer", "days"),
    "whose": Field("义务人", terms=Whose),
    "public_cause": Field("原因（政府）"),
    "found_on": Field("认定日期", "date"),
    "location": Field("位置"),
    "stake_yuan": Field("涉及金额（元）", "decimal", "yuan"),
    "cost_yuan": Field("取得成本（元）", "decimal", "yuan"),
    "appraised_yuan": Field("评估价（元）", "decimal", "yuan"),
    "base_yuan": Field("收回基础价（元）", "decimal", "yuan"),
    "rule_change": Field("变化", terms=Change),
    "certain": Field("节假日已公布", "boolean"),
    # issues and conflicts
    "issue_no": Field("问题序号", "integer"),
    "layer_a": Field("图层甲", terms=LayerName),
    "feature_a": Field("要素甲"),
    "document_a": Field("文件甲"),
    "layer_b": Field("图层乙", terms=LayerName),
    "feature_b": Field("要素乙"),
    "document_b": Field("文件乙"),
    "declared_m2": _m2("申报面积"),
    "piece_ids": Field("图斑"),
    "piece_id": Field("图斑"),
    "predecessor_id": Field("前身图斑"),
    "layer": Field("图层", terms=LayerName),
    "feature_id": Field("要素编号"),
    "file": Field("文件"),
    "row": Field("行", "integer"),
    "field": Field("字段"),
    "value": Field("值"),
    "kind": Field("类型", terms=Conflict),
    "severity": Field("严重程度", terms=Severity),
    "owner": Field("责任人", terms=Owner),
    "message": Field("说明（英文）"),
    "message_zh": Field("说明"),
    "fix": Field("处理（英文）"),
    "fix_zh": Field("处理"),
    "days": Field("重叠天数", "integer", "days"),
    # revisions and changes
    "rev": Field("版本", "integer"),
    "at": Field("时间"),
    "author": Field("操作人"),
    "command": Field("命令"),
    "rulebook": Field("规则库"),
    "software": Field("软件版本"),
    "settings": Field("设置"),
    "files": Field("来源文件"),
    "sha256": Field("文件 SHA-256"),
    "added": Field("新增", "integer"),
    "changed": Field("变更", "integer"),
    "unchanged": Field("未变", "integer"),
    "ended": Field("终止", "integer"),
    "change_id": Field("变化编号"),
    "change": Field("变化", terms=Change),
    "columns": Field("变更字段"),
    "before": Field("变更前"),
    "after": Field("变更后"),
}
"""Every column of ``idle``, ``determine``, ``stock``, ``ledger``, findings and issues by name."""


def describe(columns: Iterable[str]) -> dict[str, Field]:
    """The fields of ``columns``; a column that has no entry speaks for itself as text."""
    return {name: FIELDS.get(name, Field(name)) for name in columns}


def say(code: object, field: Field, lang: str) -> str:
    """A code as people read it: ``say("idle", FIELDS["standing"], "zh") == "疑似闲置"``.

    A code outside the vocabulary of its field is shown as it is.
    """
    text = "" if code is None else str(code)
    words = {term.value: term for term in field.terms} if field.terms else {}
    if text not in words:
        return text
    return words[text].zh if lang == "zh" else words[text].en
