"""Files out: the same bytes each time, read back as written, nothing that runs."""

import csv
import io
import json
import zipfile
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from landgis import intake, writers
from landgis.errors import UsageError
from landgis.quality.values import EMPTY_MARKS
from landgis.readers.delimited import bare
from landgis.schema import LAYERS
from landgis.writers.vector import short_names
from tests.conftest import square

STAMP = datetime(2020, 1, 2, 3, 4, 5)
HOLED = shapely.difference(square(0, 0, 100), square(10, 10, 30))
PARTS = shapely.union(square(200, 0, 50), square(300, 0, 50))


def supplies():
    return gpd.GeoDataFrame(
        {
            "supply_id": ["410702001001", "4406062019BI7595", "=1+1"],
            "project_name": ["新乡“机械”,厂\n二期", "-5", None],
            "supplied_on": pd.to_datetime(["2019-03-28", None, "2020-02-29"]).astype(
                "datetime64[s]"
            ),
            "term_years": pd.array([50, None, 40], dtype="Int64"),
            "price_fen": pd.array([123_456_789_012, None, 0], dtype="Int64"),
            "declared_area_m2": [8_100.0, np.nan, 5_000.5],
            "mortgaged": pd.array([True, None, False], dtype="boolean"),
        },
        geometry=[HOLED, None, PARTS],
        crs=4547,
    )


def written(form, table=None, **options):
    buffer = io.BytesIO()
    table = supplies() if table is None else table
    writers.write(table, buffer, form, **{"stamp": STAMP, "layer": "supplies", **options})
    return buffer.getvalue()


@pytest.mark.parametrize("form", writers.FORMATS)
def test_the_same_table_gives_the_same_bytes(form):
    assert written(form, lang="zh") == written(form, lang="zh")


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "gpkg", "parquet", "shp"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_written_is_read_back(tmp_path, form, lang):
    path = tmp_path / f"t.{form}"
    writers.write(supplies(), path, form, lang=lang, layer="supplies", stamp=STAMP)
    layer, _ = intake.read_layer(path, "supplies")
    expected = supplies()
    for name in expected.columns.drop("geometry"):
        pd.testing.assert_series_equal(
            layer.table[name], expected[name], check_dtype=False, check_names=False
        )
    if form not in ("csv", "xlsx"):
        apart = shapely.symmetric_difference(
            layer.geometry[[0, 2]], expected.geometry.values[[0, 2]]
        )
        assert (shapely.area(apart) < (0.2 if form == "geojson" else 1e-6)).all()
        assert layer.geometry[1] is None


FORMS = ["csv", "xlsx", "geojson", "gpkg", "parquet", "shp", "fgb", "gdb"]
words = st.text(st.characters(codec="gb18030", categories=("L", "N")), min_size=1, max_size=12)
words = words.filter(lambda text: text.lower() not in EMPTY_MARKS)
rows = st.tuples(
    st.none() | words,
    st.none() | st.dates(date(1990, 1, 2), date(2020, 1, 1)),
    st.none() | st.integers(0, 10**13),
    st.none() | st.integers(1, 10**7).map(lambda n: n / 100),
    st.none() | st.booleans(),
    st.integers(1, 400),
)


@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(rows, min_size=1, max_size=4))
@pytest.mark.parametrize("form", FORMS)
def test_whatever_a_layer_holds_is_read_back_as_it_was_written(tmp_path_factory, form, held):
    path = tmp_path_factory.mktemp("t") / ("t.gdb.zip" if form == "gdb" else f"t.{form}")
    name, day, price, area, flag, side = zip(*held, strict=True)
    expected = gpd.GeoDataFrame(
        {
            "supply_id": [f"410100{2000 + i}B00666" for i in range(len(held))],
            "project_name": pd.Series(name, dtype="str"),
            "supplied_on": pd.Series(day, dtype="datetime64[s]"),
            "price_fen": pd.array(price, dtype="Int64"),
            "declared_area_m2": pd.Series(area, dtype="float64"),
            "mortgaged": pd.array(flag, dtype="boolean"),
        },
        geometry=[square(500 * i, 0, s) for i, s in enumerate(side)],
        crs=4547,
    )
    writers.write(expected, path, form, layer="supplies", stamp=STAMP)
    layer, _ = intake.read_layer(path, "supplies")
    for column in expected.columns.drop("geometry"):
        pd.testing.assert_series_equal(
            layer.table[column], expected[column], check_dtype=False, check_names=False
        )
    if form not in ("csv", "xlsx"):
        apart = shapely.hausdorff_distance(layer.geometry, expected.geometry.values)
        assert (apart < (0.002 if form == "geojson" else 1e-6)).all()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "json"])
def test_pandas_reads_what_we_write(tmp_path, form):
    path = tmp_path / f"t.{form}"
    writers.write(supplies(), path, form, layer="supplies", stamp=STAMP)
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "json": pd.read_json}
    table = read.get(form, pd.read_parquet)(path)
    assert table["price_fen"].fillna(-1).tolist() == [123_456_789_012, -1, 0]
    assert pd.to_datetime(table["supplied_on"]).dt.year.fillna(0).tolist() == [2019, 0, 2020]


@pytest.mark.parametrize("form", ["geojson", "gpkg", "fgb", "dxf", "shp", "gdb"])
def test_gdal_reads_what_we_write(tmp_path, form):
    path = tmp_path / (f"t.{form}.zip" if form == "gdb" else f"t.{form}")
    writers.write(supplies(), path, form, layer="supplies", stamp=STAMP)
    table = gpd.read_file(f"/vsizip/{path}/supplies.gdb" if form == "gdb" else path)
    outlines = table.geometry.dropna()
    flat = outlines.to_crs(4547) if form == "geojson" else outlines
    assert flat.area.sum() == pytest.approx(14_100, abs=0.1)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)


@settings(max_examples=50)
@given(st.lists(texts, min_size=1, max_size=4))
def test_any_text_survives_csv_and_no_cell_of_it_runs(values):
    table = pd.DataFrame({"a": pd.Series(values, dtype="str"), "b": "x"})
    rows = list(csv.reader(io.StringIO(written("csv", table).decode("utf-8-sig"))))
    assert len(rows) == len(values) + 1
    for row, value in zip(rows[1:], values, strict=True):
        assert not row[0].startswith(("=", "+", "-", "@"))
        assert bare(row[0]).removesuffix("\t") == value.removesuffix("\t")


def test_csv_has_a_bom_and_keeps_long_numbers_from_becoming_floats():
    content = written("csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0]["supply_id"] == "410702001001\t"
    assert rows[1]["supply_id"] == "4406062019BI7595"
    assert rows[2]["supply_id"] == "'=1+1"
    assert rows[0]["price_fen"] == "123456789012"


def test_money_in_yuan_has_two_decimals_and_lists_have_semicolons():
    table = pd.DataFrame({"fee_yuan": [20.0, None], "causes": [["a", "b"], []], "n": [1.5, 2.0]})
    text = written("csv", table).decode("utf-8-sig")
    assert text.splitlines() == ["fee_yuan,causes,n", "20.00,a;b,1.5", ",,2"]


def test_json_has_real_numbers_nulls_and_dates():
    rows = json.loads(written("json"))
    assert rows[0]["price_fen"] == 123_456_789_012
    assert rows[1]["supplied_on"] is None
    assert rows[2]["supplied_on"] == "2020-02-29"
    assert rows[2]["mortgaged"] is False
    assert "geometry" not in rows[0]
    assert json.loads(written("json", pd.DataFrame({"a": []}))) == []


def test_geojson_is_longitude_and_latitude_in_4490_at_eight_decimals():
    document = json.loads(written("geojson"))
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    first = document["features"][0]
    assert first["id"] == "410702001001"
    ring = first["geometry"]["coordinates"][0]
    assert all(113 < x < 114 and 35 < y < 36 for x, y in ring)
    assert all(len(repr(v).split(".")[1]) <= 8 for point in ring for v in point)
    assert shapely.is_ccw(shapely.LinearRing(ring))
    assert document["features"][1]["geometry"] is None


def test_a_workbook_has_dates_numbers_chinese_headers_and_text_that_does_not_run():
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", lang="zh"))).active
    header = [c.value for c in sheet[1]]
    assert header[:3] == ["电子监管号", "项目名称", "供地日期"]
    assert "成交价格（分）" in header
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].value == "410702001001"
    assert sheet["C2"].value == datetime(2019, 3, 28)
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")
    assert sheet["E2"].value == 123_456_789_012


def test_codes_are_words_for_a_chinese_reader():
    table = pd.DataFrame({"supply_id": ["a"], "standing": ["idle"], "on": [date(2020, 1, 1)]})
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", table, lang="zh", layer="x"))).active
    assert [c.value for c in sheet[2]][:2] == ["a", "疑似闲置"]


def test_gdal_reads_our_geopackage_with_its_crs_and_types(tmp_path):
    (tmp_path / "t.gpkg").write_bytes(written("gpkg"))
    info = pyogrio.read_info(tmp_path / "t.gpkg")
    assert (info["layer_name"], info["crs"], info["features"]) == ("supplies", "EPSG:4547", 3)
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert types["supplied_on"] == "OFTDate"
    assert types["price_fen"] == "OFTInteger64"


def test_a_shapefile_has_short_ascii_names_and_a_table_that_explains_them(tmp_path):
    writers.write(supplies(), tmp_path / "供地.shp", "shp", layer="supplies", stamp=STAMP)
    assert {p.suffix for p in tmp_path.glob("供地.*")} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    fields = pyogrio.read_info(tmp_path / "供地.shp")["fields"]
    assert all(f.isascii() and len(f) <= 10 for f in fields)
    table = pd.read_csv(tmp_path / "供地_fields.csv")
    assert dict(zip(table["field"], table["column"], strict=True))["supplied_o"] == "supplied_on"
    assert zipfile.ZipFile(io.BytesIO(written("shp"))).testzip() is None


def test_short_names_of_every_layer_are_distinct_and_ascii():
    for schema in LAYERS.values():
        short = short_names([*schema.names, "area_m2"])
        assert len({s.lower() for s in short.values()}) == len(short)
        assert all(0 < len(s) <= 10 and s.isascii() for s in short.values())


@pytest.mark.parametrize("form", ["geojson", "gpkg", "shp"])
def test_a_list_without_geometry_says_which_formats_it_can_have(form):
    with pytest.raises(UsageError, match="csv, json, xlsx or parquet"):
        written(form, pd.DataFrame({"a": [1]}))


def test_an_unknown_format_is_refused_with_the_list():
    with pytest.raises(UsageError, match="csv, json, geojson"):
        written("docx")


def test_an_outline_that_rounding_would_break_is_written_whole(tmp_path):
    corners = ((0, 0), (100, 0), (100, 100), (0, 0.0004), (50, 0.0002))
    thin = shapely.Polygon([(490_000 + east, 3_900_000 + north) for east, north in corners])
    table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[thin], crs=4547)
    assert table.geometry.is_valid.all()
    writers.write(table, tmp_path / "t.geojson", "geojson")
    back = gpd.read_file(tmp_path / "t.geojson")
    assert back.geometry.is_valid.all()
    assert abs(back.to_crs(4547).area - table.area).max() < 0.1
