"""``/statistics``: what is in view, or inside a box or a drawn polygon, in numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Text
from api.desk import AtDesk
from api.sending import answered, head, json_of, tag
from api.viewing import AskedView, canvas, whole
from maps.region import MOST_LETTERS, region
from maps.statistics import Said
from maps.statistics import statistics as statistics_of

router = APIRouter()


class AskedStatistics(AskedView):
    """The filters of the map and a region."""

    bbox: Text | None = Field(
        None,
        description="west,south,east,north in degrees. 经纬度范围。",
        examples=["113.7,35.1,114.1,35.5"],
    )
    polygon: str | None = Field(
        None,
        max_length=MOST_LETTERS,
        description="GeoJSON Polygon or MultiPolygon in degrees. 经纬度多边形。",
    )


@router.get("/statistics", dependencies=[ONCE])
def statistics(
    request: Request, desk: AtDesk, asked: Annotated[AskedStatistics, Query()]
) -> Response:
    """Counts, areas by stage, age and district, and yuan at stake. 范围统计。

    Land counts by the part inside the region, a supply as a whole if it touches it.
    """
    inside = region(bbox=asked.bbox, polygon=asked.polygon)
    at = asked.stand(desk)

    def make() -> Response:
        said = whole(desk, at) if inside is None and not asked.filters else counted()
        return json_of({**head(desk.inventory(at)), **said})

    def counted() -> Said:
        drawn = canvas(desk, at, asked)
        return statistics_of(drawn.ground, drawn.view, inside)

    return answered(request, tag(request, at), make)
