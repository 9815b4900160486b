"""Run one measured thing in a process of its own: CPU, wall clock and peak memory.

A thing is ``module:function``; called with its arguments it prepares (not measured) and gives a
callable that is measured. What that returns, a dict, goes with the figures and may correct them
(a database server's CPU is not ours to see).
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time


def cpu_s():
    """Seconds of user and system time of this process and of its finished children."""
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measured(thing, *arguments, timeout_s=3_600):
    """Figures of ``thing`` run in a child: cpu_s, wall_s, rss_mb, what it returned; or missing."""
    command = [sys.executable, "-m", "tests.bench.child", thing, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return {"missing": last}
    return json.loads(done.stdout.strip().splitlines()[-1])


def peak_mb():
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_of_children_mb():
    """The most memory that any finished child of this process has had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(thing, *arguments):
    """Prepare, measure, print one line of JSON."""
    module, name = thing.split(":")
    work = getattr(importlib.import_module(module), name)(*arguments)
    before, cpu, wall = peak_mb(), cpu_s(), time.perf_counter()
    answer = work() or {}
    figures = {"cpu_s": cpu_s() - cpu, "wall_s": time.perf_counter() - wall}
    figures |= {"rss_mb": peak_mb(), "more_mb": peak_mb() - before}
    sys.stdout.write("\n" + json.dumps(figures | answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
