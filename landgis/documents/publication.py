"""Cases in, the list that order 53 art. 11 makes public out: where, whose, how long, why.

Only land whose finding was served and that is not disposed of; names of natural persons masked.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from landgis import procedure
from landgis.documents.masking import masked
from landgis.holders import held
from landgis.matter import conduct_of
from landgis.procedure import Entry
from landgis.stations import Inventory
from landgis.steps import Conduct
from landgis.terms import CaseStatus, Cause, Fault

COLUMNS = (
    "number",
    "location",
    "holder",
    "area_m2",
    "idle_since",
    "full_years",
    "public_cause",
    "found_on",
)
"""The columns of the public list."""

_HEADS = {
    "zh": (
        "序号",
        "位置",
        "使用权人",
        "面积（平方米）",
        "闲置起始日",
        "满年数",
        "原因",
        "认定日期",
    ),
    "en": ("No.", "location", "holder", "area m2", "idle since", "full years", "cause", "found on"),
}
_STYLE = (
    "body{font:16px/1.6 'Noto Sans SC','Microsoft YaHei',sans-serif;margin:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.4rem .6rem;"
    "text-align:left}th{background:#e8eef4}td.n{text-align:right}"
)


def public_list(inventory: Inventory, entries: Iterable[Entry], lang: str = "zh") -> pd.DataFrame:
    """What must be public on the day of the inventory; columns ``COLUMNS``."""
    found = _found(entries, inventory.on, conduct_of(inventory.rulebook, inventory.on))
    rows = inventory.assessment.supplies
    facts = inventory.layers["supplies"].table
    now = held(inventory.layers, inventory.on).set_axis(facts.index)
    facts = facts.assign(holder=now["holder"], holder_credit_code=now["holder_credit_code"])
    mine = facts[facts["supply_id"].isin(found)].to_dict("records")
    told = rows[rows["supply_id"].isin(found)].set_index("supply_id").to_dict("index")
    listed = [
        _row(supply, told[supply["supply_id"]], found[supply["supply_id"]], lang)
        for supply in mine
        if supply["supply_id"] in told
    ]
    table = pd.DataFrame(listed, columns=list(COLUMNS)[1:])
    table = table.sort_values(["found_on", "location"], ignore_index=True)
    table.insert(0, "number", range(1, len(table) + 1))
    return table.assign(full_years=table["full_years"].astype("Int64"))


def _found(entries: Iterable[Entry], on: date, conduct: Conduct) -> dict[str, date]:
    ordered = sorted(entries, key=lambda e: (e.supply_id, e.number))
    states = {
        supply: procedure.state(list(own), on, conduct)
        for supply, own in groupby(ordered, key=lambda e: e.supply_id)
    }
    return {
        supply: state.found_on
        for supply, state in states.items()
        if state.status is CaseStatus.FOUND and state.found_on
    }


def _row(
    supply: Mapping[Any, Any], told: Mapping[Any, Any], found_on: date, lang: str
) -> dict[str, Any]:
    return {
        "location": _text(supply["location"]),
        "holder": masked(_text(supply["holder"]), supply["holder_credit_code"]),
        "area_m2": told["area_m2"],
        "idle_since": told["idle_since"],
        "full_years": told["full_years"],
        "public_cause": _cause(told["causes"], lang),
        "found_on": pd.Timestamp(found_on),
    }


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _cause(causes: str, lang: str) -> str:
    """The causes that are the government's; others are not published."""
    said = causes.split(";")
    theirs = [c for c in Cause if c in said and c.fault is Fault.GOVERNMENT]
    return "、".join(c.zh for c in theirs) if lang == "zh" else ", ".join(c.en for c in theirs)


def page(table: pd.DataFrame, on: date, bureau: str, lang: str = "zh") -> str:
    """The public list as one HTML page that needs nothing else."""
    heading = "闲置土地信息公开" if lang == "zh" else "Idle land, public list"
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in _HEADS[lang])
    rows = "\n".join(_html(row) for row in table[list(COLUMNS)].itertuples(index=False))
    said = f"{bureau}　{on}".strip()
    source = (
        "依据《闲置土地处置办法》第十一条公开，处置完毕后撤销。"
        if lang == "zh"
        else "Published by order 53 art. 11; withdrawn when disposed of."
    )
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{heading}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{heading}</h1><p>{html.escape(said)}</p>\n"
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>\n"
        f"<p>{source}</p></body></html>\n"
    )


def _html(row: Iterable[Any]) -> str:
    cells = "".join(f"<td>{html.escape(_cell(value))}</td>" for value in row)
    return f"<tr>{cells}</tr>"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
