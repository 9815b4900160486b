"""Where two aligned tables differ, and their old and new values as people write them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.schema import Kind, LayerSchema
from landgis.stations import Geometries, Mask

Texts = NDArray[np.object_]


class Told(NamedTuple):
    """Of each row: names of the columns that differ, old and new values, and both languages."""

    columns: Texts
    before: Texts
    after: Texts
    en: Texts
    zh: Texts


def unlike(before: pd.Series, after: pd.Series) -> Mask:
    """Where two aligned columns do not say the same; empty is like empty."""
    a, b = before.reset_index(drop=True), after.reset_index(drop=True)
    same = (a == b).fillna(False).to_numpy(bool)
    return ~(same | (a.isna() & b.isna()).to_numpy(bool))


def moved(before: Geometries, after: Geometries) -> Mask:
    """Where two aligned polygons are not the same, point by point; none is like none."""
    none = shapely.is_missing(before) & shapely.is_missing(after)
    return np.asarray(~(none | shapely.equals_identical(before, after)))


def told(schema: LayerSchema, was: pd.DataFrame, now: pd.DataFrame, both: Mask) -> Told:
    """What differs: names of columns, old and new values, and both languages' words."""
    found = [np.full(len(both), "", dtype=object) for _ in range(5)]
    for column in schema.columns:
        differs = both & unlike(was[column.name], now[column.name])
        if not differs.any():
            continue
        old, new = texts(was[column.name], column.kind), texts(now[column.name], column.kind)
        said = (
            (np.full(len(both), column.name, dtype=object), ","),
            (column.name + "=" + old, ";"),
            (column.name + "=" + new, ";"),
            (f"{column.name} '" + old + "' -> '" + new + "'", ", "),
            (f"{column.zh}由“" + old + "”改为“" + new + "”", "，"),
        )
        found = [
            joined(there, more, differs, mark)
            for there, (more, mark) in zip(found, said, strict=True)
        ]
    return Told(*found)


def joined(there: Texts, more: Texts, where: Mask, mark: str) -> Texts:
    """``there`` and ``more`` with ``mark`` between, where it is said so."""
    first = there == ""
    return np.where(where, np.where(first, more, there + mark + more), there)


def texts(series: pd.Series, kind: Kind) -> Texts:
    """A column as people write it; empty where there is nothing."""
    nothing = series.isna().to_numpy()
    if kind is Kind.DATE:
        said = np.datetime_as_string(series.to_numpy("datetime64[D]")).astype(object)
    elif kind is Kind.FLAG:
        said = np.where(series.fillna(value=False).to_numpy(bool), "true", "false").astype(object)
    else:
        said = series.astype("str").to_numpy(object)
    return np.where(nothing, "", said)
