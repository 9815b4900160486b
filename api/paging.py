"""Long lists in pages: an opaque cursor that pins the question and knows the last row."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from fastapi import Request, Response
from numpy.typing import NDArray
from pydantic import Field

from api.asking import Asked, MapAnswer, Text
from api.desk import Desk, Standpoint
from api.sending import answered, file_of, head, items, json_of, tag
from landgis import query
from landgis.errors import UsageError
from landgis.inventory import Listed
from landgis.stations import Inventory, Mask

Places: TypeAlias = NDArray[np.int64]
"""Row numbers of a table."""

USUAL, MOST = 100, 10_000
"""Rows of a page of JSON or GeoJSON unless told otherwise, and the most that may be asked for."""

NO_MORE: Mapping[str, str] = {}

UNPAGED = ("csv", "xlsx", "ics")
"""The formats that give all rows unless limited."""

LimitText = Annotated[
    Text | None, Field(description=f"Rows of a page, 1 to {MOST}. 每页行数。", examples=["100"])
]
CursorText = Annotated[
    str | None,
    Field(
        max_length=8000,
        description="`next` of the page before; it carries the whole question. 续页标记。",
    ),
]


class AskedList(Asked):
    """A question whose answer is a list in pages."""

    sort: Text | None = Field(
        None,
        description="Columns by commas, '-' before one turns it. 排序。",
        examples=["-area_m2"],
    )
    limit: LimitText = None
    cursor: CursorText = None
    f: MapAnswer = Field("json", description="json, geojson, csv (with BOM) or xlsx. 格式。")


@dataclass(frozen=True)
class Page:
    """Where a page of a list begins: the question it belongs to and the last row before it."""

    at: Standpoint
    asked: dict[str, str]
    limit: int | None
    after: str | None = None
    place: int = 0

    def cursor(self, last: str, place: int) -> str:
        """The cursor of the page after the row ``last``, the one numbered ``place``."""
        at, asked = self.at, [self.asked, self.limit, last, place]
        return pack([at.on.isoformat(), at.revision, at.as_recorded, *asked])


def pack(said: Sequence[Any]) -> str:
    """What a cursor carries as one word."""
    packed = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(cursor: str) -> Any:
    """What a cursor carries; raises ``UsageError`` for one that is not ours."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return json.loads(packed)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise foreign() from error


def open_page(desk: Desk, asked: AskedList) -> Page:
    """The page asked for; raises ``UsageError`` for a cursor that is not ours or does not fit."""
    filters = set(type(asked).model_fields) - set(AskedList.model_fields) | {"sort"}
    said = asked.model_dump(exclude_none=True, include=filters)
    texts = {name: str(value) for name, value in said.items()}
    limit = None if asked.limit is None else limit_of(asked.limit)
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


def limit_of(text: str) -> int:
    """The rows of a page; raises ``UsageError`` for a number that is not allowed."""
    digits = text.strip()[:20]
    limit = int(digits) if digits.isascii() and digits.isdigit() else 0
    if not 1 <= limit <= MOST:
        raise UsageError(
            f"limit: '{text}' is not a whole number between 1 and {MOST}.",
            f"limit：“{text}”不是 1 至 {MOST} 之间的整数。",
        )
    return limit


def _read(desk: Desk, cursor: str) -> Page:
    try:
        day, revision, as_recorded, asked, limit, after, place = unpack(cursor)
        on = date.fromisoformat(day)
    except (ValueError, TypeError) as error:
        raise foreign() from error
    texts = isinstance(asked, dict) and all(isinstance(v, str) for v in asked.values())
    numbers = all(isinstance(n, int) for n in (revision, place, limit or 1))
    if not (texts and numbers and isinstance(after, str) and 1 <= (limit or 1) <= MOST):
        raise foreign()
    at = desk.pin(on, desk.revision(str(revision)), as_recorded=as_recorded is True)
    return Page(at, asked, limit, after, place)


def foreign() -> UsageError:
    """The error about a cursor that is not ours."""
    return UsageError(
        "cursor: it is not one of ours: take `next` of the page before as it is.",
        "cursor：不是本系统给出的续页标记：请原样使用上一页的 next。",
    )


@dataclass(frozen=True)
class Listing:
    """One kind of list: all its rows, which of them are asked for, and in which order.

    The first column of the rows is the id. Rows, orders and what passed are kept by standpoint,
    so that a page costs its own rows however long the list is and however deep the page.
    """

    name: str
    rows: Callable[[Inventory], Listed]
    passing: Callable[[Inventory, Listed, Mapping[str, str]], Mask]
    sort: str
    order: Callable[[pd.DataFrame, str], Places] = query.order

    def whole(self, desk: Desk, at: Standpoint) -> Listed:
        """All rows."""
        return desk.keep((self.name, at.key), lambda: self.rows(desk.inventory(at)))

    def places(self, desk: Desk, at: Standpoint, asked: Mapping[str, str]) -> Places:
        """Where the rows that are asked for stand in the table, in the order that is asked for."""
        listed = self.whole(desk, at)
        filters = {**asked}
        sort = filters.pop("sort", self.sort)

        def make() -> Places:
            whole = desk.keep((self.name, at.key, sort), lambda: self._order(desk, at, sort))
            passed = self.passing(desk.inventory(at), listed, filters)
            return whole[passed[whole]]

        return desk.keep((self.name, at.key, sort, *sorted(filters.items()), None), make)

    def _order(self, desk: Desk, at: Standpoint, sort: str) -> Places:
        """All rows in an order that is found once and kept on a shelf."""
        table = self.whole(desk, at).table

        def make() -> Places:
            return self.order(table, sort)

        return desk.shelved("order", at, f"{self.name} {sort}", make)


def listed(request: Request, desk: Desk, asked: AskedList, listing: Listing) -> Response:
    """A page of a list."""
    page = open_page(desk, asked)

    def make() -> Response:
        rows, following = _cut(desk, listing, page, asked.f)
        response = _sent(rows, following, asked.f, listing.name, desk.inventory(page.at))
        return linked(response, request, following, {} if asked.f == "json" else {"f": asked.f})

    return answered(request, tag(request, page.at), make)


def first_page(desk: Desk, listing: Listing, at: Standpoint, limit: int) -> dict[str, Any]:
    """The first rows of a list that nothing narrows, as JSON: ``items``, and ``next``."""
    rows, following = _cut(desk, listing, Page(at, {}, limit), "json")
    return {"items": items(rows), "next": following}


def linked(
    response: Response, request: Request, following: str | None, more: Mapping[str, str] = NO_MORE
) -> Response:
    """An answer that tells the address of the next page, if there is one."""
    if following is not None:
        again = urlencode({"cursor": following, **more})
        response.headers["Link"] = f'<{request.url.path}?{again}>; rel="next"'
    return response


def _cut(desk: Desk, listing: Listing, page: Page, form: str) -> tuple[pd.DataFrame, str | None]:
    """The rows of the page, and the cursor of the next if there is one."""
    listed, places = listing.whole(desk, page.at), listing.places(desk, page.at, page.asked)
    identity = listed.table.iloc[:, 0]
    begin = 0 if page.after is None else _behind(identity, places, page.place, page.after)
    limit = page.limit or (len(places) if form in UNPAGED else USUAL)
    end = begin + limit
    rows = listed.shaped(places[begin:end], desk.store.crs)
    if end >= len(places):
        return rows, None
    return rows, page.cursor(str(identity.iloc[places[end - 1]]), end)


def _behind(identity: pd.Series, places: Places, place: int, after: str) -> int:
    """The place after the row of an id; it is where the cursor says, unless somebody made it up."""
    if not (0 < place <= len(places) and str(identity.iloc[places[place - 1]]) == after):
        raise foreign()
    return place


def _sent(
    rows: pd.DataFrame, following: str | None, form: str, name: str, inventory: Inventory
) -> Response:
    if form == "json":
        return json_of({**head(inventory), "items": items(rows), "next": following})
    return file_of(rows, form, name, inventory)
