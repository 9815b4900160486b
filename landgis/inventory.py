"""The whole answer for one date and one state of the record, and the lists cut out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis import determine, issues, partition, procedure, query, stage
from landgis.covers import Positions
from landgis.errors import UsageError
from landgis.holders import held
from landgis.matter import conduct_of, filed
from landgis.places import places
from landgis.procedure import Entry
from landgis.rulebook import Rulebook
from landgis.stage import Covers
from landgis.stations import Assessment, Geometries, Inventory, Layers, Mask, Pieces
from landgis.stock import lots as lots_of
from landgis.store import Store
from landgis.terms import CaseStatus


@dataclass(frozen=True)
class Land:
    """All that one state of the record knows, whatever the date is."""

    known: int
    known_at: datetime | None
    layers: Layers
    pieces: Pieces
    covers: Covers
    issues: pd.DataFrame
    entries: Sequence[Entry]
    crs: int
    fresh: Mapping[str, datetime]


def take(
    store: Store,
    on: date,
    known: str | int | None = None,
    *,
    rulebook: Rulebook,
    supply_id: str | None = None,
) -> Inventory:
    """What is true on ``on`` as the record knew it at ``known`` (a revision or a time).

    Without ``known`` the last revision that is fully cut; an older one whose land was never cut
    is cut now, in memory. Lists only what was supplied by ``on``, under who holds it on ``on``.
    With ``supply_id`` it is the inventory of the land under one supply, and the assessment of
    that supply alone: all that its story needs, however much else the record holds. Raises
    ``Gone`` where the record has ended it.
    """
    return answer(land(store, store.resolve(known), supply_id), on, rulebook, supply_id)


def land(store: Store, revision: int, supply_id: str | None = None) -> Land:
    """What the record knew at a revision; with ``supply_id`` the land under one supply."""
    if supply_id is not None:
        store.refuse_ended("supplies", supply_id, revision)
    layers = store.layers(revision, of=supply_id)
    pieces = _pieces(store, layers, revision, supply_id)
    issues = store.issues(revision, supply_id)
    return known_land(store, revision, layers, stage.prepare(pieces, layers), issues, supply_id)


def known_land(
    store: Store,
    revision: int,
    layers: Layers,
    covers: Covers,
    issues: pd.DataFrame,
    supply_id: str | None = None,
) -> Land:
    """The land with what the record says besides: time, cases, and how fresh its layers are."""
    entries = store.entries(revision, supply_id)
    return Land(
        known=revision,
        known_at=store.revisions()[revision].at,
        layers=filed(layers, entries),
        pieces=covers.pieces,
        covers=covers,
        issues=issues,
        entries=entries,
        crs=store.crs,
        fresh=store.fresh(revision),
    )


def answer(land: Land, on: date, rulebook: Rulebook, supply_id: str | None = None) -> Inventory:
    """What is true of the land on a date by some rules."""
    covers, layers = land.covers, land.layers
    whole = determine.assess(layers, rulebook, on)
    found = places(covers.links, covers.area_m2, layers)
    supplies = whole.supplies.assign(
        holder=held(layers, on)["holder"].reindex(whole.supplies["supply_id"]).array,
        district=found["district"],
        park=found["park"],
        case_status=_case_status(whole.supplies, land.entries, on, rulebook),
    )
    assessment = determine.supplied(replace(whole, supplies=supplies), on, supply_id)
    said = issues.join([land.issues, assessment.issues])
    return told(land, on, rulebook, stage.stage_on(covers, on), assessment, said)


def told(
    land: Land,
    on: date,
    rulebook: Rulebook,
    stages: pd.DataFrame,
    assessment: Assessment,
    issues: pd.DataFrame,
) -> Inventory:
    """The inventory of a land of which the rest is known already."""
    return Inventory(
        on=on,
        known=land.known,
        known_at=land.known_at,
        layers=land.layers,
        pieces=land.pieces,
        stages=stages,
        assessment=assessment,
        issues=issues,
        crs=land.crs,
        fresh=land.fresh,
        covers=land.covers,
        rulebook=rulebook,
        entries=land.entries,
    )


def _case_status(
    supplies: pd.DataFrame, entries: Sequence[Entry], on: date, rulebook: Rulebook
) -> pd.Series[str]:
    """What the cases say; where none says anything, what the standing lets suspect."""
    known = procedure.statuses(entries, on, conduct_of(rulebook, on))
    told = {s: status.value for s, status in known.items() if status is not CaseStatus.NONE}
    found = pd.Series(told, dtype="str").reindex(supplies["supply_id"]).set_axis(supplies.index)
    return found.fillna(supplies["case_status"])


def _pieces(store: Store, layers: Layers, revision: int, supply_id: str | None) -> Pieces:
    if store.is_cut(revision):
        return store.pieces(revision, supply_id)
    return partition.cut(layers, tolerance_m=store.tolerance_m)


def supplies(inventory: Inventory) -> gpd.GeoDataFrame:
    """Every supply with its assessment: ``determine.COLUMNS`` and the outline."""
    table = inventory.assessment.supplies
    return gpd.GeoDataFrame(table, geometry=outlines(inventory, table), crs=inventory.crs)


def outlines(inventory: Inventory, supplies: pd.DataFrame) -> Geometries:
    """The outlines of some assessed supplies, in their order."""
    layer = inventory.layers["supplies"]
    row = pd.Index(layer.table["supply_id"]).get_indexer(supplies["supply_id"])
    return layer.geometry_at(row)


def idle(inventory: Inventory, **filters: Any) -> gpd.GeoDataFrame:
    """The supplies that pass ``filters`` (``query.IDLE`` and sort), by default the idle ones.

    The columns are ``determine.COLUMNS`` and the geometry in the working CRS. Raises
    ``UsageError`` for a filter or a value that does not exist.
    """
    table = supplies(inventory)
    asked = named(inventory, table, filters)
    return query.select(table, asked, query.IDLE, query.IDLE_DEFAULTS)


def stock(inventory: Inventory, **filters: Any) -> gpd.GeoDataFrame:
    """The stock land that passes ``filters`` (``query.STOCK`` and sort).

    The columns are ``stock.COLUMNS`` and the geometry in the working CRS. Raises ``UsageError``
    for a filter or a value that does not exist.
    """
    lots = lots_of(inventory.covers, inventory.on, inventory.assessment.supplies)
    table = lots.shaped()
    asked = named(inventory, table, filters)
    return query.select(table, asked, query.STOCK, query.STOCK_DEFAULTS)


@dataclass(frozen=True)
class Listed:
    """The rows of a list without their polygons, and where those come from.

    ``outlines`` gives the polygons of some rows; ``bounds`` (n, 4), where they are known, west,
    south, east and north of each in longitude and latitude.
    """

    table: pd.DataFrame
    outlines: Callable[[Positions], Geometries] | None = None
    bounds: NDArray[np.float64] | None = None

    def shaped(self, rows: Positions, crs: int) -> pd.DataFrame:
        """Some rows with their polygons, where the list has any."""
        table: pd.DataFrame = self.table.iloc[rows].reset_index(drop=True)
        if self.outlines is None:
            return table
        shaped: pd.DataFrame = gpd.GeoDataFrame(table, geometry=self.outlines(rows), crs=crs)
        return shaped

    def within(self, rows: Positions, crs: int, box: query.Box) -> Mask:
        """Which of some rows have a point in common with a box of longitude and latitude."""
        if self.outlines is None or self.bounds is None:
            return query.within(self.shaped(rows, crs), box)
        west, south, east, north = self.bounds[rows].T
        met = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
        whole = (west >= box[0]) & (east <= box[2]) & (south >= box[1]) & (north <= box[3])
        doubted = np.flatnonzero(met & ~whole)
        met[doubted] = query.within(self.shaped(rows[doubted], crs), box)
        return np.asarray(met, dtype=bool)


def listed_supplies(inventory: Inventory) -> Listed:
    """The rows of ``supplies`` as a list."""
    layer = inventory.layers["supplies"]
    row = np.flatnonzero(determine.is_supplied(layer.table, inventory.on))
    bounds = None if layer.shapes is None else layer.shapes.bounds[row]
    supplies = inventory.assessment.supplies
    return Listed(supplies, lambda rows: layer.geometry_at(row[rows]), bounds)


def listed_stock(inventory: Inventory) -> Listed:
    """The rows of ``stock``, whatever the stage, as a list."""
    lots = lots_of(inventory.covers, inventory.on, inventory.assessment.supplies)
    return Listed(lots.table, lots.outlines)


def which(
    inventory: Inventory,
    listed: Listed,
    asked: Mapping[str, str],
    filters: Mapping[str, query.Filter],
    defaults: Mapping[str, str],
) -> Mask:
    """Which rows of a list pass the filters that are asked for."""
    texts = {**defaults, **named(inventory, listed.table, asked)}
    del texts["sort"]
    box = texts.pop("bbox", None)
    kept = query.passing(listed.table, texts, filters)
    if box is not None:
        rows = np.flatnonzero(kept)
        kept[rows] = listed.within(rows, inventory.crs, query.box("bbox", box))
    return kept


_PLACES = {
    "district": ("districts", "district_code", "行政区"),
    "park": ("parks", "park_id", "园区"),
}


def named(inventory: Inventory, table: pd.DataFrame, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters with districts and parks by name; raises ``UsageError`` for one nobody knows."""
    asked = dict(filters)
    for name, (layer, identity, zh) in _PLACES.items():
        if asked.get(name) is None:
            continue
        places = inventory.layers[layer].table
        names = dict(zip(places[identity], places["name"].fillna(places[identity]), strict=True))
        wanted = [names.get(w, w) for w in query.words(name, str(asked[name]))]
        said = [table[column] for column in (name, identity) if column in table]
        unlisted = [w for w in wanted if w not in names.values()]
        strange = [w for w in unlisted if not any((column == w).any() for column in said)]
        if strange and not names:
            raise UsageError(
                f"there is no {name} '{strange[0]}': the record has no {layer}, import them first.",
                f"没有{zh}“{strange[0]}”：数据库中尚无{zh}，请先导入。",
            )
        if strange:
            listed = ", ".join(f"{code} {called}" for code, called in names.items())
            raise UsageError(
                f"there is no {name} '{strange[0]}': use one of {listed}.",
                f"没有{zh}“{strange[0]}”：可用 {listed}。",
            )
        asked[name] = ",".join(wanted)
    return asked
