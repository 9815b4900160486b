"""Layers made from bare polygons, for tests that cut them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.cut.features import stack
from landgis.cut.renewal import Both
from landgis.cut.tables import united
from landgis.measure import ellipsoidal_area_m2
from landgis.partition import recut
from landgis.schema import DTYPES, LAYERS, Shape
from landgis.stations import Layer, Pieces

CRS = 4547


def layers_of(**polygons):
    """Every layer, those named filled with ``{id: polygon}``; nothing else is known of them."""
    return {name: layer_of(name, polygons.get(name, {})) for name in LAYERS}


def layer_of(name, polygons):
    """One layer of ``{id: polygon}``; the other columns are empty."""
    schema = LAYERS[name]
    ids, size = list(polygons), len(polygons)
    table = pd.DataFrame(
        {
            c.name: pd.Series(ids if c.name == schema.identity else [None] * size).astype(
                DTYPES[c.kind]
            )
            for c in schema.columns
        }
    )
    if schema.shape is not Shape.NONE:
        shapes = np.array([None, *polygons.values()], dtype=object)[1:]
        table = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
        table["area_m2"] = ellipsoidal_area_m2(shapes, CRS)
    return Layer(name, table, np.full(size, -1))


def sets_of(pieces):
    """The set of ``layer:id`` of each piece, in the order of the table."""
    names = pieces.links["layer"] + ":" + pieces.links["feature_id"]
    grouped = names.groupby(pieces.links["piece"]).agg(frozenset)
    return [grouped[k] for k in range(len(pieces))]


def areas_of(pieces):
    """Planar area by set, short names: ``{"a s": 100.0}``."""
    short = [" ".join(sorted(n.split(":")[1] for n in s)) for s in sets_of(pieces)]
    return dict(zip(short, pieces.table.geometry.area.round(3), strict=True))


def slivers_of(pieces):
    """Planar area of the slivers by set, short names."""
    links = pieces.sliver_links
    names = links["feature_id"].groupby(links["piece"]).agg(lambda s: " ".join(sorted(s)))
    area = pieces.slivers.geometry.area.round(3)
    return {names[k]: area[k] for k in range(len(pieces.slivers))}


def moved(layers, x, y):
    """The same layers somewhere else."""
    return _changed(layers, lambda g: shapely.transform(g, lambda xy: xy + np.array([x, y])))


def shuffled(layers, rng):
    """The same layers with their rows in another order."""
    out = {}
    for name, layer in layers.items():
        order = rng.permutation(len(layer))
        out[name] = Layer(name, layer.table.iloc[order].reset_index(drop=True), layer.rows[order])
    return out


def _changed(layers, change):
    out = dict(layers)
    for name, layer in layers.items():
        if isinstance(layer.table, gpd.GeoDataFrame) and len(layer):
            shapes = change(layer.geometry)
            out[name] = Layer(name, layer.table.set_geometry(shapes, crs=CRS), layer.rows)
    return out


class Change:
    """Two states of layers in memory, as ``landgis.cut.renewal`` asks for them."""

    def __init__(self, before, after):
        one, two = stack(before), stack(after)
        keys = [
            list(zip(f.layer, f.feature_id, shapely.to_wkb(f.geometry), strict=True))
            for f in (one, two)
        ]
        was, now = map(set, keys)
        every = Both(one, np.ones(len(one), bool), np.array([k in now for k in keys[0]], bool))
        came = np.array([k not in was for k in keys[1]], bool)
        every = every.joined(Both(two, ~came, np.ones(len(two), bool)).take(came))
        self.every = every.take(np.lexsort((every.features.feature_id, every.features.layer)))
        self.tree = shapely.STRtree(self.every.features.geometry)

    def changed(self):
        """What is in one of the states only."""
        return self.every.take(self.every.was != self.every.now)

    def around(self, ranks, shape):
        """What has a box that meets one of ``shape``."""
        near = np.unique(self.tree.query(shape)[1])
        layer = self.every.features.layer[near]
        return self.every.take(near[(layer >= ranks.start) & (layer < ranks.stop)])


def renewed_pieces(pieces, before, after):
    """The pieces of ``before`` after a re-cut to ``after``."""
    patch = recut(Change(before, after), pieces.tolerance_m, CRS)
    new = patch.pieces
    kept = [
        ~land["piece_id"].isin([*gone, *fresh["piece_id"]])
        for land, gone, fresh in (
            (pieces.table, patch.gone, new.table),
            (pieces.slivers, patch.gone_slivers, new.slivers),
        )
    ]
    tables = (_kept(pieces.table, pieces.links, kept[0]),)
    tables += (_kept(pieces.slivers, pieces.sliver_links, kept[1]),)
    return united([Pieces(*tables[0], *tables[1], pieces.tolerance_m), new])


def _kept(table, links, rows):
    rows = rows.to_numpy(bool)
    own = links[rows[links["piece"]]]
    return table[rows], own.assign(piece=(np.cumsum(rows) - 1)[own["piece"]])
