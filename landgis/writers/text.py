"""CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pandas as pd

from landgis.writers import values
from landgis.writers.job import Job


def write_csv(job: Job) -> bytes:
    """UTF-8 with BOM, column names as they are, no geometry.

    A spreadsheet may open it: long numbers carry a tab behind, a text that looks like a formula
    an apostrophe before. Our reader takes both off again.
    """
    columns = {str(n): values.texts(job.plain[n], str(n)) for n in job.plain.columns}
    textual = {str(n) for n in job.plain.columns if _is_text(job.plain[n])}
    safe = {n: [_safe(c) for c in v] if n in textual else v for n, v in columns.items()}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(job.headers(columns))
    writer.writerows(zip(*safe.values(), strict=True))
    return out.getvalue().encode("utf-8-sig")


def _is_text(column: pd.Series) -> bool:
    return column.dtype == object or pd.api.types.is_string_dtype(column)


def _safe(text: str) -> str:
    if re.match(values.FORMULA_OPENS, text):
        return "'" + text
    return text + "\t" if re.fullmatch(values.LONG_NUMBER, text) else text


def write_json(job: Job) -> bytes:
    """A list of objects, one a line; empty is null; no geometry."""
    rows = ",\n".join(dumps(row) for row in records(job.plain))
    return f"[\n{rows}\n]\n".encode() if rows else b"[]\n"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as objects, keys in the order of the columns."""
    names = [str(n) for n in table.columns]
    columns = [list(map(_whole, values.cells(table[n]))) for n in table.columns]
    if not columns:
        return [{} for _ in range(len(table))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _whole(value: values.Cell) -> values.Cell:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def dumps(value: Any) -> str:
    """JSON on one line: dates ISO, Chinese as it is, whole numbers without ``.0``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
