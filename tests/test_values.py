"""Dates, money, areas and codes: what is read, and what is never guessed."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.quality import codes, values


def column(*texts):
    return pd.Series(texts, dtype="str")


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-28",
        "2019年03月28日",
        "2019年3月28日",
        "2019/3/28",
        "2019.3.28",
        "20190328",
        "43552",
        "43552.75",
        "2019-03-28 18:26:52",
        "2019-03-28T00:00:00.000000",
        "２０１９年３月２８日",
        "2019-03-27T16:00:00Z",
        "2019-03-28T08:00:00+08:00",
    ],
)
def test_a_date_in_any_spelling_is_the_same_day(text):
    dates = values.parse_dates(column(text))
    assert dates.values[0] == pd.Timestamp("2019-03-28")
    assert not dates.unreadable[0]


@pytest.mark.parametrize("text", ["1900-01-01", "1900年1月1日", "", "-", "无", "NULL", "/"])
def test_a_date_that_says_nothing_is_empty_and_no_problem(text):
    dates = values.parse_dates(column(text))
    assert dates.values.isna()[0]
    assert not dates.unreadable[0]


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月",
        "28/03/2019",
        "19-03-28",
        "2019-13-45",
        "2019-02-29",
        "2019年5月14日至2019年5月30日",
        "待定",
        "12345",
        "99999",
        "2019-03/28",
    ],
)
def test_a_date_that_would_have_to_be_guessed_is_unreadable_and_empty(text):
    dates = values.parse_dates(column(text))
    assert dates.values.isna()[0]
    assert dates.unreadable[0]


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("44523万元", "元", 44_523_000_000),
        ("2249.687", "万元", 2_249_687_000),
        ("0.0000005", "万元", 1),
        ("0.00000049", "万元", 0),
        ("1,234.56", "元", 123_456),
        ("￥1.5亿元", "元", 15_000_000_000),
        ("99999999999.99", "元", 9_999_999_999_999),
    ],
)
def test_money_is_whole_fen_half_up(text, unit, fen):
    assert values.parse_money(column(text), unit).values[0] == fen


@given(st.decimals(0, 10**9, places=6))
def test_no_price_in_ten_thousand_yuan_loses_a_fen(price):
    fen = values.parse_money(column(str(price)), "万元").values[0]
    assert abs(Decimal(int(fen)) - price * 1_000_000) <= Decimal("0.5")


numbers = st.decimals(0, 10**13, allow_nan=False, places=None).map(lambda d: f"{d:f}"[:20])


@given(st.lists(numbers, min_size=1, max_size=5), st.sampled_from(["元", "万元", "分", "亿元"]))
def test_plain_digits_all_at_once_are_what_they_are_one_by_one(texts, unit):
    money, area = values.parse_money(column(*texts), unit), values.parse_areas(column(*texts), "亩")
    for i, text in enumerate(texts):
        one = values.parse_money(column(f"+{text}"), unit)
        assert money.unreadable[i] == one.unreadable[0]
        assert money.values[i] is pd.NA or money.values[i] == one.values[0]
        alone = values.parse_areas(column(f"+{text}"), "亩").values[0]
        assert area.values[i] == pytest.approx(alone, rel=0, abs=0, nan_ok=True)


@given(st.lists(st.dates(date(1850, 1, 1), date(2150, 1, 1)).map(str), min_size=1, max_size=5))
def test_plain_days_all_at_once_are_what_they_are_one_by_one(texts):
    several = values.parse_dates(column(*texts, "2019-02-30", "2019年3月1日", "1900-01-01"))
    for i, text in enumerate(texts):
        assert several.values[i] == values.parse_dates(column(f"{text} 00:00")).values[0] or (
            text in ("1900-01-01", "1899-12-30")
        )
    assert several.unreadable.tolist() == [False] * len(texts) + [True, False, False]
    assert several.values.isna().tolist()[-3:] == [True, False, True]


@pytest.mark.parametrize("text", ["99999999999999999999", "1e300", "-1e99", "9" * 400, "1e12亿元"])
def test_a_number_beyond_all_measure_is_unreadable_and_empty(text):
    for parsed in (
        values.parse_money(column(text, "1"), "万元"),
        values.parse_areas(column(text, "1"), "亩"),
        values.parse_numbers(column(text, "1")),
        values.parse_years(column(text, "1")),
    ):
        assert parsed.unreadable.tolist() == [True, False]
        assert parsed.values.isna().tolist() == [True, False]


def test_an_hour_that_leads_out_of_the_calendar_is_unreadable():
    assert values.parse_dates(column("9999-12-31T23:00-09:00")).unreadable[0]


@pytest.mark.parametrize("text", ["更正为15635万元", "约500", "5,00", "12万元整", "元"])
def test_money_with_words_in_it_is_unreadable(text):
    assert values.parse_money(column(text), "元").unreadable[0]


@pytest.mark.parametrize(
    ("text", "unit", "square_metres"),
    [
        ("7.398", "公顷", 73_980.0),
        ("42538.29平方米", "公顷", 42_538.29),
        ("15亩", "公顷", 10_000.0),
        ("1亩", "公顷", 2000 / 3),
        ("0.5 km²", "公顷", 500_000.0),
        ("300㎡", "公顷", 300.0),
    ],
)
def test_an_area_takes_the_unit_of_its_cell_before_that_of_its_column(text, unit, square_metres):
    assert values.parse_areas(column(text), unit).values[0] == square_metres


def test_a_number_without_any_unit_is_no_area():
    assert values.parse_areas(column("7.398"), "").unreadable[0]


@pytest.mark.parametrize(("text", "years"), [("50", 50), ("50年", 50), ("70.0", 70)])
def test_a_term_is_one_whole_number_of_years(text, years):
    assert values.parse_years(column(text)).values[0] == years


def test_several_terms_for_several_uses_are_not_one_term():
    assert values.parse_years(column("工业用地50年; 其他商服用地40")).unreadable[0]


def test_flags_are_read_as_people_write_them():
    flags = values.parse_flags(column("是", "否", "有", "无", "TRUE", "0", "", "也许"))
    assert flags.values.tolist() == [True, False, True, False, True, False, pd.NA, pd.NA]
    assert flags.unreadable.tolist() == [False] * 7 + [True]


def test_a_social_credit_code_is_checked_by_its_last_character():
    found = codes.bad_credit_codes(column("91410700MA3X5Y1B2C", "91350100M000100Y43", None))
    assert found.tolist() == [True, False, False]


def test_codes_are_judged_by_their_form_and_other_numbers_are_left_alone():
    assert codes.bad_districts(column("410702", "440606000", "4107", "郑州")).tolist() == [
        False,
        False,
        True,
        True,
    ]
    parcels = column("410702001001GB00012", "410702001001XB00012", "G2019-36", None)
    assert codes.bad_parcels(parcels).tolist() == [False, True, False, False]
    numbers = column("4406062019BI7595", "4406062019b17595", "2019-1", None)
    assert codes.bad_supervision_numbers(numbers).tolist() == [False, True, False, False]
