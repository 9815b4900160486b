"""Who holds the right on a date: case by case, in the list and in the words of the law."""

from datetime import date

import pytest

from landgis.holders import held
from tests.worlds import layers

ON = date(2020, 6, 1)
SUPPLY = {
    "supply_id": "S1",
    "holder": "甲公司",
    "holder_credit_code": "91A",
    "supplied_on": "2010-01-01",
}


def entry(holder, from_on, until_on=None, code=None):
    return {
        "supply_id": "S1",
        "holder": holder,
        "from_on": from_on,
        "until_on": until_on,
        "credit_code": code,
    }


C, B = entry("丙公司", "2018-01-01", code="91C"), entry("乙公司", "2018-01-01", code="91B")
WANG = entry("王五", "2018-01-01")

CASES = {
    "without an entry it is who was supplied": ((), "甲公司", "91A"),
    "from its first day the entry counts": ([entry("乙公司", "2020-06-01")], "乙公司", None),
    "a day before its first day it does not": ([entry("乙公司", "2020-06-02")], "甲公司", "91A"),
    "on its last day, the until_on, it has ended": (
        [entry("乙公司", "2015-01-01", "2020-06-01")], "甲公司", "91A"),
    "a day before it has ended it counts": (
        [entry("乙公司", "2015-01-01", "2020-06-02", "91B")], "乙公司", "91B"),
    "a later entry ends an earlier one that nobody closed": (
        [C, entry("乙公司", "2015-01-01")], "丙公司", "91C"),
    "entries of one day are co-holders": ([C, B], "丙公司、乙公司", "91C、91B"),
    "co-holders of whom one is a person have no code": ([C, WANG], "丙公司、王五", None),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "holder", "code"), CASES.values(), ids=CASES)
def test_the_holder_is_who_holds_on_the_day(entries, holder, code):
    other = {**SUPPLY, "supply_id": "S0", "holder": "丁公司", "holder_credit_code": None}
    world = layers(supplies=[other, SUPPLY], holders=entries)
    found = held(world, ON)
    told = found.astype(object).where(found.notna(), None)
    assert list(told.index) == ["S0", "S1"]
    assert tuple(told.loc["S0"]) == ("丁公司", None)
    assert tuple(told.loc["S1"]) == (holder, code)
