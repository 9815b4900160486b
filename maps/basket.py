"""Keys of features in; one table of them with their outlines, ready for any writer, out."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.covers import Links, Positions
from landgis.errors import NotFound
from landgis.measure import to_mu
from landgis.places import around
from landgis.schema import LAYERS
from landgis.stations import Inventory
from maps.cards import LAYERS_WITH_CARDS, TITLES

JUDGED = (
    "holder", "land_use", "supplied_on", "price_yuan", "standing", "due_on", "idle_since",
    "full_years", "outcome", "basis", "fee_yuan", "next_on", "next_outcome", "case_status",
)  # fmt: skip
"""What is said of supplies besides; empty for what is none."""

COLUMNS = ("layer", "feature_id", "name", "district", "park", "area_m2", "area_mu", *JUDGED)
"""The columns of a basket, before the geometry in the working CRS."""


def basket(inventory: Inventory, keys: Sequence[str]) -> gpd.GeoDataFrame:
    """One row a key ``layer:id``, in their order, with ``COLUMNS``.

    Raises ``NotFound`` for a key that is not on the map.
    """
    wanted = pd.DataFrame(
        [key.partition(":")[::2] for key in keys], columns=["layer", "feature_id"], dtype="str"
    )
    parts = [_of(inventory, layer, wanted) for layer in LAYERS_WITH_CARDS]
    table = pd.concat([part for part in parts if len(part)] or parts[:1])
    lost = wanted[~wanted.index.isin(table.index)]
    if len(lost):
        key = ":".join(lost.iloc[0])
        raise NotFound(
            f"there is no feature '{key}' on the map of {inventory.on}.",
            f"{inventory.on} 的图上没有要素“{key}”。",
        )
    return gpd.GeoDataFrame(table.sort_index(), geometry="geometry", crs=inventory.crs)


def _of(inventory: Inventory, layer: str, wanted: pd.DataFrame) -> pd.DataFrame:
    """The rows of one layer, by their place in the basket."""
    mine = wanted[wanted["layer"] == layer]
    table = inventory.layers[layer].table
    names = [table[column] for column in TITLES[layer]] or [table[LAYERS[layer].identity]]
    row = _rows(table[LAYERS[layer].identity], mine["feature_id"])
    mine, row = mine[row >= 0], row[row >= 0]
    found = pd.DataFrame(
        {
            "name": names[0].iloc[row].fillna("").to_numpy(object),
            "area_m2": table["area_m2"].to_numpy("float64")[row],
            "geometry": inventory.layers[layer].geometry_at(row),
        },
        index=mine.index,
    ).assign(**mine)
    found["area_mu"] = to_mu(found["area_m2"])
    places = _places(inventory, layer, row).set_axis(mine.index)
    supplies = inventory.assessment.supplies
    chosen = supplies[supplies["supply_id"].isin(mine["feature_id"])]
    ids = mine["feature_id"].where(mine["layer"] == "supplies")
    said = chosen.set_index("supply_id")[list(JUDGED)].reindex(ids).set_axis(mine.index)
    return found.join(places).join(said)[[*COLUMNS, "geometry"]]


def _rows(names: pd.Series[str], wanted: pd.Series[str]) -> Positions:
    """The row of each wanted name, -1 where there is none; no index is made of a million names."""
    there = np.flatnonzero(names.isin(wanted))
    found = pd.Index(names.iloc[there]).get_indexer(wanted)
    return np.append(there, -1)[found]


def _places(inventory: Inventory, layer: str, row: np.ndarray) -> pd.DataFrame:
    """District and park of some rows of a layer, in their order."""
    covers = inventory.covers
    links = covers.links[layer]
    place = pd.Index(row).get_indexer(links.row)
    own = links.where(place >= 0)
    lots = Links(own.plot, place[place >= 0].astype(np.int64), own.begin, own.end)
    return around(lots, len(row), covers.links, covers.area_m2, covers.layers)
