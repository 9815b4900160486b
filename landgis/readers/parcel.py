"""A raw layer as plain data, on its way out of a process that is not trusted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from landgis.issues import IssueKind, Problem
from landgis.stations import RawLayer, Source

TABLE = "table.arrow"
ROWS, SHAPES = "rows", "shapes"


def pack(raw: RawLayer, room: Path) -> dict[str, Any]:
    """Write table and geometry into ``room``; what is small comes back as plain data."""
    rows, width = len(raw.table), raw.table.shape[1]
    arrays = [pa.array(raw.table.iloc[:, i], pa.large_string()) for i in range(width)]
    names = [f"c{i}" for i in range(width)]
    arrays.append(pa.array(raw.table.index.to_numpy("int64")))
    if raw.geometry is not None:
        arrays.append(pa.array(shapely.to_wkb(raw.geometry), pa.large_binary(), size=rows))
    table = pa.table(arrays, [*names, ROWS, *([SHAPES] if raw.geometry is not None else [])])
    with pa.OSFile(str(room / TABLE), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table)
    return {
        "source": asdict(raw.source),
        "columns": [str(c) for c in raw.table.columns],
        "crs": None if raw.crs is None else raw.crs.srs,
        "problems": [_plain(p) for p in raw.problems],
    }


def _plain(problem: Problem) -> dict[str, Any]:
    at = None if problem.at is None else problem.at.tolist()
    value = problem.value if isinstance(problem.value, str) else [str(v) for v in problem.value]
    row = problem.row if problem.row is None or isinstance(problem.row, int) else list(problem.row)
    return {"kind": problem.kind.name, "field": problem.field, "at": at, "value": value, "row": row}


def unpack(said: dict[str, Any], room: Path) -> RawLayer:
    """What ``pack`` wrote; nothing in it is run."""
    with pa.OSFile(str(room / TABLE), "rb") as file:
        table = pa.ipc.open_file(file).read_all()
    table.validate(full=True)
    shaped = SHAPES in table.schema.names
    text = table.drop_columns([ROWS, SHAPES] if shaped else [ROWS])
    frame = text.to_pandas() if text.num_columns else pd.DataFrame(index=range(len(table)))
    frame.columns = pd.Index(said["columns"], dtype="str")
    frame.index = pd.Index(table.column(ROWS).to_numpy(), dtype="int64")
    geometry = None
    if shaped:
        wkb = np.asarray(table.column(SHAPES).to_pandas(), dtype=object)
        with np.errstate(invalid="ignore"):  # what is not finite is told later, by row
            geometry = shapely.from_wkb(wkb)
    return RawLayer(
        Source(**said["source"]),
        frame,
        geometry,
        pyproj.CRS.from_user_input(said["crs"]) if said["crs"] else None,
        tuple(_problem(p) for p in said["problems"]),
    )


def _problem(said: dict[str, Any]) -> Problem:
    at = None if said["at"] is None else np.array(said["at"], dtype=np.int64)
    return Problem(IssueKind[said["kind"]], said["field"], at, said["value"], said["row"])
