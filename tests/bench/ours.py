"""What is measured of ours, each called in a child process: it prepares and gives a callable.

The parts of the core are imported inside, so that a line runs as soon as its part is there.
"""

from __future__ import annotations

import pickle
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from tests.bench import city as towns

ON = date(2026, 1, 1)


def many_polygons(count, vertices=10):
    """Parcels of about a hectare spread over a city."""
    rng = np.random.default_rng(1)
    at = rng.uniform((480_000, 3_880_000), (520_000, 3_920_000), (count, 2))
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    return shapely.polygons(at[:, None, :] + ring[None] * rng.uniform(40, 80, (count, 1, 1)))


def area(count):
    """Our area of ``count`` polygons."""
    from landgis.measure import ellipsoidal_area_m2

    polygons = many_polygons(int(count))
    return lambda: {"m2": float(ellipsoidal_area_m2(polygons, 4547).sum())}


def area_by_geod(count):
    """The geodesic area of pyproj, after the same densifying and the way to degrees."""
    import pyproj

    from landgis.measure import transform

    polygons = many_polygons(int(count))
    geod = pyproj.Geod(a=6_378_137, rf=298.257222101)

    def work():
        degrees = transform(shapely.segmentize(polygons, 70.0), 4547, 4490)
        return {"m2": sum(abs(geod.geometry_area_perimeter(p)[0]) for p in degrees)}

    return work


def _ready():
    """The module of the cut, its loops compiled: that is done once an installation."""
    from landgis import partition

    partition.cut(towns.city(0.01))
    return partition


def cut(scale):
    """The whole partition of a city or province: all dates, all labels."""
    partition, layers = _ready(), towns.city(float(scale))
    size = sum(len(layers[n]) for n in ("approvals", "acquisitions", "supplies", "footprints"))

    def work():
        pieces = partition.cut(layers)
        slivers = pieces.slivers["area_m2"].sum() / layers["approvals"].table["area_m2"].sum()
        return {"features": size, "pieces": len(pieces), "sliver_share": float(slivers)}

    return work


def streamed(scale):
    """``cut`` of much land by way of a folder, part by part, as a store's first cut goes."""
    from landgis.spool import Spool

    partition, layers = _ready(), towns.city(float(scale))
    size = sum(len(layers[n]) for n in ("approvals", "acquisitions", "supplies", "footprints"))

    def work():
        with tempfile.TemporaryDirectory() as folder:
            kept = Spool(Path(folder), partition.TOLERANCE_M)
            parts = partition.cut_parts(layers, kept=kept)
            return {"features": size, "pieces": sum(len(part) for part in parts)}

    return work


def _kept(scale):
    """The pieces and covers of a city; cut once and kept for the lines that only ask."""
    from landgis import partition, stage

    kept = Path(tempfile.gettempdir()) / f"landgis-bench-{_mark()}-{scale}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    layers = towns.city(float(scale))
    pieces = partition.cut(layers)
    answer = pieces, stage.prepare(pieces, layers)
    kept.write_bytes(pickle.dumps(answer))
    return answer


def _mark():
    """Changes when any of the code that makes pieces changes."""
    core = Path(__file__).parents[2] / "landgis"
    return max(
        int(p.stat().st_mtime) for p in [*core.glob("*.py"), *Path(__file__).parent.glob("*.py")]
    )


def one_date(scale):
    """Stage of all pieces and the whole ledger on one date: the median of nine, in ms."""
    from landgis import ledger, stage

    pieces, covers = _kept(scale)
    days = [date(2010 + k, 3, 1 + k) for k in range(9)]

    def ask(on):
        marks = [(time.process_time(), time.perf_counter())]
        stage.stage_on(covers, on)
        marks.append((time.process_time(), time.perf_counter()))
        ledger.ledger(covers, on, "approval")
        marks.append((time.process_time(), time.perf_counter()))
        return 1000 * np.diff(np.array(marks), axis=0)

    def work():
        ask(ON)
        asked = np.array([ask(on) for on in days])
        (cpu, wall), stage_cpu = np.median(asked.sum(axis=1), axis=0), np.median(asked[:, 0, 0])
        return {"cpu_ms": cpu, "ms": wall, "stage_ms": stage_cpu, "pieces": len(pieces)}

    return work


def months(scale):
    """240 monthly ledgers."""
    from landgis import history

    pieces, covers = _kept(scale)

    def work():
        table = history.history(covers, date(2006, 1, 1), date(2025, 12, 1), "month")
        return {"rows": len(table), "pieces": len(pieces)}

    return work


def new_supplies(scale, count=100):
    """``count`` new supplies in a store: what it takes until their pieces are published.

    Against the full cut of the same city in memory, of which the published pieces must be the
    same to the last bit.
    """
    from landgis.intake import finish_cut
    from landgis.store import open_store

    partition = _ready()
    before, after, _ = towns.grown(int(count), float(scale))
    fresh = after["supplies"].table["supply_id"].str.startswith("N").to_numpy()
    folder = tempfile.TemporaryDirectory()
    store = open_store(Path(folder.name) / "city.db", create=True)
    filled(store, before)
    store.publish(partition.cut(before))
    filled(store, {"supplies": towns._pick(after["supplies"], fresh)})
    _again(towns.grown(5, 0.05))

    def work():
        marks = [time.process_time()]
        change = Timed(store.reshaped(store.cut_rev(), store.head()))
        patch = partition.recut(change, store.tolerance_m, store.crs)
        marks.append(time.process_time())
        finish_cut(store)
        marks.append(time.process_time())
        whole = partition.cut(after)
        marks.append(time.process_time())
        patch_s, store_s, cut_s = np.diff(marks).tolist()
        figures = {"patch_s": patch_s - change.spent_s, "read_s": change.spent_s}
        figures |= {"recut_s": store_s, "cut_s": cut_s}
        same = _same(store.pieces(), whole)
        store.close()
        folder.cleanup()
        return figures | {"same": same, "pieces": len(whole), "fresh": len(patch.pieces)}

    return work


class Timed:
    """A change of a store that counts the CPU seconds it takes to read."""

    def __init__(self, change):
        self._change, self.spent_s = change, 0.0

    def __getattr__(self, name):  # noqa: D105
        def ask(*arguments):
            begun = time.process_time()
            answer = getattr(self._change, name)(*arguments)
            self.spent_s += time.process_time() - begun
            return answer

        return ask


def filled(store, layers):
    """Record the layers that have rows."""
    from landgis import issues
    from landgis.stations import Source
    from landgis.store import Delivery

    for name, layer in layers.items():
        if len(layer):
            source = Source(f"{name}.gpkg", "0", "GPKG")
            store.record([Delivery(layer, issues.empty(), source)])


def _again(towns_of):
    """A small re-cut, so that what it runs is loaded."""
    from landgis.intake import finish_cut
    from landgis.store import open_store

    before, after, _ = towns_of
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "city.db", create=True)
        for layers in (before, {"supplies": after["supplies"]}):
            filled(store, layers)
            finish_cut(store)
        store.close()


def _same(one, two):
    """Whether two partitions have the same pieces and slivers to the last bit."""
    return all(
        a["piece_id"].tolist() == b["piece_id"].tolist()
        and bool(shapely.equals_exact(np.asarray(a.geometry), np.asarray(b.geometry), 0).all())
        for a, b in ((one.table, two.table), (one.slivers, two.slivers))
    )


def determine(count, *local):
    """Standing and findings of ``count`` supplies with delays and amendments.

    Rules are the national ones and those of the ``local`` folders.
    """
    from landgis import determine as core
    from landgis.readers.rules import load_rules

    layers, rulebook = records(int(count)), load_rules(("national", *local))

    def work():
        answer = core.assess(layers, rulebook, ON)
        return {"findings": len(answer.findings), "supplies": len(answer.supplies)}

    return work


def records(count):
    """``count`` supplies without geometry, a delay for one in ten, an amendment for one in 20."""
    rng = np.random.default_rng(5)
    ids = np.array([f"410702{2006 + k % 20}B{k:07d}" for k in range(count)], dtype=object)
    begin = np.full(count, towns.FIRST)
    supplied = towns._between(rng, begin, towns.LAST)
    columns = towns.supply_columns(rng, ids, supplied, np.full(count, towns.EMPTY))
    geometry = np.full(count, None, dtype=object)
    delayed, amended = ids[::10], ids[::20]
    since = supplied[::10] + np.timedelta64(300, "D")
    signed = supplied[::20] + np.timedelta64(200, "D")
    hung = {
        "delays": {
            "supply_id": delayed,
            "cause": rng.choice(["plan_changed", "land_not_delivered", "holder"], len(delayed)),
            "from_on": since,
            "until_on": since + rng.integers(30, 800, len(since)).astype("timedelta64[D]"),
            "status": np.full(len(delayed), "verified"),
        },
        "amendments": {
            "supply_id": amended,
            "signed_on": signed,
            "start_on": signed + np.timedelta64(400, "D"),
        },
    }
    made = {n: towns._layer(n, [(c, None)]) for n, c in hung.items()}
    empty = {n: towns._layer(n, []) for n in towns.LAYERS}
    return empty | made | {"supplies": towns._layer("supplies", [(columns, geometry)])}
