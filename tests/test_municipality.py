"""The made-up city: the right files, the same bytes for a seed, every planted flaw found."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from landgis.conflicts import conflicts
from landgis.determine import assess
from landgis.intake import Options, read_layer
from landgis.partition import cut
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.stage import prepare, stage_on
from landgis.stations import Layer
from landgis.terms import Cause, DelayStatus, Stage

SCRIPT = Path(__file__).parents[1] / "data" / "municipality.py"
TODAY = date(2025, 12, 31)
COUNTS = {
    "districts": 12,
    "parks": 8,
    "approvals": 300,
    "releases": 40,
    "acquisitions": 900,
    "reserves": 60,
    "supplies": 2501,
    "footprints": 4000,
}


def started(folder, seed, hash_seed):
    """The generator at work in another process."""
    command = [sys.executable, str(SCRIPT), "--out", str(folder), "--seed", str(seed)]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, stdout=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def cities(tmp_path_factory):
    """Three cities made at once: seed 38, seed 38 again, and seed 7."""
    root = tmp_path_factory.mktemp("cities")
    wanted = {"first": (38, "1"), "again": (38, "2"), "other": (7, "1")}
    made = {name: started(root / name, seed, salt) for name, (seed, salt) in wanted.items()}
    said = {name: process.communicate(timeout=1500)[0] for name, process in made.items()}
    assert all(process.returncode == 0 for process in made.values())
    return {name: (root / name, said[name]) for name in made}


@pytest.fixture(scope="module")
def source(cities):
    """The folder of the city that the demo uses."""
    return cities["first"][0]


@pytest.fixture(scope="module")
def planted(source):
    """The list of what is wrong on purpose."""
    return json.loads((source / "planted.json").read_text(encoding="utf-8"))


def import_lines(folder):
    """The import commands of a city as lists of words."""
    lines = (folder / "imports.txt").read_text(encoding="utf-8").splitlines()
    return [shlex.split(line) for line in lines if not line.startswith("#")]


def told(words, option):
    """The values that a command gives to an option."""
    return [words[i + 1] for i, word in enumerate(words) if word == option]


@pytest.fixture(scope="module")
def imported(source):
    """Every import read as the command would: (words, layer, issues)."""
    out = []
    for words in import_lines(source):
        part = told(words, "--source-layer")
        options = Options(source_layer=part[0] if part else None, today=TODAY)
        out.append((words, *read_layer(source / words[2], words[1], options)))
    return out


@pytest.fixture(scope="module")
def layers(imported):
    """The layers of the city; a layer that came in two files is put together."""
    out = {}
    for name in LAYERS:
        parts = [layer for _, layer, _ in imported if layer.name == name]
        table = pd.concat([p.table for p in parts], ignore_index=True)
        rows = np.concatenate([p.rows for p in parts])
        out[name] = Layer(name, table if len(parts) > 1 else parts[0].table, rows)
    return out


@pytest.fixture(scope="module")
def assessment(layers):
    """What the rules say of the city at the end of 2025."""
    return assess(layers, load_rules(), TODAY)


@pytest.fixture(scope="module")
def covers(layers):
    """The city cut into pieces, with the dates of each."""
    return prepare(cut(layers), layers)


def test_every_layer_has_as_many_rows_as_the_city_was_designed_with(imported):
    counts = Counter()
    for _, layer, _ in imported:
        counts[layer.name] += len(layer)
    assert {name: counts[name] for name in COUNTS} == COUNTS
    assert all(counts[name] > 100 for name in ("amendments", "delays", "holders"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(cities):
    def digests(name):
        folder = cities[name][0]
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}

    first, again, other = (digests(name) for name in ("first", "again", "other"))
    assert first == again
    assert first.keys() == other.keys()
    assert all(first[n] != other[n] for n in first if n.endswith((".gpkg", ".shp", ".csv")))


def test_the_script_prints_one_line_a_table(cities):
    folder, said = cities["first"]
    assert len(said.splitlines()) == len(import_lines(folder)) + 1


def test_every_word_after_import_is_a_file_that_is_there(source):
    assert all((source / words[2]).is_file() for words in import_lines(source))
    assert [words[0] for words in import_lines(source)] == ["import"] * 12


def test_shapefiles_are_gbk_with_short_names_and_no_code_page(source):
    for stem in ("征地", "储备"):
        assert not (source / f"{stem}.cpg").exists()
        fields = pyogrio.read_info(source / f"{stem}.shp")["fields"]
        assert all(f.isascii() and len(f) <= 10 for f in fields)
    body = (source / "储备.dbf").read_bytes()
    assert "收购".encode("gbk") in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_text_tables_are_gbk_with_chinese_headers(source):
    for name, header in (
        ("闲置原因.csv", "电子监管号,适用范围"),
        ("供地台账_无图形.csv", "批准编号"),
    ):
        body = (source / name).read_bytes()
        assert header in body.decode("gbk").splitlines()[0]
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


def test_the_workbook_has_two_sheets_with_a_title_over_the_header(source):
    book = openpyxl.load_workbook(source / "合同变更台账.xlsx")
    assert book.sheetnames == ["补充协议", "权利人变更"]
    assert book["补充协议"]["A1"].value.startswith("云泽市补充协议台账")
    assert book["补充协议"]["A2"].value == "电子监管号"


def test_the_layers_come_in_three_coordinate_systems_of_one_datum(source):
    found = {
        path.name: pyogrio.read_info(path, layer=0)["crs"]
        for path in [*source.glob("*.gpkg"), *source.glob("*.shp"), *source.glob("*.geojson")]
    }
    assert set(found.values()) == {"EPSG:4547", "EPSG:4526", "EPSG:4490"}


def test_districts_tile_the_city_with_exactly_shared_borders(source):
    shapes = pyogrio.read_dataframe(source / "行政区.geojson").geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_geometries(shapely.coverage_union_all(shapes)) == 1


def test_neighbouring_acquisitions_share_their_borders_and_never_overlap(source):
    shapes = pyogrio.read_dataframe(source / "征地.shp", encoding="gbk").geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    near = one < two
    common = shapely.intersection(shapes[one[near]], shapes[two[near]])
    assert shapely.area(common).max() < 1e-6
    assert (shapely.length(common) > 50).sum() > 500


def test_there_are_holes_and_multipart_features(layers):
    for name in ("approvals", "acquisitions", "supplies", "footprints"):
        parts, owner = shapely.get_parts(layers[name].geometry, return_index=True)
        assert shapely.get_num_interior_rings(parts).max() > 0, name
        if name in ("approvals", "supplies"):
            assert (np.bincount(owner) > 1).sum() > 10, name


def test_everything_is_valid_but_the_planted_bow_tie(source, planted):
    crossed = []
    for path in [*source.glob("*.gpkg"), *source.glob("*.shp"), *source.glob("*.geojson")]:
        for name in pyogrio.list_layers(path)[:, 0]:
            shapes = pyogrio.read_dataframe(path, layer=name, columns=[]).geometry.to_numpy()
            rows = np.flatnonzero(~shapely.is_valid(shapes)) + 1
            crossed += [(path.name, int(row)) for row in rows]
    listed = [(p["file"], p["row"]) for p in planted if p["kind"] == "geometry_repaired"]
    assert crossed == listed
    assert len(listed) == 1


def test_imports_accept_exactly_the_errors_that_are_there(imported):
    for words, _, issues in imported:
        errors = set(issues.loc[issues["severity"] == "error", "kind"])
        assert errors == set(told(words, "--accept")), words


def test_every_planted_flaw_is_found_where_it_was_planted(
    planted, imported, assessment, layers, covers
):
    read = pd.concat(
        [issues.assign(file=words[2], layer=words[1]) for words, _, issues in imported]
    )
    by_row = set(zip(read["kind"], read["file"], read["row"], strict=True))
    judged = set(zip(assessment.issues["kind"], assessment.issues["feature_id"], strict=True))
    clashes = conflicts(covers, TODAY)
    double = clashes[clashes["kind"] == "double_supply"]
    pairs = {frozenset(p) for p in zip(double["feature_a"], double["feature_b"], strict=True)}
    lost = [
        p
        for p in planted
        if (p["kind"], p["file"], p["row"]) not in by_row
        and (p["kind"], p["feature_id"]) not in judged
        and frozenset([p["feature_id"], p.get("other")]) not in pairs
    ]
    assert not lost
    assert len(pairs) == sum(p["kind"] == "double_supply" for p in planted)
    assert len({p["kind"] for p in planted}) == 14


def test_only_the_planted_credit_codes_are_wrong(imported, planted):
    wrong = sum((issues["kind"] == "credit_code_invalid").sum() for *_, issues in imported)
    assert wrong == sum(p["kind"] == "credit_code_invalid" for p in planted)


def test_nothing_has_happened_after_the_end_of_2025_but_one_planted_year(layers):
    late = 0
    for layer in layers.values():
        dates = layer.table.select_dtypes("datetime")
        past = dates[[c for c in dates if not c.startswith("agreed")]]
        if layer.name == "amendments":
            past = past[["signed_on"]]
        late += int((past > pd.Timestamp(TODAY)).to_numpy().sum())
    assert late == 1


def test_a_believable_share_of_supplies_is_idle_with_every_outcome(assessment):
    supplies = assessment.supplies[assessment.supplies["standing"] != "returned"]
    idle = supplies[supplies["standing"].isin(["idle", "suspended_idle"])]
    assert 0.08 <= len(idle) / len(supplies) <= 0.12
    outcomes = Counter(supplies["outcome"])
    assert all(outcomes[o] >= 10 for o in ("reclaim", "fee", "agreement", "review"))
    assert {"conditional", "proven"} <= set(idle["basis"])
    assert (supplies["standing"] == "undated").sum() >= 5


def test_delays_have_every_cause_in_every_status_and_every_scope(layers):
    table = layers["delays"].table
    met = set(zip(table["cause"], table["status"], strict=True))
    assert met == {(c.value, s.value) for c in Cause for s in DelayStatus}
    scopes = set(table["scope"].dropna()) - {""}
    assert "all" in scopes
    assert any(scope.isdigit() and len(scope) == 6 for scope in scopes)


def test_every_stage_and_every_conflict_of_land_is_on_the_map(covers, layers):
    pieces = covers.pieces.table
    stages = stage_on(covers, TODAY)
    area = pieces["area_m2"].groupby(stages["stage"].to_numpy(), observed=False).sum()
    share = area / area.sum()
    assert share[Stage.USED] > 0.5
    for stage in (
        Stage.SUPPLIED_NOT_USED,
        Stage.ACQUIRED_NOT_SUPPLIED,
        Stage.APPROVED_NOT_ACQUIRED,
    ):
        assert 0.05 < share[stage] < 0.2, stage
    assert 0.01 < share[Stage.RELEASED] < 0.1
    kinds = set(conflicts(covers, TODAY)["kind"])
    assert kinds >= {
        "double_supply",
        "double_approval",
        "use_without_supply",
        "supply_before_acquisition",
        "acquisition_without_approval",
        "across_districts",
        "declared_area",
    }
