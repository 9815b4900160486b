"""The engine against a second, plain reading of the law, and its behaviour as a whole."""

import csv
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis import issues
from landgis.determine import COLUMNS, assess, supplied
from landgis.documents.explain import explain
from landgis.documents.reckoning import HAPPENINGS
from landgis.errors import NotFound
from landgis.law.findings import COLUMNS as FINDING_COLUMNS
from landgis.terms import Cause, DelayStatus
from tests import oracle
from tests.law import inventory, layers, national, plain, supply, varied
from tests.oracle import IN_FORCE

DUE = date(2015, 2, 28)
near = st.integers(-40, 40)
years = st.integers(-1, 4)


@st.composite
def days(draw, origin=DUE):
    """A day near an anniversary of the commencement date, or anywhere about it."""
    if draw(st.booleans()):
        return origin + timedelta(draw(st.integers(-500, 1900)))
    return oracle.anniversary(origin, draw(years)) + timedelta(draw(near))


maybe = lambda strategy: st.one_of(st.none(), strategy)  # noqa: E731

supplies = st.fixed_dictionaries(
    {
        "agreed_start_on": maybe(days()),
        "delivered_on": maybe(days()),
        "price_fen": maybe(st.integers(0, 10**12)),
    },
    optional={
        "started_on": days(),
        "completed_on": days(),
        "agreed_completion_on": days(),
        "suspended_on": days(),
        "resumed_on": days(),
        "returned_on": days(),
        "developed_area_m2": st.sampled_from([0.0, 999.0, 1000.0, 1001.0]),
        "developable_area_m2": st.sampled_from([0.0, 3000.0]),
        "invested_fen": st.sampled_from([0, 249, 250, 251]),
        "planned_investment_fen": st.sampled_from([0, 1000]),
    },
)
delays = st.lists(
    st.fixed_dictionaries(
        {"cause": st.sampled_from([cause.value for cause in Cause]), "from_on": days()},
        optional={
            "until_on": days(),
            "status": st.sampled_from([status.value for status in DelayStatus]),
        },
    ),
    max_size=5,
)
amendments = st.lists(
    st.fixed_dictionaries(
        {"signed_on": days()}, optional={"start_on": days(), "completion_on": days()}
    ),
    max_size=3,
)
world_of = st.tuples(supplies, delays, amendments)
worlds = st.lists(world_of, min_size=1, max_size=4)
cities = st.lists(world_of, min_size=4, max_size=10)


def built(world):
    """The layers of a world whose supplies are S0, S1, ..."""

    def number(kind):
        return [
            {"supply_id": f"S{i}"} | row for i, parts in enumerate(world) for row in parts[kind]
        ]

    return layers(
        [supply(f"S{i}", **parts[0]) for i, parts in enumerate(world)], number(1), number(2)
    )


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(world=cities, on=days(), exempt=st.booleans())
def test_the_engine_agrees_with_a_plain_reading_of_the_law(world, on, exempt):
    rulebook = varied(policy="exempt" if exempt else None)
    found = assess(built(world), rulebook, on)
    for i, (facts, own_delays, own_amendments) in enumerate(world):
        told = asdict(oracle.read(facts, own_delays, own_amendments, on, exempt))
        flags = told.pop("flags")
        row = found.supplies.iloc[i]
        assert {name: plain(row[name]) for name in told} == told
        assert flags == {"no_rule_in_force"} & set(row["issues"].split(";"))


@pytest.mark.parametrize("due", [date(2010, 12, 15), date(2012, 2, 29), date(2015, 5, 31)])
@pytest.mark.parametrize("excused", [0, 40, 800])
def test_the_plain_reading_asks_every_day_on_which_full_years_can_change(due, excused):
    """Day by day for thirteen years: nothing turns between the days that it asks."""
    effective, on = due + timedelta(excused), due + timedelta(10)
    asked = set(oracle.turning_days(on, (due, effective)))
    before = None
    for n in range(365 * 13):
        day = on + timedelta(n)
        now = (*(oracle.years_full(start, day) for start in (due, effective)), day >= IN_FORCE)
        assert before in (None, now) or day in asked
        before = now


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, on=days(), lang=st.sampled_from(["zh", "en"]))
def test_an_explanation_tells_the_numbers_of_the_findings_and_nothing_else(world, on, lang):
    held = built(world)
    found = assess(held, national(), on)
    for i, (facts, own_delays, own_amendments) in enumerate(world):
        story = explain(inventory(held, found, on), national(), f"S{i}", lang).as_dict()
        told = oracle.read(facts, own_delays, own_amendments, on)
        said = story["supply"]
        assert said["standing"] == told.standing
        assert said["outcome"] == told.outcome
        assert (said["excused_days"] or 0) == (told.excused_days or 0)
        assert sum(step["counted_days"] for step in story["delays"]) == (told.excused_days or 0)
        assert len(story["delays"]) == len(own_delays)
        sentences = "".join(story["sentences"]["clock"] + story["sentences"]["next"])
        for told_day in (told.due_on, told.effective_due_on, told.next_on):
            assert str(told_day) in sentences


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, on=days())
def test_one_supply_alone_is_judged_as_among_others(world, on):
    together = assess(built(world), national(), on).supplies
    for i, parts in enumerate(world):
        alone = assess(built([parts]), national(), on).supplies
        expected = together.iloc[[i]].assign(supply_id="S0").reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, expected)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, on=days())
def test_what_happens_after_the_date_changes_nothing(world, on):
    """Cutting away every event after the date gives the same answer."""
    happenings = set(HAPPENINGS) - {"supplied_on"}
    earlier = [
        (
            {k: "" if k in happenings and v and v > on else v for k, v in facts.items()},
            [
                {k: v for k, v in d.items() if k != "until_on" or v <= on}
                for d in own_delays
                if d["from_on"] <= on
            ],
            [a for a in own_amendments if a["signed_on"] <= on],
        )
        for facts, own_delays, own_amendments in world
    ]
    pd.testing.assert_frame_equal(
        assess(built(world), national(), on).supplies,
        assess(built(earlier), national(), on).supplies,
    )


def test_the_columns_are_those_of_the_design_in_their_order():
    found = assess(layers([supply(agreed_start_on="2016-05-31")]), national(), date(2018, 6, 1))
    assert tuple(found.supplies) == COLUMNS
    assert tuple(found.findings) == FINDING_COLUMNS
    assert tuple(found.issues) == issues.COLUMNS


@pytest.mark.parametrize("facts", [[], [supply(agreed_start_on="2016-05-31")]])
def test_dtypes_do_not_depend_on_what_was_found(facts):
    few = assess(layers(facts), national(), date(2016, 1, 1))
    many = assess(layers([supply(agreed_start_on="2010-05-31")]), national(), date(2018, 6, 1))
    assert list(few.supplies.dtypes) == list(many.supplies.dtypes)
    assert list(few.findings.dtypes) == list(many.findings.dtypes)
    assert list(few.issues.dtypes) == list(many.issues.dtypes)


def test_determine_shows_a_supply_of_tomorrow_and_idle_does_not():
    held = layers(
        [
            supply("today", supplied_on="2016-06-30", agreed_start_on="2017-06-30"),
            supply("tomorrow", supplied_on="2016-07-01", agreed_start_on="2015-01-31"),
        ]
    )
    on = date(2016, 6, 30)
    found = assess(held, national(), on)
    assert list(found.supplies["supply_id"]) == ["today", "tomorrow"]
    assert "supplied_after_on" in found.supplies["issues"].iloc[1]
    narrowed = supplied(found, on)
    assert list(narrowed.supplies["supply_id"]) == ["today"]
    assert not len(narrowed.findings)
    assert set(narrowed.issues["feature_id"]) <= {"today"}


def test_a_supply_without_a_contract_day_is_not_supplied():
    held = layers([supply(supplied_on="", agreed_start_on="2016-05-31")])
    assert not len(supplied(assess(held, national(), date(2018, 6, 1)), date(2018, 6, 1)).supplies)


def test_area_comes_from_the_polygon_and_else_from_the_paper():
    held = layers([supply("S1", declared_area_m2=2000.0), supply("S2", declared_area_m2=1000.0)])
    held["supplies"].table["area_m2"] = [1500.0, float("nan")]
    found = assess(held, national(), date(2018, 6, 1)).supplies
    assert list(found["area_m2"]) == [1500.0, 1000.0]
    assert list(found["area_mu"]) == pytest.approx([2.25, 1.5])


def test_the_reasons_hold_the_dates_the_days_and_the_yuan_in_both_languages():
    held = layers(
        [supply(agreed_start_on="2016-05-31", price_fen=123_456)],
        [
            {
                "supply_id": "S1",
                "cause": "petition",
                "from_on": "2016-06-01",
                "until_on": "2016-06-30",
            }
        ],
    )
    found = assess(held, national(), date(2018, 7, 1)).findings
    for reason in (found["reason"].iloc[1], found["reason_zh"].iloc[1]):
        for word in ("2016-05-31", "2018-07-01", "30", "2016-06-30", "20%", "1234.56", "246.91"):
            assert word in reason


def test_a_supply_that_is_not_there_cannot_be_explained():
    held = layers([supply()])
    found = inventory(held, assess(held, national(), date(2018, 6, 1)), date(2018, 6, 1))
    with pytest.raises(NotFound, match="S9"):
        explain(found, national(), "S9", "zh")


def gd_rows(samples):
    path = samples / "records" / "gd_supply_results_industrial_gbk.csv"
    names = {
        "agreedStartTime": "agreed_start_on",
        "actualStartTime": "started_on",
        "agreedCompletionTime": "agreed_completion_on",
        "actualCompletionTime": "completed_on",
    }
    with path.open(encoding="gb18030", newline="") as lines:
        for row in csv.DictReader(lines):
            dates = {ours: row[theirs] for theirs, ours in names.items()}
            known = {k: date.fromisoformat(v) for k, v in dates.items() if v.strip()}
            price = int(Decimal(row["transferPrice"]) * 1_000_000) if row["transferPrice"] else ""
            yield known | {"price_fen": price, "supplied_on": "2010-01-01", "delivered_on": ""}


def test_real_records_are_read_alike_by_both_readings(samples):
    rows = list(gd_rows(samples))
    on = date(2020, 4, 15)
    assert len(rows) == 529
    found = assess(built([(row, [], []) for row in rows]), national(), on).supplies
    for i, row in enumerate(rows):
        told = asdict(oracle.read(row, [], [], on))
        told.pop("flags")
        assert {name: plain(found.iloc[i][name]) for name in told} == told
