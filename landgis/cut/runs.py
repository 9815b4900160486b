"""Runs of equal values in sorted arrays: where they begin, and counts spread out again."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from landgis.cut.native import compiled

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


def opens(*keys: NDArray[np.generic]) -> Bools:
    """Where a row differs from the row before it in one of the ``keys``; the first row does."""
    out = np.ones(len(keys[0]), dtype=np.bool_)
    if len(out):
        out[1:] = False
        for key in keys:
            out[1:] |= key[1:] != key[:-1]
    return out


def closes(*keys: NDArray[np.generic]) -> Bools:
    """Where a row differs from the row after it; the last row does."""
    return np.append(opens(*keys)[1:], [True])[: len(keys[0])].astype(np.bool_)


def spread(count: Ints) -> tuple[Ints, Ints]:
    """For counts 2, 0, 3: the rows 0 0 2 2 2 and the turns 0 1 0 1 2."""
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - (np.cumsum(count) - count)[row]


def ranges(values: NDArray[np.generic], wanted: NDArray[np.generic]) -> tuple[Ints, Ints]:
    """Where each of ``wanted`` begins in the sorted ``values``, and how often it is there."""
    start = np.searchsorted(values, wanted, side="left")
    return start, np.searchsorted(values, wanted, side="right") - start


def total(values: Floats, first: Ints) -> Floats:
    """Sums of the runs of ``values`` that begin at ``first``."""
    return np.asarray(np.add.reduceat(values, first) if len(first) else np.zeros(0))


def summed(key: Ints, values: Floats, size: int) -> Floats:
    """The sum of ``values`` for each key 0 to ``size`` - 1."""
    return np.bincount(key, values, minlength=size).astype(np.float64)


@compiled
def doubled(values: Ints) -> Ints:
    """The values with as much room again behind them."""
    out = np.empty(2 * len(values), np.int64)
    for k in range(len(values)):
        out[k] = values[k]
    return out
