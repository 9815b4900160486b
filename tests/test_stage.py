"""What a piece is on a date: one table of cases, one of conflicts, and the days between."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import StoreError
from landgis.stage import COLUMNS, prepare, stage_on
from landgis.terms import Stage
from tests.worlds import hand_made, layers, strip, world


def piece_on(on, **rows):
    """The single piece of a world of strips over one square."""
    placed = {name: [strip(name, 0, **row) for row in some] for name, some in rows.items()}
    known, pieces = world(**placed)
    return stage_on(prepare(pieces, known), date.fromisoformat(on)).iloc[0]


APPROVED = {"approvals": [{"approved_on": "2010-01-01"}]}
ACQUIRED = APPROVED | {"acquisitions": [{"completed_on": "2011-01-01"}]}
SUPPLIED = ACQUIRED | {"supplies": [{"supplied_on": "2012-01-01"}]}


def supplied(**more):
    return ACQUIRED | {"supplies": [{"supplied_on": "2012-01-01", **more}]}


CASES = [
    # what is recorded, on which day, stage
    (APPROVED, "2009-12-31", Stage.OUTSIDE),
    (APPROVED, "2010-01-01", Stage.APPROVED_NOT_ACQUIRED),
    (ACQUIRED, "2010-12-31", Stage.APPROVED_NOT_ACQUIRED),
    (ACQUIRED, "2011-01-01", Stage.ACQUIRED_NOT_SUPPLIED),
    (SUPPLIED, "2011-12-31", Stage.ACQUIRED_NOT_SUPPLIED),
    (SUPPLIED, "2012-01-01", Stage.SUPPLIED_NOT_USED),
    (
        APPROVED | {"acquisitions": [{"announced_on": "2010-05-01"}]},
        "2020-01-01",
        Stage.APPROVED_NOT_ACQUIRED,
    ),
    (
        {"approvals": [{"approved_on": "2010-01-01", "needs_acquisition": False}]},
        "2010-01-01",
        Stage.ACQUIRED_NOT_SUPPLIED,
    ),
    (supplied(started_on="2013-01-01"), "2012-12-31", Stage.SUPPLIED_NOT_USED),
    (supplied(started_on="2013-01-01"), "2013-01-01", Stage.USED),
    (supplied(completed_on="2013-01-01"), "2013-01-01", Stage.USED),
    (supplied(started_on="2011-06-01"), "2011-12-31", Stage.ACQUIRED_NOT_SUPPLIED),
    (supplied(started_on="2011-06-01"), "2012-01-01", Stage.USED),
    (
        supplied(started_on="2013-01-01", returned_on="2014-01-01"),
        "2014-01-01",
        Stage.ACQUIRED_NOT_SUPPLIED,
    ),
    (
        {"supplies": [{"supplied_on": "2012-01-01", "returned_on": "2014-01-01"}]},
        "2014-01-01",
        Stage.ACQUIRED_NOT_SUPPLIED,
    ),
    (SUPPLIED | {"footprints": [{"observed_on": "2013-01-01"}]}, "2013-01-01", Stage.USED),
    (
        SUPPLIED | {"footprints": [{"observed_on": "2013-01-01", "removed_on": "2014-01-01"}]},
        "2014-01-01",
        Stage.SUPPLIED_NOT_USED,
    ),
    (
        ACQUIRED | {"footprints": [{"observed_on": "2013-01-01"}]},
        "2013-01-01",
        Stage.ACQUIRED_NOT_SUPPLIED,
    ),
    ({"footprints": [{"observed_on": "2013-01-01"}]}, "2013-01-01", Stage.OUTSIDE),
    (
        ACQUIRED | {"releases": [{"decided_on": "2012-01-01", "kind": "lapsed"}]},
        "2012-01-01",
        Stage.RELEASED,
    ),
    (
        SUPPLIED | {"releases": [{"decided_on": "2011-06-01", "kind": "adjusted"}]},
        "2012-01-01",
        Stage.SUPPLIED_NOT_USED,
    ),
    (
        {"approvals": [{"approved_on": "2010-01-01", "withdrawn_on": "2015-01-01"}]},
        "2014-12-31",
        Stage.APPROVED_NOT_ACQUIRED,
    ),
    (
        {"approvals": [{"approved_on": "2010-01-01", "withdrawn_on": "2015-01-01"}]},
        "2015-01-01",
        Stage.RELEASED,
    ),
    (
        {"reserves": [{"in_on": "2012-01-01", "out_on": "2013-01-01"}]},
        "2012-12-31",
        Stage.ACQUIRED_NOT_SUPPLIED,
    ),
    ({"reserves": [{"in_on": "2012-01-01", "out_on": "2013-01-01"}]}, "2013-01-01", Stage.OUTSIDE),
]


@pytest.mark.parametrize(("rows", "on", "stage"), CASES)
def test_the_stage_is_the_first_that_holds(rows, on, stage):
    assert piece_on(on, **rows)["stage"] == stage.value


SINCE = [
    (APPROVED, "2015-01-01", "2010-01-01"),
    (SUPPLIED, "2010-12-31", "2010-01-01"),
    (SUPPLIED, "2015-01-01", "2012-01-01"),
    # a second approval or a reserve in between changes nothing about the stage
    (
        {"approvals": [{"approved_on": "2010-01-01"}, {"approved_on": "2012-01-01"}]},
        "2015-01-01",
        "2010-01-01",
    ),
    (
        ACQUIRED | {"reserves": [{"in_on": "2013-01-01", "out_on": "2014-01-01"}]},
        "2015-01-01",
        "2011-01-01",
    ),
    # returned and supplied again on one day: it is the new supply that counts from the old day
    (
        ACQUIRED
        | {
            "supplies": [
                {"supplied_on": "2012-01-01", "returned_on": "2014-01-01"},
                {"supplied_on": "2014-01-01"},
            ]
        },
        "2015-01-01",
        "2012-01-01",
    ),
    # back in stock: it counts from the return
    (supplied(returned_on="2014-01-01"), "2015-01-01", "2014-01-01"),
    # a day that lies after the date has not happened
    (supplied(started_on="2016-01-01"), "2015-01-01", "2012-01-01"),
]


@pytest.mark.parametrize(("rows", "on", "since"), SINCE)
def test_a_piece_is_in_its_stage_since_the_day_it_entered_it(rows, on, since):
    assert piece_on(on, **rows)["since_on"] == pd.Timestamp(since)


def test_land_that_nothing_covers_yet_is_outside_since_no_day():
    assert pd.isna(piece_on("2000-01-01", **APPROVED)["since_on"])


BUILT = {"footprints": [{"observed_on": "2013-01-01"}]}
FLAGS = [
    (supplied(started_on="2013-01-01"), {"unbuilt"}),
    (supplied(started_on="2013-01-01") | BUILT, {"in_use"}),
    (SUPPLIED, set()),
    (ACQUIRED | BUILT, {"in_use", "built_unsupplied", "conflict"}),
    (BUILT, {"in_use"}),
    (
        APPROVED | BUILT | {"releases": [{"decided_on": "2012-01-01", "kind": "written_off"}]},
        {"in_use"},
    ),
    (
        APPROVED | BUILT | {"releases": [{"decided_on": "2012-01-01", "kind": "lapsed"}]},
        {"in_use", "built_unsupplied", "conflict"},
    ),
    ({"reserves": [{"in_on": "2012-01-01"}]}, {"reserved"}),
    (supplied(returned_on="2014-01-01"), {"returned"}),
    (
        ACQUIRED
        | {
            "supplies": [
                {"supplied_on": "2012-01-01", "returned_on": "2014-01-01"},
                {"supplied_on": "2014-01-01"},
            ]
        },
        set(),
    ),
    (
        ACQUIRED | {"supplies": [{"supplied_on": "2012-01-01"}, {"supplied_on": "2013-01-01"}]},
        {"conflict"},
    ),
    ({"acquisitions": [{"completed_on": "2012-01-01"}]}, {"conflict"}),
    (APPROVED | {"supplies": [{"supplied_on": "2012-01-01"}]}, {"conflict"}),
    (
        APPROVED | {"supplies": [{"supplied_on": "2012-01-01", "land_source": "现有建设用地"}]},
        set(),
    ),
    (
        APPROVED | {"supplies": [{"supplied_on": "2012-01-01", "land_ownership": "collective"}]},
        set(),
    ),
    (
        APPROVED
        | {
            "supplies": [{"supplied_on": "2012-01-01"}],
            "reserves": [{"in_on": "2011-01-01", "out_on": "2012-01-01"}],
        },
        set(),
    ),
    (
        {"approvals": [{"approved_on": "2010-01-01"}, {"approved_on": "2012-01-01"}]},
        {"conflict"},
    ),
]


@pytest.mark.parametrize(("rows", "flags"), FLAGS)
def test_flags_say_what_the_stage_does_not(rows, flags):
    found = piece_on("2015-01-01", **rows)
    assert {name for name in COLUMNS if found[name] is True or found[name] is np.True_} == flags


def test_a_partition_without_pieces_has_no_stages():
    known, pieces = world()
    assert stage_on(prepare(pieces, known), date(2020, 1, 1)).empty


def test_pieces_that_know_a_feature_the_record_does_not_are_refused():
    pieces = hand_made([strip("x", 0)["geometry"]], [(0, "supplies", "ghost")])
    with pytest.raises(StoreError, match="ghost"):
        prepare(pieces, layers())


days = st.dates(date(2010, 1, 1), date(2012, 12, 31)).map(str)
perhaps = st.one_of(st.none(), days)
worlds = st.fixed_dictionaries(
    {
        "approvals": st.lists(
            st.fixed_dictionaries(
                {
                    "approved_on": days,
                    "withdrawn_on": perhaps,
                    "needs_acquisition": st.sampled_from([None, True, False]),
                }
            ),
            max_size=2,
        ),
        "acquisitions": st.lists(
            st.fixed_dictionaries({"announced_on": days, "completed_on": perhaps}), max_size=2
        ),
        "reserves": st.lists(st.fixed_dictionaries({"in_on": days, "out_on": perhaps}), max_size=2),
        "releases": st.lists(
            st.fixed_dictionaries(
                {"decided_on": days, "kind": st.sampled_from(["lapsed", "written_off"])}
            ),
            max_size=1,
        ),
        "supplies": st.lists(
            st.fixed_dictionaries(
                {
                    "supplied_on": days,
                    "started_on": perhaps,
                    "completed_on": perhaps,
                    "returned_on": perhaps,
                }
            ),
            max_size=2,
        ),
        "footprints": st.lists(
            st.fixed_dictionaries({"observed_on": days, "removed_on": perhaps}), max_size=2
        ),
    }
)


def by_the_letter(rows, on):
    """The table of stages read out row by row, with no thought for speed."""

    def happened(day):
        return day is not None and day <= on

    def in_force(row, opens, closes=None):
        return happened(row[opens]) and not (closes and happened(row[closes]))

    supply = [s for s in rows["supplies"] if in_force(s, "supplied_on", "returned_on")]
    built = any(in_force(f, "observed_on", "removed_on") for f in rows["footprints"])
    approvals = [a for a in rows["approvals"] if in_force(a, "approved_on")]
    if any(happened(s["started_on"]) or happened(s["completed_on"]) or built for s in supply):
        return Stage.USED
    if supply:
        return Stage.SUPPLIED_NOT_USED
    released = [r for r in rows["releases"] if in_force(r, "decided_on")]
    if released or any(happened(a["withdrawn_on"]) for a in rows["approvals"]):
        return Stage.RELEASED
    if (
        any(in_force(a, "completed_on") for a in rows["acquisitions"])
        or any(in_force(r, "in_on", "out_on") for r in rows["reserves"])
        or any(happened(s["returned_on"]) for s in rows["supplies"])
        or any(a["needs_acquisition"] is False for a in approvals)
    ):
        return Stage.ACQUIRED_NOT_SUPPLIED
    return Stage.APPROVED_NOT_ACQUIRED if approvals else Stage.OUTSIDE


@settings(max_examples=40)
@given(st.lists(worlds, min_size=1, max_size=6), st.lists(days, min_size=1, max_size=5))
def test_any_record_has_the_stage_that_the_table_gives_on_any_date(places, dates):
    placed = {
        name: [strip(name, i, **row) for i, rows in enumerate(places) for row in rows[name]]
        for name in places[0]
    }
    known, pieces = world(**placed)
    covers = prepare(pieces, known)
    for on in dates:
        found = sorted(stage_on(covers, date.fromisoformat(on))["stage"])
        assert found == sorted(by_the_letter(rows, on) for rows in places if any(rows.values()))
