"""Several processes count up one number in one store: ``python -m tests.contention 4 250 postgis``.

Each reads the number and records the next one, provided that nobody wrote meanwhile; else it looks
again. If the number is the count of acknowledged writes in the end, no update was lost.
"""

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from landgis.errors import ChangedMeanwhile
from landgis.store import open_store
from tests.crash import delivery, ground


def value(store):
    """The last number that was written, and the revision that wrote it."""
    with store._ground.reading() as db:
        now = "SELECT holder, rev_from FROM holders WHERE rev_to IS NULL"
        found = db.execute(now).fetchone() or (0, 0)
    return int(found[0]), found[1]


def count_up(path, times):
    """Add one so many times; the number of times that another was quicker."""
    store = open_store(path, timeout_s=120)
    first = delivery("holders", {"supply_id": "S", "holder": "0", "from_on": "2020-01-01"})
    missed = done = 0
    while done < times:
        number, head = value(store)
        table = first.layer.table.assign(holder=pd.Series([str(number + 1)], dtype="str"))
        arriving = replace(first, layer=replace(first.layer, table=table))
        try:
            store.record([arriving], full=True, expected=head)
            done += 1
        except ChangedMeanwhile:
            missed += 1
    store.close()
    return missed


def main(processes, times, kind="sqlite"):
    """Let the processes run against each other and print what became of their writes."""
    begin = time.perf_counter()
    with ground(kind) as postgres, tempfile.TemporaryDirectory(prefix="landgis-con-") as folder:
        path = postgres.new_place() if postgres else Path(folder) / "city.db"
        open_store(path, create=True).close()
        children = []
        for _ in range(processes):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    count_up(path, times)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
        store = open_store(path)
        lost = processes * times - value(store)[0]
        flaw, head = store.verify(), store.head()
        store.close()
    sys.stdout.write(
        f"{processes * times} contended writes by {processes} processes, {lost} lost updates, "
        f"{failed} failed processes, {head} revisions, chain {'broken' if flaw else 'whole'}, "
        f"{time.perf_counter() - begin:.0f} s\n"
    )
    return 1 if lost or failed or flaw or head != processes * times else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:3]), *sys.argv[3:4]))
