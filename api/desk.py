"""The desk at which every request is answered: the store, the rules, and answers just given."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from api.settings import Settings
from landgis import inventory
from landgis.errors import NotFound, UsageError
from landgis.readers.rules import load_rules
from landgis.stations import Inventory
from landgis.store import open_store

T = TypeVar("T")


class Desk:
    """One store and rulebook; the last few answers are kept by date and revision.

    A revision never changes, so what was kept never grows old. Raises ``StoreError`` or
    ``RulebookError`` where the settings lead nowhere.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rulebook = load_rules(settings.rules)
        self.store = open_store(settings.store)
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def revision(self, known: str | None) -> int:
        """The revision meant by ``known``, else the last that is fully cut."""
        try:
            return self.store.resolve(known)
        except NotFound as error:
            raise UsageError(error.en, error.zh) from error

    def inventory(self, on: date, revision: int) -> Inventory:
        """The whole answer for a date and a revision."""
        return self.keep(
            ("inventory", on, revision),
            lambda: inventory.take(self.store, on, revision, rulebook=self.rulebook),
        )

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, made first if it is not there.

        One at a time: two requests for the same thing make it once.
        """
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self.settings.kept:
                self._kept.popitem(last=False)
            return cast("T", self._kept[key])

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]
"""The desk of the application, in the signature of an endpoint."""
