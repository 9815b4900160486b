"""Raw tables to typed layers: every row kept, every fault told, no fault mended in silence."""

from datetime import date

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import UnknownCRS, UnreadableFile
from landgis.issues import COLUMNS, IssueKind
from landgis.normalise import normalise
from landgis.quality import checks
from landgis.readers import headers
from landgis.schema import DTYPES, LAYERS
from landgis.stations import RawLayer, Source
from tests.conftest import square
from tests.law import table

TODAY = date(2026, 1, 1)


def raw(columns, geometry=None, crs=4547):
    table = pd.DataFrame(columns, dtype="str")
    table.index = pd.RangeIndex(1, len(table) + 1)
    shapes = None if geometry is None else np.array([*geometry, None], dtype=object)[:-1]
    stated = pyproj.CRS.from_epsg(crs) if crs else None
    return RawLayer(Source("t.csv", "", "CSV"), table, shapes, stated)


def read(layer, columns, geometry=None, crs=4547, mapping=None, **options):
    source = raw(columns, geometry, crs)
    schema = LAYERS[layer]
    reading = headers.reading(list(source.table.columns), schema, mapping)
    return normalise(source, schema, reading, crs=4547, today=TODAY, **options)


def kinds(issues):
    return sorted(issues["kind"])


def district(geometry, crs=4547, **options):
    ids = [str(410701 + i) for i in range(len(geometry))]
    return read("districts", {"行政区代码": ids}, geometry, crs, **options)


SUPPLY = {
    "电子监管号": ["4101002019B00666"],
    "合同签订日期": ["2019-03-28"],
    "面积(公顷)": ["1.5"],
    "成交价格(万元)": ["100"],
}


def test_a_good_row_has_every_column_of_its_schema_and_no_issue():
    layer, issues = read("supplies", SUPPLY)
    assert list(layer.table.columns) == [*LAYERS["supplies"].names, "geometry", "area_m2"]
    for column in LAYERS["supplies"].columns:
        assert layer.table[column.name].dtype == DTYPES[column.kind], column.name
    assert issues.empty
    assert list(issues.columns) == list(COLUMNS)
    row = layer.table.iloc[0]
    assert (row["price_fen"], row["declared_area_m2"]) == (100_000_000, 15_000.0)
    assert layer.table.crs.to_epsg() == 4547


def test_a_missing_date_is_told_by_row_and_the_row_is_kept():
    layer, issues = read("supplies", {"电子监管号": ["a", "b"], "供地日期": ["2019-03-28", ""]})
    assert len(layer) == 2
    assert issues[["kind", "row", "feature_id", "field"]].to_numpy().tolist() == [
        ["required_missing", 2, "b", "supplied_on"]
    ]
    assert "供地日期" in issues["message_zh"][0]


def test_a_missing_column_is_one_issue_and_not_one_a_row():
    _, issues = read("supplies", {"电子监管号": ["a", "b"]})
    assert issues[["kind", "row"]].to_numpy().tolist() == [["column_missing", -1]]


def test_an_unreadable_date_is_empty_and_told_once():
    layer, issues = read("supplies", {"电子监管号": ["a"], "供地日期": ["2019年5月"]})
    assert layer.table["supplied_on"].isna().all()
    assert kinds(issues) == ["date_unreadable"]


def test_a_price_beyond_all_measure_is_told_by_row_and_column_and_left_empty():
    columns = {
        "电子监管号": ["a", "b"],
        "供地日期": ["2019-01-01"] * 2,
        "price_fen": ["1", "9" * 20],
    }
    layer, issues = read("supplies", columns)
    assert issues[["kind", "row", "field"]].to_numpy().tolist() == [
        ["number_unreadable", 2, "price_fen"]
    ]
    assert layer.table["price_fen"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("said", "told"), [("0216-05-31", True), ("1949-09-30", True), ("1949-10-01", False)]
)
def test_a_date_older_than_any_land_right_is_an_error(said, told):
    columns = {"电子监管号": ["a"], "供地日期": ["2019-01-01"], "约定开工时间": [said]}
    _, issues = read("supplies", columns)
    assert [tuple(row) for row in issues[["kind", "row", "value"]].to_numpy()] == (
        [("date_too_early", 1, said)] if told else []
    )


def test_a_future_date_is_an_error_only_where_it_tells_what_has_happened():
    columns = {"电子监管号": ["a"], "供地日期": ["2062-06-30"], "约定开工时间": ["2063-06-30"]}
    _, issues = read("supplies", columns)
    assert issues[["kind", "field"]].to_numpy().tolist() == [["date_in_future", "supplied_on"]]


def test_day_numbers_of_a_spreadsheet_are_dates_and_said_so():
    layer, issues = read("supplies", {"电子监管号": ["a"], "供地日期": ["43552"]})
    assert layer.table["supplied_on"][0] == pd.Timestamp("2019-03-28")
    assert kinds(issues) == ["date_serial"]


def test_an_acquisition_needs_one_of_its_two_dates():
    columns = {"征收编号": ["a", "b"], "征收公告日期": ["2019-01-01", ""]}
    _, issues = read("acquisitions", columns, [square(0, 0, 9), square(20, 0, 9)])
    assert issues[["kind", "row", "field"]].to_numpy().tolist() == [
        ["required_missing", 2, "announced_on|completed_on"]
    ]


def test_defaults_of_the_contract_fill_empty_cells():
    layer, _ = read("approvals", {"批准编号": ["a"], "批准日期": ["2019-01-01"]}, [square(0, 0, 9)])
    assert layer.table["needs_acquisition"].tolist() == [True]
    columns = {"电子监管号": ["a"], "闲置原因": ["未交地"], "起始日期": ["2019-01-01"]}
    layer, issues = read("delays", columns)
    assert layer.table[["cause", "status"]].to_numpy().tolist() == [
        ["land_not_delivered", "verified"]
    ]
    assert issues.empty


@pytest.mark.parametrize("word", ["lapsed", "失效", "LAPSED"])
def test_a_choice_is_understood_by_code_and_by_chinese_name(word):
    columns = {"退出编号": ["a"], "退出类型": [word], "退出日期": ["2019-01-01"]}
    layer, issues = read("releases", columns, [square(0, 0, 9)])
    assert layer.table["kind"].tolist() == ["lapsed"]
    assert issues.empty


def test_an_unknown_choice_is_an_error_told_once():
    columns = {"退出编号": ["a"], "退出类型": ["放弃"], "退出日期": ["2019-01-01"]}
    _, issues = read("releases", columns, [square(0, 0, 9)])
    assert kinds(issues) == ["choice_unknown"]


def test_a_land_use_code_needs_its_scheme():
    bare = {**SUPPLY, "土地用途": ["0601"]}
    assert kinds(read("supplies", bare)[1]) == ["land_use_without_scheme"]
    assert read("supplies", {**bare, "用途分类标准": ["GB/T 21010-2017"]})[1].empty


def test_the_old_code_of_changyuan_is_read_as_the_new_one_and_said_so():
    layer, issues = read("districts", {"行政区代码": ["410728"]}, [square(0, 0, 9)])
    assert layer.table["district_code"].tolist() == ["410783"]
    assert kinds(issues) == ["district_code_alias"]


def test_document_numbers_are_compared_in_one_kind_of_bracket():
    numbers = ["郑政土（2018）19号", "郑政土[2018]19号", "郑政土〔2018〕19号", "郑政土【2018】19号"]
    columns = {"批准编号": list("abcd"), "批准文号": numbers, "批准日期": ["2019-01-01"] * 4}
    layer, _ = read("approvals", columns, [square(20 * i, 0, 9) for i in range(4)])
    assert set(layer.table["doc_no"]) == {"郑政土〔2018〕19号"}


def test_a_number_that_cannot_be_hectares_has_no_known_unit():
    columns = {
        "电子监管号": ["a", "b"],
        "供地日期": ["2019-01-01"] * 2,
        "面积": ["1.5", "105711.7"],
    }
    layer, issues = read("supplies", columns)
    assert layer.table["declared_area_m2"].isna().tolist() == [False, True]
    assert kinds(issues) == ["area_unit_unknown", "unit_assumed"]


@pytest.mark.parametrize(("text", "unit"), [("1", "公顷"), ("10000", "平方米"), ("15", "亩")])
def test_polygons_prove_the_unit_that_nobody_wrote(text, unit):
    columns = {"电子监管号": ["a"], "供地日期": ["2019-01-01"], "面积": [text]}
    layer, issues = read("supplies", columns, [square(0, 0, 100)])
    assert layer.table["declared_area_m2"][0] == pytest.approx(10_000)
    assert issues["value"].tolist() == [unit]
    assert kinds(issues) == ["unit_assumed"]


def test_a_declared_area_that_contradicts_its_polygon_is_told():
    columns = {
        "电子监管号": ["a", "b"],
        "供地日期": ["2019-01-01"] * 2,
        "面积(公顷)": ["1.0000", "1.0003"],
    }
    _, issues = read("supplies", columns, [square(0, 0, 100), square(200, 0, 100)])
    assert issues[["kind", "row"]].to_numpy().tolist() == [["area_mismatch", 2]]


def test_a_declared_area_may_be_off_by_the_last_digit_it_writes():
    columns = {"电子监管号": ["a"], "供地日期": ["2019-01-01"], "面积(公顷)": ["1.0"]}
    _, issues = read("supplies", columns, [square(0, 0, 102)])
    assert issues.empty


def test_cells_beyond_the_header_are_told_by_row_or_once_if_all_have_them():
    few = {**{k: v * 2 for k, v in SUPPLY.items()}, "+1": ["", "x"]}
    few["电子监管号"] = ["a", "b"]
    assert read("supplies", few)[1][["kind", "row"]].to_numpy().tolist() == [["extra_cell", 2]]
    every = {**few, "+1": ["y", "x"]}
    assert read("supplies", every)[1][["kind", "row"]].to_numpy().tolist() == [["extra_cell", -1]]


def test_a_column_nobody_reads_is_named():
    _, issues = read("supplies", {**SUPPLY, "爬取时间": ["2020-05-12"], "空": [""]})
    assert issues[["kind", "value"]].to_numpy().tolist() == [["column_unused", "爬取时间"]]


def test_text_with_lost_characters_is_told():
    _, issues = read("supplies", {**SUPPLY, "项目名称": ["新乡锟斤拷"]})
    assert kinds(issues) == ["text_garbled"]


# identity


NAMELESS = {
    "项目名称": ["甲", "乙", "甲"],
    "合同签订日期": ["2019-01-01", "2019-01-02", "2019年1月1日"],
    "面积(公顷)": ["1.5", "2", "1.50"],
}


def test_a_row_without_a_number_is_named_by_its_content_whatever_its_spelling():
    layer, issues = read("supplies", NAMELESS)
    first, other, repeat = layer.table["supply_id"]
    assert repeat == f"{first}-2"
    assert other != first
    assert kinds(issues) == ["duplicate_row"] + ["id_from_content"] * 3
    assert issues.loc[issues["kind"] == "duplicate_row", "row"].tolist() == [3]


def test_a_row_is_named_by_what_it_says_and_not_by_its_neighbours():
    alone = {k: v[:1] for k, v in NAMELESS.items()}
    beside = {**NAMELESS, "土地使用权人": ["", "某厂", ""]}
    first = read("supplies", alone)[0].table["supply_id"][0]
    assert read("supplies", beside)[0].table["supply_id"][0] == first


NUMBERED = {
    "合同编号": ["HT-1", "HT-1", "HT-2", "", ""],
    "项目名称": ["甲", "乙", "丙", "丁", "丁"],
    "合同签订日期": ["2019-01-01"] * 5,
}


@settings(max_examples=10)
@given(st.permutations(range(5)))
def test_ids_do_not_depend_on_the_order_of_rows(order):
    shuffled = {k: [v[i] for i in order] for k, v in NUMBERED.items()}
    ids = read("supplies", shuffled)[0].table["supply_id"]
    told = dict(zip(order, ids, strict=True))
    assert [told[i] for i in range(3)] == ["id-dae3bcd6640eacc6", "id-59206b07668df015", "HT-2"]
    assert {told[3], told[4]} == {"id-81094296fffd5e16", "id-81094296fffd5e16-2"}


def test_a_contract_number_is_an_id_only_if_unique_in_the_file():
    columns = {
        "合同编号": ["HT-1", "HT-1", "HT-2"],
        "项目名称": ["甲", "乙", "丙"],
        "供地日期": ["2019-01-01"] * 3,
    }
    ids = read("supplies", columns)[0].table["supply_id"]
    assert ids[2] == "HT-2"
    assert ids[:2].str.startswith("id-").all()


def test_one_number_on_different_rows_is_an_error_and_both_are_kept():
    columns = {"电子监管号": ["a", "a"], "供地日期": ["2019-01-01", "2019-01-02"]}
    layer, issues = read("supplies", columns)
    assert set(layer.table["supply_id"]) == {"a", "a-2"}
    assert kinds(issues) == ["duplicate_id"]


def test_a_number_that_looks_like_a_repeat_does_not_collide_with_one():
    columns = {"电子监管号": ["a", "a", "a-2"], "供地日期": ["2019-01-01"] * 3}
    ids = read("supplies", columns)[0].table["supply_id"]
    assert ids.is_unique


def test_repeated_records_are_kept_and_told():
    columns = {"电子监管号": ["a", "a"], "签订日期": ["2019-01-01", "2019年1月1日"]}
    layer, issues = read("amendments", columns)
    assert len(layer) == 2
    assert kinds(issues) == ["duplicate_row"]


# coordinates


def test_wgs84_degrees_are_taken_as_cgcs2000_and_said_so():
    lonlat = shapely.box(113.9, 35.3, 113.91, 35.31)
    layer, issues = district([lonlat], crs=4326)
    assert kinds(issues) == ["crs_wgs84"]
    assert layer.table.geometry[0].centroid.x == pytest.approx(491_359, abs=1)


def test_no_crs_is_refused_unless_declared():
    with pytest.raises(UnknownCRS, match="--crs"):
        district([square(0, 0, 9)], crs=None)
    _, issues = district([square(0, 0, 9)], crs=None, declared_crs=4547)
    assert kinds(issues) == ["crs_declared"]


def test_a_declared_crs_against_the_file_is_refused():
    with pytest.raises(UnknownCRS, match="states EPSG:4547"):
        district([square(0, 0, 9)], declared_crs=4526)


@pytest.mark.parametrize("old", [2362, 2383, 4610, 4214, 2414])
def test_old_datums_are_refused_whether_stated_or_declared(old):
    with pytest.raises(UnknownCRS):
        district([square(0, 0, 9)], crs=old)
    with pytest.raises(UnknownCRS):
        district([square(0, 0, 9)], crs=None, declared_crs=old)


def test_a_zone_with_prefix_lands_where_the_zone_without_does():
    prefixed = shapely.transform(square(0, 0, 9), lambda xy: np.add(xy, [38_000_000, 0]))
    layer, issues = district([prefixed], crs=4526)
    assert issues.empty
    assert layer.table.geometry[0].equals_exact(square(0, 0, 9), 1e-4, normalize=True)


@pytest.mark.parametrize(
    ("geometry", "crs", "looks"),
    [
        (shapely.box(38_490_000, 3_900_000, 38_490_009, 3_900_009), 4547, "zone 38"),
        (shapely.box(113.9, 35.3, 113.91, 35.31), 4547, "longitude and latitude"),
        (shapely.box(3_900_000, 490_000, 3_900_009, 490_009), 4547, "exchanged"),
        (shapely.box(35.3, 113.9, 35.31, 113.91), 4326, "exchanged"),
        (square(0, 0, 9), 4526, "without a zone prefix"),
    ],
)
def test_coordinates_that_cannot_be_in_the_stated_system_are_refused_with_what_they_are(
    geometry, crs, looks
):
    with pytest.raises(UnknownCRS, match=looks) as refused:
        district([geometry], crs=crs)
    assert refused.value.zh


def test_a_single_row_out_of_place_is_an_issue_of_that_row():
    swapped = shapely.box(3_900_000, 490_000, 3_900_009, 490_009)
    far = shapely.box(5, 5, 9, 9)
    layer, issues = district([square(0, 0, 9), square(20, 0, 9), square(40, 0, 9), swapped, far])
    assert issues[["kind", "row"]].to_numpy().tolist() == [
        ["coordinates_swapped", 4],
        ["coordinates_out_of_range", 5],
    ]
    assert shapely.is_missing(layer.geometry).tolist() == [False] * 3 + [True] * 2


def test_keys_of_a_web_map_mark_gcj02():
    columns = {"adcode": ["410702"], "name": ["红旗区"], "center": ["[113, 35]"]}
    _, issues = read("districts", columns, [shapely.box(113.9, 35.3, 113.91, 35.31)], 4490)
    assert "gcj02_suspected" in kinds(issues)
    _, issues = read("districts", {"adcode": ["410702"]}, [square(0, 0, 9)])
    assert "gcj02_suspected" not in kinds(issues)


# polygons


def test_a_bow_tie_is_repaired_with_its_area_before_and_after():
    bow_tie = shapely.transform(
        shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]),
        lambda xy: np.add(xy, [490_000, 3_900_000]),
    )
    layer, issues = district([bow_tie])
    assert kinds(issues) == ["geometry_repaired"]
    assert "0.00 -> 5000.00 m²" in issues["value"][0]
    assert layer.table.geometry[0].is_valid
    assert layer.table["area_m2"][0] == pytest.approx(5000, abs=0.1)


def test_a_repair_that_moves_no_area_is_a_warning():
    ring = [(0, 0), (100, 0), (100, 100), (50, 0), (0, 100)]
    touching = shapely.transform(shapely.Polygon(ring), lambda xy: np.add(xy, [490_000, 3_900_000]))
    _, issues = district([touching])
    assert kinds(issues) == ["geometry_cleaned"]


def test_rows_without_polygons_are_kept_and_told_where_the_layer_needs_them():
    line = shapely.LineString([(490_000, 3_900_000), (490_009, 3_900_009)])
    with np.errstate(invalid="ignore"):
        nan = shapely.Polygon([(490_000, 3_900_000), (np.nan, 3_900_000), (490_000, 3_900_009)])
    layer, issues = district([None, shapely.Polygon(), line, nan, square(0, 0, 9)])
    assert issues[["kind", "row"]].to_numpy().tolist() == [
        ["coordinates_not_finite", 4],
        ["not_a_polygon", 3],
        ["geometry_missing", 1],
        ["geometry_missing", 2],
    ]
    assert shapely.is_missing(layer.geometry).tolist() == [True] * 4 + [False]
    assert np.isnan(layer.table["area_m2"][:4]).all()


def test_a_supply_without_a_polygon_is_no_problem():
    columns = {"电子监管号": ["a", "b"], "供地日期": ["2019-01-01"] * 2}
    _, issues = read("supplies", columns, [square(0, 0, 9), None])
    assert issues.empty


def test_polygons_in_a_collection_are_taken_out_of_it_and_heights_are_dropped():
    inside = shapely.GeometryCollection([square(0, 0, 9), shapely.Point(490_000, 3_900_000)])
    high = shapely.force_3d(square(20, 0, 9), 77.0)
    single = shapely.MultiPolygon([square(40, 0, 9)])
    layer, issues = district([inside, high, single])
    assert issues.empty
    assert [g.geom_type for g in layer.geometry] == ["Polygon"] * 3
    assert not shapely.has_z(layer.geometry).any()


def test_the_same_polygon_twice_is_told_with_the_row_it_repeats():
    again = shapely.Polygon(list(square(0, 0, 9).exterior.coords)[::-1])
    _, issues = district([square(0, 0, 9), square(20, 0, 9), again])
    assert issues[["kind", "row", "value"]].to_numpy().tolist() == [["geometry_duplicate", 3, "1"]]


def test_an_empty_layer_and_one_without_geometry_are_refused_in_a_sentence():
    with pytest.raises(UnreadableFile, match="empty"):
        read("supplies", {"电子监管号": []})
    with pytest.raises(UnreadableFile, match="no geometry column"):
        read("districts", {"行政区代码": ["410702"]})


def test_a_delay_that_ends_before_it_begins_is_an_error_on_its_way_in():
    found = checks.contradictory(
        table(
            "delays",
            [
                {"supply_id": "S1", "from_on": "2019-03-01", "until_on": "2019-02-28"},
                {"supply_id": "S1", "from_on": "2019-03-01", "until_on": "2019-03-01"},
                {"supply_id": "S1", "from_on": "2019-03-01"},
            ],
        ),
        LAYERS["delays"],
    )
    assert [(p.kind, list(p.at), p.value) for p in found] == [
        (IssueKind.DELAY_REVERSED, [0], ["2019-03-01"])
    ]
    assert IssueKind.DELAY_REVERSED.value.severity == "error"


def test_two_amendments_of_one_day_are_flagged_on_their_way_in():
    rows = [
        {"supply_id": supply, "signed_on": "2019-05-01", "start_on": start}
        for supply, start in (("S1", "2020-01-01"), ("S2", "2020-01-01"), ("S1", "2020-06-01"))
    ]
    found = checks.contradictory(table("amendments", rows), LAYERS["amendments"])
    told = [(p.kind, list(p.at)) for p in found if len(p.at)]
    assert told == [(IssueKind.AMENDED_TWICE_A_DAY, [2])]


def test_amendments_that_contradict_themselves_are_flagged_on_their_way_in():
    rows = [
        {"supply_id": "S1", "signed_on": "2016-05-01", "start_on": "2016-05-01"},
        {"supply_id": "S2", "signed_on": "2016-05-02", "start_on": "2016-05-01"},
        {"supply_id": "S3", "signed_on": "2016-05-02", "completion_on": "2016-05-01"},
        {
            "supply_id": "S4",
            "signed_on": "2016-05-02",
            "start_on": "2017-05-02",
            "completion_on": "2017-05-01",
        },
    ]
    found = checks.contradictory(table("amendments", rows), LAYERS["amendments"])
    assert [(p.kind, list(p.at), p.value) for p in found if len(p.at)] == [
        (IssueKind.AMENDED_BACKWARDS, [1], ["2016-05-01"]),
        (IssueKind.AMENDED_COMPLETION, [3], ["2017-05-01"]),
    ]


def test_every_kind_speaks_both_languages_and_says_what_to_do():
    for kind in IssueKind:
        said = kind.value
        for text in (said.en, said.zh, said.fix, said.fix_zh):
            assert text.format(value="v", field="f"), kind
        assert any("\u4e00" <= c <= "\u9fff" for c in said.zh + said.fix_zh)
        assert said.en.isascii() or "²" in said.en or kind is IssueKind.AREA_UNIT_UNKNOWN
