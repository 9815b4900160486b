"""Features of a layer in; the papers that speak of each, from approval to case, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from landgis.covers import Positions, day_number
from landgis.procedure import standing
from landgis.schema import LAYERS
from landgis.stations import Inventory
from maps.layers import records

Paper: TypeAlias = dict[str, Any]
"""kind (a key of the words), no, name (text, or one in both languages), on, key of a card."""

CHAIN: Mapping[str, tuple[str, str, str]] = {
    "approvals": ("doc_no", "name", "approved_on"),
    "acquisitions": ("acquisition_id", "", "completed_on"),
    "reserves": ("reserve_id", "", "in_on"),
    "supplies": ("contract_no", "project_name", "supplied_on"),
    "releases": ("doc_no", "", "decided_on"),
}
"""The layers whose features rest on each other: what holds number, name and day of the paper."""

MOST_PAPERS = 40
"""The first so many of a feature are told."""


def papers(inventory: Inventory, layer: str, ids: Sequence[str]) -> dict[str, list[Paper]]:
    """The papers of some features of a layer by id, the earliest first.

    They are the features over the same land that had begun by the date, the approval that the
    record names, and of a supply its contract, amendments, evidence of delays and its case.
    """
    found: dict[str, list[Paper]] = defaultdict(list)
    table = inventory.layers[layer].table
    row = pd.Index(table[str(LAYERS[layer].identity)]).get_indexer(pd.Index(ids))
    for name in CHAIN:
        of, others = (row, row) if name == layer else _over(inventory, layer, row, name)
        told = _features(inventory, name, others)
        for identity, paper in zip(_ids(inventory, layer, of), told, strict=True):
            if paper["on"] is not None or name == layer:
                found[identity].append(paper)
    own = _records(inventory) if layer == "supplies" else ()
    wanted = set(ids)
    for identity, paper in own:
        if identity in wanted:
            found[identity].append(paper)
    return {name: sorted(some, key=_age)[:MOST_PAPERS] for name, some in found.items()}


def _age(paper: Paper) -> tuple[str, str]:
    return str(paper["on"] or ""), paper["kind"]


def _ids(inventory: Inventory, layer: str, row: Positions) -> list[str]:
    return list(inventory.layers[layer].table[str(LAYERS[layer].identity)].iloc[row])


def _over(
    inventory: Inventory, layer: str, row: Positions, other: str
) -> tuple[Positions, Positions]:
    """Rows of the layer and of another that lie over the same land, each pair once."""
    covers = inventory.covers
    of = covers.links[layer]
    of = of.where((of.plot < len(covers.pieces)) & np.isin(of.row, row))
    by = covers.links[other]
    by = by.where(by.begin <= day_number(inventory.on))
    at, over = by.over(of.plot)
    pairs = np.column_stack([of.row[at], by.row[over]])
    if other == "approvals":
        pairs = np.concatenate([pairs, _stated(inventory, layer, row)])
    pairs = np.unique(pairs, axis=0)
    return pairs[:, 0], pairs[:, 1]


def _stated(inventory: Inventory, layer: str, row: Positions) -> Positions:
    """Pairs of rows of the layer and of the approvals that the record itself names (n, 2)."""
    table = inventory.layers[layer].table
    if "approval_id" not in table:
        return np.empty((0, 2), np.int64)
    known = pd.Index(inventory.layers["approvals"].table["approval_id"])
    at = known.get_indexer(table["approval_id"].iloc[row])
    return np.column_stack([row, at])[at >= 0].astype(np.int64)


def _features(inventory: Inventory, name: str, row: Positions) -> list[Paper]:
    """Features as papers; without a number of its own a feature is told by its id."""
    number, title, day = CHAIN[name]
    identity = str(LAYERS[name].identity)
    rows = inventory.layers[name].table.iloc[row]
    told = records(rows, list(dict.fromkeys(n for n in (identity, number, title, day) if n)))
    return [
        {
            "kind": f"layer.{name}",
            "no": one[number] or one[identity],
            "name": (one[title] if title else None) or "",
            "on": one[day],
            "key": f"{name}:{one[identity]}",
        }
        for one in told
    ]


def _records(inventory: Inventory) -> Iterator[tuple[str, Paper]]:
    """What records say of supplies by the date: amendments, evidence of delays, steps of cases."""
    on = inventory.on.isoformat()
    plain = {"no": "", "key": None}
    for one in records(inventory.layers["amendments"].table, ["supply_id", "signed_on", "ground"]):
        if one["signed_on"] <= on:
            said = {"kind": "paper.amendment", "name": one["ground"] or "", "on": one["signed_on"]}
            yield one["supply_id"], plain | said
    for one in records(inventory.layers["delays"].table, ["supply_id", "from_on", "evidence"]):
        if one["supply_id"] and one["evidence"] and one["from_on"] <= on:
            said = {"kind": "paper.evidence", "name": one["evidence"], "on": one["from_on"]}
            yield one["supply_id"], plain | said
    for entry in standing(inventory.entries):
        if entry.on <= inventory.on:
            name = {"zh": entry.kind.zh, "en": entry.kind.en}
            said = {"kind": "paper.case", "name": name, "on": entry.on.isoformat()}
            yield entry.supply_id, plain | said | {"no": entry.document}
