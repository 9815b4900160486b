"""勘测定界 TXT in every variant that bureaus write, and ours read back as it was written."""

import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from landgis import intake, readers, writers
from landgis.convert import convert
from landgis.errors import UnknownCRS, UnreadableFile
from landgis.readers.survey.lines import parse
from tests.conftest import square

HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
NORTH, EAST = 3_900_000, 38_490_000
CORNERS = ((0, 0), (0, 100), (100, 100), (100, 0))


def ring(number=1, at=(0, 0), side=100, first=1, close=True, label="J{}"):
    points = [(at[0] + n * side / 100, at[1] + e * side / 100) for n, e in CORNERS]
    lines = [
        f"{label.format(first + i)},{number},{NORTH + n:.3f},{EAST + e:.3f}"
        for i, (n, e) in enumerate(points)
    ]
    return [*lines, lines[0]] if close else lines


def parcel(*rings, head="5,1.0000,1,甲地块,面,,,,@"):
    return "\n".join([head, *(line for r in rings for line in r)]) + "\n"


def read(folder, text, encoding="gbk", **options):
    path = folder / "t.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return readers.read(path, **options)


def kinds(raw):
    return sorted(p.kind.code for p in raw.problems)


def at_line(raw, kind):
    [found] = [p for p in raw.problems if p.kind.code == kind]
    return found.row if isinstance(found.row, int) else found.row[0]


def test_the_samples_are_what_is_expected_of_them(samples):
    expected = json.loads((samples / "txt" / "expected.json").read_text(encoding="utf-8"))
    for name, said in expected.items():
        if said["parcels"] is None:
            continue
        raw = readers.read(samples / "txt" / name)
        assert raw.crs.to_epsg() == said["epsg"]
        assert kinds(raw) == []
        for row, shape, parcel in zip(
            raw.table.to_dict("records"), raw.geometry, said["parcels"], strict=True
        ):
            assert (row["地块编号"], row["地块名称"]) == (parcel["id"], parcel["name"])
            assert row["面积原文"] == parcel["declared_area_text"]
            assert shapely.area(shape) == pytest.approx(parcel["planar_m2"], abs=0.001)
            assert shape.bounds == pytest.approx(parcel["bounds_EN"])
            assert len(shape.interiors) == parcel["holes"]
        table, issues = convert(samples / "txt" / name)
        assert (issues["severity"] != "error").all()
        assert table["area_m2"].tolist() == pytest.approx(
            [p["ellipsoid_m2"] for p in said["parcels"]], abs=0.01
        )


def test_the_nine_defects_are_told_with_their_lines_and_stop_the_import(samples, tmp_path):
    _, issues = convert(samples / "txt" / "07_defects_gbk.txt")
    errors = issues[issues["severity"] == "error"]
    told = set(zip(errors["kind"], errors["row"], strict=True))
    assert told >= {
        ("zone_contradiction", 9),
        ("point_count", 13),
        ("ring_not_closed", 18),
        ("parcel_repeated", 19),
        ("ring_crosses", 20),
        ("coordinate_unreadable", 27),
    }
    assert "area_unproven" in set(issues["kind"])
    assert intake.refusal(issues)


LONE = parcel(ring())
VARIANTS = {
    "a: a section of the project before": "[项目信息]\n项目名称=某项目\n" + HEAD + LONE,
    "b: no version, no unit, no parameters": (
        "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=\n[地块坐标]\n" + LONE
    ),
    "b: parameters of zeros": HEAD.replace(",,,,,,", "0,0,0,0,0,0,0") + LONE,
    "c: CGCS2000": HEAD.replace("2000国家大地坐标系", "CGCS2000_3_Degree_GK") + LONE,
    "d: 7 commas": HEAD + parcel(ring(), head="5,1.0000,1,甲地块,面,,,@"),
    "d: above ground": HEAD + parcel(ring(), head="5,1.0000,1,甲地块,面,,,地上,@"),
    "d: more columns": HEAD + parcel(ring(), head="5,1.0000,1,甲地块,面,,工业,0601,A,B,C,D,@"),
    "d: 11 columns": HEAD + parcel(ring(), head="5,1.0000,410702001,红旗区,1,甲地块,面,,,,@"),
    "f: square metres": HEAD + parcel(ring(), head="5,10000.0000,1,甲地块,面,,,,@"),
    "f: mu": HEAD + parcel(ring(), head="5,15.00,1,甲地块,面,,,,@"),
    "f: blank": HEAD + parcel(ring(), head="5,,1,甲地块,面,,,,@"),
    "f: nought": HEAD + parcel(ring(), head="5,0,1,甲地块,面,,,,@"),
    "f: with its unit": HEAD + parcel(ring(), head="5,1.0000公顷,1,甲地块,面,,,,@"),
    "h: plain numbers": HEAD + parcel(ring(label="{}")),
    "h: a closing label that runs on": HEAD
    + parcel([*ring(close=False), ring()[0].replace("J1,", "J5,")]),
    "i: open": HEAD + parcel(ring(close=False), head="4,1.0000,1,甲地块,面,,,,@"),
    "i: the count leaves the closing out": HEAD + parcel(ring(), head="4,1.0000,1,甲地块,面,,,,@"),
    "i: open, the count is one more": HEAD + parcel(ring(close=False)),
    "j: brackets": HEAD + parcel([f"[{line}]" for line in ring()]),
    "j: three columns": HEAD + parcel([line.replace(",1,", ",", 1) for line in ring()]),
    "j: braces": HEAD + parcel(["{", *ring(), "}"]),
    "k: without prefix": HEAD + LONE.replace(",38490", ",490"),
    "m: full-width brackets": HEAD.replace("[地块坐标]", "【地块坐标】") + LONE,
    "n: zone with its word": HEAD.replace("带号=38", "带号=38带").replace("分带=3", "分带=3度")
    + LONE,
}
SAID = {
    "m: full-width brackets": ["full_width"],
    "n: zone with its word": ["number_worded"] * 2,
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_one_hectare_where_it_should_be(tmp_path, name):
    raw = read(tmp_path, VARIANTS[name])
    assert kinds(raw) == SAID.get(name, [])
    row = raw.table.iloc[0]
    assert (row["地块编号"], row["地块名称"]) == ("1", "甲地块")
    whole = gpd.GeoSeries(raw.geometry, crs=raw.crs).to_crs(4547).iloc[0]
    assert shapely.area(shapely.symmetric_difference(whole, square(0, 0, 100))) < 1e-3
    stated = "f: blank" not in name and "f: nought" not in name
    assert bool(row["地块面积"]) == stated


@pytest.mark.parametrize("name", list(VARIANTS))
def test_a_variant_passes_every_check_on_its_way(tmp_path, name):
    (tmp_path / "t.txt").write_bytes(VARIANTS[name].encode("utf-8"))
    table, issues = convert(tmp_path / "t.txt")
    assert table["area_m2"].tolist() == pytest.approx([10_000], abs=0.05)
    assert intake.refusal(issues) is None


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_l_every_encoding_is_proved(tmp_path, encoding):
    assert read(tmp_path, HEAD + LONE, encoding).table["地块名称"].tolist() == ["甲地块"]


def test_l_utf_16_big_endian_is_known_by_its_mark(tmp_path):
    raw = read(tmp_path, b"\xfe\xff" + (HEAD + LONE).encode("utf-16-be"))
    assert raw.table["地块名称"].tolist() == ["甲地块"]


def test_c_older_datums_keep_their_own_system_and_are_refused_downstream(tmp_path):
    for said, code in (
        ("1980西安坐标系", 2362),
        ("80国家大地坐标系", 2362),
        ("1954北京坐标系", 2414),
    ):
        raw = read(tmp_path, HEAD.replace("2000国家大地坐标系", said) + LONE)
        assert raw.crs.to_epsg() == code
        with pytest.raises(UnknownCRS, match="no public shift"):
            convert(tmp_path / "t.txt")


def test_e_degrees_without_a_head_are_read_as_the_operator_says(tmp_path):
    lonlat = gpd.GeoSeries([square(0, 0, 100)], crs=4547).to_crs(4490).iloc[0]
    points = [f"J{i},1,{x:.9f},{y:.9f}" for i, (x, y) in enumerate(lonlat.exterior.coords[:-1])]
    text = "\n".join(["1.0000公顷,,地块1,面,,,,@", *points])
    raw = read(tmp_path, text)
    assert raw.crs is None
    assert raw.table["地块名称"].tolist() == ["地块1"]
    with pytest.raises(UnknownCRS, match="--crs"):
        convert(tmp_path / "t.txt")
    table, _ = convert(tmp_path / "t.txt", intake.Options(crs=4490))
    assert table["area_m2"].tolist() == pytest.approx([10_000], abs=0.1)
    raw = read(tmp_path, "[属性描述]\n坐标系=CGCS2000\n[地块坐标]\n" + text)
    assert raw.crs.to_epsg() == 4490
    assert raw.table["地块面积"].tolist() == ["1.0000公顷"]


def test_g_ring_2_is_a_hole_inside_and_a_part_outside(tmp_path):
    text = parcel(
        ring(), ring(2, (20, 20), 10, 5), ring(3, (300, 0), 100, 9), head="15,1.99,1,甲,面,,,,@"
    )
    shape = read(tmp_path, HEAD + text).geometry[0]
    assert shape.geom_type == "MultiPolygon"
    assert sorted(len(p.interiors) for p in shape.geoms) == [0, 1]
    assert shapely.area(shape) == pytest.approx(19_900)


def test_g_an_island_in_a_hole_is_a_part_again(tmp_path):
    text = parcel(
        ring(), ring(2, (20, 20), 50, 5), ring(3, (30, 30), 10, 9), head="15,0.76,1,甲,面,,,,@"
    )
    shape = read(tmp_path, HEAD + text).geometry[0]
    assert shapely.area(shape) == pytest.approx(10_000 - 2_500 + 100)


def test_h_labels_may_restart_in_every_ring(tmp_path):
    text = parcel(ring(), ring(2, (20, 20), 10), head="10,0.9900,1,甲,面,,,,@")
    assert kinds(read(tmp_path, HEAD + text)) == []


def test_j_easting_first_is_known_by_magnitude_and_said(tmp_path):
    turned = [",".join((a, b, d, c)) for a, b, c, d in (x.split(",") for x in ring())]
    raw = read(tmp_path, HEAD + parcel(turned))
    assert kinds(raw) == ["easting_first"]
    assert raw.geometry[0].bounds[0] == EAST


def test_j_bare_points_without_a_zone_are_refused_until_it_is_named(tmp_path):
    text = "\n".join(f"{i},{NORTH + n},{490_000 + e}" for i, (n, e) in enumerate(CORNERS))
    assert read(tmp_path, text).crs is None
    with pytest.raises(UnknownCRS, match="--crs"):
        convert(tmp_path / "t.txt")
    table, _ = convert(tmp_path / "t.txt", intake.Options(crs=4547))
    assert table["area_m2"].tolist() == pytest.approx([10_000], abs=0.1)


def test_k_without_prefix_and_without_zone_is_refused(tmp_path):
    text = (HEAD + LONE).replace(",38490", ",490").replace("带号=38\n", "")
    read(tmp_path, text)
    with pytest.raises(UnknownCRS, match="in which coordinate system"):
        convert(tmp_path / "t.txt")


def test_m_a_full_width_comma_is_read_and_flagged_with_its_line(tmp_path):
    text = HEAD + LONE.replace("J2,1,", "J2，1，")
    raw = read(tmp_path, text)
    assert (kinds(raw), at_line(raw, "full_width")) == (["full_width"], 14)


def test_m_full_width_digits_are_read_and_flagged(tmp_path):
    raw = read(tmp_path, HEAD + LONE.replace("J2,1,3900000", "J２,1,３９00000"))
    assert kinds(raw) == ["full_width"]
    assert shapely.area(raw.geometry[0]) == pytest.approx(10_000)


def test_n_a_zone_that_contradicts_the_coordinates_is_an_error_with_its_line(tmp_path):
    raw = read(tmp_path, HEAD.replace("带号=38", "带号=39") + LONE)
    assert (kinds(raw), at_line(raw, "zone_contradiction")) == (["zone_contradiction"], 8)
    raw = read(tmp_path, HEAD.replace("几度分带=3", "几度分带=6") + LONE)
    assert (kinds(raw), at_line(raw, "zone_contradiction")) == (["zone_contradiction"], 5)


@pytest.mark.parametrize(
    ("line", "other"),
    [("坐标系=2000国家大地坐标系", "坐标系=1980西安坐标系"), ("带号=38", "带号=39")],
)
def test_texts_put_together_are_refused_where_their_heads_differ(tmp_path, line, other):
    bare = parcel([point.replace(",38", ",") for point in ring()])
    for first, second in ((line, other), (other, line)):
        heads = [HEAD.replace(line, own) for own in (first, second)]
        with pytest.raises(UnknownCRS, match="several heads"):
            read(tmp_path, heads[0] + bare + heads[1] + bare.replace(",1,甲", ",2,乙"))


def test_texts_put_together_of_one_system_are_read(tmp_path):
    raw = read(tmp_path, HEAD + parcel(ring()) + HEAD + parcel(ring(at=(300, 0))))
    assert shapely.area(raw.geometry).tolist() == [10_000, 10_000]


def test_a_zone_of_one_and_a_half_degrees_is_no_zone_of_three(tmp_path):
    raw = read(tmp_path, HEAD.replace("几度分带=3", "几度分带=1.5") + parcel(ring()))
    assert at_line(raw, "zone_contradiction")


def test_n_the_same_header_twice_is_two_parcels(tmp_path):
    raw = read(tmp_path, HEAD + LONE + parcel(ring(at=(300, 0))))
    assert len(raw.table) == 2
    assert (kinds(raw), at_line(raw, "parcel_repeated")) == (["parcel_repeated"], 18)


def test_a_number_that_stands_twice_is_told_once(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(HEAD + LONE + parcel(ring(at=(300, 0))) + LONE, encoding="gbk")
    table, issues = convert(path)
    assert issues["kind"].tolist() == ["parcel_repeated"] * 2 + ["geometry_duplicate"]
    assert sorted(table["id"]) == ["1", "1-2", "1-3"]


def test_o_a_line_is_kept_and_told_to_be_no_polygon(tmp_path):
    raw = read(tmp_path, HEAD + parcel(ring(close=False), head="4,,1,甲,线,,,,@"))
    assert raw.geometry[0].geom_type == "LineString"
    _, issues = convert(tmp_path / "t.txt")
    assert "not_a_polygon" in set(issues["kind"])


FAULTS = {
    "ring_not_closed": (parcel([*ring(close=False), ring()[0].replace("000.000", "000.040")]), 17),
    "point_count": (parcel(ring(), head="9,1.0,1,甲,面,,,,@"), 12),
    "ring_too_short": (parcel(ring(close=False)[:2], head="2,,1,甲,面,,,,@"), 13),
    "ring_crosses": (parcel([ring()[i] for i in (0, 2, 1, 3, 0)], head="5,,1,甲,面,,,,@"), 13),
    "coordinate_unreadable": (LONE.replace("3900100.000", "abc", 1), 15),
    "rings_overlap": (parcel(ring(), ring(2, (50, 50), 100, 5), head="10,,1,甲,面,,,,@"), 18),
    "point_repeated": (LONE.replace("J3", "J2"), 15),
    "line_unreadable": (LONE + "无关的话\n", 18),
    "coordinates_out_of_range": (LONE.replace("3900100.000", "390010.000", 1), 15),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_stops_the_import_and_names_its_line(tmp_path, kind):
    text, line = FAULTS[kind]
    raw = read(tmp_path, HEAD + text)
    assert at_line(raw, kind) == line
    _, issues = convert(tmp_path / "t.txt")
    row = issues[issues["kind"] == kind].iloc[0]
    assert (row["row"], row["severity"]) == (line, "error")


def test_an_area_that_fits_in_no_unit_keeps_its_text_and_is_told(tmp_path):
    raw = read(tmp_path, HEAD + parcel(ring(), head="5,6.5,1,甲,面,,,,@"))
    assert kinds(raw) == ["area_unproven"]
    assert raw.table[["地块面积", "面积原文"]].iloc[0].tolist() == ["", "6.5"]


def test_the_closing_point_within_a_millimetre_closes(tmp_path):
    text = parcel([*ring(close=False), ring()[0].replace("000.000", "000.001", 1)])
    assert kinds(read(tmp_path, HEAD + text)) == []


@pytest.mark.parametrize("text", ["", " ", "一封信\n没有坐标\n", "[属性描述]\n坐标系=x\n"])
def test_a_text_without_a_parcel_is_refused(tmp_path, text):
    with pytest.raises(UnreadableFile):
        read(tmp_path, text)


def test_points_that_are_nowhere_in_china_are_refused_with_their_line(tmp_path):
    with pytest.raises(UnknownCRS, match="neither") as refused:
        read(tmp_path, HEAD + LONE.replace(",38490", ",99").replace(",39", ",12"))
    assert refused.value.row == 13


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text):
    assert len(parse(text).parcels) <= len(text) + 1


# written


def written(table, **options):
    buffer = io.BytesIO()
    writers.write(table, buffer, "txt", **options)
    return buffer.getvalue()


def table_of(*shapes, crs=4547):
    rows = {"id": [f"D{i}" for i in range(len(shapes))], "name": ["甲，（地）"] * len(shapes)}
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs=crs)


corner = st.tuples(st.integers(-50_000, 50_000), st.integers(-50_000, 50_000))
shapes = st.lists(
    st.tuples(corner, st.floats(5, 500), st.sampled_from(["plain", "hole", "parts", "island"])),
    min_size=1,
    max_size=5,
)


def shaped(at, side, form):
    whole = square(*at, side)
    if form == "plain":
        return whole
    if form == "parts":
        return shapely.union(whole, square(at[0] + 2 * side, at[1], side / 3))
    third = side / 3
    holed = shapely.difference(whole, square(at[0] + third, at[1] + third, third))
    island = square(at[0] + 1.2 * third, at[1] + 1.2 * third, third / 3)
    return holed if form == "hole" else shapely.union(holed, island)


@settings(max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(shapes, st.sampled_from([4526, 4547, 4546, 4497]), st.sampled_from([None, "utf-8"]))
def test_what_is_written_is_read_back_to_the_millimetre(tmp_path_factory, made, crs, encoding):
    table = table_of(*(shaped(*m) for m in made)).to_crs(crs)
    raw = read(tmp_path_factory.mktemp("t"), written(table, encoding=encoding))
    assert set(kinds(raw)) <= {"area_unproven"}
    assert raw.table["地块编号"].tolist() == table["id"].tolist()
    assert raw.table["地块名称"].tolist() == table["name"].tolist()
    back = gpd.GeoSeries(raw.geometry, crs=raw.crs).to_crs(crs)
    apart = shapely.hausdorff_distance(back.boundary.values, table.boundary.values)
    assert (np.asarray(apart) < 0.0015).all()


def test_a_text_is_gbk_with_crlf_and_nine_columns_northing_first():
    content = written(table_of(square(0, 0, 100), None))
    lines = content.decode("gbk").split("\r\n")
    assert lines[12] == "5,1.0000,D0,甲，（地）,面,,,,@"
    assert lines[13] == "J1,1,3900000.000,38490100.000"
    assert lines[13] == lines[17]
    assert lines[18:] == [""]
    assert "带号=38" in lines
    assert written(table_of(square(0, 0, 100)), encoding="utf-8").decode().startswith("[属性描述]")


def test_degrees_are_written_in_the_zone_around_them(tmp_path):
    table = table_of(square(0, 0, 100)).to_crs(4490)
    assert read(tmp_path, written(table)).crs.to_epsg() == 4526


def test_a_character_beyond_gbk_is_not_lost(tmp_path):
    table = table_of(square(0, 0, 100)).assign(name=["𠮷地块"])
    assert read(tmp_path, written(table)).table["地块名称"].tolist() == ["𠮷地块"]


def test_records_in_a_table_join_a_survey_text(tmp_path):
    (tmp_path / "t.txt").write_bytes((HEAD + LONE).encode("gbk"))
    pd.DataFrame(
        {"地块编号": ["1"], "电子监管号": ["4101002019B00666"], "合同签订日期": ["2019-03-28"]}
    ).to_csv(tmp_path / "t.csv", index=False)
    options = intake.Options(attributes=tmp_path / "t.csv", key="地块编号")
    layer, issues = intake.read_layer(tmp_path / "t.txt", "supplies", options)
    assert layer.table["supply_id"].tolist() == ["4101002019B00666"]
    assert layer.table["declared_area_m2"].tolist() == [10_000.0]
    assert intake.refusal(issues) is None
