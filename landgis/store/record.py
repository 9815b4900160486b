"""The store on any ground: transactions and revisions around facts and land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis import procedure
from landgis.audit import Anchor, Entry, Flaw
from landgis.errors import StoreError, UsageError
from landgis.matter import matter_of
from landgis.procedure import Entry as CaseEntry
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS, identified, layer_schema
from landgis.stations import Layers, Patch, Pieces
from landgis.store import (
    around,
    attempts,
    cases,
    copying,
    facts,
    history,
    issuelog,
    land,
    making,
    parts,
    proof,
    recording,
    refusals,
    seals,
)
from landgis.store.connection import Connection
from landgis.store.ground import SCHEMA_VERSION, Ground
from landgis.store.history import Clock
from landgis.store.interface import LAND, TABLES, Attempt, Box, Delivery, Info, Part, Revision
from landgis.store.making import Founding
from landgis.store.progress import Progress, Tell, rows_of
from landgis.store.reshaped import Reshaped

MANY = 1_000
"""Rows that make a change large: a server that has not looked at them answers tenfold slower."""


class RecordStore:
    """A ``Store``; ``open`` opens or makes it."""

    def __init__(self, ground: Ground, clock: Clock = history.utc) -> None:
        self._ground = ground
        self._clock = clock
        self._met = -1
        with ground.reading() as db:
            settings = dict(db.execute("SELECT name, value FROM settings").fetchall())
        self._crs = int(settings["crs"])
        self._tolerance_m = float(settings["tolerance_m"])

    @classmethod
    def open(
        cls,
        ground: Ground,
        founding: Founding,
        *,
        create: bool,
        clock: Clock = history.utc,
        progress: Tell = None,
    ) -> RecordStore:
        """Open the store on ``ground``, made first if it is missing and ``create`` says so."""
        try:
            making.prepare(ground, clock, founding, create=create, tell=progress)
            return cls(ground, clock)
        except BaseException:
            ground.close()
            raise

    @property
    def crs(self) -> int:
        """The EPSG code of the working CRS."""
        return self._crs

    @property
    def tolerance_m(self) -> float:
        """Contacts thinner than this are slivers."""
        return self._tolerance_m

    def head(self) -> int:
        """The newest revision."""
        with self._ground.reading() as db:
            return history.head(db)

    def resolve(self, known: str | int | None = None) -> int:
        """The revision meant by a number or a time; without one the last that is fully cut."""
        with self._ground.reading() as db:
            return history.resolve(db, known)

    def layers(
        self,
        known: int | None = None,
        names: Sequence[str] | None = None,
        of: str | None = None,
    ) -> Layers:
        """The layers as known then; empty where nothing was known or where left out."""
        with self._ground.reading() as db:
            at = history.resolve(db, known)
            if of is not None:
                return around.layers(db, of, at, self._crs, self._tolerance_m)
            return {
                schema.name: facts.read(db, schema, at, self._crs)
                if names is None or schema.name in names
                else facts.empty(schema, self._crs)
                for schema in LAYERS.values()
            }

    def features(
        self,
        layer: str,
        known: int | None = None,
        *,
        after: str = "",
        limit: int = 1000,
        bbox: Box | None = None,
    ) -> list[tuple[str, bytes]]:
        """The next features after an id as ready GeoJSON, by id."""
        schema = identified(layer)
        with self._asking(known) as (db, at):
            return facts.features(db, schema, at, after=after, limit=limit, bbox=bbox)

    def feature(self, layer: str, feature_id: str, known: int | None = None) -> bytes | None:
        """One feature as ready GeoJSON; ``None`` where it is not known then."""
        schema = identified(layer)
        with self._asking(known) as (db, at):
            return facts.feature(db, schema, feature_id, at)

    @contextmanager
    def _asking(self, known: str | int | None) -> Iterator[tuple[Connection, int]]:
        """A connection and the revision meant: of one that was met nothing changes any more."""
        if isinstance(known, int) and 0 <= known <= self._met:
            with self._ground.asking() as db:
                yield db, known
            return
        with self._ground.reading() as db:
            at = history.resolve(db, known)
            self._met = max(self._met, at)
            yield db, at

    def issues(self, known: int | None = None, of: str | None = None) -> pd.DataFrame:
        """The issues as known then."""
        with self._ground.reading() as db:
            return issuelog.read(db, history.resolve(db, known), of)

    def pieces(self, known: int | None = None, of: str | None = None) -> Pieces:
        """The pieces of a revision that is cut."""
        with self._ground.reading() as db:
            at = history.resolve(db, known)
            if not history.is_cut(db, at):
                raise StoreError(
                    f"the land of revision {at} was never cut into pieces: ask for a later one.",
                    f"数据版本 {at} 尚未切分图斑：请查询之后的版本。",
                )
            return land.read(db, at, self._tolerance_m, self._crs, of)

    def parts(self, name: str, known: int) -> Iterator[Part]:
        """A layer, or the pieces or slivers of a revision that is cut, a part at a time."""
        with self._ground.reading() as db:
            if name in LAND:
                yield from parts.land(db, name, known)
            else:
                yield from parts.facts(db, layer_schema(name), known)

    def linked(self, name: str, known: int) -> NDArray[np.int64]:
        """Which piece or sliver lies in which feature, by the numbers that ``parts`` gives."""
        with self._ground.reading() as db:
            return parts.links(db, name, known)

    def mark(self, known: int) -> str:
        """A word that only this record at this revision has."""
        with self._ground.reading() as db:
            return parts.mark(db, known)

    def lineage(self, known: int | None = None) -> pd.DataFrame:
        """Of which earlier pieces each later one was made, by overlap."""
        with self._ground.reading() as db:
            return land.lineage(db, history.resolve(db, known))

    def is_cut(self, known: int) -> bool:
        """Whether the pieces of that revision are known without cutting."""
        with self._ground.reading() as db:
            return history.is_cut(db, known)

    def pending(self) -> bool:
        """Whether the newest facts are still to be cut."""
        with self._ground.reading() as db:
            return not history.is_cut(db, history.head(db))

    def cut_rev(self) -> int | None:
        """The revision of the last cut; None before the first."""
        with self._ground.reading() as db:
            return history.cut_rev(db)

    def recut_from(self) -> int | None:
        """The revision of the last cut if it can be patched."""
        with self._ground.reading() as db:
            return history.recut_from(db)

    def ended(self, layer: str, feature_id: str, known: int) -> int | None:
        """The revision that ended a feature which is not known any more at ``known``."""
        with self._ground.reading() as db:
            return facts.ended(db, layer_schema(layer), feature_id, known)

    def refuse_ended(self, layer: str, feature_id: str, known: int) -> None:
        """Raise ``Gone`` for a feature that was ended by ``known``, with whose land it is now."""
        with self._ground.reading() as db:
            schema = layer_schema(layer)
            refusals.refuse_ended(db, schema, feature_id, known, self._tolerance_m)

    def reshaped(self, since: int, until: int) -> Reshaped:
        """The polygons of two revisions, as a re-cut asks for them."""
        return Reshaped(self._ground, self._crs, since, until)

    def record(
        self,
        deliveries: Sequence[Delivery],
        *,
        full: bool = False,
        author: str = "",
        command: str = "",
        reason: str = "",
        dry_run: bool = False,
        rulebook: Rulebook | None = None,
        settings: Mapping[str, Any] | None = None,
        key: str | None = None,
        expected: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Revision:
        """Write deliveries of one layer as one revision, all or nothing, with its audit entry."""
        layer = refusals.one_layer(deliveries)
        if expected is not None:
            history.refuse_other(self.head(), expected)  # before an attempt is noted
        with self._changing(command, dry_run=dry_run) as db:
            repeat = history.repeated(db, key)
            if repeat:
                db.execute("ROLLBACK")
                return repeat
            begun = history.begin(
                db,
                self._clock,
                "import",
                expected,
                layer=layer,
                author=author,
                command=command,
                reason=reason,
                sources=tuple(d.source for d in deliveries),
                rulebook=history.keep_rules(db, rulebook),
                settings={"crs": self._crs, "tolerance_m": self._tolerance_m, **(settings or {})},
                key=key,
            )
            done, differs = self._write(db, begun, deliveries, full=full, progress=progress)
            if dry_run or not differs:
                db.execute("ROLLBACK")
                return replace(done, rev=begun.rev - 1, recorded=False)
            history.settle(db, done)
            seals.seal_revision(db, done)
        self._tidy(done.added + done.changed)
        return done

    def _tidy(self, rows: int) -> None:
        """Look after the ground when many rows came."""
        if rows > MANY:
            self._ground.tidy()

    @contextmanager
    def _changing(self, command: str, *, dry_run: bool = False) -> Iterator[Connection]:
        """A transaction that leaves a trace if this process is killed before its end."""
        if dry_run:
            with self._ground.writing() as db:
                yield db
            return
        with self._ground.writing() as db:
            attempt = attempts.begin(db, command, history.stamp(self._clock()))
        try:
            with self._ground.writing() as db:
                attempts.end(db, attempt)
                yield db
        except BaseException:
            with suppress(StoreError):  # where the disk is full the attempt stays, and is told
                self._forget(attempt)
            raise
        self._forget(attempt)

    def _forget(self, attempt: str) -> None:
        """Take back an attempt that was refused; one that was written is gone already."""
        with self._ground.reading() as db:
            there = db.execute("SELECT 1 FROM attempts WHERE attempt = ?", (attempt,)).fetchone()
        if there:
            with self._ground.writing() as db:
                attempts.end(db, attempt)

    def _write(
        self,
        db: Connection,
        said: Revision,
        deliveries: Sequence[Delivery],
        *,
        full: bool,
        progress: Callable[[float], None] | None = None,
    ) -> tuple[Revision, bool]:
        schema = layer_schema(str(said.layer))
        first = db.execute("SELECT coalesce(max(delivery), 0) + 1 FROM deliveries").fetchone()[0]
        history.append_deliveries(db, deliveries, said.rev, first)
        counts = recording.write(
            db,
            schema,
            deliveries,
            rev=said.rev,
            first=first,
            crs=self._crs,
            full=full,
            progress=progress,
        )
        noted = issuelog.write(db, schema.name, deliveries, said.rev, full=full)
        reshaped = counts.any and facts.is_reshaped(db, schema, said.rev - 1, said.rev)
        return replace(said, **vars(counts), reshaped=reshaped), counts.any or noted

    def adopt(
        self, rulebook: Rulebook, *, author: str = "", command: str = "", reason: str = ""
    ) -> Revision:
        """Write that from now on these rules are the record's; nothing if they are already."""
        with self._changing(command) as db:
            if history.rules_of(db, history.head(db)) == rulebook.sha256:
                newest = history.revisions(db)[-1]
                db.execute("ROLLBACK")
                return replace(newest, recorded=False)
            done = history.begin(
                db,
                self._clock,
                "rules",
                author=author,
                command=command,
                reason=reason,
                rulebook=history.keep_rules(db, rulebook),
            )
            seals.seal_revision(db, done)
        return done

    def rulebook(self, known: int | None = None) -> Rulebook | None:
        """The rules that were the record's at that revision; ``None`` if it never had any."""
        with self._ground.reading() as db:
            return history.rulebook(db, history.resolve(db, known))

    def entries(
        self, known: int | None = None, supply_id: str | None = None
    ) -> tuple[CaseEntry, ...]:
        """The entries of all cases, or of one supply's, as known then, in the order of writing."""
        with self._ground.reading() as db:
            return cases.read(db, history.resolve(db, known), supply_id)

    def enter(
        self,
        entry: CaseEntry,
        *,
        author: str = "",
        command: str = "",
        reason: str = "",
        rulebook: Rulebook | None = None,
    ) -> Revision:
        """Append one entry to the case of its supply as one revision with its audit entry."""
        cases.refuse_future(entry, self._clock().astimezone(history.CHINA).date())
        layers = self.layers(self.head(), of=entry.supply_id)
        matter = matter_of(layers, rulebook, entry.supply_id, entry.on)
        with self._changing(command) as db:
            head = history.head(db)
            refusals.refuse_unknown(db, entry.supply_id, self._tolerance_m)
            procedure.check(cases.read(db, head, entry.supply_id), entry, matter)
            begun = history.begin(
                db,
                self._clock,
                history.CASE,
                author=author,
                command=command,
                reason=reason,
                rulebook=history.keep_rules(db, rulebook),
            )
            cases.append(db, begun.rev, entry)
            done = replace(begun, added=1)
            history.settle(db, done)
            seals.seal_revision(db, done)
        return done

    def publish(
        self,
        pieces: Pieces | Patch | Iterable[Pieces],
        *,
        at: int | None = None,
        since: int | None = None,
    ) -> None:
        """Make ``pieces``, cut from the facts of revision ``at``, the land's."""
        with self._changing("cut") as db:
            rev = history.head(db) if at is None else at
            refusals.refuse_overtaken(self._ground.name, history.cut_rev(db), rev, since)
            written = land.writings(db, rev, pieces if isinstance(pieces, Patch) else None)
            tolerance_m = self._tolerance_m
            for some in land.parts_of(pieces):
                tolerance_m = some.tolerance_m
                written[0].add(land.pieces_of(some))
                written[1].add(land.slivers_of(some))
            for writing in written:
                writing.finish()
            if written[0].fresh and written[0].ended:
                land.write_lineage(db, written[0].fresh, written[0].ended, tolerance_m)
            seals.seal_cut(db, history.append_cut(db, rev, self._clock, tolerance_m))
        self._tidy(len(written[0].fresh))

    def changed(self, layer: str, one: int, other: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The features of a layer that are not the same at two revisions: as at one, as at other.

        Columns feature_id and those of the layer, in the order of the features.
        """
        schema = layer_schema(layer)
        with self._ground.reading() as db:
            left, right = history.resolve(db, one), history.resolve(db, other)
            return (
                facts.changed(db, schema, left, right, self._crs),
                facts.changed(db, schema, right, left, self._crs),
            )

    def chain(self) -> Iterator[Entry]:
        """The entries of the audit chain, the first first."""
        with self._ground.reading() as db:
            return iter(list(seals.chain(db)))

    def sealed(self, rev: int) -> Entry:
        """The entry that seals a revision: its head fixes the record up to then."""
        with self._ground.reading() as db:
            return seals.of(db, rev)

    def verify(
        self, anchor: Anchor | None = None, *, deep: bool = True, progress: Tell = None
    ) -> Flaw | None:
        """The first entry that is not as it was written or whose change is not; else ``None``."""
        with self._ground.reading() as db:
            told = Progress(progress, (1 + deep) * rows_of(db))
            return seals.verify(db, anchor, told) or (proof.changed(db, told) if deep else None)

    def interrupted(self) -> tuple[Attempt, ...]:
        """Changes that were begun by processes that are gone."""
        with self._ground.reading() as db:
            return attempts.interrupted(db)

    def backup(self, target: Path, progress: Tell = None) -> None:
        """Copy the whole store into the file ``target`` while others may write."""
        self._ground.copy(target, progress)

    def kept(self, table: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
        """The columns and all rows of one of ``TABLES`` as they are kept, in order of their key."""
        if table not in TABLES:
            raise UsageError(f"there is no table '{table}'.", f"没有表“{table}”。")
        with self._ground.reading() as db:
            columns, _ = db.columns(table)
        return columns, self._rows(table)

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        with self._ground.reading() as db:
            yield from copying.kept(db, table)[1]

    def fresh(self, known: int | None = None) -> Mapping[str, datetime]:
        """The time of the last change of each layer as known then."""
        with self._ground.reading() as db:
            return history.fresh(db, history.resolve(db, known))

    def revisions(self) -> tuple[Revision, ...]:
        """Every revision, the oldest first."""
        with self._ground.reading() as db:
            return history.revisions(db)

    def info(self) -> Info:
        """The state of the store in numbers."""

        def count(table: str) -> int:
            sql = f"SELECT count(*) FROM {table} WHERE rev_to IS NULL"
            return int(db.execute(sql).fetchone()[0])

        with self._ground.reading() as db:
            head = history.head(db)
            at = db.execute("SELECT at FROM revisions WHERE rev = ?", (head,)).fetchone()[0]
            return Info(
                url=self._ground.name,
                schema=SCHEMA_VERSION,
                crs=self._crs,
                tolerance_m=self._tolerance_m,
                head=head,
                at=datetime.fromisoformat(at),
                cut_rev=history.cut_rev(db),
                features={name: count(name) for name in LAYERS},
                pieces=count("pieces"),
                slivers=count("slivers"),
                issues=count("issues"),
                size_bytes=self._ground.size_bytes(),
            )

    def close(self) -> None:
        """Close every connection."""
        self._ground.close()
