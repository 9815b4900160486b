"""ZIP unpacked: which data sets it holds; bombs, links and traversal are refused."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

from landgis.errors import UnreadableFile

MOST_MEMBERS = 2_000
MOST_BYTES = 2 << 30
MOST_RATIO = 200
SMALL_BYTES = 32 << 20
"""Below this a member may be packed as tightly as it likes."""
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".kmz", ".jar")
GDB_MARK = "a00000001.gdbtable"
"""The file that every File Geodatabase has."""
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db")
"""What systems add to archives by themselves."""
SURVEY_MARK = b"@"
"""Every survey text has one; a readme beside other data hardly ever."""
WITHIN = "archive.gdb"
"""What GDAL calls a geodatabase whose files were packed without their folder."""
UTF8_NAME, ENCRYPTED = 0x800, 0x1


def opened(path: Path, room: Path, endings: Collection[str], file: str) -> dict[str, Path]:
    """The data sets of an archive by their names in it, unpacked below ``room``.

    A data set is a geodatabase, or a file with one of ``endings`` that is no part of one. Raises
    ``UnreadableFile`` for an archive that is broken, locked, nested or made to do harm.
    """
    within = room / WITHIN
    _unpack(path, within, file)
    return {p.relative_to(within).as_posix(): p for p in _sets(within, endings)}


def _sets(room: Path, endings: Collection[str]) -> Sequence[Path]:
    """What can be read: geodatabases first, then files that are not parts of them."""
    if (room / GDB_MARK).is_file():
        return [room]
    folders = sorted({_named(mark.parent) for mark in [*room.rglob(GDB_MARK)]})
    files = [
        p
        for p in sorted(room.rglob("*"))
        if p.is_file()
        and p.suffix.lower() in endings
        and not any(f in p.parents for f in folders)
        and not p.name.endswith("_fields.csv")
    ]
    told = [p for p in files if p.suffix.lower() != ".txt" or SURVEY_MARK in p.read_bytes()]
    return [*folders, *(told or files)]


def _named(folder: Path) -> Path:
    """A geodatabase under the ending by which GDAL knows one."""
    if folder.suffix.lower() == ".gdb":
        return folder
    return folder.rename(folder.with_name(folder.name + ".gdb"))


def _unpack(path: Path, room: Path, file: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            members = [m for m in members if not _is_litter(m)]
            targets = _targets(members, file)
            for member, target in zip(members, targets, strict=True):
                if not member.is_dir():
                    _extract(archive, member, room / target, file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError,
            ValueError, OverflowError) as broken:  # fmt: skip
        raise _refusal("is broken", "已损坏", file) from broken


def _targets(members: Sequence[zipfile.ZipInfo], file: str) -> list[PurePosixPath]:
    """Where each member goes; raises ``UnreadableFile`` for what no honest archive holds."""
    packed = sum(m.compress_size for m in members)
    whole = sum(m.file_size for m in members)
    if len(members) > MOST_MEMBERS or whole > MOST_BYTES:
        raise _refusal("holds too much", "内容过大", file)
    if whole > SMALL_BYTES and whole > MOST_RATIO * max(packed, 1):
        raise _refusal(
            "is packed too tightly to be data (a bomb)", "压缩比异常（疑似压缩炸弹）", file
        )
    targets = [PurePosixPath(_name(m).replace("\\", "/")) for m in members]
    for member, target in zip(members, targets, strict=True):
        _check(member, target, file)
    if len({str(t).lower() for t in targets}) < len(targets):
        raise _refusal("holds one name twice", "含有重复的文件名", file)
    return targets


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return any(part in LITTER or part.startswith("._") for part in parts)


def _check(member: zipfile.ZipInfo, target: PurePosixPath, file: str) -> None:
    mode = member.external_attr >> 16
    if member.flag_bits & ENCRYPTED:
        raise _refusal("is locked by a password", "已加密", file)
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refusal("holds a link", "含有链接", file)
    windows = ":" in str(target)
    if target.is_absolute() or ".." in target.parts or windows or "\0" in str(target):
        raise _refusal("leads out of its own folder", "含有越界路径", file)
    if target.suffix.lower() in ARCHIVES and not member.is_dir():
        raise _refusal("holds another archive", "含有嵌套压缩包", file)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where it says so, else the bytes as UTF-8 or GB18030."""
    if member.flag_bits & UTF8_NAME:
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, file: str) -> None:
    """One member, never more of it than it declares."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, target.open("wb") as out:
        shutil.copyfileobj(packed, out)
        if out.tell() != member.file_size:
            raise _refusal("holds more than it declares", "内容与声明不符", file)


def _refusal(en: str, zh: str, file: str) -> UnreadableFile:
    return UnreadableFile(
        f"the archive {en}: pack one data set into a plain zip.",
        f"压缩包{zh}：请将一个数据集打包为普通 zip。",
        file=file,
    )
