"""The issues of a file as a page to send back to its supplier: no script, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pandas as pd

from landgis.fields import FIELDS, say
from landgis.schema import LAYERS
from landgis.terms import Severity

LISTED = 200
"""So many places of one kind are listed; the others are counted. The workbook has them all."""

WORDS = {
    "zh": ("数据检查报告", "共 {rows} 处问题，其中错误 {errors} 处。", "没有发现问题。", "行",
           "要素", "字段", "说明", "处理办法", "处", "另有 {more} 处未列出", "责任方"),
    "en": ("Report on a delivery", "{rows} issues, {errors} of them errors.", "No issues.", "row",
           "feature", "field", "what is wrong", "what to do", "places", "{more} more", "for"),
}  # fmt: skip

STYLE = """body{font:15px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;table-layout:fixed;width:100%;margin:.5rem 0 1.5rem}
th:nth-child(1){width:4rem}th:nth-child(2){width:13rem}th:nth-child(3){width:9rem}
td{overflow-wrap:anywhere}
th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}
th{background:#e8eef4}h2{margin:1.5rem 0 0;font-size:1.1rem}
.error{color:#a00}.warning{color:#860}.info{color:#046}
@media print{h2{break-after:avoid}}"""


def page(issues: pd.DataFrame, file: str, lang: str) -> str:
    """An HTML page of the issues of one file, by kind, the gravest first; every value escaped."""
    title, count, none, *_ = WORDS[lang]
    errors = int((issues["severity"] == Severity.ERROR.value).sum())
    said = count.format(rows=len(issues), errors=errors) if len(issues) else none
    body = "\n".join(_kinds(issues, lang))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} {escape(file)}</title>\n<style>{STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(file)}</p>\n<p>{escape(said)}</p>\n{body}\n</html>\n"
    )


def _kinds(issues: pd.DataFrame, lang: str) -> Iterator[str]:
    order = {severity.value: place for place, severity in enumerate(Severity)}
    places = WORDS[lang][8]
    fix = "fix_zh" if lang == "zh" else "fix"
    grave = issues.assign(order=issues["severity"].map(order)).groupby(["order", "kind"], sort=True)
    for (_, kind), rows in grave:
        severity = str(rows["severity"].iloc[0])
        word = say(severity, FIELDS["severity"], lang)
        yield f'<h2 class="{severity}">{escape(str(word))} {kind}：{len(rows)} {places}</h2>'
        owner = say(str(rows["owner"].iloc[0]), FIELDS["owner"], lang)
        yield (
            f"<p>{escape(WORDS[lang][10])}：{escape(str(owner))}　"
            f"{escape(WORDS[lang][7])}：{escape(str(rows[fix].iloc[0]))}</p>"
        )
        yield _table(rows, lang)


def _table(rows: pd.DataFrame, lang: str) -> str:
    message = "message_zh" if lang == "zh" else "message"
    shown = rows.head(LISTED)[["row", "feature_id", "field", message]]
    if lang == "zh":
        named = [_zh(*pair) for pair in rows[["layer", "field"]].head(LISTED).to_numpy()]
        shown = shown.assign(field=named)
    lines = [
        "<tr>" + "".join(f"<td>{escape(_cell(v))}</td>" for v in line) + "</tr>"
        for line in shown.itertuples(index=False)
    ]
    head = "".join(f"<th>{escape(w)}</th>" for w in WORDS[lang][3:7])
    more = len(rows) - len(shown)
    rest = f"<p>{escape(WORDS[lang][9].format(more=more))}</p>" if more else ""
    return f"<table>\n<tr>{head}</tr>\n" + "\n".join(lines) + f"\n</table>{rest}"


def _zh(layer: str, field: str) -> str:
    """What a Chinese reader calls a column, or several of which one is meant."""
    names = LAYERS[layer].zh_names if layer in LAYERS else {"geometry": "图形"}
    return "、".join(names.get(name, name) for name in field.split("|"))


def _cell(value: object) -> str:
    return "" if value == -1 else str(value)
