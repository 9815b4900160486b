"""Rings of whole numbers with their properties in; one layer of a vector tile, as bytes, out.

Mapbox Vector Tile 2.1. Everything in a feature is a varint: keys, lengths and geometry alike, so
that a whole layer is one array of numbers, packed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
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


class Kind(IntEnum):
    """What the features of a layer are."""

    POINT = 1
    POLYGON = 3


class Rings(NamedTuple):
    """Closed rings without their repeated last point, in tile units, y to the south.

    ``xy`` is (points, 2), ``size`` the points of each ring, ``feature`` the feature of each ring,
    0, 0, 1 ... in order and each with at least one ring. An exterior ring comes before its holes.
    """

    xy: Ints
    size: Ints
    feature: Ints


class Property(NamedTuple):
    """One property: for each feature the position of its value in ``values``.

    Values are texts, or whole numbers that are not negative.
    """

    code: Ints
    values: NDArray[np.object_] | Varints


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


def _values(values: NDArray[np.object_] | Varints) -> bytes:
    """Values as a layer lists them."""
    if values.dtype == object:
        return b"".join([_block(4, _block(1, text.encode())) for text in values])
    numbers = values.astype(np.uint64)
    same = np.ones(len(numbers), np.uint64)
    length = sizes(numbers).astype(np.uint64) + np.uint64(1)
    return packed(np.column_stack([same * 0x22, length, same * 0x28, numbers]).ravel()).tobytes()


def sizes(values: Varints) -> Ints:
    """How many bytes each number takes."""
    size = np.ones(len(values), np.int64)
    for k in range(1, 10):
        longer = values >= np.uint64(1 << 7 * k)
        if not longer.any():
            break
        size += longer
    return size


def packed(values: Varints, size: Ints | None = None) -> NDArray[np.uint8]:
    """Numbers as varints, one behind the other."""
    size = sizes(values) if size is None else size
    at = np.cumsum(size) - size
    out = np.empty(int(size.sum()), np.uint8)
    out[at] = (values & np.uint64(127)) | ((size > 1).astype(np.uint64) << np.uint64(7))
    for k in range(1, int(size.max(initial=1))):
        chosen = np.flatnonzero(size > k)
        part = (values[chosen] >> np.uint64(7 * k)) & np.uint64(127)
        out[at[chosen] + k] = part | ((size[chosen] > k + 1).astype(np.uint64) << np.uint64(7))
    return out


def zigzag(step: Ints) -> Varints:
    """Signed numbers as unsigned ones, small where the step is small."""
    return ((step << 1) ^ (step >> 63)).astype(np.uint64)


def commands(rings: Rings) -> tuple[Varints, Ints]:
    """The geometry of polygons as command integers, and how many each feature has."""
    count = 2 * rings.size + 3
    base = np.cumsum(count) - count
    ring, turn = spread(rings.size)
    out = np.empty(int(count.sum()), np.uint64)
    out[base] = MOVE_ONCE
    out[base + 3] = (rings.size.astype(np.uint64) - np.uint64(1)) << np.uint64(3) | np.uint64(LINE)
    out[base + count - 1] = CLOSE
    moves = zigzag(_steps(rings, ring, turn))
    at = base[ring] + 1 + 2 * turn + (turn > 0)
    out[at], out[at + 1] = moves[:, 0], moves[:, 1]
    return out, np.bincount(rings.feature, count).astype(np.int64)


def _steps(rings: Rings, ring: Ints, turn: Ints) -> Ints:
    """The way from the point before, which for the first point of a feature is 0, 0."""
    steps = np.diff(rings.xy, axis=0, prepend=np.zeros((1, 2), np.int64))
    opening = np.append(True, rings.feature[1:] != rings.feature[:-1])[: len(rings.feature)]
    first = (turn == 0) & opening[ring]
    steps[first] = rings.xy[first]
    return steps


def points(xy: Ints) -> tuple[Varints, Ints]:
    """The geometry of single points as command integers, and how many each feature has."""
    out = np.column_stack([np.full(len(xy), MOVE_ONCE, np.uint64), zigzag(xy)])
    return out.ravel(), np.full(len(xy), 3, np.int64)


def layer(
    name: str,
    kind: Kind,
    ids: Varints,
    geometry: tuple[Varints, Ints],
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
        said.append(_values(values[used]))
        count += len(used)
    return np.column_stack(columns).astype(np.uint64), b"".join(said)


def _features(kind: Kind, ids: Varints, geometry: tuple[Varints, Ints], tags: Varints) -> bytes:
    """All features, each a message of the layer with its length."""
    numbers, count = geometry
    size, begin = sizes(numbers), np.cumsum(count) - count
    length = np.add.reduceat(size, begin).astype(np.uint64)
    tag_size = sizes(tags.ravel()).reshape(tags.shape).sum(axis=1).astype(np.uint64)
    same = np.ones(len(ids), np.uint64)
    inner = np.column_stack(
        [same * 0x08, ids, same * 0x12, tag_size, tags, same * 0x18, same * kind, same * 0x22,
         length]
    )  # fmt: skip
    whole = sizes(inner.ravel()).reshape(inner.shape).sum(axis=1).astype(np.uint64) + length
    heads = np.column_stack([same * 0x12, whole, inner])
    width = heads.shape[1]
    feature, _ = spread(count)
    out = np.empty(len(numbers) + heads.size, np.uint64)
    out[(begin + width * np.arange(len(ids)))[:, None] + np.arange(width)] = heads
    out[np.arange(len(numbers)) + width * (feature + 1)] = numbers
    return packed(out).tobytes()
