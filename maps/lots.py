"""Land by stage and idle supplies in; the columns that the page filters, counts and lists, out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from landgis.stations import Inventory
from landgis.terms import Outcome, Standing
from maps.land import LOTS
from maps.layers import plain, records

JUDGED = ("standing", "outcome", "basis", "full_years", "land_use", "holder", "supplied_on")
"""What is said of the supply of a lot; empty where no supply holds the land."""

IDLE = (
    "supply_id",
    "project_name",
    "district",
    "park",
    "area_m2",
    *JUDGED,
    "fault",
    "next_on",
    "next_outcome",
    "fee_fen",
    "price_fen",
)
"""The columns of an idle parcel."""

MOST_LOTS = 50_000
"""A browser is not given more rows than this; it asks the server for numbers instead."""


MOST_USES = 100
"""A reader is not offered more land uses than this."""


def lots(inventory: Inventory, table: pd.DataFrame) -> dict[str, list[Any]] | None:
    """The columns of ``LOTS`` and ``JUDGED`` by name; None for more than ``MOST_LOTS`` rows."""
    if len(table) > MOST_LOTS:
        return None
    named = table["key"].str.split(":", n=1)
    ids = named.str[1].where(named.str[0] == "supplies")
    judged = inventory.assessment.supplies.set_index("supply_id")[list(JUDGED)].reindex(ids)
    columns = {name: plain(table[name]) for name in LOTS}
    return columns | {name: plain(judged[name]) for name in JUDGED}


def idle_rows(inventory: Inventory, idle: pd.DataFrame) -> list[dict[str, Any]]:
    """The idle parcels with the columns of ``IDLE``; money in fen.

    ``fee_fen`` adds up what the findings of a supply say, ``price_fen`` is what is at stake where
    the land would be taken back.
    """
    prices = inventory.layers["supplies"].table.set_index("supply_id")["price_fen"]
    table = pd.DataFrame(idle.drop(columns="geometry", errors="ignore")).assign(
        fee_fen=fees(inventory, idle["supply_id"]).array,
        price_fen=prices.reindex(idle["supply_id"]).array,
    )
    return records(table, IDLE)


def fees(inventory: Inventory, ids: pd.Series[str]) -> pd.Series[Any]:
    """What the findings of each supply demand, in fen; empty where none demands anything."""
    sums = inventory.assessment.findings.groupby("supply_id")["fee_fen"].sum(min_count=1)
    return sums.reindex(ids)


def options(inventory: Inventory) -> dict[str, list[str]]:
    """What a reader can choose from: districts, parks, standings, outcomes, common land uses."""
    tables = {"district": ("districts", "district_code"), "park": ("parks", "park_id")}
    named = {
        name: _names(inventory.layers[layer].table, identity)
        for name, (layer, identity) in tables.items()
    }
    uses = inventory.assessment.supplies["land_use"].dropna().value_counts().index[:MOST_USES]
    vocabularies = {"standing": list(Standing), "outcome": list(Outcome)}
    return named | vocabularies | {"land_use": sorted(use for use in uses if use)}


def _names(table: pd.DataFrame, identity: str) -> list[str]:
    return list(dict.fromkeys(np.asarray(table["name"].fillna(table[identity]), dtype=object)))
