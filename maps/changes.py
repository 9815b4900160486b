"""What changed between two revisions in; one page that draws it, offline, out."""

from __future__ import annotations

from importlib import resources
from typing import Any

import geopandas as gpd
import numpy as np
from folium.template import Template

from landgis.schema import LAYERS
from landgis.stations import Layer
from landgis.terms import Change
from maps.layers import bounds, collection, lonlat, records, reference
from maps.page import Page, alone
from maps.words import Lang

STYLES = ("leaflet/leaflet.css", "page.css", "changes.css")
SCRIPTS = (
    "leaflet/leaflet.js",
    "words.js",
    "dom.js",
    "source.js",
    "graticule.js",
    "labels.js",
    "changes.js",
)
"""The scripts in the order in which the browser must read them."""

MOST = 5_000
"""Changes that are drawn and listed; of more the first, and it is said how many there are."""

DRAWN = (Change.ADDED, Change.CHANGED, Change.RESHAPED, Change.ENDED)
"""What can become of a feature between two revisions; the other kinds belong to a rehearsal."""

TOLD = ("layer", "feature_id", "change", "message", "message_zh")


class ChangesPage(Page):
    """The page of changes; see ``changes_page``."""

    _template = Template(resources.files("maps").joinpath("changes.html").read_text("utf-8"))
    title = "changes.title"


def changes_page(
    table: gpd.GeoDataFrame, districts: Layer, one: str, other: str, *, lang: Lang = "zh"
) -> str:
    """The changes of ``landgis.changes`` between the moments ``one`` and ``other``, as HTML.

    Each is drawn where it is, or where it was if it ended, in the colour and hatch of its kind.
    """
    page = ChangesPage(
        lang=lang, settings={"served": None}, data=_data(table, districts, one, other)
    )
    return alone(page, STYLES, SCRIPTS)


def _data(table: gpd.GeoDataFrame, districts: Layer, one: str, other: str) -> dict[str, Any]:
    """The document that the browser reads."""
    shown = table.iloc[:MOST]
    crs = table.crs.to_epsg()
    shapes = lonlat(np.asarray(shown.geometry, dtype=object), crs)
    said = records(shown, TOLD)
    around = shapes if len(shapes) else lonlat(districts.geometry, crs)
    return {
        "one": one,
        "other": other,
        "total": len(table),
        "bounds": bounds(around),
        "counts": [
            {"change": kind.value, "count": int((table["change"] == kind.value).sum())}
            for kind in DRAWN
        ],
        "layers": [name for name in LAYERS if (table["layer"] == name).any()],
        "rows": said,
        "drawn": collection(shapes, [{"row": row} for row in range(len(said))]),
        "districts": reference(districts, "district_code", crs),
    }
