"""What was cut as tables: pieces and slivers with their ids, areas and links, ordered by id."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.cut.boxes import boxed
from landgis.cut.features import ORDER
from landgis.cut.land import Cells, Land
from landgis.cut.runs import spread
from landgis.cut.touch import holds
from landgis.measure import ellipsoidal_area_m2
from landgis.schema import REFERENCE
from landgis.stations import Pieces


def pieces_of(land: Land, crs: int) -> Pieces:
    """The tables of what was cut."""
    return Pieces(
        *_tables(land, land.cells, crs), *_tables(land, _placed(land), crs), land.tolerance_m
    )


def _placed(land: Land) -> Cells:
    """Slivers that also know the districts and parks they lie in, by a point inside."""
    members = np.concatenate([land.of(ORDER.index(name)) for name in REFERENCE])
    point = shapely.point_on_surface(land.slivers.geometry)
    x, y = shapely.get_x(point), shapely.get_y(point)
    row, j = boxed(np.column_stack([x, y, x, y]), land.outlines.box[members])
    inside = holds(land.outlines, members[j], x[row], y[row])
    row, j = row[inside], j[inside]
    return Cells(land.slivers.shape, land.sets.grown(land.slivers.node, row, members[j]))


def _tables(land: Land, cells: Cells, crs: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The table of pieces ordered by id, and their links."""
    features = land.features
    nodes, back = np.unique(cells.node, return_inverse=True)
    row, feature = land.sets.links(nodes)
    names = np.array(ORDER, dtype=object)[features.layer] + ":" + features.feature_id
    said = names[feature].tolist()
    bounds = np.searchsorted(row, np.arange(len(nodes) + 1)).tolist()
    ids = np.array([_digest(said[a:b]) for a, b in pairwise(bounds)], dtype="U16")
    unique, first, same = np.unique(ids, return_index=True, return_inverse=True)
    shape = Cells(cells.shape, same[back]).united().geometry
    table = gpd.GeoDataFrame(
        {"piece_id": pd.Series(unique, dtype="str"), "area_m2": ellipsoidal_area_m2(shape, crs)},
        geometry=shape,
        crs=crs,
    )
    keep = first[same[row]] == row
    row, feature = same[row[keep]], feature[keep]
    order = np.lexsort((feature, row))
    row, feature = row[order], feature[order]
    links = pd.DataFrame(
        {
            "piece": row,
            "layer": pd.Series(np.array(ORDER)[features.layer[feature]], dtype="str"),
            "feature_id": pd.Series(features.feature_id[feature], dtype="str"),
        }
    )
    return table, links


def _digest(names: list[str]) -> str:
    """The id of a set: a hash of its ``layer:id`` lines, in the order of layers and ids."""
    return hashlib.blake2b("\n".join(names).encode(), digest_size=8).hexdigest()


def united(parts: list[Pieces]) -> Pieces:
    """Pieces of different land in one table, ordered by id."""
    return Pieces(
        *_ordered([p.table for p in parts], [p.links for p in parts]),
        *_ordered([p.slivers for p in parts], [p.sliver_links for p in parts]),
        parts[0].tolerance_m,
    )


def _ordered(
    tables: list[gpd.GeoDataFrame], links: list[pd.DataFrame]
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Tables and links one below the other, then ordered by id."""
    crs = tables[-1].crs
    table = pd.concat([t for t in tables if len(t)] or tables[-1:], ignore_index=True)
    link = pd.concat([k for k in links if len(k)] or links[-1:], ignore_index=True)
    order = np.argsort(table["piece_id"].to_numpy(dtype="U16"), kind="stable")
    count = np.concatenate(
        [np.bincount(k["piece"], minlength=len(t)) for t, k in zip(tables, links, strict=True)]
    )
    row, turn = spread(count[order])
    at = (np.cumsum(count) - count)[order][row] + turn
    link = link.take(at).assign(piece=row).reset_index(drop=True)
    table = gpd.GeoDataFrame(table.take(order).reset_index(drop=True), crs=crs)
    return table, link
