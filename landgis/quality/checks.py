"""Typed rows against the rules of their columns: codes, dates to come, what must not be empty."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from landgis.issues import IssueKind, Problem, where
from landgis.quality import codes
from landgis.schema import Kind, LayerSchema

AHEAD = frozenset(
    {"agreed_delivery_on", "agreed_start_on", "agreed_completion_on", "start_on", "completion_on",
     "until_on"}
)  # fmt: skip
"""Dates that may lie in the future: what is agreed, not what has happened."""

FIRST_DAY = pd.Timestamp("1949-10-01")
"""No land right of the law in force is older."""

ENDS = {"approvals": "withdrawn_on", "reserves": "out_on", "footprints": "removed_on"}
"""The date on which a feature goes out of force; of supplies the determination speaks."""

CHECKED = {
    "district_code": (codes.bad_districts, IssueKind.DISTRICT_CODE_INVALID),
    "parcel_code": (codes.bad_parcels, IssueKind.PARCEL_CODE_INVALID),
    "supply_id": (codes.bad_supervision_numbers, IssueKind.SUPPLY_NUMBER_INVALID),
    "holder_credit_code": (codes.bad_credit_codes, IssueKind.CREDIT_CODE_INVALID),
    "credit_code": (codes.bad_credit_codes, IssueKind.CREDIT_CODE_INVALID),
}


def codes_broken(table: pd.DataFrame) -> list[Problem]:
    """Codes that break their own rules. They are kept: only the supplier can mend them."""
    found = []
    for name, (bad, kind) in CHECKED.items():
        if name in table:
            at = where(bad(table[name]))
            found.append(Problem(kind, name, at, list(table[name].iloc[at])))
    if "land_use_scheme" in table:
        use = table["land_use"]
        bare = use.str.fullmatch(r"\d{2,6}", na=False) & table["land_use_scheme"].isna()
        at = where(bare.to_numpy(bool))
        found.append(Problem(IssueKind.LAND_USE_WITHOUT_SCHEME, "land_use", at, list(use.iloc[at])))
    return found


def in_future(table: pd.DataFrame, schema: LayerSchema, today: date | None) -> list[Problem]:
    """Dates after ``today`` of what has happened; what is agreed may lie ahead."""
    if today is None:
        return []
    found = []
    for column in schema.columns:
        if column.kind is Kind.DATE and column.name not in AHEAD:
            days = table[column.name]
            at = where((days > pd.Timestamp(today)).to_numpy(bool))
            said = list(days.iloc[at].dt.strftime("%Y-%m-%d"))
            found.append(Problem(IssueKind.DATE_IN_FUTURE, column.name, at, said))
    return found


def contradictory(table: pd.DataFrame, schema: LayerSchema) -> list[Problem]:
    """What ends before it begins; amendments that contradict themselves or each other."""
    if schema.name in ENDS and schema.opens:
        pair = (IssueKind.ENDED_BEFORE_BEGUN, ENDS[schema.name], schema.opens)
        return [_earlier(table, *pair)]
    if schema.name == "delays":
        at = where((table["until_on"] < table["from_on"]).to_numpy(bool))
        said = list(table["from_on"].iloc[at].dt.strftime("%Y-%m-%d"))
        return [Problem(IssueKind.DELAY_REVERSED, "until_on", at, said)]
    if schema.name == "amendments":
        known = table["supply_id"].notna() & table["signed_on"].notna()
        again = known & table.duplicated(["supply_id", "signed_on"]) & ~table.duplicated()
        at = where(again.to_numpy(bool))
        said = list(table["signed_on"].iloc[at].dt.strftime("%Y-%m-%d"))
        pairs = [
            (IssueKind.AMENDED_BACKWARDS, "start_on", "signed_on"),
            (IssueKind.AMENDED_COMPLETION, "completion_on", "start_on"),
        ]
        return [
            Problem(IssueKind.AMENDED_TWICE_A_DAY, "signed_on", at, said),
            *(_earlier(table, *pair) for pair in pairs),
        ]
    return []


def _earlier(table: pd.DataFrame, kind: IssueKind, field: str, other: str) -> Problem:
    """The rows whose ``field`` is a day before ``other``."""
    at = where((table[field] < table[other]).to_numpy(bool))
    return Problem(kind, field, at, list(table[field].iloc[at].dt.strftime("%Y-%m-%d")))


def too_early(table: pd.DataFrame, schema: LayerSchema) -> list[Problem]:
    """Dates before ``FIRST_DAY``: a digit is wrong or lost."""
    found = []
    for column in schema.columns:
        if column.kind is Kind.DATE:
            days = table[column.name]
            at = where((days < FIRST_DAY).to_numpy(bool))
            said = [str(day.date()) for day in days.iloc[at]]
            found.append(Problem(IssueKind.DATE_TOO_EARLY, column.name, at, said))
    return found


def missing(
    table: pd.DataFrame, schema: LayerSchema, found_in: Collection[str], before: list[Problem]
) -> list[Problem]:
    """Required columns not ``found_in`` the file, required cells without a value, told once."""
    told = {(p.field, int(i)) for p in before if p.at is not None for i in p.at}
    wanted = [(name,) for name in schema.required if name != schema.identity]
    found = []
    for names in [*wanted, *([schema.one_of] if schema.one_of else [])]:
        label = "|".join(names)
        if not any(n in found_in for n in names):
            found.append(Problem(IssueKind.COLUMN_MISSING, label))
            continue
        empty = where(table[list(names)].isna().all(axis=1).to_numpy(bool))
        at = [i for i in empty if not any((n, int(i)) in told for n in names)]
        found.append(Problem(IssueKind.REQUIRED_MISSING, label, np.array(at, dtype=np.int64)))
    return found
