"""Several files of one delivery: what repeats in a later one is numbered there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from landgis.issues import Problem, join, tell
from landgis.quality import identity
from landgis.schema import LayerSchema
from landgis.stations import Layer
from landgis.store import Delivery


def distinct(deliveries: list[Delivery], schema: LayerSchema) -> list[Delivery]:
    """Deliveries whose ids do not collide: what repeats in a later file is numbered there."""
    if schema.identity is None or len(deliveries) < 2:
        return deliveries
    ids = pd.concat([d.layer.table[schema.identity] for d in deliveries], ignore_index=True)
    if not ids.duplicated().any():
        return deliveries
    tables = [d.layer.table for d in deliveries]
    shapes = [np.asarray(t["geometry"], dtype=object) for t in tables if "geometry" in t]
    plain = [pd.DataFrame(t[list(schema.names)]) for t in tables]
    merged, problems = identity.distinct(
        pd.concat(plain, ignore_index=True), schema, np.concatenate(shapes) if shapes else None
    )
    return _renamed(deliveries, schema, merged, problems)


def _renamed(
    deliveries: list[Delivery], schema: LayerSchema, ids: pd.Series, problems: Sequence[Problem]
) -> list[Delivery]:
    """Each delivery with its part of ``ids`` and of ``problems``."""
    out, start = [], 0
    for d in deliveries:
        end = start + len(d.layer)
        own = ids.iloc[start:end].reset_index(drop=True)
        table = d.layer.table.assign(**{str(schema.identity): own})
        parts = [_slice(p, start, end) for p in problems]
        more = tell(
            parts,
            layer=schema.name,
            file=d.source.name,
            ids=own.to_numpy(object),
            rows=d.layer.rows,
            names=schema.zh_names,
        )
        layer = Layer(d.layer.name, table, d.layer.rows)
        out.append(replace(d, layer=layer, issues=join([d.issues, more])))
        start = end
    return out


def _slice(problem: Problem, start: int, end: int) -> Problem:
    at = np.asarray(problem.at, dtype=np.int64)
    kept = (at >= start) & (at < end)
    said = [v for v, k in zip(problem.value, kept, strict=True) if k]
    return Problem(problem.kind, problem.field, at[kept] - start, said)
