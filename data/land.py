"""How land is made ready: approvals, acquisitions, releases and reserves over twenty years."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from country import CRS
from days import TODAY, dates, day, happened, lag, year
from names import CITY, PARKS, PROVINCE, document, serials
from plan import Plan
from shapes import Shapes, jitter

_STATE_OWNED, _WITHDRAWN, _SUPPLEMENTS, _GIVEN_UP = 24, 5, 8, 4
_ACQUISITIONS, _JOINED, _UNAPPROVED = 900, 16, 3
_LAPSED, _ADJUSTED, _WRITTEN_OFF = 6, 6, 26


@dataclass(frozen=True)
class Ground:
    """The lots with what happened to each before it was supplied.

    ``lots`` adds: approved, ready (acquired, or state land since its approval), released (days),
    state_owned, withdrawn, district_code, place (park or district name).
    """

    lots: gpd.GeoDataFrame
    approvals: gpd.GeoDataFrame
    acquisitions: gpd.GeoDataFrame


def united(shapes: Shapes, groups: pd.Series) -> pd.Series:
    """The union of the neighbours in each group; index is the group."""
    pairs = pd.Series(shapes, dtype=object).groupby(groups.to_numpy(), sort=True)
    return pairs.agg(lambda some: shapely.coverage_union_all(some.to_numpy()))


def hectares(shapes: Shapes) -> np.ndarray:
    """The area as documents quote it: hectares with four decimals, in m²."""
    return np.round(shapely.area(shapes) / 1e4, 4) * 1e4


def homes(plan: Plan, shapes: Shapes) -> list[str]:
    """The code of the district in which each shape mostly lies."""
    points = shapely.point_on_surface(shapes)
    found, district = shapely.STRtree(plan.districts.geometry.to_numpy()).query(
        points, predicate="within"
    )
    codes = np.full(len(shapes), plan.districts["district_code"].iloc[0], dtype=object)
    codes[found] = plan.districts["district_code"].to_numpy()[district]
    return list(codes)


def _approved(rng: np.random.Generator, plan: Plan) -> pd.DataFrame:
    """When each approval of the plan was given: a town grows from its middle outwards."""
    table = plan.lots.groupby("approval", sort=True).agg(
        town=("town", "first"), rank=("rank", "mean"), area=("area_m2", "sum")
    )
    n_towns = len(plan.towns)
    opening = np.where(
        np.arange(n_towns) < len(PARKS) - 1,
        rng.uniform(2006.2, 2011.0, n_towns),
        rng.uniform(2006.1, 2008.5, n_towns),
    )
    first = opening[table["town"]]
    years = first + (2025.7 - first) * table["rank"].to_numpy() ** 1.15
    years = years + rng.normal(0, 0.8, len(table))
    lone = np.array([t.blocks for t in plan.towns])[table["town"]] == 1
    years = np.where(lone, rng.uniform(2007, 2024.5, len(table)), years)
    approved = np.floor(day("2006-01-01") + (np.clip(years, 2006.2, 2025.88) - 2006) * 365.25)
    old = np.flatnonzero((table["rank"] < 0.4) & ~lone)
    state = np.isin(np.arange(len(table)), rng.choice(old, _STATE_OWNED, replace=False))
    early = np.flatnonzero(
        (years > 2008) & (years < 2018) & ~state & ~lone & (table["area"] < 280_000)
    )
    gone = np.isin(np.arange(len(table)), rng.choice(early, _WITHDRAWN, replace=False))
    return table.assign(approved=approved, state_owned=state, withdrawn=gone, single=lone)


def _acquired(rng: np.random.Generator, lots: pd.DataFrame) -> pd.DataFrame:
    """When each parcel was announced, compensated and acquired, and which never were."""
    table = lots.groupby("parcel", sort=True).agg(
        approval=("approval", "first"),
        approved=("approved", "first"),
        state_owned=("state_owned", "first"),
        withdrawn=("withdrawn", "first"),
        rank=("rank", "first"),
    )
    n = len(table)
    announced = table["approved"].to_numpy() + lag(rng, n, 70, 0.7, 12)
    compensated = announced + lag(rng, n, 120, 0.8, 20)
    completed = compensated + lag(rng, n, 60, 0.9, 5)
    never = rng.random(n) < 0.035 + 0.06 * (table["rank"].to_numpy() > 0.7)
    wanted = (~table["state_owned"] & ~table["withdrawn"] & ~never).to_numpy()
    wanted = wanted & ~np.isnan(happened(announced))
    surplus = max(0, int(wanted.sum()) - (_ACQUISITIONS + _JOINED))
    # what was never acquired lies mostly at the edge of its town
    weight = np.where(wanted, table["rank"].to_numpy() ** 2, 0)
    wanted[rng.choice(n, surplus, replace=False, p=weight / weight.sum())] = False
    stuck = wanted & (rng.random(n) < 0.045)
    table = table.assign(
        announced=np.where(wanted, happened(announced), np.nan),
        compensated=np.where(wanted & ~stuck, happened(compensated), np.nan),
        completed=np.where(wanted & ~stuck, happened(completed), np.nan),
        group=table.index,
    )
    return _joined(rng, table)


def _joined(rng: np.random.Generator, taken: pd.DataFrame) -> pd.DataFrame:
    """Some approvals had two parcels acquired as one: same dates, one row in two parts."""
    pairs = taken[taken["completed"].notna()].groupby("approval").head(2)
    pairs = pairs[pairs["approval"].duplicated(keep=False)]
    surplus = max(0, int(taken["announced"].notna().sum()) - _ACQUISITIONS)
    for approval in rng.choice(pairs["approval"].unique(), surplus, replace=False):
        one, other = pairs.index[pairs["approval"] == approval]
        for column in ("announced", "compensated", "completed", "group"):
            taken.at[other, column] = taken.at[one, column]
    return taken


def prepare(plan: Plan, seed: int) -> Ground:
    """Approve and acquire the land of the plan."""
    rng = np.random.default_rng([seed, 2])
    given = _approved(rng, plan)
    lots = plan.lots.copy()
    for name in ("approved", "state_owned", "withdrawn", "single"):
        lots[name] = given[name].to_numpy()[lots["approval"]]
    taken = _acquired(rng, lots)
    done = taken["completed"].to_numpy()[lots["parcel"]]
    lots["ready"] = np.where(lots["state_owned"], lots["approved"], done)
    lots["district_code"] = homes(plan, lots.geometry.to_numpy())
    approvals = _approvals(rng, plan, lots, taken, given)
    names = approvals["approval_id"].tolist()
    lots["approval_id"] = [names[k] for k in lots["approval"]]
    return Ground(lots, approvals, _acquisitions(rng, lots, taken))


def _approvals(
    rng: np.random.Generator,
    plan: Plan,
    lots: gpd.GeoDataFrame,
    taken: pd.DataFrame,
    given: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """The approvals layer: those of the plan first, then the second ones over the same land."""
    open_land = taken["announced"].isna() & ~taken["withdrawn"] & ~taken["state_owned"]
    old = open_land & (taken["approved"] < day("2021-01-01"))
    twice = rng.choice(taken.index[old], _SUPPLEMENTS, replace=False)
    # three approvals leave out a parcel that was acquired all the same
    done = taken.index[taken["completed"].notna() & taken["approval"].duplicated(keep=False)]
    left_out = rng.choice(done, _UNAPPROVED, replace=False)
    kept = ~lots["parcel"].isin(left_out).to_numpy()
    shapes = united(lots.geometry.to_numpy()[kept], lots["approval"][kept])
    gone = given.index[given["withdrawn"]]
    approved = given["approved"].to_numpy()
    again = approved[gone] + rng.integers(900, 1900, len(gone))
    second = taken.loc[twice, "approved"].to_numpy() + rng.integers(800, 1500, len(twice))
    parcels = united(lots.geometry.to_numpy(), lots["parcel"])
    table = pd.DataFrame(
        {
            "approved": np.concatenate([approved, again, np.minimum(second, TODAY - 200)]),
            "needs": np.concatenate([~given["state_owned"], np.ones(len(gone) + len(twice), bool)]),
            "withdrawn": np.concatenate(
                [
                    np.where(given["withdrawn"], 0, np.nan),
                    np.full(len(gone) + len(twice), np.nan),
                ]
            ),
            "single": np.concatenate([given["single"], np.zeros(len(gone) + len(twice), bool)]),
        }
    )
    table.loc[gone, "withdrawn"] = again - rng.integers(60, 400, len(gone))
    table.loc[gone[_GIVEN_UP:], "withdrawn"] = np.nan
    geometry = np.concatenate(
        [shapes.to_numpy(), shapes[gone].to_numpy(), parcels[twice].to_numpy()]
    )
    return _written_approvals(rng, plan, table, geometry)


def _written_approvals(
    rng: np.random.Generator, plan: Plan, table: pd.DataFrame, shapes: Shapes
) -> gpd.GeoDataFrame:
    """Give approvals their numbers, names, authority and area."""
    n = len(table)
    codes = homes(plan, shapes)
    names = dict(zip(plan.districts["district_code"], plan.districts["name"], strict=True))
    shapes = jitter(shapes, rng, 0.10)
    years = year(table["approved"].to_numpy())
    serial = serials([f"{c}{y}" for c, y in zip(codes, years, strict=True)])
    city = rng.random(n) < np.where(years >= 2020, 0.35, 0.04)
    number = rng.permutation(np.arange(11, 11 + 3 * n, 3))[:n]
    single = table["single"].to_numpy()
    action = rng.choice(["both", "conversion", "acquisition"], n, p=[0.86, 0.09, 0.05])
    out = {
        "approval_id": [f"PC{c}{y}{s:03d}" for c, y, s in zip(codes, years, serial, strict=True)],
        "doc_no": [
            document(int(y), int(k), city=bool(x))
            for y, k, x in zip(years, number, city, strict=True)
        ],
        "name": [
            f"{CITY}市{names[c]}{y}年度" + ("单独选址建设用地" if one else f"第{s}批次城镇建设用地")
            for c, y, s, one in zip(codes, years, serial, single, strict=True)
        ],
        "kind": np.where(single, "single", "batch"),
        "action": np.where(table["needs"], action, "conversion"),
        "needs_acquisition": table["needs"].to_numpy(),
        "authority": np.where(city, f"{CITY}市人民政府", f"{PROVINCE}江省人民政府"),
        "approved_on": dates(table["approved"].to_numpy()),
        "withdrawn_on": dates(table["withdrawn"].to_numpy()),
        "declared_area_m2": hectares(shapes),
        "district_code": codes,
    }
    return gpd.GeoDataFrame(out, geometry=shapes, crs=CRS)


def _acquisitions(
    rng: np.random.Generator, lots: gpd.GeoDataFrame, taken: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The acquisitions layer: one row a parcel, or two that were acquired as one."""
    real = taken[taken["announced"].notna()]
    group = real["group"].reindex(lots["parcel"]).to_numpy()
    here = ~pd.isna(group)
    parcels = united(lots.geometry.to_numpy()[here], pd.Series(group[here]))
    shapes = jitter(parcels.to_numpy(), rng, 0.16)
    first = real.drop_duplicates("group").set_index("group").loc[parcels.index]
    code = lots.drop_duplicates("parcel").set_index("parcel")["district_code"]
    codes = code.loc[parcels.index.astype(int)].tolist()
    years = year(first["announced"].to_numpy())
    serial = serials([f"{c}{y}" for c, y in zip(codes, years, strict=True)])
    named = lots.drop_duplicates("approval").set_index("approval")["approval_id"]
    out = {
        "acquisition_id": [
            f"ZS{c}{y}{s:03d}" for c, y, s in zip(codes, years, serial, strict=True)
        ],
        "approval_id": named.loc[first["approval"]].tolist(),
        "announced_on": dates(first["announced"].to_numpy()),
        "compensated_on": dates(first["compensated"].to_numpy()),
        "completed_on": dates(first["completed"].to_numpy()),
        "declared_area_m2": hectares(shapes),
    }
    return gpd.GeoDataFrame(out, geometry=shapes, crs=CRS)
