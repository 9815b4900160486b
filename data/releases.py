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
_RESERVES = {"acquired": 34, "reclaimed": 12, "purchased": 9, "exchanged": 5}


def _release_of_lots(rng: np.random.Generator, ground: Ground) -> pd.DataFrame:
    """Which lots left their approval (group, lot, kind, decided)."""
    lots = ground.lots
    gone = lots[lots["withdrawn"]].groupby("approval")
    last = max(gone.groups)
    rows = [
        pd.DataFrame(
            {
                "lot": gone.groups[last],
                "kind": "withdrawn",
                "decided": lots["approved"].loc[gone.groups[last]] + 700,
            }
        )
    ]
    never = lots[lots["ready"].isna() & ~lots["withdrawn"] & ~lots["state_owned"]]
    old = never[never["approved"] < day("2019-01-01")]
    stale = rng.choice(old["parcel"].unique(), _LAPSED + _ADJUSTED, replace=False)
    for k, parcel in enumerate(stale):
        kind = "lapsed" if k < _LAPSED else "adjusted"
        decided = day(["2021-06-30", "2022-11-15", "2024-03-29"][k % 3])
        rows.append(
            pd.DataFrame(
                {"lot": lots.index[lots["parcel"] == parcel], "kind": kind, "decided": decided}
            )
        )
    public = lots[lots["use"].isin(["road", "green"]) & lots["ready"].notna()]
    decided = happened(
        public.groupby("approval")["ready"].max()
        + rng.integers(200, 1500, public["approval"].nunique())
    )
    done = pd.Series(decided, index=public["approval"].drop_duplicates().sort_values()).dropna()
    for approval in rng.permutation(done.index)[: _RELEASES - len(rows)]:
        here = public.index[public["approval"] == approval]
        rows.append(pd.DataFrame({"lot": here, "kind": "written_off", "decided": done[approval]}))
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


def reserve(ground: Ground, supplies: pd.DataFrame, seed: int) -> gpd.GeoDataFrame:
    """The reserves layer: land kept between acquisition, or return, and supply."""
    rng = np.random.default_rng([seed, 5])
    lots = ground.lots
    sold = supplies.groupby("x_lot")["supplied_on"].min()
    sold_day = (sold - np.datetime64("1970-01-01")).dt.days.astype(float).reindex(lots.index)
    waiting = lots[(lots["use"] == "lot") & lots["ready"].notna() & lots["released"].isna()]
    waiting = waiting.assign(sold=sold_day.loc[waiting.index])
    rows = []
    calm = waiting[
        (waiting["sold"].isna() | (waiting["sold"] > waiting["ready"] + 120))
        & ~waiting["state_owned"]
    ]
    unsold = calm[calm["sold"].isna()]
    picked = [*rng.choice(unsold["parcel"].unique(), 24, replace=False)]
    others = np.setdiff1d(calm["parcel"].unique(), picked)
    picked += [*rng.choice(others, _RESERVES["acquired"] - 24, replace=False)]
    for k, parcel in enumerate(picked):
        here = calm[calm["parcel"] == parcel]
        kept = here[here["sold"].isna()] if k < 24 else here
        rows.append(
            (
                kept.index,
                "acquired",
                kept["ready"].max() + 20,
                np.nan if k < 24 else kept["sold"].min(),
            )
        )
    back = supplies[supplies["x_returned"].notna() & ~supplies["x_lot"].duplicated(keep=False)]
    for lot, since in (
        back[["x_lot", "x_returned"]]
        .sample(_RESERVES["reclaimed"], random_state=int(rng.integers(1 << 31)))
        .to_numpy()
    ):
        rows.append(([int(lot)], "reclaimed", since + 15, np.nan))
    state = waiting[
        waiting["state_owned"]
        & (waiting["sold"].isna() | (waiting["sold"] > waiting["ready"] + 200))
    ]
    chosen = rng.choice(state.index, _RESERVES["purchased"] + _RESERVES["exchanged"], replace=False)
    for k, lot in enumerate(chosen):
        kind = "purchased" if k < _RESERVES["purchased"] else "exchanged"
        rows.append(([int(lot)], kind, state.at[lot, "ready"] + 40, state.at[lot, "sold"]))
    return _written(rng, ground, rows)


def _written(rng: np.random.Generator, ground: Ground, rows: list) -> gpd.GeoDataFrame:
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
