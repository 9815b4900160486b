"""What was known: every command that reads answers again as it did, however the moment is said."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pytest
from typer.main import get_command

from landgis.cli import app, load_commands
from landgis.intake import finish_cut, import_files
from landgis.store import open_store
from landgis.store.history import CHINA
from tests.conftest import square
from tests.test_api import serving
from tests.test_cli import NUMBER, record, shell, town  # noqa: F401
from tests.test_procedure import COMMON, entry

ON = ("--on", "2024-03-01")
RECORDED = ("fee-decision", NUMBER, "--draft", "-o", "answer.docx")
ASKED = {
    "stock": (*ON, "--format", "csv"),
    "ledger": (*ON, "--format", "csv"),
    "history": ("--since", "2022-12-31", *ON, "--format", "csv"),
    "disposal": ("--base", "2012-12-31", *ON, "--format", "csv"),
    "idle": ("--standing", "all", *ON, "--format", "csv"),
    "explain": (NUMBER, *ON),
    "bonds": (*ON, "--format", "csv"),
    "publish": (*ON, "--format", "html", "-o", "answer.html"),
    "check": (*ON, "--format", "csv"),
    "export": ("supplies", "-o", "answer.geojson"),
    "notice": (*RECORDED, *ON),
    "map": ("-o", "answer.html", *ON),
    "case show": (NUMBER, *ON, "--format", "csv"),
    "case due": (*ON, "--format", "csv"),
    "case file": (NUMBER, "--format", "csv"),
    "revisions lineage": ("--format", "csv"),
}
THEN = 3
"""The revision whose answers are asked for again."""


def readers(command, name=""):
    """Every command that takes ``--known`` as a revision or a time."""
    for own, found in getattr(command, "commands", {}).items():
        yield from readers(found, f"{name} {own}".strip())
    if any("--known" in p.opts and p.metavar == "REV|TIME" for p in command.params):
        yield name


@pytest.fixture(scope="module")
def later(town, tmp_path_factory):  # noqa: F811
    """The town with a case, and some weeks later with another price, shape and step of it."""
    path = tmp_path_factory.mktemp("later") / "landgis.db"
    shutil.copy(town / "landgis.db", path)
    before = path.with_name("before.db")
    with_case(path, COMMON[:1])
    shutil.copy(path, before)
    store = open_store(path)
    begun = store.revisions()[THEN].at
    store.close()
    store = open_store(path, clock=lambda: begun + timedelta(days=40))
    changed = path.with_name("changed.gpkg")
    rows = {
        "电子监管号": [NUMBER, "4107022012B00002"],
        "项目名称": ["电池厂（二期）", "新项目"],
        "合同签订日期": ["2012-05-31", "2012-06-01"],
        "约定开工时间": ["2014-05-31", "2013-06-01"],
        "成交价格(万元)": [7, 8],
    }
    shapes = [square(0, 0, 90), square(150, 0, 50)]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4547).to_file(changed)
    import_files(store, "supplies", [changed])
    finish_cut(store)
    store.close()
    with_case(path, COMMON[1:])
    return path, before


def with_case(path, steps):
    store = open_store(path)
    for step, on in steps:
        store.enter(replace(entry(step, on), supply_id=NUMBER))
    store.close()


def answer(shell, command, *more):  # noqa: F811
    for old in Path().glob("answer.*"):
        old.unlink()
    status, out, said = shell(*command.split(), *ASKED[command], *more)
    assert status == (1 if command == "check" and "error" in out else 0), said
    return [out, *(file.read_bytes() for file in sorted(Path().glob("answer.*")))]


def test_every_command_that_reads_is_asked_here():
    load_commands()
    assert set(readers(get_command(app))) == set(ASKED)


@pytest.mark.parametrize("command", ASKED)
def test_an_old_state_of_the_record_is_answered_again_byte_for_byte(shell, later, command):  # noqa: F811
    path, before = later
    then = answer(shell, command, "--store", before)
    now = answer(shell, command, "--store", path)
    assert now != then or command == "revisions lineage"
    listed = json.loads(shell("revisions", "list", "--store", path, "--format", "json")[1])
    at = listed[THEN]["at"]
    known = (str(THEN), at, at[: -len("+08:00")], at[: len("2026-03-31")])
    by_turns = known[list(ASKED).index(command) % len(known)]
    assert answer(shell, command, "--store", path, "--known", by_turns) == then, by_turns


@pytest.mark.parametrize("command", ASKED)
def test_what_is_no_moment_or_none_of_the_record_is_one_sentence(shell, later, command):  # noqa: F811
    wrong = (("昨天", "既不是版本号也不是时间"), ("99", "没有数据版本 99"), ("", "既不"))
    known, told = wrong[list(ASKED).index(command) % len(wrong)]
    status, out, err = shell(
        *command.split(), *ASKED[command], "--store", later[0], "--known", known
    )
    assert (status, out, len(err.strip().splitlines())) == (2, "", 1), err
    assert told in err
    assert not list(Path().glob("answer.*"))


def test_the_interface_answers_for_the_same_moments(later):
    path, _ = later
    with serving(path) as client:
        store = open_store(path)
        at = store.revisions()[THEN].at.astimezone(CHINA)
        store.close()
        moments = (str(THEN), at.isoformat(), f"{at:%Y-%m-%d}", at.isoformat().replace("+", " "))
        for asked in ("stock", "ledger", "idle-parcels", f"supplies/{NUMBER}", "history"):
            told = [
                client.get(f"/api/v1/{asked}", params={"on": "2024-03-01", "known": known})
                for known in moments
            ]
            assert [answer.status_code for answer in told] == [200] * len(moments), asked
            assert len({answer.content for answer in told}) == 1
            now = client.get(f"/api/v1/{asked}", params={"on": "2024-03-01"})
            assert now.content != told[0].content
        refused = client.get("/api/v1/stock", params={"known": "昨天"})
        assert refused.status_code == 400
