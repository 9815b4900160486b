"""Long lists in pages: an opaque cursor that pins the question and knows the last row."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from fastapi import Request, Response
from pydantic import Field

from api.asking import Asked, MapAnswer, Text
from api.desk import Desk, Standpoint
from api.sending import answered, file_of, head, items, json_of, tag
from landgis import query
from landgis.errors import UsageError
from landgis.stations import Inventory

USUAL, MOST = 100, 10_000
"""Rows of a page of JSON or GeoJSON unless told otherwise, and the most that may be asked for."""

UNPAGED = ("csv", "xlsx")
"""The formats that give all rows unless limited."""


class AskedList(Asked):
    """A question whose answer is a list in pages."""

    sort: Text | None = Field(
        None,
        description="Columns by commas, '-' before one turns it. 排序。",
        examples=["-area_m2"],
    )
    limit: Text | None = Field(
        None, description=f"Rows of a page, 1 to {MOST}. 每页行数。", examples=["100"]
    )
    cursor: str | None = Field(
        None,
        max_length=8000,
        description="`next` of the page before; it carries the whole question. 续页标记。",
    )
    f: MapAnswer = Field("json", description="json, geojson, csv (with BOM) or xlsx. 格式。")


@dataclass(frozen=True)
class Page:
    """Where a page of a list begins: the question it belongs to and the last row before it."""

    at: Standpoint
    asked: dict[str, str]
    limit: int | None
    after: str | None = None

    def cursor(self, last: str) -> str:
        """The cursor of the page after ``last``."""
        at = self.at
        said = [at.on.isoformat(), at.revision, at.as_recorded, self.asked, self.limit, last]
        packed = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def open_page(desk: Desk, asked: AskedList) -> Page:
    """The page asked for; raises ``UsageError`` for a cursor that is not ours or does not fit."""
    filters = set(type(asked).model_fields) - set(AskedList.model_fields) | {"sort"}
    said = asked.model_dump(exclude_none=True, include=filters)
    texts = {name: str(value) for name, value in said.items()}
    limit = None if asked.limit is None else _limit(asked.limit)
    if asked.cursor is None:
        return Page(asked.stand(desk), texts, limit)
    page = _read(desk, asked.cursor)
    fits = (
        filters.issuperset(page.asked)
        and all(page.asked.get(name) == text for name, text in texts.items())
        and (asked.on is None or query.day("on", asked.on) == page.at.on)
        and (asked.known is None or desk.revision(asked.known) == page.at.revision)
    )
    if not fits:
        raise UsageError(
            "the cursor belongs to another question: repeat the parameters of the first page.",
            "续页标记与本次查询条件不符：请沿用首页的参数。",
        )
    return replace(page, limit=limit or page.limit)


def _limit(text: str) -> int:
    limit = query.whole("limit", text[:20])
    if not 1 <= limit <= MOST:
        raise UsageError(
            f"limit: '{text}' is not between 1 and {MOST}.",
            f"limit：“{text}”不在 1 至 {MOST} 之间。",
        )
    return limit


def _read(desk: Desk, cursor: str) -> Page:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        day, revision, as_recorded, asked, limit, after = json.loads(packed)
        on = date.fromisoformat(day)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _foreign() from error
    texts = isinstance(asked, dict) and all(isinstance(v, str) for v in asked.values())
    numbers = isinstance(revision, int) and (limit is None or isinstance(limit, int))
    if not (texts and numbers and isinstance(after, str) and 1 <= (limit or 1) <= MOST):
        raise _foreign()
    at = desk.pin(on, desk.revision(str(revision)), as_recorded=as_recorded is True)
    return Page(at, asked, limit, after)


def _foreign() -> UsageError:
    return UsageError(
        "cursor: it is not one of ours: take `next` of the page before as it is.",
        "cursor：不是本系统给出的续页标记：请原样使用上一页的 next。",
    )


def listed(
    request: Request,
    desk: Desk,
    asked: AskedList,
    name: str,
    select: Callable[..., pd.DataFrame],
) -> Response:
    """A page of what ``select(inventory, **filters)`` lists; its first column is the id."""
    page = open_page(desk, asked)

    def make() -> Response:
        inventory = desk.inventory(page.at)
        rows, following = _cut(select(inventory, **page.asked), page, asked.f)
        response = _sent(rows, following, asked.f, name, inventory)
        if following is not None:
            again = {"cursor": following} | ({} if asked.f == "json" else {"f": asked.f})
            response.headers["Link"] = f'<{request.url.path}?{urlencode(again)}>; rel="next"'
        return response

    return answered(request, tag(request, page.at), make)


def _cut(table: pd.DataFrame, page: Page, form: str) -> tuple[pd.DataFrame, str | None]:
    """The rows of the page, and the cursor of the next if there is one."""
    begin = 0
    identity = table.iloc[:, 0].astype("str")
    if page.after is not None:
        found = np.flatnonzero((identity == page.after).to_numpy(bool))
        if not len(found):
            raise _foreign()
        begin = int(found[0]) + 1
    limit = page.limit or (len(table) if form in UNPAGED else USUAL)
    rows = table.iloc[begin : begin + limit]
    more = begin + limit < len(table)
    return rows, page.cursor(str(identity.iloc[begin + limit - 1])) if more else None


def _sent(
    rows: pd.DataFrame, following: str | None, form: str, name: str, inventory: Inventory
) -> Response:
    if form == "json":
        return json_of({**head(inventory), "items": items(rows), "next": following})
    return file_of(rows, form, name, inventory)
