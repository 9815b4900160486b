"""Notices: complete or refused with the whole list; opened again, every required word is there."""

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis import inventory, issues
from landgis.citation import Status
from landgis.documents.capital import capital, percent
from landgis.documents.docx import render
from landgis.documents.notice import BLANK, KINDS, draft
from landgis.errors import NotFound, RefusedNotice
from landgis.procedure import Entry
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.steps import Level, level_of
from landgis.store import Delivery, open_store
from tests.test_procedure import COMMON, DECISION, FULL, SUPPLY
from tests.worlds import layer

ON = date(2024, 3, 18)
SAID = {
    "number": "示资决〔2024〕3号",
    "bureau": "示例市自然资源局",
    "address": "示例市建设路1号",
    "contact": "张三 0373-0000000",
    "reconsider_at": "示例市人民政府",
    "court": "示例市中级人民法院",
    "pay_to": "汇至非税收入专户",
    "registry": "示例市不动产登记中心",
    "of": "finding",
}
SERVED = {"addressee": "旧主公司、新主公司"}
SUPPLIED = {
    "supply_id": SUPPLY,
    "contract_no": "示2018-001",
    "parcel_code": "410102001001GB00001",
    "location": "示例大道南侧 <甲>",
    "holder": "旧主公司",
    "land_use": "工业用地",
    "supplied_on": "2018-01-01",
    "agreed_start_on": "2019-01-01",
    "price_fen": 12_345_678_05,
    "declared_area_m2": 33_333.5,
    "mortgagee": "示例银行",
    "approving_government": "示例市人民政府",
}
RECLAIM = (
    *DECISION[:-3],
    ("reclaim_approved", "2024-03-15"),
)
STEPS = {
    "investigation": COMMON[:2],
    "finding": COMMON[:6],
    "hearing-notice": COMMON,
    "fee-decision": DECISION[:-2],
    "reclaim-decision": RECLAIM,
    "receipt": COMMON[:7],
}


def walked(steps, **said):
    return [
        Entry(SUPPLY, step, date.fromisoformat(on), **{**FULL, **SERVED, **said}, number=i)
        for i, (step, on) in enumerate(steps, 1)
    ]


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    """Takes the inventory of a record with one supply, its cause and its new holder."""
    made = []

    def take(supply=SUPPLIED, cause="holder", on=ON):
        store = open_store(tmp_path_factory.mktemp("n") / f"{len(made)}.db", create=True)
        made.append(store)
        source = Source("x.csv", "0" * 64, "CSV", "utf-8")
        tables = {
            "supplies": supply,
            "holders": {"supply_id": SUPPLY, "holder": "新主公司", "from_on": "2021-05-01"},
        }
        if cause:
            tables["delays"] = {
                "supply_id": SUPPLY,
                "cause": cause,
                "from_on": "2019-01-02",
                "status": "verified",
            }
        for name, row in tables.items():
            store.record([Delivery(layer(name, row), issues.empty(), source)])
        return inventory.take(store, on, rulebook=load_rules())

    yield take
    for store in made:
        store.close()


@pytest.fixture(scope="module")
def taken(land):
    return land()


def text_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    heads = [p.text for s in document.sections for p in s.header.paragraphs]
    return "\n".join([*heads, *(p.text for p in document.paragraphs), *cells])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_notice_has_every_word_that_its_article_demands(taken, kind):
    made = draft(taken, walked(STEPS[kind]), kind, SUPPLY, SAID)
    assert made.missing == ()
    text = text_of(render(made))
    for name in KINDS[kind].demands:
        assert made.words[name] in text, name
    assert KINDS[kind].zh in text.replace(" ", "")
    assert "新主公司" in text
    assert "{{" not in text
    assert BLANK not in text
    assert "草稿" not in text
    assert render(made) == render(made)


def test_a_fee_is_said_in_figures_and_in_capitals(taken):
    text = text_of(
        render(draft(taken, walked(STEPS["fee-decision"]), "fee-decision", SUPPLY, SAID))
    )
    assert "2,469,135.61" in text
    assert "人民币贰佰肆拾陆万玖仟壹佰叁拾伍元陆角壹分" in text
    assert "示资闲〔2024〕1号" in text
    assert "2024年3月15日批准" in text
    assert "三十日内" in text
    assert "抄送：抵押权人 示例银行" in text


@pytest.mark.parametrize("kind", ["investigation", "finding"])
def test_what_is_only_found_states_both_clocks_and_no_consequence(taken, kind):
    text = text_of(render(draft(taken, walked(STEPS[kind]), kind, SUPPLY, SAID)))
    assert "应于2019-01-01（合同约定）动工，至2024-03-18未动工，满5年" in text
    for words in ("无偿收回", "闲置费", "第十四条"):
        assert words not in text


@pytest.mark.parametrize("name", sorted(SAID.keys() - {"of"}))
def test_whatever_the_bureau_left_out_is_named(taken, name):
    kinds = [kind for kind, said in KINDS.items() if name in said.demands]
    assert kinds
    for kind in kinds:
        made = draft(taken, walked(STEPS[kind]), kind, SUPPLY, {**SAID, name: ""})
        with pytest.raises(RefusedNotice, match="lacks 1"):
            render(made)


def test_no_decision_without_the_governments_approval_its_date_and_number(taken):
    made = draft(taken, walked(DECISION[:-3]), "fee-decision", SUPPLY, SAID)
    with pytest.raises(RefusedNotice) as error:
        render(made)
    for words in ("政府批准日期", "政府批准文号", "批准的人民政府", "案件尚未进行到此步"):
        assert words in error.value.zh
    text = text_of(render(made, is_draft=True))
    assert "草稿" in text
    assert BLANK in text


def test_a_reclamation_approved_below_the_power_of_approval_is_refused(land, taken):
    low = walked(RECLAIM, level="county", authority="示例县人民政府")
    assert "无权批准" in draft(taken, low, "reclaim-decision", SUPPLY, SAID).missing[0][1]
    unknown = land({**SUPPLIED, "approving_government": None})
    said = draft(unknown, walked(RECLAIM), "reclaim-decision", SUPPLY, SAID).missing
    assert "未录入" in said[0][1]


@pytest.mark.parametrize("kind", ["fee-decision", "reclaim-decision"])
def test_what_a_bureau_approved_is_no_decision(taken, kind):
    old = walked(STEPS[kind], authority="示例市自然资源局", level="city")
    said = draft(taken, old, kind, SUPPLY, SAID).missing
    assert "示例市自然资源局不是人民政府，无权批准" in [zh for _, zh in said]


def test_what_was_served_on_a_stranger_keeps_every_later_notice_back(taken):
    strange = walked(STEPS["fee-decision"], addressee="别的公司")
    said = [zh for _, zh in draft(taken, strange, "fee-decision", SUPPLY, SAID).missing]
    assert said
    assert all("的受送达人为别的公司，当日权利人为新主公司" in zh for zh in said)


def test_a_fee_approved_by_another_places_government_is_refused(taken):
    strange = walked(STEPS["fee-decision"], level="province", authority="某省人民政府")
    said = draft(taken, strange, "fee-decision", SUPPLY, SAID).missing
    assert [zh for _, zh in said] == ["某省人民政府不是示例市自然资源局的本级人民政府"]


def test_a_reclamation_approved_by_a_neighbour_of_the_same_level_is_refused(taken):
    strange = walked(RECLAIM, level="city", authority="他乡市人民政府")
    said = draft(taken, strange, "reclaim-decision", SUPPLY, SAID).missing
    assert [zh for _, zh in said] == ["批准机关为他乡市人民政府，有批准权的是示例市人民政府"]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (20, "二十"),
        (10, "十"),
        (12, "十二"),
        (5, "五"),
        (0, "零"),
        ("12.5", "十二点五"),
        (100, "一百"),
    ],
)
def test_a_share_is_said_in_words(share, said):
    assert percent(Fraction(share)) == said


def test_a_decision_needs_the_holders_cause_and_a_rule_that_leads_to_it(land):
    open_cause = land(cause=None)
    said = draft(open_cause, walked(STEPS["fee-decision"]), "fee-decision", SUPPLY, SAID).missing
    assert any("尚未查明" in zh for _, zh in said)
    started = land({**SUPPLIED, "started_on": "2019-06-01"})
    said = draft(started, walked(STEPS["fee-decision"]), "fee-decision", SUPPLY, SAID).missing
    assert any("不符合闲置土地条件" in zh for _, zh in said)


def test_the_addressee_is_the_holder_of_the_day(land):
    early = land(on=date(2021, 4, 30))
    made = draft(early, walked(COMMON[:2]), "investigation", SUPPLY, SAID)
    assert made.words["holder"] == "旧主公司"
    assert (
        draft(land(on=date(2021, 5, 1)), [], "receipt", SUPPLY, SAID).words["holder"] == "新主公司"
    )


def test_an_unknown_kind_or_supply_is_told(taken):
    with pytest.raises(NotFound, match="fee-decision"):
        draft(taken, [], "nonsense", SUPPLY, SAID)
    with pytest.raises(NotFound, match="no supply"):
        draft(taken, [], "finding", "S404", SAID)


def test_a_correction_of_the_approval_is_what_the_notice_quotes(taken):
    steps = walked(STEPS["fee-decision"])
    right = replace(steps[-1], corrects=steps[-1].number, number=99, document="示政〔2024〕9号")
    words = draft(taken, [*steps, right], "fee-decision", SUPPLY, SAID).words
    assert words["approval_no"] == "示政〔2024〕9号"


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (105, "人民币壹元零伍分"),
        (12_305, "人民币壹佰贰拾叁元零伍分"),
        (10_000_00, "人民币壹万元整"),
        (100_010_00, "人民币壹拾万零壹拾元整"),
        (10_050_060_07, "人民币壹仟零伍万零陆拾元零柒分"),
        (100_000_001_00, "人民币壹亿零壹元整"),
        (1_680_032_00, "人民币壹佰陆拾捌万零叁拾贰元整"),
        (107_000_53, "人民币壹拾万零柒仟元伍角叁分"),
    ],
)
def test_amounts_in_capital_numerals(fen, said):
    assert capital(fen) == said


@given(st.integers(0, 10**15))
def test_capital_numerals_never_repeat_a_gap_and_end_as_they_must(fen):
    said = capital(fen)
    assert "零零" not in said
    assert "零元" not in said.removeprefix("人民币零元整")
    assert said.endswith("分") if fen % 10 else said.endswith("整")


def test_a_decision_that_rests_on_an_unverified_rule_is_refused(land):
    taken = land()
    doubted = [replace(rule, status=Status.UNVERIFIED) for rule in taken.rulebook.rules]
    doubtful = replace(taken, rulebook=replace(taken.rulebook, rules=tuple(doubted)))
    said = draft(doubtful, walked(STEPS["fee-decision"]), "fee-decision", SUPPLY, SAID)
    assert any("order53-14-1 未核实" in zh for _, zh in said.missing)
    assert any("not verified" in en for en, _ in said.missing)


def test_the_terms_in_a_notice_are_those_of_the_rulebook(land):
    taken = land()
    counts = {"answer_days": 21, "hearing_working_days": 3, "fulfil_days": 45}
    longer = [
        replace(rule, **counts, hearing_notice_working_days=12) if rule.id == "step-terms" else rule
        for rule in taken.rulebook.rules
    ]
    later = replace(taken, rulebook=replace(taken.rulebook, rules=tuple(longer)))
    said = {
        kind: draft(later, walked(STEPS[kind]), kind, SUPPLY, SAID).words
        for kind in ("investigation", "hearing-notice", "fee-decision")
    }
    assert said["investigation"]["answer_term"] == "二十一日"
    assert said["hearing-notice"]["hearing_term"] == "三个工作日"
    assert said["hearing-notice"]["hearing_notice_term"] == "十二个工作日"
    assert said["fee-decision"]["fulfil_term"] == "四十五日"


def test_the_level_of_a_government_is_told_by_its_name():
    names = {"国务院": "state", "河南省人民政府": "province", "上海市人民政府": "province"}
    names |= {"新乡市人民政府": "city", "原阳县人民政府": "county", "": None}
    assert {name: level_of(name) for name in names} == names
    assert level_of("红旗区人民政府") is Level.COUNTY
