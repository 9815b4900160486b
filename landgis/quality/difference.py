"""What arrives against what is known: what would change, and what cannot be true beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.issues import IssueKind, Problem, where
from landgis.quality import identity
from landgis.quality.told import joined, moved, told, unlike
from landgis.schema import LayerSchema, Shape
from landgis.stations import Geometries, Layer, Mask

Places = NDArray[np.int64]
"""Positions in a table."""

COLUMNS = ("feature_id", "change", "columns", "before", "after")
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

    ``columns`` names what is not the same, ``before`` and ``after`` hold ``column=value``, each by
    semicolon. Columns: ``COLUMNS``. A row of a record table, which has no number, is the same if
    all of it is; in a full delivery one that takes the place of another of the same
    ``SAME_RECORD`` is changed.
    """
    if schema.identity is None:
        return _of_records(known.table, arriving.table, schema, full=full)
    new = arriving.table[schema.identity].astype("str")
    old = pd.Index(known.table[schema.identity].astype("str"))
    at = old.get_indexer(pd.Index(new))
    both = where(at >= 0)
    rows = _rows(new, "added")
    _tell(rows, both, known.table.iloc[at[both]], arriving.table.iloc[both], schema)
    gone = old[~old.isin(new)] if full else old[:0]
    return pd.concat([rows, _rows(gone.to_series(), "missing")], ignore_index=True)


def _rows(ids: pd.Series, change: str) -> pd.DataFrame:
    """Rows of one change, before anything is said of their columns."""
    empty = dict.fromkeys(COLUMNS[2:], "")
    return pd.DataFrame({"feature_id": ids.to_numpy(object), "change": change, **empty})


def _tell(
    rows: pd.DataFrame, at: Places, before: pd.DataFrame, after: pd.DataFrame, schema: LayerSchema
) -> None:
    """Say at ``at`` what changed from ``before`` to ``after``, which are aligned with it."""
    was, now = before.reset_index(drop=True), after.reset_index(drop=True)
    said = told(schema, was, now, np.ones(len(at), dtype=bool))
    columns, old, new = said.columns, said.before, said.after
    if schema.shape is not Shape.NONE:
        reshaped = moved(*(np.asarray(t["geometry"], dtype=object) for t in (was, now)))
        columns = joined(columns, np.full(len(at), "geometry", dtype=object), reshaped, ",")
        old, new = (joined(x, _areas(t), reshaped, ";") for x, t in ((old, was), (new, now)))
    columns = np.array([c.replace(",", ";") for c in columns], dtype=object)
    kinds = np.select([columns == "", columns == "geometry"], ["unchanged", "reshaped"], "changed")
    rows.loc[at, list(COLUMNS[1:])] = np.column_stack([kinds, columns, old, new])


def _areas(table: pd.DataFrame) -> NDArray[np.object_]:
    """The area of each outline in words: what its change comes to."""
    said = table["area_m2"].round(2)
    return ("area_m2=" + said.astype("str").where(said.notna(), "")).to_numpy(object)


def _of_records(
    known: pd.DataFrame, arriving: pd.DataFrame, schema: LayerSchema, *, full: bool
) -> pd.DataFrame:
    old, new = _counted(identity.contents(known)), _counted(identity.contents(arriving))
    rows = _rows(_hangs_on(arriving), "added")
    rows.loc[new.isin(old).to_numpy(bool), "change"] = "unchanged"
    gone = where(~old.isin(new).to_numpy(bool)) if full else where(np.zeros(len(old), dtype=bool))
    added = where((rows["change"] == "added").to_numpy(bool))
    before, after = _pairs(known, gone, arriving, added, schema)
    _tell(rows, after, known.iloc[before], arriving.iloc[after], schema)
    left = known.iloc[np.setdiff1d(gone, before)]
    return pd.concat([rows, _rows(_hangs_on(left), "missing")], ignore_index=True)


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


def shrinking(changes: pd.DataFrame, known: int) -> list[Problem]:
    """The alarm where a full delivery leaves out too much of what is known."""
    missing = int((changes["change"] == "missing").sum())
    if not known or missing / known <= SHRINKS:
        return []
    return [Problem(IssueKind.DELIVERY_SHRINKS, value=f"{missing} / {known}")]


def lost(
    known: Layer, arriving: Layer, given: Collection[str], schema: LayerSchema
) -> Counter[str]:
    """How often features that arrive would lose what is known of a column the file has not."""
    if schema.identity is None:
        return Counter()
    ids = pd.Index(known.table[schema.identity].astype("str"))
    at = ids.get_indexer(pd.Index(arriving.table[schema.identity].astype("str")))
    was, now = known.table.iloc[at[at >= 0]], arriving.table.iloc[where(at >= 0)]
    shaped = ["geometry"] if schema.shape is not Shape.NONE else []
    left_out = [n for n in (*schema.names, *shaped) if n not in given and n != schema.identity]
    return Counter({n: int((was[n].notna().to_numpy() & _unlike(was[n], now[n])).sum())
                    for n in left_out})  # fmt: skip


def _unlike(was: pd.Series, now: pd.Series) -> Mask:
    if was.name == "geometry":
        return now.isna().to_numpy(bool)
    return unlike(was, now)


def far_off(arriving: Layer, districts: Geometries) -> list[Problem]:
    """Features that lie far from every district: the last check of zone and axes."""
    if not len(districts) or not isinstance(arriving.table, gpd.GeoDataFrame):
        return []
    geoms = arriving.geometry
    near = np.zeros(len(geoms), dtype=bool)
    near[shapely.STRtree(districts).query(geoms, predicate="dwithin", distance=FAR_M)[0]] = True
    at = where(~near & ~shapely.is_missing(geoms))
    return [Problem(IssueKind.OUTSIDE_EXTENT, "geometry", at)] if len(at) else []
