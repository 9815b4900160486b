"""The whole answer for one date and one state of the record, and the lists cut out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis import determine, issues, partition, procedure, query, stage
from landgis.errors import UsageError
from landgis.holders import held
from landgis.matter import conduct_of
from landgis.places import places
from landgis.procedure import Entry
from landgis.rulebook import Rulebook
from landgis.stations import Inventory, Layers, Mask, Pieces
from landgis.stock import stock as stock_land
from landgis.store import Store
from landgis.terms import CaseStatus


def take(
    store: Store,
    on: date,
    known: str | int | None = None,
    *,
    rulebook: Rulebook,
    supply_id: str | None = None,
    like: Inventory | None = None,
) -> Inventory:
    """What is true on ``on`` as the record knew it at ``known`` (a revision or a time).

    Without ``known`` the last revision that is fully cut; an older one whose land was never cut
    is cut now, in memory. Lists only what was supplied by ``on``, under who holds it on ``on``.
    With ``supply_id`` it is the inventory of the land under one supply, and the assessment of
    that supply alone: all that its story needs, however much else the record holds. ``like`` is
    a whole answer for another date: of the same revision its layers and pieces are shared, not
    read and cut again. Raises ``Gone`` where the record has ended it.
    """
    revision = store.resolve(known)
    if supply_id is not None:
        store.refuse_ended("supplies", supply_id, revision)
    if like is not None and like.known == revision and supply_id is None:
        layers, pieces, covers = like.layers, like.pieces, like.covers
    else:
        layers = store.layers(revision, of=supply_id)
        pieces = _pieces(store, layers, revision, supply_id)
        covers = stage.prepare(pieces, layers)
    whole = determine.assess(layers, rulebook, on)
    found = places(covers.links, covers.area_m2, layers)
    supplies = whole.supplies.assign(
        holder=held(layers, on)["holder"].reindex(whole.supplies["supply_id"]).array,
        district=found["district"],
        park=found["park"],
        case_status=_case_status(whole.supplies, store.entries(revision, supply_id), on, rulebook),
    )
    assessment = determine.supplied(replace(whole, supplies=supplies), on, supply_id)
    return Inventory(
        on=on,
        known=revision,
        known_at=store.revisions()[revision].at,
        layers=layers,
        pieces=pieces,
        stages=stage.stage_on(covers, on),
        assessment=assessment,
        issues=issues.join([store.issues(revision, supply_id), assessment.issues]),
        crs=store.crs,
        fresh=store.fresh(revision),
        covers=covers,
        rulebook=rulebook,
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
    outlines = inventory.layers["supplies"].table.set_index("supply_id").geometry
    shapes = outlines.reindex(table["supply_id"]).to_numpy()
    return gpd.GeoDataFrame(table, geometry=shapes, crs=inventory.crs)


def idle(inventory: Inventory, **filters: Any) -> gpd.GeoDataFrame:
    """The supplies that pass ``filters`` (``query.IDLE`` and sort), by default the idle ones.

    The columns are ``determine.COLUMNS`` and the geometry in the working CRS. Raises
    ``UsageError`` for a filter or a value that does not exist.
    """
    table = supplies(inventory)
    asked = named(inventory, table, filters)
    return query.select(table, asked, query.IDLE, query.IDLE_DEFAULTS)


def lots(inventory: Inventory) -> gpd.GeoDataFrame:
    """Stock land by stage and parent: ``stock.COLUMNS`` and the outline."""
    return stock_land(inventory.covers, inventory.on, inventory.assessment.supplies)


def stock(inventory: Inventory, **filters: Any) -> gpd.GeoDataFrame:
    """The stock land that passes ``filters`` (``query.STOCK`` and sort).

    The columns are ``stock.COLUMNS`` and the geometry in the working CRS. Raises ``UsageError``
    for a filter or a value that does not exist.
    """
    table = lots(inventory)
    asked = named(inventory, table, filters)
    return query.select(table, asked, query.STOCK, query.STOCK_DEFAULTS)


def which(
    inventory: Inventory,
    table: gpd.GeoDataFrame,
    asked: Mapping[str, str],
    filters: Mapping[str, query.Filter],
    defaults: Mapping[str, str],
) -> Mask:
    """Which rows of ``supplies`` or ``lots`` pass the filters that are asked for."""
    texts = {**defaults, **named(inventory, table, asked)}
    del texts["sort"]
    return query.passing(table, texts, filters)


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
        if strange:
            listed = ", ".join(f"{code} {called}" for code, called in names.items())
            raise UsageError(
                f"there is no {name} '{strange[0]}': use one of {listed}.",
                f"没有{zh}“{strange[0]}”：可用 {listed}。",
            )
        asked[name] = ",".join(wanted)
    return asked
