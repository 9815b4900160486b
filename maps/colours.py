"""The colours of the map, safe for colour-blind readers; idle land is also hatched and outlined."""

from __future__ import annotations

from collections.abc import Mapping

from landgis.terms import Stage

COLOURS: Mapping[str, str] = {
    Stage.APPROVED_NOT_ACQUIRED.value: "#E69F00",
    Stage.ACQUIRED_NOT_SUPPLIED.value: "#0072B2",
    Stage.SUPPLIED_NOT_USED.value: "#56B4E9",
    Stage.USED.value: "#E8E8E8",
    Stage.RELEASED.value: "#6B6B6B",
    "idle": "#882255",
    "conflict": "#C0151B",
}
"""Colour by stage, and of what is drawn over the stages."""
