"""The footprints: what the monitoring pictures show, quarter by quarter."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from country import CRS
from days import TODAY, dates, quarter_end
from land import Ground
from plan import Plan, place
from shapes import Ring, complexes, halve, polygons, ring_area

_FOOTPRINTS, _EARLY, _ON_READY, _ON_FIELDS, _UNRECORDED = 4000, 45, 36, 30, 25
_KINDS = ("厂房", "厂房", "厂房", "办公及配套", "堆场", "仓库")


def _phases(ring: Ring, rng: np.random.Generator) -> list[Ring]:
    """A site in one to four phases of building, by its size."""
    hectares = ring_area(ring) / 1e4
    wanted = 1 + int(rng.random() < min(0.9, hectares / 3.8)) + int(hectares > 4.0)
    parts = [ring]
    while len(parts) < wanted:
        biggest = parts.pop(int(np.argmax([ring_area(p) for p in parts])))
        parts += halve(biggest, rng, 0.0)
    return parts


def _built(rng: np.random.Generator, ground: Ground, supplies: pd.DataFrame) -> pd.DataFrame:
    """The phases of every supply that was begun (lot, supply_id, ring, seen, removed)."""
    started = supplies["x_started"].to_numpy(copy=True)
    silent = supplies.index[supplies["x_started"].isna() & (supplies["x_due"] < TODAY - 200)]
    # built all the same: nobody wrote the start into the record
    started[rng.choice(silent, _UNRECORDED, replace=False)] = TODAY - rng.integers(
        300, 900, _UNRECORDED
    )
    begun = supplies[~np.isnan(started) & (started < TODAY - 140)]
    rings = ground.lots["ring"]
    rows = []
    sites = zip(begun.index, begun["x_lot"], begun["x_also"], begun["x_built_share"], strict=True)
    for k, lot, also, share in sites:
        parts = [p for x in (lot, also) if x >= 0 for p in _phases(rings.at[x], rng)]
        if share == share:  # stopped: only the first part stands
            parts = parts[:1] if share > 0.2 else []
        number, returned = supplies.at[k, "supply_id"], supplies.at[k, "x_returned"]
        for phase, ring in enumerate(parts):
            seen = started[k] + rng.integers(150, 330) + phase * rng.integers(60, 360)
            rows.append((lot, number, ring, seen, returned))
    told = pd.DataFrame(rows, columns=["lot", "supply_id", "ring", "seen", "removed"])
    told["removed"] = told["removed"] + rng.integers(90, 500, len(told))
    early = rng.choice(len(told), _EARLY, replace=False)
    told.loc[early, "seen"] -= rng.integers(700, 1500, _EARLY)
    return told


def _unpapered(rng: np.random.Generator, ground: Ground, supplies: pd.DataFrame) -> pd.DataFrame:
    """Buildings on land that was never supplied, some of it never acquired."""
    lots = ground.lots
    free = lots[
        (lots["use"] == "lot") & ~lots.index.isin(supplies["x_lot"]) & lots["released"].isna()
    ]
    ready = free[free["ready"].notna()]
    fields = free[free["ready"].isna()]
    chosen = [
        *rng.choice(ready.index, _ON_READY, replace=False),
        *rng.choice(fields.index, _ON_FIELDS, replace=False),
    ]
    rows = []
    for lot in chosen:
        since = np.nanmax([lots.at[lot, "ready"], lots.at[lot, "approved"]])
        seen = since + rng.uniform(0.1, 0.9) * (TODAY - since)
        parts = _phases(lots.at[lot, "ring"], rng)
        ring = parts[int(rng.integers(len(parts)))]
        rows.append((lot, None, ring, seen, np.nan))
    return pd.DataFrame(rows, columns=["lot", "supply_id", "ring", "seen", "removed"])


def build(plan: Plan, ground: Ground, supplies: pd.DataFrame, seed: int) -> gpd.GeoDataFrame:
    """The footprints layer."""
    rng = np.random.default_rng([seed, 6])
    told = _built(rng, ground, supplies)
    lone = _unpapered(rng, ground, supplies)
    told["seen"] = quarter_end(told["seen"].to_numpy(dtype=float))
    lone["seen"] = quarter_end(lone["seen"].to_numpy(dtype=float))
    told = told[told["seen"] <= TODAY]
    room = min(len(told), _FOOTPRINTS - len(lone))
    told = told.loc[np.sort(rng.choice(told.index, room, replace=False))]
    told = pd.concat([told, lone], ignore_index=True)
    told = told.sort_values(["seen", "lot"], kind="stable", ignore_index=True)
    removed = quarter_end(told["removed"].to_numpy(dtype=float))
    removed = np.where((removed <= TODAY) & (removed > told["seen"]), removed, np.nan)
    out = {
        "footprint_id": [f"JZ{k:05d}" for k in range(1, len(told) + 1)],
        "supply_id": np.where(rng.random(len(told)) < 0.9, told["supply_id"], None),
        "observed_on": dates(told["seen"].to_numpy(dtype=float)),
        "removed_on": dates(removed),
        "kind": rng.choice(_KINDS, len(told)),
    }
    return gpd.GeoDataFrame(out, geometry=_outlines(rng, plan, ground, told), crs=CRS)


def _outlines(
    rng: np.random.Generator, plan: Plan, ground: Ground, told: pd.DataFrame
) -> np.ndarray:
    """Building complexes in their phases, bent and moved with their town."""
    flat = shapely.segmentize(complexes(polygons(told["ring"].tolist()), rng), 80.0)
    town = ground.lots.loc[told["lot"], "town"].to_numpy()
    shapes = np.empty(len(told), dtype=object)
    for k in np.unique(town):
        here = town == k
        shapes[here] = place(plan.towns[k], flat[here])
    return shapes
