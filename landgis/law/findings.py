"""Claims that speak on a date in; finding rows with fee, basis, articles and sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgis.citation import Status
from landgis.clock import NOT_A_DAY, Counts, Mask
from landgis.law.claim import OPEN, Heard
from landgis.law.clockstory import ClockStory
from landgis.law.telling import Told
from landgis.law.verdict import OUTCOMES, unruled
from landgis.law.voices import (
    UNBASED,
    UNPRICED,
    Blocks,
    Case,
    Voice,
    basis,
    blocked_by,
    blocking,
    by_price,
    citations,
    fee_fen,
    from_on,
    money,
    unverified,
)
from landgis.law.wording import choose, column
from landgis.sametext import same_text
from landgis.terms import Outcome

COLUMNS = (
    "supply_id",
    "on",
    "rule",
    "outcome",
    "basis",
    "fee_fen",
    "from_on",
    "discretionary",
    "blocked_by",
    "citations",
    "source_status",
    "reason",
    "reason_zh",
)
"""The columns of a finding; ``citations`` are ids of rules, ``Rulebook.cited`` gives the words."""


@dataclass(frozen=True)
class Found:
    """Findings as a table of ``COLUMNS`` and, aligned, the position of the supply of each.

    ``rules`` are the ids of the rules that speak, gravest first. The others are positions of
    supplies: ``silent`` of which none speaks although their facts call for one, ``unpriced`` whose
    fee lacks the price, ``unbased`` whose fee lacks another base, by the column that it would stand
    in, ``open`` for which nobody can tell whether a rule is, by the column that would tell,
    ``unverified`` of which a rule speaks that has to be checked before use.
    """

    table: pd.DataFrame
    row: Counts
    rules: tuple[str, ...]
    silent: Counts
    unpriced: Counts
    unbased: Mapping[str, Counts]
    open: Mapping[str, Counts]
    unverified: Counts


def findings(case: Case, heard: Sequence[Heard]) -> Found:
    """One row a rule that speaks on the day, the gravest first, and by supply within each."""
    voices = _voices(case, heard)
    clock = ClockStory(case)
    blocks = [blocking(case, voice) for voice in voices]
    tables = [_table(case, *said, clock) for said in zip(voices, blocks, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    rules = dict.fromkeys(voice.rule.id for voice in voices if voice.rule is not None)
    row = np.concatenate([voice.row for voice in voices])
    return Found(
        table,
        row,
        tuple(rules),
        silent=voices[-1].row,
        unpriced=_rows(voice for voice in voices if voice.key == UNPRICED),
        unbased=_unbased(voices),
        open=_open(heard),
        unverified=_each_once([row[(table["source_status"] == Status.UNVERIFIED).to_numpy(bool)]]),
    )


def _open(heard: Sequence[Heard]) -> Mapping[str, Counts]:
    """The supplies of which nobody can tell whether a rule is for them, by the column asked."""
    asked: dict[str, Mask] = {}
    for one in heard:
        if one.claim.key == OPEN and one.claim.rule.only is not None:
            column = one.claim.rule.only.column.value
            asked[column] = asked.get(column, np.bool_(False)) | one.speaks
    return {column: np.flatnonzero(mask) for column, mask in asked.items()}


def _unbased(voices: Sequence[Voice]) -> Mapping[str, Counts]:
    """The supplies whose fee lacks its base, by the column that holds it."""
    lacking = [voice for voice in voices if voice.key == UNBASED]
    columns = dict.fromkeys(voice.fee.base.column for voice in lacking if voice.fee)
    return {
        column: _rows(v for v in lacking if v.fee and v.fee.base.column == column)
        for column in columns
    }


def _rows(voices: Iterable[Voice]) -> Counts:
    """The supplies of which one of these voices speaks, each once."""
    return _each_once([voice.row for voice in voices])


def _each_once(rows: Sequence[Counts]) -> Counts:
    """Positions in order, each once; by a mask, for sorting a million takes longer."""
    held = np.zeros(max((row.max(initial=-1) for row in rows), default=-1) + 1, dtype=bool)
    for row in rows:
        held[row] = True
    return np.flatnonzero(held)


def _voices(case: Case, heard: Sequence[Heard]) -> list[Voice]:
    """Every voice, the gravest first; the last speaks of supplies for which no rule speaks."""
    grave = sorted(heard, key=lambda one: OUTCOMES.index(one.claim.outcome))
    sure = np.zeros(len(case.table), dtype=bool)
    for one in grave:
        if one.claim.key != OPEN:
            sure |= one.speaks
    # Whether a rule is for the land is a finding only where none speaks for sure; else an issue.
    speaking = [
        (one.claim, np.flatnonzero(one.speaks & ~sure if one.claim.key == OPEN else one.speaks))
        for one in grave
    ]
    voices = [Voice(c.rule, c.outcome, row, c.start[row], c.key) for c, row in speaking]
    silent = np.flatnonzero(unruled(heard))
    nobody = Voice(None, Outcome.REVIEW, silent, np.full(len(silent), NOT_A_DAY))
    apart = [part for voice in voices for part in by_price(case.table, voice)]
    return [*(voice for voice in apart if len(voice.row)), nobody]


def _table(case: Case, voice: Voice, blocks: Blocks, clock: ClockStory) -> pd.DataFrame:
    size = len(voice.row)
    unsure = unverified(voice, blocks)
    told = Told(case, voice, clock, unsure)
    columns = {
        "supply_id": case.table["supply_id"].array.take(voice.row),
        "on": np.full(size, case.standing.on).astype("datetime64[s]"),
        "rule": column(same_text("" if voice.rule is None else voice.rule.id, size)),
        "outcome": column(same_text(voice.outcome.value, size)),
        "basis": column(basis(case, voice)),
        "fee_fen": money(fee_fen(case.table, voice)),
        "from_on": from_on(voice).astype("datetime64[s]"),
        "discretionary": np.full(size, voice.rule is not None and voice.rule.discretionary),
        "blocked_by": column(blocked_by(voice, blocks)),
        "citations": column(citations(case, voice, blocks)),
        "source_status": column(choose(unsure, Status.UNVERIFIED.value, Status.VERIFIED.value)),
        "reason": column(told.reason("en")),
        "reason_zh": column(told.reason("zh")),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS), copy=False)
