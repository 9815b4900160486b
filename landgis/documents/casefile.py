"""Entries of cases in; the register, the terms that run and the contents of a case file out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

import pandas as pd

from landgis import deadlines, procedure
from landgis.deadlines import Due
from landgis.procedure import Entry
from landgis.steps import STEPS, STRUCK, USUAL, Conduct, Matter
from landgis.steps.articles import in_english

COLUMNS = (
    "number",
    "step",
    "step_title",
    "taken_on",
    "effective_on",
    "document",
    "manner",
    "addressee",
    "authority",
    "level",
    "who",
    "evidence",
    "sha256",
    "note",
    "corrects",
    "stands",
)
"""The columns of the register of one case."""

DUE = (
    "supply_id",
    "step",
    "step_title",
    "due_by",
    "overdue",
    "days_left",
    "whose",
    "since_on",
    "articles",
    "certainty",
    "certain",
)
"""The columns of the list of terms."""

CONTENTS = ("number", "step_title", "document", "taken_on", "evidence", "sha256", "who")
"""The columns of the table of contents of a case file."""


def register(entries: Sequence[Entry], lang: str, conduct: Conduct = USUAL) -> pd.DataFrame:
    """Every entry as it was written, the corrected ones too; columns ``COLUMNS``."""
    stands = {e.number for e in procedure.standing(entries)}
    rows = [
        {
            **vars(e),
            "step_title": title(e, lang),
            "taken_on": pd.Timestamp(e.on),
            "effective_on": pd.Timestamp(e.effective_on(conduct)),
            "stands": e.number in stands,
        }
        for e in entries
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(corrects=table["corrects"].astype("Int64"))


def title(entry: Entry, lang: str) -> str:
    """The name of the step of an entry."""
    if entry.step == STRUCK:
        return "更正：撤除" if lang == "zh" else "struck"
    return STEPS[entry.step].title(lang)


def terms(
    entries: Iterable[Entry], on: date, lang: str, matter: Callable[[str], Matter]
) -> pd.DataFrame:
    """The terms that run in all cases on ``on``, the earliest first; columns ``DUE``.

    ``matter`` says of a supply what its case turns on besides its entries.
    """
    ordered = sorted(entries, key=lambda e: (e.supply_id, e.number))
    found = [
        due
        for supply, own in groupby(ordered, key=lambda e: e.supply_id)
        for due in deadlines.due(list(own), on, matter(supply))
    ]
    rows = [_term(due, on, lang) for due in sorted(found, key=lambda d: (d.due_on, d.supply_id))]
    return pd.DataFrame(rows, columns=list(DUE))


def _term(due: Due, on: date, lang: str) -> dict[str, object]:
    return {
        "supply_id": due.supply_id,
        "step": due.step,
        "step_title": due.title_zh if lang == "zh" else due.title,
        "due_by": pd.Timestamp(due.due_on),
        "overdue": due.overdue,
        "days_left": (due.due_on - on).days,
        "whose": due.whose.value,
        "since_on": pd.Timestamp(due.since_on),
        "articles": due.article if lang == "zh" else in_english(due.article),
        "certainty": due.certainty,
        "certain": due.certain,
    }


def contents(entries: Sequence[Entry], lang: str) -> pd.DataFrame:
    """The numbered contents of a case file: what stands of the newest case, in its order."""
    case = procedure.current(procedure.standing(entries))
    rows = [
        {
            **vars(e),
            "number": place,
            "step_title": title(e, lang),
            "taken_on": pd.Timestamp(e.on),
        }
        for place, e in enumerate(case, 1)
    ]
    return pd.DataFrame(rows, columns=list(CONTENTS))
