"""Parcels from a GeoPackage through every check into a store that is new: what an import costs."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tests.bench import ours
from tests.bench.child import peak_of_children_mb

TODAY = date(2026, 1, 1)


def through(count):
    """``count`` supplies with outlines that their declared areas fit; written, then imported."""
    from landgis import intake
    from landgis.measure import ellipsoidal_area_m2
    from landgis.store import open_store

    room = tempfile.TemporaryDirectory()
    path = Path(room.name) / "supplies.gpkg"
    path.write_bytes(_file(int(count), ellipsoidal_area_m2))

    def work():
        store = open_store(Path(room.name) / "record.db", create=True)
        options = intake.Options(today=TODAY)
        report = intake.import_files(store, "supplies", [path], options)
        figures = {"rows": report.revision.added, "issues": len(report.issues)}
        store.close()
        room.cleanup()
        return figures | {"child_mb": peak_of_children_mb()}

    return work


def _file(count, area_of):
    from landgis import writers

    table = ours.records(count)["supplies"].table
    table = pd.DataFrame(table.drop(columns=["geometry", "area_m2"]))
    shapes = ours.many_polygons(count)
    table["declared_area_m2"] = area_of(shapes, 4547).round(2)
    shaped = gpd.GeoDataFrame(table.loc[:, table.notna().any()], geometry=shapes, crs=4547)
    buffer = io.BytesIO()
    writers.write(shaped, buffer, "gpkg", layer="supplies")
    return buffer.getvalue()
