"""The entries of a case in; what may come next and how far the case has come out."""

from landgis.procedure.checks import check
from landgis.procedure.entries import (
    Entry,
    State,
    current,
    first_of,
    latest,
    standing,
    state,
    statuses,
)
from landgis.procedure.order import NOTHING, Reason, allowed, barred, powerless, why_not

__all__ = [
    "NOTHING",
    "Entry",
    "Reason",
    "State",
    "allowed",
    "barred",
    "check",
    "current",
    "first_of",
    "latest",
    "powerless",
    "standing",
    "state",
    "statuses",
    "why_not",
]
