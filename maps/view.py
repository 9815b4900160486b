"""An Inventory and filters in; which pieces and supplies are in view, and what they are, out.

Three steps, each kept by the server as long as it holds: the ``Ground`` of a revision, the ``Day``
of a date, the ``View`` of some filters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landgis import inventory as answers
from landgis import query
from landgis.covers import Positions, day_number
from landgis.inventory import Land
from landgis.schema import LAYERS
from landgis.stage import STAGES
from landgis.stations import Inventory, Mask
from landgis.stock import LAYER_ORDER, parents
from landgis.terms import STOCK_STAGES, Basis, Outcome, Stage, Standing
from maps.land import SETTLED
from maps.mvt import Texts, texts
from maps.outlines import Outlines, outlines_of

PARENT_LAYERS = (*LAYER_ORDER, "releases")
SUPPLIES = PARENT_LAYERS.index("supplies")

DRAWN = tuple(stage for stage in Stage if stage is not Stage.OUTSIDE)
"""The stages that are shown unless told otherwise."""

STANDINGS = tuple(term.value for term in Standing)
OUTCOMES = ("", *(term.value for term in Outcome))
BASES = (*(term.value for term in Basis), "")

PLACED = ("district", "park")
"""The filters that pieces answer by where they lie."""

SIZED = ("min_area_m2", "max_area_m2")
"""The filters that pieces answer by the land of their stage and parent."""

ID_BYTES = 6
"""Feature ids have 48 bits: browsers count exactly up to 53."""


@dataclass(frozen=True)
class Ground:
    """What a revision draws on any date: outlines of pieces and supplies, and their numbers.

    ``*_no`` are aligned with the tables of the inventory; a number comes from the identity alone,
    so that it is the same in every tile, revision and store.
    """

    stock: Outlines
    supplies: Outlines
    stock_no: NDArray[np.uint64]
    supplies_no: NDArray[np.uint64]


def ground(inventory: Land | Inventory) -> Ground:
    """The ground of a land, or of an inventory."""
    pieces, supplies = inventory.pieces, inventory.layers["supplies"]
    return Ground(
        stock=outlines_of(len(pieces), pieces.geometry_at, inventory.crs),
        supplies=outlines_of(len(supplies), supplies.geometry_at, inventory.crs),
        stock_no=_numbers(pieces.table["piece_id"]),
        supplies_no=_numbers(supplies.table["supply_id"]),
    )


def _numbers(names: pd.Series) -> NDArray[np.uint64]:
    digests = (blake2b(str(n).encode(), digest_size=ID_BYTES).digest() for n in names)
    padded = b"".join(d + bytes(8 - ID_BYTES) for d in digests)
    return np.frombuffer(padded, "<u8").astype(np.uint64)


Lots: TypeAlias = tuple[Positions, Positions, NDArray[np.float64]]
"""Land by stage and parent: the lot of each piece, a piece of each lot, its area in m².

-1 is the lot of a piece outside of every approval.
"""


@dataclass(frozen=True)
class Day:
    """What every piece and supply is on one date.

    Of pieces: ``stage`` (a position in ``Stage``), ``parent`` (a position in ``keys``; 0 is
    none), ``supply`` (the row of the parent that is a supply, else -1). Of the rows of the layer
    of supplies: ``listed``, the row of the assessment or -1; their own keys begin at
    ``supply_key``. Of assessed supplies: ``standing``, ``outcome`` and ``basis`` (positions in
    ``STANDINGS``, ``OUTCOMES`` and ``BASES``) and the ``years`` they are idle. ``said`` (n, 3) is
    supply (a row of the assessment), outcome and basis of what rules say, each pair once. ``lots``
    are land by stage and parent.
    """

    inventory: Inventory
    stage: NDArray[np.int64]
    parent: Positions
    supply: Positions
    keys: Texts
    supply_key: int
    listed: Positions
    standing: Positions
    outcome: Positions
    basis: Positions
    years: Positions
    said: Positions
    lots: Lots


def lots_of(stage: NDArray[np.int64], parent: Positions, area_m2: NDArray[np.float64]) -> Lots:
    """The lots of pieces, ordered by stage and parent."""
    inside = np.flatnonzero(stage != STAGES.index(Stage.OUTSIDE))
    code = stage[inside] * (int(parent.max(initial=0)) + 1) + parent[inside]
    _, first, lot = np.unique(code, return_index=True, return_inverse=True)
    of = np.full(len(stage), -1, np.int64)
    of[inside] = lot
    return of, inside[first], np.bincount(lot, area_m2[inside], len(first)).astype(np.float64)


def _said(inventory: Inventory) -> Positions:
    assessment = inventory.assessment
    row = pd.Index(assessment.supplies["supply_id"]).get_indexer(assessment.findings["supply_id"])
    outcome = _codes(assessment.findings["outcome"], OUTCOMES)
    _, first = np.unique(row * len(OUTCOMES) + outcome, return_index=True)
    first = first[row[first] >= 0]
    basis = _codes(assessment.findings["basis"], BASES)
    return np.column_stack([row[first], outcome[first], basis[first]])


def day(inventory: Inventory) -> Day:
    """The date of an inventory."""
    stage = inventory.stages["stage"].cat.codes.to_numpy(np.int64)
    layer, row = _parents(inventory, stage)
    tables = [inventory.layers[n].table[LAYERS[n].identity] for n in PARENT_LAYERS]
    first = np.cumsum([1, *map(len, tables)])[:-1]
    keys = [
        [f"{n}:{one}" for one in t.to_numpy(object)]
        for n, t in zip(PARENT_LAYERS, tables, strict=True)
    ]
    said = inventory.assessment.supplies
    parent = np.where(row >= 0, first[layer] + row, 0)
    return Day(
        inventory=inventory,
        stage=stage,
        parent=parent,
        supply=np.where((row >= 0) & (layer == SUPPLIES), row, -1),
        keys=texts(chain([""], *keys)),
        supply_key=int(first[SUPPLIES]),
        listed=pd.Index(said["supply_id"]).get_indexer(tables[SUPPLIES]).astype(np.int64),
        standing=_codes(said["standing"], STANDINGS),
        outcome=_codes(said["outcome"], OUTCOMES),
        basis=_codes(said["basis"], BASES),
        years=said["full_years"].fillna(0).to_numpy(np.int64),
        said=_said(inventory),
        lots=lots_of(stage, parent, inventory.pieces.table["area_m2"].to_numpy(np.float64)),
    )


def _codes(column: pd.Series, names: tuple[str, ...]) -> Positions:
    return pd.Index(names).get_indexer(column.fillna("")).astype(np.int64)


def _parents(inventory: Inventory, stage: NDArray[np.int64]) -> tuple[Positions, Positions]:
    """Layer and row of the parent of each piece; row -1 where it has none."""
    covers, on = inventory.covers, day_number(inventory.on)
    layer = np.zeros(len(stage), np.int64)
    row = np.full(len(stage), -1, np.int64)
    piece, _, of, at = parents(covers, stage.astype(np.int8), on)
    layer[piece], row[piece] = of, at
    for settled, name in SETTLED.items():
        mine = stage == STAGES.index(settled)
        found = covers.links[name].on(on).earliest(len(covers.area_m2))[: len(stage)]
        layer[mine], row[mine] = PARENT_LAYERS.index(name), found[mine]
    return layer, row


@dataclass(frozen=True)
class View:
    """What passes some filters on a date: a mask of the pieces, and one of the assessed supplies.

    ``outside`` says that land outside every approval was asked for too.
    """

    day: Day
    pieces: Mask
    supplies: Mask
    outside: bool

    @property
    def drawn(self) -> Mask:
        """Which rows of the layer of supplies are in view."""
        return _at(self.supplies, self.day.listed)


def view(seen: Day, asked: Mapping[str, str]) -> View:
    """The view of a date through filters: ``stage`` and those of ``query.IDLE``.

    ``stage`` is asked of pieces, district and park of both, area of supplies and of the land of
    one stage and parent; what else is asked of supplies keeps only pieces whose parent is a
    supply that passes; blank words ask nothing. Raises ``UsageError`` for a filter or a value
    that does not exist.
    """
    inventory = seen.inventory
    table = inventory.assessment.supplies
    named = {k: str(v) for k, v in answers.named(inventory, table, asked).items() if v is not None}
    texts = {k: v for k, v in named.items() if k != "q" or v.strip()}
    stages = query.STOCK["stage"].read("stage", texts.pop("stage", ",".join(DRAWN)))
    defaults = {k: v for k, v in query.IDLE_DEFAULTS.items() if k != "sort"}
    supplies = query.passing(table, defaults | texts, query.IDLE)
    pieces = np.isin(seen.stage, [STAGES.index(Stage(name)) for name in stages])
    for name in PLACED:
        if name in texts:
            pieces &= _placed(inventory, name, query.words(name, texts[name]))
    pieces &= _sized(seen, texts)
    own = {name: text for name, text in texts.items() if name not in (*PLACED, *SIZED)}
    if own:
        passed = query.passing(table, own, query.IDLE)
        pieces &= _at(_at(passed, seen.listed), seen.supply)
    return View(seen, pieces, supplies, Stage.OUTSIDE.value in stages)


def _at(mask: Mask, row: Positions) -> Mask:
    """The mask by row, False where the row is -1."""
    return np.append(mask, False)[row]


def _sized(seen: Day, texts: Mapping[str, str]) -> Mask:
    """The pieces whose lot is as large as is asked for."""
    asked = {name: texts[name] for name in SIZED if name in texts}
    if not asked:
        return np.ones(len(seen.stage), dtype=bool)
    of, _, area = seen.lots
    return _at(query.passing(pd.DataFrame({"area_m2": area}), asked, query.IDLE), of)


def _placed(inventory: Inventory, name: str, wanted: tuple[str, ...]) -> Mask:
    """The pieces that lie in one of some districts or parks."""
    layer = f"{name}s"
    table, links = inventory.layers[layer].table, inventory.covers.links[layer]
    names = table["name"].fillna(table[LAYERS[layer].identity])
    inside = np.zeros(len(inventory.covers.area_m2), dtype=bool)
    inside[links.plot[names.isin(wanted).to_numpy(bool)[links.row]]] = True
    return inside[: len(inventory.pieces)]


def in_stock(stage: NDArray[np.int64]) -> Mask:
    """Which positions in ``Stage`` are stock land."""
    return np.isin(stage, [STAGES.index(one) for one in STOCK_STAGES])
