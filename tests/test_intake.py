"""Files to the record: all or nothing, accepted only by name, cut once, and the real samples."""

import contextlib
import os
import re
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest

from landgis import intake
from landgis.convert import convert
from landgis.errors import (
    InputError,
    NotFound,
    RefusedImport,
    StoreError,
    UnreadableFile,
    UsageError,
)
from landgis.intake import Options
from landgis.partition import cut
from landgis.spool import Spool
from landgis.store import open_store, recording
from tests.bench.city import city
from tests.bench.ours import _same, filled
from tests.conftest import square


@pytest.fixture
def store(place):
    made = open_store(place, create=True)
    yield made
    made.close()


def csv_file(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="gbk")
    return path


GOOD = "电子监管号,合同签订日期,面积(公顷)\n4101002019B00666,2019-03-28,1.5\n"
BAD = "电子监管号,合同签订日期,面积(公顷)\n4101002019B00667,2019年5月,1.5\n"


def test_an_error_in_one_file_stops_all_of_them_and_the_store_is_unchanged(store, tmp_path):
    files = [csv_file(tmp_path, "好.csv", GOOD), csv_file(tmp_path, "坏.csv", BAD)]
    report = intake.import_files(store, "supplies", files)
    assert isinstance(report.refusal, RefusedImport)
    assert "--accept date_unreadable" in report.refusal.zh
    assert report.revision is None
    assert store.head() == 0
    assert report.issues[["file", "row"]].to_numpy().tolist() == [["坏.csv", 2]]


def test_the_share_that_is_written_is_told_up_to_the_whole(store, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "CHUNK", 2)
    rows = "".join(f"4101002019B0066{i},2019-03-28,1.5\n" for i in range(5))
    path = csv_file(tmp_path, "t.csv", GOOD.partition("\n")[0] + "\n" + rows)
    told = []
    arrival = intake.arrive("supplies", [path], crs=store.crs)
    assert intake.settle(store, arrival, progress=told.append).revision.added == 5
    assert told == [0.4, 0.8, 1.0]


def test_an_accepted_error_is_recorded_with_its_issue_and_the_row_is_not_in_force(store, tmp_path):
    options = Options(accept=frozenset({"date_unreadable"}))
    report = intake.import_files(store, "supplies", [csv_file(tmp_path, "坏.csv", BAD)], options)
    assert report.revision.added == 1
    assert store.layers(1)["supplies"].table["supplied_on"].isna().all()
    assert store.issues(1)["kind"].tolist() == ["date_unreadable"]


def test_the_same_file_twice_changes_nothing(store, tmp_path):
    path = csv_file(tmp_path, "好.csv", GOOD)
    assert intake.import_files(store, "supplies", [path]).revision.recorded
    again = intake.import_files(store, "supplies", [path]).revision
    assert not again.recorded
    assert store.head() == 1


def test_rows_that_repeat_across_files_of_one_import_are_numbered(store, tmp_path):
    files = [csv_file(tmp_path, "a.csv", GOOD), csv_file(tmp_path, "b.csv", GOOD)]
    report = intake.import_files(store, "supplies", files)
    assert report.issues[["kind", "file"]].to_numpy().tolist() == [["duplicate_row", "b.csv"]]
    ids = store.layers(1)["supplies"].table["supply_id"]
    assert ids.tolist() == ["4101002019B00666", "4101002019B00666-2"]


def test_a_kind_that_does_not_exist_cannot_be_accepted(store, tmp_path):
    with pytest.raises(UsageError, match="date_unreadable"):
        intake.import_files(store, "supplies", [], Options(accept=frozenset({"nonsense"})))


def test_a_wrong_layer_name_is_one_sentence(tmp_path):
    with pytest.raises(NotFound, match="approvals, releases"):
        intake.read_layer(csv_file(tmp_path, "t.csv", GOOD), "supply")


def test_a_map_finds_what_headers_do_not(tmp_path):
    path = csv_file(tmp_path, "t.csv", "甲,乙\n4101002019B00666,2019-03-28\n")
    mapping = tmp_path / "MAP.toml"
    mapping.write_text('[columns]\nsupply_id = "甲"\nsupplied_on = "乙"\n', encoding="utf-8")
    layer, issues = intake.read_layer(path, "supplies", Options(mapping=mapping))
    assert layer.table["supply_id"].tolist() == ["4101002019B00666"]
    assert issues.empty
    mapping.write_text("[columns", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="--suggest-map"):
        intake.read_layer(path, "supplies", Options(mapping=mapping))


def polygons(folder, name, crs, **columns):
    size = len(next(iter(columns.values())))
    shapes = gpd.GeoSeries([square(200 * i, 0, 100) for i in range(size)], crs=4547).to_crs(crs)
    gpd.GeoDataFrame(columns, geometry=shapes).to_file(folder / name)
    return folder / name


def test_what_is_recorded_waits_for_its_cut_and_is_cut_once(store, tmp_path):
    path = polygons(tmp_path, "批.gpkg", 4526, 批准编号=["a", "b"], 批准日期=["2019-01-01"] * 2)
    intake.import_files(store, "approvals", [path])
    assert store.pending()
    assert intake.finish_cut(store)
    assert len(store.pieces()) == 2
    assert not intake.finish_cut(store)
    more = polygons(tmp_path, "征.gpkg", 4490, 征收编号=["x"], 征收完成日期=["2020-01-01"])
    intake.import_files(store, "acquisitions", [more])
    intake.finish_cut(store)
    links = store.pieces().links
    assert links["layer"].value_counts().to_dict() == {"approvals": 2, "acquisitions": 1}


def test_a_first_cut_of_much_land_that_was_broken_off_goes_on(store, tmp_path, monkeypatch):
    ids = [f"a{k}" for k in range(250)]
    path = polygons(tmp_path, "批.gpkg", 4526, 批准编号=ids, 批准日期=["2019-01-01"] * 250)
    intake.import_files(store, "approvals", [path])
    monkeypatch.setenv("LANDGIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LANDGIS_CHUNK", "100")

    def break_off(share):
        if share > 0.55:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        intake.finish_cut(store, break_off)
    assert store.pending()
    done = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    assert done
    left = []
    assert intake.finish_cut(store, left.append)
    assert min(left) >= intake.CUTTING / 4
    assert left == sorted(left)
    assert left[-1] == 1
    assert (
        store.pieces().table["piece_id"].tolist() == cut(store.layers()).table["piece_id"].tolist()
    )
    assert not list((tmp_path / "cache").iterdir())


def test_a_killed_first_cut_goes_on_where_it_stopped_and_says_so(tmp_path):
    url, cache = str(tmp_path / "city.db"), tmp_path / "cache"
    with contextlib.closing(open_store(url, create=True)) as store:
        filled(store, city(0.02))
        whole = cut(store.layers(store.head()))
    command = [sys.executable, "-m", "landgis", "ledger", "--by", "cohort", "--store", url]
    asked = {
        "env": os.environ | {"LANDGIS_CHUNK": "100", "LANDGIS_CACHE": str(cache)},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    with subprocess.Popen(command, **asked) as child:
        while len([p for p in cache.glob("*") if not p.name.startswith("new-")]) < 3:
            assert child.poll() is None, child.stderr.read()
        child.kill()
    for half in cache.glob("new-*"):
        os.utime(half, (0, 0))
    done = subprocess.run(command, **asked, check=True)
    said = re.search(r"共 (\d+) 部分，已完成 (\d+) 部分", done.stderr)
    assert int(said[1]) > int(said[2]) > 1
    assert "it goes on from them" in done.stderr
    with contextlib.closing(open_store(url)) as store:
        assert _same(store.pieces(), whole)
    assert not list(cache.iterdir())


@pytest.mark.parametrize("said", ["many", "-5", "10"])
def test_a_chunk_that_is_no_sensible_number_is_refused(store, tmp_path, monkeypatch, said):
    path = polygons(tmp_path, "批.gpkg", 4526, 批准编号=["a"], 批准日期=["2019-01-01"])
    intake.import_files(store, "approvals", [path])
    monkeypatch.setenv("LANDGIS_CHUNK", said)
    with pytest.raises(UsageError, match="LANDGIS_CHUNK"):
        intake.finish_cut(store)


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="LANDGIS_CACHE"):
        Spool(tmp_path / "file" / "cache", 0.5)


def test_convert_keeps_the_columns_and_adds_id_name_and_area(tmp_path):
    path = polygons(
        tmp_path, "t.gpkg", 4526, XMMC=["甲", "乙"], 容积率=[1.5, 2.0], 代码=["01", "2"]
    )
    table, issues = convert(path)
    assert list(table.columns) == ["id", "name", "area_m2", "容积率", "代码", "geometry"]
    assert table["name"].tolist() == ["甲", "乙"]
    assert table["容积率"].tolist() == [1.5, 2.0]
    assert table["代码"].tolist() == ["01", "2"]
    assert table.crs.to_epsg() == 4526
    assert table["area_m2"].tolist() == pytest.approx([10_000] * 2, abs=0.1)
    assert set(issues["kind"]) == {"id_from_content"}


def test_convert_puts_degrees_into_the_zone_around_them(tmp_path):
    table, _ = convert(polygons(tmp_path, "t.gpkg", 4490, DKBH=["1"]))
    assert table.crs.to_epsg() == 4547
    assert table["area_m2"].tolist() == pytest.approx([10_000], abs=0.1)


def test_convert_reads_as_a_layer_where_told(tmp_path):
    table, _ = convert(csv_file(tmp_path, "t.csv", GOOD), layer="supplies")
    assert table["declared_area_m2"].tolist() == [15_000.0]


def test_outlines_and_records_that_came_apart_are_joined_and_orphans_named(tmp_path):
    shapes = polygons(
        tmp_path, "红线.gpkg", 4547, **{"宗地编号": ["A", "B", "C"], "面积(公顷)": ["9", "9", "9"]}
    )
    table = "宗地编号,合同签订日期,面积(公顷)\nC,2019-01-03,1\nA,2019-01-01,1\nD,2019-01-04,2\n"
    options = Options(attributes=csv_file(tmp_path, "台账.csv", table), key="宗地编号")
    layer, issues = intake.read_layer(shapes, "supplies", options)
    assert layer.table["parcel_code"].tolist() == ["A", "B", "C", "D"]
    assert layer.table["supplied_on"].dt.day.fillna(0).tolist() == [1, 0, 3, 4]
    assert layer.table["declared_area_m2"].tolist() == [10_000.0, 90_000.0, 10_000.0, 20_000.0]
    assert layer.table.geometry.isna().tolist() == [False, False, False, True]
    found = issues[issues["kind"].isin(["record_missing", "outline_missing"])]
    assert found[["kind", "value", "row"]].to_numpy().tolist() == [
        ["record_missing", "B", 2],
        ["outline_missing", "D", 4],
    ]


def test_a_key_must_be_in_both_files_and_name_one_record(tmp_path):
    shapes = polygons(tmp_path, "红线.gpkg", 4547, 宗地编号=["A"])
    twice = csv_file(tmp_path, "台账.csv", "宗地编号,合同签订日期\nA,2019-01-03\nA,2019-01-01\n")
    with pytest.raises(UsageError, match="--key"):
        intake.read_layer(shapes, "supplies", Options(attributes=twice))
    with pytest.raises(UsageError, match="宗地编号"):
        intake.read_layer(shapes, "supplies", Options(attributes=twice, key="号"))
    with pytest.raises(InputError, match="'A' stands on several records") as refused:
        intake.read_layer(shapes, "supplies", Options(attributes=twice, key="宗地编号"))
    assert refused.value.row == 3


# the samples


def counted(issues):
    return issues[issues["severity"] != "info"].groupby("kind").size().to_dict()


def test_every_row_of_the_guangdong_results_is_kept(samples):
    path = samples / "records" / "gd_supply_results_industrial_gbk.csv"
    layer, issues = intake.read_layer(path, "supplies")
    table = layer.table
    assert len(table) == 529
    assert table["supply_id"].is_unique
    assert counted(issues) == {"duplicate_row": 1, "term_unreadable": 2}
    assert (issues["kind"] == "id_from_content").sum() == 529
    assert table["price_fen"].isna().sum() == 11
    assert (table["price_fen"] == 0).sum() == 6
    assert table["supplied_on"].notna().all()
    first = table.iloc[0]
    assert (first["price_fen"], first["declared_area_m2"]) == (1_495_000_000, 73_980.0)
    assert first["agreed_start_on"] == pd.Timestamp("2020-12-17")


def test_the_zhengzhou_files_are_told_the_truth_about(samples):
    files = samples / "records"
    agreement, issues = intake.read_layer(files / "zz_agreement_gbk.csv", "supplies")
    assert len(agreement) == 190
    assert counted(issues) == {"duplicate_row": 116, "required_missing": 4}
    allocation, issues = intake.read_layer(files / "zz_allocation_gbk.csv", "supplies")
    assert len(allocation) == 167
    assert counted(issues) == {
        "area_unit_unknown": 16,
        "duplicate_row": 72,
        "required_missing": 44,
    }
    listing, issues = intake.read_layer(files / "zz_listing_gbk.csv", "supplies")
    assert len(listing) == 177
    assert counted(issues) == {
        "column_missing": 1,
        "duplicate_row": 13,
        "not_a_record": 11,
        "number_unreadable": 1,
    }
    assert listing.table["declared_area_m2"][0] == 42_538.29
    assert listing.table["price_fen"][0] == 44_523_000_000


def test_exact_duplicates_in_the_zhengzhou_files_are_all_told(samples):
    for name, exact in (("agreement", 95), ("allocation", 62), ("listing", 12)):
        path = samples / "records" / f"zz_{name}_gbk.csv"
        _, issues = intake.read_layer(path, "supplies")
        assert (issues["kind"] == "duplicate_row").sum() >= exact


@pytest.mark.parametrize("name", ["xinxiang_410700_counties", "henan_410000_cities"])
def test_boundaries_of_a_web_map_are_refused_as_gcj02(samples, store, name):
    report = intake.import_files(store, "districts", [samples / "admin" / f"{name}.json"])
    assert "gcj02_suspected" in report.refusal.en
    assert "--accept" not in report.refusal.en
    assert store.head() == 0
    with pytest.raises(UsageError, match="cannot be accepted"):
        intake.import_files(
            store,
            "districts",
            [samples / "admin" / f"{name}.json"],
            Options(accept=frozenset({"gcj02_suspected"})),
        )
    assert store.head() == 0


def test_the_three_self_intersections_of_henan_are_told_with_their_places(samples):
    path = samples / "admin" / "henan_410000_cities.json"
    _, issues = intake.read_layer(path, "districts")
    cleaned = issues[issues["kind"] == "geometry_cleaned"]
    assert cleaned["value"].str.startswith("Self-intersection").tolist() == [True] * 3


def test_the_shapefiles_contradict_their_declared_area_and_say_so(samples):
    for name in ("A_default", "C_gbk_nocpg_ldid0"):
        layer, issues = intake.read_layer(samples / "shp" / f"{name}.shp", "supplies")
        assert layer.table["supply_id"].tolist() == ["410702001001GB00012", "410702001001GB00013"]
        assert layer.table["project_name"][0] == "新乡高新区批而未供地块一"
        assert counted(issues) == {"area_mismatch": 1, "column_missing": 1}
