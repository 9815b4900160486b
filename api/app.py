"""Settings in, an application out; nothing happens before ``create_app`` is called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version
from threading import Thread

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from api import (
    answers,
    bases,
    features,
    health,
    idle,
    pages,
    problems,
    record,
    statistics,
    supplies,
    tiles,
)
from api.ahead import ready_ahead
from api.desk import Desk
from api.settings import Settings
from maps.tiles import MEDIA_TYPE

PREFIX = "/api/v1"

DESCRIPTION = """
Stock land and idle land of one city, for any date (`on`) and any state of the record (`known`).

Every figure is dated and can be reproduced. A finding is a first judgement 初步研判: the bureau
decides. Lists take filters separated by commas; a parameter that does not exist or a value that
makes no sense is a problem with status 400. Pages follow `next` with `cursor`, which pins date,
revision, filters and sort.
"""

WORTH_PACKING = 1024
"""Answers of so many bytes are compressed for whoever takes them so."""

PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA_TYPE)
"""What is compressed as it is, tiles by themselves: nothing more is done about these."""

AT_ONCE = 8
"""Answers that are made at the same time: each takes memory, and there are few cores."""

WRONG_HOST = (
    HTTPStatus.BAD_REQUEST,
    "this server does not go by the name in the request: use the address that `serve` told.",
    "请求的主机名不是本服务器：请使用 serve 给出的地址。",
)
"""Another name may be a page that leads a browser astray (DNS rebinding)."""


def create_app(settings: Settings) -> FastAPI:
    """An application over the store of ``settings``.

    Raises ``StoreError`` or ``RulebookError`` where the settings lead nowhere.
    """
    desk = Desk(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = AT_ONCE
        ahead = Thread(target=ready_ahead, args=(desk,))
        if settings.ready_ahead:
            ahead.start()
        yield
        if ahead.is_alive():
            ahead.join()
        desk.close()

    app = FastAPI(
        title="landgis",
        version=version("landgis"),
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={"4XX": problems.PROBLEM},
    )
    app.state.desk = desk
    app.add_middleware(
        GZipMiddleware,
        minimum_size=WORTH_PACKING,
        compresslevel=4,
        exclude_content_types=PACKED,
    )
    app.middleware("http")(_safely)
    for part in (idle, supplies, features, answers, record, statistics):
        app.include_router(part.router, prefix=PREFIX)
    for part in (health, tiles, bases):
        app.include_router(part.router)
    pages.register(app)
    problems.register(app)
    return app


async def _safely(request: Request, call_next: RequestResponseEndpoint) -> Response:
    settings: Settings = request.app.state.desk.settings
    host = request.headers.get("host", "").split(":")[0]
    known = host.lower() in settings.hosts
    response = await call_next(request) if known else problems.problem(*WRONG_HOST)
    request.app.state.desk.tidy()
    response.headers.update(problems.SAFE)
    return response
