"""Any file to a table that can be written in any format: every check, no store, no schema."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis import intake
from landgis.errors import UsageError
from landgis.incoming import records
from landgis.intake import AS_IT_COMES, Options
from landgis.issues import IssueKind
from landgis.measure import DEFAULT_CRS, transform
from landgis.normalise import normalise
from landgis.quality.cells import Reading
from landgis.quality.repair import CHINA_LONGITUDE, source_crs
from landgis.readers import headers
from landgis.schema import Column, Kind, LayerSchema, Shape, layer_schema
from landgis.stations import RawLayer
from landgis.zones import LONLAT, zone_epsg, zone_of

IDENTITY = Column("id", Kind.TEXT, "编号", required=True)
NAME = Column("name", Kind.TEXT, "名称")
KEPT = ("id", "name", "area_m2")

NUMBER = r"[-+]?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?"
"""Text that a number holds exactly; a code with a leading zero or 16 digits is none."""
CODE_WORDS = re.compile(r"(编号|代码|号|code|id|no|bh|dm|zh)$", re.IGNORECASE)
"""Headers of codes, which stay text even where all of them are digits."""


def convert(
    path: Path,
    options: Options = AS_IT_COMES,
    *,
    layer: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of a file and its issues; a GeoDataFrame where the file has geometry.

    The columns are ``id``, ``name``, ``area_m2`` and then those of the file; with ``layer`` those
    of its schema. Projected coordinates stay in their zone, degrees go to the zone around them.
    """
    raw, known = intake.joined(path, options, progress)
    crs = _working_crs(raw, options.crs)
    if layer is not None:
        delivered = intake.normalised(raw, layer_schema(layer), options, crs=crs, known=known)
        return delivered.layer.table, delivered.issues
    schema, reading = _open_schema(raw, options)
    result, issues = normalise(
        raw,
        schema,
        reading,
        crs=crs,
        declared_crs=options.crs,
        today=options.today,
        known=known,
    )
    table = result.table
    if IssueKind.NOT_A_RECORD.code in options.accept:
        table = table[records(table, result.rows, issues, schema)].reset_index(drop=True)
    return _ordered(table, raw.geometry is not None), issues


def outline(
    path: Path, feature_id: str, options: Options = AS_IT_COMES, *, crs: int
) -> shapely.Geometry:
    """The only outline of a file, or the one numbered ``feature_id``, in EPSG ``crs``.

    Raises ``RefusedImport`` for an error in the file and ``UsageError`` where no outline, or more
    than one, could be meant.
    """
    table, issues = convert(path, options)
    refused = intake.refusal(issues, options.accept)
    if refused:
        raise refused
    meant = table if len(table) == 1 else table[table["id"] == feature_id]
    if len(meant) != 1 or not isinstance(table, gpd.GeoDataFrame):
        raise UsageError(
            f"the file does not hold one outline of '{feature_id}': give one with that outline "
            "alone, or with its number.",
            f"文件中没有“{feature_id}”的唯一图形：请提供仅含该图形或带有其编号的文件。",
            file=path.name,
        )
    own = np.asarray(meant.geometry.values, dtype=object)
    moved: shapely.Geometry = transform(own, table.crs, crs)[0]
    return moved


def without_outlines(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """A table of records as features that lie nowhere, for formats that know nothing else."""
    nowhere = np.full(len(table), None, dtype=object)
    return gpd.GeoDataFrame(table, geometry=gpd.array.from_shapely(nowhere), crs=LONLAT)


def _working_crs(raw: RawLayer, declared: int | None) -> int:
    if raw.geometry is None:
        return DEFAULT_CRS
    code = source_crs(raw.crs, declared).code
    if code != LONLAT:
        return code
    sides = shapely.bounds(raw.geometry)[:, [0, 2]]
    known = sides[np.isfinite(sides).all(axis=1)]
    middle = float((known.min() + known.max()) / 2) if len(known) else math.nan
    west, east = CHINA_LONGITUDE
    inside = west <= middle <= east
    return zone_epsg(zone_of(middle), prefixed=False) if inside else DEFAULT_CRS


def _open_schema(raw: RawLayer, options: Options) -> tuple[LayerSchema, Reading]:
    """A schema of the file's own columns behind ``id`` and ``name``."""
    names = [str(c) for c in raw.table.columns]
    shape = Shape.OPTIONAL if raw.geometry is None else Shape.REQUIRED
    closed = LayerSchema("features", "要素", (IDENTITY, NAME), shape, identity="id")
    known = headers.reading(names, closed, intake.mapping(options.mapping))
    free = [n for n in names if n not in known.columns.values() and n not in (*KEPT, "geometry")]
    columns = (IDENTITY, NAME, *(Column(n, _kind(n, raw.table[n]), n) for n in free))
    schema = LayerSchema("features", "要素", columns, shape, identity="id")
    return schema, Reading(columns={**known.columns, **{n: n for n in free}})


def _kind(header: str, text: pd.Series) -> Kind:
    filled = text[text.str.strip() != ""]
    numeric = len(filled) > 0 and bool(filled.str.fullmatch(NUMBER).all())
    return Kind.NUMBER if numeric and not CODE_WORDS.search(header) else Kind.TEXT


def _ordered(table: pd.DataFrame, shaped: bool) -> pd.DataFrame:
    first: Sequence[str] = KEPT if shaped else KEPT[:2]
    if not shaped:
        table = pd.DataFrame(table.drop(columns=["geometry", "area_m2"]))
    rest = [c for c in table.columns if c not in (*first, "geometry")]
    ordered = pd.DataFrame(table[[*first, *rest]])
    if shaped:
        ordered = gpd.GeoDataFrame(ordered, geometry=table.geometry, crs=table.crs)
    return ordered
