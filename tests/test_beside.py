"""What arrives beside what is known: told before it is recorded, and refused if it cannot be."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity

from landgis import corrections, intake
from landgis.cli import main
from landgis.intake import Options
from landgis.quality import gcj02
from landgis.store import open_store
from tests.conftest import square


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path / "store.db", create=True)
    yield made
    made.close()


def parks(folder, name, shapes, names=None, crs=4547):
    ids = [f"P{i}" for i in range(len(shapes))]
    columns = {"园区编号": ids, "园区名称": names or ids}
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(folder / name)
    return folder / name


ROW = [square(200 * i, 0, 100) for i in range(4)]


def recorded(store, path, layer="parks", **options):
    return intake.import_files(store, layer, [path], Options(**options))


def test_a_rehearsal_names_what_is_added_changed_reshaped_unchanged_and_missing(store, tmp_path):
    recorded(store, parks(tmp_path, "a.gpkg", ROW))
    shapes = [ROW[0], square(200, 0, 110), ROW[2]]
    path = parks(tmp_path, "b.gpkg", shapes, ["甲", "P1", "P2"])
    more = gpd.read_file(path)
    more.loc[len(more)] = ["P9", "新", square(900, 0, 100)]
    more.to_file(path)
    options = Options(full=True, dry_run=True)
    arrival = intake.arrive("parks", [path], options, crs=store.crs)
    found = intake.changes(store, arrival, options)
    assert found.to_numpy().tolist() == [
        ["P0", "changed", "name", "name=P0", "name=甲"],
        ["P1", "reshaped", "geometry", "area_m2=9999.98", "area_m2=12099.97"],
        ["P2", "unchanged", "", "", ""],
        ["P9", "added", "", "", ""],
        ["P3", "missing", "", "", ""],
    ]
    assert store.head() == 1


def test_a_full_delivery_that_shrinks_raises_an_alarm_until_it_is_accepted(store, tmp_path):
    many = [square(200 * i, 0, 100) for i in range(40)]
    recorded(store, parks(tmp_path, "a.gpkg", many))
    less = parks(tmp_path, "b.gpkg", many[:-3])
    report = recorded(store, less, full=True)
    assert "delivery_shrinks" in report.refusal.en
    assert store.head() == 1
    assert recorded(store, less).refusal is None
    slightly = parks(tmp_path, "c.gpkg", many[:-2])
    assert recorded(store, slightly, full=True).revision.ended == 2
    accepted = recorded(store, less, full=True, accept=frozenset({"delivery_shrinks"}))
    assert accepted.revision.ended == 1


def seen(shapes, crs=4547):
    """The shapes where a Chinese web map shows them."""
    return shapely.transform(np.array(shapes, dtype=object), lambda xy: gcj02.shifted(xy, crs))


def test_the_offset_is_the_published_one():
    at = np.array([[113.9, 35.3], [113.8, 35.45], [114.67, 35.2]])
    true = gcj02._moved(at, 4490, 4547)
    apart = gcj02.shifted(true, 4547) - true
    assert np.hypot(*apart.T) == pytest.approx([541.6, 561, 512], abs=1)
    assert np.degrees(np.arctan2(*apart[0])) == pytest.approx(97, abs=0.5)
    assert gcj02.back(gcj02.shifted(true, 4547), 4547) == pytest.approx(true, abs=0.01)


def test_outlines_that_lie_off_as_gcj02_does_are_refused_with_the_measured_offset(store, tmp_path):
    recorded(store, parks(tmp_path, "a.gpkg", ROW))
    report = recorded(store, parks(tmp_path, "b.gpkg", seen(ROW)))
    [issue] = report.issues[report.issues["kind"] == "gcj02_measured"].to_dict("records")
    assert issue["value"] == "+538 m, -75 m"
    assert report.refusal
    assert recorded(store, parks(tmp_path, "c.gpkg", gpd.GeoSeries(ROW).translate(2, 3))).revision
    moved = parks(tmp_path, "d.gpkg", gpd.GeoSeries(ROW).translate(537, 67))
    assert recorded(store, moved).revision


LOTS = [square(60 * i, 40 * k, 40) for i in range(20) for k in range(20)]
WITHIN = {
    "lots of the same size under other numbers": LOTS[25:35],
    "parts of lots that share their lines": [shapely.box(g.bounds[0], g.bounds[1], g.bounds[0] + 20,
                                                          g.bounds[3]) for g in LOTS[40:60]],
}  # fmt: skip


@pytest.mark.parametrize("kind", WITHIN)
def test_gcj02_is_told_by_any_layer_of_the_record_without_common_numbers(store, tmp_path, kind):
    recorded(store, parks(tmp_path, "a.gpkg", LOTS))
    shapes, columns = WITHIN[kind], {"supply_id": [f"S{i}" for i in range(len(WITHIN[kind]))]}
    columns["supplied_on"] = ["2019-01-01"] * len(shapes)
    for name, those in (("true.gpkg", shapes), ("seen.gpkg", seen(shapes))):
        gpd.GeoDataFrame(columns, geometry=list(those), crs=4547).to_file(tmp_path / name)
    report = recorded(store, tmp_path / "seen.gpkg", "supplies")
    assert "gcj02_measured" in report.refusal.en
    assert recorded(store, tmp_path / "true.gpkg", "supplies").revision


def test_land_beside_trusted_land_is_no_gcj02_whatever_its_grid():
    lots = pd.DataFrame({"id": [str(i) for i in range(len(LOTS))], "geometry": LOTS})
    rng = np.random.default_rng(3)
    for shift in (0, 7, 40, 60, 541.6):
        place = rng.normal(size=2)
        new = [shapely.affinity.translate(g, *(shift * place)) for g in LOTS[:50]]
        mine = pd.DataFrame({"id": [f"x{i}" for i in range(50)], "geometry": new})
        assert gcj02.measured(mine, lots, 4547) is None


def records(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


DELAYS = "电子监管号,原因,起始日期,截止日期,核实状态\n"
OPEN, CLOSED = "A,petition,2019-01-01,,verified\n", "A,petition,2019-01-01,2019-05-01,verified\n"
OTHER = "B,petition,2019-02-01,2019-03-01,verified\n"


def test_a_rehearsal_of_a_record_table_names_the_columns_of_a_full_delivery(store, tmp_path):
    recorded(store, records(tmp_path, "a.csv", DELAYS + OPEN + OTHER + OTHER), "delays")
    later = records(tmp_path, "b.csv", DELAYS + CLOSED + OTHER + "C" + OTHER[1:])

    def rehearse(**options):
        asked = Options(dry_run=True, **options)
        arrival = intake.arrive("delays", [later], asked, crs=store.crs)
        return intake.changes(store, arrival, asked).to_numpy().tolist()

    bare = ["", "", ""]
    ended = ["A", "changed", "until_on", "until_on=", "until_on=2019-05-01"]
    rows = [ended, ["B", "unchanged", *bare], ["C", "added", *bare]]
    assert rehearse(full=True) == [*rows, ["B", "missing", *bare]]
    assert rehearse() == [["A", "added", *bare], *rows[1:]]


def test_a_rehearsal_goes_into_a_file_and_leaves_alone_what_a_person_corrected(
    store, tmp_path, monkeypatch, capfd
):
    recorded(store, parks(tmp_path, "a.gpkg", ROW[:2]))
    corrections.correct(store, "parks", "P0", {"name": "正确"}, reason="核对")
    store.close()
    parks(tmp_path, "b.gpkg", ROW[:2], ["甲", "乙"])
    line = "import parks b.gpkg --dry-run --store store.db --format csv"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["landgis", *line.split()])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capfd.readouterr()
    assert end.value.code == 0
    assert out.splitlines()[1:] == ["P1,changed,name,name=P1,name=乙"]
    assert "correction_kept" in err


def test_where_nothing_is_known_it_is_said_that_gcj02_cannot_be_told(store, tmp_path):
    away = [square(50_000 + 300 * i, 0, 100) for i in range(4)]

    def said(path):
        return set(recorded(store, path, dry_run=True).issues["kind"])

    first = parks(tmp_path, "a.gpkg", ROW)
    assert said(first) == {"gcj02_untold"}
    recorded(store, first)
    assert said(parks(tmp_path, "b.gpkg", away)) == {"gcj02_untold"}
    assert said(parks(tmp_path, "c.gpkg", ROW[:2])) == set()


def test_a_file_of_no_known_layer_is_held_against_the_record_too(
    store, tmp_path, monkeypatch, capfd
):
    recorded(store, parks(tmp_path, "a.gpkg", ROW))
    store.close()
    gpd.GeoDataFrame({"BH": list("abcd")}, geometry=seen(ROW), crs=4547).to_file(
        tmp_path / "b.gpkg"
    )
    monkeypatch.chdir(tmp_path)
    for name, status in (("store.db", 1), ("none.db", 0)):
        line = f"check b.gpkg --store {name} --format csv"
        monkeypatch.setattr("sys.argv", ["landgis", *line.split()])
        with pytest.raises(SystemExit) as end:
            main()
        out = capfd.readouterr().out
        assert end.value.code == status
        assert ("gcj02_measured" if status else "gcj02_untold") in out


def test_a_record_that_would_count_twice_is_told(store, tmp_path):
    recorded(store, records(tmp_path, "a.csv", DELAYS + OPEN + OTHER), "delays")
    later = records(tmp_path, "b.csv", DELAYS + OTHER + CLOSED)
    report = recorded(store, later, "delays", dry_run=True)
    found = report.issues[report.issues["kind"] == "record_beside"]
    assert found[["feature_id", "row"]].to_numpy().tolist() == [["A", 3]]
    report = recorded(store, later, "delays", full=True)
    assert "record_beside" not in set(report.issues["kind"])
    assert (report.revision.added, report.revision.ended) == (1, 1)


def test_a_full_record_table_that_shrinks_raises_the_alarm(store, tmp_path):
    recorded(store, records(tmp_path, "a.csv", DELAYS + OPEN + OTHER), "delays")
    report = recorded(store, records(tmp_path, "b.csv", DELAYS + OTHER), "delays", full=True)
    assert "delivery_shrinks" in report.refusal.en


def test_land_far_from_every_district_is_refused(store, tmp_path):
    table = gpd.GeoDataFrame({"行政区代码": ["410702"], "行政区名称": ["红旗区"]},
                             geometry=[square(0, 0, 20_000)], crs=4547)  # fmt: skip
    table.to_file(tmp_path / "d.gpkg")
    recorded(store, tmp_path / "d.gpkg", "districts")
    report = recorded(store, parks(tmp_path, "a.gpkg", [ROW[0], square(90_000, 0, 100)]))
    found = report.issues[report.issues["kind"] == "outside_extent"]
    assert found[["feature_id", "row"]].to_numpy().tolist() == [["P1", 2]]
    assert report.refusal


def test_a_mapping_used_once_is_remembered_and_said(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    table = gpd.GeoDataFrame({"甲": ["1"], "乙": ["园区"]}, geometry=ROW[:1], crs=4547)
    table.to_file("a.gpkg")
    (tmp_path / "m.toml").write_text('[columns]\npark_id = "甲"\nname = "乙"\n', encoding="utf-8")

    def run(*words):
        monkeypatch.setattr("sys.argv", ["landgis", *words])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        return end.value.code, out, err

    assert run("import", "parks", "a.gpkg", "--map", "m.toml")[0] == 0
    table.assign(乙="新名").to_file("b.gpkg")
    status, out, err = run("import", "parks", "b.gpkg", "--dry-run")
    assert (status, "mapping_remembered" in err) == (0, True)
    assert "name" in out
    assert "变更 1" in err
    assert "name=园区" in out


def test_a_file_is_checked_against_the_record_where_there_is_one(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    parks(tmp_path, "a.gpkg", ROW)
    parks(tmp_path, "b.gpkg", seen(ROW))

    def run(*words):
        monkeypatch.setattr("sys.argv", ["landgis", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capfd.readouterr().out

    assert run("check", "b.gpkg", "--layer", "parks")[0] == 0
    assert run("import", "parks", "a.gpkg")[0] == 0
    status, out = run("check", "b.gpkg", "--layer", "parks", "--format", "csv")
    assert (status, "gcj02_measured" in out) == (1, True)
    assert run("check", "a.gpkg", "--layer", "parks")[0] == 0


def test_attributes_are_joined_from_the_command_line(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    parks(tmp_path, "a.gpkg", ROW[:2])
    (tmp_path / "t.csv").write_text("园区编号,园区状态\nP0,在建\nP7,在建\n", encoding="utf-8")
    words = ["landgis", "check", "a.gpkg", "--layer", "parks", "--attributes", "t.csv"]
    monkeypatch.setattr("sys.argv", [*words, "--key", "园区编号", "--format", "csv"])
    with pytest.raises(SystemExit) as end:
        main()
    out = capfd.readouterr().out
    assert end.value.code == 1
    assert "record_missing" in out
    assert "outline_missing" in out


def test_a_layer_is_exported_as_a_survey_text(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    parks(tmp_path, "a.gpkg", ROW[:2])

    def run(*words):
        monkeypatch.setattr("sys.argv", ["landgis", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code

    assert run("import", "parks", "a.gpkg") == 0
    assert run("export", "parks", "-o", "a.txt", "--encoding", "utf-8") == 0
    assert "5,1.0000,P0,P0,面,,,,@" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert run("export", "parks", "-o", "b.txt", "--encoding", "ascii") == 2
    assert run("convert", "a.txt", "-o", "a.geojson") == 0


LEDGER = "电子监管号,合同签订日期,项目名称\n4101002019B00666,2019-03-28,{}\n"


def test_what_is_accepted_goes_into_a_new_record_with_its_outlines(store, tmp_path):
    land = {"电子监管号": ["4101002019B00666", "S2"], "合同签订日期": ["2019-03-28", ""]}
    gpd.GeoDataFrame(land, geometry=ROW[:2], crs=4547).to_file(tmp_path / "a.gpkg")
    path = tmp_path / "a.gpkg"
    assert "required_missing" in recorded(store, path, "supplies").refusal.en
    accepted = frozenset({"required_missing"})
    assert recorded(store, path, "supplies", accept=accepted).revision.added == 2


def test_a_ledger_takes_no_outline_and_no_value_away_without_a_word(store, tmp_path):
    land = {"电子监管号": ["4101002019B00666"], "合同签订日期": ["2019-03-28"], "合同号": ["H1"]}
    gpd.GeoDataFrame(land, geometry=ROW[:1], crs=4547).to_file(tmp_path / "a.gpkg")
    recorded(store, tmp_path / "a.gpkg", "supplies")
    ledger = tmp_path / "b.csv"
    ledger.write_text(LEDGER.format("机械厂"), encoding="utf-8")
    options = Options(dry_run=True)
    arrival = intake.arrive("supplies", [ledger], options, crs=store.crs)
    [change] = intake.changes(store, arrival, options).to_dict("records")
    assert change["after"] == "contract_no=;project_name=机械厂;area_m2="
    report = recorded(store, ledger, "supplies")
    told = report.issues[report.issues["kind"] == "values_lost"]
    assert told["field"].tolist() == ["contract_no", "geometry"]
    assert "图形" in told["message_zh"].iloc[1]
    assert (store.head(), report.revision) == (1, None)
    assert recorded(store, ledger, "supplies", accept=frozenset({"values_lost"})).revision.changed
    ledger.write_text(LEDGER.format(""), encoding="utf-8")
    assert recorded(store, ledger, "supplies").refusal is None
