"""Vector tiles of a city of parcels, ours and PostGIS's by turns in one process."""

from __future__ import annotations

import time

import numpy as np
import psycopg
import shapely

from landgis.measure import transform
from landgis.stage import STAGES
from maps import mvt
from maps.bins import Bins
from maps.clip import Tile
from maps.outlines import MAP_CRS, outlines
from maps.tiles import Canvas
from maps.view import Day, Ground, View
from tests.bench.child import peak_mb
from tests.postgres import server

ZOOMS = (13, 14, 15)
TILES = 60
"""Tiles of each zoom, anywhere in the city."""

SIDE_M = 40.0
"""How far parcels lie apart: 625 on a square kilometre."""


def parcels(count, corners=10):
    """``count`` parcels of some corners beside each other, no two alike."""
    rng = np.random.default_rng(11)
    wide = int(np.ceil(count**0.5))
    number = np.arange(count)
    at = np.stack([number % wide, number // wide], axis=-1) * SIDE_M + [460_000, 3_860_000]
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    reach = 0.47 * SIDE_M * rng.uniform(0.7, 1.0, (count, corners, 1))
    return shapely.polygons(at[:, None, :] + ring[None] * reach)


def canvas(count, stage, names):
    """A canvas of parcels as a server holds it, and the seconds that its ground takes."""
    shapes = parcels(count)
    begin = time.process_time()
    lines = outlines(shapes, 4547)
    spent = time.process_time() - begin
    nothing = outlines(np.empty(0, dtype=object), 4547)
    none = np.empty(0, np.int64)
    number = np.arange(count, dtype=np.uint64) + np.uint64(2**47)
    seen = Day(None, stage, np.arange(count), np.full(count, -1), mvt.texts(names), 0,
               none, none, none, none, none, none, (none, none, none))  # fmt: skip
    every = np.ones(count, dtype=bool)
    ground = Ground(lines, nothing, number, number[:0])
    return Canvas(ground, View(seen, every, every[:0], False)), shapes, spent


def postgis(postgres, shapes, stage, names):
    """The same parcels in a table with an index, in the map's coordinates already."""
    link = psycopg.connect(postgres.address(), autocommit=True)
    link.execute("CREATE EXTENSION postgis")
    link.execute("CREATE TABLE stock (id bigint, stage text, key text, g geometry(Polygon, 3857))")
    turned = shapely.set_srid(transform(shapes, 4547, MAP_CRS), MAP_CRS)
    wkb = shapely.to_wkb(turned, hex=True, include_srid=True)
    codes = [STAGES[k].value for k in stage.tolist()]
    with link.cursor().copy("COPY stock FROM STDIN") as copy:
        for k, row in enumerate(zip(codes, names, wkb, strict=True)):
            copy.write_row((2**47 + k, *row))
    link.execute("CREATE INDEX ON stock USING gist (g)")
    link.execute("VACUUM ANALYZE stock")
    return link


QUERY = """
SELECT ST_AsMVT(t, 'stock', 4096, 'mvt', 'id') FROM (
    SELECT id, stage, key,
           ST_AsMVTGeom(g, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS mvt
    FROM stock
    WHERE g && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)) t
"""


def tiles(count):
    """Times of tiles at each zoom in ms, ours and PostGIS's by turns; memory of ours."""
    count = int(count)
    rng = np.random.default_rng(3)
    stage = rng.integers(0, 5, count)
    names = [f"supplies:4107{k % 100:02}{2006 + k % 20}B{k:07d}" for k in range(count)]
    before = peak_mb()
    drawn, shapes, ground_s = canvas(count, stage, names)
    own_mb = peak_mb() - before

    def work():
        told = {"ground_s": ground_s, "own_mb": own_mb}
        with server() as postgres, postgis(postgres, shapes, stage, names) as link:
            for z in ZOOMS:
                told[str(z)] = turns(drawn, link, places(drawn, z, rng), postgres)
        return told

    return work


def places(drawn, z, rng):
    """Tiles of one zoom inside the city."""
    west, north = drawn.ground.stock.box[:, :2].min(axis=0)
    east, south = drawn.ground.stock.box[:, 2:].max(axis=0)
    at = rng.uniform((west, north), (east, south), (TILES, 2)).astype(np.int64) >> (32 - z)
    return [Tile(z, int(x), int(y)) for x, y in at]


def none(_layer: str, _zoom: int) -> Bins:
    """Bins, which no tile of land asks for."""
    raise AssertionError


def turns(drawn, link, asked, postgres):
    """p50 and p95 of both, CPU of a tile, in ms, and the bytes of the fullest tile."""
    ours, theirs, most, spent = [], [], 0, 0.0
    drawn.tile(asked[0], none)
    link.execute(QUERY, asked[0]._asdict())
    server_s = postgres.cpu_s()
    for tile in asked:
        cpu = time.process_time()
        begin = time.perf_counter()
        made = drawn.tile(tile, none)
        between = time.perf_counter()
        spent += time.process_time() - cpu
        peer = link.execute(QUERY, tile._asdict()).fetchone()[0]
        theirs.append(time.perf_counter() - between)
        ours.append(between - begin)
        most = max(most, len(made))
        assert abs(features(made) - features(peer)) <= 0.01 * features(peer) + 2
    spread = {"ours": ours, "peer": theirs}
    figures = {n: [1000 * float(np.percentile(v, p)) for p in (50, 95)] for n, v in spread.items()}
    each = {"ours_cpu": spent, "peer_cpu": postgres.cpu_s() - server_s}
    return figures | {n: 1000 * s / len(asked) for n, s in each.items()} | {"bytes": most}


def features(content):
    """How many features the one layer of a tile has."""
    if not content:
        return 0
    _, at = _number(content, 1)
    count = 0
    while at < len(content):
        tag, at = _number(content, at)
        value, at = _number(content, at)
        count += tag == 2 << 3 | 2
        at += value if tag & 7 == 2 else 0
    return count


def _number(content, at):
    """One varint, and where the next begins."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
