"""A layer as it was and as it is in; what was added, changed, reshaped and ended out, in words."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.quality.difference import moved, unlike
from landgis.schema import Kind, LayerSchema
from landgis.stations import Geometries, Mask
from landgis.terms import Change

COLUMNS = (
    "change_id",
    "layer",
    "feature_id",
    "change",
    "columns",
    "before",
    "after",
    "message",
    "message_zh",
)
"""The columns of a list of changes; ``geometry`` follows, as it is, or as it was if it ended."""

Texts = NDArray[np.object_]


def differences(
    schema: LayerSchema, before: pd.DataFrame, after: pd.DataFrame, crs: int
) -> gpd.GeoDataFrame:
    """One row a feature that is not the same, ordered by change and id.

    Needs: two tables of one layer with the features that differ, ``feature_id`` first. ``columns``
    names what differs by commas, ``before`` and ``after`` hold ``column=value`` by semicolons.
    """
    was, now = before.set_index("feature_id"), after.set_index("feature_id")
    ids = now.index.union(was.index, sort=True)
    came, went = ~ids.isin(was.index), ~ids.isin(now.index)
    was, now = was.reindex(ids), now.reindex(ids)
    shapes_were, shapes_are = _shapes(was), _shapes(now)
    both = ~(came | went)
    columns, old, new, en, zh = _told(schema, was, now, both)
    reshaped = both & moved(shapes_were, shapes_are)
    columns = _joined(columns, np.full(len(ids), "geometry", dtype=object), reshaped, ",")
    kinds = _kinds(came, went, reshaped & (columns == "geometry"))
    table = pd.DataFrame(
        {
            "change_id": schema.name + "/" + ids.to_numpy(object),
            "layer": schema.name,
            "feature_id": ids.to_numpy(object),
            "change": kinds,
            "columns": columns,
            "before": old,
            "after": new,
            "message": _sentences(schema.name, ids, kinds, en, reshaped, "en"),
            "message_zh": _sentences(schema.zh, ids, kinds, zh, reshaped, "zh"),
        }
    )[list(COLUMNS)]
    shaped = gpd.GeoDataFrame(table, geometry=np.where(went, shapes_were, shapes_are), crs=crs)
    order = {change.value: place for place, change in enumerate(Change)}
    kept = shaped[(shaped["change"] != Change.CHANGED.value) | (shaped["columns"] != "")]
    return kept.sort_values(
        ["change", "feature_id"], key=lambda s: s.map(order) if s.name == "change" else s
    ).reset_index(drop=True)


def _shapes(table: pd.DataFrame) -> Geometries:
    if "geometry" not in table:
        return np.full(len(table), None, dtype=object)
    return np.asarray(table["geometry"], dtype=object)


def _told(
    schema: LayerSchema, was: pd.DataFrame, now: pd.DataFrame, both: Mask
) -> tuple[Texts, Texts, Texts, Texts, Texts]:
    """What differs: names of columns, old and new values, and both languages' words."""
    found = [np.full(len(both), "", dtype=object) for _ in range(5)]
    for column in schema.columns:
        differs = both & unlike(was[column.name], now[column.name])
        if not differs.any():
            continue
        old, new = _texts(was[column.name], column.kind), _texts(now[column.name], column.kind)
        said = (
            (np.full(len(both), column.name, dtype=object), ","),
            (column.name + "=" + old, ";"),
            (column.name + "=" + new, ";"),
            (f"{column.name} '" + old + "' -> '" + new + "'", ", "),
            (f"{column.zh}由“" + old + "”改为“" + new + "”", "，"),
        )
        found = [
            _joined(there, more, differs, mark)
            for there, (more, mark) in zip(found, said, strict=True)
        ]
    columns, before, after, en, zh = found
    return columns, before, after, en, zh


def _joined(there: Texts, more: Texts, where: Mask, mark: str) -> Texts:
    """``there`` and ``more`` with ``mark`` between, where it is said so."""
    first = there == ""
    return np.where(where, np.where(first, more, there + mark + more), there)


def _texts(series: pd.Series, kind: Kind) -> Texts:
    """A column as people write it; empty where there is nothing."""
    nothing = series.isna().to_numpy()
    if kind is Kind.DATE:
        said = np.datetime_as_string(series.to_numpy("datetime64[D]")).astype(object)
    elif kind is Kind.FLAG:
        said = np.where(series.fillna(value=False).to_numpy(bool), "true", "false").astype(object)
    else:
        said = series.astype("str").to_numpy(object)
    return np.where(nothing, "", said)


def _kinds(came: Mask, went: Mask, reshaped: Mask) -> Texts:
    masks = [came, went, reshaped]
    values = [Change.ADDED.value, Change.ENDED.value, Change.RESHAPED.value]
    return np.asarray(np.select(masks, values, Change.CHANGED.value), dtype=object)


_WORDS = {change.value: {"zh": change.zh, "en": change.en} for change in Change}
_SHAPE = {"zh": "图形改变", "en": "its polygon is another"}


def _sentences(
    layer: str, ids: pd.Index, kinds: Texts, said: Texts, reshaped: Mask, lang: str
) -> Sequence[str]:
    mark, colon, stop = ("，", "：", "。") if lang == "zh" else (", ", ": ", ".")
    shape = np.full(len(said), _SHAPE[lang], dtype=object)
    told = _joined(said, shape, reshaped & (kinds != Change.RESHAPED.value), mark)
    words = np.array([_WORDS[kind][lang] for kind in kinds], dtype=object)
    told = np.where(told == "", words, words + colon + told)
    name = "“" + ids.to_numpy(object) + "”" if lang == "zh" else " '" + ids.to_numpy(object) + "' "
    return list(layer + name + told + stop)
