"""The formats that are read, in one table: name and bytes of a file decide what reads it."""

from __future__ import annotations

import hashlib
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from landgis.errors import UnreadableFile, why_zh
from landgis.readers import (
    archive,
    delimited,
    drawing,
    foreign,
    geojson,
    parquet,
    survey,
    vector,
    workbook,
)
from landgis.readers.layers import choose
from landgis.readers.parts import parts
from landgis.stations import RawLayer, Source

Reader: TypeAlias = Callable[[Path, Source, str | None, str | None], RawLayer]
"""Takes the file, its source, the layer wanted and the encoding forced."""

HEAD_BYTES = 4096
ENCODINGS = ("gb18030", "utf-8", "utf-16-le", "utf-16-be")
GDB_OPENS = (b"\x03\0\0\0", b"\x04\0\0\0")
"""How the file that every File Geodatabase has begins."""


@dataclass(frozen=True)
class Format:
    """A format: the driver's name, how its bytes begin, what reads it, and how many layers it has.

    The one layer of a ``single`` format is called like the file.
    """

    driver: str
    begins: Callable[[bytes], bool]
    read: Reader
    single: bool = False


def _json(head: bytes) -> bool:
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return opening.startswith(b"{") or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _text(head: bytes) -> bool:
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


SURVEY_OPENS = tuple(f"[{word}]".encode(e) for word in ("属性描述", "地块坐标") for e in ENCODINGS)


def _is_wide(head: bytes) -> bool:
    """Whether ends of lines are two bytes wide, as in UTF-16, and no mark says so."""
    return (
        not _text(head)
        and any(end in head for end in (b"\n\0", b"\0\n"))
        and not (head.count(b"\0") > len(head) * 3 // 4)
    )


def _table(head: bytes) -> bool:
    return _text(head) and not any(mark in head for mark in SURVEY_OPENS)


def _drawing(head: bytes) -> bool:
    return b"SECTION" in head or head.startswith(b"AutoCAD Binary DXF")


def _packed(path: Path, source: Source, layer: str | None, encoding: str | None) -> RawLayer:
    """The only data set of an archive, or the one named by ``layer``."""
    with tempfile.TemporaryDirectory() as room:
        found = archive.opened(path, Path(room), FORMATS, source.name)
        wanted = layer if len(found) > 1 or layer in found else None
        inner = found[choose(list(found), wanted, source.name)]
        raw = parse(inner, None if wanted else layer, encoding)
        driver, found_encoding = raw.source.driver, raw.source.encoding
        return replace(raw, source=replace(source, driver=driver, encoding=found_encoding))


_GEOJSON = Format("GeoJSON", _json, geojson.read, single=True)
_PARQUET = Format("Parquet", lambda h: h.startswith(b"PAR1"), parquet.read, single=True)
_CSV = Format("CSV", _table, delimited.read, single=True)
_GPKG = Format(
    "GPKG",
    lambda h: h.startswith(b"SQLite format 3\0") and h[68:70] == b"GP",
    vector.read_layers,
)
_SHP = Format(
    "ESRI Shapefile",
    lambda h: h.startswith(b"\0\0\x27\x0a"),
    vector.read_shapefile,
    single=True,
)
_XLSX = Format("XLSX", lambda h: h.startswith(b"PK\x03\x04"), workbook.read)
_TXT = Format("勘测定界 TXT", _text, survey.read, single=True)

_GDB = Format("OpenFileGDB", lambda h: h[:4] in GDB_OPENS, vector.read_geodatabase)
_FGB = Format("FlatGeobuf", lambda h: h.startswith(b"fgb"), vector.read_layers)
_KML = Format("KML", lambda h: b"<kml" in h or b"<?xml" in h, vector.read_kml)
_DXF = Format("DXF", _drawing, drawing.read)
_TAB = Format("MapInfo File", lambda h: b"!table" in h.lower(), vector.read_mapinfo, single=True)
_MIF = Format(
    "MapInfo File", lambda h: b"version" in h[:200].lower(), vector.read_mapinfo, single=True
)
_ZIP = Format("ZIP", lambda h: h.startswith((b"PK\x03\x04", b"PK\x05\x06")), _packed)

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
    ".kmz": _ZIP,
}
"""The formats that are read, by extension: the allow-list. The bytes must agree with the name."""

MOST_COLUMNS = 1_000
"""No ledger has so many; each is looked up among all the names that columns may have."""

MARKED = (".gpkg", ".shp", ".parquet", ".fgb", ".xlsx", ".zip", ".txt")
"""Endings whose formats open with a mark of their own: so a wrong name can be told."""


def parse(path: Path, source_layer: str | None = None, encoding: str | None = None) -> RawLayer:
    """A file as it is, in this process: ``readers.read`` does the same apart.

    Raises ``UnreadableFile`` for what is missing, empty, broken or not what its name says.
    """
    known = recognised(path)
    if known.single and source_layer is not None:
        choose([path.stem], source_layer, path.name)
    source = Source(path.name, sha256(path), known.driver)
    raw = known.read(path.resolve(), source, source_layer, encoding)
    if raw.table.shape[1] > MOST_COLUMNS:
        raise UnreadableFile(
            f"the table has {raw.table.shape[1]} columns: deliver those that hold something.",
            f"表格有 {raw.table.shape[1]} 列：请只提供有内容的列。",
            file=path.name,
        )
    return raw


def recognised(path: Path) -> Format:
    """The format of a file by its name, which its bytes must bear out.

    Raises ``UnreadableFile`` for what is missing, empty, known but not read, or misnamed.
    """
    opening = head(path)
    foreign.refuse_content(opening, path.name)
    like = " ".join(e for e in MARKED if _marks(e)(opening))
    known = of_name(path, like)
    if known in (_CSV, _TXT) and _is_wide(opening):
        raise UnreadableFile(
            "the text is in UTF-16 without the mark that says so: save it as UTF-8.",
            "文本为不带标记的 UTF-16 编码：请另存为 UTF-8。",
            file=path.name,
        )
    if not known.begins(opening):
        raise UnreadableFile(
            f"the content is no {known.driver}: name the file by what it is"
            f"{like and f' ({like})'}.",
            f"文件内容不是 {known.driver}：请使用与内容相符的扩展名{like and f'（{like}）'}。",
            file=path.name,
        )
    return known


def head(path: Path) -> bytes:
    """The first bytes of a file; of a folder those of the file that marks a geodatabase."""
    try:
        opening = _opening(path)
    except (OSError, ValueError) as broken:
        said = getattr(broken, "strerror", None) or broken
        raise UnreadableFile(
            f"the file cannot be opened ({said}): check the path.",
            f"文件无法打开（{why_zh(broken) if isinstance(broken, OSError) else '路径无效'}）："
            "请检查路径。",
            file=path.name,
        ) from broken
    if not opening:
        raise UnreadableFile("the file is empty.", "文件为空。", file=path.name)
    return opening


def _opening(path: Path) -> bytes:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        if not (path / archive.GDB_MARK).is_file():
            raise UnreadableFile(
                "this is a folder and no geodatabase: name a file in it.",
                "这是文件夹，且不是地理数据库：请指定其中的文件。",
                file=path.name,
            )
        path = path / archive.GDB_MARK
    elif not stat.S_ISREG(mode):
        raise UnreadableFile(
            "this is a pipe or a device and no file: save what it gives as a file.",
            "这是管道或设备，不是文件：请先保存为文件。",
            file=path.name,
        )
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def of_name(path: Path, like: str = "") -> Format:
    """The format that the ending of a name means; raises ``UnreadableFile`` with the way out.

    ``like`` are the endings that the content speaks for.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise foreign.unread(ending, like, ", ".join(FORMATS), path.name)
    return FORMATS[ending]


def _marks(ending: str) -> Callable[[bytes], bool]:
    """Whether first bytes bear the mark of a format, and are not only possible for it."""
    if ending == ".txt":
        return lambda head: any(mark in head for mark in SURVEY_OPENS)
    return FORMATS[ending].begins


def sha256(path: Path) -> str:
    """The digest of a file, with its sidecars; of a folder over all its files, in a fixed order."""
    digest = hashlib.sha256()
    for part in parts(path):
        digest.update(b"" if part is None else part.read_bytes())
    return digest.hexdigest()
