"""The land in the record: a cut is published whole, answers for its time, and knows its past."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis import issues
from landgis.errors import ChangedMeanwhile, StoreError
from landgis.intake import finish_cut
from landgis.partition import cut, recut
from landgis.stations import Source
from landgis.store import Delivery, open_store
from tests.conftest import square
from tests.worlds import layer


@pytest.fixture
def path(place):
    return place


@pytest.fixture
def store(path):
    opened = open_store(path, create=True)
    yield opened
    opened.close()


def record(store, name, *rows, full=False):
    source = Source(f"{name}.csv", "0", "CSV")
    return store.record([Delivery(layer(name, *rows), issues.empty(), source)], full=full)


def approval(number, x, side=100, **more):
    return {
        "approval_id": f"A{number}",
        "approved_on": "2008-01-01",
        "geometry": square(x, 0, side),
        **more,
    }


def supply(number, x, side=50, **more):
    return {
        "supply_id": f"S{number}",
        "supplied_on": "2010-01-01",
        "geometry": square(x, 0, side),
        **more,
    }


def assert_same(pieces, others):
    for name in ("table", "links", "slivers", "sliver_links"):
        pd.testing.assert_frame_equal(
            getattr(pieces, name), getattr(others, name), check_index_type=False
        )
    assert pieces.tolerance_m == others.tolerance_m


def test_a_store_without_land_has_no_pieces_and_nothing_to_cut(store):
    assert len(store.pieces()) == 0
    assert not store.pending()
    assert not finish_cut(store)
    record(store, "supplies", supply(1, 0, geometry=None))
    assert not store.pending()
    assert_same(store.pieces(), cut(store.layers()))


def test_a_published_cut_is_read_back_as_it_was(store):
    record(store, "approvals", approval(1, 0), approval(2, 100.2), approval(3, 190))
    record(store, "supplies", supply(1, 0), supply(2, 80))
    assert store.pending()
    finish_cut(store)
    assert not store.pending()
    assert_same(store.pieces(), cut(store.layers()))
    assert len(store.pieces().slivers) >= 0
    assert store.info().pieces == len(store.pieces())


def test_slivers_are_kept_with_their_features(store):
    record(store, "approvals", approval(1, 0), approval(2, 99.9))
    finish_cut(store)
    found = store.pieces()
    assert len(found.slivers) == 1
    assert found.sliver_links["feature_id"].tolist() == ["A1", "A2"]
    assert_same(found, cut(store.layers()))


def test_readers_get_the_last_state_that_is_fully_cut(store):
    record(store, "approvals", approval(1, 0))
    finish_cut(store)
    record(store, "supplies", supply(9, 0, geometry=None))
    assert store.resolve() == 2
    record(store, "supplies", supply(1, 0))
    assert store.pending()
    assert store.resolve() == 2
    assert len(store.layers()["supplies"]) == 1
    assert len(store.pieces()) == 1
    finish_cut(store)
    assert store.resolve() == 3
    assert len(store.pieces()) == 2


def test_the_pieces_of_a_state_that_was_never_cut_are_refused(store):
    record(store, "approvals", approval(1, 0))
    record(store, "supplies", supply(1, 0))
    finish_cut(store)
    with pytest.raises(StoreError, match="revision 1 was never cut"):
        store.pieces(1)
    assert len(store.pieces(2)) == 2
    assert len(store.pieces(0)) == 0


def test_an_old_cut_is_still_there_after_a_new_one(store):
    record(store, "approvals", approval(1, 0))
    finish_cut(store)
    before = store.pieces(1)
    record(store, "supplies", supply(1, 0))
    finish_cut(store)
    assert_same(store.pieces(1), before)
    assert len(store.pieces(2)) == 2


def test_only_what_differs_is_written(store):
    record(store, "approvals", *(approval(i, 200 * i) for i in range(5)))
    finish_cut(store)
    record(store, "supplies", supply(1, 0))
    finish_cut(store)
    at = store.kept("pieces")[0].index("rev_from")
    ends = [row[at : at + 2] for row in store.kept("pieces")[1]]
    assert (len(ends), sum(a == 2 for a, _ in ends), sum(b == 2 for _, b in ends)) == (7, 2, 1)


def test_a_change_without_geometry_needs_no_cut(store):
    record(store, "approvals", approval(1, 0))
    finish_cut(store)
    done = record(store, "approvals", approval(1, 0, name="renamed"))
    assert (done.changed, done.reshaped) == (1, False)
    assert not store.pending()
    assert store.resolve() == 2


def test_what_is_touched_is_what_came_changed_and_went(store):
    record(store, "approvals", approval(1, 0), approval(2, 200), approval(3, 400))
    finish_cut(store)
    record(store, "approvals", approval(2, 210), approval(3, 400, name="renamed"), full=True)
    record(store, "supplies", supply(1, 600), supply(2, 700))
    record(store, "supplies", supply(1, 600), full=True)
    assert store.cut_rev() == 1
    found = store.reshaped(1, 4).changed()
    east = shapely.bounds(found.features.geometry)[:, 0] - 490_000
    assert set(zip(found.features.feature_id, east, found.was, found.now, strict=True)) == {
        ("A1", 0, True, False),
        ("A2", 200, True, False),
        ("A2", 210, False, True),
        ("S1", 600, False, True),
    }


def test_what_lies_around_is_found_by_its_box_in_either_state(store):
    record(store, "approvals", approval(1, 0), approval(2, 200), approval(3, 50_000))
    record(store, "approvals", approval(2, 30_000))
    found = store.reshaped(1, 2).around(range(8), np.array([square(90, 0, 150)]))
    assert found.features.feature_id.tolist() == ["A1", "A2"]
    assert list(zip(found.was, found.now, strict=True)) == [(True, True), (True, False)]
    assert not len(store.reshaped(1, 2).around(range(8), np.array([], dtype=object)).features)


def test_a_piece_that_is_split_or_merged_names_what_it_was_made_of(store):
    record(store, "approvals", approval(1, 0), approval(2, 300))
    finish_cut(store)
    assert store.lineage().empty
    whole = names(store, 1, "A1")
    record(store, "supplies", supply(1, 0))
    finish_cut(store)
    split = names(store, 2, "A1")
    assert len(split) == 2
    assert made_of(store, 2) == sorted((part, *whole) for part in split)
    record(store, "supplies", supply(2, 700), full=True)
    finish_cut(store)
    merged = [row for row in made_of(store, 3) if row[0] in names(store, 3, "A1")]
    assert sorted(merged) == sorted((*whole, part) for part in split)


def made_of(store, rev):
    found = store.lineage(rev)
    at = found[found["rev"] == rev]
    return list(zip(at["piece_id"], at["predecessor_id"], strict=True))


def names(store, known, feature):
    pieces = store.pieces(known)
    rows = pieces.links.loc[pieces.links["feature_id"] == feature, "piece"]
    return pieces.table["piece_id"].iloc[rows].tolist()


def test_a_cut_that_was_overtaken_is_refused(store):
    record(store, "approvals", approval(1, 0))
    slow, at = cut(store.layers(1)), store.head()
    record(store, "approvals", approval(2, 200))
    finish_cut(store)
    with pytest.raises(StoreError, match="revision 2 was cut meanwhile"):
        store.publish(slow, at=at)
    assert len(store.pieces()) == 2


class CutMeanwhile:
    """A store whose land somebody else cuts while a patch for it is made."""

    def __init__(self, store):
        self._store, self._is_cut = store, False

    def reshaped(self, since, until):
        if not self._is_cut:
            self._is_cut = True
            record(self._store, "approvals", approval(3, 120))
            finish_cut(self._store)
        return self._store.reshaped(since, until)

    def __getattr__(self, name):  # noqa: D105
        return getattr(self._store, name)


def test_a_patch_for_land_that_another_cut_meanwhile_is_made_again(store):
    record(store, "approvals", approval(1, 0))
    finish_cut(store)
    record(store, "approvals", approval(2, 50))
    patch = recut(store.reshaped(1, 2), store.tolerance_m, store.crs)
    slow = CutMeanwhile(store)
    assert finish_cut(slow) is False  # the other cut all there was
    with pytest.raises(ChangedMeanwhile, match="revision 3 was cut meanwhile"):
        store.publish(patch, at=3, since=1)
    assert_same(store.pieces(), cut(store.layers()))


def test_facts_that_come_during_a_cut_stay_pending(store):
    record(store, "approvals", approval(1, 0))
    slow, at = cut(store.layers(1)), store.head()
    record(store, "approvals", approval(2, 200))
    store.publish(slow, at=at)
    assert store.pending()
    assert store.resolve() == 1
    assert len(store.pieces()) == 1


def test_pieces_of_strangers_are_refused_and_nothing_changes(store):
    record(store, "approvals", approval(1, 0))
    finish_cut(store)
    strange = cut({"approvals": layer("approvals", approval(7, 0))})
    with pytest.raises(StoreError, match="does not know"):
        store.publish(strange)
    assert_same(store.pieces(), cut(store.layers()))


CHILD = """
import sys
from landgis.intake import finish_cut
from landgis.store import open_store
from tests.test_store_land import approval, record, supply

store = open_store(sys.argv[1])
record(store, "approvals", approval(1, 0, side=1000))
while True:
    x = 60 * (store.head() % 12)
    record(store, "supplies", *(supply(n, x + 110 * n) for n in range(6)))
    finish_cut(store)
    print(store.cut_rev(), flush=True)
"""


def test_a_killed_cut_leaves_the_land_of_one_revision(path, store):
    store.close()
    for kill in range(2):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        told = int(child.stdout.readline())
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.15 * (kill + 1))
        child.kill()
        told = max([told, *(int(line) for line in child.stdout if line.endswith("\n"))])
        child.wait()
        child.stdout.close()
        left = open_store(path)
        assert left.cut_rev() >= told
        known = left.resolve()
        found, whole = left.pieces(known), cut(left.layers(known))
        assert found.table["piece_id"].tolist() == whole.table["piece_id"].tolist()
        finish_cut(left)
        assert left.resolve() == left.head()
        left.close()


SPOTS = st.integers(0, 8).map(lambda n: 30 * n)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["approvals", "supplies"]),
        st.lists(
            st.tuples(st.integers(1, 4), SPOTS), min_size=1, max_size=3, unique_by=lambda x: x[0]
        ),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=10)
@given(steps=STEPS)
def test_pieces_cut_step_by_step_are_those_of_one_cut(steps, new_place):
    opened = open_store(new_place(), create=True)
    for name, rows, full, now in steps:
        make = approval if name == "approvals" else supply
        record(opened, name, *(make(number, x) for number, x in rows), full=full)
        if now:
            finish_cut(opened)
    finish_cut(opened)
    found, whole = opened.pieces(), cut(opened.layers())
    opened.close()
    assert found.table["piece_id"].tolist() == whole.table["piece_id"].tolist()
    np.testing.assert_allclose(found.table["area_m2"], whole.table["area_m2"], atol=1e-6)
    pd.testing.assert_frame_equal(found.links, whole.links, check_index_type=False)
