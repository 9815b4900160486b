"""What a server keeps on shelves between two answers: the same as a fresh answer, or made again."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis import inventory, picture
from landgis.errors import StoreError
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.shelf import CONTENT, Shelf, Shelves, let_go
from landgis.store import open_store
from tests.town import town

RULES = load_rules()
DAYS = (date(2026, 1, 1), date(2015, 3, 1), date(1999, 1, 1))
"""On the last of them nothing is found."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("picture")
    town(folder)
    opened = open_store(folder / "town.db")
    yield opened
    opened.close()


@pytest.fixture
def shelves(store, tmp_path):
    return picture.shelves(store, tmp_path)


def same(one, other):
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def plain(table):
    return pd.DataFrame(table.drop(columns="geometry", errors="ignore"))


@pytest.mark.parametrize("on", DAYS)
def test_what_is_kept_says_what_a_fresh_answer_says(store, shelves, on):
    fresh = inventory.take(store, on, rulebook=RULES)
    for _ in ("made", "mapped"):
        land = picture.land(store, fresh.known, shelves)
        mark = picture.of_day(picture.of_land(store, fresh.known), on, RULES)
        kept = picture.day(land, mark, on, RULES, shelves)
        for part in ("supplies", "findings", "issues"):
            same(getattr(kept.assessment, part), getattr(fresh.assessment, part))
        same(kept.stages, fresh.stages)
        same(kept.issues, fresh.issues)


def test_every_layer_piece_link_and_day_is_kept(store, shelves):
    fresh = inventory.land(store, store.resolve(None))
    kept = picture.land(store, fresh.known, shelves)
    for name, layer in fresh.layers.items():
        same(kept.layers[name].table, plain(layer.table)[list(kept.layers[name].table.columns)])
        if LAYERS[name].identity and "area_m2" in layer.table:
            assert shapely.to_wkb(kept.layers[name].geometry).tolist() == (
                shapely.to_wkb(layer.geometry).tolist()
            )
    some = np.arange(len(fresh.pieces))[::3]
    assert all(kept.pieces.geometry_at(some) == fresh.pieces.geometry_at(some))
    for name, links in fresh.covers.links.items():
        for one in picture.LINK:
            np.testing.assert_array_equal(
                getattr(kept.covers.links[name], one), getattr(links, one)
            )
    for one in picture.LINE:
        np.testing.assert_array_equal(
            getattr(kept.covers.timeline, one), getattr(fresh.covers.timeline, one)
        )


def test_a_shelf_is_made_once_and_again_where_it_is_damaged_or_of_something_else(tmp_path):
    made = []

    def put(making):
        made.append(1)
        making.array("numbers", np.arange(3))
        making.table("texts", pd.DataFrame({"said": pd.array(["甲", None], dtype="str")}))

    shelves = Shelves(tmp_path)
    for mark in ({"rev": 1}, {"rev": 1}, {"rev": 2}):
        shelf = shelves.get("land", mark, put, most=2)
        assert shelf.array("numbers").tolist() == [0, 1, 2]
        assert shelf.table("texts")["said"].fillna("-").tolist() == ["甲", "-"]
    assert len(made) == 2
    content = tmp_path / "land-2" / CONTENT
    content.write_bytes(content.read_bytes()[:-1])
    shelves.get("land", {"rev": 2}, put, most=2)
    assert len(made) == 3
    with pytest.raises(LookupError):
        Shelf(tmp_path / "land-1", {"rev": 2})
    shelves.get("land", {"rev": 3}, put, most=2)
    assert len([*tmp_path.glob("land-*")]) == 2
    assert not [*tmp_path.glob("new-*")]


def test_a_shelf_that_several_ask_for_at_once_is_made_once(tmp_path):
    made = []

    def put(making):
        made.append(1)
        sleep(0.2)
        making.array("numbers", np.arange(3))

    def ask(_):
        return Shelves(tmp_path).get("land", {"rev": 1}, put, most=2).array("numbers").tolist()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == [[0, 1, 2]] * 4
    assert len(made) == 1
    assert [place.name for place in tmp_path.iterdir()] == ["land-1"]


def test_what_is_mapped_stays_readable_when_its_folder_is_thrown_away(store, shelves, tmp_path):
    land = picture.land(store, store.resolve(None), shelves)
    shutil.rmtree(tmp_path / "pictures")
    assert len(land.layers["supplies"].geometry) == len(land.layers["supplies"])
    again = picture.day(land, {"on": "the day"}, DAYS[0], RULES, shelves)
    assert len(again.assessment.supplies)


def test_a_folder_that_cannot_be_written_is_one_sentence(store, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="LANDGIS_CACHE"):
        picture.land(store, store.resolve(None), Shelves(blocked / "below"))


def test_another_store_with_the_same_revisions_has_shelves_of_its_own(store, tmp_path):
    other = open_store(tmp_path / "other.db", create=True)
    one, two = (picture.shelves(s, tmp_path)._place for s in (store, other))
    other.close()
    assert one != two


def test_memory_of_what_is_mapped_can_be_given_back_at_any_time(store, shelves):
    land = picture.land(store, store.resolve(None), shelves)
    before = plain(land.layers["supplies"].table)
    let_go()
    same(land.layers["supplies"].table, before)
