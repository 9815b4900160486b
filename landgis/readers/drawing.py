"""DXF: what a draughtsman means as parcels, without the labels beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import shapely

from landgis.issues import IssueKind, Problem
from landgis.readers.text import decode_cut, sniff
from landgis.readers.vector import parcels, read_layers
from landgis.stations import RawLayer, Source

WESTERN = ("latin-1", "cp1252")
"""What a drawing's bytes are taken for where it names no code page of ours."""
ROUND = "AcDbCircle|AcDbArc|AcDbEllipse|AcDbSpline"
"""What GDAL calls entities of a drawing of which it makes chords; arcs of polylines it hides."""


def read(path: Path, source: Source, layer: str | None, encoding: str | None) -> RawLayer:
    """A DXF: a closed polyline is the outline of a parcel, as draughtsmen mean it.

    Labels and points beside outlines are left out and told; a line that does not close is not.
    """
    raw = _undone(read_layers(path, source, layer, encoding), encoding)
    assert raw.geometry is not None
    geoms = raw.geometry.copy()
    lines = shapely.get_type_id(geoms) == shapely.GeometryType.LINESTRING
    rings = lines & shapely.is_closed(geoms) & (shapely.get_num_points(geoms) > 3)
    geoms[rings] = [shapely.Polygon(g) for g in geoms[rings]]
    said = [*raw.problems]
    if rings.any():
        said.append(Problem(IssueKind.OUTLINE_FROM_LINE, value=str(int(rings.sum()))))
    if _is_round(raw):
        said.append(Problem(IssueKind.CURVE_STRAIGHTENED))
    return parcels(replace(raw, geometry=geoms, problems=tuple(said)), "Text", 0)


def _is_round(raw: RawLayer) -> bool:
    return "SubClasses" in raw.table and bool(raw.table["SubClasses"].str.contains(ROUND).any())


def _undone(raw: RawLayer, encoding: str | None) -> RawLayer:
    """``raw`` with its text decoded by proof, where GDAL took its bytes for Western letters."""
    for western in WESTERN:
        try:
            cells = {n: raw.table[n].str.encode(western) for n in raw.table.columns}
        except UnicodeEncodeError:
            continue
        held = [b for c in cells.values() for b in c.unique()]
        found = sniff(held, encoding, raw.source.name)
        read = partial(decode_cut, encoding=found)
        table = pd.DataFrame({n: c.map(read) for n, c in cells.items()}).astype("str")
        return replace(raw, source=replace(raw.source, encoding=found), table=table)
    return raw
