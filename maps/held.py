"""The ground of a revision and the day of a date, made once and kept on shelves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from landgis.inventory import Land
from landgis.picture import DAYS, LANDS
from landgis.shelf import Making, Shelf, Shelves
from landgis.stations import Inventory
from maps.mvt import Texts
from maps.outlines import Outlines
from maps.view import Day, Ground
from maps.view import day as day_of
from maps.view import ground as ground_of

LINES = tuple(field.name for field in fields(Outlines))
ARRAYS = ("stage", "parent", "supply", "listed", "standing", "outcome", "basis", "years", "said")
LOTS = ("lots:of", "lots:first", "lots:area_m2")


def ground(known: Land, mark: Mapping[str, Any], kept: Shelves) -> Ground:
    """The ground of a revision, on the shelf of ``mark``."""
    shelf = kept.get("ground", mark, lambda making: _put(making, ground_of(known)), most=LANDS)
    return _ground(shelf)


def day(inventory: Inventory, mark: Mapping[str, Any], kept: Shelves) -> Day:
    """The day of an inventory, on the shelf of ``mark``."""
    shelf = kept.get("drawn", mark, lambda making: _put_day(making, day_of(inventory)), most=DAYS)
    return _day(shelf, inventory)


def _put(making: Making, ground: Ground) -> None:
    for name in ("stock", "supplies"):
        for one in LINES:
            making.array(f"{name}:{one}", getattr(getattr(ground, name), one))
        making.array(f"{name}_no", getattr(ground, f"{name}_no"))


def _ground(shelf: Shelf) -> Ground:
    stock, supplies = (
        Outlines(*(shelf.array(f"{name}:{one}") for one in LINES)) for name in ("stock", "supplies")
    )
    return Ground(stock, supplies, shelf.array("stock_no"), shelf.array("supplies_no"))


def _put_day(making: Making, seen: Day) -> None:
    for name in ARRAYS:
        making.array(name, getattr(seen, name))
    for name, one in zip(LOTS, seen.lots, strict=True):
        making.array(name, one)
    making.array("keys", seen.keys.content)
    making.array("keys:at", seen.keys.at)
    making.said["supply_key"] = seen.supply_key


def _day(shelf: Shelf, inventory: Inventory) -> Day:
    return Day(
        inventory=inventory,
        keys=Texts(shelf.array("keys"), shelf.array("keys:at")),
        supply_key=shelf.said["supply_key"],
        lots=tuple(shelf.array(name) for name in LOTS),
        **{name: shelf.array(name) for name in ARRAYS},
    )
