"""``/livez`` and ``/readyz``: does the server run, and can it answer."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.asking import NOTHING
from api.desk import AtDesk
from api.sending import json_of

router = APIRouter(dependencies=[NOTHING])


@router.get("/livez")
def livez() -> Response:
    """The server runs. 服务在运行。"""
    return json_of({"status": "ok"})


@router.get("/readyz")
def readyz(desk: AtDesk) -> Response:
    """The store can be read: its newest revision, and the one that is answered from. 可以应答。"""
    return json_of({"status": "ok", "head": desk.store.head(), "known": desk.revision(None)})
