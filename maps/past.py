"""One feature as it was in each revision in; the changes a card tells, the newest first, out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from landgis.schema import layer_schema
from maps.cards import SHOWN


class Moment(NamedTuple):
    """A revision and the feature in it, as the store keeps it ready; None where it is not."""

    rev: int
    at: str
    author: str
    reason: str
    source: str
    feature: bytes | None


def past(layer: str, moments: Iterable[Moment]) -> list[dict[str, Any]]:
    """Every revision that changed the feature: when, who, why, from what, and what."""
    told: list[dict[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for moment in moments:
        after = None if moment.feature is None else json.loads(moment.feature)
        if after != before:
            said = {name: value for name, value in moment._asdict().items() if name != "feature"}
            cells = _cells(layer, before, after)
            told.append(said | {"change": _change(before, after), "cells": cells})
        before = after
    return told[::-1]


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None or after is None:
        return "added" if before is None else "ended"
    return "changed" if before["properties"] != after["properties"] else "reshaped"


def _cells(
    layer: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[list[Any]]:
    """Name, kind and both values of the columns that are not the same, if it was there before."""
    if before is None or after is None:
        return []
    was, now = before["properties"], after["properties"]
    return [
        [column.name, kind, *(None if v is None else read(v) for v in (old, new))]
        for column in layer_schema(layer).columns
        for kind, read in (SHOWN.get(column.kind, ("day", str)),)
        if (old := was.get(column.name)) != (new := now.get(column.name))
    ]
