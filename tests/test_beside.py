"""What arrives beside what is known: told before it is recorded, and refused if it cannot be."""

import geopandas as gpd
import pytest

from landgis import intake
from landgis.cli import main
from landgis.intake import Options
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
        ["P0", "changed", "name"],
        ["P1", "reshaped", "geometry"],
        ["P2", "unchanged", ""],
        ["P9", "added", ""],
        ["P3", "missing", ""],
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


def test_outlines_that_lie_off_as_gcj02_does_are_refused_with_the_measured_offset(store, tmp_path):
    recorded(store, parks(tmp_path, "a.gpkg", ROW))
    off = gpd.GeoSeries(ROW).translate(538, -66)
    report = recorded(store, parks(tmp_path, "b.gpkg", off))
    [issue] = report.issues[report.issues["kind"] == "gcj02_measured"].to_dict("records")
    assert issue["value"] == "+538 m, -66 m"
    assert report.refusal
    assert recorded(store, parks(tmp_path, "c.gpkg", gpd.GeoSeries(ROW).translate(2, 3))).revision


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
    assert "属性变更 1" in err


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
