"""Anniversaries, complete years and the union of excused days, against plain dates."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.clock import Intervals, add_years, covered_days, excuse, full_years, later
from tests.oracle import anniversary, years_full

any_day = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def column(*days):
    return np.array(days, dtype="datetime64[D]")


@given(days=st.lists(any_day, max_size=20), years=st.integers(-5, 30))
def test_an_anniversary_is_the_same_day_or_28_february(days, years):
    assert add_years(column(*days), years).tolist() == [anniversary(d, years) for d in days]


@given(days=st.lists(any_day, min_size=1, max_size=20), on=any_day)
def test_full_years_are_those_whose_anniversary_has_ended(days, on):
    assert full_years(column(*days), np.datetime64(on)).tolist() == [
        years_full(day, on) for day in days
    ]


@pytest.mark.parametrize("size", [1, 3, 5_000])
def test_long_columns_are_looked_up_and_give_the_same(size):
    days = np.resize(column("2016-02-29", "NaT", "2015-12-31", "2017-03-01"), size)
    assert add_years(days, 1).tolist() == [
        None if day is None else anniversary(day, 1) for day in days.tolist()
    ]
    on = date(2020, 2, 29)
    assert full_years(days, np.datetime64(on)).tolist() == [
        0 if day is None else years_full(day, on) for day in days.tolist()
    ]


def test_no_day_has_no_anniversary_and_no_years():
    nothing = column("NaT", "NaT")
    assert np.isnat(add_years(nothing, 1)).all()
    assert full_years(nothing, np.datetime64("2020-01-01")).tolist() == [0, 0]
    assert len(add_years(column(), 1)) == 0


def test_a_later_day_is_moved_by_its_own_count():
    moved = later(column("2016-02-28", "NaT"), np.array([2, 5]))
    assert moved.tolist() == [date(2016, 3, 1), None]


def test_asking_does_not_change_the_column():
    days = column("2016-02-29", "NaT")
    add_years(days, 1)
    assert days.tolist() == [date(2016, 2, 29), None]


def spans(*entries):
    rows, starts, ends = zip(*entries, strict=True) if entries else ((), (), ())
    return Intervals(np.array(rows, dtype=np.int64), column(*starts), column(*ends))


def test_both_ends_of_a_span_count_and_overlap_counts_once():
    made = covered_days(
        column("2016-05-31"),
        spans((0, "2016-06-01", "2016-06-10"), (0, "2016-06-05", "2016-06-12")),
        np.datetime64("2018-01-01"),
    )
    assert made.days.tolist() == [12]
    assert made.counted.tolist() == [10, 2]


def test_nothing_is_moot_when_all_that_is_asked_is_what_is_covered():
    made = covered_days(
        column("2010-05-31"),
        spans((0, "2016-06-01", "2016-06-10")),
        np.datetime64("2018-01-01"),
    )
    assert made.days.tolist() == [10]
    assert not made.moot.any()


def test_a_row_without_an_origin_is_excused_nothing():
    made = excuse(
        column("NaT", "2016-05-31"),
        spans((0, "2016-06-01", "2016-06-10"), (1, "2016-06-01", "2016-06-10")),
        np.datetime64("2018-01-01"),
        moot_after_years=2,
    )
    assert made.days.tolist() == [0, 10]


def test_no_spans_excuse_nothing():
    made = excuse(column("2016-05-31"), spans(), np.datetime64("2018-01-01"), moot_after_years=2)
    assert made.days.tolist() == [0]


origin = date(2015, 2, 28)
one_span = st.tuples(
    st.integers(0, 2), st.integers(-400, 1200), st.integers(-30, 400), st.booleans()
)


@settings(max_examples=300)
@given(entries=st.lists(one_span, max_size=8), after=st.integers(0, 1300))
def test_excused_days_are_those_a_set_of_days_would_hold(entries, after):
    on = origin + timedelta(after)
    rows = [
        (row, origin + timedelta(start), None if is_open else origin + timedelta(start + length))
        for row, start, length, is_open in entries
        if origin + timedelta(start) <= on
    ]
    made = excuse(column(*[origin] * 3), spans(*rows), np.datetime64(on), moot_after_years=2)
    for row in range(3):
        held = set()
        own = sorted((r for r in rows if r[0] == row), key=lambda r: r[1])
        for _, start, end in own:
            if start <= anniversary(origin + timedelta(len(held)), 2):
                last = min(end or on, on)
                length = max((last - start).days + 1, 0)
                held |= {d for n in range(length) if (d := start + timedelta(n)) > origin}
        assert made.days[row] == len(held)
    assert made.counted.sum() == made.days.sum()
    assert not made.counted[made.moot].any()


@given(entries=st.permutations(list(range(5))))
def test_the_order_of_spans_does_not_matter(entries):
    known = [
        (0, "2015-03-01", "2015-03-10"),
        (0, "2015-03-05", "2015-04-10"),
        (1, "2015-03-05", "2015-03-06"),
        (0, "2017-05-01", "2017-05-31"),
        (0, "2015-03-05", "2015-03-07"),
    ]
    made = excuse(
        column(origin, origin),
        spans(*[known[i] for i in entries]),
        np.datetime64("2018-01-01"),
        moot_after_years=2,
    )
    assert made.days.tolist() == [41, 2]
