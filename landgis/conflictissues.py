"""Contradictions between layers in; the same as rows of the list of all that is wrong, out."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.issues import COLUMNS
from landgis.terms import Conflict, Owner, Severity


def as_issues(found: gpd.GeoDataFrame) -> pd.DataFrame:
    """Contradictions as rows of ``issues.COLUMNS``, for the list of all that is wrong."""
    # of no rows, formatted numbers would stay numbers
    figures = found[["area_m2", "declared_m2"]].map("{:,.1f}".format).astype("str")
    area, declared = figures["area_m2"], figures["declared_m2"]
    stated = found["declared_m2"].notna()
    since = found["from_on"].dt.strftime("%Y-%m-%d")
    days = found["days"].map("{:,}".format).astype("str")
    return pd.DataFrame(
        {
            "layer": found["layer_a"],
            "feature_id": found["feature_a"],
            "file": "",
            "row": np.int64(-1),
            "field": "geometry",
            "value": area + " m2",
            "kind": found["kind"],
            "severity": Severity.WARNING.value,
            "owner": Owner.BUREAU.value,
            "message": found["kind"].map({c.value: c.en for c in Conflict})
            + ": "
            + _both(found, " (", ")", "; ")
            + ", "
            + area
            + " m2"
            + (", declared " + declared + " m2").where(stated, "")
            + ", since "
            + since
            + ", days: "
            + days,
            "message_zh": found["kind"].map({c.value: c.zh for c in Conflict})
            + "："
            + _both(found, "（", "）", "；")
            + "，"
            + area
            + " 平方米"
            + ("，申报 " + declared + " 平方米").where(stated, "")
            + "，自 "
            + since
            + " 起 "
            + days
            + " 天",
            "fix": "compare the documents of both sides and correct the one that is wrong",
            "fix_zh": "核对双方文件，更正有误的一方",
        },
        columns=list(COLUMNS),
    )


def _both(found: gpd.GeoDataFrame, opening: str, closing: str, between: str) -> pd.Series:
    """The features of both sides, each with its document."""
    table = pd.DataFrame(found)
    one, two = (
        table[f"feature_{side}"]
        + (opening + table[f"document_{side}"] + closing).where(table[f"document_{side}"] != "", "")
        for side in "ab"
    )
    said: pd.Series = one + (between + two).where(two != "", "")
    return said
