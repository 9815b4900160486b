"""``/layers/{layer}/features``: what the record knows, as the store keeps it ready."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Known, Text
from api.desk import AtDesk, Desk
from api.paging import CursorText, LimitText, foreign, limit_of, linked, pack, unpack
from api.sending import MEDIA_TYPES, answered, tag
from landgis import query
from landgis.errors import NotFound
from landgis.schema import layer_schema

router = APIRouter()

USUAL = 1000
"""Features of a page unless told otherwise: they are ready."""


class AskedFeatures(Known):
    """A question about the features of a layer as they are recorded."""

    bbox: Text | None = Field(
        None,
        description="west,south,east,north in degrees. 经纬度范围。",
        examples=["113.7,35.1,114.1,35.5"],
    )
    limit: LimitText = None
    cursor: CursorText = None


@router.get("/layers/{layer}/features", dependencies=[ONCE])
def features(
    request: Request, desk: AtDesk, layer: str, asked: Annotated[AskedFeatures, Query()]
) -> Response:
    """The features of a layer as GeoJSON, by id, a page at a time. 图层要素。

    Properties are the recorded columns that are not empty, and the measured area.
    """
    known, bbox, limit, after = _asked(desk, layer, asked)

    def make() -> Response:
        box = None if bbox is None else query.box("bbox", bbox)
        found = desk.store.features(layer, known, after=after, limit=limit + 1, bbox=box)
        page = found[:limit]
        following = pack([layer, known, bbox, limit, page[-1][0]]) if found[limit:] else None
        return linked(_collection(known, page, following), request, following)

    return answered(request, tag(request, desk.pin(date.min, known, as_recorded=False)), make)


@router.get("/layers/{layer}/features/{feature_id:path}", dependencies=[ONCE])
def feature(
    request: Request, desk: AtDesk, layer: str, feature_id: str, asked: Annotated[Known, Query()]
) -> Response:
    """One feature as it is recorded; 410 with who has its land now where it ended. 单个要素。"""
    known = desk.revision(asked.known)

    def make() -> Response:
        found = desk.store.feature(layer, feature_id, known)
        if found is None:
            desk.store.refuse_ended(layer, feature_id, known)
            raise NotFound(
                f"there is no {layer} '{feature_id[:300]}': check the id.",
                f"没有{layer_schema(layer).zh}“{feature_id[:300]}”：请核对编号。",
            )
        return Response(found, media_type=MEDIA_TYPES["geojson"])

    return answered(request, tag(request, desk.pin(date.min, known, as_recorded=False)), make)


def _collection(known: int, page: Sequence[tuple[str, bytes]], following: str | None) -> Response:
    head = json.dumps({"type": "FeatureCollection", "known": known, "next": following})
    ready = b",".join(feature for _, feature in page)
    body = head[:-1].encode() + b',"features":[' + ready + b"]}"
    return Response(body, media_type=MEDIA_TYPES["geojson"])


def _asked(desk: Desk, layer: str, asked: AskedFeatures) -> tuple[int, str | None, int, str]:
    """Revision, box, size of the page and the id before it; a cursor brings them all."""
    layer_schema(layer)
    limit = None if asked.limit is None else limit_of(asked.limit)
    if asked.cursor is None:
        return desk.revision(asked.known), asked.bbox, limit or USUAL, ""
    said = unpack(asked.cursor)
    if not (isinstance(said, list) and len(said) == 5 and said[0] == layer):
        raise foreign()
    _, revision, bbox, size, after = said
    plain = isinstance(revision, int) and isinstance(size, int) and isinstance(after, str)
    if not plain or (bbox is not None and not isinstance(bbox, str)):
        raise foreign()
    return desk.revision(str(revision)), bbox, limit or limit_of(str(size)), after
