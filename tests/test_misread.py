"""What a careless reader takes in without a word: each is told, by row, or refused."""

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

from landgis import intake, readers, writers
from landgis.cli import run
from landgis.convert import convert
from landgis.errors import LandgisError, UnknownCRS, UnreadableFile, UsageError
from landgis.intake import Options
from landgis.quality import texts
from tests.conftest import square
from tests.test_survey import HEAD, LONE, parcel, ring

ID = "4101002019B00666"
HEADER = "电子监管号,合同签订日期,项目名称\n"


def table(**columns):
    held = columns or {"XMMC": ["新乡机械厂", "乙"], "BH": ["1", "2"]}
    return gpd.GeoDataFrame(held, geometry=[square(0, 0, 100), square(300, 0, 50)], crs=4547)


def written(folder, name, made=None, **options):
    pyogrio.write_dataframe(table() if made is None else made, folder / name, **options)
    return folder / name


def supplies(folder, text, encoding="utf-8", **options):
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return intake.read_layer(folder / "t.csv", "supplies", intake.Options(**options))


def told(issues, kind):
    return issues.loc[issues["kind"] == kind, ["row", "value"]].to_numpy().tolist()


# tables


@pytest.mark.parametrize("unit", ["元/平方米", "万元/亩", "美元", "每亩万元"])
def test_a_price_in_a_unit_that_no_total_has_is_no_total(tmp_path, unit):
    text = f"电子监管号,合同签订日期,成交价格({unit})\n{ID},2019-03-28,500\n"
    layer, issues = supplies(tmp_path, text)
    assert layer.table["price_fen"].isna().all()
    assert told(issues, "column_unused") == [[-1, f"成交价格({unit})"]]


def test_a_unit_after_its_own_name_is_a_unit(tmp_path):
    text = f"电子监管号,合同签订日期,面积（单位：亩）\n{ID},2019-03-28,15\n"
    assert supplies(tmp_path, text)[0].table["declared_area_m2"].tolist() == [10_000.0]


@pytest.mark.parametrize(
    ("wrong", "right"), [("latin-1", "gbk"), ("latin-1", "utf-8"), ("gb18030", "utf-8")]
)
def test_text_that_was_misread_before_is_an_error_and_says_what_it_was(tmp_path, wrong, right):
    garbled = "新乡高新区产业园".encode(right).decode(wrong)
    _, issues = supplies(tmp_path, f"{HEADER}{ID},2019-03-28,{garbled}\n")
    assert told(issues, "text_misread") == [[2, f"{garbled} / 新乡高新区产业园"]]
    assert intake.refusal(issues)


@pytest.mark.parametrize(
    "text", ["新乡市红旗区浠水路", "m²", "±0.5°", "Bäßler", "5×10", "辉县市", ""]
)
def test_text_that_is_right_is_not_taken_for_misread(tmp_path, text):
    _, issues = supplies(tmp_path, f"{HEADER}{ID},2019-03-28,{text}\n")
    assert told(issues, "text_misread") == []
    assert texts.meant(text) is None


def test_an_encoding_that_is_none_of_ours_is_told_by_its_letters(tmp_path):
    _, issues = supplies(tmp_path, "電子監管號,合同簽訂日期\n1,2019-03-28\n", "big5")
    assert told(issues, "text_garbled")


def test_a_code_that_a_spreadsheet_rounded_is_an_error(tmp_path):
    _, issues = supplies(tmp_path, f"{HEADER}4.10101E+15,2019-03-28,甲\n")
    assert told(issues, "digits_lost") == [[2, "4.10101E+15"]]


@pytest.mark.parametrize("cell", ["'" + ID, f'"=""{ID}"""', ID + "\t"])
def test_a_code_guarded_from_a_spreadsheet_is_the_code(tmp_path, cell):
    layer, issues = supplies(tmp_path, f"{HEADER}{cell},2019-03-28,甲\n")
    assert layer.table["supply_id"].tolist() == [ID]
    assert issues.empty


def test_sums_and_repeated_headers_are_no_records(tmp_path):
    text = f"{HEADER}{ID},2019-03-28,甲\n{HEADER}合 计,,\n"
    assert told(supplies(tmp_path, text)[1], "not_a_record") == [[3, "电子监管号"], [4, "合 计"]]
    assert "not_a_record" in set(convert(tmp_path / "t.csv")[1]["kind"])


@pytest.mark.parametrize(
    "opening",
    [
        "供地情况表,,,\n填报单位：某局,,,单位：亩、元\n电子监管号,合同签订日期,面积,成交价格\n",
        "序号,宗地,,成交（元）\n,电子监管号,面积（亩）,成交价格,合同签订日期\n",
        "电子监管号|合同签订日期|面积(亩)|成交价格(元)\n",
        "电子监管号,合同签订日期,面积,成交价格\n,,亩,（元）\n",
        '电子监管号,合同签订日期,"面积\n（亩）","成交价格\n（元）"\n',
        "（单位：亩、元，元/亩）\n电子监管号,合同签订日期,面积,成交价格\n",
    ],
)
def test_units_above_the_names_of_columns_are_theirs(tmp_path, opening):
    row = f"{ID},2019-03-28,15,50000" if not opening.startswith("序号") else ""
    row = row or f"1,{ID},15,50000,2019-03-28"
    mark = "|" if "|" in opening else ","
    layer, issues = supplies(tmp_path, opening + row.replace(",", mark) + "\n")
    [found] = layer.table.to_dict("records")
    assert (found["declared_area_m2"], found["price_fen"]) == (10_000, 5_000_000)
    assert "unit_assumed" not in set(issues["kind"])


@pytest.mark.parametrize("price", ["12345678", "￥1234.5"])
def test_money_without_a_unit_that_is_hardly_ten_thousands_is_not_guessed(tmp_path, price):
    layer, issues = supplies(
        tmp_path, f"电子监管号,合同签订日期,成交价格\n{ID},2019-03-28,{price}\n"
    )
    assert layer.table["price_fen"].isna().all()
    assert told(issues, "money_unit_unknown") == [[2, price]]


def test_rows_that_are_no_records_are_left_out_where_they_are_accepted(tmp_path):
    layer, issues = supplies(
        tmp_path,
        f"{HEADER}{ID},2019-03-28,甲\n合计,2019-03-28,乙\n4101002019B00667,2019-03-28,丙\n",
        accept=frozenset({"not_a_record"}),
    )
    assert layer.table["supply_id"].tolist() == [ID, "4101002019B00667"]
    assert layer.rows.tolist() == [2, 4]
    assert told(issues, "not_a_record") == [[3, "合计"]]
    options = intake.Options(accept=frozenset({"not_a_record"}))
    assert len(convert(tmp_path / "t.csv", options)[0]) == 2
    with pytest.raises(UnreadableFile, match="no row of the table is a record"):
        supplies(tmp_path, f"{HEADER}合计,,\n", accept=frozenset({"not_a_record"}))


def test_forms_that_number_their_columns_and_sum_up_hold_no_record_there(tmp_path):
    text = f"{HEADER}1,2,3\n{ID},2019-03-28,设计院\n红旗区小计,,\n总计（2宗）,,\n"
    assert told(supplies(tmp_path, text)[1], "not_a_record") == [
        [2, "1"], [4, "红旗区小计"], [5, "总计（2宗）"]
    ]  # fmt: skip


def test_a_quotation_mark_that_never_ends_does_not_swallow_the_rows_after_it(tmp_path):
    with pytest.raises(UnreadableFile, match="never ends"):
        supplies(tmp_path, f'{HEADER}{ID},2019-03-28,"甲\n4101002019B00667,2019-03-28,乙\n')


def test_a_mark_of_dos_at_the_end_is_no_row(tmp_path):
    layer, _ = supplies(tmp_path, f"{HEADER}{ID},2019-03-28,甲\n\x1a")
    assert len(layer) == 1


def test_a_date_with_its_hour_and_one_with_its_other_word_are_days(tmp_path):
    text = HEADER + "".join(
        f"41010020{i}B00666,{day},甲\n"
        for i, day in ((17, "2019年03月28日 10:00"), (18, "2019年3月28号"))
    )
    assert supplies(tmp_path, text)[0].table["supplied_on"].dt.day.tolist() == [28, 28]


def workbook(folder, rows, act=lambda _: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    act(book.active)
    book.save(folder / "t.xlsx")
    return intake.read_layer(folder / "t.xlsx", "supplies")


HEAD_ROW = ["电子监管号", "合同签订日期", "项目名称", "面积(公顷)"]


def test_cells_merged_across_columns_are_told_like_those_across_rows(tmp_path):
    rows = [HEAD_ROW, [ID, "2019-03-28", "甲", 1.5]]
    _, issues = workbook(tmp_path, rows, lambda s: s.merge_cells("C2:D2"))
    assert told(issues, "cells_merged") == [[2, "C2:D2"]]


def test_a_number_longer_than_a_spreadsheet_keeps_has_lost_digits(tmp_path):
    _, issues = workbook(tmp_path, [HEAD_ROW, [4.10100201900066e15, "2019-03-28", "甲", 1.5]])
    assert told(issues, "digits_lost") == [[2, "4101002019000660"]]


def test_day_nought_of_a_spreadsheet_is_an_empty_date(tmp_path):
    def nought(sheet):
        sheet["D2"].value, sheet["D2"].number_format = 0, "yyyy-mm-dd"

    rows = [[*HEAD_ROW[:3], "约定开工时间"], [ID, "2019-03-28", "甲", None]]
    layer, issues = workbook(tmp_path, rows, nought)
    assert layer.table["agreed_start_on"].isna().all()
    assert issues.empty


# files of several parts, and what they are called


def test_rows_and_shapes_that_do_not_pair_are_refused(tmp_path):
    path = written(tmp_path, "t.shp")
    whole = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(whole[:-60])
    with pytest.raises(UnreadableFile, match="do not belong together"):
        readers.read(path)
    more = gpd.GeoDataFrame({"BH": list("987")}, geometry=[square(0, 0, 1)] * 3, crs=4547)
    shutil.copy(written(tmp_path, "o.shp", more).with_suffix(".dbf"), path.with_suffix(".dbf"))
    with pytest.raises(UnreadableFile, match="3 rows"):
        readers.read(path)


@pytest.mark.parametrize(
    ("name", "part"), [("t.shp", ".dbf"), ("t.tab", ".dat"), ("t.mif", ".mid")]
)
def test_the_digest_of_a_delivery_is_over_all_its_parts_whatever_their_case(tmp_path, name, part):
    path = written(tmp_path, name)
    beside = path.with_suffix(part)
    beside.rename(path.with_suffix(part.upper()))
    before = readers.sha256(path)
    beside = path.with_suffix(part.upper())
    beside.write_bytes(beside.read_bytes().replace("乙".encode(), "丙".encode()))
    assert readers.sha256(path) != before


def test_a_mif_without_its_rows_is_refused(tmp_path):
    path = written(tmp_path, "t.mif")
    path.with_suffix(".mid").unlink()
    with pytest.raises(UnreadableFile, match=r"\.mid"):
        readers.read(path)


def test_a_survey_text_called_a_table_is_not_read_as_one(tmp_path):
    (tmp_path / "t.csv").write_text(HEAD + LONE, encoding="gbk")
    with pytest.raises(UnreadableFile, match=r"\.txt"):
        readers.read(tmp_path / "t.csv")


@pytest.mark.parametrize("name", ["t", "t.dat"])
def test_a_file_without_its_ending_is_told_what_it_is(tmp_path, name):
    written(tmp_path, "t.gpkg").rename(tmp_path / name)
    with pytest.raises(UnreadableFile, match=r"\.gpkg"):
        readers.read(tmp_path / name)


def packed(folder, name, **members):
    with zipfile.ZipFile(folder / name, "w") as archive:
        for path in folder.glob("t.*"):
            archive.write(path, "数据/" + path.name)
        for inside, text in members.items():
            archive.writestr(inside.replace("_DOT_", "."), text)
    return folder / name


def test_what_systems_and_people_add_to_an_archive_is_no_data_set(tmp_path):
    written(tmp_path, "t.shp")
    litter = {"__MACOSX/._t_DOT_shp": "x", "_DOT_DS_Store": "x", "readme_DOT_txt": "说明"}
    assert len(readers.read(packed(tmp_path, "a.zip", **litter)).table) == 2


def test_a_kmz_is_the_kml_in_it_and_a_kml_may_be_gbk(tmp_path):
    text = (
        '<?xml version="1.0" encoding="GBK"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        "<Placemark><name>甲地块</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        "113.89,35.22 113.891,35.22 113.891,35.221 113.89,35.22</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark></kml>"
    )
    (tmp_path / "t.kml").write_text(text, encoding="gbk")
    raw = readers.read(packed(tmp_path, "a.kmz"))
    assert raw.table["Name"].tolist() == ["甲地块"]
    assert "tessellate" not in raw.table


def test_a_geodatabase_without_its_ending_in_an_archive_is_one(tmp_path):
    folder = written(tmp_path, "a.gdb", driver="OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"供地/{part.name}")
    assert len(readers.read(tmp_path / "t.zip").table) == 2


def test_geoparquet_in_coordinates_of_geoarrow_is_read(tmp_path):
    table().to_parquet(tmp_path / "t.parquet", geometry_encoding="geoarrow")
    assert shapely.area(readers.read(tmp_path / "t.parquet").geometry).tolist() == [10_000, 2_500]


def test_a_feature_of_geojson_is_called_by_its_own_id(tmp_path):
    made = table().to_crs(4490)[["XMMC", "geometry"]]
    made.to_file(tmp_path / "t.geojson", id_generate="YES")
    made, _ = convert(tmp_path / "t.geojson")
    assert made["id"].tolist() == ["0", "1"]


DRAWING = """0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\n地块\n90\n3\n70\n1\n10\n490000\n20\n3900000
10\n490100\n20\n3900000\n10\n490100\n20\n3900100\n0\nENDSEC\n0\nEOF\n"""


def test_a_drawing_in_gbk_that_names_no_code_page_is_no_mojibake(tmp_path):
    (tmp_path / "t.dxf").write_text(DRAWING, encoding="gbk")
    assert readers.read(tmp_path / "t.dxf").table["Layer"].tolist() == ["地块"]


def test_parts_and_islands_come_back_from_a_drawing_as_one_outline(tmp_path):
    ringed = shapely.difference(square(0, 0, 100), square(10, 10, 80))
    shapes = [
        shapely.union_all([ringed, square(30, 30, 20), square(300, 0, 50)]),
        square(600, 0, 9),
    ]
    whole = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapes, crs=4547)
    writers.write(whole, tmp_path / "t.dxf", "dxf")
    back = readers.read(tmp_path / "t.dxf").geometry
    assert shapely.area(shapely.symmetric_difference(back, shapes)).tolist() == [0, 0]
    assert len(gpd.read_file(tmp_path / "t.dxf")) == 2


# coordinate systems that a program could not name


def test_a_projection_on_an_open_datum_is_what_the_operator_says_if_it_fits(tmp_path):
    path = written(tmp_path, "t.mif")
    with pytest.raises(UnknownCRS, match="--crs 4547"):
        convert(path)
    made, issues = convert(path, Options(crs=4547))
    assert made.crs.to_epsg() == 4547
    assert set(issues["kind"]) == {"crs_declared"}
    with pytest.raises(UnknownCRS):
        convert(path, Options(crs=4526))
    with pytest.raises(UnknownCRS):
        convert(written(tmp_path, "u.shp", table().to_crs(32649)), Options(crs=4547))


SAID = {
    "unit": ("计量单位=米", "计量单位=千米"),
    "degrees": ("计量单位=米", "计量单位=度"),
    "projection": ("高斯克吕格", "UTM"),
}


@pytest.mark.parametrize("name", SAID)
def test_a_head_that_the_coordinates_do_not_bear_out_is_an_error(tmp_path, name):
    (tmp_path / "t.txt").write_text((HEAD + LONE).replace(*SAID[name]), encoding="gbk")
    assert "zone_contradiction" in set(convert(tmp_path / "t.txt")[1]["kind"])


@pytest.mark.parametrize(
    "said", ["新乡市城市坐标系", "GCJ02", "1980西安坐标系转2000", "地方独立坐标系"]
)
def test_a_system_that_is_no_one_of_the_country_is_refused_whatever_the_operator_says(
    tmp_path, said
):
    text = (HEAD + LONE).replace("2000国家大地坐标系", said)
    (tmp_path / "t.txt").write_text(text, encoding="gbk")
    with pytest.raises(UnknownCRS, match="CGCS2000") as refused:
        convert(tmp_path / "t.txt", Options(crs=4526))
    assert refused.value.row == 4


def test_points_of_another_zone_are_told_by_line_and_the_others_kept(tmp_path):
    other = parcel([line.replace(",38490", ",490") for line in ring()], head="5,1,2,乙,面,,,,@")
    (tmp_path / "t.txt").write_text(HEAD + LONE + other, encoding="gbk")
    made, issues = convert(tmp_path / "t.txt")
    assert made.geometry.isna().tolist() == [False, True]
    assert told(issues, "coordinates_out_of_range")[0][0] == 19


def test_parameters_of_a_transformation_are_said_not_to_be_applied(tmp_path):
    text = (HEAD + LONE).replace(",,,,,,", "-12,100,3,0,0,0,0", 1)
    (tmp_path / "t.txt").write_text(text, encoding="gbk")
    assert told(convert(tmp_path / "t.txt")[1], "shift_unused") == [[10, "-12,100,3,0,0,0,0"]]


def test_a_comma_in_a_name_does_not_shift_the_columns_in_silence(tmp_path):
    head = "5,1.0000,1,甲,乙地块,面,,,,@"
    (tmp_path / "t.txt").write_text(HEAD + parcel(ring(), head=head), encoding="gbk")
    assert told(convert(tmp_path / "t.txt")[1], "header_unclear") == [[12, head]]


def test_records_become_features_that_lie_nowhere_and_that_is_said(tmp_path, capfd):
    (tmp_path / "t.csv").write_text(f"{HEADER}{ID},2019-03-28,甲\n", encoding="utf-8")
    assert run(["convert", str(tmp_path / "t.csv"), "-o", str(tmp_path / "t.geojson")]) == 0
    assert "图形均为空" in capfd.readouterr().err
    back = gpd.read_file(tmp_path / "t.geojson")
    assert (back["id"].tolist(), back.geometry.isna().tolist()) == ([ID], [True])


def test_a_geodatabase_is_written_as_a_folder_or_packed_and_spares_other_files(tmp_path, capfd):
    made = table(**{"成交价格(万元)": ["1", "2"], "BH": ["1", "2"]})
    source = str(written(tmp_path, "t.gpkg", made))
    for name in ("a.gdb", "a.gdb", "a.gdb.zip", "a.shp.zip"):
        assert run(["convert", source, "-o", str(tmp_path / name)]) == 0
        assert len(readers.read(tmp_path / name).table) == 2
    assert len(gpd.read_file(tmp_path / "a.gdb")) == 2
    assert "Warning" not in capfd.readouterr().err
    (tmp_path / "o.gdb").mkdir()
    (tmp_path / "o.gdb" / "letter.doc").write_text("x")
    with pytest.raises(UsageError, match="other files"):
        run(["convert", source, "-o", str(tmp_path / "o.gdb")])
    assert (tmp_path / "o.gdb" / "letter.doc").is_file()


def test_a_file_is_not_converted_over_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}{ID},2019-03-28,甲\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is the file that is read"):
        run(["convert", "t.csv", "-o", str(path)])
    assert path.read_bytes() == before


@pytest.mark.parametrize("arguments", [["-o", "none/o.csv"], ["-o", "o.csv", "--layer", "supplies",
                         "--map", "m.toml"]])  # fmt: skip
def test_what_the_system_says_is_chinese_in_a_chinese_sentence(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(f"{HEADER}{ID},2019-03-28,甲\n", encoding="utf-8")
    Path("m.toml").write_text("[columns\n", encoding="utf-8")
    with pytest.raises(LandgisError) as refused:
        run(["convert", "t.csv", *arguments])
    assert "文件或文件夹不存在" in refused.value.zh or "第 1 行第 9 列不是 TOML" in refused.value.zh


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_wide_text_without_its_mark_is_told_what_it_is(tmp_path, encoding):
    with pytest.raises(UnreadableFile, match="UTF-16 without the mark"):
        supplies(tmp_path, f"{HEADER}{ID},2019-03-28,甲\n", encoding)


def test_esri_json_is_no_geojson_with_broken_outlines(tmp_path):
    (tmp_path / "t.json").write_text('{"spatialReference": {"wkid": 4490}, "features": [{}]}')
    with pytest.raises(UnreadableFile, match="Esri JSON"):
        readers.read(tmp_path / "t.json")


def test_what_stands_below_a_table_is_told_once_a_row_and_nothing_else(tmp_path):
    text = f"{HEADER}{ID},2019-03-28,甲\n合计,,\n填表人：张三,,\n审核人: 李四,,\n"
    issues = supplies(tmp_path, text)[1]
    below = issues[issues["row"] >= 3]
    assert below["kind"].tolist() == ["not_a_record"] * 3
    assert below["row"].tolist() == [3, 4, 5]


def test_a_row_without_any_known_column_is_no_record(tmp_path):
    text = f"电子监管号,合同签订日期,网址\n{ID},2019-03-28,a\n,,http://b\n"
    issues = supplies(tmp_path, text)[1]
    assert issues[issues["row"] == 3][["kind", "value"]].to_numpy().tolist() == [
        ["not_a_record", "http://b"]
    ]
