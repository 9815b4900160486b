"""The supplies: who got which lot when and for how much, and what became of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from country import CRS
from days import TODAY, YEAR, Days, dates, day, happened, lag, year
from land import Ground, hectares
from names import company, credit_code, project, public_body, serials
from plan import Plan, place
from shapes import Shapes, cut, extent, jitter, polygons

_SUPPLIES, _WITHOUT_SHAPE, _IN_PART, _EARLY, _MERGED = 2500, 40, 40, 14, 30
_UNACQUIRED, _UNDATED = 7, 18
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
    share = np.select([years < 2013, years < 2018, years < 2022], [0.024, 0.065, 0.15], 0.30)
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
    return _written(rng, plan, ground, told)


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


def _written(
    rng: np.random.Generator, plan: Plan, ground: Ground, told: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Give supplies their numbers, parties, money and columns."""
    n = len(told)
    lots = ground.lots.loc[told["lot"]]
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
    years = year(told["supplied"].to_numpy())
    letter = np.where(given, "A", "B")
    serial = serials([f"{c}{y}{x}" for c, y, x in zip(codes, years, letter, strict=True)])
    zipped = list(zip(codes, years, letter, serial, strict=True))
    state = lots["state_owned"].to_numpy()
    buyers = _buyers(rng, codes, names, uses, industries)
    out = pd.DataFrame(
        {
            "supply_id": [f"{c}{y}{x}{7 * s + 3:05d}" for c, y, x, s in zipped],
            "approval_id": np.where(rng.random(n) < 0.93, lots["approval_id"], None),
            "contract_no": [
                f"{c}-{'HB' if x == 'A' else 'CR'}-{y}-{s:04d}" for c, y, x, s in zipped
            ],
            "parcel_code": [
                f"{c}{1 + t % 40:03d}{1 + p % 90:03d}GB{k % 100000:05d}"
                for c, t, p, k in zip(
                    codes, lots["town"], lots["parcel"], told["lot"] + 1, strict=True
                )
            ],
            "project_name": buyers["project_name"],
            "location": [f"{names[c]}{_street(rng)}" for c in codes],
            "district_code": codes,
            "district_name": [names[c] for c in codes],
            "holder": buyers["holder"],
            "holder_credit_code": np.where(
                rng.random(n) < 0.96, buyers["holder_credit_code"], None
            ),
            "land_use": uses,
            "land_use_scheme": np.where(years < 2018, "GB/T 21010-2007", "GB/T 21010-2017"),
            "industry": buyers["industry"],
            "supply_mode": mode,
            "land_source": np.where(state, "现有建设用地", "新增建设用地(来自存量库)"),
            "land_ownership": "state",
            "term_years": np.where(given, np.nan, np.array(_TERM)[use]),
            "declared_area_m2": area,
            "mortgaged": rng.random(n) < 0.14,
            "seized": rng.random(n) < 0.012,
            "approving_government": [f"{names[c]}人民政府" for c in codes],
            "returned_kind": told["returned_kind"],
        }
    )
    out["term_years"] = out["term_years"].where(out["term_years"] > 0)
    out["mortgagee"] = np.where(out["mortgaged"], "云泽市农村合作银行", None)
    out = pd.concat([out, _money(rng, told, use, area, given)], axis=1)
    dated = {
        "supplied_on": "supplied",
        "agreed_delivery_on": "agreed_delivery",
        "delivered_on": "delivered",
        "agreed_start_on": "agreed_start",
        "agreed_completion_on": "agreed_completion",
        "started_on": "started",
        "completed_on": "completed",
        "suspended_on": "suspended",
        "resumed_on": "resumed",
        "returned_on": "returned",
    }
    for column, story in dated.items():
        out[column] = dates(told[story].to_numpy(dtype=float))
    permit = told["started"].to_numpy() - rng.integers(5, 70, n)
    out["permit_on"] = dates(
        np.where(rng.random(n) < 0.75, np.maximum(permit, told["supplied"] + 5), np.nan)
    )
    filed = (told["due"] + YEAR + rng.integers(60, 300, n)).to_numpy()
    idle = told["started"].isna().to_numpy() & (filed < TODAY) & (rng.random(n) < 0.6)
    out["idle_filed_on"] = dates(np.where(idle, filed, np.nan))
    for column, story in {
        "developed_area_m2": "developed",
        "developable_area_m2": "developable",
    }.items():
        out[column] = told[story]
    out["invested_fen"] = told["invested"] * 1_000_000
    out["planned_investment_fen"] = told["planned"] * 1_000_000
    story = told[
        [
            "lot",
            "also",
            "due",
            "started",
            "completed",
            "returned",
            "suspended",
            "resumed",
            "built_share",
            "never",
        ]
    ]
    out = pd.concat([out, story.add_prefix("x_")], axis=1)
    return gpd.GeoDataFrame(out, geometry=shapes, crs=CRS)


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


def known_idle(supplies: pd.DataFrame) -> np.ndarray:
    """Supplies in force that were due over a year before ``TODAY`` and never begun."""
    return (
        supplies["x_started"].isna()
        & supplies["x_returned"].isna()
        & (supplies["x_due"] + YEAR < TODAY)
    ).to_numpy()


__all__ = ["Days", "day", "known_idle", "sell"]
