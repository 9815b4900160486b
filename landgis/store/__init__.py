"""Facts, revisions and pieces, kept: ``open_store`` gives a ``Store``."""

from __future__ import annotations

import re
from pathlib import Path

from landgis.audit import SHA256
from landgis.errors import StoreError
from landgis.measure import DEFAULT_CRS
from landgis.store.ground import Ground
from landgis.store.history import Clock, utc
from landgis.store.interface import Delivery, Evidence, Info, Revision, Store
from landgis.store.making import Founding
from landgis.store.progress import Tell
from landgis.store.record import RecordStore
from landgis.store.sqlite import SqliteGround

__all__ = [
    "Delivery",
    "Evidence",
    "Info",
    "Revision",
    "Store",
    "ground_of",
    "open_store",
    "version_of",
]


def open_store(
    url: str | Path,
    *,
    create: bool = False,
    crs: int = DEFAULT_CRS,
    tolerance_m: float = 0.5,
    algorithm: str = SHA256,
    timeout_s: float = 30.0,
    clock: Clock = utc,
    progress: Tell = None,
) -> Store:
    """Open the store at ``url``; ``create`` makes it if it is missing.

    ``url`` is a path (SQLite) or ``postgresql://host/database`` (PostGIS), where ``?schema=NAME``
    tells several stores of one database apart.
    ``crs``, ``tolerance_m`` and ``algorithm`` (what seals the audit chain, of
    ``audit.ALGORITHMS``) are settings of a new store; one that exists keeps its own.
    ``timeout_s`` is how long a writer waits for another, ``clock`` the time of the machine;
    ``progress`` is told how far an earlier version has come forward, 0 to 1.
    Raises ``StoreError`` for what is missing, foreign, newer or out of reach, ``UsageError`` for
    a ``crs`` or a ``tolerance_m`` by which no land can be measured.
    """
    founding = Founding(crs, tolerance_m, algorithm)
    ground = ground_of(str(url), create=create, timeout_s=timeout_s)
    return RecordStore.open(ground, founding, create=create, clock=clock, progress=progress)


def ground_of(url: str, *, create: bool = False, timeout_s: float = 30.0) -> Ground:
    """Where the store at ``url`` stands or, with ``create``, may be made."""
    if url.startswith(("postgresql://", "postgres://")):
        from landgis.store.postgres import PostgresGround

        return PostgresGround.at(url, timeout_s=timeout_s)
    if not url.strip():
        raise StoreError(
            "no store is named: give a file, or postgresql://host/database, with --store.",
            "未指定数据库：请用 --store 指定文件，或 postgresql://主机/库名。",
        )
    if "://" in url:
        shown = re.sub(r"//[^/]*@", "//***@", url)
        raise StoreError(
            f"the store '{shown}' is no path and no address of a database: name a file, or "
            "postgresql://host/database.",
            f"数据库“{shown}”既不是文件路径也不是数据库地址：请指定文件，或 postgresql://主机/库名。",
        )
    return SqliteGround.at(Path(url), create=create, timeout_s=timeout_s)


def version_of(url: str) -> int:
    """The version of the tables at ``url``, 0 where no store is there yet."""
    ground = ground_of(url, create=True)
    try:
        with ground.reading() as db:
            return ground.version(db)
    finally:
        ground.close()
