"""The store on a PostgreSQL server: what only a server can do to it, and whom it lets look in."""

import threading

import psycopg
import pytest
import shapely

from landgis.errors import LandgisError, StoreError, UsageError
from landgis.intake import finish_cut
from landgis.schema import LAYERS, Kind
from landgis.store import open_store
from landgis.store.dialect import marked
from landgis.store.interface import TABLES
from tests.conftest import square
from tests.test_store import delivery, names, supply
from tests.test_store_land import approval, record


@pytest.fixture
def place(postgres):
    return postgres.new_place()


@pytest.fixture
def store(place):
    opened = open_store(place, create=True)
    yield opened
    opened.close()


def schema_of(place):
    return place.partition("schema=")[2]


@pytest.fixture
def admin(postgres, place):
    """A connection of somebody else."""
    with psycopg.connect(postgres.address(), autocommit=True) as db:
        db.execute(f"SET search_path = {schema_of(place)}, public")
        yield db


def refusal(address, **options):
    with pytest.raises(LandgisError) as refused:
        open_store(address, **options)
    assert refused.value.en != refused.value.zh
    assert len(refused.value.en.splitlines()) == 1
    return refused.value.en


# -- looked into ------------------------------------------------------------------------------


def test_other_programs_see_polygons_with_their_crs_dates_and_flags(store, admin, place):
    outline = square(0, 0, 100)
    store.record([delivery("supplies", supply(1, geometry=outline, mortgaged=True))])
    found = dict(
        admin.execute(
            "SELECT f_table_name || '.' || f_geometry_column, srid FROM geometry_columns "
            "WHERE f_table_schema = %s",
            (schema_of(place),),
        ).fetchall()
    )
    assert (found["supplies.geometry"], found["supplies_ready.lonlat"]) == (4547, 4490)
    assert (found["pieces.geometry"], found["slivers.geometry"]) == (4547, 4547)
    said = admin.execute(
        "SELECT ST_AsBinary(geometry), ST_X(ST_Centroid(lonlat)), supplied_on, mortgaged "
        "FROM supplies JOIN supplies_ready USING (fact)"
    ).fetchone()
    assert shapely.from_wkb(bytes(said[0])).equals(outline)
    assert 113 < said[1] < 114
    assert (said[2].isoformat(), said[3]) == ("2012-01-01", True)


def test_the_columns_have_the_types_of_the_schema(store, admin, place):
    kinds = {
        Kind.DATE: "date",
        Kind.FLAG: "boolean",
        Kind.AREA: "double precision",
        Kind.NUMBER: "double precision",
        Kind.MONEY: "bigint",
        Kind.YEARS: "bigint",
    }
    for name, schema in LAYERS.items():
        found = dict(
            admin.execute(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = %s AND table_name = %s",
                (schema_of(place), name),
            ).fetchall()
        )
        for column in schema.columns:
            assert found[column.name] == kinds.get(column.kind, "text"), (name, column.name)


def test_a_box_is_answered_by_the_index(store, admin):
    rows = (supply(i, geometry=square(20 * i, 0, 10)) for i in range(2000))
    store.record([delivery("supplies", *rows)])
    admin.execute("ANALYZE supplies_ready")
    near = "lonlat && ST_MakeEnvelope(113, 35, 113.0001, 36, 4490)"
    plan = admin.execute(f"EXPLAIN SELECT 1 FROM supplies_ready WHERE {near}").fetchall()
    assert "supplies_ready_lonlat" in " ".join(row[0] for row in plan)


# -- kept as written --------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_what_was_written_can_not_be_written_over(store, admin, verb):
    record(store, "approvals", approval(1, 0), approval(2, 99.9))
    finish_cut(store)
    for table in TABLES:
        column = store.kept(table)[0][0]
        statement = {
            "UPDATE": f'UPDATE {table} SET "{column}" = "{column}"',
            "DELETE": f"DELETE FROM {table}",
            "TRUNCATE": f"TRUNCATE {table} CASCADE",
        }[verb]
        if verb != "TRUNCATE" and not admin.execute(f"SELECT 1 FROM {table}").fetchone():
            continue
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            admin.execute(statement)
    assert store.verify() is None


def test_a_row_ends_once_and_for_all(store, admin):
    store.record([delivery("supplies", supply(1), supply(2))])
    store.record([delivery("supplies", supply(2))], full=True)
    for statement in (
        "UPDATE supplies SET rev_to = NULL WHERE rev_to IS NOT NULL",
        "UPDATE supplies SET rev_to = 3 WHERE rev_to IS NOT NULL",
        "INSERT INTO audit SELECT seq + 9, rev, algorithm, entry, hash FROM audit WHERE seq = 1",
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            admin.execute(statement)


# -- the server goes away ---------------------------------------------------------------------


KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "


def test_a_backend_killed_in_the_middle_leaves_nothing_half_and_says_so(store, admin):
    store.record([delivery("supplies", supply(1))])
    killed = []

    def features():
        for number in range(100, 50_000):
            if number == 200:
                killed.extend(
                    admin.execute(
                        KILL + "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
                    ).fetchall()
                )
            yield number, "supplies", f"X{number}"

    def write():
        with store._ground.writing() as db:
            db.execute("INSERT INTO settings VALUES ('half', '1')")
            db.bulk("features", ("feature", "layer", "feature_id"), features())

    with pytest.raises(StoreError, match="connection to the server was lost"):
        write()
    assert killed == [(True,)]
    assert store.head() == 1
    assert admin.execute("SELECT count(*) FROM settings").fetchone() == (2,)
    assert admin.execute("SELECT count(*) FROM features").fetchone() == (1,)
    assert store.record([delivery("supplies", supply(2))]).rev == 2
    assert store.verify() is None


def test_records_whose_backend_is_killed_again_and_again_are_whole_or_absent(store, admin):
    stop, told, refused = threading.Event(), [], []

    def kill():
        while not stop.wait(0.05):
            admin.execute(KILL + "query LIKE '%supplies%'")

    killer = threading.Thread(target=kill)
    killer.start()
    for version in range(12):
        rows = [supply(i, project_name=str(version)) for i in range(200)]
        try:
            told.append(store.record([delivery("supplies", *rows)]).rev)
        except StoreError as error:
            refused.append(error.en)
    stop.set()
    killer.join()
    assert all("was lost" in sentence for sentence in refused)
    head = store.head()
    assert head >= max(told, default=0)
    for known in range(1, head + 1):
        found = names(store, known)
        assert len(found) == 200
        assert len(set(found)) == 1
    assert store.verify() is None


def test_connections_that_died_while_idle_are_made_anew(store, admin):
    store.record([delivery("supplies", supply(1))])
    for ask in (store.head, lambda: store.feature("supplies", "S1", 1)):
        assert store.feature("supplies", "S1", 1)
        admin.execute(
            "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        assert ask()
    assert store.record([delivery("supplies", supply(2))]).rev == 2


def test_a_delivery_of_many_rows_is_looked_at_by_the_server_at_once(store, admin):
    store.record([delivery("supplies", *(supply(i) for i in range(1_200)))])
    counted = "SELECT reltuples FROM pg_class WHERE oid = to_regclass('supplies')"
    assert admin.execute(counted).fetchone() == (1_200,)


def test_many_readers_see_whole_revisions_while_two_write(store, place):
    def rows(version):
        return [supply(i, project_name=str(version)) for i in range(40)]

    store.record([delivery("supplies", *rows("0"))])
    stop, seen, done, errors = threading.Event(), [], [], []

    def read():
        try:
            while not stop.is_set():
                seen.append(set(names(store, store.head())))
        except Exception as error:
            errors.append(error)

    def write(writer):
        other = open_store(place)
        done.extend(
            other.record([delivery("supplies", *rows(f"{writer} {n}"))]).rev for n in range(4)
        )
        other.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    writers = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert not errors
    assert sorted(done) == list(range(2, 10))
    assert all(len(versions) == 1 for versions in seen)


# -- what is no store -------------------------------------------------------------------------


def test_what_can_not_be_opened_is_said_in_a_sentence(postgres, place):
    assert "does not exist yet" in refusal(place)
    assert "no such database" in refusal(postgres.address("nowhere"))
    assert "refuses the user" in refusal(postgres.address(user="stranger"))
    assert "cannot be reached" in refusal("postgresql:///x?host=/nowhere&connect_timeout=1")
    assert "cannot be read" in refusal("postgresql:///x?colour=red")
    assert "no name for a schema" in refusal("postgresql:///x?schema=Robert');--")


def test_a_password_is_never_shown():
    for address in (
        "postgresql://gis:s3cret@localhost:1/land",
        "postgresql://gis@localhost:1/land?password=s3cret",
    ):
        told = refusal(address)
        assert "s3cret" not in told
        assert "localhost:1/land" in told


def test_a_schema_of_another_program_is_left_alone(postgres, place, admin):
    admin.execute(
        f"CREATE SCHEMA {schema_of(place)}; CREATE TABLE {schema_of(place)}.notes (t text)"
    )
    assert "another program" in refusal(place, create=True)
    assert admin.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_a_store_of_a_newer_version_asks_for_an_update(store, place, admin):
    admin.execute(f"COMMENT ON SCHEMA {schema_of(place)} IS 'landgis store, schema 99'")
    assert "newer landgis (schema 99" in refusal(place)


def test_who_may_not_add_postgis_is_told_who_can(postgres):
    postgres.sql("CREATE USER clerk; CREATE DATABASE bare OWNER clerk;")
    assert "CREATE EXTENSION postgis" in refusal(
        postgres.address("bare", user="clerk"), create=True
    )


def test_stores_of_one_database_do_not_know_each_other(store, postgres):
    other = open_store(postgres.new_place(), create=True, crs=4526)
    store.record([delivery("supplies", supply(1))])
    assert (other.head(), other.crs, store.crs) == (0, 4526, 4547)
    other.close()


def test_marks_inside_words_are_no_values():
    said = "SELECT '?', ':a', \"b:c\", x::text FROM t WHERE a = ? AND b = :name"
    assert marked(said) == (
        "SELECT '?', ':a', \"b:c\", x::text FROM t WHERE a = %s AND b = %(name)s"
    )


def test_an_address_with_a_strange_schema_is_bad_use():
    with pytest.raises(UsageError, match="small letters"):
        open_store("postgresql:///x?schema=pg_catalog")
