"""Local rules: off by default, every one marked wherever a finding rests on it."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis.citation import Status
from landgis.determine import assess
from landgis.documents.explain import explain
from landgis.documents.rules import tell
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


@pytest.mark.parametrize(("lang", "word"), [("zh", "未核实"), ("en", "unverified")])
def test_a_local_rule_shown_alone_says_its_status_whom_it_is_for_and_what_it_replaces(lang, word):
    said = tell(shipped("national", "henan"), "henan-farmland-fee", ON, lang)
    for part in (word, "only=land_source:耕地", "replaces=order53-14-1", "base=output_value"):
        assert part in said
    assert word not in tell(shipped(), "order53-14-1", ON, lang)


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


LANDS = st.lists(
    st.fixed_dictionaries(
        {
            "agreed_start_on": st.sampled_from(["2017-05-31", "2018-02-28", "2022-12-31"]),
            "agreed_completion_on": st.sampled_from(["", "2020-06-30", "2021-12-31"]),
            "started_on": st.sampled_from(["", "2018-06-01"]),
            "price_fen": st.sampled_from(["", 0, 99_999_999]),
            "land_source": st.sampled_from(["", "占用耕地", "现有建设用地", "新增建设用地"]),
            "supply_mode": st.sampled_from(["", "租赁", "挂牌出让"]),
            "land_use": st.sampled_from(["", "社区养老服务设施用地", "工业用地"]),
            "invested_fen": st.sampled_from(["", 249, 250]),
            "planned_investment_fen": st.sampled_from(["", 1000]),
        }
    ),
    min_size=3,
    max_size=8,
)
DAYS = st.dates(date(2017, 1, 1), date(2025, 1, 1))
FOLDERS = st.sampled_from([("national", name) for name in LOCAL] + [("national", *LOCAL)])
PLAIN = settings(max_examples=15, suppress_health_check=list(HealthCheck))


def rows(lands):
    return [supply(f"S{i}", **facts) for i, facts in enumerate(lands)]


@PLAIN
@given(lands=LANDS, on=DAYS, names=FOLDERS)
def test_where_a_rule_speaks_those_it_replaces_are_silent_and_none_else(lands, on, names):
    book = shipped(*names)
    every = replace(book, rules=tuple(replace(rule, replaces=()) for rule in book.rules))
    found, whole = (assess(layers(rows(lands)), rules, on).findings for rules in (book, every))
    kept = set(zip(found["supply_id"], found["rule"], found["outcome"], strict=True))
    for supply_id, rule, outcome in zip(
        whole["supply_id"], whole["rule"], whole["outcome"], strict=True
    ):
        first = {
            other.id
            for other in book.rules
            if rule in other.replaces and (supply_id, other.id, "fee") in kept
        }
        assert ((supply_id, rule, outcome) in kept) == (not first)


def on_time(day, on):
    return day if day <= str(on) else ""


@PLAIN
@given(lands=LANDS, on=DAYS, names=FOLDERS)
def test_the_outcome_lasts_until_the_day_that_is_foretold(lands, on, names):
    # What is dated after the day has not happened, and nothing more is recorded.
    known = [{**land, "started_on": on_time(land["started_on"], on)} for land in lands]
    held, book = layers(rows(known)), shipped(*names)
    now = assess(held, book, on).supplies.set_index("supply_id")
    for supply_id, row in now[now["next_on"].notna()].iterrows():
        then = row["next_on"].date()
        eve = assess(held, book, then - timedelta(1)).supplies.set_index("supply_id")
        assert eve.loc[supply_id, "outcome"] == row["outcome"]
        after = assess(held, book, then).supplies.set_index("supply_id")
        assert after.loc[supply_id, "outcome"] == row["next_outcome"] != row["outcome"]
        break


@settings(PLAIN, max_examples=8)
@given(lands=LANDS, on=DAYS, names=FOLDERS, lang=st.sampled_from(["zh", "en"]))
def test_an_explanation_tells_every_finding_under_local_rules(lands, on, names, lang):
    held, book = layers(rows(lands)), shipped(*names)
    found = assess(held, book, on)
    for i in range(len(lands)):
        story = explain(inventory(held, found, on), book, f"S{i}", lang).as_dict()
        mine = found.findings[found.findings["supply_id"] == f"S{i}"]
        told = "".join(story["sentences"]["findings"])
        for reason, status in zip(
            mine["reason_zh" if lang == "zh" else "reason"], mine["source_status"], strict=True
        ):
            assert reason in told
            assert (("未核实" if lang == "zh" else "not verified") in reason) == (
                status == "unverified"
            )
        assert story["supply"]["rules"] == (found.supplies["rules"].iloc[i])
