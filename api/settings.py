"""What the operator of a server chooses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from landgis.cli.options import today
from maps.base import Base

HOST = "127.0.0.1"
"""The only address that is served until there is a login."""


@dataclass(frozen=True)
class Settings:
    """One server: its store, its rules, and the names under which browsers may call it.

    Without ``rules`` those of the program are used, and for an earlier revision those that were
    the record's then. ``today`` is the default of ``on``; ``kept`` is how many answers stay in
    memory, ``tile_bytes`` how much room map tiles have there. What is made of the store is kept in
    ``cache``, by default the folder of ``LANDGIS_CACHE``.
    More than ``mapped_bytes`` of it do not stay mapped after an answer.
    With ``ready_ahead`` the land of today is read as soon as the server starts, and with
    ``beside`` a process of its own makes what is to be kept, so that this one stays small.
    ``bases`` are the base maps that a reader can choose; without any no request leaves.
    """

    store: str = "landgis.db"
    rules: tuple[str, ...] | None = None
    hosts: tuple[str, ...] = (HOST, "localhost")
    today: Callable[[], date] = today
    kept: int = 32
    tile_bytes: int = 64 << 20
    cache: Path | None = None
    mapped_bytes: int = 400 << 20
    ready_ahead: bool = False
    beside: bool = False
    bases: tuple[Base, ...] = ()
