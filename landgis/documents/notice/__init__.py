"""A supply, its case and its finding in; what a notice must say, and what is missing, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landgis.documents.notice.flaws import flaws
from landgis.documents.notice.kinds import BLANK, KINDS, WORDS, Kind
from landgis.documents.notice.occasion import occasion
from landgis.documents.notice.words import words_of
from landgis.errors import NotFound, RefusedNotice
from landgis.procedure import Entry
from landgis.stations import Inventory

__all__ = ["BLANK", "KINDS", "WORDS", "Draft", "Kind", "draft"]


@dataclass(frozen=True)
class Draft:
    """The words of a notice by name, and what is missing, in both languages.

    What the law demands of the case comes first, then the words that are only to be given.
    """

    kind: str
    words: Mapping[str, str]
    missing: tuple[tuple[str, str], ...]

    def refuse(self) -> None:
        """Raise ``RefusedNotice`` with all that is missing."""
        if self.missing:
            en, zh = zip(*self.missing, strict=True)
            kind = KINDS[self.kind]
            raise RefusedNotice(
                f"the {kind.en} cannot be made, it lacks {len(en)}: {'; '.join(en)}.",
                f"无法制作《{kind.zh}》，尚缺 {len(zh)} 项：{'；'.join(zh)}。",
            )


def draft(
    inventory: Inventory,
    entries: Sequence[Entry],
    kind: str,
    supply_id: str,
    said: Mapping[str, str],
) -> Draft:
    """The words of one notice on the day of the inventory.

    ``said`` holds what only the bureau knows: number, bureau, address, contact and so on. Raises
    ``NotFound`` for an unknown kind or supply.
    """
    met = occasion(inventory, entries, _kind(kind), supply_id)
    words = words_of(met, said)
    lacking = [WORDS[name] for name in met.kind.demands if not words.get(name)]
    return Draft(kind, words, (*flaws(met, words), *lacking))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        listed = ", ".join(KINDS)
        raise NotFound(
            f"there is no notice '{name}': use one of {listed}.",
            f"没有文书“{name}”：请使用 {listed} 之一。",
        )
    return KINDS[name]
