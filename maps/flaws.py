"""The issues of an Inventory in; those that a map can show, by feature and as points, out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from landgis.schema import LAYERS, RECORDS
from landgis.stations import Inventory
from landgis.terms import Severity
from maps.cards import LAYERS_WITH_CARDS
from maps.layers import Features, collection, lonlat, records

MOST_FLAWS = 2_000
"""The gravest so many are listed; how many there are in all is said."""

COLUMNS = ("key", "kind", "severity", "layer", "file", "row", "message", "message_zh")


def flaws(inventory: Inventory) -> tuple[dict[str, Any], Features]:
    """The list (``total``, counts by severity, ``rows`` of ``COLUMNS``) and a point a feature."""
    table = inventory.issues
    layer = table["layer"].where(~table["layer"].isin(RECORDS), "supplies")
    key = (layer + ":" + table["feature_id"]).where(layer.isin(LAYERS_WITH_CARDS), "")
    ranks = {severity.value: rank for rank, severity in enumerate(Severity)}
    order = table["severity"].map(ranks).to_numpy("float64").argsort(kind="stable")
    listed = table.assign(key=key).iloc[order[:MOST_FLAWS]].reset_index(drop=True)
    said = {
        "total": len(table),
        "severities": {name: int((table["severity"] == name).sum()) for name in ranks},
        "rows": records(listed, COLUMNS),
    }
    return said, _points(inventory, listed)


def _points(inventory: Inventory, listed: pd.DataFrame) -> Features:
    """One point inside each feature that has issues, with their number and the gravest."""
    groups = listed[listed["key"] != ""].groupby("key", sort=False)
    first = groups[["severity"]].first().assign(count=groups.size()).reset_index()
    shapes = [_shapes(inventory, layer, first["key"]) for layer in LAYERS_WITH_CARDS]
    known = pd.concat(shapes) if shapes else pd.Series(dtype=object)
    first["inside"] = known.reindex(first["key"]).to_numpy(object)
    first = first[first["inside"].notna()].reset_index(drop=True)
    points = lonlat(np.asarray(first["inside"], dtype=object), inventory.crs)
    return collection(points, records(first, ("key", "severity", "count")))


def _shapes(inventory: Inventory, layer: str, keys: pd.Series[str]) -> pd.Series[Any]:
    """A point inside the outline of each wanted feature of a layer, by key."""
    drawn = inventory.layers[layer]
    named = layer + ":" + drawn.table[LAYERS[layer].identity]
    wanted = named.isin(keys).to_numpy(bool) & ~drawn.shapeless
    inside = shapely.point_on_surface(drawn.geometry_at(np.flatnonzero(wanted)))
    return pd.Series(inside, index=named[wanted], dtype=object)
