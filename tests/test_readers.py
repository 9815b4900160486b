"""Files as bureaus have them: read as they are, or refused in one sentence."""

import contextlib
import json
import random
import sqlite3
import warnings

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from landgis import readers, writers
from landgis.convert import convert
from landgis.errors import LandgisError, NotFound, UnknownCRS, UnreadableFile, UsageError
from landgis.issues import IssueKind
from landgis.readers import headers
from landgis.schema import LAYERS
from tests.conftest import square

SUPPLIES = LAYERS["supplies"]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_csv_is_read_in_whatever_encoding_it_proves_to_be(tmp_path, encoding):
    path = write(tmp_path, "t.csv", "项目名称,面积\n新乡机械,1.5\n".encode(encoding))
    table = readers.read(path).table
    assert table.to_dict("list") == {"项目名称": ["新乡机械"], "面积": ["1.5"]}
    assert table.index.tolist() == [2]


def test_text_that_is_in_no_encoding_is_refused_and_never_replaced(tmp_path):
    path = write(tmp_path, "t.csv", "项目\n".encode() + b"\xff\xfe\xff\x80")
    with pytest.raises(UnreadableFile, match="--encoding"):
        readers.read(path)


def test_an_encoding_that_is_forced_must_fit(tmp_path):
    path = write(tmp_path, "t.csv", "项目名称,x\n新乡,1\n".encode("gbk"))
    with pytest.raises(UnreadableFile, match="utf-8"):
        readers.read(path, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no known encoding"):
        readers.read(path, encoding="klingon")


def test_a_cell_beyond_the_header_is_kept_beside_it(tmp_path):
    path = write(tmp_path, "t.csv", "项目名称,面积\na,1,surplus\nb,2\n".encode())
    table = readers.read(path).table
    assert table["+1"].tolist() == ["surplus", ""]


def test_an_index_without_a_header_does_not_shift_the_columns(tmp_path):
    path = write(tmp_path, "t.csv", "项目名称,面积\n0,a,1.5\n1,b,2.5\n".encode())
    table = readers.read(path).table
    assert table["项目名称"].tolist() == ["a", "b"]
    assert table["面积"].tolist() == ["1.5", "2.5"]
    assert table["+1"].tolist() == ["0", "1"]


def test_a_title_above_the_header_is_stepped_over_and_rows_keep_their_number(tmp_path):
    text = (
        "2019年供地台账\n\n电子监管号,面积(公顷),合同签订日期\n\n4101002019B00666,1.5,2019-03-28\n"
    )
    table = readers.read(write(tmp_path, "t.csv", text.encode())).table
    assert table.index.tolist() == [5]
    assert table["电子监管号"].tolist() == ["4101002019B00666"]


def test_a_header_of_two_merged_lines_is_one_header(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2019年供地台账"])
    sheet.append(["电子监管号", "面积", None, "约定", None, "合同签订日期"])
    sheet.append([None, "公顷", "亩", "开工时间", "竣工时间", None])
    sheet.append(["4101002019B00666", 1.5, 22.5, "2020-01-01", "2021-01-01", "2019-03-28"])
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "t.xlsx")
    table = readers.read(tmp_path / "t.xlsx").table
    assert list(table.columns) == [
        "电子监管号",
        "面积(公顷)",
        "面积(亩)",
        "约定开工时间",
        "约定竣工时间",
        "合同签订日期",
    ]
    assert table.index.tolist() == [4]


def test_a_row_with_gaps_below_a_header_with_gaps_is_no_header(tmp_path):
    text = "项目名称,,面积\na,x,\nb,,2\n"
    table = readers.read(write(tmp_path, "t.csv", text.encode())).table
    assert table["项目名称"].tolist() == ["a", "b"]


def test_repeated_and_empty_headers_are_told_apart(tmp_path):
    table = readers.read(write(tmp_path, "t.csv", b"a,a,,b\n1,2,3,4\n")).table
    assert list(table.columns) == ["a", "a (2)", "#3", "b"]


def test_a_workbook_gives_dates_numbers_and_long_codes_as_a_person_would_write_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["电子监管号", "合同签订日期", "面积(公顷)", "土地使用年限", "是否抵押"])
    sheet.append(["410702001001", pd.Timestamp("2019-03-28").to_pydatetime(), 7.398, 50.0, True])
    book.save(tmp_path / "t.xlsx")
    table = readers.read(tmp_path / "t.xlsx").table
    assert table.iloc[0].tolist() == ["410702001001", "2019-03-28", "7.398", "50", "true"]


def test_a_workbook_with_two_filled_sheets_asks_which(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("另一张").append(["b"])
    book.create_sheet("空")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(UsageError, match="--source-layer"):
        readers.read(tmp_path / "t.xlsx")
    with pytest.raises(NotFound, match="there is no layer"):
        readers.read(tmp_path / "t.xlsx", source_layer="第三张")


SHAPEFILES = {
    "gbk without cpg": ("gbk", None),
    "gbk with a lying cpg": ("gbk", "UTF-8"),
    "gbk with cpg": ("gbk", "GBK"),
    "utf-8 with cpg": ("utf-8", "UTF-8"),
    "utf-8 without cpg": ("utf-8", None),
    "utf-8 with a lying cpg": ("utf-8", "936"),
}


@pytest.mark.parametrize(("encoding", "cpg"), SHAPEFILES.values(), ids=SHAPEFILES.keys())
def test_the_bytes_of_a_shapefile_decide_its_encoding(tmp_path, encoding, cpg):
    table = gpd.GeoDataFrame({"XMMC": ["新乡机械厂"]}, geometry=[square(0, 0, 10)], crs=4526)
    path = tmp_path / "t.shp"
    pyogrio.write_dataframe(table, path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    raw = readers.read(path)
    assert raw.table["XMMC"].tolist() == ["新乡机械厂"]
    assert raw.crs.to_epsg() == 4526


def test_field_names_cut_through_a_character_are_still_found(samples):
    raw = readers.read(samples / "shp" / "A_default.shp")
    found = headers.match(list(raw.table.columns), SUPPLIES)
    assert raw.source.encoding == "utf-8"
    assert raw.table[found["parcel_code"]].tolist() == [
        "410702001001GB00012",
        "410702001001GB00013",
    ]


def test_gbk_without_cpg_is_not_mojibake(samples):
    raw = readers.read(samples / "shp" / "C_gbk_nocpg_ldid0.shp")
    assert raw.source.encoding == "gb18030"
    assert raw.table["地块名称"].tolist()[0] == "新乡高新区批而未供地块一"


def test_a_shapefile_without_its_table_is_refused(tmp_path):
    path = write(tmp_path, "t.shp", b"\0\0\x27\x0a" + bytes(96))
    with pytest.raises(UnreadableFile, match=r"\.dbf"):
        readers.read(path)


VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["t.shp", "t.gpkg", "t.geojson", "t.parquet", "t.xlsx"])
def test_a_virtual_dataset_under_another_name_is_refused(tmp_path, name):
    with pytest.raises(UnreadableFile, match="the content is no"):
        readers.read(write(tmp_path, name, VRT))


def test_a_plain_sqlite_file_is_no_geopackage(tmp_path):
    with sqlite3.connect(tmp_path / "t.gpkg") as db:
        db.execute("CREATE TABLE t (a)")
    with pytest.raises(UnreadableFile, match="the content is no GPKG"):
        readers.read(tmp_path / "t.gpkg")


@pytest.mark.parametrize("name", ["t.gpkg", "t.shp", "t.xlsx", "t.parquet", "t.geojson", "t.csv"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, name):
    with pytest.raises(UnreadableFile, match="empty"):
        readers.read(write(tmp_path, name, b""))


@pytest.mark.parametrize("name", ["t.mdb", "t.dwg", "t.vct", "t.wp", "t.xls", "t.doc"])
def test_a_format_that_is_not_read_names_the_way_out(tmp_path, name):
    with pytest.raises(UnreadableFile, match="are not read") as refused:
        readers.read(write(tmp_path, name, b"x"))
    assert refused.value.zh


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="check the path"):
        readers.read(tmp_path / "none.csv")


@pytest.fixture
def good(tmp_path):
    table = gpd.GeoDataFrame({"a": ["x"] * 50}, geometry=[square(0, 0, 9)] * 50, crs=4547)
    table.to_file(tmp_path / "t.gpkg")
    table.to_file(tmp_path / "t.shp")
    table.to_parquet(tmp_path / "t.parquet")
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.geojson").write_text(table.to_json(to_wgs84=True))
    return tmp_path


@pytest.mark.parametrize("name", ["t.gpkg", "t.shp", "t.parquet", "t.xlsx", "t.geojson"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused_or_read_but_never_a_traceback(good, name, share):
    path = good / name
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with contextlib.suppress(LandgisError):
        assert len(readers.read(path).table) <= 50


@pytest.mark.parametrize("name", ["t.gpkg", "t.shp", "t.dbf", "t.prj", "t.parquet", "t.xlsx"])
def test_a_damaged_file_is_read_or_refused_but_never_a_traceback(good, name):
    chance = random.Random(name)
    content = (good / name).read_bytes()
    told = "t.shp" if name in ("t.dbf", "t.prj") else name
    for _ in range(12):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (good / name).write_bytes(damaged)
        with contextlib.suppress(LandgisError), warnings.catch_warnings(action="ignore"):
            assert len(readers.read(good / told).table) <= 50


def test_a_geopackage_with_several_layers_asks_which(tmp_path):
    table = gpd.GeoDataFrame({"a": ["x"]}, geometry=[square(0, 0, 9)], crs=4547)
    table.to_file(tmp_path / "t.gpkg", layer="批次")
    table.to_file(tmp_path / "t.gpkg", layer="批次退出")
    with pytest.raises(UsageError, match="批次, 批次退出"):
        readers.read(tmp_path / "t.gpkg")
    assert len(readers.read(tmp_path / "t.gpkg", source_layer="批次退出").table) == 1


def test_whole_numbers_with_gaps_and_long_codes_do_not_become_floats(tmp_path):
    table = gpd.GeoDataFrame(
        {"code": pd.array([410702, None], dtype="Int64"), "big": [123456789012.25, 10.0]},
        geometry=[square(0, 0, 9)] * 2,
        crs=4547,
    )
    table.to_file(tmp_path / "t.gpkg", use_arrow=True)
    raw = readers.read(tmp_path / "t.gpkg").table
    assert raw["code"].tolist() == ["410702", ""]
    assert raw["big"].tolist() == ["123456789012.25", "10"]


def geojson(folder, crs=None, geometry=None):
    shape = geometry or json.loads(
        gpd.GeoSeries([square(0, 0, 9)], crs=4547).to_crs(4490).to_json()
    )
    document = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"名称": "甲", "n": 3, "l": [1, 2]},
                "geometry": geometry or shape["features"][0]["geometry"],
            }
        ],
    }
    if crs is not None:
        document["crs"] = crs
    return write(folder, "t.geojson", json.dumps(document, ensure_ascii=False).encode())


def test_geojson_without_a_crs_is_longitude_and_latitude(tmp_path):
    raw = readers.read(geojson(tmp_path))
    assert raw.crs.to_epsg() == 4326
    assert raw.table.iloc[0].to_dict() == {"名称": "甲", "n": "3", "l": "[1, 2]"}


def test_a_collection_without_features_is_read_as_a_layer_without_rows(tmp_path):
    empty = b'{"type": "FeatureCollection", "features": []}'
    raw = readers.read(write(tmp_path, "t.geojson", empty))
    assert len(raw.table) == len(raw.geometry) == 0


def test_geojson_in_metres_without_a_crs_states_none(tmp_path):
    ring = [[490000, 3900000], [490100, 3900000], [490100, 3900100], [490000, 3900000]]
    raw = readers.read(geojson(tmp_path, geometry={"type": "Polygon", "coordinates": [ring]}))
    assert raw.crs is None


FAR = {
    "the whole world": ([[-180, -90], [180, -90], [180, 90], [-180, -90]], "a place outside China"),
    "North America": ([[-90, 35], [-89, 35], [-89, 36], [-90, 35]], "a place outside China"),
    "beyond all measure": ([[1e9, 1e9], [2e9, 1e9], [2e9, 2e9], [1e9, 1e9]], "another system"),
    "latitude first": ([[35, 114], [36, 114], [36, 115], [35, 114]], "exchanged"),
}


@pytest.mark.parametrize(("ring", "looks"), FAR.values(), ids=FAR)
def test_geojson_from_elsewhere_is_refused_with_what_it_looks_like(tmp_path, ring, looks):
    path = geojson(tmp_path, geometry={"type": "Polygon", "coordinates": [ring]})
    with pytest.raises(UnknownCRS, match=looks):
        convert(path)


@pytest.mark.parametrize("first", [float("nan"), None, "114", 1e400])
def test_a_geometry_that_cannot_be_read_is_an_error_of_its_row_and_not_a_row_without_one(
    tmp_path, first
):
    ring = [[first, 35], [114, 35], [114, 36], [113, 35]]
    path = geojson(tmp_path, geometry={"type": "Polygon", "coordinates": [ring]})
    (problem,) = readers.read(path).problems
    assert (problem.kind, list(problem.at)) == (IssueKind.GEOMETRY_UNREADABLE, [0])
    _, issues = convert(path)
    assert sorted(issues["kind"]) == ["crs_wgs84", "geometry_unreadable", "id_from_content"]


def test_a_collection_without_features_is_refused_as_an_empty_layer_by_every_way_in(tmp_path):
    path = write(tmp_path, "t.geojson", b'{"type": "FeatureCollection", "features": []}')
    with pytest.raises(UnreadableFile, match="the layer is empty"):
        convert(path)


@pytest.mark.parametrize("name", ["t.geojson", "t.parquet", "t.csv", "t.shp", "t.txt"])
def test_a_layer_that_a_file_of_one_layer_does_not_have_is_refused(tmp_path, name):
    table = gpd.GeoDataFrame({"a": ["x"]}, geometry=[square(0, 0, 9)], crs=4547)
    makers = {
        ".geojson": lambda path: path.write_text(table.to_json(to_wgs84=True)),
        ".parquet": table.to_parquet,
        ".csv": lambda path: path.write_text("a\nx\n"),
        ".shp": table.to_file,
        ".txt": lambda path: writers.write(table, path, "txt"),
    }
    makers[f".{name.partition('.')[2]}"](tmp_path / name)
    with pytest.raises(NotFound, match="there is no layer 'nope': it has t"):
        readers.read(tmp_path / name, source_layer="nope")
    assert len(readers.read(tmp_path / name, source_layer="t").table) == 1


def test_a_crs_link_is_never_followed(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("went to the network"))
    link = {"type": "link", "properties": {"href": "http://192.0.2.1/crs", "type": "proj4"}}
    with pytest.raises(UnknownCRS, match="a link is not followed"):
        readers.read(geojson(tmp_path, link))


@pytest.mark.parametrize("text", ["{", "{}", '{"features": 3}', '{"features": [1]}', "{" * 5000])
def test_what_is_no_geojson_is_refused(tmp_path, text):
    with pytest.raises(UnreadableFile, match="no GeoJSON"):
        readers.read(write(tmp_path, "t.json", text.encode()))


def test_headers_in_chinese_pinyin_and_english_name_the_same_columns():
    zh = headers.match(["项目名称", "面积(公顷)", "合同签订日期", "电子监管号"], SUPPLIES)
    pinyin = headers.match(["XMMC", "MJ", "QDRQ", "DZJGH"], SUPPLIES)
    english = headers.match(["projectName", "area", "contractTime", "supply_id"], SUPPLIES)
    assert zh.keys() == pinyin.keys() == english.keys()
    assert set(zh) == {"supply_id", "project_name", "supplied_on", "declared_area_m2"}


@pytest.mark.parametrize(
    ("layer", "column", "written"),
    [
        ("supplies", "price_fen", "成交价款(万元) 成交金额（元） 合同价款【万元】"),
        ("supplies", "paid_fen", "已缴价款(万元) 已缴土地出让金（万元） 实缴价款"),
        ("supplies", "declared_area_m2", "供应面积（公顷） 成交面积(㎡) 用地面积(亩)"),
        ("supplies", "holder", "受让方 竞得者 土地使用者 建设单位"),
        ("supplies", "agreed_start_on", "约定开工时间 合同约定开工日期 合同约定动工时间"),
        ("approvals", "declared_area_m2", "批准总面积（公顷） 批准用地面积(㎡)"),
        ("acquisitions", "completed_on", "征收完成日期 征地完成时间"),
        ("acquisitions", "compensated_on", "补偿完成时间 补偿安置完成日期"),
    ],
)  # fmt: skip
def test_what_bureaus_write_above_a_column_is_known(layer, column, written):
    for header in written.split():
        assert headers.match([header], LAYERS[layer]) == {column: header}


def test_a_better_rank_wins_without_asking():
    found = headers.match(["signTime", "contractTime", "totalArea", "area"], SUPPLIES)
    assert found == {"supplied_on": "contractTime", "declared_area_m2": "area"}


def test_two_headers_of_one_rank_are_ambiguous_until_the_map_says_which():
    both = ["土地坐落", "位置"]
    with pytest.raises(UsageError, match="--map") as asked:
        headers.match(both, SUPPLIES)
    assert "土地坐落" in asked.value.zh
    assert headers.match(both, SUPPLIES, {"location": "位置"}) == {"location": "位置"}


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("面积(公顷)", "公顷"),
        ("面积（平方米）", "平方米"),
        ("供地面积亩", "亩"),
        ("面积_m2", "m²"),
        ("declared_area_m2", "m²"),
        ("declared_a", "m²"),
    ],
)
def test_the_unit_in_a_header_is_the_unit_of_its_cells(header, unit):
    reading = headers.reading([header], SUPPLIES)
    assert reading.units == {"declared_area_m2": unit}
    assert not reading.assumed


def test_a_header_without_a_unit_is_hectares_by_assumption():
    reading = headers.reading(["面积", "成交价格"], SUPPLIES)
    assert reading.units == {"declared_area_m2": "公顷", "price_fen": "万元"}
    assert reading.assumed == {"declared_area_m2", "price_fen"}


def test_the_area_we_measured_is_nobodys_declared_area():
    assert headers.match(["area_m2", "area_mu", "图形面积（平方米）"], SUPPLIES) == {}


@pytest.mark.parametrize(
    "mapping",
    [
        {"columns": {"nonsense": "面积"}},
        {"columns": {"project_name": "没有这列"}},
        {"units": {"declared_area_m2": "英亩"}},
        {"units": {"project_name": "公顷"}},
    ],
)
def test_a_map_that_names_what_is_not_there_is_refused(mapping):
    with pytest.raises(UsageError, match="--map"):
        headers.reading(["面积"], SUPPLIES, mapping)


def test_a_suggested_map_is_read_back_as_it_is_used():
    import tomllib

    told = ["电子监管号", "土地坐落", "位置", '怪"列', "合同签订日期"]
    text = headers.suggest(told, SUPPLIES)
    read = tomllib.loads(text)
    assert read["columns"] == {"supply_id": "电子监管号", "supplied_on": "合同签订日期"}
    assert '# location = "土地坐落"' in text


def test_no_header_means_two_columns_of_one_layer():
    for schema in LAYERS.values():
        seen = {}
        for column in schema.columns:
            for rank in headers._ranks(schema, column):
                for name in rank:
                    assert seen.setdefault(name, column.name) == column.name, (schema.name, name)
