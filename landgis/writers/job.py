"""What is to be written: a table, its language, its headers and its time stamp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from landgis.errors import UsageError
from landgis.stations import Geometries


@dataclass(frozen=True)
class Job:
    """A table on its way out.

    ``names`` are Chinese headers by column; ``stamp`` is the only time that may stand in a file,
    so that the same input gives the same bytes.
    """

    table: pd.DataFrame
    lang: str
    stamp: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    layer: str = "landgis"
    encoding: str | None = None

    @property
    def plain(self) -> pd.DataFrame:
        """The table without its geometry."""
        if isinstance(self.table, gpd.GeoDataFrame):
            return pd.DataFrame(self.table.drop(columns=self.table.geometry.name))
        return self.table

    @property
    def geometry(self) -> Geometries:
        """The polygons; raises ``UsageError`` for a table without."""
        if not isinstance(self.table, gpd.GeoDataFrame):
            raise UsageError(
                "this list has no geometry: write it as csv, json, xlsx or parquet.",
                "此表没有图形：请输出为 csv、json、xlsx 或 parquet。",
            )
        return np.asarray(self.table.geometry.values, dtype=object)

    @property
    def crs(self) -> pyproj.CRS:
        """The CRS of the polygons; raises ``UsageError`` where it is not known."""
        crs = self.table.crs if isinstance(self.table, gpd.GeoDataFrame) else None
        if crs is None:
            raise UsageError(
                "the geometry has no coordinate system: name it with --crs.",
                "图形没有坐标系：请用 --crs 指定。",
            )
        return pyproj.CRS.from_user_input(crs)

    def headers(self, columns: Iterable[str]) -> list[str]:
        """The headers in the language of the job, made distinct."""
        columns = list(columns)
        if self.lang != "zh" or not self.names:
            return columns
        said = [self.names.get(c, c) for c in columns]
        return [
            s if said.count(s) == 1 else f"{s}[{c}]" for s, c in zip(said, columns, strict=True)
        ]
