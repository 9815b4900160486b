"""What arrives against what is known: what would change, and what cannot be true beside it."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.issues import IssueKind, Problem, where
from landgis.quality import identity
from landgis.schema import LayerSchema, Shape
from landgis.stations import Geometries, Layer, Mask

Places = NDArray[np.int64]
"""Positions in a table."""

COLUMNS = ("feature_id", "change", "columns")
"""The columns of a difference: change is added, changed, reshaped, unchanged or missing."""

SHRINKS = 0.05
"""A full delivery that leaves out a greater share of what is known raises an alarm."""

FAR_M = 5_000.0
"""Land so far from every district of the record is not of this city: a wrong zone is 270 km."""


SAME_RECORD: Mapping[str, tuple[str, ...]] = {
    "amendments": ("supply_id", "signed_on"),
    "delays": ("supply_id", "scope", "cause", "from_on"),
    "holders": ("supply_id", "holder", "from_on"),
}
"""Columns by which people know a row of a record table again, which has no number."""


def difference(known: Layer, arriving: Layer, schema: LayerSchema, *, full: bool) -> pd.DataFrame:
    """One row a feature that arrives, and with ``full`` one for each that is missing.

    ``columns`` names what is not the same, by semicolon. Columns: ``COLUMNS``. A row of a record
    table, which has no number, is the same if all of it is; in a full delivery one that takes the
    place of another of the same ``SAME_RECORD`` is changed.
    """
    if schema.identity is None:
        return _of_records(known.table, arriving.table, schema, full=full)
    new = arriving.table[schema.identity].astype("str")
    old = pd.Index(known.table[schema.identity].astype("str"))
    at = old.get_indexer(pd.Index(new))
    both = where(at >= 0)
    before, after = known.table.iloc[at[both]], arriving.table.iloc[both]
    names = [n for n in schema.names if n != schema.identity]
    told = {n: unlike(before[n], after[n]) for n in names}
    if schema.shape is not Shape.NONE:
        told["geometry"] = moved(
            *(np.asarray(t["geometry"], dtype=object) for t in (before, after))
        )
    table = pd.DataFrame(told, index=both)
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


def _of_records(
    known: pd.DataFrame, arriving: pd.DataFrame, schema: LayerSchema, *, full: bool
) -> pd.DataFrame:
    old, new = _counted(identity.contents(known)), _counted(identity.contents(arriving))
    change = np.where(new.isin(old), "unchanged", "added").astype(object)
    columns = np.full(len(new), "", dtype=object)
    gone = where(~old.isin(new).to_numpy(bool)) if full else where(np.zeros(len(old), dtype=bool))
    before, after = _pairs(known, gone, arriving, where(change == "added"), schema)
    told = {n: unlike(known[n].iloc[before], arriving[n].iloc[after]) for n in schema.names}
    change[after], columns[after] = "changed", _named(pd.DataFrame(told))
    left = known.iloc[np.setdiff1d(gone, before)]
    rows = pd.DataFrame({"feature_id": _hangs_on(arriving), "change": change, "columns": columns})
    missing = pd.DataFrame({"feature_id": _hangs_on(left), "change": "missing", "columns": ""})
    return pd.concat([rows, missing], ignore_index=True)


def _counted(content: pd.Series) -> pd.Series:
    """Contents made distinct by a count, so that a repeat is a row of its own."""
    return content + "-" + content.groupby(content).cumcount().astype("str")


def _pairs(
    known: pd.DataFrame, gone: Places, arriving: pd.DataFrame, added: Places, schema: LayerSchema
) -> tuple[Places, Places]:
    """Which known row each arriving one takes the place of: the places of both."""
    keys = list(SAME_RECORD[schema.name])

    def marked(table: pd.DataFrame, at: Places) -> pd.DataFrame:
        own = table[keys].iloc[at].astype("str").assign(at=at)
        return own.assign(count=own.groupby(keys, dropna=False).cumcount())

    met = marked(known, gone).merge(marked(arriving, added), on=[*keys, "count"])
    return met["at_x"].to_numpy(np.int64), met["at_y"].to_numpy(np.int64)


def _hangs_on(table: pd.DataFrame) -> pd.Series:
    """The supply a record hangs on, or its scope."""
    ids = table["supply_id"]
    return ids.fillna(table["scope"]) if "scope" in table else ids


def left_beside(known: Layer, arriving: Layer, schema: LayerSchema) -> list[Problem]:
    """Records that would stand beside a known one of the same ``SAME_RECORD`` that says otherwise.

    Only a full delivery ends the known one; else both count.
    """
    old, new = _counted(identity.contents(known.table)), _counted(identity.contents(arriving.table))
    keys = list(SAME_RECORD[schema.name])
    kept = known.table[~old.isin(new)][keys].astype("str").drop_duplicates()
    mine = arriving.table[keys].astype("str").assign(at=np.arange(len(arriving)))
    met = mine[~new.isin(old).to_numpy(bool)].merge(kept, on=keys)
    at = met["at"].to_numpy(np.int64)
    return [Problem(IssueKind.RECORD_BESIDE, "", at)] if len(at) else []


def _named(told: pd.DataFrame) -> NDArray[np.object_]:
    """The names of the columns that hold in each row, by semicolon."""
    said = np.full(len(told), "", dtype=object)
    for name in told.columns:
        held = told[name].to_numpy(bool)
        said[held] = np.where(said[held] == "", name, said[held] + ";" + name)
    return said


def unlike(before: pd.Series, after: pd.Series) -> Mask:
    """Where two aligned columns do not say the same; empty is like empty."""
    a, b = before.reset_index(drop=True), after.reset_index(drop=True)
    same = (a == b).fillna(False).to_numpy(bool)
    return ~(same | (a.isna() & b.isna()).to_numpy(bool))


def moved(before: Geometries, after: Geometries) -> Mask:
    """Where two aligned polygons are not the same, point by point; none is like none."""
    none = shapely.is_missing(before) & shapely.is_missing(after)
    return np.asarray(~(none | shapely.equals_identical(before, after)))


def shrinking(changes: pd.DataFrame, known: int) -> list[Problem]:
    """The alarm where a full delivery leaves out too much of what is known."""
    missing = int((changes["change"] == "missing").sum())
    if not known or missing / known <= SHRINKS:
        return []
    return [Problem(IssueKind.DELIVERY_SHRINKS, value=f"{missing} / {known}")]


def far_off(arriving: Layer, districts: Geometries) -> list[Problem]:
    """Features that lie far from every district: the last check of zone and axes."""
    if not len(districts) or not isinstance(arriving.table, gpd.GeoDataFrame):
        return []
    geoms = arriving.geometry
    near = np.zeros(len(geoms), dtype=bool)
    near[shapely.STRtree(districts).query(geoms, predicate="dwithin", distance=FAR_M)[0]] = True
    at = where(~near & ~shapely.is_missing(geoms))
    return [Problem(IssueKind.OUTSIDE_EXTENT, "geometry", at)] if len(at) else []
