"""What was cut as tables: pieces and slivers with their ids, areas and links, ordered by id."""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.cut.boxes import boxed
from landgis.cut.features import ORDER, Features
from landgis.cut.land import Cells, Land
from landgis.cut.rings import Rings
from landgis.cut.runs import Floats, Ints, spread, summed
from landgis.cut.touch import MEETING, SHARING, WITHIN, holds, touching
from landgis.measure import ring_areas_m2
from landgis.schema import REFERENCE
from landgis.stations import Pieces


def pieces_of(land: Land, crs: int) -> Pieces:
    """The tables of what was cut."""
    return Pieces(*_tables(land, land.cells, crs), *slivers_of(land, crs), land.tolerance_m)


def slivers_of(land: Land, crs: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The table of slivers and their links."""
    return _tables(land, _placed(land), crs)


def piece_ids(land: Land) -> list[str]:
    """The ids of the pieces that ``pieces_of`` makes, in no order."""
    nodes, _ = land.sets.distinct(land.cells.node)
    row, feature = land.sets.links(nodes)
    ids = _ids(_lines(land.features, feature), row, len(nodes))
    return [str(name) for name in _hex(ids)]


def _placed(land: Land) -> Cells:
    """Slivers that also know the districts and parks they lie in, by a point inside."""
    shape, node = land.slivers.shape, land.slivers.node
    members = np.concatenate([land.of(ORDER.index(name)) for name in REFERENCE])
    row, j = boxed(shape.box, land.outlines.box[members])
    how = touching(shape, land.outlines, row, members[j])
    inside, asked = how == WITHIN, np.flatnonzero((how == MEETING) | (how == SHARING))
    point = shapely.point_on_surface(shape.take(row[asked]).polygons())
    x, y = shapely.get_x(point), shapely.get_y(point)
    inside[asked] = holds(land.outlines, members[j[asked]], x, y)
    return Cells(shape, land.sets.grown(node, row[inside], members[j[inside]]))


def _tables(land: Land, cells: Cells, crs: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The table of pieces ordered by id, and their links."""
    features = land.features
    nodes, of = land.sets.distinct(cells.node)
    row, feature = land.sets.links(nodes)
    ids = _ids(_lines(features, feature), row, len(nodes))
    order = np.argsort(ids)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    shape = Cells(cells.shape, rank[of]).united().shape
    table = gpd.GeoDataFrame(
        {"piece_id": pd.Series(_hex(ids[order]), dtype="str"), "area_m2": _area_m2(shape, crs)},
        geometry=shape.polygons(),
        crs=crs,
    )
    by = np.lexsort((feature, rank[row]))
    row, feature = rank[row][by], feature[by]
    links = pd.DataFrame(
        {
            "piece": row,
            "layer": pd.Series(np.array(ORDER)[features.layer[feature]], dtype="str"),
            "feature_id": pd.Series(features.feature_id[feature], dtype="str"),
        }
    )
    return table, links


def _lines(features: Features, chosen: Ints) -> list[bytes]:
    """What ``chosen`` features put into the ids of their sets."""
    used, back = np.unique(chosen, return_inverse=True)
    names = np.array(ORDER, dtype=object)[features.layer[used]] + ":" + features.feature_id[used]
    lines = np.array([None, *(name.encode() for name in names)], dtype=object)[1:]
    return list(lines[back])


def _ids(lines: list[bytes], row: Ints, size: int) -> NDArray[np.uint64]:
    """The id of each set: a hash of its ``layer:id`` lines, in the order of layers and ids.

    ``lines`` are those of all sets, ``row`` (sorted) says of which.
    """
    bounds = np.searchsorted(row, np.arange(size + 1)).tolist()
    hashed = (blake2b(b"\n".join(lines[a:b]), digest_size=8).digest() for a, b in pairwise(bounds))
    return np.frombuffer(b"".join(hashed), dtype=">u8").astype(np.uint64)


def _hex(ids: NDArray[np.uint64]) -> NDArray[np.str_]:
    """Ids as 16 hexadecimal digits."""
    return np.frombuffer(ids.astype(">u8").tobytes().hex().encode(), dtype="S16").astype("U16")


def _area_m2(shape: Rings, crs: int) -> Floats:
    """Area of polygons on the ellipsoid."""
    area = ring_areas_m2(*shape.coordinates(), crs)
    row, _ = spread(np.diff(shape.of))
    return summed(row, np.where(shape.shell, area, -area), len(shape))


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
