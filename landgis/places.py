"""Covered plots in; the district and the parks in which each supply or group lies, out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.covers import Links
from landgis.schema import LAYERS
from landgis.stations import Layers

MAIN_SHARE = 0.5
"""Land lies in every park that holds at least this share of it."""


def places(
    links: Mapping[str, Links], area_m2: NDArray[np.float64], layers: Layers
) -> pd.DataFrame:
    """Where each supply lies, aligned with ``layers["supplies"].table``.

    Needs: the links of a partition and the areas of its plots (``stage.Covers``).
    Adds: district, the name of the one with the largest share of the land, else what the record
    says; park, the names of those that hold at least half of it, else of the one that holds
    most, joined by semicolon.
    """
    supplies = layers["supplies"].table
    found = around(links["supplies"], len(supplies), links, area_m2, layers)
    named = _either(found["district"].where(found["district"] != ""), _said(supplies, layers))
    return found.assign(district=named.fillna("").astype("str").array)


def around(
    of: Links,
    size: int,
    links: Mapping[str, Links],
    area_m2: NDArray[np.float64],
    layers: Layers,
) -> pd.DataFrame:
    """Where features or any groups of plots lie, by row 0..size-1 of ``of``.

    Adds: district, the name of the one with the largest share of the land; park, the names of
    those that hold at least half of it, else of the one that holds most, joined by semicolon.
    """
    districts = _shares(of, links["districts"], area_m2)
    first = districts.drop_duplicates("row").set_index("row")["place"]
    rows = np.arange(size)
    return pd.DataFrame(
        {
            "district": first.map(_names(layers, "districts")).reindex(rows).to_numpy(),
            "park": _parks(of, links["parks"], area_m2, layers).reindex(rows).to_numpy(),
        },
        dtype="str",
    ).fillna("")


def _either(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.reset_index(drop=True).fillna(other.reset_index(drop=True))


def _said(supplies: pd.DataFrame, layers: Layers) -> pd.Series:
    """The district in the words of the record: its name, else the name of its code."""
    table = layers["districts"].table
    by_code = _names(layers, "districts").set_axis(table["district_code"])
    return _either(supplies["district_name"], supplies["district_code"].map(by_code).astype("str"))


def _parks(of: Links, parks: Links, area_m2: NDArray[np.float64], layers: Layers) -> pd.Series:
    shares = _shares(of, parks, area_m2)
    land = pd.Series(area_m2[of.plot]).groupby(of.row).sum()
    main = shares["area_m2"] >= MAIN_SHARE * shares["row"].map(land)
    kept = shares[main | ~shares["row"].duplicated()]
    kept = kept[main[kept.index] | ~kept["row"].isin(kept["row"][main[kept.index]])]
    names = kept["place"].map(_names(layers, "parks")).astype("str").to_numpy(object)
    row, start = np.unique(kept["row"].to_numpy(), return_index=True)
    listed = [";".join(some) for some in np.split(names, start[1:])] if len(row) else []
    return pd.Series(listed, index=row, dtype="str")


def _names(layers: Layers, layer: str) -> pd.Series:
    """The name of each feature of a reference layer by row, its id where it has none."""
    table = layers[layer].table
    return table["name"].fillna(table[str(LAYERS[layer].identity)])


def _shares(of: Links, by: Links, area_m2: NDArray[np.float64]) -> pd.DataFrame:
    """The land that features share with places: row, place, area_m2, the largest first."""
    at, over = by.over(of.plot)
    size = int(by.row.max(initial=0)) + 1
    pairs, of_pair = np.unique(of.row[at] * size + by.row[over], return_inverse=True)
    shared = np.bincount(of_pair, area_m2[of.plot[at]], len(pairs))
    row, place = np.divmod(pairs, size)
    order = np.lexsort((place, -shared, row))
    return pd.DataFrame({"row": row[order], "place": place[order], "area_m2": shared[order]})
