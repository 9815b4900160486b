"""What comes next as a calendar, what is at stake, and what special bonds may take back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from landgis import inventory, issues
from landgis.documents import bonds
from landgis.documents.calendar import as_ics, at_stake, by_place
from landgis.documents.rules import differences
from landgis.readers.rules import load_rules
from landgis.rulebook import parse
from landgis.stations import Source
from landgis.statute import Basis, BondRule
from landgis.store import Delivery, open_store
from landgis.terms import Standing
from tests.test_cli import NUMBER, record, rows_of, shell, town  # noqa: F401
from tests.worlds import layer

ON = date(2024, 11, 1)
ROWS = [
    {
        "supply_id": "S1",
        "project_name": "甲厂, 一期；" + "很长的名字" * 20,
        "supplied_on": "2022-01-01",
        "agreed_start_on": "2023-11-20",
        "price_fen": 100_000_00,
    },
    {
        "supply_id": "S2",
        "supplied_on": "2021-01-01",
        "agreed_start_on": "2022-12-01",
        "price_fen": 500_000_00,
        "paid_fen": 400_000_00,
    },
    {"supply_id": "S3", "supplied_on": "2024-11-08", "agreed_start_on": "2025-11-08"},
    {"supply_id": "S4", "supplied_on": "2020-01-01", "started_on": "2020-05-01"},
]


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("l") / "l.db", create=True)
    source = Source("x.csv", "0" * 64, "CSV", "utf-8")
    store.record([Delivery(layer("supplies", *ROWS), issues.empty(), source)])
    yield lambda on: inventory.take(store, on, rulebook=load_rules())
    store.close()


@pytest.fixture(scope="module")
def coming(taken):
    return inventory.idle(taken(ON), standing="all", next_before="2025-01-31")


def test_the_yuan_at_stake_are_the_fee_or_the_price_of_the_land(coming):
    stake = at_stake(coming, load_rules())
    said = dict(zip(coming["supply_id"], stake, strict=True))
    assert said == {"S1": 20_000.0, "S2": 500_000.0}
    places = by_place(coming, stake)
    assert (places["supplies"].sum(), places["stake_yuan"].sum()) == (2, 520_000.0)


def test_the_calendar_has_an_event_a_supply_on_its_day_in_lines_of_75_octets(coming):
    said = as_ics(coming, at_stake(coming, load_rules()), ON, "zh")
    lines = said.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    whole = said.decode().replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20241121" in whole
    assert "DTSTART;VALUE=DATE:20241202" in whole
    assert "甲厂\\, 一期；" in whole
    assert "涉及金额 20\\,000.00 元" in whole
    assert as_ics(coming, at_stake(coming, load_rules()), ON, "zh") == said
    assert b"BEGIN:VEVENT" not in as_ics(coming[:0], at_stake(coming[:0], load_rules()), ON, "en")


def test_a_calendar_without_events_still_holds_what_the_standard_asks_for(coming):
    empty = as_ics(coming[:0], at_stake(coming[:0], load_rules()), ON, "zh").decode()
    assert "BEGIN:VTIMEZONE\r\n" in empty
    assert empty.endswith("END:VCALENDAR\r\n")


def test_an_event_says_no_yuan_where_none_are_known_and_no_sign_that_a_calendar_forbids(coming):
    odd = coming.assign(project_name="甲\x00\x1b\t厂\n二期")
    said = as_ics(odd, at_stake(odd, load_rules()) * np.nan, ON, "en").decode()
    whole = said.replace("\r\n ", "")
    assert "SUMMARY:" in whole
    assert "甲\t厂\\n二期" in whole
    assert "yuan" not in whole
    assert not set(said) & {chr(code) for code in range(32)} - set("\r\n\t")


def test_bonds_take_back_idle_land_that_was_supplied_in_time(taken):
    worth = pd.Series({"S2": 450_000.0, "S1": 90_000.0})
    (rule,) = load_rules().of(BondRule)
    on = date(2024, 11, 21)
    table = bonds.bonds(taken(on), worth, rule)
    assert table["supply_id"].tolist() == ["S1", "S2"]
    assert table["base_yuan"].tolist() == [90_000.0, 400_000.0]
    assert set(table["source_status"]) == {"unverified"}
    assert bonds.bonds(taken(date(2024, 11, 20)), worth, rule)["supply_id"].tolist() == ["S2"]
    stricter = replace(rule, supplied_until=date(2021, 1, 1))
    assert bonds.bonds(taken(on), worth, stricter)["supply_id"].tolist() == ["S2"]
    wider = replace(rule, standings=(Standing.NOT_DUE, Standing.IDLE), supplied_until=on)
    later = bonds.bonds(taken(on), worth, wider)
    assert later["supply_id"].tolist() == ["S1", "S2", "S3"]
    assert np.isnan(later["base_yuan"].iloc[2])


@pytest.mark.parametrize(("price", "yuan"), [("appraisal", 450_000.0), ("cost", 400_000.0)])
def test_the_base_price_is_found_as_the_rule_says(taken, price, yuan):
    (rule,) = load_rules().of(BondRule)
    priced = replace(rule, price=Basis(price))
    table = bonds.bonds(taken(ON), pd.Series({"S2": 450_000.0}), priced)
    assert table.set_index("supply_id")["base_yuan"]["S2"] == yuan


def test_the_command_line_writes_the_calendar_the_bonds_and_the_rules(shell, record):  # noqa: F811
    ahead = ("idle", "--on", "2014-05-01", "--standing", "all", "--next-within", "90")
    status, out, said = shell(*ahead, "-o", "next.ics")
    assert (status, out) == (0, "")
    assert "涉及金额 2,000,000.00 元" in said
    assert b"DTSTART;VALUE=DATE:20140601" in Path("next.ics").read_bytes()
    Path("评估.csv").write_text(f"supply_id,appraised_yuan\n{NUMBER},9000000\n", "utf-8")
    words = ("bonds", "--on", "2025-01-01", "--appraisals", "评估.csv", "--format", "csv")
    rows = rows_of(shell(*words)[1])
    assert [float(row["base_yuan"]) for row in rows] == [9_000_000.0]
    Path("评估.csv").write_text("a,b\n1,2\n", "utf-8")
    assert shell(*words)[0] == 1
    for row, told in (("S1,-5", "S1"), ("S1,五", "五"), ("S1,1\nS1,2", "S1"), ("S1,inf", "inf")):
        Path("评估.csv").write_text(f"supply_id,appraised_yuan\n{row}\n", "utf-8")
        status, out, said = shell(*words)
        assert (status, out, told in said) == (1, "", True)
    Path("评估.csv").write_text("supply_id,appraised_yuan\nS404,5\n", "utf-8")
    assert "S404" in shell(*words)[2]


def test_rules_are_shown_and_compared_between_dates(shell):  # noqa: F811
    status, out, _ = shell("rules", "show", "order53-14-1")
    assert status == 0
    assert "百分之二十征缴土地闲置费" in out
    assert shell("rules", "show", "nonsense")[0] == 2
    days = ("--on", "2012-06-30", "--on", "2012-07-01")
    rows = rows_of(shell("rules", "diff", *days, "--format", "csv")[1])
    assert {row["rule_change"] for row in rows} == {"added"}
    assert "order53-14-1" in {row["rule"] for row in rows}
    back = rows_of(shell("rules", "diff", *days[2:], *days[:2], "--format", "csv")[1])
    assert {row["rule_change"] for row in back} == {"ended"}
    assert shell("rules", "diff", *days[2:])[0] == 2


@pytest.mark.parametrize(
    ("was", "now", "before", "after"),
    [
        ('rate = "20/100"', 'rate = "10/100"', "rate=1/5", "rate=1/10"),
        ("cap =", 'status = "unverified"\ncap =', "status=verified", "status=unverified"),
        ("cap =", "discretionary = true\ncap =", "discretionary=false", "discretionary=true"),
        ("cap =", 'replaces = ["order53-22"]\ncap =', "replaces=", "replaces=order53-22"),
        (
            'article = "14(1)"',
            'article = "15"',
            "articles=Measures for the Disposal of Idle Land, art. 14(1)",
            "articles=Measures for the Disposal of Idle Land, art. 15",
        ),
    ],
)
def test_a_rule_that_changes_is_told_with_what_it_was_and_what_it_is(was, now, before, after):
    book = load_rules()
    start = book.text.index('[[rule]]\nid = "order53-14-1"')
    old = book.text[start : book.text.index("[[rule]]", start + 8)]
    new = old.replace("from = 2012-07-01", "from = 2020-01-01").replace(was, now, 1)
    ended = old.replace('rate = "20/100"', 'rate = "20/100"\nuntil = 2020-01-01')
    text = book.text.replace(old, ended) + new
    table = differences(parse(text, "x.toml"), date(2019, 6, 1), date(2021, 1, 1), "en")
    assert table["rule_change"].tolist() == ["changed"]
    assert table["before"].iloc[0].startswith(before)
    assert table["after"].iloc[0].startswith(after)


def test_a_version_that_says_the_same_is_no_change():
    book = load_rules()
    start = book.text.index('[[rule]]\nid = "order53-14-1"')
    old = book.text[start : book.text.index("[[rule]]", start + 8)]
    ended = old.replace('rate = "20/100"', 'rate = "20/100"\nuntil = 2020-01-01')
    again = old.replace("from = 2012-07-01", "from = 2020-01-01")
    book = parse(book.text.replace(old, ended) + again, "x.toml")
    assert differences(book, date(2019, 6, 1), date(2021, 1, 1)).empty
