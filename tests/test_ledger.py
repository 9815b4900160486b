"""The ledger adds up on every date, however it is cut; history and stock agree with it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import UsageError
from landgis.history import disposal, history
from landgis.ledger import AREAS, COLUMNS, SUMS, By, ledger
from landgis.partition import cut
from landgis.schema import LAYERS
from landgis.stage import prepare
from landgis.stock import COLUMNS as STOCK_COLUMNS
from landgis.stock import stock
from landgis.terms import STOCK_STAGES
from tests.conftest import square
from tests.worlds import hand_made, layers, strip, world

NO_STANDING = pd.DataFrame({"supply_id": [], "standing": [], "outcome": []}, dtype="str")
CELL = 10_000
"""A unit square in the plane; on the ellipsoid it is a little less."""


def day(text):
    return date.fromisoformat(text)


def covers_of(**rows):
    known, pieces = world(**rows)
    return prepare(pieces, known)


def page(on, by="approval", **rows):
    return ledger(covers_of(**rows), day(on), by).set_index("key")


def approval(position=0, length=1, on="2010-01-01", **more):
    return strip("approvals", position, length, approved_on=on, **more)


def acquisition(position=0, length=1, on="2011-01-01", **more):
    return strip("acquisitions", position, length, completed_on=on, **more)


def supply(position=0, length=1, on="2012-01-01", **more):
    return strip("supplies", position, length, supplied_on=on, **more)


TOWN = {
    "approvals": [approval(0, 4, name="一批"), approval(3, 3, on="2012-06-01", doc_no="二号")],
    "acquisitions": [acquisition(0, 3), acquisition(4, 1, on="2013-01-01")],
    "supplies": [supply(0, 1), supply(1, 1, started_on="2013-01-01"), supply(8, 1)],
    "districts": [
        {"district_code": "410702", "name": "红旗区", **strip("districts", 0, 2)},
        {"district_code": "410703", "name": "卫滨区", **strip("districts", 2, 3)},
    ],
    "parks": [
        {"park_id": "P1", "name": "一园", **strip("parks", 1, 2)},
        {"park_id": "P2", "name": "二园", **strip("parks", 2, 2)},
    ],
}


def cells(value):
    return pytest.approx(value * CELL, rel=1e-3, abs=1e-6)


def test_an_approval_row_counts_everything_it_covers_and_balances():
    row = page("2014-01-01", **TOWN).loc["a0"]
    assert row["name"] == "一批"
    assert row["approved_m2"] == cells(4)
    assert row["not_acquired_m2"] == cells(1)
    assert row["not_supplied_m2"] == cells(1)
    assert row["not_used_m2"] == cells(1)
    assert row["used_m2"] == cells(1)
    assert abs(row["balance_m2"]) < 1e-6


def test_overlap_is_taken_off_once_and_land_without_approval_has_its_own_row():
    table = page("2014-01-01", **TOWN)
    assert table.loc["overlap", "approved_m2"] == cells(-1)
    assert table.loc["overlap", "not_acquired_m2"] == cells(-1)
    assert np.isnan(table.loc["outside", "approved_m2"])
    assert table.loc["outside", "not_used_m2"] == cells(1)
    assert table.loc["total", "approved_m2"] == cells(6)
    assert list(table.index) == ["a0", "a1", "outside", "overlap", "total"]


def test_an_approval_has_no_row_before_its_day():
    assert list(page("2012-05-31", **TOWN).index) == ["a0", "outside", "overlap", "total"]


def test_a_row_without_a_name_is_called_by_its_document():
    assert page("2014-01-01", **TOWN).loc["a1", "name"] == "二号"


def test_a_cohort_gives_a_shared_piece_to_its_earliest_approval():
    table = page("2014-01-01", "cohort", **TOWN)
    assert table.loc["2010", "approved_m2"] == cells(4)
    assert table.loc["2012", "approved_m2"] == cells(2)
    assert table.loc["overlap", "approved_m2"] == 0.0


def test_districts_hold_what_lies_in_them_and_the_rest_is_named():
    table = page("2014-01-01", "district", **TOWN)
    assert table.loc["410702", ["approved_m2", "not_used_m2", "used_m2"]].tolist() == [
        cells(2),
        cells(1),
        cells(1),
    ]
    assert table.loc["410703", "approved_m2"] == cells(3)
    assert table.loc["none", "approved_m2"] == cells(1)


def test_land_in_two_parks_counts_in_both_and_is_taken_off_again():
    table = page("2014-01-01", "park", **TOWN)
    assert table.loc["P1", "approved_m2"] == cells(2)
    assert table.loc["P2", "approved_m2"] == cells(2)
    assert table.loc["overlap", "approved_m2"] == cells(-1)
    assert table.loc["total", "approved_m2"] == cells(6)


def test_a_withdrawn_approval_stays_in_the_ledger_as_released():
    table = page("2016-01-01", approvals=[approval(withdrawn_on="2015-01-01")])
    assert table.loc["a0", "released_m2"] == pytest.approx(table.loc["a0", "approved_m2"])


def test_flags_are_counted_within_the_stages():
    rows = {
        "approvals": [approval(0, 2)],
        "acquisitions": [acquisition(0, 2)],
        "supplies": [supply(0, 1, started_on="2013-01-01")],
        "footprints": [strip("footprints", 1, 1, observed_on="2013-01-01")],
        "reserves": [strip("reserves", 1, 1, in_on="2012-01-01")],
    }
    row = page("2014-01-01", **rows).loc["a0"]
    assert row["unbuilt_m2"] == row["used_m2"] == cells(1)
    assert row["built_unsupplied_m2"] == row["reserved_m2"] == row["conflict_m2"] == cells(1)


def test_slivers_are_named_and_lost_land_shows_as_a_balance():
    known = layers(
        approvals=[{"approval_id": "A", "approved_on": "2010-01-01", "geometry": square(0, 0, 100)}]
    )
    left, right = (
        shapely.box(490_000, 3_900_000, 490_099.8, 3_900_100),
        shapely.box(490_099.8, 3_900_000, 490_100, 3_900_100),
    )
    link = [(0, "approvals", "A")]
    named = prepare(hand_made([left], link, None, [right], link), known)
    row = ledger(named, day("2012-01-01"), "approval").iloc[0]
    assert row["sliver_m2"] == pytest.approx(20, rel=1e-3)
    assert abs(row["balance_m2"]) < 1e-6
    row = ledger(prepare(hand_made([left], link), known), day("2012-01-01"), "approval").iloc[0]
    assert row["balance_m2"] == pytest.approx(20, rel=1e-2)


@pytest.mark.parametrize("by", By)
def test_a_record_without_land_has_the_three_last_rows(by):
    table = ledger(covers_of(), day("2020-01-01"), by)
    assert list(table.columns) == list(COLUMNS)
    assert table["key"].tolist() == ["outside", "overlap", "total"]
    assert table[list(SUMS)].fillna(0.0).to_numpy().sum() == 0.0


dates = st.dates(date(2010, 1, 1), date(2013, 12, 31)).map(str)
perhaps = st.one_of(st.none(), dates)


def spots(**columns):
    """Squares anywhere in a small field, their corners on whole and half metres and jittered."""
    edge = st.integers(0, 600).map(lambda x: x / 2)
    shape = st.tuples(edge, edge, st.integers(20, 300).map(lambda x: x / 2), st.integers(0, 3))
    place = shape.map(lambda s: square(s[0] + s[3] * 0.07, s[1] - s[3] * 0.05, s[2]))
    return st.lists(st.fixed_dictionaries({"geometry": place, **columns}), max_size=4)


fields = st.fixed_dictionaries(
    {
        "approvals": spots(
            approved_on=dates, withdrawn_on=perhaps, needs_acquisition=st.booleans()
        ),
        "acquisitions": spots(announced_on=dates, completed_on=perhaps),
        "supplies": spots(supplied_on=dates, started_on=perhaps, returned_on=perhaps),
        "footprints": spots(observed_on=dates, removed_on=perhaps),
        "districts": spots(),
        "parks": spots(),
    }
)


def identified(rows):
    return layers(
        **{
            name: [{LAYERS[name].identity: f"{name[0]}{i}", **row} for i, row in enumerate(some)]
            for name, some in rows.items()
        }
    )


@settings(max_examples=25)
@given(fields, st.lists(dates, min_size=1, max_size=3), st.sampled_from(By))
def test_columns_add_up_and_approvals_balance_on_every_date(rows, days, by):
    known = identified(rows)
    covers = prepare(cut(known), known)
    for on in days:
        table = ledger(covers, day(on), by)
        parts, total = table.iloc[:-1], table.iloc[-1]
        for column in SUMS:
            assert parts[column].fillna(0.0).sum() == pytest.approx(total[column], abs=1e-6)
        keyed = table.iloc[:-3]
        stages = keyed[[*AREAS.values(), "sliver_m2"]].sum(axis=1)
        assert np.allclose(keyed["approved_m2"] - stages, keyed["balance_m2"], atol=1e-6)
        if by is By.APPROVAL:
            allowed = np.maximum(1.0, 1e-6 * keyed["approved_m2"])
            assert (keyed["balance_m2"].abs() <= allowed).all()


@settings(max_examples=10)
@given(fields, dates)
def test_however_it_is_cut_the_total_is_the_same(rows, on):
    known = identified(rows)
    covers = prepare(cut(known), known)
    totals = [ledger(covers, day(on), by)[list(SUMS)].iloc[-1].to_numpy(float) for by in By]
    assert np.allclose(totals, totals[0], atol=1e-5)


def test_history_is_the_total_of_the_ledger_of_each_date():
    covers = covers_of(**TOWN)
    table = history(covers, day("2009-06-30"), day("2014-07-01"), "year")
    assert [d.date() for d in table["on"]] == [date(y, 6, 30) for y in range(2009, 2015)]
    for row in table.itertuples():
        total = ledger(covers, row.on.date(), "approval").iloc[-1]
        assert [getattr(row, c) for c in SUMS] == pytest.approx([total[c] for c in SUMS], abs=1e-6)


def test_a_monthly_history_from_the_31st_stays_at_the_end_of_the_month():
    table = history(covers_of(), day("2019-12-31"), day("2020-03-31"), "month")
    assert table["on"].astype("str").tolist() == [
        "2019-12-31",
        "2020-01-31",
        "2020-02-29",
        "2020-03-31",
    ]


def test_a_history_that_ends_before_it_starts_is_refused():
    with pytest.raises(UsageError, match="after it starts"):
        history(covers_of(), day("2020-01-01"), day("2019-01-01"), "month")


def test_disposal_is_what_left_a_stock_since_the_base_date():
    table = disposal(covers_of(**TOWN), day("2011-06-01"), day("2014-01-01"))
    acquired = table[table["stage"] == "acquired_not_supplied"].set_index("key").loc["2010"]
    assert (acquired["stock_m2"], acquired["disposed_m2"]) == (cells(3), cells(2))
    assert acquired["remaining_m2"] == cells(1)
    assert acquired["rate"] == pytest.approx(2 / 3, rel=1e-3)
    totals = table[table["key"] == "total"].set_index("stage")
    assert totals.loc["approved_not_acquired", "rate"] == 0.0
    assert np.isnan(totals.loc["supplied_not_used", "rate"])


def test_stock_has_one_row_for_each_parent_and_stage():
    table = stock(covers_of(**TOWN), day("2014-01-01"), NO_STANDING)
    assert list(table.columns) == [*STOCK_COLUMNS, "geometry"]
    rows = set(zip(table["stage"], table["parent_id"], strict=True))
    assert rows == {
        ("approved_not_acquired", "a0"),
        ("approved_not_acquired", "a1"),
        ("acquired_not_supplied", "a0"),
        ("acquired_not_supplied", "a1"),
        ("supplied_not_used", "s0"),
        ("supplied_not_used", "s2"),
    }


@pytest.mark.parametrize("on", ["2010-06-01", "2012-01-01", "2013-01-01", "2015-01-01"])
def test_stock_adds_up_to_the_ledger(on):
    covers = covers_of(**TOWN)
    table = stock(covers, day(on), NO_STANDING).groupby("stage")["area_m2"].sum()
    total = ledger(covers, day(on), "cohort").iloc[-1]
    for stage in STOCK_STAGES:
        assert table.get(stage.value, 0.0) == pytest.approx(total[AREAS[stage]])


def test_stock_tells_age_place_standing_and_outline():
    standing = pd.DataFrame({"supply_id": ["s0"], "standing": ["idle"], "outcome": ["fee"]})
    table = stock(covers_of(**TOWN), day("2012-01-31"), standing)
    row = table[table["stage"] == "supplied_not_used"].set_index("parent_id").loc["s0"]
    assert (row["since_on"], row["age_days"]) == (pd.Timestamp("2012-01-01"), 30)
    assert (row["district"], row["park"]) == ("红旗区", "")
    assert (row["standing"], row["outcome"]) == ("idle", "fee")
    assert row["area_mu"] == pytest.approx(row["area_m2"] * 3 / 2000)
    assert row["geometry"].equals(square(0, 0, 100))


def test_returned_land_without_an_acquisition_is_the_stock_of_its_old_supply():
    table = stock(
        covers_of(supplies=[supply(returned_on="2013-01-01", project_name="旧厂")]),
        day("2014-01-01"),
        NO_STANDING,
    )
    assert table[["stage", "parent_id", "parent_name"]].iloc[0].tolist() == [
        "acquired_not_supplied",
        "s0",
        "旧厂",
    ]


def test_a_stock_id_survives_unrelated_land():
    def of_a0(**rows):
        table = stock(covers_of(**rows), day("2014-01-01"), NO_STANDING)
        return table.set_index("parent_id").loc["a0", "stock_id"]

    alone = of_a0(approvals=[approval()])
    assert of_a0(approvals=[approval(), approval(5)]) == alone


def test_there_is_no_stock_where_nothing_is_recorded():
    assert stock(covers_of(), day("2020-01-01"), NO_STANDING).empty
