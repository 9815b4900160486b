"""One supply and what touches it: the part of the record that its whole story needs."""

from __future__ import annotations

import shapely

from landgis.schema import LAYERS, REFERENCE
from landgis.stations import Layers
from landgis.store import encode, facts
from landgis.store.connection import Connection
from landgis.store.facts import ALIVE, SHAPED, SIDES, Part

DEGREE_M = 50_000.0
"""Every degree south of 63 degrees north is longer than this."""


_APPROVAL = f"SELECT approval_id FROM supplies WHERE supply_id = :supply_id AND {ALIVE}"


def layers(db: Connection, supply_id: str, known: int, crs: int, tolerance_m: float) -> Layers:
    """Every layer, with what meets the bounds of a supply, its approval and what may speak of it.

    Districts and parks are all there. Where the supply has no outline nothing meets it.
    """
    box = _bounds(db, supply_id, known, 1 + tolerance_m)
    near = {s.name: db.near(s.name) if box else "1 = 0" for s in SHAPED}
    found = {}
    for schema in LAYERS.values():
        condition = near.get(schema.name, "supply_id IS NULL")
        if schema.name in REFERENCE:
            condition = "1 = 1"
        elif "supply_id" in schema.names:
            condition += " OR supply_id = :supply_id"
        elif "approval_id" in schema.names:
            condition += f" OR approval_id IN ({_APPROVAL})"
        part = Part(condition, {"supply_id": supply_id, **box})
        found[schema.name] = facts.read(db, schema, known, crs, part)
    return found


def _bounds(db: Connection, supply_id: str, known: int, margin_m: float) -> dict[str, float]:
    """The bounds of a supply in degrees, by side, a little wider; empty where it has none."""
    found = facts.feature(db, LAYERS["supplies"], supply_id, known)
    shape = encode.polygon_of(found.decode()) if found else None
    if shape is None:
        return {}
    west, south, east, north = shapely.from_geojson(shape).bounds
    more = margin_m / DEGREE_M
    return dict(zip(SIDES, (west - more, south - more, east + more, north + more), strict=True))
