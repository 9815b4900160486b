"""What arrives against what is known: what would change, and what cannot be true beside it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.issues import IssueKind, Problem, where
from landgis.schema import LayerSchema, Shape
from landgis.stations import Geometries, Layer, Mask

COLUMNS = ("feature_id", "change", "columns")
"""The columns of a difference: change is added, changed, reshaped, unchanged or missing."""

SHRINKS = 0.05
"""A full delivery that leaves out a greater share of what is known raises an alarm."""

GCJ02_EAST_M, GCJ02_SOUTH_M = (350.0, 700.0), (-250.0, 100.0)
"""How far GCJ-02 lies east and south of the truth in Henan and its neighbours."""
GCJ02_SPREAD_M = 60.0
GCJ02_FEATURES = 3
"""So many features at least must be off by nearly the same."""

FAR_M = 5_000.0
"""Land so far from every district of the record is not of this city: a wrong zone is 270 km."""


def difference(known: Layer, arriving: Layer, schema: LayerSchema, *, full: bool) -> pd.DataFrame:
    """One row a feature that arrives, and with ``full`` one for each that is missing.

    ``columns`` names what is not the same, by semicolon. Columns: ``COLUMNS``.
    """
    assert schema.identity is not None
    new = arriving.table[schema.identity].astype("str")
    old = pd.Index(known.table[schema.identity].astype("str"))
    at = old.get_indexer(pd.Index(new))
    both = where(at >= 0)
    before, after = known.table.iloc[at[both]], arriving.table.iloc[both]
    names = [n for n in schema.names if n != schema.identity]
    unlike = {n: _unlike(before[n], after[n]) for n in names}
    if schema.shape is not Shape.NONE:
        unlike["geometry"] = _moved(before, after)
    table = pd.DataFrame(unlike, index=both)
    said = _named(table)
    change = np.full(len(new), "added", dtype=object)
    kinds = [said == "", said == "geometry"]
    change[both] = np.select(kinds, ["unchanged", "reshaped"], "changed")
    columns = np.full(len(new), "", dtype=object)
    columns[both] = said
    rows = pd.DataFrame({"feature_id": new.to_numpy(object), "change": change, "columns": columns})
    gone = old[~old.isin(new)] if full else old[:0]
    missing = pd.DataFrame({"feature_id": gone, "change": "missing", "columns": ""})
    return pd.concat([rows, missing], ignore_index=True)


def _named(unlike: pd.DataFrame) -> NDArray[np.object_]:
    """The names of the columns that hold in each row, by semicolon."""
    said = np.full(len(unlike), "", dtype=object)
    for name in unlike.columns:
        held = unlike[name].to_numpy(bool)
        said[held] = np.where(said[held] == "", name, said[held] + ";" + name)
    return said


def _unlike(before: pd.Series, after: pd.Series) -> Mask:
    a, b = before.reset_index(drop=True), after.reset_index(drop=True)
    same = (a == b).fillna(False).to_numpy(bool)
    return ~(same | (a.isna() & b.isna()).to_numpy(bool))


def _moved(before: pd.DataFrame, after: pd.DataFrame) -> Mask:
    a, b = (np.asarray(t["geometry"], dtype=object) for t in (before, after))
    none = shapely.is_missing(a) & shapely.is_missing(b)
    return np.asarray(~(none | shapely.equals_identical(a, b)))


def shrinking(changes: pd.DataFrame, known: int) -> list[Problem]:
    """The alarm where a full delivery leaves out too much of what is known."""
    missing = int((changes["change"] == "missing").sum())
    if not known or missing / known <= SHRINKS:
        return []
    return [Problem(IssueKind.DELIVERY_SHRINKS, value=f"{missing} / {known}")]


def drifting(known: Layer, arriving: Layer, identity: str) -> list[Problem]:
    """The measured offset, where features of the same number all lie off as GCJ-02 would."""
    pairs = _pairs(known, arriving, identity)
    if len(pairs) < GCJ02_FEATURES:
        return []
    east, north = np.median(pairs, axis=0)
    spread = float(np.median(np.abs(pairs - [east, north])))
    off = GCJ02_EAST_M[0] < east < GCJ02_EAST_M[1] and GCJ02_SOUTH_M[0] < north < GCJ02_SOUTH_M[1]
    if not off or spread > GCJ02_SPREAD_M:
        return []
    return [Problem(IssueKind.GCJ02_MEASURED, "geometry", value=f"{east:+.0f} m, {north:+.0f} m")]


def _pairs(known: Layer, arriving: Layer, identity: str) -> NDArray[np.float64]:
    """How far each feature's middle lies from that of the same number, in metres."""
    there = pd.Series(np.arange(len(known)), index=known.table[identity].astype("str"))
    at = there.reindex(arriving.table[identity].astype("str")).to_numpy(np.float64)
    both = where(~np.isnan(at))
    old = shapely.centroid(known.geometry[at[both].astype(np.intp)])
    new = shapely.centroid(arriving.geometry[both])
    apart = np.column_stack([shapely.get_x(new) - shapely.get_x(old),
                             shapely.get_y(new) - shapely.get_y(old)])  # fmt: skip
    return np.asarray(apart[np.isfinite(apart).all(axis=1)], dtype=np.float64)


def far_off(arriving: Layer, districts: Geometries) -> list[Problem]:
    """Features that lie far from every district: the last check of zone and axes."""
    if not len(districts) or not isinstance(arriving.table, gpd.GeoDataFrame):
        return []
    geoms = arriving.geometry
    near = np.zeros(len(geoms), dtype=bool)
    near[shapely.STRtree(districts).query(geoms, predicate="dwithin", distance=FAR_M)[0]] = True
    at = where(~near & ~shapely.is_missing(geoms))
    return [Problem(IssueKind.OUTSIDE_EXTENT, "geometry", at)] if len(at) else []
