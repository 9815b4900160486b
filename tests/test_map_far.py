"""The page of a city too large to carry, in a real browser: it asks its server, and gets."""

import csv
import io
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from api import pages
from landgis import inventory as answers
from landgis.conflicts import conflicts
from landgis.ledger import AREAS, ledger
from landgis.measure import to_hectares, to_mu
from maps import brief
from tests.chromium import Visit, browser, installed
from tests.hands import BOX, MIDDLE, bars, choose, figures, tick
from tests.test_api import serving
from tests.town import HOSTILE, town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="no Chromium: install Debian's chromium"),
]

FIRST, HOSTILE_ONE = "4107022012B00001", "4107022017B00002"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("far")


@pytest.fixture(scope="module")
def taken(folder):
    return town(folder)


@pytest.fixture(scope="module")
def client(taken, folder):
    with pytest.MonkeyPatch.context() as patched, serving(folder / "town.db") as opened:
        patched.setattr(brief, "LARGE", 0)
        patched.setattr(pages, "LISTED", 1)  # so small that a town has several pages
        yield opened


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


def shortened(long, short, route):
    route.continue_(url=route.request.url.replace(long, short))


@pytest.fixture
def far(chromium, client):
    """The page; afterwards it must have asked nobody else and said nothing."""
    address = str(client.base_url).rstrip("/") + "/"
    seen = Visit(chromium)
    seen.page.route("**/*limit=100*", partial(shortened, "limit=100", "limit=2"))
    yield seen.open(address)
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith(address)] == []
    seen.page.close()


def test_the_legend_shows_the_ledger_and_a_click_on_a_tile_opens_a_card_with_its_halo(far, taken):
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    assert figures(far, "sum")[0] == str(len(answers.stock(taken)))
    for stage, column in AREAS.items():
        assert figures(far, stage.value)[1] == f"{to_hectares(total[column]):.2f}"
    far.evaluate("map_landgis.setView([35.2294, 113.8907], 17, {animate: false})")
    far.locator(".leaflet-tile-loaded").first.wait_for()
    at = far.evaluate(MIDDLE, [113.8907, 35.2294])
    far.mouse.move(*at)
    far.locator(".leaflet-tooltip", has_text="疑似闲置").wait_for()
    far.mouse.click(*at)
    far.wait_for_selector(f"#card code:text-is('{FIRST}')")
    assert far.locator(".leaflet-chosen-pane path").count() == 2
    far.keyboard.press("Escape")
    assert far.locator(".leaflet-chosen-pane path").count() == 0


BROKEN = """async () => {
  const asked = performance.getEntriesByType("resource").map((one) => one.name);
  const url = asked.find((name) => name.includes("/tiles/"));
  const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const layers = (end) => {
    try {
      return Object.keys(landgis.mvt.decode(whole.slice(0, end))).length;
    } catch (why) {
      return why.name;
    }
  };
  return Array.from(whole, (_, before) => layers(before + 1));
}"""
"""How many layers a tile has when it is broken off after each of its bytes, or what was thrown."""


def test_a_tile_that_is_broken_off_within_a_layer_is_refused_and_not_half_shown(far):
    far.locator(".leaflet-tile-loaded").first.wait_for()
    said = far.evaluate(BROKEN)
    whole = [end for end in said if end != "RangeError"]
    assert len(said) > 100
    assert whole == list(range(1, said[-1] + 1))  # after each of its layers, nowhere else


def rows(page):
    return page.locator("#drawer tbody tr").evaluate_all("n => n.map((row) => row.dataset.key)")


def keys(items):
    return [item["key"] for item in items]


def test_the_table_is_sorted_and_paged_by_the_server_and_follows_the_map(far, client, taken):
    far.click("#drawer-fold")
    far.locator("#drawer tbody tr").first.wait_for()
    stock = answers.stock(taken).sort_values("area_m2", ascending=False)
    total = stock["area_m2"].sum()
    assert far.locator("#table-count b").all_inner_texts() == [
        str(len(stock)), f"{to_hectares(total):,.2f}", f"{to_mu(total):,.2f}"
    ]  # fmt: skip
    assert far.locator("#drawer tbody tr").count() == 2
    far.click("#table-more")
    far.locator("#drawer tbody tr").nth(3).wait_for()
    assert [key.partition(":")[2] for key in rows(far)] == stock["parent_id"].tolist()
    shown = far.locator("#drawer td[data-column=mu]").all_inner_texts()
    assert shown == [f"{mu:,.2f}" for mu in stock["area_mu"]]
    with far.expect_response("**/map/parcels?*sort=holder*"):
        far.click("#drawer [data-sort=holder]")
    far.locator("th[aria-sort=ascending]", has_text="权利人").wait_for()
    assert far.locator("#drawer tbody tr").first.get_attribute("data-key").startswith("supplies")
    corner = answers.idle(taken, q="B00001").to_crs(4490).total_bounds
    west, south, east, north = corner
    far.evaluate(f"map_landgis.fitBounds([[{south}, {west}], [{north}, {east}]])")
    box = far.evaluate(BOX)
    far.locator("#table-count b:text-is('4')").wait_for(state="detached")
    asked = {"bbox": box, "on": "2020-06-01"}
    here = client.get("/api/v1/stock", params=asked).json()["items"]
    assert far.locator("#table-count b").first.inner_text() == str(len(here))


def test_a_filter_holds_in_tiles_figures_table_charts_address_and_downloads(far, client, taken):
    far.click("#drawer-fold")
    with far.expect_request("**/tiles/**land_use=*") as tile:
        tick(far, "land_use", "工业用地")
    assert "land_use=%E5%B7%A5" in tile.value.url
    far.locator("#filters .result b:text-is('1')").wait_for()
    assert figures(far, "idle")[0] == "1"
    far.locator(f"#drawer tbody tr[data-key='supplies:{FIRST}']").wait_for()
    assert rows(far) == [f"supplies:{FIRST}"]
    far.click("#theme-figures")
    far.locator("figure[data-chart=yuan]").wait_for()
    assert bars(far, "stage")["supplied_not_used"] == pytest.approx(10_000, rel=1e-3)
    assert "land_use=" in far.url
    links = {
        link.get_attribute("data-form"): link.get_attribute("href")
        for link in far.locator("#drawer .files a").all()
    }
    text = client.get(links["csv"]).content.decode("utf-8-sig")
    assert [row["feature_id"] for row in csv.DictReader(io.StringIO(text))] == [FIRST]
    far.reload()
    far.wait_for_selector("html[data-ready]")
    assert far.locator("#filter-land_use b").inner_text() == "工业用地"
    far.click("#filter-clear")
    far.locator("#filters .result b:text-is('4')").wait_for()


FILTERS = [
    {"district": "红旗区"}, {"park": "绿色纤维专业园区"}, {"stage": "supplied_not_used"},
    {"standing": "idle"}, {"outcome": "reclaim"}, {"district": "红旗区", "stage": "used"},
]  # fmt: skip


@pytest.mark.parametrize("asked", FILTERS, ids=lambda asked: "+".join(asked))
def test_parcels_of_the_map_are_those_of_the_list_of_stock(client, asked):
    params = {**asked, "on": "2020-06-01", "bbox": "113.8,35.2,113.95,35.3"}
    here = client.get("/map/parcels", params=params).json()
    if asked.get("stage") == "used":
        assert keys(here["items"]) == ["supplies:4107022013B00003"]
        return
    stock = client.get("/api/v1/stock", params=params).json()["items"]
    assert {key.partition(":")[2] for key in keys(here["items"])} == {
        row["parent_id"] for row in stock
    }
    assert here["count"] == len(stock)
    assert here["area_m2"] == pytest.approx(sum(row["area_m2"] for row in stock), abs=1e-3)


def test_areas_years_and_idle_years_narrow_the_parcels(client):
    def asked(**params):
        return client.get("/map/parcels", params={**params, "on": "2020-06-01"}).json()

    assert asked(min_area_m2="100000")["count"] == 2
    assert keys(asked(max_area_m2="20000", supply_year="2012")["items"]) == [f"supplies:{FIRST}"]
    assert keys(asked(min_full_years="3")["items"]) == [f"supplies:{FIRST}"]
    assert asked(supply_year="0")["count"] == 0


@pytest.mark.parametrize(
    "asked", ["sort=nobody", "bbox=1,2", "limit=0", "cursor=xx", "district=Nowhere", "f=exe", "x=1"]
)
def test_nonsense_about_parcels_is_refused_in_a_sentence(client, asked):
    answer = client.get(f"/map/parcels?{asked}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_page_of_parcels_goes_on_where_the_last_ended(client):
    first = client.get("/map/parcels?on=2020-06-01&limit=3&sort=name").json()
    second = client.get("/map/parcels", params={"cursor": first["next"]}).json()
    whole = client.get("/map/parcels?on=2020-06-01&sort=name").json()
    assert keys(first["items"]) + keys(second["items"]) == keys(whole["items"])
    assert second["next"] is None


def test_hostile_names_leave_as_text_in_a_workbook(client):
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get("/map/parcels?on=2020-06-01&f=xlsx").content)
    ).active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert cells[HOSTILE].data_type == "s"
    assert HOSTILE_ONE in cells


def test_sites_steps_conflicts_and_issues_have_the_numbers_of_the_record(far, taken):
    far.click("#theme-revive")
    far.fill("#revive-least", "100")
    far.keyboard.press("Enter")
    large = answers.stock(taken, min_area_m2=str(100 * 2000 / 3))
    listed = "count => document.querySelectorAll('#overview .parcels li').length === count"
    far.wait_for_function(listed, arg=len(large))
    assert len(large) == 2
    assert sum(map(int, far.locator("#revive-stages tbody td:nth-child(2)").all_inner_texts())) == 2
    far.click("#theme-next")
    group = far.locator("details[data-group=reclaim]")
    idle = answers.idle(taken)
    price = idle["price_yuan"].astype("float64").sum() / 1e4
    assert f"{len(idle)} 宗" in group.inner_text()
    assert f"{price:,.2f} 万元" in group.inner_text()
    far.click("#theme-conflicts")
    found = conflicts(taken.covers, taken.on)
    far.locator("details[data-group=declared_area]").wait_for()
    assert figures(far, "conflicts")[0] == str(len(found)) == "1"
    assert far.locator(".leaflet-conflicts-pane path").count() == 1
    far.click("#theme-issues")
    far.locator("#overview .flaws li").first.wait_for()
    counted = far.locator("#overview li[data-severity] b").all_inner_texts()
    assert sum(map(int, counted)) == len(taken.issues)
    assert far.locator(".leaflet-flaws-pane path").count() > 0
    far.click("#theme-league")
    assert far.locator("#league tr[data-key='410702']").count() == 1
    assert far.locator(".leaflet-flaws-pane path").count() == 0
    assert not far.locator("#show-conflicts").is_checked()


def test_an_answer_does_not_take_away_the_field_in_which_somebody_types(far):
    asked = "**/parcels?*sort=-area_m2*"
    held = []
    far.route(asked, lambda route: held.append(route))
    far.click("#theme-revive")
    far.locator("#revive-least").press_sequentially("100")
    while not held:
        far.wait_for_timeout(10)
    far.unroute(asked)
    with far.expect_response(asked):
        held[0].continue_()
    far.evaluate("new Promise(requestAnimationFrame)")
    field = far.locator("#revive-least:focus")
    assert field.input_value() == "100"
    field.press("Enter")
    far.wait_for_function("() => document.querySelectorAll('#overview .parcels li').length === 2")
    assert field.input_value() == "100"


@pytest.mark.parametrize("typed", ["电池", "GB00017", "金穗大道", "乙公司"])
def test_search_asks_the_server_for_number_code_project_holder_and_place(far, typed):
    choose(far, typed)
    expected = FIRST if typed in ("GB00017", "金穗大道") else "4107022013B00003"
    assert far.locator("#card code").inner_text() == expected


def test_the_list_of_idle_land_goes_on_to_its_end(far, taken):
    shown = far.locator("#overview .list .parcels li")
    assert shown.count() == 1
    for more in (2, 3):
        far.click("#list-more")
        shown.nth(more - 1).wait_for()
    assert shown.count() == len(answers.idle(taken)) == 3
    assert far.locator("#list-more").count() == 0


def test_a_print_waits_for_its_tiles(far):
    far.evaluate("""window.print = () => { document.documentElement.dataset.sheet =
      [...document.querySelectorAll("#map_landgis canvas")].length; }""")
    far.click("#print")
    far.click("#print-now")
    far.wait_for_selector("html.printing[data-sheet]")
    assert int(far.get_attribute("html", "data-sheet")) > 0
    assert far.locator("#map_landgis .leaflet-tile:not(.leaflet-tile-loaded)").count() == 0
    far.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert far.locator("html.printing").count() == 0


def test_what_a_search_cannot_be_is_refused(client):
    assert client.get("/map/search?q=").status_code == 400
    assert client.get("/map/search", params={"q": HOSTILE}).json()["count"] == 1
    assert client.get("/map/search", params={"q": "%_"}).json()["count"] == 0


def test_the_scripts_of_a_large_city_are_files_of_the_server(client):
    for name in ("answers.js", "far.js", "farther.js", "page.js"):
        assert client.get(f"/static/{name}").status_code == 200, Path(name).stem
