"""Contradictions between layers: each kind, its land, both sides, and the days it lasts."""

from datetime import date

import pandas as pd
import pytest

from landgis.conflictissues import as_issues
from landgis.conflicts import COLUMNS, conflicts
from landgis.issues import COLUMNS as ISSUE_COLUMNS
from landgis.stage import prepare
from landgis.terms import Conflict
from tests.conftest import square
from tests.worlds import strip, world


def found(on, **rows):
    known, pieces = world(**rows)
    return conflicts(prepare(pieces, known), date.fromisoformat(on))


def one(on, **rows):
    table = found(on, **rows)
    assert len(table) == 1
    return table.iloc[0]


def approval(position=0, length=1, on="2010-01-01", **more):
    return strip("approvals", position, length, approved_on=on, **more)


def acquisition(position=0, length=1, on="2011-01-01", **more):
    return strip("acquisitions", position, length, completed_on=on, **more)


def supply(position=0, length=1, on="2012-01-01", **more):
    return strip("supplies", position, length, supplied_on=on, **more)


def footprint(position=0, length=1, on="2013-01-01", **more):
    return strip("footprints", position, length, observed_on=on, **more)


def test_two_supplies_in_force_name_both_contracts_and_the_days_they_overlap():
    row = one(
        "2014-01-10",
        approvals=[approval(0, 3)],
        acquisitions=[acquisition(0, 3)],
        supplies=[
            supply(0, 2, contract_no="A"),
            supply(1, 2, on="2014-01-01", returned_on="2015-01-01", contract_no="B"),
        ],
    )
    assert row["kind"] == Conflict.DOUBLE_SUPPLY
    assert (row["feature_a"], row["document_a"]) == ("s0", "A")
    assert (row["feature_b"], row["document_b"]) == ("s1", "B")
    assert (row["from_on"], row["until_on"], row["days"]) == (
        pd.Timestamp("2014-01-01"),
        pd.Timestamp("2015-01-01"),
        10,
    )
    assert row["area_m2"] == pytest.approx(10_000, rel=1e-3)
    assert row["geometry"].equals(square(100, 0, 100))


def test_a_returned_supply_no_longer_conflicts_with_the_new_one():
    rows = {
        "approvals": [approval()],
        "acquisitions": [acquisition()],
        "supplies": [supply(returned_on="2013-01-01"), supply(on="2013-01-01")],
    }
    assert found("2014-01-01", **rows).empty


def test_three_supplies_on_one_piece_are_three_pairs():
    rows = {
        "approvals": [approval()],
        "acquisitions": [acquisition()],
        "supplies": [supply(), supply(), supply()],
    }
    table = found("2014-01-01", **rows)
    assert list(zip(table["feature_a"], table["feature_b"], strict=True)) == [
        ("s0", "s1"),
        ("s0", "s2"),
        ("s1", "s2"),
    ]


def test_a_supply_before_the_acquisition_ends_when_it_is_complete():
    rows = {
        "approvals": [approval()],
        "acquisitions": [acquisition(on="2012-03-01")],
        "supplies": [supply()],
    }
    row = one("2012-01-31", **rows)
    assert row["kind"] == Conflict.SUPPLY_BEFORE_ACQUISITION
    assert (row["feature_a"], row["feature_b"]) == ("s0", "a0")
    assert (row["days"], row["until_on"]) == (31, pd.Timestamp("2012-03-01"))
    assert found("2012-03-01", **rows).empty


def test_a_supply_of_existing_land_is_not_blamed_for_another_on_land_never_acquired():
    supplies = [supply(land_source="现有建设用地"), supply(land_source="新增建设用地")]
    table = found("2014-01-01", approvals=[approval()], supplies=supplies)
    assert list(zip(table["kind"], table["feature_a"], strict=True)) == [
        (Conflict.DOUBLE_SUPPLY, "s0"),
        (Conflict.SUPPLY_BEFORE_ACQUISITION, "s1"),
    ]


def test_acquisition_without_approval_names_the_approval_that_came_too_late():
    rows = {
        "approvals": [approval(on="2012-01-01", doc_no="豫政土〔2012〕1号")],
        "acquisitions": [acquisition()],
    }
    row = one("2011-12-31", **rows)
    assert row["kind"] == Conflict.ACQUISITION_WITHOUT_APPROVAL
    assert row["document_b"] == "豫政土〔2012〕1号"
    assert found("2012-01-01", **rows).empty


def test_use_without_supply_is_one_row_for_a_building_over_several_pieces():
    row = one(
        "2013-01-01",
        approvals=[approval(0, 1), approval(1, 1)],
        acquisitions=[acquisition(0, 2)],
        footprints=[footprint(0, 2)],
    )
    assert row["kind"] == Conflict.USE_WITHOUT_SUPPLY
    assert (row["feature_a"], row["feature_b"], row["until_on"]) == ("f0", "", pd.NaT)
    assert len(row["piece_ids"].split(";")) == 2
    assert row["geometry"].area == pytest.approx(20_000)


def test_a_building_left_after_the_return_is_use_without_supply_from_that_day():
    rows = {
        "approvals": [approval()],
        "acquisitions": [acquisition()],
        "supplies": [supply(returned_on="2015-01-01")],
        "footprints": [footprint()],
    }
    assert found("2014-12-31", **rows).empty
    row = one("2015-01-01", **rows)
    assert (row["feature_b"], row["days"]) == ("s0", 1)


def test_two_approvals_are_a_conflict_even_where_one_needs_no_acquisition():
    row = one("2012-01-01", approvals=[approval(), approval(needs_acquisition=False)])
    assert (row["kind"], row["feature_a"], row["feature_b"]) == ("double_approval", "a0", "a1")


def test_a_supply_across_a_border_names_the_district_that_holds_less_of_it():
    row = one(
        "2014-01-01",
        approvals=[approval(0, 3)],
        acquisitions=[acquisition(0, 3)],
        supplies=[supply(0, 3)],
        districts=[
            strip("districts", 0, 1, district_code="410702", name="红旗区"),
            strip("districts", 1, 2, district_code="410703", name="卫滨区"),
        ],
    )
    assert row["kind"] == Conflict.ACROSS_DISTRICTS
    assert (row["feature_b"], row["document_b"]) == ("410702", "红旗区")
    assert row["area_m2"] == pytest.approx(10_000, rel=1e-3)


@pytest.mark.parametrize(("declared", "rows"), [(10_000, 0), (10_009, 0), (10_011, 1), (9_000, 1)])
def test_a_declared_area_may_differ_by_a_thousandth(declared, rows):
    assert len(found("2012-01-01", approvals=[approval(declared_area_m2=declared)])) == rows


def test_without_contradictions_the_table_is_empty_with_all_its_columns():
    table = found("2012-01-01", approvals=[approval()])
    assert list(table.columns) == [*COLUMNS, "geometry"]
    assert table.empty


def test_no_contradictions_are_no_issues():
    issues = as_issues(found("2012-01-01", approvals=[approval()]))
    assert list(issues.columns) == list(ISSUE_COLUMNS)
    assert issues.empty


def test_an_issue_tells_both_sides_with_documents_area_and_days_in_both_languages():
    approvals = [approval(doc_no="D1"), approval(declared_area_m2=9_000)]
    issues = as_issues(found("2012-01-01", approvals=approvals))
    assert list(issues["message"]) == [
        "double approval: a0 (D1); a1, 10,000.0 m2, since 2010-01-01, days: 731",
        "declared area: a1, 10,000.0 m2, declared 9,000.0 m2, since 2010-01-01, days: 731",
    ]
    assert list(issues["message_zh"]) == [
        "重复批准：a0（D1）；a1，10,000.0 平方米，自 2010-01-01 起 731 天",
        "申报面积与图形不符：a1，10,000.0 平方米，申报 9,000.0 平方米，自 2010-01-01 起 731 天",
    ]
