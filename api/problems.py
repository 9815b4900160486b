"""Errors as RFC 9457 problems: one table from the class of an error to its status."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from landgis.errors import (
    BaseMapUnreachable,
    Gone,
    InputError,
    LandgisError,
    NotFound,
    RulebookError,
    StoreError,
    UsageError,
)

STATUS: Mapping[type[Exception], HTTPStatus] = {
    Gone: HTTPStatus.GONE,
    NotFound: HTTPStatus.NOT_FOUND,
    UsageError: HTTPStatus.BAD_REQUEST,
    InputError: HTTPStatus.BAD_REQUEST,
    RequestValidationError: HTTPStatus.BAD_REQUEST,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    RulebookError: HTTPStatus.INTERNAL_SERVER_ERROR,
    BaseMapUnreachable: HTTPStatus.BAD_GATEWAY,
    LandgisError: HTTPStatus.INTERNAL_SERVER_ERROR,
    Exception: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of every error; the nearest class of its ancestry counts."""

MEDIA_TYPE = "application/problem+json"

SAFE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer; of a fault nothing but the problem itself can say them."""

OWN_FAULT = (
    "the server cannot answer this now: try again, and tell its operator if it stays so.",
    "服务器暂时无法回答：请稍后重试，如仍如此请告知管理员。",
)
"""What is said of a fault of ours; the reason goes to the log alone."""

WORDS: Mapping[int, tuple[str, str]] = {
    404: ("there is nothing at this address: see /api/v1.", "此地址没有内容：请见 /api/v1。"),
    405: ("this address can only be read: use GET.", "此地址只能读取：请使用 GET。"),
}
"""What is said where the web framework itself refuses."""

PROBLEM = {
    "description": "A problem: what is wrong and what to do (RFC 9457).",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "detail_zh"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "detail_zh": {"type": "string"},
                },
            },
            "example": {
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "on: '2020-13-01' is not a date: write it like 2020-12-31.",
                "detail_zh": "on：“2020-13-01”不是日期，应写作 2020-12-31。",
            },
        }
    },
}
"""How a problem is described in OpenAPI."""

OF_A_FEATURE = frozenset({"supply_id", "feature_id"})
"""The parts of an address that name a feature."""

log = logging.getLogger("landgis.api")


def register(app: FastAPI) -> None:
    """Let ``app`` answer every error as a problem."""
    app.add_exception_handler(HTTPException, _refused)
    for error in (LandgisError, RequestValidationError, Exception):
        app.add_exception_handler(error, _failed)


def problem(
    status: HTTPStatus,
    en: str,
    zh: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """One problem as a response."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": en,
        "detail_zh": zh,
        **more,
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status.value, {**SAFE, **(headers or {})}, MEDIA_TYPE)


def status_of(error: Exception) -> HTTPStatus:
    """The status of an error by its nearest class in ``STATUS``."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _gone(request: Request, error: Gone) -> Response:
    """410 with who has the land now, or the way to the one into which all of it was merged."""
    more = {"successors": list(error.successors)}
    mine = OF_A_FEATURE.intersection(request.path_params)
    if not (error.merged_into and mine):
        return problem(HTTPStatus.GONE, error.en, error.zh, **more)
    named = {**request.path_params, **dict.fromkeys(mine, error.merged_into)}
    there = request.url_for(request.scope["route"].name, **named)
    way = f"{there.path}?{request.url.query}" if request.url.query else there.path
    # A correction may bring the old one back: nobody keeps this without asking again.
    headers = {"Location": way, "Cache-Control": "no-cache"}
    return problem(HTTPStatus.MOVED_PERMANENTLY, error.en, error.zh, headers, **more)


async def _failed(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, BaseMapUnreachable):
        log.error("%s: %s", type(error).__name__, error)
        return problem(status, *OWN_FAULT)
    if isinstance(error, Gone):
        return _gone(request, error)
    if isinstance(error, LandgisError):
        return problem(status, error.en, error.zh)
    assert isinstance(error, RequestValidationError)
    return problem(status, *_said(error.errors()[0]))


def _said(wrong: Mapping[str, Any]) -> tuple[str, str]:
    """What FastAPI found wrong, as a sentence."""
    name = str(wrong["loc"][-1])[:100]
    if wrong["type"] == "extra_forbidden":
        return (
            f"there is no parameter '{name}' here: see /api/v1/openapi.json.",
            f"此处没有参数“{name}”：请见 /api/v1/openapi.json。",
        )
    given = wrong.get("ctx", {})
    zh = ""
    if "expected" in given:
        zh = f"，应为 {str(given['expected']).replace(' or ', '、')}"
    elif "max_length" in given:
        zh = f"，最多 {given['max_length']} 个字符"
    return f"{name}: {wrong['msg'].lower()}.", f"{name}：取值无效{zh}。"


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    en, zh = WORDS.get(status.value, OWN_FAULT)
    return problem(status, en, zh, error.headers)
