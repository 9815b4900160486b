"""``/map/basket`` and ``/map/past``: parcels taken away as files, and how one came to be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Asked, Text
from api.desk import AtDesk, Desk
from api.sending import answered, file_of, json_of, tag
from landgis.errors import NotFound, UsageError
from landgis.schema import identified
from maps.basket import basket as basket_of
from maps.past import Moment
from maps.past import past as past_of

router = APIRouter(prefix="/map", include_in_schema=False)

MOST = 200
"""Parcels of one basket."""


class AskedBasket(Asked):
    """Parcels by their keys."""

    keys: Annotated[str, Field(max_length=60_000)] = Field(description='["layer:id", ...]')
    f: Literal["xlsx", "gpkg", "shp", "txt"] = "xlsx"


class AskedPast(Asked):
    """The past of one feature."""

    key: Text = Field(description="layer:id")


@router.get("/basket", dependencies=[ONCE])
def basket(request: Request, desk: AtDesk, asked: Annotated[AskedBasket, Query()]) -> Response:
    """Chosen parcels as XLSX, GeoPackage, Shapefile or survey TXT."""
    keys = _keys(asked.keys)
    at = asked.stand(desk)

    def make() -> Response:
        inventory = desk.inventory(at)
        return file_of(basket_of(inventory, keys), asked.f, "parcels", inventory)

    return answered(request, tag(request, at), make)


def _keys(text: str) -> list[str]:
    """The list of texts that ``text`` is in JSON, without repeats; raises ``UsageError``."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not (isinstance(found, list) and found and all(isinstance(key, str) for key in found)):
        raise UsageError(
            'keys: it is not a list of keys: write it like ["supplies:1"].',
            'keys：不是编号清单，应写作 ["supplies:1"]。',
        )
    if len(found) > MOST:
        raise UsageError(
            f"keys: there are {len(found)}: take at most {MOST} at a time.",
            f"keys：共 {len(found)} 个，一次最多 {MOST} 个。",
        )
    return list(dict.fromkeys(found))


@router.get("/past", dependencies=[ONCE])
def past(request: Request, desk: AtDesk, asked: Annotated[AskedPast, Query()]) -> Response:
    """What changed on one feature, revision by revision."""
    layer, _, feature_id = asked.key.partition(":")
    at = asked.stand(desk)

    def make() -> Response:
        identified(layer)
        told = past_of(layer, _moments(desk, layer, feature_id, at.revision))
        if not told:
            raise NotFound(
                f"the record never had a feature '{asked.key}'.",
                f"记录中从未有过要素“{asked.key}”。",
            )
        return json_of({"key": asked.key, "known": at.revision, "items": told})

    return answered(request, tag(request, at), make)


def _moments(desk: Desk, layer: str, feature_id: str, known: int) -> Iterator[Moment]:
    """The feature in every revision of its layer up to ``known``, the first first."""
    for revision in desk.store.revisions():
        if revision.layer == layer and revision.rev <= known:
            names = "; ".join(source.name for source in revision.sources)
            feature = desk.store.feature(layer, feature_id, revision.rev)
            when = revision.at.isoformat()
            yield Moment(revision.rev, when, revision.author, revision.reason, names, feature)
