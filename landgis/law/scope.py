"""Supplies and a rule in; for which of them the rule is, and for which nobody can tell, out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from landgis.clock import Mask
from landgis.statute import Only, Rule


class Scope(NamedTuple):
    """For which supplies a rule is, and of which the record does not say; one entry a supply."""

    yes: Mask
    unknown: Mask


def scope(supplies: pd.DataFrame, rule: Rule) -> Scope:
    """Which supplies ``rule`` is for by what is recorded of them (``Rule.only``)."""
    if rule.only is None:
        return Scope(np.ones(len(supplies), dtype=bool), np.zeros(len(supplies), dtype=bool))
    # A city has a million supplies and a dozen land uses: each text is read once.
    place, texts = pd.factorize(supplies[rule.only.column.value].fillna(""))
    said = [_said(str(text), rule.only) for text in texts]
    yes = np.array([answer is True for answer in said], dtype=bool)
    unknown = np.array([answer is None for answer in said], dtype=bool)
    return Scope(yes[place], unknown[place])


def _said(text: str, only: Only) -> bool | None:
    """Whether a text says that the rule is for the supply; ``None`` where it does not say."""
    if any(word in text for word in only.others):
        return False
    if any(word in text for word in only.words):
        return True
    return None if only.others or not text else False
