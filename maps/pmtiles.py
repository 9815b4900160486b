"""A PMTiles archive (version 3) in; where its tiles stand, and what it says of itself, out."""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.errors import UnreadableFile

MAGIC, HEADER = b"PMTiles\x03", 127
PLAIN, GZIP = 1, 2
KINDS = {2: "image/png", 3: "image/jpeg", 4: "image/webp"}
"""The numbers of the kinds of tiles that are images."""

MOST_BYTES = 64 << 20
"""No directory is larger than this once it is unpacked."""

DEEPEST_LEAF = 4
"""A directory may lead to another one so many times."""


@dataclass(frozen=True)
class Archive:
    """The header of an archive: offsets and lengths of its parts, and its zooms."""

    path: Path
    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: int
    tiles: int
    packed: int
    kind: str
    zooms: tuple[int, int]

    def said(self) -> dict[str, Any]:
        """The metadata."""
        try:
            told = json.loads(self._part(*self.metadata) or b"{}")
        except ValueError as error:
            raise broken(self.path) from error
        return told if isinstance(told, dict) else {}

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of a tile; ``None`` where there is none."""
        wanted, (begin, size) = number(z, x, y), self.root
        for _ in range(DEEPEST_LEAF):
            entry = _found(_directory(self._part(begin, size), self.path), wanted)
            if entry is None:
                return None
            first, offset, length, run = entry
            if run:
                here = wanted < first + run
                return self._read(self.tiles + offset, length) if here else None
            begin, size = self.leaves + offset, length
        raise broken(self.path)

    def _part(self, begin: int, size: int) -> bytes:
        """A directory or the metadata, unpacked."""
        raw = self._read(begin, size)
        if self.packed == PLAIN or not raw:
            return raw
        try:
            whole = zlib.decompressobj(16 + zlib.MAX_WBITS)
            content = whole.decompress(raw, MOST_BYTES)
        except zlib.error as error:
            raise broken(self.path) from error
        if whole.unconsumed_tail or not whole.eof:
            raise broken(self.path)
        return content

    def _read(self, begin: int, size: int) -> bytes:
        if size > MOST_BYTES:
            raise broken(self.path)
        with self.path.open("rb") as file:
            file.seek(begin)
            return file.read(size)


def archive(path: Path) -> Archive:
    """The archive at ``path``; raises ``UnreadableFile`` for what is none, or holds no images."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < HEADER or head[:8] != MAGIC:
        raise broken(path)
    root, root_size, meta, meta_size, leaves, _, tiles = struct.unpack_from("<7Q", head, 8)
    packed, _, kind, low, high = head[97:102]
    if kind not in KINDS or packed not in (PLAIN, GZIP):
        raise UnreadableFile(
            "this PMTiles archive holds no images (PNG, JPEG, WebP) packed with gzip: convert it.",
            "此 PMTiles 文件不是以 gzip 压缩的影像（PNG、JPEG、WebP）：请先转换。",
            file=str(path),
        )
    return Archive(
        path, (root, root_size), (meta, meta_size), leaves, tiles, packed, KINDS[kind], (low, high)
    )


def broken(path: Path) -> UnreadableFile:
    """The error about an archive that cannot be read."""
    return UnreadableFile(
        "this is no whole PMTiles archive of version 3: make it again.",
        "不是完整的 PMTiles 第 3 版文件：请重新生成。",
        file=str(path),
    )


def number(z: int, x: int, y: int) -> int:
    """The number of a tile: those of smaller zooms first, then along Hilbert's curve."""
    before, at, side = ((1 << 2 * z) - 1) // 3, 0, (1 << z) >> 1
    while side:
        right, down = int(x & side > 0), int(y & side > 0)
        at += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side >>= 1
    return before + at


Entry = tuple[int, int, int, int]
"""First number, offset, length, and for how many numbers the tile holds (0: a directory)."""


def _directory(raw: bytes, path: Path) -> list[Entry]:
    """The entries of a directory, ordered by their number."""
    values = _varints(raw)
    try:
        size = next(values)
        columns = [_taken(values, size) for _ in range(4)]
    except StopIteration as error:
        raise broken(path) from error
    firsts, runs, lengths, places = columns
    entries, first, end = [], 0, 0
    for more, run, length, place in zip(firsts, runs, lengths, places, strict=True):
        first += more
        offset = end if place == 0 else place - 1
        end = offset + length
        entries.append((first, offset, length, run))
    return entries


def _taken(values: Iterator[int], size: int) -> list[int]:
    taken: list[int] = []
    step: Callable[[], int] = values.__next__
    for _ in range(size):
        taken.append(step())
    return taken


def _varints(raw: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in raw:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def _found(entries: list[Entry], wanted: int) -> Entry | None:
    """The last entry that begins at a number or before it."""
    at = bisect_right(entries, wanted, key=lambda entry: entry[0])
    return entries[at - 1] if at else None
