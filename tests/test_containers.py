"""Containers that bureaus have, and a parser that is shut in: no file does harm, none is lost."""

import contextlib
import ctypes
import errno
import io
import os
import platform
import socket
import sqlite3
import stat
import struct
import threading
import time
import zipfile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from landgis import readers, writers
from landgis.errors import UnreadableFile, UsageError
from landgis.quality import repair
from landgis.readers import child, confine, formats
from landgis.stations import RawLayer, Source
from tests.conftest import square

HOLED = shapely.difference(square(0, 0, 100), square(10, 10, 30))


def table(crs=4547):
    return gpd.GeoDataFrame(
        {"XMMC": ["新乡机械厂", "乙"], "BH": ["1", "2"]},
        geometry=[HOLED, square(300, 0, 50)],
        crs=4547,
    ).to_crs(crs)


DRIVERS = {
    "t.gdb": "OpenFileGDB",
    "t.fgb": "FlatGeobuf",
    "t.kml": "KML",
    "t.tab": "MapInfo File",
    "t.mif": "MapInfo File",
    "t.gpkg": "GPKG",
    "t.shp": "ESRI Shapefile",
}


def made(folder, name):
    crs = 4326 if name.endswith(".kml") else 4547
    path = folder / name
    pyogrio.write_dataframe(table(crs), path, driver=DRIVERS[name])
    return path


@pytest.mark.parametrize("name", DRIVERS)
def test_a_container_gives_text_outlines_and_system(tmp_path, name):
    raw = readers.read(made(tmp_path, name))
    assert sorted(raw.table["XMMC"]) == ["乙", "新乡机械厂"]
    back = gpd.GeoSeries(raw.geometry, crs=raw.crs or 4547)
    back = back.to_crs(4547) if name.endswith(".kml") else back
    whole = gpd.GeoSeries([HOLED, square(300, 0, 50)]).union_all()
    assert shapely.area(shapely.symmetric_difference(back.union_all(), whole)) < 10


def test_a_mapinfo_file_in_gbk_is_no_mojibake(tmp_path):
    path = made(tmp_path, "t.mif")
    for part in (path, path.with_suffix(".mid")):
        part.write_bytes(part.read_text(encoding="utf-8").replace("UTF-8", "Neutral").encode("gbk"))
    assert readers.read(path).table["XMMC"].tolist() == ["新乡机械厂", "乙"]


def test_a_drawing_gives_closed_lines_as_outlines_and_states_no_system(tmp_path):
    rings = gpd.GeoSeries([square(0, 0, 100).exterior, square(300, 0, 50).exterior])
    gpd.GeoDataFrame(geometry=rings, crs=4547).to_file(tmp_path / "t.dxf", driver="DXF")
    raw = readers.read(tmp_path / "t.dxf")
    assert raw.crs is None
    assert [g.area for g in raw.geometry] == [10_000, 2_500]
    assert [p.kind.code for p in raw.problems] == ["outline_from_line"]


def test_labels_of_a_drawing_are_left_out_and_told_and_open_lines_are_not(tmp_path):
    shapes = [
        square(0, 0, 100).exterior,
        shapely.Point(10, 10),
        shapely.LineString([(0, 0), (9, 9)]),
    ]
    table = gpd.GeoDataFrame(
        {"Layer": "注记", "Text": ["", "地块一", ""]}, geometry=shapes, crs=4547
    )
    table.to_file(tmp_path / "t.dxf", driver="DXF")
    raw = readers.read(tmp_path / "t.dxf")
    assert shapely.get_dimensions(raw.geometry).tolist() == [2, 1]
    told = [p for p in raw.problems if p.kind.code == "placemark_left"]
    assert [(p.value, p.row) for p in told] == [("注记", 2)]


def test_lists_in_a_parquet_are_text_and_its_extents_are_no_column(tmp_path):
    table = gpd.GeoDataFrame(
        {"a": [None, ["x", "y"]]}, geometry=[square(0, 0, 100), square(300, 0, 50)], crs=4547
    )
    table.to_parquet(tmp_path / "t.parquet", write_covering_bbox=True)
    raw = readers.read(tmp_path / "t.parquet")
    assert raw.table.to_dict("list") == {"a": ["", '["x", "y"]']}


@pytest.mark.parametrize(("name", "way"), [("t.prj", ".shp"), ("t.shx", ".shp"), ("t.map", ".tab")])
def test_a_part_of_a_delivery_names_the_file_to_name(tmp_path, name, way):
    index = b"\0\0\x27\x0a" if name == "t.shx" else b"PROJCS"
    (tmp_path / name).write_bytes(index + bytes(100))
    with pytest.raises(UnreadableFile, match=f"name the {way}"):
        readers.read(tmp_path / name)


def zipped(folder, source, name="t.zip", *, inside="", encoding=None):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(source.rglob("*")):
            if part.is_file() and part != path:
                archive.write(part, inside + str(part.relative_to(source)))
    return path


@pytest.mark.parametrize("name", ["t.shp", "t.gdb", "t.gpkg", "t.mif"])
@pytest.mark.parametrize("inside", ["", "供地/"])
def test_a_zip_of_one_data_set_is_that_data_set(tmp_path, name, inside):
    (tmp_path / "in").mkdir()
    made(tmp_path / "in", name)
    path = zipped(tmp_path, tmp_path / "in", inside=inside)
    raw = readers.read(path)
    assert sorted(raw.table["XMMC"]) == ["乙", "新乡机械厂"]
    assert raw.source.name == "t.zip"
    assert raw.source.driver == DRIVERS[name]


def test_a_zip_of_the_files_of_a_geodatabase_without_its_folder_is_one_too(tmp_path):
    path = zipped(tmp_path, made(tmp_path, "t.gdb"), "t.gdb.zip")
    assert len(readers.read(path).table) == 2


def test_a_zip_of_several_data_sets_asks_which(tmp_path):
    (tmp_path / "in").mkdir()
    made(tmp_path / "in", "t.shp")
    made(tmp_path / "in", "t.gpkg")
    path = zipped(tmp_path, tmp_path / "in")
    with pytest.raises(UsageError, match="--source-layer"):
        readers.read(path)
    assert len(readers.read(path, source_layer="t.gpkg").table) == 2


def test_a_name_in_gbk_inside_a_zip_is_found(tmp_path):
    (tmp_path / "in").mkdir()
    path = made(tmp_path / "in", "t.shp")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for part in path.parent.iterdir():
            info = zipfile.ZipInfo("供地".encode("gbk").decode("cp437") + part.suffix)
            archive.writestr(info, part.read_bytes())
    assert len(readers.read(tmp_path / "t.zip").table) == 2


def member(name, content=b"x", **attributes):
    info = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


LINK = (stat.S_IFLNK | 0o777) << 16
BOMBS = {
    "../t.csv": ([member("../t.csv")], "out of its own folder"),
    "/etc/t.csv": ([member("/etc/t.csv")], "out of its own folder"),
    "C:t.csv": ([member("C:\\t.csv")], "out of its own folder"),
    "..\\t.csv": ([member("..\\t.csv")], "out of its own folder"),
    "a link": ([member("t.csv", b"/etc/passwd", external_attr=LINK)], "link"),
    "an archive in it": ([member("t.csv"), member("inner.zip")], "another archive"),
    "one name twice": ([member("t.csv"), member("T.csv")], "twice"),
    "nothing": ([], "nothing that is read"),
    "no data": ([member("readme.md")], "nothing that is read"),
    "many": ([member(f"{i}.csv") for i in range(2_001)], "too much"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_zip_made_to_do_harm_is_refused_in_a_sentence(tmp_path, name):
    members, said = BOMBS[name]
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for info, content in members:
            archive.writestr(info, content)
    with pytest.raises(UnreadableFile, match=said):
        readers.read(tmp_path / "t.zip")
    assert sorted(p.name for p in tmp_path.parent.iterdir() if p.suffix == ".csv") == []


def test_a_zip_bomb_is_refused_before_it_goes_off(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"0" * (64 << 20))
    with pytest.raises(UnreadableFile, match="bomb"):
        readers.read(tmp_path / "t.zip")


def test_a_member_that_is_more_than_it_declares_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,b\n" * 10_000)
    content = buffer.getvalue().replace((40_000).to_bytes(4, "little"), (4).to_bytes(4, "little"))
    (tmp_path / "t.zip").write_bytes(content)
    with pytest.raises(UnreadableFile):
        readers.read(tmp_path / "t.zip")


def test_a_curve_is_read_as_chords_and_said(tmp_path):
    path = tmp_path / "t.gpkg"
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[square(0, 0, 100)], crs=4547).to_file(path)
    points = [(0, 0), (50, 50), (100, 0), (50, -50), (0, 0)]
    ring = struct.pack("<BII", 1, 8, 5) + b"".join(
        struct.pack("<dd", 490_000 + x, 3_900_000 + y) for x, y in points
    )
    curve = b"GP\x00\x01" + struct.pack("<i", 4547) + struct.pack("<BII", 1, 10, 1) + ring
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE t SET geom = ?", (curve,))
        db.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    raw = readers.read(path)
    assert [p.kind.code for p in raw.problems] == ["curve_straightened"]
    assert shapely.area(raw.geometry[0]) == pytest.approx(np.pi * 2_500, abs=1)


def test_a_geometry_of_too_many_parts_is_told(monkeypatch):
    monkeypatch.setattr(repair, "MOST_PARTS", 3)
    parts = shapely.MultiPolygon([square(20 * i, 0, 10) for i in range(4)])
    found = repair.shapes(np.array([parts, square(0, 0, 10)]), 4547, 4547, required=True)
    assert [p.kind.code for p in found.problems if p.at is not None and len(p.at)] == [
        "geometry_too_large"
    ]
    assert found.geometry[0] is None


# the parser apart


def parser(monkeypatch, act):
    """Let reading a CSV do ``act`` in the child."""

    def read(path, source, layer, encoding):
        return act()

    csv = formats.Format("CSV", lambda _: True, read)
    monkeypatch.setitem(formats.FORMATS, ".csv", csv)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    return tmp_path / "t.csv"


def test_a_parser_that_dies_is_a_sentence(monkeypatch, path):
    parser(monkeypatch, lambda: os.kill(os.getpid(), 11))
    with pytest.raises(UnreadableFile, match="breaks its parser"):
        readers.read(path)


def test_a_parser_that_hangs_is_stopped(monkeypatch, path):
    monkeypatch.setattr(child, "seconds", lambda _: 1)
    parser(monkeypatch, lambda: time.sleep(600))
    begun = time.monotonic()
    with pytest.raises(UnreadableFile, match="too long"):
        readers.read(path)
    assert time.monotonic() - begun < 300


def test_a_parser_that_eats_memory_is_a_sentence(monkeypatch, path):
    parser(monkeypatch, lambda: bytearray(64 << 30))
    with pytest.raises(UnreadableFile, match="memory"):
        readers.read(path)


def told(value):
    """A layer whose only cell is what the child found out."""
    table = readers.formats.delimited.grid.table([["said"], [str(value)]], {}, "t")
    return RawLayer(Source("t.csv", "", "CSV"), table)


def test_a_parser_has_no_network(monkeypatch, path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def call():
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1)
            except OSError as refused:
                return told(type(refused).__name__)
            return told("connected")

        parser(monkeypatch, call)
        assert readers.read(path).table["said"].tolist() == ["PermissionError"]


def test_the_kernel_refuses_a_parser_every_socket(monkeypatch, path):
    def ask():
        libc = ctypes.CDLL(None, use_errno=True)
        made = [libc.socket(family, 1, 0) for family in (socket.AF_INET, socket.AF_INET6, 1)]
        return told(f"{made} {errno.errorcode[ctypes.get_errno()]}")

    parser(monkeypatch, ask)
    if platform.machine() not in confine.CALLS:
        pytest.skip(f"the system calls of {platform.machine()} are not known")
    assert readers.read(path).table["said"].tolist() == ["[-1, -1, -1] EPERM"]


def test_a_parser_knows_few_drivers_and_none_that_follow_links(monkeypatch, path):
    parser(monkeypatch, lambda: told(";".join(sorted(pyogrio.list_drivers()))))
    known = set(readers.read(path).table["said"][2].split(";"))
    assert known == set(confine.DRIVERS)


def test_a_parser_cannot_fill_the_disk_nor_open_everything(monkeypatch, path, tmp_path):
    monkeypatch.setattr(confine, "FILE_BYTES", 1 << 16)

    def fill():
        held = []
        try:
            while True:
                held.append(open(os.devnull))  # noqa: SIM115, PTH123
        except OSError:
            return told(len(held))

    parser(monkeypatch, fill)
    assert int(readers.read(path).table["said"][2]) < confine.OPEN_FILES


def test_systems_are_known_to_a_parser_whose_parent_looked_some_up_before(tmp_path):
    for code in (4547, 4526, 4490, 4326, 4497, 2362):
        gpd.GeoDataFrame({"a": ["x"]}, geometry=[square(0, 0, 9)], crs=4547).to_crs(code).to_file(
            tmp_path / f"{code}.gpkg"
        )
        assert readers.read(tmp_path / f"{code}.gpkg").crs.to_epsg() == code


def test_a_parser_leaves_nothing_behind(monkeypatch, path, tmp_path):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = sorted(tmp_path.iterdir())
    readers.read(path)
    with pytest.raises(UnreadableFile):
        readers.read(zipped(tmp_path, tmp_path / "none"))
    assert sorted(p for p in tmp_path.iterdir() if p.suffix != ".zip") == before


def test_reading_beside_other_threads_works_too(path):
    done = []
    worker = threading.Thread(target=lambda: done.append(readers.read(path).table))
    worker.start()
    worker.join()
    assert done[0]["b"].tolist() == ["2"]


# written


@pytest.mark.parametrize("form", ["fgb", "gdb", "dxf", "txt", "shp", "gpkg"])
def test_what_a_container_holds_is_read_back_as_it_was_written(tmp_path, form):
    path = tmp_path / ("t.gdb.zip" if form == "gdb" else f"t.{form}")
    writers.write(table(), path, form, layer="supplies")
    raw = readers.read(path)
    expected = table().geometry.values
    back = gpd.GeoSeries(raw.geometry, crs=raw.crs or 4547).to_crs(4547).values
    apart = shapely.area(shapely.symmetric_difference(np.asarray(back), np.asarray(expected)))
    assert (apart < 1e-3).all()
    if form not in ("dxf", "txt"):
        held = raw.table.rename(columns=str.upper)
        assert held[["XMMC", "BH"]].to_numpy().tolist() == [["新乡机械厂", "1"], ["乙", "2"]]


def test_gdal_reads_our_geodatabase_with_its_chinese_names(tmp_path):
    writers.write(table(), tmp_path / "t.zip", "gdb", layer="supplies")
    info = pyogrio.read_info(f"/vsizip/{tmp_path / 't.zip'}/supplies.gdb")
    assert (info["driver"], info["features"], info["crs"]) == ("OpenFileGDB", 2, "EPSG:4547")
