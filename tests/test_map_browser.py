"""The page of the map in a real browser: from disk and from a server, by pointer and keyboard."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from landgis import inventory as answers
from landgis.errors import NotFound
from landgis.ledger import AREAS, ledger
from landgis.measure import to_hectares, to_mu
from maps.cards import card
from maps.page import STATIC, lone_page, served_page
from maps.scene import scene
from tests.chromium import Visit, browser, installed
from tests.town import HOSTILE, RULES, town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="no Chromium: install Debian's chromium"),
]


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def file(taken, tmp_path_factory):
    target = tmp_path_factory.mktemp("page") / "map.html"
    target.write_text(lone_page(scene(taken, RULES, with_cards=True)), "utf-8")
    return target.as_uri()


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


@pytest.fixture
def visit(chromium, file):
    """The page opened from disk; afterwards it must have asked for nothing and said nothing."""
    seen = Visit(chromium)
    yield seen.open(file)
    assert seen.complaints == []
    assert [url for url in seen.requests if url != file] == []
    seen.page.close()


def figures(page, name):
    cells = page.locator(f"#legend tr[data-layer={name}] td.num").all_inner_texts()
    return [cell.replace(",", "") for cell in cells]


def outline(page, key):
    """The middle of a feature on the screen, by its key."""
    return page.evaluate(
        """key => {
          let found;
          map_landgis.eachLayer(l => { if (l.feature?.properties.key === key) found = l; });
          const at = map_landgis.latLngToContainerPoint(found.getBounds().getCenter());
          const box = map_landgis.getContainer().getBoundingClientRect();
          return [box.x + at.x, box.y + at.y];
        }""",
        key,
    )


def choose(page, typed):
    page.fill("#search", typed)
    page.locator("#suggestions [role=option]").first.click()
    page.wait_for_selector("#card:not([hidden]) h2")


def test_the_legend_shows_the_ledger(visit, taken):
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    visit.locator("#show-released").check()
    for stage, column in AREAS.items():
        shown = figures(visit, stage.value)
        assert shown[1:] == [f"{to_hectares(total[column]):.2f}", f"{to_mu(total[column]):.2f}"]
    idle = answers.idle(taken)
    area = idle["area_m2"].sum()
    assert figures(visit, "idle") == [
        str(len(idle)), f"{to_hectares(area):.2f}", f"{to_mu(area):.2f}"
    ]  # fmt: skip


def test_a_click_on_the_map_opens_the_card_of_that_parcel(visit):
    for number in ("4107022012B00001", "4107022013B00003"):
        visit.mouse.click(*outline(visit, f"supplies:{number}"))
        visit.wait_for_selector(f"#card code:text-is('{number}')")


def test_the_card_shows_clock_finding_fee_and_article(visit):
    choose(visit, "4107022012B00001")
    text = visit.locator("#card").inner_text()
    for said in ("年产一万吨绿色纤维项目", "疑似闲置", "以使用权人原因为前提", "246,913.58 元",
                 "第十四条", "2014-05-31", "扣除 181 天", "新政文〔2013〕88号"):  # fmt: skip
        assert said in text
    assert visit.locator("#card svg.timeline[role=img]").count() == 1


@pytest.mark.parametrize(
    "typed", ["B00001", "一万吨绿色", "青禾化纤", "４１０７０２２０１２Ｂ００００１"]
)
def test_search_finds_by_number_project_and_holder(visit, typed):
    choose(visit, typed)
    assert visit.locator("#card code").inner_text() == "4107022012B00001"
    assert visit.evaluate("map_landgis.getZoom()") >= 15


def test_search_works_by_keyboard_alone(visit):
    visit.focus("#search")
    visit.keyboard.type("电池")
    visit.keyboard.press("ArrowDown")
    assert visit.get_attribute("#search", "aria-activedescendant") == "suggestion-0"
    visit.keyboard.press("Enter")
    visit.wait_for_selector("#card code:text-is('4107022013B00003')")
    visit.keyboard.press("Escape")
    assert visit.locator("#overview").is_visible()


def test_search_for_nothing_says_what_to_try(visit):
    visit.fill("#search", "火星")
    assert "没有找到“火星”" in visit.locator("#suggestions").inner_text()
    assert "没有找到" in visit.locator("#search-said").inner_text()


def test_a_supply_without_an_outline_has_a_card_too(visit):
    choose(visit, "无图形")
    assert "没有图形" in visit.locator("#card").inner_text()


def test_the_language_changes_everything_without_a_reload(visit):
    choose(visit, "4107022012B00001")
    visit.click("[data-lang=en]")
    assert visit.title() == "Stock land on one map"
    assert visit.get_attribute("html", "lang") == "en"
    assert "Idle-land fee" in visit.locator("#card").inner_text()
    assert "Supplied not used" in visit.locator("#legend").inner_text()
    visit.click("[data-lang=zh]")
    assert "闲置费" in visit.locator("#card").inner_text()


def test_hostile_names_are_shown_as_text(visit):
    choose(visit, "4107022017B00002")
    assert visit.locator("#card-title").evaluate("n => n.textContent") == HOSTILE
    visit.mouse.move(*outline(visit, "supplies:4107022017B00002"))
    visit.wait_for_selector(".leaflet-tooltip")
    assert "<script>alert(1)</script>" in visit.locator(".leaflet-tooltip").inner_text()
    assert visit.locator("#card script, .leaflet-tooltip script, #overview script").count() == 0


def test_a_hostile_search_is_shown_as_text(visit):
    visit.fill("#search", "<img src=x onerror=alert(2)>")
    assert "<img src=x" in visit.locator("#suggestions").inner_text()
    assert visit.locator("#suggestions img").count() == 0


def test_one_button_shows_the_whole_map_again(visit):
    whole = visit.evaluate("map_landgis.getZoom()")
    visit.evaluate("map_landgis.setView([30, 100], 9, {animate: false})")
    visit.get_by_role("button", name="全图").click()
    visit.wait_for_timeout(800)
    assert visit.evaluate("map_landgis.getZoom()") == whole


def test_layers_can_be_hidden(visit):
    drawn = "document.querySelectorAll('.leaflet-idle-pane path').length"
    assert visit.evaluate(drawn) == 2
    visit.locator("#show-idle").uncheck()
    assert visit.evaluate(drawn) == 0
    visit.locator("#show-idle").check()
    assert visit.evaluate(drawn) == 2


def test_idle_land_is_told_by_hatch_and_outline_not_by_colour_alone(visit):
    path = visit.locator(".leaflet-idle-pane path").first
    assert path.get_attribute("fill") == "url(#hatch-idle)"
    assert float(path.get_attribute("stroke-width")) > 1.5


def test_the_address_remembers_the_open_card(chromium, file):
    seen = Visit(chromium)
    page = seen.open(f"{file}#supplies%3A4107022013B00003")
    page.wait_for_selector("#card code:text-is('4107022013B00003')")
    assert seen.complaints == []
    page.close()


def test_the_date_the_revision_and_the_freshness_are_on_the_page(visit, taken):
    assert visit.locator("#stamp-on").inner_text() == "2020-06-01"
    assert str(taken.known) in visit.locator("#stamp-known").inner_text()
    assert visit.locator("#fresh tbody tr").count() == 11


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_nothing_runs_out_of_the_window(chromium, file, width, height):
    seen = Visit(chromium, width=width, height=height)
    page = seen.open(file)
    for lang in ("zh", "en"):
        page.click(f"[data-lang={lang}]")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("document.documentElement.scrollHeight") == height
        for part in ("#panel", "#legend"):
            over = "n => n.scrollWidth - n.clientWidth"
            assert page.locator(part).evaluate(over) <= 0
    page.close()


def test_text_on_its_ground_is_readable(visit):
    choose(visit, "4107022012B00001")
    pale = visit.evaluate(CONTRAST)
    assert pale == []


CONTRAST = """() => {
  const parts = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(n).backgroundColor);
      if (a > 0.9) return [r, g, b];
      if (getComputedStyle(n).backgroundImage !== "none") return [14, 68, 104];
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const node of document.querySelectorAll(".bar *, #panel *, #legend *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || node.closest("svg") || !node.getClientRects().length) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const said = node.textContent.slice(0, 20);
    if (ratio < 4.5) pale.push(`${node.className} ${said} ${ratio.toFixed(2)}`);
  }
  return pale;
}"""
"""Every text whose contrast with its ground is under 4.5 to 1 (WCAG 2 AA)."""


def test_a_print_is_one_sheet_with_the_whole_view(visit):
    before = visit.evaluate("map_landgis.getBounds().toBBoxString()")
    sheet = visit.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    assert visit.evaluate("map_landgis.getBounds().toBBoxString()") == before


class Desk(BaseHTTPRequestHandler):
    """A server of the page, its data, its cards and its files, and nothing else."""

    def do_GET(self):
        asked = urlsplit(self.path)
        try:
            kind, body = self.answer(asked.path, parse_qs(asked.query))
        except (NotFound, FileNotFoundError):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path, query):
        taken = self.server.taken
        if path == "/":
            page = served_page(data_url="/map/data", card_url="/map/card?on=2020-06-01")
            return "text/html; charset=utf-8", page.encode()
        if path == "/map/data":
            return "application/json", json.dumps(scene(taken, RULES)).encode()
        if path == "/map/card":
            return "application/json", json.dumps(card(taken, RULES, query["key"][0])).encode()
        if path == "/favicon.ico":
            return "image/x-icon", b""
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        return kind, (STATIC / path.removeprefix("/static/")).read_bytes()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def address(taken):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.taken = taken
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_served_page_fetches_its_data_and_cards_from_its_own_server_only(chromium, address):
    seen = Visit(chromium)
    page = seen.open(address)
    choose(page, "一万吨绿色")
    assert "246,913.58 元" in page.locator("#card").inner_text()
    assert [url for url in seen.requests if not url.startswith(address)] == []
    assert any("/map/card?on=2020-06-01&key=" in url for url in seen.requests)
    assert seen.complaints == []
    page.close()


def test_another_date_is_asked_of_the_server(chromium, address):
    seen = Visit(chromium)
    page = seen.open(address)
    assert page.input_value("#stamp-on input") == "2020-06-01"
    page.fill("#stamp-on input", "2019-01-01")
    page.wait_for_url("**/?on=2019-01-01&lang=zh")
    page.close()


def test_a_server_that_fails_is_told_on_the_page(chromium, address):
    seen = Visit(chromium)
    seen.page.route("**/map/data", lambda route: route.fulfill(status=503, body="{}"))
    seen.page.goto(address)
    seen.page.wait_for_selector("#alarm:not([hidden])")
    assert "HTTP 503" in seen.page.locator("#alarm").inner_text()
    seen.page.close()
