"""What was known is answered again, what was written survives, and a copy is the same."""

import hashlib
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from landgis import audit, backups, dump, inventory, issues
from landgis.changes import COLUMNS, differences
from landgis.cli import main
from landgis.errors import ChangedMeanwhile, StoreError, UsageError
from landgis.intake import Options, finish_cut, import_files
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.stations import Source
from landgis.store import Delivery, copying, ground_of, open_store
from landgis.store.attempts import process_name
from tests.conftest import square
from tests.postgres import DATABASE
from tests.test_store import DELAY, delivery, supply
from tests.worlds import layer

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(place):
    """A store of each kind."""
    opened = open_store(place, create=True)
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path):
    """Where a file may become a store."""
    return tmp_path / "city.db"


def shaped(number, **columns):
    return supply(number, geometry=square(200 * number, 0, 100), **columns)


def run(monkeypatch, capsys, *arguments):
    """One command line: its status, what it said on standard output and on standard error."""
    monkeypatch.setattr(sys, "argv", ["landgis", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


# -- what changed between two revisions ------------------------------------------------------


@pytest.fixture
def past(store):
    """Revisions: two supplies; one renamed, one reshaped, one added; one ended; as in 1 again."""
    first = [shaped(1, project_name="old", price_fen=100), shaped(2)]
    store.record([delivery("supplies", *first)])
    other = supply(2, geometry=square(400, 0, 90))
    store.record([delivery("supplies", shaped(1, project_name="new"), other, shaped(3))])
    store.record([delivery("supplies", other, shaped(3))], full=True)
    store.record([delivery("supplies", *first)], full=True)
    return store


def told(store, one, other):
    before, after = store.changed("supplies", one, other)
    table = differences(LAYERS["supplies"], before, after, store.crs)
    assert [*COLUMNS, "geometry"] == list(table.columns)
    return table


def test_changes_are_added_changed_reshaped_and_ended(past):
    table = told(past, 1, 2)
    kinds = dict(zip(table["feature_id"], table["change"], strict=True))
    assert kinds == {"S1": "changed", "S2": "reshaped", "S3": "added"}
    assert list(table["change"]) == ["added", "changed", "reshaped"]
    assert dict(zip(told(past, 2, 3)["feature_id"], told(past, 2, 3)["change"], strict=True)) == {
        "S1": "ended"
    }


def test_a_change_names_its_columns_with_both_values_in_words(past):
    row = told(past, 1, 2).set_index("feature_id").loc["S1"]
    assert row["columns"] == "project_name,price_fen"
    assert row["before"] == "project_name=old;price_fen=100"
    assert row["after"] == "project_name=new;price_fen="
    assert row["message_zh"].startswith("供地“S1”变更：项目名称由“old”改为“new”，")
    assert row["message"].startswith("supplies 'S1' changed: project_name 'old' -> 'new', ")


def test_a_change_has_the_outline_that_is_or_that_was(past):
    reshaped = told(past, 1, 2).set_index("feature_id").loc["S2", "geometry"]
    assert shapely.equals(reshaped, square(400, 0, 90))
    ended = told(past, 2, 3).loc[0, "geometry"]
    assert shapely.equals(ended, square(200, 0, 100))


def test_what_came_and_went_is_no_change_and_backwards_is_the_mirror(past):
    assert told(past, 1, 4)["change"].tolist() == []
    assert set(told(past, 2, 1)["change"]) == {"changed", "reshaped", "ended"}
    assert set(told(past, 0, 1)["change"]) == {"added"}


def test_a_change_of_records_and_dates_and_flags_is_told(store):
    store.record([delivery("delays", DELAY)])
    store.record([delivery("delays", {**DELAY, "status": "verified"})], full=True)
    before, after = store.changed("delays", 1, 2)
    table = differences(LAYERS["delays"], before, after, store.crs)
    assert list(table["change"]) == ["added", "ended"]
    store.record([delivery("reserves", {"reserve_id": "R", "in_on": "2010-01-01"})])
    new = {"reserve_id": "R", "in_on": "2011-02-03", "mortgaged": True}
    store.record([delivery("reserves", new)])
    table = differences(LAYERS["reserves"], *store.changed("reserves", 3, 4), store.crs)
    assert table.loc[0, "after"] == "in_on=2011-02-03;mortgaged=true"


# -- under which rules -----------------------------------------------------------------------


def test_a_notice_of_march_is_reproduced_in_november(path, tmp_path, monkeypatch, capsys):
    source = tmp_path / "供地.csv"
    source.write_text(
        "supply_id,supplied_on,agreed_start_on,price_fen\nA1,2012-01-01,2013-01-01,1000000\n",
        "utf-8",
    )
    local = tmp_path / "local"
    local.mkdir()
    law = (ROOT / "landgis/rules/national/idle_land.toml").read_text("utf-8")
    (local / "law.toml").write_text(law.replace('rate = "20/100"', 'rate = "10/100"'), "utf-8")
    assert 'rate = "10/100"' in (local / "law.toml").read_text("utf-8")
    asked = ("idle", "--store", path, "--on", "2014-06-01", "--format", "csv")

    def fee(*more):
        status, out, err = run(monkeypatch, capsys, *asked, *more)
        assert status == 0
        rows = pd.read_csv(pd.io.common.StringIO(out.lstrip("\ufeff")))
        return rows["fee_yuan"].tolist(), err

    assert run(monkeypatch, capsys, "import", "supplies", source, "--store", path)[0] == 0
    march, said = fee()
    assert (march, "rules adopt" in said) == ([2000.0], False)
    assert fee("--rules", local)[0] == [1000.0]
    adopted = ("rules", "adopt", "--store", path, "--rules", local, "--reason", "地方标准")
    assert run(monkeypatch, capsys, *adopted)[0] == 0
    assert "未变" in run(monkeypatch, capsys, *adopted)[2]
    assert fee("--known", "1")[0] == march
    assert fee("--known", "2")[0] == [1000.0]
    assert fee("--known", "2", "--rules", "national")[0] == march
    assert "rules adopt" in fee()[1]


def test_rules_are_kept_once_and_read_back_as_they_were(store):
    rules = load_rules()
    store.record([delivery("supplies", supply(1))], rulebook=rules)
    store.record([delivery("supplies", supply(2))], rulebook=rules)
    store.record([delivery("supplies", supply(3))])
    assert store.rulebook(0) is None
    assert store.rulebook(1) == store.rulebook(3) == rules
    assert len(list(store.kept("rulebooks")[1])) == 1
    assert [r.rulebook for r in store.revisions()] == ["", rules.sha256, rules.sha256, ""]


def test_a_revision_keeps_the_settings_that_change_results(store):
    store.record([delivery("supplies", supply(1))], settings={"accept": ["crs_guessed"]})
    said = {"crs": 4547, "tolerance_m": 0.5, "accept": ["crs_guessed"]}
    assert store.revisions()[1].settings == said


def test_an_old_revision_answers_with_the_same_bytes_after_later_changes(store):
    rules = load_rules()

    def answer():
        table = inventory.idle(inventory.take(store, date(2020, 1, 1), 1, rulebook=rules))
        return table.drop(columns="geometry").to_csv()

    rows = [supply(i, agreed_start_on="2013-01-01") for i in range(5)]
    store.record([delivery("supplies", *rows)], rulebook=rules)
    then = answer()
    store.record([delivery("supplies", supply(1, agreed_start_on="2019-12-01"))])
    store.record([delivery("supplies", supply(2))], full=True)
    assert answer() == then


# -- a command given twice -------------------------------------------------------------------


def test_a_repeated_command_does_not_undo_what_came_after_it(store, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("supply_id,supplied_on,project_name\nA,2012-01-01,old\n", "utf-8")
    second.write_text("supply_id,supplied_on,project_name\nA,2012-01-01,new\n", "utf-8")
    made = import_files(store, "supplies", [first]).revision
    import_files(store, "supplies", [second])
    again = import_files(store, "supplies", [first]).revision
    assert (again.repeats, again.recorded, again.rev, store.head()) == (True, False, made.rev, 2)
    meant = import_files(store, "supplies", [first], Options(again=True)).revision
    assert (meant.recorded, meant.rev) == (True, 3)


def test_another_option_is_another_command(store, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("supply_id,supplied_on,project_name\nA,2012-01-01,old\n", "utf-8")
    import_files(store, "supplies", [file])
    store.record([delivery("supplies", {"supply_id": "A", "supplied_on": "2012-01-01"})])
    assert import_files(store, "supplies", [file]).revision.repeats
    done = import_files(store, "supplies", [file], Options(encoding="utf-8")).revision
    assert (done.repeats, done.changed) == (False, 1)


# -- what is refused leaves nothing ----------------------------------------------------------


def test_a_refused_import_and_a_rehearsal_make_no_store(path, tmp_path, monkeypatch, capsys):
    file = tmp_path / "a.csv"
    file.write_text("supply_id,supplied_on\nA,nonsense\n", "utf-8")
    command = ("import", "supplies", file, "--store", path, "--lang", "en")
    status, _, err = run(monkeypatch, capsys, *command)
    assert status == 1
    assert "date_unreadable" in err
    file.write_text("supply_id,supplied_on\nA,2012-01-01\n", "utf-8")
    assert "added 1" in run(monkeypatch, capsys, *command, "--dry-run")[2]
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


# -- clock, disk, power ----------------------------------------------------------------------


def test_a_clock_that_jumps_changes_neither_order_nor_answers(place):
    random_ = random.Random(4)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    jumps = [at + timedelta(days=random_.uniform(-4000, 4000)) for _ in range(40)]
    told = iter(jumps)
    store = open_store(place, create=True, clock=lambda: next(told, at))
    for number in range(12):
        store.record([delivery("supplies", supply(1, project_name=str(number)))])
    times = [r.at for r in store.revisions()]
    assert times == sorted(set(times))
    for number, moment in enumerate(times[1:]):
        assert store.resolve(moment.isoformat()) == number + 1
        name = store.layers(number + 1)["supplies"].table["project_name"].iloc[0]
        assert name == str(number)
    assert store.verify() is None
    store.close()


WRONG_CLOCK = """
import sys
from pathlib import Path
from landgis.store import open_store
from tests.crash import delivery
store = open_store(sys.argv[1])
for number, at in enumerate(sys.argv[3:]):
    Path(sys.argv[2]).write_text(f"@{at}\\n")
    rows = {"supply_id": "S1", "supplied_on": "2012-01-01", "project_name": str(number)}
    store.record([delivery("supplies", rows)])
store.close()
"""
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def test_a_machine_whose_clock_is_set_back_and_forward_keeps_the_order(place, tmp_path):
    if not FAKETIME:
        pytest.skip("no libfaketime: install Debian's faketime")
    store = open_store(place, create=True)
    ahead = ["2071-05-01 00:00:00", "2001-01-01 00:00:00", "2071-06-01 00:00:00"]
    ahead.append("2026-01-01 00:00:00")
    clock = tmp_path / "clock"
    faked = {
        "LD_PRELOAD": str(FAKETIME[-1]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "TZ": "UTC",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    clock.write_text(f"@{ahead[0]}\n")
    command = [sys.executable, "-c", WRONG_CLOCK, str(place), str(clock), *ahead]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **faked}, check=True, timeout=300)
    told = [r.at for r in store.revisions()]
    assert told == sorted(set(told))
    assert [f"{at:%Y-%m}" for at in told[1:]] == ["2071-05", "2071-05", "2071-06", "2071-06"]
    for rev, at in enumerate(told):
        assert store.resolve(at.isoformat()) == rev
    names = [
        store.layers(rev, ["supplies"])["supplies"].table["project_name"].tolist()
        for rev in range(5)
    ]
    assert names == [[], ["0"], ["1"], ["2"], ["3"]]
    assert store.verify() is None
    store.close()


@contextmanager
def mounted(folder):
    """A new small disk at ``folder``: whether it could be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    is_disk = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield is_disk
    finally:
        if is_disk:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path):
    """A small disk and how to make it fuller: a tmpfs, or where none may be mounted a quota."""
    folder = tmp_path / "disk"
    with mounted(folder) as is_disk:
        yield folder, (lambda room_kb: small_disk(folder, room_kb)) if is_disk else quota


@contextmanager
def small_disk(folder, room_kb):
    """A mounted folder with so much room left; 64 MB again afterwards."""
    found = os.statvfs(folder)
    used_kb = (found.f_blocks - found.f_bfree) * found.f_frsize // 1024
    for size_kb in (used_kb + room_kb, 64 * 1024):
        size = ["mount", "-o", f"remount,size={size_kb}k", str(folder)]
        subprocess.run(size, check=True)
        if size_kb != 64 * 1024:
            yield


@contextmanager
def quota(room_kb):
    """No file of this process may grow beyond so much."""
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_kb * 1024, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))


@pytest.mark.parametrize("room_kb", [0, 4, 16, 64, 128, 256, 512, 768, 1024, 4096])
def test_a_full_disk_of_any_size_costs_nothing_that_was_there(disk, room_kb):
    folder, filled = disk
    path = folder / "city.db"
    store = open_store(path, create=True)
    store.record([delivery("supplies", *(shaped(i) for i in range(50)))])
    store.close()
    rows = [shaped(i, location="x" * 2000) for i in range(300)]
    arriving = delivery("supplies", *rows)
    store = open_store(path)
    with filled(room_kb):
        try:
            done, said = store.record([arriving]).rev, "磁盘"
        except StoreError as full:
            done, said = 1, full.zh
        finally:
            store.close()
    assert "磁盘" in said
    assert done == 1 or room_kb > 256
    left = open_store(path)
    assert left.head() == done
    assert left.verify() is None
    assert left.record([delivery("supplies", supply(999))]).rev == done + 1
    left.close()


@contextmanager
def small_table(postgres, room_kb):
    """No file that a connection of the server writes may grow beyond a log's 16 MB and so much.

    The limit lies inside a block: its first half is still written, as on a disk that fills up.
    """
    backends = [str(p) for p in postgres.processes()[1:] if is_backend(p)]

    def limit(size):
        for process in backends:
            said = ["prlimit", "--pid", process, f"--fsize={size}:"]
            subprocess.run([*postgres.prefix, *said], check=True)

    limit((16 << 20) + room_kb * 1024 + 4096)
    try:
        yield
    finally:
        limit("unlimited")


def is_backend(process):
    return f" {DATABASE} ".encode() in Path(f"/proc/{process}/cmdline").read_bytes()


@pytest.mark.parametrize("limit", ["quota", *["disk"] * (os.geteuid() == 0)])
def test_a_full_disk_of_a_server_costs_nothing_that_was_there(postgres, limit):
    place, folder = postgres.new_place(), postgres.folder / "small"
    with mounted(folder) if limit == "disk" else nullcontext() as is_mounted:
        if is_mounted:
            shutil.chown(folder, postgres.user)
            postgres.sql("CREATE EXTENSION IF NOT EXISTS postgis;", DATABASE)
            postgres.sql(f"CREATE TABLESPACE small LOCATION '{folder}';")
        store = open_store(
            f"{place}&options=-cdefault_tablespace%3Dsmall" if is_mounted else place, create=True
        )
        store.record([delivery("supplies", *(shaped(i) for i in range(50)))])
        texts = np.random.default_rng(1).bytes(4_500 * 2_000).hex()
        rows = (shaped(i, location=texts[9_000 * i : 9_000 * (i + 1)]) for i in range(2_000))
        arriving = delivery("supplies", *rows)
        for room_kb in (0, 64, 512):
            filled = small_disk(folder, room_kb) if is_mounted else small_table(postgres, room_kb)
            with filled, pytest.raises(StoreError, match="disk of the server"):
                store.record([arriving])
            assert store.head() == 1
            assert store.verify() is None
        assert store.record([delivery("supplies", supply(999))]).rev == 2
        store.close()
        if is_mounted:
            postgres.sql(f"DROP SCHEMA {place.partition('schema=')[2]} CASCADE;", DATABASE)
            postgres.sql("DROP TABLESPACE small;")


@pytest.mark.parametrize(("kind", "kills"), [("sqlite", 75), ("postgis", 25)])
def test_kills_at_random_moments_lose_nothing(kind, kills):
    found = subprocess.run(
        [sys.executable, "-m", "tests.crash", str(kills), kind],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.startswith(f"{kills} kills, 0 lost, 0 partial, 0 unaudited")


def test_the_next_start_tells_what_was_broken_off(path, monkeypatch, capsys):
    store = open_store(path, create=True)
    store.record([delivery("supplies", supply(1))])
    assert store.interrupted() == ()
    store.close()
    gone = process_name().rsplit(":", 2)[0] + ":999999:1"
    with sqlite3.connect(path) as db:
        at = "2026-03-01T00:00:00.000000+00:00"
        for name, process in (("a", gone), ("b", process_name())):
            db.execute(
                "INSERT INTO attempts VALUES (?, ?, ?, ?)", (name, process, at, f"import {name}")
            )
    db.close()
    status, _, err = run(monkeypatch, capsys, "audit", "head", "--store", path)
    assert status == 0
    assert "'import a' of 2026-03-01 08:00:00+08:00 was broken off" in err
    assert "“import a”" in err
    assert "import b" not in err
    assert "The record is whole, revision 1" in err
    again = open_store(path)
    again.record([delivery("supplies", supply(2))])
    assert again.interrupted() == ()
    again.close()


# -- two writers -----------------------------------------------------------------------------


def test_a_change_that_rests_on_an_old_revision_is_refused(store):
    store.record([delivery("supplies", supply(1))])
    with pytest.raises(ChangedMeanwhile, match="revision 1 came after 0") as refused:
        store.record([delivery("supplies", supply(2))], expected=0)
    assert "版本 1" in refused.value.zh
    assert store.record([delivery("supplies", supply(2))], expected=1).rev == 2


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kind", "each"), [("sqlite", 250), ("postgis", 100)])
def test_contended_writes_lose_no_update(kind, each):
    found = subprocess.run(
        [sys.executable, "-m", "tests.contention", "4", str(each), kind],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.startswith(f"{4 * each} contended writes by 4 processes, 0 lost updates")


# -- copies ----------------------------------------------------------------------------------


def test_a_backup_taken_while_others_write_is_a_whole_store(path, tmp_path):
    store = open_store(path, create=True)
    store.record([delivery("supplies", *(supply(i, project_name="0") for i in range(300)))])
    stop = threading.Event()

    def write():
        mine = open_store(path)
        version = 0
        while not stop.is_set():
            version += 1
            rows = (supply(i, project_name=str(version)) for i in range(300))
            mine.record([delivery("supplies", *rows)])
        mine.close()

    writer = threading.Thread(target=write)
    writer.start()
    copies = [backups.backup(store, tmp_path / f"{n}.db") for n in range(5)]
    stop.set()
    writer.join()
    store.close()
    for copy in copies:
        left = open_store(copy.path)
        assert left.verify(copy.head) is None
        names = left.layers(copy.rev)["supplies"].table["project_name"]
        assert (len(names), names.nunique()) == (300, 1)
        left.close()


@pytest.fixture
def kept(path, tmp_path):
    """A store and its backup."""
    store = open_store(path, create=True)
    store.record([delivery("supplies", *(shaped(i) for i in range(5)))], rulebook=load_rules())
    store.record([delivery("delays", DELAY)])
    copy = backups.backup(store, tmp_path / "backup.db")
    store.close()
    return path, copy


def test_a_backup_is_restored_only_where_nothing_is_or_by_force(kept, tmp_path):
    path, copy = kept
    with pytest.raises(UsageError, match="--force"):
        backups.restore(copy.path, path, verify=True)
    store = open_store(path)
    store.record([delivery("supplies", supply(99))])
    store.close()
    assert backups.restore(copy.path, path, verify=True, known=copy.head, force=True).rev == 2
    assert backups.restore(copy.path, tmp_path / "other.db", verify=True).head == copy.head
    store = open_store(path)
    assert store.head() == 2
    assert store.record([delivery("supplies", supply(7))]).rev == 3
    assert store.verify(copy.head) is None
    store.close()
    with pytest.raises(UsageError, match="there already"):
        backups.backup(store, copy.path)
    with pytest.raises(UsageError, match="no folder"):
        backups.backup(store, tmp_path / "nowhere" / "copy.db")


def test_a_store_in_use_is_not_replaced(kept):
    path, copy = kept
    store = open_store(path)
    store.record([delivery("supplies", supply(99))])
    with pytest.raises(StoreError, match="in use"):
        backups.restore(copy.path, path, verify=True, force=True)
    assert store.record([delivery("supplies", supply(98))]).rev == 4
    store.close()


def test_a_damaged_backup_is_not_restored(kept, tmp_path):
    _, copy = kept
    with sqlite3.connect(copy.path) as db:
        db.execute("DROP TRIGGER supplies_update")
        db.execute("UPDATE supplies SET holder = 'x'")
    db.close()
    target = tmp_path / "new.db"
    with pytest.raises(StoreError, match=r"nothing was restored: .* supplies 'S0'"):
        backups.restore(copy.path, target, verify=True)
    assert not target.exists()
    assert not list(tmp_path.glob("new.db*"))
    other = audit.Anchor(copy.head.seq + 1, "sha256", "0" * 64)
    with pytest.raises(StoreError, match="missing"):
        backups.restore(copy.path, target, verify=True, known=other)


@pytest.mark.parametrize("flaw", ["flipped", "cut"])
def test_a_backup_that_is_broken_is_named_and_not_the_copy_made_of_it(kept, tmp_path, flaw):
    _, copy = kept
    data = bytearray(copy.path.read_bytes())
    data[100] ^= 0xFF  # the kind of the first page
    copy.path.write_bytes(data if flaw == "flipped" else data[: len(data) * 2 // 3])
    with pytest.raises(StoreError, match=r"backup .* is damaged, nothing was restored") as refused:
        backups.restore(copy.path, tmp_path / "new.db", verify=True)
    assert str(copy.path) in refused.value.en
    assert not list(tmp_path.glob("new.db*"))


def test_an_empty_backup_and_a_place_without_a_folder_are_said(kept, tmp_path):
    _, copy = kept
    (tmp_path / "empty.db").touch()
    with pytest.raises(UsageError, match="is empty: use another backup"):
        backups.restore(tmp_path / "empty.db", tmp_path / "new.db", verify=True)
    with pytest.raises(UsageError, match=r"no folder for .*new.db"):
        backups.restore(copy.path, tmp_path / "nowhere" / "new.db", verify=True)


def test_a_backup_that_finds_no_room_names_its_place_and_leaves_nothing(disk, kept):
    folder, filled = disk
    path, copy = kept
    store = open_store(path)
    with filled(64):
        with pytest.raises(StoreError, match="disk") as full:
            backups.backup(store, folder / "full.db")
        assert "full.db" in full.value.sentence("en") or not folder.is_mount()
        with pytest.raises(StoreError, match="disk"):
            backups.restore(copy.path, folder / "new.db", verify=True)
    store.close()
    assert not list(folder.iterdir())
    with pytest.raises(UsageError, match="there is no folder for"):
        backups.restore(copy.path, copy.path / "new.db", verify=True)


def test_long_work_on_a_store_tells_how_far_it_is(store, tmp_path):
    store.record([delivery("supplies", *(shaped(i) for i in range(300)))])
    copy, again = tmp_path / "copy.db", tmp_path / "again.db"
    target = ground_of(str(tmp_path / "third.db"), create=True)
    work = {
        "verify": lambda tell: store.verify(progress=tell),
        "backup": lambda tell: backups.backup(store, copy, tell),
        "restore": lambda tell: backups.restore(copy, again, verify=True, progress=tell),
        "copy": lambda tell: copying.copy(store._ground, target, tell),
    }
    for name, do in work.items():
        shares = []
        do(shares.append)
        assert shares == sorted(shares), name
        assert 0 <= shares[0] <= 1 == round(shares[-1], 2), name
    target.close()


def test_everything_is_exported_for_a_stranger(store, tmp_path):
    rows = [shaped(1, project_name="old", price_fen=7, mortgaged=True), supply(2)]
    store.record([delivery("supplies", *rows)], rulebook=load_rules())
    store.record([delivery("supplies", shaped(1, project_name="new"))])
    store.record([delivery("delays", DELAY)])
    folder = tmp_path / "archive"
    dump.dump(store, folder)
    listed = (folder / "MANIFEST.sha256").read_text("utf-8").splitlines()
    named = dict(reversed(line.split("  ")) for line in listed)
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert set(named) == there - {"MANIFEST.sha256"}
    for name, digest in named.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    facts = gpd.read_parquet(folder / "facts/supplies.parquet")
    known = facts[(facts["rev_from"] <= 1) & ~(facts["rev_to"] <= 1)]
    assert known.sort_values("fact")["project_name"].tolist()[0] == "old"
    assert facts.crs.to_epsg() == 4547
    assert shapely.equals(facts.geometry.iloc[0], square(200, 0, 100))
    chain = [
        json.loads(line) for line in (folder / "record/audit.jsonl").read_text("utf-8").splitlines()
    ]
    previous = ""
    for line in chain:
        assert hashlib.sha256(line["entry"].encode()).hexdigest() == line["hash"]
        assert json.loads(line["entry"])["previous"] == previous
        previous = line["hash"]
    assert len(chain) == 4
    assert str(backups.head(store)) in (folder / "README.md").read_text("utf-8")
    assert [p.stem for p in (folder / "rules").iterdir()] == [load_rules().sha256]
    assert np.array_equal(facts["area_m2"].notna(), facts.geometry.notna())
    with pytest.raises(UsageError, match="not empty"):
        dump.dump(store, folder)


def test_the_commands_of_trust_speak(kept, monkeypatch, capsys):
    path, copy = kept
    at = ("--store", path, "--lang", "en")
    status, out, _ = run(monkeypatch, capsys, "audit", "verify", *at, "--head", copy.head)
    assert (status, out) == (0, f"3 entries, all as they were written. Head: {copy.head}\n")
    status, out, _ = run(monkeypatch, capsys, "revisions", "list", *at, "--format", "json")
    assert [row["rev"] for row in json.loads(out)] == [0, 1, 2]
    status, out, _ = run(monkeypatch, capsys, "revisions", "show", "1", *at, "--json")
    assert json.loads(out)["audit"]["seq"] == 2
    status, out, _ = run(monkeypatch, capsys, "revisions", "show", "2", "--store", path)
    assert out.splitlines()[-2:] == [
        '设置: {"crs": 4547, "tolerance_m": 0.5}',
        f"审计链条目: {copy.head}",
    ]
    assert "理由: " in out
    assert "英文" not in out
    status, out, _ = run(monkeypatch, capsys, "audit", "head", *at)
    assert (status, out) == (0, f"{copy.head}\n")
    all_of_it = ("export", "--everything", f"{path}.d", "--known", "1")
    status, _, err = run(monkeypatch, capsys, *all_of_it, *at)
    assert (status, "give it DIR alone" in err) == (2, True)
    status, _, err = run(monkeypatch, capsys, "store", "info", "--store", "x" * 300)
    assert (status, "文件名过长" in err) == (1, True)
    status, out, err = run(monkeypatch, capsys, "revisions", "diff", "0", "2", *at)
    assert "supplies 'S4' added." in out
    assert "added 6" in err
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER audit_update")
        db.execute("UPDATE audit SET entry = replace(entry, 'import', 'export') WHERE seq = 2")
    db.close()
    status, _, err = run(monkeypatch, capsys, "audit", "verify", *at)
    assert status == 1
    assert "entry 2 was edited" in err


def test_standard_output_that_is_full_is_said(kept):
    words = ("revisions", "list", "--store", str(kept[0]), "--format", "csv")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "landgis", *words], stdout=full, stderr=subprocess.PIPE
        )
    assert (done.returncode, done.stderr.decode()) == (1, "读写失败（磁盘已满）：请处理后重试。\n")


def test_the_pieces_that_another_was_made_of_are_listed(tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.db"
    store = open_store(path, create=True)
    row = {"approval_id": "A1", "approved_on": "2010-01-01", "geometry": square(0, 0, 100)}
    cut_into = {"supply_id": "S1", "supplied_on": "2012-01-01", "geometry": square(0, 0, 40)}
    for name, some in (("approvals", row), ("supplies", cut_into)):
        source = Source(f"{name}.csv", "0", "CSV")
        store.record([Delivery(layer(name, some), issues.empty(), source)])
        finish_cut(store)
    (whole,), parts = store.pieces(1).table["piece_id"], store.pieces(2).table["piece_id"].tolist()
    store.close()
    asked = ("revisions", "lineage", "--store", str(path), "--format", "json")
    _, out, _ = run(monkeypatch, capsys, *asked)
    assert json.loads(out) == [
        {"rev": 2, "piece_id": part, "predecessor_id": whole} for part in parts
    ]
    _, out, _ = run(monkeypatch, capsys, *asked, whole)
    assert [(row["piece_id"], row["predecessor_id"]) for row in json.loads(out)] == [(whole, whole)]
    _, out, _ = run(monkeypatch, capsys, *asked, "nobody")
    assert json.loads(out) == []
