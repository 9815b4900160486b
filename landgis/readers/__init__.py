"""Files in: every format a bureau has; one file becomes one ``RawLayer``, parsed apart."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from landgis.readers import child
from landgis.readers.formats import FORMATS, recognised, sha256
from landgis.stations import RawLayer

__all__ = ["FORMATS", "read", "sha256"]


def read(
    path: Path,
    *,
    source_layer: str | None = None,
    encoding: str | None = None,
    tick: Callable[[], None] | None = None,
) -> RawLayer:
    """A file as it is: every column text, geometry untouched, CRS as the file says.

    ``source_layer`` chooses in a file with several layers or sheets, ``encoding`` forces the one
    of text, ``tick`` is called every now and then while it is read. A child process parses it,
    without network and within limits of memory, time and files: whatever a file does to its
    parser, here it ends in a sentence. Raises ``UnreadableFile`` for what is missing, empty,
    broken, of a kind that is not read or not what its name says.
    """
    recognised(path)
    with tempfile.TemporaryDirectory(prefix="landgis-") as room:
        return child.apart(path.resolve(), source_layer, encoding, Path(room), tick)
