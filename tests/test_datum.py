"""Older datums come in only by the operator's own parameters."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from landgis import intake
from landgis.convert import convert
from landgis.errors import UnknownCRS, UsageError
from landgis.intake import Options
from landgis.quality import datum
from tests.conftest import square

SEVEN = (12.5, -103.25, -45.75, 1.5, -0.75, 2.25, -3.5)
ZONE = "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +units=m"


def test_seven_parameters_agree_with_proj_by_another_way():
    old = pyproj.CRS(f"{ZONE} +a=6378140 +rf=298.257 +towgs84={','.join(map(str, SEVEN))}")
    new = pyproj.CRS(f"{ZONE} +a=6378137 +rf=298.257222101 +towgs84=0,0,0")
    x, y = pyproj.Transformer.from_crs(old, new, always_xy=True).transform(490_000, 3_900_000)
    geoms = np.array([shapely.Point(490_000, 3_900_000)], dtype=object)
    moved = datum.shift(geoms, datum.Zone("xian80", 38, False), SEVEN)
    assert moved.code == 4547
    assert (moved.geometry[0].x, moved.geometry[0].y) == pytest.approx((x, y), abs=1e-3)


def test_four_parameters_shift_turn_and_scale_the_plane_north_first():
    geoms = np.array([shapely.Point(38_490_000, 3_900_000)], dtype=object)
    moved = datum.shift(geoms, datum.Zone("beijing54", 38, True), (10.0, -20.0, 0.0, 1.0))
    assert moved.code == 4526
    assert moved.geometry[0].x == pytest.approx(38_490_000 - 20 + 0.49)
    assert moved.geometry[0].y == pytest.approx(3_900_000 + 10 + 3.9)


@pytest.mark.parametrize("crs", [2362, 2383, 2414, 2435, 2333, 21419])
def test_every_zone_of_an_older_datum_is_known(crs):
    zone = datum.zone_of_old(pyproj.CRS.from_epsg(crs))
    assert zone.number in (38, 19)
    assert datum.zone_of_old(pyproj.CRS.from_epsg(4547)) is None


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "1,2,3,nan"])
def test_what_are_no_parameters_is_refused(text):
    with pytest.raises(UsageError, match="--datum-shift"):
        datum.parse(text)


def test_parameters_that_move_the_land_away_are_refused():
    geoms = np.array([square(0, 0, 10)], dtype=object)
    with pytest.raises(UnknownCRS, match="kilometre"):
        datum.shift(geoms, datum.Zone("xian80", 38, False), (5_000.0, 0.0, 0.0, 0.0))


def test_a_file_in_xian_80_is_refused_without_parameters_and_read_with_them(tmp_path):
    path = tmp_path / "t.gpkg"
    gpd.GeoDataFrame({"BH": ["1"]}, geometry=[square(0, 0, 100)], crs=2383).to_file(path)
    with pytest.raises(UnknownCRS, match="no public shift"):
        convert(path)
    table, issues = convert(path, Options(datum_shift="10,20,0,0"))
    assert "datum_shifted" in set(issues["kind"])
    assert table.crs.to_epsg() == 4547
    assert table.total_bounds[:2].tolist() == pytest.approx([490_020, 3_900_010])
    assert intake.refusal(issues) is None


def test_parameters_for_a_file_of_no_older_datum_are_refused(tmp_path):
    table = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=4547)
    table.to_file(tmp_path / "t.gpkg")
    for given in ("a,b", "1,2,0,0"):
        with pytest.raises(UsageError, match="--datum-shift"):
            intake.read_raw(tmp_path / "t.gpkg", Options(datum_shift=given))
