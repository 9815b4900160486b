"""Supplies and due dates in; the standing of every supply on one date out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from landgis.clock import DAY, NOT_A_DAY, Counts, Days, Mask, add_years
from landgis.law.due import Due, due, happened, positions
from landgis.rulebook import Rulebook
from landgis.stations import Layers
from landgis.statute import IdleRule, SuspendedRule
from landgis.terms import Standing

STANDINGS = tuple(Standing)
"""The code of a standing is its place here."""


@dataclass(frozen=True)
class Shares:
    """How far a project has come: whether either share is under its limit, and which are known."""

    under: Mask
    developed_known: Mask
    invested_known: Mask


def shares(supplies: pd.DataFrame, rule: SuspendedRule) -> Shares:
    """Developed land and investment against the limits of ``rule``, strictly under, exactly.

    Source: order 53 arts. 2(2), 30.
    """
    developed = supplies["developed_area_m2"].to_numpy(float)
    developable = supplies["developable_area_m2"].to_numpy(float)
    land = rule.developed_under
    developed_known = (developed >= 0) & (developable > 0)
    little_land = developed * land.denominator < developable * land.numerator
    invested_known, little_money = invested_under(supplies, rule.invested_under)
    under = (developed_known & little_land) | little_money
    return Shares(under, developed_known, invested_known)


def invested_under(supplies: pd.DataFrame, limit: Fraction) -> tuple[Mask, Mask]:
    """Of which supplies the invested share is known, and of which it is strictly under."""
    invested = supplies["invested_fen"].to_numpy("int64", na_value=-1)
    planned = supplies["planned_investment_fen"].to_numpy("int64", na_value=-1)
    known = (invested >= 0) & (planned > 0)
    return known, known & (invested * limit.denominator < planned * limit.numerator)


@dataclass(frozen=True)
class Stand:
    """Where every supply stands on ``today``; ``standing`` holds places in ``STANDINGS``.

    ``idle_from`` is the first day of idleness by the raw clock, ``suspended_from`` the first day
    on which a suspended project may be idle; both may lie ahead, both NaT where not at stake.
    ``rows`` are the supplies of every amendment and delay (see ``positions``);
    ``origin`` is the day whose following days may be excused or be somebody's fault.
    """

    today: date
    rows: Mapping[str, Counts]
    standing: Counts
    due: Due
    shares: Shares
    suspended_on: Days
    idle_from: Days
    suspended_from: Days

    @property
    def on(self) -> np.datetime64:
        """The date of determination, comparable with columns of days."""
        return np.datetime64(self.today, "D")

    def is_in(self, *standings: Standing) -> Mask:
        """Which supplies have one of these standings."""
        wanted = np.array([standing in standings for standing in STANDINGS])
        held: Mask = wanted[self.standing]
        return held

    @property
    def waiting(self) -> Mask:
        """Which supplies have a due date and have not been started, completed or returned."""
        return self.is_in(Standing.NOT_DUE, Standing.OVERDUE, Standing.IDLE)

    @property
    def origin(self) -> Days:
        """The due date of a supply not started, the day of suspension of a suspended one."""
        stopped = self.is_in(Standing.SUSPENDED, Standing.SUSPENDED_IDLE)
        return np.select([self.waiting, stopped], [self.due.on, self.suspended_on], NOT_A_DAY)


def stand(layers: Layers, rulebook: Rulebook, today: date) -> Stand:
    """The standing of every supply on ``today``, the first that holds (design section 7)."""
    on = np.datetime64(today, "D")
    supplies = layers["supplies"].table
    rows = positions(layers)
    dates = due(layers, rows["amendments"], rulebook, today)
    limb_two = rulebook.measure(SuspendedRule, today)
    share = shares(supplies, limb_two)
    started = happened(supplies, "started_on", on)
    suspended = suspended_since(supplies, started, on)
    idle_from = add_years(dates.on, rulebook.measure(IdleRule, today).idle_years) + DAY
    suspended_from = add_years(suspended, limb_two.idle_years) + DAY
    known = [
        (~np.isnat(happened(supplies, "returned_on", on)), Standing.RETURNED),
        (~np.isnat(happened(supplies, "completed_on", on)), Standing.COMPLETED),
        ((suspended_from <= on) & share.under, Standing.SUSPENDED_IDLE),
        (~np.isnat(suspended), Standing.SUSPENDED),
        (~np.isnat(started) & (dates.completion < on), Standing.COMPLETION_OVERDUE),
        (~np.isnat(started), Standing.BUILDING),
        (np.isnat(dates.on), Standing.UNDATED),
        (on <= dates.on, Standing.NOT_DUE),
        (on < idle_from, Standing.OVERDUE),
    ]
    codes = [STANDINGS.index(standing) for _, standing in known]
    standing = np.select([m for m, _ in known], codes, STANDINGS.index(Standing.IDLE))
    return Stand(today, rows, standing, dates, share, suspended, idle_from, suspended_from)


def suspended_since(supplies: pd.DataFrame, started: Days, on: np.datetime64) -> Days:
    """Since when a started project has been suspended, NaT where it has not.

    A suspension counts after a start and until the day on which work was resumed.
    """
    suspended = happened(supplies, "suspended_on", on)
    resumed = happened(supplies, "resumed_on", on)
    holds = (suspended >= started) & ~(resumed >= suspended)
    return np.where(holds, suspended, NOT_A_DAY)
