"""An Inventory too large to draw feature by feature in; what the page needs beside tiles, out."""

from __future__ import annotations

from typing import Any

from landgis.ledger import AREAS
from landgis.rulebook import Rulebook
from landgis.stations import Inventory
from landgis.terms import IDLE_STANDINGS, STOCK_STAGES
from maps.land import MOST_FEATURES
from maps.layers import amount, bounds, lonlat
from maps.league import league
from maps.scene import Scene, head, places
from maps.statistics import FEN

LARGE = MOST_FEATURES
"""With more approvals, acquisitions and supplies than this, land is drawn from tiles."""

NOTHING = {"type": "FeatureCollection", "features": []}


def is_large(inventory: Inventory) -> bool:
    """Whether the page is to draw tiles and ask for numbers, not to carry every feature."""
    names = ("approvals", "acquisitions", "supplies")
    return sum(len(inventory.layers[name]) for name in names) > LARGE


def brief(inventory: Inventory, rulebook: Rulebook, said: dict[str, Any]) -> Scene:
    """The scene without features and lists; ``said`` are the statistics of everything.

    ``large`` is True in it: the browser draws tiles, and asks the server for whatever it lists.
    """
    supplies = inventory.assessment.supplies
    idle = supplies[supplies["standing"].isin(IDLE_STANDINGS)]
    districts = inventory.layers["districts"].geometry
    known = districts if len(districts) else inventory.layers["approvals"].geometry
    empty = dict.fromkeys(("stock", "idle", "conflicts", "flaws"), NOTHING)
    return head(inventory, rulebook) | {
        "large": True,
        "bounds": bounds(lonlat(known, inventory.crs)),
        "legend": _legend(said),
        "findings": [_finding(row) for row in said["findings"]],
        "lots": None,
        "idle": [],
        "supplies": [],
        "layers": places(inventory) | empty,
        "merged": None,
        "flaws": {"total": 0},
        "league": league(inventory, idle),
        "cards": {},
    }


def _legend(said: dict[str, Any]) -> Scene:
    rows = {row["stage"]: row for row in said["stages"]}
    stages = [
        {"stage": stage.value, "is_stock": stage in STOCK_STAGES, **_row(rows[stage.value])}
        for stage in AREAS
    ]
    stock = [row for row in said["stages"] if row["is_stock"]]
    sums = {name: sum(row[name] for row in stock) for name in ("count", "area_m2")}
    idle = said["supplies"]
    return {
        "stages": stages,
        "stock": _row(sums),
        "idle": {**_row(idle), "without_outline": idle["without_outline"]},
        "conflicts": {"count": None, "area": None},
    }


def _row(row: dict[str, Any]) -> Scene:
    return {"count": row["count"], "area": amount(row["area_m2"])}


def _finding(row: dict[str, Any]) -> Scene:
    fee = row["fee_yuan"]
    fen = None if fee is None else round(fee * FEN)
    return {**_row(row), "outcome": row["outcome"], "basis": row["basis"], "fee_fen": fen}
