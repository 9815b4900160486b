"""Revisions: who changed what when under which rules, and which of them are cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from landgis import audit
from landgis.errors import ChangedMeanwhile, NotFound, UsageError
from landgis.rulebook import Rulebook, parse
from landgis.stations import Source
from landgis.store.connection import Connection
from landgis.store.interface import Delivery, Revision

CHINA = ZoneInfo("Asia/Shanghai")
_COLUMNS = (
    "rev, at, kind, layer, author, command, reason, software, added, changed, unchanged, ended, "
    "reshaped, rulebook, settings, key"
)
CASE = "case"
"""The kind of a revision that is one step of a case."""

_NUMBER = re.compile("[0-9]{1,4000}")
_SPACED = re.compile(r"(\d\d:\d\d.*) (\d\d:\d\d)")
"""A time whose plus became a blank, as in an address that does not write it as %2B."""

_ALL = f"SELECT {_COLUMNS} FROM revisions ORDER BY rev"


def head(db: Connection) -> int:
    """The newest revision; -1 in a store that is being made."""
    return int(db.execute("SELECT coalesce(max(rev), -1) FROM revisions").fetchone()[0])


Clock: TypeAlias = Callable[[], datetime]
"""Tells the time of the machine."""


def utc() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def now(db: Connection, clock: Clock = utc) -> datetime:
    """The time of the next change: the clock's, or just after the last if it went back."""
    last = db.execute(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM revisions "
        "UNION ALL SELECT max(at) FROM cuts) AS told"
    ).fetchone()[0]
    told = clock()
    if last is None:
        return told
    return max(told, datetime.fromisoformat(last) + timedelta(microseconds=1))


def software() -> str:
    """The version that writes."""
    return f"landgis {version('landgis')}"


def append(db: Connection, revision: Revision) -> None:
    """Write a revision; its time is told to the microsecond so that text sorts as time does."""
    r = revision
    db.execute(
        f"INSERT INTO revisions ({_COLUMNS}) VALUES ({', '.join('?' * 16)})",
        (
            *(r.rev, stamp(r.at), r.kind, r.layer, r.author, r.command, r.reason, r.software),
            *(r.added, r.changed, r.unchanged, r.ended, int(r.reshaped)),
            *(r.rulebook, audit.canonical(r.settings), r.key),
        ),
    )


def begin(
    db: Connection, clock: Clock, kind: str, expected: int | None = None, **said: Any
) -> Revision:
    """Write the next revision; it is settled and sealed before the transaction ends.

    Raises ``ChangedMeanwhile`` where the newest revision is not the ``expected`` one.
    """
    last = head(db)
    if expected is not None:
        refuse_other(last, expected)
    begun = Revision(last + 1, now(db, clock), kind, software=software(), **said)
    append(db, begun)
    return begun


def refuse_other(last: int, expected: int) -> None:
    """Raise ``ChangedMeanwhile`` where the newest revision is not the ``expected`` one."""
    if last != expected:
        raise ChangedMeanwhile(
            f"the record changed meanwhile: revision {last} came after {expected}; look at it and "
            "try again.",
            f"数据库在此期间已有更改：版本 {expected} 之后已有版本 {last}，请核对后重试。",
        )


def keep_rules(db: Connection, rulebook: Rulebook | None) -> str:
    """Keep the text of the rules once; their SHA-256, empty where there are none."""
    if rulebook is None:
        return ""
    sha256 = rulebook.sha256
    if not db.execute("SELECT 1 FROM rulebooks WHERE sha256 = ?", (sha256,)).fetchone():
        db.execute("INSERT INTO rulebooks VALUES (?, ?)", (sha256, rulebook.text))
    return sha256


def rules_of(db: Connection, known: int) -> str:
    """The SHA-256 of the rules that were the record's at ``known``, empty if it had none.

    Those under which one step of one case was taken do not become the record's.
    """
    found = db.execute(
        "SELECT rulebook FROM revisions WHERE rev <= ? AND rulebook != '' AND kind != ? "
        "ORDER BY rev DESC LIMIT 1",
        (known, CASE),
    ).fetchone()
    return str(found[0]) if found else ""


def rulebook(db: Connection, known: int) -> Rulebook | None:
    """The rules that were the record's at ``known``."""
    sha256 = rules_of(db, known)
    found = db.execute("SELECT text FROM rulebooks WHERE sha256 = ?", (sha256,)).fetchone()
    return parse(found[0], f"rulebook of revision {known}") if found else None


def repeated(db: Connection, key: str | None) -> Revision | None:
    """The revision that a command with this key made."""
    if key is None:
        return None
    found = db.execute("SELECT max(rev) FROM revisions WHERE key = ?", (key,)).fetchone()
    if found[0] is None:
        return None
    return replace(revisions(db)[int(found[0])], recorded=False, repeats=True)


def settle(db: Connection, revision: Revision) -> None:
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


def append_deliveries(db: Connection, deliveries: Sequence[Delivery], rev: int, first: int) -> None:
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


def revisions(db: Connection) -> tuple[Revision, ...]:
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
        row["settings"] = json.loads(row["settings"])
        row["sources"] = tuple(sources.get(row["rev"], ()))
    return tuple(Revision(**row) for row in said)


def append_cut(db: Connection, rev: int, clock: Clock, tolerance_m: float) -> int:
    """Write that the land of ``rev`` is cut; the number of the cut."""
    cut = int(db.execute("SELECT coalesce(max(cut), 0) + 1 FROM cuts").fetchone()[0])
    at = stamp(now(db, clock))
    db.execute("INSERT INTO cuts VALUES (?, ?, ?, ?, ?)", (cut, rev, at, tolerance_m, software()))
    return cut


def cut_rev(db: Connection) -> int | None:
    """The revision of the last cut; None before the first."""
    found = db.execute("SELECT max(rev) FROM cuts").fetchone()[0]
    return None if found is None else int(found)


def recut_from(db: Connection) -> int | None:
    """The revision of the last cut if this program made it: another one may cut otherwise."""
    found = db.execute("SELECT rev, software FROM cuts ORDER BY cut DESC LIMIT 1").fetchone()
    return int(found[0]) if found and found[1] == software() else None


def is_cut(db: Connection, known: int) -> bool:
    """Whether no polygon came, changed or went between the last cut up to ``known`` and then."""
    return not db.execute(
        "SELECT 1 FROM revisions WHERE reshaped = 1 AND rev <= :known "
        "AND rev > (SELECT coalesce(max(rev), -1) FROM cuts WHERE rev <= :known) LIMIT 1",
        {"known": known},
    ).fetchone()


def last_cut(db: Connection) -> int:
    """The newest revision whose land is cut."""
    first_uncut = db.execute(
        "SELECT min(rev) FROM revisions WHERE reshaped = 1 "
        "AND rev > (SELECT coalesce(max(rev), -1) FROM cuts)"
    ).fetchone()[0]
    return head(db) if first_uncut is None else int(first_uncut) - 1


def resolve(db: Connection, known: str | int | None) -> int:
    """The revision meant by a number or a time; raises ``NotFound`` or ``UsageError``."""
    if known is None:
        return last_cut(db)
    if isinstance(known, int) or _NUMBER.fullmatch(known):
        return _existing(db, int(known))
    at = _moment(known)
    found = db.execute("SELECT max(rev) FROM revisions WHERE at <= ?", (stamp(at),)).fetchone()[0]
    return 0 if found is None else int(found)


def _existing(db: Connection, rev: int) -> int:
    newest = head(db)
    if not 0 <= rev <= newest:
        raise NotFound(
            f"there is no revision {rev}: the newest is {newest}.",
            f"没有数据版本 {rev}：最新版本为 {newest}。",
        )
    return rev


def _moment(text: str) -> datetime:
    try:
        if len(text) == len("2020-12-31"):
            return datetime.combine(date.fromisoformat(text), time.max, CHINA)
        found = datetime.fromisoformat(_SPACED.sub(r"\1+\2", text))
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"'{text}' is neither a revision nor a time: write it like 12, 2026-03-31 or "
            "2026-03-31T18:00:00+08:00.",
            f"“{text}”既不是版本号也不是时间：请写成 12、2026-03-31 或 2026-03-31T18:00:00+08:00。",
        ) from error


def fresh(db: Connection, known: int) -> Mapping[str, datetime]:
    """The time of the last change of each layer."""
    found = db.execute(
        "SELECT layer, max(at) FROM revisions WHERE rev <= ? AND layer IS NOT NULL GROUP BY layer",
        (known,),
    )
    return {layer: datetime.fromisoformat(at) for layer, at in found}
