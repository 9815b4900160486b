"""The tables of a bureau: in which file each is kept, under which headers, how it is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """One table in one file.

    ``columns`` are header = schema column; a header with 公顷 or 万元 is in that unit.
    ``layer`` is what it is imported as, ``part`` its layer or sheet in a file that holds several.
    """

    name: str
    layer: str
    columns: str
    crs: int = 0
    part: str = ""
    date: str = "%Y-%m-%d"
    note: str = ""
    accept: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The header and the schema column of each column."""
        return [tuple(pair.split("=")) for pair in self.columns.split()]  # type: ignore[misc]


_SUPPLY = (
    "电子监管号=supply_id 批准编号=approval_id 合同编号=contract_no 宗地编号=parcel_code "
    "项目名称=project_name 项目位置=location 行政区代码=district_code 行政区=district_name "
    "土地使用权人=holder 统一社会信用代码=holder_credit_code 土地用途=land_use "
    "用途分类标准=land_use_scheme 行业分类=industry 供地方式=supply_mode 土地来源=land_source "
    "土地所有权=land_ownership 合同签订日期=supplied_on 土地使用年限=term_years "
    "成交价格(万元)=price_fen 已缴价款(万元)=paid_fen 面积(公顷)=declared_area_m2 "
    "约定交地时间=agreed_delivery_on 实际交地时间=delivered_on 约定开工时间=agreed_start_on "
    "约定竣工时间=agreed_completion_on 施工许可日期=permit_on 实际开工时间=started_on "
    "实际竣工时间=completed_on 中止开发日期=suspended_on 恢复开发日期=resumed_on "
    "已动工面积(公顷)=developed_area_m2 应动工面积(公顷)=developable_area_m2 "
    "已投资额(万元)=invested_fen 总投资额(万元)=planned_investment_fen 闲置备案日期=idle_filed_on "
    "是否抵押=mortgaged 抵押权人=mortgagee 是否查封=seized 批准单位=approving_government "
    "收回日期=returned_on 收回方式=returned_kind"
)

FILES: Mapping[str, File] = {
    "districts": File(
        "行政区.geojson",
        "districts",
        "行政区代码=district_code 名称=name",
        4490,
        note="行政区划界线（经纬度）",
    ),
    "parks": File(
        "专业园区.gpkg",
        "parks",
        "园区编号=park_id 园区名称=name 园区状态=status 主导产业=leading_industry",
        4490,
        note="专业园区四至，其中三个为试行或试点，两个园区有交叉",
    ),
    "approvals": File(
        "批地.gpkg",
        "approvals",
        "批准编号=approval_id 批准文号=doc_no 批次名称=name 批次类型=kind 批准事项=action "
        "需征收=needs_acquisition 批准机关=authority 批准日期=approved_on 撤回日期=withdrawn_on "
        "批准面积(公顷)=declared_area_m2 行政区代码=district_code",
        4547,
        part="批次",
        note="批次与单独选址批准；有一宗界址点顺序颠倒，接受修复结果",
        accept=("geometry_repaired",),
    ),
    "releases": File(
        "批地.gpkg",
        "releases",
        "退出编号=release_id 批准编号=approval_id 退出类型=kind 退出文号=doc_no "
        "退出日期=decided_on",
        4547,
        part="批次退出",
        note="失效、撤回、调整和核销（道路、绿地）的范围",
    ),
    "acquisitions": File(
        "征地.shp",
        "acquisitions",
        "ZSBH=acquisition_id PCBH=approval_id GGRQ=announced_on BCRQ=compensated_on "
        "WCRQ=completed_on ZSMJ=declared_area_m2",
        4526,
        date="%Y%m%d",
        note="征收范围（GBK、带号坐标）；有一个补偿日期无法读取，接受后留空",
        accept=("date_unreadable",),
    ),
    "reserves": File(
        "储备.shp",
        "reserves",
        "CBBH=reserve_id CBLY=source RKRQ=in_on CKRQ=out_on JDRQ=net_land_on SFDY=mortgaged "
        "CBCB=cost_fen",
        4526,
        date="%Y.%m.%d",
        note="储备土地（GBK、带号坐标）",
    ),
    "supplies": File("供地.gpkg", "supplies", _SUPPLY, 4547, note="供地宗地及合同履行情况"),
    "papers": File(
        "供地台账_无图形.csv",
        "supplies",
        _SUPPLY,
        date="%Y年%m月%d日",
        note="没有图形的早期供地台账；两行缺签订日期、一个日期不存在，接受后留空",
        accept=("required_missing", "date_unreadable"),
    ),
    "footprints": File(
        "建设范围.gpkg",
        "footprints",
        "建设范围编号=footprint_id 电子监管号=supply_id 监测日期=observed_on "
        "拆除日期=removed_on 类型=kind",
        4526,
        note="季度影像监测的实际建设范围；有一个监测日期写成了未来，接受后仍列为问题",
        accept=("date_in_future",),
    ),
    "amendments": File(
        "合同变更台账.xlsx",
        "amendments",
        "电子监管号=supply_id 签订日期=signed_on 变更后开工时间=start_on "
        "变更后竣工时间=completion_on 变更理由=ground",
        part="补充协议",
        note="补充协议",
    ),
    "holders": File(
        "合同变更台账.xlsx",
        "holders",
        "电子监管号=supply_id 权利人=holder 统一社会信用代码=credit_code 起始日期=from_on "
        "截止日期=until_on 变更理由=ground 权证号=certificate_no",
        part="权利人变更",
        note="权利人变更",
    ),
    "delays": File(
        "闲置原因.csv",
        "delays",
        "电子监管号=supply_id 适用范围=scope 原因=cause 起始日期=from_on "
        "截止日期=until_on 核实状态=status 证据=evidence",
        date="%Y/%m/%d",
        note="闲置原因核查；有一个截止日期写作“待定”，接受后按未结束处理",
        accept=("date_unreadable",),
    ),
}
"""Every table of the city in the order of import; the key is the table's name in the story."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "batch": "批次",
        "single": "单独选址",
        "lapsed": "失效",
        "withdrawn": "撤回",
        "adjusted": "调整",
        "written_off": "核销",
    },
    "action": {"conversion": "转用", "acquisition": "征收", "both": "转用和征收"},
    "source": {"acquired": "征收", "reclaimed": "收回", "purchased": "收购", "exchanged": "置换"},
    "land_ownership": {"state": "国有"},
}
"""What bureaus write for the codes of the schema; causes and statuses come with the records."""


def first_row(file: File) -> int:
    """The number a person would give to the first data row of the file."""
    return {".csv": 2, ".xlsx": 3}.get(Path(file.name).suffix, 1)


def commands() -> str:
    """The import commands of the city: one a line, a comment above each."""
    lines = ["# 云泽市示例数据：按批、征、储、供、用的顺序导入，每行与命令行中输入的完全相同。"]
    for file in FILES.values():
        options = [f"--source-layer {file.part}"] if file.part else []
        options += [f"--accept {kind}" for kind in file.accept]
        lines += [f"# {file.note}", " ".join([f"import {file.layer} {file.name}", *options])]
    return "\n".join(lines) + "\n"
