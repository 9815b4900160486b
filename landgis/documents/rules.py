"""A rulebook in; one rule told in full, or what differs between two dates, out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from landgis.rulebook import Rulebook, as_text, parameters, said_of
from landgis.statute import Rule

CHANGES = ("rule", "kind", "rule_change", "title", "title_zh", "before", "after", "articles")
"""The columns of ``differences``."""


def tell(rulebook: Rulebook, rule_id: str, on: date, lang: str) -> str:
    """One rule in the version of ``on``, else its last; raises ``NotFound`` for an unknown one."""
    rule = rulebook.rule(rule_id, on)
    table = rulebook.table(on)
    row = table[(table["rule"] == rule_id) & (table["title_zh"] == rule.zh)].iloc[-1]
    zh = lang == "zh"
    words = ("有效期", "参数", "依据状态") if zh else ("in force", "parameters", "source")
    until = "" if rule.until is None else str(rule.until)
    lines = [f"{rule.id}  {rule.title(lang)}", f"{words[0]}: {rule.since} - {until}"]
    lines.append(f"{words[2]}: {rule.status.zh if zh else rule.status.en}")
    if row["parameters"]:
        lines.append(f"{words[1]}: {row['parameters']}")
    for citation in rule.citations:
        check = (
            "" if citation.is_checked else ("（使用前核对原文）" if lang == "zh" else " (check)")
        )
        sure = citation.certainty.zh if zh else citation.certainty.en
        lines += [f"{citation.label(lang)} [{sure}]{check}", f"  {citation.quote}"]
    return "\n".join(lines)


def differences(rulebook: Rulebook, one: date, other: date, lang: str = "zh") -> pd.DataFrame:
    """The rules in force on one date and not so on the other; columns ``CHANGES``.

    ``lang`` is the language of the articles, ``rule_change`` is added, ended or changed,
    ``before`` and ``after`` are the parameters: of a rule that changed those that did, with its
    title, status, discretion, articles and quoted words where these did.
    """
    left, right = ({r.id: r for r in rulebook.rules if r.in_force(day)} for day in (one, other))
    rows = [
        _compared(told, left.get(told.id), right.get(told.id), lang)
        for told in {**left, **right}.values()
    ]
    kept = [row for row in rows if row["before"] != row["after"] or row["rule_change"] != "changed"]
    return pd.DataFrame(kept, columns=list(CHANGES))


def _compared(told: Rule, before: Rule | None, after: Rule | None, lang: str) -> dict[str, str]:
    change, was, now = "changed", _all_of(before, lang), _all_of(after, lang)
    if before and after:
        kept = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        was, now = ({name: side.get(name, "") for name in kept} for side in (was, now))
    else:
        change = "added" if after else "ended"
        was, now = (said_of(rule) if rule else {} for rule in (before, after))
    return {
        "rule": told.id,
        "kind": told.kind,
        "rule_change": change,
        "title": told.en,
        "title_zh": told.zh,
        "before": as_text(was),
        "after": as_text(now),
        "articles": _articles(told, lang),
    }


def _all_of(rule: Rule | None, lang: str) -> dict[str, str]:
    """Everything that a version of a rule says, as text, but when it is in force."""
    if rule is None:
        return {}
    return {
        **dict.fromkeys(parameters(rule), ""),
        **dict.fromkeys(("only", "replaces"), ""),
        **said_of(rule),
        "kind": rule.kind,
        "title": rule.title(lang),
        "status": rule.status.value,
        "discretionary": "true" if rule.discretionary else "false",
        "articles": _articles(rule, lang),
        "certainty": ",".join(citation.certainty.value for citation in rule.citations),
        "quote": " ".join(citation.quote for citation in rule.citations),
    }


def _articles(rule: Rule, lang: str) -> str:
    return ";".join(citation.label(lang) for citation in rule.citations)
