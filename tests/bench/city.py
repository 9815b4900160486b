"""The benchmark city: seeded layers of a size and a mess that bureaus know, made in seconds.

A warped and turned lattice of units (50 m) is divided again and again: cells of 12 x 12 units are
approvals, strips of a cell acquisitions, lots of a strip supplies, parts of a lot footprints. So
the layers share borders; then every feature is digitised anew: each vertex moves by up to the
feature's own 0.01-0.5 m and 10 % of the vertices that are no corners are left out. Some features
overlap in earnest, some land is supplied twice, dates run from 2006 to 2025.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.measure import DEFAULT_CRS, ellipsoidal_area_m2
from landgis.schema import DTYPES, LAYERS, Shape
from landgis.stations import Layer, Layers

UNIT_M = 50.0
CELL = 12
GRID = (64, 40)
COUNTS = {
    "approvals": 2_000,
    "acquisitions": 6_000,
    "supplies": 20_000,
    "footprints": 40_000,
    "releases": 120,
    "reserves": 800,
}
EMPTY = np.datetime64("NaT", "D")
FIRST, LAST = np.datetime64("2006-01-01", "D"), np.datetime64("2025-12-31", "D")


@dataclass
class Rects:
    """Rectangles in lattice units (n, 4: i0, j0, i1, j1) and the row of the parent of each."""

    box: np.ndarray
    parent: np.ndarray

    def __len__(self):
        """The number of rectangles."""
        return len(self.box)

    def __getitem__(self, chosen):
        """The chosen rows."""
        return Rects(self.box[chosen], self.parent[chosen])


def city(scale=1.0, seed=7):
    """The layers of a city (``scale`` 1), of a part of it, or of ``scale`` cities side by side."""
    return grown(0, scale, seed)[1]


def grown(new, scale=1.0, seed=7):
    """The city before and after ``new`` supplies came in, and their polygons."""
    tiles = max(1, round(scale))
    parts = [_tile(t, min(scale, 1.0), seed, new if t == 0 else 0) for t in range(tiles)]
    layers = {name: _layer(name, [p[name] for p in parts if name in p]) for name in LAYERS}
    fresh = layers["supplies"].table["supply_id"].str.startswith("N").to_numpy()
    before = dict(layers) | {"supplies": _pick(layers["supplies"], ~fresh)}
    return before, layers, layers["supplies"].geometry[fresh]


def _pick(layer: Layer, rows) -> Layer:
    return Layer(layer.name, layer.table[rows].reset_index(drop=True), layer.rows[rows])


# -- geometry ---------------------------------------------------------------------------------


def _warp(i, j, tile):
    """Lattice units to metres: bent a little, turned by 20 degrees, one tile beside the other."""
    x, y = UNIT_M * i, UNIT_M * j
    x, y = (
        x + 60 * np.sin(y / 5_000 + 1) + 5 * np.sin(y / 160) + 4 * np.sin(x / 210 + 2),
        y + 70 * np.sin(x / 6_000) + 5 * np.sin(x / 170 + 1) + 4 * np.sin(y / 230),
    )
    turn = np.radians(20)
    east = 400_000 + 48_000 * (tile % 5) + x * np.cos(turn) - y * np.sin(turn)
    north = 3_820_000 + 40_000 * (tile // 5) + x * np.sin(turn) + y * np.cos(turn)
    return east, north


def _rings(box, tile, rng, *, exact=False):
    """One ring a rectangle, a vertex a unit, digitised with the mess of the real thing."""
    i0, j0, i1, j1 = box.T
    across = np.maximum(1, np.rint(i1 - i0)).astype(int)
    along = np.maximum(1, np.rint(j1 - j0)).astype(int)
    size = 2 * (across + along)
    ring = np.repeat(np.arange(len(box)), size)
    k = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    a, b = across[ring], along[ring]
    side = (k >= a).astype(int) + (k >= a + b) + (k >= 2 * a + b)
    step = k - np.choose(side, [0 * a, a, a + b, 2 * a + b])
    corner = step == 0
    share = step / np.where(side % 2 == 0, a, b)
    wide, high = (i1 - i0)[ring], (j1 - j0)[ring]
    i = np.choose(side, [i0[ring] + share * wide, i1[ring], i1[ring] - share * wide, i0[ring]])
    j = np.choose(side, [j0[ring], j0[ring] + share * high, j1[ring], j1[ring] - share * high])
    xy = np.column_stack(_warp(i, j, tile))
    if not exact:
        noise = np.exp(rng.uniform(np.log(0.01), np.log(0.5), len(box)))[ring]
        xy += rng.uniform(-1, 1, xy.shape) * noise[:, None]
        kept = corner | (rng.random(len(ring)) >= 0.1)
        xy, ring = xy[kept], ring[kept]
    return shapely.linearrings(xy, indices=ring)


def _polygons(box, tile, rng, *, exact=False):
    return shapely.polygons(_rings(box, tile, rng, exact=exact))


# -- subdivision ------------------------------------------------------------------------------


def _divide(rects, axis, parts, slack, rng):
    """Each rectangle cut into ``parts`` (n,) along ``axis`` at whole units near equal shares."""
    row = np.repeat(np.arange(len(rects)), parts)
    k = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    n = parts[row]
    lo, hi = rects.box[:, axis], rects.box[:, axis + 2]
    cut = rng.uniform(-slack, slack, len(row))
    begin = np.where(k == 0, lo[row], np.rint(lo[row] + (hi - lo)[row] * k / n + cut))
    end = np.where(k == n - 1, hi[row], np.roll(begin, -1))
    box = rects.box[row].copy()
    box[:, axis], box[:, axis + 2] = begin, end
    return Rects(box, row)


def _divide_some(rects, rows, axis, parts, slack, rng):
    """``_divide`` for the rows of a mask; parents are counted among all ``rects``."""
    cut = _divide(rects[rows], axis, parts[rows], slack, rng)
    return Rects(cut.box, np.flatnonzero(rows)[cut.parent])


def _join(groups):
    groups = list(groups)
    return Rects(*(np.concatenate([getattr(g, k) for g in groups]) for k in ("box", "parent")))


def _enlarge(box, share, units, rng):
    """Push one side of a ``share`` of the rectangles out by up to ``units``: real overlaps."""
    hit = np.flatnonzero(rng.random(len(box)) < share)
    side = rng.integers(0, 4, len(hit))
    box = box.copy()
    box[hit, side] += np.where(side < 2, -1, 1) * rng.uniform(units / 3, units, len(hit))
    return box


def _choose(rng, rows, count):
    """``count`` of the ``rows``, in their order."""
    rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else np.asarray(rows)
    return np.sort(rng.permutation(rows)[:count])


def _cells(nx, ny):
    j, i = np.divmod(np.arange(nx * ny), nx)
    box = np.column_stack([i, j, i + 1, j + 1]).astype(float) * CELL
    return Rects(box, np.zeros(len(box), dtype=int))


# -- dates ------------------------------------------------------------------------------------


def _between(rng, begin, end, low=0.0, high=1.0):
    """A day between ``begin`` and ``end``, at a share of the time drawn from low to high."""
    days = (end - begin).astype("timedelta64[D]").astype(float)
    return begin + (days * rng.uniform(low, high, len(begin))).astype("timedelta64[D]")


def _later(rng, day, low, high):
    return day + rng.integers(low, high, len(day)).astype("timedelta64[D]")


def _maybe(rng, day, share):
    """``day`` for a ``share`` of the rows that have come about by the end of 2025."""
    return np.where((rng.random(len(day)) < share) & (day <= LAST), day, EMPTY)


# -- layers -----------------------------------------------------------------------------------


def _ids(letter, tile, count):
    return np.array([f"{letter}{tile:02d}{k:06d}" for k in range(count)], dtype=object)


def _tile(tile, scale, seed, new):
    """Columns and polygons of one city, by layer."""
    rng = np.random.default_rng([seed, tile])
    nx, ny = (max(4, round(g * np.sqrt(scale))) for g in GRID)
    want = {k: max(3, round(v * scale)) for k, v in COUNTS.items()}
    want["approvals"] = min(want["approvals"], int(nx * ny * 0.85))
    cells = _cells(nx, ny)
    approved = _choose(rng, np.arange(len(cells)), want["approvals"])
    land, columns = _approvals(rng, tile, cells[approved])
    out = {"approvals": columns}
    strips, acquired, out["acquisitions"] = _acquisitions(
        rng, tile, land, columns[0], want["acquisitions"]
    )
    idle_cells = cells[np.setdiff1d(np.arange(len(cells)), approved)]
    lots, out["supplies"] = _supplies(
        rng, tile, strips, acquired, idle_cells, columns[0], want["supplies"], new
    )
    out["footprints"] = _footprints(rng, tile, lots, out["supplies"][0], want["footprints"])
    out["releases"] = _releases(rng, tile, land, columns[0], want["releases"])
    out["reserves"] = _reserves(rng, tile, strips, acquired, want["reserves"])
    out["districts"] = _districts(tile, nx, ny, rng)
    out["parks"] = _parks(tile, nx, ny, rng)
    return out


def _approvals(rng, tile, cells):
    """A cell each, some with a hole, some reaching into their neighbour."""
    n = len(cells)
    rings = _rings(_enlarge(cells.box, 0.02, 0.3, rng), tile, rng)
    polygons = shapely.polygons(rings)
    holed = _choose(rng, np.arange(n), max(1, n // 50))
    inner = _rings(cells.box[holed] + np.array([4, 5, -5, -4]), tile, rng)
    polygons[holed] = [shapely.polygons(r, [h]) for r, h in zip(rings[holed], inner, strict=True)]
    approved_on = _between(rng, np.full(n, FIRST), LAST, 0.0, 0.97)
    columns = {
        "approval_id": _ids("A", tile, n),
        "doc_no": [f"豫政土〔{2006 + k % 20}〕{k}号" for k in range(n)],
        "name": [f"第{k}批次" for k in range(n)],
        "kind": np.where(rng.random(n) < 0.9, "batch", "single"),
        "action": np.full(n, "both"),
        "needs_acquisition": rng.random(n) >= 0.04,
        "approved_on": approved_on,
        "withdrawn_on": _maybe(rng, _later(rng, approved_on, 500, 3_000), 0.01),
    }
    return cells, (columns, polygons)


def _acquisitions(rng, tile, land, approvals, count):
    """Three or four strips an approval, most of them acquired."""
    axis = rng.random(len(land)) < 0.5
    parts = rng.choice([3, 4], len(land), p=[0.6, 0.4])
    strips = _join(_divide_some(land, m, a, parts, 0.9, rng) for a, m in ((0, axis), (1, ~axis)))
    chosen = _choose(rng, np.arange(len(strips)), count)
    box, parent = strips.box[chosen], strips.parent[chosen]
    announced = _later(rng, approvals["approved_on"][parent], 30, 500)
    completed = _maybe(rng, _later(rng, announced, 60, 900), 0.93)
    columns = {
        "acquisition_id": _ids("Q", tile, len(chosen)),
        "approval_id": approvals["approval_id"][parent],
        "announced_on": announced,
        "compensated_on": completed,
        "completed_on": completed,
    }
    done = np.full(len(strips), EMPTY)
    done[chosen] = completed
    acquired = {"done": done, "approved": approvals["approved_on"][strips.parent]}
    return strips, acquired, (columns, _polygons(_enlarge(box, 0.02, 0.2, rng), tile, rng))


def _lots(rng, strips):
    """Three to five lots a strip, cut across its longer side."""
    tall = (strips.box[:, 3] - strips.box[:, 1]) > (strips.box[:, 2] - strips.box[:, 0])
    parts = rng.choice([3, 4, 5], len(strips))
    return _join(_divide_some(strips, m, a, parts, 0.6, rng) for a, m in ((1, tall), (0, ~tall)))


def _supplies(rng, tile, strips, acquired, idle_cells, approvals, count, new):
    """Lots of strips, some not acquired, some supplied again, some on state land outside.

    The last ``new`` ones, on lots still free, have ids that begin with N.
    """
    lots = _lots(rng, strips)
    again, outside, early = count * 3 // 100, count * 2 // 100, count // 100
    done = acquired["done"][lots.parent]
    ready = rng.permutation(np.flatnonzero(~np.isnat(done)))
    first, late = np.split(ready[: count - again - outside - early + new], [-new or len(ready)])
    unready = _choose(rng, np.isnat(done), early)
    inland = _divide(idle_cells, 0, np.full(len(idle_cells), 3), 0.9, rng)
    inland = inland[_choose(rng, np.arange(len(inland)), outside)]
    taken = lots[np.concatenate([first, unready, first[:again], late])]
    begin = np.where(np.isnat(acquired["done"]), acquired["approved"], acquired["done"])
    begin = np.concatenate([begin[taken.parent], np.full(len(inland), FIRST)])
    supplied = _between(rng, np.minimum(begin, LAST), LAST, 0.02, 0.95)
    returned = np.full(len(supplied), EMPTY)
    returned[:again] = _later(rng, supplied[:again], 400, 1_500)
    second = slice(len(first) + early, len(first) + early + again)
    supplied[second] = np.minimum(_later(rng, returned[:again], 30, 700), LAST)
    ids = _ids("S", tile, len(supplied))
    ids[second.stop : second.stop + new] = _ids("N", tile, new)
    columns = supply_columns(rng, ids, supplied, returned)
    outer = np.arange(len(ids)) >= len(taken)
    columns["land_source"] = np.where(outer, "现有建设用地", "新增建设用地")
    under = approvals["approval_id"][strips.parent[taken.parent]]
    columns["approval_id"] = np.concatenate([under, np.full(len(inland), None)])
    box = np.concatenate([_enlarge(taken.box, 0.03, 0.2, rng), inland.box])
    return Rects(box, ~outer), (columns, _polygons(box, tile, rng))


def supply_columns(rng, ids, supplied_on, returned_on):
    """The records of supplies: clocks, money, names. No geometry; also used for a million."""
    n = len(ids)
    start = _later(rng, supplied_on, 90, 540)
    started = _maybe(rng, _later(rng, start, -200, 900), 0.7)
    completed = _maybe(rng, _later(rng, started, 300, 1_100), 0.7)
    name = np.array([f"项目{k:04d}" for k in range(1_000)], dtype=object)
    return {
        "supply_id": ids,
        "project_name": name[rng.integers(0, len(name), n)],
        "holder": name[rng.integers(0, len(name), n)],
        "district_code": rng.choice(["410702", "410704", "410711", "410721"], n),
        "land_use": rng.choice(["工业用地", "住宅用地", "商服用地"], n),
        "supplied_on": supplied_on,
        "price_fen": rng.integers(1_000_000, 5_000_000_000, n),
        "declared_area_m2": rng.uniform(5_000, 90_000, n).round(2),
        "agreed_start_on": np.where(rng.random(n) < 0.95, start, EMPTY),
        "agreed_completion_on": _later(rng, start, 700, 1_100),
        "started_on": np.where(started <= LAST, started, EMPTY),
        "completed_on": np.where(completed <= LAST, completed, EMPTY),
        "returned_on": returned_on,
        "land_ownership": np.full(n, "state"),
    }


def _footprints(rng, tile, lots, supplies, count):
    """Two a supply: halves that share its border, or yards well inside."""
    of = rng.permutation(np.concatenate([np.arange(len(lots))] * 2))
    of = np.sort(of[:count])
    second = np.concatenate([[False], of[1:] == of[:-1]])
    box = lots.box[of].copy()
    wide = box[:, 2] - box[:, 0]
    split = box[:, 0] + wide * rng.uniform(0.45, 0.55, len(of))
    box[:, 0] = np.where(second, split + wide * rng.uniform(0, 0.1, len(of)), box[:, 0])
    box[:, 2] = np.where(second, box[:, 2], split - wide * rng.uniform(0, 0.1, len(of)))
    inset = np.where(rng.random(len(of)) < 0.4, rng.uniform(0.1, 0.3, len(of)), 0.0)
    box += inset[:, None] * np.array([1, 1, -1, -1]) * np.minimum(1, wide[:, None] / 4)
    observed = _later(rng, supplies["supplied_on"][of], -150, 1_800)
    columns = {
        "footprint_id": _ids("F", tile, len(of)),
        "supply_id": supplies["supply_id"][of],
        "observed_on": np.minimum(observed, LAST),
        "removed_on": _maybe(rng, _later(rng, observed, 400, 4_000), 0.03),
        "kind": np.full(len(of), "建筑"),
    }
    return columns, _polygons(box, tile, rng)


def _releases(rng, tile, land, approvals, count):
    rows = _choose(rng, np.arange(len(land)), count)
    box = land.box[rows].copy()
    part = rng.random(len(rows)) < 0.7
    box[part, 2] -= rng.integers(4, 9, part.sum())
    columns = {
        "release_id": _ids("R", tile, len(rows)),
        "approval_id": approvals["approval_id"][rows],
        "kind": rng.choice(["lapsed", "withdrawn", "adjusted", "written_off"], len(rows)),
        "doc_no": [f"核销{k}号" for k in range(len(rows))],
        "decided_on": np.minimum(_later(rng, approvals["approved_on"][rows], 700, 4_000), LAST),
    }
    return columns, _polygons(box, tile, rng)


def _reserves(rng, tile, strips, acquired, count):
    rows = _choose(rng, ~np.isnat(acquired["done"]), count)
    into = _later(rng, acquired["done"][rows], 1, 400)
    columns = {
        "reserve_id": _ids("V", tile, len(rows)),
        "source": np.full(len(rows), "acquired"),
        "in_on": np.minimum(into, LAST),
        "out_on": _maybe(rng, _later(rng, into, 100, 2_500), 0.6),
        "mortgaged": rng.random(len(rows)) < 0.1,
    }
    return columns, _polygons(strips.box[rows], tile, rng)


def _districts(tile, nx, ny, rng):
    """Twelve districts, four by three, that tile the city without a gap."""
    i, j = np.linspace(0, nx, 5).round() * CELL, np.linspace(0, ny, 4).round() * CELL
    box = np.array([[i[a], j[b], i[a + 1], j[b + 1]] for b in range(3) for a in range(4)])
    columns = {
        "district_code": [f"41{tile + 7:02d}{k + 1:02d}" for k in range(12)],
        "name": [f"{tile}市{k + 1}区" for k in range(12)],
    }
    return columns, _polygons(box, tile, rng, exact=True)


def _parks(tile, nx, ny, rng):
    """Eight parks that cross approvals; two of them overlap."""
    w, h = nx * CELL / 8, ny * CELL / 6
    at = np.array([(2 * k % 8 * w + 0.37 * w, (k // 4) * 3 * h + 0.41 * h) for k in range(8)])
    at[1] = at[0] + np.array([0.6 * w, 0.3 * h])
    box = np.column_stack([at, at + np.array([w, h])])
    columns = {
        "park_id": [f"P{tile:02d}{k}" for k in range(8)],
        "name": [f"园区{k + 1}" for k in range(8)],
        "status": np.full(8, "省级"),
    }
    return columns, _polygons(box, tile, rng)


def table(name, columns):
    """The columns of layer ``name`` with their dtypes, empty where nothing is given."""
    size = len(next(iter(columns.values()))) if columns else 0
    made = {}
    for column in LAYERS[name].columns:
        values = columns.get(column.name)
        dtype = DTYPES[column.kind]
        empty = pd.Series(index=range(size), dtype=dtype)
        made[column.name] = empty if values is None else pd.Series(values).astype(dtype)
    return pd.DataFrame(made)


def _layer(name, parts):
    """One Layer out of the tiles' columns and polygons."""
    tables = [table(name, columns) for columns, _ in parts] or [table(name, {})]
    records = pd.concat(tables, ignore_index=True)
    rows = np.arange(1, len(records) + 1, dtype="int64")
    if LAYERS[name].shape is Shape.NONE:
        return Layer(name, records, rows)
    geometry = np.concatenate([g for _, g in parts]) if parts else np.array([], dtype=object)
    records["area_m2"] = ellipsoidal_area_m2(geometry, DEFAULT_CRS)
    framed = gpd.GeoDataFrame(records, geometry=geometry, crs=DEFAULT_CRS)
    return Layer(name, framed, rows)


def on_date(layers: Layers, name, opens, closes=None, on="2026-01-01"):
    """The polygons of one layer in force on a day."""
    t = layers[name].table
    day = pd.Timestamp(on)
    held = t[opens].le(day)
    if closes:
        held &= ~t[closes].le(day)
    return t.loc[held, ["geometry"]].reset_index(drop=True)
