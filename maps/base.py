"""A local file of images in; a base map that gives its tiles, with who made it, out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.errors import UnreadableFile
from maps import pmtiles
from maps.origin import refuse_shifted

LONGEST_SAID = 300
"""So much of what a base map says of itself is shown."""

IMAGES: Mapping[bytes, str] = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}
"""The first bytes of an image: a browser is sent nothing else."""


@dataclass(frozen=True)
class Base:
    """A base map: a name for its address, what it says of itself, its zooms, and its tiles.

    ``tile`` gives the bytes at z, x, y (from the north-west), ``None`` where it has none.
    ``mark`` changes with its content.
    """

    name: str
    title: str
    attribution: str
    zooms: tuple[int, int]
    mark: str
    tile: Callable[[int, int, int], bytes | None]

    def told(self) -> dict[str, Any]:
        """What the page needs to know."""
        low, high = self.zooms
        said = {"name": self.name, "title": self.title, "attribution": self.attribution}
        return {**said, "min": low, "max": high}


def image_kind(content: bytes) -> str | None:
    """The media type of an image by its first bytes; ``None`` for anything else."""
    return next((kind for begin, kind in IMAGES.items() if content.startswith(begin)), None)


def local_base(path: Path) -> Base:
    """The base map of an MBTiles or a PMTiles file of images, told by its content.

    Raises ``UnreadableFile`` for anything else and ``UnknownCRS`` for one in GCJ-02.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(16)
        stat = path.stat()
    except OSError as error:
        raise UnreadableFile(
            "the base map cannot be read: check the path and that you may read it.",
            "无法读取底图文件：请核对路径与读取权限。",
            file=str(path),
        ) from error
    mark = f"{stat.st_size:x}-{stat.st_mtime_ns:x}"
    if begin.startswith(b"SQLite format 3\x00"):
        return _of_mbtiles(path, mark)
    if begin.startswith(b"PMTiles"):
        return _of_pmtiles(path, mark)
    raise UnreadableFile(
        "a base map is an MBTiles or a PMTiles file of images: this is neither.",
        "底图须为 MBTiles 或 PMTiles 影像文件，此文件均不是。",
        file=str(path),
    )


def _base(path: Path, mark: str, said: Mapping[str, Any], zooms: tuple[int, int],
          tile: Callable[[int, int, int], bytes | None]) -> Base:  # fmt: skip
    texts = {str(name): str(value) for name, value in said.items()}
    refuse_shifted([path.name, *texts, *texts.values()], str(path))
    title = texts.get("name") or path.stem
    attribution = texts.get("attribution") or title
    return Base("image", title[:LONGEST_SAID], attribution[:LONGEST_SAID], zooms, mark, tile)


def _of_pmtiles(path: Path, mark: str) -> Base:
    archive = pmtiles.archive(path)
    return _base(path, mark, archive.said(), archive.zooms, archive.tile)


def _of_mbtiles(path: Path, mark: str) -> Base:
    try:
        said = dict(_rows(path, "SELECT name, value FROM metadata"))
        found = _rows(path, "SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
        sample = _rows(path, "SELECT tile_data FROM tiles LIMIT 1")
    except sqlite3.Error as error:
        raise UnreadableFile(
            "this is no whole MBTiles file, it lacks metadata or tiles: make it again.",
            "不是完整的 MBTiles 文件，缺少 metadata 或 tiles 表：请重新生成。",
            file=str(path),
        ) from error
    if not sample or image_kind(bytes(sample[0][0] or b"")) is None:
        raise UnreadableFile(
            "this MBTiles file holds no images (PNG, JPEG or WebP): convert it.",
            "此 MBTiles 文件没有影像瓦片（PNG、JPEG、WebP）：请先转换。",
            file=str(path),
        )

    def tile(z: int, x: int, y: int) -> bytes | None:
        at = (z, x, (1 << z) - 1 - y)  # rows count from the south
        asked = "SELECT tile_data FROM tiles WHERE (zoom_level, tile_column, tile_row) = (?, ?, ?)"
        rows = _rows(path, asked, at)
        return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None

    return _base(path, mark, said, (int(found[0]), int(found[1])), tile)


def _rows(path: Path, asked: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as db:
        return db.execute(asked, values).fetchall()
