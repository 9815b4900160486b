"""What a user could pick instead: the three difference layers of one date, by four others.

Approved minus acquired, acquired minus supplied, supplied minus built on, of the city on
2026-01-01, from tables already loaded and indexed. A peer that cannot be had raises, and is
printed as missing.
"""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import shapely

from tests.bench.city import city, on_date
from tests.postgres import DATABASE, server

ON = {
    "approved": ("approvals", "approved_on"),
    "acquired": ("acquisitions", "completed_on"),
    "supplied": ("supplies", "supplied_on", "returned_on"),
    "built": ("footprints", "observed_on", "removed_on"),
}
PAIRS = (("approved", "acquired"), ("acquired", "supplied"), ("supplied", "built"))


def tables(scale):
    """The four layers in force, by name, with an integer id."""
    layers = city(float(scale))
    return {n: on_date(layers, *spec).rename_axis("id").reset_index() for n, spec in ON.items()}


def geopandas_overlay(scale):
    """`geopandas.overlay(how="difference")`, three times."""
    frames = tables(scale)

    def work():
        parts = [gpd.overlay(frames[a], frames[b], how="difference") for a, b in PAIRS]
        return {"km2": [p.area.sum() / 1e6 for p in parts]}

    return work


def duckdb_spatial(scale):
    """DuckDB with its spatial extension from the package registry; nothing is downloaded."""
    import duckdb
    import duckdb_extension_spatial

    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    db = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    db.execute(f"LOAD '{extension}'")
    for name, frame in tables(scale).items():
        wkb = frame.assign(wkb=shapely.to_wkb(frame.geometry.values))[["id", "wkb"]]
        db.register("wkb", wkb)
        db.execute(f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(wkb) AS g FROM wkb")
        db.unregister("wkb")

    def work():
        for a, b in PAIRS:
            db.execute(f"CREATE TABLE {a}_{b} AS {_difference(a, b)}")
        query = "SELECT sum(ST_Area(g)) / 1e6 FROM {}_{}"
        return {"km2": [db.execute(query.format(*p)).fetchone()[0] for p in PAIRS]}

    return work


def _difference(a, b):
    return f"""
        WITH cover AS (
            SELECT l.id, ST_Union_Agg(r.g) AS g
            FROM {a} l JOIN {b} r ON ST_Intersects(l.g, r.g) GROUP BY l.id)
        SELECT l.id, CASE WHEN c.g IS NULL THEN l.g ELSE ST_Difference(l.g, c.g) END AS g
        FROM {a} l LEFT JOIN cover c ON l.id = c.id"""


def sedonadb(scale):
    """SedonaDB, with as many threads as it takes by itself."""
    import pyarrow as pa
    import sedonadb

    db = sedonadb.connect()
    for name, frame in tables(scale).items():
        db.create_data_frame(frame.rename_geometry("g")).to_memtable().to_view(name)

    def work():
        made = [db.sql(_difference(a, b)).to_memtable() for a, b in PAIRS]
        for (a, b), frame in zip(PAIRS, made, strict=True):
            frame.to_view(f"{a}_{b}")
        # CASE gives plain binary here, so the type is told again.
        query = "SELECT sum(ST_Area(ST_GeomFromWKB(g))) / 1e6 AS km2 FROM {}_{}"
        sums = [pa.table(db.sql(query.format(*p)))["km2"][0].as_py() for p in PAIRS]
        return {"km2": sums}

    return work


def postgis(scale):
    """PostGIS on a private cluster that lives as long as the run; CPU of the server's processes."""
    frames = tables(scale)

    def work():
        with server(shared_buffers="512MB", work_mem="256MB") as postgres:
            postgres.sql("CREATE EXTENSION postgis;", DATABASE)
            for name, frame in frames.items():
                _loaded(postgres, name, frame)
            return _differences(postgres)

    return work


def _loaded(postgres, name, frame):
    """One table with its index, analysed."""
    shapes = shapely.to_wkb(frame.geometry.values, hex=True)
    rows = "\n".join(f"{i}\t{w}" for i, w in zip(frame["id"], shapes, strict=True))
    postgres.sql(f"CREATE TABLE {name} (id int PRIMARY KEY, g geometry);\n"
                 f"COPY {name} FROM STDIN;\n{rows}\n\\.\n"
                 f"CREATE INDEX ON {name} USING gist (g); VACUUM ANALYZE {name};",
                 DATABASE)  # fmt: skip


def _differences(postgres):
    """The three layers: CPU, wall clock, peak memory of the backend, areas."""
    cpu, wall = postgres.cpu_s(), time.perf_counter()
    made = "".join(
        f"CREATE TABLE {a}_{b} AS {_difference(a, b).replace('ST_Union_Agg', 'ST_Union')};"
        for a, b in PAIRS
    )
    peak = postgres.sql(made + "SELECT pg_read_file('/proc/self/status');", DATABASE)
    figures = {"cpu_s": postgres.cpu_s() - cpu, "wall_s": time.perf_counter() - wall}
    figures["rss_mb"] = int(peak[peak.index("VmHWM:") + 1]) / 1024
    areas = [
        postgres.sql(f"SELECT sum(ST_Area(g)) / 1e6 FROM {a}_{b};", DATABASE)[0] for a, b in PAIRS
    ]
    return figures | {"km2": [float(a) for a in areas]}


PEERS = {
    "geopandas": geopandas_overlay,
    "PostGIS": postgis,
    "DuckDB spatial": duckdb_spatial,
    "SedonaDB": sedonadb,
}
