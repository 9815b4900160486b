"""Typed tables to plain values for SQL and back, content hashes and published geometry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas.array import from_wkb
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


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts(schema: LayerSchema, values: Sequence[tuple[Any, ...]]) -> list[str]:
    """Each row's non-empty columns as canonical JSON.

    Empty columns are left out, so that a column added to the schema later changes no text.
    """
    names = schema.names
    return [
        _CANONICAL.encode({n: v for n, v in zip(names, row, strict=True) if v is not None})
        for row in values
    ]


def contents(said: Sequence[str], shapes: Sequence[bytes | None]) -> list[bytes]:
    """SHA-256 of each row's content: its ``texts``, then its polygon."""
    return [
        hashlib.sha256(text.encode() + b"\n" + (shape or b"")).digest()
        for text, shape in zip(said, shapes, strict=True)
    ]


def features(
    names: Sequence[str],
    said: Sequence[str],
    areas: Sequence[float | None],
    shapes: Sequence[str | None],
) -> list[str]:
    """Each row as it leaves the store: a GeoJSON feature of id, ``texts``, area and polygon."""
    plain = [
        text if area is None else f'{text[:-1]},"area_m2":{area!r}}}'
        for text, area in zip(said, areas, strict=True)
    ]
    return [
        f'{{"type":"Feature","id":{_CANONICAL.encode(name)},"properties":{text}'
        f"{_GEOMETRY}{shape or 'null'}}}"
        for name, text, shape in zip(names, plain, shapes, strict=True)
    ]


_GEOMETRY = ',"geometry":'


def polygon_of(feature: str) -> str | None:
    """The geometry of what ``features`` wrote, as it was written there; ``None`` for null.

    Quotes within texts are escaped, so that the name of the member stands there once.
    """
    shape = feature.partition(_GEOMETRY)[2][:-1]
    return None if shape == "null" else shape


def published(geometry: Geometries, crs: int) -> tuple[list[str | None], NDArray[np.float64]]:
    """GeoJSON texts in EPSG:4490 at 8 decimals, and bounds of shape (n, 4): west to north."""
    lonlat = measure.transform(geometry, crs, PUBLISHED_CRS)
    short = shapely.transform(lonlat, lambda xy: np.round(xy, DECIMALS))
    return list(shapely.to_geojson(short)), shapely.bounds(lonlat)


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other.

    Texts lie in one run of memory then: out of texts in several runs, as they come together, a few
    rows cost as much as all of them.
    """
    table = pd.concat(tables, ignore_index=True)
    for name in table.columns[table.dtypes == "str"]:
        table[name] = pd.array(pa.array(table[name].array).combine_chunks(), dtype="str")
    return table


def columns_of(schema: LayerSchema, values: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The schema's columns, typed, out of SQL columns."""
    return pd.DataFrame(_typed(schema, values))


def _typed(schema: LayerSchema, values: Sequence[Sequence[Any]]) -> dict[str, Any]:
    said = zip(schema.columns, values, strict=True)
    return {c.name: from_sql(column, c.kind) for c, column in said}


def frame(
    schema: LayerSchema, columns: Sequence[Sequence[Any]], crs: int
) -> pd.DataFrame | gpd.GeoDataFrame:
    """A typed table out of SQL columns: the schema's, then WKB and area where it has a shape."""
    plain = _typed(schema, columns[: len(schema.columns)])
    if schema.shape is Shape.NONE:
        return pd.DataFrame(plain)
    polygons = from_wkb(np.array(columns[-2], dtype=object), crs=crs)
    area = np.array(columns[-1], dtype="float64")
    # At once: a column that is added later costs as much as the table.
    said = {**plain, "geometry": polygons, "area_m2": area}
    return gpd.GeoDataFrame(said, geometry="geometry")
