"""What the pages of the map's menu ask of a large city: steps, conflicts, issues, and search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Asked, Text
from api.desk import AtDesk
from api.sending import answered, json_of, tag
from api.viewing import AskedView, canvas
from maps.clashes import gravest
from maps.finder import find
from maps.flaws import flaws as flaws_of
from maps.following import following

router = APIRouter(prefix="/map", include_in_schema=False)

SUGGESTED = 12
"""Supplies that search suggests."""


class AskedSearch(Asked):
    """Words that somebody has typed."""

    q: Text = Field(description="Words. 关键词。", min_length=1)


def _told(request: Request, desk: AtDesk, asked: Asked, tell: Callable[..., Any]) -> Response:
    """What ``tell`` says of the standpoint asked for, kept by the question."""
    at = asked.stand(desk)
    etag = tag(request, at)
    return answered(request, etag, lambda: json_of(desk.keep(etag, lambda: tell(at))))


@router.get("/next", dependencies=[ONCE])
def following_steps(
    request: Request, desk: AtDesk, asked: Annotated[AskedView, Query()]
) -> Response:
    """Idle supplies that pass the filters, by what may follow and when."""

    def tell(at: Any) -> dict[str, Any]:
        seen = canvas(desk, at, asked).view
        return {"steps": following(seen.day.inventory, seen.supplies)}

    return _told(request, desk, asked, tell)


@router.get("/clashes", dependencies=[ONCE])
def clashes(request: Request, desk: AtDesk, asked: Annotated[Asked, Query()]) -> Response:
    """Contradictions between layers: all kinds with their sums, the largest with cards."""
    return _told(request, desk, asked, lambda at: gravest(desk.inventory(at)))


@router.get("/flaws", dependencies=[ONCE])
def flaws(request: Request, desk: AtDesk, asked: Annotated[Asked, Query()]) -> Response:
    """Issues: counts, the gravest, and a point for each feature that has some."""

    def tell(at: Any) -> dict[str, Any]:
        said, points = flaws_of(desk.inventory(at))
        return {"flaws": said, "points": points}

    return _told(request, desk, asked, tell)


@router.get("/search", dependencies=[ONCE])
def search(request: Request, desk: AtDesk, asked: Annotated[AskedSearch, Query()]) -> Response:
    """Supplies by number, parcel code, project, holder or place."""

    def tell(at: Any) -> dict[str, Any]:
        return find(canvas(desk, at, AskedView()).view.day, asked.q, SUGGESTED)

    return _told(request, desk, asked, tell)
