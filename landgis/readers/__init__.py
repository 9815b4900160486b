"""Files in: every format a bureau has, in one table; one file becomes one ``RawLayer``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from landgis.errors import UnreadableFile
from landgis.readers import delimited, geojson, parquet, survey, vector, workbook
from landgis.stations import RawLayer, Source

Reader: TypeAlias = Callable[[Path, Source, str | None, str | None], RawLayer]
"""Takes the file, its source, the layer wanted and the encoding forced."""

HEAD_BYTES = 4096


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


_GEOJSON = Format("GeoJSON", _json, geojson.read)
_PARQUET = Format("Parquet", lambda h: h.startswith(b"PAR1"), parquet.read)
_CSV = Format("CSV", _text, delimited.read)
_GPKG = Format(
    "GPKG",
    lambda h: h.startswith(b"SQLite format 3\0") and h[68:70] == b"GP",
    vector.read_geopackage,
)
_SHP = Format("ESRI Shapefile", lambda h: h.startswith(b"\0\0\x27\x0a"), vector.read_shapefile)
_XLSX = Format("XLSX", lambda h: h.startswith(b"PK\x03\x04"), workbook.read)
_TXT = Format("勘测定界 TXT", _text, survey.read)

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
    ".dbf": ("name the .shp, or save the table as .xlsx", "请指定 .shp，或将表格另存为 .xlsx"),
}
"""Formats that are known but not read, and what to do."""

SIDECARS = (".shx", ".dbf", ".prj", ".cpg")


def read(path: Path, *, source_layer: str | None = None, encoding: str | None = None) -> RawLayer:
    """A file as it is: every column text, geometry untouched, CRS as the file says.

    ``source_layer`` chooses in a file with several layers or sheets, ``encoding`` forces the one
    of text. Raises ``UnreadableFile`` for what is missing, empty, broken, of a kind that is not
    read or not what its name says.
    """
    head = _head(path)
    known = _format(path)
    if not known.begins(head):
        raise UnreadableFile(
            f"the content is no {known.driver}: name the file by what it is.",
            f"文件内容不是 {known.driver}：请使用与内容相符的扩展名。",
            file=path.name,
        )
    source = Source(path.name, sha256(path), known.driver)
    return known.read(path.resolve(), source, source_layer, encoding)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as broken:
        raise UnreadableFile(
            f"the file cannot be opened ({broken.strerror}): check the path.",
            f"文件无法打开（{broken.strerror}）：请检查路径。",
            file=path.name,
        ) from broken
    if not head:
        raise UnreadableFile("the file is empty.", "文件为空。", file=path.name)
    return head


def _format(path: Path) -> Format:
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
    """The digest of a file; of a shapefile over all its parts, in a fixed order."""
    digest = hashlib.sha256(path.read_bytes())
    if path.suffix.lower() == ".shp":
        for part in map(path.with_suffix, SIDECARS):
            digest.update(part.read_bytes() if part.is_file() else b"")
    return digest.hexdigest()
