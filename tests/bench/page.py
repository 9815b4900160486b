"""The planner's page over a million parcels: a server of its own, a headless Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import shapely

from tests import chromium
from tests.bench import kept, million

ON, BEFORE = "2026-01-01", "2024-07-01"
ZOOMS = (9, 13, 15)
VISITS, CARDS = 3, 5
"""Visits of a browser that has been there, and cards that are opened."""
PATIENCE_MS = 1_200_000

DRAWN = """() => {
  const of = (kind) => document.querySelectorAll(`canvas.leaflet-tile${kind}`).length;
  const drawn = of("") && of("") === of(".leaflet-tile-loaded");
  return document.documentElement.dataset.ready && drawn ? performance.now() : 0;
}"""
"""How long after it was asked for the page and all tiles in view are drawn, in ms; before, 0."""

FILTERED = """async () => {
  const begin = performance.now();
  const asked = () => performance.getEntriesByType("resource").filter((one) =>
    one.startTime >= begin && one.responseEnd && one.name.includes("outcome=fee"));
  const came = (name) => asked().some((one) => one.name.includes(name));
  const of = (kind) => document.querySelectorAll(`canvas.leaflet-tile${kind}`).length;
  const done = () =>
    came("/tiles/") && came("/statistics") && of("") === of(".leaflet-tile-loaded");
  landgis.asked.set({ outcome: ["fee"] });
  while (!done()) await new Promise(requestAnimationFrame);
  return performance.now() - begin;
}"""
"""How long after a filter is set its tiles are drawn and its numbers have come, in ms."""

APART = """(metres) => {
  const middle = map_landgis.getCenter();
  const east = L.latLng(middle.lat, middle.lng + 0.001);
  const to = (place) => map_landgis.latLngToContainerPoint(place).x;
  return (metres * (to(east) - to(middle))) / map_landgis.distance(middle, east);
}"""
"""How many pixels so many metres are in the middle of the map."""

OPENED = """async ([x, y]) => {
  const begin = performance.now();
  const card = document.getElementById("card");
  const opened = () => !card.hidden && card.querySelector("#card-title");
  const place = { clientX: x, clientY: y, bubbles: true, view: window };
  for (const kind of ["mousedown", "mouseup", "click"])
    document.elementFromPoint(x, y).dispatchEvent(new MouseEvent(kind, place));
  while (!opened()) await new Promise(requestAnimationFrame);
  return performance.now() - begin;
}"""
"""How long after a click on the middle of the map the card is open, in ms."""


def middle(count):
    """Longitude and latitude of a parcel in the middle of the city."""
    from landgis.measure import LONLAT, transform

    wide = int(np.ceil(count**0.5))
    at = million.CORNER + million.SIDE_M * (wide // 2)
    point = transform(np.array([shapely.Point(*at)]), 4547, LONLAT)[0]
    return point.x, point.y


@contextmanager
def served(store):
    """A server in a process of its own: its address, and its number among the processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "landgis", "serve", "--store", str(store), "--port", str(port)]
    cache = os.environ.get("LANDGIS_CACHE") or str(kept.FOLDER / "cache")
    process = subprocess.Popen(
        command, env=os.environ | {"LANDGIS_CACHE": cache}, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: httpx.get(f"{url}/livez"))
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def until(ask, patience_s=120):
    """What ``ask`` gives once a server answers."""
    end = time.monotonic() + patience_s
    while True:
        try:
            return ask()
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def memory_mb(pid):
    """What a process has in memory now and the part of it that is not of files; and its peak."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    said = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    return [int(said[name][0]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM")]


def spent_s(pid):
    """Seconds of user and system time that a process has had."""
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def page(count):
    """First paint at each zoom, cold and warm; filter, card, heap; the server's memory."""
    count = int(count)
    store, (lon, lat) = kept.store(count), middle(count)

    def work():
        with served(store) as (url, _):  # what is kept of a store is made once
            begin = time.perf_counter()
            httpx.get(f"{url}/map/scene?on={ON}", timeout=PATIENCE_MS / 1000).raise_for_status()
            told = {"made_s": time.perf_counter() - begin}
            begin = time.perf_counter()
            httpx.get(f"{url}/map/scene?on={BEFORE}", timeout=PATIENCE_MS / 1000).raise_for_status()
            told["date_s"] = time.perf_counter() - begin
        with served(store) as (url, pid), chromium.browser() as browser:
            told["restart_ms"] = _first_tile(url, lon, lat)
            for z in ZOOMS:
                begin = spent_s(pid)
                told[str(z)] = _visited(browser, f"{url}/?on={ON}#at={z}/{lat}/{lon}")
                told[str(z)] += [spent_s(pid) - begin, os.getloadavg()[0]]
            told |= _used(browser, f"{url}/?on={ON}#at=15/{lat}/{lon}")
            told["memory_mb"] = memory_mb(pid)
        return told

    return work


def _first_tile(url, lon, lat):
    z = 13
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**z)
    begin = time.perf_counter()
    httpx.get(f"{url}/tiles/{z}/{x}/{y}.pbf?on={ON}", timeout=600).raise_for_status()
    return 1000 * (time.perf_counter() - begin)


def _visited(browser, url):
    """First paint in a new browser, and the quickest of some more in the same, in ms."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    told = []
    for _ in range(1 + VISITS):
        page = context.new_page()
        page.goto(url)
        told.append(page.wait_for_function(DRAWN, timeout=PATIENCE_MS).json_value())
        page.close()
    context.close()
    return [told[0], min(told[1:])]


def _used(browser, url):
    """What a filter and a card take, in ms, and the heap of the page, in MB."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    box = page.locator("#map_landgis").bounding_box()
    at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    next_one = page.evaluate(APART, million.SIDE_M)
    spent = []
    for k in range(CARDS):
        spent.append(page.evaluate(OPENED, [at[0] + k * next_one, at[1]]))
        page.keyboard.press("Escape")
    told = {"card_ms": float(np.median(spent)), "filter_ms": page.evaluate(FILTERED)}
    link = page.context.new_cdp_session(page)
    link.send("HeapProfiler.collectGarbage")
    told["heap_mb"] = link.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    page.close()
    return told
