"""``/tiles/{z}/{x}/{y}.pbf``: the land of a date as vector tiles."""

from __future__ import annotations

import gzip
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.asking import ONCE
from api.desk import AtDesk
from api.sending import answered, tag
from api.viewing import AskedView, canvas
from maps.bins import Bins
from maps.tiles import MEDIA_TYPE, address

router = APIRouter(include_in_schema=False)

QUICK = 1
"""How hard a tile is compressed: harder costs more time than the wire does."""


@router.get("/tiles/{z}/{x}/{y}.pbf", dependencies=[ONCE])
def tile(
    request: Request,
    desk: AtDesk,
    z: int,
    x: int,
    y: int,
    asked: Annotated[AskedView, Query()],
) -> Response:
    """One tile, compressed for whoever takes it so. 矢量瓦片。"""
    place = address(z, x, y)
    at = asked.stand(desk)
    etag = tag(request, at)

    def made() -> bytes:
        drawn = canvas(desk, at, asked)

        def binned(layer: str, zoom: int) -> Bins:
            key = ("bins", layer, zoom, at.key, *sorted(asked.filters.items()))
            return desk.keep(key, lambda: drawn.bins(layer, zoom))

        return gzip.compress(drawn.tile(place, binned), QUICK, mtime=0)

    def make() -> Response:
        packed = desk.tiles.get(etag, made)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(gzip.decompress(packed), media_type=MEDIA_TYPE)
        return Response(packed, headers={"Content-Encoding": "gzip"}, media_type=MEDIA_TYPE)

    response = answered(request, etag, make)
    response.headers["Vary"] = "Accept-Encoding"
    return response
