"""The cut on random, real and nasty land: nothing lost, nothing twice, whatever the order."""

import re
import tarfile
import time

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis.cut.arrange import arrange, incomplete
from landgis.cut.rings import Points, rings_of
from landgis.cut.sliver import pulled, thin
from landgis.cut.touch import APART, MEETING, WITHIN, meet, touching
from landgis.measure import transform
from landgis.partition import cut, cut_parts
from tests.bench import city as towns
from tests.land import layer_of, layers_of, renewed_pieces, shuffled
from tests.test_partition import assert_balanced, same

SEEDS = st.integers(0, 2**32 - 1)
QUIET = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


# -- random land ------------------------------------------------------------------------------


def random_layers(rng, size=4, jitter=0.4):
    """Layers over one warped lattice, so that they share borders; digitised anew with noise."""
    cells = {
        "approvals": _lots(rng, size, 1, 0.7),
        "acquisitions": _lots(rng, size, 2, 0.6),
        "supplies": _lots(rng, size, 3, 0.5),
        "footprints": _lots(rng, size, 4, 0.2),
        "releases": _lots(rng, size, 1, 0.2),
        "districts": np.array([[0, 0, size / 2, size], [size / 2, 0, size, size]]),
        "parks": rng.uniform(0, size / 2, (2, 4)) + np.array([0, 0, size / 2, size / 2]),
    }
    return layers_of(
        **{
            name: {
                f"{name[:2]}{k}": _drawn(rng, box, jitter if name != "districts" else 0)
                for k, box in enumerate(boxes)
            }
            for name, boxes in cells.items()
        }
    )


def _lots(rng, size, parts, share):
    i, j = np.divmod(np.arange((size * parts) ** 2), size * parts)
    box = np.column_stack([i, j, i + 1, j + 1]) / parts
    box = box[rng.random(len(box)) < share]
    big = rng.random(len(box)) < 0.1
    box[big, 2] += rng.uniform(0, 0.8, big.sum())
    twice = box[rng.random(len(box)) < 0.05]
    return np.concatenate([box, twice])


def _drawn(rng, box, jitter):
    """A box in lattice units as a polygon in metres, bent, jittered, sometimes with a hole."""
    i0, j0, i1, j1 = box
    t = np.linspace(0, 1, 5)[:-1]
    ring = np.concatenate(
        [
            np.column_stack([i0 + (i1 - i0) * t, np.full(4, j0)]),
            np.column_stack([np.full(4, i1), j0 + (j1 - j0) * t]),
            np.column_stack([i1 - (i1 - i0) * t, np.full(4, j1)]),
            np.column_stack([np.full(4, i0), j1 - (j1 - j0) * t]),
        ]
    )
    shape = shapely.Polygon(_metres(ring) + rng.uniform(-jitter, jitter, (16, 2)) * rng.random())
    if rng.random() < 0.1:
        middle = np.array([(i0 + i1) / 2, (j0 + j1) / 2])
        shape -= shapely.Polygon(_metres(middle + (ring - middle) * 0.4))
    return shape if shape.is_valid else shapely.buffer(shape, 0)


def _metres(ij):
    x, y = 80 * ij.T
    return np.column_stack([490_000 + x + 6 * np.sin(y / 50), 3_900_000 + y + 6 * np.sin(x / 70)])


@QUIET
@given(SEEDS, st.sampled_from([0, 0.05, 0.4]))
def test_pieces_fill_the_land_once_and_balance_every_approval(seed, jitter):
    layers = random_layers(np.random.default_rng(seed), 3, jitter)
    assert_balanced(layers, cut(layers))


@QUIET
@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    layers = random_layers(rng, 3)
    assert same(cut(layers), cut(shuffled(layers, rng)))


def test_a_cut_that_was_broken_off_goes_on_and_ends_as_if_it_had_not_been():
    layers = random_layers(np.random.default_rng(3), 3)
    whole, kept, told = cut(layers), {}, []
    assert same(whole, cut(layers, chunk=15))
    for _ in zip(range(2), cut_parts(layers, chunk=15, kept=kept), strict=False):
        pass
    before = dict(kept)
    parts = list(cut_parts(layers, chunk=15, kept=kept, progress=told.append))
    assert 2 <= len(before) < len(parts) == len(kept)
    assert all(kept[mark] is pieces for mark, pieces in before.items())
    assert told == sorted(told)
    assert told[-1] == 1
    ids = [i for part in parts for i in part.table["piece_id"]]
    assert sorted(ids) == whole.table["piece_id"].tolist()


def test_the_share_told_is_the_share_of_the_work_that_is_done():
    layers, told = towns.city(0.06), []
    begin = time.process_time()
    cut(layers, chunk=1_000, progress=lambda s: told.append((s, time.process_time() - begin)))
    whole = time.process_time() - begin
    share, spent = np.array(told).T
    for mark in (0.25, 0.5, 0.75):
        assert spent[np.searchsorted(share, mark)] / whole == pytest.approx(mark, abs=0.2)


def test_a_part_that_is_kept_is_never_taken_for_another():
    kept = {}
    layers = random_layers(np.random.default_rng(3), 2)
    list(cut_parts(layers, kept=kept))
    list(cut_parts(layers, 0.4, kept=kept))
    more = layers | {
        "supplies": layer_of(
            "supplies",
            {"new": _drawn(np.random.default_rng(1), np.array([0.1, 0.1, 0.9, 0.9]), 0.3)},
        )
    }
    list(cut_parts(more, kept=kept))
    assert len(kept) == 3


@QUIET
@given(SEEDS)
def test_no_piece_is_a_sliver_and_every_outer_sliver_is_one(seed):
    pieces = cut(random_layers(np.random.default_rng(seed), 3))
    assert not thin(_rings(shapely.get_parts(np.asarray(pieces.table.geometry))), 0.5).any()
    assert thin(_rings(shapely.get_parts(np.asarray(pieces.slivers.geometry))), 0.5).all()


@QUIET
@given(SEEDS)
def test_a_piece_lies_in_all_features_of_its_set_but_for_slivers(seed):
    layers = random_layers(np.random.default_rng(seed), 3)
    pieces = cut(layers)
    shapes = {
        (name, k): g
        for name, layer in layers.items()
        if "geometry" in layer.table
        for k, g in zip(layer.table.iloc[:, 0], layer.geometry, strict=True)
    }
    links = pieces.links
    piece = np.asarray(pieces.table.geometry)[links["piece"]]
    feature = np.array(
        [shapes[key] for key in zip(links["layer"], links["feature_id"], strict=True)], dtype=object
    )
    beyond = shapely.get_parts(shapely.difference(piece, feature))
    # slivers side by side may have joined it together
    assert thin(_rings(beyond[shapely.area(beyond) > 1e-3]), 1.5).all()


def test_recut_equals_cut_over_two_hundred_sequences_of_revisions():
    rng = np.random.default_rng(11)
    for land in range(20):
        first = random_layers(rng, 1)
        whole = cut(first)
        for turn in range(10):
            layers, pieces = first, whole
            for _ in range(1 + turn % 2):
                before, layers = layers, _revised(rng, layers)
                pieces = renewed_pieces(pieces, before, layers)
            assert same(pieces, cut(layers)), (land, turn)


def _revised(rng, layers):
    """The layers after some features ended, moved or came."""
    shapes = {
        name: dict(zip(layer.table.iloc[:, 0], layer.geometry, strict=True))
        for name, layer in layers.items()
        if "geometry" in layer.table
    }
    names = set()
    for _ in range(rng.integers(1, 4)):
        name = rng.choice(["approvals", "acquisitions", "supplies", "footprints", "parks"])
        own = shapes[name]
        names.add(name)
        change = rng.integers(3)
        if change > 0 and own:
            key = rng.choice(sorted(own))
            del own[key]
        if change < 2:
            at = rng.uniform(0, 2.5, 2)
            box = np.concatenate([at, at + rng.uniform(0.1, 0.9, 2)])
            new = _drawn(rng, box.round(int(rng.integers(1, 3))), 0.3)
            key = f"{name[:2]}{rng.integers(1_000)}"
            own[key] = new
    changed = {name: layer_of(name, shapes[name]) for name in names}
    return layers | changed


# -- the parts the cut stands on --------------------------------------------------------------


@QUIET
@given(SEEDS)
def test_faces_are_those_that_geos_finds(seed):
    rng = np.random.default_rng(seed)
    layers = random_layers(rng, 2)
    cells, others = layers["approvals"].geometry, layers["supplies"].geometry
    i, j = shapely.STRtree(others).query(cells, predicate="intersects")
    order = np.lexsort((j, i))
    rings = _rings(np.concatenate([cells, others]))
    inner = rings.take(np.arange(len(cells)))
    found = arrange(inner, i[order], rings.take(len(cells) + j[order]))
    assert not incomplete(inner, found).any()
    for k, cell in enumerate(cells):
        lines = [cell.boundary, *shapely.boundary(others[j[i == k]])]
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
        inside = shapely.contains(cell, shapely.point_on_surface(faces))
        theirs = np.sort(shapely.area(faces[inside]))
        ours = np.sort(found.faces.area[found.cell == k])
        ours, theirs = ours[ours > 1e-5], theirs[theirs > 1e-5]
        assert len(ours) == len(theirs)
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@QUIET
@given(SEEDS)
def test_a_pulled_polygon_covers_its_erosion(seed):
    rng = np.random.default_rng(seed)
    shapes = random_layers(rng, 2, 3)["supplies"].geometry
    points = shapely.points(
        rng.uniform(0, 200, (len(shapes), 50, 2)) + np.array([490_000, 3_900_000])
    )
    eroded = shapely.intersects(shapely.buffer(shapes, -0.5)[:, None], points)
    assert eroded.any()
    inner = pulled(_rings(shapes), 0.5)
    dots = _rings(shapely.buffer(points.ravel(), 1e-3, quad_segs=1))
    shape, point = (k.ravel() for k in np.indices(points.shape))
    met = meet(inner, dots, shape, shape * points.shape[1] + point)
    assert (~eroded | met.reshape(points.shape)).all()


@QUIET
@given(SEEDS)
def test_polygons_lie_to_each_other_as_geos_says_they_do(seed):
    rng = np.random.default_rng(seed)
    layers = random_layers(rng, 3)
    one, two = layers["approvals"].geometry, layers["supplies"].geometry
    i, j = (k.ravel() for k in np.indices((len(one), len(two))))
    found = touching(_rings(one), _rings(two), i, j)
    apart = shapely.distance(one[i], two[j])
    assert (found[apart == 0] != APART).all()
    assert (found[apart > 1e-5] == APART).all()
    clear = shapely.distance(shapely.boundary(one)[i], shapely.boundary(two)[j]) > 1e-5
    within = shapely.within(one[i], two[j])
    np.testing.assert_array_equal(found[clear] == WITHIN, within[clear])
    assert (
        found[shapely.crosses(shapely.boundary(one)[i], shapely.boundary(two)[j])] == MEETING
    ).all()


@QUIET
@given(SEEDS)
def test_polygons_come_back_as_they_were_with_their_holes_and_parts(seed):
    rng = np.random.default_rng(seed)
    layers = random_layers(rng, 2)
    shapes = np.concatenate([layers["approvals"].geometry, layers["supplies"].geometry])
    shapes = np.append(
        shapes, [shapely.union_all(shapes[:3]), shapely.MultiPolygon(list(shapes[-2:]))]
    )
    rings = _rings(shapes[::-1])
    assert shapely.equals_exact(rings.polygons(), shapely.orient_polygons(shapes[::-1])).all()
    np.testing.assert_allclose(rings.figures[0], shapely.area(shapes[::-1]))
    parts, whole = rings.parts()
    assert shapely.equals_exact(
        parts.gathered(np.unique(whole, return_index=True)[1]).polygons(), rings.polygons()
    ).all()


def _rings(shapes):
    return rings_of(shapes, Points())


@QUIET
@given(SEEDS)
def test_thin_is_what_erosion_leaves_nothing_of(seed):
    rng = np.random.default_rng(seed)
    long = rng.uniform(2, 200, 40)
    bend, wide = rng.uniform(0, 5, 40), rng.uniform(0.2, 0.8, 40)
    t = np.linspace(0, 1, 9)
    shapes = []
    for k in range(40):
        x, y = long[k] * t, bend[k] * np.sin(3 * t)
        upper = np.column_stack([x, y + wide[k] * rng.uniform(0.2, 1, 9)])
        shapes.append(shapely.Polygon(np.concatenate([np.column_stack([x, y]), upper[::-1]])))
    shapes = shapely.transform(np.array(shapes), _turned(rng.uniform(0, 6)))
    gone = shapely.is_empty(shapely.buffer(shapes, -0.25))
    assert gone.any()
    np.testing.assert_array_equal(thin(_rings(shapes), 0.5), gone)


def _turned(angle):
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return lambda xy: xy @ turn + np.array([490_000.0, 3_900_000.0])


# -- real parcels -----------------------------------------------------------------------------


def test_french_parcels_as_supplies_are_cut_without_loss(samples, tmp_path):
    for archive in sorted((samples / "cadastre").glob("*.tar.bz2")):
        with tarfile.open(archive) as tar:
            tar.extractall(tmp_path / archive.stem, filter="data")
        index = next((tmp_path / archive.stem).rglob("*.THF"))
        frame = pyogrio.read_dataframe(index, layer="PARCELLE_id")
        here = transform(np.asarray(frame.geometry, dtype=object), 2154, 2154)
        parcels = _near_xinxiang(shapely.make_valid(here))
        rng = np.random.default_rng(5)
        layers = layers_of(
            approvals={"a": shapely.box(*_padded(shapely.total_bounds(parcels)))},
            acquisitions=_named("q", shapely.buffer(parcels[::7], 3)),
            supplies=_named("s", parcels),
            footprints=_named("f", shapely.buffer(parcels[rng.random(len(parcels)) < 0.5], -2)),
        )
        pieces = cut(layers)
        assert len(pieces) > len(parcels)
        assert_balanced(layers, pieces)
        links = pieces.links[pieces.links["layer"] == "supplies"]
        assert links["feature_id"].nunique() == len(parcels)


def _near_xinxiang(shapes):
    x, y = shapely.total_bounds(shapes)[:2].round()
    return shapely.transform(shapes, lambda xy: xy - np.array([x - 490_000, y - 3_900_000]))


def _padded(bounds):
    return bounds + np.array([-10.3, -10.3, 10.3, 10.3])


def _named(letter, shapes):
    return {f"{letter}{k:04d}": g for k, g in enumerate(shapes) if not g.is_empty}


# -- nasty polygons ---------------------------------------------------------------------------


def polygonal_pairs(folder):
    """Every pair of polygons in the files of ``folder``, valid, a kilometre or two wide."""
    for path in sorted(folder.iterdir()):
        text = path.read_text(errors="replace")
        with np.errstate(invalid="ignore"):
            operands = [_geometry(t) for t in _operands(path, text)]
        for one, other in zip(operands[0::2], operands[1::2], strict=False):
            if one is not None and other is not None:
                yield path.name, one, other


def _operands(path, text):
    if path.suffix == ".wkt":
        return [line for line in re.split(r"(?=POLYGON|MULTIPOLYGON)", text) if line.strip()]
    out = []
    for case in re.findall(r"<case>(.*?)</case>", text, re.S):
        a, b = (re.search(rf"<{k}>(.*?)</{k}>", case, re.S) for k in "ab")
        out += [a.group(1), b.group(1)] if a and b else [a.group(1)] * 2 if a else []
    return out


def _geometry(text):
    text = re.sub(r"\s+", " ", text).strip()
    try:
        binary = re.fullmatch(r"[0-9A-Fa-f ]+", text)
        shape = shapely.from_wkb(text.replace(" ", "")) if binary else shapely.from_wkt(text)
        parts = shapely.get_parts(shapely.make_valid(shapely.force_2d(shape)))
    except shapely.errors.GEOSException:
        return None
    parts = shapely.get_parts(shapely.make_valid(shapely.force_2d(shape)))
    parts = shapely.get_parts(parts[shapely.get_dimensions(parts) == 2])
    return (
        shapely.union_all(parts)
        if len(parts) and np.isfinite(shapely.bounds(parts)).all()
        else None
    )


def _as_land(one, other):
    low, high = shapely.total_bounds([one, other]).reshape(2, 2)
    scale = 2_000 / max(high - low)
    shapes = shapely.transform(
        np.array([one, other]), lambda xy: (xy - low) * scale + np.array([490_000, 3_900_000])
    )
    parts = [shapely.get_parts(g) for g in shapely.make_valid(shapes)]
    return [
        shapely.union_all(
            [
                shapely.Polygon(p.exterior, [h for h in p.interiors if not h.is_empty])
                for p in group[shapely.get_dimensions(group) == 2]
            ]
        )
        for group in parts
    ]


def test_every_polygonal_pair_of_the_geos_suite_is_cut_without_loss(samples):
    pairs = []
    for k, (name, one, other) in enumerate(polygonal_pairs(samples / "geos")):
        land = _as_land(one, other)
        if not any(g.is_empty for g in land):
            pairs.append((name, *shapely.transform(np.array(land), _mover(k))))
    assert len(pairs) > 400
    layers = layers_of(
        approvals={f"{k:03d}": one for k, (_, one, _) in enumerate(pairs)},
        supplies={f"{k:03d}": other for k, (_, _, other) in enumerate(pairs)},
    )
    pieces = cut(layers)
    assert shapely.is_valid(pieces.table.geometry.to_numpy()).all()
    approved, land = np.zeros(len(pairs)), np.zeros(len(pairs))
    for table, links in ((pieces.table, pieces.links), (pieces.slivers, pieces.sliver_links)):
        area = table.geometry.area.to_numpy()
        first = links.drop_duplicates("piece")
        np.add.at(land, first["feature_id"].astype(int), area[first["piece"]])
        own = links[links["layer"] == "approvals"]
        np.add.at(approved, own["feature_id"].astype(int), area[own["piece"]])
    for k, (name, one, other) in enumerate(pairs):
        border = one.length + other.length
        union = shapely.union_all([one, other], grid_size=1e-4).area
        assert land[k] == pytest.approx(union, abs=1e-4 * border + 1e-3), name
        assert approved[k] == pytest.approx(one.area, rel=1e-6, abs=1.0), name


def _mover(k):
    """Each pair to a square of its own."""
    return lambda xy: xy + np.array([4_000.0 * (k % 20), 4_000.0 * (k // 20)])
