"""Formats that are known but not read: told by their content, else by their ending; the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from landgis.errors import UnreadableFile

Words = tuple[str, str]
"""English and Chinese."""


@dataclass(frozen=True)
class Foreign:
    """A format that is not read: its name, what to do instead, and how its bytes open, if told."""

    name: Words
    fix: Words
    opens: re.Pattern[bytes] | None = None


def _bytes(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:" + pattern + rb")", re.I | re.S)


AS_VECTOR = ("convert it to .gpkg or .shp", "请转换为 .gpkg 或 .shp")
AS_WORKBOOK = ("save it as .xlsx", "请另存为 .xlsx")

ACCESS = Foreign(
    ("a Microsoft Access database", "Access 数据库"),
    ("export its layers to .gdb or .gpkg", "请将其中的图层导出为 .gdb 或 .gpkg"),
    re.compile(rb".{4}Standard (?:Jet|ACE) DB", re.S),
)
DWG = Foreign(
    ("an AutoCAD DWG", "AutoCAD DWG"),
    ("save it as .dxf or export it as .shp", "请另存为 .dxf，或导出为 .shp"),
    re.compile(rb"AC1\d\d\d\0"),
)
VCT = Foreign(
    ("a VCT of GB/T 17798", "VCT（GB/T 17798）"), AS_VECTOR, _bytes(rb"HeadBegin|DataMark")
)
MAPGIS = Foreign(
    ("a MapGIS file", "MapGIS"),
    ("export it from MapGIS as .shp", "请从 MapGIS 导出为 .shp"),
    re.compile(rb"WMAP`D2"),
)
OFFICE = Foreign(
    ("an Office file of the old kind or with a password", "旧版或加密的 Office 文件"),
    ("take the password off and save it as .xlsx", "请取消密码并另存为 .xlsx"),
    re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
SHEET_XML = Foreign(
    ("an XML spreadsheet", "XML 电子表格"),
    AS_WORKBOOK,
    _bytes(rb"<\?xml.{0,400}urn:schemas-microsoft-com:office:spreadsheet"),
)
PAGE = Foreign(
    ("a web page", "网页"),
    ("open it in a spreadsheet and save it as .xlsx", "请用电子表格软件打开后另存为 .xlsx"),
    _bytes(rb"<(?:!doctype\s+html|html|head|meta|table)\b"),
)
PACKED = Foreign(
    ("an archive that is no zip", "非 zip 压缩包"),
    ("unpack it and name the file in it", "请解压后指定其中的文件"),
    re.compile(rb"Rar!\x1a|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ|.{257}ustar", re.S),
)
PICTURE = Foreign(
    ("a picture or a PDF", "图片或 PDF"),
    (
        "deliver the outlines as .gpkg or .shp and the records as .xlsx",
        "请以 .gpkg 或 .shp 提供图形，以 .xlsx 提供记录",
    ),
    re.compile(rb"%PDF-|\x89PNG\r|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a"),
)
DBF = Foreign(
    ("a table without its shapes", "没有图形的属性表"),
    ("name the .shp, or save the table as .xlsx", "请指定 .shp，或将表格另存为 .xlsx"),
)

PART = Foreign(
    ("a part of a shapefile", "Shapefile 的一部分"),
    ("name the .shp, with the other parts beside it", "请指定同名的 .shp，其余文件放在一起"),
)
MAPINFO_PART = Foreign(
    ("a part of a MapInfo file", "MapInfo 文件的一部分"),
    ("name the .tab or .mif, with the other parts beside it",
     "请指定同名的 .tab 或 .mif，其余文件放在一起"),
)  # fmt: skip
GDB_PART = Foreign(
    ("a part of a geodatabase", "地理数据库的一部分"),
    ("name the .gdb folder", "请指定整个 .gdb 文件夹"),
)

BY_CONTENT = (ACCESS, DWG, VCT, MAPGIS, OFFICE, SHEET_XML, PAGE, PACKED, PICTURE)
"""The formats that their first bytes give away, whatever the file is called."""

BY_ENDING: Mapping[str, Foreign] = {
    **dict.fromkeys((".mdb", ".accdb"), ACCESS),
    ".dwg": DWG,
    ".vct": VCT,
    **dict.fromkeys((".wp", ".wl", ".wt", ".wat", ".wal", ".wap", ".mpj", ".hdf"), MAPGIS),
    **dict.fromkeys((".xls", ".et", ".doc", ".docx"), OFFICE),
    **dict.fromkeys((".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"), PACKED),
    **dict.fromkeys((".pdf", ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff"), PICTURE),
    ".dbf": DBF,
    **dict.fromkeys((".shx", ".prj", ".cpg", ".sbn", ".sbx"), PART),
    **dict.fromkeys((".dat", ".map", ".ind", ".mid"), MAPINFO_PART),
    **dict.fromkeys((".gdbtable", ".gdbtablx", ".gdbindexes"), GDB_PART),
}
"""The formats that an ending names."""


def refuse_content(head: bytes, file: str) -> None:
    """Raise ``UnreadableFile`` where the first bytes of a file are of such a format."""
    plain = head if head[:2] not in (b"\xff\xfe", b"\xfe\xff") else head.replace(b"\0", b"")
    for foreign in BY_CONTENT:
        if foreign.opens is not None and foreign.opens.match(plain):
            en, zh = foreign.name
            raise _refusal(
                f"the content is {en}, which is not read",
                f"文件内容为{zh}，不支持读取",
                foreign.fix,
                file,
            )


def unread(ending: str, like: str, read: str, file: str) -> UnreadableFile:
    """The refusal of a file whose ending is none of those listed in ``read``.

    ``like`` are the endings that its content speaks for.
    """
    known = BY_ENDING.get(ending)
    fix = known.fix if known else (f"use one of {read}", f"请换用可读取的格式（{read}）")
    if like and known is not PART:  # an index opens like its .shp
        fix = (f"its content is that of {like}: name it so", f"其内容为 {like}：请改用该扩展名")
    if not ending:
        return _refusal("the name has no ending", "文件名没有扩展名", fix, file)
    return _refusal(
        f"files of kind '{ending}' are not read", f"不支持读取“{ending}”文件", fix, file
    )


def _refusal(en: str, zh: str, fix: Words, file: str) -> UnreadableFile:
    return UnreadableFile(f"{en}: {fix[0]}.", f"{zh}：{fix[1]}。", file=file)
