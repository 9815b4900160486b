"""Base maps: local files of images and Tianditu by way of the server; GCJ-02 is refused."""

import gzip
import json
import sqlite3
import struct
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from api.tianditu import tianditu
from landgis.errors import UnknownCRS, UnreadableFile, UsageError
from maps.base import local_base
from maps.pmtiles import number
from tests.test_api import refused, serving
from tests.town import town

PNG = b"\x89PNG\r\n\x1a\n" + b"image"
KEY = "0123456789abcdef0123456789abcdef"


def mbtiles(path, tiles, **said):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE metadata (name text, value text)")
        db.execute(
            "CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
        )
        db.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        rows = [(z, x, (1 << z) - 1 - y, content) for (z, x, y), content in tiles.items()]
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return path


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def directory(entries):
    """Entries are first number, run, length, offset."""
    firsts = [e[0] for e in entries]
    columns = [
        [b - a for a, b in zip([0, *firsts], firsts, strict=False)],
        [e[1] for e in entries],
        [e[2] for e in entries],
        [e[3] + 1 for e in entries],
    ]
    numbers = [len(entries), *(value for column in columns for value in column)]
    return gzip.compress(b"".join(map(varint, numbers)))


def pmtiles(path, tiles, kind=2, leaf=False, **said):
    ordered = sorted((number(*at), content) for at, content in tiles.items())
    offset, entries = 0, []
    for first, content in ordered:
        entries.append((first, 1, len(content), offset))
        offset += len(content)
    leaves = directory(entries) if leaf else b""
    root = directory([(ordered[0][0], 0, len(leaves), 0)] if leaf else entries)
    meta = gzip.compress(json.dumps(said).encode())
    parts = [root, meta, leaves, b"".join(content for _, content in ordered)]
    at, header = 127, b"PMTiles\x03"
    for part in parts:
        header += struct.pack("<2Q", at, len(part))
        at += len(part)
    header += struct.pack("<3Q6B", 1, 1, 1, 1, 2, 1, kind, 0, 12)
    path.write_bytes(header.ljust(127, b"\0") + b"".join(parts))
    return path


TILES = {(0, 0, 0): PNG + b"0", (3, 6, 3): PNG + b"3", (12, 3343, 1619): PNG + b"12"}
MAKERS = {
    "mbtiles": mbtiles,
    "pmtiles": pmtiles,
    "pmtiles with leaves": lambda path, tiles, **said: pmtiles(path, tiles, leaf=True, **said),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_file_of_images_gives_each_tile_at_its_place_and_no_other(make, tmp_path):
    base = local_base(make(tmp_path / "影像", TILES, name="正射影像", attribution="测绘院"))
    assert (base.title, base.attribution, base.zooms) == ("正射影像", "测绘院", (0, 12))
    assert {at: base.tile(*at) for at in TILES} == TILES
    assert base.tile(3, 3, 6) is None
    assert base.tile(12, 0, 0) is None


def test_numbers_of_tiles_are_those_of_the_specification():
    asked = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0)]
    assert [number(*at) for at in asked] == [0, 1, 2, 3, 4, 5]
    assert number(12, 3423, 1763) == 19_078_479


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
@pytest.mark.parametrize(
    "said",
    [{"crs": "GCJ-02"}, {"name": "高德影像"}, {"description": "tiles of webrd01.is.autonavi.com"},
     {"attribution": "© Tencent"}, {"crs": "BD09"}],
)  # fmt: skip
def test_a_base_map_that_says_it_is_shifted_is_refused(make, said, tmp_path):
    with pytest.raises(UnknownCRS, match="500 m") as error:
        local_base(make(tmp_path / "base", TILES, **said))
    assert "偏移" in error.value.zh


def test_what_is_no_file_of_images_is_one_sentence(tmp_path):
    (tmp_path / "text").write_text("no tiles")
    (tmp_path / "short").write_bytes(b"PMTiles\x03")
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE x (y)").connection.close()
    mbtiles(tmp_path / "vector", {(0, 0, 0): b"\x1f\x8b vector"})
    pmtiles(tmp_path / "kind", TILES, kind=1)
    for name in ("text", "short", "other", "vector", "kind", "missing"):
        with pytest.raises(UnreadableFile) as error:
            local_base(tmp_path / name)
        assert error.value.file.endswith(name)


@contextmanager
def upstream(answer):
    """A service on this machine that gives ``answer`` and remembers what it was asked."""
    asked = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY + "\n")
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases")
    town(folder)
    return folder / "town.db"


def test_the_server_gives_tiles_of_the_chosen_file_and_refuses_strange_places(store, tmp_path):
    base = local_base(mbtiles(tmp_path / "a.mbtiles", TILES, name="<script>"))
    with serving(store, bases=(base,)) as client:
        found = client.get("/base/image/3/6/3")
        assert (found.content, found.headers["content-type"]) == (TILES[3, 6, 3], "image/png")
        again = {"If-None-Match": found.headers["etag"]}
        assert client.get("/base/image/3/6/3", headers=again).status_code == 304
        assert client.get("/base/image/3/6/4").status_code == 204
        for path, status in (
            ("image/3/8/0", 404), ("image/3/-1/0", 404), ("image/99/0/0", 404),
            ("image/x/0/0", 400), ("other/3/6/3", 404), ("image/3/6/3?x=1", 400),
            ("..%2f..%2fetc/3/6/3", 404), ("image/99999999999999999999/0/0", 404),
        ):  # fmt: skip
            refused(client.get(f"/base/{path}"), status)
        page = client.get("/").text
        assert '"bases":[{"name":"image","title":"\\u003cscript\\u003e"' in page


def test_without_a_base_map_there_is_none(store):
    with serving(store) as client:
        refused(client.get("/base/image/3/6/3"), 404)
        assert '"bases":[]' in client.get("/").text


def test_tianditu_is_asked_once_and_its_key_stays_on_the_server(store, key_file, tmp_path):
    with upstream((200, {"Content-Type": "image/png"}, PNG)) as (url, asked):
        bases = tianditu(url, key_file, "img,vec", tmp_path / "cache")
        assert KEY not in repr(bases)
        with serving(store, bases=tuple(bases)) as client:
            for _ in range(3):
                assert client.get("/base/tianditu-img/10/834/404").content == PNG
            said = client.get("/").text + client.get("/map/scene").text
    (path,) = asked
    parts = urlsplit(path)
    told = {name: value[0] for name, value in parse_qs(parts.query).items()}
    assert parts.path == "/img_w/wmts"
    assert (told["TILEMATRIX"], told["TILECOL"], told["TILEROW"]) == ("10", "834", "404")
    assert told["tk"] == KEY
    assert KEY not in said
    assert "tianditu-vec" in said
    assert "天地图" in said


@pytest.mark.parametrize(
    "answer",
    [(403, {}, b"forbidden"), (200, {}, b"<html>no tile</html>"),
     (302, {"Location": "http://127.0.0.1:1/"}, b"")],
)  # fmt: skip
def test_a_service_that_gives_no_tile_is_a_problem_without_the_key(
    store, key_file, tmp_path, answer, caplog
):
    with upstream(answer) as (url, asked):
        bases = tianditu(url, key_file, "img", tmp_path / "cache")
        with serving(store, bases=tuple(bases)) as client:
            failed = client.get("/base/tianditu-img/10/834/404")
            refused(failed, 502)
    assert len(asked) == 1
    assert "Tianditu" in failed.json()["detail"]
    assert KEY not in failed.text + caplog.text


def test_addresses_keys_and_layers_that_cannot_be_are_refused(key_file, tmp_path):
    for url in (
        "https://webst01.is.autonavi.com/appmaptile", "https://rt0.map.gtimg.com",
        "http://online1.map.bdimg.com", "https://mt0.google.cn", "file:///etc/passwd", "tianditu",
    ):  # fmt: skip
        with pytest.raises(UsageError):
            tianditu(url, key_file, "img", tmp_path)
    with pytest.raises(UsageError, match="layer"):
        tianditu("https://t0.tianditu.gov.cn", key_file, "img,moon", tmp_path)
    (tmp_path / "empty").write_text("")
    for name in ("empty", "missing"):
        with pytest.raises(UnreadableFile, match="key"):
            tianditu("https://t0.tianditu.gov.cn", tmp_path / name, "img", tmp_path)
