"""Claims that speak on a date in; finding rows with fee, basis, articles and sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgis.citation import Status
from landgis.clock import NOT_A_DAY, Counts
from landgis.law.claim import Claim
from landgis.law.telling import ClockStory, Told
from landgis.law.verdict import OUTCOMES, unruled
from landgis.law.voices import (
    BASED,
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
from landgis.law.wording import choose, column, repeat
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
    fee lacks the price, ``based`` whose fee lacks another base, ``unverified`` of which a rule
    speaks that has to be checked before use.
    """

    table: pd.DataFrame
    row: Counts
    rules: tuple[str, ...]
    silent: Counts
    unpriced: Counts
    based: Counts
    unverified: Counts


def findings(case: Case, claims: Sequence[Claim]) -> Found:
    """One row a rule that speaks, the gravest rules first, and by supply within each."""
    voices = _voices(case, claims)
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
        based=_rows(voice for voice in voices if voice.key == BASED),
        unverified=np.unique(row[(table["source_status"] == Status.UNVERIFIED).to_numpy(bool)]),
    )


def _rows(voices: Iterable[Voice]) -> Counts:
    """The supplies of which one of these voices speaks, each once."""
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(v.row for v in voices)]))


def _voices(case: Case, claims: Sequence[Claim]) -> list[Voice]:
    """Every voice, the gravest first; the last speaks of supplies for which no rule speaks."""
    on = case.standing.on
    grave = sorted(claims, key=lambda claim: OUTCOMES.index(claim.outcome))
    speaking = [(claim, np.flatnonzero(claim.speaks(on))) for claim in grave]
    voices = [Voice(c.rule, c.outcome, row, c.start[row], c.key) for c, row in speaking]
    silent = np.flatnonzero(unruled(claims, on))
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
        "rule": column(repeat("" if voice.rule is None else voice.rule.id, size)),
        "outcome": column(repeat(voice.outcome.value, size)),
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
    return pd.DataFrame(columns, columns=list(COLUMNS))
