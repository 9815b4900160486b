"""GeoPackage, Shapefile, FlatGeobuf, File Geodatabase, DXF, GeoParquet: always the same bytes."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from landgis.writers.job import Job
from landgis.writers.text import write_csv

FIELD_CHARACTERS = 10
"""A shapefile has no room for longer names of fields."""
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@contextmanager
def _clock(stamp: datetime) -> Iterator[None]:
    """GDAL writes ``stamp`` instead of the time of day."""
    said = stamp.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": said})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_gpkg(job: Job) -> bytes:
    """One layer with its CRS, columns under their own names."""
    with tempfile.TemporaryDirectory() as folder, _clock(job.stamp):
        path = Path(folder) / "layer.gpkg"
        pyogrio.write_dataframe(
            _shaped(job),
            path,
            driver="GPKG",
            layer=job.layer,
            use_arrow=True,
            geometry_type="MultiPolygon",
            promote_to_multi=True,
        )
        return path.read_bytes()


def write_shp(job: Job) -> bytes:
    """A zip of .shp, .shx, .dbf, .prj, .cpg and a table of what the short names mean."""
    table = _shaped(job)
    short = short_names([str(c) for c in job.plain.columns])
    table = table.rename(columns=short)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{job.layer}.shp"
        pyogrio.write_dataframe(
            table,
            path,
            driver="ESRI Shapefile",
            encoding="UTF-8",
            use_arrow=True,
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            DBF_DATE_LAST_UPDATE=job.stamp.strftime("%Y-%m-%d"),
        )
        (Path(folder) / f"{job.layer}_fields.csv").write_bytes(_field_table(job, short))
        return _zipped(Path(folder))


def write_fgb(job: Job) -> bytes:
    """One layer in the order of the table: without the index that would reorder it."""
    return _one_file(job, _shaped(job), "FlatGeobuf", ".fgb", SPATIAL_INDEX="NO")


def write_dxf(job: Job) -> bytes:
    """Each outline as one hatch on one layer of the drawing, which holds no columns, no system."""
    bare = _shaped(job)[["geometry"]]
    bare = bare[bare.geometry.notna()]
    drawn = _one_file(job, bare, "DXF", ".dxf").decode()
    parts = shapely.get_num_geometries(np.asarray(bare.geometry, dtype=object))
    return _as_one_hatch_each(drawn, parts.tolist()).encode()


HATCH = "  0\nHATCH\n"
LOOPS = re.compile(r"(.*?\n 91\n *)(\d+)(\n.*?)(\n 75\n.*)", re.S)
"""A hatch up to the number of its loops, that number, the loops, and what follows them."""


def _as_one_hatch_each(drawing: str, parts: list[int]) -> str:
    """The drawing with the hatches of one outline joined: GDAL writes one for each part."""
    head, *hatches = drawing.split(HATCH)
    if len(hatches) == len(parts):
        return drawing
    hatches[-1], end, rest = hatches[-1].partition("\n  0\n")
    joined, start = [], 0
    for count in parts:
        found = [m for h in hatches[start : start + count] if (m := LOOPS.fullmatch(h))]
        loops = sum(int(m[2]) for m in found)
        joined.append(f"{found[0][1]}{loops}{''.join(m[3] for m in found)}{found[0][4]}")
        start += count
    return HATCH.join([head, *joined]).rstrip("\n") + end + rest


def _one_file(job: Job, table: gpd.GeoDataFrame, driver: str, ending: str, **options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder, _clock(job.stamp):
        path = Path(folder) / f"{job.layer}{ending}"
        pyogrio.write_dataframe(
            table,
            path,
            driver=driver,
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            **options,
        )
        return path.read_bytes()


def write_gdb(job: Job) -> bytes:
    """A zip of a File Geodatabase with one layer; ids inside are counted, not drawn.

    Whole numbers are doubles, which hold fen exactly and which every ArcGIS reads. What a name of
    a field may not have becomes an underscore.
    """
    table = _shaped(job)
    table = table.rename(columns={n: re.sub(r"\W|^(?=\d)", "_", n) for n in table.columns})
    whole = [n for n in table.columns if pd.api.types.is_integer_dtype(table[n])]
    table[whole] = table[whole].astype("float64")
    pyogrio.set_gdal_config_options({"OPENFILEGDB_REPRODUCIBLE_UUID": "YES"})
    with tempfile.TemporaryDirectory() as folder, _clock(job.stamp):
        pyogrio.write_dataframe(
            table,
            Path(folder) / f"{job.layer}.gdb",
            driver="OpenFileGDB",
            layer=job.layer,
            geometry_type="MultiPolygon",
            promote_to_multi=True,
        )
        return _zipped(Path(folder))


def write_parquet(job: Job) -> bytes:
    """GeoParquet, or plain Parquet for a table without geometry."""
    buffer = io.BytesIO()
    if isinstance(job.table, gpd.GeoDataFrame):
        _shaped(job).to_parquet(buffer, index=False, geometry_encoding="WKB")
    else:
        _typed(job.plain).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _shaped(job: Job) -> gpd.GeoDataFrame:
    geometry = gpd.array.from_shapely(job.geometry)
    return gpd.GeoDataFrame(_typed(job.plain), geometry=geometry, crs=job.crs)


def _typed(plain: pd.DataFrame) -> pd.DataFrame:
    """Columns that GDAL can write: dates without a time, lists as text."""
    typed = plain.copy()
    for name in typed.columns:
        if pd.api.types.is_datetime64_any_dtype(typed[name]):
            typed[name] = typed[name].astype(pd.ArrowDtype(pa.date32()))
        elif typed[name].dtype == object:
            typed[name] = typed[name].map(_flat, na_action="ignore").astype("str")
    return typed


def _flat(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def short_names(names: list[str]) -> dict[str, str]:
    """ASCII names of at most ten characters, distinct, in the order given."""
    taken: dict[str, str] = {}
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_]", "", name)[:FIELD_CHARACTERS] or "F"
        short, count = base, 1
        while short.lower() in taken.values():
            count += 1
            short = base[: FIELD_CHARACTERS - len(str(count))] + str(count)
        taken[name] = short.lower()
    return taken


def _field_table(job: Job, short: dict[str, str]) -> bytes:
    names = list(short)
    table = pd.DataFrame(
        {"field": [short[n] for n in names], "column": names,
         "zh": [job.names.get(n, n) for n in names]}
    )  # fmt: skip
    return write_csv(Job(table, "en", job.stamp))


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = path.relative_to(folder).as_posix()
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), path.read_bytes())
    return buffer.getvalue()
