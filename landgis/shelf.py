"""Arrays, tables and polygons in a folder: written part by part, mapped rather than read.

A shelf stands there whole or not at all, goes by the mark of what it was made of, and can be thrown
away at any time: it is made again.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from weakref import WeakSet

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from landgis.errors import StoreError, why_zh

LISTING, CONTENT = "shelf.json", "content"

ALIGNED = 64
"""Every array begins at a multiple of so many bytes."""

VERSION = 1
"""Changes when shelves are written in another way."""


@cache
def code_of(*packages: str) -> str:
    """A word that changes with the files of some packages: with them, what they reckon."""
    root = Path(__file__).parents[1]
    files = sorted(path for package in packages for path in (root / package).rglob("*.py"))
    told = [
        f"{path.relative_to(root)} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in files
    ]
    return sha256("\n".join(told).encode()).hexdigest()[:16]


class Making:
    """A shelf that is being made: what is put under one name again goes behind what is there."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._kinds: dict[str, list[Any]] = {}
        self._columns: dict[str, dict[str, list[Any]]] = {}
        self._ends: dict[str, int] = {}
        self.said: dict[str, Any] = {}

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Put rows of an array; later rows have the same dtype and width."""
        held = np.ascontiguousarray(values)
        kind = [held.dtype.str, *held.shape[1:]]
        if self._kinds.setdefault(name, kind) != kind:
            raise TypeError(f"{name} is {self._kinds[name]}, not {kind}")
        with (self._place / name).open("ab") as file:
            file.write(held.view(np.uint8).data if held.size else b"")

    def table(self, name: str, table: pd.DataFrame) -> None:
        """Put rows of a table of plain columns; its index is not kept."""
        known = self._columns.setdefault(name, {})
        for column in table.columns:
            known[str(column)] = self._column(f"{name}.{column}", table[column].array)

    def _column(self, name: str, values: Any) -> list[Any]:
        """Put rows of a column; what it takes to read it again."""
        if isinstance(values, pd.Categorical):
            self.array(name, values.codes)
            return ["codes", list(values.categories)]
        if isinstance(values.dtype, pd.StringDtype):
            self.texts(name, values)
            return ["text"]
        if hasattr(values, "_mask"):
            self.array(name, values._data)
            self.array(f"{name}.none", values._mask)
            return ["masked"]
        self.array(name, np.asarray(values))
        return ["plain"]

    def texts(self, name: str, values: Any) -> None:
        """Put rows of texts or bytes; ``None`` and NaN stay empty."""
        held = pa.array(values, from_pandas=True).cast(pa.large_binary())
        if name not in self._ends:
            self.array(f"{name}.at", np.zeros(1, np.int64))
        chunks = held.chunks if isinstance(held, pa.ChunkedArray) else [held]
        for part in chunks or [pa.array([], held.type)]:  # a table without rows may have no chunk
            _, at, content = part.buffers()
            ends = np.frombuffer(at or bytes(8), np.int64)[part.offset :][: len(part) + 1]
            before = self._ends.get(name, 0)
            self.array(f"{name}.at", ends[1:] - ends[0] + before)
            self.array(f"{name}.none", np.asarray(part.is_null()))
            self.array(name, np.frombuffer(content or b"", np.uint8)[ends[0] : ends[-1]])
            self._ends[name] = before + int(ends[-1] - ends[0])

    def _pack(self, name: str) -> None:
        """Put a mask away as the bits that Arrow reads, or not at all where nothing is empty."""
        none = _mapped(self._place / name).view(np.bool_)
        bits = np.packbits(~none, bitorder="little") if none.any() else none[:0].view(np.uint8)
        (self._place / name).write_bytes(bits.tobytes())
        self._kinds[name] = [bits.dtype.str]

    def made(self, name: str) -> pd.DataFrame:
        """A table as it is so far, mapped."""
        return Held(self._kinds, self._columns, lambda one: _mapped(self._place / one)).table(name)

    def close(self, mark: Mapping[str, Any]) -> None:
        """Put everything into one file and write the listing; with it the shelf is whole."""
        for name in self._ends:
            self._pack(f"{name}.none")
        at: dict[str, list[int]] = {}
        with (self._place / CONTENT).open("wb") as whole:
            for name in self._kinds:
                whole.write(bytes(-whole.tell() % ALIGNED))
                begin = whole.tell()
                with (self._place / name).open("rb") as part:
                    shutil.copyfileobj(part, whole, 1 << 20)
                (self._place / name).unlink()
                at[name] = [begin, whole.tell() - begin]
            size = whole.tell()
        listing = {"mark": mark, "size": size, "at": at, "kinds": self._kinds}
        listing |= {"columns": self._columns, "said": self.said}
        (self._place / LISTING).write_text(json.dumps(listing), "utf-8")


@dataclass(frozen=True)
class Held:
    """Arrays and tables whose bytes ``content`` gives by name."""

    kinds: Mapping[str, Sequence[Any]]
    columns: Mapping[str, Mapping[str, Sequence[Any]]]
    content: Callable[[str], NDArray[np.uint8]]

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of that name."""
        return name in self.kinds

    def array(self, name: str) -> NDArray[Any]:
        """An array as it was put there, read-only."""
        dtype, *width = self.kinds[name]
        held: NDArray[Any] = self.content(name).view(dtype).reshape((-1, *width))
        return held

    def table(self, name: str) -> pd.DataFrame:
        """A table as it was put there."""
        columns = {c: self._column(f"{name}.{c}", how) for c, how in self.columns[name].items()}
        return pd.DataFrame(columns, copy=False)

    def _column(self, name: str, how: Sequence[Any]) -> Any:
        kind, *more = how
        if kind == "codes":
            return pd.Categorical.from_codes(self.array(name), pd.Index(more[0]), ordered=True)
        if kind == "text":
            dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
            return dtype.__from_arrow__(self.texts(name, pa.large_string()))
        if kind == "masked":
            return _masked(self.array(name), self.array(f"{name}.none"))
        return self.array(name)

    def texts(self, name: str, kind: Any) -> Any:
        """Texts or bytes as an Arrow array of a ``kind`` (large_string or large_binary)."""
        at, none = self.array(f"{name}.at"), self.array(f"{name}.none")
        bits = np.packbits(~none, bitorder="little") if none.dtype == np.bool_ else none
        valid = pa.py_buffer(bits) if len(bits) else None
        content = [valid, pa.py_buffer(at), pa.py_buffer(self.array(name))]
        return pa.Array.from_buffers(kind, len(at) - 1, content)


class Shelf(Held):
    """A shelf that is whole; raises ``LookupError`` for a folder that is not that of ``mark``."""

    said: dict[str, Any]

    def __init__(self, place: Path, mark: Mapping[str, Any]) -> None:
        try:
            listing = json.loads((place / LISTING).read_text("utf-8"))
            content = _mapped(place / CONTENT)
            if listing["mark"] != dict(mark) or listing["size"] != len(content):
                raise LookupError(place.name)
            at, kinds, columns, said = (listing[n] for n in ("at", "kinds", "columns", "said"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LookupError(place.name) from error
        super().__init__(kinds, columns, lambda one: content[at[one][0] :][: at[one][1]])
        object.__setattr__(self, "said", said)


def _mapped(path: Path) -> NDArray[np.uint8]:
    if not path.stat().st_size:
        return np.empty(0, np.uint8)
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _open.add(content)
    return np.frombuffer(content, np.uint8)


_open: WeakSet[mmap.mmap] = WeakSet()


def let_go() -> None:
    """Give back the memory of all that is mapped; whoever asks again has it from the files."""
    for content in list(_open):
        content.madvise(mmap.MADV_DONTNEED)


def _masked(values: NDArray[Any], none: NDArray[np.bool_]) -> Any:
    if values.dtype == bool:
        return pd.arrays.BooleanArray(values, none)
    return pd.arrays.IntegerArray(values, none)


class Shelves:
    """The shelves of one record in ``place``; raises ``StoreError`` where it cannot be written."""

    def __init__(self, place: Path) -> None:
        self._place = place
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(place, error) from error

    def has(self, kind: str, mark: Mapping[str, Any]) -> bool:
        """Whether there is a shelf of a kind and a mark."""
        return (self._at(kind, mark) / LISTING).exists()

    def _at(self, kind: str, mark: Mapping[str, Any]) -> Path:
        return self._place / f"{kind}-{'-'.join(str(part) for part in mark.values())}"

    def get(
        self, kind: str, mark: Mapping[str, Any], make: Callable[[Making], None], *, most: int
    ) -> Shelf:
        """The shelf of a kind and a mark, made first if it is not there whole.

        Of the kind the ``most`` that were used last are kept. Raises ``StoreError`` where it
        cannot be written.
        """
        at, marked = self._at(kind, mark), {"version": VERSION, **mark}
        try:
            found = Shelf(at, marked)
            os.utime(at)
        except (LookupError, OSError):  # not there, or gone between the two
            found = self._made(at, marked, make)
        self._tidy(kind, at, most)
        return found

    def _made(self, at: Path, mark: Mapping[str, Any], make: Callable[[Making], None]) -> Shelf:
        try:
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(at):
                # Who waited finds what another process made meanwhile.
                with suppress(LookupError):
                    return Shelf(at, mark)
                new = Path(mkdtemp(prefix="new-", dir=self._place))
                try:
                    making = Making(new)
                    make(making)
                    making.close(mark)
                    _take_place(new, at)
                finally:
                    shutil.rmtree(new, ignore_errors=True)
                return Shelf(at, mark)
        except OSError as error:
            raise unwritable(self._place, error) from error

    def _tidy(self, kind: str, kept: Path, most: int) -> None:
        """Throw away the shelves of a kind beyond the last used; who has mapped one keeps it."""
        others = [place for place in self._place.glob(f"{kind}-*") if place != kept]
        for old in sorted(others, key=_used)[: max(0, len(others) + 1 - most)]:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(at: Path) -> Iterator[None]:
    """While nobody else on this machine makes the shelf ``at``, where files can be locked."""
    lock = at.with_name(f"making-{at.name}")
    with lock.open("w") as file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _take_place(new: Path, at: Path) -> None:
    """Put a folder in the place of another; where somebody was quicker, theirs stays."""
    shutil.rmtree(at, ignore_errors=True)
    with suppress(FileExistsError):
        new.rename(at)


def _used(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def unwritable(place: Path, error: OSError) -> StoreError:
    """The error about a folder that cannot be written."""
    reason = error.strerror or type(error).__name__
    return StoreError(
        f"'{place}' cannot be written ({reason}): make room, or name another folder with "
        "LANDGIS_CACHE.",
        f"无法写入“{place}”（{why_zh(error)}）：请腾出空间，或用 LANDGIS_CACHE 指定其他目录。",
    )
