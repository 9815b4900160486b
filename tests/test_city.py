"""The generator of the bench city makes what the bench says it measures."""

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis.partition import cut
from landgis.schema import DATED, DTYPES, LAYERS, REFERENCE
from tests.bench.city import city, grown
from tests.test_partition import assert_balanced

SMALL = 0.02


@pytest.fixture(scope="module")
def layers():
    """A fiftieth of the city."""
    return city(SMALL)


def test_every_layer_is_there_with_its_columns_and_types(layers):
    assert list(layers) == list(LAYERS)
    for name, schema in LAYERS.items():
        table = layers[name].table
        assert tuple(table.columns[: len(schema.names)]) == schema.names
        assert all(table[c.name].dtype == DTYPES[c.kind] for c in schema.columns)


def test_the_layers_have_the_promised_proportion(layers):
    sizes = {n: len(layers[n]) for n in ("approvals", "acquisitions", "supplies", "footprints")}
    assert sizes == {"approvals": 40, "acquisitions": 120, "supplies": 400, "footprints": 800}
    assert (len(layers["districts"]), len(layers["parks"])) == (12, 8)


def test_every_polygon_is_valid_and_every_id_is_its_own(layers):
    for name in (*DATED, *REFERENCE):
        assert shapely.is_valid(layers[name].geometry).all()
        assert layers[name].table[LAYERS[name].identity].is_unique


def test_the_same_seed_gives_the_same_city_and_another_seed_another(layers):
    again, other = city(SMALL), city(SMALL, seed=8)
    for name in LAYERS:
        pd.testing.assert_frame_equal(layers[name].table, again[name].table)
    assert not layers["supplies"].table.equals(other["supplies"].table)


def test_shared_borders_are_off_by_centimetres_and_some_land_overlaps_in_earnest(layers):
    shape = layers["approvals"].geometry
    a, b = shapely.STRtree(shape).query(shape, predicate="intersects")
    overlap = shapely.area(shapely.intersection(shape[a[a < b]], shape[b[a < b]]))
    assert np.mean((overlap > 0) & (overlap < 300)) > 0.3
    supplies = layers["supplies"].geometry
    a, b = shapely.STRtree(supplies).query(supplies, predicate="intersects")
    twice = shapely.area(shapely.intersection(supplies[a[a < b]], supplies[b[a < b]]))
    assert (twice > 0.9 * shapely.area(supplies[a[a < b]])).sum() == 12


def test_districts_tile_the_city_without_a_gap(layers):
    districts = layers["districts"].geometry
    assert shapely.coverage_is_valid(districts)
    assert shapely.union_all(districts).geom_type == "Polygon"


def test_land_supplied_again_was_returned_before(layers):
    table = layers["supplies"].table
    again = table["returned_on"].notna()
    assert again.sum() == 12
    assert (table.loc[again, "returned_on"] > table.loc[again, "supplied_on"]).all()


def test_a_province_is_cities_side_by_side():
    two = city(2.0)["districts"]
    assert len(two) == 24
    assert two.table["district_code"].is_unique
    first, second = (shapely.union_all(two.geometry[k]) for k in (slice(12), slice(12, 24)))
    assert not first.intersects(second)


def test_new_supplies_come_on_top_of_the_same_city():
    before, after, touched = grown(5, SMALL)
    old, new = before["supplies"].table, after["supplies"].table
    assert (len(old), len(new), len(touched)) == (400, 405, 5)
    fresh = ~new["supply_id"].isin(old["supply_id"])
    assert shapely.equals(new.geometry[fresh].to_numpy(), touched).all()
    pd.testing.assert_frame_equal(new[~fresh].reset_index(drop=True), old)


def test_the_city_is_cut_into_valid_disjoint_pieces_and_every_approval_balances(layers):
    assert_balanced(layers, cut(layers))
