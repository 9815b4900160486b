"""The stations that data pass on their way: RawLayer, Layer, Pieces, Inventory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray

from landgis.issues import Problem

Geometries: TypeAlias = NDArray[np.object_]
"""A one-dimensional array of shapely geometries or ``None``."""

Mask: TypeAlias = NDArray[np.bool_]
"""One truth value a row."""


@dataclass(frozen=True)
class Source:
    """Where rows came from: file name without folder, SHA-256, driver and encoding."""

    name: str
    sha256: str
    driver: str
    encoding: str | None = None


EXTRA = "+"
"""Cells beyond the header of a table stand in columns called ``+1``, ``+2``, ..."""


@dataclass(frozen=True)
class RawLayer:
    """A file as read: every column text, the source row as index, geometry untouched.

    ``table`` has shape (rows, columns of the file), empty cells are ``""``; its index is the row
    a person would count in the file (the first data row of a CSV with one header line is 2; of a
    vector file 1).
    ``geometry`` is aligned with it, or ``None`` for a plain table; ``crs`` as the file says.
    ``problems`` are what the reader itself found wrong.
    """

    source: Source
    table: pd.DataFrame
    geometry: Geometries | None = None
    crs: pyproj.CRS | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Shapes:
    """Polygons that are made only where they are asked for.

    ``wkb`` is an Arrow array of binary, empty where there is no polygon; ``bounds`` (n, 4) are
    west, south, east, north in longitude and latitude, NaN where there is none.
    """

    wkb: Any
    bounds: NDArray[np.float64]
    crs: int

    def __len__(self) -> int:
        """How many there are, with those that are empty."""
        return len(self.wkb)

    def at(self, rows: NDArray[np.int64]) -> Geometries:
        """The polygons of some rows."""
        chosen = self.wkb.take(pa.array(rows)).to_numpy(zero_copy_only=False)
        return np.asarray(shapely.from_wkb(chosen), dtype=object)

    @property
    def missing(self) -> Mask:
        """Where there is no polygon."""
        return np.asarray(self.wkb.is_null(), dtype=bool)


@dataclass(frozen=True)
class Layer:
    """One layer of one schema, typed; one row a feature, index 0..n-1.

    ``table`` holds the columns of ``schema.LAYERS[name]`` in their order with their dtypes.
    Where the layer has a shape, ``table`` is a GeoDataFrame in the working CRS whose
    ``geometry`` is a valid Polygon or MultiPolygon or ``None``, and ``area_m2`` (ellipsoidal)
    is there too. ``rows`` are source rows, aligned; -1 when it came from a store. Where ``shapes``
    are given the table is without ``geometry``: they are aligned with it.
    """

    name: str
    table: pd.DataFrame
    rows: NDArray[np.int64]
    shapes: Shapes | None = None

    def __len__(self) -> int:
        """The number of features."""
        return len(self.table)

    @property
    def geometry(self) -> Geometries:
        """The polygons, aligned with ``table``; raises ``TypeError`` on a record table."""
        if self.shapes is not None:
            return self.shapes.at(np.arange(len(self)))
        if not isinstance(self.table, gpd.GeoDataFrame):
            raise TypeError(f"{self.name} has no geometry")
        return np.asarray(self.table.geometry.values, dtype=object)

    def geometry_at(self, rows: NDArray[np.int64]) -> Geometries:
        """The polygons of some rows."""
        return self.geometry[rows] if self.shapes is None else self.shapes.at(rows)

    @property
    def shapeless(self) -> Mask:
        """Which rows have no polygon."""
        return shapely.is_missing(self.geometry) if self.shapes is None else self.shapes.missing


Layers: TypeAlias = Mapping[str, Layer]
"""Layers by name; every name of ``schema.LAYERS`` is there, empty where nothing is known."""


@dataclass(frozen=True)
class Pieces:
    """The partition: ``table`` (n, piece_id, area_m2, geometry in the working CRS).

    ``links`` says which features cover a piece: columns ``piece`` (position in ``table``),
    ``layer`` and ``feature_id``, ordered by them. ``slivers`` and ``sliver_links`` are the same
    for land that is in a feature but in no piece because it is thinner than ``tolerance_m``.
    Where ``shapes`` are given the tables are without ``geometry``, and without links: they are
    what ``stage.prepare`` made of them.
    """

    table: gpd.GeoDataFrame
    links: pd.DataFrame
    slivers: gpd.GeoDataFrame
    sliver_links: pd.DataFrame
    tolerance_m: float
    shapes: Shapes | None = None

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.table)

    @property
    def crs(self) -> Any:
        """The working CRS."""
        return self.table.crs if self.shapes is None else self.shapes.crs

    def geometry_at(self, rows: NDArray[np.int64]) -> Geometries:
        """The polygons of some pieces."""
        if self.shapes is not None:
            return self.shapes.at(rows)
        return np.asarray(self.table.geometry.values, dtype=object)[rows]


@dataclass(frozen=True)
class Patch:
    """What a change makes of a partition: ``pieces`` are the pieces and slivers that it made.

    Those of an id that was there before replace it; the ids ``gone`` and ``gone_slivers`` are no
    more.
    """

    pieces: Pieces
    gone: list[str]
    gone_slivers: list[str]


@dataclass(frozen=True)
class Assessment:
    """What the rulebook says of every supply on one date.

    ``supplies`` has one row a supply with the columns of ``determine.COLUMNS``, ``findings`` one
    row a rule that speaks, ``issues`` rows of ``issues.COLUMNS``.
    """

    supplies: pd.DataFrame
    findings: pd.DataFrame
    issues: pd.DataFrame


@dataclass(frozen=True)
class Inventory:
    """The whole answer for one ``on`` (true on) and one ``known`` (revision of the record).

    ``stages`` is aligned with ``pieces.table``: stage, in_use, since_on and the flags of
    ``stage.COLUMNS``. ``fresh`` gives for each layer the time of its last import. ``covers`` is
    what ``stage.prepare`` made of the pieces: any other date asks it, without geometry work.
    ``rulebook`` holds the rules by which it was assessed, ``entries`` those of the cases
    (``procedure.Entry``) as the record knew them.
    """

    on: date
    known: int
    known_at: datetime | None
    layers: Layers
    pieces: Pieces
    stages: pd.DataFrame
    assessment: Assessment
    issues: pd.DataFrame
    crs: int
    fresh: Mapping[str, datetime] = field(default_factory=dict)
    covers: Any = None
    rulebook: Any = None
    entries: Sequence[Any] = ()
