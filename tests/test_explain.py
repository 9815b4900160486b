"""One supply's story: what it says, in which words, and that it can be turned into JSON."""

import json
from datetime import date

import pytest

from landgis.determine import assess
from landgis.documents.explain import explain
from landgis.documents.phrases import PHRASES
from landgis.terms import Cause
from tests.law import inventory, layers, national, supply, varied


def story(supplies, on, delays=(), amendments=(), lang="zh", rules=None):
    rulebook = rules or national()
    held = layers(supplies, delays, amendments)
    found = inventory(held, assess(held, rulebook, on), on)
    return explain(found, rulebook, supplies[0]["supply_id"], lang)


def delay(**facts):
    return {"supply_id": "S1", "cause": "petition", "from_on": "2016-06-01"} | facts


IDLE = [supply(agreed_start_on="2016-05-31", project_name="绿纤项目")]
ON = date(2018, 7, 1)


def test_the_story_has_its_six_sections_in_order():
    keys = [section.key for section in story(IDLE, ON).sections]
    assert keys == ["facts", "clock", "delays", "findings", "missing", "next"]


def test_the_text_holds_facts_both_clocks_the_arithmetic_and_the_quoted_article():
    text = str(story(IDLE, ON, [delay(until_on="2016-06-30")]))
    assert "项目名称：绿纤项目" in text
    assert "满1年之日为2017-05-31，自2017-06-01起计" in text
    assert "2016-05-31加扣除的30日为2016-06-30" in text
    assert "满2年之日为2018-06-30，自2018-07-01起计" in text
    assert "成交价款1000000.00元×20%＝土地闲置费200000.00元" in text
    assert (
        "《闲置土地处置办法》（国土资源部令第53号）第十四条第（二）项：“未动工开发满两年的" in text
    )
    assert "无偿收回" in text


def test_the_same_story_in_english():
    text = str(story(IDLE, ON, [delay(until_on="2016-06-30")], lang="en"))
    assert "2016-05-31 plus 30 excused days is 2016-06-30" in text
    assert "year 2 is complete at the end of 2018-06-30" in text
    assert "20% of 1000000.00 yuan = 200000.00 yuan" in text
    assert "Measures for the Disposal of Idle Land, art. 14(2)" in text
    assert "project name: 绿纤项目" in text


def test_no_sentence_keeps_an_unfilled_word_or_an_empty_value():
    for lang in ("zh", "en"):
        for facts in ({}, {"agreed_start_on": "2016-05-31"}, {"delivered_on": ""}):
            text = str(story([supply(**facts)], ON, [delay()], lang=lang))
            for trace in ("{", "}", "nan", "NaT", "None", "<NA>"):
                assert trace not in text


def test_the_story_can_be_turned_into_json_and_says_the_assessment():
    told = story(IDLE, ON, [delay(until_on="2016-06-30")]).as_dict()
    again = json.loads(json.dumps(told, ensure_ascii=False, allow_nan=False))
    assert again["supply"]["outcome"] == "reclaim"
    assert again["supply"]["due_on"] == "2016-05-31"
    assert again["supply"]["effective_due_on"] == "2016-06-30"
    assert again["on"] == "2018-07-01"
    assert again["rulebook_sha256"] == national().sha256
    assert [finding["rule"] for finding in again["findings"]] == ["order53-14-2", "order53-14-1"]
    assert {c["certainty"] for c in again["citations"]} == {"text", "excerpt"}


EFFECTS = [
    ({"until_on": "2016-06-30"}, "counted", 30, 0),
    ({"from_on": "2018-06-22"}, "moot", 0, 0),
    ({"from_on": "2018-05-22"}, "open", 41, 0),
    ({"until_on": "2016-06-30", "status": "claimed"}, "claimed", 0, 0),
    ({"until_on": "2016-06-30", "status": "rejected"}, "rejected", 0, 0),
    ({"cause": "holder"}, "holder", 0, 0),
    ({"from_on": "2016-05-01", "until_on": "2016-06-30"}, "overlap", 30, 31),
    ({"from_on": "2016-05-01", "until_on": "2016-05-31"}, "overlap", 0, 31),
    ({"from_on": "2016-07-01", "until_on": "2016-06-01"}, "reversed", 0, 0),
    ({"from_on": "2018-07-02"}, "later", 0, 0),
]


@pytest.mark.parametrize(("facts", "effect", "days", "left"), EFFECTS)
def test_every_delay_says_what_it_did(facts, effect, days, left):
    told = story(IDLE, ON, [delay(**facts)])
    step = told.as_dict()["delays"][0]
    assert (step["effect"], step["counted_days"]) == (effect, days)
    assert (
        told.sections[2]
        .lines[0]
        .endswith(PHRASES[f"effect_{effect}"][0].format(days=days, left=left))
    )


def test_a_cause_that_excuses_some_days_is_not_said_to_be_the_fault_of_all():
    told = str(story(IDLE, ON, [delay(until_on="2016-06-30")]))
    assert "已查明原因的责任方：政府，只涉及扣除的30日；其余时间的原因尚未查明。" in told
    whole = str(story(IDLE, ON, [delay(until_on="2018-06-30")]))
    assert "责任方：政府。" in whole


def test_flags_and_choices_are_told_in_words():
    facts = supply(mortgaged=True, seized=False, land_ownership="state")
    assert "土地所有权：国有\n" in str(story([facts], ON))
    told = str(story([facts], ON, lang="en"))
    assert all(f"{line}\n" in told for line in ("mortgaged: yes", "seized: no", "state-owned"))


def test_overlapping_delays_share_their_days():
    steps = story(
        IDLE, ON, [delay(until_on="2016-06-20"), delay(cause="plan_changed", until_on="2016-06-30")]
    ).as_dict()["delays"]
    assert [step["counted_days"] for step in steps] == [20, 10]
    assert [step["effect"] for step in steps] == ["counted", "overlap"]


def test_a_delay_of_the_district_is_told_and_one_of_another_is_not():
    scopes = [delay(supply_id="", scope=scope) for scope in ("410702", "410703", "all")]
    assert len(story(IDLE, ON, scopes).as_dict()["delays"]) == 2


def test_a_delay_where_no_clock_runs_says_so():
    undated = [supply(delivered_on="")]
    assert story(undated, ON, [delay()]).as_dict()["delays"][0]["effect"] == "idle"


def test_a_delay_during_a_suspension_only_tells_the_fault():
    stopped = [
        supply(agreed_start_on="2016-05-31", started_on="2016-05-01", suspended_on="2016-06-01")
    ]
    told = story(stopped, ON, [delay(from_on="2016-08-01")])
    assert told.as_dict()["delays"][0]["effect"] == "suspended"


@pytest.mark.parametrize(
    ("policy", "other", "now", "then"),
    [
        ("deduct", "整体免除", "reclaim", "协商处置"),
        ("exempt", "扣除期间", "agreement", "无偿收回"),
    ],
)
def test_the_other_policy_is_shown(policy, other, now, then):
    told = story(IDLE, ON, [delay(until_on="2016-06-30")], rules=varied(policy=policy))
    assert told.as_dict()["supply"]["outcome"] == now
    assert f"若改用“{other}”口径，研判结果为：{then}。" in told.sections[1].lines


def test_without_excused_days_there_is_no_other_policy_to_show():
    assert "口径" not in str(story(IDLE, ON))


def test_a_mark_does_not_arrive_while_a_cause_lasts():
    told = story(IDLE, date(2017, 7, 1), [delay(from_on="2017-01-01")])
    assert "满1年：原因未结束期间不届至" in str(told)
    assert "自2017-06-01起计" in str(told)


def test_a_day_that_moves_on_with_an_open_cause_is_told_as_one():
    open_now = [delay(from_on="2018-01-01")]
    for lang, said in (("zh", "基准日顺延"), ("en", "moves with the date asked about")):
        for on, day in ((date(2018, 1, 5), "2017-06-06"), (date(2018, 6, 1), "2017-10-31")):
            told = str(story(IDLE, on, open_now, lang=lang))
            assert day in told
            assert said in told
        ended = [delay(from_on="2018-01-01", until_on="2018-01-05")]
        assert said not in str(story(IDLE, date(2018, 6, 1), ended, lang=lang))


def test_delivery_plus_one_year_is_told_with_its_article():
    text = str(story([supply()], ON))
    assert "自实际交地之日2015-06-30起满1年，应动工日期为2016-06-30" in text
    assert "第二十二条" in text


def test_amendments_are_told_and_later_ones_do_not_count():
    made = [
        {"supply_id": "S1", "signed_on": "2016-05-01", "start_on": "2017-05-31"},
        {"supply_id": "S1", "signed_on": "2019-01-01", "start_on": "2019-05-31"},
    ]
    text = str(story(IDLE, ON, amendments=made))
    assert "2016-05-01签订补充协议，动工日期改为2017-05-31，竣工日期不变" in text
    assert "2019-01-01签订的补充协议晚于基准日，不计" in text
    assert "应动工日期为2017-05-31，来源：补充协议" in text


def test_an_event_after_the_date_is_told_as_not_yet_happened():
    text = str(story([supply(agreed_start_on="2016-05-31", started_on="2018-07-02")], ON))
    assert "实际开工时间：2018-07-02（晚于基准日，视为尚未发生）" in text


def test_an_agreed_date_after_the_date_is_no_event():
    text = str(story([supply(agreed_start_on="2019-05-31")], ON))
    assert "约定开工时间：2019-05-31" in text
    assert "尚未发生" not in text


def test_a_suspended_project_is_told_with_both_shares_and_limits():
    facts = {
        "agreed_start_on": "2016-05-31",
        "started_on": "2016-05-01",
        "suspended_on": "2016-06-01",
        "developed_area_m2": 1000.0,
        "developable_area_m2": 3000.0,
        "invested_fen": 10,
        "planned_investment_fen": 100,
    }
    text = str(story([supply(**facts)], ON))
    assert "自2016-06-01起中止开发，满1年之日为2017-06-01，自2017-06-02起可以认定" in text
    assert "已动工面积1000㎡／应动工面积3000㎡＝33.33%，限额1/3（不含本数）：已达到。" in text
    assert "已投资0.10元／总投资1.00元＝10.00%，限额25%（不含本数）：不足。" in text
    assert "由本局裁量" in text
    assert "受阻：未按规定备案的，不得采取第十二条规定的方式处置。" in text


def test_a_share_is_the_same_in_the_arithmetic_and_in_the_finding():
    facts = {
        "agreed_start_on": "2016-05-31",
        "started_on": "2016-05-01",
        "suspended_on": "2016-06-01",
        "developed_area_m2": 4223.0,
        "developable_area_m2": 42387.0,
        "invested_fen": 17199000000,
        "planned_investment_fen": 33410000000,
    }
    text = str(story([supply(**facts)], ON))
    assert "51.47%" in text
    assert "51.48%" not in text


def test_words_from_memory_are_marked_to_be_checked():
    lines = story([supply()], ON).sections[3].lines
    by_article = {line.split("：“")[0]: line for line in lines if "：“" in line}
    assert by_article["《闲置土地处置办法》（国土资源部令第53号）第二十二条"].endswith(
        "（引文待核对）"
    )
    assert by_article["《闲置土地处置办法》（国土资源部令第53号）第二条第一款"].endswith("”")


def test_what_is_missing_says_what_to_ask_for():
    lines = story(
        [supply(agreed_start_on="2016-05-31", price_fen="", delivered_on="")], ON
    ).sections[4]
    assert any("补录价格" in line for line in lines.lines)
    assert any("补录交地确认书日期" in line for line in lines.lines)


def test_a_building_project_has_no_finding_and_no_clock():
    text = str(story([supply(agreed_start_on="2016-05-31", started_on="2016-05-01")], ON))
    assert "没有规则对该宗地作出结论。" in text
    assert "该宗地在建，未动工时钟不再计算。" in text
    assert "如无新的记录，研判结果不再变化。" in text


def test_idle_land_is_called_preliminary():
    assert "初步研判，须经调查核实" in str(story(IDLE, ON))


def test_the_next_step_is_told_with_its_day():
    text = str(story(IDLE, date(2018, 1, 1)))
    assert "如无新的记录，自2018-06-01起研判结果变为：无偿收回。" in text


def test_every_cause_has_its_own_word_in_the_story():
    for cause in Cause:
        text = str(story(IDLE, ON, [delay(cause=cause.value)]))
        assert cause.zh in text


def test_every_phrase_exists_in_both_languages_with_the_same_words():
    for key, (zh, en) in PHRASES.items():
        words = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (zh, en)]
        assert words[0] == words[1], key
