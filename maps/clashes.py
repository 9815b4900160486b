"""Contradictions between layers in; the card of each, by its place in the list, out."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from maps.cards import blank
from maps.layers import amount, lonlat, records

COLUMNS = ("kind", "layer_a", "feature_a", "layer_b", "feature_b", "from_on", "until_on", "days")


def clash_cards(found: gpd.GeoDataFrame, crs: int) -> dict[str, dict[str, Any]]:
    """One card for each row of ``conflicts``, with both features and since when they clash."""
    geoms = lonlat(np.asarray(found.geometry.values, dtype=object), crs)
    rows = records(found, [*COLUMNS, "document_a", "document_b", "area_m2", "declared_m2"])
    boxes = shapely.bounds(geoms)
    return {
        f"conflicts:{i}": _card(i, row, box)
        for i, (row, box) in enumerate(zip(rows, boxes, strict=True))
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
