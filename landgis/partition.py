"""Layers to pieces: all land covered by exactly the same set of features is one piece.

The result does not depend on the order of rows nor on how the work is split, and ``recut`` cuts
again only the land that changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.cut.features import stack
from landgis.cut.land import Land, efforts
from landgis.cut.renewal import Change, renewed
from landgis.cut.runs import Bools, Ints
from landgis.cut.tables import piece_ids, pieces_of, slivers_of, united
from landgis.measure import DEFAULT_CRS
from landgis.stations import Geometries, Layers, Patch, Pieces

TOLERANCE_M = 0.5
"""The width under which a contact between layers is digitising noise, unless told otherwise."""

CHUNK = 10_000
"""Features whose land is cut at a time, unless told otherwise; it bounds the memory."""

CUTTING = 0.8
"""The share of the work on a group that is cutting; making its tables is the rest."""

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
    return united(list(cut_parts(layers, tolerance_m, progress=progress, chunk=chunk)))


def cut_parts(
    layers: Layers,
    tolerance_m: float = TOLERANCE_M,
    *,
    progress: Callable[[float], None] | None = None,
    chunk: int = CHUNK,
    kept: MutableMapping[str, Pieces] | None = None,
    resumed: Callable[[int, int], None] | None = None,
) -> Iterator[Pieces]:
    """``cut`` neighbourhood by neighbourhood: each piece in one of the parts, in a fixed order.

    No more than ``THREADS`` parts are in work at a time, and one waits. What is ``kept`` under the
    mark of a neighbourhood is taken as it is, and what is cut is put there: a cut that was
    broken off goes on where it stopped. Then ``resumed`` is told once how many parts were kept,
    and of how many.
    """
    features = stack(layers)
    groups = _neighbourhoods(features.geometry, chunk)
    work = efforts(features)
    telling = _Telling(progress or (lambda _: None), float(work.sum()))
    told = (_crs(layers), tolerance_m)
    found = _Found(len(groups), resumed or (lambda _, __: None))

    tree = shapely.STRtree(features.geometry)

    def cut_one(owners: Ints, tell: Callable[[float], None]) -> Pieces:
        near = np.union1d(owners, tree.query(features.geometry[owners])[1])
        around, mine = features.take(near), np.isin(near, owners)
        mark = "" if kept is None else around.mark(mine, *told)
        if found.noted(kept is not None and mark in kept) and kept is not None:
            tell(1.0)
            return kept[mark]
        land = Land(around, mine, tolerance_m)
        land.cut(lambda share: tell(CUTTING * share))
        pieces = pieces_of(land, told[0])
        if kept is not None:
            kept[mark] = pieces
        tell(1.0)
        return pieces

    todo = deque((group, telling.of_one(float(work[group].sum()))) for group in groups)
    with ThreadPoolExecutor(THREADS) as pool:
        works: deque[Future[Pieces]] = deque()
        while todo or works:
            while todo and len(works) <= THREADS:  # one waits, so that no thread does
                works.append(pool.submit(cut_one, *todo.popleft()))
            yield works.popleft().result()


class _Found:
    """Counts the groups of ``size`` that were kept; tells it where the first is that was not."""

    def __init__(self, size: int, told: Callable[[int, int], None]) -> None:
        self._size, self._told, self._lock = size, told, Lock()
        self._kept, self._missing, self._is_told = 0, False, False

    def noted(self, was_kept: bool) -> bool:
        """Note whether one more was kept; says it again."""
        with self._lock:
            self._kept += was_kept
            self._missing |= not was_kept
            if self._kept and not self._is_told and (self._missing or self._kept == self._size):
                self._is_told = True
                self._told(self._kept, self._size)
        return was_kept


class _Telling:
    """Adds up what is done of several groups that are cut at the same time, ``work`` in all."""

    def __init__(self, told: Callable[[float], None], work: float) -> None:
        self._told, self._work = told, max(work, 1e-9)
        self._done, self._lock = 0.0, Lock()

    def of_one(self, work: float) -> Callable[[float], None]:
        """What one group, so much ``work``, calls with the share of it that is done."""
        before = 0.0

        def tell(share: float) -> None:
            nonlocal before
            with self._lock:
                self._done += work * (share - before)
                before = share
                self._told(min(1.0, round(self._done / self._work, 9)))

        return tell


def recut(change: Change, tolerance_m: float, crs: int) -> Patch:
    """What a change of the layers makes of their pieces: those that are not the same after it.

    Only land within reach of the change is cut, as it was and as it is now; the rest is neither
    read nor compared. Of the pieces that were, the ids are enough.
    """
    was, now = renewed(change, tolerance_m)
    made, (slivers, _) = pieces_of(now, crs), slivers_of(was, crs)
    gone = set(piece_ids(was)).difference(made.table["piece_id"])
    gone_slivers = set(slivers["piece_id"]).difference(made.slivers["piece_id"])
    # beside the change slivers are the same; not all districts and parks around them were asked for
    fresh = _some(made.slivers, made.sliver_links, _fresh(slivers, made.slivers))
    pieces = Pieces(made.table, made.links, *fresh, tolerance_m)
    return Patch(pieces, sorted(gone), sorted(gone_slivers))


def _fresh(was: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> Bools:
    """Which rows of ``now`` are new or have another outline."""
    at = pd.Index(was["piece_id"]).get_indexer(pd.Index(now["piece_id"]))
    fresh: Bools = np.asarray(at < 0, dtype=np.bool_)
    outline = np.asarray(now.geometry, dtype=object)
    before = np.asarray(was.geometry, dtype=object)[at[~fresh]]
    fresh[~fresh] = ~shapely.equals_exact(outline[~fresh], before, 0)
    return fresh


def _some(
    table: gpd.GeoDataFrame, links: pd.DataFrame, rows: Bools
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Some rows of a table and their links."""
    piece = links["piece"].to_numpy()
    kept = links[rows[piece]]
    return table[rows], kept.assign(piece=(np.cumsum(rows) - 1)[kept["piece"]])


def _neighbourhoods(shape: Geometries, chunk: int) -> list[Ints]:
    """The positions of the features in groups of about ``chunk``, near ones together.

    Several groups are as many for each thread, so that all end at about the same time.
    """
    count = max(1, -(-len(shape) // chunk))
    count += -count % THREADS if count > 1 else 0
    columns = int(np.ceil(np.sqrt(count)))
    x, y, *_ = shapely.bounds(shape).T
    column = np.argsort(np.argsort(x)) * columns // max(len(shape), 1)
    order = np.lexsort((y, column))
    return [np.sort(group) for group in np.array_split(order, count)]


def _crs(layers: Layers) -> int:
    """The working CRS that the layers are in."""
    for layer in layers.values():
        crs = getattr(layer.table, "crs", None)
        if crs is not None and crs.to_epsg():
            return int(crs.to_epsg())
    return DEFAULT_CRS
