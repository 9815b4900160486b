"""The desk at which every request is answered: the store, the rules, and answers just given."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from numpy.typing import NDArray

from api.beside import made_beside
from api.kept import Kept
from api.settings import Settings
from landgis import inventory, picture
from landgis.errors import NotFound, UsageError
from landgis.inventory import Land
from landgis.readers.rules import load_rules
from landgis.rulebook import Rulebook
from landgis.shelf import code_of, let_go
from landgis.spool import folder
from landgis.stations import Inventory
from landgis.store import open_store

T = TypeVar("T")

DEFAULT_RULES = ("national",)

STATM = Path("/proc/self/statm")
"""Where Linux tells how many pages of files a process has mapped."""

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

MUCH = 100_000
"""What so many features ask for is made by a process of its own."""

MOST = 12
"""How many orders of lists, or scenes, are kept on shelves."""


@dataclass(frozen=True)
class Standpoint:
    """From where a question is answered: the date, the revision and the rules.

    ``as_recorded`` says that the rules are those of the revision.
    """

    on: date
    revision: int
    rulebook: Rulebook
    as_recorded: bool

    @property
    def key(self) -> Hashable:
        """What tells one standpoint from another."""
        return self.on, self.revision, self.rulebook.sha256


class Desk:
    """One store and rulebook; the last few answers are kept by date and revision.

    A revision never changes, so what was kept never grows old. Raises ``StoreError`` or
    ``RulebookError`` where the settings lead nowhere.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rulebook = load_rules(settings.rules or DEFAULT_RULES)
        self.store = open_store(settings.store)
        self.shelves = picture.shelves(self.store, settings.cache or folder())
        self.bases = {base.name: base for base in settings.bases}
        self._kept = Kept(settings.kept)
        self.tiles = Kept(settings.tile_bytes, lambda tile: len(cast("bytes", tile)))

    def revision(self, known: str | None) -> int:
        """The revision meant by ``known``, else the last that is fully cut."""
        try:
            return self.store.resolve(known)
        except NotFound as error:
            raise UsageError(error.en, error.zh) from error

    def stand(self, on: date, known: str | None) -> Standpoint:
        """Where a question about ``on`` and ``known`` is answered from."""
        return self.pin(on, self.revision(known), as_recorded=known is not None)

    def pin(self, on: date, revision: int, *, as_recorded: bool) -> Standpoint:
        """A date and a revision with the rules of that revision, or with those of the program."""
        stored = None
        if as_recorded and self.settings.rules is None:
            stored = self.keep(("rules", revision), lambda: self.store.rulebook(revision))
        return Standpoint(on, revision, stored or self.rulebook, as_recorded)

    def land(self, revision: int) -> Land:
        """All that a revision knows, whatever the date."""
        return self.keep(
            ("land", revision), lambda: picture.land(self.store, revision, self.shelves)
        )

    def inventory(self, at: Standpoint) -> Inventory:
        """The whole answer of a standpoint; all dates of a revision share its land."""

        def make() -> Inventory:
            mark = self.mark(at)
            if self.settings.beside and self._is_much("day", mark):
                made_beside(self.settings, at.on, at.revision, as_recorded=at.as_recorded)
            land = self.land(at.revision)
            return picture.day(land, mark, at.on, at.rulebook, self.shelves)

        return self.keep(("inventory", at.key), make)

    def _is_much(self, kind: str, mark: Mapping[str, Any]) -> bool:
        """Whether a shelf is missing that takes a while to be made."""
        if self.shelves.has(kind, mark):
            return False
        return sum(self.store.info().features.values()) > MUCH

    def mark(self, at: Standpoint, *packages: str) -> dict[str, Any]:
        """What a shelf of a standpoint goes by, if these packages had a hand in it too."""
        day = picture.of_day(picture.of_land(self.store, at.revision), at.on, at.rulebook)
        return day | {package: code_of(package) for package in packages}

    def shelved(
        self, kind: str, at: Standpoint, asked: str, make: Callable[[], NDArray[Any]]
    ) -> NDArray[Any]:
        """An array that is made once for a standpoint and kept on a shelf; ``asked`` says which."""
        mark = self.mark(at, "maps", "api") | {"of": sha256(asked.encode()).hexdigest()[:16]}
        if not self.shelves.has(kind, mark):
            # A helper that makes the date makes this too, and must not wait for this shelf.
            self.inventory(at)
        shelf = self.shelves.get(kind, mark, lambda making: making.array(kind, make()), most=MOST)
        return shelf.array(kind)

    def about(self, at: Standpoint, supply_id: str) -> Inventory:
        """What is needed of one supply, read alone: it costs the same in any city."""
        return inventory.take(
            self.store, at.on, at.revision, rulebook=at.rulebook, supply_id=supply_id
        )

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, made first if it is not there."""
        return self._kept.get(key, make)

    def tidy(self) -> None:
        """Give back the memory of what is mapped where it has become much."""
        with STATM.open("rb") as file:
            mapped = int(file.read().split()[2]) * PAGE_BYTES
        if mapped > self.settings.mapped_bytes:
            let_go()

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]
"""The desk of the application, in the signature of an endpoint."""
