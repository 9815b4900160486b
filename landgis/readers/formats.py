"""The formats that are read, in one table: name and bytes of a file decide what reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from landgis.errors import UnreadableFile
from landgis.readers import archive, delimited, geojson, parquet, survey, vector, workbook
from landgis.stations import RawLayer, Source

Reader: TypeAlias = Callable[[Path, Source, str | None, str | None], RawLayer]
"""Takes the file, its source, the layer wanted and the encoding forced."""

HEAD_BYTES = 4096
GDB_MARK = "a00000001.gdbtable"
GDB_OPENS = (b"\x03\0\0\0", b"\x04\0\0\0")
"""The file that every File Geodatabase has, and how it begins."""


@dataclass(frozen=True)
class Format:
    """A format: the driver's name, how its bytes begin, and what reads it."""

    driver: str
    begins: Callable[[bytes], bool]
    read: Reader


def _json(head: bytes) -> bool:
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return opening.startswith(b"{") or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _text(head: bytes) -> bool:
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _drawing(head: bytes) -> bool:
    return b"SECTION" in head or head.startswith(b"AutoCAD Binary DXF")


_GEOJSON = Format("GeoJSON", _json, geojson.read)
_PARQUET = Format("Parquet", lambda h: h.startswith(b"PAR1"), parquet.read)
_CSV = Format("CSV", _text, delimited.read)
_GPKG = Format(
    "GPKG",
    lambda h: h.startswith(b"SQLite format 3\0") and h[68:70] == b"GP",
    vector.read_layers,
)
_SHP = Format("ESRI Shapefile", lambda h: h.startswith(b"\0\0\x27\x0a"), vector.read_shapefile)
_XLSX = Format("XLSX", lambda h: h.startswith(b"PK\x03\x04"), workbook.read)
_TXT = Format("勘测定界 TXT", _text, survey.read)

_GDB = Format("OpenFileGDB", lambda h: h[:4] in GDB_OPENS, vector.read_geodatabase)
_FGB = Format("FlatGeobuf", lambda h: h.startswith(b"fgb"), vector.read_layers)
_KML = Format("KML", lambda h: b"<kml" in h or b"<?xml" in h, vector.read_layers)
_DXF = Format("DXF", _drawing, vector.read_drawing)
_TAB = Format("MapInfo File", lambda h: b"!table" in h.lower(), vector.read_mapinfo)
_MIF = Format("MapInfo File", lambda h: b"version" in h[:200].lower(), vector.read_mapinfo)
_ZIP = Format("ZIP", lambda h: h.startswith((b"PK\x03\x04", b"PK\x05\x06")), archive.read)

FORMATS: Mapping[str, Format] = {
    ".gpkg": _GPKG,
    ".geojson": _GEOJSON,
    ".json": _GEOJSON,
    ".shp": _SHP,
    ".parquet": _PARQUET,
    ".geoparquet": _PARQUET,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".xlsx": _XLSX,
    ".xlsm": _XLSX,
    ".txt": _TXT,
    ".gdb": _GDB,
    ".fgb": _FGB,
    ".kml": _KML,
    ".dxf": _DXF,
    ".tab": _TAB,
    ".mif": _MIF,
    ".zip": _ZIP,
}
"""The formats that are read, by extension: the allow-list. The bytes must agree with the name."""

WAYS_OUT: Mapping[str, tuple[str, str]] = {
    ".mdb": ("export it to .gdb or .gpkg", "请导出为 .gdb 或 .gpkg"),
    ".dwg": ("save it as .dxf or .shp", "请另存为 .dxf 或 .shp"),
    ".vct": ("convert it to .gpkg or .shp", "请转换为 .gpkg 或 .shp"),
    ".wp": ("export it from MapGIS as .shp", "请从 MapGIS 导出为 .shp"),
    ".wl": ("export it from MapGIS as .shp", "请从 MapGIS 导出为 .shp"),
    ".wt": ("export it from MapGIS as .shp", "请从 MapGIS 导出为 .shp"),
    ".xls": ("save it as .xlsx", "请另存为 .xlsx"),
    ".et": ("save it as .xlsx", "请另存为 .xlsx"),
    ".rar": ("unpack it and name the file in it", "请解压后指定其中的文件"),
    ".7z": ("unpack it and name the file in it", "请解压后指定其中的文件"),
    ".kmz": ("unpack it: it is a zip that holds a .kml", "请解压：其中有 .kml 文件"),
    ".dbf": ("name the .shp, or save the table as .xlsx", "请指定 .shp，或将表格另存为 .xlsx"),
}
"""Formats that are known but not read, and what to do."""

SIDECARS = (".shx", ".dbf", ".prj", ".cpg")


def parse(path: Path, source_layer: str | None = None, encoding: str | None = None) -> RawLayer:
    """A file as it is, in this process: ``readers.read`` does the same apart.

    Raises ``UnreadableFile`` for what is missing, empty, broken or not what its name says.
    """
    known = of_name(path)
    if not known.begins(head(path)):
        raise UnreadableFile(
            f"the content is no {known.driver}: name the file by what it is.",
            f"文件内容不是 {known.driver}：请使用与内容相符的扩展名。",
            file=path.name,
        )
    source = Source(path.name, sha256(path), known.driver)
    return known.read(path.resolve(), source, source_layer, encoding)


def head(path: Path) -> bytes:
    """The first bytes of a file; of a folder those of the file that marks a geodatabase."""
    try:
        if path.is_dir():
            path = path / GDB_MARK
        with path.open("rb") as file:
            opening = file.read(HEAD_BYTES)
    except OSError as broken:
        raise UnreadableFile(
            f"the file cannot be opened ({broken.strerror}): check the path.",
            f"文件无法打开（{broken.strerror}）：请检查路径。",
            file=path.name,
        ) from broken
    if not opening:
        raise UnreadableFile("the file is empty.", "文件为空。", file=path.name)
    return opening


def of_name(path: Path) -> Format:
    """The format that the ending of a name means; raises ``UnreadableFile`` with the way out."""
    extension = path.suffix.lower()
    if extension in FORMATS:
        return FORMATS[extension]
    en, zh = WAYS_OUT.get(extension, (f"use one of {', '.join(FORMATS)}", "请换用可读取的格式"))
    raise UnreadableFile(
        f"files of kind '{extension}' are not read: {en}.",
        f"不支持读取“{extension}”文件：{zh}。",
        file=path.name,
    )


def sha256(path: Path) -> str:
    """The digest of a file; of a shapefile or a folder over all its parts, in a fixed order."""
    if path.is_dir():
        parts = sorted(p for p in path.rglob("*") if p.is_file())
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha256(path.read_bytes())
        parts = list(map(path.with_suffix, SIDECARS)) if path.suffix.lower() == ".shp" else []
    for part in parts:
        digest.update(part.read_bytes() if part.is_file() else b"")
    return digest.hexdigest()
