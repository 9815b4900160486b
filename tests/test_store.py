"""The record: what comes in is read back, at every revision, and never half."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from landgis import issues
from landgis.errors import NotFound, StoreError, UsageError
from landgis.issues import IssueKind, issue_rows
from landgis.schema import LAYERS, Kind, Shape
from landgis.stations import Source
from landgis.store import Delivery, Evidence, encode, open_store
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


def delivery(name, *rows, said=None, file="file.csv", evidence=None):
    digest = sha256(repr(rows).encode()).hexdigest()
    return Delivery(
        layer(name, *rows),
        issues.empty() if said is None else said,
        Source(file, digest, "CSV", "utf-8"),
        evidence,
    )


def supply(number, **columns):
    return {"supply_id": f"S{number}", "supplied_on": "2012-01-01", **columns}


def names(store, known=None):
    return store.layers(known)["supplies"].table["project_name"].tolist()


# -- what is recorded is read back -----------------------------------------------------------


def test_a_new_store_has_every_layer_typed_and_empty(store):
    assert store.head() == 0
    layers = store.layers()
    assert list(layers) == list(LAYERS)
    for name, schema in LAYERS.items():
        pd.testing.assert_frame_equal(layers[name].table, layer(name).table, check_index_type=False)
        assert layers[name].table.dtypes[schema.columns[0].name] == "str"


VALUES = {
    Kind.TEXT: st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1),
    Kind.DATE: st.dates().map(np.datetime64),
    Kind.AREA: st.floats(0, 1e12),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    Kind.MONEY: st.integers(-(2**62), 2**62),
    Kind.YEARS: st.integers(0, 999),
    Kind.FLAG: st.booleans(),
}


@st.composite
def rows(draw, schema):
    def value(column):
        if column.name == schema.identity:
            return None
        if column.kind is Kind.CHOICE:
            return draw(st.none() | st.sampled_from(column.choices).map(str))
        return draw(st.none() | VALUES[column.kind])

    found = [{c.name: value(c) for c in schema.columns} for _ in range(draw(st.integers(0, 4)))]
    for number, row in enumerate(found):
        if schema.identity:
            row[schema.identity] = f"n{number}"
        if schema.shape is not Shape.NONE and draw(st.booleans()):
            row["geometry"] = square(draw(st.integers(0, 50)), 20 * number, 10)
    return found


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=3)
@given(data=st.data())
def test_every_value_of_every_layer_comes_back_as_it_was(name, data, new_place):
    given_rows = data.draw(rows(LAYERS[name]))
    arriving = delivery(name, *given_rows)
    opened = open_store(new_place(), create=True)
    opened.record([arriving])
    back = opened.layers(opened.head())[name].table
    opened.close()
    if LAYERS[name].identity is None:
        back = back.sort_values(list(back.columns), ignore_index=True)
        wanted = arriving.layer.table.sort_values(list(back.columns), ignore_index=True)
    else:
        wanted = arriving.layer.table
    pd.testing.assert_frame_equal(back, wanted, check_index_type=False)


def test_published_polygons_are_longitude_and_latitude_at_eight_decimals(store):
    store.record([delivery("parks", {"park_id": "P", "geometry": square(0, 0, 100)})])
    text = encode.polygon_of(store.feature("parks", "P", 1).decode())
    assert all(
        len(n.split(".")[1]) <= 8
        for n in text.split("[[[")[1].strip("]}").split(",")
        if "." in n and "]" not in n
    )
    west, south, east, north = shapely.from_geojson(text).bounds
    assert 113.88 < west < east < 113.9
    assert 35.2 < south < north < 35.3


def test_a_box_finds_the_features_whose_bounds_meet_it(store):
    rows = (supply(i, geometry=square(1000 * i, 0, 10)) for i in range(20))
    store.record([delivery("supplies", *rows, supply(99))])
    box = bounds_of(store, "S7")
    assert [name for name, _ in store.features("supplies", 1, bbox=box)] == ["S7"]
    assert store.features("supplies", 1, bbox=(0, 0, 1, 1)) == []


def bounds_of(store, name, known=1):
    """The bounds of a supply as it is published: west, south, east, north."""
    return shape(json.loads(store.feature("supplies", name, known))["geometry"]).bounds


def test_the_geometry_as_it_came_is_kept_where_it_is_another(store):
    came = np.array([square(0, 0, 10), square(20, 0, 11)], dtype=object)
    evidence = Evidence(came, "EPSG:4526")
    rows = [supply(1, geometry=square(0, 0, 10)), supply(2, geometry=square(20, 0, 10))]
    store.record([delivery("supplies", *rows, evidence=evidence)])
    with store._ground.reading() as db:
        kept = dict(db.execute("SELECT supply_id, evidence FROM supplies").fetchall())
        assert db.execute("SELECT crs FROM deliveries").fetchone() == ("EPSG:4526",)
    assert kept["S1"] is None
    assert shapely.from_wkb(kept["S2"]).equals(came[1])


# -- revisions -------------------------------------------------------------------------------


def test_the_same_delivery_twice_writes_nothing_and_says_so(store):
    first = store.record([delivery("supplies", supply(1), supply(2))])
    again = store.record([delivery("supplies", supply(1), supply(2))])
    assert (first.added, first.recorded, first.rev) == (2, True, 1)
    assert (again.added, again.unchanged, again.recorded, again.rev) == (0, 2, False, 1)
    assert store.head() == 1
    assert len(store.revisions()) == 2


def test_an_old_revision_still_shows_what_was_known_then(store):
    store.record([delivery("supplies", supply(1, project_name="old"), supply(2))])
    done = store.record([delivery("supplies", supply(1, project_name="new"))])
    assert (done.added, done.changed, done.unchanged, done.ended) == (0, 1, 0, 0)
    assert names(store, 1)[0] == "old"
    assert names(store, 2)[0] == "new"
    assert len(names(store, 2)) == 2
    assert names(store, 0) == []


def test_a_full_delivery_ends_what_is_missing_and_can_bring_it_back(store):
    store.record([delivery("supplies", supply(1), supply(2))])
    done = store.record([delivery("supplies", supply(2))], full=True)
    assert (done.unchanged, done.ended) == (1, 1)
    assert store.layers(2)["supplies"].table["supply_id"].tolist() == ["S2"]
    back = store.record([delivery("supplies", supply(1))])
    assert back.added == 1
    assert store.layers(3)["supplies"].table["supply_id"].tolist() == ["S1", "S2"]


def test_a_file_that_grows_and_one_with_a_new_column_filled_count_right(store):
    store.record([delivery("supplies", supply(1))])
    done = store.record([delivery("supplies", supply(1, holder="甲公司"), supply(2))])
    assert (done.added, done.changed, done.unchanged) == (1, 1, 0)


def test_several_files_are_one_revision(store):
    one, two = delivery("supplies", supply(1), file="a"), delivery("supplies", supply(2), file="b")
    done = store.record([one, two], author="Li", command="import", reason="May delivery")
    assert done.added == 2
    last = store.revisions()[-1]
    assert [s.name for s in last.sources] == ["a", "b"]
    assert (last.author, last.reason, last.software) == ("Li", "May delivery", "landgis 0.1.0")


def test_a_rehearsal_counts_but_writes_nothing(store):
    told = store.record([delivery("supplies", supply(1))], dry_run=True)
    assert (told.added, told.recorded) == (1, False)
    assert store.head() == 0
    assert names(store, 0) == []


def test_one_number_on_two_rows_is_refused_and_nothing_written(store):
    with pytest.raises(UsageError, match="'S1' comes twice") as refused:
        store.record([delivery("supplies", supply(1), supply(2), supply(1, holder="x"))])
    assert "S1" in refused.value.zh
    assert store.head() == 0


def test_files_of_two_layers_are_no_revision(store):
    with pytest.raises(UsageError, match="one layer"):
        store.record([delivery("supplies", supply(1)), delivery("parks")])


DELAY = {"supply_id": "S1", "cause": "petition", "from_on": "2014-01-01", "status": "claimed"}


def test_a_record_row_repeated_in_a_file_is_kept_and_delivered_again_is_not_doubled(store):
    store.record([delivery("delays", DELAY, DELAY)])
    again = store.record([delivery("delays", DELAY, DELAY)])
    assert not again.recorded
    assert len(store.layers(1)["delays"]) == 2
    done = store.record([delivery("delays", {**DELAY, "status": "verified"})], full=True)
    assert (done.added, done.ended) == (1, 2)
    assert store.layers(2)["delays"].table["status"].tolist() == ["verified"]


@pytest.fixture
def clocked(path):
    """A store whose clock is set by hand, on 1 April 2020 when it is made."""
    times = [datetime(2020, 4, 1, tzinfo=UTC)]
    opened = open_store(path, create=True, clock=lambda: times[-1])
    opened.set = times.append
    yield opened
    opened.close()


def test_revisions_never_go_back_in_time_even_if_the_clock_does(clocked):
    ahead = datetime(2021, 4, 1, tzinfo=UTC)
    clocked.set(ahead)
    clocked.record([delivery("supplies", supply(1))])
    clocked.set(datetime(2019, 1, 1, tzinfo=UTC))
    later = clocked.record([delivery("supplies", supply(2))])
    assert later.at == ahead + timedelta(microseconds=1)


def test_a_revision_is_meant_by_number_or_time(store):
    store.record([delivery("delays", DELAY)])
    first = store.revisions()[1].at
    store.record([delivery("delays", {**DELAY, "status": "verified"})])
    assert store.resolve() == 2
    assert store.resolve(1) == store.resolve("1") == 1
    assert store.resolve(first.isoformat()) == 1
    assert store.resolve((first - timedelta(days=1)).isoformat()) == 0
    assert store.resolve("2999-01-01") == 2
    assert store.resolve("1999-01-01") == 0


def test_a_day_as_known_means_its_end_in_china(clocked):
    clocked.set(datetime(2020, 5, 31, 15, 59, 59, tzinfo=UTC))
    clocked.record([delivery("delays", DELAY)])
    clocked.set(datetime(2020, 7, 1, tzinfo=UTC))
    clocked.record([delivery("delays", {**DELAY, "status": "verified"})])
    assert clocked.resolve("2020-05-31") == 1
    assert clocked.resolve("2020-05-30") == 0
    assert clocked.resolve("2020-05-31T23:59:59") == 1
    assert clocked.resolve("2020-05-31T23:59:58") == 0


@pytest.mark.parametrize(
    ("known", "kind"),
    [("7", NotFound), (-1, NotFound), ("soon", UsageError), ("2020-13-01", UsageError)],
)
def test_a_revision_that_does_not_exist_is_refused(store, known, kind):
    with pytest.raises(kind) as refused:
        store.resolve(known)
    assert str(known) in refused.value.en
    assert str(known) in refused.value.zh


def test_freshness_is_the_last_change_of_each_layer(store):
    store.record([delivery("supplies", supply(1))])
    store.record([delivery("delays", DELAY)])
    store.record([delivery("delays", DELAY)])
    revisions = store.revisions()
    assert store.fresh(2) == {"supplies": revisions[1].at, "delays": revisions[2].at}
    assert store.fresh(1) == {"supplies": revisions[1].at}


# -- issues ----------------------------------------------------------------------------------


def flaw(number, value="x", file="file.csv"):
    return issue_rows(
        IssueKind.REQUIRED_MISSING,
        layer="supplies",
        field="holder",
        feature_id="" if number is None else [f"S{number}"],
        row=[2],
        value=[value],
        file=file,
    )


def told(store, known):
    return sorted(zip(*(store.issues(known)[c] for c in ("feature_id", "value")), strict=True))


def test_issues_are_replaced_where_their_row_is_delivered_again(store):
    said = issues.join([flaw(1), flaw(2)])
    store.record([delivery("supplies", supply(1), supply(2), said=said)])
    store.record([delivery("supplies", supply(1, holder="x"), file="mended.csv")])
    assert told(store, 1) == [("S1", "x"), ("S2", "x")]
    assert told(store, 2) == [("S2", "x")]
    assert list(store.issues(2).columns) == list(issues.COLUMNS)
    assert store.issues(2).dtypes.equals(issues.empty().dtypes)


def test_issues_of_no_row_belong_to_their_file(store):
    store.record([delivery("supplies", supply(1), said=flaw(None, "a"))])
    store.record([delivery("supplies", supply(2), said=flaw(None, "b", "b.csv"), file="b.csv")])
    assert told(store, 2) == [("", "a"), ("", "b")]
    store.record([delivery("supplies", supply(3))])
    assert told(store, 3) == [("", "b")]


def test_a_full_delivery_settles_every_issue_of_its_layer(store):
    store.record([delivery("supplies", supply(1), said=flaw(1))])
    done = store.record([delivery("supplies", supply(2), file="b.csv")], full=True)
    assert done.ended == 1
    assert told(store, 2) == []


def test_another_issue_alone_is_a_revision(store):
    store.record([delivery("supplies", supply(1), said=flaw(1))])
    done = store.record([delivery("supplies", supply(1), said=flaw(1, "y"))])
    assert (done.recorded, done.unchanged, done.changed) == (True, 1, 0)
    assert told(store, 2) == [("S1", "y")]


# -- the store itself -------------------------------------------------------------------------


def test_settings_are_chosen_once(path):
    open_store(path, create=True, crs=4526, tolerance_m=0.3).close()
    again = open_store(path, create=True, crs=4547, tolerance_m=0.5)
    assert (again.crs, again.tolerance_m) == (4526, 0.3)
    info = again.info()
    again.close()
    assert (info.crs, info.tolerance_m, info.head, info.cut_rev) == (4526, 0.3, 0, None)
    assert info.features["supplies"] == 0
    assert info.size_bytes > 0


# -- many at once ----------------------------------------------------------------------------


def test_commands_that_start_at_once_make_one_store(path):
    made, ready = [], threading.Barrier(6)

    def start(number):
        ready.wait()
        opened = open_store(path, create=True)
        made.append(opened.record([delivery("supplies", supply(number))]).rev)
        opened.close()

    threads = [threading.Thread(target=start, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2, 3, 4, 5, 6]


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(path, store):
    other = open_store(path, timeout_s=0.2)
    writing = pytest.raises(StoreError, match="another command is writing")
    with store._ground.writing(), writing:
        other.record([delivery("supplies", supply(1))])
    assert other.head() == 0
    assert other.record([delivery("supplies", supply(1))]).rev == 1
    other.close()


def test_writers_in_several_threads_all_get_their_revision(store):
    def write(number):
        store.record([delivery("supplies", supply(number))])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.head() == 8
    assert len(names(store, 8)) == 8


def test_readers_see_a_whole_revision_or_none_while_another_writes(path, store):
    store.record([delivery("supplies", *(supply(i, project_name="0") for i in range(300)))])
    seen, stop = [], threading.Event()

    def read():
        mine = open_store(path)
        while not stop.is_set():
            seen.append(set(names(mine, mine.head())))
        mine.close()

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(1, 8):
        rows = (supply(i, project_name=str(version)) for i in range(300))
        store.record([delivery("supplies", *rows)])
    stop.set()
    reader.join()
    assert seen
    assert all(len(versions) == 1 for versions in seen)


CHILD = """
import sys
from landgis.store import open_store
from tests.test_store import delivery, supply

store = open_store(sys.argv[1])
while True:
    version = str(store.head() + 1)
    rows = [supply(i, project_name=version, location="x" * 300) for i in range(1500)]
    print(store.record([delivery("supplies", *rows)]).rev, flush=True)
"""


def test_a_killed_import_leaves_whole_revisions_and_loses_none_that_was_told(path, store):
    store.close()
    for kill in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        told = int(child.stdout.readline())
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.07 * (kill + 1))
        child.kill()
        told = max([told, *(int(line) for line in child.stdout if line.endswith("\n"))])
        child.wait()
        child.stdout.close()
        left = open_store(path)
        head = left.head()
        assert head >= told
        assert [r.rev for r in left.revisions()] == list(range(head + 1))
        for known in (head, told):
            assert names(left, known) == [str(known)] * 1500
        assert left.verify() is None
        left.close()
