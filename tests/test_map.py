"""What the page of the map is made of: the scene, the cards, the words, and one safe document."""

import html.parser
import json
import re
import tomllib
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from landgis import inventory as answers
from landgis.cli import run
from landgis.errors import NotFound, StoreError, UnreadableFile, UsageError
from landgis.ledger import AREAS, ledger
from landgis.measure import to_hectares, to_mu
from landgis.schema import LAYERS
from landgis.store import open_store
from landgis.terms import STOCK_STAGES, Stage
from maps import land, page
from maps import lots as lots_of_the_page
from maps.basket import basket
from maps.cards import ASSESSED, DETERMINED_DATES, card
from maps.page import STATIC, lone_page, served_page
from maps.past import Moment, past
from maps.scene import scene
from maps.words import words
from tests.town import HOSTILE, RULES, town

FIRST, SECOND = "supplies:4107022012B00001", "supplies:4107022017B00002"


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def drawn(taken):
    return scene(taken, RULES, with_cards=True)


def by_stage(drawn):
    return {row["stage"]: row for row in drawn["legend"]["stages"]}


def keys(drawn, name):
    return sorted(f["properties"]["key"] for f in drawn["layers"][name]["features"])


def test_the_legend_has_the_areas_of_the_ledger(taken, drawn):
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    columns = {
        "approved_not_acquired": "not_acquired_m2",
        "acquired_not_supplied": "not_supplied_m2",
        "supplied_not_used": "not_used_m2",
        "used": "used_m2",
        "released": "released_m2",
    }
    for stage, column in columns.items():
        area = by_stage(drawn)[stage]["area"]
        assert area["m2"] == pytest.approx(total[column], abs=1e-3)
        assert area["hectares"] == pytest.approx(to_hectares(total[column]), abs=1e-6)
        assert area["mu"] == pytest.approx(to_mu(total[column]), abs=1e-6)
    assert by_stage(drawn)["used"]["area"]["m2"] == pytest.approx(10_000, rel=1e-3)


def test_the_legend_counts_what_the_lists_hold(taken, drawn):
    stock, idle = answers.stock(taken), answers.idle(taken)
    assert drawn["legend"]["stock"]["count"] == len(stock)
    assert drawn["legend"]["idle"]["count"] == len(idle) == 3
    assert drawn["legend"]["idle"]["area"]["m2"] == pytest.approx(idle["area_m2"].sum(), abs=1e-3)
    assert drawn["legend"]["idle"]["without_outline"] == 1
    assert by_stage(drawn)["used"]["count"] == 1
    assert by_stage(drawn)["released"]["count"] == 1


def test_stock_and_settled_land_are_drawn_one_feature_a_parent_and_stage(drawn):
    assert keys(drawn, "stock") == [
        "acquisitions:Z1", "approvals:A1", "releases:R1",
        "supplies:4107022012B00001", "supplies:4107022013B00003", "supplies:4107022017B00002",
    ]  # fmt: skip


def test_idle_supplies_are_drawn_with_their_own_outline(drawn):
    assert keys(drawn, "idle") == [FIRST, SECOND]


def test_coordinates_are_longitude_and_latitude_with_eight_decimals(drawn):
    ring = drawn["layers"]["districts"]["features"][0]["geometry"]["coordinates"][0]
    assert all(113.8 < x < 114.0 and 35.1 < y < 35.4 for x, y in ring)
    assert all(round(v, 8) == v for point in ring for v in point)


def test_feature_ids_are_whole_numbers_that_do_not_repeat(drawn):
    for collection in drawn["layers"].values():
        numbers = [f["properties"]["id"] for f in collection["features"]]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_lot_is_the_feature_of_its_number_and_the_lots_are_the_ledger(taken, drawn):
    lots = drawn["lots"]
    features = {
        f["properties"]["id"]: f["properties"] for f in drawn["layers"]["stock"]["features"]
    }
    for number, (key, stage) in enumerate(zip(lots["key"], lots["stage"], strict=True), start=1):
        assert (features[number]["key"], features[number]["stage"]) == (key, stage)
    total = ledger(taken.covers, taken.on, "approval").iloc[-1]
    for stage, column in AREAS.items():
        areas = [a for a, s in zip(lots["area_m2"], lots["stage"], strict=True) if s == stage]
        assert sum(areas) == pytest.approx(total[column], abs=1e-3)


def test_used_and_released_land_has_its_place_too(drawn):
    places = dict(zip(drawn["lots"]["key"], drawn["lots"]["district"], strict=True))
    assert places["releases:R1"] == places["supplies:4107022013B00003"] == "红旗区"


def test_a_city_of_more_lots_than_a_browser_holds_gets_none(taken, monkeypatch):
    monkeypatch.setattr(lots_of_the_page, "MOST_LOTS", 3)
    assert scene(taken, RULES)["lots"] is None


def test_the_league_is_the_ledger_by_district_and_by_park(taken, drawn):
    for by in ("district", "park"):
        book = ledger(taken.covers, taken.on, by).set_index("key")
        for row in drawn["league"][by]:
            stock = book.loc[row["key"], [AREAS[s] for s in STOCK_STAGES]].sum()
            assert row["stock_m2"] == pytest.approx(stock, abs=1e-3)
            assert row["past"][-1] == pytest.approx(stock, abs=0.01)
            assert len(row["past"]) == len(drawn["league"]["days"]) == 11
    first = drawn["league"]["district"][0]
    assert (first["idle_count"], first["idle_m2"]) == (2, pytest.approx(20_000, rel=1e-3))


def test_issues_are_listed_gravest_first_and_drawn_once_a_feature(taken, drawn):
    said = drawn["flaws"]
    ranks = [["error", "warning", "info"].index(row["severity"]) for row in said["rows"]]
    assert ranks == sorted(ranks)
    assert said["total"] == len(taken.issues) == sum(said["severities"].values())
    points = keys(drawn, "flaws")
    assert FIRST in points
    assert len(points) == len(set(points))


def test_a_basket_has_one_row_a_key_with_the_words_of_the_lists(taken):
    table = basket(taken, [FIRST, "approvals:A1", "releases:R1", "acquisitions:Z1"])
    assert table["layer"].tolist() == ["supplies", "approvals", "releases", "acquisitions"]
    assert table["district"].tolist() == ["红旗区"] * 4
    listed = answers.idle(taken, q="B00001").iloc[0]
    for column in ("standing", "outcome", "fee_yuan", "area_m2", "holder"):
        assert table.iloc[0][column] == listed[column]
    assert table["outcome"].notna().tolist() == [True, False, False, False]
    with pytest.raises(NotFound, match="supplies:nobody"):
        basket(taken, [FIRST, "supplies:nobody"])


def test_the_past_of_a_feature_names_each_change_with_both_values():
    def seen(rev, **properties):
        feature = json.dumps({"geometry": None, "properties": properties}).encode()
        return Moment(rev, f"202{rev}-01-01", "li", "", "a.csv", feature if properties else None)

    moments = [
        seen(1),
        seen(2, price_fen=100),
        seen(3, price_fen=100),
        seen(4, price_fen=200, started_on="2020-01-01"),
        seen(5),
    ]
    told = past("supplies", moments)
    assert [(one["rev"], one["change"]) for one in told] == [
        (5, "ended"), (4, "changed"), (2, "added")
    ]  # fmt: skip
    assert told[1]["cells"] == [
        ["price_fen", "money", 100, 200], ["started_on", "day", None, "2020-01-01"]
    ]  # fmt: skip


def test_too_many_features_are_merged_and_counted(taken, drawn, monkeypatch):
    monkeypatch.setattr(land, "MOST_FEATURES", 4)
    coarse = scene(taken, RULES)
    assert coarse["merged"] == len(keys(drawn, "stock")) + 3 + drawn["legend"]["conflicts"]["count"]
    assert coarse["legend"] == drawn["legend"]
    merged = coarse["layers"]["stock"]["features"]
    assert len(merged) < len(drawn["layers"]["stock"]["features"])
    assert sum(f["properties"]["count"] for f in merged) == len(keys(drawn, "stock"))
    assert all("key" not in f["properties"] for f in merged)


def test_findings_are_counted_by_outcome_and_basis_with_their_fees(taken, drawn):
    idle = answers.idle(taken)
    fees = taken.assessment.findings.set_index("supply_id")["fee_fen"]
    assert sum(row["count"] for row in drawn["findings"]) == len(idle)
    said = sum(row["fee_fen"] or 0 for row in drawn["findings"])
    assert said == int(fees[fees.index.isin(idle["supply_id"])].sum())


def test_a_card_tells_standing_finding_fee_and_the_words_of_the_article(taken, drawn):
    shown = drawn["cards"][FIRST]
    assert shown["badges"] == ["standing.idle", "outcome.reclaim"]
    fee = next(f for f in shown["findings"] if f["outcome"] == "fee")
    assert fee["fee_fen"] == 24_691_358
    assert "百分之二十" in drawn["articles"][fee["article"]]["text"]
    assert fee["reason"]["zh"] != fee["reason"]["en"]
    assert ["holder", "text", "青禾化纤有限公司"] in shown["facts"]
    assert ["price_fen", "money", 123_456_789] in shown["facts"]
    assert ["due_on", "day", "2013-05-31"] in shown["dates"]


def test_both_clocks_have_the_anniversaries_of_the_core(drawn):
    clock = drawn["cards"][FIRST]["clock"]
    raw, effective = clock["tracks"]
    assert [mark["on"] for mark in raw["marks"]] == ["2013-05-31", "2014-05-31", "2015-05-31"]
    assert clock["excused_days"] == 181
    assert [m["on"] for m in effective["marks"]] == ["2013-11-28", "2014-11-28", "2015-11-28"]
    assert clock["excused"] == [{"from_on": "2013-09-01", "until_on": "2014-02-28"}]


def test_a_delay_that_came_too_late_is_listed_but_not_drawn_as_excused(drawn):
    delays = {d["from_on"]: d["moot"] for d in drawn["cards"][FIRST]["delays"]}
    assert delays == {"2013-09-01": False, "2018-01-01": True}
    assert "delay_moot" in {issue["kind"] for issue in drawn["cards"][FIRST]["issues"]}


def test_one_clock_is_drawn_where_nothing_is_excused(drawn):
    assert [t["name"] for t in drawn["cards"][SECOND]["clock"]["tracks"]] == ["raw"]
    assert drawn["cards"][SECOND]["amendments"][0]["start_on"] == "2018-03-31"


def test_the_card_of_an_approval_has_its_row_of_the_ledger(taken, drawn):
    row = ledger(taken.covers, taken.on, "approval").iloc[0]
    areas = {name: value["m2"] for name, _, value in drawn["cards"]["approvals:A1"]["ledger"]}
    assert areas["approved_m2"] == pytest.approx(row["approved_m2"], abs=1e-3)
    assert areas["released_m2"] == pytest.approx(row["released_m2"], abs=1e-3)


def test_one_card_alone_is_the_card_of_the_scene(taken, drawn):
    for key in (FIRST, "approvals:A1", "acquisitions:Z1"):
        assert card(taken, RULES, key) == drawn["cards"][key]


def test_a_card_from_the_land_under_one_supply_alone_is_the_same_card(tmp_path):
    whole = town(tmp_path)
    store = open_store(tmp_path / "town.db")
    for key in (FIRST, SECOND, "supplies:4107022012B00004"):
        identity = key.partition(":")[2]
        alone = answers.take(store, whole.on, rulebook=RULES, supply_id=identity)
        assert card(alone, RULES, key) == card(whole, RULES, key)
    store.close()


@pytest.mark.parametrize("key", ["supplies:nobody", "castles:1", "", "../etc/passwd"])
def test_a_card_of_nothing_is_not_found(taken, key):
    with pytest.raises(NotFound):
        card(taken, RULES, key)


def test_every_drawn_feature_has_its_card(drawn):
    drawn_keys = {k for name in ("stock", "idle", "conflicts") for k in keys(drawn, name)}
    assert drawn_keys <= set(drawn["cards"])


def test_search_knows_every_listed_supply_even_without_an_outline(drawn):
    assert {row["supply_id"] for row in drawn["supplies"]} == {
        "4107022012B00001", "4107022017B00002", "4107022013B00003", "4107022012B00004",
    }  # fmt: skip
    assert drawn["cards"]["supplies:4107022012B00004"]["bounds"] is None


def test_freshness_names_every_layer(drawn):
    rows = {row["layer"]: row for row in drawn["fresh"]}
    assert rows["supplies"]["count"] == 4
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows["supplies"]["at"])
    assert rows["footprints"]["at"] == ""


def test_an_empty_inventory_still_makes_a_page(taken):
    bare = replace(taken, on=taken.on.replace(year=2000))
    shown = scene(bare, RULES, with_cards=True)
    json.dumps(shown, allow_nan=False)


def test_every_word_exists_in_both_languages():
    lame = [key for key, word in words().items() if not (word.get("zh") and word.get("en"))]
    assert lame == []


def test_every_key_that_the_scripts_ask_for_is_in_the_table():
    sources = list(STATIC.parent.joinpath("web").glob("*.js"))
    text = "".join(path.read_text("utf-8") for path in [*sources, STATIC.parent / "page.html"])
    asked = set(
        re.findall(r"""(?:\bt\(|word\(|data-t(?:-label|-hint)?=)"([a-z_]+\.[a-z_0-9]+)""", text)
    )
    assert len(asked) > 40
    assert asked - set(words()) == set()


def test_every_fact_and_date_that_a_card_can_show_has_a_word():
    shown = {column.name for layer in LAYERS.values() for column in layer.columns}
    shown |= {*ASSESSED, *DETERMINED_DATES, *AREAS.values(), "area_m2", "approved_m2", "days"}
    assert {f"field.{name}" for name in shown} - set(words()) == set()


def test_every_choice_has_a_word():
    choices = {choice for la in LAYERS.values() for c in la.columns for choice in c.choices}
    known = {key.partition(".")[2] for key in words()}
    assert choices - known == set()


def test_the_clock_of_land_that_is_built_on_stops(drawn):
    built = drawn["cards"]["supplies:4107022013B00003"]["clock"]
    assert built["stop"] == "2013-12-01"
    assert drawn["cards"][FIRST]["clock"]["stop"] is None


def test_the_table_repeats_no_word_of_the_core():
    own = tomllib.loads(STATIC.parent.joinpath("words.toml").read_text("utf-8"))
    assert Stage.USED.value not in own["stage"]
    assert words()["stage.used"]["zh"] == Stage.USED.zh


def test_every_asset_of_the_page_is_installed():
    missing = [n for n in (*page.SCRIPTS, *page.STYLES) if not (STATIC / n).is_file()]
    assert missing == []


def test_a_missing_asset_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "STATIC", tmp_path)
    with pytest.raises(UnreadableFile, match="npm ci"):
        lone_page({})


class Outline(html.parser.HTMLParser):
    """Collects what a document links to and what its scripts are."""

    def __init__(self, text):
        super().__init__()
        self.links, self.scripts, self.open = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("src", "href") if name in given]
        self.open = given if tag == "script" else None
        if tag == "script":
            self.scripts.append((given.get("id"), ""))

    def handle_data(self, data):
        if self.open is not None:
            name, text = self.scripts[-1]
            self.scripts[-1] = (name, text + data)

    def handle_endtag(self, tag):
        self.open = None


def test_the_served_page_links_only_to_its_own_server():
    outline = Outline(served_page(pinned={"on": "2020-06-01"}))
    assert [link for link in outline.links if not link.startswith(("/static/", "#", "data:"))] == []
    assert "/static/leaflet/leaflet.js" in outline.links


def test_the_lone_page_links_to_nothing(drawn):
    outline = Outline(lone_page(drawn))
    assert [link for link in outline.links if not link.startswith(("#", "data:"))] == []


def test_a_browser_may_run_only_the_scripts_that_stand_in_the_file(drawn):
    text = lone_page(drawn)
    assert "unsafe-inline" not in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    run = [s for name, s in Outline(text).scripts if name is None]
    assert len(run) == len(page.SCRIPTS)
    for script in run:
        assert b64encode(sha256(script.encode()).digest()).decode() in policy
    assert "script-src 'self';" in served_page(pinned={})


def test_the_lone_page_carries_hostile_names_unharmed(drawn):
    outline = Outline(lone_page(drawn))
    data = json.loads(dict(outline.scripts)["landgis-data"])
    names = {row["supply_id"]: row["project_name"] for row in data["supplies"]}
    assert names["4107022017B00002"] == HOSTILE
    assert data == json.loads(json.dumps(drawn))


def test_one_scene_gives_the_same_bytes_each_time(taken):
    pages = [lone_page(scene(taken, RULES, with_cards=True)) for _ in range(2)]
    assert pages[0] == pages[1]


def test_the_command_writes_the_same_page_each_time(taken, tmp_path, capfd):
    town(tmp_path)
    line = ["map", "--store", str(tmp_path / "town.db"), "--on", "2020-06-01", "-o"]
    written = []
    for name in ("one.html", "two.html"):
        run([*line, str(tmp_path / name)])
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert b"landgis-data" in written[0]
    assert capfd.readouterr().out == ""


def test_a_record_without_any_polygon_makes_a_page_and_no_print(tmp_path):
    (tmp_path / "s.csv").write_text("电子监管号,合同签订日期\na,2019-01-01\n")
    store = ["--store", str(tmp_path / "s.db")]
    run(["import", "supplies", str(tmp_path / "s.csv"), *store])
    run(["map", *store, "-o", str(tmp_path / "map.html")])
    assert b"landgis-data" in (tmp_path / "map.html").read_bytes()
    with pytest.raises(UsageError, match="no land to print"):
        run(["map", *store, "--pdf", str(tmp_path / "map.pdf")])
    assert not (tmp_path / "map.pdf").exists()


def test_the_command_refuses_a_store_from_nowhere(tmp_path):
    with pytest.raises(StoreError):
        run(["map", "--store", str(tmp_path / "none.db"), "-o", str(tmp_path / "map.html")])
    assert list(tmp_path.iterdir()) == []


def test_the_page_opens_in_the_language_asked_for(drawn):
    assert "<title>存量土地盘活一张图</title>" in lone_page(drawn)
    assert '<html lang="en">' in lone_page(drawn, lang="en")
    assert "<title>Stock land on one map</title>" in lone_page(drawn, lang="en")
