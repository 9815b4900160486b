"""Stores made, and those of an earlier version brought up to date."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.audit import SHA256
from landgis.errors import UsageError
from landgis.measure import DEFAULT_CRS
from landgis.store import facts, history, seals
from landgis.store.connection import Connection
from landgis.store.ground import SCHEMA_VERSION, Ground, missing
from landgis.store.history import Clock
from landgis.store.progress import Progress, Tell, rows_of
from landgis.zones import FAMILY, LONLAT

WIDEST_M = 100.0
"""A tolerance beyond it would take roads and parcels for slivers."""


@dataclass(frozen=True)
class Founding:
    """What is chosen once, when a store is made: working CRS, tolerance and who seals the chain."""

    crs: int = DEFAULT_CRS
    tolerance_m: float = 0.5
    algorithm: str = SHA256

    def __post_init__(self) -> None:
        """Refuse with ``UsageError`` what no land can be measured by: it could not be changed."""
        if self.crs == LONLAT or self.crs not in FAMILY:
            raise UsageError(
                f"EPSG:{self.crs} is no zone of CGCS2000, in which a store could measure land: "
                "choose one, as 4547 (central meridian 114).",
                f"EPSG:{self.crs} 不是 CGCS2000 的投影带，不能作为工作坐标系：请选用投影带，"
                "如 4547（中央经线 114 度）。",
            )
        if not 0 <= self.tolerance_m <= WIDEST_M:
            raise UsageError(
                f"a tolerance of {self.tolerance_m} m is not between 0 and {WIDEST_M:g} m: choose "
                "one that is.",
                f"容差 {self.tolerance_m} 米不在 0 至 {WIDEST_M:g} 米之间：请改正。",
            )


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
