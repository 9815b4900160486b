"""A store of any earlier schema comes forward by itself, on both grounds, with all it holds."""

import pandas as pd
import pytest

from landgis.intake import finish_cut
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.store import ground, ground_of, open_store, postgres, sqlite, version_of
from landgis.store.copying import _bounds
from landgis.store.facts import SHAPED
from landgis.store.ground import SCHEMA_VERSION
from landgis.store.interface import TABLES
from tests.conftest import square
from tests.test_store import DELAY, delivery, flaw, supply


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A store with a past: facts changed and ended, issues, rules, land cut twice."""
    store = open_store(tmp_path_factory.mktemp("lived") / "city.db", create=True)
    shapes = [square(200 * n, 0, 100) for n in range(4)]
    rows = [supply(n, geometry=g, project_name="a") for n, g in enumerate(shapes)]
    store.record([delivery("supplies", *rows, said=flaw(1))], rulebook=load_rules())
    finish_cut(store)
    store.record([delivery("supplies", supply(1, geometry=shapes[1], project_name="b"))])
    store.record([delivery("delays", DELAY)], author="Li", key="k")
    store.record([delivery("supplies", *rows[:2], supply(9))], full=True)
    finish_cut(store)
    yield store
    store.close()


def made(version, lived, place, monkeypatch):
    """At ``place`` a store as an earlier version of landgis made it, with what ``lived`` holds."""
    rows = {table: lived.kept(table) for table in TABLES}
    with monkeypatch.context() as then:
        for module in (ground, sqlite, postgres):
            then.setattr(module, "SCHEMA_VERSION", version)
        there = ground_of(str(place), create=True)
        there.prepare()
        with there.writing() as db:
            there.migrate(db, 0, lived.crs)
            for table, (names, found) in rows.items():
                columns, _ = db.columns(table)
                places = [names.index(name) for name in columns]
                if columns:
                    db.bulk(table, columns, [tuple(row[p] for p in places) for row in found])
            for schema in SHAPED:
                db.index_bounds(schema.name, _bounds(db, schema.name, lived.crs))
        there.close()
        assert version_of(str(place)) == version


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_store_of_an_earlier_schema_comes_forward(version, lived, place, monkeypatch):
    made(version, lived, place, monkeypatch)
    old = open_store(place)
    assert version_of(str(place)) == SCHEMA_VERSION
    assert old.verify() is None
    for known in range(lived.head() + 1):
        for name in LAYERS:
            mine, theirs = old.layers(known)[name].table, lived.layers(known)[name].table
            pd.testing.assert_frame_equal(mine, theirs)
        assert old.features("supplies", known) == lived.features("supplies", known)
    pd.testing.assert_frame_equal(old.pieces().table, lived.pieces().table)
    assert [r.at for r in old.revisions()] == [r.at for r in lived.revisions()]
    first, *later = old.chain()
    if version == 1:  # had no chain: it is sealed as it comes
        assert (first.said["what"], first.said["from"]) == ("migration", 1)
        assert [e.said["rev"] for e in later] == [0, 1, 2, 3, 4, 1, 4]
    else:
        assert [first, *later] == list(lived.chain())
    assert old.record([delivery("supplies", supply(8))]).rev == lived.head() + 1
    assert old.verify() is None
    old.close()
