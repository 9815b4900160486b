"""``/base/{name}/{z}/{x}/{y}``: the base maps that the operator of the server chose."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.asking import NOTHING
from api.desk import AtDesk
from api.sending import answered
from landgis.errors import NotFound
from maps.base import image_kind
from maps.tiles import address

router = APIRouter(include_in_schema=False)

DAY = "private, max-age=86400"


@router.get("/base/{name}/{z}/{x}/{y}", dependencies=[NOTHING])
def base(request: Request, desk: AtDesk, name: str, z: int, x: int, y: int) -> Response:
    """One tile of a base map; 204 where the map has none there. 底图瓦片。"""
    address(z, x, y)
    found = desk.bases.get(name)
    if found is None:
        raise NotFound(
            f"there is no base map '{name[:100]}': choose one with `landgis serve --base`.",
            f"没有底图“{name[:100]}”：请用 landgis serve --base 指定。",
        )

    def make() -> Response:
        content = found.tile(z, x, y)
        kind = None if content is None else image_kind(content)
        return Response(content, media_type=kind) if kind else Response(status_code=204)

    response = answered(request, f'"{found.mark}-{z}-{x}-{y}"', make)
    response.headers["Cache-Control"] = DAY
    return response
