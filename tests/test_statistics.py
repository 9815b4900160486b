"""The numbers of a view: equal to ledger and lists, additive over regions, refused when odd."""

import json

import numpy as np
import pytest
import shapely

from landgis import inventory as answers
from landgis.errors import UsageError
from landgis.ledger import AREAS, ledger
from landgis.measure import transform
from landgis.terms import STOCK_STAGES
from maps.region import MOST_POINTS, region
from maps.statistics import statistics
from maps.view import day, ground, view
from tests.conftest import square
from tests.test_api import deliver, refused, serving
from tests.town import ROWS, town

PATH = "/api/v1/statistics"


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def told(taken):
    drawn, seen = ground(taken), day(taken)

    def ask(inside=None, **asked):
        return statistics(drawn, view(seen, asked), inside)

    return ask


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = tmp_path_factory.mktemp("statistics") / "town.db"
    deliver(path, **ROWS)
    with serving(path) as opened:
        yield opened


def geojson(shape):
    """A polygon of the working CRS as the text that a browser would send."""
    return shapely.to_geojson(transform(np.array([shape]), 4547, 4490)[0])


def by_stage(said):
    return {row["stage"]: row["area_m2"] for row in said["stages"]}


def test_the_areas_of_everything_are_those_of_the_ledger(taken, told):
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    said = told()
    assert by_stage(said) == pytest.approx({s.value: total[c] for s, c in AREAS.items()}, abs=0.01)
    stock = sum(total[AREAS[s]] for s in STOCK_STAGES)
    for part in ("ages", "districts"):
        assert sum(row["area_m2"] for row in said[part]) == pytest.approx(stock, abs=0.01)
        for row in said[part]:
            assert sum(row["stages"].values()) == pytest.approx(row["area_m2"], abs=0.01)


def test_the_supplies_of_everything_are_those_of_the_list(taken, told):
    idle = answers.idle(taken)
    said = told()
    assert said["supplies"]["count"] == len(idle)
    assert said["supplies"]["area_m2"] == pytest.approx(idle["area_m2"].sum(), abs=0.01)
    assert said["supplies"]["without_outline"] == idle.geometry.isna().sum()
    assert sum(row["count"] for row in said["findings"]) == (idle["outcome"] != "").sum()
    fees = sum(row["fee_yuan"] for row in said["findings"])
    assert fees == pytest.approx(idle["fee_yuan"].sum())
    assert sum(said["fee"][basis]["yuan"] for basis in said["fee"]) == pytest.approx(fees)
    reclaimed = idle[idle["outcome"] == "reclaim"]
    assert sum(b["count"] for b in said["reclaim"].values()) == len(reclaimed)
    assert sum(b["yuan"] for b in said["reclaim"].values()) == pytest.approx(
        reclaimed["price_yuan"].sum()
    )


def test_halves_of_a_region_add_up_to_the_whole(told):
    whole = told(region(polygon=geojson(square(-400, -400, 1100))))
    east = shapely.box(490_123.4, 3_899_600, 490_700, 3_900_700)
    west = shapely.box(489_600, 3_899_600, 490_123.4, 3_900_700)
    parts = [by_stage(told(region(polygon=geojson(half)))) for half in (west, east)]
    assert by_stage(whole) == pytest.approx(by_stage(told()), rel=1e-6)
    assert {s: sum(p[s] for p in parts) for s in parts[0]} == pytest.approx(
        by_stage(whole), rel=1e-5
    )


def test_land_counts_by_what_is_inside_and_a_supply_as_a_whole(told):
    said = told(region(polygon=geojson(square(40, 10, 50))))
    assert by_stage(said)["supplied_not_used"] == pytest.approx(2500, rel=1e-3)
    assert said["area_m2"] == pytest.approx(2500, rel=1e-3)
    assert said["supplies"]["count"] == 1
    assert said["supplies"]["area_m2"] == pytest.approx(10_000, rel=1e-3)


def test_a_region_without_land_is_all_zeros(told):
    said = told(region(bbox="100,20,100.1,20.1"))
    assert set(by_stage(said).values()) == {0.0}
    assert said["supplies"]["count"] == 0
    assert said["districts"] == []
    assert said["area_m2"] == pytest.approx(115_800_000, rel=0.02)


def test_filters_narrow_the_numbers(taken, told):
    assert told(district="卫滨区")["supplies"]["count"] == 0
    assert [row["stage"] for row in told(stage="all")["stages"]][-1] == "outside"
    assert told(outcome="reclaim")["supplies"]["count"] == len(
        answers.idle(taken, outcome="reclaim")
    )


def test_a_part_of_a_box_is_counted_like_the_same_polygon(told):
    shape = shapely.from_geojson(geojson(square(33, 21, 300)))
    west, south, east, north = shape.bounds
    box = told(region(bbox=f"{west},{south},{east},{north}"))
    same = told(region(polygon=shapely.to_geojson(shapely.box(west, south, east, north))))
    assert box == same


def test_the_server_tells_the_same_numbers(client, told):
    body = client.get(PATH).json()
    assert {"on", "known", "data_as_of"} <= set(body)
    assert {name: body[name] for name in told()} == told()
    shape = geojson(square(33, 21, 300))
    inside = client.get(PATH, params={"polygon": shape})
    assert {n: inside.json()[n] for n in told()} == told(region(polygon=shape))
    again = client.get(
        PATH, params={"polygon": shape}, headers={"If-None-Match": inside.headers["etag"]}
    )
    assert again.status_code == 304


CROSSED = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    "polygon",
    [
        "x",
        "[]",
        "null",
        '{"type": "Polygon"}',
        '{"type": "Point", "coordinates": [113, 35]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[["a", 1]]]}',
        '{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 2], [3, 3], [NaN, 1]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [0, 0]]]}',
        json.dumps(CROSSED),
        geojson(square(0, 0, 10)).replace("113.", "4900"),
        "[" * 15_000,
        json.dumps({"type": "Polygon", "coordinates": [[[0, 0]] * (MOST_POINTS + 1)]}),
        "x" * 20_001,
    ],
)
def test_what_is_no_polygon_is_a_problem(client, polygon):
    refused(client.get(PATH, params={"polygon": polygon}))


def test_a_box_and_a_polygon_at_once_are_refused(client):
    shape = geojson(square(0, 0, 10))
    said = refused(client.get(PATH, params={"polygon": shape, "bbox": "113,35,114,36"}))
    assert "one of them" in said
    with pytest.raises(UsageError):
        region(bbox="1,2,3")
