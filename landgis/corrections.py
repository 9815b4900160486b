"""A person's correction: one more revision, and a lock that later imports meet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis import issues
from landgis.errors import NotFound, UsageError
from landgis.issues import IssueKind, Problem, tell
from landgis.measure import ellipsoidal_area_m2
from landgis.quality.cells import Reading, typed
from landgis.readers import headers
from landgis.rulebook import Rulebook
from landgis.schema import Kind, LayerSchema, layer_schema
from landgis.stations import Layer, Source
from landgis.store import Delivery, Revision, Store

UNITS = {Kind.AREA: "平方米", Kind.MONEY: "元"}
"""What a number without a unit means in a correction."""


GEOMETRY = "geometry"
"""The column of outlines; its lock holds the corrected one as WKB in hex."""
SAME_M = 1e-4
"""An outline that differs by less says the same."""


@dataclass(frozen=True)
class Lock:
    """A value that a person set: of one feature and column, in one revision."""

    feature_id: str
    column: str
    text: str
    rev: int


def correct(
    store: Store,
    layer: str,
    feature_id: str,
    values: Mapping[str, str],
    *,
    reason: str,
    author: str = "",
    command: str = "",
    outline: shapely.Geometry | None = None,
    rulebook: Rulebook | None = None,
) -> Revision:
    """Set columns of one feature to what their texts mean, as one revision that later imports keep.

    An empty text empties the column; ``outline``, in the CRS of the store, takes the place of the
    polygon; ``rulebook`` holds the rules under which it is made. Raises ``NotFound`` for no such
    feature, ``UsageError`` for a column that is not there or a text that is no value of it, and
    ``ChangedMeanwhile`` where another wrote since the feature was read.
    """
    schema = layer_schema(layer)
    head = store.head()
    known = store.layers(head, [layer])[layer]
    at = _place(known, schema, feature_id)
    table = known.table.iloc[[at]].reset_index(drop=True)
    for column, text in values.items():
        table[column] = _value(schema, column, text).to_numpy()
        table[column] = table[column].astype(known.table[column].dtype)
    if outline is not None:
        _reshape(table, np.array([0]), outline, store.crs)
        values = {**values, GEOMETRY: shapely.to_wkb(outline, hex=True)}
    content = "\n".join([layer, feature_id, *(f"{c}={t}" for c, t in values.items())])
    source = Source("correct", hashlib.sha256(content.encode()).hexdigest(), "correction")
    one = Layer(layer, table, np.array([-1], dtype=np.int64))
    return store.record(
        [Delivery(one, issues.empty(), source)],
        author=author,
        command=command,
        reason=reason,
        rulebook=rulebook,
        settings={"correction": {"feature_id": feature_id, "columns": dict(values)}},
        expected=head,
    )


def _reshape(
    table: pd.DataFrame, at: NDArray[np.intp], outline: shapely.Geometry, crs: int
) -> None:
    """Give the rows ``at`` the outline and its area."""
    shape = np.array([outline], dtype=object)
    shapes = np.asarray(table[GEOMETRY], dtype=object).copy()
    shapes[at] = shape
    table[GEOMETRY] = gpd.array.from_shapely(shapes, crs=crs)
    table.loc[table.index[at], "area_m2"] = ellipsoidal_area_m2(shape, crs)[0]


def _place(known: Layer, schema: LayerSchema, feature_id: str) -> int:
    if schema.identity is None:
        raise UsageError(
            f"rows of {schema.name} have no number: deliver the table again instead.",
            f"{schema.zh}没有编号：请重新提供该表。",
        )
    at = np.flatnonzero((known.table[schema.identity] == feature_id).to_numpy(bool))
    if not len(at):
        raise NotFound(
            f"there is no {schema.name} '{feature_id}' in the record: check the number.",
            f"数据库中没有{schema.zh}“{feature_id}”：请核对编号。",
        )
    return int(at[0])


def _value(schema: LayerSchema, column: str, text: str) -> pd.Series:
    """The one typed value that a text means."""
    if column not in schema.names or column == schema.identity:
        names = ", ".join(n for n in schema.names if n != schema.identity)
        raise UsageError(
            f"'{column}' cannot be corrected: use one of {names}.",
            f"不能更正“{column}”：可用 {names}。",
        )
    units = {c.name: UNITS[c.kind] for c in schema.columns if c.kind in UNITS}
    reading = Reading({column: column}, units, words=headers.words())
    cells = typed(pd.DataFrame({column: [text]}, dtype="str"), schema, reading)
    wrong = [p for p in cells.problems if p.field == column and p.at is not None and len(p.at)]
    if wrong and text:
        said = wrong[0].kind.value
        raise UsageError(
            f"{said.en.format(value=text, field=column)}: {said.fix.format(field=column)}.",
            f"{said.zh.format(value=text, field=column)}：{said.fix_zh.format(field=column)}。",
            column=column,
        )
    return cells.table[column]


def locks(revisions: Iterable[Revision], layer: str) -> list[Lock]:
    """What persons corrected in a layer; of several corrections of one value the last."""
    found: dict[tuple[str, str], Lock] = {}
    for revision in revisions:
        said: Mapping[str, Any] = revision.settings.get("correction", {})
        if revision.layer == layer and said:
            for column, text in said["columns"].items():
                key = str(said["feature_id"]), str(column)
                found[key] = Lock(*key, str(text), revision.rev)
    return list(found.values())


def keep(delivery: Delivery, held: Sequence[Lock], *, crs: int) -> Delivery:
    """``delivery`` with every locked value as it was corrected; disagreements are issues.

    ``crs`` is the working CRS, in which corrected outlines are kept.
    """
    schema = layer_schema(delivery.layer.name)
    table = delivery.layer.table.copy()
    problems = []
    for lock in held:
        at = np.flatnonzero((table[schema.identity] == lock.feature_id).to_numpy(bool))
        act = _keep_outline if lock.column == GEOMETRY else _keep_value
        problems += act(table, at, lock, schema, crs)
    if not problems:
        return delivery
    more = tell(
        problems,
        layer=schema.name,
        file=delivery.source.name,
        ids=table[schema.identity].to_numpy(object),
        rows=delivery.layer.rows,
        names=schema.zh_names,
    )
    layer = replace(delivery.layer, table=table)
    return replace(delivery, layer=layer, issues=issues.join([delivery.issues, more]))


def _keep_value(
    table: pd.DataFrame, at: NDArray[np.intp], lock: Lock, schema: LayerSchema, _crs: int
) -> list[Problem]:
    value = _value(schema, lock.column, lock.text).iloc[0]
    said = table[lock.column].iloc[at]
    other = at[~((said == value) | (said.isna() & pd.isna(value))).fillna(False).to_numpy(bool)]
    if not len(other):
        return []
    told = [f"{v} / {lock.text}" for v in table[lock.column].iloc[other]]
    table.loc[table.index[other], lock.column] = value
    return [Problem(IssueKind.CORRECTION_KEPT, lock.column, other, told)]


def _keep_outline(
    table: pd.DataFrame, at: NDArray[np.intp], lock: Lock, _schema: LayerSchema, crs: int
) -> list[Problem]:
    outline = shapely.from_wkb(lock.text)
    shapes = np.asarray(table[GEOMETRY], dtype=object)
    other = at[~shapely.equals_exact(shapes[at], outline, SAME_M, normalize=True)]
    if not len(other):
        return []
    area = float(ellipsoidal_area_m2(np.array([outline], dtype=object), crs)[0])
    told = [f"{v:.2f} m² / {area:.2f} m²" for v in table["area_m2"].iloc[other]]
    _reshape(table, other, outline, crs)
    return [Problem(IssueKind.CORRECTION_KEPT, GEOMETRY, other, told)]
