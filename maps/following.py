"""Idle supplies in; what may follow now and what the calendar brings, by step, out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from landgis.stations import Inventory, Mask
from landgis.terms import Outcome
from maps.layers import records
from maps.lots import IDLE, fees

SOON = {"soon_90": 90, "soon_365": 365}
"""How many days ahead the calendar looks."""

FIRST = 20
"""Rows of a step that are told."""


def following(inventory: Inventory, passed: Mask) -> list[dict[str, Any]]:
    """The steps of the supplies that passed, each with its sums and first rows.

    name (an outcome, ``none``, or of ``SOON``), count, area_m2, fee_fen, price_fen and rows of
    ``IDLE``; steps that nothing waits for are left out.
    """
    said = inventory.assessment.supplies[passed]
    prices = inventory.layers["supplies"].table.set_index("supply_id")["price_fen"]
    table = said.assign(
        fee_fen=fees(inventory, said["supply_id"]).array,
        price_fen=prices.reindex(said["supply_id"]).array,
    ).sort_values(["full_years", "supply_id"], ascending=[False, True])
    return [_step(name, rows) for name, rows in _steps(table, inventory.on) if len(rows)]


def _steps(table: pd.DataFrame, on: date) -> Iterator[tuple[str, pd.DataFrame]]:
    for outcome in (*Outcome, ""):
        yield outcome or "none", table[(table["outcome"].fillna("") == outcome)]
    for name, days in SOON.items():
        last = np.datetime64(min(on, date.max - timedelta(days)) + timedelta(days))
        yield name, table[table["next_on"] <= last].sort_values(["next_on", "supply_id"])


def _step(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    sums = {money: int(rows[money].fillna(0).sum()) for money in ("fee_fen", "price_fen")}
    area = round(float(rows["area_m2"].sum()), 4)
    told = records(rows.head(FIRST), IDLE)
    return {"name": name, "count": len(rows), "area_m2": area, **sums, "rows": told}
