"""Covers and a date in; every contradiction between the layers out, one row each.

A row names the features and documents on both sides, the land, and the days they overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.covers import NEVER, Days, Links, Mask, Positions, dates, day_number, day_numbers
from landgis.measure import planar_area_m2
from landgis.schema import LAYERS
from landgis.stage import Covers, needs_acquisition, unbroken
from landgis.stations import Geometries, Layer
from landgis.terms import Conflict

COLUMNS = (
    "kind",
    "layer_a",
    "feature_a",
    "document_a",
    "layer_b",
    "feature_b",
    "document_b",
    "area_m2",
    "declared_m2",
    "from_on",
    "until_on",
    "days",
    "piece_ids",
)
"""The columns of ``conflicts``, before the geometry.

``from_on`` is the first day of the overlap, ``until_on`` the day on which it ends as far as the
record knows (empty: open), ``days`` how many there were up to the date, both ends included:
a conflict of one day has 1, where the age of land in stock starts with 0.
``declared_m2`` is there for declared areas only, where ``area_m2`` is the measured area.
"""

DOCUMENTS = {
    "approvals": "doc_no",
    "acquisitions": "approval_id",
    "supplies": "contract_no",
    "footprints": "kind",
    "districts": "name",
}
"""The column that names the paper of a feature."""

DECLARED_M2, DECLARED_SHARE = 1.0, 1e-3
"""A declared area fits within the greater of the two: wider than rounding to 0.0001 hectares and
than the 0.05 % between an area in the plane and on the ellipsoid."""

SIDES = {
    Conflict.SUPPLY_BEFORE_ACQUISITION: ("supplies", "acquisitions"),
    Conflict.ACQUISITION_WITHOUT_APPROVAL: ("acquisitions", "approvals"),
    Conflict.USE_WITHOUT_SUPPLY: ("footprints", "supplies"),
}
"""What is there, and what should be: the feature that comes too late or has gone, if any."""

TWICE = {Conflict.DOUBLE_SUPPLY: "supplies", Conflict.DOUBLE_APPROVAL: "approvals"}
"""The layers that may cover a piece only once."""


class Pairs(NamedTuple):
    """Two features over one piece: rows of two layers (-1: none), and the days of the overlap."""

    piece: Positions
    row_a: Positions
    row_b: Positions
    begin: Days
    end: Days


def conflicts(covers: Covers, on: date) -> gpd.GeoDataFrame:
    """The contradictions on a date, by kind and features.

    Adds: see ``COLUMNS``. Pieces of one pair of features are one row.
    """
    day = day_number(on)
    tables = [table for table in _all(covers, day) if len(table)]
    found = pd.concat(tables, ignore_index=True) if tables else _empty()
    since = np.datetime64(on, "D") - found["from_on"].to_numpy("datetime64[D]")
    found["days"] = since.astype(np.int64) + 1
    rank = pd.Categorical(found["kind"], [c.value for c in Conflict], ordered=True)
    found = found.assign(rank=rank).sort_values(["rank", "feature_a", "feature_b"])
    shapes = gpd.array.from_shapely(found["geometry"].to_numpy(object), crs=covers.pieces.crs)
    return gpd.GeoDataFrame(found[list(COLUMNS)].reset_index(drop=True), geometry=shapes)


def _empty() -> pd.DataFrame:
    columns = {name: pd.Series(dtype="str") for name in (*COLUMNS, "geometry")}
    columns["from_on"] = columns["until_on"] = pd.Series(dtype="datetime64[s]")
    columns["area_m2"] = columns["declared_m2"] = pd.Series(dtype="float64")
    return pd.DataFrame(columns)


def _all(covers: Covers, day: int) -> Iterator[pd.DataFrame]:
    for kind, layer in TWICE.items():
        yield _rows(covers, kind, layer, layer, _twice(covers.links[layer].on(day), covers))
    for kind, (present, missing) in SIDES.items():
        yield _rows(covers, kind, present, missing, _alone(covers, kind, day))
    pairs = _across(covers, day)
    yield _rows(covers, Conflict.ACROSS_DISTRICTS, "supplies", "districts", pairs)
    for layer in ("approvals", "acquisitions", "supplies"):
        yield _declared(covers.layers[layer], day)


def _twice(links: Links, covers: Covers) -> Pairs:
    """Every two links in force over one piece."""
    links = links.where(links.plot < len(covers.pieces))
    first = np.searchsorted(links.plot, links.plot)
    before = np.arange(len(links)) - first
    b = np.repeat(np.arange(len(links)), before)
    a = first[b] + np.arange(len(b)) - np.repeat(np.cumsum(before) - before, before)
    return Pairs(
        links.plot[a],
        links.row[a],
        links.row[b],
        np.maximum(links.begin[a], links.begin[b]),
        np.minimum(links.end[a], links.end[b]),
    )


def _alone(covers: Covers, kind: Conflict, day: int) -> Pairs:
    """Links in force over pieces in conflict, each with what the land lacks on that day."""
    clash, begin, end = _clash(covers, kind, day)
    present, missing = (covers.links[layer] for layer in SIDES[kind])
    links = present.on(day)
    links = links.where(clash[links.plot])
    if kind is Conflict.SUPPLY_BEFORE_ACQUISITION:
        # another supply over the same piece may be of land that the state owned
        links = links.where(needs_acquisition(covers.layers["supplies"].table)[links.row])
    lacking = missing.earliest(len(clash))
    plot = links.plot
    return Pairs(
        plot,
        links.row,
        lacking[plot],
        np.maximum(links.begin, begin[plot]),
        np.minimum(links.end, end[plot]),
    )


def _clash(covers: Covers, kind: Conflict, day: int) -> tuple[Mask, Days, Days]:
    """By plot: whether it is in conflict on a day, since when, and until when for all we know."""
    line = covers.timeline
    at, flag = line.at(day), line.clashes[kind]
    begin = line.begin[unbroken(line.plot, flag)]
    # Read backwards, the first run that agrees is the last.
    last = len(flag) - 1 - unbroken(line.plot[::-1], flag[::-1])[::-1]
    piece = np.arange(len(at)) < len(covers.pieces)
    return flag[at] & piece, begin[at], line.end[last][at]


def _across(covers: Covers, day: int) -> Pairs:
    """Supplies over several districts, with every district but the one that holds the most."""
    links = covers.links["supplies"].on(day)
    district = covers.links["districts"].earliest(len(covers.area_m2))
    links = links.where((district[links.plot] >= 0) & (links.plot < len(covers.pieces)))
    pairs = Pairs(links.plot, links.row, district[links.plot], links.begin, links.end)
    size = max(len(covers.layers["districts"]), 1)
    code = pairs.row_a * size + pairs.row_b
    share = np.bincount(code, covers.area_m2[pairs.piece], len(covers.layers["supplies"]) * size)
    home = share.reshape(-1, size).argmax(axis=1)
    away = home[pairs.row_a] != pairs.row_b
    return Pairs(*(rows[away] for rows in pairs[:3]), *(days[away] for days in pairs[3:]))


def _rows(covers: Covers, kind: Conflict, layer_a: str, layer_b: str, pairs: Pairs) -> pd.DataFrame:
    """One row for each pair of features, with the land of all its pieces."""
    if not len(pairs.piece):
        return _empty()
    order = np.lexsort((pairs.piece, pairs.row_b, pairs.row_a))
    piece, row_a, row_b = (rows[order] for rows in pairs[:3])
    begin, end = (days[order] for days in pairs[3:])
    fresh = np.append(True, (row_a[1:] != row_a[:-1]) | (row_b[1:] != row_b[:-1]))
    start = np.flatnonzero(fresh)
    names = covers.pieces.table["piece_id"].array.take(piece).to_numpy(object)
    shapes = covers.pieces.geometry_at(piece)
    return pd.DataFrame(
        {
            "kind": kind.value,
            **_side("a", covers.layers[layer_a], row_a[start]),
            **_side("b", covers.layers[layer_b], row_b[start]),
            "area_m2": np.add.reduceat(covers.area_m2[piece], start),
            "declared_m2": np.nan,
            "from_on": dates(np.minimum.reduceat(begin, start)),
            "until_on": dates(np.maximum.reduceat(end, start)),
            "piece_ids": [";".join(some) for some in np.split(names, start[1:])],
            "geometry": united(shapes, start),
        }
    )


def united(shapes: Geometries, start: Positions) -> Geometries:
    """One geometry for each run of ``shapes`` that begins at ``start``."""
    out = shapes[start]
    count = np.diff(np.append(start, len(shapes)))
    for k in np.flatnonzero(count > 1):
        out[k] = shapely.union_all(shapes[start[k] : start[k] + count[k]])
    return out


def _side(letter: str, layer: Layer, row: Positions) -> dict[str, object]:
    known = row >= 0
    document = layer.table[DOCUMENTS[layer.name]].fillna("")
    identity = layer.table[LAYERS[layer.name].identity]
    return {
        f"layer_{letter}": np.where(known, layer.name, ""),
        f"feature_{letter}": _cells(identity, row),
        f"document_{letter}": _cells(document, row),
    }


def _cells(column: pd.Series, row: Positions) -> NDArray[np.object_]:
    """The values at ``row``, empty where it is -1."""
    return np.append(column.to_numpy(object), "")[row]


def _declared(layer: Layer, day: int) -> pd.DataFrame:
    """Features in force whose declared area fits neither the ellipsoidal nor the planar one."""
    table, schema = layer.table, LAYERS[layer.name]
    declared = table["declared_area_m2"].to_numpy(np.float64)
    measured = table["area_m2"].to_numpy(np.float64)
    allowed = np.maximum(DECLARED_M2, DECLARED_SHARE * measured)
    begin = day_numbers(table[schema.opens])
    end = day_numbers(table[schema.closes]) if schema.closes else np.full_like(begin, NEVER)
    off = (np.abs(declared - measured) > allowed) & (begin <= day) & (day < end)
    at = np.flatnonzero(off)
    shapes = layer.geometry_at(at)
    unlike = np.abs(declared[at] - planar_area_m2(shapes)) > allowed[at]
    at, shapes = at[unlike], shapes[unlike]
    return pd.DataFrame(
        {
            "kind": Conflict.DECLARED_AREA.value,
            **_side("a", layer, at),
            "layer_b": "",
            "feature_b": "",
            "document_b": "",
            "area_m2": measured[at],
            "declared_m2": declared[at],
            "from_on": dates(begin[at]),
            "until_on": dates(end[at]),
            "piece_ids": "",
            "geometry": shapes,
        }
    )
