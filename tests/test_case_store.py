"""Cases in the record: appended whole or not at all, sealed, and read as they were known."""

import sqlite3
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from landgis import inventory, issues
from landgis.errors import NotFound, RefusedStep
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.store import Delivery, open_store
from tests.test_procedure import COMMON, SUPPLY, entry
from tests.worlds import layer


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "cases.db", create=True)
    row = {"supply_id": SUPPLY, "supplied_on": "2018-01-01", "agreed_start_on": "2019-01-01"}
    source = Source("供地.csv", "0" * 64, "CSV", "utf-8")
    opened.record([Delivery(layer("supplies", row), issues.empty(), source)])
    yield opened
    opened.close()


def walk(store, *steps):
    for step, on in steps:
        store.enter(entry(step, on), author="张三", command=f"case record {step}")


def status(store, on, known=None):
    taken = inventory.take(store, date.fromisoformat(on), known, rulebook=load_rules())
    return taken.assessment.supplies["case_status"].tolist()


def test_entries_are_read_back_in_order_with_their_numbers(store):
    walk(store, *COMMON)
    found = store.entries()
    assert [(e.step, e.on.isoformat()) for e in found] == list(COMMON)
    assert [e.number for e in found] == list(range(1, 11))
    assert found[0] == replace(entry("lead", "2024-01-02"), number=1, rev=found[0].rev)
    assert store.entries(supply_id="nobody") == ()
    assert len(store.entries(found[3].rev)) == 4


def test_a_step_keeps_the_rules_it_was_taken_under_and_the_record_keeps_its_own(store):
    store.adopt(load_rules(("national",)))
    local = load_rules(("national", "henan"))
    done = store.enter(entry("lead", "2024-01-02"), rulebook=local)
    assert store.revisions()[done.rev].rulebook == local.sha256
    assert list(store.chain())[-1].said["rules"] == local.sha256
    assert store.rulebook(done.rev).sha256 == load_rules(("national",)).sha256
    assert store.verify() is None


def test_a_step_out_of_order_writes_nothing(store):
    walk(store, *COMMON[:2])
    before = store.head()
    with pytest.raises(RefusedStep, match="before it must come"):
        store.enter(entry("finding", "2024-02-05"))
    assert (store.head(), len(store.entries())) == (before, 2)
    assert store.verify() is None


def test_a_step_of_the_future_and_of_a_supply_nobody_knows_is_refused(store):
    with pytest.raises(RefusedStep, match="future"):
        store.enter(entry("lead", "2999-01-01"))
    with pytest.raises(NotFound, match="no supply"):
        store.enter(replace(entry("lead", "2024-01-02"), supply_id="S404"))
    assert store.entries() == ()


@pytest.mark.parametrize(("hour", "is_refused"), [(15, True), (17, False)])
def test_today_is_chinas(tmp_path, store, hour, is_refused):
    now = datetime(2024, 1, 1, hour, tzinfo=UTC)
    opened = open_store(tmp_path / "cases.db", clock=lambda: now)
    with pytest.raises(RefusedStep, match="future") if is_refused else nullcontext():
        opened.enter(entry("lead", "2024-01-02"))
    assert len(opened.entries()) == (not is_refused)
    opened.close()


def test_an_entry_cannot_be_edited_and_tampering_is_found(store, tmp_path):
    walk(store, *COMMON[:3])
    assert store.verify() is None
    with sqlite3.connect(tmp_path / "cases.db") as db:
        for sql in ("UPDATE case_entries SET note = ''", "DELETE FROM case_entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(sql)
        db.execute("DROP TRIGGER case_entries_update")
        db.execute("UPDATE case_entries SET taken_on = '2024-01-09' WHERE entry = 3")
    db.close()
    flaw = store.verify()
    assert "entries" in flaw.en


def test_the_list_says_how_far_the_case_has_come_on_the_date_as_known_then(store):
    assert status(store, "2024-01-01") == ["suspected"]
    walk(store, *COMMON[:8])
    assert status(store, "2024-02-07") == ["suspected"]
    assert status(store, "2024-02-08") == ["found"]
    assert status(store, "2024-02-08", store.entries()[6].rev) == ["suspected"]


def test_cases_are_kept_alike_on_every_ground(place):
    opened = open_store(place, create=True)
    source = Source("供地.csv", "0" * 64, "CSV", "utf-8")
    row = {"supply_id": SUPPLY, "supplied_on": "2018-01-01"}
    opened.record([Delivery(layer("supplies", row), issues.empty(), source)])
    walk(opened, *COMMON[:3])
    with pytest.raises(RefusedStep):
        opened.enter(entry("finding", "2024-02-05"))
    opened.enter(entry("investigation", "2024-01-11", corrects=3))
    assert [e.corrects for e in opened.entries()] == [None, None, None, 3]
    assert [e.on.day for e in opened.entries()] == [2, 5, 10, 11]
    assert len(opened.kept("case_entries")[0]) == 15
    assert opened.verify() is None
    opened.close()


def test_what_the_land_asks_for_is_read_from_the_record(tmp_path):
    source = Source("供地.csv", "0" * 64, "CSV", "utf-8")
    row = {"supply_id": SUPPLY, "supplied_on": "2018-01-01", "mortgagee": "示例银行"}
    cause = {"supply_id": SUPPLY, "cause": "petition", "from_on": "2019-01-01"}
    opened = open_store(tmp_path / "asks.db", create=True)
    for name, said in (("supplies", row), ("delays", cause)):
        opened.record([Delivery(layer(name, said), issues.empty(), source)])
    walk(opened, *COMMON)
    with pytest.raises(RefusedStep, match="department"):
        opened.enter(entry("scheme", "2024-03-01"))
    walk(opened, ("department_told", "2024-02-21"), ("scheme", "2024-03-01"))
    with pytest.raises(RefusedStep, match="mortgagee"):
        opened.enter(entry("scheme_approved", "2024-03-15"))
    walk(opened, ("mortgagee_told", "2024-03-02"), ("scheme_approved", "2024-03-15"))
    assert len(opened.entries()) == len(COMMON) + 4
    opened.close()


def test_a_filing_that_the_case_says_lifts_the_block_of_article_25_from_its_day(tmp_path):
    source = Source("供地.csv", "0" * 64, "CSV", "utf-8")
    row = {"supply_id": SUPPLY, "supplied_on": "2018-01-01", "agreed_start_on": "2019-01-01"}
    cause = {"supply_id": SUPPLY, "cause": "petition", "from_on": "2019-01-02"}
    opened = open_store(tmp_path / "filed.db", create=True)
    for name, said in (("supplies", row), ("delays", cause)):
        opened.record([Delivery(layer(name, said), issues.empty(), source)])
    walk(opened, *COMMON)

    def blocked(day):
        taken = inventory.take(opened, date.fromisoformat(day), rulebook=load_rules())
        return taken.assessment.findings["blocked_by"].tolist()

    assert blocked("2024-02-18") == ["order53-25"]
    assert blocked("2024-02-19") == [""]
    opened.enter(entry("registered", "2024-02-20", corrects=9))
    assert (blocked("2024-02-19"), blocked("2024-02-20")) == (["order53-25"], [""])
    opened.close()
