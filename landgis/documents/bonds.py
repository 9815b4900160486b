"""Supplies in; those that special bonds may pay to take back, with the ceiling of the price, out.

What qualifies and how the price is found are parameters of the rule (``landgis/rules``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgis.stations import Inventory
from landgis.statute import Basis, BondRule

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
    "rule",
    "source_status",
)
"""The columns of the list; ``base_yuan`` is empty where what the rule needs is missing."""


def bonds(inventory: Inventory, appraised: pd.Series[float], rule: BondRule) -> pd.DataFrame:
    """The supplies that qualify on the day of the inventory; ``appraised`` is yuan by supply id.

    The holder's cost is what was paid, or the price where no payment is recorded.
    """
    rows = inventory.assessment.supplies
    in_time = rows["supplied_on"] <= pd.Timestamp(rule.supplied_until)
    table = rows[rows["standing"].isin(rule.standings) & in_time]
    facts = inventory.layers["supplies"].table.set_index("supply_id")
    paid = facts["paid_fen"].reindex(table["supply_id"]).to_numpy("float64", na_value=np.nan) / 100
    cost = np.where(np.isnan(paid), table["price_yuan"].to_numpy("float64"), paid)
    worth = appraised.reindex(table["supply_id"]).to_numpy("float64")
    price = {Basis.LOWER: np.minimum(cost, worth), Basis.APPRAISAL: worth, Basis.COST: cost}
    table = table.assign(
        cost_yuan=cost,
        appraised_yuan=worth,
        base_yuan=price[rule.price],
        rule=rule.id,
        source_status=rule.status.value,
    )
    return table[list(COLUMNS)].reset_index(drop=True)
