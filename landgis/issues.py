"""Data problems as rows of one table; ``landgis.kinds`` says which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from landgis.kinds import IssueKind
from landgis.kinds.words import in_chinese, in_english
from landgis.sametext import same_text

__all__ = ["COLUMNS", "IssueKind", "Problem", "empty", "issue_rows", "join", "tell", "where"]

COLUMNS = (
    "layer",
    "feature_id",
    "file",
    "row",
    "field",
    "value",
    "kind",
    "severity",
    "owner",
    "message",
    "message_zh",
    "fix",
    "fix_zh",
)
"""The columns of an issue table; ``row`` is the row of the file, -1 where there is none."""


def empty() -> pd.DataFrame:
    """An issue table without rows."""
    return _empty().copy()


@cache
def _empty() -> pd.DataFrame:
    return pd.DataFrame({c: pd.Series(dtype="int64" if c == "row" else "str") for c in COLUMNS})


def issue_rows(
    kind: IssueKind,
    *,
    layer: str,
    field: str = "",
    field_zh: str = "",
    feature_id: Sequence[Any] | str = "",
    file: str = "",
    row: Sequence[int] | int = -1,
    value: Sequence[Any] | str = "",
) -> pd.DataFrame:
    """Issue rows of one ``kind``; sequences are aligned, plain values are repeated.

    ``field_zh`` is what the Chinese sentence calls ``field``.
    """
    size = max(
        (len(x) for x in (feature_id, row, value) if not isinstance(x, str | int)), default=1
    )
    said = kind.value
    said_values = _texts(value, size)
    values = None if isinstance(value, str) else said_values.dictionary_encode()

    def fill(template: str, name: str, *, zh: bool = False) -> Texts:
        worded = in_chinese if zh else in_english
        if values is None or "{value" not in template:
            only = worded(said, value) if isinstance(value, str) else value
            return same_text(template.format(value=only, field=name), size)
        quoted = values.dictionary.to_pylist()
        known = [template.format(value=worded(said, v), field=name) for v in quoted]
        return pa.array(known, pa.large_string()).take(values.indices)

    texts = {
        "layer": _texts(layer, size),
        "feature_id": _texts(feature_id, size),
        "file": _texts(file, size),
        "field": _texts(field, size),
        "value": said_values,
        "kind": _texts(kind.code, size),
        "severity": _texts(said.severity.value, size),
        "owner": _texts(said.owner.value, size),
        "message": fill(said.en, field),
        "message_zh": fill(said.zh, field_zh or field, zh=True),
        "fix": fill(said.fix, field),
        "fix_zh": fill(said.fix_zh, field_zh or field),
    }
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    columns: dict[str, Any] = {name: dtype.__from_arrow__(text) for name, text in texts.items()}
    columns["row"] = np.full(size, row) if isinstance(row, int) else np.asarray(row, "int64")
    return pd.DataFrame(columns, columns=list(COLUMNS))


Texts: TypeAlias = pa.Array | pa.ChunkedArray


def _texts(x: Any, size: int) -> Texts:
    """A plain value repeated, or a column as texts; empty where there is none."""
    if isinstance(x, str):
        return same_text(x, size)
    try:
        made = pa.array(x, pa.large_string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        made = pa.array(["" if pd.isna(v) else str(v) for v in x], pa.large_string())
    if isinstance(made, pa.ChunkedArray):
        made = made.combine_chunks()
    return made.fill_null("")


class Problem(NamedTuple):
    """Rows of one table with one kind of problem, before the rows have their ids.

    ``at`` are positions in the table, ``None`` for the table as a whole; ``value`` is one text
    for all of them or one each. ``row`` is the line of the file, or one each, where it is not
    that of the table's row.
    """

    kind: IssueKind
    field: str = ""
    at: NDArray[np.int64] | None = None
    value: Sequence[Any] | str = ""
    row: Sequence[int] | int | None = None


def where(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The positions at which ``mask`` holds, as a ``Problem`` wants them."""
    return np.flatnonzero(mask).astype(np.int64)


def tell(
    problems: Sequence[Problem],
    *,
    layer: str,
    file: str,
    ids: NDArray[Any],
    rows: NDArray[Any],
    names: Mapping[str, str],
) -> pd.DataFrame:
    """The issue table of ``problems``.

    ``ids`` and ``rows`` belong to the positions of the table; ``names`` are the Chinese names of
    its columns.
    """
    return join(
        [
            issue_rows(
                p.kind,
                layer=layer,
                field=p.field,
                field_zh="、".join(names.get(f, f) for f in p.field.split("|")),
                file=file,
                value=p.value,
                feature_id="" if p.at is None else ids[p.at].tolist(),
                row=_row(p, rows),
            )
            for p in problems
            if p.at is None or len(p.at)
        ]
    )


def _row(problem: Problem, rows: NDArray[Any]) -> list[int] | int:
    """The rows of the file a problem speaks of; -1 where it speaks of the whole."""
    if problem.row is not None:
        return problem.row if isinstance(problem.row, int) else list(problem.row)
    return -1 if problem.at is None else list(rows[problem.at].tolist())


def join(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One issue table out of several, in the order given."""
    kept = [t for t in tables if len(t)]
    return pd.concat(kept, ignore_index=True) if kept else empty()
