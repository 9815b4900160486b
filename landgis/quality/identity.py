"""What a row is called: its number, else a hash of its content; repeats get ``-2``, ``-3``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import shapely

from landgis.issues import IssueKind, Problem, where
from landgis.schema import LayerSchema
from landgis.stations import Geometries

STAND_INS: Mapping[str, tuple[str, ...]] = {
    "supplies": ("contract_no", "parcel_code"),
    "approvals": ("doc_no",),
    "releases": ("doc_no",),
    "parks": ("name",),
}
"""Columns that may stand in for a missing number, in this order, where unique in the file."""

PREFIX = "id-"
DIGITS = 16


class Identity(NamedTuple):
    """The id of each row, unique in the table, and what was wrong."""

    ids: pd.Series
    problems: list[Problem]


def assign(table: pd.DataFrame, schema: LayerSchema, geometry: Geometries | None) -> Identity:
    """The ids of a typed table, the same for the same rows in any order and any format.

    A row without a number takes the first stand-in that no row of other content shares, else a
    hash of all its values and its outline to the centimetre. Rows of one id are numbered:
    ``duplicate_row`` where their content is the same, ``duplicate_id`` where it differs.
    """
    assert schema.identity is not None
    ids = table[schema.identity].copy()
    if ids.notna().all() and ids.is_unique:
        return Identity(ids, [])
    content = contents(table, geometry)
    shared = pd.Series(None, index=ids.index, dtype="str")
    for name in STAND_INS.get(schema.name, ()):
        own = table[name].where(_belongs_to_one_content(table[name], content))
        ids, shared = ids.fillna(own), shared.fillna(table[name])
    bare = ids.isna()
    ids = ids.fillna(PREFIX + content)
    known = (bare & shared.notna()).to_numpy(bool)
    unknown = (bare & shared.isna()).to_numpy(bool)
    made = [
        Problem(IssueKind.ID_FROM_CONTENT, schema.identity, where(unknown), list(ids[unknown])),
        Problem(IssueKind.NUMBER_SHARED, schema.identity, where(known), list(shared[known])),
    ]
    ids, repeats = _number(ids, content, schema.identity)
    return Identity(ids.astype("str"), [*made, *repeats])


def distinct(table: pd.DataFrame, schema: LayerSchema, geometry: Geometries | None) -> Identity:
    """Rows that have ids already, from several files, with repeated ids numbered apart."""
    assert schema.identity is not None
    return Identity(*_number(table[schema.identity], contents(table, geometry), schema.identity))


def repeated_rows(table: pd.DataFrame) -> list[Problem]:
    """Rows of a record table, which have no id, that repeat an earlier one word for word."""
    content = contents(table)
    place = content.groupby(content).cumcount().to_numpy() + 1
    at = where(place > 1)
    return [Problem(IssueKind.DUPLICATE_ROW, "", at, [f"{n}" for n in place[at]])]


def _belongs_to_one_content(numbers: pd.Series, content: pd.Series) -> pd.Series:
    """Where a number stands only on rows of the same content."""
    return content.groupby(numbers).transform("nunique") == 1


def contents(table: pd.DataFrame, geometry: Geometries | None = None) -> pd.Series:
    """A digest of what each row says: its filled columns by name, and its outline."""
    filled = table.loc[:, table.notna().any()]
    parts = [_spelt(filled[name], name) for name in sorted(filled.columns)]
    if geometry is not None:
        outline = shapely.to_wkt(shapely.normalize(geometry), rounding_precision=2)
        parts.append(["" if w is None else w for w in outline])
    rows = zip(*parts, strict=True) if parts else ((),) * len(table)
    said = ("\n".join(filter(None, row)) for row in rows)
    digests = [hashlib.sha256(text.encode()).hexdigest()[:DIGITS] for text in said]
    return pd.Series(digests, index=table.index, dtype="str")


def _spelt(column: pd.Series, name: str) -> list[str]:
    """``name=value`` for each filled cell; dates in ISO, flags in lower case."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    text = column.astype("str").where(column.notna(), "")
    return [f"{name}={v}" if v else "" for v in text.tolist()]


def _number(ids: pd.Series, content: pd.Series, field: str) -> tuple[pd.Series, list[Problem]]:
    """Ids made unique; which row keeps the plain one depends on content, not on row order."""
    if not ids.duplicated().any():
        return ids, []
    order = pd.DataFrame({"id": ids, "content": content}).sort_values(
        ["id", "content"], kind="stable"
    )
    place = order.groupby("id").cumcount().reindex(ids.index) + 1
    numbered = ids.where(place == 1, ids + "-" + place.astype("str"))
    later = place > 1
    same = order.duplicated(["id", "content"]).reindex(ids.index)
    problems = [
        Problem(kind, field, where(mask.to_numpy(bool)), list(numbered[mask]))
        for kind, mask in (
            (IssueKind.DUPLICATE_ROW, later & same),
            (IssueKind.DUPLICATE_ID, later & ~same),
        )
    ]
    numbered, more = _number(numbered, content, field)
    return numbered, [*problems, *more]
