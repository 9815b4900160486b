"""Answers on their way out: JSON or a file, with the ETag of their revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from typing import Any

import geopandas as gpd
import pandas as pd
from fastapi import Request, Response

from api.desk import Standpoint
from landgis.documents.calendar import as_ics, at_stake
from landgis.stations import Inventory
from landgis.writers import write
from landgis.writers.text import dumps, records

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "shp": "application/zip",
    "txt": "text/plain; charset=gbk",
}

ENDINGS: Mapping[str, str] = {"shp": "zip"}
"""The ending of a file where it is not the name of its format."""


def tag(request: Request, at: Standpoint) -> str:
    """The ETag of an answer: the revision, and all that the answer depends on besides."""
    asked = "&".join(sorted(f"{name}={value}" for name, value in request.query_params.items()))
    parts = (request.url.path, asked, str(at.on), at.rulebook.sha256, version("landgis"))
    return f'"{at.revision}-{sha256(chr(10).join(parts).encode()).hexdigest()[:16]}"'


def answered(request: Request, etag: str, make: Callable[[], Response]) -> Response:
    """What ``make`` gives, with its ETag; 304 without making it where the caller has it."""
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    said = request.headers.get("if-none-match", "")
    held = [one.strip().removeprefix("W/") for one in said.split(",")]
    if etag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    response = make()
    response.headers.update(headers)
    return response


def json_of(content: Mapping[str, Any]) -> Response:
    """An object as JSON: dates ISO, Chinese as it is."""
    return Response(dumps(content), media_type=MEDIA_TYPES["json"])


def items(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as objects, without their polygons."""
    plain = table.drop(columns="geometry") if isinstance(table, gpd.GeoDataFrame) else table
    return records(pd.DataFrame(plain))


def head(inventory: Inventory) -> dict[str, Any]:
    """What every JSON answer begins with: the date, the revision and its time."""
    at = inventory.known_at
    return {
        "on": inventory.on,
        "known": inventory.known,
        "data_as_of": None if at is None else at.isoformat(),
    }


def file_of(table: pd.DataFrame, form: str, name: str, inventory: Inventory) -> Response:
    """A table as a file to be saved."""
    buffer = BytesIO()
    if form == "ics":
        buffer.write(as_ics(table, at_stake(table, inventory.rulebook), inventory.on, "zh"))
    else:
        write(table, buffer, form, lang="zh", layer=name, stamp=inventory.known_at)
    shown = f'attachment; filename="{name}-{inventory.on}.{ENDINGS.get(form, form)}"'
    headers = {} if form == "geojson" else {"Content-Disposition": shown}
    return Response(buffer.getvalue(), headers=headers, media_type=MEDIA_TYPES[form])


def shown(*rows: Mapping[str, Any], **more: Any) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI shows a good answer with ``rows``."""
    begin = {"on": "2025-12-31", "known": 12, "data_as_of": "2026-01-05T09:30:00+00:00"}
    example = {**begin, **more, "items": list(rows)}
    return {200: {"content": {MEDIA_TYPES["json"]: {"example": example}}}}
