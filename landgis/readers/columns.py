"""Typed columns of an Arrow table as text: nothing is rounded, an empty cell is ``""``."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from landgis.readers.text import distinct

Texts: TypeAlias = NDArray[np.object_]


def as_text(table: pa.Table) -> pd.DataFrame:
    """Every column of ``table`` as text, index 1..n as a person counts features."""
    names = [str(n) for n in table.schema.names]
    columns = {i: _text(table.column(i)) for i in range(len(names))}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(1, table.num_rows + 1))
    frame.columns = pd.Index(distinct(names), dtype="str")
    return frame


def _text(column: pa.ChunkedArray) -> Texts:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    if pa.types.is_floating(kind):
        return _floats(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _each(column, bytes.hex)
    if pa.types.is_nested(kind):
        return _each(column, lambda v: json.dumps(v, ensure_ascii=False, default=str))
    return np.asarray(column.cast(pa.large_string()).fill_null(""), dtype=object)


def _floats(column: pa.ChunkedArray) -> Texts:
    """The shortest digits that mean the number; Arrow writes large ones with an exponent."""
    texts = np.asarray(column.cast(pa.large_string()).fill_null(""), dtype=object)
    odd = [i for i, t in enumerate(texts) if "e" in t or "n" in t]
    for i in odd:
        value = float(texts[i])
        texts[i] = np.format_float_positional(value, trim="-") if np.isfinite(value) else ""
    return texts


def _each(column: pa.ChunkedArray, spell: Any) -> Texts:
    """Spell each distinct value once."""
    values = column.to_pylist()
    if any(isinstance(v, list | dict) for v in values):
        return np.array(["" if v is None else spell(v) for v in values], dtype=object)
    spelt = {v: "" if v is None or v != v else spell(v) for v in set(values)}
    return np.array([spelt[v] for v in values], dtype=object)
