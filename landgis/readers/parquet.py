"""GeoParquet and plain Parquet, by pyarrow alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from pyproj.exceptions import CRSError

from landgis.errors import UnknownCRS, UnreadableFile
from landgis.readers.columns import as_text
from landgis.stations import Geometries, RawLayer, Source


def read(path: Path, source: Source, _layer: str | None, _encoding: str | None) -> RawLayer:
    """One table; its primary geometry where the file is GeoParquet with WKB.

    Without a ``crs`` member the standard says longitude and latitude of WGS 84.
    """
    try:
        table = pq.read_table(path)
        geo = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
        main = geo.get("primary_column")
        said = geo["columns"][main] if main in table.schema.names else {}
        encoding = said.get("encoding", "WKB")
        beside = {main, *_coverings(said)} if said else set()
        text = as_text(table.drop_columns([n for n in table.schema.names if n in beside]))
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as broken:
        raise UnreadableFile(
            "the Parquet file is broken: write it again.",
            "Parquet 文件已损坏：请重新生成。",
            file=source.name,
        ) from broken
    if not said:
        return RawLayer(source, text)
    crs = _crs(said, source.name)
    if encoding != "WKB":
        return RawLayer(source, text, _native(path, main, encoding, source.name), crs)
    wkb = np.asarray(table.column(main).to_pylist(), dtype=object)
    return RawLayer(source, text, shapely.from_wkb(wkb, on_invalid="ignore"), crs)


def _coverings(said: dict[str, Any]) -> set[str]:
    """The columns that only repeat the extent of each outline."""
    extent = said.get("covering", {}).get("bbox", {})
    return {str(path[0]) for path in extent.values() if path}


def _native(path: Path, column: str, encoding: str, file: str) -> Geometries:
    """Shapes that stand as lists of coordinates: the encodings of GeoArrow."""
    try:
        shapes = gpd.read_parquet(path, columns=[column])[column]
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as broken:
        raise UnreadableFile(
            f"geometry encoding '{encoding}' is not read: write WKB.",
            f"不支持几何编码“{encoding}”：请用 WKB。",
            file=file,
        ) from broken
    return np.asarray(shapes.values, dtype=object)


def _crs(said: dict[str, Any], file: str) -> pyproj.CRS | None:
    if "crs" not in said:
        return pyproj.CRS.from_epsg(4326)
    try:
        return pyproj.CRS.from_user_input(said["crs"]) if said["crs"] else None
    except CRSError as broken:
        raise UnknownCRS(
            "the coordinate system in the file cannot be understood: give it with --crs.",
            "无法识别文件中的坐标系：请用 --crs 指定。",
            file=file,
        ) from broken
