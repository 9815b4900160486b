"""Every polygon that takes part in the cut, in one canonical order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.cut.runs import Bools, Ints
from landgis.schema import DATED, LAYERS, REFERENCE
from landgis.stations import Geometries, Layers

ORDER = (*DATED, *REFERENCE)
"""The layers in the order in which they cut."""


@dataclass(frozen=True)
class Features:
    """Polygons of all layers, ordered by layer and id: the position is the rank.

    ``layer`` is the position in ``ORDER``.
    """

    geometry: Geometries
    layer: Ints
    feature_id: NDArray[np.object_]

    def __len__(self) -> int:
        """The number of features."""
        return len(self.geometry)

    def of(self, layer: str) -> Ints:
        """The positions of the features of ``layer``."""
        return np.flatnonzero(self.layer == ORDER.index(layer))

    def take(self, rows: Ints | Bools) -> Features:
        """Some of the features, in their order."""
        return Features(self.geometry[rows], self.layer[rows], self.feature_id[rows])

    def mark(self, *said: object) -> str:
        """A hash of the features and whatever else is ``said``: arrays and plain values."""
        hashed = hashlib.blake2b(digest_size=16)
        for part in (self.layer, *said):
            hashed.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
        hashed.update("\n".join(self.feature_id).encode())
        for shape in shapely.to_wkb(self.geometry):
            hashed.update(shape)
        return hashed.hexdigest()


def stack(layers: Layers) -> Features:
    """Every polygon of ``layers`` that takes part in the cut, as it came."""
    none = np.array([], dtype=object)
    geometry, layer, names = [none], [np.array([], dtype=np.int64)], [none]
    for rank, name in enumerate(ORDER):
        if name not in layers or not len(layers[name]):
            continue
        shape = layers[name].geometry
        ids = layers[name].table[LAYERS[name].identity].to_numpy(dtype=object)
        kept = np.flatnonzero(~shapely.is_missing(shape) & ~shapely.is_empty(shape))
        kept = kept[np.argsort(ids[kept], kind="stable")]
        geometry.append(shape[kept])
        layer.append(np.full(len(kept), rank))
        names.append(ids[kept])
    return Features(np.concatenate(geometry), np.concatenate(layer), np.concatenate(names))
