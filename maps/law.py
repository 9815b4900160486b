"""Findings of a supply in; what its card says of them, and the words that the cards quote, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from landgis.citation import Citation
from landgis.rulebook import Rulebook


def law(rulebook: Rulebook, on: date, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The findings, each with the words that found it, and once all else that they cite."""

    def cited(rules: str) -> tuple[Citation, ...]:
        return rulebook.cited(rules, on)

    own = [cited(row["rule"])[:1] for row in rows]
    shown = {citation for group in own for citation in group}
    others = dict.fromkeys(c for row in rows for c in cited(row["citations"]) if c not in shown)
    return {
        "findings": [_finding(rulebook, row, group) for row, group in zip(rows, own, strict=True)],
        "articles": [citation.label() for citation in others],
    }


def _finding(rulebook: Rulebook, row: Mapping[str, Any], own: Sequence[Citation]) -> dict[str, Any]:
    blocks = [rulebook.rule(name) for name in row["blocked_by"].split(";") if name]
    plain = ("rule", "outcome", "basis", "fee_fen", "from_on", "discretionary")
    return {name: row[name] for name in plain} | {
        "reason": {"zh": row["reason_zh"], "en": row["reason"]},
        "blocked_by": [{"zh": rule.zh, "en": rule.en} for rule in blocks],
        "article": own[0].label() if own else None,
    }


def articles(rulebook: Rulebook) -> dict[str, dict[str, Any]]:
    """The words that cards cite, by the Chinese label of their place; the first wording holds."""
    cited = [citation for rule in reversed(rulebook.rules) for citation in rule.citations]
    return {
        citation.label(): {
            "text": citation.quote,
            "citation": {"zh": citation.label("zh"), "en": citation.label("en")},
            "verified": citation.is_checked,
        }
        for citation in cited
    }
