"""``/map/parcels``: the parcels in view as a list in pages, sorted here, or as a file."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Answer, Text
from api.desk import AtDesk, Desk
from api.paging import UNPAGED, USUAL, AskedList, Page, foreign, open_page
from api.sending import answered, file_of, head, items, json_of, tag
from api.viewing import AskedView, canvas
from landgis.covers import Positions
from landgis.measure import to_mu
from landgis.stage import STAGES
from maps.parcels import COLUMNS, Parcels, listed
from maps.parcels import parcels as parcels_of
from maps.region import region

router = APIRouter(prefix="/map", include_in_schema=False)

SORT = "-area_m2"


class AskedParcels(AskedView, AskedList):
    """The filters of the map, and a box that the parcels must touch."""

    bbox: Text | None = Field(None, description="west,south,east,north in degrees.")
    f: Answer = "json"


@router.get("/parcels", dependencies=[ONCE])
def parcels(request: Request, desk: AtDesk, asked: Annotated[AskedParcels, Query()]) -> Response:
    """Land by stage and parent: count, sums by stage and a page of rows, or a file of all."""
    page = open_page(desk, asked)

    def make() -> Response:
        every = desk.keep(("parcels", page.at.key), lambda: _every(desk, page))
        chosen = _chosen(desk, page, every)
        rows, following = _cut(page, every, chosen, asked.f)
        inventory = every.day.inventory
        if asked.f != "json":
            return file_of(_keyless(rows), asked.f, "parcels", inventory)
        said = {"items": items(rows), "next": following}
        return json_of({**head(inventory), **_sums(every, chosen), **said})

    return answered(request, tag(request, page.at), make)


def _every(desk: Desk, page: Page) -> Parcels:
    return parcels_of(canvas(desk, page.at, AskedView()).view.day)


def _chosen(desk: Desk, page: Page, every: Parcels) -> Positions:
    """What passes and is in the box, in the order that is asked for."""
    filters = {name: text for name, text in page.asked.items() if name not in ("bbox", "sort")}
    sort = page.asked.get("sort", SORT)

    def make() -> Positions:
        drawn = canvas(desk, page.at, AskedView(**filters))
        inside = region(bbox=page.asked.get("bbox"))
        found = listed(every, drawn.ground, drawn.view, inside, filters)
        return every.order(sort, found)

    return desk.keep(("chosen", page.at.key, sort, *sorted(page.asked.items())), make)


def _cut(
    page: Page, every: Parcels, chosen: Positions, form: str
) -> tuple[pd.DataFrame, str | None]:
    """The rows of the page, and the cursor of the next if there is one."""
    begin = page.place
    if begin and not (begin <= len(chosen) and str(chosen[begin - 1]) == page.after):
        raise foreign()
    end = begin + (page.limit or (len(chosen) if form in UNPAGED else USUAL))
    rows = every.told(COLUMNS, chosen[begin:end])
    if end >= len(chosen):
        return rows, None
    return rows, page.cursor(str(chosen[end - 1]), end)


def _sums(every: Parcels, chosen: Positions) -> dict[str, Any]:
    """Count and area of all that was found, together and by stage."""
    area, stage = every.area_m2[chosen], every.stage[chosen]
    stages = [
        {"stage": name.value, **_amount(int(mine.sum()), area[mine].sum())}
        for code, name in enumerate(STAGES)
        if (mine := stage == code).any()
    ]
    return {**_amount(len(chosen), area.sum()), "stages": stages}


def _amount(count: int, area_m2: float) -> dict[str, Any]:
    square = round(float(area_m2), 4)
    return {"count": count, "area_m2": square, "area_mu": round(float(to_mu(area_m2)), 4)}


def _keyless(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with layer and number apart, as tables name them."""
    named = rows["key"].str.partition(":")
    table = rows.drop(columns="key")
    table.insert(0, "layer", named[0])
    table.insert(1, "feature_id", named[2])
    return table
