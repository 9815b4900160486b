"""The files as a bureau keeps them: GeoPackage, GBK shapefile, GeoJSON, XLSX and GBK CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import xlsxwriter
from days import TODAY, dates
from tables import FILES, WORDS, File

STAMP = "2026-01-05T08:30:00.000Z"
"""The time at which the files say they were made: identical bytes for identical seeds."""


def _cells(values: pd.Series, column: str, file: File) -> pd.Series:
    """A column as the text of its file: dates, hectares, 万元, 是 and 否, Chinese words."""
    if values.dtype.kind == "M":
        return values.dt.strftime(file.date)
    if values.dtype.kind == "b":
        return values.map({True: "是", False: "否"})
    if column.endswith("_m2"):
        return values.map(lambda v: None if pd.isna(v) else f"{v / 1e4:.4f}")
    if column.endswith("_fen"):
        return values.map(lambda v: None if pd.isna(v) else f"{v / 1e6:.10g}")
    if column == "term_years":
        return values.map(lambda v: None if pd.isna(v) else str(int(v)))
    words = WORDS.get(column, {})
    return values.map(lambda v: None if pd.isna(v) else words.get(v, v))


def lettered(table: pd.DataFrame, file: File, texts: list[tuple[int, str, str]]) -> pd.DataFrame:
    """The table under its own headers, all text; ``texts`` (row, column, cell) go over it."""
    out = pd.DataFrame(
        {h: _cells(table[c], c, file).astype(object) for h, c in file.pairs},
        index=range(len(table)),
    )
    header = {c: h for h, c in file.pairs}
    for row, column, cell in texts:
        out.at[row, header[column]] = cell
    return out.astype(object).where(out.notna(), None)


def _vector(table: pd.DataFrame, letters: pd.DataFrame, file: File, folder: Path) -> None:
    """Write a layer of polygons, in the coordinates of its file."""
    shapes = gpd.GeoSeries(table.geometry.to_numpy(), crs=4547).to_crs(file.crs)
    letters = letters.copy()
    for header, column in file.pairs:
        if column.endswith(("_m2", "_fen")):
            letters[header] = letters[header].astype("float64")
    frame = gpd.GeoDataFrame(letters, geometry=shapes.to_numpy(), crs=file.crs)
    path = folder / file.name
    suffix = path.suffix
    options: dict[str, object] = {".geojson": {"COORDINATE_PRECISION": 9, "RFC7946": "NO"}}.get(
        suffix, {}
    )
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[suffix]
    if suffix == ".shp":
        options = {"DBF_DATE_LAST_UPDATE": STAMP[:10], "encoding": "GBK"}
    pyogrio.write_dataframe(
        frame, path, driver=driver, layer=file.part or path.stem, append=path.exists(), **options
    )
    if suffix == ".shp":
        path.with_suffix(".cpg").unlink()


def _csv(letters: pd.DataFrame, path: Path) -> None:
    """Write a GBK table with Windows line ends, as the bureau's old tools do."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(letters.columns)
    writer.writerows(letters.where(letters.notna(), "").itertuples(index=False))
    path.write_bytes(out.getvalue().encode("gbk"))


def _sheet(book: xlsxwriter.Workbook, letters: pd.DataFrame, file: File) -> None:
    """One sheet: a title over the table, dates as dates, long numbers as text."""
    sheet = book.add_worksheet(file.part)
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, f"云泽市{file.part}台账（截至{dates(np.array([TODAY]))[0]}）")
    for c, (header, column) in enumerate(file.pairs):
        sheet.write_string(1, c, header)
        for r, cell in enumerate(letters[header], 2):
            if cell is None:
                continue
            if column.endswith("_on"):
                sheet.write_datetime(r, c, pd.Timestamp(cell).to_pydatetime(), dated)
            else:
                sheet.write_string(r, c, str(cell))


def write(
    tables: Mapping[str, pd.DataFrame], texts: list[tuple[str, int, str, str]], folder: Path
) -> None:
    """Write every file of the city into ``folder``, which is emptied of former ones first."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES.values():
        for old in folder.glob(f"{Path(file.name).stem}.*"):
            old.unlink()
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    books: dict[str, xlsxwriter.Workbook] = {}
    for key, file in FILES.items():
        said = [(row, column, cell) for table, row, column, cell in texts if table == key]
        letters = lettered(tables[key], file, said)
        path = folder / file.name
        if path.suffix == ".csv":
            _csv(letters, path)
        elif path.suffix == ".xlsx":
            if file.name not in books:
                books[file.name] = xlsxwriter.Workbook(str(path))
                books[file.name].set_properties({"created": pd.Timestamp(STAMP[:10])})
            _sheet(books[file.name], letters, file)
        else:
            _vector(tables[key], letters, file, folder)
    for book in books.values():
        book.close()
