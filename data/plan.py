"""The ground plan: towns and parks of street blocks, divided into parcels and lots.

Everything is laid out on flat ground, one street grid for each town, and then bent, turned and
moved to its place. Neighbours share their borders exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from country import CRS, districts
from names import PARKS
from numpy.typing import NDArray
from shapes import Ring, Shapes, divide, halve, noded, polygons, pond, rectangle, ring_area, strip

BLOCKS = 300
_OUTLYING = (4, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 10, 11, 11)
_PAIRS, _HALVED, _ROADS_BETWEEN = 25, 12, 8
_LANES, _BELTS, _PONDS = 17, 9, 30


@dataclass(frozen=True)
class Town:
    """One street grid: what it is for, where it lies, how it is turned and bent."""

    name: str
    industries: tuple[str, ...]
    centre: tuple[float, float]
    turn: float
    bends: tuple[float, float, float, float, float, float]
    blocks: int


@dataclass(frozen=True)
class Plan:
    """The ground plan.

    ``lots`` has one row a lot: approval, parcel (numbers), town, rank (0 in the old middle of a
    town, 1 at its edge), use (lot, road or green), ring (flat), geometry (working CRS), area_m2.
    """

    districts: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    towns: list[Town]
    lots: gpd.GeoDataFrame


def _town(rng: np.random.Generator, name: str, kinds: tuple[str, ...], at: object, n: int) -> Town:
    """A town at a place, turned and bent at random."""
    x, y = np.asarray(at, dtype=float)
    bends = (
        rng.uniform(40, 95),
        rng.uniform(3200, 5200),
        rng.uniform(0, 6.28),
        rng.uniform(40, 95),
        rng.uniform(3200, 5200),
        rng.uniform(0, 6.28),
    )
    return Town(name, kinds, (float(x), float(y)), float(rng.uniform(-0.45, 0.45)), bends, n)


def _places(
    rng: np.random.Generator, land: gpd.GeoDataFrame, wanted: list[tuple[int, float]]
) -> list[NDArray[np.float64]]:
    """A place for each (district, radius): far from every other place and from the outer border."""
    outline = shapely.coverage_union_all(land.geometry.to_numpy())
    found: list[tuple[NDArray[np.float64], float]] = []
    for district, radius in wanted:
        home = land.geometry.iloc[district]
        x0, y0, x1, y1 = home.bounds
        tried = rng.uniform((x0, y0), (x1, y1), (600, 2))
        points = shapely.points(tried)
        room = shapely.distance(points, outline.exterior) - radius
        border = shapely.distance(points, home.exterior)
        # the first park lies across a border, as some do; the others keep away from theirs
        room = np.minimum(room, border - 0.75 * radius if found else 900 - border)
        inside = shapely.contains(home, points)
        for other, reach in found:
            room = np.minimum(room, np.hypot(*(tried - other).T) - radius - reach)
        # room first, and then no order: towns are not laid out with a ruler
        wish = 3 * np.minimum(room, 1200) + rng.uniform(0, 2500, len(tried))
        found.append((tried[np.argmax(np.where(inside, wish, -1e9))], radius))
    return [place for place, _ in found]


def _towns(rng: np.random.Generator, land: gpd.GeoDataFrame) -> list[Town]:
    """Seven grids with parks (one holds two) and a seat for each of the twelve districts."""
    sizes = [("park", p[3], 22) for i, p in enumerate(PARKS) if i != 5]
    sizes[4] = ("park", PARKS[4][3], 36)
    park_blocks = sum(n for _, _, n in sizes)
    rest = BLOCKS - park_blocks - len(_OUTLYING)
    share = [rest // 12 + (1 if i < rest % 12 else 0) for i in range(12)]
    sizes += [("town", i, share[i]) for i in range(12)]
    sizes += [("site", i, 1) for i in _OUTLYING]
    wanted = [(district, 500.0 * n**0.5) for _, district, n in sizes]
    kinds = [(p[2],) for i, p in enumerate(PARKS) if i != 5] + [("综合",)] * (12 + len(_OUTLYING))
    kinds[4] = (PARKS[4][2], PARKS[5][2])
    places = _places(rng, land, wanted)
    titles = land["name"].tolist()
    return [
        _town(rng, titles[d], k, at, n)
        for (_, d, n), k, at in zip(sizes, kinds, places, strict=True)
    ]


def place(town: Town, shapes: Shapes) -> Shapes:
    """Shapes of a town's flat ground where they lie in the working CRS, to the millimetre."""
    a1, l1, p1, a2, l2, p2 = town.bends
    c, s = np.cos(town.turn), np.sin(town.turn)

    def bend(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x = xy[:, 0] + a1 * np.sin(2 * np.pi * xy[:, 1] / l1 + p1)
        y = xy[:, 1] + a2 * np.sin(2 * np.pi * xy[:, 0] / l2 + p2)
        return np.round(np.column_stack([c * x - s * y, s * x + c * y]) + town.centre, 3)

    return np.asarray(shapely.transform(shapes, bend), dtype=object)


def _streets(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where streets run across a town, and how wide each is."""
    lines = np.cumsum(rng.uniform(480, 820, n))
    return lines - lines[n // 2] + rng.uniform(-200, 200), np.where(np.arange(n) % 3 == 0, 52, 34)


def _blocks(rng: np.random.Generator, town: Town) -> pd.DataFrame:
    """The street blocks of a town (column, row, rank, x0, y0, x1, y1), the oldest first."""
    n = 2 * int(np.ceil(town.blocks**0.5)) + 3
    (xs, xw), (ys, yw) = _streets(rng, n), _streets(rng, n)
    i, j = (a.ravel() for a in np.meshgrid(np.arange(n - 1), np.arange(n - 1)))
    table = pd.DataFrame({"column": i, "row": j})
    table["x0"], table["x1"] = xs[i] + xw[i] / 2, xs[i + 1] - xw[i + 1] / 2
    table["y0"], table["y1"] = ys[j] + yw[j] / 2, ys[j + 1] - yw[j + 1] / 2
    x, y = (table["x0"] + table["x1"]) / 2, (table["y0"] + table["y1"]) / 2
    turn = np.arctan2(y, x)
    grown = 1 + 0.22 * np.sin(2 * turn + town.bends[2]) + 0.13 * np.sin(3 * turn + town.bends[5])
    far = np.hypot(x, y) / grown
    chosen = table.iloc[np.argsort(far, kind="stable")[: town.blocks]].reset_index(drop=True)
    return chosen.assign(rank=(np.arange(town.blocks) + 0.5) / town.blocks)


def _all_blocks(rng: np.random.Generator, towns: list[Town]) -> pd.DataFrame:
    """The blocks of every town with the approval each belongs to (pairs share one)."""
    blocks = pd.concat(
        [_blocks(rng, t).assign(town=i) for i, t in enumerate(towns)], ignore_index=True
    )
    key = {(t, c, r): k for k, (t, c, r) in enumerate(blocks[["town", "column", "row"]].to_numpy())}
    blocks["mate"], blocks["west"] = -1, False
    free = set(range(len(blocks)))
    pairs = 0
    for k in rng.permutation(len(blocks)):
        mate = key.get((blocks.at[k, "town"], blocks.at[k, "column"] + 1, blocks.at[k, "row"]))
        if pairs < _PAIRS and mate is not None and {int(k), mate} <= free:
            blocks.loc[[k, mate], "mate"] = [mate, k]
            blocks.at[k, "west"] = True
            free -= {int(k), mate}
            pairs += 1
    blocks["make"] = ""
    single = rng.permutation(np.array(sorted(free)))
    ends = np.cumsum([_HALVED, _LANES, _BELTS])
    for start, end, make in zip([0, *ends], ends, ["halved", "lane", "belt"], strict=False):
        blocks.loc[single[start:end], "make"] = make
    western = [k for k in blocks.index if blocks.at[k, "mate"] >= 0 and blocks.at[k, "west"]]
    blocks.loc[western[:_ROADS_BETWEEN], "make"] = "road"
    return blocks


def _parts(rng: np.random.Generator, block: pd.Series) -> list[tuple[str, Ring]]:
    """The parts of a block before it is divided: land to build on, lanes and green belts."""
    corner = min(24.0, 0.06 * (block["x1"] - block["x0"]))
    ring = rectangle(block["x0"], block["y0"], block["x1"], block["y1"], corner)
    if block["make"] == "halved":
        return [("lot", half) for half in halve(ring, rng)]
    if block["make"] not in ("lane", "belt"):
        return [("lot", ring)]
    edge = block["make"] == "belt"
    belt, *rest = strip(ring, rng, 36.0 if edge else 20.0, edge=edge)
    return [("green" if edge else "road", belt), *(("lot", r) for r in rest)]


def _divided(rng: np.random.Generator, block: pd.Series) -> pd.DataFrame:
    """The lots of one block (use, parcel, half, ring), numbered within the block."""
    rows: list[tuple[str, int, int, Ring]] = []
    number = 0
    for k, (use, part) in enumerate(_parts(rng, block)):
        half = k if block["make"] == "halved" else 0
        parcels = [part] if use != "lot" else divide(part, rng, 16.5, 0.3, 4.5)
        for parcel in parcels:
            lots = [parcel] if use != "lot" else divide(parcel, rng, 5.25, 0.5, 1.0)
            rows += [(use, number, half, lot) for lot in lots]
            number += 1
    return pd.DataFrame(rows, columns=["use", "parcel", "half", "ring"])


def _road_between(block: pd.Series, mate: pd.Series) -> pd.DataFrame:
    """The street between two blocks of one approval."""
    corner = max(min(24.0, 0.06 * (b["x1"] - b["x0"])) for b in (block, mate))
    ring = rectangle(block["x1"], block["y0"] + corner, mate["x0"], block["y1"] - corner)
    return pd.DataFrame({"use": ["road"], "parcel": [0], "half": [0], "ring": [ring]})


def _lots(rng: np.random.Generator, towns: list[Town]) -> gpd.GeoDataFrame:
    """Every lot of every town."""
    blocks = _all_blocks(rng, towns)
    tables = []
    for k in blocks.index:
        block = blocks.loc[k]
        owner = min(k, block["mate"]) if block["mate"] >= 0 else k
        said = {"block": k, "owner": owner, "town": block["town"], "rank": block["rank"]}
        tables.append(_divided(rng, block).assign(**said))
        if block["make"] == "road":
            between = _road_between(block, blocks.loc[block["mate"]])
            tables.append(between.assign(**{**said, "block": BLOCKS + k}))
    lots = pd.concat(tables, ignore_index=True)
    lots["flat_m2"] = [ring_area(r) for r in lots["ring"]]
    lots["flat"] = shapely.Polygon()
    for rows in lots.groupby("owner").indices.values():
        lots.loc[rows, "flat"] = noded(polygons([lots.at[k, "ring"] for k in rows]))
    lots = _with_ponds(rng, lots)
    lots["approval"] = lots.groupby(["owner", "half"], sort=True).ngroup()
    lots["parcel"] = lots.groupby(["block", "parcel"], sort=True).ngroup()
    shapes = np.empty(len(lots), dtype=object)
    for i, town in enumerate(towns):
        here = (lots["town"] == i).to_numpy()
        shapes[here] = place(town, lots.loc[here, "flat"].to_numpy())
    kept = lots.drop(columns=["flat", "half", "owner"])
    return gpd.GeoDataFrame(kept, geometry=shapes, crs=CRS).assign(area_m2=shapely.area(shapes))


def _with_ponds(rng: np.random.Generator, lots: pd.DataFrame) -> pd.DataFrame:
    """Lots of which thirty have a hole: a pond, a shrine or an old well left out."""
    wide = lots.index[(lots["use"] == "lot") & (lots["flat_m2"] > 30_000)]
    chosen = np.sort(rng.choice(wide, _PONDS, replace=False))
    shapes = lots["flat"].to_numpy(dtype=object).copy()
    for k in chosen:
        hole = pond(shapes[k], float(rng.uniform(24, 42)))
        shapes[k] = shapely.transform(shapes[k].difference(hole), lambda xy: np.round(xy, 4))
    return lots.assign(flat=shapes, pond=np.isin(lots.index, chosen))


def _parks(lots: gpd.GeoDataFrame, towns: list[Town]) -> gpd.GeoDataFrame:
    """The parks: the land of their blocks with the streets between, two of them overlapping."""
    shapes = []
    for i, town in enumerate(towns[: len(PARKS) - 1]):
        of_town = lots[lots["town"] == i]
        middle = of_town.groupby("block")["ring"].transform(
            lambda rings: np.mean([p[0] for ring in rings for p in ring])
        )
        halves = (
            [middle <= np.quantile(middle, 0.58), middle >= np.quantile(middle, 0.46)]
            if len(town.industries) == 2
            else [(of_town["rank"] < 0.86)]
        )
        shapes += [_around(of_town.geometry[h].to_numpy()) for h in halves]
    name, status, industry, district = zip(*PARKS, strict=True)
    table = {
        "park_id": [f"YQ{n:02d}" for n in range(1, len(PARKS) + 1)],
        "name": name,
        "status": status,
        "leading_industry": industry,
        "district": district,
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


def _around(shapes: Shapes) -> shapely.Polygon:
    """One outline round blocks that lie a street apart."""
    filled = shapely.buffer(shapely.union_all(shapely.buffer(shapes, 62, quad_segs=2)), -48)
    parts = shapely.get_parts(filled)
    outline = shapely.Polygon(parts[np.argmax(shapely.area(parts))].exterior)
    return shapely.transform(shapely.simplify(outline, 2.0), lambda xy: np.round(xy, 3))


def draw(seed: int) -> Plan:
    """The whole ground plan of the city of ``seed``."""
    rng = np.random.default_rng([seed, 1])
    land = districts(rng)
    towns = _towns(rng, land)
    lots = _lots(rng, towns)
    return Plan(land, _parks(lots, towns), towns, lots)
