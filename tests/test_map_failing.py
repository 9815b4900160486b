"""The page of a large city whose server fails, or takes its time: it says so, and asks again."""

import json

import pytest

from maps import brief
from tests.chromium import Visit, browser, installed
from tests.hands import choose, figures
from tests.test_api import serving
from tests.town import town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="no Chromium: install Debian's chromium"),
]

FIRST, SECOND = "4107022012B00001", "4107022017B00002"
FAULT = {"detail": "the server cannot answer this now.", "detail_zh": "服务器暂时无法回答。"}
DRAWN = """() => {
  const tiles = [...document.querySelectorAll("canvas.leaflet-tile")];
  return tiles.length && tiles.every((one) => one.classList.contains("leaflet-tile-loaded"));
}"""
ALARM, AGAIN = "#alarm:not([hidden])", "#alarm-again"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failing")
    town(folder)
    with pytest.MonkeyPatch.context() as patched, serving(folder / "town.db") as client:
        patched.setattr(brief, "LARGE", 0)
        yield str(client.base_url).rstrip("/") + "/"


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


@pytest.fixture
def visit(chromium):
    seen = Visit(chromium)
    yield seen
    assert not [said for said in seen.complaints if "Failed to load resource" not in said]
    seen.page.close()


class Outage:
    """What the server is asked for under some addresses fails, until it is over."""

    def __init__(self, page, pattern, **answer):
        self.page, self.pattern = page, pattern
        self.asked = 0
        self.answer = answer or {"status": 503, "body": json.dumps(FAULT)}
        page.route(pattern, self._fail)

    def _fail(self, route):
        self.asked += 1
        if "abort" in self.answer:
            return route.abort()
        return route.fulfill(**self.answer)

    def end(self):
        self.page.unroute(self.pattern)


def test_a_page_without_its_data_says_why_and_comes_with_the_next_try(visit, address):
    outage = Outage(visit.page, "**/map/scene?*")
    visit.page.goto(address)
    visit.page.wait_for_selector(ALARM)
    said = visit.page.inner_text("#alarm")
    assert "服务器暂时无法回答（HTTP 503）。仍不成功" in said
    outage.end()
    visit.page.click(AGAIN)
    visit.page.wait_for_selector("html[data-ready]")


def test_a_server_out_of_reach_is_told_in_the_language_of_the_page(visit, address):
    page = visit.open(address)
    Outage(page, "**/statistics?*", abort=True)
    page.evaluate("landgis.asked.set({ outcome: ['fee'] })")
    page.wait_for_selector(ALARM)
    assert "连接不上服务器" in page.inner_text("#alarm")
    page.click("[data-lang=en]")
    assert "the server cannot be reached" in page.inner_text("#alarm")
    page.click("#alarm-close")
    assert page.is_hidden("#alarm")


def test_numbers_that_did_not_come_are_asked_for_once_more(visit, address):
    page = visit.open(address)
    outage = Outage(page, "**/statistics?*")
    page.evaluate("landgis.asked.set({ outcome: ['fee'] })")
    page.wait_for_selector(ALARM)
    assert figures(page, "idle")[0] == ""
    outage.end()
    page.click(AGAIN)
    page.wait_for_function(
        "() => document.querySelector('#legend tr[data-layer=idle] td.num').textContent !== ''"
    )
    assert page.is_hidden("#alarm")


def test_tiles_that_did_not_come_are_told_and_drawn_with_the_next_try(visit, address):
    page = visit.open(address)
    outage = Outage(page, "**/tiles/**")
    page.evaluate("map_landgis.setView([35.2294, 113.8907], 17, {animate: false})")
    page.wait_for_selector(ALARM)
    outage.end()
    page.click(AGAIN)
    page.wait_for_function(DRAWN)


def test_a_card_that_did_not_come_leaves_a_way_back_and_another_try(visit, address):
    page = visit.open(address)
    outage = Outage(page, "**/map/card?*")
    page.fill("#search", FIRST)
    page.locator("#suggestions [role=option]").first.click()
    page.wait_for_selector("#card [role=alert]")
    assert page.inner_text("#card-title") == FIRST
    page.keyboard.press("Escape")
    assert page.is_hidden("#card")
    page.fill("#search", SECOND)
    page.locator("#suggestions [role=option]").first.click()
    page.wait_for_selector("#card [role=alert]")
    outage.end()
    page.click("#card-again")
    page.wait_for_selector(f"#card code:text-is('{SECOND}')")


def test_the_card_that_was_asked_for_last_stays_however_late_another_comes(visit, address):
    page = visit.open(address)
    late = []
    page.route(f"**/map/card?*{FIRST}*", lambda route: late.append(route))
    page.fill("#search", FIRST)
    page.locator("#suggestions [role=option]").first.click()
    choose(page, SECOND)
    with page.expect_response(f"**/map/card?*{FIRST}*"):
        late[0].continue_()
    page.wait_for_timeout(100)
    assert page.inner_text("#card code") == SECOND


@pytest.mark.parametrize(
    ("tool", "shown"), [("months", "#months-slider"), ("compare", ".difference td")]
)
def test_months_and_comparison_that_did_not_come_are_asked_for_again(visit, address, tool, shown):
    page = visit.open(address)
    outage = Outage(page, "**/api/v1/*")
    page.click(f"#tool-{tool}")
    page.wait_for_selector(ALARM)
    outage.end()
    page.click(AGAIN)
    page.locator(shown).first.wait_for()


def test_a_search_that_failed_says_so_below_the_box(visit, address):
    page = visit.open(address)
    Outage(page, "**/map/search?*")
    page.fill("#search", FIRST)
    page.locator("#suggestions", has_text="搜索失败：服务器暂时无法回答").wait_for()


def test_an_area_that_was_not_counted_is_counted_with_the_next_try(visit, address):
    page = visit.open(address)
    outage = Outage(page, "**/statistics?*polygon*")
    page.click("#tool-area")
    page.fill("#sketch-text", "113.88 35.22\n113.90 35.22\n113.90 35.24")
    page.click("#sketch-take")
    page.locator("#sketch [role=alert]", has_text="统计失败").wait_for()
    outage.end()
    page.click("#sketch-again")
    page.wait_for_selector("#sketch-idle")


def test_a_server_that_takes_its_time_is_told_over_the_map(visit, address):
    page = visit.open(address)
    page.wait_for_selector("#busy", state="hidden")
    late = []
    page.route("**/statistics?*", lambda route: late.append(route))
    page.evaluate("landgis.asked.set({ outcome: ['fee'] })")
    page.wait_for_selector("#busy:not([hidden])")
    assert page.inner_text("#busy") == "服务器正在计算……"
    for route in late:
        route.continue_()
    page.wait_for_selector("#busy", state="hidden")
