"""The procedure of a case: order, terms, service, corrections, and what it says of the land."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis import procedure
from landgis.citation import Status
from landgis.deadlines import due, late
from landgis.errors import RefusedStep, UsageError
from landgis.matter import conduct_of, matter_of
from landgis.procedure import NOTHING, Entry, allowed, check, standing, state, statuses
from landgis.readers.rules import load_rules
from landgis.steps import STEPS, USUAL, Conduct, Level, Matter, Span, Unit, Whether
from landgis.steps.articles import in_english
from landgis.terms import CaseStatus
from landgis.workdays import KNOWN_YEARS, end, is_workday
from tests.law import layers, supply

SUPPLY = "4101002019B00666"
FULL = {
    "document": "示资闲〔2024〕1号",
    "evidence": "材料.pdf",
    "sha256": "a" * 64,
    "who": "张三,李四",
    "note": "说明",
    "manner": "direct",
    "addressee": "示例公司",
    "authority": "示例市人民政府",
    "level": "city",
}
COMMON = (
    ("lead", "2024-01-02"),
    ("filed", "2024-01-05"),
    ("investigation", "2024-01-10"),
    ("investigation_served", "2024-01-12"),
    ("visited", "2024-01-20"),
    ("answered", "2024-01-25"),
    ("finding", "2024-02-05"),
    ("finding_served", "2024-02-08"),
    ("registered", "2024-02-19"),
    ("published", "2024-02-20"),
)
DECISION = (
    *COMMON,
    ("intended", "2024-02-21"),
    ("intended_served", "2024-02-22"),
    ("hearing_requested", "2024-02-26"),
    ("hearing_called", "2024-02-27"),
    ("hearing_held", "2024-03-08"),
    ("legal_review", "2024-03-11"),
    ("collective", "2024-03-12"),
    ("fee_approved", "2024-03-15"),
    ("fee_decision", "2024-03-18"),
    ("fee_served", "2024-03-20"),
)
AGREEMENT = (
    *COMMON,
    ("mortgagee_told", "2024-02-21"),
    ("scheme", "2024-03-01"),
    ("scheme_approved", "2024-03-15"),
    ("supplement", "2024-03-20"),
    ("closed", "2024-03-21"),
)


def entry(step, on, **said):
    return replace(Entry(SUPPLY, step, date.fromisoformat(on)), **{**FULL, **said})


def written(*steps, before=()):
    """The entries of ``steps``, each checked against those before it, numbered on."""
    done = list(before)
    for step, on, *said in steps:
        new = entry(step, on, **(said[0] if said else {}))
        check(done, new)
        done.append(replace(new, number=len(done) + 1))
    return done


def refused(done, step, on, **said):
    with pytest.raises(RefusedStep) as error:
        check(done, entry(step, on, **said))
    assert error.value.en.count(". ") == 0
    assert error.value.zh.endswith("。")
    return error.value.en


def test_both_ways_of_a_case_can_be_walked_from_lead_to_the_end():
    fee = written(*DECISION, ("fee_paid", "2024-04-10"), ("closed", "2024-04-11"))
    agreed = written(*AGREEMENT)
    assert state(fee, date(2024, 5, 1)).status is CaseStatus.DISPOSED
    assert state(agreed, date(2024, 5, 1)).status is CaseStatus.DISPOSED
    assert not state(agreed, date(2024, 5, 1)).is_open


@pytest.mark.parametrize(
    ("step", "on", "ended"),
    [
        ("hearing_requested", "2024-02-29", []),
        ("hearing_requested", "2024-03-01", ["2024-02-29"]),
        ("hearing_requested", "2024-03-20", ["2024-02-29"]),
    ],
)
def test_a_hearing_asked_for_after_five_working_days_stands_and_is_told(step, on, ended):
    taken = written(*DECISION[:12], (step, on))
    assert [str(one.due_on) for one in late(taken, taken[-1])] == ended


@pytest.mark.parametrize("steps", [DECISION, AGREEMENT])
def test_a_case_in_time_is_nowhere_late(steps):
    taken = written(*steps)
    assert not any(late(taken[: n + 1], taken[n]) for n in range(len(taken)))


@pytest.mark.parametrize("steps", [DECISION, AGREEMENT])
def test_no_step_of_a_case_can_be_left_out(steps):
    optional = {"mortgagee_told", "answered", "hearing_requested", "hearing_called", "hearing_held"}
    for left, (step, _) in enumerate(steps[:-1]):
        if step not in optional:
            with pytest.raises(RefusedStep):
                written(*steps[:left], *steps[left + 1 :])


def test_land_is_found_idle_only_when_the_finding_was_served():
    done = written(*COMMON[:8])
    assert state(done, date(2024, 1, 1)).status is CaseStatus.NONE
    assert state(done, date(2024, 1, 2)).status is CaseStatus.SUSPECTED
    assert state(done, date(2024, 2, 7)).status is CaseStatus.SUSPECTED
    assert state(done, date(2024, 2, 8)).status is CaseStatus.FOUND
    assert statuses(done, date(2024, 2, 8)) == {SUPPLY: CaseStatus.FOUND}


def test_a_service_by_public_notice_takes_effect_after_thirty_days():
    served = ("finding_served", "2024-02-08", {"manner": "public_notice"})
    done = written(*COMMON[:7], served)
    assert state(done, date(2024, 3, 8)).status is CaseStatus.SUSPECTED
    assert state(done, date(2024, 3, 9)).status is CaseStatus.FOUND
    assert "takes effect only on 2024-03-09" in refused(done, "published", "2024-03-08")
    written(("published", "2024-03-09"), before=done)


def test_a_finding_waits_for_the_answer_or_for_the_term_to_answer():
    silent = written(*COMMON[:5])
    assert "runs until 2024-02-18" in refused(silent, "finding", "2024-02-18")  # worked Sunday
    written(("finding", "2024-02-19"), before=silent)
    written(("answered", "2024-01-25"), ("finding", "2024-01-26"), before=silent)


def test_nobody_is_heard_before_seven_working_days_nor_passed_over_before_five():
    told = written(*DECISION[:12])
    assert "2024-02-29" in refused(told, "legal_review", "2024-02-29")
    written(("legal_review", "2024-03-01"), before=told)
    called = written(*DECISION[12:14], before=told)
    assert "2024-03-07" in refused(called, "hearing_held", "2024-03-07")


def test_who_asked_to_be_heard_is_heard_or_waives_it_before_the_review():
    asked = written(*DECISION[:13])
    said = refused(asked, "legal_review", "2024-04-01")
    assert "without hearing held or hearing waived in writing first" in said
    written(("hearing_waived", "2024-03-04"), ("legal_review", "2024-03-05"), before=asked)
    held = written(*DECISION[13:16], before=asked)
    assert "hearing held" in refused(held, "hearing_waived", "2024-03-12")
    assert "legal review" in refused(
        written(*DECISION[:12], ("legal_review", "2024-03-01")), "hearing_requested", "2024-03-02"
    )


def test_without_punishment_who_asked_to_be_heard_is_heard_before_the_approval():
    light = Matter(conduct=replace(USUAL, as_punishment=False))
    asked = entry("fee_approved", "2024-03-15")
    with pytest.raises(RefusedStep, match="hearing held or"):
        check(written(*DECISION[:13]), asked, light)
    check(written(*DECISION[:15]), asked, light)


def test_a_site_visit_takes_two_officers_and_every_step_somebody():
    done = written(*COMMON[:4])
    assert "2 officers" in refused(done, "visited", "2024-01-20", who="张三")
    assert "who did it" in refused(done, "visited", "2024-01-20", who="")


def test_a_document_without_number_or_proof_is_refused_and_all_that_lacks_is_named():
    said = refused(written(*COMMON[:2]), "investigation", "2024-01-10", document="", sha256="")
    assert "number of the document" in said
    assert "SHA-256" in said


def test_an_approval_without_number_government_or_level_is_refused():
    done = written(*DECISION[:-3])
    for name, words in (("document", "number"), ("authority", "government"), ("level", "level")):
        assert words in refused(done, "fee_approved", "2024-03-15", **{name: ""})


def test_agreement_and_decision_exclude_each_other_until_the_scheme_is_dropped():
    scheme = written(*AGREEMENT[:-3])
    assert "scheme" in refused(scheme, "intended", "2024-03-04")
    written(("scheme_dropped", "2024-03-03"), ("intended", "2024-03-04"), before=scheme)
    assert "intended" in refused(written(*DECISION[:11]), "scheme", "2024-03-01")


def test_a_step_stands_once_and_a_withdrawn_case_only_closes():
    done = written(*COMMON)
    assert "entry 7 of 2024-02-05" in refused(done, "finding", "2024-03-01")
    gone = written(("withdrawn", "2024-03-01"), before=done)
    assert state(gone, date(2024, 3, 1)).status is CaseStatus.NONE
    assert "withdrawn" in refused(gone, "scheme", "2024-03-02")
    written(("closed", "2024-03-02"), before=gone)


def test_a_closed_case_is_followed_by_a_new_one_from_the_beginning():
    closed = written(*AGREEMENT)
    assert [s.code for s in allowed(closed, date(2026, 1, 1))] == ["lead"]
    again = written(("lead", "2026-01-05"), before=closed)
    assert state(again, date(2026, 1, 5)).status is CaseStatus.SUSPECTED
    assert state(again, date(2026, 1, 4)).status is CaseStatus.DISPOSED


def test_a_correction_takes_the_place_of_the_entry_which_stays_to_be_read():
    done = written(*COMMON)
    right = entry("finding", "2024-02-06", corrects=7, note="日期误填")
    check(done, right)
    after = [*done, replace(right, number=11)]
    assert len(after) == 11
    assert [e.step for e in standing(after)] == [e.step for e in done]
    assert standing(after)[6].on == date(2024, 2, 6)
    with pytest.raises(RefusedStep, match="cannot be corrected"):
        check(after, entry("finding", "2024-02-06", corrects=7))


def test_a_correction_that_would_break_the_order_is_refused():
    done = written(*COMMON)
    assert "takes effect only on" in refused(done, "finding", "2024-02-09", corrects=7)
    with pytest.raises(RefusedStep, match="finding"):
        check(done, entry("struck", "2024-03-01", corrects=7))
    check(done, entry("struck", "2024-03-01", corrects=10))
    assert "says why" in refused(done, "finding", "2024-02-06", corrects=7, note="")


def test_a_fee_does_not_dispose_of_land_that_is_taken_back_besides():
    both = written(
        *DECISION,
        ("reclaim_approved", "2024-03-20"),
        ("reclaim_decision", "2024-03-21"),
        ("reclaim_served", "2024-03-22"),
        ("fee_paid", "2024-04-01"),
    )
    assert state(both, date(2024, 4, 1)).status is CaseStatus.FOUND
    done = written(("deregistered", "2024-04-10"), before=both)
    assert state(done, date(2024, 4, 10)).status is CaseStatus.DISPOSED


def test_enforcement_waits_for_the_demand_and_for_the_term_to_sue_and_never_during_a_suit():
    demanded = written(*DECISION, ("demand", "2024-04-22"))
    assert "2024-09-20" in refused(demanded, "enforcement", "2024-09-20")
    written(("enforcement", "2024-09-23"), ("enforced", "2024-12-01"), before=demanded)
    sued = written(("suit", "2024-05-01"), before=demanded)
    assert "suit" in refused(sued, "enforcement", "2024-09-23")
    written(("judged", "2024-08-01"), ("enforcement", "2024-08-02"), before=sued)


def test_terms_are_listed_from_the_day_they_run_until_they_are_met():
    done = written(*COMMON[:4])
    assert [d.step for d in due(done, date(2024, 1, 12))] == ["answered", "fee_decision"]
    answer = due(done, date(2024, 2, 19))[0]
    assert (answer.since, answer.due_on) == ("investigation_served", date(2024, 2, 18))
    assert answer.overdue
    assert answer.certain
    paid = {d.step: d for d in due(written(*DECISION), date(2024, 4, 20))}
    assert paid["fee_paid"].due_on == date(2024, 4, 19)
    assert paid["fee_paid"].overdue
    assert paid["suit"].due_on == date(2024, 9, 20)
    assert "reconsideration" not in {d.step for d in due(written(*DECISION), date(2024, 6, 1))}
    assert due(written(*AGREEMENT), date(2024, 4, 1)) == ()


def test_working_days_follow_the_published_holidays_and_say_where_there_are_none_yet():
    assert is_workday(date(2024, 2, 18))  # a Sunday worked for the Spring Festival
    assert not is_workday(date(2024, 2, 12))
    five = Span(("x",), 5, Unit.WORKING_DAYS, "")
    assert end(date(2024, 2, 8), five).last == date(2024, 2, 21)
    unknown = max(KNOWN_YEARS) + 1
    assert not end(date(unknown, 1, 4), five).certain
    assert end(date(2024, 2, 8), five).certain


def test_a_term_of_months_ends_on_the_corresponding_day_or_the_last_of_the_month():
    six = Span(("x",), 6, Unit.MONTHS, "")
    assert end(date(2023, 8, 31), six).last == date(2024, 2, 29)
    assert end(date(2024, 3, 20), six, roll_over=False).last == date(2024, 9, 20)
    thirty = Span(("x",), 30, Unit.DAYS, "")
    assert end(date(2024, 1, 11), thirty, roll_over=False).last == date(2024, 2, 10)
    assert end(date(2024, 1, 11), thirty).last == date(2024, 2, 18)


def test_every_step_speaks_two_languages_and_hangs_on_steps_that_exist():
    for step in STEPS.values():
        assert step.zh
        assert step.en
        spans = (*step.due, *(wait.span for wait in step.waits))
        named = [code for group in step.needs for code in group]
        named += [step.serves] if step.serves else []
        named += [code for span in spans for code in (*span.after, *span.met_by)]
        named += [code for bar in step.bars for code in (bar.by, *bar.lifted_by)]
        assert set(named) <= set(STEPS)


def test_an_unknown_step_manner_or_level_is_told_the_list():
    for said in ({"step": "nonsense"}, {"manner": "pigeon"}, {"level": "village"}):
        with pytest.raises(UsageError, match="use one of"):
            check([], replace(entry("lead", "2024-01-02"), **said))


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=40), st.integers(1, 40))
def test_whatever_is_tried_a_finding_never_stands_without_its_service_and_visit(codes, gap):
    done, on = [], date(2023, 1, 4)
    for code in codes:
        on += timedelta(days=gap)
        new = entry(code, on.isoformat())
        try:
            check(done, new)
        except RefusedStep:
            assert code not in {s.code for s in allowed(done, on)}
            continue
        assert code in {s.code for s in allowed(done, on)}
        done.append(replace(new, number=len(done) + 1))
    case = [e.step for e in procedure.current(standing(done))]
    if "finding" in case:
        assert {"investigation_served", "visited"} <= set(case[: case.index("finding")])


SECURED = Matter(holds=frozenset({Whether.MORTGAGED}))
THEIRS = Matter(holds=frozenset({Whether.GOVERNMENT}))
RECLAIM = (
    *DECISION[:-3],
    ("reclaim_approved", "2024-03-15"),
    ("reclaim_decision", "2024-03-18"),
    ("reclaim_served", "2024-03-20"),
)


def step_after(steps, step, on, matter, **said):
    """Check one more step; the sentence of the refusal, empty where it may be written."""
    try:
        check(written(*steps), entry(step, on, **said), matter)
    except RefusedStep as refusal:
        return refusal.zh
    return ""


def test_the_rulebook_conducts_a_case_as_usual():
    assert conduct_of(load_rules(), date(2024, 1, 1)) == USUAL
    assert conduct_of(None, date(2024, 1, 1)) == USUAL


def test_a_mortgagee_gets_the_copy_before_the_right_is_deregistered():
    assert "抄送抵押权人" in step_after(RECLAIM, "deregistered", "2024-04-01", SECURED)
    assert not step_after(RECLAIM, "deregistered", "2024-04-01", Matter())
    copied = (*RECLAIM, ("mortgagee_copied", "2024-03-21"))
    assert not step_after(copied, "deregistered", "2024-04-01", SECURED)


def test_the_copy_to_the_mortgagee_is_due_with_the_decision_and_only_of_mortgaged_land():
    def terms(steps, matter):
        return {d.step: d.due_on for d in due(written(*steps), date(2024, 3, 20), matter)}

    assert terms(RECLAIM, SECURED)["mortgagee_copied"] == date(2024, 3, 18)
    assert "mortgagee_copied" not in terms(RECLAIM, Matter())
    assert "mortgagee_copied" not in terms((*RECLAIM, ("mortgagee_copied", "2024-03-19")), SECURED)


def test_a_fee_asks_nothing_of_the_mortgagee():
    assert not step_after(DECISION, "fee_paid", "2024-04-01", SECURED)


def test_a_mortgagee_is_told_before_the_scheme_is_approved():
    without = tuple(step for step in AGREEMENT[:-2] if step[0] != "mortgagee_told")
    assert "书面通知抵押权人" in step_after(without[:-1], *without[-1], SECURED)
    assert not step_after(without[:-1], *without[-1], Matter())


def test_the_department_at_fault_is_told_before_the_scheme():
    assert "造成闲置的部门" in step_after(COMMON, "scheme", "2024-03-01", THEIRS)
    assert not step_after(COMMON, "scheme", "2024-03-01", Matter())
    told = (*COMMON, ("department_told", "2024-02-21"))
    assert not step_after(told, "scheme", "2024-03-01", THEIRS)


@pytest.mark.parametrize(("power", "refused"), [("county", 0), ("city", 0), ("province", 1)])
def test_a_reclamation_that_a_lower_government_approved_is_refused(power, refused):
    owner = next(level for level in Level if level.value == power)
    matter = Matter(power=owner, owner="某人民政府")
    said = step_after(RECLAIM[:-2], "reclaim_decision", "2024-03-18", matter)
    assert ("无权批准" in said) == bool(refused)


@pytest.mark.parametrize(
    ("authority", "level", "said"),
    [
        ("示例市自然资源局", "city", "不是人民政府"),
        ("示例县人民政府", "city", "为县级，与所填级别市级不符"),
        ("河南省人民政府", "county", "为省级，与所填级别县级不符"),
        ("示例市人民政府", "province", "为县级或市级，与所填级别省级不符"),
        ("示例市人民政府", "county", ""),
        ("示例市浦东新区人民政府", "city", ""),
        ("国务院", "state", ""),
        ("示例新区管理委员会", "county", ""),
    ],
)
def test_only_a_government_of_the_level_said_approves(authority, level, said):
    approved = ("fee_approved", "2024-03-15")
    refusal = step_after(DECISION[:-3], *approved, Matter(), authority=authority, level=level)
    assert said in refusal
    assert bool(said) == bool(refusal)


def test_land_on_which_work_is_suspended_is_never_taken_by_decision():
    stopped = Matter(suspended_on=date(2023, 1, 1))
    said = step_after(COMMON, "intended", "2024-02-21", stopped)
    assert "自 2023-01-01 起中止开发，只能协商处置" in said
    assert not step_after(COMMON, "scheme", "2024-02-21", stopped)
    assert not step_after(COMMON, "intended", "2024-02-21", Matter(suspended_on=date(2024, 3, 1)))


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        ({}, None),
        ({"suspended_on": "2018-01-01"}, date(2018, 1, 1)),
        ({"suspended_on": "2019-06-02"}, None),
        ({"suspended_on": "2018-01-01", "resumed_on": "2018-05-01"}, None),
        ({"suspended_on": "2018-01-01", "completed_on": "2018-05-01"}, None),
        ({"suspended_on": "2016-01-01"}, None),
    ],
)
def test_work_is_suspended_after_a_start_and_until_it_goes_on(facts, since):
    held = layers([supply("S0", started_on="2017-01-01", **facts)])
    assert matter_of(held, load_rules(), "S0", date(2019, 6, 1)).suspended_on == since


def test_a_city_of_county_level_may_take_back_what_it_has_granted():
    matter = Matter(power=Level.CITY, owner="示例市人民政府")
    before = written(*DECISION[:-3])
    approved = entry("reclaim_approved", "2024-03-15", level="county")
    check([*before, approved], entry("reclaim_decision", "2024-03-18"), matter)


def test_without_punishment_neither_review_nor_two_officers_nor_ninety_days_are_asked_for():
    light = Matter(conduct=replace(USUAL, as_punishment=False))
    served = COMMON + DECISION[len(COMMON) : len(COMMON) + 2]
    assert "集体讨论" in step_after(served, "fee_approved", "2024-03-15", Matter())
    assert not step_after(served, "fee_approved", "2024-03-15", light)
    assert "期限" in step_after(served, "fee_approved", "2024-02-23", light)
    assert "2 人" in step_after(COMMON[:4], "visited", "2024-01-20", Matter(), who="张三")
    assert not step_after(COMMON[:4], "visited", "2024-01-20", light, who="张三")
    first = written(*COMMON[:4])
    assert "fee_decision" in {d.step for d in due(first, date(2024, 1, 12))}
    assert "fee_decision" not in {d.step for d in due(first, date(2024, 1, 12), light)}


def test_without_roll_over_a_term_ends_on_a_sunday():
    """Thirty days after 2024-01-12 is Sunday 2024-02-11, in the spring holidays."""
    plain = Matter(conduct=replace(USUAL, roll_over=False))
    first = written(*COMMON[:4])
    ends = [
        {d.step: d.due_on for d in due(first, date(2024, 1, 12), matter)}["answered"]
        for matter in (Matter(), plain)
    ]
    assert ends == [date(2024, 2, 18), date(2024, 2, 11)]


def test_a_service_by_public_notice_takes_effect_when_the_rule_says():
    sixty = replace(USUAL, public_notice_days=60)
    notice = entry("finding_served", "2024-02-08", manner="public_notice")
    served = [*written(*COMMON[:7]), replace(notice, number=99)]
    assert state(served, date(2024, 3, 9)).status is CaseStatus.FOUND
    assert state(served, date(2024, 3, 9), sixty).status is CaseStatus.SUSPECTED
    assert state(served, date(2024, 4, 8), sixty).status is CaseStatus.FOUND


def terms_of(steps, on, matter=NOTHING):
    """The last day of every term that runs, by its step."""
    return {d.step: d.due_on for d in due(written(*steps), date.fromisoformat(on), matter)}


def test_enforcement_is_asked_within_three_months_after_the_term_to_sue():
    # Served on 20 March: to be sued by 20 September, to be enforced by 20 December.
    demanded = (*DECISION, ("demand", "2024-05-06"))
    assert terms_of(demanded, "2024-07-01")["enforcement"] == date(2024, 12, 20)
    served = (*DECISION[:-1], ("fee_served", "2024-03-20", {"manner": "public_notice"}))
    late = (*served, ("demand", "2024-05-21"))  # in effect on 19 April, 19 October is a Saturday
    assert terms_of(late, "2024-07-01")["enforcement"] == date(2025, 1, 21)


def test_enforcement_is_not_due_while_a_suit_or_a_reconsideration_is_pending():
    demanded = (*DECISION, ("demand", "2024-05-06"))
    for step in ("suit", "reconsideration"):
        assert "enforcement" not in terms_of((*demanded, (step, "2024-05-10")), "2024-07-01")


def test_a_judgment_is_enforced_within_the_years_of_the_rule_and_its_number_may_change():
    sued = (*DECISION, ("demand", "2024-05-06"), ("suit", "2024-05-10"), ("judged", "2024-06-20"))
    assert terms_of(sued, "2024-07-01")["enforcement"] == date(2026, 6, 22)  # 19 to 21 off
    one = Matter(conduct=replace(USUAL, judgment_months=12))
    assert terms_of(sued, "2024-07-01", one)["enforcement"] == date(2025, 6, 20)
    gone = (*sued, ("annulled", "2024-06-21"))
    assert "enforcement" not in terms_of(gone, "2024-07-01")


def test_after_a_reconsideration_fifteen_days_to_sue_and_then_three_months_to_enforce():
    asked = (*DECISION, ("demand", "2024-05-06"), ("reconsideration", "2024-05-10"))
    assert "suit" not in terms_of(asked, "2024-06-01")
    upheld = (*asked, ("reconsidered", "2024-06-20"))
    assert terms_of(upheld, "2024-06-21")["suit"] == date(2024, 7, 5)
    assert terms_of(upheld, "2024-07-08")["enforcement"] == date(2024, 10, 8)  # 1 to 7 off
    assert "2024-07-05" in refused(written(*upheld), "enforcement", "2024-07-05")
    written(("enforcement", "2024-07-08"), before=written(*upheld))
    assert {d.certainty for d in due(written(*upheld), date(2024, 7, 8))} == {"text", "unverified"}


def test_there_is_no_case_before_the_land_was_supplied():
    matter = Matter(supplied_on=date(2024, 1, 2))
    with pytest.raises(RefusedStep, match="supplied only on 2024-01-02"):
        check((), entry("lead", "2024-01-01"), matter)
    check((), entry("lead", "2024-01-02"), matter)


def test_after_a_closing_only_a_lead_begins_another_case():
    over = written(*DECISION, ("fee_paid", "2024-04-10"), ("closed", "2024-04-11"))
    assert "no case is open" in refused(over, "closed", "2024-04-12")
    assert [step.code for step in allowed(over, date(2024, 4, 12))] == ["lead"]


def test_what_is_paid_is_not_enforced():
    paid = written(*DECISION, ("fee_paid", "2024-04-10"))
    assert "nothing is left to enforce" in refused(paid, "demand", "2024-05-06")
    demanded = written(*DECISION, ("demand", "2024-05-06"), ("fee_paid", "2024-05-10"))
    assert "nothing is left to enforce" in refused(demanded, "enforcement", "2024-12-01")


def test_every_article_of_a_step_has_an_english_name():
    spans = [span for step in STEPS.values() for span in step.due]
    for article in {*(step.article for step in STEPS.values()), *(s.article for s in spans)}:
        assert in_english(article).isascii()
    assert (
        in_english("第53号令第十四条第（一）项、第十六条") == "order 53 article 14(1), article 16"
    )
    assert in_english("法释〔2018〕1号第一百五十三条").endswith("article 153")


def test_the_terms_of_the_steps_are_those_of_the_rulebook_and_as_sure_as_it_is():
    shipped = load_rules().rule("step-terms")
    counts = {
        "investigate_days": 20,
        "answer_days": 15,
        "hearing_working_days": 3,
        "hearing_notice_working_days": 2,
        "decide_days": 60,
        "fulfil_days": 45,
    }
    said = replace(shipped, **counts, status=Status.UNVERIFIED)
    matter = Matter(conduct=conduct_of(replace(load_rules(), rules=(said,)), date(2024, 1, 1)))
    assert matter.conduct == Conduct(**counts, terms="unverified")
    assert not step_after(DECISION[:14], "hearing_held", "2024-03-01", matter)
    assert "期限" in step_after(DECISION[:14], "hearing_held", "2024-03-01", NOTHING)
    found = {d.step: d for d in due(written(*COMMON[:4]), date(2024, 1, 12), matter)}
    assert {d.certainty for d in found.values()} == {"unverified"}
    assert (found["answered"].due_on, found["fee_decision"].due_on) == (
        date(2024, 1, 29),
        date(2024, 3, 5),
    )


def test_the_terms_of_remedies_are_those_of_the_rulebook_and_as_sure_as_it_is():
    shipped = load_rules().rule("remedy-terms")
    assert conduct_of(load_rules(), date(2024, 1, 1)) == USUAL
    said = replace(
        shipped,
        reconsider_days=30,
        sue_months=3,
        sue_days=10,
        demand_working_days=5,
        enforce_months=6,
        judgment_years=1,
        status=Status.VERIFIED,
    )
    matter = Matter(conduct=conduct_of(replace(load_rules(), rules=(said,)), date(2024, 1, 1)))
    assert matter.conduct == Conduct(
        reconsider_days=30,
        sue_months=3,
        sue_days=10,
        demand_working_days=5,
        enforce_months=6,
        judgment_months=12,
        remedies="text",
    )
    terms = due(written(*DECISION), date(2024, 3, 21), matter)
    assert {d.step: d.due_on for d in terms} == {
        "fee_paid": date(2024, 4, 19),
        "reconsideration": date(2024, 4, 19),
        "suit": date(2024, 6, 20),
        "enforcement": date(2024, 12, 20),
    }
    assert {d.certainty for d in terms} == {"text"}


def test_a_rule_of_an_older_record_that_says_fewer_terms_leaves_the_others_as_usual():
    names = ("reconsider_days", "sue_months", "demand_working_days", "enforce_months")
    older = replace(load_rules().rule("remedy-terms"), **dict.fromkeys(names))
    book = replace(load_rules(), rules=(older,))
    assert conduct_of(book, date(2024, 1, 1)) == USUAL
