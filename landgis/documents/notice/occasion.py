"""A supply, its case and the day in; all that one notice is about, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis import procedure
from landgis.documents.notice.kinds import Kind
from landgis.errors import NotFound
from landgis.matter import matter_of
from landgis.procedure import Entry
from landgis.stations import Inventory
from landgis.steps import Matter


@dataclass(frozen=True)
class Occasion:
    """What one notice is about: the supply as recorded and as assessed, and its case.

    ``entries`` are all of the supply, ``case`` those that stand on the day of the inventory.
    """

    inventory: Inventory
    kind: Kind
    supply: Mapping[Any, Any]
    row: Mapping[Any, Any]
    entries: Sequence[Entry]
    case: Sequence[Entry]
    matter: Matter

    @property
    def findings(self) -> pd.DataFrame:
        """What the rules say of the supply, of the outcome asked for where there is one."""
        found = self.inventory.assessment.findings
        mine = found["supply_id"] == self.row["supply_id"]
        if self.kind.outcome is not None:
            mine = mine & (found["outcome"] == self.kind.outcome)
        asked: pd.DataFrame = found[mine]
        return asked


def occasion(
    inventory: Inventory, entries: Sequence[Entry], kind: Kind, supply_id: str
) -> Occasion:
    """The occasion of a notice; raises ``NotFound`` for a supply that is not in the inventory."""
    rows = inventory.assessment.supplies
    row = rows[rows["supply_id"] == supply_id].to_dict("records")
    if not row:
        raise NotFound(
            f"there is no supply '{supply_id}' on {inventory.on}: check the number and --on.",
            f"{inventory.on} 没有供地“{supply_id}”：请核对编号与 --on。",
        )
    facts = inventory.layers["supplies"].table
    supply = facts[facts["supply_id"] == supply_id].to_dict("records")[0]
    matter = matter_of(inventory.layers, inventory.rulebook, supply_id, inventory.on)
    case = procedure.state(entries, inventory.on, matter.conduct).steps
    return Occasion(inventory, kind, supply, row[0], entries, case, matter)
