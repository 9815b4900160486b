"""Area on the ellipsoid against an independent reference, and the names of coordinate systems."""

import time

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis import measure, zones
from landgis.errors import UnknownCRS
from landgis.measure import (
    DEFAULT_CRS,
    ellipsoidal_area_m2,
    identify_crs,
    is_wgs84,
    planar_area_m2,
    to_hectares,
    to_mu,
    transform,
)
from landgis.zones import FAMILY, central_meridian, zone_epsg, zone_of
from tests.conftest import square

GEOD = pyproj.Geod(a=6_378_137, rf=298.257222101)
TEN_HECTARES = np.sqrt(100_000)


def array(*geoms):
    return np.array(geoms, dtype=object)


def square_at(lon, lat=35.3, side=TEN_HECTARES, crs=DEFAULT_CRS):
    x, y = pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform(lon, lat)
    return shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def reference_m2(geom, crs=DEFAULT_CRS):
    """Geodesic area after densifying to 10 m along the straight line in ``crs``."""
    dense = shapely.segmentize(geom, 10.0)
    lonlat = shapely.transform(
        dense,
        lambda p: np.column_stack(
            pyproj.Transformer.from_crs(crs, 4490, always_xy=True).transform(p[:, 0], p[:, 1])
        ),
    )
    return abs(GEOD.geometry_area_perimeter(shapely.normalize(lonlat))[0])


@pytest.mark.parametrize("lon", [112.5, 113.383, 113.92, 114.0, 115.017, 115.5])
def test_ten_hectares_agree_with_the_geodesic_to_a_hundredth_of_a_square_metre(lon):
    geom = square_at(lon)
    assert ellipsoidal_area_m2(array(geom))[0] == pytest.approx(reference_m2(geom), abs=0.01)


def test_a_county_agrees_with_the_geodesic_to_one_in_ten_million():
    county = square_at(113.6, 35.2, side=40_000)
    hole = shapely.Point(county.centroid.x, county.centroid.y).buffer(6_000)
    geom = county.difference(hole)
    assert ellipsoidal_area_m2(array(geom))[0] == pytest.approx(reference_m2(geom), rel=1e-7)


def test_the_county_fails_without_points_along_its_edges(monkeypatch):
    county = square_at(113.6, 35.2, side=30_000)
    monkeypatch.setattr(measure, "DENSIFY_M", 1e9)
    assert abs(ellipsoidal_area_m2(array(county))[0] - reference_m2(county)) > 100


@pytest.mark.parametrize(
    ("lon", "crs", "excess_m2"),
    [
        (114.0, 4547, 0.00),
        (113.92, 4547, 0.13),
        (113.383, 4547, 7.7),
        (115.017, 4547, 21.3),
        (112.5, 4547, 45.9),
        (116.0, 4547, 81.5),
        (113.9, 4508, 171.0),
    ],
)
def test_the_planar_area_exceeds_the_ellipsoid_as_the_published_table_says(lon, crs, excess_m2):
    geom = array(square_at(lon, crs=crs))
    excess = planar_area_m2(geom)[0] - ellipsoidal_area_m2(geom, crs)[0]
    assert excess == pytest.approx(excess_m2, rel=0.015, abs=0.05)


def test_the_constants_are_those_of_cgcs2000():
    flattening = 1 / 298.257222101
    assert pytest.approx(2 * flattening - flattening**2, abs=5e-15) == measure.E2
    assert pytest.approx(6_378_137 * (1 - flattening), abs=1e-8) == measure.SEMI_MINOR_M


def test_the_series_gives_the_closed_form_of_the_authalic_zone():
    e, lat = np.sqrt(measure.E2), np.radians(35.3)
    sin = np.sin(lat)
    closed = sin / (1 - e**2 * sin**2) + np.arctanh(e * sin) / e
    series = sum(c * np.sin(n * lat) for c, n in zip(measure.SERIES, (1, 3, 5, 7, 9), strict=True))
    assert 2 * series == pytest.approx(closed, rel=2e-11)


def test_holes_subtract_and_parts_add():
    outer, inner, apart = square(0, 0, 300), square(100, 100, 50), square(1_000, 0, 80)
    whole = ellipsoidal_area_m2(array(outer, inner, apart))
    geoms = array(outer - inner, shapely.union_all([outer - inner, apart]))
    expected = [whole[0] - whole[1], whole[0] - whole[1] + whole[2]]
    np.testing.assert_allclose(ellipsoidal_area_m2(geoms), expected, atol=1e-6)


def test_pieces_add_up_to_the_whole():
    whole = square_at(115.3, side=3_000)
    x, y, *_ = whole.bounds
    columns = [shapely.box(x + 300 * i, y, x + 300 * (i + 1), y + 3_000) for i in range(10)]
    parts = ellipsoidal_area_m2(array(*columns)).sum()
    assert parts == pytest.approx(ellipsoidal_area_m2(array(whole))[0], abs=1e-3)


def test_none_is_unknown_and_empty_is_nothing():
    area = ellipsoidal_area_m2(array(None, shapely.Polygon(), square(0, 0, 10)))
    assert np.isnan(area[0])
    assert area[1] == 0.0
    assert area[2] == pytest.approx(100, abs=0.01)
    assert np.isnan(planar_area_m2(array(None))[0])


def test_no_geometries_give_no_areas():
    assert ellipsoidal_area_m2(array()).shape == (0,)
    assert planar_area_m2(array()).shape == (0,)


def test_lines_and_points_have_no_area():
    mixed = shapely.GeometryCollection([square(0, 0, 10), shapely.LineString([(0, 0), (1, 1)])])
    alone, together = ellipsoidal_area_m2(array(square(0, 0, 10), mixed))
    assert alone == together


@settings(max_examples=60)
@given(
    st.lists(st.floats(20, 2_000), min_size=3, max_size=24),
    st.integers(0, 23),
    st.booleans(),
)
def test_direction_and_start_of_a_ring_do_not_matter(radii, start, turned):
    angle = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * np.array(radii)[:, None]
    ring += (490_000, 3_900_000)
    moved = np.roll(ring, start, axis=0)[:: -1 if turned else 1]
    first, second = ellipsoidal_area_m2(array(shapely.Polygon(ring), shapely.Polygon(moved)))
    assert second == pytest.approx(first, abs=1e-4)


def test_the_area_of_a_polygon_depends_on_nothing_but_itself(monkeypatch):
    geoms = array(*(square_at(113.4 + 0.01 * k, side=200 + k) for k in range(60)))
    alone = [ellipsoidal_area_m2(geoms[[k]])[0] for k in range(60)]
    np.testing.assert_array_equal(ellipsoidal_area_m2(geoms), alone)
    monkeypatch.setattr(measure, "CHUNK_VERTICES", 7)
    np.testing.assert_array_equal(ellipsoidal_area_m2(geoms), alone)


def test_the_area_is_the_same_in_every_zone_and_in_degrees():
    geom = array(square_at(114.2, side=60))
    figures = [
        ellipsoidal_area_m2(transform(geom, DEFAULT_CRS, crs), crs)[0]
        for crs in (4547, 4526, 4497, 4548, 4490)
    ]
    np.testing.assert_allclose(figures, figures[0], atol=1e-4)


@pytest.mark.timeout(60)
def test_twenty_thousand_polygons_take_less_than_two_seconds_of_cpu():
    xy = np.random.default_rng(0).uniform((490_000, 3_900_000), (540_000, 3_950_000), (20_000, 2))
    geoms = shapely.buffer(shapely.points(xy), 60, quad_segs=3)
    begin = time.process_time()
    ellipsoidal_area_m2(geoms)
    assert time.process_time() - begin < 2


def test_fifteen_mu_are_one_hectare():
    assert to_mu(10_000.0) == pytest.approx(15, abs=1e-12)
    assert to_hectares(10_000.0) == 1.0
    np.testing.assert_allclose(to_mu(np.array([2000.0, np.nan])), [3.0, np.nan])


def test_a_point_of_xinxiang_lands_where_the_survey_has_it():
    point = transform(array(shapely.Point(113.9, 35.3)), 4490, 4526)[0]
    assert (round(point.x, 1), round(point.y, 1)) == (38_490_904.6, 3_907_880.5)


def test_there_and_back_moves_nothing_by_a_micrometre():
    geoms = array(square(0, 0, 100), None, square(5_000, 9_000, 20))
    back = transform(transform(geoms, 4547, 4490), 4490, 4547)
    assert back[1] is None
    assert shapely.equals_exact(back[[0, 2]], geoms[[0, 2]], tolerance=1e-6).all()


def test_metres_that_are_said_to_be_degrees_are_refused():
    with pytest.raises(UnknownCRS, match="--crs"):
        transform(array(square(0, 0, 10)), 4490, 4547)


@pytest.mark.parametrize("code", [4610, 2362, 2383, 4214, 2415])
def test_an_older_datum_is_never_shifted_by_nothing(code):
    crs = pyproj.CRS.from_epsg(code)
    for refused in (
        lambda: transform(array(square(0, 0, 1)), crs, 4490),
        lambda: identify_crs(crs),
    ):
        with pytest.raises(UnknownCRS) as caught:
            refused()
        assert "CGCS2000" in caught.value.en
        assert "转换" in caught.value.zh


@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
@pytest.mark.parametrize("code", sorted(FAMILY))
def test_every_system_of_the_family_is_known_by_what_any_program_writes(code, version):
    crs = pyproj.CRS.from_epsg(code)
    found = identify_crs(pyproj.CRS.from_wkt(crs.to_wkt(version)))
    assert found == code or _same_plane(pyproj.CRS.from_epsg(found), crs)


def _same_plane(one, other):
    """A 6-degree zone without prefix is the very plane of the 3-degree zone on its meridian."""
    values = [[p.value for p in crs.coordinate_operation.params] for crs in (one, other)]
    return values[0] == values[1] and one.ellipsoid == other.ellipsoid


def test_the_family_has_sixty_five_members():
    assert len(FAMILY) == 65


ESRI = (
    'PROJCS["{name}",GEOGCS["GCS_{datum}",DATUM["D_{datum}",SPHEROID["S",6378137.0,{flat}]{shift}],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["{method}"],'
    'PARAMETER["False_Easting",{east}],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",{scale}],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def esri(**changed):
    usual = {
        "name": "local",
        "datum": "China_2000",
        "flat": 298.257222101,
        "shift": "",
        "method": "Gauss_Kruger",
        "east": 38_500_000.0,
        "meridian": 114.0,
        "scale": 1.0,
    }
    return pyproj.CRS.from_wkt(ESRI.format(**(usual | changed)))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 4526),
        ({"datum": "CGCS_2000"}, 4526),
        ({"datum": "China_Geodetic_Coordinate_System_2000"}, 4526),
        ({"method": "Transverse_Mercator", "east": 500_000.0}, 4547),
        ({"east": 19_500_000.0, "meridian": 111.0}, 4497),
        ({"shift": ",TOWGS84[0,0,0,0,0,0,0]", "method": "Transverse_Mercator"}, 4526),
    ],
)
def test_a_zone_is_known_by_its_parameters_whatever_its_name(changed, code):
    assert identify_crs(esri(**changed)) == code


@pytest.mark.parametrize(
    "changed",
    [
        {"datum": "ETRS_1989"},
        {"flat": 298.3},
        {"scale": 0.9996},
        {"meridian": 113.9},
        {"east": 37_500_000.0},
        {"east": 450_000.0},
        {"meridian": 12.0, "east": 500_000.0},
    ],
)
def test_a_zone_that_only_looks_right_is_refused(changed):
    with pytest.raises(UnknownCRS, match=r"deliver the data in CGCS2000|no standard zone"):
        identify_crs(esri(**changed))


@pytest.mark.parametrize("known_as", ["EPSG:4326", "OGC:CRS84", "EPSG:4979"])
def test_wgs_84_degrees_count_as_cgcs2000(known_as):
    crs = pyproj.CRS.from_user_input(known_as)
    assert is_wgs84(crs)
    assert identify_crs(crs) == 4490


def test_heights_are_left_aside():
    assert identify_crs(pyproj.CRS.from_user_input("EPSG:4547+5773")) == 4547


@pytest.mark.parametrize("code", [3857, 32650, 4258, 2154])
def test_a_foreign_system_is_refused(code):
    with pytest.raises(UnknownCRS):
        identify_crs(pyproj.CRS.from_epsg(code))


def test_no_system_at_all_is_refused():
    with pytest.raises(UnknownCRS, match="--crs"):
        identify_crs(None)


def test_xinxiang_lies_in_zone_38_and_19():
    for lon in (113.383, 115.017):
        assert (zone_of(lon), zone_of(lon, 6)) in {(38, 19), (38, 20)}
    assert (central_meridian(38), central_meridian(19)) == (114, 111)


@pytest.mark.parametrize("datum", ["cgcs2000", "xian80", "beijing54"])
@pytest.mark.parametrize("zone", [13, 23, 25, 38, 45])
def test_a_zone_gives_the_code_with_its_meridian_and_easting(datum, zone):
    for prefixed in (True, False):
        crs = pyproj.CRS.from_epsg(zone_epsg(zone, prefixed=prefixed, datum=datum))
        terms = crs.to_cf()
        assert terms["longitude_of_central_meridian"] == central_meridian(zone)
        assert terms["false_easting"] == 500_000 + prefixed * zone * 1_000_000
        assert {"cgcs2000": "2000", "xian80": "Xian", "beijing54": "Beijing"}[datum] in crs.name


@pytest.mark.parametrize("zone", [0, 12, 24, 46])
def test_there_is_no_other_zone(zone):
    with pytest.raises(UnknownCRS, match="25-45"):
        zone_epsg(zone, prefixed=True)


def test_zones_are_told_in_both_languages():
    with pytest.raises(UnknownCRS) as caught:
        zones.central_meridian(24)
    assert "带号" in caught.value.sentence("zh")
