"""Cases on the command line: recorded in order, refused in one sentence, listed."""

import io
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import docx
import pytest

from landgis.store import open_store
from tests.test_cli import NUMBER, record, rows_of, shell, town  # noqa: F401
from tests.test_procedure import COMMON, entry

pytestmark = pytest.mark.usefixtures("record")


def take(run, step, on, *more):
    paper = Path("证明.pdf")
    paper.write_bytes(b"proof")
    words = ("--document", "示资闲〔2024〕1号", "--manner", "direct", "--addressee", "示例公司")
    return run(
        *("case", "record", NUMBER, step, "--on", on, "--who", "张三,李四"),
        *(*words, "--evidence", paper, *more),
    )


def walk(path, steps):
    """Write steps straight into the record."""
    store = open_store(path)
    for step, on in steps:
        store.enter(replace(entry(step, on), supply_id=NUMBER))
    store.close()


def test_a_case_is_walked_shown_and_printed(shell, record):  # noqa: F811
    assert shell("case", "open", NUMBER, "--who", "张三", "--on", "2024-01-02")[0] == 0
    walk(record, COMMON[1:7])
    status, _, said = take(shell, *COMMON[7])
    assert status == 0
    assert "已认定" in said
    _, out, said = shell("case", "show", NUMBER, "--on", "2024-03-01", "--format", "json")
    rows = json.loads(out)
    assert [row["step"] for row in rows] == [step for step, _ in COMMON[:8]]
    assert rows[-1]["sha256"] == sha256(b"proof").hexdigest()
    assert "published" in said
    status, out, _ = shell("case", "file", NUMBER, "--format", "csv")
    assert status == 0
    assert [row["number"] for row in rows_of(out)] == [str(n) for n in range(1, 9)]
    _, out, _ = shell("idle", "--on", "2024-03-01", "--format", "json")
    assert json.loads(out)[0]["case_status"] == "found"


def test_a_step_out_of_order_is_one_sentence_and_writes_nothing(shell):  # noqa: F811
    shell("case", "open", NUMBER, "--who", "张三", "--on", "2024-01-02")
    status, out, said = take(shell, "finding", "2024-02-05")
    assert (status, out) == (1, "")
    assert len(said.strip().splitlines()) == 1
    assert "此前须先有" in said
    _, out, _ = shell("case", "show", NUMBER, "--format", "json")
    assert len(json.loads(out)) == 1


def test_terms_are_listed_with_what_is_overdue(shell):  # noqa: F811
    shell("case", "open", NUMBER, "--who", "张三", "--on", "2024-01-02")
    take(shell, "filed", "2024-01-05")
    status, out, _ = shell("case", "due", "--on", "2024-03-01", "--overdue", "--format", "json")
    assert status == 0
    assert [(row["step"], row["overdue"]) for row in json.loads(out)] == [("investigation", True)]
    _, out, _ = shell("case", "due", "--on", "2024-01-10", "--within", "30")
    assert "2024-02-01" in out
    assert "作出处置决定" not in out


def test_a_step_after_its_term_is_written_and_told(shell):  # noqa: F811
    shell("case", "open", NUMBER, "--who", "张三", "--on", "2024-01-02")
    take(shell, "filed", "2024-01-05")
    status, _, said = take(shell, "investigation", "2024-02-02")
    assert (status, "期限已于 2024-02-01 届满" in said) == (0, True)


def test_a_supply_without_a_case_a_missing_proof_and_an_unknown_step_are_told(shell):  # noqa: F811
    status, _, said = shell("case", "show", NUMBER)
    assert (status, "尚无案件" in said) == (2, True)
    status, _, said = shell(
        *("case", "record", NUMBER, "visited", "--who", "a,b", "--evidence", "no.pdf")
    )
    assert (status, "no.pdf" in said) == (1, True)
    status, _, said = take(shell, "nonsense", "2024-01-02")
    assert (status, "investigation_served" in said) == (2, True)


def test_help_of_every_case_command_has_an_example(shell):  # noqa: F811
    for name in ("open", "record", "show", "due", "file"):
        assert f"landgis case {name}" in shell("case", name, "--help")[1]


def test_a_served_finding_is_published_and_its_notice_made_on_the_command_line(shell, record):  # noqa: F811
    walk(record, COMMON)
    status, _, said = shell("publish", "--on", "2024-03-01", "-o", "公开.html")
    assert (status, "公开 1 宗" in said) == (0, True)
    assert "闲置土地信息公开" in Path("公开.html").read_text("utf-8")
    status, out, _ = shell("publish", "--on", "2024-01-01", "--format", "csv")
    assert (status, rows_of(out)) == (0, [])
    words = ("notice", "fee-decision", NUMBER, "--on", "2024-03-01", "-o", "决定书.docx")
    status, _, said = shell(*words)
    assert (status, "政府批准文号" in said, Path("决定书.docx").exists()) == (1, True, False)
    status, _, said = shell(*words, "--draft")
    assert (status, Path("决定书.docx").exists()) == (0, True)


def test_a_notice_names_the_head_that_ties_it_to_the_record(shell, record):  # noqa: F811
    walk(record, COMMON)
    head = shell("audit", "head")[1].strip()
    words = ("notice", "fee-decision", NUMBER, "--on", "2024-03-01", "--draft", "-o", "决定书.docx")
    assert shell(*words)[0] == 0
    made = Path("决定书.docx").read_bytes()
    (foot,) = docx.Document(io.BytesIO(made)).sections[0].footer.paragraphs
    assert foot.text == f"数据版本 {2 + len(COMMON)}，审计链头 {head}"
    walk(record, [("intended", "2024-02-21")])
    assert shell("audit", "head")[1].strip() != head
    assert shell("audit", "verify", "--head", foot.text.split()[-1])[0] == 0
    assert shell(*words, "--known", str(2 + len(COMMON)))[0] == 0
    assert Path("决定书.docx").read_bytes() == made
