"""Kill writers at random moments, look at what is left: ``python -m tests.crash 1000 postgis``.

A child in a process group of its own records revisions and publishes cuts, and says each that was
acknowledged; the group is killed with SIGKILL. Then the store is opened again: every acknowledged
revision must be there, none half, each with its entry in the chain. One kill in five also loses a
part of the write-ahead log, as after a power cut on a disk that lied: what is left must be whole.
On PostGIS one kill in five is that of the backend, which takes the whole server through recovery.
Most of the time is waiting, so several stores, each with its writer, are tried side by side.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from landgis import issues
from landgis.errors import StoreError
from landgis.stations import Source
from landgis.store import Delivery, open_store
from tests.postgres import server
from tests.worlds import layer, strip, world

ROWS = 60
LONGEST_S = 0.4
"""A writer lives so long at most after its first change."""

AT_ONCE = 25
"""Kills that one store endures before a new one is begun."""

LANES = {"sqlite": 4, "postgis": 2}
"""Stores that are tried side by side."""


def delivery(name, *rows):
    return Delivery(layer(name, *rows), issues.empty(), Source("f.csv", "0" * 64, "CSV", "utf-8"))


def write(path, told):
    """Revisions and cuts without end; the number of each that was acknowledged to ``told``."""
    store = open_store(path, create=True)
    while True:
        version = store.head() + 1
        rows = [
            {"supply_id": f"S{i}", "supplied_on": "2012-01-01", "project_name": str(version)}
            for i in range(ROWS)
        ]
        done = store.record([delivery("supplies", *rows)], command=f"write {version}")
        os.write(told, f"{done.rev}\n".encode())
        land, pieces = world(
            approvals=[strip("approvals", version % 5, 3, approved_on="2010-01-01")]
        )
        found = Delivery(land["approvals"], issues.empty(), Source("a.gpkg", "1" * 64, "GPKG"))
        done = store.record([found], command=f"approve {version + 1}")
        store.publish(pieces)
        os.write(told, f"{done.rev}\n".encode())


def killed(path, random_, backend_of=None):
    """Write, kill the writer or its backend on a server; the last acknowledged revision."""
    out, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        os.setsid()
        try:
            write(path, told)
        except StoreError:
            pass  # its backend was killed
        finally:
            os._exit(1)
    os.close(told)
    with os.fdopen(out) as lines:
        first = lines.readline()  # so that the child leads its group and has begun
        time.sleep(random_.uniform(0, LONGEST_S))
        if backend_of:
            backend_of.kill_backend()
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said = [first, *lines]
    return max(int(line) for line in said if line.endswith("\n"))


def found(path):
    """What is wrong with a store: ``partial``, ``unaudited`` or nothing; and its head."""
    store = open_store(path)
    try:
        if store.verify():
            return "unaudited", store.head(), 0
        head = store.head()
        names = store.layers(head, ["supplies"])["supplies"].table["project_name"]
        if len(names) not in (0, ROWS) or names.nunique() > 1:
            return "partial", head, 0
        return "", head, len(store.interrupted())
    finally:
        store.close()


def cut_log(path, folder, random_):
    """A copy of the store whose log lost its end."""
    copy = folder / "cut.db"
    for ending in ("", "-wal"):
        source = path.with_name(path.name + ending)
        target = copy.with_name(copy.name + ending)
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copy(source, target)
    copy.with_name(copy.name + "-shm").unlink(missing_ok=True)
    log = copy.with_name(copy.name + "-wal")
    if log.exists():
        os.truncate(log, random_.randrange(log.stat().st_size + 1))
    return copy


def crash(kills, seed=1, postgres=None):
    """Counts of what was found after so many kills."""
    random_ = random.Random(seed)
    counts = Counter(lost=0, partial=0, unaudited=0, told=0, revisions=0)
    with tempfile.TemporaryDirectory(prefix="landgis-crash-") as name:
        folder, path = Path(name), None
        for kill in range(kills):
            if kill % AT_ONCE == 0:
                path = postgres.new_place() if postgres else folder / f"{kill // AT_ONCE}.db"
            fifth = kill % 5 == 4
            acknowledged = killed(path, random_, postgres if fifth else None)
            if fifth and not postgres:  # the log of a store's first moments may hold all of it
                wrong, *_ = found(cut_log(path, folder, random_))
                if wrong:
                    counts[wrong] += 1
            wrong, head, told = found(path)
            if wrong:
                counts[wrong] += 1
            counts["lost"] += head < acknowledged
            counts["told"] += told
            counts["revisions"] += head if (kill + 1) % AT_ONCE == 0 or kill + 1 == kills else 0
    return counts


@contextmanager
def ground(kind):
    """The server of a kind of store, or ``None`` for files."""
    with server() if kind == "postgis" else nullcontext() as postgres:
        yield postgres


def lane(kills, kind, seed):
    """Counts of one of those that go side by side, on a server of its own."""
    with ground(kind) as postgres:
        return crash(kills, seed, postgres)


def side_by_side(kills, kind):
    """The sum of the counts of all lanes."""
    lanes = min(-(-kills // AT_ONCE), LANES[kind])
    shares = [len(range(number, kills, lanes)) for number in range(lanes)]
    with ProcessPoolExecutor(lanes, mp_context=get_context("fork")) as pool:
        counts = list(pool.map(lane, shares, repeat(kind), range(lanes)))
    return sum(counts, start=Counter())


def main(kills, kind="sqlite"):
    """Print the summary line; status 1 if anything was lost."""
    begin = time.perf_counter()
    c = side_by_side(kills, kind)
    sys.stdout.write(
        f"{kills} kills, {c['lost']} lost, {c['partial']} partial, {c['unaudited']} unaudited; "
        f"{c['revisions']} revisions written, {c['told']} broken-off changes told at the next "
        f"start, {time.perf_counter() - begin:.0f} s\n"
    )
    return 1 if c["lost"] or c["partial"] or c["unaudited"] else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:3]))
