"""Lists of an Inventory in; what the map draws of them, one feature a parent and stage, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.conflicts import united
from landgis.covers import Links, day_number
from landgis.places import around
from landgis.schema import LAYERS
from landgis.stations import Geometries, Inventory
from landgis.stock import NAMES, PARENTS
from landgis.terms import Stage
from maps.layers import Features, collection, lonlat, records

MOST_FEATURES = 5_000
"""What a browser draws at once; more is merged, and the page says so."""

MERGED_TOLERANCE_M = 5.0
"""How far the outline of merged land may move."""

SETTLED: Mapping[Stage, str] = {Stage.USED: "supplies", Stage.RELEASED: "releases"}
"""The stages that are no stock and yet drawn, each by the features of a layer."""


LOTS = ("key", "stage", "name", "district", "park", "area_m2", "since_on")
"""What is known of land by stage: the card, the place, and for stock since when it waits."""

DRAWN = {
    "stock": ("key", "stage", "name", "count"),
    "idle": ("key", "name", "standing", "outcome", "count"),
    "conflicts": ("key", "conflict", "name", "count"),
}
"""What the features of the map say of themselves; ``count`` is there only where they are merged."""


@dataclass(frozen=True)
class Land:
    """Everything drawn: ``stock`` holds all stages; ``counts`` are of features before merging.

    ``merged`` is how many features there were, or None if each is drawn by itself. ``lots`` are
    the rows of ``LOTS`` behind ``stock``: unless merged, row i is the feature with the id i + 1.
    """

    lots: pd.DataFrame
    stock: Features
    idle: Features
    conflicts: Features
    counts: Mapping[Stage, int]
    merged: int | None


def land(
    inventory: Inventory, stock: gpd.GeoDataFrame, idle: gpd.GeoDataFrame, found: gpd.GeoDataFrame
) -> Land:
    """Stock, settled land, idle supplies and conflicts as features in longitude and latitude."""
    stages = pd.concat([_stock(inventory, stock), _settled(inventory)], ignore_index=True)
    counts = stages["stage"].value_counts()
    shown_idle, shown_found = _idle(idle), _conflicts(found)
    lots = pd.DataFrame(stages[list(LOTS)])
    total = len(stages) + len(idle) + len(found)
    if total > MOST_FEATURES:
        stages = merged(stages, ["stage", "district"])
        shown_idle = merged(shown_idle, ["standing", "outcome", "district"])
        shown_found = merged(shown_found, ["conflict"])
    return Land(
        lots=lots,
        stock=_features(stages, "stock", inventory.crs),
        idle=_features(shown_idle, "idle", inventory.crs),
        conflicts=_features(shown_found, "conflicts", inventory.crs),
        counts={stage: int(counts.get(stage.value, 0)) for stage in Stage},
        merged=total if total > MOST_FEATURES else None,
    )


def _stock(inventory: Inventory, stock: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    layer = _parent_layer(inventory, stock)
    columns = {
        "key": layer + ":" + stock["parent_id"],
        "name": stock["parent_name"],
        **{name: stock[name] for name in LOTS if name not in ("key", "name")},
    }
    return gpd.GeoDataFrame(columns, geometry=stock.geometry)


def _parent_layer(inventory: Inventory, stock: gpd.GeoDataFrame) -> pd.Series:
    """The layer of each parent: the first that may hold a stock of the stage and has the id."""
    layer = pd.Series("supplies", index=stock.index, dtype="str")
    for stage, names in PARENTS.items():
        for name in reversed(names):
            table = inventory.layers[name].table
            known = stock["parent_id"].isin(table[LAYERS[name].identity])
            layer[known & (stock["stage"] == stage.value)] = name
    return layer


def _settled(inventory: Inventory) -> gpd.GeoDataFrame:
    """Land that is used or released, by the earliest supply or release in force."""
    return pd.concat(
        [_of_stage(inventory, stage, layer) for stage, layer in SETTLED.items()],
        ignore_index=True,
    )


def _of_stage(inventory: Inventory, stage: Stage, layer: str) -> gpd.GeoDataFrame:
    covers, pieces = inventory.covers, inventory.pieces.table
    links = covers.links[layer].on(day_number(inventory.on))
    row = links.earliest(len(covers.area_m2))[: len(pieces)]
    piece = np.flatnonzero((inventory.stages["stage"] == stage.value).to_numpy(bool))
    piece = piece[np.argsort(row[piece], kind="stable")]
    row = row[piece]
    start = np.flatnonzero(np.append(True, row[1:] != row[:-1])[: len(row)])
    shapes = united(inventory.pieces.geometry_at(piece), start)
    area = pieces["area_m2"].to_numpy()[piece]
    group = np.searchsorted(start, np.arange(len(piece)), side="right") - 1
    empty = np.zeros(len(piece), np.int32)
    places = around(
        Links(piece, group, empty, empty), len(start), covers.links, covers.area_m2, covers.layers
    )
    columns = _said(inventory, layer, row[start]) | {
        "stage": stage.value,
        "area_m2": np.add.reduceat(area, start) if len(start) else area,
        **{name: places[name] for name in places},
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=inventory.pieces.crs)


def _said(inventory: Inventory, layer: str, row: Any) -> dict[str, Any]:
    """Key and name of features by row; a row of -1 has no feature, so no card."""
    table, identity = inventory.layers[layer].table, LAYERS[layer].identity
    first, *others = NAMES.get(layer, (identity,))
    names = reduce(lambda said, column: said.fillna(table[column]), others, table[first])
    ids = pd.Series(np.append(table[identity].to_numpy(object), None)[row], dtype="str")
    return {
        "key": (layer + ":" + ids).fillna(""),
        "name": np.append(names.fillna("").to_numpy(object), "")[row],
    }


def _idle(idle: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = {
        "key": "supplies:" + idle["supply_id"],
        "name": idle["project_name"].fillna(""),
        **{name: idle[name] for name in ("standing", "outcome", "district", "area_m2")},
    }
    drawn = gpd.GeoDataFrame(columns, geometry=idle.geometry)
    return drawn[idle.geometry.notna()].reset_index(drop=True)


def _conflicts(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = {
        "key": "conflicts:" + found.index.astype(str),
        "conflict": found["kind"],
        "name": found["feature_a"],
        "area_m2": found["area_m2"],
    }
    return gpd.GeoDataFrame(columns, geometry=found.geometry)


def conflict_features(found: gpd.GeoDataFrame, crs: int) -> Features:
    """Contradictions as features of the map, each with the key of its card."""
    return _features(_conflicts(found), "conflicts", crs)


def _features(table: gpd.GeoDataFrame, name: str, crs: int) -> Features:
    columns = [column for column in DRAWN[name] if column in table]
    geoms = lonlat(np.asarray(table.geometry.values, dtype=object), crs)
    return collection(geoms, records(table, columns))


def merged(table: gpd.GeoDataFrame, by: Sequence[str]) -> gpd.GeoDataFrame:
    """One row for each value of ``by``: parts collected and simplified, ``count`` and area added.

    The parts hardly overlap, so that collecting them is enough and nothing has to be united.
    """
    groups = table.groupby(list(by), sort=True, observed=True, dropna=False)
    rows = groups.agg(count=("area_m2", "size"), area_m2=("area_m2", "sum")).reset_index()
    shapes = _collected(table.geometry.values, groups.ngroup().to_numpy())
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=table.crs)


def _collected(geoms: Geometries, group: Any) -> Geometries:
    """One MultiPolygon for each group 0..n-1 of polygons, simplified."""
    plain = shapely.simplify(np.asarray(geoms, dtype=object), MERGED_TOLERANCE_M)
    parts, owner = shapely.get_parts(plain, return_index=True)
    order = np.argsort(group[owner], kind="stable")
    return np.asarray(
        shapely.multipolygons(parts[order], indices=group[owner][order]), dtype=object
    )
