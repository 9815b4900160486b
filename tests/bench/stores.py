"""Both kinds of store with the same city in them, asked the same by turns, in one process."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from tests.bench import city as towns
from tests.bench import ours
from tests.postgres import server

ON = date(2026, 1, 1)
TURNS = 5
NEAR = 300
"""Features that a box is to find."""


@contextmanager
def both():
    """A new store of each kind."""
    from landgis.store import open_store

    with server() as postgres, tempfile.TemporaryDirectory() as folder:
        places = {"sqlite": Path(folder) / "city.db", "postgis": postgres.new_place()}
        opened = {kind: open_store(place, create=True) for kind, place in places.items()}
        yield opened, postgres
        for store in opened.values():
            store.close()


def reads(scale):
    """A city recorded and cut into both; the median of some reads of each, in ms."""
    layers, (pieces, _) = towns.city(float(scale)), ours._kept(float(scale))

    def work():
        with both() as (stores, postgres):
            figures = {kind: {"record": _filled(store, layers)} for kind, store in stores.items()}
            for kind, store in stores.items():
                figures[kind]["publish"] = _ms(lambda store=store: store.publish(pieces))
            postgres.sql("VACUUM ANALYZE;", "landgis")
            for what, ask in _questions(layers, len(layers["supplies"])).items():
                told = {kind: [] for kind in stores}
                for _ in range(TURNS):
                    for kind, store in stores.items():
                        told[kind].append(_ms(lambda store=store, ask=ask: ask(store)))
                for kind in stores:
                    figures[kind][what] = float(np.median(told[kind]))
            sizes = {kind: store.info().size_bytes for kind, store in stores.items()}
        features = sum(len(layer) for layer in layers.values())
        return {**figures, "features": features, "pieces": len(pieces), "bytes": sizes}

    return work


def writes(count):
    """``count`` supplies with outlines into both, in one delivery each, in ms."""
    layer = ours.records(int(count))["supplies"]
    shaped = layer.table.set_geometry(ours.many_polygons(int(count)), crs=4547)
    layers = {"supplies": type(layer)("supplies", shaped, layer.rows)}

    def work():
        with both() as (stores, postgres):
            figures = {kind: {"record": _filled(store, layers)} for kind, store in stores.items()}
            postgres.sql("VACUUM ANALYZE;", "landgis")
            ask = _near(layers, int(count))
            for kind, store in stores.items():
                figures[kind]["box"] = float(
                    np.median([_ms(lambda s=store: ask(s)) for _ in range(50)])
                )
                figures[kind]["found"] = len(ask(store))
        return figures

    return work


def _questions(layers, count):
    from landgis import inventory
    from landgis.readers.rules import load_rules

    rules = load_rules(("national",))
    return {
        "layers": lambda store: store.layers(),
        "pieces": lambda store: store.pieces(),
        "idle": lambda store: inventory.idle(inventory.take(store, ON, rulebook=rules)),
        "box": _near(layers, count),
    }


def _near(layers, count):
    """The features in a box around the middle that meets about ``NEAR`` supplies."""
    from landgis.measure import transform

    west, south, east, north = layers["supplies"].table.total_bounds
    share = min(1.0, NEAR / count) ** 0.5 / 2
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = share * (east - west), share * (north - south)
    around = transform(np.array([shapely.box(x - wide, y - high, x + wide, y + high)]), 4547, 4490)
    box = tuple(around[0].bounds)
    return lambda store: store.features("supplies", None, bbox=box)


def _filled(store, layers):
    """The time it takes to record the layers."""
    return _ms(lambda: ours.filled(store, layers))


def _ms(ask):
    begin = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - begin)
