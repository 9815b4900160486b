"""One supply with everything that hangs on it, ready to be told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from landgis.documents.phrases import phrase
from landgis.fields import FIELDS, say
from landgis.law.fault import Excused, excused
from landgis.law.standing import Stand, stand
from landgis.rulebook import Rulebook
from landgis.schema import Kind
from landgis.stations import Inventory, Layer, Layers
from landgis.terms import Standing


@dataclass(frozen=True)
class Scene:
    """One supply with everything that hangs on it, and the law of the day."""

    row: pd.Series[Any]
    layers: Layers
    findings: pd.DataFrame
    issues: pd.DataFrame
    rulebook: Rulebook
    standing: Stand
    excused: Excused
    lang: str

    def say(self, key: str, **words: object) -> str:
        """A sentence in the language of the story."""
        return phrase(key, self.lang, **words)

    def term(self, field: str) -> str:
        """The word for a code of the assessment."""
        return say(self.row[field], FIELDS[field], self.lang)

    @cached_property
    def supply(self) -> pd.Series[Any]:
        """The recorded facts."""
        facts: pd.Series[Any] = self.layers["supplies"].table.iloc[0]
        return facts

    def is_in(self, *standings: Standing) -> bool:
        """Whether the supply has one of these standings."""
        return self.row["standing"] in standings


def set_scene(inventory: Inventory, rulebook: Rulebook, row: pd.Series[Any], lang: str) -> Scene:
    """The scene of one row of the assessment; clocks are run again for this supply alone."""
    supply_id = row["supply_id"]
    layers = narrow(inventory.layers, supply_id)
    standing = stand(layers, rulebook, inventory.on)
    findings, issues = inventory.assessment.findings, inventory.issues
    return Scene(
        row=row,
        layers=layers,
        findings=findings[findings["supply_id"] == supply_id],
        issues=issues[issues["feature_id"] == supply_id],
        rulebook=rulebook,
        standing=standing,
        excused=excused(layers, rulebook, standing),
        lang=lang,
    )


def narrow(layers: Layers, supply_id: str) -> dict[str, Layer]:
    """The layers with one supply only, and the records that may touch it."""
    supplies = layers["supplies"].table
    kept = {"supplies": (supplies["supply_id"] == supply_id).to_numpy(bool)}
    for name in ("amendments", "holders"):
        kept[name] = (layers[name].table["supply_id"] == supply_id).to_numpy(bool)
    delays = layers["delays"].table
    own = (delays["supply_id"] == supply_id).to_numpy(bool)
    kept["delays"] = own | delays["supply_id"].isna().to_numpy()
    chosen = {
        name: Layer(name, layers[name].table[rows].reset_index(drop=True), layers[name].rows[rows])
        for name, rows in kept.items()
    }
    return {**layers, **chosen}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows by column: ``to_dict`` costs ten times that where there are few rows."""
    names = [str(name) for name in table.columns]
    columns = [table[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def day_text(day: Any) -> str:
    """A date as ISO text, empty where there is none."""
    return "" if pd.isna(day) else str(np.datetime64(day, "D"))


def value_text(value: Any, kind: Kind) -> str:
    """A recorded value as people write it: money in yuan, dates in ISO."""
    if kind is Kind.DATE:
        return day_text(value)
    if kind is Kind.MONEY:
        return f"{int(value) // 100}.{int(value) % 100:02d}"
    return f"{value:g}" if kind in (Kind.AREA, Kind.NUMBER) else str(value)
