"""The command line: clean output, one sentence for an error, exit status as promised."""

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from importlib.metadata import version

import geopandas as gpd
import pandas as pd
import pytest
from rich.cells import cell_len

from landgis.cli import main
from landgis.cli import run as command
from landgis.cli.options import Format, Lang
from landgis.cli.show import emit
from tests.conftest import square

NUMBER = "4101002019B00666"


@pytest.fixture
def shell(tmp_path, monkeypatch, capfdbinary):
    """Runs one command line in a folder of its own; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        monkeypatch.setattr("sys.argv", ["landgis", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfdbinary.readouterr()
        return end.value.code, out.decode(), err.decode()

    return run


def write_approvals(path, **columns):
    rows = {"批准编号": ["P1"], "批准时间": ["2010-03-01"], **columns}
    gpd.GeoDataFrame(rows, geometry=[square(0, 0, 300)], crs=4547).to_file(path)


def write_supplies(path, price=1000):
    rows = {
        "电子监管号": [NUMBER],
        "项目名称": ["动力电池厂"],
        "合同签订日期": ["2012-05-31"],
        "约定开工时间": ["2013-05-31"],
        "成交价格(万元)": [price],
    }
    gpd.GeoDataFrame(rows, geometry=[square(0, 0, 100)], crs=4547).to_file(path)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A folder with two files and the record of them: one approval, one idle supply on it."""
    folder = tmp_path_factory.mktemp("town")
    write_approvals(folder / "批次.gpkg")
    write_supplies(folder / "供地.gpkg")
    store = ("--store", str(folder / "landgis.db"))
    assert command(["import", "approvals", str(folder / "批次.gpkg"), *store]) == 0
    assert command(["import", "supplies", str(folder / "供地.gpkg"), *store]) == 0
    return folder


@pytest.fixture
def record(town, tmp_path):
    """A copy of the town's record in the folder of the test."""
    shutil.copytree(town, tmp_path, dirs_exist_ok=True)
    return tmp_path / "landgis.db"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_program_says_which_it_is(shell):
    assert shell("--version") == (0, f"landgis {version('landgis')}\n", "")


def test_a_command_without_server_or_page_loads_neither():
    asked = "import sys; from landgis.cli import run; run(['rules', 'list']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not {"fastapi", "uvicorn", "folium"} & set(done.stdout.split())


def test_help_lists_every_command_with_what_it_does(shell):
    status, out, _ = shell("--help")
    assert status == 0
    for name in ("import", "check", "convert", "stock", "ledger", "idle", "explain", "serve"):
        assert name in out


def test_the_idle_list_goes_to_standard_output_clean(shell, record):
    status, out, err = shell("idle", "--on", "2014-06-01", "--format", "csv")
    assert (status, err) == (0, "")
    [row] = rows_of(out)
    assert (row["supply_id"], row["outcome"], row["fee_yuan"]) == (NUMBER, "fee", "2000000.00")


def test_one_day_earlier_nothing_is_idle_and_the_query_still_succeeds(shell, record):
    status, out, _ = shell("idle", "--on", "2014-05-31", "--format", "csv")
    assert (status, rows_of(out)) == (0, [])


def test_look_ahead_finds_what_becomes_idle_within_the_days(shell, record):
    ask = ("idle", "--on", "2014-05-31", "--standing", "all", "--format", "csv", "--next-within")
    assert rows_of(shell(*ask, "0")[1]) == []
    assert [r["next_on"] for r in rows_of(shell(*ask, "1")[1])] == ["2014-06-01"]


def test_two_runs_write_the_same_bytes(shell, record, tmp_path):
    for name in ("a.xlsx", "b.xlsx", "a.gpkg", "b.gpkg"):
        assert shell("export", "stock", "-o", name, "--on", "2014-06-01")[0] == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_the_ledger_adds_up(shell, record):
    _, out, _ = shell("ledger", "--by", "approval", "--on", "2014-06-01", "--format", "csv")
    first, *_, total = rows_of(out)
    assert (first["key"], total["key"]) == ("P1", "total")
    stages = ("not_acquired", "not_supplied", "not_used", "used", "released", "sliver")
    parts = sum(float(first[f"{name}_m2"]) for name in stages)
    assert parts == pytest.approx(float(first["approved_m2"]), abs=1)


def test_a_story_is_told_in_both_languages_and_as_data(shell, record):
    ask = ("explain", NUMBER, "--on", "2014-06-01")
    assert "满1年" in shell(*ask, "--lang", "zh")[1]
    assert "20%" in shell(*ask, "--lang", "en")[1]
    assert json.loads(shell(*ask, "--format", "json")[1])["on"] == "2014-06-01"


def test_history_has_a_row_a_year(shell, record):
    ask = ("history", "--since", "2011-12-31", "--on", "2014-12-31", "--format", "csv")
    rows = rows_of(shell(*ask)[1])
    assert [row["on"] for row in rows] == ["2011-12-31", "2012-12-31", "2013-12-31", "2014-12-31"]


def test_a_history_up_to_the_first_year_is_asked_like_any_other(shell, record):
    for on in ("0001-01-01", "0010-12-31"):
        status, out, _ = shell("history", "--on", on, "--format", "csv")
        assert (status, float(rows_of(out)[0]["approved_m2"])) == (0, 0)


def test_rows_that_add_up_the_ledger_are_named_in_the_language_of_the_table(shell, record):
    ask = ("ledger", "--on", "2014-06-01", "--lang")
    assert shell(*ask, "en")[1].split("\n")[-2].split()[:2] == ["total", "total"]
    assert shell(*ask, "zh")[1].split("\n")[-2].split()[:2] == ["合计", "合计"]
    assert "合计" in shell("disposal", "--base", "2013-01-01", *ask[1:], "zh")[1]


def test_a_narrow_terminal_cuts_no_number_off(shell, record):
    ask = ("ledger", "--on", "2014-06-01", "--store", str(record), "--lang", "en")
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "landgis", *ask]
    subprocess.run(command, stdout=its, env={**os.environ, "COLUMNS": "80"}, check=True)
    os.close(its)
    assert os.read(ours, 4096).decode().split() == shell(*ask)[1].split()
    os.close(ours)


def test_a_district_is_asked_of_a_record_that_has_none(shell, record):
    status, _, err = shell("stock", "--on", "2014-06-01", "--district", "火星", "--lang", "zh")
    assert (status, err) == (2, "没有行政区“火星”：数据库中尚无行政区，请先导入。\n")


def test_layers_are_named_in_the_language_of_the_table(shell, record):
    ask = ("check", "--on", "2014-06-01", "--lang")
    assert ["  供地  " in shell(*ask, lang)[1] for lang in ("zh", "en")] == [True, False]


def test_a_record_without_contradictions_is_checked_like_any_other(shell, record):
    status, out, _ = shell("check", "--on", "2010-01-01", "--format", "json")
    assert (status, "declared_area" in out) == (0, False)


def test_determine_needs_no_store_and_sums_up_on_standard_error(shell, tmp_path):
    table = pd.DataFrame({"电子监管号": [NUMBER], "合同签订日期": ["2012-05-31"],
                          "约定开工时间": ["2013-05-31"], "成交价格(万元)": ["1000"]})  # fmt: skip
    table.to_csv(tmp_path / "供地.csv", index=False, encoding="gbk")
    ask = ("determine", "供地.csv", "--on", "2014-06-01", "--format", "csv", "--lang", "en")
    status, out, err = shell(*ask)
    assert (status, rows_of(out)[0]["fee_yuan"]) == (0, "2000000.00")
    assert "2,000,000.00" in err
    assert not (tmp_path / "landgis.db").exists()


def test_delays_in_a_file_are_honoured_by_determine(shell, tmp_path):
    (tmp_path / "s.csv").write_text(
        f"电子监管号,合同签订日期,约定开工时间\n{NUMBER},2012-05-31,2013-05-31\n", encoding="gbk"
    )
    (tmp_path / "d.csv").write_text(
        "supply_id,cause,from_on,until_on,status\n"
        f"{NUMBER},petition,2013-07-01,2013-07-10,verified\n"
    )
    ask = ("determine", "s.csv", "--delays", "d.csv", "--on", "2014-06-05", "--format", "csv")
    [row] = rows_of(shell(*ask)[1])
    assert (row["excused_days"], row["outcome"]) == ("10", "agreement")


def test_rules_list_shows_what_is_in_force(shell):
    before = rows_of(shell("rules", "list", "--on", "2012-06-30", "--format", "csv")[1])
    after = rows_of(shell("rules", "list", "--on", "2012-07-01", "--format", "csv")[1])
    fee_before, fee_after = (
        {r["rule"]: r["in_force"] for r in rows if r["kind"] == "fee"} for rows in (before, after)
    )
    assert set(fee_before.values()) == {"false"}
    assert set(fee_after.values()) == {"true"}


def test_convert_needs_no_store(shell, tmp_path):
    write_supplies(tmp_path / "供地.gpkg")
    assert shell("convert", "供地.gpkg", "-o", "out.geojson")[0] == 0
    [feature] = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert feature["properties"]["area_m2"] == pytest.approx(10_000, abs=1)
    assert not (tmp_path / "landgis.db").exists()


REFUSED = {
    "a missing file": (("import", "approvals", "nowhere.gpkg"), 1, "nowhere.gpkg"),
    "a layer nobody knows": (("import", "roads", "批次.gpkg"), 2, "roads"),
    "a kind of issue nobody knows": (("import", "approvals", "批次.gpkg", "--accept", "x"), 2, "x"),
    "a CRS nobody knows": (("import", "approvals", "批次.gpkg", "--crs", "99999"), 1, "99999"),
    "a store from nowhere": (("stock", "--store", "nowhere.db"), 1, "nowhere.db"),
    "a store that is another file": (("stock", "--store", "批次.gpkg"), 1, "批次.gpkg"),
    "a date that is none": (("stock", "--on", "2020-02-30"), 2, "2020-02-30"),
    "a standing nobody knows": (("idle", "--standing", "lazy"), 2, "lazy"),
    "a supply nobody knows": (("explain", "X"), 2, "X"),
    "a revision that is not": (("stock", "--known", "99"), 2, "99"),
    "rules from nowhere": (("idle", "--rules", "nowhere"), 2, "nowhere"),
    "a format nobody writes": (("export", "stock", "-o", "x.dwg"), 2, "x.dwg"),
    "a folder that is not there": (("export", "stock", "-o", "no/x.csv"), 2, "x.csv"),
    "a map to a full disk": (("map", "-o", "/dev/full"), 2, "/dev/full"),
    "a command nobody knows": (("sell",), 2, "sell"),
}


@pytest.mark.parametrize("claim", REFUSED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_sentence_and_an_exit_status_for(shell, record, monkeypatch, lang, claim):
    monkeypatch.setenv("LANDGIS_LANG", lang)
    words, status, said = REFUSED[claim]
    before = record.read_bytes()
    code, out, err = shell(*words)
    assert (code, out) == (status, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert record.read_bytes() == before


def test_check_says_with_its_status_whether_a_file_can_be_imported(shell, tmp_path):
    write_approvals(tmp_path / "good.gpkg")
    write_approvals(tmp_path / "bad.gpkg", 批准时间=["去年春天"])
    assert shell("check", "good.gpkg", "--layer", "approvals")[0] == 0
    status, out, _ = shell("check", "bad.gpkg", "--layer", "approvals", "--format", "csv")
    assert status == 1
    assert "date_unreadable" in {row["kind"] for row in rows_of(out)}


def test_a_refused_import_records_nothing_and_names_the_way_out(shell, tmp_path, record):
    write_approvals(tmp_path / "bad.gpkg", 批准时间=["去年春天"])
    before = record.read_bytes()
    status, _, err = shell("import", "approvals", "bad.gpkg")
    assert status == 1
    assert "--accept date_unreadable" in err
    assert record.read_bytes() == before


def test_check_lists_contradictions_of_the_store(shell, record):
    _, out, _ = shell("check", "--on", "2014-06-01", "--format", "csv")
    assert "supply_before_acquisition" in {row["kind"] for row in rows_of(out)}
    assert shell("check", "--conflicts", "-o", "c.geojson", "--on", "2014-06-01")[0] == 0
    assert json.loads((record.parent / "c.geojson").read_text())["features"]


def test_a_message_spells_out_what_a_terminal_would_obey(shell, record):
    for lang, said in (("en", "neither"), ("zh", "既不是")):
        words = ("stock", "--known", "a\x1b[31mb\nc\u202ed", "--lang", lang)
        status, out, err = shell(*words)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "a\\u001b[31mb\\u000ac\\u202ed" in err
        assert said in err
    assert "\x1b" not in shell("--bad\x1b[31m")[2]
    status, _, err = shell("explain", "\udcff")
    assert (status, "UTF-8" in err) == (2, True)


def test_a_revision_that_is_not_there_is_told_alike_however_long_its_number(shell, record):
    for number in ("99", "9" * 30):
        assert (
            f"there is no revision {number}: "
            in shell("stock", "--known", number, "--lang", "en")[2]
        )


@pytest.mark.parametrize("words", [("stock",), ("revisions", "list"), ("case", "due")])
def test_the_title_of_a_table_is_in_the_language_asked_for(words, shell, record):
    assert shell(*words, "--lang", "en")[1].splitlines()[0].isascii()
    assert not shell(*words, "--lang", "zh")[1].splitlines()[0].isascii()


def test_an_empty_record_says_so_once(shell):
    assert shell("store", "init")[0] == 0
    assert shell("stock", "--format", "csv")[2].count("The record is empty") == 1


def test_a_table_in_a_pipe_has_a_line_for_each_row_as_wide_as_it_needs(shell, record):
    status, out, _ = shell("check", "--on", "2025-12-31")
    title, _, head, rule, *rows = out.splitlines()
    assert (status, title) == (0, "数据问题")
    assert head.split() == ["严重程度", "类型", "图层", "要素编号", "文件", "行", "说明"]
    assert max(cell_len(row) for row in rows) <= cell_len(rule)
    _, told, _ = shell("check", "--on", "2025-12-31", "--format", "csv")
    assert len(rows) == len(list(csv.DictReader(io.StringIO(told)))) > 0
    assert not any(" -1 " in row for row in rows)


def test_a_table_on_a_terminal_shows_markup_in_a_name_as_text(monkeypatch):
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb") as told, os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr("sys.stdout", terminal)
        names = pd.DataFrame({"project": ["[red]甲[/red] :cat: [/]"]})
        emit(names, Format.TABLE, None, lang=Lang.ZH, title=("names", "名称"))
        terminal.flush()
        assert "[red]甲[/red] :cat: [/]" in told.read1().decode()
