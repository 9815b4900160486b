"""Layers to pieces: all land covered by exactly the same set of features is one piece.

The result does not depend on the order of rows nor on how the work is split, and ``recut`` cuts
again only the land that changed.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.cut.contacts import meeting
from landgis.cut.features import ORDER, Features, stack
from landgis.cut.land import Cells, Land
from landgis.cut.runs import Bools, Ints, opens, spread
from landgis.cut.sets import mixed
from landgis.measure import DEFAULT_CRS, ellipsoidal_area_m2
from landgis.schema import DATED, REFERENCE
from landgis.stations import Geometries, Layers, Pieces

TOLERANCE_M = 0.5
"""The width under which a contact between layers is digitising noise, unless told otherwise."""

REACH_M = 0.01
"""Features nearer than this to a change may be cut otherwise than before."""

CHUNK = 10_000
"""Features whose land is cut at a time, unless told otherwise; it bounds the memory."""

THREADS = 2
"""Groups of features that are cut side by side: numpy and GEOS let go of the interpreter."""


def cut(
    layers: Layers,
    *,
    tolerance_m: float = TOLERANCE_M,
    progress: Callable[[float], None] | None = None,
    chunk: int = CHUNK,
) -> Pieces:
    """Cut all dated and reference layers into pieces, whatever their dates.

    ``progress`` is told the share done, 0 to 1. Pieces come ordered by ``piece_id``. The land of
    about ``chunk`` features is cut at a time; the result does not depend on it.
    """
    return _united(list(cut_parts(layers, tolerance_m, progress=progress, chunk=chunk)))


def cut_parts(
    layers: Layers,
    tolerance_m: float = TOLERANCE_M,
    *,
    progress: Callable[[float], None] | None = None,
    chunk: int = CHUNK,
    kept: MutableMapping[str, Pieces] | None = None,
) -> Iterator[Pieces]:
    """``cut`` neighbourhood by neighbourhood: each piece in one of the parts, in a fixed order.

    No more than ``THREADS`` parts are in work or waiting at a time. What is ``kept`` under the
    mark of a neighbourhood is taken as it is, and what is cut is put there: a cut that was
    broken off goes on where it stopped.
    """
    features = stack(layers)
    groups = _neighbourhoods(features.geometry, chunk)
    telling = _Telling(progress or (lambda _: None), len(groups))
    told = (_crs(layers), tolerance_m)

    tree = shapely.STRtree(features.geometry)

    def cut_one(owners: Ints, tell: Callable[[float], None]) -> Pieces:
        near = np.union1d(owners, tree.query(features.geometry[owners])[1])
        around, mine = features.take(near), np.isin(near, owners)
        mark = "" if kept is None else around.mark(mine, *told)
        if kept is not None and mark in kept:
            tell(1.0)
            return kept[mark]
        # the geometry of a group is a copy of its own: prepared geometry must not be shared
        land = Land(around.oriented(), mine, tolerance_m)
        land.cut(tell)
        pieces = _pieces(land, told[0])
        if kept is not None:
            kept[mark] = pieces
        return pieces

    with ThreadPoolExecutor(THREADS) as pool:
        works = deque(pool.submit(cut_one, g, telling.of_one()) for g in groups[:THREADS])
        for group in [*groups[THREADS:], *[None] * len(works)]:
            yield works.popleft().result()
            if group is not None:
                works.append(pool.submit(cut_one, group, telling.of_one()))


class _Telling:
    """Adds up the shares done of several groups that are cut at the same time."""

    def __init__(self, told: Callable[[float], None], groups: int) -> None:
        self._told, self._groups = told, groups
        self._done, self._lock = 0.0, Lock()

    def of_one(self) -> Callable[[float], None]:
        """What one group calls with the share of it that is done."""
        before = 0.0

        def tell(share: float) -> None:
            nonlocal before
            with self._lock:
                self._done += share - before
                before = share
                self._told(min(1.0, self._done / self._groups))

        return tell


def recut(before: Pieces, layers: Layers, touched: Geometries) -> Pieces:
    """``cut(layers)`` made from the pieces ``before`` and the land that changed since.

    ``touched`` holds every geometry that was added, changed or ended, old and new. Only cells
    of features within reach of it are cut again.
    """
    features = stack(layers)
    touched = touched[~shapely.is_missing(touched)]
    tree = shapely.STRtree(features.geometry)
    affected = np.zeros(len(features), dtype=np.bool_)
    affected[tree.query(touched, predicate="dwithin", distance=REACH_M)[1]] = True
    dated = affected & (features.layer < len(DATED))
    # whatever owns land that may change lies in one of these boxes
    changing = np.concatenate([features.geometry[dated], touched])
    near = affected.copy()
    near[tree.query(changing)[1]] = True
    around = features.take(near)

    since = _since(features.take(affected), touched)
    land = Land(around.oriented(), affected[near], before.tolerance_m, touched, since)
    land.cut(lambda _: None)

    stays = features.take(near & ~affected)
    links, kept = _owned(before.links, _boxed(before.table, changing), stays)
    marks = _marks(links, ~kept, around, since)
    for mark, spared in zip(marks, land.spared, strict=True):
        kept |= (mark > 0) & np.isin(mark, spared)
    _, slivers = _owned(before.sliver_links, _boxed(before.slivers, changing), stays)
    old = Pieces(
        *_some(before.table, before.links, kept),
        *_some(before.slivers, before.sliver_links, slivers),
        before.tolerance_m,
    )
    return _united([old, _pieces(land, _crs(layers))])


def _neighbourhoods(shape: Geometries, chunk: int) -> list[Ints]:
    """The positions of the features in groups of about ``chunk``, near ones together."""
    count = max(1, -(-len(shape) // chunk))
    columns = int(np.ceil(np.sqrt(count)))
    x, y, *_ = shapely.bounds(shape).T
    column = np.argsort(np.argsort(x)) * columns // max(len(shape), 1)
    order = np.lexsort((y, column))
    return [np.sort(group) for group in np.array_split(order, count)]


# -- renewal ----------------------------------------------------------------------------------


def _boxed(land: gpd.GeoDataFrame, shape: Geometries) -> Bools:
    """The parts whose box meets the box of a ``shape``."""
    out = np.zeros(len(land), dtype=np.bool_)
    found = shapely.STRtree(shape).query(np.asarray(land.geometry, dtype=object))
    out[found[0]] = True
    return out


def _owned(links: pd.DataFrame, asked: Bools, owners: Features) -> tuple[pd.DataFrame, Bools]:
    """The links of the parts ``asked``; and the others with those first covered by ``owners``."""
    links = links[asked[links["piece"].to_numpy()]]
    piece, rank = links["piece"].to_numpy(), _ranks(links)
    least = np.full(len(asked), len(ORDER))
    np.minimum.at(least, piece, rank)
    head = np.flatnonzero(rank == least[piece])
    head = head[opens(piece[head])]
    out = ~asked
    out[piece[head]] = _positions(owners, rank[head], links["feature_id"].take(head)) >= 0
    return links, out


def _ranks(links: pd.DataFrame) -> Ints:
    """The rank of the layer of each link."""
    code, names = pd.factorize(links["layer"])
    return np.array([ORDER.index(n) for n in names] or [0])[code]


def _positions(features: Features, rank: Ints, ids: pd.Series) -> Ints:
    """The position among ``features`` of each layer rank and id; -1 if it is not there."""
    out = np.full(len(rank), -1)
    names = ids.to_numpy(dtype=object)
    for layer in np.unique(rank):
        members, rows = np.flatnonzero(features.layer == layer), np.flatnonzero(rank == layer)
        known = pd.Index(features.feature_id[members], dtype=object)
        found = known.get_indexer(pd.Index(names[rows], dtype=object))
        out[rows] = np.where(found >= 0, members[found] if len(members) else -1, -1)
    return out


def _since(features: Features, touched: Geometries) -> int:
    """The first layer that changed if ``touched`` are all features there are now, else 0."""
    now = pd.Index(shapely.to_wkb(features.geometry))
    wanted = pd.Index(shapely.to_wkb(touched))
    known = wanted.isin(now).all() and len(wanted)
    return int(features.layer[now.isin(wanted)].min()) if known else 0


def _marks(
    links: pd.DataFrame, asked: Bools, features: Features, since: int
) -> list[NDArray[np.uint64]]:
    """For layer ranks before ``since`` the marks of the pieces ``asked`` without later features.

    0 where one of these is not among ``features``.
    """
    if not since:
        return []
    own = links[asked[links["piece"]]]
    piece, rank = own["piece"].to_numpy(), _ranks(own)
    at = _positions(features, rank, own["feature_id"])
    mark, gone = np.zeros(len(asked), dtype=np.uint64), np.zeros(len(asked), dtype=np.bool_)
    out = []
    for layer in range(since):
        now = rank == layer
        np.add.at(mark, piece[now], mixed(at[now]))
        gone[piece[now & (at < 0)]] = True
        out.append(np.where(gone, np.uint64(0), mark))
    return out


def _some(
    table: gpd.GeoDataFrame, links: pd.DataFrame, rows: Bools
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Some rows of a table and their links."""
    piece = links["piece"].to_numpy()
    kept = links[rows[piece]]
    return table[rows], kept.assign(piece=(np.cumsum(rows) - 1)[kept["piece"]])


def _united(parts: list[Pieces]) -> Pieces:
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


# -- tables -----------------------------------------------------------------------------------


def _pieces(land: Land, crs: int) -> Pieces:
    """The tables of what was cut."""
    return Pieces(
        *_tables(land, land.cells, crs), *_tables(land, _placed(land), crs), land.tolerance_m
    )


def _placed(land: Land) -> Cells:
    """Slivers that also know the districts and parks they lie in, by a point inside."""
    members = np.concatenate([land.features.of(name) for name in REFERENCE])
    point = shapely.point_on_surface(land.slivers.geometry)
    row, j = meeting(land.features.geometry[members], point)
    return Cells(land.slivers.geometry, land.sets.grown(land.slivers.node, row, members[j]))


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
    shape = Cells(cells.geometry, same[back]).united().geometry
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


def _crs(layers: Layers) -> int:
    """The working CRS that the layers are in."""
    for layer in layers.values():
        crs = getattr(layer.table, "crs", None)
        if crs is not None and crs.to_epsg():
            return int(crs.to_epsg())
    return DEFAULT_CRS
