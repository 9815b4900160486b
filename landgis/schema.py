"""The columns of each layer: their names, kinds, units and Chinese names. Data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from landgis.errors import NotFound, UsageError
from landgis.terms import Cause, DelayStatus, ReleaseKind


class Kind(StrEnum):
    """What a column holds; ``DTYPES`` says how it is kept in a table."""

    TEXT = "text"
    DATE = "date"
    AREA = "area"
    MONEY = "money"
    NUMBER = "number"
    YEARS = "years"
    FLAG = "flag"
    CHOICE = "choice"


DTYPES: Mapping[Kind, str] = {
    Kind.TEXT: "str",
    Kind.DATE: "datetime64[s]",
    Kind.AREA: "float64",
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.YEARS: "Int64",
    Kind.FLAG: "boolean",
    Kind.CHOICE: "str",
}
"""The pandas dtype of each kind. Empty stays empty: NaN, NaT or NA."""


class Shape(StrEnum):
    """Whether a layer's rows have a polygon."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` and unit in English, ``zh`` for people, ``choices`` for a closed set."""

    name: str
    kind: Kind
    zh: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerSchema:
    """One layer: its columns and, for a dated layer, the columns that open and close it.

    A row is in force on D if ``opens`` <= D and (``closes`` is empty or D < ``closes``).
    ``identity`` is empty where rows hang on another row (records such as delays).
    """

    name: str
    zh: str
    columns: tuple[Column, ...]
    shape: Shape
    identity: str | None = None
    opens: str | None = None
    closes: str | None = None
    one_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column called ``name``; raises ``KeyError`` if there is none."""
        return {c.name: c for c in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """All column names in their fixed order, without the geometry."""
        return tuple(c.name for c in self.columns)

    @property
    def zh_names(self) -> dict[str, str]:
        """The Chinese name of every column."""
        return {c.name: c.zh for c in self.columns} | {"geometry": "图形"}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must not be empty."""
        return tuple(c.name for c in self.columns if c.required)


def _text(name: str, zh: str, *, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, zh, required)


def _date(name: str, zh: str, *, required: bool = False) -> Column:
    return Column(name, Kind.DATE, zh, required)


def _area(name: str, zh: str) -> Column:
    return Column(name, Kind.AREA, zh)


def _money(name: str, zh: str) -> Column:
    return Column(name, Kind.MONEY, zh)


def _number(name: str, zh: str) -> Column:
    return Column(name, Kind.NUMBER, zh)


def _flag(name: str, zh: str) -> Column:
    return Column(name, Kind.FLAG, zh)


def _choice(name: str, zh: str, *choices: str, required: bool = False) -> Column:
    return Column(name, Kind.CHOICE, zh, required, choices)


APPROVALS = LayerSchema(
    "approvals",
    "批准",
    (
        _text("approval_id", "批准编号", required=True),
        _text("doc_no", "批准文号"),
        _text("name", "批次名称"),
        _choice("kind", "批次类型", "batch", "single"),
        _choice("action", "批准事项", "conversion", "acquisition", "both"),
        _flag("needs_acquisition", "需征收"),
        _text("authority", "批准机关"),
        _date("approved_on", "批准日期", required=True),
        _date("withdrawn_on", "撤回日期"),
        _area("declared_area_m2", "批准面积"),
        _text("district_code", "行政区代码"),
    ),
    Shape.REQUIRED,
    identity="approval_id",
    opens="approved_on",
)

RELEASES = LayerSchema(
    "releases",
    "批次退出",
    (
        _text("release_id", "退出编号", required=True),
        _text("approval_id", "批准编号"),
        _choice("kind", "退出类型", *ReleaseKind, required=True),
        _text("doc_no", "退出文号"),
        _date("decided_on", "退出日期", required=True),
    ),
    Shape.REQUIRED,
    identity="release_id",
    opens="decided_on",
)

ACQUISITIONS = LayerSchema(
    "acquisitions",
    "征收",
    (
        _text("acquisition_id", "征收编号", required=True),
        _text("approval_id", "批准编号"),
        _date("announced_on", "征收公告日期"),
        _date("compensated_on", "补偿完成日期"),
        _date("completed_on", "征收完成日期"),
        _area("declared_area_m2", "征收面积"),
    ),
    Shape.REQUIRED,
    identity="acquisition_id",
    opens="completed_on",
    one_of=("announced_on", "completed_on"),
)

RESERVES = LayerSchema(
    "reserves",
    "储备",
    (
        _text("reserve_id", "储备编号", required=True),
        _choice("source", "储备来源", "acquired", "reclaimed", "purchased", "exchanged"),
        _date("in_on", "入库日期", required=True),
        _date("out_on", "出库日期"),
        _date("net_land_on", "净地日期"),
        _flag("mortgaged", "是否抵押"),
        _money("cost_fen", "储备成本"),
    ),
    Shape.REQUIRED,
    identity="reserve_id",
    opens="in_on",
    closes="out_on",
)

SUPPLIES = LayerSchema(
    "supplies",
    "供地",
    (
        _text("supply_id", "电子监管号", required=True),
        _text("approval_id", "批准编号"),
        _text("contract_no", "合同编号"),
        _text("parcel_code", "宗地编号"),
        _text("project_name", "项目名称"),
        _text("location", "项目位置"),
        _text("district_code", "行政区代码"),
        _text("district_name", "行政区"),
        _text("holder", "土地使用权人"),
        _text("holder_credit_code", "统一社会信用代码"),
        _text("land_use", "土地用途"),
        _text("land_use_scheme", "用途分类标准"),
        _text("industry", "行业分类"),
        _text("supply_mode", "供地方式"),
        _text("land_source", "土地来源"),
        _choice("land_ownership", "土地所有权", "state", "collective"),
        _date("supplied_on", "供地日期", required=True),
        Column("term_years", Kind.YEARS, "使用年限"),
        _money("price_fen", "成交价格"),
        _money("paid_fen", "已缴价款"),
        _money("annual_rent_fen", "一年租金"),
        _money("output_value_fen", "前三年平均年产值"),
        _money("land_value_fen", "土地现值"),
        _area("declared_area_m2", "供地面积"),
        _date("agreed_delivery_on", "约定交地时间"),
        _date("delivered_on", "实际交地时间"),
        _date("agreed_start_on", "约定开工时间"),
        _date("agreed_completion_on", "约定竣工时间"),
        _date("permit_on", "施工许可日期"),
        _date("started_on", "实际开工时间"),
        _date("completed_on", "实际竣工时间"),
        _date("suspended_on", "中止开发日期"),
        _date("resumed_on", "恢复开发日期"),
        _area("developed_area_m2", "已动工面积"),
        _area("developable_area_m2", "应动工面积"),
        _money("invested_fen", "已投资额"),
        _money("planned_investment_fen", "总投资额"),
        _date("idle_filed_on", "闲置备案日期"),
        _flag("mortgaged", "是否抵押"),
        _text("mortgagee", "抵押权人"),
        _flag("seized", "是否查封"),
        _text("approving_government", "批准单位"),
        _date("returned_on", "收回日期"),
        _text("returned_kind", "收回方式"),
    ),
    Shape.OPTIONAL,
    identity="supply_id",
    opens="supplied_on",
    closes="returned_on",
)

FOOTPRINTS = LayerSchema(
    "footprints",
    "实际建设范围",
    (
        _text("footprint_id", "建设范围编号", required=True),
        _text("supply_id", "电子监管号"),
        _date("observed_on", "监测日期", required=True),
        _date("removed_on", "拆除日期"),
        _text("kind", "类型"),
    ),
    Shape.REQUIRED,
    identity="footprint_id",
    opens="observed_on",
    closes="removed_on",
)

DISTRICTS = LayerSchema(
    "districts",
    "行政区",
    (_text("district_code", "行政区代码", required=True), _text("name", "行政区名称")),
    Shape.REQUIRED,
    identity="district_code",
)

PARKS = LayerSchema(
    "parks",
    "专业园区",
    (
        _text("park_id", "园区编号", required=True),
        _text("name", "园区名称"),
        _text("status", "园区状态"),
        _text("leading_industry", "主导产业"),
    ),
    Shape.REQUIRED,
    identity="park_id",
)

AMENDMENTS = LayerSchema(
    "amendments",
    "补充协议",
    (
        _text("supply_id", "电子监管号", required=True),
        _date("signed_on", "签订日期", required=True),
        _date("start_on", "变更后开工时间"),
        _date("completion_on", "变更后竣工时间"),
        _text("ground", "变更理由"),
    ),
    Shape.NONE,
)

DELAYS = LayerSchema(
    "delays",
    "闲置原因",
    (
        _text("supply_id", "电子监管号"),
        _text("scope", "适用范围"),
        _choice("cause", "原因", *Cause, required=True),
        _date("from_on", "起始日期", required=True),
        _date("until_on", "截止日期"),
        _choice("status", "核实状态", *DelayStatus),
        _text("evidence", "证据"),
    ),
    Shape.NONE,
    one_of=("supply_id", "scope"),
)

HOLDERS = LayerSchema(
    "holders",
    "权利人变更",
    (
        _text("supply_id", "电子监管号", required=True),
        _text("holder", "权利人", required=True),
        _text("credit_code", "统一社会信用代码"),
        _date("from_on", "起始日期", required=True),
        _date("until_on", "截止日期"),
        _text("ground", "变更理由"),
        _text("certificate_no", "权证号"),
    ),
    Shape.NONE,
)

LAYERS: Mapping[str, LayerSchema] = {
    layer.name: layer
    for layer in (
        APPROVALS,
        RELEASES,
        ACQUISITIONS,
        RESERVES,
        SUPPLIES,
        FOOTPRINTS,
        DISTRICTS,
        PARKS,
        AMENDMENTS,
        DELAYS,
        HOLDERS,
    )
}
"""Every layer and record table by name."""

DATED = ("approvals", "releases", "acquisitions", "reserves", "supplies", "footprints")
"""The dated layers in the order in which they are cut."""

REFERENCE = ("districts", "parks")
"""The layers that only divide and label pieces: land covered by them alone is no piece."""

RECORDS = ("amendments", "delays", "holders")
"""The record tables that hang on a supply."""


def layer_schema(name: str) -> LayerSchema:
    """The schema of layer ``name``; raises ``NotFound`` with the list of names."""
    if name not in LAYERS:
        names = ", ".join(LAYERS)
        raise NotFound(
            f"there is no layer '{name}': use one of {names}.",
            f"没有图层“{name}”：请使用 {names} 之一。",
        )
    return LAYERS[name]


def identified(name: str) -> LayerSchema:
    """The schema of a layer whose features have ids; raises ``UsageError`` for another."""
    schema = layer_schema(name)
    if schema.identity is None:
        listed = ", ".join(s.name for s in LAYERS.values() if s.identity)
        raise UsageError(
            f"rows of {name} have no id of their own: use one of {listed}.",
            f"{schema.zh}没有编号：请使用 {listed} 之一。",
        )
    return schema
