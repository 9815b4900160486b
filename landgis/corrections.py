"""A person's correction: one more revision, and a lock that later imports meet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from landgis import issues
from landgis.errors import NotFound, UsageError
from landgis.issues import IssueKind, Problem, tell
from landgis.quality.cells import Reading, typed
from landgis.readers import headers
from landgis.schema import Kind, LayerSchema, layer_schema
from landgis.stations import Layer, Source
from landgis.store import Delivery, Revision, Store

UNITS = {Kind.AREA: "平方米", Kind.MONEY: "元"}
"""What a number without a unit means in a correction."""


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
) -> Revision:
    """Set columns of one feature to what their texts mean, as one revision that later imports keep.

    An empty text empties the column. Raises ``NotFound`` for no such feature and ``UsageError``
    for a column that is not there or a text that is no value of it.
    """
    schema = layer_schema(layer)
    known = store.layers(store.head(), [layer])[layer]
    at = _place(known, schema, feature_id)
    table = known.table.iloc[[at]].reset_index(drop=True)
    for column, text in values.items():
        table[column] = _value(schema, column, text).to_numpy()
        table[column] = table[column].astype(known.table[column].dtype)
    content = "\n".join([layer, feature_id, *(f"{c}={t}" for c, t in values.items())])
    source = Source("correct", hashlib.sha256(content.encode()).hexdigest(), "correction")
    one = Layer(layer, table, np.array([-1], dtype=np.int64))
    return store.record(
        [Delivery(one, issues.empty(), source)],
        author=author,
        command=command,
        reason=reason,
        settings={"correction": {"feature_id": feature_id, "columns": dict(values)}},
    )


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


def keep(delivery: Delivery, held: Sequence[Lock]) -> Delivery:
    """``delivery`` with every locked value as it was corrected; disagreements are issues."""
    schema = layer_schema(delivery.layer.name)
    table = delivery.layer.table.copy()
    problems = []
    for lock in held:
        at = np.flatnonzero((table[schema.identity] == lock.feature_id).to_numpy(bool))
        value = _value(schema, lock.column, lock.text).iloc[0]
        said = table[lock.column].iloc[at]
        other = at[~((said == value) | (said.isna() & pd.isna(value))).fillna(False).to_numpy(bool)]
        if len(other):
            told = [f"{v} / {lock.text}" for v in table[lock.column].iloc[other]]
            problems.append(Problem(IssueKind.CORRECTION_KEPT, lock.column, other, told))
            table.loc[table.index[other], lock.column] = value
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
