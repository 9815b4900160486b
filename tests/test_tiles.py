"""Vector tiles, decoded by GDAL and compared with the land that they show."""

import gzip

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.ahead import ready_ahead
from api.desk import Desk
from api.settings import Settings
from api.viewing import AskedView
from api.viewing import canvas as canvas_of
from landgis import inventory as answers
from landgis.errors import NotFound, UsageError
from landgis.measure import transform
from landgis.stage import STAGES
from landgis.terms import Stage
from maps import clip, mvt
from maps.bins import bins, squares
from maps.clip import Tile, fitted, tidy
from maps.mvt import EXTENT, Kind, Property
from maps.outlines import HALF_M, outlines, polygons
from maps.simple import meeting
from maps.tiles import Canvas, address
from maps.view import day, ground, view
from tests.conftest import square
from tests.test_api import SAFE, deliver, refused, serving
from tests.town import ON, ROWS, town

WHERE = (113.9, 35.22)
CRS = 4547
CORNER = np.array([490_000, 3_900_000])


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def canvas(taken):
    return Canvas(ground(taken), view(day(taken), {}))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiles") / "town.db"
    deliver(path, **ROWS)
    with serving(path) as opened:
        yield opened


def seen(canvas, **asked):
    return Canvas(canvas.ground, view(canvas.view.day, asked))


def tile_at(z, geometry, crs=CRS):
    """The tile in which the middle of a geometry lies."""
    x, y = shapely.get_coordinates(transform(np.array([geometry.centroid]), crs, 3857))[0]
    share = (np.array([x, -y]) + HALF_M) / (2 * HALF_M)
    return Tile(z, *(int(v) for v in share * 2**z))


def on_the_map(tile, units):
    """A geometry in units of a tile, y down, in metres of EPSG:3857."""
    step = 2 * HALF_M / (EXTENT << tile.z)
    west, north = tile.x * EXTENT * step - HALF_M, HALF_M - tile.y * EXTENT * step
    return shapely.transform(units, lambda xy: np.column_stack(
        [west + xy[:, 0] * step, north - xy[:, 1] * step]))  # fmt: skip


def decoded(content, tmp_path, tile=None):
    """The layers of a tile as GDAL reads them, in units with y down."""
    (tmp_path / "tile.pbf").write_bytes(content)
    if not content:
        return {}
    file = f"MVT:{tmp_path / 'tile.pbf'}"
    tables = {}
    for name in pyogrio.list_layers(file)[:, 0]:
        table = pyogrio.read_dataframe(file, layer=name, CLIP="NO")
        # GDAL turns y up for a tile that it knows no address of.
        turned = shapely.transform(
            table.geometry.to_numpy(), lambda xy: np.column_stack([xy[:, 0], EXTENT - xy[:, 1]])
        )
        tables[name] = table.assign(geometry=turned)
    return tables


def areas(rings):
    """Twice the signed area of each ring by the surveyor's formula, ring by ring."""
    parts = np.split(rings.xy.astype(float), np.cumsum(rings.size)[:-1])
    nexts = [np.roll(part, -1, axis=0) for part in parts]
    return np.array([(a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]).sum()
                     for a, b in zip(parts, nexts, strict=True)])  # fmt: skip


def drawn(canvas, tile, tmp_path):
    return decoded(canvas.tile(tile, canvas.bins), tmp_path)


@pytest.mark.parametrize("z", [12, 14, 16, 18])
def test_a_decoded_tile_shows_the_pieces_of_the_store(taken, canvas, tmp_path, z):
    tile = tile_at(z, square(100, 50, 1))
    table = drawn(canvas, tile, tmp_path)["stock"]
    assert (table["id"] == table["mvt_id"]).all()
    known = dict(zip(canvas.ground.stock_no.tolist(), range(len(taken.pieces)), strict=True))
    row = [known[number] for number in table["id"]]
    assert table["stage"].tolist() == taken.stages["stage"].iloc[row].tolist()
    shapes = taken.pieces.table.geometry.to_numpy()[row]
    units = 2 * HALF_M / (EXTENT << z)
    window = on_the_map(tile, shapely.box(-64, -64, EXTENT + 64, EXTENT + 64))
    source = shapely.intersection(transform(shapes, CRS, 3857), window)
    told = on_the_map(tile, table.geometry.to_numpy())
    assert shapely.is_valid(told).all()
    assert (shapely.hausdorff_distance(source, told) < 1.5 * units).all()
    expected = [i for i, one in enumerate(transform(taken.pieces.table.geometry.to_numpy(), CRS,
                3857)) if one.intersects(window)]  # fmt: skip
    outside = {i for i in expected if taken.stages["stage"].iloc[i] == Stage.OUTSIDE.value}
    assert set(row) == set(expected) - outside


def test_supplies_are_drawn_with_their_own_outline_and_standing(taken, canvas, tmp_path):
    tile = tile_at(14, square(100, 50, 1))
    listed = answers.idle(taken)
    table = drawn(canvas, tile, tmp_path)["supplies"].sort_values("key", ignore_index=True)
    here = listed[listed.geometry.notna()].sort_values("supply_id", ignore_index=True)
    assert table["key"].tolist() == ("supplies:" + here["supply_id"]).tolist()
    for column in ("standing", "outcome"):
        assert table[column].tolist() == here[column].tolist()
    assert table["years"].tolist() == here["full_years"].tolist()


def test_every_piece_leads_to_the_card_of_its_parent(canvas, tmp_path):
    table = drawn(canvas, tile_at(12, square(100, 50, 1)), tmp_path)["stock"]
    assert set(table["key"]) == {
        "acquisitions:Z1", "approvals:A1", "releases:R1",
        "supplies:4107022012B00001", "supplies:4107022013B00003", "supplies:4107022017B00002",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "stock", "supplies"),
    [
        ({"stage": "used"}, {"supplies:4107022013B00003"}, 2),
        ({"outcome": "reclaim"}, {"supplies:4107022012B00001", "supplies:4107022017B00002"}, 2),
        ({"standing": "completed"}, {"supplies:4107022013B00003"}, 1),
        ({"park": "绿色纤维专业园区", "stage": "supplied_not_used"},
         {"supplies:4107022012B00001", "supplies:4107022017B00002"}, 2),
        ({"min_full_years": "5"}, {"supplies:4107022012B00001"}, 1),
        ({"supply_year": "2017"}, {"supplies:4107022017B00002"}, 1),
        ({"max_area_m2": "1"}, set(), 0),
    ],
)  # fmt: skip
def test_filters_keep_what_they_say(canvas, tmp_path, asked, stock, supplies):
    tables = drawn(seen(canvas, **asked), tile_at(14, square(100, 50, 1)), tmp_path)
    assert set(tables["stock"]["key"] if "stock" in tables else ()) == stock
    assert len(tables.get("supplies", ())) == supplies


def test_a_filter_that_does_not_exist_or_fit_is_refused(canvas):
    for wrong in ({"stage": "sold"}, {"district": "nowhere"}, {"supply_year": "x"}, {"odd": "1"}):
        with pytest.raises(UsageError):
            seen(canvas, **wrong)


@pytest.mark.parametrize("z", [0, 6, 9, 11])
def test_bins_add_up_to_the_land(taken, canvas, tmp_path, z):
    table = drawn(canvas, tile_at(z, square(100, 50, 1)), tmp_path)
    area = taken.pieces.table["area_m2"].groupby(taken.stages["stage"].to_numpy()).sum()
    told = table["stock"].groupby("stage")["area_m2"].sum()
    assert told.to_dict() == pytest.approx(
        {s: area[s] for s in area.index if s != "outside"}, abs=3
    )
    assert shapely.is_valid(table["stock"].geometry.to_numpy()).all()
    assert table["supplies"]["count"].sum() == 2


def test_a_square_of_bins_is_as_large_as_its_land():
    tile = tile_at(11, square(0, 0, 1))
    box = np.tile(np.append(tile.corner, tile.corner) + (1 << 20), (2, 1))
    area = np.array([300_000.0, 100_000.0])
    made = bins(box, np.array([1, 3]), np.array([7, 8]), area, 11)
    rings = squares(made, made.of(tile), tile)
    ground_m = 2 * HALF_M / (EXTENT << 11) * np.cos(np.radians(WHERE[1]))
    drawn_m2 = areas(rings) / 2
    assert drawn_m2 * ground_m**2 == pytest.approx(area, rel=0.03)


HARD = "岛`<script>"


@given(
    st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 2000)), min_size=4, max_size=60),
    st.integers(12, 20),
)
@settings(max_examples=60)
def test_whatever_the_land_is_like_its_rings_are_valid_and_turn_right(points, z):
    shape = shapely.buffer(shapely.LineString(points), 9, quad_segs=2)
    shape = shapely.difference(shape, shapely.buffer(shapely.Point(points[0]), 3))
    moved = shapely.transform(shape, lambda xy: xy + CORNER)
    lines = outlines(np.array([moved]), CRS)
    tile = tile_at(z, shapely.Point(shapely.get_coordinates(moved)[0]))
    at = lines.near(tile.window())
    rings, left = fitted(lines, at, tile)
    if not len(left):
        return
    area = areas(rings)
    hole = area < 0
    assert not hole[0]
    assert (area != 0).all()
    parts = polygons(rings.xy.astype(float), rings.size, hole)
    assert shapely.is_valid(shapely.multipolygons(parts))


def test_a_ring_that_rounding_makes_cross_itself_is_mended():
    thin = shapely.Polygon([(0, 0), (40, 0.3), (80, 0), (80, 0.6), (40, 0.32), (0, 30)])
    moved = shapely.transform(thin, lambda xy: xy + CORNER)
    lines = outlines(np.array([moved]), CRS)
    tile = tile_at(14, moved)
    rings, left = fitted(lines, lines.near(tile.window()), tile)
    whole = shapely.multipolygons(polygons(rings.xy.astype(float), rings.size,
                                  np.zeros(len(rings.size), bool)))  # fmt: skip
    assert len(left)
    assert shapely.is_valid(whole)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
@settings(max_examples=400)
def test_a_ring_meets_itself_where_geos_says_so(points):
    xy = np.array(points, np.int32)
    if (xy == np.roll(xy, 1, axis=0)).all(axis=1).any():
        return
    ring = shapely.linearrings([*points, points[0]])
    said = meeting(xy, np.array([0]), np.array([len(points)]))[0]
    assert said == (not shapely.is_simple(ring) or shapely.Polygon(ring).area == 0)


def test_points_given_twice_go_and_rings_without_an_area_too():
    ring = [(0, 0), (0, 9), (0, 9), (9, 9), (9, 0), (0, 0)]
    flat = [(5, 5), (8, 8), (5, 5), (5, 5)]
    xy = np.array(ring + flat + flat[:1], np.int32)
    holes, owner = np.array([False, True, False]), np.array([0, 0, 1])
    neat, convex = tidy(clip.Flat(xy, np.array([6, 4, 1]), holes, owner))
    assert sorted(map(tuple, neat.xy.tolist())) == [(0, 0), (0, 9), (9, 0), (9, 9)]
    assert convex.tolist() == [True]
    assert neat.feature.tolist() == [0]


def test_land_with_holes_and_parts_keeps_them(tmp_path):
    island = shapely.MultiPolygon(
        [square(0, 0, 100).difference(square(30, 30, 40)), square(45, 45, 10)]
    )
    lines = outlines(np.array([None, island], dtype=object), CRS)
    tile = tile_at(16, island)
    rings, _ = fitted(lines, lines.near(tile.window()), tile)
    said = {"id": Property(np.array([0]), np.array([2**48 - 1], np.uint64)),
            "name": Property(np.array([1]), mvt.texts(["", HARD]))}  # fmt: skip
    content = mvt.layer("a", Kind.POLYGON, np.array([2**48 - 1], np.uint64),
                        mvt.commands(rings), said)  # fmt: skip
    table = decoded(content, tmp_path)["a"]
    assert table[["mvt_id", "id", "name"]].iloc[0].tolist() == [2**48 - 1, 2**48 - 1, HARD]
    told = on_the_map(tile, table.geometry.iloc[0])
    assert shapely.get_num_geometries(told) == 2
    source = transform(np.array([island]), CRS, 3857)[0]
    assert shapely.symmetric_difference(told, source).area < 0.01 * source.area


def test_what_is_clipped_ends_at_the_buffer():
    lines = outlines(np.array([square(-50_000, -50_000, 100_000)]), CRS)
    tile = tile_at(15, square(0, 0, 1))
    rings, _ = fitted(lines, lines.near(tile.window()), tile)
    assert sorted(set(rings.xy.ravel())) == [-clip.BUFFER, EXTENT + clip.BUFFER]


@pytest.mark.parametrize(
    "values",
    [[0], [127, 128], [16383, 16384, 2**21, 2**28, 2**35, 2**42, 2**49, 2**56, 2**63, 2**64 - 1]],
)
def test_numbers_are_packed_as_any_reader_expects(values):
    def unpack(data):
        value = shift = 0
        for byte in data:
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                yield value
                value = shift = 0

    packed = mvt.packed(np.array(values, np.uint64)).tobytes()
    assert list(unpack(packed)) == values
    assert packed == b"".join(map(mvt.varint, values))


def test_an_address_outside_the_map_is_not_found():
    for wrong in ((21, 0, 0), (-1, 0, 0), (3, 8, 0), (3, 0, -1)):
        with pytest.raises(NotFound):
            address(*wrong)
    assert address(0, 0, 0) == Tile(0, 0, 0)


# -- over HTTP ----------------------------------------------------------------------------------


def path_of(tile):
    return f"/tiles/{tile.z}/{tile.x}/{tile.y}.pbf"


HERE = path_of(tile_at(14, square(100, 50, 1)))


def test_a_served_tile_is_what_the_canvas_makes(client, canvas):
    answer = client.get(HERE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["content-encoding"] == "gzip"
    tile = tile_at(14, square(100, 50, 1))
    assert answer.content == canvas.tile(tile, canvas.bins)
    plain = client.get(HERE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert gzip.compress(answer.content) != answer.content


def test_a_tile_that_the_caller_has_is_not_sent_again(client):
    etag = client.get(HERE).headers["etag"]
    assert client.get(HERE, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(HERE, params={"on": "2014-01-01"}).headers["etag"] != etag
    assert client.get(HERE, params={"outcome": "fee"}).headers["etag"] != etag


def test_a_tile_of_another_day_shows_the_stages_of_that_day(client, tmp_path):
    then = client.get(HERE, params={"on": "2010-06-01"})
    assert set(decoded(then.content, tmp_path)["stock"]["stage"]) == {"approved_not_acquired"}
    before = client.get(HERE, params={"on": "2009-06-01"})
    assert before.content == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/3/8/0.pbf", 404),
        ("/tiles/21/0/0.pbf", 404),
        ("/tiles/3/-1/0.pbf", 404),
        (f"/tiles/3/{10**30}/0.pbf", 404),
        ("/tiles/a/1/1.pbf", 400),
        ("/tiles/3/1.5/0.pbf", 400),
        ("/tiles/3/1/1.pbf?colour=red", 400),
        ("/tiles/3/1/1.pbf?stage=sold", 400),
        ("/tiles/13/1/1.pbf?district=nowhere", 400),
        ("/tiles/3/1/1.pbf?on=2020-13-01", 400),
        ("/tiles/3/1/1.pbf?q=a&q=b", 400),
        ("/tiles/99/0/0.pbf", 404),
        ("/tiles/3/1/1.pbf?stage=", 400),
        ("/tiles/3/1/1.pbf?district=,,", 400),
        ("/tiles/3/1/1.pbf?min_full_years=", 400),
        ("/tiles/3/1/1.pbf?min_full_years=1e400", 400),
        ("/tiles/3/1/1.pbf?known=" + "9" * 25, 400),
        ("/tiles/" + "9" * 5000 + "/1/1.pbf", 400),
        ("/tiles/3/1/1", 404),
    ],
)
def test_a_wrong_address_or_parameter_is_a_problem(client, path, status):
    answer = client.get(path)
    refused(answer, status)
    assert SAFE.items() <= dict(answer.headers).items()


def test_blank_words_ask_nothing(client):
    whole = client.get(HERE).content
    assert client.get(HERE, params={"q": " "}).content == whole


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_tile_says_once_that_it_may_come_compressed(client, encoding):
    told = client.get(HERE, headers={"Accept-Encoding": encoding})
    known = {"If-None-Match": f'"x", W/{told.headers["etag"]}', "Accept-Encoding": encoding}
    for answer, status in ((told, 200), (client.get(HERE, headers=known), 304)):
        assert answer.status_code == status
        assert answer.headers.get_list("vary") == ["Accept-Encoding"]
        assert SAFE.items() <= dict(answer.headers).items()


def test_the_land_of_today_can_be_at_hand_before_it_is_asked_for(tmp_path, canvas):
    deliver(tmp_path / "town.db", **ROWS)
    desk = Desk(Settings(store=str(tmp_path / "town.db"), today=lambda: ON))
    at = desk.stand(ON, None)
    ready_ahead(desk)
    desk.close()
    # The store is closed: what is drawn now comes from memory.
    kept = canvas_of(desk, at, AskedView())
    tile = tile_at(14, square(100, 50, 1))
    assert kept.tile(tile, kept.bins) == canvas.tile(tile, canvas.bins)
    assert kept.tile(kept.somewhere(16), kept.bins)


def test_large_answers_are_compressed(client):
    scene = client.get("/map/scene")
    assert scene.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/livez").headers


def test_stage_names_stand_at_their_place():
    assert [s.value for s in STAGES] == [s.value for s in Stage]
