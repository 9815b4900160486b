"""``/supplies/{id}``: one supply with its record, its findings and the whole reasoning."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.asking import ONCE, Asked
from api.desk import AtDesk, Desk
from api.sending import answered, head, items, json_of, tag
from landgis.documents.explain import explain
from landgis.errors import NotFound
from landgis.stations import Inventory

router = APIRouter()

LONGEST_ID = 300


class AskedSupply(Asked):
    """A question about one supply."""


class AskedFindings(Asked):
    """A question about the findings of one supply."""

    lang: Literal["zh", "en"] = Field("zh", description="Language of the sentences. 语言。")


# The longer address comes first: an id may have slashes in it.
@router.get("/supplies/{supply_id:path}/findings", dependencies=[ONCE])
def findings(
    request: Request, desk: AtDesk, supply_id: str, asked: Annotated[AskedFindings, Query()]
) -> Response:
    """Every rule that speaks of a supply, with both clocks and the quoted articles. 研判说明。"""
    at = asked.stand(desk)

    def make() -> Response:
        inventory = desk.about(at, supply_id)
        row_of(desk, inventory, supply_id)
        found = inventory.assessment.findings
        story = explain(inventory, at.rulebook, supply_id, asked.lang).as_dict()
        content: dict[str, Any] = {
            **head(inventory),
            "supply_id": supply_id,
            "rulebook_sha256": at.rulebook.sha256,
            "items": items(found[found["supply_id"] == supply_id]),
        }
        for name in ("citations", "delays", "amendments", "issues", "title", "sentences"):
            content[name] = story[name]
        return json_of(content)

    return answered(request, tag(request, at), make)


@router.get("/supplies/{supply_id:path}", dependencies=[ONCE])
def supply(
    request: Request, desk: AtDesk, supply_id: str, asked: Annotated[AskedSupply, Query()]
) -> Response:
    """One supply: standing and outcome, all that is recorded of it, and its outline. 供地宗地。"""
    at = asked.stand(desk)

    def make() -> Response:
        inventory = desk.about(at, supply_id)
        item = items(row_of(desk, inventory, supply_id))[0]
        found = json.loads(desk.store.feature("supplies", supply_id, at.revision) or b"{}")
        facts, geometry = found.get("properties"), found.get("geometry")
        return json_of({**head(inventory), "item": item, "facts": facts, "geometry": geometry})

    return answered(request, tag(request, at), make)


def row_of(desk: Desk, inventory: Inventory, supply_id: str) -> pd.DataFrame:
    """The one row of a supply; raises ``NotFound``, or ``Gone`` if the record once had it."""
    table = inventory.assessment.supplies
    found = np.flatnonzero((table["supply_id"] == supply_id).to_numpy(bool))
    if len(found):
        return table.iloc[found]
    desk.store.refuse_ended("supplies", supply_id, inventory.known)
    named = supply_id[:LONGEST_ID]
    raise NotFound(
        f"there is no supply '{named}' on {inventory.on}: check the number and the date.",
        f"{inventory.on} 没有供地“{named}”：请核对编号与日期。",
    )
