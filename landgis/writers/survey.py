"""勘测定界 TXT: nine columns, northing first, zone prefix, closed rings, hectares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import shapely

from landgis.errors import UsageError
from landgis.measure import transform
from landgis.stations import Geometries
from landgis.writers import values
from landgis.writers.job import Job
from landgis.zones import LONLAT, zone_epsg, zone_of

GBK = "gbk"
WIDER = "gb18030"
"""Where a character is not in GBK: the same bytes for all that are."""
DECIMALS = 3
ZONES: tuple[int, ...] = (*range(13, 24), *range(25, 46))
MIDDLE = 105.0
"""The meridian in the middle of China, for a table without any outline."""

NAMES = ("name", "project_name", "地块名称", "项目名称", "名称")
USES = ("land_use", "地块用途", "土地用途")
SHEETS, CODES = ("图幅号",), ("地类编码",)

HEAD = (
    "[属性描述]", "格式版本号=1.01版本", "数据产生单位=", "数据产生日期={day}",
    "坐标系=2000国家大地坐标系", "几度分带={width}", "投影类型=高斯克吕格", "计量单位=米",
    "带号={zone}", "精度=0.001", "转换参数=,,,,,,", "[地块坐标]",
)  # fmt: skip


def write_txt(job: Job) -> bytes:
    """Every outline of the table as a parcel; rows without one cannot stand in such a text.

    Encoded as ``job.encoding``, else GBK; lines end in CR LF.
    """
    there = ~shapely.is_missing(job.geometry)
    zone = _zone(job, job.geometry[there])
    shapes = transform(job.geometry[there], job.crs, zone_epsg(zone, prefixed=True))
    head = "\n".join(HEAD).format(day=_day(job.stamp), width=3 if zone >= 25 else 6, zone=zone)
    cells = zip(*(_cells(job.plain[there], names) for names in (None, NAMES, SHEETS, USES, CODES)),
                strict=True)  # fmt: skip
    parcels = [
        line for words, shape in zip(cells, shapes, strict=True) for line in _parcel(words, shape)
    ]
    text = "\r\n".join([*head.split("\n"), *parcels, ""])
    try:
        return text.encode(job.encoding or _encoding(text))
    except (LookupError, UnicodeEncodeError) as broken:
        raise UsageError(
            f"'{job.encoding}' cannot hold this text: use gbk, gb18030 or utf-8.",
            f"“{job.encoding}”无法编码该文本：请用 gbk、gb18030 或 utf-8。",
        ) from broken


def _encoding(text: str) -> str:
    try:
        text.encode(GBK)
    except UnicodeEncodeError:
        return WIDER
    return GBK


def _day(stamp: datetime) -> str:
    return f"{stamp.year}-{stamp.month}-{stamp.day}"


def _zone(job: Job, shapes: Geometries) -> int:
    """The zone of the CRS; for degrees the 3-degree zone around the middle of all outlines."""
    code = job.crs.to_epsg()
    for zone in ZONES:
        if code in (zone_epsg(zone, prefixed=False), zone_epsg(zone, prefixed=True)):
            return zone
    bounds = shapely.total_bounds(transform(shapes, job.crs, LONLAT))
    middle = float((bounds[0] + bounds[2]) / 2) if len(shapes) else MIDDLE
    return zone_of(middle)


def _cells(plain: pd.DataFrame, names: Sequence[str] | None) -> list[str]:
    """The first of the columns ``names`` that is there, else empty; without names the first."""
    found = list(plain.columns[:1]) if names is None else [n for n in names if n in plain.columns]
    if not found:
        return [""] * len(plain)
    return [_safe(t) for t in values.texts(plain[found[0]], str(found[0]))]


def _safe(text: str) -> str:
    """Text that is one cell of one line."""
    return re.sub(r"\s+", " ", text).strip().translate(str.maketrans(",@{}[]=", "，＠（）〔〕＝"))


def _parcel(words: Sequence[str], shape: shapely.Geometry) -> Iterator[str]:
    rings = [np.round(shapely.get_coordinates(r), DECIMALS) for r in _rings(shape)]
    number, name, sheet, use, code = words
    area_ha = shapely.area(shape) / 10_000
    count = sum(map(len, rings))
    yield f"{count},{area_ha:.4f},{number},{name},面,{sheet},{use},{code},@"
    label = 1
    for place, ring in enumerate(rings, start=1):
        labels = [*range(label, label + len(ring) - 1), label]
        for own, (east, north) in zip(labels, ring.tolist(), strict=True):
            yield f"J{own},{place},{north:.{DECIMALS}f},{east:.{DECIMALS}f}"
        label += len(ring) - 1


def _rings(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """Each part's outer ring and then its holes."""
    for part in shapely.get_parts(shape):
        yield shapely.get_exterior_ring(part)
        yield from (shapely.get_interior_ring(part, i) for i in range(len(part.interiors)))
