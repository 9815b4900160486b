"""Data problems as rows: the catalogue of kinds, each with severity, owner and sentence."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from landgis.terms import Owner, Severity

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


class Sentence(NamedTuple):
    """What a kind says: severity, who mends it, the sentence and the way out, en and zh.

    ``{value}`` and ``{field}`` are filled from the row.
    """

    severity: Severity
    owner: Owner
    en: str
    zh: str
    fix: str
    fix_zh: str


class IssueKind(Enum):
    """Every kind of data problem; the member's name in lower case is its code."""

    REQUIRED_MISSING = Sentence(
        Severity.ERROR,
        Owner.SUPPLIER,
        "{field} is empty but required",
        "必填字段 {field} 为空",
        "fill in {field} and deliver the row again",
        "补填 {field} 后重新提供该行",
    )

    @property
    def code(self) -> str:
        """The code used in files, in ``--accept`` and over HTTP."""
        return self.name.lower()


def empty() -> pd.DataFrame:
    """An issue table without rows."""
    return pd.DataFrame({c: pd.Series(dtype="int64" if c == "row" else "str") for c in COLUMNS})


def issue_rows(
    kind: IssueKind,
    *,
    layer: str,
    field: str = "",
    feature_id: Sequence[Any] | str = "",
    file: str = "",
    row: Sequence[int] | int = -1,
    value: Sequence[Any] | str = "",
) -> pd.DataFrame:
    """Issue rows of one ``kind``; sequences are aligned, plain values are repeated."""
    size = max(
        (len(x) for x in (feature_id, row, value) if not isinstance(x, str | int)), default=1
    )
    said = kind.value

    def spread(x: Any) -> list[Any]:
        return [x] * size if isinstance(x, str | int) else list(x)

    values = ["" if pd.isna(v) else str(v) for v in spread(value)]

    def fill(template: str) -> list[str]:
        return [template.format(value=v, field=field) for v in values]

    return pd.DataFrame(
        {
            "layer": layer,
            "feature_id": ["" if pd.isna(v) else str(v) for v in spread(feature_id)],
            "file": file,
            "row": np.asarray(spread(row), dtype="int64"),
            "field": field,
            "value": values,
            "kind": kind.code,
            "severity": said.severity.value,
            "owner": said.owner.value,
            "message": fill(said.en),
            "message_zh": fill(said.zh),
            "fix": fill(said.fix),
            "fix_zh": fill(said.fix_zh),
        },
        columns=list(COLUMNS),
    )


def join(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One issue table out of several, in the order given."""
    kept = [t for t in tables if len(t)]
    return pd.concat(kept, ignore_index=True) if kept else empty()
