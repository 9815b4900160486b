"""Every kind of data problem has an example that raises it, told in both languages."""

import json
import re

import pytest

from landgis.cli import run
from landgis.kinds import IssueKind
from landgis.readers.examples import catalogue, examples
from tests.examples import told


@pytest.fixture(scope="module")
def sentences():
    return catalogue().set_index("kind")


@pytest.mark.parametrize("kind", [k.code for k in IssueKind])
def test_the_example_of_a_kind_raises_it_with_the_sentence_of_the_catalogue(
    sentences, tmp_path, kind
):
    issues = told(examples()[kind], tmp_path)
    [first, *_] = issues[issues["kind"] == kind].to_dict("records")
    shown = sentences.loc[kind]
    for name in ("severity", "owner", "message", "message_zh", "fix", "fix_zh"):
        assert first[name] == shown[name]


def test_no_example_speaks_of_a_kind_that_is_not(sentences):
    assert list(examples()) == [k.code for k in IssueKind if k.code in examples()]
    assert sentences["example"].str.len().min() > 10


def test_the_catalogue_is_a_command(capfd):
    assert run(["check", "--kinds", "--format", "json"]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert {r["kind"] for r in rows} == {k.code for k in IssueKind}
    assert run(["check", "--kinds", "--lang", "en"]) == 0
    assert "date_unreadable" in capfd.readouterr().out


def test_what_a_chinese_sentence_quotes_of_a_geometry_is_chinese(tmp_path):
    for kind in ("not_a_polygon", "geometry_repaired", "ring_crosses", "area_unproven"):
        issues = told(examples()[kind], tmp_path)
        [said, *_] = issues.loc[issues["kind"] == kind, "message_zh"]
        assert not re.search("[A-Za-z]{3}| ha", said)


def test_a_unit_that_is_assumed_is_told_in_the_language_of_the_sentence(sentences):
    assert sentences.loc["unit_assumed", "message"].isascii()
    assert "公顷" in sentences.loc["unit_assumed", "message_zh"]
