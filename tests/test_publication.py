"""The public list: only what was served and is not disposed of, nobody's name, no others' cause."""

import html.parser
from datetime import date

import pytest

from landgis import inventory, issues
from landgis.documents.publication import COLUMNS, masked, page, public_list
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.store import Delivery, open_store
from tests.test_notice import SUPPLIED, walked
from tests.test_procedure import AGREEMENT, COMMON
from tests.worlds import layer

SERVED = date(2024, 2, 8)


@pytest.fixture(scope="module")
def take(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("p") / "p.db", create=True)
    source = Source("x.csv", "0" * 64, "CSV", "utf-8")
    supply = {**SUPPLIED, "holder": "王小明"}
    late = {"supply_id": SUPPLIED["supply_id"], "status": "verified", "from_on": "2019-02-01"}
    delays = [
        {**late, "cause": "land_not_delivered", "until_on": "2019-03-01"},
        {**late, "cause": "holder"},
    ]
    store.record([Delivery(layer("supplies", supply), issues.empty(), source)])
    store.record([Delivery(layer("delays", *delays), issues.empty(), source)])
    yield lambda on: inventory.take(store, on, rulebook=load_rules())
    store.close()


def test_only_served_findings_are_public_until_they_are_disposed_of(take):
    entries = walked(AGREEMENT)
    days = {"2024-02-07": 0, "2024-02-08": 1, "2024-03-19": 1, "2024-03-20": 0}
    for day, count in days.items():
        on = date.fromisoformat(day)
        assert len(public_list(take(on), entries)) == count, day


def test_the_list_tells_place_time_and_the_governments_cause_alone(take):
    table = public_list(take(SERVED), walked(COMMON))
    assert tuple(table.columns) == COLUMNS
    row = table.iloc[0]
    assert row["holder"] == "王＊＊"
    assert row["public_cause"] == "未按约定交付土地"
    english = public_list(take(SERVED), walked(COMMON), "en")
    assert english["public_cause"].iloc[0] == "land not delivered"
    assert str(row["idle_since"].date()) == "2020-01-02"
    assert (row["full_years"], row["location"]) == (5, SUPPLIED["location"])


def test_the_page_is_well_formed_and_takes_no_markup_from_the_data(take):
    said = page(public_list(take(SERVED), walked(COMMON)), SERVED, "示例局 <b>")
    parser = html.parser.HTMLParser()
    parser.feed(said)
    assert "&lt;甲&gt;" in said
    assert "&lt;b&gt;" in said
    assert "王小明" not in said
    assert page(public_list(take(SERVED), []), SERVED, "", "en").count("<td>") == 0


@pytest.mark.parametrize(
    ("holder", "code", "said"),
    [
        ("王小明", None, "王＊＊"),
        ("王小明、李四", None, "王＊＊、李＊"),
        ("王小明", "11010119900101123X", "王＊＊"),
        ("买买提·艾力", None, "买＊＊＊＊＊"),
        ("示例纺织厂", None, "示例纺织厂"),
        ("示例公司", None, "示例公司"),
        ("华为", "91440300192200999X", "华为"),
        ("", None, ""),
        ("王 小明", None, "王＊＊"),
        ("王小明 李四", None, "王＊＊、李＊"),
        ("王小明/李四", None, "王＊＊、李＊"),
        ("王小明等3人", None, "王＊＊等3人"),
        ("王小明（身份证110101199001011234）", None, "王＊＊"),
        ("王小明", "110101900101123", "王＊＊"),
        ("王小明", "92410100MA3X12345K", "王＊＊"),
        ("John Smith", None, "J＊＊＊＊＊＊＊＊＊"),
        ("Example Land Co. Ltd", None, "Example Land Co. Ltd"),
        ("示例纺织厂（普通合伙）", None, "示例纺织厂（普通合伙）"),
        ("王" * 5000, None, "王" * 5000),
    ],
)
def test_natural_persons_are_masked_and_firms_are_not(holder, code, said):
    assert masked(holder, code) == said
