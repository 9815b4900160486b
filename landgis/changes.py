"""A layer as it was and as it is in; what was added, changed, reshaped and ended out, in words."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.quality.told import Texts, joined, moved, told
from landgis.schema import LayerSchema
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
    columns, old, new, en, zh = told(schema, was, now, both)
    reshaped = both & moved(shapes_were, shapes_are)
    columns = joined(columns, np.full(len(ids), "geometry", dtype=object), reshaped, ",")
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
    all_said = joined(said, shape, reshaped & (kinds != Change.RESHAPED.value), mark)
    words = np.array([_WORDS[kind][lang] for kind in kinds], dtype=object)
    all_said = np.where(all_said == "", words, words + colon + all_said)
    name = "“" + ids.to_numpy(object) + "”" if lang == "zh" else " '" + ids.to_numpy(object) + "' "
    return list(layer + name + all_said + stop)
