"""The files that one delivery is made of: formats that write several beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

SIDECARS: Mapping[str, tuple[str, ...]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
"""By ending the endings of what belongs to it, in a fixed order."""


def sidecar(path: Path, ending: str) -> Path | None:
    """The file beside ``path`` with ``ending`` in lower or upper case, if there is one."""
    both = (path.with_suffix(e) for e in (ending, ending.upper()))
    return next((p for p in both if p.is_file()), None)


def parts(path: Path) -> Sequence[Path | None]:
    """All the files of a delivery: of a folder those in it, of others with their sidecars.

    A sidecar that is not there is ``None``.
    """
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file())
    return [path, *(sidecar(path, e) for e in SIDECARS.get(path.suffix.lower(), ()))]
