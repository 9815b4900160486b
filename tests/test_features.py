"""Features leave the store ready: pages, boxes, one by one, and whose land the ended ones are."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from api.paging import pack
from landgis import inventory
from landgis.cli import run
from landgis.documents.explain import explain
from landgis.errors import Gone, UsageError
from landgis.intake import finish_cut
from landgis.measure import transform
from landgis.procedure import Entry
from landgis.readers.rules import load_rules
from landgis.store import encode, facts, open_store
from landgis.store.encode import rows, texts
from tests.conftest import square
from tests.test_api import serving
from tests.test_store import DELAY, bounds_of, delivery, flaw, supply
from tests.town import ON, ROWS, RULES
from tests.worlds import layer


@pytest.fixture
def store(place):
    opened = open_store(place, create=True)
    yield opened
    opened.close()


def shaped(number, **columns):
    return supply(number, geometry=square(200 * number, 0, 100), **columns)


def test_a_feature_says_what_the_layer_holds_and_nothing_that_is_empty(store):
    first = shaped(1, project_name='"引号"\n与\\', price_fen=2**60, mortgaged=False)
    store.record([delivery("supplies", first, supply(2))])
    table = store.layers(1)["supplies"].table
    said = [json.loads(one) for _, one in store.features("supplies", 1)]
    assert [one["id"] for one in said] == ["S1", "S2"]
    for one, row in zip(said, table.to_dict("records"), strict=True):
        known = {k: v for k, v in row.items() if k != "geometry" and not pd.isna(v)}
        plain = {k: str(v.date()) if isinstance(v, pd.Timestamp) else v for k, v in known.items()}
        assert one["properties"] == plain
    assert said[1]["geometry"] is None
    outline = transform(np.array([first["geometry"]], dtype=object), store.crs, 4490)[0]
    assert shape(said[0]["geometry"]).equals_exact(outline, 1e-8)
    assert json.loads(store.feature("supplies", "S1", 1)) == said[0]
    assert store.feature("supplies", "S3", 1) is None


def test_pages_are_the_whole_layer_as_it_was_known(store):
    store.record([delivery("supplies", *(shaped(i, project_name="old") for i in range(30)))])
    store.record([delivery("supplies", *(shaped(i, project_name="new") for i in range(3, 40)))])
    for known, name, count in ((1, "old", 30), (2, "new", 40)):
        found, after = [], ""
        while page := store.features("supplies", known, after=after, limit=7):
            found += page
            after = page[-1][0]
        assert [one for one, _ in found] == sorted(f"S{i}" for i in range(count))
        assert json.loads(dict(found)["S5"])["properties"]["project_name"] == name


def test_a_box_finds_the_same_by_the_index_and_by_walking_along_the_ids(store, monkeypatch):
    store.record([delivery("supplies", *(shaped(i) for i in range(60)))])
    west, south, _, north = bounds_of(store, "S20")
    east = bounds_of(store, "S39")[2]
    box = (west, south, east, north)
    expected = sorted(f"S{i}" for i in range(20, 40))
    assert [one for one, _ in store.features("supplies", 1, bbox=box)] == expected
    following = [one for one, _ in store.features("supplies", 1, after="S25", limit=4, bbox=box)]
    monkeypatch.setattr(facts, "FEW", 3)
    assert [one for one, _ in store.features("supplies", 1, bbox=box)] == expected
    page = store.features("supplies", 1, after="S25", limit=4, bbox=box)
    assert [one for one, _ in page] == following == ["S26", "S27", "S28", "S29"]


def test_rows_of_a_record_table_are_no_features(store):
    store.record([delivery("delays", DELAY)])
    with pytest.raises(UsageError, match="no id"):
        store.features("delays", 1)


def test_a_feature_that_names_its_geometry_in_a_text_keeps_its_polygon(store):
    name = ',"geometry":null} \\",\\"geometry\\":'
    store.record([delivery("supplies", shaped(1, project_name=name))])
    said = store.feature("supplies", "S1", 1)
    assert json.loads(said)["properties"]["project_name"] == name
    polygon = json.loads(encode.polygon_of(said.decode()))
    assert polygon["type"] == "Polygon"
    assert polygon == json.loads(said)["geometry"]
    assert [one for one, _ in store.features("supplies", 1, bbox=bounds_of(store, "S1"))] == ["S1"]


# -- ended, merged, split ------------------------------------------------------------------------


def test_who_ended_points_to_those_who_have_the_land(store):
    left, right = square(0, 0, 100), square(100, 0, 100)
    both = shapely.union(left, right)
    store.record(
        [delivery("supplies", supply(1, geometry=left), supply(2, geometry=right), shaped(9))]
    )
    store.record([delivery("supplies", supply(3, geometry=both), supply(4), shaped(8))], full=True)
    store.record([delivery("supplies", supply(5, geometry=left), shaped(8))], full=True)

    def heirs(number, known):
        with pytest.raises(Gone) as gone:
            store.refuse_ended("supplies", f"S{number}", known)
        return gone.value

    assert heirs(1, 2).successors == heirs(2, 2).successors == ("S3",)
    assert "its land is now S3" in heirs(1, 2).en
    assert "S3" in heirs(1, 2).zh
    assert heirs(1, 2).merged_into == heirs(2, 2).merged_into == "S3"
    assert heirs(3, 3).successors == ("S5",)
    assert heirs(3, 3).merged_into == ""  # half of its land is nobody's
    assert heirs(9, 2).successors == heirs(4, 3).successors == ()
    assert "known=1" in heirs(9, 3).en
    assert store.refuse_ended("supplies", "S1", 1) is None
    assert store.refuse_ended("supplies", "S99", 3) is None


# -- the story of one supply ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def town(new_place):
    """The town of the tests, cut, then changed."""
    store = open_store(new_place(), create=True)
    for name, some in ROWS.items():
        store.record([delivery(name, *some)])
    store.record([delivery("supplies", supply(99), said=flaw(99))])
    finish_cut(store)
    first = {**ROWS["supplies"][0], "holder": "另一公司", "geometry": square(0, 0, 30)}
    store.record([delivery("supplies", first)])
    yield store
    store.close()


@pytest.mark.parametrize("back", [0, 1])
def test_the_story_of_a_supply_is_that_of_the_whole_record(town, back):
    known = town.head() - back
    whole = inventory.take(town, ON, known, rulebook=RULES)
    assert len(whole.assessment.supplies) >= 4
    for one in whole.assessment.supplies["supply_id"]:
        part = inventory.take(town, ON, known, rulebook=RULES, supply_id=one)
        mine = part.assessment.supplies
        theirs = whole.assessment.supplies.set_index("supply_id").loc[[one]].reset_index()
        pd.testing.assert_frame_equal(mine, theirs[list(mine.columns)])
        assert explain(part, RULES, one, "zh") == explain(whole, RULES, one, "zh")


def test_the_inventory_of_a_supply_holds_its_surroundings_only(town):
    one = ROWS["supplies"][0]["supply_id"]
    part = inventory.take(town, ON, town.cut_rev(), rulebook=RULES, supply_id=one)
    assert list(part.assessment.supplies["supply_id"]) == [one]
    whole = town.pieces(town.cut_rev())
    links = whole.links[(whole.links["layer"] == "supplies") & (whole.links["feature_id"] == one)]
    mine = whole.table["piece_id"].to_numpy()[np.sort(links["piece"].unique())]
    assert list(part.pieces.table["piece_id"]) == list(mine)


def test_what_was_ended_has_no_story_but_points_on(store):
    store.record([delivery("supplies", shaped(1))])
    store.record([delivery("supplies", supply(2, geometry=square(200, 0, 100)))], full=True)
    with pytest.raises(Gone, match="its land is now S2"):
        inventory.take(store, ON, 2, rulebook=load_rules(), supply_id="S1")


def test_the_commands_point_from_an_ended_supply_to_who_has_the_land(tmp_path, capsys):
    path = tmp_path / "city.db"
    store = open_store(path, create=True)
    store.record([delivery("supplies", shaped(1))])
    store.record([delivery("supplies", supply(2, geometry=square(200, 0, 100)))], full=True)
    finish_cut(store)
    step = Entry("S1", "clue", date(2026, 1, 1))
    with pytest.raises(Gone, match="its land is now S2"):
        store.enter(step)
    store.close()
    asked = ["explain", "S1", "--store", str(path), "--on", "2020-01-01"]
    with pytest.raises(Gone, match="ask with known=1"):
        run(asked)
    run([*asked, "--known", "1"])
    assert "S1" in capsys.readouterr().out


def test_texts_are_the_same_whoever_wrote_them(store):
    store.record([delivery("supplies", shaped(1, price_fen=5))])
    again = store.layers(1)["supplies"].table
    fresh = layer("supplies", shaped(1, price_fen=5)).table
    schema = facts.LAYERS["supplies"]
    assert texts(schema, rows(again, schema)) == texts(schema, rows(fresh, schema))


# -- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A server over 30 supplies, of which later one is merged with its neighbour."""
    path = tmp_path_factory.mktemp("served") / "city.db"
    store = open_store(path, create=True)
    store.record([delivery("supplies", *(shaped(i) for i in range(30)))])
    both = supply(7, geometry=square(1400, 0, 400))
    store.record([delivery("supplies", *(shaped(i) for i in range(7)), both)], full=True)
    finish_cut(store)
    store.close()
    with serving(path) as asked:
        yield asked


PATH = "/api/v1/layers/supplies/features"


def test_a_layer_is_read_page_by_page(client):
    found, asked = [], {"known": "1", "limit": "8"}
    while asked:
        page = client.get(PATH, params=asked)
        assert page.headers["content-type"].startswith("application/geo+json")
        body = page.json()
        assert (body["type"], body["known"]) == ("FeatureCollection", 1)
        found += [one["id"] for one in body["features"]]
        asked = {"cursor": body["next"]} if body["next"] else None
        assert ("link" in page.headers) == (asked is not None)
    assert found == sorted(f"S{i}" for i in range(30))
    again = client.get(PATH, headers={"If-None-Match": client.get(PATH).headers["etag"]})
    assert again.status_code == 304


def test_an_ended_id_is_gone_and_one_that_was_merged_points_on(client):
    for path in (f"{PATH}/S{{}}", "/api/v1/supplies/S{}", "/api/v1/supplies/S{}/findings"):
        asked = {"on": "2020-01-01"} if "layers" not in path else {}
        answer = client.get(path.format(8), params=asked)
        assert answer.status_code == 301
        assert answer.json()["successors"] == ["S7"]
        assert "S7" in answer.json()["detail_zh"]
        query = "?on=2020-01-01" if asked else ""
        assert answer.headers["location"] == path.format(7) + query
        assert client.get(answer.headers["location"]).status_code == 200
        assert client.get(path.format(20), params=asked).status_code == 410
    assert client.get(f"{PATH}/S8", params={"known": "1"}).json()["id"] == "S8"
    assert client.get(f"{PATH}/S99").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "10001"},
        {"bbox": "1,2,3"},
        {"cursor": "x"},
        {"cursor": pack(["parks", 1, None, 8, "S1"])},
        {"cursor": pack(["supplies", 1, 5, 8, "S1"])},
        {"cursor": pack(["supplies", 1, None, -8, "S1"])},
        {"cursor": pack(["supplies", 99, None, 8, "S1"])},
        {"on": "2020-01-01"},
    ],
)
def test_a_bad_question_about_features_is_refused(client, asked):
    answer = client.get(PATH, params=asked)
    assert (answer.status_code, "detail_zh" in answer.json()) == (400, True)


def test_features_of_what_is_no_layer_are_not_found(client):
    assert client.get("/api/v1/layers/nothing/features").status_code == 404
    assert client.get("/api/v1/layers/delays/features").status_code == 400
