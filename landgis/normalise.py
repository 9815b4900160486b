"""RawLayer to Layer and issues: types, units, identity, coordinate system, valid polygons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from landgis.errors import UnreadableFile
from landgis.issues import IssueKind, Problem, tell, where
from landgis.measure import ellipsoidal_area_m2, planar_area_m2
from landgis.quality import identity, repair, texts
from landgis.quality.cells import DECLARED, Cells, Reading, typed
from landgis.schema import LayerSchema, Shape
from landgis.stations import EXTRA, Geometries, Layer, Mask, RawLayer

GCJ02_KEYS = frozenset({"acroutes", "childrennum"})
"""Keys that only exports of DataV and Amap carry."""
GCJ02_COMPANIONS = frozenset({"center", "centroid", "level", "parent"})
"""With one of these beside it, ``adcode`` marks such an export too."""

MISMATCH_M2 = 1.0
MISMATCH_SHARE = 1e-4
"""A declared area fits within the greater of both, or one step of its last digit."""

MEASURED = frozenset({"area_m2", "area_mu", "geometry", "fid", "ogcfid", "objectid", "shapearea",
                      "shapelength", "shapeleng"})  # fmt: skip
"""Columns that programs add by themselves; that they are not used needs no word."""


class Outline(NamedTuple):
    """Polygons in the working CRS, their area, and the area in the plane they came in."""

    geometry: Geometries
    area_m2: NDArray[np.float64]
    planar_m2: NDArray[np.float64]
    problems: list[Problem]


def normalise(
    raw: RawLayer,
    schema: LayerSchema,
    reading: Reading,
    *,
    crs: int,
    declared_crs: int | None = None,
    today: date | None = None,
    known: Sequence[Problem] = (),
) -> tuple[Layer, pd.DataFrame]:
    """The layer in EPSG ``crs`` and its issues, one row a problem, those ``known`` before first.

    No row is dropped. What cannot be kept is empty and has an issue; where its severity is error
    the import stops unless the kind is accepted. An accepted row is stored as it then is: an
    empty start is never in force, a row without a polygon is in no piece, so neither moves a
    figure until it is mended. Raises ``UnreadableFile`` for an empty layer or one without
    geometry, ``UnknownCRS`` where the coordinates cannot be trusted.
    """
    if raw.table.empty and not len(raw.table.index):
        raise UnreadableFile(
            "the layer is empty: deliver rows.", "图层为空：请提供数据。", file=raw.source.name
        )
    outline = _outline(raw, schema, crs, declared_crs)
    area = None if outline is None else outline.area_m2
    cells = typed(raw.table, schema, reading, area_m2=area, today=today)
    geometry = None if outline is None else outline.geometry
    ids, problems = _identify(cells.table, schema, geometry)
    if schema.identity is not None:
        cells.table[schema.identity] = ids
    rows = raw.table.index.to_numpy(dtype=np.int64)
    if outline is not None:
        problems += [*outline.problems, *_duplicates(outline.geometry, rows)]
        problems += _mismatches(cells, outline)
    problems = [
        *raw.problems,
        *known,
        *problems,
        *cells.problems,
        *texts.problems(raw.table),
        *_blank(raw, schema, reading),
        *_unread(raw, reading),
        *_web_map(raw),
    ]
    issues = tell(
        _once(problems),
        layer=schema.name,
        file=raw.source.name,
        ids=ids.to_numpy(object),
        rows=rows,
        names=schema.zh_names,
    )
    return Layer(schema.name, _shaped(cells.table, schema, outline, crs), rows), issues


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """One fact once: of a row that is no record nothing else, a number twice in one file once."""
    problems = _numbers_once(problems)
    kept, told = [], np.array([], dtype=np.int64)
    for problem in problems:
        if problem.kind is IssueKind.NOT_A_RECORD and problem.at is not None:
            kept.append(_except(problem, told))
            told = np.union1d(told, problem.at)
    rest = [p for p in problems if p.kind is not IssueKind.NOT_A_RECORD or p.at is None]
    return [*(_except(p, told) for p in rest), *kept]


def _numbers_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without what is told of numbers that a survey text is told to hold twice already."""
    twice = {str(v) for p in problems if p.kind is IssueKind.PARCEL_REPEATED for v in p.value}
    kept = []
    for problem in problems:
        if twice and problem.kind in (IssueKind.DUPLICATE_ID, IssueKind.DUPLICATE_ROW):
            at = np.asarray(problem.at)
            again = [str(v).rpartition("-")[0] in twice for v in problem.value]
            kept.append(_except(problem, at[np.array(again, dtype=bool)]))
        else:
            kept.append(problem)
    return kept


def _except(problem: Problem, told: NDArray[np.int64]) -> Problem:
    """``problem`` without the rows of which is told already."""
    if problem.at is None:
        return problem
    at = np.asarray(problem.at)
    rest = where(~np.isin(at, told))
    if len(rest) == len(at):
        return problem
    row, value = problem.row, problem.value
    return problem._replace(
        at=at[rest],
        value=value if isinstance(value, str) else [value[i] for i in rest],
        row=row if row is None or isinstance(row, int) else [row[i] for i in rest],
    )


def _identify(
    table: pd.DataFrame, schema: LayerSchema, geometry: Geometries | None
) -> tuple[pd.Series, list[Problem]]:
    if schema.identity is None:
        return table["supply_id"].fillna(""), identity.repeated_rows(table)
    return identity.assign(table, schema, geometry)


def _outline(
    raw: RawLayer, schema: LayerSchema, crs: int, declared_crs: int | None
) -> Outline | None:
    if schema.shape is Shape.NONE or (raw.geometry is None and schema.shape is Shape.OPTIONAL):
        return None
    if raw.geometry is None:
        raise UnreadableFile(
            f"the file has no geometry column, and {schema.name} needs polygons: deliver a vector "
            "file.",
            f"文件没有图形列，而{schema.zh}需要面图形：请提供矢量文件。",
            file=raw.source.name,
        )
    source, said = repair.source_crs(raw.crs, declared_crs)
    required = schema.shape is Shape.REQUIRED
    geometry, problems = repair.shapes(
        raw.geometry, source, crs, required=required, told=raw.problems
    )
    degrees = pyproj.CRS.from_epsg(source).is_geographic
    planar = planar_area_m2(geometry if degrees else np.asarray(raw.geometry, dtype=object))
    return Outline(geometry, ellipsoidal_area_m2(geometry, crs), planar, [*said, *problems])


def _shaped(
    table: pd.DataFrame, schema: LayerSchema, outline: Outline | None, crs: int
) -> pd.DataFrame:
    if schema.shape is Shape.NONE:
        return table
    nothing = np.full(len(table), None, dtype=object)
    geometry = nothing if outline is None else outline.geometry
    shaped: pd.DataFrame = gpd.GeoDataFrame(
        table, geometry=gpd.array.from_shapely(geometry), crs=crs
    )
    shaped["area_m2"] = np.nan if outline is None else outline.area_m2
    return shaped


def _duplicates(geometry: Geometries, rows: NDArray[np.int64]) -> list[Problem]:
    at, origin = repair.duplicates(geometry)
    return [Problem(IssueKind.GEOMETRY_DUPLICATE, "geometry", at, list(rows[origin]))]


def _mismatches(cells: Cells, outline: Outline) -> list[Problem]:
    """Declared areas that fit neither the ellipsoidal nor the planar area."""
    if DECLARED not in cells.table:
        return []
    said = cells.table[DECLARED].to_numpy(np.float64)
    allowed = np.maximum(MISMATCH_M2, MISMATCH_SHARE * outline.area_m2)
    allowed = np.maximum(allowed, cells.area_step_m2)
    off = (np.abs(said - outline.area_m2) > allowed) & (np.abs(said - outline.planar_m2) > allowed)
    at = where(off)
    told = [f"{a:.2f} / {b:.2f} m²" for a, b in zip(said[at], outline.area_m2[at], strict=True)]
    return [Problem(IssueKind.AREA_MISMATCH, DECLARED, at, told)]


def _blank(raw: RawLayer, schema: LayerSchema, reading: Reading) -> list[Problem]:
    """Rows without an outline in which no column that is known is filled: they record nothing."""
    if raw.geometry is not None or schema.name == "features" or not reading.columns:
        return []
    known = list(reading.columns.values())
    at = where(np.asarray((raw.table[known] == "").to_numpy(bool).all(axis=1)))
    rows = raw.table.iloc[at].to_numpy(object)
    told = [next(filter(None, row), "") for row in rows]
    return [Problem(IssueKind.NOT_A_RECORD, "", at, told)]


def _unread(raw: RawLayer, reading: Reading) -> list[Problem]:
    """Headers nobody reads, and cells that stand beyond the header."""
    used = set(reading.columns.values())
    problems = []
    for name in raw.table.columns:
        filled = (raw.table[name].str.strip() != "").to_numpy(bool)
        if name.startswith(EXTRA) and name[1:].isdigit():
            problems.append(_extra(raw.table[name], filled))
        elif name not in used and filled.any() and _bare(name) not in MEASURED:
            problems.append(Problem(IssueKind.COLUMN_UNUSED, value=name))
    return problems


def _bare(name: str) -> str:
    return name.lower().replace("_", "") if "area_m" not in name.lower() else name.lower()


def _extra(cells: pd.Series, filled: Mask) -> Problem:
    """One row a cell; one for the file where every row has one."""
    if filled.all():
        return Problem(IssueKind.EXTRA_CELL, value=str(cells.iloc[0]))
    at = where(filled)
    return Problem(IssueKind.EXTRA_CELL, "", at, list(cells.iloc[at]))


def _web_map(raw: RawLayer) -> list[Problem]:
    """The marks of an export from a Chinese web map, whose coordinates are GCJ-02."""
    if raw.geometry is None:
        return []
    keys = {str(c).lower() for c in raw.table.columns}
    marks = keys & GCJ02_KEYS
    if "adcode" in keys and keys & GCJ02_COMPANIONS:
        marks = marks | {"adcode"}
    return [Problem(IssueKind.GCJ02_SUSPECTED, value=", ".join(sorted(marks)))] if marks else []
