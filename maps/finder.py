"""A day and typed words in; the supplies that have them in number, name, holder or place, out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from landgis.stations import Mask
from maps.layers import records
from maps.view import Day

SOUGHT = ("supply_id", "parcel_code", "project_name", "holder", "location")
"""Where the words are looked for."""

Test = Callable[[pd.Series], pd.Series]


def find(seen: Day, typed: str, most: int) -> dict[str, Any]:
    """How many supplies match, and the first ``most``: those that begin with the words first.

    Width of letters and case do not count. Columns are searched as they are: no index is kept.
    """
    wanted = unicodedata.normalize("NFKC", typed).strip()
    found = _any(seen, lambda texts: texts.str.contains(wanted, case=False, regex=False))
    begins = found & _any(seen, lambda texts: texts.str.startswith(wanted))
    at = np.concatenate([np.flatnonzero(begins), np.flatnonzero(found & ~begins)])[:most]
    return {"count": int(found.sum()), "items": _told(seen, at)}


def _any(seen: Day, test: Test) -> Mask:
    """The assessed supplies of which one of ``SOUGHT`` passes."""
    said, record = seen.inventory.assessment.supplies, seen.inventory.layers["supplies"].table
    mine = seen.listed >= 0
    found = np.zeros(len(said), dtype=bool)
    for name in SOUGHT:
        passed = test(said[name] if name in said else record[name])
        mask = passed.fillna(value=False).to_numpy(bool)
        if name in said:
            found |= mask
        else:
            found[seen.listed[mask & mine]] = True
    return found


def _told(seen: Day, at: np.ndarray) -> list[dict[str, Any]]:
    """Some supplies as search shows them."""
    said = seen.inventory.assessment.supplies.iloc[at]
    record = seen.inventory.layers["supplies"].table
    row = pd.Series(np.flatnonzero(seen.listed >= 0), seen.listed[seen.listed >= 0])[at]
    own = record.iloc[row.to_numpy()]
    columns = {n: (said[n] if n in said else own[n]).fillna("").to_numpy(object) for n in SOUGHT}
    table = pd.DataFrame(columns).assign(standing=said["standing"].to_numpy(object))
    return records(table, [*SOUGHT, "standing"])
