"""A revision, and what is true of it on a date, made once and kept on shelves: mapped, not read.

What a server answers from. A city of a million parcels is too much to be read at every start and
to be held in memory; of a shelf only what an answer touches is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from landgis import inventory
from landgis.covers import LINKED, Links, linked
from landgis.inventory import Land
from landgis.measure import LONLAT, transform
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS, Shape
from landgis.shelf import Making, Shelf, Shelves, code_of
from landgis.stage import FLAGS, Covers, Timeline, prepared
from landgis.stations import Assessment, Inventory, Layer, Pieces, Shapes
from landgis.store import Store
from landgis.terms import Conflict

LANDS, DAYS = 2, 6
"""How many revisions of a record, and how many dates of them, are kept."""

LINK = ("plot", "row", "begin", "end")
LINE = ("plot", "begin", "end", "stage", "since")
"""The arrays of ``Links`` and of ``Timeline``."""

NO_LINKS = pd.DataFrame({"piece": [], "layer": [], "feature_id": []})


def shelves(store: Store, folder: Path) -> Shelves:
    """Where what is made of a store is kept below a folder: by the word that sealed its making."""
    return Shelves(folder / "pictures" / store.mark(0)[:16])


def land(store: Store, revision: int, kept: Shelves) -> Land:
    """What the record knew at a revision, with its tables and polygons on a shelf.

    A revision that was never cut is cut now, and stays in memory.
    """
    if not store.is_cut(revision):
        return inventory.land(store, revision)
    mark = of_land(store, revision)
    shelf = kept.get("land", mark, lambda making: _put_land(making, store, revision), most=LANDS)
    layers = {name: _layer(shelf, name, store.crs) for name in LAYERS}
    covers = _covers(shelf, layers, store)
    return inventory.known_land(store, revision, layers, covers, shelf.table("issues"))


def day(
    known: Land, mark: Mapping[str, Any], on: date, rulebook: Rulebook, kept: Shelves
) -> Inventory:
    """What is true of a land on a date by some rules, its tables on the shelf of ``mark``."""

    def put(making: Making) -> None:
        taken = inventory.answer(known, on, rulebook)
        making.table("supplies", taken.assessment.supplies)
        making.table("findings", taken.assessment.findings)
        making.table("issues", taken.issues)
        making.table("stages", taken.stages)
        making.said["recorded"] = len(known.issues)

    shelf = kept.get("day", mark, put, most=DAYS)
    issues = shelf.table("issues")
    own = issues.iloc[shelf.said["recorded"] :]
    assessment = Assessment(shelf.table("supplies"), shelf.table("findings"), own)
    return inventory.told(known, on, rulebook, shelf.table("stages"), assessment, issues)


def of_land(store: Store, revision: int) -> dict[str, Any]:
    """What the shelf of a revision goes by."""
    return {"rev": revision, "seal": store.mark(revision)[:16], "code": code_of("landgis")}


def of_day(known: Mapping[str, Any], on: date, rulebook: Rulebook) -> dict[str, Any]:
    """What the shelf of a date of a revision goes by."""
    return {**known, "on": on.isoformat(), "rules": rulebook.sha256[:16]}


def _put_land(making: Making, store: Store, revision: int) -> None:
    """Everything of a revision that is cut, a part at a time."""
    numbers = {name: _put(making, store, name, revision) for name in LAYERS}
    layers = {name: Layer(name, making.made(name), np.empty(0, np.int64)) for name in LAYERS}
    land = {name: _put(making, store, name, revision) for name in ("pieces", "slivers")}
    pieces, slivers = (making.made(name) for name in land)
    behind = {"pieces": 0, "slivers": len(pieces)}
    pairs = [_pairs(store.linked(name, revision), land[name], behind[name]) for name in land]
    plot, feature = np.concatenate(pairs).T
    links = {name: _links(layers, name, numbers[name], plot, feature) for name in LINKED}
    area_m2 = np.concatenate([t["area_m2"].to_numpy(np.float64) for t in (pieces, slivers)])
    parted = Pieces(pieces, NO_LINKS, slivers, NO_LINKS, store.tolerance_m)
    _put_covers(making, prepared(parted, layers, area_m2, links))
    making.table("issues", store.issues(revision))


def _put(making: Making, store: Store, name: str, revision: int) -> NDArray[np.int64]:
    """Put a layer, or pieces or slivers; the numbers of its rows in the record."""
    numbers = []
    for part in store.parts(name, revision):
        making.table(name, part.table)
        numbers.append(part.number)
        if part.wkb is not None:
            making.texts(f"{name}.geometry", part.wkb)
            making.array(f"{name}.bounds", _bounds(name, part.wkb, store.crs))
    return np.concatenate(numbers)


def _bounds(name: str, wkb: Sequence[bytes | None], crs: int) -> NDArray[np.float64]:
    """West, south, east, north of the features of a layer; nobody asks for those of pieces."""
    if name not in LAYERS:
        return np.empty((0, 4))
    shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    return np.asarray(shapely.bounds(transform(shapes, crs, LONLAT)), dtype=np.float64)


def _pairs(links: NDArray[np.int64], numbers: NDArray[np.int64], behind: int) -> NDArray[np.int64]:
    """The links with positions of plots in the place of numbers of pieces."""
    order = np.argsort(numbers)
    place = (
        order[np.searchsorted(numbers, links[:, 0], sorter=order)] if len(links) else links[:, 0]
    )
    return np.column_stack([place + behind, links[:, 1]])


def _links(
    layers: dict[str, Layer],
    name: str,
    numbers: NDArray[np.int64],
    plot: NDArray[np.int64],
    feature: NDArray[np.int64],
) -> Links:
    """The links of one layer, whose numbers are in order."""
    row = np.searchsorted(numbers, feature)
    mine = np.append(numbers, -1)[row] == feature
    return linked(layers, name, plot[mine], row[mine])


def _put_covers(making: Making, covers: Covers) -> None:
    making.array("area_m2", covers.area_m2)
    for name, links in covers.links.items():
        for one in LINK:
            making.array(f"{name}:{one}", getattr(links, one))
    line = covers.timeline
    for one in LINE:
        making.array(f"line:{one}", getattr(line, one))
    for name, mask in (*line.flags.items(), *line.clashes.items()):
        making.array(f"line:{name}", mask)


def _layer(shelf: Shelf, name: str, crs: int) -> Layer:
    table = shelf.table(name)
    shapes = None if LAYERS[name].shape is Shape.NONE else _shapes(shelf, name, crs)
    return Layer(name, table, np.broadcast_to(np.int64(-1), len(table)), shapes)


def _shapes(shelf: Shelf, name: str, crs: int) -> Shapes:
    return Shapes(
        shelf.texts(f"{name}.geometry", pa.large_binary()), shelf.array(f"{name}.bounds"), crs
    )


def _covers(shelf: Shelf, layers: dict[str, Layer], store: Store) -> Covers:
    shapes = _shapes(shelf, "pieces", store.crs)
    table, slivers = shelf.table("pieces"), shelf.table("slivers")
    pieces = Pieces(table, NO_LINKS, slivers, NO_LINKS, store.tolerance_m, shapes)
    links = {n: Links(*(shelf.array(f"{n}:{one}") for one in LINK)) for n in LINKED}
    return Covers(pieces, layers, shelf.array("area_m2"), links, _timeline(shelf))


def _timeline(shelf: Shelf) -> Timeline:
    plot, begin, end, stage, since = (shelf.array(f"line:{one}") for one in LINE)
    flags = {name: shelf.array(f"line:{name}") for name in FLAGS}
    kinds = [kind for kind in Conflict if f"line:{kind}" in shelf]
    clashes = {kind: shelf.array(f"line:{kind}") for kind in kinds}
    return Timeline(plot, begin, end, stage, since, flags, clashes)
