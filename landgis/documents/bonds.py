"""Supplies in; those that special bonds may pay to take back, with the ceiling of the price, out.

Source: 自然资发〔2024〕242号, 〔2025〕45号, read in excerpts only: check before use.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from landgis.stations import Inventory
from landgis.terms import Standing

LAST_SUPPLY = date(2024, 11, 7)
"""Land supplied after this day is excluded [excerpt]."""

STANDINGS = (Standing.UNDATED, Standing.NOT_DUE, Standing.OVERDUE, Standing.IDLE)
"""What has not been started."""

COLUMNS = (
    "supply_id",
    "project_name",
    "holder",
    "district",
    "park",
    "area_mu",
    "supplied_on",
    "standing",
    "cost_yuan",
    "appraised_yuan",
    "base_yuan",
    "certainty",
)
"""The columns of the list; ``base_yuan`` is the lower of appraisal and cost, empty without both."""


def bonds(
    inventory: Inventory, appraised: pd.Series[float], *, last_supply: date = LAST_SUPPLY
) -> pd.DataFrame:
    """The supplies that qualify on the day of the inventory; ``appraised`` is yuan by supply id.

    The holder's cost is what was paid, or the price where no payment is recorded.
    """
    rows = inventory.assessment.supplies
    kept = rows["standing"].isin(STANDINGS) & (rows["supplied_on"] <= pd.Timestamp(last_supply))
    table = rows[kept].copy()
    facts = inventory.layers["supplies"].table.set_index("supply_id")
    paid = facts["paid_fen"].reindex(table["supply_id"]).to_numpy("float64", na_value=np.nan) / 100
    cost = np.where(np.isnan(paid), table["price_yuan"].to_numpy("float64"), paid)
    worth = appraised.reindex(table["supply_id"]).to_numpy("float64")
    table = table.assign(
        cost_yuan=cost, appraised_yuan=worth, base_yuan=np.minimum(cost, worth), certainty="excerpt"
    )
    return table[list(COLUMNS)].reset_index(drop=True)
