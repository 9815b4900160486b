"""Words about a base map in; a refusal where they say that it lies off by GCJ-02 out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from landgis.errors import UnknownCRS, UsageError

SHIFTED = re.compile(
    r"gcj|bd-?09|火星|国测局|amap|autonavi|gaode|高德|tencent|腾讯|soso|baidu|百度|bdimg"
    r"|google\.cn|谷歌中国",
    re.IGNORECASE,
)
"""What names a source whose coordinates are shifted by some 500 m, or the shift itself."""

SHIFTED_HOSTS = (
    "amap.com",
    "autonavi.com",
    "gaode.com",
    "qq.com",
    "gtimg.com",
    "baidu.com",
    "bdimg.com",
    "bdstatic.com",
    "google.cn",
    "gmaps.cn",
)


def refuse_shifted(said: Iterable[str], file: str) -> None:
    """Raise ``UnknownCRS`` where what a base map says of itself names a source in GCJ-02."""
    for text in said:
        found = SHIFTED.search(text)
        if found:
            raise UnknownCRS(
                f"this base map says '{found[0]}', whose coordinates are GCJ-02 or BD-09 and lie "
                "some 500 m off: take one in CGCS2000 or WGS 84.",
                f"底图说明中有“{found[0]}”，其坐标为 GCJ-02 或 BD-09，偏移约 500 米："
                "请使用 CGCS2000 或 WGS 84 底图。",
                file=file,
            )


def refuse_shifted_host(url: str) -> None:
    """Raise ``UsageError`` for an address that is none, or that gives GCJ-02 or BD-09."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(
            "the address of the base map is not one: write it like https://t0.tianditu.gov.cn.",
            "底图服务地址无效：应写作 https://t0.tianditu.gov.cn。",
        )
    if any(host == shifted or host.endswith(f".{shifted}") for shifted in SHIFTED_HOSTS):
        raise UsageError(
            f"'{host}' gives maps in GCJ-02 or BD-09, which lie some 500 m off: use Tianditu.",
            f"“{host}”的地图坐标为 GCJ-02 或 BD-09，偏移约 500 米：请使用天地图。",
        )
