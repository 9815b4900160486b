"""Outlines and records that come apart: one raw layer of both, with the orphans of both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.errors import InputError, UsageError
from landgis.issues import IssueKind, Problem, where
from landgis.stations import RawLayer


class Joined(NamedTuple):
    """The layer of both and what found no partner."""

    raw: RawLayer
    problems: list[Problem]


def join_attributes(shapes: RawLayer, records: RawLayer, key: str) -> Joined:
    """Each outline with the record of the same ``key``, then the records without an outline.

    A column in both is the record's. An outline without a record keeps its own columns; a record
    without an outline has none. Rows are those of their own file. Raises ``UsageError`` where
    ``key`` is not a header of both, ``InputError`` where two records have one key.
    """
    for raw in (shapes, records):
        _must_have(raw, key)
    keys, known = shapes.table[key].str.strip(), records.table[key].str.strip()
    _must_be_unique(known, records, key)
    partner = pd.Index(known).get_indexer(pd.Index(keys))
    partner[(keys == "").to_numpy(bool)] = -1
    alone = np.setdiff1d(np.arange(len(known)), partner)
    table = _merged(shapes.table, records.table, partner, alone)
    orphans = np.arange(len(keys), len(keys) + len(alone))
    problems = [
        Problem(IssueKind.RECORD_MISSING, key, where(partner < 0), list(keys[partner < 0])),
        Problem(IssueKind.OUTLINE_MISSING, key, orphans, list(known.iloc[alone])),
    ]
    geometry = shapes.geometry
    if geometry is not None:
        geometry = np.concatenate([geometry, np.full(len(alone), None, dtype=object)])
    return Joined(replace(shapes, table=table, geometry=geometry), problems)


def _merged(
    shapes: pd.DataFrame,
    records: pd.DataFrame,
    partner: NDArray[np.intp],
    alone: NDArray[np.intp],
) -> pd.DataFrame:
    own = shapes[[c for c in shapes.columns if c not in records.columns]]
    index = np.concatenate([shapes.index.to_numpy(), records.index.to_numpy()[alone]])
    left = own.set_axis(range(len(own))).reindex(range(len(index))).fillna("")
    at = np.concatenate([partner, alone])
    right = records.set_axis(range(len(records))).reindex(at).fillna("").set_axis(range(len(at)))
    kept = shapes[[c for c in shapes.columns if c in records.columns]]
    lonely = np.flatnonzero(partner < 0)
    right.loc[lonely, kept.columns] = kept.iloc[lonely].to_numpy()
    return pd.concat([left, right], axis=1).set_axis(index)


def _must_have(raw: RawLayer, key: str) -> None:
    if key not in raw.table.columns:
        listed = ", ".join(map(str, raw.table.columns))
        raise UsageError(
            f"--key '{key}' is no column: it has {listed}.",
            f"--key 指定的“{key}”不是其中的列：现有 {listed}。",
            file=raw.source.name,
        )


def _must_be_unique(keys: pd.Series, raw: RawLayer, key: str) -> None:
    repeated = keys[keys.duplicated() & (keys != "")]
    if len(repeated):
        raise InputError(
            f"'{repeated.iloc[0]}' stands on several records: a key must name one of them.",
            f"“{repeated.iloc[0]}”出现在多条记录上：关联字段必须唯一。",
            file=raw.source.name,
            row=int(repeated.index[0]),
            column=key,
        )
