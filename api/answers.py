"""``/stock``, ``/ledger`` and ``/history``: the areas, as the commands of these names give them."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, AskedTable, Text
from api.desk import AtDesk
from api.paging import AskedList, Listing, listed
from api.sending import answered, file_of, head, items, json_of, shown, tag
from landgis import inventory, query
from landgis.history import Step, ten_years
from landgis.history import history as history_of
from landgis.ledger import By
from landgis.ledger import ledger as ledger_of
from landgis.stations import Inventory

router = APIRouter()

STOCK_EXAMPLE = {
    "stock_id": "af6d59197dfae0a6",
    "stage": "acquired_not_supplied",
    "parent_id": "Z2015-012",
    "district": "红旗区",
    "since_on": "2015-06-30",
    "age_days": 3837,
    "area_m2": 20000.0,
    "area_mu": 30.0,
}
LEDGER_EXAMPLE = {
    "key": "2015",
    "name": "2015",
    "approved_m2": 100000.0,
    "not_acquired_m2": 20000.0,
    "not_supplied_m2": 30000.0,
    "not_used_m2": 10000.0,
    "used_m2": 39990.0,
    "released_m2": 0.0,
    "sliver_m2": 10.0,
    "balance_m2": 0.0,
}


LISTING = Listing(
    "stock",
    inventory.listed_stock,
    partial(inventory.which, filters=query.STOCK, defaults=query.STOCK_DEFAULTS),
    query.STOCK_DEFAULTS["sort"],
)


class AskedStock(AskedList):
    """The filters of the list of stock; lists are separated by commas."""

    stage: Text | None = Field(None, description="Stages, or all (default: stock). 阶段。")
    district: Text | None = Field(None, description="Codes or names. 行政区。", examples=["410702"])
    park: Text | None = Field(None, description="Ids or names. 专业园区。")
    standing: Text | None = Field(None, description="Standings of supplies. 状态。")
    outcome: Text | None = Field(None, description="Outcomes of supplies. 研判结果。")
    min_age_days: Text | None = Field(None, description="In its stage for so long. 最少存续天数。")
    min_area_m2: Text | None = Field(None, description="At least this large. 最小面积。")
    bbox: Text | None = Field(None, description="west,south,east,north in degrees. 经纬度范围。")
    q: Text | None = Field(None, description="Words in id or name. 关键词。")


class AskedLedger(AskedTable):
    """A ledger on a date."""

    by: By = Field(By.COHORT, description="What a row stands for. 汇总口径。")


class AskedHistory(AskedTable):
    """A history up to a date."""

    since: Text | None = Field(
        None,
        description="First date (default: ten years before). 起始日期。",
        examples=["2015-12-31"],
    )
    step: Step = Field(Step.YEAR, description="month or year. 步长。")


@router.get("/stock", dependencies=[ONCE], responses=shown(STOCK_EXAMPLE, next=None))
def stock(request: Request, desk: AtDesk, asked: Annotated[AskedStock, Query()]) -> Response:
    """Stock land by stage, one row per approval, acquisition or supply. 存量土地清单。"""
    return listed(request, desk, asked, LISTING)


@router.get("/ledger", dependencies=[ONCE], responses=shown(LEDGER_EXAMPLE, by="cohort"))
def ledger(request: Request, desk: AtDesk, asked: Annotated[AskedLedger, Query()]) -> Response:
    """Areas of the stages that add up to the approved area. 批、征、供、用台账。"""
    at = asked.stand(desk)

    def make() -> Response:
        taken = desk.inventory(at)
        table = ledger_of(taken.covers, at.on, asked.by)
        return _sent(table, asked, taken, "ledger", by=asked.by.value)

    return answered(request, tag(request, at), make)


@router.get("/history", dependencies=[ONCE], responses=shown(LEDGER_EXAMPLE, step="year"))
def history(request: Request, desk: AtDesk, asked: Annotated[AskedHistory, Query()]) -> Response:
    """How the areas of the stages came and went, up to ``on``. 历年存量变化。"""
    at = asked.stand(desk)
    since = ten_years(at.on) if asked.since is None else query.day("since", asked.since)

    def make() -> Response:
        taken = desk.inventory(at)
        table = history_of(taken.covers, since, at.on, asked.step)
        return _sent(table, asked, taken, "history", step=asked.step.value)

    return answered(request, tag(request, at), make)


def _sent(
    table: pd.DataFrame, asked: AskedTable, taken: Inventory, name: str, **more: str
) -> Response:
    if asked.f == "json":
        return json_of({**head(taken), **more, "items": items(table)})
    return file_of(table, asked.f, name, taken)
