"""Supplies and the record of their holders in; who holds the right on a date out.

A change of holders 权利人变更 is often recorded with its first day only: a later first day ends
the earlier entry. Entries with the same first day are co-holders. A supply without an entry in
force has the holder of its own row, to whom it was supplied.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from landgis.stations import Layers

_COLUMNS = ["holder", "holder_credit_code"]

BETWEEN = "、"
"""Stands between the names of co-holders."""


def held(layers: Layers, on: date) -> pd.DataFrame:
    """``holder`` and ``holder_credit_code`` of every supply on ``on``, one row a supply.

    The index is ``supply_id`` in the order of the supplies. The code is empty for co-holders of
    whom one has none, so that nobody is taken for the body that another holder is.
    """
    own = layers["supplies"].table
    granted = pd.DataFrame(own[_COLUMNS]).set_axis(own["supply_id"])
    if not len(layers["holders"]):
        return granted
    taken = _in_force(layers["holders"].table, pd.Timestamp(on)).reindex(granted.index)
    changed = taken["holder"].notna()
    return granted.where(~changed, taken)


def _in_force(entries: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The entries in force on a day as one row a supply."""
    begun = entries[entries["from_on"] <= day]
    latest = begun[begun["from_on"] == begun.groupby("supply_id")["from_on"].transform("max")]
    lasting = latest[~(latest["until_on"] <= day)].rename(columns={"credit_code": _COLUMNS[1]})
    shared = lasting["supply_id"].duplicated(keep=False)
    alone = lasting[~shared].set_index("supply_id")[_COLUMNS]
    joint = {
        supply: {
            "holder": BETWEEN.join(rows["holder"]),
            "holder_credit_code": rows["holder_credit_code"].str.cat(sep=BETWEEN)
            if rows["holder_credit_code"].notna().all()
            else None,
        }
        for supply, rows in lasting[shared].groupby("supply_id")
    }
    together = pd.DataFrame.from_dict(joint, orient="index", columns=_COLUMNS, dtype="str")
    return pd.concat([alone, together])
