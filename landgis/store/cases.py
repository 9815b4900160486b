"""The entries of cases in the record: read as known at a revision, appended, hashed."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from landgis.errors import RefusedStep
from landgis.procedure import Entry
from landgis.store.connection import Connection

_TEXTS = (
    *("document", "evidence", "sha256", "who", "note", "manner"),
    *("addressee", "authority", "level"),
)
_COLUMNS = ("entry", "rev", "supply_id", "step", "taken_on", *_TEXTS, "corrects")
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM case_entries"


def read(db: Connection, known: int, supply_id: str | None = None) -> tuple[Entry, ...]:
    """The entries known at a revision, of one supply or of all, in the order of writing."""
    chosen = "" if supply_id is None else "AND supply_id = :supply_id "
    told = {"known": known} if supply_id is None else {"known": known, "supply_id": supply_id}
    found = db.execute(f"{_ALL} WHERE rev <= :known {chosen}ORDER BY entry", told).fetchall()
    return tuple(
        Entry(
            number=number,
            rev=rev,
            supply_id=supply,
            step=step,
            on=date.fromisoformat(on),
            corrects=rest[-1],
            **dict(zip(_TEXTS, rest[:-1], strict=True)),
        )
        for number, rev, supply, step, on, *rest in found
    )


def append(db: Connection, rev: int, entry: Entry) -> int:
    """Write an entry; its number."""
    number = int(db.execute("SELECT coalesce(max(entry), 0) + 1 FROM case_entries").fetchone()[0])
    texts = [getattr(entry, name).strip() for name in _TEXTS]
    db.execute(
        f"INSERT INTO case_entries ({', '.join(_COLUMNS)}) "
        f"VALUES ({', '.join('?' * len(_COLUMNS))})",
        (number, rev, entry.supply_id, entry.step, entry.on.isoformat(), *texts, entry.corrects),
    )
    return number


def refuse_future(entry: Entry, today: date) -> None:
    """Raise ``RefusedStep`` for a step that has not happened yet."""
    if entry.on > today:
        raise RefusedStep(
            f"{entry.step} of '{entry.supply_id}' on {entry.on} lies in the future: record it "
            "when it has happened.",
            f"“{entry.supply_id}”的记录日期 {entry.on} 晚于今日：请在事项完成后记录。",
        )


def digest(db: Connection, rev: int) -> str:
    """SHA-256 over the entries of a revision, a JSON array a line."""
    found = db.execute(f"{_ALL} WHERE rev = ? ORDER BY entry", (rev,)).fetchall()
    lines = [json.dumps(list(row), ensure_ascii=False) for row in found]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
