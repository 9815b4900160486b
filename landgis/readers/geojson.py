"""GeoJSON, parsed here and not by GDAL: a ``crs`` link in the file is never followed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from landgis.errors import UnknownCRS, UnreadableFile
from landgis.issues import IssueKind, Problem, where
from landgis.readers.text import decode
from landgis.stations import Geometries, RawLayer, Source

SHOWN = 80
"""So many letters of a geometry are quoted."""
FULL_CIRCLE = 360.0
FARTHEST_M = 46_000_000.0
"""No easting is greater: zone 45 with its number before it."""


def read(path: Path, source: Source, _layer: str | None, encoding: str | None) -> RawLayer:
    """One FeatureCollection or Feature. Without a ``crs`` it is WGS 84 degrees."""
    text, found = decode(path.read_bytes(), encoding, source.name)
    document = _parse(text, source.name)
    features = _features(document, source.name)
    table = _table(_numbered([f.get("properties") or {} for f in features], features))
    geometry = _geometry(features)
    crs = _crs(document.get("crs"), geometry, source.name)
    lost = _unread(features, geometry)
    return RawLayer(replace(source, encoding=found), table, geometry, crs, lost)


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as broken:
        line, column = broken.lineno, broken.colno
        said = f"no JSON at line {line}, column {column}", f"第 {line} 行第 {column} 列不是 JSON"
        raise _refusal(*said, file) from broken
    except RecursionError as broken:
        raise _refusal("nested too deep", "嵌套过深", file) from broken
    if not isinstance(document, dict):
        raise _refusal("not an object", "不是对象", file)
    return document


def _features(document: dict[str, Any], file: str) -> list[dict[str, Any]]:
    features = document.get("features") if document.get("type") != "Feature" else [document]
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise _refusal("no FeatureCollection", "不是 FeatureCollection", file)
    if "spatialReference" in document or "geometryType" in document:
        raise _refusal("Esri JSON", "Esri JSON 格式", file)
    if not all(isinstance(f.get("properties") or {}, dict) for f in features):
        raise _refusal("properties are no object", "properties 不是对象", file)
    return features


def _refusal(why: str, why_zh: str, file: str) -> UnreadableFile:
    return UnreadableFile(
        f"the file is no GeoJSON ({why}): export it again.",
        f"不是有效的 GeoJSON（{why_zh}）：请重新导出。",
        file=file,
    )


def _numbered(rows: list[dict[str, Any]], features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The properties with the feature's own ``id``, where no property says the same."""
    ids = [f.get("id") for f in features]
    known = any("id" in r for r in rows)
    if known or all(i is None or i in r.values() for i, r in zip(ids, rows, strict=True)):
        return rows
    return [{"id": i, **r} for i, r in zip(ids, rows, strict=True)]


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = list(dict.fromkeys(k for r in rows for k in r))
    cells = [[_text(r.get(n)) for n in names] for r in rows]
    data = np.array(cells, dtype=object).reshape(len(rows), len(names))
    index = pd.RangeIndex(1, len(rows) + 1)
    return pd.DataFrame(data, columns=pd.Index(names, dtype="str"), index=index, dtype="str")


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case float():
            return np.format_float_positional(value, trim="-")
        case _:
            return json.dumps(value, ensure_ascii=False)


def _geometry(features: list[dict[str, Any]]) -> Geometries:
    """Shapes; ``None`` for what is no GeoJSON geometry."""
    texts = [json.dumps(f["geometry"]) if f.get("geometry") else None for f in features]
    shapes: Geometries = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    given = np.array([t is not None for t in texts], dtype=bool)
    for i in np.flatnonzero(given & shapely.is_missing(shapes)):
        flat = json.dumps(_flat(features[i]["geometry"]))
        shapes[i] = shapely.from_geojson(flat, on_invalid="ignore")
    return shapes


def _flat(said: Any) -> Any:
    """A geometry whose positions have east and north only: some programs add more than height."""
    match said:
        case dict():
            return {k: _flat(v) for k, v in said.items()}
        case [int() | float(), int() | float(), *_]:
            return said[:2]
        case list():
            return [_flat(v) for v in said]
        case _:
            return said


def _unread(features: list[dict[str, Any]], geometry: Geometries) -> tuple[Problem, ...]:
    """The geometries that stand in the file and could not be read."""
    given = np.array([f.get("geometry") is not None for f in features], dtype=bool)
    at = where(given & shapely.is_missing(geometry))
    said = [json.dumps(features[i]["geometry"], ensure_ascii=False)[:SHOWN] for i in at]
    return (Problem(IssueKind.GEOMETRY_UNREADABLE, "geometry", at, said),) if len(at) else ()


def _crs(member: Any, geometry: Geometries, file: str) -> pyproj.CRS | None:
    """The system of the ``crs`` member; without one WGS 84, unless most numbers are metres."""
    if member is None:
        bounds = shapely.bounds(geometry[~shapely.is_missing(geometry)])
        farthest = np.abs(bounds).max(axis=1, initial=0)
        metres = (farthest > FULL_CIRCLE) & (farthest < FARTHEST_M)
        return None if metres.sum() * 2 > len(metres) else pyproj.CRS.from_epsg(4326)
    name = _crs_name(member)
    try:
        return pyproj.CRS.from_user_input(name)
    except CRSError as broken:
        raise UnknownCRS(
            f"the 'crs' member names no known system ({name or 'a link is not followed'}): "
            "name one such as urn:ogc:def:crs:EPSG::4490.",
            f"crs 成员未给出已知坐标系（{name or '不访问外部链接'}）："
            "请写明，例如 urn:ogc:def:crs:EPSG::4490。",
            file=file,
        ) from broken


def _crs_name(member: Any) -> str:
    """The name in ``{"type": "name", "properties": {"name": ...}}``; nothing for a link."""
    named = isinstance(member, dict) and member.get("type") == "name"
    properties = member.get("properties") if named else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""
