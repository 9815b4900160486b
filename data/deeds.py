"""The deeds: number, parties, money and outline of each supply, as the files have them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from country import CRS
from days import TODAY, YEAR, dates, year
from land import Ground, hectares
from names import company, credit_code, project, public_body, serials
from plan import Plan, place
from shapes import Shapes, cut, extent, jitter, polygons

_WITHOUT_SHAPE, _IN_PART = 40, 40
_USES = (
    "工业用地",
    "仓储用地",
    "城镇住宅用地",
    "商服用地",
    "公用设施用地",
    "教育用地",
    "医疗卫生用地",
)
_IN_PARKS = (0.79, 0.09, 0.04, 0.03, 0.035, 0.01, 0.005)
_IN_TOWNS = (0.36, 0.07, 0.28, 0.12, 0.08, 0.06, 0.03)
_PRICE = (330.0, 360.0, 2400.0, 1850.0, 210.0, 190.0, 190.0)
_TERM = (50, 50, 70, 40, 0, 0, 0)


def _outlines(rng: np.random.Generator, plan: Plan, ground: Ground, told: pd.DataFrame) -> Shapes:
    """The outline of each supply: its lot, or part of it, or none on record."""
    lots = ground.lots.loc[told["lot"]]
    shapes = lots.geometry.to_numpy(dtype=object).copy()
    whole = np.flatnonzero(
        ~lots["pond"]
        & (lots["area_m2"] > 30_000)
        & (told["also"] < 0).to_numpy()
        & ~told["lot"].duplicated(keep=False).to_numpy()
    )
    for k in rng.choice(whole, _IN_PART, replace=False):
        ring = lots["ring"].iloc[k]
        x0, y0, x1, y1 = extent(ring)
        at = (x0 + rng.uniform(0.6, 0.8) * (x1 - x0), (y0 + y1) / 2)
        part = shapely.segmentize(polygons([cut(ring, at, (1.0, 0.04))[0]]), 80.0)
        shapes[k] = place(plan.towns[lots["town"].iloc[k]], part)[0]
    for k in np.flatnonzero(told["also"] >= 0):
        shapes[k] = shapes[k].union(ground.lots.geometry.iloc[told["also"].iloc[k]])
    again = told["lot"].duplicated().to_numpy()
    # land that is supplied again is surveyed again
    shapes[~again], shapes[again] = (
        jitter(shapes[~again], rng, 0.14),
        jitter(shapes[again], rng, 0.2),
    )
    shapes[rng.choice(np.flatnonzero(told["returned"].isna()), _WITHOUT_SHAPE, replace=False)] = (
        None
    )
    return shapes


def _industries(plan: Plan, ground: Ground, told: pd.DataFrame) -> list[str]:
    """The leading industry of the park where each supply lies."""
    points = ground.lots.loc[told["lot"]].geometry.representative_point().to_numpy()
    park, which = shapely.STRtree(points).query(
        plan.parks.geometry.to_numpy(), predicate="contains"
    )
    out = np.full(len(told), "综合", dtype=object)
    out[which] = plan.parks["leading_industry"].to_numpy()[park]
    return list(out)


def _buyers(
    rng: np.random.Generator,
    codes: list[str],
    names: dict[str, str],
    uses: np.ndarray,
    industries: list[str],
) -> pd.DataFrame:
    """Holder, its credit code, project and industry; some holders come back for more land."""
    rows, known = [], []
    for code, use, industry in zip(codes, uses, industries, strict=True):
        public = use in ("公用设施用地", "教育用地", "医疗卫生用地")
        trade = {"城镇住宅用地": "住宅", "仓储用地": "仓储", "商服用地": "商业"}.get(use, industry)
        if public:
            holder = public_body(rng, names[code], use)
            rows.append(
                (
                    holder,
                    credit_code(rng, code, public=True),
                    f"{names[code]}{use[:-2]}项目",
                    use[:2],
                )
            )
            continue
        old = [k for k in known[-60:] if k[2] == trade and k[3] == code]
        if old and rng.random() < 0.16:
            holder, credit = old[0][:2]
        else:
            place_name = names[code][:2] if rng.random() < 0.6 else "云泽"
            holder, credit = company(rng, place_name, trade), credit_code(rng, code)
        known.append((holder, credit, trade, code))
        title = {"住宅": "住宅小区项目", "仓储": "智慧物流园项目", "商业": "商业综合体项目"}.get(
            trade
        )
        rows.append(
            (
                holder,
                credit,
                f"{holder[:4]}{title}" if title else project(rng, holder, trade),
                trade,
            )
        )
    return pd.DataFrame(rows, columns=["holder", "holder_credit_code", "project_name", "industry"])


def _money(
    rng: np.random.Generator,
    told: pd.DataFrame,
    use: np.ndarray,
    area: np.ndarray,
    given: np.ndarray,
) -> pd.DataFrame:
    """Prices in fen, rising over the years, in round 万元; many allocations are free."""
    years = year(told["supplied"].to_numpy())
    rate = (
        np.array(_PRICE)[use] * (0.55 + 0.035 * (years - 2006)) * rng.lognormal(0, 0.16, len(told))
    )
    price = np.round(area / 1e4 * np.where(given, 0.3, 1.0) * rate, 0) * 1_000_000
    free = given & (rng.random(len(told)) < 0.75)
    price = np.where(free, np.nan, price)
    half = (rng.random(len(told)) < 0.07) & (years > 2018)
    return pd.DataFrame({"price_fen": price, "paid_fen": np.where(half, price / 2, price)})


def _modes(rng: np.random.Generator, use: np.ndarray) -> np.ndarray:
    """How each was supplied: public uses by allocation, the rest mostly by listing."""
    n = len(use)
    sold = rng.choice(
        ["挂牌出让", "拍卖出让", "协议出让", "招标出让", "租赁", "作价出资或入股"],
        n,
        p=[0.85, 0.05, 0.06, 0.015, 0.015, 0.01],
    )
    return np.where(use >= 4, np.where(rng.random(n) < 0.9, "划拨", "协议出让"), sold)


def write_deeds(
    rng: np.random.Generator, plan: Plan, ground: Ground, told: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Give supplies their numbers, parties, money and columns."""
    n = len(told)
    lots = ground.lots.loc[told["lot"]].reset_index(drop=True)
    names = dict(zip(plan.districts["district_code"], plan.districts["name"], strict=True))
    codes = lots["district_code"].tolist()
    industries = _industries(plan, ground, told)
    chance = np.where(np.array(industries)[:, None] == "综合", _IN_TOWNS, _IN_PARKS)
    use = (rng.random((n, 1)) > np.cumsum(chance, axis=1)[:, :-1]).sum(axis=1)
    uses = np.array(_USES, dtype=object)[use]
    mode = _modes(rng, use)
    given = mode == "划拨"
    shapes = _outlines(rng, plan, ground, told)
    area = np.where(shapely.is_missing(shapes), lots["area_m2"].round(0), hectares(shapes))
    term = np.where(given, 0, np.array(_TERM)[use]).astype(float)
    parts = [
        _numbers(told, lots, given),
        _buyers(rng, codes, names, uses, industries),
        _money(rng, told, use, area, given),
        _calendar(rng, told),
        _progress(told),
        _hidden(told),
    ]
    out = pd.concat(parts, axis=1).assign(
        location=[f"{names[c]}{_street(rng)}" for c in codes],
        district_code=codes,
        district_name=[names[c] for c in codes],
        land_use=uses,
        supply_mode=mode,
        land_ownership="state",
        term_years=np.where(term > 0, term, np.nan),
        declared_area_m2=area,
        mortgaged=rng.random(n) < 0.14,
        seized=rng.random(n) < 0.012,
        approving_government=[f"{names[c]}人民政府" for c in codes],
    )
    out["mortgagee"] = np.where(out["mortgaged"], "云泽市农村合作银行", None)
    out["approval_id"] = out["approval_id"].where(rng.random(n) < 0.93, None)
    return gpd.GeoDataFrame(out, geometry=shapes, crs=CRS)


def _numbers(told: pd.DataFrame, lots: pd.DataFrame, given: np.ndarray) -> pd.DataFrame:
    """Supervision number, contract, parcel code, and where the land comes from."""
    years = year(told["supplied"].to_numpy())
    letter = np.where(given, "A", "B")
    head = [f"{c}{y}{x}" for c, y, x in zip(lots["district_code"], years, letter, strict=True)]
    serial = serials(head)
    paper = np.where(given, "HB", "CR")
    contract = zip(lots["district_code"], paper, years, serial, strict=True)
    parcel = zip(lots["district_code"], lots["town"], lots["parcel"], told["lot"], strict=True)
    return pd.DataFrame(
        {
            "supply_id": [f"{h}{7 * s + 3:05d}" for h, s in zip(head, serial, strict=True)],
            "approval_id": lots["approval_id"],
            "contract_no": [f"{c}-{x}-{y}-{s:04d}" for c, x, y, s in contract],
            "parcel_code": [
                f"{c}{1 + t % 40:03d}{1 + p % 90:03d}GB{k + 1:05d}" for c, t, p, k in parcel
            ],
            "land_use_scheme": np.where(years < 2018, "GB/T 21010-2007", "GB/T 21010-2017"),
            "land_source": np.where(
                lots["state_owned"], "现有建设用地", "新增建设用地(来自存量库)"
            ),
        }
    )


def _calendar(rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """The dates of the layer from the days of the story."""
    n, started = len(told), told["started"].to_numpy()
    permit = np.maximum(started - rng.integers(5, 70, n), told["supplied"].to_numpy() + 5)
    filed = told["due"].to_numpy() + YEAR + rng.integers(60, 300, n)
    seen = np.isnan(started) & (filed < TODAY) & (rng.random(n) < 0.6)
    days = {
        "supplied_on": told["supplied"],
        "agreed_delivery_on": told["agreed_delivery"],
        "delivered_on": told["delivered"],
        "agreed_start_on": told["agreed_start"],
        "agreed_completion_on": told["agreed_completion"],
        "permit_on": pd.Series(np.where(rng.random(n) < 0.75, permit, np.nan)),
        "started_on": told["started"],
        "completed_on": told["completed"],
        "suspended_on": told["suspended"],
        "resumed_on": told["resumed"],
        "idle_filed_on": pd.Series(np.where(seen, filed, np.nan)),
        "returned_on": told["returned"],
    }
    return pd.DataFrame({name: dates(day.to_numpy(dtype=float)) for name, day in days.items()})


def _progress(told: pd.DataFrame) -> pd.DataFrame:
    """How far a stopped project has come, and how the land went back."""
    return pd.DataFrame(
        {
            "developed_area_m2": told["developed"],
            "developable_area_m2": told["developable"],
            "invested_fen": told["invested"] * 1_000_000,
            "planned_investment_fen": told["planned"] * 1_000_000,
            "returned_kind": told["returned_kind"],
        }
    )


def _hidden(told: pd.DataFrame) -> pd.DataFrame:
    """What the story knows and the files do not say: columns ``x_`` in front."""
    return told[["lot", "also", "due", "started", "returned", "built_share"]].add_prefix("x_")


def _street(rng: np.random.Generator) -> str:
    """A place as contracts describe it: the corner of two streets."""
    first = (
        "澄江",
        "望岳",
        "锦绣",
        "稻香",
        "拓新",
        "和风",
        "启明",
        "长虹",
        "金谷",
        "丰泽",
        "青禾",
        "云岭",
    )
    one, two = rng.choice(len(first), 2, replace=False)
    sides = (
        ("大道以北", "路以东"),
        ("路以南", "街以西"),
        ("大道以南", "路以东"),
        ("街以北", "路以西"),
    )
    a, b = sides[int(rng.integers(4))]
    return f"{first[one]}{a}、{first[two]}{b}"
