"""A person's correction outlives imports, and the supplier gets a report to mend the source by."""

import geopandas as gpd
import openpyxl
import pytest

from landgis import corrections, intake
from landgis.cli import main
from landgis.errors import ChangedMeanwhile, NotFound, UsageError
from landgis.intake import Options
from landgis.readers.rules import load_rules
from landgis.store import open_store
from tests.conftest import square

NUMBER = "4101002019B00666"


def supplies(path, price="1000", start="2020-05-31"):
    columns = {"电子监管号": [NUMBER], "合同签订日期": ["2019-05-31"], "约定开工时间": [start],
               "成交价格(万元)": [price]}  # fmt: skip
    gpd.GeoDataFrame(columns, geometry=[square(0, 0, 100)], crs=4547).to_file(path)
    return path


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path / "store.db", create=True)
    intake.import_files(made, "supplies", [supplies(tmp_path / "a.gpkg")])
    yield made
    made.close()


def correct(store, **values):
    return corrections.correct(store, "supplies", NUMBER, values, reason="合同原件")


def row(store):
    return store.layers(store.head())["supplies"].table.iloc[0]


def test_a_correction_is_a_revision_that_changes_only_what_it_names(store):
    before = row(store)
    revision = correct(store, agreed_start_on="2021-05-31", price_fen="1200万元")
    assert (revision.recorded, revision.changed, revision.reason) == (True, 1, "合同原件")
    after = row(store)
    assert str(after["agreed_start_on"])[:10] == "2021-05-31"
    assert after["price_fen"] == 1_200_000_000
    assert after["geometry"].equals(before["geometry"])
    assert after["supplied_on"] == before["supplied_on"]


def test_a_correction_says_under_which_rules_it_was_made(store):
    rules = load_rules(("national",))
    made = corrections.correct(
        store, "supplies", NUMBER, {"holder": "甲"}, reason="证", rulebook=rules
    )
    assert store.revisions()[made.rev].rulebook == rules.sha256


class Overtaken:
    """A store to which somebody else writes once, between the first question and the answer."""

    def __init__(self, store, writes):
        self._store, self._writes = store, writes

    def head(self):
        head = self._store.head()
        write, self._writes = self._writes, lambda: None
        write()
        return head

    def __getattr__(self, name):  # noqa: D105
        return getattr(self._store, name)


def test_a_correction_that_was_overtaken_loses_nothing(store):
    overtaken = Overtaken(store, lambda: correct(store, holder="甲"))
    with pytest.raises(ChangedMeanwhile):
        correct(overtaken, price_fen="1200万元")
    assert (row(store)["holder"], row(store)["price_fen"]) == ("甲", 1_000_000_000)


def test_an_import_that_was_overtaken_by_a_correction_keeps_it(store, tmp_path):
    path = supplies(tmp_path / "b.gpkg", price="1500")
    overtaken = Overtaken(store, lambda: correct(store, agreed_start_on="2021-05-31"))
    report = intake.import_files(overtaken, "supplies", [path])
    assert (report.revision.rev, report.issues["kind"].tolist()) == (3, ["correction_kept"])
    assert str(row(store)["agreed_start_on"])[:10] == "2021-05-31"


def test_a_later_import_keeps_the_correction_and_reports_the_disagreement(store, tmp_path):
    correct(store, agreed_start_on="2021-05-31")
    path = supplies(tmp_path / "b.gpkg", price="1500")
    report = intake.import_files(store, "supplies", [path])
    [issue] = report.issues[report.issues["kind"] == "correction_kept"].to_dict("records")
    assert (issue["field"], issue["row"], issue["feature_id"]) == ("agreed_start_on", 1, NUMBER)
    assert "2020-05-31" in issue["value"]
    assert str(row(store)["agreed_start_on"])[:10] == "2021-05-31"
    assert row(store)["price_fen"] == 1_500_000_000


def test_a_source_that_agrees_with_the_correction_has_no_issue(store, tmp_path):
    correct(store, agreed_start_on="2021-05-31")
    path = supplies(tmp_path / "b.gpkg", start="2021-05-31")
    report = intake.import_files(store, "supplies", [path])
    assert "correction_kept" not in set(report.issues["kind"])
    assert not report.revision.recorded


def test_a_later_correction_replaces_an_earlier_one(store, tmp_path):
    correct(store, agreed_start_on="2021-05-31")
    correct(store, agreed_start_on="2022-05-31")
    intake.import_files(store, "supplies", [supplies(tmp_path / "b.gpkg")], Options(again=True))
    assert str(row(store)["agreed_start_on"])[:10] == "2022-05-31"


def test_a_correction_that_makes_no_sense_is_refused(store):
    with pytest.raises(UsageError, match="not a date"):
        correct(store, agreed_start_on="下个月")
    with pytest.raises(UsageError, match="cannot be corrected"):
        correct(store, nonsense="1")
    with pytest.raises(UsageError, match="cannot be corrected"):
        correct(store, supply_id="1")
    with pytest.raises(NotFound, match="there is no supplies"):
        corrections.correct(store, "supplies", "x", {"holder": "甲"}, reason="r")


def outline_file(path, shape, crs=4526, number=NUMBER):
    table = gpd.GeoDataFrame({"电子监管号": [number]}, geometry=[shape], crs=4547)
    table.to_crs(crs).to_file(path)
    return path


def test_a_corrected_outline_outlives_imports_which_say_that_they_disagree(store, tmp_path):
    right = square(0, 0, 90)
    revision = corrections.correct(store, "supplies", NUMBER, {}, reason="复测", outline=right)
    assert (revision.changed, revision.reshaped) == (1, True)
    assert row(store)["geometry"].equals(right)
    assert row(store)["area_m2"] == pytest.approx(8_100, abs=0.1)
    report = intake.import_files(store, "supplies", [supplies(tmp_path / "b.gpkg", price="1500")])
    [issue] = report.issues[report.issues["kind"] == "correction_kept"].to_dict("records")
    assert (issue["field"], issue["value"][:8]) == ("geometry", "9999.98 ")
    assert row(store)["geometry"].equals(right)
    assert row(store)["area_m2"] == pytest.approx(8_100, abs=0.1)
    assert row(store)["price_fen"] == 1_500_000_000


@pytest.fixture
def shell(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["landgis", *words])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        return end.value.code, out, err

    return run


def test_the_command_corrects_with_a_reason_and_not_without(shell, tmp_path):
    supplies(tmp_path / "a.gpkg")
    assert shell("import", "supplies", "a.gpkg")[0] == 0
    words = ("correct", "supplies", NUMBER, "agreed_start_on=2021-05-31")
    assert shell(*words)[0] == 2
    status, _, err = shell(*words, "--reason", "补充协议")
    assert (status, "版本 2" in err) == (0, True)
    assert shell("correct", "supplies", NUMBER, "agreed_start_on", "--reason", "x")[0] == 2


def test_the_command_takes_the_outline_of_a_file(shell, tmp_path):
    supplies(tmp_path / "a.gpkg")
    assert shell("import", "supplies", "a.gpkg")[0] == 0
    outline_file(tmp_path / "o.gpkg", square(0, 0, 90))
    words = ("correct", "supplies", NUMBER, "--reason", "复测")
    assert shell(*words, "geometry=o.gpkg", "holder=甲")[0] == 0
    status, out, _ = shell("check", "a.gpkg", "--layer", "supplies", "--format", "csv")
    assert (status, "9999.98 m² / 80" in out) == (0, True)
    assert shell(*words, "geometry=o.gpkg")[0] == 0
    two = gpd.GeoDataFrame({"id": ["1", "2"]}, geometry=[square(0, 0, 9)] * 2, crs=4547)
    two.to_file(tmp_path / "two.gpkg")
    assert shell(*words, "geometry=two.gpkg")[0] == 2
    assert shell(*words, "geometry=none.gpkg")[0] == 1


BAD = "电子监管号,合同签订日期\n4101002019B00667,<script>\n4101002019B00668,2019年5月\n"


def test_a_report_for_the_supplier_is_a_page_without_scripts(shell, tmp_path):
    (tmp_path / "坏.csv").write_text(BAD, encoding="utf-8")
    assert shell("check", "坏.csv", "--layer", "supplies", "-o", "r.html")[0] == 1
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    for said in ("数据检查报告", "坏.csv", "date_unreadable：2 处", "错误"):
        assert said in page
    assert shell("check", "坏.csv", "--layer", "supplies", "-o", "e.html", "--lang", "en")[0] == 1
    assert "what is wrong" in (tmp_path / "e.html").read_text(encoding="utf-8")


def test_a_report_for_the_supplier_is_a_workbook_too(shell, tmp_path):
    (tmp_path / "坏.csv").write_text(BAD, encoding="utf-8")
    assert shell("check", "坏.csv", "--layer", "supplies", "-o", "r.xlsx")[0] == 1
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet.max_row == 3
    assert sheet.freeze_panes == "A2"
