"""Issues: what a new delivery says of its rows replaces what an older one said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from landgis import issues as issue_table
from landgis.schema import LAYERS
from landgis.store.connection import Connection
from landgis.store.facts import ALIVE
from landgis.store.interface import Delivery

_COLUMNS = ", ".join(f'"{name}"' for name in issue_table.COLUMNS)


def write(
    db: Connection, layer: str, deliveries: Sequence[Delivery], rev: int, *, full: bool
) -> bool:
    """Replace the issues of the delivered rows (of the layer if ``full``); whether any differs.

    What a file said of no row, or of rows without identity, is replaced by the same file. The
    delivered names are in the temporary table ``arriving``.
    """
    there = _there(db, layer, {d.source.name for d in deliveries}, full=full)
    said = issue_table.join([d.issues for d in deliveries])
    new = Counter(_rows(said))
    gone = []
    for number, *row in there:
        if new[tuple(row)] > 0:
            new[tuple(row)] -= 1
        else:
            gone.append((rev, number))
    db.executemany("UPDATE issues SET rev_to = ? WHERE issue = ?", gone)
    number = int(db.execute("SELECT coalesce(max(issue), 0) + 1 FROM issues").fetchone()[0])
    db.bulk(
        "issues",
        ("issue", "rev_from", *issue_table.COLUMNS),
        ((i, rev, *row) for i, row in enumerate(new.elements(), number)),
    )
    return bool(gone or new.total())


def _rows(said: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = (said[name].to_numpy(object, na_value="") for name in issue_table.COLUMNS)
    return [tuple(row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def _there(db: Connection, layer: str, files: set[str], *, full: bool) -> list[tuple[Any, ...]]:
    mine = "layer = ? AND rev_to IS NULL"
    found = db.execute(
        f"SELECT issue, {_COLUMNS}, feature_id IN (SELECT arrived FROM arriving) "
        f"FROM issues WHERE {mine} ORDER BY issue",
        (layer,),
    )
    at_file = 1 + issue_table.COLUMNS.index("file")
    at_feature = 1 + issue_table.COLUMNS.index("feature_id")
    nameless = LAYERS[layer].identity is None
    return [
        tuple(row)
        for *row, arriving in found
        if full or arriving or (row[at_file] in files and (nameless or not row[at_feature]))
    ]


def read(db: Connection, known: int, of: str | None = None) -> pd.DataFrame:
    """The issues as known at a revision, in the order in which they were written.

    With ``of`` those of the features with that id.
    """
    mine = "" if of is None else "AND feature_id = :of "
    found = db.execute(
        f"SELECT {_COLUMNS} FROM issues WHERE {ALIVE} {mine}ORDER BY issue",
        {"known": known, "of": of},
    ).fetchall()
    if not found:
        return issue_table.empty()
    columns = zip(issue_table.COLUMNS, zip(*found, strict=True), strict=True)
    return pd.DataFrame(
        {n: pd.array(list(v), dtype="int64" if n == "row" else "str") for n, v in columns}
    )
