"""A million supplies imported into each kind of store, which are asked as a server asks."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack, contextmanager
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
TURNS = 5
"""How often it is the turn of each store to be asked; one that slept is slow to wake."""
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


def stores(*asked):
    """Import, size and reads of so many supplies in the kinds of store that are named first.

    All stand side by side, and each question is put to one after the other: a machine that is
    slower for a minute is so for both.
    """
    *kinds, count = asked
    count = int(count)

    def work():
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            source = written(count, Path(name))
            places = {kind: stack.enter_context(place(kind, Path(name))) for kind in kinds}
            figures = {kind: _filled(where, source) for kind, where in places.items()}
            for told in (_reads(places, count), _lists(places)):
                for kind in kinds:
                    figures[kind] |= told[kind]
        return figures

    return work


def _filled(where, source):
    """What the import and the first cut of a store take, and its sizes after each."""
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
    figures["cut_s"], figures["cut_cpu_s"] = _spent(lambda: finish_cut(opened))
    figures["cut_bytes"] = opened.info().size_bytes - figures["bytes"]
    opened.close()
    return figures


def _reads(places, count):
    """Boxes, pages and one item: the median in ms of each."""
    from landgis.store import open_store

    opened = {kind: open_store(where) for kind, where in places.items()}
    ids = np.array([f"410702{2006 + k % 20}B{k:07d}" for k in range(count)])
    ordered = np.sort(ids)
    random_ = np.random.default_rng(3)
    boxes = [_box(random_, count) for _ in range(100)]
    depths = [ordered[int(part * (count - PAGE - 1))] for part in (0.0, 0.5, 0.999) for _ in "123"]
    some = random_.choice(ids, 50)
    asks = {
        "box_ms": (lambda store, box: store.features("supplies", 1, bbox=box), boxes),
        "page_ms": (lambda store, d: store.features("supplies", 1, after=d, limit=PAGE), depths),
        "item_ms": (lambda store, one: store.feature("supplies", one, 1), some),
    }
    told = _by_turns(opened, asks)
    for store in opened.values():
        store.close()
    return told


def _lists(places):
    """The list of idle land with three filters, and stories at an old revision, as served."""
    from api.desk import Desk
    from api.idle import LISTING
    from api.sending import items, json_of
    from api.settings import Settings
    from landgis import inventory
    from landgis.documents.explain import explain

    desks = {kind: Desk(Settings(store=str(where))) for kind, where in places.items()}
    stands = {kind: desk.stand(ON, None) for kind, desk in desks.items()}

    def ask(kind, least):
        desk, at = desks[kind], stands[kind]
        places = LISTING.places(desk, at, {**FILTERS, "min_area_m2": str(least)})
        json_of({"items": items(LISTING.whole(desk, at).table.iloc[places[:100]])})
        return places

    for kind in desks:  # the rows are read now, and not when they are asked for
        idle = len(ask(kind, 4_000))
        ids = LISTING.whole(desks[kind], stands[kind]).table["supply_id"]
    some = ids.iloc[:: max(1, idle // 20)][:20]

    def tell(kind, one):
        book = stands[kind].rulebook
        about = inventory.take(desks[kind].store, ON, 1, rulebook=book, supply_id=one)
        explain(about, book, one, "zh")

    asks = {"idle_ms": (ask, list(range(5_000, 5_010))), "explain_ms": (tell, list(some))}
    told = _by_turns({kind: kind for kind in desks}, asks)
    for desk in desks.values():
        desk.close()
    return told


def _by_turns(stores, asks):
    """The medians in ms, CPU and wall, of every question to every store, asked by turns."""
    told = {kind: {} for kind in stores}
    for name, (ask, values) in asks.items():
        spent = {kind: [] for kind in stores}
        for turn in range(TURNS):
            for kind, store in stores.items():
                spent[kind] += [_timed(ask, store, value) for value in values[turn::TURNS]]
        for kind in stores:
            told[kind][name] = np.median(spent[kind], axis=0).round(2).tolist()
    return told


def _timed(ask, store, value):
    marks = [(time.process_time(), time.perf_counter())]
    ask(store, value)
    marks.append((time.process_time(), time.perf_counter()))
    return 1000 * np.diff(np.array(marks), axis=0)[0]


def _box(random_, count):
    """A box in degrees that meets about ``NEAR`` parcels."""
    from landgis.measure import transform

    wide = int(np.ceil(count**0.5)) * SIDE_M
    side = (NEAR**0.5 - 0.9) * SIDE_M  # a parcel, 0.9 of a side wide, counts if it is touched
    x, y = random_.uniform(0, wide - side, 2) + CORNER
    around = transform(np.array([shapely.box(x, y, x + side, y + side)]), 4547, 4490)
    return tuple(around[0].bounds)


def _spent(work):
    wall, cpu = time.perf_counter(), cpu_s()
    work()
    return time.perf_counter() - wall, cpu_s() - cpu
