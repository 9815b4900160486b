"""The desk at which every request is answered: the store, the rules, and answers just given."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from api.kept import Kept
from api.settings import Settings
from landgis import inventory, picture
from landgis.errors import NotFound, UsageError
from landgis.inventory import Land
from landgis.readers.rules import load_rules
from landgis.rulebook import Rulebook
from landgis.spool import folder
from landgis.stations import Inventory
from landgis.store import open_store

T = TypeVar("T")

DEFAULT_RULES = ("national",)


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
            return picture.day(self.land(at.revision), at.on, at.rulebook, self.shelves)

        return self.keep(("inventory", at.key), make)

    def about(self, at: Standpoint, supply_id: str) -> Inventory:
        """What is needed of one supply, read alone: it costs the same in any city."""
        return inventory.take(
            self.store, at.on, at.revision, rulebook=at.rulebook, supply_id=supply_id
        )

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, made first if it is not there."""
        return self._kept.get(key, make)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]
"""The desk of the application, in the signature of an endpoint."""
