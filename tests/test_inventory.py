"""The whole answer for a date: stages, findings, places, and lists cut out of it."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from landgis import determine, inventory, issues, query
from landgis.documents.explain import explain
from landgis.errors import NotFound, UsageError
from landgis.intake import finish_cut
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.stock import COLUMNS as STOCK_COLUMNS
from landgis.store import Delivery, open_store
from tests.conftest import square
from tests.worlds import layer

ON = date(2020, 6, 1)
RULES = load_rules()

EAST = {"district_code": "410702", "name": "红旗区", "geometry": square(0, 0, 1000)}
WEST = {"district_code": "410703", "name": "卫滨区", "geometry": square(-1000, 0, 1000)}
GREEN = {"park_id": "P1", "name": "绿纤园", "geometry": square(0, 0, 500)}
POWER = {"park_id": "P2", "name": "电池园", "geometry": square(100, 0, 500)}


def supply(number, x, **columns):
    return {
        "supply_id": f"S{number}",
        "supplied_on": "2010-01-01",
        "agreed_start_on": "2011-01-01",
        "price_fen": 100_000_000,
        "geometry": square(x, 100, 100),
        **columns,
    }


SUPPLIES = (
    supply(1, 0, project_name="Alpha 纤维", holder="甲公司"),
    supply(2, 200, project_name="beta", agreed_start_on="2018-09-01", supplied_on="2017-09-01"),
    supply(3, -400, project_name="gamma", started_on="2011-06-01", completed_on="2012-01-01"),
    supply(4, -30, project_name="delta", agreed_start_on=None, geometry=square(-30, 300, 100)),
    supply(5, 800, supplied_on="2020-06-02", agreed_start_on="2021-01-01"),
    supply(6, 0, geometry=None, district_name="原阳县", district_code="410725"),
)
HOLDERS = (
    {"supply_id": "S1", "holder": "新公司", "from_on": "2015-01-01"},
    {"supply_id": "S1", "holder": "后来公司", "from_on": "2021-01-01"},
)
DELAYS = ({"supply_id": "S2", "cause": "petition", "from_on": "2018-10-01", "status": "verified"},)


def record(store, name, *rows, full=False):
    source = Source(f"{name}.csv", "0", "CSV")
    return store.record([Delivery(layer(name, *rows), issues.empty(), source)], full=full)


@pytest.fixture(scope="module")
def store(new_place):
    opened = open_store(new_place(), create=True)
    record(opened, "districts", EAST, WEST)
    record(opened, "parks", GREEN, POWER)
    approval = {"approval_id": "A1", "approved_on": "2008-01-01", "name": "一批"}
    record(opened, "approvals", {**approval, "geometry": square(-500, 0, 1500)})
    record(opened, "supplies", *SUPPLIES)
    record(opened, "delays", *DELAYS)
    record(opened, "holders", *HOLDERS)
    finish_cut(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def taken(store):
    return inventory.take(store, ON, rulebook=RULES)


def ids(table):
    return sorted(table["supply_id"])


def test_an_inventory_says_what_it_is_of(store, taken):
    assert (taken.on, taken.known, taken.crs) == (ON, 6, 4547)
    assert taken.known_at == store.revisions()[6].at
    assert set(taken.fresh) == {"districts", "parks", "approvals", "supplies", "delays", "holders"}
    assert len(taken.stages) == len(taken.pieces)


def test_only_what_was_supplied_by_the_date_is_in_it(taken):
    assert "S5" not in set(taken.assessment.supplies["supply_id"])
    assert len(taken.layers["supplies"]) == 6


def test_a_supply_lies_in_the_district_with_most_of_its_land(taken):
    found = taken.assessment.supplies.set_index("supply_id")
    assert found.loc["S1", "district"] == "红旗区"
    assert found.loc["S3", "district"] == "卫滨区"
    assert found.loc["S4", "district"] == "红旗区"


def test_a_supply_without_a_polygon_lies_where_its_record_says(taken):
    found = taken.assessment.supplies.set_index("supply_id")
    assert found.loc["S6", "district"] == "原阳县"
    assert found.loc["S6", "park"] == ""


def test_a_supply_nobody_knows_is_not_found_whatever_is_asked_of_it(store):
    alone = inventory.take(store, ON, rulebook=RULES, supply_id="nobody")
    with pytest.raises(NotFound, match="there is no supply 'nobody'"):
        explain(alone, RULES, "nobody")


def test_a_list_names_who_holds_the_right_on_the_date(store, taken):
    assert inventory.idle(taken, q="新公司")["supply_id"].tolist() == ["S1"]
    assert inventory.idle(taken, q="甲公司").empty
    later = inventory.take(store, date(2021, 6, 1), rulebook=RULES)
    assert inventory.idle(later, q="后来公司")["supply_id"].tolist() == ["S1"]


def test_parks_that_overlap_are_both_named(taken):
    found = taken.assessment.supplies.set_index("supply_id")
    assert found.loc["S2", "park"] == "绿纤园;电池园"
    assert found.loc["S1", "park"] == "绿纤园"
    assert found.loc["S3", "park"] == ""


def test_the_list_has_the_idle_ones_with_all_columns_and_their_outline(taken):
    found = inventory.idle(taken)
    assert ids(found) == ["S1", "S2", "S6"]
    assert list(found.columns) == [*determine.COLUMNS, "geometry"]
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == 4547
    shapes = found.set_index("supply_id").geometry
    assert shapes["S1"].equals(square(0, 100, 100))
    assert shapes["S6"] is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"standing": "all"}, "S1 S2 S3 S4 S6"),
        ({"standing": "completed,undated"}, "S3 S4"),
        ({"district": "红旗区", "standing": "all"}, "S1 S2 S4"),
        ({"district": "410703", "standing": "all"}, "S3"),
        ({"district": "410702,410703", "standing": "all"}, "S1 S2 S3 S4"),
        ({"district": "410725"}, "S6"),
        ({"park": "P2"}, "S2"),
        ({"park": "绿纤园"}, "S1 S2"),
        ({"park": "P1,P2"}, "S1 S2"),
        ({"outcome": "agreement"}, "S2"),
        ({"outcome": "reclaim"}, "S1 S6"),
        ({"outcome": "reclaim,agreement"}, "S1 S2 S6"),
        ({"outcome": "review", "standing": "all"}, "S4"),
        ({"fault": "government"}, "S2"),
        ({"fault": "unknown"}, "S1 S6"),
        ({"basis": "conditional"}, "S1 S6"),
        ({"cause": "petition,holder"}, "S2"),
        ({"cause": "holder"}, ""),
        ({"min_full_years": 2}, "S1 S6"),
        ({"min_full_years": "1"}, "S1 S2 S6"),
        ({"min_area_m2": 9000}, "S1 S2"),
        ({"due_before": "2011-01-01"}, ""),
        ({"due_before": date(2011, 1, 2)}, "S1 S6"),
        ({"next_before": "2999-01-01"}, ""),
        ({"q": "ALPHA"}, "S1"),
        ({"q": "纤维"}, "S1"),
        ({"q": "新公司"}, "S1"),
        ({"q": "s2"}, "S2"),
        ({"q": "100%_"}, ""),
        ({"q": "", "park": None}, "S1 S2 S6"),
    ],
)
def test_each_filter_keeps_what_it_says(taken, filters, expected):
    assert ids(inventory.idle(taken, **filters)) == expected.split()


def test_a_box_keeps_what_it_touches(taken):
    lonlat = inventory.idle(taken).to_crs(4490).set_index("supply_id")
    for number in ("S1", "S2"):
        box = ",".join(str(v) for v in lonlat.geometry[number].buffer(-1e-4).bounds)
        assert ids(inventory.idle(taken, bbox=box)) == [number]
    assert ids(inventory.idle(taken, bbox="73,18,135,53")) == ["S1", "S2"]
    assert ids(inventory.idle(taken, bbox="0,0,1,1")) == []


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("district", "999999", "410702 红旗区"),
        ("park", "P9", "P1 绿纤园"),
        ("standing", "idel", "suspended_idle"),
        ("outcome", "idle", "reclaim"),
        ("fault", "nobody", "force_majeure"),
        ("basis", "sure", "conditional"),
        ("cause", "rain", "land_not_delivered"),
        ("min_full_years", "-1", "whole number"),
        ("min_full_years", "²", "whole number"),
        ("min_area_m2", "nan", "number"),
        ("due_before", "20200101", "2020-12-31"),
        ("next_before", "2020-02-30", "2020-12-31"),
        ("bbox", "1,2,3", "west,south,east,north"),
        ("bbox", "5,2,3,4", "west,south,east,north"),
        ("bbox", "nan,0,1,1", "west,south,east,north"),
        ("sort", "geometry", "supply_id"),
        ("colour", "red", "min_full_years"),
    ],
)
def test_a_bad_filter_names_the_value_and_what_is_allowed(taken, name, value, allowed):
    with pytest.raises(UsageError) as refused:
        inventory.idle(taken, **{name: value})
    assert (value in refused.value.en) or name in refused.value.en
    assert allowed in refused.value.en
    assert refused.value.zh != refused.value.en


def test_lists_begin_with_the_gravest_outcome(taken):
    found = inventory.idle(taken, standing="all")
    assert found["supply_id"].tolist() == ["S1", "S6", "S2", "S4", "S3"]


def test_lists_sort_by_any_column_and_empty_comes_last(taken):
    up = inventory.idle(taken, standing="all", sort="area_m2")["supply_id"].tolist()
    down = inventory.idle(taken, standing="all", sort="-due_on,supply_id")["supply_id"].tolist()
    assert up[-1] == "S6"
    assert down == ["S2", "S1", "S3", "S6", "S4"]


def test_every_filter_of_the_contract_is_there():
    assert list(query.IDLE) == [
        *("district", "park", "standing", "outcome", "fault", "basis", "cause"),
        *("min_full_years", "min_area_m2", "max_area_m2", "land_use", "supply_year"),
        *("due_before", "next_before", "bbox", "q"),
    ]


def test_stock_lists_its_stages_and_takes_filters(taken):
    found = inventory.stock(taken)
    assert list(found.columns) == [*STOCK_COLUMNS, "geometry"]
    assert found["stage"].tolist()[0] == "approved_not_acquired"
    unused = inventory.stock(taken, stage="supplied_not_used")
    assert sorted(unused["parent_id"]) == ["S1", "S2", "S4"]
    assert inventory.stock(taken, park="P2", outcome="agreement")["parent_id"].tolist() == ["S2"]
    assert inventory.stock(taken, min_area_m2=1e9).empty
    assert inventory.stock(taken, stage="used").empty
    with pytest.raises(UsageError, match="min_age_days"):
        inventory.stock(taken, fault="holder")


def test_an_old_state_of_the_record_answers_as_it_did(store):
    before = inventory.take(store, ON, 4, rulebook=RULES)
    assert before.known == 4
    assert inventory.idle(before, outcome="reclaim,fee")["supply_id"].tolist() == ["S1", "S6", "S2"]
    by_time = inventory.take(store, ON, store.revisions()[4].at.isoformat(), rulebook=RULES)
    pd.testing.assert_frame_equal(by_time.assessment.supplies, before.assessment.supplies)


def test_a_state_whose_land_was_never_cut_is_cut_when_asked(store):
    assert not store.is_cut(3)
    before = inventory.take(store, ON, 3, rulebook=RULES)
    assert not store.is_cut(3)
    assert set(before.pieces.links["layer"]) == {"approvals", "districts", "parks"}
    assert inventory.idle(before).empty
    stages = set(inventory.stock(before)["stage"])
    assert stages == {"approved_not_acquired"}


def test_an_empty_store_has_an_empty_answer(tmp_path):
    opened = open_store(tmp_path / "empty.db", create=True)
    nothing = inventory.take(opened, ON, rulebook=RULES)
    opened.close()
    assert inventory.idle(nothing, standing="all").empty
    assert inventory.stock(nothing).empty
    assert list(inventory.idle(nothing).columns) == [*determine.COLUMNS, "geometry"]
