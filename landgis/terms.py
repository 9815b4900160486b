"""The vocabulary: every word the system may say about a parcel, in English and in Chinese."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word with a Chinese name: ``Stage.USED == "used"`` and ``Stage.USED.zh == "已用"``."""

    zh: str

    def __new__(cls, value: str, zh: str) -> Self:
        """Make the member a plain string that also carries ``zh``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    @property
    def en(self) -> str:
        """The English name as read by people: underscores become spaces."""
        return str(self.value).replace("_", " ")


class Stage(Term):
    """What the papers say of a piece on a date; the first that holds, in this order."""

    USED = "used", "已用"
    SUPPLIED_NOT_USED = "supplied_not_used", "供而未用"
    RELEASED = "released", "已退出"
    ACQUIRED_NOT_SUPPLIED = "acquired_not_supplied", "征而未供"
    APPROVED_NOT_ACQUIRED = "approved_not_acquired", "批而未征"
    OUTSIDE = "outside", "批次外"


STOCK_STAGES = (
    Stage.APPROVED_NOT_ACQUIRED,
    Stage.ACQUIRED_NOT_SUPPLIED,
    Stage.SUPPLIED_NOT_USED,
)
"""The three stages that are stock land 存量土地."""


class Standing(Term):
    """Where one supply stands on one date."""

    UNDATED = "undated", "未约定"
    NOT_DUE = "not_due", "未到期"
    OVERDUE = "overdue", "逾期未动工"
    IDLE = "idle", "疑似闲置"
    BUILDING = "building", "在建"
    COMPLETION_OVERDUE = "completion_overdue", "逾期未竣工"
    SUSPENDED = "suspended", "中止开发"
    SUSPENDED_IDLE = "suspended_idle", "中止开发满一年（可认定）"
    COMPLETED = "completed", "已竣工"
    RETURNED = "returned", "已收回"


IDLE_STANDINGS = (Standing.IDLE, Standing.SUSPENDED_IDLE)
"""The standings that ``landgis idle`` lists unless told otherwise."""


class DueSource(Term):
    """Where the commencement date of a supply comes from."""

    AMENDMENT = "amendment", "补充协议"
    AGREED = "agreed", "合同约定"
    DELIVERY = "delivery", "实际交地满一年"
    NONE = "none", "无"


class CaseStatus(Term):
    """How far the procedure has come; only a served 认定书 makes land idle in law."""

    NONE = "none", "无"
    SUSPECTED = "suspected", "疑似"
    FOUND = "found", "已认定"
    DISPOSED = "disposed", "已处置"


class Fault(Term):
    """Whose cause the idleness is, as far as it is established."""

    HOLDER = "holder", "使用权人"
    GOVERNMENT = "government", "政府"
    FORCE_MAJEURE = "force_majeure", "不可抗力"
    PREPARATORY = "preparatory", "前期工作"
    MIXED = "mixed", "混合"
    UNKNOWN = "unknown", "未查明"


class Cause(Term):
    """Why commencement was delayed: order 53 art. 8, 城市房地产管理法 art. 26, or the holder."""

    LAND_NOT_DELIVERED = "land_not_delivered", "未按约定交付土地"
    PLAN_CHANGED = "plan_changed", "规划依法修改"
    POLICY_CHANGED = "policy_changed", "国家政策调整规划条件"
    PETITION = "petition", "群众信访"
    MILITARY_OR_RELICS = "military_or_relics", "军事管制或文物保护"
    OTHER_GOVERNMENT = "other_government", "政府及有关部门其他行为"
    FORCE_MAJEURE = "force_majeure", "自然灾害等不可抗力"
    PREPARATORY = "preparatory", "动工开发必需的前期工作"
    HOLDER = "holder", "使用权人自身原因"

    @property
    def fault(self) -> Fault:
        """The side that this cause counts for."""
        own = {
            Cause.FORCE_MAJEURE: Fault.FORCE_MAJEURE,
            Cause.PREPARATORY: Fault.PREPARATORY,
            Cause.HOLDER: Fault.HOLDER,
        }
        return own.get(self, Fault.GOVERNMENT)


class DelayStatus(Term):
    """How sure a delay is; only verified delays move the clock."""

    VERIFIED = "verified", "已核实"
    CLAIMED = "claimed", "当事人主张"
    REJECTED = "rejected", "不予采信"


class Outcome(Term):
    """What the law lets follow, gravest first."""

    RECLAIM = "reclaim", "无偿收回"
    FEE = "fee", "征缴土地闲置费"
    AGREEMENT = "agreement", "协商处置"
    REVIEW = "review", "人工核查"


class Basis(Term):
    """Whether an outcome stands on an established cause or presumes the holder's fault."""

    PROVEN = "proven", "原因已查明"
    CONDITIONAL = "conditional", "以使用权人原因为前提"


class Severity(Term):
    """How bad an issue is: an error stops an import unless its kind is accepted."""

    ERROR = "error", "错误"
    WARNING = "warning", "警告"
    INFO = "info", "提示"


class Owner(Term):
    """Who must mend an issue."""

    SUPPLIER = "supplier", "数据提供方"
    BUREAU = "bureau", "本局"
    US = "us", "系统维护方"


class Conflict(Term):
    """Contradictions between layers over one piece."""

    DOUBLE_SUPPLY = "double_supply", "重复供地"
    SUPPLY_BEFORE_ACQUISITION = "supply_before_acquisition", "未征先供"
    ACQUISITION_WITHOUT_APPROVAL = "acquisition_without_approval", "未批先征"
    USE_WITHOUT_SUPPLY = "use_without_supply", "未供先用"
    DOUBLE_APPROVAL = "double_approval", "重复批准"
    DECLARED_AREA = "declared_area", "申报面积与图形不符"
    ACROSS_DISTRICTS = "across_districts", "跨行政区供地"


class Change(Term):
    """What became of a feature between two revisions of the record, or would by a delivery."""

    ADDED = "added", "新增"
    CHANGED = "changed", "变更"
    RESHAPED = "reshaped", "仅图形变更"
    ENDED = "ended", "终止"
    UNCHANGED = "unchanged", "未变"
    MISSING = "missing", "缺失"


class ReleaseKind(Term):
    """How an approval came to an end, in whole or in part."""

    LAPSED = "lapsed", "失效"
    WITHDRAWN = "withdrawn", "撤回"
    ADJUSTED = "adjusted", "调整"
    WRITTEN_OFF = "written_off", "核销"


class LedgerRow(Term):
    """The keys of ledger rows that stand for no approval, cohort, district or park."""

    NONE = "none", "未划入"
    OUTSIDE = "outside", "批次外"
    OVERLAP = "overlap", "重叠扣除"
    TOTAL = "total", "合计"
