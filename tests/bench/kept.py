"""A store of a million parcels, made once and kept under data/out for the lines that only ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from landgis.measure import ellipsoidal_area_m2
from landgis.stations import Layer
from tests.bench import city as towns
from tests.bench import million, ours

FOLDER = Path(__file__).parents[2] / "data" / "out" / "bench"
DISTRICTS, PARKS = 4, 3
"""The county is divided into so many districts, and has so many parks, along each side."""


def store(count):
    """Where the store of ``count`` parcels is; made first if it is not there."""
    path = FOLDER / f"parcels-{count}.db"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".new")
        for ending in ("", "-wal", "-shm"):
            made.with_name(made.name + ending).unlink(missing_ok=True)
        _fill(made, count)
        made.rename(path)
    return path


def _fill(path, count):
    from landgis import issues
    from landgis.intake import finish_cut
    from landgis.readers.rules import load_rules
    from landgis.stations import Source
    from landgis.store import Delivery, open_store

    opened, rules = open_store(path, create=True), load_rules(("national",))
    for name, layer in layers(count).items():
        source = Source(f"{name}.gpkg", "0", "GPKG")
        opened.record([Delivery(layer, issues.empty(), source)], rulebook=rules)
    finish_cut(opened)
    opened.close()  # the write-ahead log goes into the file


def layers(count):
    """Districts, parks and ``count`` parcels that lie in them, with delays and amendments."""
    made = ours.records(count)
    shapes = million.parcels(count)
    table = made["supplies"].table.set_geometry(shapes, crs=4547)
    table["area_m2"] = ellipsoidal_area_m2(shapes, 4547)
    wide = int(np.ceil(count**0.5)) * million.SIDE_M
    places = {
        "districts": ("district_code", "410{:03d}", "第{}区", _grid(wide, DISTRICTS, 0.0)),
        "parks": ("park_id", "P{:03d}", "第{}园区", _grid(wide, PARKS, 0.3)),
    }
    named = {name: _places(name, *said) for name, said in places.items()}
    shaped = Layer("supplies", table, made["supplies"].rows)
    return {**named, "supplies": shaped, "delays": made["delays"], "amendments": made["amendments"]}


def _grid(wide, parts, margin):
    """Squares of a grid, each short of its cell by a share of it on every side."""
    side = (wide + million.SIDE_M) / parts
    at = np.stack(np.divmod(np.arange(parts * parts), parts), axis=-1) * side
    low = at + million.CORNER - million.SIDE_M / 2 + margin * side
    high = low + side * (1 - 2 * margin)
    return shapely.box(*low.T, *high.T)


def _places(name, identity, code, called, shapes):
    number = range(1, len(shapes) + 1)
    columns = {
        identity: [code.format(k) for k in number],
        "name": [called.format(k) for k in number],
    }
    return towns._layer(name, [(columns, shapes)])
