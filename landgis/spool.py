"""Parts of a cut kept in a folder until all of them are published.

A cut that was broken off finds there what it had done; a part goes by the mark of all that it was
made of, so that it cannot be taken for another one.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import geopandas as gpd
import pandas as pd

from landgis.errors import UsageError
from landgis.partition import CHUNK
from landgis.shelf import unwritable
from landgis.stations import Pieces

LEFT_S = 3_600
"""A part is written in seconds: one that is half written for so long was left by a killed cut."""

LAND, LINKS = ("table", "slivers"), ("links", "sliver_links")


def chunk_of(environment: str | None) -> int:
    """How many features are cut at a time, from ``LANDGIS_CHUNK``; it bounds the memory.

    Raises ``UsageError`` for anything but a number from 100 up.
    """
    said = environment or str(CHUNK)
    if not said.isdecimal() or int(said) < 100:
        raise UsageError(
            f"LANDGIS_CHUNK is '{said}': give the number of features to cut at a time, "
            "100 or more.",
            f"LANDGIS_CHUNK 的值为“{said}”：请给出每次切分的要素个数，不小于 100。",
        )
    return int(said)


def folder() -> Path:
    """``LANDGIS_CACHE``, else the user's cache folder."""
    named = os.environ.get("LANDGIS_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "landgis"


class Spool(MutableMapping[str, Pieces]):
    """Parts by mark in ``place``; those of a tolerance of ``tolerance_m``.

    Raises ``StoreError`` where nothing can be written.
    """

    def __init__(self, place: Path, tolerance_m: float) -> None:
        self._place, self._tolerance_m = place, tolerance_m
        self._used: set[str] = set()
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(place, error) from error

    def __setitem__(self, mark: str, pieces: Pieces) -> None:
        """Keep a part; it is there whole or not at all."""
        try:
            made = Path(mkdtemp(prefix="new-", dir=self._place))
            for name in (*LAND, *LINKS):
                getattr(pieces, name).to_parquet(made / name, index=False)
            shutil.rmtree(self._place / mark, ignore_errors=True)
            made.rename(self._place / mark)
        except OSError as error:
            raise unwritable(self._place, error) from error
        self._used.add(mark)

    def __getitem__(self, mark: str) -> Pieces:
        """A part as it was put there; ``KeyError`` if it was not."""
        at = self._place / mark
        if not at.is_dir():
            raise KeyError(mark)
        self._used.add(mark)
        table, slivers = (gpd.read_parquet(at / name) for name in LAND)
        links, sliver_links = (pd.read_parquet(at / name) for name in LINKS)
        return Pieces(table, links, slivers, sliver_links, self._tolerance_m)

    def __delitem__(self, mark: str) -> None:
        """Forget a part."""
        shutil.rmtree(self._place / mark, ignore_errors=True)
        self._used.discard(mark)

    def clear(self) -> None:
        """Forget the parts of this cut without reading them, and half ones of killed processes."""
        for mark in list(self):
            del self[mark]
        for half in self._place.glob("new-*"):
            with suppress(FileNotFoundError):  # another cut may be writing here, or clearing
                if time.time() - half.stat().st_mtime > LEFT_S:
                    shutil.rmtree(half, ignore_errors=True)

    def __iter__(self) -> Iterator[str]:
        """The marks that this cut has put there or taken."""
        return iter(sorted(self._used))

    def __len__(self) -> int:
        """How many parts this cut has put there or taken."""
        return len(self._used)

    def __contains__(self, mark: object) -> bool:
        """Whether a part is there, whoever made it."""
        return isinstance(mark, str) and (self._place / mark).is_dir()
