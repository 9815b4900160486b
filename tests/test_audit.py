"""Whoever changes the record behind its back is found out, and so is the place."""

import hashlib
import random
import sqlite3
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis import audit, issues
from landgis.errors import UsageError
from landgis.readers.rules import load_rules
from landgis.stations import Source
from landgis.store import Delivery, Evidence, ground_of, open_store, proof, seals
from landgis.store.copying import copy
from tests.conftest import square
from tests.worlds import layer, strip, world

TAMPERS = 200


def chain(count, algorithm="sha256"):
    entries = []
    for number in range(count):
        last = entries[-1] if entries else None
        entries.append(audit.seal({"what": "test", "n": number}, last, algorithm))
    return entries


# -- the chain alone -------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", audit.ALGORITHMS)
def test_a_chain_is_whole_as_it_was_sealed(algorithm):
    entries = chain(20, algorithm)
    assert [e.seq for e in entries] == list(range(1, 21))
    assert audit.verify(entries) is None
    assert audit.verify(entries, audit.head(entries[7])) is None
    assert audit.verify([]) is None


def test_a_stranger_verifies_an_entry_with_sha256sum_alone():
    first, second = chain(2)
    assert hashlib.sha256(second.text.encode()).hexdigest() == second.digest
    assert second.said["previous"] == first.digest
    assert second.text == (
        '{"algorithm":"sha256","n":1,"previous":"' + first.digest + '","seq":2,"what":"test"}'
    )


@given(
    st.dictionaries(
        st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.floats(0, 1)
    )
)
def test_canonical_json_is_the_same_whatever_the_order(said):
    turned = dict(reversed(said.items()))
    assert audit.canonical(said) == audit.canonical(turned)


def test_a_printed_head_is_read_back():
    head = audit.head(chain(3)[-1])
    assert audit.anchor(f" {head}\n") == head
    for wrong in ("", "3", "3:md5:" + "0" * 64, "x:sha256:" + "0" * 64, "3:sha256:00"):
        with pytest.raises(UsageError, match="audit head"):
            audit.anchor(wrong)


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(UsageError, match="sha256, sm3"):
        chain(1, "md5")


def test_a_chain_written_anew_is_found_by_its_printed_head():
    entries = chain(9)
    head = audit.head(entries[5])
    other = [audit.seal({"what": "other"}, None)]
    for _ in range(8):
        other.append(audit.seal({"what": "other"}, other[-1]))
    assert audit.verify(other) is None
    assert audit.verify(other, head).seq == 6


def test_the_first_bad_entry_is_named_in_both_languages():
    entries = chain(9)
    entries[4] = audit.Entry(5, "sha256", entries[4].text.replace("4", "7"), entries[4].digest)
    flaw = audit.verify(entries)
    assert (flaw.seq, flaw.en) == (5, "entry 5 was edited: its hash is another")
    assert flaw.zh == "第 5 条被改动：哈希不符"


def test_an_entry_that_is_no_json_is_an_edited_one():
    first = audit.Entry(1, "sha256", "[", hashlib.sha256(b"[").hexdigest())
    assert audit.verify([first]).seq == 1


# -- the chain in a store --------------------------------------------------------------------


def record(store, name, *rows, said=None, evidence=None, **options):
    source = Source("来源.csv", hashlib.sha256(repr(rows).encode()).hexdigest(), "CSV", "utf-8")
    noted = issues.empty() if said is None else said
    return store.record([Delivery(layer(name, *rows), noted, source, evidence)], **options)


def supply(number, **columns):
    place = square(200 * number, 0, 100)
    return {"supply_id": f"S{number}", "supplied_on": "2012-01-01", "geometry": place, **columns}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A small store with facts, records, issues, rules and land cut twice; and its head."""
    path = tmp_path_factory.mktemp("audit") / "city.db"
    store = open_store(path, create=True)
    rows = [supply(i, project_name="one") for i in range(4)]
    shapes = layer("supplies", *rows).geometry
    shapes[0] = square(1, 0, 99)
    record(
        store,
        "supplies",
        *rows,
        rulebook=load_rules(),
        author="李",
        reason="五月交换",
        evidence=Evidence(shapes, "EPSG:4526"),
        said=issues.issue_rows(
            issues.IssueKind.REQUIRED_MISSING,
            layer="supplies",
            field="holder",
            feature_id=["S1"],
            row=[2],
            value=["x"],
            file="f.csv",
        ),
    )
    record(store, "delays", {"supply_id": "S1", "cause": "petition", "from_on": "2014-01-01"})
    for start in (0, 1):
        land, pieces = world(
            approvals=[strip("approvals", start, 3, approved_on="2010-01-01")],
            acquisitions=[strip("acquisitions", 2, 1, completed_on="2011-01-01")],
        )
        for name in ("approvals", "acquisitions"):
            found = Delivery(land[name], issues.empty(), Source("a.gpkg", "1" * 64, "GPKG"))
            store.record([found])
        store.publish(pieces)
    record(store, "supplies", supply(1, project_name="two"))
    record(store, "supplies", supply(2, project_name="one"), full=True)
    *_, last = store.chain()
    assert store.verify() is None
    store.close()
    return path, audit.head(last)


def test_a_store_that_is_made_so_is_sealed_by_sm3(place):
    store = open_store(place, create=True, algorithm="sm3")
    record(store, "supplies", supply(1))
    record(store, "supplies", supply(1, project_name="two"))
    entries = list(store.chain())
    assert {(e.algorithm, e.said["algorithm"]) for e in entries} == {("sm3", "sm3")}
    assert store.verify(audit.head(entries[-1])) is None
    with store._ground.writing() as db:
        for trigger in ("audit_update", "audit_delete"):
            table = " ON audit" if "://" in str(place) else ""
            db.execute(f"DROP TRIGGER {trigger}{table}")
        db.execute("UPDATE audit SET hash = ? WHERE seq = 3", ("0" * 64,))
    assert "entry 3 was edited" in store.verify().en
    with store._ground.writing() as db:
        db.execute("DELETE FROM audit WHERE seq = 3")
    assert "revision 2 has no entry" in store.verify().en
    assert "entries 3 to 3 are missing" in store.verify(audit.head(entries[-1])).en
    store.close()


def test_every_change_has_one_entry_in_its_order(sealed):
    store = open_store(sealed[0])
    said = [(e.said["what"], e.said["rev"]) for e in store.chain()]
    revisions = store.revisions()
    store.close()
    assert [rev for what, rev in said if what == "revision"] == [r.rev for r in revisions]
    assert [rev for what, rev in said if what == "cut"] == [4, 5]
    entry = revisions[1]
    assert (entry.author, entry.reason, entry.rulebook) == ("李", "五月交换", load_rules().sha256)


@pytest.fixture
def behind(sealed):
    """A connection behind the store's back; what it does is undone, triggers and all."""
    db = sqlite3.connect(sealed[0], isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    yield db
    db.execute("ROLLBACK")
    db.close()


def drop_triggers(db, *tables):
    found = db.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, table in found:
        if not tables or table in tables:
            db.execute(f"DROP TRIGGER {name}")


def edit(db, random_, count):
    seq = random_.randrange(1, count + 1)
    text = db.execute("SELECT entry FROM audit WHERE seq = ?", (seq,)).fetchone()[0]
    at = random_.randrange(len(text))
    other = random_.choice([c for c in "0123456789abcxyz " if c != text[at]])
    text = text[:at] + other + text[at + 1 :]
    db.execute("UPDATE audit SET entry = ? WHERE seq = ?", (text, seq))
    if random_.random() < 0.5:  # who is thorough makes the hash again as well
        digest = hashlib.sha256(text.encode()).hexdigest()
        db.execute("UPDATE audit SET hash = ? WHERE seq = ?", (digest, seq))


def delete(db, random_, count):
    db.execute("DELETE FROM audit WHERE seq = ?", (random_.randrange(1, count),))


def swap(db, random_, count):
    one, other = random_.sample(range(1, count + 1), 2)
    for source, target in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE audit SET seq = ? WHERE seq = ?", (target, source))


def insert(db, random_, count):
    seq = random_.randrange(1, count + 2)
    for later in range(count, seq - 1, -1):
        db.execute("UPDATE audit SET seq = seq + 1 WHERE seq = ?", (later,))
    said = {"what": "revision", "rev": 1, "author": "nobody", "n": random_.random()}
    before = db.execute("SELECT * FROM audit WHERE seq = ?", (seq - 1,)).fetchone()
    last = audit.Entry(before[0], before[2], before[3], before[4]) if before else None
    entry = audit.seal(said, last)
    row = (entry.seq, 1, entry.algorithm, entry.text, entry.digest)
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", row)


def cut_tail(db, random_, count):
    db.execute("DELETE FROM audit WHERE seq > ?", (random_.randrange(count),))


def cut_tail_with_its_revisions(db, random_, count):
    left = random_.randrange(1, count)
    rev = db.execute("SELECT max(rev) FROM audit WHERE seq <= ?", (left,)).fetchone()[0]
    db.execute("DELETE FROM audit WHERE seq > ?", (left,))
    db.execute("DELETE FROM revisions WHERE rev > ?", (rev,))
    db.execute("DELETE FROM cuts WHERE rev > ?", (rev,))


@pytest.mark.parametrize(
    "tamper", [edit, delete, swap, insert, cut_tail, cut_tail_with_its_revisions]
)
def test_no_tampering_with_the_chain_stays_unseen(tamper, sealed, behind):
    random_ = random.Random(tamper.__name__)
    drop_triggers(behind)
    head = sealed[1]
    unseen = []
    for number in range(TAMPERS):
        behind.execute("SAVEPOINT tamper")
        tamper(behind, random_, head.seq)
        flaw = seals.verify(behind, head)
        if flaw is None:
            unseen.append(number)
        behind.execute("ROLLBACK TO tamper")
    assert unseen == []
    assert seals.verify(behind, head) is None


ROWS = {
    "facts": "UPDATE supplies SET holder = 'x' WHERE fact = 1",
    "a fact's area": "UPDATE supplies SET area_m2 = area_m2 + 1 WHERE fact = 1",
    "a fact's polygon": "UPDATE supplies SET geometry = (SELECT geometry FROM supplies "
    "WHERE fact = 2) WHERE fact = 1",
    "a published polygon": "UPDATE supplies_ready SET item = replace(item, '113.', '114.') "
    "WHERE fact = 1",
    "what is published of a fact": "UPDATE supplies_ready SET item = replace(item, 'one', 'two') "
    "WHERE fact = 1",
    "a published name": "UPDATE supplies_ready SET feature_id = 'S9' WHERE fact = 1",
    "a published begin": "UPDATE supplies_ready SET rev_from = 0 WHERE fact = 1",
    "a published end": "UPDATE supplies_ready SET rev_to = NULL WHERE fact = 1",
    "a published feature gone": "DELETE FROM supplies_ready WHERE fact = 1",
    "a published feature added": "INSERT INTO supplies_ready SELECT fact + 99, feature_id, "
    "rev_from, rev_to, item FROM supplies_ready WHERE fact = 1",
    "a fact's evidence": "UPDATE supplies SET evidence = NULL WHERE fact = 1",
    "a fact's end": "UPDATE supplies SET rev_to = NULL WHERE fact = 1",
    "a fact ended": "UPDATE delays SET rev_to = 5",
    "a fact's delivery": "UPDATE supplies SET delivery_row = 7 WHERE fact = 1",
    "a fact gone": "DELETE FROM supplies WHERE fact = 1",
    "a fact added": "INSERT INTO delays SELECT fact + 1, feature - 1, rev_from, rev_to, delivery, "
    "delivery_row, content, supply_id, scope, cause, from_on, until_on, status, evidence "
    "FROM delays",
    "a feature": "UPDATE features SET feature_id = 'S9' WHERE feature_id = 'S3'",
    "a record row's feature": "UPDATE features SET feature_id = 'S9' WHERE layer = 'delays'",
    "an issue": "UPDATE issues SET severity = 'info'",
    "an issue gone": "DELETE FROM issues",
    "an author": "UPDATE revisions SET author = 'x' WHERE rev = 1",
    "a time": "UPDATE revisions SET at = '2001-01-01T00:00:00.000000+00:00' WHERE rev = 1",
    "a revision added": "INSERT INTO revisions SELECT 99, '2099-01-01T00:00:00.000000+00:00', "
    "kind, layer, author, command, reason, software, added, changed, unchanged, ended, reshaped, "
    "rulebook, settings, NULL FROM revisions WHERE rev = 1",
    "a revision gone": "DELETE FROM revisions WHERE rev = 7",
    "a file's hash": "UPDATE deliveries SET sha256 = 'x' WHERE delivery = 1",
    "a rule": "UPDATE rulebooks SET text = text || ' '",
    "a setting": "UPDATE settings SET value = '0.9' WHERE name = 'tolerance_m'",
    "a piece": "UPDATE pieces SET area_m2 = 1 WHERE part = 1",
    "a piece's polygon": "UPDATE pieces SET geometry = x'00' WHERE part = 1",
    "a piece's feature": "DELETE FROM pieces_links WHERE part = 1",
    "a piece's ancestors": "DELETE FROM pieces_lineage",
    "a cut": "UPDATE cuts SET software = 'x' WHERE cut = 1",
    "a cut gone": "DELETE FROM cuts WHERE cut = 2",
}


@pytest.mark.parametrize("what", ROWS)
def test_no_change_of_what_was_sealed_stays_unseen(what, sealed, tmp_path):
    copy = tmp_path / "copy.db"
    store = open_store(sealed[0])
    store.backup(copy)
    store.close()
    with sqlite3.connect(copy) as db:
        drop_triggers(db)
        assert db.execute(ROWS[what]).rowcount > 0
    db.close()
    store = open_store(copy)
    flaw = store.verify()
    store.close()
    assert flaw is not None
    assert 0 < flaw.seq <= sealed[1].seq + 1


@pytest.mark.parametrize(
    "what",
    sorted({*ROWS, "a cut tail"} - {"a fact ended", "a fact added", "a published feature added"}),
)
def test_the_store_itself_refuses_what_would_change_the_past(what, behind):
    refused = ROWS.get(what, "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        behind.execute(refused)


def test_a_fact_may_end_once(behind):
    behind.execute("UPDATE delays SET rev_to = 7")
    with pytest.raises(sqlite3.IntegrityError, match="delays is append-only"):
        behind.execute("UPDATE delays SET rev_to = 6")


def test_a_gap_in_the_chain_is_refused(behind):
    with pytest.raises(sqlite3.IntegrityError, match="audit is append-only"):
        behind.execute("INSERT INTO audit VALUES (999, 1, 'sha256', '{}', '')")


# -- the same on a server --------------------------------------------------------------------


@pytest.fixture(scope="module")
def there(sealed, postgres):
    """The small store on a server; whoever is its administrator can switch triggers off."""
    source, target = ground_of(str(sealed[0])), ground_of(postgres.new_place(), create=True)
    copy(source, target)
    source.close()
    yield target
    target.close()


@contextmanager
def unguarded(ground):
    """A connection whose changes no trigger refuses, and are undone."""
    with ground.writing() as db:
        db.execute("SET LOCAL session_replication_role = replica")
        yield db
        db.execute("ROLLBACK")


@pytest.mark.parametrize(
    "tamper", [edit, delete, swap, insert, cut_tail, cut_tail_with_its_revisions]
)
def test_no_tampering_with_the_chain_of_a_server_stays_unseen(tamper, sealed, there):
    random_ = random.Random(tamper.__name__)
    with unguarded(there) as db:
        for _ in range(TAMPERS):
            db.execute("SAVEPOINT tamper")
            tamper(db, random_, sealed[1].seq)
            assert seals.verify(db, sealed[1]) is not None
            db.execute("ROLLBACK TO tamper")
        assert seals.verify(db, sealed[1]) is None


SQLITE_ONLY = {"a piece's polygon", "a fact's published polygon"}
"""A server refuses to take these for polygons."""


def test_no_change_of_what_was_sealed_on_a_server_stays_unseen(there):
    with unguarded(there) as db:
        for what in sorted(set(ROWS) - SQLITE_ONLY):
            db.execute("SAVEPOINT tamper")
            assert db.execute(ROWS[what]).rowcount > 0
            assert seals.verify(db) or proof.changed(db), what
            db.execute("ROLLBACK TO tamper")
        assert (seals.verify(db), proof.changed(db)) == (None, None)
