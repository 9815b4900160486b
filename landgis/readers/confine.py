"""A process that parses what it does not trust: few resources, no network, few drivers."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import tempfile
import warnings
from pathlib import Path
from typing import NoReturn

import pyogrio
import pyproj
from pyogrio import _ogr

DRIVERS = frozenset(
    {"GPKG", "ESRI Shapefile", "OpenFileGDB", "FlatGeobuf", "KML", "LIBKML", "DXF", "MapInfo File"}
)
"""The only drivers of GDAL that may open a file."""

MEMORY_BYTES, MEMORY_PER_BYTE = 4 << 30, 8
FILE_BYTES, FILE_PER_BYTE = 512 << 20, 20
OPEN_FILES = 256
SECONDS, SECONDS_PER_MB = 20, 1
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def seconds(size: int) -> int:
    """How long a file of ``size`` bytes may take."""
    return SECONDS + SECONDS_PER_MB * (size >> 20)


def confine(room: Path, size: int) -> None:
    """Give up what a parser of ``size`` bytes does not need; it may write into ``room`` only."""
    warnings.simplefilter("ignore")
    _hush()
    tempfile.tempdir = str(room)
    os.chdir(room)
    leave_network()
    keep_drivers()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES + FILE_PER_BYTE * size)
    _limit(resource.RLIMIT_CPU, seconds(size))
    _limit(resource.RLIMIT_AS, _held() + MEMORY_BYTES + MEMORY_PER_BYTE * size)


def _hush() -> None:
    """Libraries speak to standard error; what matters comes back as a sentence."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))


def _held() -> int:
    """The address space that the process has already."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def leave_network() -> None:
    """No socket from Python; where the kernel lets us, a network of our own without any door."""
    for name in ("socket", "create_connection", "getaddrinfo", "fromfd"):
        setattr(socket, name, _refused)
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": "127.0.0.1:9", "GDAL_HTTP_TIMEOUT": "1"})
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _refused(*_: object, **__: object) -> NoReturn:
    raise PermissionError("a parser has no network")


def keep_drivers() -> None:
    """Let GDAL forget every driver but ``DRIVERS``."""
    others = [name for name in pyogrio.list_drivers() if name not in DRIVERS]
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(others), "OGR_ARC_STEPSIZE": "1"})
    _ogr._register_drivers()
