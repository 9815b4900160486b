"""Base maps in a real browser: images of a file and of Tianditu, seen below the land or refused."""

import io
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx
import numpy as np
import pytest
from PIL import Image

from api.tianditu import ATTRIBUTION
from landgis.cli import run
from landgis.errors import UnknownCRS, UsageError
from maps.base import local_base
from tests.bench.page import until
from tests.chromium import Visit, browser, installed
from tests.test_api import free_port, serving
from tests.test_bases import KEY, mbtiles, pmtiles, upstream
from tests.town import town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="no Chromium: install Debian's chromium"),
]

RED, BLUE = (200, 30, 30), (30, 60, 200)
JPEG = 3
HERE = (113.89, 35.23)
FIRST, LAST = 12, 16


def painted(colour, form):
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, form)
    return out.getvalue()


def around(content):
    """The same image at some zooms, some tiles around the town."""
    lon, lat = HERE
    tiles = {}
    for z in range(FIRST, LAST + 1):
        x = (lon + 180) / 360 * 2**z
        y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**z
        near = [int(v) for v in (x, y)]
        for i in range(max(0, near[0] - 6), min(2**z, near[0] + 7)):
            for j in range(max(0, near[1] - 4), min(2**z, near[1] + 5)):
                tiles[z, i, j] = content
    return tiles


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases")
    town(folder)
    return folder / "town.db"


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_text(KEY + "\n")
    return path


@contextmanager
def typed(store, *options):
    """A server as an operator types it; where it is, and afterwards all that it said."""
    said = []
    port = free_port()
    line = ["serve", "--store", str(store), "--port", str(port), *map(str, options)]
    command = [sys.executable, "-m", "landgis", *line]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            until(lambda: httpx.get(f"http://127.0.0.1:{port}/livez"))
            yield f"http://127.0.0.1:{port}/?on=2020-06-01", said
        finally:
            server.terminate()
            said.append(server.stderr.read())


@contextmanager
def visited(chromium, url):
    """A page that asked nobody but its server and did not complain, with all that came."""
    seen = Visit(chromium)
    seen.came = []
    seen.page.on("response", lambda response: seen.came.append(response))
    yield seen.open(url), seen
    assert seen.complaints == []
    home = url.partition("?")[0]
    assert [one for one in seen.requests if not one.startswith(home)] == []
    seen.page.close()


def share(page, colour):
    """Which share of the map has a colour, more or less: a JPEG has it not exactly."""
    shown = Image.open(io.BytesIO(page.locator("#map_landgis").screenshot())).convert("RGB")
    off = np.abs(np.asarray(shown).astype(int) - colour).max(axis=-1)
    return (off < 12).mean()


def switch(page, name):
    page.check(f".base-switch input[value='{name}']")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.leaflet-base-pane img')]"
        ".every((one) => one.complete)"
    )
    page.wait_for_timeout(400)  # Leaflet fades tiles in


def shows(page, name, colour, credit):
    """The image lies below the land when it is switched on, and is gone when it is off."""
    land = share(page, (86, 180, 233))
    assert share(page, colour) < 0.01
    switch(page, name)
    assert share(page, colour) > 0.1
    assert share(page, (86, 180, 233)) == pytest.approx(land, abs=0.01)
    assert page.locator(".base-credit").text_content() == credit
    assert page.evaluate("document.documentElement.dataset.base") == name
    switch(page, "")
    assert share(page, colour) < 0.01
    assert page.locator(".base-credit").text_content() == ""


def test_images_of_a_pmtiles_file_lie_below_the_land_and_go(chromium, store, tmp_path):
    file = tmp_path / "影像.pmtiles"
    said = {"name": "正射影像 <b>", "attribution": "测绘院 <script>"}
    base = local_base(pmtiles(file, around(painted(BLUE, "JPEG")), kind=JPEG, leaf=True, **said))
    with (
        serving(store, bases=(base,)) as client,
        visited(chromium, f"{client.base_url}/?on=2020-06-01") as (page, _),
    ):
        assert "正射影像 <b>" in page.locator(".base-switch").inner_text()
        shows(page, "image", BLUE, said["attribution"])


def test_images_of_mbtiles_and_tianditu_are_choices_and_the_key_stays_on_the_server(
    chromium, store, key_file, tmp_path, monkeypatch
):
    monkeypatch.setenv("LANDGIS_CACHE", str(tmp_path / "cache"))
    file = mbtiles(
        tmp_path / "a.mbtiles", around(painted(RED, "PNG")), name="航片", attribution="测绘院"
    )
    answer = (200, {"Content-Type": "image/png"}, painted(BLUE, "PNG"))
    with ExitStack() as away:
        url, asked = away.enter_context(upstream(answer))
        options = ["--base", file, "--tianditu-key-file", key_file, "--tianditu-url", url]
        with typed(store, *options, "--tianditu-layers", "img") as (address, said):
            with visited(chromium, address) as (page, seen):
                assert asked == []
                shows(page, "image", RED, "测绘院")
                shows(page, "tianditu-img", BLUE, ATTRIBUTION)
                bodies = b"".join(one.body() for one in seen.came if one.status == 200)
                told = [part for one in seen.came for part in (one.url, *one.headers.values())]
                assert KEY not in page.content() + "".join(told)
                assert KEY.encode() not in bodies
            assert asked
            assert all(f"tk={KEY}" in path for path in asked)
            away.close()
            # The service is gone and a new browser knows nothing: what the server keeps is enough.
            with visited(chromium, address) as (page, _):
                shows(page, "tianditu-img", BLUE, ATTRIBUTION)
    assert KEY not in "".join(said)


def test_a_base_map_in_gcj_02_is_refused_before_anything_is_served(store, key_file, tmp_path):
    shifted = mbtiles(tmp_path / "gaode.mbtiles", around(painted(RED, "PNG")), name="高德影像")
    with pytest.raises(UnknownCRS, match="500 m"):
        run(["serve", "--store", str(store), "--base", str(shifted)])
    there = [
        "--tianditu-key-file",
        str(key_file),
        "--tianditu-url",
        "https://wprd01.is.autonavi.com",
    ]
    with pytest.raises(UsageError, match="GCJ-02"):
        run(["serve", "--store", str(store), *there])
