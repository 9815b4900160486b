"""An Inventory in; everything that the page shows of it, as one JSON document, out."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis import inventory as answers
from landgis.conflicts import conflicts
from landgis.ledger import AREAS, By, ledger
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS
from landgis.stations import Inventory
from landgis.terms import STOCK_STAGES, Outcome
from maps.cards import cards
from maps.clashes import clash_cards
from maps.flaws import flaws
from maps.land import Land, land
from maps.law import articles
from maps.layers import Features, amount, bounds, lonlat, records, reference
from maps.league import league
from maps.lots import fees, idle_rows, lots, options

Scene: TypeAlias = dict[str, Any]
"""The document that the browser reads; ``scene`` says what is in it."""

CHINA = timezone(timedelta(hours=8))


def scene(inventory: Inventory, rulebook: Rulebook, *, with_cards: bool = False) -> Scene:
    """What the page shows, ready for JSON.

    on, known, known_at, bounds; fresh (layers with the time of their last import); legend (count
    and area of each stage, of idle land and of conflicts); findings (idle parcels by outcome and
    basis); options (what can be chosen); lots (columns, row i is the stock feature
    i + 1); idle (the list); supplies (what search knows); layers (GeoJSON in EPSG:4490); merged
    (how many features there were, if they were too many to draw one by one); flaws (issues);
    league (districts and parks side by side); articles (the quoted law); cards (of conflicts, and
    with ``with_cards`` of everything).
    """
    stock = answers.stock(inventory)
    idle = answers.idle(inventory)
    found = conflicts(inventory.covers, inventory.on)
    drawn = land(inventory, stock, idle, found)
    wrong, points = flaws(inventory)
    return head(inventory, rulebook) | {
        "bounds": bounds(_all_geometry(inventory)),
        "legend": _legend(inventory, stock, idle, found, drawn),
        "findings": _findings(inventory, idle),
        "lots": lots(inventory, drawn.lots),
        "idle": idle_rows(inventory, idle),
        "supplies": _supplies(inventory),
        "layers": places(inventory) | _layers(drawn) | {"flaws": points},
        "merged": drawn.merged,
        "flaws": wrong,
        "league": league(inventory, idle),
        "cards": clash_cards(found, inventory.crs)
        | (cards(inventory, rulebook) if with_cards else {}),
    }


def head(inventory: Inventory, rulebook: Rulebook) -> Scene:
    """Of which date and record a scene is, what can be chosen in it, and the law it quotes."""
    return {
        "on": inventory.on.isoformat(),
        "known": inventory.known,
        "known_at": _moment(inventory.known_at),
        "fresh": _fresh(inventory),
        "options": options(inventory),
        "articles": articles(rulebook),
    }


def _moment(at: Any) -> str | None:
    return None if at is None else at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _all_geometry(inventory: Inventory) -> Any:
    names = ("districts", "approvals", "supplies")
    shapes = np.concatenate([inventory.layers[name].geometry for name in names])
    return lonlat(shapes, inventory.crs)


def _fresh(inventory: Inventory) -> list[Scene]:
    moments = {name: _moment(at) for name, at in inventory.fresh.items()}
    return [
        {"layer": name, "count": len(inventory.layers[name]), "at": (moments.get(name) or "")[:10]}
        for name in LAYERS
    ]


def _row(count: int, area_m2: float, **more: Any) -> Scene:
    return {"count": int(count), "area": amount(area_m2), **more}


def _legend(
    inventory: Inventory,
    stock: gpd.GeoDataFrame,
    idle: gpd.GeoDataFrame,
    found: gpd.GeoDataFrame,
    drawn: Land,
) -> Scene:
    """Areas are those of the last row of the ledger, counts those of the lists."""
    total = ledger(inventory.covers, inventory.on, By.APPROVAL).iloc[-1]
    stages = [
        _row(drawn.counts[stage], total[column], stage=stage.value, is_stock=stage in STOCK_STAGES)
        for stage, column in AREAS.items()
    ]
    in_stock = [AREAS[stage] for stage in STOCK_STAGES]
    return {
        "stages": stages,
        "stock": _row(len(stock), total[in_stock].sum()),
        "idle": _row(
            len(idle), idle["area_m2"].sum(), without_outline=int(idle.geometry.isna().sum())
        ),
        "conflicts": _row(len(found), found["area_m2"].astype("float64").sum()),
    }


def _findings(inventory: Inventory, idle: gpd.GeoDataFrame) -> list[Scene]:
    """Idle parcels by gravest outcome and basis, with the fees that speak of them."""
    table = pd.DataFrame(idle[["outcome", "basis", "area_m2"]])
    table["fee_fen"] = fees(inventory, idle["supply_id"]).array
    groups = table.groupby(["outcome", "basis"], sort=False)
    sums = groups[["area_m2", "fee_fen"]].sum(min_count=1).assign(count=groups.size())
    ranks = {outcome.value: rank for rank, outcome in enumerate(Outcome)}
    rows = records(sums.reset_index(), ["outcome", "basis", "count", "area_m2", "fee_fen"])
    said = [
        _row(row["count"], row["area_m2"], **{n: row[n] for n in ("outcome", "basis", "fee_fen")})
        for row in rows
    ]
    return sorted(said, key=lambda row: (ranks.get(row["outcome"], len(ranks)), row["basis"]))


def _supplies(inventory: Inventory) -> list[Scene]:
    """What search looks through: every supply that is listed on the date."""
    listed = inventory.assessment.supplies[["supply_id", "project_name", "holder", "standing"]]
    record = inventory.layers["supplies"].table.set_index("supply_id").reindex(listed["supply_id"])
    own = {name: record[name].to_numpy() for name in ("parcel_code", "location")}
    table = listed.assign(**own)
    return records(table.fillna(""), list(table.columns))


def places(inventory: Inventory) -> dict[str, Features]:
    """Districts and parks as features of the map."""
    districts, parks = inventory.layers["districts"], inventory.layers["parks"]
    return {
        "districts": reference(districts, "district_code", inventory.crs),
        "parks": reference(parks, "park_id", inventory.crs, name_below=True),
    }


def _layers(drawn: Land) -> dict[str, Features]:
    return {"stock": drawn.stock, "idle": drawn.idle, "conflicts": drawn.conflicts}
