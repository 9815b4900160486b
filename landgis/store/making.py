"""Stores made, and those of an earlier version brought up to date."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.audit import SHA256
from landgis.measure import DEFAULT_CRS
from landgis.store import facts, history, seals
from landgis.store.connection import Connection
from landgis.store.ground import SCHEMA_VERSION, Ground, missing
from landgis.store.history import Clock
from landgis.store.progress import Progress, Tell, rows_of


@dataclass(frozen=True)
class Founding:
    """What is chosen once, when a store is made: working CRS, tolerance and who seals the chain."""

    crs: int = DEFAULT_CRS
    tolerance_m: float = 0.5
    algorithm: str = SHA256


def prepare(
    ground: Ground, clock: Clock, founding: Founding, *, create: bool, tell: Tell = None
) -> None:
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
            _make(ground, db, clock, founding)
        elif found < SCHEMA_VERSION:
            _bring_up(ground, db, found, tell)


def _make(ground: Ground, db: Connection, clock: Clock, founding: Founding) -> None:
    ground.migrate(db, 0, founding.crs)
    settings = {"crs": founding.crs, "tolerance_m": float(founding.tolerance_m)}
    said = [(name, repr(value)) for name, value in settings.items()]
    db.executemany("INSERT INTO settings VALUES (?, ?)", said)
    begun = history.begin(db, clock, "init", settings=settings)
    seals.seal_revision(db, begun, founding.algorithm)


def _bring_up(ground: Ground, db: Connection, found: int, tell: Tell) -> None:
    crs = db.execute("SELECT value FROM settings WHERE name = 'crs'").fetchone()[0]
    if tell:
        tell(0.0)
    progress = Progress(tell, rows_of(db))
    ground.migrate(db, found, int(crs))
    for schema in facts.SHAPED:
        facts.complete(db, schema, progress)
    if found == 1:
        seals.seal_all(db, found)
