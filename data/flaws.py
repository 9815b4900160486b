"""What is wrong on purpose: each flaw is planted in the tables and named in a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from days import TODAY, dates
from names import spoiled
from shapes import Shapes

Tables = dict[str, pd.DataFrame]
"""The tables by the name of their file (``tables.FILES``), columns as in the schema."""

_IDENTITY = {
    "approvals": "approval_id",
    "acquisitions": "acquisition_id",
    "supplies": "supply_id",
    "papers": "supply_id",
    "footprints": "footprint_id",
    "delays": "supply_id",
    "holders": "supply_id",
}


@dataclass
class Flaws:
    """The planted flaws: ``rows`` for the list, ``texts`` for cells written as they are."""

    tables: Tables
    rng: np.random.Generator
    rows: list[dict[str, Any]] = field(default_factory=list)
    texts: list[tuple[str, int, str, str]] = field(default_factory=list)

    def note(self, kind: str, table: str, at: int, column: str, what: str, **more: str) -> None:
        """Put a flaw on the list."""
        found = self.tables[table].iloc[at]
        number = found[_IDENTITY[table]]
        self.rows.append(
            {
                "kind": kind,
                "table": table,
                "at": at,
                "field": column,
                "feature_id": None if pd.isna(number) else number,
                "what": what,
                **more,
            }
        )

    def put(self, table: str, at: int, column: str, value: Any) -> None:
        """Write a value into a table."""
        frame = self.tables[table]
        frame.iloc[at, frame.columns.get_loc(column)] = value

    def text(self, kind: str, table: str, at: int, column: str, said: str, what: str) -> None:
        """Plant a cell that is written as it is, whatever its column."""
        self.texts.append((table, at, column, said))
        self.note(kind, table, at, column, what)

    def some(self, table: str, mask: Any, n: int) -> list[int]:
        """Some rows of a table that no flaw sits on yet."""
        taken = {row["at"] for row in self.rows if row["table"] == table}
        free = [k for k in np.flatnonzero(np.asarray(mask)) if k not in taken]
        return sorted(int(k) for k in self.rng.choice(free, n, replace=False))


def _bow_tie(shape: shapely.Geometry) -> shapely.Polygon:
    """A ring with two neighbouring corners exchanged, where that takes most land away."""
    ring = shapely.get_coordinates(shape.exterior)[:-1]
    crossed = []
    for at in range(len(ring) - 1):
        order = np.arange(len(ring))
        order[[at, at + 1]] = [at + 1, at]
        crossed.append(shapely.Polygon(ring[order]))
    lost = shapely.area(shape) - shapely.area(crossed)
    return crossed[int(np.argmax(np.where(shapely.is_valid(crossed), -1, lost)))]


def _geometry(flaws: Flaws) -> None:
    """A bow-tie, two areas that contradict their outlines, neighbours that overlap."""
    approvals = flaws.tables["approvals"]
    plain = shapely.get_type_id(approvals.geometry.to_numpy()) == shapely.GeometryType.POLYGON
    plain &= shapely.get_num_interior_rings(approvals.geometry.to_numpy()) == 0
    [at] = flaws.some("approvals", plain & approvals["withdrawn_on"].isna(), 1)
    flaws.put("approvals", at, "geometry", _bow_tie(approvals.geometry.iloc[at]))
    flaws.note("geometry_repaired", "approvals", at, "geometry", "界址点顺序颠倒，图形自相交")
    [at] = flaws.some("approvals", approvals["declared_area_m2"] < 400_000, 1)
    flaws.put("approvals", at, "declared_area_m2", approvals["declared_area_m2"].iloc[at] * 15)
    flaws.note("area_mismatch", "approvals", at, "declared_area_m2", "亩数误填入公顷栏")
    taken = flaws.tables["acquisitions"]
    [at] = flaws.some("acquisitions", taken["completed_on"].notna(), 1)
    flaws.put(
        "acquisitions", at, "declared_area_m2", round(taken["declared_area_m2"].iloc[at] * 0.62, 0)
    )
    flaws.note("area_mismatch", "acquisitions", at, "declared_area_m2", "面积与图形不符")
    _overlaps(flaws)


def _overlaps(flaws: Flaws) -> None:
    """Five supplies drawn some metres into their neighbour's land."""
    supplies = flaws.tables["supplies"]
    shapes: Shapes = supplies.geometry.to_numpy(dtype=object)
    calm = supplies["returned_on"].isna() & (shapely.area(shapes) > 15_000)
    calm &= supplies["supplied_on"] < dates(np.array([TODAY - 400]))[0]
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = shapely.length(shapely.intersection(shapes[one], shapes[two]))
    near = (
        (one < two) & (shared > 80) & (shared < 400) & calm.to_numpy()[one] & calm.to_numpy()[two]
    )
    bounds = np.flatnonzero(near)
    for k in flaws.rng.choice(bounds, 5, replace=False):
        a, b = int(one[k]), int(two[k])
        wide = shapely.intersection(shapely.buffer(shapes[a], 12, join_style="mitre"), shapes[b])
        wider = shapely.union(shapes[a], shapely.buffer(wide, 0.02, join_style="mitre"))
        parts = shapely.get_parts(shapely.transform(wider, lambda xy: np.round(xy, 3)))
        parts = shapely.remove_repeated_points(parts, 0.002)
        flaws.put("supplies", a, "geometry", parts[np.argmax(shapely.area(parts))])
        other = supplies["supply_id"].iloc[b]
        flaws.note("double_supply", "supplies", a, "geometry", "供地范围压占相邻宗地", other=other)


def _double(flaws: Flaws) -> None:
    """One lot that was supplied again although its return was never recorded."""
    supplies = flaws.tables["supplies"]
    kept = supplies.loc[supplies["returned_on"].isna(), "x_lot"]
    again = supplies["returned_on"].notna() & supplies["x_lot"].isin(kept)
    [at] = flaws.some("supplies", again, 1)
    for column in ("returned_on", "returned_kind"):
        flaws.put("supplies", at, column, None)
    lot = supplies["x_lot"].iloc[at]
    other = supplies.loc[supplies["x_lot"] == lot, "supply_id"].iloc[-1]
    flaws.note("double_supply", "supplies", at, "returned_on", "收回未登记又重新供地", other=other)


def _story(flaws: Flaws) -> None:
    """Dates that contradict each other, and prices of nothing."""
    supplies = flaws.tables["supplies"]
    done = supplies["completed_on"].notna() & supplies["resumed_on"].isna()
    for at in flaws.some("supplies", done, 8):
        flaws.put("supplies", at, "started_on", pd.NaT)
        flaws.note("completed_without_start", "supplies", at, "started_on", "已竣工但未登记开工")
    for at in flaws.some("supplies", done, 2):
        before = supplies["started_on"].iloc[at] - pd.Timedelta(days=40)
        flaws.put("supplies", at, "completed_on", before)
        flaws.note("completed_before_start", "supplies", at, "completed_on", "竣工早于开工")
    for at in flaws.some("supplies", done, 3):
        before = supplies["supplied_on"].iloc[at] - pd.Timedelta(days=75)
        flaws.put("supplies", at, "started_on", before)
        flaws.note("started_before_supply", "supplies", at, "started_on", "开工早于合同签订")
    idle = supplies["started_on"].isna() & supplies["returned_on"].isna()
    for at in flaws.some("supplies", idle & (supplies["supply_mode"] == "挂牌出让"), 2):
        flaws.put("supplies", at, "price_fen", 0)
        flaws.note("price_zero", "supplies", at, "price_fen", "成交价格填 0")


def _codes(flaws: Flaws) -> None:
    """Numbers that fail their own rule."""
    supplies = flaws.tables["supplies"]
    coded = supplies["holder_credit_code"].notna()
    for at in flaws.some("supplies", coded, 4):
        code = supplies["holder_credit_code"].iloc[at]
        flaws.put("supplies", at, "holder_credit_code", spoiled(code))
        flaws.note("credit_code_invalid", "supplies", at, "holder_credit_code", "校验位不符")
    [at] = flaws.some("supplies", coded, 1)
    code = supplies["parcel_code"].iloc[at]
    flaws.put("supplies", at, "parcel_code", code[:12] + "0B" + code[14:])
    flaws.note("parcel_code_invalid", "supplies", at, "parcel_code", "所有权代码错误")
    [at] = flaws.some("supplies", supplies["land_use"] == "工业用地", 1)
    flaws.text(
        "term_unreadable",
        "supplies",
        at,
        "term_years",
        "工业用地50年; 其他商服用地40年",
        "两个年限",
    )
    changed = flaws.tables["holders"]
    [at] = flaws.some("holders", changed["credit_code"].notna(), 1)
    flaws.put("holders", at, "credit_code", spoiled(changed["credit_code"].iloc[at]))
    flaws.note("credit_code_invalid", "holders", at, "credit_code", "校验位不符")


def _cells(flaws: Flaws) -> None:
    """Dates that are missing, unreadable or in the future, and rows that are there twice."""
    papers = flaws.tables["papers"]
    [at] = flaws.some("papers", papers["agreed_start_on"].notna(), 1)
    flaws.text("date_unreadable", "papers", at, "agreed_start_on", "2019年13月45日", "没有这一天")
    for at in flaws.some("papers", papers["supplied_on"].notna(), 2):
        flaws.put("papers", at, "supplied_on", pd.NaT)
        flaws.note("required_missing", "papers", at, "supplied_on", "缺少合同签订日期")
    _twice(flaws, "papers")
    taken = flaws.tables["acquisitions"]
    [at] = flaws.some("acquisitions", taken["completed_on"].notna(), 1)
    flaws.text("date_unreadable", "acquisitions", at, "compensated_on", "20140230", "没有这一天")
    seen = flaws.tables["footprints"]
    [at] = flaws.some("footprints", seen["observed_on"].dt.year == 2012, 1)
    flaws.put("footprints", at, "observed_on", pd.Timestamp("2062-06-30"))
    flaws.note("date_in_future", "footprints", at, "observed_on", "年份误写")
    causes = flaws.tables["delays"]
    [at] = flaws.some("delays", causes["until_on"].notna() & causes["supply_id"].notna(), 1)
    flaws.text("date_unreadable", "delays", at, "until_on", "待定", "没有确切日期")
    _twice(flaws, "delays")


def _twice(flaws: Flaws, table: str) -> None:
    """Repeat a row of a table at its end, word for word."""
    frame = flaws.tables[table]
    [at] = flaws.some(table, frame["supply_id"].notna(), 1)
    flaws.tables[table] = pd.concat([frame, frame.iloc[[at]]], ignore_index=True)
    flaws.note("duplicate_row", table, len(frame), "", "同一记录提供两次")


def spoil(tables: Tables, seed: int) -> Flaws:
    """Plant every flaw in copies of the tables."""
    flaws = Flaws({k: t.copy() for k, t in tables.items()}, np.random.default_rng([seed, 10]))
    for plant in (_geometry, _double, _story, _codes, _cells):
        plant(flaws)
    return flaws
