"""A million supplies imported into one store and asked as a server asks: one process a store."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from tests.bench import ours
from tests.bench.child import cpu_s
from tests.postgres import server

ON = date(2026, 1, 1)
NEAR = 300
"""Features that a box is to find."""
PAGE = 1_000
SIDE_M = 100.0
CORNER = np.array([480_000, 3_800_000])
FILTERS = {"standing": "idle", "min_full_years": "2", "min_area_m2": "5000"}


def parcels(count):
    """``count`` parcels of ten corners that lie beside each other without touching."""
    wide = int(np.ceil(count**0.5))
    number = np.arange(count)
    at = np.stack([number % wide, number // wide], axis=-1) * SIDE_M + CORNER
    turn = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=-1) * 0.45 * SIDE_M
    return shapely.polygons(at[:, None, :] + ring[None])


def written(count, folder):
    """A GeoPackage of ``count`` supplies as a bureau would send it."""
    left_out = ["geometry", "area_m2", "declared_area_m2"]  # the last would contradict the outline
    table = ours.records(count)["supplies"].table.drop(columns=left_out)
    shaped = table.loc[:, table.notna().any()]
    path = folder / "supplies.gpkg"
    gpd.GeoDataFrame(shaped, geometry=parcels(count), crs=4547).to_file(path)
    return path


@contextmanager
def place(kind, folder):
    """Where a store of a kind may be made."""
    if kind == "sqlite":
        yield folder / "city.db"
        return
    # A server keeps its tables in a quarter of its memory, as its manual advises.
    with server(shared_buffers="4GB") as postgres:
        yield postgres.new_place()


def store(kind, count):
    """Import, size and reads of ``count`` supplies in one kind of store."""
    count = int(count)

    def work():
        with (
            tempfile.TemporaryDirectory() as name,
            place(kind, Path(name)) as where,
        ):
            source = written(count, Path(name))
            return _asked(where, source, count)

    return work


def _asked(where, source, count):
    from landgis.intake import finish_cut, import_files
    from landgis.store import open_store

    opened = open_store(where, create=True)
    figures = {"source_bytes": source.stat().st_size}
    figures["import_s"], figures["import_cpu_s"] = _spent(
        lambda: import_files(opened, "supplies", [source])
    )
    opened.close()  # the write-ahead log goes into the file
    opened = open_store(where)
    figures["bytes"] = opened.info().size_bytes
    figures |= _reads(opened, count)
    figures["cut_s"], figures["cut_cpu_s"] = _spent(lambda: finish_cut(opened))
    figures["cut_bytes"] = opened.info().size_bytes - figures["bytes"]
    opened.close()
    return figures | _lists(where)


def _reads(opened, count):
    """Boxes, pages and one item: the median in ms of each."""
    ids = np.array([f"410702{2006 + k % 20}B{k:07d}" for k in range(count)])
    ordered = np.sort(ids)
    random_ = np.random.default_rng(3)
    boxes = [_box(random_, count) for _ in range(50)]
    depths = [ordered[int(part * (count - PAGE - 1))] for part in (0.0, 0.5, 0.999) for _ in "123"]
    some = random_.choice(ids, 50)
    return {
        "box_ms": _median(lambda box: opened.features("supplies", 1, bbox=box), boxes),
        "found": len(opened.features("supplies", 1, bbox=boxes[0])),
        "page_ms": _median(lambda d: opened.features("supplies", 1, after=d, limit=PAGE), depths),
        "item_ms": _median(lambda one: opened.feature("supplies", one, 1), some),
    }


def _lists(where):
    """The list of idle land with three filters, and stories at an old revision, as served."""
    from api.desk import Desk
    from api.idle import LISTING
    from api.sending import items, json_of
    from api.settings import Settings
    from landgis import inventory
    from landgis.documents.explain import explain

    desk = Desk(Settings(store=str(where)))
    at = desk.stand(ON, None)
    begin = time.perf_counter()
    LISTING.places(desk, at, FILTERS)
    figures = {"first_s": time.perf_counter() - begin}

    def ask(least):
        places = LISTING.places(desk, at, {**FILTERS, "min_area_m2": str(least)})
        json_of({"items": items(LISTING.whole(desk, at).table.iloc[places[:100]])})
        return places

    figures["idle"] = len(ask(4_000))
    figures["idle_ms"] = _median(ask, range(5_000, 5_007))
    some = LISTING.whole(desk, at).table["supply_id"].iloc[:: max(1, figures["idle"] // 20)]

    def tell(one):
        about = inventory.take(desk.store, ON, 1, rulebook=at.rulebook, supply_id=one)
        explain(about, at.rulebook, one, "zh")

    figures["explain_ms"] = _median(tell, some[:20])
    desk.close()
    return figures


def _box(random_, count):
    """A box in degrees that meets about ``NEAR`` parcels."""
    from landgis.measure import transform

    wide = int(np.ceil(count**0.5)) * SIDE_M
    side = (NEAR**0.5 - 0.9) * SIDE_M  # a parcel, 0.9 of a side wide, counts if it is touched
    x, y = random_.uniform(0, wide - side, 2) + CORNER
    around = transform(np.array([shapely.box(x, y, x + side, y + side)]), 4547, 4490)
    return tuple(around[0].bounds)


def _median(ask, values):
    """The median CPU and wall time in ms."""
    told = []
    for value in values:
        marks = [(time.process_time(), time.perf_counter())]
        ask(value)
        marks.append((time.process_time(), time.perf_counter()))
        told.append(1000 * np.diff(np.array(marks), axis=0)[0])
    return np.median(told, axis=0).round(2).tolist()


def _spent(work):
    wall, cpu = time.perf_counter(), cpu_s()
    work()
    return time.perf_counter() - wall, cpu_s() - cpu
