"""A process that parses what it does not trust: few resources, no network, few drivers."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import socket
import struct
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

CALLS = {
    "x86_64": (0xC000003E, 41, 425),
    "aarch64": (0xC00000B7, 198, 425),
}
"""By machine the architecture as the kernel writes it, then its calls ``socket`` and
``io_uring_setup``, which are refused."""
LOAD, IF_EQUAL, IF_NOT_LESS, RETURN = 0x20, 0x15, 0x35, 0x06
CALL_AT, ARCHITECTURE_AT = 0, 4
OTHER_CALLS = 0x40000000
"""Calls from here on are those of another way into the kernel."""
ALLOWED, REFUSED = 0x7FFF0000, 0x00050000
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2


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
    """No socket from Python, and none from the kernel, by whatever library it is asked for."""
    for name in ("socket", "create_connection", "getaddrinfo", "fromfd"):
        setattr(socket, name, _refused)
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": "127.0.0.1:9", "GDAL_HTTP_TIMEOUT": "1"})
    libc = ctypes.CDLL(None, use_errno=True)
    if not _forbid_sockets(libc) and libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


class _Program(ctypes.Structure):
    """A filter of system calls as the kernel takes it."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _forbid_sockets(libc: ctypes.CDLL) -> bool:
    """Let the kernel refuse every new socket of this process, for good; whether it does.

    Cheaper than a network namespace, whose making waits for every other one on the machine.
    """
    if platform.machine() not in CALLS:
        return False
    architecture, *forbidden = CALLS[platform.machine()]
    allow = len(forbidden) + 1
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (IF_EQUAL, 0, allow + 2, architecture),
        (LOAD, 0, 0, CALL_AT),
        (IF_NOT_LESS, allow, 0, OTHER_CALLS),
        *((IF_EQUAL, allow - 1 - i, 0, call) for i, call in enumerate(forbidden)),
        (RETURN, 0, 0, ALLOWED),
        (RETURN, 0, 0, REFUSED | errno.EPERM),
    ]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    held = _Program(len(steps), program)
    none = ctypes.c_ulong(0)
    libc.prctl(NO_NEW_PRIVILEGES, ctypes.c_ulong(1), none, none, none)
    return bool(libc.prctl(SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(held)) == 0)


def _refused(*_: object, **__: object) -> NoReturn:
    raise PermissionError("a parser has no network")


def keep_drivers() -> None:
    """Let GDAL forget every driver but ``DRIVERS``."""
    others = [name for name in pyogrio.list_drivers() if name not in DRIVERS]
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(others), "OGR_ARC_STEPSIZE": "1"})
    _ogr._register_drivers()
