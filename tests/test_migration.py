"""A store of any earlier schema comes forward by itself, on both grounds, with all it holds."""

import pandas as pd
import pytest

from landgis.intake import finish_cut
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.store import encode, ground, ground_of, open_store, postgres, sqlite, version_of
from landgis.store.copying import _bounds
from landgis.store.facts import SHAPED
from landgis.store.ground import SCHEMA_VERSION
from landgis.store.interface import READY, TABLES
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
    with monkeypatch.context() as then:
        for module in (ground, sqlite, postgres):
            then.setattr(module, "SCHEMA_VERSION", version)
            then.setattr(module, "scripts", lambda found: ground.steps(found, version))
        there = ground_of(str(place), create=True)
        there.prepare()
        with there.writing() as db:
            there.migrate(db, 0, lived.crs)
            for table in TABLES:
                there_then, _ = db.columns(table)
                rows = kept(lived, table)
                columns = [name for name in there_then if name in rows]
                if columns:
                    db.bulk(table, columns, zip(*(rows[c] for c in columns), strict=True))
            for schema in SHAPED:
                db.index_bounds(schema.name, _bounds(db, schema.name, lived.crs))
        there.close()
        assert version_of(str(place)) == version


def kept(store, table):
    """A table by columns; facts with the published polygons, which they had until version 5."""
    names, rows = store.kept(table)
    columns = dict(zip(names, zip(*rows, strict=True), strict=False))
    if table in READY and columns:
        ready, items = store.kept(READY[table])
        columns["geojson"] = [encode.polygon_of(row[ready.index("item")]) for row in items]
    return columns


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_store_of_an_earlier_schema_comes_forward(version, lived, place, monkeypatch):
    made(version, lived, place, monkeypatch)
    told = []
    old = open_store(place, progress=told.append)
    assert told == sorted(told)
    assert 0 == told[0] < told[-1] <= 1
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


def test_a_new_store_has_the_tables_of_one_that_came_forward(lived, new_place, monkeypatch):
    old, new = new_place(), new_place()
    made(1, lived, old, monkeypatch)
    for place in (old, new):
        open_store(place, create=True).close()
    assert len(said_of(new)) > 250
    assert said_of(new) == said_of(old)


def said_of(place):
    """Every column, index and trigger of a store, as its database says it."""
    there = ground_of(str(place))
    schema = str(place).rpartition("=")[2]
    with there.reading() as db:
        if "://" in str(place):
            found = [row for sql in OF_POSTGRES for row in db.execute(sql, (schema,)).fetchall()]
        else:
            found = db.execute(OF_SQLITE).fetchall()
    there.close()
    return sorted(" ".join(str(part) for part in row).replace(schema, "").split() for row in found)


OF_SQLITE = """
SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
UNION ALL SELECT type, name, sql, '', '', '' FROM sqlite_master WHERE type IN ('index', 'trigger')
"""
OF_POSTGRES = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression "
    "FROM information_schema.columns WHERE table_schema = ?",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = ?",
    "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
    "JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT tgisinternal AND nspname = ?",
)
