"""``/issues``, ``/rules``, ``/imports``, ``/fields``: what the answers rest on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import NOTHING, ONCE, Asked, Known, Text
from api.desk import AtDesk
from api.paging import AskedList, Listing, listed
from api.sending import answered, items, json_of, tag
from landgis import issues as data_issues
from landgis.conflictissues import as_issues
from landgis.conflicts import conflicts
from landgis.fields import FIELDS
from landgis.inventory import Listed
from landgis.query import words
from landgis.stations import Inventory, Mask
from landgis.store import Revision

router = APIRouter()


class AskedIssues(AskedList):
    """The filters of the list of issues; lists are separated by commas."""

    layer: Text | None = Field(None, description="Layers. 图层。", examples=["supplies"])
    kind: Text | None = Field(None, description="Kinds of issue. 类型。")
    severity: Text | None = Field(None, description="error, warning, info. 严重程度。")
    owner: Text | None = Field(None, description="supplier, bureau, us. 责任人。")
    feature_id: Text | None = Field(None, description="Features. 要素编号。")


class AskedRules(Asked):
    """The rules, and which of them are in force on a date."""


class AskedImports(Known):
    """The revisions up to one."""


@router.get("/issues", dependencies=[ONCE])
def issues(request: Request, desk: AtDesk, asked: Annotated[AskedIssues, Query()]) -> Response:
    """What is wrong in the record, contradictions between layers included. 数据问题。"""
    return listed(request, desk, asked, LISTING)


def _issues(inventory: Inventory) -> Listed:
    found = as_issues(conflicts(inventory.covers, inventory.on))
    table = data_issues.join([inventory.issues, found]).reset_index(drop=True)
    table.insert(0, "issue_no", np.arange(1, len(table) + 1))
    return Listed(table)


def _passing(_: Inventory, listed: Listed, asked: Mapping[str, str]) -> Mask:
    table = listed.table
    kept = np.ones(len(table), dtype=bool)
    for column, wanted in asked.items():
        kept &= table[column].isin(words(column, wanted)).to_numpy(bool)
    return kept


LISTING = Listing("issues", _issues, _passing, "issue_no")


@router.get("/rules", dependencies=[ONCE])
def rules(request: Request, desk: AtDesk, asked: Annotated[AskedRules, Query()]) -> Response:
    """The rules with their dates, articles and certainty. 规则清单。"""
    at = asked.stand(desk)

    def make() -> Response:
        table = at.rulebook.table(at.on)
        said = {"on": at.on, "known": at.revision, "rulebook_sha256": at.rulebook.sha256}
        return json_of({**said, "items": items(table)})

    return answered(request, tag(request, at), make)


@router.get("/imports", dependencies=[ONCE])
def imports(request: Request, desk: AtDesk, asked: Annotated[AskedImports, Query()]) -> Response:
    """Every change of the record, the newest first: when, what, by whom, from which file. 导入。"""
    revision = desk.store.head() if asked.known is None else desk.revision(asked.known)

    def make() -> Response:
        known = [r for r in desk.store.revisions() if 0 < r.rev <= revision]
        return json_of({"known": revision, "items": [_import(r) for r in reversed(known)]})

    # A list of revisions has no date: any that stays the same will do for the tag.
    at = desk.pin(date.min, revision, as_recorded=False)
    return answered(request, tag(request, at), make)


def _import(revision: Revision) -> dict[str, Any]:
    names = ("rev", "kind", "layer", "author", "reason", "added", "changed", "unchanged", "ended")
    sources = [{"name": s.name, "sha256": s.sha256} for s in revision.sources]
    said = {name: getattr(revision, name) for name in names}
    return {**said, "at": revision.at.isoformat(), "sources": sources}


@router.get("/fields", dependencies=[NOTHING])
def fields() -> Response:
    """The columns of the answers: name, Chinese name, unit, type and codes. 字段说明。"""
    return json_of(
        {
            "items": [
                {
                    "name": name,
                    "zh": field.zh,
                    "unit": field.unit,
                    "type": field.kind,
                    "codes": {t.value: t.zh for t in field.terms} if field.terms else None,
                }
                for name, field in FIELDS.items()
            ]
        }
    )
