"""Tianditu by way of this server: the key stays here, and what came once is kept."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from landgis.errors import BaseMapUnreachable, UnreadableFile, UsageError
from maps.base import Base, image_kind
from maps.origin import refuse_shifted_host

URL = "https://t0.tianditu.gov.cn"

LAYERS: Mapping[str, tuple[str, str]] = {
    "img": ("天地图影像", "Tianditu imagery"),
    "vec": ("天地图矢量", "Tianditu map"),
    "ter": ("天地图地形", "Tianditu terrain"),
    "cia": ("天地图影像注记", "Tianditu labels on imagery"),
    "cva": ("天地图矢量注记", "Tianditu labels on the map"),
}
"""The layers in EPSG:3857 of CGCS2000: nothing is shifted."""

ATTRIBUTION = "© 国家地理信息公共服务平台（天地图） GS（2024）0568号"

KEY = re.compile("[0-9A-Za-z]{8,128}")
ZOOMS = (1, 18)
SECONDS = 10
MOST_BYTES = 2 << 20
MOST_KEPT = 50_000
"""Tiles that are kept, some 15 kB each; the oldest go first."""

FRESH_S = 30 * 86_400
"""A tile that is kept is asked for again after so long."""


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: the key would go with it."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Go nowhere."""


@dataclass(frozen=True)
class Tianditu:
    """The service at ``url`` with a key; tiles are kept in the file ``kept``."""

    url: str
    key: str = field(repr=False)
    kept: Path

    def base(self, layer: str) -> Base:
        """One layer as a base map."""
        title = " ".join(LAYERS[layer])
        name = f"tianditu-{layer}"

        def tile(z: int, x: int, y: int) -> bytes | None:
            return self._tile(layer, z, x, y)

        mark = sha256(f"{self.url} {int(time.time() // FRESH_S)}".encode()).hexdigest()[:16]
        return Base(name, title, ATTRIBUTION, ZOOMS, mark, tile)

    def _tile(self, layer: str, z: int, x: int, y: int) -> bytes:
        with _keeping(self.kept) as db:
            asked = "SELECT content FROM tiles WHERE (layer, z, x, y) = (?, ?, ?, ?) AND at > ?"
            found = db.execute(asked, (layer, z, x, y, time.time() - FRESH_S)).fetchone()
        if found:
            return bytes(found[0])
        content = self._fetched(layer, z, x, y)
        with _keeping(self.kept) as db:
            row = (layer, z, x, y, time.time(), content)
            db.execute("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?, ?, ?)", row)
            db.execute(
                "DELETE FROM tiles WHERE rowid IN "
                "(SELECT rowid FROM tiles ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (MOST_KEPT,),
            )
        return content

    def _fetched(self, layer: str, z: int, x: int, y: int) -> bytes:
        """A tile from the service; raises ``BaseMapUnreachable``, which never tells the key."""
        asked: dict[str, Any] = {
            "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": layer,
            "STYLE": "default", "TILEMATRIXSET": "w", "FORMAT": "tiles",
            "TILEMATRIX": z, "TILEROW": y, "TILECOL": x, "tk": self.key,
        }  # fmt: skip
        address = f"{self.url}/{layer}_w/wmts?{urlencode(asked)}"
        agent = {"User-Agent": "landgis", "Accept": "image/*"}
        try:
            request = Request(address, headers=agent)  # noqa: S310
            with build_opener(_Stay).open(request, timeout=SECONDS) as answer:
                content = bytes(answer.read(MOST_BYTES + 1))
        except (OSError, HTTPException):
            content = b""
        if image_kind(content) is None or len(content) > MOST_BYTES:
            # From nothing: the error below may have the address, and so the key, in its text.
            raise BaseMapUnreachable(
                "Tianditu did not answer with a tile: check the key, the network and the address.",
                "天地图服务未返回瓦片：请核对密钥、网络与服务地址。",
            ) from None
        return content


_writing = threading.Lock()


@contextmanager
def _keeping(path: Path) -> Iterator[sqlite3.Connection]:
    """The file of what is kept; without one that can be used nothing is."""
    with _writing, closing(_opened(path)) as db, db:
        yield db


def _opened(path: Path) -> sqlite3.Connection:
    made = (
        "CREATE TABLE IF NOT EXISTS tiles (layer, z, x, y, at, content, "
        "PRIMARY KEY (layer, z, x, y))"
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        db = sqlite3.connect(path)
        db.execute(made)
        db.execute("CREATE INDEX IF NOT EXISTS tiles_at ON tiles (at)")
    except (OSError, sqlite3.Error):
        db = sqlite3.connect(":memory:")
        db.execute(made)
    return db


def tianditu(url: str, key_file: Path, layers: str, cache: Path) -> list[Base]:
    """The layers of Tianditu that are named by commas, with the key in a file.

    Raises ``UnreadableFile`` for a key that cannot be one, ``UsageError`` for a layer that does
    not exist and for an address that gives GCJ-02.
    """
    refuse_shifted_host(url)
    service = Tianditu(url.rstrip("/"), _key(key_file), cache / "tianditu.db")
    names = [name.strip() for name in layers.split(",")]
    strange = [name for name in names if name not in LAYERS]
    if strange:
        listed = ", ".join(LAYERS)
        raise UsageError(
            f"Tianditu has no layer '{strange[0]}': use one of {listed}.",
            f"天地图没有图层“{strange[0]}”：可用 {listed}。",
        )
    return [service.base(name) for name in names]


def _key(path: Path) -> str:
    try:
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if not KEY.fullmatch(key):
        raise UnreadableFile(
            "this file holds no key of Tianditu: write the key alone into it, and let nobody else "
            "read it.",
            "此文件中没有天地图密钥：请将密钥单独写入文件，并限制他人读取。",
            file=str(path),
        )
    return key
