"""What every store can do: facts, revisions and pieces behind one Protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis.audit import Anchor, Entry, Flaw
from landgis.cut.renewal import Change
from landgis.procedure import Entry as CaseEntry
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS, Shape
from landgis.stations import Geometries, Layer, Layers, Patch, Pieces, Source

FACTS = tuple(LAYERS)
READY = {s.name: f"{s.name}_ready" for s in LAYERS.values() if s.shape is not Shape.NONE}
"""The table beside each layer with polygons that holds its features as they leave the store."""

LAND = ("pieces", "slivers")
TABLES = (
    *("settings", "rulebooks", "revisions", "deliveries", "features", "issues", "case_entries"),
    *(*FACTS, *READY.values(), "cuts", *LAND),
    *("pieces_links", "pieces_lineage", "slivers_links", "audit"),
)
"""Everything that a record is made of, parents first."""

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees of EPSG:4490."""


@dataclass(frozen=True)
class Part:
    """Some rows of a layer, of the pieces or of the slivers, in their order.

    ``number`` are those of the features or pieces in the record, ``table`` the columns without the
    polygon, ``wkb`` the polygons in the working CRS, or ``None`` where the layer has none.
    """

    number: NDArray[np.int64]
    table: pd.DataFrame
    wkb: list[bytes | None] | None


@dataclass(frozen=True)
class Evidence:
    """The geometry as the file had it, aligned with a layer, and its CRS in the file's words."""

    geometry: Geometries
    crs: str


@dataclass(frozen=True)
class Delivery:
    """One file on its way into the record: its rows, its issues and where they came from.

    ``given`` are the columns, ``geometry`` among them, of which the file says something; ``None``
    where the rows come from no file that could leave one out.
    """

    layer: Layer
    issues: pd.DataFrame
    source: Source
    evidence: Evidence | None = None
    given: frozenset[str] | None = None


@dataclass(frozen=True)
class Revision:
    """One change of the record, or what a delivery that changed nothing was compared with.

    ``rev`` is 0 for the making of the store. ``reshaped`` says that a polygon came, changed or
    went, so that the land is to be cut again. ``recorded`` is False where nothing was written:
    the delivery said nothing new, or it was a rehearsal, or ``repeats`` is True: a command with
    the same key made this revision before.
    ``rulebook`` is the SHA-256 of the rules under which it was made ('' if nobody said), and
    ``settings`` holds whatever else changes results: working CRS, tolerance, options.
    """

    rev: int
    at: datetime
    kind: str
    layer: str | None = None
    author: str = ""
    command: str = ""
    reason: str = ""
    software: str = ""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    reshaped: bool = False
    recorded: bool = True
    sources: tuple[Source, ...] = ()
    rulebook: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    repeats: bool = False


@dataclass(frozen=True)
class Attempt:
    """A change that was begun by a process that is gone: nothing of it is in the record."""

    command: str
    at: datetime


@dataclass(frozen=True)
class Info:
    """The state of a store in numbers: ``features`` counts what is known now, by layer.

    ``size_bytes`` is the file with its write-ahead log.
    """

    url: str
    schema: int
    crs: int
    tolerance_m: float
    head: int
    at: datetime
    cut_rev: int | None
    features: Mapping[str, int]
    pieces: int
    slivers: int
    issues: int
    size_bytes: int


class Store(Protocol):
    """Facts, revisions and pieces. Many may read while one writes; a revision is whole or absent.

    ``known`` is a revision; without it readers get ``resolve(None)``. Every method raises
    ``StoreError`` when the store cannot be read or written.
    """

    @property
    def crs(self) -> int:
        """The EPSG code of the working CRS, chosen when the store was made."""

    @property
    def tolerance_m(self) -> float:
        """Contacts thinner than this are slivers; chosen when the store was made."""

    def head(self) -> int:
        """The newest revision; 0 in a new store."""

    def resolve(self, known: str | int | None = None) -> int:
        """The revision meant by a number or a time; without one the last that is fully cut.

        A date alone means the end of that day, a time without a zone is China's.
        Raises ``NotFound`` for a revision that does not exist and ``UsageError`` for a bad time.
        """

    def layers(
        self,
        known: int | None = None,
        names: Sequence[str] | None = None,
        of: str | None = None,
    ) -> Layers:
        """The layers as known then, typed and in the order in which features first came.

        Every layer is there, empty where nothing was known or where ``names`` leaves it out.
        With ``of`` only what touches the supply of that id and the records that may speak of it;
        districts and parks are whole.
        """

    def features(
        self,
        layer: str,
        known: int | None = None,
        *,
        after: str = "",
        limit: int = 1000,
        bbox: Box | None = None,
    ) -> list[tuple[str, bytes]]:
        """The next ``limit`` features after an id, by id: each with its ready GeoJSON feature.

        Geometry is EPSG:4490 at 8 decimals, properties are the columns that are not empty and
        ``area_m2``. With ``bbox`` those whose bounds meet it. A page costs the same however deep.
        Raises ``UsageError`` for a layer whose rows have no id.
        """

    def feature(self, layer: str, feature_id: str, known: int | None = None) -> bytes | None:
        """One feature as ``features`` gives it; ``None`` where it is not known then."""

    def issues(self, known: int | None = None, of: str | None = None) -> pd.DataFrame:
        """The issues as known then: rows of ``issues.COLUMNS``; ``of`` keeps one feature's."""

    def pieces(self, known: int | None = None, of: str | None = None) -> Pieces:
        """The pieces of a revision that is cut, ordered by id; raises ``StoreError`` if it is not.

        A store in which no land was ever recorded has no pieces. With ``of`` those that the supply
        of that id covers.
        """

    def parts(self, name: str, known: int) -> Iterator[Part]:
        """A layer, or the pieces or slivers of a revision that is cut, a part at a time.

        Layers come in the order in which features first came, pieces and slivers by id.
        """

    def linked(self, name: str, known: int) -> NDArray[np.int64]:
        """Which piece or sliver lies in which feature: shape (n, 2), numbers as in ``parts``."""

    def mark(self, known: int) -> str:
        """A word that only this record at this revision has: the hash that seals it."""

    def lineage(self, known: int | None = None) -> pd.DataFrame:
        """Of which earlier pieces each later one was made, by overlap.

        Columns rev (of the cut), piece_id and predecessor_id; a piece whose outline changed
        follows itself.
        """

    def is_cut(self, known: int) -> bool:
        """Whether the pieces of that revision are known without cutting."""

    def pending(self) -> bool:
        """Whether the newest facts are still to be cut."""

    def cut_rev(self) -> int | None:
        """The revision of the last cut; None before the first."""

    def recut_from(self) -> int | None:
        """The revision of the last cut if it can be patched.

        None before the first, and where another version of the program made it.
        """

    def ended(self, layer: str, feature_id: str, known: int) -> int | None:
        """The revision that ended a feature which is not known any more at ``known``.

        None if the feature is known then, or was not yet.
        """

    def refuse_ended(self, layer: str, feature_id: str, known: int) -> None:
        """Raise ``Gone`` for a feature that was ended by ``known``, with whose land it is now."""

    def reshaped(self, since: int, until: int) -> Change:
        """The polygons of two revisions, as a re-cut asks for them."""

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
        """Write deliveries of one layer as one revision, all or nothing, with its audit entry.

        A feature that is there already with the same content stays as it is, one with another
        content ends and begins anew; with ``full`` what is missing ends. What says nothing new
        writes nothing, and neither does a ``key`` that a revision has already: that revision is
        given back. ``settings`` are the options that change what the files mean;
        ``progress`` is told the share of the rows that are written, 0 to 1. Raises
        ``UsageError`` for two rows with one identity and ``ChangedMeanwhile`` where the newest
        revision is not the ``expected`` one.
        """

    def adopt(
        self, rulebook: Rulebook, *, author: str = "", command: str = "", reason: str = ""
    ) -> Revision:
        """Write that from now on these rules are the record's; nothing if they are already."""

    def rulebook(self, known: int | None = None) -> Rulebook | None:
        """The rules that were the record's at that revision; ``None`` if it never had any."""

    def entries(
        self, known: int | None = None, supply_id: str | None = None
    ) -> tuple[CaseEntry, ...]:
        """The entries of all cases, or of one supply's, as known then, in the order of writing."""

    def enter(
        self,
        entry: CaseEntry,
        *,
        author: str = "",
        command: str = "",
        reason: str = "",
        rulebook: Rulebook | None = None,
    ) -> Revision:
        """Append one entry to the case of its supply as one revision with its audit entry.

        ``rulebook`` says how a case is conducted and is kept with the step; what the land asks for
        is read from the record.

        Raises ``RefusedStep``, with nothing written, for a step that is out of order, too early,
        in the future or without what it needs, and ``NotFound`` for a supply nobody knows.
        """

    def publish(
        self,
        pieces: Pieces | Patch | Iterable[Pieces],
        *,
        at: int | None = None,
        since: int | None = None,
    ) -> None:
        """Make ``pieces``, cut from the facts of revision ``at`` (default: head), the land's.

        They may come part by part, each piece in one part; a patch says what has changed since
        the cut of revision ``since``. Only what differs is written. Raises ``ChangedMeanwhile``
        if a later cut, or another than that of ``since``, was published meanwhile.
        """

    def changed(self, layer: str, one: int, other: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The features of a layer that are not the same at two revisions: as at one, as at other.

        Columns feature_id and those of the layer, in the order of the features.
        """

    def chain(self) -> Iterator[Entry]:
        """The entries of the audit chain, the first first."""

    def sealed(self, rev: int) -> Entry:
        """The entry that seals a revision: its head fixes the record up to then."""

    def verify(
        self,
        anchor: Anchor | None = None,
        *,
        deep: bool = True,
        progress: Callable[[float], None] | None = None,
    ) -> Flaw | None:
        """The first entry that is not as it was written or whose change is not; else ``None``.

        ``deep`` reads every fact and piece again, without it the chain alone is verified.
        ``progress`` is told the share of the work that is done, 0 to 1.
        """

    def interrupted(self) -> tuple[Attempt, ...]:
        """Changes that were begun by processes that are gone."""

    def backup(self, target: Path, progress: Callable[[float], None] | None = None) -> None:
        """Copy the whole store into the file ``target`` while others may write.

        The copy is a SQLite store with the same history and chain, whole or not there at all.
        """

    def kept(self, table: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
        """The columns and all rows of one of ``TABLES`` as they are kept, in order of their key.

        Polygons are WKB, dates and times ISO text, flags 0 and 1. Read on within one thread.
        """

    def fresh(self, known: int | None = None) -> Mapping[str, datetime]:
        """The time of the last change of each layer as known then."""

    def revisions(self) -> tuple[Revision, ...]:
        """Every revision, the oldest first."""

    def info(self) -> Info:
        """The state of the store in numbers."""

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
