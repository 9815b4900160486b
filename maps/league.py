"""An Inventory in; districts and parks side by side, with how their stock came about, out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from landgis.ledger import AREAS, Book, By, open_book
from landgis.stations import Inventory
from landgis.terms import STOCK_STAGES, LedgerRow
from maps.layers import records

YEARS = 10
"""How many years before the date the small multiples go back."""

SHOWN = ("key", "name", "approved_m2", *AREAS.values(), "stock_m2", "idle_m2", "idle_count")
"""The columns of a row of the league."""

KINDS: Mapping[By, str] = {By.DISTRICT: "district", By.PARK: "park"}
"""The columns of the list of idle parcels that name the places of a league."""


def league(inventory: Inventory, idle: pd.DataFrame) -> dict[str, Any]:
    """For districts and parks: rows of ``SHOWN``, the dates, and the stock of every row on each.

    Areas are those of the ledger; an idle parcel counts in each park that it lies in.
    """
    days = [_years_before(inventory.on, n) for n in range(YEARS, -1, -1)]
    return {"days": [day.isoformat() for day in days]} | {
        by.value: _rows(open_book(inventory.covers, by), days, idle, column)
        for by, column in KINDS.items()
    }


def _years_before(on: date, years: int) -> date:
    year = max(on.year - years, date.min.year)
    return date(year, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)


def _rows(book: Book, days: list[date], idle: pd.DataFrame, column: str) -> list[dict[str, Any]]:
    stocks = [_stock(book.page(day)) for day in days]
    page = book.page(days[-1])
    page = page[~page["key"].isin([LedgerRow.OVERLAP, LedgerRow.TOTAL, LedgerRow.OUTSIDE])]
    waiting = _idle_by(idle, column).reindex(page["name"]).fillna(0)
    page = page.assign(
        stock_m2=stocks[-1].reindex(page["key"]).to_numpy(),
        idle_m2=waiting["area_m2"].to_numpy("float64"),
        idle_count=waiting["idle_count"].to_numpy("int64"),
    )
    past = pd.concat(stocks, axis=1).reindex(page["key"]).fillna(0.0).round(2)
    rows = records(page.reset_index(drop=True), SHOWN)
    return [row | {"past": line} for row, line in zip(rows, past.to_numpy().tolist(), strict=True)]


def _stock(page: pd.DataFrame) -> pd.Series[float]:
    return page.set_index("key")[[AREAS[stage] for stage in STOCK_STAGES]].sum(axis=1)


def _idle_by(idle: pd.DataFrame, column: str) -> pd.DataFrame:
    table = pd.DataFrame({"place": idle[column].str.split(";"), "area_m2": idle["area_m2"]})
    groups = table.explode("place").groupby("place")["area_m2"]
    return pd.DataFrame({"area_m2": groups.sum(), "idle_count": groups.size()})
