"""What a map asks for first, made before it is asked for: by the server, or by its helper."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

from api.desk import Desk
from api.idle import LISTING
from api.pages import scene_bytes
from api.settings import Settings
from api.viewing import AskedView, canvas
from landgis.errors import LandgisError
from maps.tiles import POLYGONS_FROM


def ready_ahead(desk: Desk) -> None:
    """Have at hand what a map asks for first: all land of today as the record knows it now."""
    # What is wrong with the store is told to whoever asks.
    with suppress(LandgisError):
        drawn = canvas(desk, desk.stand(desk.settings.today(), None), AskedView())
        # The first tile of all loads what is compiled.
        drawn.tile(drawn.somewhere(POLYGONS_FROM), drawn.bins)


def main() -> None:
    """Make what standard input asks for, as ``made_beside`` writes it."""
    store, rules, cache, on, revision, as_recorded = json.load(sys.stdin)
    named = None if rules is None else tuple(rules)
    desk = Desk(Settings(store, named, cache=None if cache is None else Path(cache)))
    at = desk.pin(date.fromisoformat(on), revision, as_recorded=as_recorded)
    scene_bytes(desk, at)
    LISTING.places(desk, at, {})
    desk.close()


if __name__ == "__main__":
    main()
