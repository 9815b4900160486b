"""Revisions in SQLite: who changed what when, and which of them are cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from landgis.errors import NotFound, UsageError
from landgis.stations import Source
from landgis.store.interface import Delivery, Revision

CHINA = ZoneInfo("Asia/Shanghai")
_COLUMNS = (
    "rev, at, kind, layer, author, command, reason, software, added, changed, unchanged, ended, "
    "reshaped"
)
_ALL = f"SELECT {_COLUMNS} FROM revisions ORDER BY rev"


def head(db: sqlite3.Connection) -> int:
    """The newest revision."""
    return int(db.execute("SELECT max(rev) FROM revisions").fetchone()[0])


def now(db: sqlite3.Connection) -> datetime:
    """The time of the next revision: the clock's, or just after the last if it went back."""
    last = db.execute("SELECT max(at) FROM revisions").fetchone()[0]
    clock = datetime.now(UTC)
    if last is None:
        return clock
    return max(clock, datetime.fromisoformat(last) + timedelta(microseconds=1))


def software() -> str:
    """The version that writes."""
    return f"landgis {version('landgis')}"


def append(db: sqlite3.Connection, revision: Revision) -> None:
    """Write a revision; its time is told to the microsecond so that text sorts as time does."""
    r = revision
    db.execute(
        f"INSERT INTO revisions ({_COLUMNS}) VALUES ({', '.join('?' * 13)})",
        (
            *(r.rev, stamp(r.at), r.kind, r.layer, r.author, r.command, r.reason, r.software),
            *(r.added, r.changed, r.unchanged, r.ended, int(r.reshaped)),
        ),
    )


def settle(db: sqlite3.Connection, revision: Revision) -> None:
    """Write what a revision of this transaction came to.

    It stands before its facts, because a parent that follows its rows costs a search in every
    table for each of them.
    """
    r = revision
    db.execute(
        "UPDATE revisions SET added = ?, changed = ?, unchanged = ?, ended = ?, reshaped = ? "
        "WHERE rev = ?",
        (r.added, r.changed, r.unchanged, r.ended, int(r.reshaped), r.rev),
    )


def stamp(at: datetime) -> str:
    """A time as it is kept."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def append_deliveries(
    db: sqlite3.Connection, deliveries: Sequence[Delivery], rev: int, first: int
) -> None:
    """Write which files a revision came from; their numbers begin with ``first``."""
    db.executemany(
        "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(number, rev, d.source.name, d.source.sha256, d.source.driver, d.source.encoding),
                *(d.evidence.crs if d.evidence else None, len(d.layer)),
            )
            for number, d in enumerate(deliveries, first)
        ],
    )


def revisions(db: sqlite3.Connection) -> tuple[Revision, ...]:
    """Every revision with its files, the oldest first."""
    sources: dict[int, list[Source]] = {}
    for rev, *source in db.execute(
        "SELECT rev, name, sha256, driver, encoding FROM deliveries ORDER BY delivery"
    ):
        sources.setdefault(rev, []).append(Source(*source))
    names = _COLUMNS.split(", ")
    said = [dict(zip(names, row, strict=True)) for row in db.execute(_ALL)]
    for row in said:
        row["at"] = datetime.fromisoformat(row["at"])
        row["reshaped"] = bool(row["reshaped"])
        row["sources"] = tuple(sources.get(row["rev"], ()))
    return tuple(Revision(**row) for row in said)


def cut_rev(db: sqlite3.Connection) -> int | None:
    """The revision of the last cut; None before the first."""
    found = db.execute("SELECT max(rev) FROM cuts").fetchone()[0]
    return None if found is None else int(found)


def is_cut(db: sqlite3.Connection, known: int) -> bool:
    """Whether no polygon came, changed or went between the last cut up to ``known`` and then."""
    return not db.execute(
        "SELECT 1 FROM revisions WHERE reshaped = 1 AND rev <= ?1 "
        "AND rev > (SELECT coalesce(max(rev), -1) FROM cuts WHERE rev <= ?1) LIMIT 1",
        (known,),
    ).fetchone()


def last_cut(db: sqlite3.Connection) -> int:
    """The newest revision whose land is cut."""
    first_uncut = db.execute(
        "SELECT min(rev) FROM revisions WHERE reshaped = 1 "
        "AND rev > (SELECT coalesce(max(rev), -1) FROM cuts)"
    ).fetchone()[0]
    return head(db) if first_uncut is None else int(first_uncut) - 1


def resolve(db: sqlite3.Connection, known: str | int | None) -> int:
    """The revision meant by a number or a time; raises ``NotFound`` or ``UsageError``."""
    if known is None:
        return last_cut(db)
    if isinstance(known, int) or known.strip().isdecimal():
        return _existing(db, int(known))
    at = _moment(known)
    found = db.execute("SELECT max(rev) FROM revisions WHERE at <= ?", (stamp(at),)).fetchone()[0]
    return 0 if found is None else int(found)


def _existing(db: sqlite3.Connection, rev: int) -> int:
    newest = head(db)
    if not 0 <= rev <= newest:
        raise NotFound(
            f"there is no revision {rev}: the newest is {newest}.",
            f"没有数据版本 {rev}：最新版本为 {newest}。",
        )
    return rev


def _moment(text: str) -> datetime:
    try:
        if len(text.strip()) == len("2020-12-31"):
            return datetime.combine(date.fromisoformat(text.strip()), time.max, CHINA)
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"'{text}' is neither a revision nor a time: write it like 12, 2026-03-31 or "
            "2026-03-31T18:00:00+08:00.",
            f"“{text}”既不是版本号也不是时间：请写成 12、2026-03-31 或 2026-03-31T18:00:00+08:00。",
        ) from error


def fresh(db: sqlite3.Connection, known: int) -> Mapping[str, datetime]:
    """The time of the last change of each layer."""
    found = db.execute(
        "SELECT layer, max(at) FROM revisions WHERE rev <= ? AND layer IS NOT NULL GROUP BY layer",
        (known,),
    )
    return {layer: datetime.fromisoformat(at) for layer, at in found}
