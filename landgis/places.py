"""Covered plots in; the district and the parks in which each supply or group lies, out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.covers import Links
from landgis.cut.runs import Floats, Ints, opens, summed
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
    row, place, _ = _shares(of, links["districts"], area_m2)
    main, district = opens(row), np.full(size, "", object)
    district[row[main]] = _names(layers, "districts")[place[main]]
    park = _parks(of, size, links["parks"], area_m2, _names(layers, "parks"))
    return pd.DataFrame({"district": district, "park": park}, dtype="str")


def _either(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.reset_index(drop=True).fillna(other.reset_index(drop=True))


def _said(supplies: pd.DataFrame, layers: Layers) -> pd.Series:
    """The district in the words of the record: its name, else the name of its code."""
    table = layers["districts"].table
    by_code = pd.Series(_names(layers, "districts"), table["district_code"])
    return _either(supplies["district_name"], supplies["district_code"].map(by_code).astype("str"))


def _parks(
    of: Links, size: int, parks: Links, area_m2: NDArray[np.float64], names: NDArray[np.object_]
) -> NDArray[np.object_]:
    row, place, shared = _shares(of, parks, area_m2)
    land = summed(of.row, area_m2[of.plot], size)
    # The largest share comes first: if any is a main one, that is.
    kept = opens(row) | (shared >= MAIN_SHARE * land[row])
    first = opens(row[kept])
    listed = np.split(names[place[kept]], np.flatnonzero(first)[1:])
    out = np.full(size, "", object)
    out[row[kept][first]] = [";".join(some) for some in listed if len(some)]
    return out


def _names(layers: Layers, layer: str) -> NDArray[np.object_]:
    """The name of each feature of a reference layer by row, its id where it has none."""
    table = layers[layer].table
    return table["name"].fillna(table[str(LAYERS[layer].identity)]).to_numpy(object)


def _shares(of: Links, by: Links, area_m2: NDArray[np.float64]) -> tuple[Ints, Ints, Floats]:
    """The land that features share with places: row, place, area in m², the largest first."""
    at, over = by.over(of.plot)
    size = int(by.row.max(initial=0)) + 1
    pairs, of_pair = np.unique(of.row[at] * size + by.row[over], return_inverse=True)
    shared = summed(of_pair, area_m2[of.plot[at]], len(pairs))
    row, place = np.divmod(pairs, size)
    order = np.lexsort((place, -shared, row))
    return row[order], place[order], shared[order]
