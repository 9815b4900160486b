"""Vector files through pyogrio, each with the one driver its name and bytes prove."""

from __future__ import annotations

import re
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
from pyproj.exceptions import CRSError

from landgis.errors import UnknownCRS, UnreadableFile
from landgis.issues import IssueKind, Problem
from landgis.readers.columns import as_text
from landgis.readers.layers import choose
from landgis.readers.parts import sidecar
from landgis.readers.text import decode, decode_cut, distinct, sniff
from landgis.stations import Geometries, RawLayer, Source

BYTES = "ISO-8859-1"
"""Read as if so encoded, every byte of a dbf comes through and can be decoded by proof."""


DECLARED = re.compile(r"<\?xml[^>]*\?>")
DRAWN = frozenset({"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude",
                   "visibility", "drawOrder", "icon"})  # fmt: skip
"""What LIBKML says of every feature, and of how to draw it."""
SHX_HEAD, SHX_RECORD, DBF_HEAD = 100, 8, 12
"""Bytes of the index before its records, of each record, and of a dbf's head as far as read."""

ALSO = {"KML": "LIBKML"}
"""GDAL has two drivers for it."""

# pyogrio 0.13 leaves a variable unset where a .prj is no WKT at all.
BROKEN = (
    DataSourceError,
    DataLayerError,
    GeometryError,
    pa.ArrowException,
    OSError,
    UnicodeError,
    UnboundLocalError,
)
"""What pyogrio and Arrow raise for a file whose parts do not fit together."""


def read_layers(path: Path, source: Source, layer: str | None, _encoding: str | None) -> RawLayer:
    """The layer called ``layer``, or the only one, of a file in UTF-8."""
    _same_driver(path, source, None)
    names = [str(n) for n in pyogrio.list_layers(path)[:, 0]]
    return _raw(path, source, choose(names, layer, source.name), None)


def read_geodatabase(
    path: Path, source: Source, layer: str | None, encoding: str | None
) -> RawLayer:
    """A File Geodatabase, which is a folder; a link in it is refused."""
    if any(p.is_symlink() for p in path.rglob("*")):
        raise _refusal(source.name)
    return read_layers(path, source, layer, encoding)


def read_kml(path: Path, source: Source, layer: str | None, encoding: str | None) -> RawLayer:
    """A KML in whatever encoding it proves to be, without the columns in which it only draws."""
    text, found = decode(path.read_bytes(), encoding, source.name)
    with tempfile.TemporaryDirectory() as room:
        plain = Path(room) / path.name
        plain.write_text(DECLARED.sub("", text.lstrip("\ufeff"), count=1), encoding="utf-8")
        raw = read_layers(plain, source, layer, None)
    drawn = [n for n in raw.table.columns if n in DRAWN or not (raw.table[n] != "").any()]
    table = raw.table.drop(columns=drawn)
    return parcels(replace(raw, source=replace(source, encoding=found), table=table), "Name", 1)


def parcels(raw: RawLayer, named: str, most: int) -> RawLayer:
    """What has more dimensions than ``most``, where there are polygons; the others each told.

    ``named`` is the column that tells them apart.
    """
    assert raw.geometry is not None
    dimension = shapely.get_dimensions(raw.geometry)
    other = (dimension >= 0) & (dimension <= most)
    if not other.any() or not (dimension == 2).any():
        return raw
    names = raw.table[named] if named in raw.table else raw.table.index.astype("str").to_series()
    names = names.where(names != "", raw.table.get("Layer", ""))
    told = [
        Problem(IssueKind.PLACEMARK_LEFT, value=str(name), row=int(row))
        for name, row in zip(names[other], raw.table.index[other], strict=True)
    ]
    return replace(
        raw,
        table=raw.table[~other],
        geometry=raw.geometry[~other],
        problems=(*raw.problems, *told),
    )


def read_mapinfo(path: Path, source: Source, _layer: str | None, encoding: str | None) -> RawLayer:
    """A MapInfo .tab or .mif with the files beside it; the bytes decide the encoding."""
    if path.suffix.lower() == ".mif":
        _must_have(path, ".mid", ".mif, .mid", source.name)
    _same_driver(path, source, BYTES)
    try:
        meta, _, wkb, columns = pyogrio.raw.read(path, encoding=BYTES)
    except BROKEN as broken:
        raise _refusal(source.name) from broken
    table = as_text(pa.table([_arrow(c) for c in columns], [str(n) for n in meta["fields"]]))
    if not len(columns):
        table = pd.DataFrame(index=pd.RangeIndex(1, len(wkb) + 1))
    raw = RawLayer(source, table, _shapes(wkb), _crs(meta["crs"], source.name))
    return _decoded(raw, encoding)


def _arrow(column: NDArray[Any]) -> pa.Array:
    if np.issubdtype(column.dtype, np.datetime64):
        days = column.astype("datetime64[D]")
        return pa.array(days) if (days == column).all() else pa.array(column)
    return pa.array(column, from_pandas=True)


def read_shapefile(
    path: Path, source: Source, _layer: str | None, encoding: str | None
) -> RawLayer:
    """A shapefile with its .dbf; a missing or lying .cpg does no harm: the bytes decide."""
    for part in (".dbf", ".shx"):
        _must_have(path, part, ".shp, .shx, .dbf, .prj", source.name)
    _same_driver(path, source, BYTES)
    _same_count(path, source.name)
    raw = _raw(path, source, None, BYTES)
    return _decoded(raw, encoding)


def _must_have(path: Path, part: str, together: str, file: str) -> None:
    """Raise ``UnreadableFile`` where a part of a delivery of several files is not there."""
    if sidecar(path, part) is None:
        raise UnreadableFile(
            f"the {part} beside the {path.suffix.lower()} is missing: deliver {together} together.",
            f"缺少与 {path.suffix.lower()} 配套的 {part}：请同时提供 {together}。",
            file=file,
        )


def _same_count(path: Path, file: str) -> None:
    """Refuse shapes and rows that do not pair: GDAL would drop or mismatch them without a word."""
    shx, dbf = sidecar(path, ".shx"), sidecar(path, ".dbf")
    assert shx is not None
    assert dbf is not None
    shapes = (shx.stat().st_size - SHX_HEAD) // SHX_RECORD
    head = dbf.read_bytes()[:DBF_HEAD].ljust(DBF_HEAD, b"\0")
    rows, start, width = struct.unpack("<4xIHH", head)
    if rows == shapes and dbf.stat().st_size >= start + rows * width:
        return
    raise UnreadableFile(
        f"the .dbf holds {rows} rows, or a part of them, and the .shp {shapes} shapes: they do not "
        "belong together; export all parts again.",
        f".dbf 有 {rows} 行（或不完整），.shp 有 {shapes} 个图形：两者不配套；请重新导出全部文件。",
        file=file,
    )


def _same_driver(path: Path, source: Source, encoding: str | None) -> None:
    """Refuse a file that GDAL would open with another driver than its name promises."""
    try:
        driver = pyogrio.read_info(path, encoding=encoding, layer=0)["driver"]
    except BROKEN as broken:
        raise _refusal(source.name) from broken
    if driver not in (source.driver, ALSO.get(source.driver)):
        raise _refusal(source.name)


def _raw(path: Path, source: Source, layer: str | None, encoding: str | None) -> RawLayer:
    try:
        meta, table = pyogrio.raw.read_arrow(path, layer=layer, encoding=encoding)
        if meta["geometry_type"] is None:
            return RawLayer(source, as_text(table))
        shape = meta["geometry_name"] or "wkb_geometry"
        text = as_text(table.drop_columns([shape]))
    except BROKEN as broken:
        raise _refusal(source.name) from broken
    wkb = table.column(shape).to_pylist()
    curved = any(w is not None and _is_curve(w) for w in wkb)
    shapes = _straight(path, source, layer, encoding) if curved else _shapes(wkb)
    said = Problem(IssueKind.CURVE_STRAIGHTENED)
    crs = _crs(meta["crs"], source.name)
    return RawLayer(source, text, shapes, crs, (said,) if curved else ())


CURVES = range(8, 13)
"""CircularString, CompoundCurve, CurvePolygon, MultiCurve and MultiSurface in WKB."""


def _is_curve(wkb: bytes) -> bool:
    code = int.from_bytes(wkb[1:5], "little" if wkb[:1] == b"\x01" else "big")
    return (code & 0x0FFF_FFFF) % 1000 in CURVES


def _straight(path: Path, source: Source, layer: str | None, encoding: str | None) -> Geometries:
    """The shapes once more, curves as chords: only this way of pyogrio makes them."""
    try:
        _, _, wkb, _ = pyogrio.raw.read(path, layer=layer, encoding=encoding, columns=[])
    except BROKEN as broken:
        raise _refusal(source.name) from broken
    return _shapes(wkb)


def _shapes(wkb: Sequence[bytes | None]) -> Geometries:
    """Shapes; bytes that are no geometry count as none."""
    shapes: Geometries = shapely.from_wkb(np.asarray(wkb, dtype=object), on_invalid="ignore")
    return shapes


def _crs(said: Any, file: str) -> pyproj.CRS | None:
    try:
        return pyproj.CRS.from_user_input(said) if said else None
    except CRSError as broken:
        raise UnknownCRS(
            "the coordinate system in the file cannot be understood: give it with --crs.",
            "无法识别文件中的坐标系：请用 --crs 指定。",
            file=file,
        ) from broken


def _decoded(raw: RawLayer, encoding: str | None) -> RawLayer:
    """``raw`` with names and text decoded from the bytes they really are."""
    names = [n.encode(BYTES) for n in raw.table.columns]
    cells = {n: [v.encode(BYTES) for v in raw.table[n].unique()] for n in raw.table.columns}
    found = sniff(
        [*names, *(b for held in cells.values() for b in held)], encoding, raw.source.name
    )
    table = raw.table.copy()
    for name, held in cells.items():
        said = {b.decode(BYTES): decode_cut(b, found) for b in held}
        table[name] = table[name].map(said).astype("str")
    table.columns = distinct([decode_cut(n, found) for n in names])
    return RawLayer(replace(raw.source, encoding=found), table, raw.geometry, raw.crs)


def _refusal(file: str) -> UnreadableFile:
    return UnreadableFile(
        "the file is broken or is not what its name says: export it again.",
        "文件已损坏或与扩展名不符：请重新导出。",
        file=file,
    )
