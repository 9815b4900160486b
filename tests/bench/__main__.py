"""`python -m tests.bench [LINE ...] [--scale S]`: measure, print a table, write docs/bench.md.

Heavy lines run one after the other, each figure in a process of its own; figures of one run may
be compared, figures of two machines may not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from landgis.cli.session import cut_to_end
from landgis.store import open_store
from tests.bench import city as towns
from tests.bench import ours
from tests.bench.lines import LINES, Row, table, told

PAGE = Path(__file__).parents[2] / "docs" / "bench.md"
MEASURED_WITH = ("numpy", "shapely", "geopandas", "pyproj", "duckdb", "sedonadb")


def machine():
    """Where this was measured, in one line."""
    have = [f"{n} {_version(n)}" for n in MEASURED_WITH]
    cores = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{cores}, load {os.getloadavg()[2]:.1f}; {', '.join(have)}."


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def page(rows, scale):
    """The page that the README quotes."""
    return "\n".join(
        [
            "# Bench",
            "",
            f"`make bench` wrote this page: {machine()}",
            f"Scale {scale:g}; at scale 1 the city has 2,000 approvals, 6,000 acquisitions, "
            "20,000 supplies, 40,000 footprints, 12 districts and 8 parks (`tests/bench/city.py`).",
            "Each figure comes from a process of its own; loading, indexing and compiling are not "
            "counted.",
            "The peers make the three difference layers of one date; the cut answers every date.",
            "CPU is user and system time; compare figures of one run only: what else ran (load) "
            "makes wall clocks longer for everybody. With `--write`, lines that were not asked for "
            "stay as an earlier run left them.",
            "",
            table(rows),
            "",
        ]
    )


def merged(rows):
    """The rows of the page that were not measured again, and ``rows``."""
    old = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    cells = [[c.strip() for c in line[1:-1].split("|")] for line in old if line.startswith("| ")]
    again = {"what", *(row.what for row in rows)}
    return [Row(*c) for c in cells if len(c) == len(Row._fields) and c[0] not in again] + rows


def say(text):
    """One line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def settle(place, scale):
    """Record the city in a store and cut it: `landgis ledger --store PLACE` asks it then."""
    with contextlib.closing(open_store(place, create=True)) as store:
        ours.filled(store, towns.city(scale))
        cut_to_end(store)


def main():
    """Run the lines that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("lines", nargs="*", metavar="LINE", help=", ".join(LINES))
    parser.add_argument("--write", action="store_true", help="write the page for some lines too")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the city; default 1")
    parser.add_argument(
        "--city", metavar="STORE", help="measure nothing: put the city into this store, to try it"
    )
    asked = parser.parse_args()
    if asked.city:
        settle(asked.city, asked.scale)
        return
    rows = []
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        # The cluster of PostGIS may belong to another user, who must be able to pass.
        Path(folder).chmod(0o711)
        os.environ["TMPDIR"] = folder
        for name in asked.lines or LINES:
            for row in LINES[name](asked.scale):
                rows.append(row)
                say(told(row))
    say("\n" + table(rows))
    if asked.write or not asked.lines:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(merged(rows) if asked.lines else rows, asked.scale), encoding="utf-8")


if __name__ == "__main__":
    main()
