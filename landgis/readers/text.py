"""Bytes to text by proof: BOM, then strict UTF-8, then strict GB18030, else refuse."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable, Sequence

from landgis.errors import UnreadableFile

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DOS_END = "\x1a"
"""What old programs write behind the last line."""
CANDIDATES = ("utf-8", "gb18030")
"""The encodings that are tried, strictest first: GB18030 covers GBK and GB2312."""


def decode(data: bytes, encoding: str | None, file: str) -> tuple[str, str]:
    """The text of a file and the encoding it was proved to be in.

    ``encoding`` forces one. Raises ``UnreadableFile`` where no encoding fits strictly: characters
    are never replaced.
    """
    for name in [encoding] if encoding else _tried(data):
        try:
            return data.decode(_known(name, file)).rstrip(DOS_END), name
        except UnicodeDecodeError:
            continue
    raise _refusal(encoding, file)


def _tried(data: bytes) -> list[str]:
    return [name for bom, name in BOMS if data.startswith(bom)] or list(CANDIDATES)


def sniff(values: Iterable[bytes], encoding: str | None, file: str) -> str:
    """The encoding of fixed-width fields, whose last character may be cut in two."""
    wide = [v for v in values if not v.isascii()]
    for name in [encoding] if encoding else CANDIDATES:
        if all(_fits(v, _known(name, file)) for v in wide):
            return name
    raise _refusal(encoding, file)


def _fits(value: bytes, encoding: str) -> bool:
    try:
        decode_cut(value, encoding)
    except UnicodeDecodeError:
        return False
    return True


def decode_cut(value: bytes, encoding: str) -> str:
    """Text of a field whose last character may be cut; the rest of that character is dropped."""
    return codecs.getincrementaldecoder(encoding)("strict").decode(value, final=False)


def _known(encoding: str, file: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UnreadableFile(
            f"'{encoding}' is no known encoding: use utf-8 or gb18030.",
            f"未知的编码“{encoding}”：请用 utf-8 或 gb18030。",
            file=file,
        ) from None


def _refusal(encoding: str | None, file: str) -> UnreadableFile:
    tried = encoding or "UTF-8 or GB18030"
    return UnreadableFile(
        f"the text is not {tried}: say its encoding with --encoding.",
        f"文字不是 {encoding or 'UTF-8 或 GB18030'} 编码：请用 --encoding 指明。",
        file=file,
    )


def plain(header: str) -> str:
    """A header as it is compared: half-width, lower case, without blanks, dashes and stars."""
    return unicodedata.normalize("NFKC", header).lower().translate(_NOISE)


_NOISE = dict.fromkeys(map(ord, " \t\r\n_-—–·:*'\"“”"))


def distinct(names: Sequence[str]) -> list[str]:
    """Headers made distinct: an empty one by its place, a repeated one by a count."""
    seen: dict[str, int] = {}
    out = []
    for place, name in enumerate(names, start=1):
        own = name or f"#{place}"
        seen[own] = seen.get(own, 0) + 1
        out.append(own if seen[own] == 1 else f"{own} ({seen[own]})")
    return out
