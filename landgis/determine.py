"""Supplies, amendments and delays x rulebook x date in; standing and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.arrays import ArrowStringArray

from landgis.clock import NOT_A_DAY, Counts, Days, Mask
from landgis.issues import IssueKind
from landgis.law.claim import Heard, hear
from landgis.law.contradictions import Flag, as_rows, as_sets, flags
from landgis.law.due import SOURCES
from landgis.law.fault import CAUSES, FAULTS, excused
from landgis.law.findings import Found, findings
from landgis.law.standing import STANDINGS, stand
from landgis.law.verdict import NO_OUTCOME, OUTCOMES, claims, clocks, next_change, outcome_of
from landgis.law.voices import Case
from landgis.law.wording import column, pick, sets_as_text
from landgis.measure import to_mu
from landgis.rulebook import Rulebook
from landgis.sametext import same_text
from landgis.stations import Assessment, Layers
from landgis.terms import IDLE_STANDINGS, Basis, CaseStatus, Standing, Term

COLUMNS = (
    "supply_id",
    "project_name",
    "holder",
    "district_code",
    "district",
    "park",
    "land_use",
    "area_m2",
    "area_mu",
    "price_yuan",
    "supplied_on",
    "standing",
    "due_on",
    "due_source",
    "excused_days",
    "effective_due_on",
    "idle_since",
    "full_years",
    "holder_full_years",
    "fault",
    "causes",
    "outcome",
    "basis",
    "rules",
    "fee_yuan",
    "next_on",
    "next_outcome",
    "case_status",
    "issues",
)
"""The columns of ``idle`` and ``determine`` in their order (design section 8)."""

TIMED = (
    Standing.UNDATED,
    Standing.OVERDUE,
    Standing.IDLE,
    Standing.SUSPENDED,
    Standing.SUSPENDED_IDLE,
)
"""The standings for which it is asked whose fault the time is."""

FEN = 100
"""Fen in a yuan."""


def assess(layers: Layers, rulebook: Rulebook, on: date) -> Assessment:
    """What ``rulebook`` says of every supply on ``on``.

    Needs: supplies, amendments and delays, typed; geometry is not asked for.
    Adds: the columns ``COLUMNS`` (``district`` and ``park`` stay empty), findings and issues.
    A date after ``on`` has not happened, except that ``supplied_on`` only makes an issue.
    """
    supplies, found, problems = _judged(layers, rulebook, on)
    return Assessment(supplies, found, as_rows(problems, layers["supplies"].table["supply_id"]))


def _judged(
    layers: Layers, rulebook: Rulebook, on: date
) -> tuple[pd.DataFrame, pd.DataFrame, list[Flag]]:
    """Supplies, findings and problems; what led to them is gone before issues are written."""
    table = layers["supplies"].table
    standing = stand(layers, rulebook, on)
    delays = excused(layers, rulebook, standing)
    case = Case(table, rulebook, standing, delays, clocks(standing, delays))
    made = claims(rulebook, table, standing, delays, case.clocks)
    heard = hear(made, standing.on)
    found = findings(case, heard)
    told = [*flags(layers, rulebook, standing, delays), *_unsure(found)]
    problems = [flag for flag in told if len(flag.row)]
    columns = _who(table) | _when(case) | _what(case, heard, found)
    columns["issues"] = column(sets_as_text(*as_sets(problems, len(table))))
    # Not copied: a million supplies would be held twice. Nobody writes into an answer.
    supplies = pd.DataFrame(columns, columns=list(COLUMNS), copy=False)
    return supplies, found.table, problems


def _unsure(found: Found) -> Iterator[Flag]:
    """What the findings could not say for sure."""
    yield Flag(IssueKind.PRICE_MISSING, "supplies", "price_fen", found.unpriced)
    for field, rows in found.unbased.items():
        yield Flag(IssueKind.FEE_BASE_MISSING, "supplies", field, rows)
    for field, rows in found.open.items():
        yield Flag(IssueKind.SCOPE_UNKNOWN, "supplies", field, rows)
    yield Flag(IssueKind.RULE_UNVERIFIED, "supplies", "supply_id", found.unverified)
    yield Flag(IssueKind.NO_RULE_IN_FORCE, "supplies", "supply_id", found.silent)


def is_supplied(supplies: pd.DataFrame, on: date) -> Mask:
    """Which supplies were made by ``on``."""
    return (supplies["supplied_on"] <= pd.Timestamp(on)).to_numpy(bool)


def supplied(assessment: Assessment, on: date, supply_id: str | None = None) -> Assessment:
    """Only what was supplied by ``on``: what ``idle`` lists, while ``determine`` shows all.

    With ``supply_id`` only that supply.
    """
    kept = is_supplied(assessment.supplies, on)
    if supply_id is not None:
        kept = kept & (assessment.supplies["supply_id"] == supply_id).to_numpy(bool)
    ids = assessment.supplies["supply_id"][kept]
    return Assessment(
        assessment.supplies[kept].reset_index(drop=True),
        _of(assessment.findings, "supply_id", ids),
        _of(assessment.issues, "feature_id", ids),
    )


def _of(table: pd.DataFrame, column: str, ids: pd.Series[str]) -> pd.DataFrame:
    # By Arrow itself: pandas turns every id of a million into a Python object first.
    wanted = pa.array(ids, pa.large_string(), from_pandas=True)
    mine = pc.is_in(pa.array(table[column], pa.large_string(), from_pandas=True), value_set=wanted)
    return table[np.asarray(mine)].reset_index(drop=True)


def _terms(terms: Sequence[Term], codes: Counts) -> ArrowStringArray:
    return column(pick([term.value for term in terms], codes))


LAST_DAY = np.datetime64("9999-12-31", "D")
"""The last day that a calendar date can name."""


def _dates(days: Days) -> NDArray[np.datetime64]:
    # A day after year 9999 cannot be written as an ISO date: it is not told.
    told = np.where(days > LAST_DAY, NOT_A_DAY, days)
    return told.astype("datetime64[s]")


def _numbers(numbers: Counts, known: Mask) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.IntegerArray(numbers.astype("int64"), ~known)


def _yuan(fen: pd.Series[Any]) -> NDArray[np.float64]:
    return fen.to_numpy("float64", na_value=np.nan) / FEN


def _who(table: pd.DataFrame) -> dict[str, Any]:
    """Needs: the supplies. Adds: the columns that say who, where and how much."""
    area = table["declared_area_m2"].to_numpy(float)
    if "area_m2" in table:
        measured = table["area_m2"].to_numpy(float)
        area = np.where(np.isnan(measured), area, measured)
    plain = ("supply_id", "project_name", "holder", "district_code", "land_use")
    return {name: table[name].array for name in plain} | {
        "district": table["district_name"].fillna("").array,
        "park": column(same_text("", len(table))),
        "area_m2": area,
        "area_mu": to_mu(area),
        "price_yuan": _yuan(table["price_fen"]),
        "supplied_on": table["supplied_on"].array,
    }


def _when(case: Case) -> dict[str, Any]:
    """Needs: standing, delays, clocks. Adds: the columns of both clocks and of fault.

    Year counts are 0 while not due or overdue and empty where no clock runs.
    """
    standing, delays, both = case.standing, case.excused, case.clocks
    waiting, timed = standing.waiting, standing.is_in(*TIMED)
    is_idle = standing.is_in(Standing.IDLE)
    stopped = standing.is_in(Standing.SUSPENDED_IDLE)
    since = [standing.idle_from, standing.suspended_from]
    fault = pick([*(f.value for f in FAULTS), ""], np.where(timed, delays.fault, len(FAULTS)))
    return {
        "standing": _terms(STANDINGS, standing.standing),
        "due_on": _dates(standing.due.on),
        "due_source": _terms(SOURCES, standing.due.source),
        "excused_days": _numbers(delays.days, waiting),
        "effective_due_on": _dates(both.effective),
        "idle_since": _dates(np.select([is_idle, stopped], since, NOT_A_DAY)),
        "full_years": _numbers(both.full_years, waiting | stopped),
        "holder_full_years": _numbers(both.holder_full_years, waiting),
        "fault": column(fault),
        "causes": column(sets_as_text(delays.causes, [cause.value for cause in CAUSES])),
    }


def _what(case: Case, heard: Sequence[Heard], found: Found) -> dict[str, Any]:
    """Needs: claims of the day, findings. Adds: outcome, basis, rules, fee and what comes next."""
    on, size = case.standing.on, len(case.table)
    outcome = outcome_of(heard)
    made = [one.claim for one in heard]
    next_on, next_outcome = next_change(case.rulebook, made, on, outcome)
    words = [*(outcome.value for outcome in OUTCOMES), ""]
    suspected = case.standing.is_in(*IDLE_STANDINGS).astype(int)
    return {
        "outcome": column(pick(words, outcome)),
        "basis": _basis(found, size),
        "rules": _rules(found, size),
        "fee_yuan": _fee(found, size),
        "next_on": _dates(next_on),
        "next_outcome": column(pick(words, np.where(next_on > LAST_DAY, NO_OUTCOME, next_outcome))),
        "case_status": _terms((CaseStatus.NONE, CaseStatus.SUSPECTED), suspected),
    }


def _basis(found: Found, size: int) -> ArrowStringArray:
    """The basis of the gravest finding of each supply: found is ordered by gravity."""
    bases = ("", *Basis)
    held = np.zeros(size, dtype=np.int64)
    codes = np.zeros(len(found.row), dtype=np.int64)
    for code, basis in enumerate(bases):
        codes[(found.table["basis"] == basis).to_numpy(bool)] = code
    held[found.row[::-1]] = codes[::-1]
    return column(pick(bases, held))


def _rules(found: Found, size: int) -> ArrowStringArray:
    """The ids of the rules that speak of each supply, gravest first."""
    sets = np.zeros(size, dtype=np.int64)
    for place, rule in enumerate(found.rules):
        sets[found.row[(found.table["rule"] == rule).to_numpy(bool)]] |= 1 << place
    return column(sets_as_text(sets, found.rules))


def _fee(found: Found, size: int) -> NDArray[np.float64]:
    fee = np.full(size, np.nan)
    due = found.table["fee_fen"].notna().to_numpy(bool)
    fee[found.row[due]] = _yuan(found.table["fee_fen"])[due]
    return fee
