"""Tables with geometry become GeoJSON in longitude and latitude, ready for the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import shapely

from landgis.measure import LONLAT, to_hectares, to_mu, transform
from landgis.stations import Geometries, Layer

Features: TypeAlias = dict[str, Any]
"""A GeoJSON FeatureCollection."""

DECIMALS = 8
"""Decimals of a published coordinate: about a millimetre."""

NOWHERE = (112.0, 34.0, 116.0, 37.0)
"""What an empty map shows."""


def lonlat(geoms: Geometries, crs: int) -> Geometries:
    """Geometries in longitude and latitude (EPSG:4490), rounded to ``DECIMALS``."""
    turned = transform(geoms, crs, LONLAT)
    return np.asarray(shapely.transform(turned, lambda xy: np.round(xy, DECIMALS)), dtype=object)


def collection(geoms: Geometries, properties: Sequence[Mapping[str, Any]]) -> Features:
    """A FeatureCollection of the geometries that are there; ids count from 1."""
    shapes = shapely.to_geojson(geoms)
    features = [
        {"type": "Feature", "geometry": json.loads(shape), "properties": {"id": i, **said}}
        for i, (shape, said) in enumerate(zip(shapes, properties, strict=True), start=1)
        if shape is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def records(table: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of some columns as plain values: dates ISO, what is empty None."""
    frame = pd.DataFrame(table)  # whose columns come ten times quicker than those of geopandas
    held = {name: plain(frame[name]) for name in columns}
    return [dict(zip(held, row, strict=True)) for row in zip(*held.values(), strict=True)]


def plain(column: pd.Series) -> list[Any]:
    """One column as JSON knows it: dates as ISO text, numbers and texts, None where empty."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.to_numpy("datetime64[D]")
        said = zip(np.isnat(days).tolist(), days.astype(str).tolist(), strict=True)
        return [None if empty else day for empty, day in said]
    held = column.round(6).tolist() if pd.api.types.is_float_dtype(column) else column.tolist()
    # asking pandas what is empty costs more than all the rest of a short column
    return [None if v is None or v is pd.NA or v != v else v for v in held]


def amount(area_m2: float) -> dict[str, float]:
    """An area in the three units that people read, from the core's conversions."""
    return {
        "m2": round(float(area_m2), 4),
        "hectares": round(float(to_hectares(area_m2)), 8),
        "mu": round(float(to_mu(area_m2)), 8),
    }


def reference(layer: Layer, identity: str, crs: int, *, name_below: bool = False) -> Features:
    """Districts or parks, each with the point at which its name is written: inside, or below."""
    geoms = lonlat(layer.geometry, crs)
    west, south, east, _ = shapely.bounds(geoms).T
    inside = shapely.point_on_surface(geoms)
    across, up = shapely.get_x(inside), shapely.get_y(inside)
    labels = zip(*(((west + east) / 2, south) if name_below else (across, up)), strict=True)
    said = [
        {"name": row["name"] or row[identity], "label": [round(float(v), 6) for v in label]}
        for row, label in zip(records(layer.table, [identity, "name"]), labels, strict=True)
    ]
    return collection(geoms, said)


def bounds(geoms: Geometries) -> list[float]:
    """West, south, east, north of everything, or a default for an empty map."""
    box = shapely.total_bounds(geoms) if len(geoms) else np.full(4, np.nan)
    return list(NOWHERE) if np.isnan(box).any() else [round(float(v), 6) for v in box]
