"""Stores made, and those of an earlier version brought up to date."""

from __future__ import annotations

from landgis.schema import LAYERS
from landgis.store import facts, history, seals
from landgis.store.connection import Connection
from landgis.store.ground import SCHEMA_VERSION, Ground, missing
from landgis.store.history import Clock


def prepare(ground: Ground, clock: Clock, *, create: bool, crs: int, tolerance_m: float) -> None:
    """Check whose it is; bring the tables up to date, with the settings if it is new."""
    with ground.reading() as db:
        found = ground.version(db)
    if found == SCHEMA_VERSION:
        return
    if found == 0 and not create:
        raise missing(ground.name)
    ground.prepare()
    with ground.writing() as db:
        found = ground.version(db)
        if found == 0:
            _make(ground, db, clock, crs, tolerance_m)
        elif found < SCHEMA_VERSION:
            _bring_up(ground, db, found)


def _make(ground: Ground, db: Connection, clock: Clock, crs: int, tolerance_m: float) -> None:
    ground.migrate(db, 0, crs)
    settings = {"crs": str(crs), "tolerance_m": repr(float(tolerance_m))}
    db.executemany("INSERT INTO settings VALUES (?, ?)", settings.items())
    begun = history.begin(db, clock, "init", settings={"crs": crs, "tolerance_m": tolerance_m})
    seals.seal_revision(db, begun)


def _bring_up(ground: Ground, db: Connection, found: int) -> None:
    crs = db.execute("SELECT value FROM settings WHERE name = 'crs'").fetchone()[0]
    ground.migrate(db, found, int(crs))
    for schema in LAYERS.values():
        facts.complete(db, schema)
    if found == 1:
        seals.seal_all(db, found)
