"""The supplies: who got which lot when and for how much, and what became of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from days import TODAY, YEAR, happened, lag, year
from deeds import write_deeds
from land import Ground
from plan import Plan

_SUPPLIES, _EARLY, _MERGED = 2500, 14, 30
_UNACQUIRED, _UNDATED = 7, 18


def _offered(rng: np.random.Generator, ground: Ground) -> pd.DataFrame:
    """The lots that were supplied, and when (lot, supplied, ready)."""
    lots = ground.lots
    free = lots[(lots["use"] == "lot") & lots["ready"].notna() & lots["released"].isna()]
    n = len(free)
    speed = rng.lognormal(0, 0.45, int(lots["parcel"].max()) + 1)[free["parcel"]]
    supplied = free["ready"].to_numpy() + lag(rng, n, 300, 0.85, 25) * speed
    never = rng.random(n) < 0.045
    told = pd.DataFrame({"lot": free.index, "supplied": happened(np.floor(supplied))})
    told = told[~never & told["supplied"].notna().to_numpy()].reset_index(drop=True)
    told = pd.concat([_merged(rng, told, lots), _unacquired(rng, lots)], ignore_index=True)
    early = rng.choice(len(told) - _UNACQUIRED, _EARLY, replace=False)
    told.loc[early, "supplied"] = lots.loc[
        told.loc[early, "lot"], "ready"
    ].to_numpy() - rng.integers(20, 260, _EARLY)
    return told


def _unacquired(rng: np.random.Generator, lots: pd.DataFrame) -> pd.DataFrame:
    """Lots that were supplied although their land was never acquired."""
    fields = lots[(lots["use"] == "lot") & lots["ready"].isna() & lots["released"].isna()]
    fields = fields[~fields["withdrawn"] & (fields["approved"] < TODAY - 1500)]
    chosen = np.sort(rng.choice(fields.index, _UNACQUIRED, replace=False))
    supplied = lots["approved"].to_numpy()[chosen] + rng.integers(300, 1300, _UNACQUIRED)
    return pd.DataFrame({"lot": chosen, "also": -1, "supplied": supplied})


def _merged(rng: np.random.Generator, told: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Some supplies are two lots of one parcel that do not touch (``also`` is the second)."""
    told["also"] = -1
    parcel = lots["parcel"].to_numpy()[told["lot"]]
    shapes = lots.geometry.to_numpy()[told["lot"]]
    one, other = np.triu_indices(len(told), 1)
    same = np.flatnonzero(parcel[one] == parcel[other])
    one, other = one[same], other[same]
    apart = shapely.distance(shapes[one], shapes[other]) > 1.0
    pairs = pd.DataFrame({"one": one[apart], "other": other[apart]})
    pairs = pairs.assign(parcel=parcel[pairs["one"]]).drop_duplicates("parcel")
    chosen = pairs.iloc[np.sort(rng.choice(len(pairs), _MERGED, replace=False))]
    told.loc[chosen["one"], "also"] = told.loc[chosen["other"], "lot"].to_numpy()
    return told.drop(index=chosen["other"]).reset_index(drop=True)


def _dates(rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """The dates a contract agrees on and those that came about."""
    n, supplied = len(told), told["supplied"].to_numpy()
    agreed_delivery = supplied + rng.choice([15, 30, 30, 60, 90], n)
    late = np.where(rng.random(n) < 0.13, lag(rng, n, 150, 0.7, 20), np.floor(rng.normal(-3, 8, n)))
    delivered = np.where(rng.random(n) < 0.1, np.nan, np.maximum(supplied, agreed_delivery + late))
    start = agreed_delivery + rng.choice([150, 180, 180, 270, 365, 365], n)
    start = np.where(rng.random(n) < 0.045, np.nan, start)
    length = rng.choice([540, 730, 730, 1095], n)
    return told.assign(
        agreed_delivery=agreed_delivery,
        delivered=happened(delivered),
        agreed_start=start,
        agreed_completion=start + length,
        due=np.where(
            np.isnan(start), np.where(np.isnan(delivered), agreed_delivery, delivered) + 365, start
        ),
    )


def _fates(rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """What became of each: started in time or late, finished, stopped, or never begun."""
    n, due, years = len(told), told["due"].to_numpy(), year(told["supplied"].to_numpy())
    draw = rng.random(n)
    waited = np.select(
        [draw < 0.70, draw < 0.88, draw < 0.955],
        [rng.normal(-25, 70, n), rng.uniform(60, 365, n), rng.uniform(370, 1000, n)],
        rng.uniform(900, 1700, n),
    )
    share = np.select([years < 2013, years < 2018, years < 2022], [0.028, 0.075, 0.165], 0.33)
    never = rng.random(n) < share
    started = np.maximum(told["supplied"].to_numpy() + 25, due + np.floor(waited))
    started = np.where(never, np.nan, happened(started))
    completed = happened(started + lag(rng, n, 540, 0.35, 150))
    slow = rng.random(n) < 0.03
    # some old contracts name no day, and nobody kept the proof of delivery
    vague = rng.permutation(np.flatnonzero(never & (years < 2022)))[:_UNDATED]
    told.loc[vague, ["agreed_start", "agreed_completion", "delivered"]] = np.nan
    return told.assign(started=started, completed=np.where(slow, np.nan, completed), never=never)


def _stopped(rng: np.random.Generator, told: pd.DataFrame, area_m2: np.ndarray) -> pd.DataFrame:
    """Building that stopped: since when, how much of the land and of the money was used."""
    n = len(told)
    begun = told["started"].notna() & (told["started"] < TODAY - 250)
    stopped = begun.to_numpy() & (rng.random(n) < 0.034)
    since = told["started"].to_numpy() + rng.integers(90, 520, n)
    stopped &= since < TODAY - 30
    resumed = np.where(rng.random(n) < 0.3, happened(since + rng.integers(200, 900, n)), np.nan)
    developed = np.where(
        rng.random(n) < 0.75, rng.uniform(0.06, 0.33, n), rng.uniform(0.34, 0.7, n)
    )
    invested = np.where(rng.random(n) < 0.6, rng.uniform(0.05, 0.24, n), rng.uniform(0.25, 0.6, n))
    planned = np.round(area_m2 / 1e4 * rng.uniform(2800, 7500, n), -1)
    known = stopped & (rng.random(n) < 0.9)
    share = np.where(stopped & np.isnan(resumed), developed, np.nan)
    return told.assign(
        suspended=np.where(stopped, since, np.nan),
        resumed=np.where(stopped, resumed, np.nan),
        completed=np.where(
            stopped, np.where(np.isnan(resumed), np.nan, happened(resumed + 400)), told["completed"]
        ),
        developable=np.where(known, np.round(area_m2 * 0.94, 0), np.nan),
        developed=np.where(known, np.round(area_m2 * 0.94 * developed, 0), np.nan),
        built_share=share,
        planned=np.where(known | (rng.random(n) < 0.4), planned, np.nan),
        invested=np.where(known, np.round(planned * invested, 0), np.nan),
    )


def _returned(rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """Land that went back: reclaimed after years of nothing, or given up by agreement."""
    n = len(told)
    since = told["due"].to_numpy() + rng.integers(800, 2300, n)
    chance = np.where(told["never"], 0.52, np.where(told["completed"].isna(), 0.04, 0.006))
    returned = np.where(rng.random(n) < chance, happened(since), np.nan)
    returned = np.where(returned > told["started"].fillna(0) + 200, returned, np.nan)
    agreed = rng.random(n) < np.where(told["started"].isna(), 0.45, 1.0)
    kind = np.where(agreed, rng.choice(["协议收回", "协议收回", "公益需要收回"], n), "无偿收回")
    return told.assign(
        returned=returned,
        returned_kind=np.where(np.isnan(returned), None, kind),
        completed=np.where(told["completed"] > returned, np.nan, told["completed"]),
    )


def _lived(rng: np.random.Generator, told: pd.DataFrame, area_m2: np.ndarray) -> pd.DataFrame:
    """Everything that happened to supplies, from the agreed dates to their return."""
    told = _fates(rng, _dates(rng, told))
    return _returned(rng, _stopped(rng, told, area_m2))


def _second_round(rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """Returned lots that were supplied again."""
    back = told[told["returned"].notna()]
    again = back["returned"].to_numpy() + rng.integers(150, 900, len(back))
    once_more = rng.random(len(back)) < 0.62
    second = back[["lot", "also"]].assign(supplied=happened(again))[once_more]
    return second[second["supplied"].notna()]


def sell(plan: Plan, ground: Ground, seed: int) -> gpd.GeoDataFrame:
    """The supplies with the columns of the layer and, for the story, lot, town and built_share."""
    rng = np.random.default_rng([seed, 3])
    area = ground.lots["area_m2"].to_numpy()
    first = _offered(rng, ground)
    told = _lived(rng, first, area[first["lot"]])
    second = _second_round(rng, told).reset_index(drop=True)
    surplus = max(0, len(told) + len(second) - _SUPPLIES)
    idle_hands = told.index[told["returned"].isna()]
    told = told.drop(index=rng.choice(idle_hands, surplus, replace=False))
    told = pd.concat([told, _lived(rng, second, area[second["lot"]])], ignore_index=True)
    told = told.sort_values(["supplied", "lot"], kind="stable", ignore_index=True)
    return write_deeds(rng, plan, ground, told)


def known_idle(supplies: pd.DataFrame) -> np.ndarray:
    """Supplies in force that were due over a year before ``TODAY`` and never begun."""
    return (
        supplies["x_started"].isna()
        & supplies["x_returned"].isna()
        & (supplies["x_due"] + YEAR < TODAY)
    ).to_numpy()
