"""The record tables that hang on supplies: supplementary agreements, causes of delay, holders."""

from __future__ import annotations

import numpy as np
import pandas as pd
from contracts import known_idle
from days import TODAY, YEAR, dates
from names import company, credit_code

CAUSES = (
    ("land_not_delivered", "未按约定交付土地", "地上附着物未清表，土地移交记录"),
    ("plan_changed", "规划依法修改", "控制性详细规划修改批复"),
    ("policy_changed", "国家政策调整规划条件", "产业准入目录调整文件"),
    ("petition", "群众信访", "信访事项处理意见书"),
    ("military_or_relics", "军事管制或文物保护", "考古勘探通知"),
    ("other_government", "政府及有关部门其他行为", "市政道路及管网未通情况说明"),
    ("force_majeure", "自然灾害等不可抗力", "灾情证明"),
    ("preparatory", "动工开发必需的前期工作", "环评及安评审批记录"),
    ("holder", "使用权人自身原因", "资金不足情况调查笔录"),
)
"""Code, Chinese name and usual evidence of each cause."""

STATUSES = (("verified", "已核实"), ("claimed", "当事人主张"), ("rejected", "不予采信"))
_HOLDERS = 160
_PLAGUE, _FLOOD = "重大突发公共卫生事件通告", "特大暴雨灾害灾情报告"
_SHARED = (
    (-1, "force_majeure", "2020-01-25", "2020-03-31", "verified", _PLAGUE),
    (5, "force_majeure", "2021-07-20", "2021-10-31", "verified", _FLOOD),
    (8, "force_majeure", "2021-07-20", "2021-09-30", "verified", _FLOOD),
    (0, "military_or_relics", "2018-03-01", "2018-08-31", "claimed", "地下文物普探情况说明"),
    (3, "policy_changed", "2022-05-01", None, "rejected", "企业联名申请"),
)
"""District (or -1 for all), cause, days, status and evidence."""


def amendments(supplies: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Supplementary agreements that move the start, and the completion with it."""
    rng = np.random.default_rng([seed, 7])
    due = supplies["x_due"].to_numpy()
    late = supplies["x_started"].fillna(TODAY + 1).to_numpy() - due > 150
    pool = supplies.index[late & (due < TODAY) & supplies["agreed_start_on"].notna()]
    chosen = np.sort(rng.choice(pool, int(0.24 * len(pool)), replace=False))
    signed = due[chosen] + rng.integers(-90, 300, len(chosen))
    start = due[chosen] + rng.choice([180, 270, 365, 365], len(chosen))
    # a few put it off by more than the year that order 53 allows
    start += np.where(rng.random(len(chosen)) < 0.05, 270, 0)
    done = start + 730
    table = pd.DataFrame(
        {
            "supply_id": supplies["supply_id"].to_numpy()[chosen],
            "signed_on": dates(signed),
            "start_on": dates(start),
            "completion_on": dates(np.where(rng.random(len(chosen)) < 0.8, done, np.nan)),
            "ground": rng.choice(
                ["政府原因延期开工", "规划条件调整", "企业申请延期", "不可抗力顺延"], len(chosen)
            ),
        }
    )
    # a few were amended twice, and a few agreements speak of the completion alone
    twice = table.iloc[rng.choice(len(table), 8, replace=False)].copy()
    for name in ("signed_on", "start_on", "completion_on"):
        twice[name] += np.timedelta64(300, "D")
    table = pd.concat([table, twice], ignore_index=True)
    table.loc[rng.choice(len(table), 6, replace=False), "start_on"] = pd.NaT
    table = table[table["signed_on"] <= dates(np.array([TODAY]))[0]]
    return table.sort_values(["signed_on", "supply_id"], kind="stable", ignore_index=True)


def delays(supplies: pd.DataFrame, districts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Causes of delay: every cause in every status, for supplies, a district and all."""
    rng = np.random.default_rng([seed, 8])
    idle = supplies.index[known_idle(supplies)]
    late = supplies["x_started"].to_numpy() - supplies["x_due"].to_numpy() > 120
    begun = rng.choice(supplies.index[late], 70, replace=False)
    asked = rng.random(len(idle)) < 0.68
    chosen = np.concatenate([idle[asked], begun])
    n = len(chosen)
    cause = rng.choice(len(CAUSES), n, p=[0.14, 0.09, 0.04, 0.05, 0.04, 0.1, 0.04, 0.08, 0.42])
    status = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    order = rng.permutation(n)[: 3 * len(CAUSES)]
    cause[order], status[order] = np.divmod(np.arange(len(order)), 3)
    due = supplies["x_due"].to_numpy()[chosen]
    since = np.minimum(due + rng.integers(-120, 420, n), TODAY - 60)
    until = since + rng.integers(60, 760, n)
    still = (rng.random(n) < 0.3) & np.isin(chosen, idle)
    until = np.where(still | (until > TODAY), np.nan, until)
    table = pd.DataFrame(
        {
            "supply_id": supplies["supply_id"].to_numpy()[chosen],
            "scope": None,
            "cause": [CAUSES[k][0] for k in cause],
            "from_on": dates(since),
            "until_on": dates(until),
            "status": [STATUSES[k][0] for k in status],
            "evidence": [f"{CAUSES[k][2]}第{j}号" for j, k in enumerate(cause, 1)],
        }
    )
    table = pd.concat([table, _shared(districts)], ignore_index=True)
    return table.sort_values(["from_on", "supply_id"], kind="stable", ignore_index=True)


def _shared(districts: pd.DataFrame) -> pd.DataFrame:
    """Causes that held a whole district or the whole city."""
    columns = ["scope", "cause", "from_on", "until_on", "status", "evidence"]
    table = pd.DataFrame(_SHARED, columns=columns).assign(supply_id=None)
    codes = districts["district_code"].tolist()
    table["scope"] = ["all" if place < 0 else codes[place] for place in table["scope"]]
    for name in ("from_on", "until_on"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    return table


def holders(supplies: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Changes of holder after the supply: transfers, court sales, new names."""
    rng = np.random.default_rng([seed, 9])
    old = supplies.index[
        (supplies["supply_mode"] != "划拨")
        & (supplies["supplied_on"] < dates(np.array([TODAY - 2 * YEAR]))[0])
        & supplies["returned_on"].isna()
    ]
    chosen = np.sort(rng.choice(old, _HOLDERS - 20, replace=False))
    chosen = np.concatenate([chosen, rng.choice(chosen, 20, replace=False)])
    first = (
        (supplies["supplied_on"].to_numpy()[chosen] - np.datetime64("1970-01-01"))
        .astype("timedelta64[D]")
        .astype(float)
    )
    changed = first + rng.uniform(0.15, 0.95, len(chosen)) * (TODAY - first)
    rows = []
    for k, since in zip(chosen, changed, strict=True):
        code, district = supplies.at[k, "district_code"], supplies.at[k, "district_name"]
        holder = company(rng, district[:2], supplies.at[k, "industry"])
        ground = ("转让", "司法拍卖", "名称变更", "吸收合并")[
            int(rng.choice(4, p=[0.45, 0.2, 0.25, 0.1]))
        ]
        rows.append((supplies.at[k, "supply_id"], holder, credit_code(rng, code), since, ground))
    table = pd.DataFrame(rows, columns=["supply_id", "holder", "credit_code", "since", "ground"])
    table = table.sort_values(["supply_id", "since"], kind="stable", ignore_index=True)
    until = table.groupby("supply_id")["since"].shift(-1)
    out = table.drop(columns=["since"]).assign(
        from_on=dates(table["since"].to_numpy()), until_on=dates(until.to_numpy() - 1)
    )
    years = out["from_on"].dt.year
    out["certificate_no"] = [
        f"澜（{y}）云泽市不动产权第{4000 + 7 * k:07d}号" for k, y in enumerate(years)
    ]
    return out[
        ["supply_id", "holder", "credit_code", "from_on", "until_on", "ground", "certificate_no"]
    ].sort_values(["from_on", "supply_id"], kind="stable", ignore_index=True)
