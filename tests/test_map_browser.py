"""The page of the map in a real browser: from disk and from a server, by pointer and keyboard."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pyproj import Geod, Transformer

from landgis import inventory as answers
from landgis.conflicts import conflicts
from landgis.ledger import AREAS, ledger
from landgis.measure import to_hectares, to_mu
from maps.page import lone_page
from maps.scene import scene
from tests.chromium import Visit, browser, installed
from tests.hands import BOX, bars, choose, figures, outline, tick
from tests.test_api import serving
from tests.town import HOSTILE, RULES, town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="no Chromium: install Debian's chromium"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("town") / "town.db"


@pytest.fixture(scope="module")
def taken(store):
    return town(store.parent)


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


def test_search_for_nothing_says_what_to_try_in_the_language_of_the_page(visit):
    visit.fill("#search", "火星")
    assert "没有找到“火星”" in visit.locator("#suggestions").inner_text()
    assert "没有找到" in visit.locator("#search-said").inner_text()
    visit.click("[data-lang=en]")
    assert "Nothing found for “火星”" in visit.locator("#search-said").text_content()
    visit.focus("#search")
    assert "Nothing found for “火星”" in visit.locator("#suggestions").inner_text()


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
    visit.locator(".leaflet-tooltip", has_text="<script>alert(1)</script>").wait_for()
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


FILTERS = [
    ("standing", "idle", {"standing": "idle"}),
    ("outcome", "reclaim", {"outcome": "reclaim"}),
    ("district", "红旗区", {"district": "红旗区"}),
    ("park", "绿色纤维专业园区", {"park": "绿色纤维专业园区"}),
    ("stage", "supplied_not_used", {"stage": "supplied_not_used"}),
    ("min_full_years", "5", None),
    ("land_use", "工业用地", {"outcome": "reclaim", "q": "一万吨绿色"}),
]


@pytest.mark.parametrize(("part", "value", "asked"), FILTERS, ids=[f[0] for f in FILTERS])
def test_a_filter_leaves_what_the_list_of_the_same_filter_leaves(visit, taken, part, value, asked):
    tick(visit, part, value)
    if asked is not None:
        stock = answers.stock(taken, **asked)
        assert figures(visit, "sum")[:2] == [
            str(len(stock)), f"{to_hectares(stock['area_m2'].sum()):.2f}"
        ]  # fmt: skip
    # Uses are no filter of the list of stock: its only parcel of that use is asked for by name.
    own = {"min_full_years": value} if asked is None else asked
    idle = answers.idle(taken, **{k: v for k, v in own.items() if k != "stage"})
    assert figures(visit, "idle")[0] == str(len(idle))
    drawn = visit.evaluate("document.querySelectorAll('.leaflet-idle-pane path').length")
    assert drawn == int(idle.geometry.notna().sum())
    visit.click("#filter-clear")
    assert figures(visit, "idle")[0] == "3"


OUTLINES_AT_ONCE = """async () => {
  const place = document.body.appendChild(document.createElement("div"));
  const map = L.map(place, { center: [35, 114], zoom: 9 });
  map.createPane("labels");
  const districts = L.layerGroup().addTo(map);
  const after = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
  const frame = () => new Promise(after);
  const named = { features: [{ properties: { label: [114, 35], name: "甲" } }] };
  landgis.labels(map, { districts: named }, { districts });
  await frame();
  const measure = Element.prototype.getBoundingClientRect;
  let measured = 0;
  Element.prototype.getBoundingClientRect = function () {
    measured += this.className === "name";
    return measure.call(this);
  };
  const corners = [[35, 114], [35.1, 114], [35, 114.1]];
  for (let i = 0; i < 500; i += 1) L.polygon(corners).addTo(map);
  await frame();
  const outlines = measured;
  map.removeLayer(districts).addLayer(districts);
  await frame();
  Element.prototype.getBoundingClientRect = measure;
  map.getContainer().remove();
  return [outlines, measured];
}"""


def test_names_are_placed_again_when_they_come_back_and_not_for_every_outline(visit):
    assert visit.evaluate(OUTLINES_AT_ONCE) == [0, 1]


def test_areas_and_years_are_asked_from_and_to(visit):
    visit.click("#filter-area_mu")
    visit.fill("#filter-min_area_mu", "20")
    visit.keyboard.press("Enter")
    assert figures(visit, "sum")[0] == "2"
    visit.fill("#filter-max_area_mu", "500")
    visit.keyboard.press("Enter")
    assert figures(visit, "sum")[0] == "1"
    visit.click("#filter-clear")
    visit.click("#filter-year")
    visit.fill("#filter-year_from", "2017")
    visit.keyboard.press("Enter")
    assert figures(visit, "idle")[0] == "1"
    assert "2017–" in visit.locator("#filter-year").inner_text()


def test_the_filter_works_by_keyboard_and_counts_its_choices(visit):
    visit.focus("#filter-standing")
    visit.keyboard.press("Enter")
    assert visit.locator("#choices-standing label", has_text="疑似闲置").inner_text().endswith("2")
    visit.locator("#choices-standing input[value=idle]").focus()
    visit.keyboard.press("Space")
    assert visit.evaluate("document.activeElement.value") == "idle"
    visit.keyboard.press("Escape")
    assert visit.locator(".choices").count() == 0
    assert visit.evaluate("document.activeElement.id") == "filter-standing"
    assert visit.locator("#filter-standing b").inner_text() == "疑似闲置"


@pytest.mark.parametrize("part", ["district", "park", "stage", "standing", "outcome", "land_use"])
def test_every_choice_says_how_many_parcels_it_will_leave(visit, part):
    visit.click(f"#filter-{part}")
    for choice in visit.locator(f"#choices-{part} label").all():
        said = choice.locator("small").inner_text()
        choice.locator("input").check()
        assert visit.locator("#filters .result b").first.inner_text() == said
        choice.locator("input").uncheck()


FIRST_TWO = ("4107022012B00001", "4107022017B00002", "4107022013B00003")

NEAR = "map_landgis.fitBounds([[{1}, {0}], [{3}, {2}]], {{animate: false, padding: [0, 0]}})"


def test_figures_of_the_view_are_those_of_the_list_with_the_same_box(visit, taken):
    visit.click("[data-scope=view]")
    corner = answers.idle(taken, q="B00001").to_crs(4490).total_bounds
    visit.evaluate(NEAR.format(*corner))
    stock = answers.stock(taken, bbox=visit.evaluate(BOX))
    assert 0 < len(stock) < len(answers.stock(taken))
    assert figures(visit, "sum") == [
        str(len(stock)),
        f"{to_hectares(stock['area_m2'].sum()):.2f}",
        f"{to_mu(stock['area_m2'].sum()):.2f}",
    ]
    assert visit.locator("#table-count b").all_inner_texts() == figures(visit, "sum")
    assert figures(visit, "idle")[0] == str(len(answers.idle(taken, bbox=visit.evaluate(BOX))))


def test_the_table_sorts_and_a_row_opens_its_card(visit, taken):
    visit.click("#drawer-fold")
    stock = answers.stock(taken).sort_values("area_m2", ascending=False)
    shown = visit.locator("#drawer tbody td[data-column=mu]")
    areas = [f"{area:,.2f}" for area in stock["area_mu"]]
    assert shown.all_inner_texts() == areas
    visit.click("#drawer [data-sort=mu]")
    assert shown.all_inner_texts() == areas[::-1]
    assert visit.locator("th[aria-sort=ascending]").inner_text().startswith("面积")
    visit.locator("#drawer tbody tr", has_text="年产一万吨").get_by_role("button").press("Enter")
    visit.wait_for_selector("#card code:text-is('4107022012B00001')")


def test_charts_show_the_ledger_of_the_view_and_follow_the_map(visit, taken):
    visit.click("#theme-figures")
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    for stage, column in AREAS.items():
        assert bars(visit, "stage")[stage.value] == pytest.approx(total[column], abs=0.01)
    stock = answers.stock(taken)
    by_district = stock.groupby("district")["area_m2"].sum()
    assert bars(visit, "district") == pytest.approx(by_district.to_dict(), abs=0.01)
    assert sum(bars(visit, "age").values()) == pytest.approx(stock["area_m2"].sum(), abs=0.01)
    seen = answers.idle(taken)[lambda table: table.geometry.notna()]
    fee, price = (seen[name].astype("float64").sum() * 100 for name in ("fee_yuan", "price_yuan"))
    assert bars(visit, "yuan") == pytest.approx(
        {"fee.proven": 0, "fee.conditional": fee, "reclaim.proven": 0, "reclaim.conditional": price}
    )
    visit.evaluate("map_landgis.setView([30, 100], 12, {animate: false})")
    assert sum(bars(visit, "stage").values()) == 0


def test_the_address_brings_back_view_filter_theme_date_and_language(visit, chromium, file):
    visit.click("[data-lang=en]")
    visit.click("#theme-league")
    tick(visit, "outcome", "reclaim")
    visit.evaluate("map_landgis.setView([35.22, 113.9], 15, {animate: false})")
    link = visit.url
    again = Visit(chromium)
    page = again.open(link)
    page.wait_for_timeout(300)  # what draws itself later must not push the view away
    assert page.evaluate("map_landgis.getZoom()") == 15
    assert page.url == link
    assert page.locator("#filter-outcome b").inner_text() == "Free reclamation"
    assert page.locator("#theme-league").get_attribute("aria-selected") == "true"
    assert page.get_attribute("html", "lang") == "en"
    assert again.complaints == []
    page.close()


@pytest.mark.parametrize("wild", ["#at=x/y/z&basket=%5B1&theme=mars&min_full_years=abc", "#%E0%A4"])
def test_a_broken_address_opens_the_page_as_it_is(chromium, file, wild):
    seen = Visit(chromium)
    page = seen.open(file + wild)
    assert page.locator("#theme-overview").get_attribute("aria-selected") == "true"
    assert figures(page, "idle")[0] == "3"
    assert seen.complaints == []
    page.close()


def test_sites_for_a_project_are_those_of_the_list_of_stock(visit, taken):
    visit.click("#theme-revive")
    visit.fill("#revive-least", "100")
    visit.keyboard.press("Enter")
    stock = answers.stock(taken, min_area_m2=str(100 * 2000 / 3))
    assert visit.locator("#overview .parcels li").count() == len(stock) == 2
    sites = visit.locator("#revive-stages tbody td").all_inner_texts()
    assert sum(int(n) for n in sites[::3]) == len(stock)


def test_idle_land_stands_under_what_may_follow_now(visit, taken):
    visit.click("#theme-next")
    idle = answers.idle(taken)
    group = visit.locator("details[data-group=reclaim]")
    price = idle["price_yuan"].astype("float64").sum() / 1e4
    assert f"{len(idle)} 宗" in group.inner_text()
    assert f"{price:,.2f} 万元" in group.inner_text()
    group.locator("li button").first.click()
    visit.wait_for_selector("#card:not([hidden]) h2")


def test_issues_are_points_on_the_map_and_lead_to_their_feature(visit, taken):
    visit.click("#theme-issues")
    assert visit.locator("#show-flaws").is_checked()
    points = visit.evaluate("document.querySelectorAll('.leaflet-flaws-pane path').length")
    assert points == len({f for f in taken.issues["feature_id"] if f in FIRST_TWO})
    counted = visit.locator("#overview li[data-severity] b").all_inner_texts()
    assert sum(map(int, counted)) == len(taken.issues)
    visit.locator("#overview .flaws button").first.click()
    visit.wait_for_selector("#card:not([hidden]) h2")


def test_the_league_sorts_districts_and_parks_and_draws_each(visit, taken):
    visit.click("#theme-league")
    book = ledger(taken.covers, taken.on, "district").set_index("key")
    stock = book.loc["410702", ["not_acquired_m2", "not_supplied_m2", "not_used_m2"]].sum()
    cell = visit.locator("#league tr[data-key='410702'] td[data-column=stock_m2]")
    assert cell.inner_text() == f"{to_hectares(stock):.2f}"
    first = visit.locator("#league tbody th").first
    assert first.inner_text() == "红旗区"
    visit.click("#league [data-sort=stock_m2]")
    assert first.inner_text() != "红旗区"
    assert (
        visit.locator(".small svg[role=img]").count() == visit.locator("#league tbody tr").count()
    )
    visit.click("[data-of=park]")
    assert "绿色纤维专业园区" in visit.locator("#league").inner_text()


def test_the_address_remembers_the_open_card(chromium, file):
    seen = Visit(chromium)
    page = seen.open(f"{file}#card=supplies%3A4107022013B00003")
    page.wait_for_selector("#card code:text-is('4107022013B00003')")
    assert seen.complaints == []
    page.close()


def test_the_date_the_revision_and_the_freshness_are_on_the_page(visit, taken):
    assert visit.locator("#stamp-on").inner_text() == "2020-06-01"
    assert str(taken.known) in visit.locator("#stamp-known").inner_text()
    assert visit.locator("#fresh tbody tr").count() == 11


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (1024, 768), (768, 1024)])
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


def test_names_of_five_thousand_characters_are_text_and_break_nothing(chromium, taken, tmp_path):
    long = HOSTILE * 80
    assert len(long) > 5000
    data = scene(taken, RULES, with_cards=True)
    data["lots"]["name"] = [long] * len(data["lots"]["name"])
    data["lots"]["holder"] = data["lots"]["name"]
    for row in (*data["idle"], *data["supplies"]):
        row.update(project_name=long, holder=long)
    data["cards"][f"supplies:{FIRST_TWO[0]}"]["title"] = long
    for layer in ("districts", "parks"):
        data["layers"][layer]["features"][0]["properties"]["name"] = long
    for row in data["league"]["district"] + data["league"]["park"]:
        row["name"] = long
    data["options"]["park"] = [long]
    data["lots"]["park"] = data["lots"]["name"]
    (tmp_path / "long.html").write_text(lone_page(data), "utf-8")
    seen = Visit(chromium)
    page = seen.open((tmp_path / "long.html").as_uri())
    scripts = page.locator("script").count()
    page.click("#drawer-fold")
    for theme in ("revive", "next", "league", "overview"):
        page.click(f"#theme-{theme}")
    page.fill("#search", FIRST_TWO[0])
    page.locator("#suggestions [role=option]").click()
    page.wait_for_selector("#card:not([hidden]) h2")
    assert page.locator("#card-title").evaluate("n => n.textContent") == long
    page.click("#filter-park")
    page.locator("#choices-park input").check()
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    page.pdf(prefer_css_page_size=True)
    assert long in page.locator("#imprint").text_content()
    page.emulate_media(media="screen")
    assert long in page.locator(".label.parks").first.text_content()
    assert page.locator("script").count() == scripts
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    assert page.locator("#panel").evaluate("n => n.scrollWidth - n.clientWidth") <= 0
    assert seen.complaints == []
    page.close()


def test_text_on_its_ground_is_readable(visit):
    visit.click("#drawer-fold")
    visit.click("#filter-stage")
    for theme in ("overview", "revive", "next", "issues", "league"):
        visit.click(f"#theme-{theme}")
        assert visit.evaluate(CONTRAST) == []
    choose(visit, "4107022012B00001")
    assert visit.evaluate(CONTRAST) == []


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
  const places = ["bar", "filters", "panel", "legend", "drawer", "sketch", "months", "beside",
    "papers", "where", "label", "tick"].map((name) => `#${name} *, .${name}, .${name} *`).join();
  for (const node of document.querySelectorAll(places)) {
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


PAPERS = {"a4-landscape": (842, 595), "a3-portrait": (842, 1191)}


@pytest.mark.parametrize("paper", PAPERS)
def test_a_print_is_one_sheet_of_the_chosen_paper_with_the_whole_view(visit, paper):
    before = visit.evaluate("map_landgis.getBounds().toBBoxString()")
    visit.click("#print")
    visit.check(f"#papers input[value={paper}]")
    visit.keyboard.press("Escape")
    sheet = visit.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert [float(v) for v in box.groups()] == pytest.approx(PAPERS[paper], abs=1.5)
    printed = visit.locator("#imprint").text_content()
    assert all(
        said in printed for said in ("认定基准日 2020-06-01", "第 8 版", "1:", "供地", "初步")
    )
    assert visit.evaluate("map_landgis.getBounds().toBBoxString()") == before


@pytest.fixture(scope="module")
def client(taken, store):
    with serving(store) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(client):
    return str(client.base_url).rstrip("/") + "/"


@pytest.fixture
def served(chromium, address):
    """The page of a server; afterwards it must have asked nobody else and said nothing."""
    seen = Visit(chromium)
    yield seen.open(address)
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith(address)] == []
    seen.page.close()


def test_a_served_page_fetches_its_data_and_cards_from_its_own_server_only(served):
    choose(served, "一万吨绿色")
    assert "246,913.58 元" in served.locator("#card").inner_text()


def test_chosen_parcels_go_into_a_basket_and_out_as_files(served, client):
    served.click("#drawer-fold")
    for key in (f"supplies:{FIRST_TWO[0]}", "approvals:A1"):
        served.locator(f"#drawer tr[data-key='{key}'] input").check()
    assert "已选 2 宗" in served.locator(".basket").inner_text()
    links = {
        a.get_attribute("data-form"): a.get_attribute("href")
        for a in served.locator(".basket a").all()
    }
    files = {form: client.get(href).content for form, href in links.items()}
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert {"A1", FIRST_TWO[0]} <= {value for row in cells for value in row}
    assert files["gpkg"][:15] == b"SQLite format 3"
    parts = {Path(name).suffix for name in zipfile.ZipFile(io.BytesIO(files["shp"])).namelist()}
    assert {".shp", ".dbf", ".prj"} <= parts
    assert files["txt"].decode("gbk").count(",@") == 2
    assert "basket=" in served.url
    served.click("#basket-clear")
    assert "basket=" not in served.url


def test_the_card_tells_the_history_of_its_record(served):
    choose(served, "一万吨绿色")
    served.click("#past summary")
    line = served.locator("#past li b")
    line.wait_for()
    assert "第 6 版" in line.inner_text()
    assert "supplies.csv" in served.locator("#past li").inner_text()
    assert served.locator(".takeaway a").count() == 4


@pytest.mark.parametrize(
    ("asked", "status"),
    [("keys=nothing", 400), ('keys=["castles:1"]', 404), ("keys=" + "[" * 5000, 400),
     ('keys=["approvals:A1"]&f=exe', 400), ("keys=[1]", 400)],
)  # fmt: skip
def test_a_basket_of_nonsense_is_refused_in_a_sentence(client, asked, status):
    answer = client.get(f"/map/basket?{asked}")
    assert answer.status_code == status
    assert answer.json()["detail_zh"]


AREA = "113.8890 35.2280\n113.8905 35.2280\n113.8905 35.2292\n113.8890 35.2292"


def test_a_pasted_area_says_what_lies_inside_as_the_api_does(served, client):
    served.click("#tool-area")
    served.fill("#sketch-text", "not a place")
    served.click("#sketch-take")
    assert "无法识别坐标" in served.locator("#sketch").inner_text()
    served.fill("#sketch-text", AREA)
    served.click("#sketch-take")
    served.wait_for_selector("#sketch-idle")
    ring = [list(map(float, line.split())) for line in AREA.split("\n")]
    polygon = json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    said = client.get("/api/v1/statistics", params={"polygon": polygon, "on": "2020-06-01"}).json()
    for row in said["stages"]:
        cells = served.locator(f"#sketch tr[data-stage={row['stage']}] td").all_inner_texts()
        assert cells == [
            f"{row['count']:,}",
            f"{row['area_m2'] / 1e4:,.2f}",
            f"{row['area_mu']:,.2f}",
        ]
    assert served.locator("#sketch-idle").inner_text() == str(said["supplies"]["count"])
    shown = served.locator("#sketch b", has_text="公顷").inner_text()
    measured = float(shown.split()[-2].replace(",", ""))
    assert measured == pytest.approx(said["area_m2"], rel=1e-4)
    served.keyboard.press("Escape")
    assert served.locator("#sketch").is_hidden()


def rectangle(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_pasted_geojson_counts_with_its_holes_and_every_part(served, client):
    outer = rectangle(113.885, 35.225, 113.895, 35.235)
    hole = rectangle(113.889, 35.228, 113.89, 35.229)
    other = [rectangle(113.9, 35.225, 113.905, 35.23)]
    shapes = [
        {"type": "Polygon", "coordinates": [outer, hole]},
        {"type": "MultiPolygon", "coordinates": [other]},
    ]
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    served.click("#tool-area")
    point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [113.9, 35.2]}}
    served.fill(
        "#sketch-text", json.dumps({"type": "FeatureCollection", "features": [*features, point]})
    )
    served.click("#sketch-take")
    assert "只含面" in served.locator("#sketch [role=alert]").inner_text()
    served.fill("#sketch-text", json.dumps({"type": "FeatureCollection", "features": features}))
    served.click("#sketch-take")
    served.wait_for_selector("#sketch-idle")
    polygon = json.dumps({"type": "MultiPolygon", "coordinates": [[outer, hole], other]})
    said = client.get("/api/v1/statistics", params={"polygon": polygon, "on": "2020-06-01"}).json()
    assert served.locator("#sketch-idle").inner_text() == str(said["supplies"]["count"])
    shown = served.locator("#sketch b", has_text="公顷").inner_text()
    measured = float(shown.split()[-2].replace(",", ""))
    assert measured == pytest.approx(said["area_m2"], rel=1e-4)


def test_an_area_drawn_point_by_point_is_counted_as_the_api_counts_it(served, client):
    served.click("#tool-area")
    box = served.locator(".folium-map").bounding_box()
    corners = ((300, 200), (500, 200), (500, 400))
    for x, y in corners:
        served.mouse.click(box["x"] + x, box["y"] + y)
        served.wait_for_timeout(350)  # two quick clicks would be a double click
    ring = served.evaluate("""[[300, 200], [500, 200], [500, 400], [300, 200]].map((at) => {
      const { lng, lat } = map_landgis.containerPointToLatLng(at);
      return [Number(lng.toFixed(7)), Number(lat.toFixed(7))]; })""")
    served.click("#sketch-finish")
    served.wait_for_selector("#sketch-idle")
    polygon = json.dumps({"type": "Polygon", "coordinates": [ring]})
    said = client.get("/api/v1/statistics", params={"polygon": polygon, "on": "2020-06-01"}).json()
    for row in said["stages"]:
        cell = served.locator(f"#sketch tr[data-stage={row['stage']}] td").nth(1)
        assert cell.inner_text() == f"{row['area_m2'] / 1e4:,.2f}"
    served.click("#sketch-close")
    served.click("#tool-area")
    served.fill("#sketch-text", polygon)
    served.click("#sketch-take")
    served.wait_for_selector("#sketch-idle")
    assert served.locator("#sketch-idle").inner_text() == str(said["supplies"]["count"])


def test_the_table_leaves_as_the_file_of_what_it_lists(served, client):
    served.click("#drawer-fold")
    tick(served, "district", "红旗区")
    shown = served.locator("#drawer tbody tr").evaluate_all("n => n.map((r) => r.dataset.key)")
    href = served.locator("#drawer .files a[data-form=csv]").get_attribute("href")
    rows = csv.DictReader(io.StringIO(client.get(href).content.decode("utf-8-sig")))
    assert [f"{row['layer']}:{row['feature_id']}" for row in rows] == shown


def test_the_card_tells_its_papers_from_approval_to_evidence_and_leads_to_them(served):
    choose(served, "一万吨绿色")
    told = served.locator(".papers-of li")
    assert told.evaluate_all("n => n.map((one) => one.dataset.kind)") == [
        "layer.approvals", "layer.acquisitions", "layer.supplies", "paper.evidence"
    ]  # fmt: skip
    text = served.locator(".papers-of").inner_text()
    for said in ("豫政土〔2010〕1号", "410702-CR-2012-0001", "新政文〔2013〕88号", "2011-01-01"):
        assert said in text
    served.get_by_role("button", name="豫政土〔2010〕1号").click()
    served.wait_for_selector("#card code:text-is('A1')")


def test_a_card_goes_into_the_basket_and_the_address_brings_it_back(served, chromium, address):
    choose(served, "一万吨绿色")
    served.check("#card-pick")
    assert "已选 1 宗" in served.locator(".basket").inner_text()
    again = Visit(chromium)
    page = again.open(served.url)
    assert page.locator("#card-pick").is_checked()
    page.uncheck("#card-pick")
    assert "basket=" not in page.url
    page.close()


def test_conflicts_stand_by_kind_and_their_layer_goes_when_the_theme_does(visit, taken):
    found = conflicts(taken.covers, taken.on)
    visit.click("#theme-conflicts")
    group = visit.locator("details[data-group=declared_area]")
    assert f"{len(found)} 处" in group.inner_text()
    assert visit.locator(".leaflet-conflicts-pane path").count() == len(found) == 1
    visit.click("#theme-overview")
    assert visit.locator(".leaflet-conflicts-pane path").count() == 0
    visit.check("#show-conflicts")
    visit.click("#theme-conflicts")
    visit.click("#theme-overview")
    assert visit.locator(".leaflet-conflicts-pane path").count() == 1


def test_search_goes_to_districts_and_parks(visit):
    visit.fill("#search", "专业园区")
    visit.locator("#suggestions [role=option]", has_text="绿色纤维专业园区").click()
    assert visit.locator("#card").is_hidden()
    visit.wait_for_timeout(600)
    middle = visit.evaluate("map_landgis.getCenter().lat")
    assert middle == pytest.approx(35.2301, abs=2e-3)


def test_what_opens_closes_by_escape_and_gives_the_focus_back(served):
    served.click("#tool-months")
    served.focus("#months-play")
    served.keyboard.press("Escape")
    assert served.locator("#months").is_hidden()
    assert served.evaluate("document.activeElement.id") == "tool-months"
    served.click("#tool-compare")
    served.focus("#compare-on")
    served.keyboard.press("Escape")
    assert served.locator("#beside").is_hidden()
    assert served.evaluate("document.activeElement.id") == "tool-compare"
    assert served.locator("#legend .fold").get_attribute("aria-expanded") == "true"
    served.focus("#print")
    served.keyboard.press("Enter")
    assert served.evaluate("document.activeElement.name") == "paper"
    served.keyboard.press("Escape")
    assert served.evaluate("document.activeElement.id") == "print"
    served.focus("#tool-full")
    served.keyboard.press("Enter")
    served.locator("html:fullscreen").wait_for()


def test_the_keyboard_walks_the_page_and_every_stop_is_seen_and_named(visit):
    visit.keyboard.press("Tab")
    assert visit.evaluate("document.activeElement.className") == "skip"
    visit.keyboard.press("Enter")
    assert visit.evaluate("document.activeElement.id") == "map_landgis"
    visit.click("#drawer-fold")
    assert visit.evaluate(UNNAMED) == []
    visit.focus("#search")
    for _ in range(30):
        visit.keyboard.press("Tab")
        assert visit.evaluate(SEEN), visit.evaluate("document.activeElement.outerHTML.slice(0, 99)")


UNNAMED = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((n) => n.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const stops = "button, input, a[href], [tabindex='0'], [role=region], [role=group]";
  const name = (n) => n.getAttribute("aria-label") || n.textContent.trim() || n.title
    || [...(n.labels || [])].map((l) => l.textContent).join("") || n.value;
  const bare = [...document.querySelectorAll(stops)].filter((n) => n.getClientRects().length)
    .filter((n) => !name(n));
  return [...twice, ...bare.map((n) => n.outerHTML.slice(0, 99))];
}"""
"""Ids that stand twice, and what can be reached but has no name."""

SEEN = """() => {
  const node = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(node);
  return node === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1);
}"""


def test_nothing_moves_for_a_reader_who_wants_it_so(chromium, file):
    seen = Visit(chromium)
    seen.page.emulate_media(reduced_motion="reduce")
    page = seen.open(file)
    assert page.evaluate("[map_landgis.options.zoomAnimation, map_landgis.options.inertia]") == [
        False,
        False,
    ]
    page.close()


def test_what_rounds_to_nothing_has_no_sign(visit):
    said = visit.evaluate("""[landgis.format.number(-0.001, 2), landgis.format.signed(-0.001, 2),
      landgis.format.signed(-1.5, 2), landgis.format.signed(1.5, 2)]""")
    assert said == ["0.00", "0.00", "−1.50", "+1.50"]


def test_a_length_is_measured_on_the_ellipsoid(visit):
    visit.click("#tool-line")
    box = visit.locator(".folium-map").bounding_box()
    for x, y in ((300, 200), (600, 200)):
        visit.mouse.click(box["x"] + x, box["y"] + y)
    ends = visit.evaluate("""[[300, 200], [600, 200]].map(([x, y]) => {
      const { lng, lat } = map_landgis.containerPointToLatLng([x, y]); return [lng, lat]; })""")
    true = Geod(ellps="GRS80").line_length(*zip(*ends, strict=True))
    said = visit.locator("#sketch b").inner_text()
    assert float(said.split()[1].replace(",", "")) == pytest.approx(true, rel=2e-4)
    assert visit.locator("#card").is_hidden()


def test_coordinates_under_the_pointer_are_those_of_the_projection(visit):
    said = visit.evaluate("landgis.geodesy.plane({ lat: 35.2292, lng: 113.8901 })")
    zone38 = Transformer.from_crs(4490, 4526, always_xy=True).transform(113.8901, 35.2292)
    assert (said["east"], said["north"]) == pytest.approx(zone38, abs=0.01)
    visit.mouse.move(*outline(visit, f"supplies:{FIRST_TWO[0]}"))
    assert re.search(r"°E.*°N.*X 39\d{5}\.\d  Y 384\d{5}\.\d", visit.locator("#where").inner_text())


def test_any_month_can_be_shown_with_the_areas_of_its_history(served, client):
    served.click("#tool-months")
    served.wait_for_selector("#months-slider")
    asked = {"on": "2020-06-01", "step": "month", "since": "2005-06-01"}
    months = client.get("/api/v1/history", params=asked).json()["items"]
    at = next(i for i, month in enumerate(months) if month["on"] == "2012-06-01")
    with served.expect_response(lambda answer: "on=2012-06-01" in answer.url) as tile:
        served.locator("#months-slider").fill(str(at))
    assert tile.value.status == 200
    assert served.locator("#months-on").inner_text() == "2012-06-01"
    shown = served.locator("#months [data-stage=acquired_not_supplied] b").inner_text()
    assert shown == f"{months[at]['not_supplied_m2'] / 1e4:,.2f}"
    served.click("#months-play")
    served.locator("#months-on:not(:text-is('2012-06-01'))").wait_for()
    served.click("#months-play")
    served.click("#months-close")
    assert served.locator(".leaflet-idle-pane path").count() == 2


def test_two_dates_stand_side_by_side_and_move_together(served, client):
    served.click("#tool-compare")
    served.fill("#compare-on", "2012-06-30")
    total = client.get("/api/v1/ledger?on=2012-06-30").json()["items"][-1]
    served.locator(".difference th:text-is('2012-06-30')").wait_for()
    then = served.locator(".difference tr[data-stage=supplied_not_used] td").first
    assert then.inner_text() == f"{total['not_used_m2'] / 1e4:,.2f}"
    with served.expect_response(lambda answer: "/tiles/" in answer.url):
        served.evaluate("map_landgis.setView([35.23, 113.9], 16, {animate: false})")
    served.locator(".second canvas").first.wait_for()
    served.click("#tool-compare")
    assert served.locator("#beside").is_hidden()


def test_what_needs_a_server_is_not_offered_by_a_file(visit):
    for name in ("months", "compare"):
        assert visit.locator(f"#tool-{name}").count() == 0
    choose(visit, "一万吨绿色")
    assert visit.locator(".takeaway a, #past").count() == 0


def test_another_date_is_asked_of_the_server(chromium, address):
    seen = Visit(chromium)
    page = seen.open(address)
    assert page.input_value("#stamp-on input") == "2020-06-01"
    page.fill("#stamp-on input", "2019-01-01")
    page.wait_for_url("**/?on=2019-01-01*")
    page.wait_for_selector("html[data-ready]")
    assert page.input_value("#stamp-on input") == "2019-01-01"
    page.close()


def test_a_server_that_fails_is_told_on_the_page(chromium, address):
    seen = Visit(chromium)
    seen.page.route("**/map/scene?*", lambda route: route.fulfill(status=503, body="{}"))
    seen.page.goto(address)
    seen.page.wait_for_selector("#alarm:not([hidden])")
    assert "HTTP 503" in seen.page.locator("#alarm").inner_text()
    seen.page.close()
