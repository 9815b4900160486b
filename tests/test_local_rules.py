"""Local rules: off by default, every one marked wherever a finding rests on it."""

from datetime import date

import pandas as pd
import pytest

from landgis.citation import Status
from landgis.determine import assess
from landgis.documents.explain import explain
from landgis.errors import RulebookError
from landgis.readers.rules import known_rules, load_rules
from landgis.rulebook import parse
from tests.law import inventory, layers, shipped, supply

LOCAL = ("hainan", "henan", "shanghai")
HELD = {
    "hainan": {"started_on": "2019-01-01", "invested_fen": 1, "planned_investment_fen": 9},
    "henan": {"land_source": "占用耕地"},
    "shanghai": {"supply_mode": "租赁"},
}
"""A supply of which the rules of each folder speak."""
ON = date(2024, 1, 1)


def test_the_local_folders_are_there_and_off_by_default():
    assert set(known_rules()) == {"national", *LOCAL}
    assert not [rule for rule in load_rules().rules if rule.id.startswith(LOCAL)]


@pytest.mark.parametrize("name", LOCAL)
def test_every_local_rule_says_that_it_must_be_checked(name):
    mine = [rule for rule in shipped("national", name).rules if rule.id.startswith(name)]
    assert len(mine) == 2
    for rule in mine:
        assert "使用前核对" in rule.zh
        assert rule.status is Status.UNVERIFIED
        assert not any(citation.is_checked for citation in rule.citations)


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize(("lang", "word"), [("zh", "未核实"), ("en", "not verified")])
def test_findings_lists_and_explanations_say_that_the_source_is_not_verified(name, lang, word):
    book = shipped("national", name)
    held = layers([supply(agreed_start_on="2020-05-31", **HELD[name])])
    found = assess(held, book, ON)
    mine = found.findings[found.findings["rule"].str.startswith(name)]
    assert len(mine)
    assert set(mine["source_status"]) == {"unverified"}
    assert mine[f"reason{'_zh' if lang == 'zh' else ''}"].str.contains(word).all()
    assert "rule_unverified" in found.supplies["issues"].iloc[0].split(";")
    assert word in str(explain(inventory(held, found, ON), book, "S1", lang))
    listed = book.table(ON)
    assert set(listed.loc[listed["rule"].str.startswith(name), "source_status"]) == {"unverified"}


def test_land_that_no_local_rule_is_for_is_judged_as_without_them():
    held = layers(
        [supply(agreed_start_on="2020-05-31", land_source="现有建设用地", supply_mode="挂牌出让")]
    )
    plain, local = (assess(held, shipped(*names), ON) for names in ((), ("national", *LOCAL)))
    pd.testing.assert_frame_equal(plain.supplies, local.supplies)
    pd.testing.assert_frame_equal(plain.findings, local.findings)


def test_every_folder_together_is_read_again_from_its_text():
    book = shipped("national", *LOCAL)
    assert parse(book.text, "record").rules == book.rules


def test_a_rule_that_replaces_one_nobody_knows_is_refused():
    with pytest.raises(RulebookError, match="order53-14-1") as caught:
        load_rules(("henan",))
    assert caught.value.column == "replaces"
