"""What is in view, and perhaps a region, in; its counts, areas and money as plain values out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from landgis.clock import full_years
from landgis.covers import Positions
from landgis.cut.runs import Ints
from landgis.measure import to_mu
from landgis.stage import STAGES
from landgis.stations import Mask
from landgis.terms import STOCK_STAGES, Outcome, Stage
from maps.region import Region
from maps.view import BASES, OUTCOMES, STANDINGS, Ground, View, in_stock

Said: TypeAlias = dict[str, Any]

AGES = (1, 2, 5, 10)
"""The full years at which a new class of age begins."""

FEN = 100


@dataclass(frozen=True)
class Land:
    """The pieces that count: their rows, the area inside, and which are stock."""

    row: Ints
    area_m2: NDArray[np.float64]
    stage: Ints
    parent: Ints

    def summed(self, chosen: Mask) -> Said:
        """Parents, and area by stage of stock land, of some of the pieces."""
        area = np.bincount(self.stage[chosen], self.area_m2[chosen], len(STAGES))
        stages = {s.value: _m2(area[STAGES.index(s)]) for s in STOCK_STAGES}
        return {
            "count": self.parents(chosen),
            "stages": stages,
            "area_m2": _m2(sum(stages.values())),
        }

    def parents(self, chosen: Mask) -> int:
        """How many features there are by stage and parent among some of the pieces."""
        met = np.zeros(len(STAGES) * self.most, dtype=bool)
        met[self.stage[chosen] * self.most + self.parent[chosen]] = True
        return int(np.count_nonzero(met))

    @property
    def most(self) -> int:
        """One more than the greatest parent."""
        return int(self.parent.max(initial=0)) + 1


def statistics(ground: Ground, view: View, region: Region | None = None) -> Said:
    """Everything of ``view`` inside ``region`` in numbers.

    Land counts by the part that is inside, a supply as a whole if its outline has a point in
    common. area_m2 (of the region), stages, ages (full years in its stage, stock land only),
    districts (stock land only), supplies, findings (by outcome and basis), fee and reclaim
    (supplies over which such a rule speaks, by basis; yuan of the fee and of the price).
    """
    land = _land(ground, view, region)
    supplies = _supplies(ground, view, region)
    return {
        "area_m2": None if region is None else _m2(region.area_m2),
        "stages": list(_stages(view, land)),
        "ages": list(_ages(view, land)),
        "districts": list(_districts(view, land)),
        "supplies": _told(view, supplies),
        "findings": _findings(view, supplies),
        "fee": _money(view, supplies, Outcome.FEE, "fee_yuan"),
        "reclaim": _money(view, supplies, Outcome.RECLAIM, "price_yuan"),
    }


def _m2(area_m2: float) -> float:
    return round(float(area_m2), 4)


def _land(ground: Ground, view: View, region: Region | None) -> Land:
    area = view.day.inventory.pieces.table["area_m2"].to_numpy()
    if region is None:
        row = np.flatnonzero(view.pieces)
        inside = area[row]
    else:
        at, share = region.shares(ground.stock, view.pieces)
        row = ground.stock.row[at[share > 0]]
        inside = area[row] * share[share > 0]
    return Land(row, inside, view.day.stage[row], view.day.parent[row])


def _stages(view: View, land: Land) -> Iterator[Said]:
    area = np.bincount(land.stage, land.area_m2, len(STAGES))
    for code, stage in enumerate(STAGES):
        if stage is Stage.OUTSIDE and not view.outside:
            continue
        yield {
            "stage": stage.value,
            "is_stock": stage in STOCK_STAGES,
            "count": land.parents(land.stage == code),
            "area_m2": _m2(area[code]),
            "area_mu": round(float(to_mu(area[code])), 4),
        }


def _ages(view: View, land: Land) -> Iterator[Said]:
    inventory = view.day.inventory
    since = inventory.stages["since_on"].to_numpy("datetime64[D]")[land.row]
    years = full_years(since, np.datetime64(inventory.on))
    group = np.searchsorted(AGES, years, side="right")
    stock = in_stock(land.stage)
    for k, (low, high) in enumerate(zip((0, *AGES), (*AGES, None), strict=True)):
        name = f"{low}-{'' if high is None else high}"
        yield {"age": name, "years": [low, high]} | land.summed(stock & (group == k))


def _districts(view: View, land: Land) -> Iterator[Said]:
    inventory = view.day.inventory
    covers, table = inventory.covers, inventory.layers["districts"].table
    row = covers.links["districts"].earliest(len(covers.area_m2))[land.row]
    names = [*table["name"].fillna(table["district_code"]), ""]
    stock = in_stock(land.stage)
    for k, name in enumerate(names):
        mine = stock & (row == (k if k < len(table) else -1))
        if mine.any():
            yield {"district": name} | land.summed(mine)


def _supplies(ground: Ground, view: View, region: Region | None) -> Mask:
    """The assessed supplies that count."""
    if region is None:
        return view.supplies
    at, _ = region.shares(ground.supplies, view.drawn)
    found = np.zeros(len(view.supplies), dtype=bool)
    found[view.day.listed[ground.supplies.row[at]]] = True
    return found


def _told(view: View, chosen: Mask) -> Said:
    inventory, seen = view.day.inventory, view.day
    area = _column(view, "area_m2")
    outlined = np.zeros(len(chosen), dtype=bool)
    there = seen.listed >= 0
    shaped = ~inventory.layers["supplies"].shapeless
    outlined[seen.listed[there & shaped]] = True
    standings = [
        {"standing": name, "count": int(mine.sum()), "area_m2": _m2(area[mine].sum())}
        for k, name in enumerate(STANDINGS)
        if (mine := chosen & (seen.standing == k)).any()
    ]
    total = area[chosen].sum()
    return {
        "count": int(chosen.sum()),
        "area_m2": _m2(total),
        "area_mu": round(float(to_mu(total)), 4),
        "without_outline": int((chosen & ~outlined).sum()),
        "standings": standings,
    }


def _column(view: View, name: str) -> NDArray[np.float64]:
    """A column of the assessed supplies, 0 where it is empty."""
    column = view.day.inventory.assessment.supplies[name]
    return np.nan_to_num(column.to_numpy(np.float64, na_value=np.nan))


def _findings(view: View, chosen: Mask) -> list[Said]:
    seen = view.day
    row = np.flatnonzero(chosen & (seen.outcome > 0))
    group = seen.outcome[row] * len(BASES) + seen.basis[row]
    size = len(OUTCOMES) * len(BASES)
    count = np.bincount(group, minlength=size)
    area = np.bincount(group, _column(view, "area_m2")[row], size)
    fee, price = (_fen(_column(view, n), row, group, size) for n in ("fee_yuan", "price_yuan"))
    return [
        {
            "outcome": OUTCOMES[k // len(BASES)],
            "basis": BASES[k % len(BASES)],
            "count": int(count[k]),
            "area_m2": _m2(area[k]),
            "fee_yuan": int(fee[k]) / FEN,
            "price_yuan": int(price[k]) / FEN,
        }
        for k in np.flatnonzero(count).tolist()
    ]


def _fen(yuan: NDArray[np.float64], row: Positions, group: Positions, size: int) -> Ints:
    """The sums of some amounts by group, exact to the fen."""
    fen = np.zeros(size, np.int64)
    np.add.at(fen, group, np.rint(yuan[row] * FEN).astype(np.int64))
    return fen


def _money(view: View, chosen: Mask, outcome: Outcome, amount: str) -> Said:
    """Supplies over which rules with an outcome speak, by basis."""
    row, spoken, basis = view.day.said.T
    mine = chosen[row] & (spoken == OUTCOMES.index(outcome.value))
    row, basis = row[mine], basis[mine]
    count = np.bincount(basis, minlength=len(BASES))
    area = np.bincount(basis, _column(view, "area_m2")[row], len(BASES))
    fen = _fen(_column(view, amount), row, basis, len(BASES))
    return {
        name: {"count": int(count[k]), "area_m2": _m2(area[k]), "yuan": int(fen[k]) / FEN}
        for k, name in enumerate(BASES)
        if name
    }
