"""The store in a file: what is none is refused as it is, and a full disk harms nothing."""

import sqlite3

import pytest

from landgis.errors import StoreError, UsageError
from landgis.schema import DTYPES, LAYERS
from landgis.store import open_store
from tests.test_store import delivery, names, supply


@pytest.fixture
def path(tmp_path):
    return tmp_path / "city.db"


@pytest.fixture
def store(path):
    opened = open_store(path, create=True)
    yield opened
    opened.close()


def test_the_tables_have_the_columns_of_the_schema(path, store):
    store.close()
    kinds = {"TEXT": "str", "REAL": "float64", "INTEGER": "Int64"}
    with sqlite3.connect(path) as db:
        for name, schema in LAYERS.items():
            found = {row[1]: row[2] for row in db.execute(f"PRAGMA table_info({name})")}
            for column in schema.columns:
                expected = {"datetime64[s]": "str", "boolean": "Int64"}.get(
                    DTYPES[column.kind], DTYPES[column.kind]
                )
                assert kinds[found[column.name]] == expected, (name, column.name)
    db.close()


def refusal(path, **options):
    with pytest.raises(StoreError) as refused:
        open_store(path, **options)
    assert refused.value.zh != refused.value.en
    assert str(path) in refused.value.en
    assert str(path) in refused.value.zh
    return refused.value.en


def test_a_missing_store_says_how_to_make_one(path):
    assert "landgis import" in refusal(path)
    assert not path.exists()


def test_a_folder_is_no_store(tmp_path):
    assert "folder" in refusal(tmp_path, create=True)


def test_any_other_file_is_no_store_and_stays_as_it_is(path):
    path.write_bytes(b"id,name\n1,a\n" * 1000)
    assert "not a landgis store" in refusal(path, create=True)
    assert path.read_bytes() == b"id,name\n1,a\n" * 1000


def test_a_database_of_another_program_is_no_store(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text)")
    db.close()
    before = path.read_bytes()
    assert "not a landgis store" in refusal(path, create=True)
    assert path.read_bytes() == before


def test_a_geopackage_is_no_store(path):
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA application_id = 1196444487")
        db.execute("CREATE TABLE gpkg_contents (table_name)")
    db.close()
    assert "not a landgis store" in refusal(path)


def test_a_store_of_a_newer_version_asks_for_an_update(path, store):
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer landgis (schema 99" in refusal(path)


def test_a_damaged_store_asks_for_a_backup(path, store):
    store.record([delivery("supplies", *(supply(i) for i in range(500)))])
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    path.write_bytes(data)
    assert "damaged" in refusal(path)


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    assert "cannot be opened or made there" in refusal(tmp_path / "missing" / "s.db", create=True)


def test_an_address_of_something_else_is_refused():
    assert "no address of a database" in refusal("mysql://host/db")
    with pytest.raises(StoreError) as refused:
        open_store("mysql://user:se@cret@host/db")
    assert "cret" not in refused.value.en + refused.value.zh


def test_an_empty_file_becomes_a_store_only_if_asked(path):
    path.touch()
    assert "does not exist yet" in refusal(path)
    open_store(path, create=True).close()
    open_store(path).close()


def test_a_full_disk_is_said_and_leaves_the_store_as_it_was(store):
    store.record([delivery("supplies", supply(1))])
    with store._ground.reading() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 20}")
    rows = [supply(i, location="x" * 2000) for i in range(500)]
    with pytest.raises(StoreError, match="disk is full"):
        store.record([delivery("supplies", *rows)])
    assert store.head() == 1
    assert len(names(store, 1)) == 1
    assert store.record([delivery("supplies", supply(2))]).rev == 2


@pytest.mark.parametrize("nothing", ["", "  "])
def test_a_store_without_a_name_is_refused(nothing):
    with pytest.raises(StoreError, match="no store is named"):
        open_store(nothing)


@pytest.mark.parametrize("crs", [0, 4326, 4490, 10**20])
def test_a_store_is_not_made_in_a_system_that_measures_no_land(path, crs):
    with pytest.raises(UsageError, match="no zone of CGCS2000"):
        open_store(path, create=True, crs=crs)
    assert not path.exists()


@pytest.mark.parametrize("tolerance_m", [float("inf"), float("nan"), 1e308, -1.0])
def test_a_store_is_not_made_with_a_tolerance_that_is_none(path, tolerance_m):
    with pytest.raises(UsageError, match="not between 0 and 100 m"):
        open_store(path, create=True, tolerance_m=tolerance_m)
    assert not path.exists()
