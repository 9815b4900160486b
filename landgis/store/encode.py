"""Typed tables to plain values for SQL and back, content hashes and published geometry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis import measure
from landgis.schema import DTYPES, Kind, LayerSchema, Shape
from landgis.stations import Geometries

PUBLISHED_CRS = 4490
DECIMALS = 8


def _dates(series: pd.Series) -> list[Any]:
    days = series.to_numpy("datetime64[D]")
    texts = np.datetime_as_string(days).astype(object)
    texts[np.isnat(days)] = None
    return list(texts)


def _floats(series: pd.Series) -> list[Any]:
    numbers = series.to_numpy("float64")
    values = numbers.astype(object)
    values[np.isnan(numbers)] = None
    return list(values)


def _objects(series: pd.Series) -> list[Any]:
    values = series.to_numpy(object)
    values[series.isna().to_numpy()] = None
    return list(values)


_TO_SQL: dict[Kind, Callable[[pd.Series], list[Any]]] = {
    Kind.DATE: _dates,
    Kind.AREA: _floats,
    Kind.NUMBER: _floats,
}


def to_sql(series: pd.Series, kind: Kind) -> list[Any]:
    """A column as ``None``, text, int, float or ISO date, one value a row."""
    return _TO_SQL.get(kind, _objects)(series)


def from_sql(values: Sequence[Any], kind: Kind) -> Any:
    """A column read from SQL as the array of its dtype in ``schema.DTYPES``."""
    dtype: Any = DTYPES[kind]
    if kind in (Kind.DATE, Kind.AREA, Kind.NUMBER):
        return np.array(values, dtype=dtype)
    return pd.array(list(values), dtype=dtype)


def rows(table: pd.DataFrame, schema: LayerSchema) -> list[tuple[Any, ...]]:
    """The schema's columns of ``table`` as one tuple of SQL values a row."""
    columns = (to_sql(table[c.name], c.kind) for c in schema.columns)
    return list(zip(*columns, strict=True))


def wkb(geometry: Geometries) -> list[bytes | None]:
    """Well-known binary, little-endian on every machine; ``None`` where there is no polygon."""
    return list(shapely.to_wkb(geometry, byte_order=1))


def contents(
    schema: LayerSchema, values: Sequence[tuple[Any, ...]], shapes: Sequence[bytes | None]
) -> list[bytes]:
    """SHA-256 of each row's canonical content: its non-empty columns as JSON, then its polygon.

    Empty columns are left out, so that a column added to the schema later changes no hash.
    """
    names = schema.names
    return [_digest(names, v, s) for v, s in zip(values, shapes, strict=True)]


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(names: Sequence[str], values: tuple[Any, ...], shape: bytes | None) -> bytes:
    known = {n: v for n, v in zip(names, values, strict=True) if v is not None}
    return hashlib.sha256(_CANONICAL.encode(known).encode() + b"\n" + (shape or b"")).digest()


def published(geometry: Geometries, crs: int) -> tuple[list[str | None], NDArray[np.float64]]:
    """GeoJSON texts in EPSG:4490 at 8 decimals, and bounds of shape (n, 4): west to north."""
    lonlat = measure.transform(geometry, crs, PUBLISHED_CRS)
    short = shapely.transform(lonlat, lambda xy: np.round(xy, DECIMALS))
    return list(shapely.to_geojson(short)), shapely.bounds(lonlat)


def frame(
    schema: LayerSchema, columns: Sequence[Sequence[Any]], crs: int
) -> pd.DataFrame | gpd.GeoDataFrame:
    """A typed table out of SQL columns: the schema's, then WKB and area where it has a shape."""
    said = zip(schema.columns, columns[: len(schema.columns)], strict=True)
    data = {column.name: from_sql(values, column.kind) for column, values in said}
    if schema.shape is Shape.NONE:
        return pd.DataFrame(data)
    polygons = shapely.from_wkb(np.array(columns[-2], dtype=object))
    table = gpd.GeoDataFrame(data, geometry=polygons, crs=crs)
    table["area_m2"] = np.array(columns[-1], dtype="float64")
    return table
