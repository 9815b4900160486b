"""Small worlds made by hand: layers from rows, and the pieces of land cut into unit squares."""

from functools import cache
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.measure import DEFAULT_CRS, ellipsoidal_area_m2
from landgis.schema import DTYPES, LAYERS, Shape
from landgis.stations import Layer, Pieces
from tests.conftest import square


def layer(name, *rows):
    """A layer of ``rows``: dicts of columns, ``geometry`` among them where the layer has one."""
    schema = LAYERS[name]
    table = pd.DataFrame(
        {
            c.name: pd.Series([row.get(c.name) for row in rows], dtype=DTYPES[c.kind])
            for c in schema.columns
        }
    )
    if schema.shape is not Shape.NONE:
        geometry = np.empty(len(rows), dtype=object)
        geometry[:] = [row.get("geometry") for row in rows]
        table = gpd.GeoDataFrame(table, geometry=geometry, crs=DEFAULT_CRS)
        table["area_m2"] = ellipsoidal_area_m2(geometry)
    return Layer(name, table, np.full(len(rows), -1))


def layers(**rows):
    """Every layer, filled with ``rows`` by name and empty where none are given."""
    return {name: layer(name, *rows[name]) if name in rows else empty(name) for name in LAYERS}


@cache
def empty(name):
    """A layer without rows."""
    return layer(name)


def strip(_layer, position, length=1, **columns):
    """A row of a layer over ``length`` unit squares (100 m) from ``position`` eastward."""
    squares = [square(100 * i, 0, 100) for i in range(position, position + length)]
    outline = squares[0].union(squares[-1]).envelope
    return {"geometry": outline, "cells": range(position, position + length), **columns}


def world(**rows):
    """Layers of strips and their pieces, cut by hand: squares with one set of strips are one.

    Rows are made by ``strip``; the identity is ``<letter><number>`` unless given.
    """
    numbered = {
        name: [{LAYERS[name].identity: f"{name[0]}{i}", **row} for i, row in enumerate(some)]
        for name, some in rows.items()
    }
    known = layers(**numbered)
    return known, pieces(numbered)


def pieces(rows):
    """The pieces of rows of strips."""
    cells = {}
    for name, some in rows.items():
        for row in some:
            for cell in row.get("cells", ()):
                cells.setdefault(cell, []).append((name, row[LAYERS[name].identity]))
    dated = {
        cell: tuple(sorted(found))
        for cell, found in cells.items()
        if any(name not in ("districts", "parks") for name, _ in found)
    }
    sets = sorted(set(dated.values()))
    shapes = [
        gpd.GeoSeries(
            [square(100 * c, 0, 100) for c in sorted(dated) if dated[c] == one]
        ).union_all()
        for one in sets
    ]
    links = [(i, *feature) for i, one in enumerate(sets) for feature in one]
    return hand_made(shapes, links, [sha256(repr(one).encode()).hexdigest()[:16] for one in sets])


def hand_made(shapes, links, ids=None, slivers=(), sliver_links=()):
    """Pieces of given shapes and links (position, layer, feature_id), and the same of slivers."""
    return Pieces(
        _land(shapes, ids or [f"piece{i}" for i in range(len(shapes))]),
        _links(links),
        _land(slivers, [f"sliver{i}" for i in range(len(slivers))]),
        _links(sliver_links),
        0.5,
    )


def _land(shapes, ids):
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = list(shapes)
    area = ellipsoidal_area_m2(geometry)
    table = {"piece_id": pd.Series(list(ids), dtype="str"), "area_m2": area}
    return gpd.GeoDataFrame(table, geometry=geometry, crs=DEFAULT_CRS)


def _links(links):
    table = pd.DataFrame(list(links), columns=["piece", "layer", "feature_id"])
    return table.astype({"piece": "int64", "layer": "str", "feature_id": "str"})
