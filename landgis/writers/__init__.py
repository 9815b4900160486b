"""Tables out: one ``write`` for every format; identical input gives identical bytes."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import pandas as pd

from landgis.errors import UsageError
from landgis.fields import FIELDS
from landgis.schema import LAYERS, Kind, LayerSchema
from landgis.writers.geojson import write_geojson
from landgis.writers.job import Job
from landgis.writers.survey import write_txt
from landgis.writers.text import write_csv, write_json
from landgis.writers.vector import (
    write_dxf,
    write_fgb,
    write_gdb,
    write_gpkg,
    write_parquet,
    write_shp,
)
from landgis.writers.workbook import write_xlsx

FORMATS: Mapping[str, Callable[[Job], bytes]] = {
    "csv": write_csv,
    "json": write_json,
    "geojson": write_geojson,
    "gpkg": write_gpkg,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "shp": write_shp,
    "fgb": write_fgb,
    "gdb": write_gdb,
    "dxf": write_dxf,
    "txt": write_txt,
}
"""The formats that are written, by the ending of a file's name."""

GDB_ENDINGS = (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist", ".lock", "")
"""The files of which a geodatabase is made; two of them have no ending."""
NO_TIME = datetime(2000, 1, 1)
"""The stamp of what belongs to no revision."""

UNITS_ZH = {Kind.AREA: "（平方米）", Kind.MONEY: "（分）"}


def names_of(schema: LayerSchema) -> dict[str, str]:
    """Chinese headers of a layer's columns with their units, as ``headers.toml`` reads them."""
    return {c.name: c.zh + UNITS_ZH.get(c.kind, "") for c in schema.columns} | {
        "area_m2": "图形面积（平方米）"
    }


def _known_names(layer: str) -> dict[str, str]:
    if layer in LAYERS:
        return names_of(LAYERS[layer])
    every = {n: zh for schema in LAYERS.values() for n, zh in names_of(schema).items()}
    return every | {name: field.zh for name, field in FIELDS.items()}


def write(
    table: pd.DataFrame,
    target: Path | BinaryIO,
    form: str,
    *,
    lang: str = "en",
    names: Mapping[str, str] | None = None,
    layer: str = "landgis",
    stamp: datetime | None = None,
    encoding: str | None = None,
) -> None:
    """Write ``table`` (or a GeoDataFrame) to ``target`` as ``form``, one of ``FORMATS``.

    Headers are the columns' own names, in XLSX the Chinese ``names`` (default: those of
    ``layer`` if it is one, else all that are known) where ``lang`` is ``zh``. ``stamp`` is the
    time of the revision, ``encoding`` that of a survey TXT (default GBK). A shapefile on a path
    is its parts side by side and a geodatabase a folder; in a stream, and on a path that ends in
    .zip, they are a zip.
    Raises ``UsageError`` for an unknown format and for geometry that is not there.
    """
    if form not in FORMATS:
        raise UsageError(
            f"'{form}' is no format that is written: use one of {', '.join(FORMATS)}.",
            f"不支持输出“{form}”格式：可用 {'、'.join(FORMATS)}。",
        )
    said = _known_names(layer) if names is None else names
    shown = lang if form == "xlsx" else "en"
    content = FORMATS[form](Job(table, shown, stamp or NO_TIME, said, layer, encoding))
    if not isinstance(target, Path):
        target.write(content)
    elif form == "shp" and target.suffix.lower() == ".shp":
        _unpack(content, target, layer)
    elif form == "gdb" and target.suffix.lower() == ".gdb":
        _unfold(content, target)
    else:
        target.write_bytes(content)


def _unfold(content: bytes, target: Path) -> None:
    """The files of a zipped geodatabase in the folder ``target``, in place of an older one."""
    if target.is_dir():
        if any(
            p.suffix not in GDB_ENDINGS and p.name not in ("gdb", "timestamps")
            for p in target.iterdir()
        ):
            raise UsageError(
                f"'{target}' is a folder with other files: give another name with -o.",
                f"“{target}”是含有其他文件的文件夹：请用 -o 指定其他名称。",
            )
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    target.mkdir()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            (target / PurePosixPath(name).name).write_bytes(archive.read(name))


def _unpack(content: bytes, target: Path, layer: str) -> None:
    """The parts of a zipped shapefile beside each other, named like ``target``."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            own = target.stem + name.removeprefix(layer)
            target.with_name(own).write_bytes(archive.read(name))
