"""``/idle-parcels``: the list that ``landgis idle`` prints, with the same filters and defaults."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, DatedAnswer, Text
from api.desk import AtDesk
from api.paging import AskedList, Listing, listed
from api.sending import shown
from landgis import inventory, query

router = APIRouter()

EXAMPLE = {
    "supply_id": "4107022019B00012",
    "project_name": "绿色纤维一期",
    "district": "红旗区",
    "area_m2": 66666.67,
    "area_mu": 100.0,
    "price_yuan": 36000000.0,
    "standing": "idle",
    "due_on": "2020-06-30",
    "full_years": 5,
    "outcome": "reclaim",
    "basis": "conditional",
    "fee_yuan": 7200000.0,
}


LISTING = Listing(
    "idle",
    inventory.listed_supplies,
    partial(inventory.which, filters=query.IDLE, defaults=query.IDLE_DEFAULTS),
    query.IDLE_DEFAULTS["sort"],
)


class AskedIdle(AskedList):
    """The filters of the list of supplies; lists are separated by commas."""

    district: Text | None = Field(None, description="Codes or names. 行政区。", examples=["410702"])
    park: Text | None = Field(None, description="Ids or names. 专业园区。")
    standing: Text | None = Field(
        None, description="Standings, or all (default: idle,suspended_idle). 状态。"
    )
    outcome: Text | None = Field(
        None, description="reclaim, fee, agreement, review. 研判结果。", examples=["reclaim"]
    )
    fault: Text | None = Field(None, description="Whose fault. 责任方。")
    basis: Text | None = Field(None, description="proven or conditional. 研判依据。")
    cause: Text | None = Field(None, description="Causes of delay. 原因。")
    min_full_years: Text | None = Field(None, description="Idle for full years. 满年数。")
    min_area_m2: Text | None = Field(None, description="At least this large. 最小面积。")
    max_area_m2: Text | None = Field(None, description="At most this large. 最大面积。")
    land_use: Text | None = Field(None, description="Land uses, as recorded. 土地用途。")
    supply_year: Text | None = Field(
        None, description="Years of supply. 供地年份。", examples=["2015,2016"]
    )
    due_before: Text | None = Field(None, description="Commencement due before. 应动工早于。")
    next_before: Text | None = Field(None, description="Next step before. 下一节点早于。")
    bbox: Text | None = Field(
        None,
        description="west,south,east,north in degrees. 经纬度范围。",
        examples=["113.7,35.1,114.1,35.5"],
    )
    q: Text | None = Field(None, description="Words in number, project or holder. 关键词。")
    f: DatedAnswer = Field(
        "json", description="json, geojson, csv (with BOM), xlsx, or ics: what comes next. 格式。"
    )


@router.get("/idle-parcels", dependencies=[ONCE], responses=shown(EXAMPLE, next=None))
def idle_parcels(request: Request, desk: AtDesk, asked: Annotated[AskedIdle, Query()]) -> Response:
    """Supplies with their findings, by default the idle ones. 闲置土地清单。

    A finding is a first judgement 初步研判: the bureau decides.
    """
    return listed(request, desk, asked, LISTING)
