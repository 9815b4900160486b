"""A chain of entries, each sealed over the one before: sealed, verified, and anchored by its head.

An entry is canonical JSON: keys sorted, no blanks, UTF-8 as it is. It holds its number ``seq``
(from 1, without gaps), the ``algorithm`` and, as ``previous``, the hash of the entry before (empty
in the first). Its hash is that algorithm over its UTF-8 bytes, in hex. Nothing else is needed to
verify a chain, in any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from landgis.errors import UsageError

SHA256, SM3 = ALGORITHMS = ("sha256", "sm3")
"""What seals an entry: SHA-256, or SM3 (GM/T 0004-2012) where OpenSSL has it."""

_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


@dataclass(frozen=True)
class Entry:
    """One sealed entry: ``text`` is its canonical JSON, ``digest`` the hash over it in hex."""

    seq: int
    algorithm: str
    text: str
    digest: str

    @property
    def said(self) -> dict[str, Any]:
        """What the entry says; empty where its text is no JSON object."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Anchor:
    """A head that was printed, and so fixes the chain up to it: ``12:sha256:ab...``."""

    seq: int
    algorithm: str
    digest: str

    def __str__(self) -> str:
        """The head as it is printed."""
        return f"{self.seq}:{self.algorithm}:{self.digest}"


@dataclass(frozen=True)
class Flaw:
    """The first entry at which a chain is broken, and how, in both languages."""

    seq: int
    en: str
    zh: str


def canonical(said: Mapping[str, Any]) -> str:
    """The one way to write ``said`` as JSON."""
    return _CANONICAL.encode(said)


def digest(algorithm: str, data: bytes) -> str:
    """The hash of ``data`` in hex; raises ``UsageError`` for an algorithm that cannot be had."""
    if algorithm in ALGORITHMS and algorithm in hashlib.algorithms_available:
        return hashlib.new(algorithm, data).hexdigest()
    listed = ", ".join(ALGORITHMS)
    raise UsageError(
        f"'{algorithm}' cannot seal an entry here: use one of {listed}.",
        f"此处无法使用算法“{algorithm}”：可用 {listed}。",
    )


def seal(said: Mapping[str, Any], last: Entry | None, algorithm: str = "sha256") -> Entry:
    """``said`` as the entry after ``last``."""
    seq = 1 if last is None else last.seq + 1
    linked = {"seq": seq, "algorithm": algorithm, "previous": last.digest if last else ""}
    text = canonical({**said, **linked})
    return Entry(seq, algorithm, text, digest(algorithm, text.encode()))


def head(entry: Entry) -> Anchor:
    """What fixes the chain up to ``entry``."""
    return Anchor(entry.seq, entry.algorithm, entry.digest)


def anchor(text: str) -> Anchor:
    """A printed head read back; raises ``UsageError`` where it is none."""
    parts = text.strip().lower().split(":")
    if len(parts) == 3 and parts[0].isdecimal() and parts[1] in ALGORITHMS and len(parts[2]) == 64:
        return Anchor(int(parts[0]), parts[1], parts[2])
    raise UsageError(
        f"'{text}' is no head of an audit chain: write it as `landgis audit head` prints it.",
        f"“{text}”不是审计链的链头：请按 landgis audit head 的输出填写。",
    )


def verify(entries: Iterable[Entry], known: Anchor | None = None) -> Flaw | None:
    """The first flaw of a chain in order of ``seq``; ``None`` where it is whole.

    Without ``known`` a tail that was cut off, or a chain written anew from some entry on, cannot
    be told from a chain that never went on.
    """
    last: Entry | None = None
    for entry in entries:
        flaw = _flaw(entry, last, known)
        if flaw:
            return flaw
        last = entry
    if known and (last is None or last.seq < known.seq):
        seq = 1 if last is None else last.seq + 1
        return Flaw(
            seq,
            f"entries {seq} to {known.seq} are missing, the chain was cut",
            f"缺少第 {seq} 至 {known.seq} 条，链尾被截断",
        )
    return None


def _flaw(entry: Entry, last: Entry | None, known: Anchor | None) -> Flaw | None:
    """What is wrong with ``entry`` as the one after ``last``."""
    seq = 1 if last is None else last.seq + 1
    if entry.seq != seq:
        return Flaw(seq, f"entry {seq} is missing", f"缺少第 {seq} 条")
    if entry.algorithm not in ALGORITHMS:
        return Flaw(seq, f"entry {seq} was edited (algorithm)", f"第 {seq} 条被改动（算法）")
    if digest(entry.algorithm, entry.text.encode()) != entry.digest:
        return Flaw(
            seq, f"entry {seq} was edited: its hash is another", f"第 {seq} 条被改动：哈希不符"
        )
    said = entry.said
    if said.get("seq") != seq:
        there = said.get("seq")
        return Flaw(seq, f"entry {there} stands in place {seq}", f"第 {there} 条被移到第 {seq} 位")
    before = last.digest if last else ""
    if said.get("previous") != before or said.get("algorithm") != entry.algorithm:
        return Flaw(
            seq, f"entry {seq} does not follow the one before it", f"第 {seq} 条与前一条不相连"
        )
    if known and known.seq == seq and str(head(entry)) != str(known):
        return Flaw(
            seq,
            f"entry {seq} is not the one of the head {known}",
            f"第 {seq} 条与链头 {known} 不符",
        )
    return None
