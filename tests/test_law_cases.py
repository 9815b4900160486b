"""The law as case tables: every case of tests/cases/law is a sentence and its facts."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from landgis.determine import assess
from landgis.readers.rules import known_rules, load_rules
from landgis.statute import (
    BondRule,
    CeilingRule,
    ConductRule,
    RemedyRule,
    RestrictionRule,
    TermsRule,
)
from tests.law import layers, plain, supply, varied

FOLDER = Path(__file__).parent / "cases" / "law"
SILENT = RestrictionRule | ConductRule | TermsRule | RemedyRule | BondRule | CeilingRule
"""Kinds of rules that make no finding."""
KEYS = {
    "name",
    "on",
    "supply",
    "delays",
    "amendments",
    "policy",
    "rate",
    "until",
    "rules",
    "flags",
    "says",
    "expect",
    "speaks",
    "silent",
    "proven",
    "conditional",
}


def read_cases():
    for path in sorted(FOLDER.glob("*.toml")):
        page = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in page["case"]:
            yield case | {"supply": page["supply"] | case.get("supply", {})}


CASES = list(read_cases())


def assessed(case):
    rate = Fraction(case["rate"]) if "rate" in case else None
    rulebook = varied(case.get("policy"), rate, case.get("until"), tuple(case.get("rules", ())))
    hanging = [
        [{"supply_id": "S1"} | record for record in case.get(name, [])]
        for name in ("delays", "amendments")
    ]
    return assess(layers([supply(**case["supply"])], *hanging), rulebook, case["on"])


def cited(findings):
    return {rule for cell in findings["citations"] for rule in cell.split(";") if rule}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    found = assessed(case)
    row, first = found.supplies.iloc[0], found.findings.head(1)
    said = {
        key: plain(row[key] if key in row else first[key].iloc[0] if len(first) else "")
        for key in case["expect"]
        if key != "fee_fen"
    }
    if "fee_fen" in case["expect"]:
        fees = found.findings["fee_fen"].dropna()
        said["fee_fen"] = plain(fees.iloc[0]) if len(fees) else ""
    assert said == case["expect"]
    heard = cited(found.findings)
    assert set(case.get("speaks", ())) <= heard
    assert not set(case.get("silent", ())) & heard
    assert set(case.get("flags", ())) <= set(row["issues"].split(";"))
    for words in case.get("says", ()):
        assert words in "".join(found.findings["reason_zh"])
    for basis in ("proven", "conditional"):
        rules = found.findings.loc[found.findings["basis"] == basis, "rule"]
        assert set(case.get(basis, ())) <= set(rules)


def test_there_are_at_least_150_cases_each_with_its_own_sentence():
    names = [case["name"] for case in CASES]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


def test_every_case_uses_only_known_keys_and_expects_something():
    for case in CASES:
        assert set(case) <= KEYS, case["name"]
        assert case["expect"], case["name"]


def test_every_rule_has_a_case_that_makes_it_speak_and_one_that_keeps_it_silent():
    speaks = {rule for case in CASES for rule in case.get("speaks", ())}
    silent = {rule for case in CASES for rule in case.get("silent", ())}
    for rule in load_rules(known_rules()).rules:
        assert rule.id in silent, f"no case keeps {rule.id} silent"
        if isinstance(rule, SILENT):
            assert rule.id not in speaks, f"{rule.id} makes no finding"
        else:
            assert rule.id in speaks, f"no case makes {rule.id} speak"
