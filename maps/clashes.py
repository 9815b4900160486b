"""Contradictions between layers in; the card of each, by its place in the list, out."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from landgis.conflicts import conflicts
from landgis.stations import Inventory
from maps.cards import blank
from maps.land import conflict_features
from maps.layers import amount, lonlat, records

COLUMNS = ("kind", "layer_a", "feature_a", "layer_b", "feature_b", "from_on", "until_on", "days")

MOST_CLASHES = 100
"""The largest so many of each kind are drawn and listed of a large city; all are counted."""


def clash_cards(found: gpd.GeoDataFrame, crs: int) -> dict[str, dict[str, Any]]:
    """One card for each row of ``conflicts``, with both features and since when they clash.

    The index names the cards.
    """
    geoms = lonlat(np.asarray(found.geometry.values, dtype=object), crs)
    rows = records(found, [*COLUMNS, "document_a", "document_b", "area_m2", "declared_m2"])
    boxes = shapely.bounds(geoms)
    return {
        f"conflicts:{i}": _card(i, row, box)
        for i, row, box in zip(found.index, rows, boxes, strict=True)
    }


def gravest(inventory: Inventory) -> dict[str, Any]:
    """The contradictions of a date: sums of all and by kind; layer and cards of the largest."""
    found = conflicts(inventory.covers, inventory.on)
    area = found["area_m2"].astype("float64")
    groups = area.groupby(found["kind"], sort=False)
    kinds = [
        {"conflict": kind, "count": len(rows), "area": amount(rows.sum())} for kind, rows in groups
    ]
    falling = area.sort_values(ascending=False, kind="stable").index
    largest = found.loc[falling].groupby("kind", sort=False).head(MOST_CLASHES)
    return {
        "count": len(found),
        "area": amount(area.sum()),
        "kinds": kinds,
        "layer": conflict_features(largest, inventory.crs),
        "cards": clash_cards(largest, inventory.crs),
    }


def _card(number: int, row: dict[str, Any], box: Any) -> dict[str, Any]:
    sides = [side for side in "ab" if row[f"feature_{side}"]]
    documents = [row[f"document_{side}"] for side in sides if row[f"document_{side}"]]
    facts = [["area_m2", "area", amount(row["area_m2"])], ["days", "days", int(row["days"])]]
    if row["declared_m2"] is not None:
        facts.append(["declared_area_m2", "area", amount(row["declared_m2"])])
    return blank("conflicts", str(number), "", box) | {
        "badges": [f"conflict.{row['kind']}"],
        "facts": facts + [["doc_no", "text", document] for document in documents],
        "dates": [[n, "day", row[n]] for n in ("from_on", "until_on") if row[n] is not None],
        "sides": [f"{row[f'layer_{side}']}:{row[f'feature_{side}']}" for side in sides],
    }
