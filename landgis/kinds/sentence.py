"""What a kind of data problem says, and who has to mend it."""

from __future__ import annotations

from typing import NamedTuple

from landgis.terms import Owner, Severity


class Sentence(NamedTuple):
    """What a kind says: severity, who mends it, the sentence and the way out, en and zh.

    ``{value}`` and ``{field}`` are filled from the row.
    """

    severity: Severity
    owner: Owner
    en: str
    zh: str
    fix: str
    fix_zh: str


def error(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.SUPPLIER) -> Sentence:
    """What stops an import unless it is accepted by name."""
    return Sentence(Severity.ERROR, owner, en, zh, fix, fix_zh)


def warning(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.SUPPLIER) -> Sentence:
    """What is recorded as it is and should be looked at."""
    return Sentence(Severity.WARNING, owner, en, zh, fix, fix_zh)


def info(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.BUREAU) -> Sentence:
    """What was understood in one way and is said aloud."""
    return Sentence(Severity.INFO, owner, en, zh, fix, fix_zh)
