"""An inventory and the number of a supply in; its whole reasoning in sentences and as data out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from landgis.citation import Citation
from landgis.documents.causes import delay_steps, tell_delays
from landgis.documents.reckoning import tell_clock, tell_facts
from landgis.documents.scene import Scene, records, set_scene
from landgis.errors import NotFound
from landgis.fields import FIELDS, say
from landgis.kinds import IssueKind
from landgis.rulebook import Rulebook
from landgis.stations import Inventory
from landgis.terms import IDLE_STANDINGS, Outcome


@dataclass(frozen=True)
class Section:
    """A heading and its sentences."""

    key: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """The reasoning for one supply: sentences by section, and the same as plain data."""

    title: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any]

    def __str__(self) -> str:
        """The whole story as text, one sentence a line."""
        blocks = ["\n".join([s.title, *(f"  {line}" for line in s.lines)]) for s in self.sections]
        return "\n\n".join([self.title, *blocks])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the numbers, and the sentences by section."""
        told = {section.key: list(section.lines) for section in self.sections}
        return {**self.data, "title": self.title, "sentences": told}


def explain(inventory: Inventory, rulebook: Rulebook, supply_id: str, lang: str = "zh") -> Story:
    """The story of one supply on the date of the inventory; its numbers are those of ``assess``.

    Raises ``NotFound`` if the inventory holds no such supply.
    """
    found = inventory.assessment.supplies
    chosen = np.flatnonzero((found["supply_id"] == supply_id).to_numpy(bool))
    if not len(chosen):
        raise NotFound(
            f"there is no supply '{supply_id}' on {inventory.on}: check the number and --on.",
            f"{inventory.on} 没有供地“{supply_id}”：请核对编号与 --on。",
        )
    scene = set_scene(inventory, rulebook, found.iloc[int(chosen[0])], lang)
    makers = {
        "facts": tell_facts,
        "clock": tell_clock,
        "delays": tell_delays,
        "findings": tell_findings,
        "missing": tell_missing,
        "next": tell_next,
    }
    sections = tuple(
        Section(key, scene.say(key), tuple(maker(scene))) for key, maker in makers.items()
    )
    title = scene.say("title", supply_id=supply_id, on=inventory.on)
    return Story(title, sections, _data(scene, inventory))


def tell_findings(scene: Scene) -> Iterator[str]:
    """What each rule says, from when, what blocks it, and the quoted articles."""
    found = records(scene.findings)
    if not found:
        yield scene.say("silent")
    for finding in found:
        yield _finding(scene, finding)
    cited = [finding["citations"] for finding in found]
    for citation in scene.rulebook.cited(";".join(cited), scene.standing.today):
        yield _article(scene, citation)
    if scene.is_in(*IDLE_STANDINGS):
        yield scene.say("preliminary")


def _finding(scene: Scene, finding: Mapping[Any, Any]) -> str:
    rules, today = scene.rulebook, scene.standing.today
    title = rules.rule(finding["rule"], today).title(scene.lang) if finding["rule"] else ""
    told = [
        scene.say(
            "finding",
            outcome=say(finding["outcome"], FIELDS["outcome"], scene.lang),
            title=title or scene.say("nothing"),
            reason=finding["reason_zh" if scene.lang == "zh" else "reason"],
        )
    ]
    if pd.notna(finding["from_on"]):
        day = str(finding["from_on"].date())
        key = "from_on_moves" if _moves(scene, finding) else "from_on"
        told.append(scene.say(key, from_on=day, on=scene.standing.today))
    if finding["discretionary"]:
        told.append(scene.say("discretionary"))
    blocks = [rules.rule(name, today) for name in finding["blocked_by"].split(";") if name]
    told += [scene.say("blocked", title=rule.title(scene.lang)) for rule in blocks]
    return ("" if scene.lang == "zh" else " ").join(told)


def _moves(scene: Scene, finding: Mapping[Any, Any]) -> bool:
    """Whether an open cause moves the mark on with the date: only the holder's marks wait."""
    on_holders_clock = finding["outcome"] in (Outcome.FEE, Outcome.RECLAIM)
    return on_holders_clock and IssueKind.DELAY_OPEN.code in set(scene.issues["kind"])


def _article(scene: Scene, citation: Citation) -> str:
    checked = "" if citation.is_checked else scene.say("unchecked")
    return scene.say(
        "article", label=citation.label(scene.lang), quote=citation.quote, checked=checked
    )


def tell_missing(scene: Scene) -> Iterator[str]:
    """What is missing or contradicts itself, and what to ask for."""
    found = records(scene.issues.drop_duplicates(["kind", "value"]))
    if not found:
        yield scene.say("complete")
    ending = "_zh" if scene.lang == "zh" else ""
    for issue in found:
        yield scene.say("issue", message=issue[f"message{ending}"], fix=issue[f"fix{ending}"])


def tell_next(scene: Scene) -> Iterator[str]:
    """When the outcome changes if nothing more is recorded, and to what."""
    if pd.isna(scene.row["next_on"]):
        yield scene.say("next_none")
        return
    outcome = scene.term("next_outcome") or scene.say("nothing")
    yield scene.say("next_change", next_on=str(scene.row["next_on"].date()), outcome=outcome)


def _data(scene: Scene, inventory: Inventory) -> dict[str, Any]:
    """The numbers of the story as plain values."""
    cited = ";".join(scene.findings["citations"])
    return {
        "on": inventory.on.isoformat(),
        "known": inventory.known,
        "rulebook_sha256": scene.rulebook.sha256,
        "supply": _plain(scene.row.to_dict()),
        "facts": _plain(scene.supply.drop("geometry", errors="ignore").to_dict()),
        "amendments": [_plain(r) for r in records(scene.layers["amendments"].table)],
        "delays": delay_steps(scene),
        "findings": [_plain(r) for r in records(scene.findings)],
        "citations": [
            {
                "label": citation.label(scene.lang),
                "quote": citation.quote,
                "certainty": citation.certainty.value,
                "wording": citation.wording.value,
            }
            for citation in scene.rulebook.cited(cited, scene.standing.today)
        ],
        "issues": [_plain(r) for r in records(scene.issues)],
    }


def _plain(record: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in record.items()}


def _value(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if isinstance(value, np.generic) else value
