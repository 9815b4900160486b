"""What most commands begin with: a store, rules, and the inventory of a date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from landgis import inventory
from landgis.cli.show import progress_bar
from landgis.errors import UsageError
from landgis.intake import finish_cut
from landgis.readers.rules import load_rules
from landgis.rulebook import Rulebook
from landgis.stations import Inventory
from landgis.store import Store, open_store


@contextmanager
def opened(url: str, *, create: bool = False) -> Iterator[Store]:
    """The store at ``url``, closed again afterwards."""
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


def rulebook_of(names: str) -> Rulebook:
    """The rulebook named by ``--rules``, folders separated by commas."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if not wanted:
        raise UsageError(
            "--rules is empty: name a rule folder, for example national.",
            "--rules 为空：请指定规则库，例如 national。",
        )
    return load_rules(wanted)


def taken(url: str, on: date, known: str | None, rules: str) -> Inventory:
    """The inventory of ``on`` and ``known``; a pending cut is finished first."""
    rulebook = rulebook_of(rules)
    with opened(url) as store:
        if known is None:
            with progress_bar("cut 切分") as bar:
                finish_cut(store, bar)
        return inventory.take(store, on, known, rulebook=rulebook)
