"""The cut: what a piece is, in small cases that can be drawn."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from landgis.partition import cut
from tests.conftest import square
from tests.land import (
    areas_of,
    layers_of,
    moved,
    renewed_pieces,
    sets_of,
    shuffled,
    slivers_of,
)


def rect(x, y, width, height):
    return shapely.transform(
        shapely.box(0, 0, width, height), lambda xy: xy + np.array([490_000 + x, 3_900_000 + y])
    )


def test_an_approval_alone_is_one_piece():
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100)}))
    assert areas_of(pieces) == {"a": 10_000}
    assert pieces.table["area_m2"].iloc[0] == pytest.approx(10_000, abs=1)
    assert pieces.links.to_dict("list") == {
        "piece": [0],
        "layer": ["approvals"],
        "feature_id": ["a"],
    }
    assert not len(pieces.slivers)
    assert pieces.tolerance_m == 0.5


def test_no_layers_no_pieces():
    pieces = cut(layers_of())
    assert len(pieces) == 0
    assert len(pieces.slivers) == 0
    assert list(pieces.table.columns) == ["piece_id", "area_m2", "geometry"]
    assert pieces.table.crs.to_epsg() == 4547


def test_four_layers_nested_give_four_pieces():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            acquisitions={"q": square(0, 0, 50)},
            supplies={"s": square(10, 10, 20)},
            footprints={"f": square(15, 15, 5)},
        )
    )
    assert areas_of(pieces) == {"a": 7_500, "a q": 2_100, "a q s": 375, "a f q s": 25}


def test_the_id_is_the_same_whatever_else_is_imported():
    one = layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": square(0, 0, 50)})
    more = layers_of(
        approvals={"a": square(0, 0, 100), "b": square(500, 0, 100)},
        supplies={"s": square(0, 0, 50)},
    )
    assert set(cut(one).table["piece_id"]) < set(cut(more).table["piece_id"])


def test_pieces_are_ordered_by_id_and_rows_may_come_in_any_order():
    layers = layers_of(
        approvals={"a": square(0, 0, 100), "b": square(100, 0, 100)},
        supplies={"s": square(0, 0, 50), "t": square(50, 0, 100), "u": square(150, 50, 50)},
    )
    first = cut(layers)
    again = cut(shuffled(layers, np.random.default_rng(1)))
    assert first.table["piece_id"].is_monotonic_increasing
    assert same(first, again)


def test_neighbours_that_only_touch_share_nothing():
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100), "b": square(100, 0, 100)}))
    assert areas_of(pieces) == {"a": 10_000, "b": 10_000}
    assert not len(pieces.slivers)


def test_identical_features_are_one_piece_with_all_their_links():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100), "b": square(0, 0, 100)},
            supplies={"s": square(0, 0, 100), "t": square(0, 0, 100)},
        )
    )
    assert areas_of(pieces) == {"a b s t": 10_000}


def test_land_supplied_twice_in_part_keeps_both_links():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            supplies={"s": rect(0, 0, 60, 100), "t": rect(40, 0, 60, 100)},
        )
    )
    assert areas_of(pieces) == {"a s": 4_000, "a s t": 2_000, "a t": 4_000}


def test_overlapping_approvals_are_cut_exactly():
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100), "b": square(90, 90, 100)}))
    assert areas_of(pieces) == {"a": 9_900, "a b": 100, "b": 9_900}


def test_a_hole_stays_a_hole_and_a_feature_in_it_is_its_own_piece():
    ring = square(0, 0, 100) - square(20, 20, 60)
    pieces = cut(
        layers_of(approvals={"a": ring, "b": square(40, 40, 20)}, supplies={"s": square(0, 0, 100)})
    )
    assert areas_of(pieces) == {"a s": 6_400, "b s": 400, "s": 3_200}
    assert pieces.table.geometry.is_valid.all()


def test_a_courtyard_is_land_even_where_a_border_cuts_the_land_around_the_building():
    building = square(100, 100, 200) - square(150, 150, 50)
    for near in (0, 50, 320, 360):
        pieces = cut(
            layers_of(
                approvals={"a": square(0, 0, 400)},
                footprints={"f": building},
                districts={"d": rect(-100, -100, 100 + near, 700)},
            )
        )
        assert pieces.table.geometry.area.sum() == pytest.approx(160_000)


def test_features_strictly_inside_one_another_nest():
    boxes = {f"{k}": square(k * 5, k * 5, 100 - 10 * k) for k in range(5)}
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100)}, supplies=boxes))
    assert sum(areas_of(pieces).values()) == 10_000
    assert areas_of(pieces)["0 1 2 3 4 a"] == 3_600


def test_a_hole_that_touches_the_border_in_a_point_stays_valid():
    diamond = Polygon([(490_000, 3_900_050), (490_050, 3_900_000), (490_050, 3_900_100)])
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": diamond}))
    assert areas_of(pieces) == {"a": 7_500, "a s": 2_500}
    assert pieces.table.geometry.is_valid.all()
    inner = Polygon([(490_000, 3_900_050), (490_050, 3_900_020), (490_050, 3_900_080)])
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": inner}))
    assert areas_of(pieces) == {"a": 8_500, "a s": 1_500}
    assert pieces.table.geometry.is_valid.all()


def test_holes_that_touch_each_other_part_the_land_between_them():
    hole = [(20, 20), (50, 20), (20, 50)]
    ring = shapely.union_all(
        [
            Polygon([(490_050 + i * x, 3_900_050 + j * y) for x, y in [(0, 40), (20, 20), (40, 0)]])
            for i in (1, -1)
            for j in (1, -1)
        ]
    )
    layers = layers_of(
        approvals={"a": square(0, 0, 100) - shapely.buffer(ring, 0)},
        supplies={"s": Polygon([(490_000 + x, 3_900_000 + y) for x, y in hole])},
    )
    pieces = cut(layers)
    assert pieces.table.geometry.is_valid.all()
    assert_balanced(layers, pieces)


def test_a_feature_in_parts_is_one_piece_in_parts():
    both = MultiPolygon([square(0, 0, 10), square(50, 50, 10)])
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": both}))
    assert areas_of(pieces) == {"a": 9_800, "a s": 200}
    assert sorted(pieces.table.geometry.geom_type) == ["MultiPolygon", "Polygon"]


def test_overlapping_parks_label_and_districts_split():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            districts={"d1": square(0, 0, 50), "d2": rect(50, 0, 50, 100)},
            parks={"p": square(0, 0, 20), "q": square(0, 0, 30)},
        )
    )
    assert areas_of(pieces) == {"a d1 p q": 400, "a d1 q": 500, "a d1": 1_600, "a d2": 5_000} | {
        "a": 2_500
    }


def test_land_of_districts_and_parks_alone_is_no_piece():
    pieces = cut(layers_of(districts={"d": square(0, 0, 1_000)}, parks={"p": square(0, 0, 500)}))
    assert len(pieces) == 0
    assert len(pieces.slivers) == 0


def test_a_supply_without_a_polygon_takes_no_part():
    pieces = cut(
        layers_of(approvals={"a": square(0, 0, 10)}, supplies={"s": None, "t": square(0, 0, 10)})
    )
    assert areas_of(pieces) == {"a t": 100}


def test_land_outside_any_approval_is_cut_too():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            acquisitions={"q": rect(50, 0, 100, 100)},
            supplies={"s": rect(50, 0, 200, 100)},
        )
    )
    assert areas_of(pieces) == {"a": 5_000, "a q s": 5_000, "q s": 5_000, "s": 10_000}


# -- slivers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("gap", "expected"), [(0.4, {"a s"}), (0.6, {"a", "a s"})])
def test_a_strip_under_the_tolerance_joins_its_neighbour(gap, expected):
    pieces = cut(
        layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": rect(0, 0, 100 - gap, 100)})
    )
    assert set(areas_of(pieces)) == expected
    assert sum(areas_of(pieces).values()) == pytest.approx(10_000, abs=1e-3)


def test_the_tolerance_is_an_argument_and_is_kept():
    layers = layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": rect(0, 0, 98, 100)})
    assert set(areas_of(cut(layers))) == {"a", "a s"}
    wide = cut(layers, tolerance_m=3)
    assert set(areas_of(wide)) == {"a s"}
    assert wide.tolerance_m == 3


def test_a_strip_joins_the_neighbour_with_the_longest_shared_border():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            supplies={"s": rect(0, 0, 99.7, 30), "t": rect(0, 30, 99.7, 70)},
        )
    )
    assert areas_of(pieces) == {"a s": 2_991, "a t": 7_009}


def test_a_gap_between_two_supplies_is_not_stock():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            supplies={"s": rect(0, 0, 50, 100), "t": rect(50.3, 0, 49.7, 100)},
        )
    )
    assert set(areas_of(pieces)) == {"a s", "a t"}
    assert sum(areas_of(pieces).values()) == 10_000


def test_a_thin_overlap_of_approvals_is_a_sliver_of_both():
    pieces = cut(layers_of(approvals={"a": square(0, 0, 100), "b": rect(99.8, 0, 100, 100)}))
    assert areas_of(pieces) == {"a": 9_980, "b": 9_980}
    assert slivers_of(pieces) == {"a b": 20}
    assert pieces.slivers["area_m2"].iloc[0] == pytest.approx(20, abs=0.01)


def test_three_approvals_that_meet_in_a_corner_name_every_sliver():
    layers = layers_of(
        approvals={
            "a": square(0, 0, 100),
            "b": rect(99.8, 0, 100, 100),
            "c": rect(0, 99.8, 200, 100),
        }
    )
    pieces = cut(layers)
    assert slivers_of(pieces) == {"a b": 19.96, "a b c": 0.04, "a c": 19.96, "b c": 19.96}
    assert_balanced(layers, pieces)


def test_a_supply_that_sticks_out_a_little_leaves_a_named_sliver():
    pieces = cut(
        layers_of(approvals={"a": square(0, 0, 100)}, supplies={"s": rect(0, 0, 100.3, 100)})
    )
    assert areas_of(pieces) == {"a s": 10_000}
    assert slivers_of(pieces) == {"s": 30}


def test_a_sliver_knows_its_district():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100), "b": rect(99.8, 0, 100, 100)},
            districts={"d": square(0, 0, 1_000)},
        )
    )
    assert slivers_of(pieces) == {"a b d": 20}


def test_a_neighbour_that_reaches_in_by_less_than_the_tolerance_is_ignored():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            supplies={"s": square(0, 0, 100), "t": rect(99.7, 0, 100, 100)},
        )
    )
    assert areas_of(pieces) == {"a s": 10_000, "t": 9_970}


def test_land_cut_by_noise_only_stays_whole():
    pieces = cut(
        layers_of(
            approvals={"a": rect(0, 0, 100, 0.8)},
            supplies={"s": rect(-10, 0.4, 200, 100)},
        )
    )
    assert areas_of(pieces)["a"] == 80


# -- the whole --------------------------------------------------------------------------------


def same(one, two):
    """Equal tables and geometry to the last bit."""
    return all(
        a.drop(columns="geometry", errors="ignore").equals(
            b.drop(columns="geometry", errors="ignore")
        )
        for a, b in (
            (one.table, two.table),
            (one.links, two.links),
            (one.slivers, two.slivers),
            (one.sliver_links, two.sliver_links),
        )
    ) and all(
        shapely.equals_exact(np.asarray(a.geometry), np.asarray(b.geometry), 0).all()
        for a, b in ((one.table, two.table), (one.slivers, two.slivers))
    )


def assert_balanced(layers, pieces, slack=1.0):
    """Every approval is the sum of its pieces and slivers; all together fill the union once."""
    for table, links in ((pieces.table, pieces.links), (pieces.slivers, pieces.sliver_links)):
        assert (links["piece"].diff().dropna() >= 0).all()
        assert set(links["piece"]) == set(range(len(table)))
    total = {}
    for table, links in ((pieces.table, pieces.links), (pieces.slivers, pieces.sliver_links)):
        own = links[links["layer"] == "approvals"]
        area = table["area_m2"].to_numpy()[own["piece"]]
        for name, m2 in zip(own["feature_id"], area, strict=True):
            total[name] = total.get(name, 0) + m2
    approvals = layers["approvals"].table
    for name, m2 in zip(approvals["approval_id"], approvals["area_m2"], strict=True):
        assert total[name] == pytest.approx(m2, rel=1e-6, abs=slack)
    dated = [
        g
        for n in ("approvals", "releases", "acquisitions", "reserves", "supplies", "footprints")
        for g in layers[n].geometry
        if g is not None
    ]
    union = shapely.union_all(dated, grid_size=1e-6)
    parts = np.concatenate([pieces.table.geometry, pieces.slivers.geometry])
    assert shapely.area(parts).sum() == pytest.approx(shapely.area(union), abs=0.05)
    assert shapely.area(shapely.union_all(parts)) == pytest.approx(shapely.area(union), abs=0.05)
    assert shapely.is_valid(parts).all()


def test_moving_everything_moves_the_result():
    layers = layers_of(
        approvals={"a": square(0, 0, 100), "b": rect(99.8, 0, 100, 100)},
        supplies={"s": Polygon([(490_010, 3_900_010), (490_170, 3_900_033), (490_080, 3_900_090)])},
    )
    here, there = cut(layers), cut(moved(layers, 1_000, -250))
    assert here.table["piece_id"].tolist() == there.table["piece_id"].tolist()
    back = shapely.transform(
        np.asarray(there.table.geometry), lambda xy: xy - np.array([1_000, -250])
    )
    off = shapely.symmetric_difference(back, np.asarray(here.table.geometry))
    assert shapely.area(off).max() < 1e-4


def test_splitting_a_supply_in_two_splits_its_pieces_only():
    def layers(supplies):
        return layers_of(approvals={"a": square(0, 0, 100)}, supplies=supplies)

    whole = areas_of(cut(layers({"s": rect(10, 10, 60, 60)})))
    halves = areas_of(cut(layers({"s": rect(10, 10, 60, 25), "t": rect(10, 35, 60, 35)})))
    assert whole["a"] == halves["a"]
    assert whole["a s"] == halves["a s"] + halves["a t"]


def test_progress_rises_to_one():
    told = []
    cut(layers_of(approvals={"a": square(0, 0, 100)}), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_adding_and_withdrawing_a_supply_gives_the_same_pieces_again():
    without = layers_of(
        approvals={"a": square(0, 0, 100), "b": square(100, 0, 100)},
        supplies={"s": square(0, 0, 50)},
    )
    shape = rect(40, 20, 100, 30)
    more = layers_of(
        approvals={"a": square(0, 0, 100), "b": square(100, 0, 100)},
        supplies={"s": square(0, 0, 50), "t": shape},
    )
    first = cut(without)
    grown = renewed_pieces(first, without, more)
    assert same(grown, cut(more))
    assert same(renewed_pieces(grown, more, without), first)


def test_recut_of_nothing_changes_nothing():
    layers = layers_of(approvals={"a": square(0, 0, 100)})
    pieces = cut(layers)
    assert same(renewed_pieces(pieces, layers, layers), pieces)


def test_recut_to_nothing_leaves_nothing():
    shape = square(0, 0, 100)
    layers = layers_of(approvals={"a": shape})
    empty = renewed_pieces(cut(layers), layers, layers_of())
    assert len(empty) == 0
    assert len(empty.links) == 0


def test_every_piece_has_its_set_once():
    pieces = cut(
        layers_of(
            approvals={"a": square(0, 0, 100)},
            supplies={"s": square(0, 0, 30), "t": square(50, 50, 30)},
        )
    )
    sets = sets_of(pieces)
    assert len(set(sets)) == len(sets) == pieces.table["piece_id"].nunique()


@pytest.mark.parametrize("apart", [0.0, 1e-8, 1e-5])
def test_a_vertex_given_twice_loses_no_land(apart):
    corner = (490_100.0, 3_900_050.0)
    again = (490_100.0, 3_900_050.0 + apart)
    left = shapely.Polygon(
        [(490_000, 3_900_000), (490_100, 3_900_000), corner, again, (490_100, 3_900_100),
         (490_000, 3_900_100)]
    )  # fmt: skip
    pieces = cut(layers_of(supplies={"a": left, "b": square(100, 0, 100)}))
    assert areas_of(pieces) == {"a": 10_000, "b": 10_000}
