"""The page of the map at ``/`` and what it reads: its files, the scene, one card at a time."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.staticfiles import StaticFiles
from numpy.typing import NDArray
from pydantic import Field

from api import parcels, seen, themes
from api.asking import ONCE, Asked, Text
from api.desk import AtDesk, Desk, Standpoint
from api.idle import LISTING
from api.paging import first_page
from api.sending import MEDIA_TYPES, answered, json_of, tag
from api.viewing import whole
from landgis.errors import NotFound
from landgis.writers.text import dumps
from maps.brief import brief, is_large
from maps.cards import card as card_of
from maps.cards import outline
from maps.page import STATIC, bundle, served_page
from maps.scene import Scene
from maps.scene import scene as scene_of

router = APIRouter(include_in_schema=False)

LISTED = 200
"""The idle parcels of a large city that come with its page; the others are asked for."""

FOR_EVER = "public, max-age=31536000, immutable"


class AskedPage(Asked):
    """The map of a date, in a language."""

    lang: Literal["zh", "en"] = "zh"


class AskedCard(Asked):
    """One card of the map."""

    key: Text = Field(description="layer:id")


def register(app: FastAPI) -> None:
    """Add the page and its files to ``app``."""
    app.include_router(router)
    for part in (parcels, seen, themes):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")


@router.get("/", dependencies=[ONCE])
def page(desk: AtDesk, asked: Annotated[AskedPage, Query()]) -> Response:
    """The map; the data come from beside it."""
    at = asked.stand(desk)
    # Without a revision the page stays with the newest and with the rules of the program.
    pinned = {"on": at.on.isoformat()} | ({"known": str(at.revision)} if asked.known else {})
    bases = [base.told() for base in desk.bases.values()]
    html = served_page(pinned=pinned, lang=asked.lang, bases=bases)
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-cache"})


@router.get("/static/page-{digest}.js", dependencies=[ONCE])
def script(digest: str) -> Response:
    """Our scripts as one file; under its name it never changes."""
    name, text = bundle()
    if name != f"page-{digest}.js":
        raise NotFound(
            "there is no such script: load the page again.", "没有该脚本：请重新加载页面。"
        )
    return Response(text, media_type="text/javascript", headers={"Cache-Control": FOR_EVER})


@router.get("/map/scene", dependencies=[ONCE])
def scene(request: Request, desk: AtDesk, asked: Annotated[Asked, Query()]) -> Response:
    """Everything on the map."""
    at = asked.stand(desk)

    def make() -> Response:
        return Response(scene_bytes(desk, at), media_type=MEDIA_TYPES["json"])

    return answered(request, tag(request, at), make)


def scene_bytes(desk: Desk, at: Standpoint) -> bytes:
    """The scene as JSON, made once and kept on a shelf."""

    def make() -> NDArray[np.uint8]:
        return np.frombuffer(dumps(_scene(desk, at)).encode(), np.uint8)

    return desk.shelved("scene", at, "scene", make).tobytes()


def _scene(desk: Desk, at: Standpoint) -> Scene:
    """Every feature of a city; of a large one what the page needs beside its tiles."""
    inventory = desk.inventory(at)
    if not is_large(inventory):
        every = scene_of(inventory, at.rulebook)
        if every["merged"] is None:
            return every
    listed = first_page(desk, LISTING, at, LISTED)
    said = {"idle": listed["items"], "next": listed["next"]}
    return brief(inventory, at.rulebook, whole(desk, at)) | said


@router.get("/map/card", dependencies=[ONCE])
def card(request: Request, desk: AtDesk, asked: Annotated[AskedCard, Query()]) -> Response:
    """One card, by its key ``layer:id``."""
    at = asked.stand(desk)

    layer, _, feature_id = asked.key.partition(":")

    def make() -> Response:
        alone = layer == "supplies"
        inventory = desk.about(at, feature_id) if alone else desk.inventory(at)
        told = card_of(inventory, at.rulebook, asked.key)
        return json_of(told | {"outline": outline(inventory, asked.key)})

    return answered(request, tag(request, at), make)
