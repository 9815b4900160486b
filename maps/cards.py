"""The card of every feature: facts, dates, both clocks, findings with the quoted law, issues."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import shapely

from landgis.errors import NotFound
from landgis.issues import IssueKind
from landgis.law.fault import EVERYWHERE
from landgis.ledger import AREAS, By, ledger
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS, RECORDS, Kind, LayerSchema
from landgis.stations import Inventory, Layer
from landgis.terms import DelayStatus
from maps.clocks import EVENTS, clocks
from maps.law import law
from maps.layers import amount, lonlat, records
from maps.papers import papers

Card: TypeAlias = dict[str, Any]
"""One card as the browser reads it; every value is text, number or a list of them."""

LAYERS_WITH_CARDS = ("approvals", "releases", "acquisitions", "reserves", "supplies")

TITLES: Mapping[str, tuple[str, ...]] = {
    "approvals": ("name", "doc_no"),
    "releases": ("doc_no",),
    "acquisitions": (),
    "reserves": (),
    "supplies": ("project_name",),
}
"""The columns that may name a feature; without one its layer and number do."""

TOLD = ("name", "project_name", "district_name")
"""Columns that the card tells elsewhere."""

ASSESSED: Mapping[str, tuple[str, str]] = {
    "district": ("text", ""),
    "park": ("text", ""),
    "fault": ("term", "fault"),
    "causes": ("terms", "cause"),
    "due_source": ("term", "due"),
    "excused_days": ("days", ""),
    "full_years": ("years", ""),
    "holder_full_years": ("years", ""),
    "case_status": ("term", "case"),
}
"""What the determination adds to the facts of a supply: how it is shown, and its vocabulary."""

DETERMINED_DATES = ("due_on", "effective_due_on", "idle_since")

SHOWN: Mapping[Kind, tuple[str, Callable[[Any], Any]]] = {
    Kind.TEXT: ("text", str),
    Kind.AREA: ("area", amount),
    Kind.MONEY: ("money", int),
    Kind.NUMBER: ("number", float),
    Kind.YEARS: ("term_years", int),
    Kind.FLAG: ("flag", bool),
    Kind.CHOICE: ("term", lambda value: f"choice.{value}"),
}
"""How a column of each kind is shown."""


def blank(kind: str, identity: str, title: str, box: Any) -> Card:
    """A card that says only what it is of; ``box`` is west, south, east, north, or NaN."""
    lists = (
        "badges",
        "assessed",
        "facts",
        "dates",
        "findings",
        "articles",
        "issues",
        "sides",
        "ledger",
        "papers",
    )
    return {
        "key": f"{kind}:{identity}",
        "kind": kind,
        "id": identity,
        "title": title,
        "bounds": None if np.isnan(box).any() else [round(float(v), 6) for v in box],
        "clock": None,
        "next": None,
        **{name: [] for name in (*lists, "delays", "amendments", "holders")},
    }


def card(inventory: Inventory, rulebook: Rulebook, key: str) -> Card:
    """The card of the feature ``layer:id``; raises ``NotFound`` if there is none."""
    layer, _, feature_id = key.partition(":")
    found = _cards(inventory, rulebook, layer, [feature_id]) if layer in LAYERS_WITH_CARDS else {}
    if key not in found:
        raise NotFound(
            f"there is no feature '{key}' on the map of {inventory.on}.",
            f"{inventory.on} 的图上没有要素“{key}”。",
        )
    return found[key]


def outline(inventory: Inventory, key: str) -> Any:
    """The outline of a feature that has a card as GeoJSON in EPSG:4490; None if it has none."""
    layer, _, feature_id = key.partition(":")
    table = inventory.layers[layer].table
    row = np.flatnonzero(table[str(LAYERS[layer].identity)] == feature_id)
    shape = lonlat(inventory.layers[layer].geometry_at(row), inventory.crs)[0]
    return None if shape is None else json.loads(shapely.to_geojson(shape))


def cards(inventory: Inventory, rulebook: Rulebook) -> dict[str, Card]:
    """Every card by its key ``layer:id``."""
    made: dict[str, Card] = {}
    for layer in LAYERS_WITH_CARDS:
        made |= _cards(inventory, rulebook, layer, None)
    return made


def _cards(
    inventory: Inventory, rulebook: Rulebook, layer: str, ids: Sequence[str] | None
) -> dict[str, Card]:
    plain = _plain_cards(inventory, inventory.layers[layer], ids)
    told = papers(inventory, layer, [card["id"] for card, _ in plain])
    plain = [(card | {"papers": told.get(card["id"], [])}, row) for card, row in plain]
    if layer == "supplies":
        return _supply_cards(inventory, rulebook, plain)
    if layer == "approvals":
        _add_ledger(inventory, [card for card, _ in plain])
    return {card["key"]: card for card, _ in plain}


def _add_ledger(inventory: Inventory, approvals: Sequence[Card]) -> None:
    """Write the areas of the stages of each approval, from the ledger, on its card."""
    rows = ledger(inventory.covers, inventory.on, By.APPROVAL).set_index("key")
    columns = ["approved_m2", *AREAS.values(), "sliver_m2"]
    known = rows.index.intersection([card["id"] for card in approvals])
    book = rows.loc[known, columns].to_dict("index")
    for card in approvals:
        row = book.get(card["id"], {})
        card["ledger"] = [[name, "area", amount(row[name])] for name in columns if row.get(name)]


def _plain_cards(
    inventory: Inventory, layer: Layer, ids: Sequence[str] | None
) -> list[tuple[Card, dict[str, Any]]]:
    """What the layer itself says of each feature: the card and the row it was made of."""
    schema = LAYERS[layer.name]
    identity = str(schema.identity)
    found = np.ones(len(layer), bool) if ids is None else layer.table[identity].isin(ids)
    row = np.flatnonzero(found)
    table = layer.table.iloc[row]
    boxes = shapely.bounds(lonlat(layer.geometry_at(row), inventory.crs))
    problems = _issues(inventory, layer.name)
    rows = records(table, [*schema.names, "area_m2"])
    return [
        (_plain_card(schema, row, box, problems.get(row[identity], [])), row)
        for row, box in zip(rows, boxes, strict=True)
    ]


def _plain_card(schema: LayerSchema, row: Mapping[str, Any], box: Any, issues: list[Card]) -> Card:
    identity = row[str(schema.identity)]
    names = [row[column] for column in TITLES[schema.name] if row[column]]
    dates = [c.name for c in schema.columns if c.kind is Kind.DATE]
    return blank(schema.name, identity, names[0] if names else identity, box) | {
        "facts": _facts(schema, row),
        "dates": _dates(row, dates),
        "issues": issues,
    }


def _facts(schema: LayerSchema, row: Mapping[str, Any]) -> list[list[Any]]:
    area = [] if row["area_m2"] is None else [["area_m2", "area", amount(row["area_m2"])]]
    said = [
        [column.name, SHOWN[column.kind][0], SHOWN[column.kind][1](row[column.name])]
        for column in schema.columns
        if column.kind in SHOWN and row[column.name] is not None and column.name not in TOLD
    ]
    return area + said


def _dates(row: Mapping[str, Any], names: Iterable[str]) -> list[list[Any]]:
    """The dates that are known, the earliest first."""
    known = [[name, "day", row[name]] for name in names if row[name] is not None]
    return sorted(known, key=lambda entry: str(entry[2]))


def _issues(inventory: Inventory, layer: str) -> dict[str, list[Card]]:
    """The issues of each feature of a layer; a supply has those of its records too."""
    layers = (layer, *RECORDS) if layer == "supplies" else (layer,)
    table = inventory.issues[inventory.issues["layer"].isin(layers)]
    columns = ["feature_id", "kind", "severity", "message", "message_zh", "fix", "fix_zh"]
    found: dict[str, list[Card]] = defaultdict(list)
    for row in records(table, columns):
        found[row["feature_id"]].append(
            {
                "kind": row["kind"],
                "severity": row["severity"],
                "message": {"zh": row["message_zh"], "en": row["message"]},
                "fix": {"zh": row["fix_zh"], "en": row["fix"]},
            }
        )
    return found


def _supply_cards(
    inventory: Inventory, rulebook: Rulebook, plain: Sequence[tuple[Card, dict[str, Any]]]
) -> dict[str, Card]:
    ids = pd.Index([card["id"] for card, _ in plain])
    determined = inventory.assessment.supplies
    determined = determined[determined["supply_id"].isin(ids)]
    assessed = {row["supply_id"]: row for row in records(determined, list(determined.columns))}
    found = _grouped(inventory.assessment.findings, ids)
    delays = _delays(inventory, plain)
    drawn = clocks(rulebook, inventory.on, _with_dates(inventory, determined), delays)
    made: dict[str, Card] = {}
    for card, row in plain:
        made[card["key"]] = card | {"delays": delays[card["id"]]}
        if card["id"] in assessed:
            said = assessed[card["id"]]
            dates = _dates(row | said, [*(entry[0] for entry in card["dates"]), *DETERMINED_DATES])
            facts = _facts(LAYERS["supplies"], row | {"holder": said["holder"]})
            said_by_law = law(rulebook, inventory.on, found[card["id"]])
            made[card["key"]] |= (
                _assessed(said)
                | said_by_law
                | {"clock": drawn[card["id"]], "dates": dates, "facts": facts}
            )
    for name, begins in (("amendments", "signed_on"), ("holders", "from_on")):
        for supply_id, rows in _grouped(_begun(inventory, name, begins), ids).items():
            made[f"supplies:{supply_id}"][name] = [_record(name, row) for row in rows]
    return made


def _begun(inventory: Inventory, layer: str, begins: str) -> pd.DataFrame:
    """The records of a layer without those after the day: they have not happened."""
    table = pd.DataFrame(inventory.layers[layer].table)
    return table[~(table[begins] > pd.Timestamp(inventory.on))]


def _with_dates(inventory: Inventory, determined: pd.DataFrame) -> pd.DataFrame:
    """What was determined, with the dates of the record beside it."""
    table = pd.DataFrame(inventory.layers["supplies"].table)
    row = pd.Index(table["supply_id"]).get_indexer(pd.Index(determined["supply_id"]))
    columns = [c for c in EVENTS.values() if c not in determined.columns]
    return determined.assign(**{name: table[name].array.take(row) for name in columns})


def _grouped(table: pd.DataFrame, ids: pd.Index) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    chosen = table[table["supply_id"].isin(ids)]
    for row in records(chosen, list(chosen.columns)):
        groups[row["supply_id"]].append(row)
    return groups


def _delays(
    inventory: Inventory, plain: Sequence[tuple[Card, dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The delays of each supply: its own, those of its district, those of all."""
    by_supply: dict[str, list[dict[str, Any]]] = defaultdict(list)
    by_scope: dict[str, list[dict[str, Any]]] = defaultdict(list)
    table = _begun(inventory, "delays", "from_on")
    for row in records(table, list(LAYERS["delays"].names)):
        target = by_scope[row["scope"]] if row["supply_id"] is None else by_supply[row["supply_id"]]
        target.append(row | {"status": row["status"] or DelayStatus.VERIFIED.value})
    moot = _moot(inventory)
    reach = {
        card["id"]: by_supply[card["id"]] + by_scope[row["district_code"]] + by_scope[EVERYWHERE]
        for card, row in plain
    }
    return {
        supply_id: [row | {"moot": (supply_id, row["from_on"]) in moot} for row in rows]
        for supply_id, rows in reach.items()
    }


def _moot(inventory: Inventory) -> set[tuple[str, str]]:
    """The delays that began too late to stop anything, as the determination found them."""
    table = inventory.assessment.issues
    found = table[table["kind"] == IssueKind.DELAY_MOOT.code]
    return set(zip(found["feature_id"], found["value"], strict=True))


def _assessed(said: Mapping[str, Any]) -> Card:
    def value(name: str) -> Any:
        kind, vocabulary = ASSESSED[name]
        if kind == "terms":
            return [f"{vocabulary}.{code}" for code in said[name].split(";")]
        return f"{vocabulary}.{said[name]}" if kind == "term" else said[name]

    shown = [name for name in ASSESSED if said[name] not in (None, "", 0)]
    badges = [f"standing.{said['standing']}"]
    following = {"on": said["next_on"], "outcome": said["next_outcome"] or None}
    return {
        "badges": badges + ([f"outcome.{said['outcome']}"] if said["outcome"] else []),
        "assessed": [[name, ASSESSED[name][0], value(name)] for name in shown],
        "next": following if said["next_on"] else None,
    }


def _record(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """One amendment or one holder as a dated line."""
    shown = [c.name for c in LAYERS[name].columns if c.name not in ("supply_id", "signed_on")]
    if name == "holders":
        text = "，".join(row[c] for c in ("holder", "ground", "certificate_no") if row[c])
        return {"from_on": row["from_on"], "until_on": row["until_on"], "text": text}
    return {"from_on": row["signed_on"]} | {column: row[column] for column in shown}
