"""Rings of whole numbers with their properties in; one layer of a vector tile, as bytes, out.

Mapbox Vector Tile 2.1. Everything in a feature is a varint: keys, lengths and geometry alike, so
that a whole layer is one array of numbers, packed at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from landgis.cut.runs import Ints, spread

EXTENT = 4096
"""Units from one edge of a tile to the other."""

VERSION = 2
MOVE_ONCE, LINE, CLOSE = 9, 2, 15
"""Command integers: MoveTo one point, the command LineTo, ClosePath."""

Varints: TypeAlias = NDArray[np.uint64]
Geometry: TypeAlias = tuple[NDArray[np.uint32], Ints]
"""Command integers, and how many of them each feature has."""


class Kind(IntEnum):
    """What the features of a layer are."""

    POINT = 1
    POLYGON = 3


class Rings(NamedTuple):
    """Closed rings without their repeated last point, in tile units, y to the south.

    ``xy`` is (points, 2), ``size`` the points of each ring, ``feature`` the feature of each ring,
    0, 0, 1 ... in order and each with at least one ring. An exterior ring comes before its holes.
    """

    xy: NDArray[np.int32]
    size: Ints
    feature: Ints


class Texts(NamedTuple):
    """Strings as a layer lists them, one behind the other; ``at`` (n + 1) bounds each."""

    content: NDArray[np.uint8]
    at: Ints

    def __getitem__(self, chosen: Ints) -> NDArray[np.uint8]:
        """Some of them, one behind the other."""
        of, turn = spread(self.at[chosen + 1] - self.at[chosen])
        return self.content[self.at[chosen][of] + turn]


class Property(NamedTuple):
    """One property: for each feature the position of its value in ``values``.

    Values are texts, or whole numbers that are not negative.
    """

    code: Ints
    values: Texts | Varints


def texts(values: Iterable[str]) -> Texts:
    """Strings ready for any layer."""
    said = [text.encode() for text in values]
    blocks = [_text_head(len(text)) + text for text in said]
    size = np.fromiter(map(len, blocks), np.int64, len(blocks))
    return Texts(np.frombuffer(b"".join(blocks), np.uint8), np.append(0, np.cumsum(size)))


def varint(value: int) -> bytes:
    """One number as a varint."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _block(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


@cache
def _text_head(length: int) -> bytes:
    """What comes before a text of so many bytes in the list of values."""
    inner = b"\x0a" + varint(length)
    return b"\x22" + varint(len(inner) + length) + inner


def _values(values: Texts | Varints, used: Ints) -> bytes:
    """Values as a layer lists them."""
    if isinstance(values, Texts):
        return values[used].tobytes()
    numbers = values[used].astype(np.uint64)
    same = np.ones(len(numbers), np.uint64)
    length = sizes(numbers).astype(np.uint64) + np.uint64(1)
    return packed(np.column_stack([same * 0x22, length, same * 0x28, numbers]).ravel()).tobytes()


def sizes(values: Varints | NDArray[np.uint32]) -> NDArray[np.int8]:
    """How many bytes each number takes."""
    size = np.ones(len(values), np.int8)
    bits = 8 * values.itemsize
    for shift in range(7, bits, 7):
        longer = values >= values.dtype.type(1 << shift)
        if not longer.any():
            break
        size += longer
    return size


def packed(values: Varints, size: NDArray[np.int8] | None = None) -> NDArray[np.uint8]:
    """Numbers as varints, one behind the other; ``size`` where ``sizes`` is known already."""
    size = sizes(values) if size is None else size
    upto = np.cumsum(size, dtype=np.int64)
    at = upto - size
    out = np.empty(int(upto[-1]) if len(upto) else 0, np.uint8)
    out[at] = values.astype(np.uint8) & 127 | ((size > 1).astype(np.uint8) << 7)
    left = np.flatnonzero(size > 1)
    rest, at, size = values[left], at[left], size[left]
    for k in range(1, 10):
        rest >>= np.uint64(7)
        out[at + k] = rest.astype(np.uint8) & 127 | ((size > k + 1).astype(np.uint8) << 7)
        more = size > k + 1
        if not more.any():
            break
        rest, at, size = rest[more], at[more], size[more]
    return out


def zigzag(step: NDArray[np.int32]) -> NDArray[np.uint32]:
    """Signed numbers as unsigned ones, small where the step is small."""
    return ((step << 1) ^ (step >> 31)).view(np.uint32)


def commands(rings: Rings) -> Geometry:
    """The geometry of polygons as command integers, and how many each feature has."""
    count = 2 * rings.size + 3
    base = np.cumsum(count) - count
    ring, turn = spread(rings.size)
    out = np.empty(int(count.sum()), np.uint32)
    out[base] = MOVE_ONCE
    out[base + 3] = (rings.size - 1) << 3 | LINE
    out[base + count - 1] = CLOSE
    moves = zigzag(_steps(rings, ring, turn))
    at = base[ring] + 1 + 2 * turn + (turn > 0)
    out[at], out[at + 1] = moves[:, 0], moves[:, 1]
    return out, np.bincount(rings.feature, count).astype(np.int64)


def _steps(rings: Rings, ring: Ints, turn: Ints) -> NDArray[np.int32]:
    """The way from the point before, which for the first point of a feature is 0, 0."""
    steps = np.diff(rings.xy, axis=0, prepend=np.zeros((1, 2), np.int32))
    opening = np.append(True, rings.feature[1:] != rings.feature[:-1])[: len(rings.feature)]
    first = (turn == 0) & opening[ring]
    steps[first] = rings.xy[first]
    return steps


def points(xy: NDArray[np.int32]) -> Geometry:
    """The geometry of single points as command integers, and how many each feature has."""
    out = np.column_stack([np.full(len(xy), MOVE_ONCE, np.uint32), zigzag(xy)])
    return out.ravel(), np.full(len(xy), 3, np.int64)


def layer(
    name: str,
    kind: Kind,
    ids: Varints,
    geometry: Geometry,
    properties: Mapping[str, Property],
) -> bytes:
    """One layer of a tile; without features nothing at all."""
    if not len(ids):
        return b""
    tags, values = _tags(properties)
    head = _block(1, name.encode())
    features = _features(kind, ids, geometry, tags)
    keys = b"".join(_block(3, key.encode()) for key in properties)
    body = b"\x78" + varint(VERSION) + head + features + keys + values + b"\x28" + varint(EXTENT)
    return _block(3, body)


def _tags(properties: Mapping[str, Property]) -> tuple[Varints, bytes]:
    """Key and value numbers of each feature (features, 2 x properties), and the values in use."""
    columns: list[Ints] = []
    said, count = [], 0
    for key, (code, values) in enumerate(properties.values()):
        used, place = np.unique(code, return_inverse=True)
        columns += [np.full(len(code), key), place + count]
        said.append(_values(values, used))
        count += len(used)
    return np.column_stack(columns).astype(np.uint64), b"".join(said)


def _features(kind: Kind, ids: Varints, geometry: Geometry, tags: Varints) -> bytes:
    """All features, each a message of the layer with its length."""
    numbers, count = geometry
    size, begin = sizes(numbers), np.cumsum(count) - count
    length = np.add.reduceat(size, begin, dtype=np.uint64)
    tag_size = sizes(tags.ravel()).reshape(tags.shape).sum(axis=1, dtype=np.uint64)
    same = np.ones(len(ids), np.uint64)
    heads = np.column_stack(
        [same * 0x12, same, same * 0x08, ids, same * 0x12, tag_size, tags, same * 0x18,
         same * kind, same * 0x22, length]
    )  # fmt: skip
    head_size = sizes(heads.ravel()).reshape(heads.shape)
    heads[:, 1] = head_size[:, 2:].sum(axis=1, dtype=np.uint64) + length
    head_size[:, 1] = sizes(heads[:, 1])
    feature, _ = spread(count)
    width = heads.shape[1]
    own = np.arange(len(numbers)) + width * (feature + 1)
    before = (begin + width * np.arange(len(ids)))[:, None] + np.arange(width)
    out = np.empty(len(numbers) + heads.size, np.uint64)
    out_size = np.empty(len(out), np.int8)
    out[before], out_size[before] = heads, head_size
    out[own], out_size[own] = numbers, size
    return packed(out, out_size).tobytes()
