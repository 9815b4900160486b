"""Land that left its approval, and the reserve: built on what happened to the lots."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from country import CRS
from days import TODAY, dates, day, happened, year
from land import Ground, united
from names import document
from shapes import jitter

_RELEASES, _LAPSED, _ADJUSTED = 40, 6, 6
_CLEARANCES = ("2021-06-30", "2022-11-15", "2024-03-29")
_RESERVES = {"acquired": 34, "reclaimed": 12, "purchased": 9, "exchanged": 5}
_STILL_WAITING = 24


def _written_off(rng: np.random.Generator, lots: pd.DataFrame) -> list[pd.DataFrame]:
    """Roads and green belts that were written off some years after they were acquired."""
    public = lots[lots["use"].isin(["road", "green"]) & lots["ready"].notna()]
    since = public.groupby("approval")["ready"].max()
    later = happened(since.to_numpy() + rng.integers(150, 1200, len(since)))
    done = pd.Series(later, index=since.index).dropna()
    chosen = rng.permutation(done.index)[: _RELEASES - _LAPSED - _ADJUSTED - 1]
    return [
        pd.DataFrame(
            {
                "lot": public.index[public["approval"] == k],
                "kind": "written_off",
                "decided": done[k],
            }
        )
        for k in chosen
    ]


def _release_of_lots(rng: np.random.Generator, ground: Ground) -> pd.DataFrame:
    """Which lots left their approval (group, lot, kind, decided)."""
    lots = ground.lots
    gone = lots[lots["withdrawn"]].groupby("approval")
    last = gone.groups[max(gone.groups)]
    rows = _written_off(rng, lots)
    rows.append(
        pd.DataFrame(
            {"lot": last, "kind": "withdrawn", "decided": lots["approved"].loc[last] + 700}
        )
    )
    never = lots[lots["ready"].isna() & ~lots["withdrawn"] & ~lots["state_owned"]]
    old = never[never["approved"] < day("2019-01-01")]
    stale = rng.choice(old["parcel"].unique(), _RELEASES - len(rows), replace=False)
    for k, parcel in enumerate(stale):
        kind = "lapsed" if k < _LAPSED else "adjusted"
        decided = day(_CLEARANCES[k % len(_CLEARANCES)])
        here = lots.index[lots["parcel"] == parcel]
        rows.append(pd.DataFrame({"lot": here, "kind": kind, "decided": decided}))
    return pd.concat([r.assign(group=k) for k, r in enumerate(rows)], ignore_index=True)


def release(ground: Ground, seed: int) -> tuple[Ground, gpd.GeoDataFrame]:
    """The releases layer, and the ground with the column ``released`` filled."""
    rng = np.random.default_rng([seed, 4])
    told = _release_of_lots(rng, ground)
    lots = ground.lots.copy()
    lots["released"] = np.nan
    lots.loc[told["lot"], "released"] = told["decided"].to_numpy()
    shapes = united(lots.loc[told["lot"]].geometry.to_numpy(), told["group"])
    first = told.drop_duplicates("group").set_index("group").loc[shapes.index]
    years = year(first["decided"].to_numpy(dtype=float))
    out = {
        "release_id": [f"TC{y}{k:03d}" for k, y in enumerate(years, 1)],
        "approval_id": lots.loc[first["lot"], "approval_id"].tolist(),
        "kind": first["kind"].tolist(),
        "doc_no": [document(int(y), 400 + 3 * k, city=True) for k, y in enumerate(years)],
        "decided_on": dates(first["decided"].to_numpy(dtype=float)),
    }
    layer = gpd.GeoDataFrame(out, geometry=jitter(shapes.to_numpy(), rng, 0.10), crs=CRS)
    return Ground(lots, ground.approvals, ground.acquisitions), layer


Kept = tuple[list[int], str, float, float]
"""The lots of one reserve, its source, and the days in and out (nan: still there)."""


def _acquired(rng: np.random.Generator, waiting: pd.DataFrame) -> list[Kept]:
    """Acquired parcels: most still wait for a buyer, some were kept until they were supplied."""
    calm = waiting["sold"].isna() | (waiting["sold"] > waiting["ready"] + 120)
    calm = waiting[calm & ~waiting["state_owned"]]
    unsold = calm[calm["sold"].isna()]
    picked = rng.choice(unsold["parcel"].unique(), _STILL_WAITING, replace=False)
    rows: list[Kept] = []
    for parcel in picked:
        here = unsold[unsold["parcel"] == parcel]
        rows.append((list(here.index), "acquired", here["ready"].max() + 20, np.nan))
    sold = calm[calm["sold"].notna() & ~calm["parcel"].isin(picked)]
    left = _RESERVES["acquired"] - _STILL_WAITING
    for parcel in rng.choice(sold["parcel"].unique(), left, replace=False):
        here = sold[sold["parcel"] == parcel]
        since, until = here["ready"].max() + 20, here["sold"].min()
        rows.append((list(here.index), "acquired", since, until))
    return rows


def _back(rng: np.random.Generator, supplies: pd.DataFrame) -> list[Kept]:
    """Lots that were returned and found no new buyer."""
    back = supplies[supplies["x_returned"].notna() & ~supplies["x_lot"].duplicated(keep=False)]
    chosen = rng.choice(back.index, _RESERVES["reclaimed"], replace=False)
    lots, since = back.loc[chosen, "x_lot"], back.loc[chosen, "x_returned"] + 15
    return [([int(k)], "reclaimed", s, np.nan) for k, s in zip(lots, since, strict=True)]


def _bought(rng: np.random.Generator, waiting: pd.DataFrame) -> list[Kept]:
    """State-owned lots that the reserve bought or exchanged before it supplied them."""
    late = waiting["sold"].isna() | (waiting["sold"] > waiting["ready"] + 200)
    state = waiting[waiting["state_owned"] & late]
    sources = ["purchased"] * _RESERVES["purchased"] + ["exchanged"] * _RESERVES["exchanged"]
    chosen = state.loc[rng.choice(state.index, len(sources), replace=False)]
    told = zip(chosen.index, sources, chosen["ready"] + 40, chosen["sold"], strict=True)
    return [([int(k)], source, since, until) for k, source, since, until in told]


def reserve(ground: Ground, supplies: pd.DataFrame, seed: int) -> gpd.GeoDataFrame:
    """The reserves layer: land kept between acquisition, or return, and supply."""
    rng = np.random.default_rng([seed, 5])
    lots = ground.lots
    sold = supplies.groupby("x_lot")["supplied_on"].min()
    sold_day = (sold - pd.Timestamp(0)).dt.days.astype(float)
    free = (lots["use"] == "lot") & lots["ready"].notna() & lots["released"].isna()
    waiting = lots[free].assign(sold=sold_day.reindex(lots.index[free]))
    rows = [*_acquired(rng, waiting), *_back(rng, supplies), *_bought(rng, waiting)]
    return _written(rng, ground, rows)


def _written(rng: np.random.Generator, ground: Ground, rows: list[Kept]) -> gpd.GeoDataFrame:
    """Number the reserves and give them net-land dates, mortgages and costs."""
    n = len(rows)
    lots, kind, since, until = zip(*rows, strict=True)
    group = pd.Series(np.repeat(np.arange(n), [len(x) for x in lots]))
    geometry = ground.lots.loc[np.concatenate([np.asarray(x) for x in lots])].geometry.to_numpy()
    shapes = united(geometry, group).to_numpy()
    since, until = np.array(since, dtype=float), np.array(until, dtype=float)
    net = since + rng.integers(0, 300, n)
    net = np.where((rng.random(n) < 0.75) & (net <= TODAY), net, np.nan)
    area = ground.lots.loc[[x[0] for x in lots], "area_m2"].to_numpy()
    out = {
        "reserve_id": [f"CB{y}{k:03d}" for k, y in enumerate(year(since), 1)],
        "source": list(kind),
        "in_on": dates(np.minimum(since, TODAY)),
        "out_on": dates(until),
        "net_land_on": dates(np.where(net < np.nan_to_num(until, nan=TODAY), net, np.nan)),
        "mortgaged": rng.random(n) < 0.12,
        "cost_fen": np.round(area / 1e4 * rng.uniform(90, 240, n)) * 1_000_000,
    }
    return gpd.GeoDataFrame(out, geometry=jitter(shapes, rng, 0.10), crs=CRS)
