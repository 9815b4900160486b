"""The audit chain in a store: what an entry says of a change, and whether it still is so.

Entries say ``what`` changed: a ``revision`` (all its columns, its files, and hashes over the facts,
issues and case entries it wrote and ended), a ``cut`` (hashes over its pieces and slivers), or a
``migration`` from an earlier schema. They are made from what stands in the tables, by the same
lines of code when a change is sealed and when it is verified. Hashes are SHA-256 over lines of
text, see ``_facts``, ``_issues`` and ``_changes``: a store of another kind gives the same ones.
They stay SHA-256 under a chain of SM3: they are the names under which files, rules, rows and
polygons are known everywhere, and the seal covers them with all else that an entry says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from landgis import audit
from landgis import issues as issue_table
from landgis.audit import SHA256, Anchor, Entry, Flaw
from landgis.schema import LAYERS, LayerSchema, Shape
from landgis.store import cases, encode, history
from landgis.store.connection import Connection
from landgis.store.facts import with_items
from landgis.store.interface import LAND, Revision
from landgis.store.progress import SILENT, Progress


def chain(db: Connection) -> Iterator[Entry]:
    """The entries, the first first."""
    for row in db.execute("SELECT seq, algorithm, entry, hash FROM audit ORDER BY seq"):
        yield Entry(*row)


def last(db: Connection) -> Entry | None:
    """The newest entry."""
    found = db.execute(
        "SELECT seq, algorithm, entry, hash FROM audit ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return Entry(*found) if found else None


def of(db: Connection, rev: int) -> Entry:
    """The entry of a revision; those of its cuts and of a migration at it are others."""
    found = db.execute(
        "SELECT seq, algorithm, entry, hash FROM audit WHERE rev = ? ORDER BY seq", (rev,)
    )
    return next(e for e in (Entry(*row) for row in found) if e.said["what"] == "revision")


def seal(db: Connection, rev: int, said: Mapping[str, Any], algorithm: str = SHA256) -> Entry:
    """Append what is ``said`` of a change at ``rev`` to the chain.

    A chain goes on by the algorithm that it began with; ``algorithm`` seals its first entry.
    """
    before = last(db)
    entry = audit.seal(said, before, before.algorithm if before else algorithm)
    db.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?)",
        (entry.seq, rev, entry.algorithm, entry.text, entry.digest),
    )
    return entry


def seal_revision(db: Connection, revision: Revision, algorithm: str = SHA256) -> Entry:
    """Seal a settled revision with all that it wrote; the first one by ``algorithm``."""
    return seal(db, revision.rev, of_revision(db, revision), algorithm)


def seal_cut(db: Connection, cut: int) -> Entry:
    """Seal a cut with all that it wrote."""
    said = of_cut(db, cut)
    return seal(db, said["rev"], said)


def seal_all(db: Connection, since: int) -> None:
    """Seal what a store of an earlier schema holds, and say that it is sealed only now."""
    head = history.head(db)
    at = history.stamp(history.now(db))
    seal(db, head, {"what": "migration", "from": since, "at": at, "software": history.software()})
    for revision in history.revisions(db):
        seal_revision(db, revision)
    for (cut,) in db.execute("SELECT cut FROM cuts ORDER BY cut").fetchall():
        seal_cut(db, cut)


def of_revision(db: Connection, revision: Revision, progress: Progress = SILENT) -> dict[str, Any]:
    """What the entry of a revision says."""
    said = asdict(revision)
    for passing in ("recorded", "repeats", "sources"):
        del said[passing]
    files = [asdict(source) for source in revision.sources]
    return {
        **said,
        "what": "revision",
        "at": history.stamp(revision.at),
        "settings": dict(revision.settings),
        "files": files,
        "rules": _rules(db, revision.rulebook),
        "facts": _facts(db, revision.rev, progress),
        "issues": _issues(db, revision.rev),
        **({"entries": cases.digest(db, revision.rev)} if revision.kind == history.CASE else {}),
    }


def _rules(db: Connection, sha256: str) -> str:
    """The hash of the rules as they are kept: it is their name, unless someone changed them."""
    found = db.execute("SELECT text FROM rulebooks WHERE sha256 = ?", (sha256,)).fetchone()
    return hashlib.sha256(found[0].encode()).hexdigest() if found else ""


def _facts(db: Connection, rev: int, progress: Progress) -> dict[str, str]:
    """By layer a hash over each fact that came, and over ``-feature`` of each that ended.

    A fact is the line ``+feature content delivery row area``, then its published polygon and its
    evidence. Layers of which nothing was written are left out. ``content`` is the hash of the
    row's columns and polygon in hex, ``area`` its shortest decimal.
    """
    found = {schema.name: _layer(db, schema, rev, progress) for schema in LAYERS.values()}
    return {name: said for name, said in found.items() if said}


def _layer(db: Connection, schema: LayerSchema, rev: int, progress: Progress) -> str:
    shaped, source = "NULL, NULL, NULL", schema.name
    if schema.shape is not Shape.NONE:
        shaped, source = "area_m2, item, evidence", with_items(schema)
    digest = hashlib.sha256()
    count = 0
    for feature, content, delivery, row, area, item, evidence in db.execute(
        f"SELECT feature, content, delivery, delivery_row, {shaped} FROM {source} "
        "WHERE rev_from = ? ORDER BY feature",
        (rev,),
    ):
        said = f"+{feature} {bytes(content).hex()} {delivery} {row} {area!r}\n"
        said += (item and encode.polygon_of(item)) or ""
        digest.update(said.encode())
        digest.update(bytes(evidence or b""))
        progress.add()
        count += 1
    for (feature,) in db.execute(
        f"SELECT feature FROM {schema.name} WHERE rev_to = ? ORDER BY feature", (rev,)
    ):
        digest.update(f"-{feature}\n".encode())
        count += 1
    return digest.hexdigest() if count else ""


_SAID = ", ".join(f'"{name}"' for name in issue_table.COLUMNS)


def _issues(db: Connection, rev: int) -> str:
    """A hash over the issues that came (``+`` and a JSON array) and went (``-``), sorted."""
    lines = [
        sign + json.dumps(list(row), ensure_ascii=False)
        for sign, column in (("+", "rev_from"), ("-", "rev_to"))
        for row in db.execute(f"SELECT {_SAID} FROM issues WHERE {column} = ?", (rev,))
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest() if lines else ""


def of_cut(db: Connection, cut: int, *, whole: bool = False) -> dict[str, Any]:
    """What the entry of a cut says: of the land that it changed, or of the whole land.

    Entries of stores that were written before 0.1.0 was released speak of the whole.
    """
    names = ("cut", "rev", "at", "tolerance_m", "software")
    row = db.execute(f"SELECT {', '.join(names)} FROM cuts WHERE cut = ?", (cut,)).fetchone()
    said = dict(zip(names, row, strict=True))
    hashed = _land if whole else _changes
    land = {table: hashed(db, table, said["rev"]) for table in LAND}
    what = {"what": "cut"} if whole else {"what": "cut", "land": "changes"}
    return {**said, **what, **land, "lineage": _lineage(db, said["rev"])}


def _lineage(db: Connection, rev: int) -> str:
    """A hash over ``name predecessor`` of every piece that came with ``rev``, ordered."""
    found = db.execute(
        "SELECT new.name, old.name FROM pieces_lineage l JOIN pieces new ON new.part = l.part "
        "JOIN pieces old ON old.part = l.predecessor WHERE new.rev_from = ? ORDER BY 1, 2",
        (rev,),
    )
    said = "".join(f"{name} {predecessor}\n" for name, predecessor in found)
    return hashlib.sha256(said.encode()).hexdigest()


def _land(db: Connection, table: str, rev: int) -> str:
    """A hash over ``name content area`` of every part known at ``rev``, ordered by name."""
    digest = hashlib.sha256()
    for name, content, area in db.execute(
        f"SELECT name, content, area_m2 FROM {table} "
        "WHERE rev_from <= ? AND (rev_to IS NULL OR rev_to > ?) ORDER BY name",
        (rev, rev),
    ):
        digest.update(f"{name} {bytes(content).hex()} {area!r}\n".encode())
    return digest.hexdigest()


def _changes(db: Connection, table: str, rev: int) -> str:
    """A hash over ``+name content area`` of every part that came, and ``-name`` that went."""
    digest = hashlib.sha256()
    # parts are numbered as they come, so the last ones of before are found from the end
    for name, content, area in db.execute(
        f"SELECT name, content, area_m2 FROM {table} WHERE rev_from = ? AND part > coalesce(("
        f"SELECT part FROM {table} WHERE rev_from < ? ORDER BY part DESC LIMIT 1), 0) ORDER BY 1",
        (rev, rev),
    ):
        digest.update(f"+{name} {bytes(content).hex()} {area!r}\n".encode())
    for (name,) in db.execute(f"SELECT name FROM {table} WHERE rev_to = ? ORDER BY 1", (rev,)):
        digest.update(f"-{name}\n".encode())
    return digest.hexdigest()


def verify(
    db: Connection, anchor: Anchor | None = None, progress: Progress = SILENT
) -> Flaw | None:
    """The first entry that is broken, or whose change is not in the tables as it was sealed."""
    return audit.verify(chain(db), anchor) or _first_changed(db, progress) or _unsealed(db)


def _first_changed(db: Connection, progress: Progress) -> Flaw | None:
    revisions = {revision.rev: revision for revision in history.revisions(db)}
    cuts = dict(db.execute("SELECT cut, rev FROM cuts").fetchall())
    last_of = {rev: cut for cut, rev in sorted(cuts.items())}
    for entry in chain(db):
        said = entry.said
        rev = said.get("rev")
        if said["what"] == "revision":
            there = of_revision(db, revisions[rev], progress) if rev in revisions else None
        elif said["what"] == "cut" and last_of.get(rev) == said["cut"]:
            there = of_cut(db, said["cut"], whole="land" not in said)
        elif said["what"] == "cut":  # another cut of the same revision came after it
            there = said if said["cut"] in cuts else None
        else:
            continue
        differ = _differences(said, there)
        if differ:
            return Flaw(
                entry.seq,
                f"the {said['what']} of entry {entry.seq} (revision {rev}) was changed "
                f"afterwards: {differ}",
                f"第 {entry.seq} 条所记的变更（数据版本 {rev}）事后被改动：{differ}",
            )
    return None


def _differences(said: Mapping[str, Any], there: Mapping[str, Any] | None) -> str:
    """The names of what is not as it was said, by commas; ``gone`` where nothing is left."""
    if there is None:
        return "gone"
    differ = [name for name, value in there.items() if said.get(name) != value]
    return ", ".join(differ)


def _unsealed(db: Connection) -> Flaw | None:
    """A change without an entry: its entry was cut off, or it was written past the chain."""
    for what in ("revision", "cut"):
        key = "rev" if what == "revision" else "cut"
        sealed = {e.said[key] for e in chain(db) if e.said["what"] == what}
        there = [n for (n,) in db.execute(f"SELECT {key} FROM {what}s ORDER BY {key}")]
        open_ones = [number for number in there if number not in sealed]
        if open_ones:
            before = last(db)
            seq = before.seq + 1 if before else 1
            return Flaw(
                seq,
                f"{what} {open_ones[0]} has no entry: entry {seq} is missing",
                f"{'数据版本' if what == 'revision' else '切分'} {open_ones[0]} 没有审计记录："
                f"缺少第 {seq} 条",
            )
    return None
