"""The catalogue of data problems with an example each, from ``landgis/examples.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from landgis.kinds import IssueKind
from landgis.kinds.words import in_chinese, in_english
from landgis.schema import LAYERS

SHOWN = ("csv", "sheet", "txt", "geojson", "kml", "dxf", "wkt")
"""The ways in which an example says what stands in the file."""


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """What raises each kind, by its code; ``landgis/examples.toml`` explains the keys."""
    text = resources.files("landgis").joinpath("examples.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def catalogue() -> pd.DataFrame:
    """Every kind: what it says of its example, whose it is, the way out and the example itself."""
    return pd.DataFrame([_row(kind, examples()[kind.code]) for kind in IssueKind])


def _row(kind: IssueKind, example: Mapping[str, Any]) -> dict[str, str]:
    layer = LAYERS[example.get("layer", "supplies")]
    field, value = example.get("field", ""), example.get("value", "")
    zh = "、".join(layer.zh_names.get(name, name) for name in field.split("|"))
    said = kind.value
    return {
        "kind": kind.code,
        "severity": said.severity.value,
        "owner": said.owner.value,
        "message": said.en.format(field=field, value=in_english(said, value)),
        "message_zh": said.zh.format(field=zh, value=in_chinese(said, value)),
        "fix": said.fix.format(field=field),
        "fix_zh": said.fix_zh.format(field=zh),
        "layer": layer.name,
        "example": _shown(example),
    }


def _shown(example: Mapping[str, Any]) -> str:
    """What stands in the file of an example."""
    held = next(example[form] for form in SHOWN if form in example)
    return held if isinstance(held, str) else "\n".join(text or "-" for text in held)
