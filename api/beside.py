"""What a server keeps is made by a process of its own, whose memory is given back when it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

from api.settings import Settings


def made_beside(settings: Settings, on: date, revision: int, *, as_recorded: bool) -> None:
    """Have the shelves of a date made, if they can be: what is missing then is made here."""
    cache = None if settings.cache is None else str(settings.cache)
    # By its input, for a command line can be read by everybody and an address may hold a password.
    asked = [settings.store, settings.rules, cache, on.isoformat(), revision, as_recorded]
    subprocess.run(
        [sys.executable, "-m", "api.ahead"],
        input=json.dumps(asked),
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
