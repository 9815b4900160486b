"""Every word of the pages: ``words.toml`` and the terms of the core become one zh/en table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from landgis import schema, terms

Lang: TypeAlias = Literal["zh", "en"]
Word: TypeAlias = Mapping[str, str]

TERMS: Mapping[str, type[terms.Term]] = {
    "stage": terms.Stage,
    "standing": terms.Standing,
    "due": terms.DueSource,
    "case": terms.CaseStatus,
    "fault": terms.Fault,
    "cause": terms.Cause,
    "delay": terms.DelayStatus,
    "outcome": terms.Outcome,
    "basis": terms.Basis,
    "severity": terms.Severity,
    "change": terms.Change,
    "conflict": terms.Conflict,
    "choice": terms.ReleaseKind,
}
"""The vocabularies of the core that the pages show, by the prefix of their keys."""


def _fields() -> dict[str, dict[str, str]]:
    """The columns of every layer: the Chinese name of the schema, the English one spelt out."""
    columns = {c.name: c.zh for layer in schema.LAYERS.values() for c in layer.columns}
    return {
        f"field.{name}": {"zh": zh, "en": UNITS.sub("", name).replace("_", " ").capitalize()}
        for name, zh in columns.items()
    }


UNITS = re.compile(r"_(m2|fen|on)$")
"""What a column's name says of its unit, which people read beside the value."""


@cache
def words() -> Mapping[str, Word]:
    """The table: ``section.key`` to ``{"zh": ..., "en": ...}``."""
    table = tomllib.loads(resources.files("maps").joinpath("words.toml").read_text("utf-8"))
    said = {
        f"{part}.{term.value}": {"zh": term.zh, "en": term.en[0].upper() + term.en[1:]}
        for part, vocabulary in TERMS.items()
        for term in vocabulary
    }
    layers = {
        f"layer.{layer.name}": {"zh": layer.zh, "en": layer.name.capitalize()}
        for layer in schema.LAYERS.values()
    }
    known = said | layers | _fields()
    own = {f"{part}.{key}": word for part, keys in table.items() for key, word in keys.items()}
    return known | {key: known.get(key, {}) | word for key, word in own.items()}
