"""A word and a number of rows in; a column that says it in each of them, held once, out."""

from __future__ import annotations

import pyarrow as pa

RUN = 1 << 14
"""Rows that are held; a longer column holds them again and again by reference."""


def same_text(word: str, size: int) -> pa.ChunkedArray:
    """``word`` in every one of ``size`` rows: of a million the memory is that of ``RUN`` rows."""
    run = pa.repeat(pa.scalar(word, pa.large_string()), min(size, RUN))
    whole, rest = divmod(size, RUN)
    runs = [run] * whole + ([run[:rest]] if rest else [])
    return pa.chunked_array(runs, pa.large_string())
