"""A store moves whole: facts, history, land and chain are the same wherever they stand."""

import sqlite3
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from landgis.cli import run
from landgis.errors import StoreError
from landgis.intake import finish_cut
from landgis.schema import LAYERS
from landgis.store import Evidence, ground_of, open_store
from landgis.store.copying import copy
from landgis.store.interface import TABLES
from tests.conftest import square
from tests.test_store import DELAY, bounds_of, delivery, flaw, supply
from tests.test_store_land import approval, assert_same, record
from tests.test_store_land import supply as built


def lived(place):
    """A store with a past: every kind of row and both ends of it."""
    store = open_store(place, create=True)
    record(store, "approvals", approval(1, 0), approval(2, 99.9), approval(3, 400))
    finish_cut(store)
    came = np.array([square(0, 0, 51)], dtype=object)
    first = delivery(
        "supplies",
        supply(1, geometry=square(0, 0, 50), price_fen=2**60, mortgaged=True, holder="某公司"),
        said=flaw(1),
        evidence=Evidence(came, "EPSG:4526"),
    )
    store.record([first], author="Li", reason="May", key="k1")
    record(store, "supplies", built(1, 20), built(2, 400))
    finish_cut(store)
    store.record([delivery("delays", DELAY, DELAY)])
    record(store, "supplies", built(1, 20, holder=None), full=True)
    store.close()


def everything(place):
    """All that a store keeps."""
    store = open_store(place)
    found = {table: [store.kept(table)[0], *store.kept(table)[1]] for table in TABLES}
    store.close()
    return found


def moved(source, target):
    one, other = ground_of(str(source)), ground_of(str(target), create=True)
    try:
        return copy(one, other)
    finally:
        one.close()
        other.close()


def test_a_store_goes_to_postgis_and_back_and_is_equal(tmp_path, postgres):
    places = [tmp_path / "a.db", postgres.new_place(), tmp_path / "b.db", tmp_path / "c.db"]
    lived(places[0])
    for source, target in pairwise(places):
        rows = moved(source, target)
        assert rows["supplies"] == 3
        assert rows["audit"] > 6
    there = everything(places[0])
    stores = [open_store(place) for place in places]
    for place, store in zip(places[1:], stores[1:], strict=True):
        assert everything(place) == there
        assert store.verify() is None
        assert [str(e) for e in store.chain()] == [str(e) for e in stores[0].chain()]
        assert store.revisions() == stores[0].revisions()
        assert_same(store.pieces(4), stores[0].pieces(4))
        for known in range(store.head() + 1):
            old, new = stores[0].layers(known), store.layers(known)
            for name in LAYERS:
                pd.testing.assert_frame_equal(new[name].table, old[name].table)
        found = store.features("supplies", 3, bbox=bounds_of(store, "S2", 3))
        assert [name for name, _ in found] == ["S2"]
    for store in stores:
        store.close()


def test_a_copy_goes_on_where_the_store_stood(new_place):
    first, second = new_place(), new_place()
    lived(first)
    moved(first, second)
    went_on = open_store(second)
    head = went_on.head()
    assert went_on.record([delivery("delays", {**DELAY, "status": "verified"})]).rev == head + 1
    record(went_on, "supplies", built(7, 100))
    finish_cut(went_on)
    assert went_on.verify() is None
    went_on.close()


def test_what_stands_there_is_not_overwritten(new_place, tmp_path):
    first, second = new_place(), new_place()
    lived(first)
    open_store(second, create=True).close()
    before = everything(second)
    with pytest.raises(StoreError, match="a store already"):
        moved(first, second)
    assert everything(second) == before
    with pytest.raises(StoreError, match="does not exist yet"):
        moved(new_place(), tmp_path / "x.db")


def test_damage_of_what_is_copied_is_not_laid_to_the_copy(tmp_path):
    lived(tmp_path / "old.db")
    with sqlite3.connect(tmp_path / "old.db") as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()[0]
    db.close()
    data = bytearray((tmp_path / "old.db").read_bytes())
    data[size * (page - 1)] ^= 0xFF  # what kind of page it is
    (tmp_path / "old.db").write_bytes(data)
    with pytest.raises(StoreError, match=r"old\.db': it is damaged"):
        moved(tmp_path / "old.db", tmp_path / "new.db")


def test_a_backup_of_any_store_is_a_file_with_the_same_record(place, tmp_path):
    lived(place)
    store = open_store(place)
    store.backup(tmp_path / "backup.db")
    store.close()
    assert everything(tmp_path / "backup.db") == everything(place)
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup.db"]


def said(capfd, *arguments):
    run([*map(str, arguments), "--lang", "en"])
    return capfd.readouterr().out


def test_the_store_commands_make_look_and_move(new_place, capfd):
    first, second = new_place(), new_place()
    assert "EPSG:4526" in said(capfd, "store", "init", "--store", first, "--crs", 4526)
    with pytest.raises(StoreError, match="already"):
        run(["store", "init", "--store", str(first)])
    assert "all equal" in said(capfd, "store", "copy", first, second)
    told = said(capfd, "store", "info", "--store", second)
    assert "EPSG:4526" in told
    assert "supplies: 0" in told
    assert "is the newest" in said(capfd, "store", "migrate", "--store", second)
