"""The whole record as a folder of open formats, with a page that tells a stranger how to read it.

GeoParquet for what has polygons, JSON Lines for the rest, the rules as the TOML they are. Every
state of every fact is there, not only what is known now.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.backups import head
from landgis.errors import UsageError
from landgis.schema import LAYERS, Shape
from landgis.store import Store
from landgis.store.interface import LAND, READY, TABLES

SHAPED = (*(s.name for s in LAYERS.values() if s.shape is not Shape.NONE), *LAND)

README = """# {title}

The whole record of one city's land, written by {software} at revision {rev}.
Nothing but this folder is needed to read it. 本目录为土地数据库的完整导出，无需专用软件即可读取。

- `facts/NAME.parquet`: GeoParquet (WKB polygons, EPSG:{crs}); `facts/NAME.jsonl`: what has none.
  One row is one state of one feature, known from revision `rev_from` until before `rev_to`
  (empty: still). What was known at revision N is every row with `rev_from <= N` and
  (`rev_to` empty or `rev_to > N`). `evidence` is the polygon as its file had it, in the CRS of its
  `delivery`, where that is another. `facts/NAME_ready.jsonl`: each such row, by `fact`, as the
  GeoJSON feature (EPSG:4490) that others were given of it.
  每行为一个要素的一个版本，`rev_from`/`rev_to` 为起止版本号。
- `land/`: the pieces (图斑) into which the land was cut, their links to features, the slivers.
- `record/revisions.jsonl`: who changed what, when (UTC), why, with which program and rules.
  `deliveries.jsonl`: the files it came from, with SHA-256. `features.jsonl`: who a fact speaks of.
  `issues.jsonl`: what was found wrong. `settings.jsonl`: working CRS and tolerance.
- `rules/SHA256.toml`: every rulebook under which a revision was made, named by its SHA-256.
- `record/audit.jsonl`: the audit chain. Take `entry` of each line as UTF-8: its SHA-256 (or SM3) is
  `hash`, and its `previous` is the `hash` of the line before. Head: `{head}`.
- `MANIFEST.sha256`: the SHA-256 of every file here: `sha256sum -c MANIFEST.sha256`.

Dates are ISO 8601, areas square metres (ellipsoidal, CGCS2000), money fen (1/100 yuan), flags 0
and 1, hashes hexadecimal. Columns / 字段:

{columns}
"""


def dump(store: Store, folder: Path) -> int:
    """Write all of ``store`` into the new or empty ``folder``; the number of files.

    Raises ``UsageError`` where something is in the way.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"'{folder}' is not empty: name a new folder.", f"“{folder}”不为空：请指定新目录。"
        )
    files = dict(_files(store))
    files["README.md"] = _readme(store).encode()
    listed = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    for name, content in {**files, "MANIFEST.sha256": listed.encode()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(files) + 1


def _files(store: Store) -> Iterator[tuple[str, bytes]]:
    for table in TABLES:
        columns, rows = store.kept(table)
        if table == "rulebooks":
            yield from ((f"rules/{sha256}.toml", text.encode()) for sha256, text in rows)
        elif table in SHAPED:
            yield f"{_room(table)}/{table}.parquet", _parquet(columns, rows, store.crs)
        else:
            yield f"{_room(table)}/{table}.jsonl", _lines(columns, rows)


def _room(table: str) -> str:
    if table in (*LAYERS, *READY.values()):
        return "facts"
    return "land" if table.startswith((*LAND, "cuts")) else "record"


def _lines(columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> bytes:
    said = (dict(zip(columns, map(_plain, row), strict=True)) for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said).encode()


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _parquet(columns: Sequence[str], rows: Iterator[tuple[Any, ...]], crs: int) -> bytes:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    data = dict(zip(columns, values, strict=True))
    shapes = shapely.from_wkb(np.array(data.pop("geometry"), dtype=object))
    kept: Mapping[str, Any] = {
        name: [_hashes(v) if name == "content" else v for v in value]
        for name, value in data.items()
    }
    table = gpd.GeoDataFrame(pd.DataFrame(kept), geometry=shapes, crs=crs)
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, geometry_encoding="WKB", compression="zstd")
    return buffer.getvalue()


def _hashes(value: Any) -> str:
    return bytes(value).hex()


def _readme(store: Store) -> str:
    info = store.info()
    newest = store.revisions()[-1]
    columns = "\n".join(
        f"- {schema.name} {schema.zh}: "
        + ", ".join(f"`{column.name}` {column.zh}" for column in schema.columns)
        for schema in LAYERS.values()
    )
    return README.format(
        title="landgis 土地数据完整导出 / complete export",
        software=newest.software,
        rev=info.head,
        crs=info.crs,
        head=head(store),
        columns=columns,
    )
