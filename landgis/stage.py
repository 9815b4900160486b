"""Pieces and layers in; what the papers say of every piece, and the ground shows, on any date.

``prepare`` walks once through the days on which anything about a piece changes; ``stage_on`` then
only picks the run of days that holds the date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, auto

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.covers import (
    ALWAYS,
    NEVER,
    Days,
    Links,
    Mask,
    Positions,
    dates,
    day_number,
    day_numbers,
    link_days,
)
from landgis.stations import Layers, Pieces
from landgis.terms import Conflict, ReleaseKind, Stage

FLAGS = ("in_use", "unbuilt", "built_unsupplied", "reserved", "returned", "conflict")
COLUMNS = ("stage", "in_use", "since_on", *FLAGS[1:])
"""The columns of ``stage_on``.

Adds: stage (what the papers say), in_use (a footprint in force covers it), since_on (the day it
entered its stage), unbuilt 用而未尽 (used, no building seen), built_unsupplied 未供先用, reserved
(a reserve in force), returned (a supply was returned, none is in force), conflict.
"""

EXISTING_LAND = "现有建设用地"
"""The land source of a supply that needs no acquisition: construction land the state owned."""

STAGES = tuple(Stage)
OUTSIDE = STAGES.index(Stage.OUTSIDE)


class Fact(IntEnum):
    """What can hold of a plot on a day because a feature covers it."""

    APPROVED = 0
    STATE_LAND = auto()
    RELEASED = auto()
    WRITTEN_OFF = auto()
    ACQUIRED = auto()
    RESERVED = auto()
    ONCE_RESERVED = auto()
    RETURNED = auto()
    SUPPLIED = auto()
    SUPPLIED_NEW_LAND = auto()
    STARTED = auto()
    BUILT = auto()


@dataclass(frozen=True)
class Timeline:
    """One row a run of days in which nothing about a plot changes, by plot and day.

    The runs of a plot follow one another without a gap from ALWAYS to NEVER. ``stage`` is a
    position in ``Stage``, ``since`` the day the plot entered it; ``flags`` and ``clashes`` are
    aligned masks by name of flag and kind of conflict.
    """

    plot: Positions
    begin: Days
    end: Days
    stage: NDArray[np.int8]
    since: Days
    flags: Mapping[str, Mask]
    clashes: Mapping[Conflict, Mask]

    def at(self, day: int) -> Positions:
        """The run of each plot that holds ``day``, in the order of the plots."""
        return np.flatnonzero((self.begin <= day) & (day < self.end))


@dataclass(frozen=True)
class Covers:
    """A partition made ready for any date: its links with their days, and its timeline.

    Plots are the pieces and, behind them, the slivers; ``area_m2`` is aligned with the plots.
    """

    pieces: Pieces
    layers: Layers
    area_m2: NDArray[np.float64]
    links: Mapping[str, Links]
    timeline: Timeline


def prepare(pieces: Pieces, layers: Layers) -> Covers:
    """Make a partition ready for any date; raises ``StoreError`` if it is not of these layers."""
    areas = [pieces.table["area_m2"], pieces.slivers["area_m2"]]
    area_m2 = np.concatenate([a.to_numpy(np.float64) for a in areas])
    return prepared(pieces, layers, area_m2, link_days(pieces, layers))


def prepared(
    pieces: Pieces, layers: Layers, area_m2: NDArray[np.float64], links: Mapping[str, Links]
) -> Covers:
    """A partition made ready whose links are known by layer."""
    return Covers(pieces, layers, area_m2, links, _timeline(_spans(links, layers), len(area_m2)))


def stage_on(covers: Covers, on: date) -> pd.DataFrame:
    """The stage of every piece on a date, aligned with ``pieces.table``.

    Adds: see ``COLUMNS``.
    """
    line = covers.timeline
    at = line.at(day_number(on))[: len(covers.pieces)]
    names = pd.Index([s.value for s in STAGES])
    stage = pd.Categorical.from_codes(line.stage[at], names, ordered=True)
    columns = {"stage": stage, "since_on": dates(line.since[at])}
    columns |= {name: flag[at] for name, flag in line.flags.items()}
    return pd.DataFrame(columns, columns=list(COLUMNS))


def _spans(links: Mapping[str, Links], layers: Layers) -> Iterator[tuple[Fact, Links]]:
    """Every fact with the links by which, and the days on which, it holds."""
    yield from _approval_spans(links["approvals"], layers["approvals"].table)
    releases = links["releases"]
    kind = layers["releases"].table["kind"].to_numpy(object)[releases.row]
    yield Fact.RELEASED, releases
    yield Fact.WRITTEN_OFF, releases.where(kind == ReleaseKind.WRITTEN_OFF.value)
    yield Fact.ACQUIRED, links["acquisitions"]
    yield Fact.RESERVED, links["reserves"]
    yield Fact.ONCE_RESERVED, links["reserves"].during(links["reserves"].begin)
    yield from _supply_spans(links["supplies"], layers["supplies"].table)
    yield Fact.BUILT, links["footprints"]


def _approval_spans(links: Links, table: pd.DataFrame) -> Iterator[tuple[Fact, Links]]:
    state_land = (~table["needs_acquisition"].fillna(value=True)).to_numpy(bool)
    yield Fact.APPROVED, links
    yield Fact.STATE_LAND, links.where(state_land[links.row])
    yield Fact.RELEASED, links.during(day_numbers(table["withdrawn_on"])[links.row])


def _supply_spans(links: Links, table: pd.DataFrame) -> Iterator[tuple[Fact, Links]]:
    started = np.minimum(day_numbers(table["started_on"]), day_numbers(table["completed_on"]))
    yield Fact.SUPPLIED, links
    yield Fact.SUPPLIED_NEW_LAND, links.where(needs_acquisition(table)[links.row])
    yield Fact.STARTED, links.during(np.maximum(links.begin, started[links.row]), links.end)
    yield Fact.RETURNED, links.during(links.end)


def needs_acquisition(supplies: pd.DataFrame) -> Mask:
    """Which supplies are of land that had to be acquired first: the state did not own it.

    Needs: land_source, land_ownership.
    """
    existing = supplies["land_source"].str.contains(EXISTING_LAND, regex=False, na=False)
    collective = supplies["land_ownership"].eq("collective").fillna(value=False)
    return ~(existing | collective).to_numpy(bool)


def _timeline(spans: Iterator[tuple[Fact, Links]], size: int) -> Timeline:
    plot, begin, counts = _runs(spans, size)
    end = np.append(begin[1:], NEVER)[: len(begin)].astype(np.int32)
    end[np.append(plot[1:] != plot[:-1], True)[: len(end)]] = NEVER
    has = {fact: counts[fact] > 0 for fact in Fact}
    stage = _stages(has)
    flags = _flags(has, stage)
    clashes = _clashes(has, counts, flags["built_unsupplied"])
    flags["conflict"] = np.logical_or.reduce(list(clashes.values()))
    return Timeline(plot, begin, end, stage, begin[unbroken(plot, stage)], flags, clashes)


def _runs(
    spans: Iterator[tuple[Fact, Links]], size: int
) -> tuple[Positions, Days, NDArray[np.int32]]:
    """Plot and first day of every run, and how often each fact holds in it (facts, runs)."""
    plot, day, fact, step = _events(spans, size)
    last = np.append((plot[1:] != plot[:-1]) | (day[1:] != day[:-1]), True)[: len(plot)]
    opening = np.append(True, plot[1:] != plot[:-1])[: len(plot)]
    group = np.cumsum(opening) - 1
    counts = np.empty((len(Fact), int(last.sum())), np.int32)
    for one in Fact:
        total = np.cumsum(np.where(fact == one, step, 0), dtype=np.int32)
        # The first event of a plot opens its timeline and counts nothing.
        counts[one] = (total - total[opening][group])[last]
    return plot[last], day[last], counts


def _events(
    spans: Iterator[tuple[Fact, Links]], size: int
) -> tuple[Positions, Days, NDArray[np.int8], NDArray[np.int8]]:
    """Every day on which a fact comes (+1) or goes (-1), ordered by plot and day."""
    every = np.arange(size)
    parts = [(every, np.full(size, ALWAYS, np.int32), -1, 0)]
    for fact, links in spans:
        real = links.where((links.begin < links.end) & (links.begin < NEVER))
        ending = real.where(real.end < NEVER)
        parts += [(real.plot, real.begin, int(fact), 1), (ending.plot, ending.end, int(fact), -1)]
    plot = np.concatenate([p for p, _, _, _ in parts])
    day = np.concatenate([d for _, d, _, _ in parts])
    fact_of = np.repeat([f for _, _, f, _ in parts], [len(p) for p, _, _, _ in parts])
    step = np.repeat([s for _, _, _, s in parts], [len(p) for p, _, _, _ in parts])
    order = np.lexsort((day, plot))
    return plot[order], day[order], fact_of[order].astype(np.int8), step[order].astype(np.int8)


def _stages(has: Mapping[Fact, Mask]) -> NDArray[np.int8]:
    """The first stage that holds, in the order of ``Stage``."""
    holds = {
        Stage.USED: has[Fact.STARTED] | (has[Fact.SUPPLIED] & has[Fact.BUILT]),
        Stage.SUPPLIED_NOT_USED: has[Fact.SUPPLIED],
        Stage.RELEASED: has[Fact.RELEASED],
        Stage.ACQUIRED_NOT_SUPPLIED: has[Fact.ACQUIRED]
        | has[Fact.RESERVED]
        | has[Fact.RETURNED]
        | has[Fact.STATE_LAND],
        Stage.APPROVED_NOT_ACQUIRED: has[Fact.APPROVED],
    }
    codes = [STAGES.index(stage) for stage in holds]
    return np.select(list(holds.values()), codes, default=OUTSIDE).astype(np.int8)


def _flags(has: Mapping[Fact, Mask], stage: NDArray[np.int8]) -> dict[str, Mask]:
    # Roads and green that were written off need no supply, and land that no paper speaks of may
    # be an old village: building there contradicts nothing in the record.
    silent = (stage == OUTSIDE) | has[Fact.WRITTEN_OFF]
    return {
        "in_use": has[Fact.BUILT],
        "unbuilt": (stage == STAGES.index(Stage.USED)) & ~has[Fact.BUILT],
        "built_unsupplied": has[Fact.BUILT] & ~has[Fact.SUPPLIED] & ~silent,
        "reserved": has[Fact.RESERVED],
        "returned": has[Fact.RETURNED] & ~has[Fact.SUPPLIED],
    }


def _clashes(
    has: Mapping[Fact, Mask], counts: NDArray[np.int32], built_unsupplied: Mask
) -> dict[Conflict, Mask]:
    """The contradictions that a single plot can have."""
    state_owned = np.logical_or.reduce(
        [has[f] for f in (Fact.ACQUIRED, Fact.ONCE_RESERVED, Fact.STATE_LAND, Fact.RETURNED)]
    )
    return {
        Conflict.DOUBLE_SUPPLY: counts[Fact.SUPPLIED] > 1,
        Conflict.SUPPLY_BEFORE_ACQUISITION: has[Fact.SUPPLIED_NEW_LAND] & ~state_owned,
        Conflict.ACQUISITION_WITHOUT_APPROVAL: has[Fact.ACQUIRED] & ~has[Fact.APPROVED],
        Conflict.USE_WITHOUT_SUPPLY: built_unsupplied,
        Conflict.DOUBLE_APPROVAL: counts[Fact.APPROVED] > 1,
    }


def unbroken(plot: Positions, value: NDArray[np.generic]) -> Positions:
    """For every run the first run of its plot since which ``value`` has not changed."""
    changed = np.ones(len(plot), dtype=bool)
    changed[1:] = (plot[1:] != plot[:-1]) | (value[1:] != value[:-1])
    return np.maximum.accumulate(np.where(changed, np.arange(len(plot)), 0))
