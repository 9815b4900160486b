"""Rules as data: what loads, what is refused with file and line, and how versions are chosen."""

from datetime import date
from fractions import Fraction

import pytest

from landgis.citation import Certainty
from landgis.errors import NotFound, RulebookError
from landgis.readers.rules import known_rules, load_rules
from landgis.rulebook import TABLE, parse
from landgis.statute import (
    DeliveryRule,
    ExcuseRule,
    FeeRule,
    IdleRule,
    Policy,
    TollingRule,
)
from landgis.terms import Cause
from tests.law import national

PAGE = """\
[instruments.law]
zh = "办法"
en = "Measures"
number = "第1号"

[[rule]]
id = "fee"
kind = "fee"
zh = "闲置费"
en = "fee"
from = 2012-07-01
after_years = 1
rate = 0.20
cap = 0.20

[[rule.citations]]
instrument = "law"
article = "14(1)"
zh = "第十四条"
quote = "百分之二十"
certainty = "text"
"""

SECOND = PAGE[PAGE.index("[[rule]]") :]


def refusal(text):
    with pytest.raises(RulebookError) as caught:
        parse(text, "page.toml")
    error = caught.value
    assert error.file == "page.toml"
    assert error.en
    assert error.zh
    return error


def test_a_rule_is_read_with_its_parameters_and_citation():
    rule = parse(PAGE, "page.toml").rules[0]
    assert isinstance(rule, FeeRule)
    assert (rule.id, rule.since, rule.until) == ("fee", date(2012, 7, 1), None)
    assert rule.rate == Fraction(1, 5)
    citation = rule.citations[0]
    assert citation.label("zh") == "《办法》（第1号）第十四条"
    assert citation.label("en") == "Measures, art. 14(1)"
    assert citation.certainty is Certainty.TEXT
    assert citation.is_checked


def test_a_rate_is_exact_however_it_is_written():
    for text in ("0.20", '"0.20"', '"20/100"', '"1/5"'):
        book = parse(PAGE.replace("rate = 0.20", f"rate = {text}"), "page.toml")
        assert book.rules[0].rate == Fraction(1, 5)


@pytest.mark.parametrize(
    ("change", "line", "column"),
    [
        (("after_years = 1", "after_years = 1\nafter_months = 12"), 13, "after_months"),
        (("after_years = 1", 'after_years = "one"'), 12, "after_years"),
        (("after_years = 1", "after_years = 0"), 12, "after_years"),
        (("after_years = 1", "after_years = 1.0"), 12, "after_years"),
        (("after_years = 1\n", ""), 6, None),
        (("rate = 0.20", "rate = 0.21"), 13, "rate"),
        (("rate = 0.20", 'rate = "a fifth"'), 13, "rate"),
        (("rate = 0.20", 'rate = "1/0"'), 13, "rate"),
        (("rate = 0.20", "rate = -0.1"), 13, "rate"),
        (('kind = "fee"', 'kind = "fine"'), 8, "kind"),
        (('kind = "fee"\n', ""), 6, "kind"),
        (("from = 2012-07-01", "from = 2012-07-01T00:00:00"), 11, "from"),
        (("from = 2012-07-01", 'from = "2012-07-01"'), 11, "from"),
        (("from = 2012-07-01", "from = 2012-07-01\nuntil = 2012-07-01"), 12, "until"),
        (('instrument = "law"', 'instrument = "order"'), 17, "instrument"),
        (('certainty = "text"', 'certainty = "sure"'), 21, "certainty"),
        (('certainty = "text"', ""), 16, None),
        (('quote = "百分之二十"\n', ""), 16, None),
        (('number = "第1号"', 'number = "第1号"\nyear = 2012'), 5, "year"),
        (('number = "第1号"\n', ""), 1, None),
        (("[[rule]]", "version = 1\n\n[[rule]]"), 6, "version"),
        (("cap = 0.20", "cap = 1.5"), 14, "cap"),
        (("cap = 0.20", "cap = true"), 14, "cap"),
        (("cap = 0.20", 'cap = 0.20\nbase = "profit"'), 15, "base"),
        (("cap = 0.20", "cap = 0.20\nat_most = 1"), 15, "at_most"),
        (("cap = 0.20", 'cap = 0.20\nstatus = "likely"'), 15, "status"),
        (("cap = 0.20", 'cap = 0.20\nreplaces = "fee"'), 15, "replaces"),
        (("cap = 0.20", 'cap = 0.20\nreplaces = ["fee"]'), 15, "replaces"),
        (("cap = 0.20", 'cap = 0.20\nonly = { words = ["a"] }'), 15, "only"),
        (("cap = 0.20", 'cap = 0.20\nonly = { column = "holder", words = ["a"] }'), 15, "only"),
        (("cap = 0.20", 'cap = 0.20\nonly = { column = "land_use", words = [] }'), 15, "only"),
        (("cap = 0.20", 'cap = 0.20\nonly = { column = "land_use", any = ["a"] }'), 15, "only"),
        (("cap = 0.20", "cap = 0.20\nonly = 3"), 15, "only"),
        (("cap = 0.20", "cap = inf"), 14, "cap"),
        (("cap = 0.20", "cap = 1e999999999"), 14, "cap"),
        (("cap = 0.20", 'cap = "1e999999999"'), 14, "cap"),
        (("rate = 0.20", "rate = nan"), 13, "rate"),
        (("after_years = 1", "after_years = 5000"), 12, "after_years"),
        (('kind = "fee"', 'kind = ["fee"]'), 8, "kind"),
        (('instrument = "law"', 'instrument = ["law"]'), 17, "instrument"),
        (('id = "fee"', 'id = ""'), 7, "id"),
        (('id = "fee"', 'id = "fee;other"'), 7, "id"),
        (('zh = "闲置费"', 'zh = ""'), 9, "zh"),
        (('en = "fee"', 'en = "a\\u001b[31mb"'), 10, "en"),
        (('quote = "百分之二十"', 'quote = " "'), 20, "quote"),
        (("[instruments.law]", "[instruments]"), 1, "instruments"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(change, line, column):
    error = refusal(PAGE.replace(*change, 1))
    assert (error.row, error.column) == (line, column)


@pytest.mark.parametrize("text", ["rule = 3", "[rule]\nid = 1", "rule = [1]"])
def test_rules_that_are_no_tables_are_refused(text):
    assert refusal(text).column == "rule"


def test_a_multiple_of_another_base_may_be_more_than_one():
    text = PAGE.replace("0.20", "4")
    rule = parse(text.replace("cap = 4", 'cap = 4\nbase = "output_value"'), "page.toml").rules[0]
    assert (rule.rate, rule.base) == (4, "output_value")


def test_a_rule_without_citation_does_not_load():
    error = refusal(PAGE[: PAGE.index("[[rule.citations]]")])
    assert error.row == 6
    assert "citation" in error.en


def test_an_unknown_top_level_table_is_refused():
    assert refusal(PAGE + "\n[extra]\na = 1\n").column == "extra"


def test_text_that_is_no_toml_is_refused_with_its_line():
    assert refusal(PAGE.replace("after_years = 1", "after_years = = 1")).row == 12


def test_brackets_without_end_are_refused():
    assert "nested" in refusal("a = " + "[" * 5000 + "]" * 5000).en


def test_windows_line_ends_change_nothing():
    assert parse(PAGE.replace("\n", "\r\n"), "page.toml").rules == parse(PAGE, "page.toml").rules


def test_the_line_of_the_second_rule_is_found_not_the_first():
    second = SECOND.replace('id = "fee"', 'id = "other"').replace("rate = 0.20", "rate = 0.5")
    assert refusal(PAGE + "\n" + second).row == 30


def test_overlapping_versions_are_refused():
    error = refusal(PAGE + "\n" + SECOND.replace("2012-07-01", "2020-01-01"))
    assert (error.row, error.column) == (23, "from")


def test_versions_that_follow_one_another_load_and_each_has_its_time():
    first = PAGE.replace("from = 2012-07-01", "from = 2012-07-01\nuntil = 2020-01-01")
    second = SECOND.replace("2012-07-01", "2020-01-01").replace("rate = 0.20", "rate = 0.10")
    book = parse(first + "\n" + second, "page.toml")
    rates = {
        day: [rule.rate for rule in book.in_force(FeeRule, day)]
        for day in (date(2012, 6, 30), date(2012, 7, 1), date(2019, 12, 31), date(2020, 1, 1))
    }
    assert list(rates.values()) == [[], [Fraction(1, 5)], [Fraction(1, 5)], [Fraction(1, 10)]]
    assert book.rule("fee", date(2015, 1, 1)).rate == Fraction(1, 5)
    assert book.rule("fee").rate == Fraction(1, 10)
    assert book.measure(FeeRule, date(2000, 1, 1)).rate == Fraction(1, 5)
    assert book.measure(FeeRule, date(2030, 1, 1)).rate == Fraction(1, 10)
    assert book.changes() == (date(2012, 7, 1), date(2020, 1, 1))


def test_after_the_last_version_its_numbers_still_count_time():
    ended = PAGE.replace("from = 2012-07-01", "from = 2012-07-01\nuntil = 2020-01-01")
    assert parse(ended, "page.toml").measure(FeeRule, date(2021, 1, 1)).id == "fee"


def test_a_rulebook_without_a_needed_kind_says_which():
    with pytest.raises(RulebookError, match="'idle'"):
        parse(PAGE, "page.toml").measure(IdleRule, date(2020, 1, 1))


def test_an_unknown_rule_is_not_found():
    with pytest.raises(NotFound, match="order99"):
        national().rule("order99")


def test_merged_books_must_not_overlap_either():
    book = parse(PAGE, "page.toml")
    [first, *_] = book.merge(book).flaws(())
    assert (first.rule.id, first.key) == ("fee", "from")
    other = parse(PAGE.replace('id = "fee"', 'id = "local"'), "local.toml")
    merged = book.merge(other)
    assert [rule.id for rule in merged.rules] == ["fee", "local"]
    assert merged.sha256 != book.sha256


def test_the_fingerprint_is_that_of_the_text():
    assert national().sha256 == load_rules().sha256
    assert len(national().sha256) == 64


def test_the_national_rules_say_what_the_law_says():
    rules = national()
    on = date(2020, 1, 1)
    fee = rules.rule("order53-14-1", on)
    assert (fee.after_years, fee.rate, fee.cap) == (1, Fraction(1, 5), Fraction(1, 5))
    assert rules.rule("order53-14-2", on).after_years == 2
    assert rules.measure(DeliveryRule, on).years == 1
    suspended = rules.rule("order53-2-2", on)
    assert suspended.discretionary
    assert (suspended.developed_under, suspended.invested_under) == (Fraction(1, 3), Fraction(1, 4))
    tolling = rules.measure(TollingRule, on)
    assert (tolling.policy, tolling.moot_after_years) == (Policy.DEDUCT, 2)


def test_every_cause_but_the_holders_own_is_excused_by_exactly_one_rule():
    causes = [cause for rule in national().of(ExcuseRule) for cause in rule.causes]
    assert sorted(causes) == sorted(set(Cause) - {Cause.HOLDER})


def test_every_national_rule_quotes_words_and_says_how_sure_they_are():
    for rule in national().rules:
        for citation in rule.citations:
            assert len(citation.quote) > 5
            assert isinstance(citation.certainty, Certainty)


def test_what_was_not_compared_with_the_text_is_marked():
    checked = {rule.id: rule.citations[0].is_checked for rule in national().rules}
    assert checked["order53-14-1"]
    assert not checked["tolling"]


def test_citations_behind_a_cell_are_told_once_and_in_order():
    labels = [c.label("en") for c in national().cited("order53-14-1;order53-2-1;order53-14-1")]
    assert labels[0].endswith("art. 14(1)")
    assert len(labels) == len(set(labels))
    assert national().cited("") == ()


def test_the_table_has_a_row_a_rule_and_says_what_is_in_force():
    before = national().table(date(2012, 6, 30))
    after = national().table(date(2024, 11, 8))
    assert tuple(after) == TABLE
    assert len(after) == len(national().rules)
    assert after["in_force"].all()
    assert list(after.loc[after["source_status"] == "unverified", "rule"]) == [
        "special-bonds",
        "notice76-exempt",
        "remedy-terms",
    ]
    assert list(before.loc[before["in_force"], "rule"]) == [
        "real-estate-26",
        "real-estate-26-ceiling",
        "land-law-38-ceiling",
    ]


def test_a_court_ruling_is_cited_by_its_number():
    label = national().rule("tolling").citations[0].label("zh")
    assert label.startswith("最高人民法院行政裁定书（2017）最高法行申5480号")


def test_rules_are_found_by_name_or_by_folder(tmp_path):
    assert "national" in known_rules()
    (tmp_path / "page.toml").write_text(PAGE, encoding="utf-8")
    assert [rule.id for rule in load_rules([str(tmp_path)]).rules] == ["fee"]
    both = load_rules(["national", str(tmp_path)])
    assert both.rules[-1].id == "fee"


@pytest.mark.parametrize("name", ["nowhere", "../national", ""])
def test_a_folder_without_rules_is_not_found(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="folder of rules"):
        load_rules([name])


def test_a_broken_file_in_a_folder_is_named(tmp_path):
    (tmp_path / "broken.toml").write_text(PAGE.replace("rate = 0.20", "rate = 2"), encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rules([str(tmp_path)])
    assert caught.value.sentence("en").startswith(f"{tmp_path.name}/broken.toml:13:rate: ")
    assert caught.value.sentence("zh").startswith(f"{tmp_path.name}/broken.toml:13:rate: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [(PAGE.encode("gbk"), "UTF-8"), (b"", "no rule"), (b"rules:\n  - id: fee\n", "not TOML")],
)
def test_a_file_that_holds_no_rules_is_named_with_what_to_do(content, said, tmp_path):
    (tmp_path / "page.toml").write_bytes(content)
    with pytest.raises(RulebookError, match=said) as caught:
        load_rules(["national", str(tmp_path)])
    assert caught.value.file == f"{tmp_path.name}/page.toml"


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    (tmp_path / "page.toml").mkdir()
    with pytest.raises(RulebookError, match="cannot be read"):
        load_rules([str(tmp_path)])


def test_the_mark_that_notepad_writes_first_changes_nothing(tmp_path):
    (tmp_path / "page.toml").write_text(PAGE, encoding="utf-8-sig")
    assert load_rules([str(tmp_path)]).rules == parse(PAGE, "page.toml").rules


def test_no_folder_at_all_is_refused():
    with pytest.raises(NotFound):
        load_rules([])


LOCAL = PAGE.replace('id = "fee"', 'id = "local-fee"')
FARMLAND = 'cap = 0.40\nonly = { column = "land_source", words = ["耕地"], others = ["非耕地", '
FARMLAND += '"现有建设用地", "未利用地"] }'


def loaded(tmp_path, text):
    (tmp_path / "local.toml").write_text(text, encoding="utf-8")
    return load_rules(["national", str(tmp_path)])


def placed(tmp_path, text):
    """File, line and key of the refusal, and its sentence."""
    with pytest.raises(RulebookError) as caught:
        loaded(tmp_path, text)
    error = caught.value
    assert error.zh.endswith("。")
    assert error.file == f"{tmp_path.name}/local.toml"
    return ("local.toml", error.row, error.column), error.en


def test_a_folder_that_raises_its_own_cap_meets_the_ceiling_of_national_law(tmp_path):
    raised = LOCAL.replace("rate = 0.20", "rate = 0.50").replace("cap = 0.20", "cap = 0.50")
    where, said = placed(tmp_path, raised)
    assert where == ("local.toml", 13, "rate")
    assert "over 1/5, the ceiling of Urban Real Estate Administration Law, art. 26" in said
    higher = LOCAL.replace("cap = 0.20", "cap = 0.50")
    assert placed(tmp_path, higher)[0] == ("local.toml", 14, "cap")
    assert loaded(tmp_path, LOCAL.replace("rate = 0.20", "rate = 0.10")).rule("local-fee")


def test_the_ceiling_holds_where_the_national_folder_is_not_asked_for(tmp_path):
    text = LOCAL.replace("0.20", "0.30")
    (tmp_path / "local.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match="ceiling"):
        load_rules([str(tmp_path)])


def test_no_folder_sets_a_ceiling_of_its_own(tmp_path):
    own = LOCAL.replace('kind = "fee"', 'kind = "ceiling"')
    for key in ("after_years = 1\n", "rate = 0.20\n"):
        own = own.replace(key, "")
    where, said = placed(tmp_path, own)
    assert where == ("local.toml", 7, "id")
    assert "national law" in said


def test_only_a_fee_on_farmland_alone_may_be_what_the_province_says(tmp_path):
    doubled = LOCAL.replace("rate = 0.20", "rate = 0.40")
    assert loaded(tmp_path, doubled.replace("cap = 0.20", FARMLAND)).rule("local-fee")
    wider = FARMLAND.replace('words = ["耕地"]', 'words = ["地"]')
    assert placed(tmp_path, doubled.replace("cap = 0.20", wider))[0][2] == "rate"
    fewer = FARMLAND.replace('["非耕地", ', "[")
    assert placed(tmp_path, doubled.replace("cap = 0.20", fewer))[0][2] == "rate"


def test_a_fee_on_what_no_national_law_caps_is_unverified(tmp_path):
    rent = LOCAL.replace("0.20", "3").replace("cap = 3", 'cap = 3\nbase = "annual_rent"')
    assert placed(tmp_path, rent)[0] == ("local.toml", 15, "base")
    assert loaded(tmp_path, rent.replace("cap = 3", 'cap = 3\nstatus = "unverified"'))


def test_what_contradicts_between_folders_is_told_with_file_and_line(tmp_path):
    again = PAGE.replace('id = "fee"', 'id = "order53-14-1"').replace("2012-07-01", "2019-01-01")
    assert placed(tmp_path, again)[0] == ("local.toml", 11, "from")
    circle = LOCAL.replace("cap = 0.20", 'cap = 0.20\nreplaces = ["other"]')
    other = SECOND.replace('id = "fee"', 'id = "other"')
    other = other.replace("cap = 0.20", 'cap = 0.20\nreplaces = ["local-fee"]')
    assert placed(tmp_path, circle + other)[0] == ("local.toml", 15, "replaces")
    strange = LOCAL.replace("cap = 0.20", 'cap = 0.20\nreplaces = ["nobody"]')
    assert placed(tmp_path, strange)[0] == ("local.toml", 15, "replaces")
