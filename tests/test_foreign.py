"""Files that are not what they are called, or not read at all: told by their content, one sentence.

Nothing here hangs: a pipe, a device and a folder are refused before they are opened.
"""

import json
import os

import geopandas as gpd
import pytest

from landgis import readers
from landgis.errors import UnreadableFile
from tests.conftest import square

FOREIGN = {
    "Access": (b"\0\1\0\0Standard Jet DB\0" + bytes(64), "Access", ".gdb"),
    "newer Access": (b"\0\1\0\0Standard ACE DB\0" + bytes(64), "Access", ".gdb"),
    "DWG": (b"AC1015\0\0\0\0\0\0" + bytes(64), "DWG", ".dxf"),
    "VCT": (b"HeadBegin\r\nDataMark:CNSDTF-VCT\r\nVersion:2.0\r\n", "VCT", ".gpkg"),
    "VCT without a head": (b"\xef\xbb\xbfDataMark: LANDUSE.VCT\n", "VCT", ".gpkg"),
    "VCT in UTF-16": ("HeadBegin\nDataMark:CNSDTF-VCT\n".encode("utf-16"), "VCT", ".gpkg"),
    "MapGIS areas": (b"WMAP`D23" + bytes(64), "MapGIS", ".shp"),
    "MapGIS lines": (b"WMAP`D21" + bytes(64), "MapGIS", ".shp"),
    "old or locked Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "password", ".xlsx"),
    "a web page": (b"\r\n<HTML><body><table>", "web page", ".xlsx"),
    "a spreadsheet in XML": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "XML spreadsheet",
        ".xlsx",
    ),
    "gzip": (b"\x1f\x8b\x08\0" + bytes(64), "no zip", "unpack"),
    "RAR": (b"Rar!\x1a\x07\0" + bytes(64), "no zip", "unpack"),
    "tar": (b"t.csv" + bytes(252) + b"ustar\0" + bytes(64), "no zip", "unpack"),
    "a scan": (b"%PDF-1.7\n", "PDF", ".gpkg"),
}


@pytest.mark.parametrize("name", ["t.shp", "t.csv", "t"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_known_format_is_told_by_its_content_under_any_name(tmp_path, name, kind):
    content, said, way_out = FOREIGN[kind]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile, match="which is not read") as refused:
        readers.read(tmp_path / name)
    assert said in refused.value.en
    assert way_out in refused.value.en
    assert "不支持读取" in refused.value.zh


@pytest.mark.parametrize(
    "text", ["AC1015,面积\n1,2\n", "BZh,b\n1,2\n", "Rar,b\n1,2\n", "MM,b\n1,2\n"]
)
def test_a_table_that_only_opens_like_one_is_read(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert len(readers.read(tmp_path / "t.csv").table) == 1


@pytest.mark.parametrize(
    ("mark", "ending"), [(b"PAR1", ".parquet"), (b"PK\3\4", ".zip"), (b"fgb\3fgb", ".fgb")]
)
def test_a_misnamed_file_is_told_what_it_is(tmp_path, mark, ending):
    (tmp_path / "t.shp").write_bytes(mark + bytes(100))
    with pytest.raises(UnreadableFile) as refused:
        readers.read(tmp_path / "t.shp")
    assert ending in refused.value.en


def test_a_folder_is_no_file(tmp_path):
    for name in ("t.gdb", "t.shp", "t"):
        (tmp_path / name).mkdir()
        with pytest.raises(UnreadableFile, match="folder and no geodatabase"):
            readers.read(tmp_path / name)


def test_a_pipe_and_a_device_are_refused_before_they_are_opened(tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    (tmp_path / "t.txt").symlink_to("/dev/zero")
    for name in ("t.csv", "t.txt"):
        with pytest.raises(UnreadableFile, match="pipe or a device"):
            readers.read(tmp_path / name)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "none/t.csv", "loop.csv"])
def test_a_path_that_leads_nowhere_is_one_sentence(tmp_path, name):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        readers.read(tmp_path / name)


ODD = {
    "points that are no numbers": "J1,1,nan,nan\n",
    "headers without points": "5,1,1,x,面,,,,@\n" * 50,
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_text_does_not_break_its_parser(tmp_path, what):
    text = f"[地块坐标]\n5,1.0,1,甲,面,,,,@\n{ODD[what]}"
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    raw = readers.read(tmp_path / "t.txt")
    assert {p.kind.code for p in raw.problems} & {"coordinate_unreadable", "parcel_repeated"}


def test_a_table_of_a_thousand_columns_and_more_is_refused(tmp_path):
    header = ",".join(["电子监管号", *(f"c{i}" for i in range(1_000))])
    (tmp_path / "t.csv").write_text(f"{header}\n{'1,' * 1_000}1\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="1001 columns"):
        readers.read(tmp_path / "t.csv")


def test_positions_of_more_than_a_height_are_flattened(tmp_path):
    ring = [[113.8, 35.2, 1, 7], [113.9, 35.2, 1, 7], [113.9, 35.3, 1, 7], [113.8, 35.2, 1, 7]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"a": "x"}, "geometry": shape}
    (tmp_path / "t.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    raw = readers.read(tmp_path / "t.geojson")
    assert raw.problems == ()
    assert raw.geometry[0].area == pytest.approx(0.005)


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_a_shapefile_says_which_of_its_parts_is_missing(tmp_path, part):
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[square(0, 0, 9)], crs=4547).to_file(tmp_path / "t.shp")
    (tmp_path / "t.shp").with_suffix(part).unlink()
    with pytest.raises(UnreadableFile, match=f"the {part} beside"):
        readers.read(tmp_path / "t.shp")
