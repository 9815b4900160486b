"""Supplies with what comes next in; a calendar file and the yuan at stake out.

The file is RFC 5545: whole days, lines folded at 75 octets, the same bytes for the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from landgis.clock import Counts
from landgis.fields import FIELDS, say
from landgis.law.claim import in_force
from landgis.law.voices import NO_FEE, times
from landgis.rulebook import Rulebook
from landgis.statute import Base, FeeRule
from landgis.terms import Outcome

WIDEST = 75
ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19910915T020000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0800",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar must hold something (RFC 5545, 3.6), also where nothing is ahead: its time zone."""
_CONTROL = dict.fromkeys((*range(9), *range(11, 32), 127))
"""Signs that no text of a calendar may hold; a tab may."""


def at_stake(table: pd.DataFrame, rulebook: Rulebook) -> pd.Series[float]:
    """The yuan that hang on the next outcome: the fee, or the price of what would be taken back.

    The fee is that of the rule in force on the day, for all land and of the price; what only some
    land pays, or at most, is not foretold.
    """
    fen = _fen(table["price_yuan"])
    then = table["next_on"].to_numpy("datetime64[D]")
    stake = np.where(table["next_outcome"] == Outcome.RECLAIM, fen, NO_FEE)
    for rule in rulebook.of(FeeRule):
        if rule.base is Base.PRICE and rule.only is None and not rule.at_most:
            asked = (table["next_outcome"] == Outcome.FEE).to_numpy(bool) & in_force(rule, then)
            stake = np.where(asked, times(fen, rule.rate), stake)
    yuan = np.where(stake == NO_FEE, np.nan, stake / 100)
    return pd.Series(yuan, index=table.index, name="stake_yuan")


def _fen(yuan: pd.Series[float]) -> Counts:
    known = yuan.to_numpy("float64")
    return np.where(np.isnan(known), NO_FEE, np.rint(known * 100)).astype(np.int64)


def by_place(table: pd.DataFrame, stake: pd.Series[float]) -> pd.DataFrame:
    """Supplies, mu and yuan at stake by district and park."""
    known = table.assign(stake_yuan=stake, supplies=1)
    keys = [known[name].fillna("") for name in ("district", "park")]
    columns = ["supplies", "area_mu", "stake_yuan"]
    return known[columns].groupby(keys, sort=True).sum().reset_index()


def as_ics(table: pd.DataFrame, stake: pd.Series[float], on: date, lang: str) -> bytes:
    """One event a supply on the day on which its outcome changes."""
    dated = table.assign(stake_yuan=stake)[table["next_on"].notna()]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//landgis//look-ahead//ZH", *ZONE]
    for row in dated.to_dict("records"):
        lines += _event(row, on, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(row: Mapping[Any, Any], on: date, lang: str) -> list[str]:
    day = row["next_on"].date()
    outcome = say(row["next_outcome"], FIELDS["next_outcome"], lang) or "—"
    name = row["project_name"] if isinstance(row["project_name"], str) else row["supply_id"]
    stake = _stake(row["stake_yuan"], lang)
    due = "" if pd.isna(row["due_on"]) else row["due_on"].date()
    said = (
        f"电子监管号 {row['supply_id']}；应动工日期 {due}；{stake}初步研判。"
        if lang == "zh"
        else f"supply {row['supply_id']}; due {due}; {stake}A first judgement."
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(row['supply_id'])}-{day:%Y%m%d}@landgis",
        f"DTSTAMP:{on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'{outcome}：{name}' if lang == 'zh' else f'{outcome}: {name}')}",
        f"DESCRIPTION:{_text(said)}",
        "END:VEVENT",
    ]


def _stake(yuan: float, lang: str) -> str:
    """The yuan at stake as a sentence; nothing where none are, or none are known."""
    if pd.isna(yuan):
        return ""
    return f"涉及金额 {yuan:,.2f} 元。" if lang == "zh" else f"{yuan:,.2f} yuan at stake. "


def _text(said: str) -> str:
    for sign in ("\\", ";", ","):
        said = said.replace(sign, f"\\{sign}")
    return said.replace("\r", "").replace("\n", "\\n").translate(_CONTROL)


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, never within a character."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > WIDEST:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
