"""A rulebook in; one rule told in full, or what differs between two dates, out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from landgis.rulebook import Rulebook

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
    ``before`` and ``after`` are the parameters.
    """
    left, right = (_in_force(rulebook, day, lang) for day in (one, other))
    both = left.add_suffix("_left").join(right.add_suffix("_right"), how="outer")
    is_new, is_gone = both["kind_left"].isna(), both["kind_right"].isna()
    changed = (both["parameters_left"] != both["parameters_right"]) & ~is_new & ~is_gone
    kept = both[is_new | is_gone | changed].reset_index()
    said = {name: kept[f"{name}_right"].fillna(kept[f"{name}_left"]) for name in _TOLD}
    change = pd.Series("changed", index=kept.index, dtype="str")
    change = change.mask(kept["kind_left"].isna(), "added").mask(kept["kind_right"].isna(), "ended")
    before, after = (kept[f"parameters_{side}"].fillna("") for side in ("left", "right"))
    table = pd.DataFrame(
        {"rule": kept["rule"], "rule_change": change, "before": before, "after": after, **said}
    )
    return table[list(CHANGES)]


_TOLD = ("kind", "title", "title_zh", "articles")


def _in_force(rulebook: Rulebook, on: date, lang: str) -> pd.DataFrame:
    table = rulebook.table(on, lang)
    return table[table["in_force"]].set_index("rule")[[*_TOLD, "parameters"]].astype("str")
