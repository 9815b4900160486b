"""The clocks of all supplies in; the sentence of both clocks, told once for those alike, out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from landgis.clock import NOT_A_DAY, Counts
from landgis.law.due import SOURCES
from landgis.law.telling import Told
from landgis.law.voices import Case, Voice
from landgis.terms import Outcome


class ClockStory:
    """The sentence of both clocks, told once for all supplies with the same dates and days."""

    def __init__(self, case: Case) -> None:
        """Find the supplies whose clocks differ; the same clock is told once."""
        due, days = case.standing.due, case.excused.days
        moved = due.on.astype(np.int64) * (days.max(initial=0) + 1) + days
        rows = np.flatnonzero(case.standing.waiting)
        same, _ = pd.factorize(moved[rows] * len(SOURCES) + due.source[rows])
        first = np.zeros(same.max(initial=-1) + 1, dtype=np.int64)
        first[same[::-1]] = rows[::-1]
        self.place = np.full(len(days), -1)
        self.place[rows] = same
        nobody = Voice(None, Outcome.REVIEW, first, np.full(len(first), NOT_A_DAY))
        told = Told(case, nobody, self, np.zeros(len(first), dtype=bool))
        self.sentences = {lang: told.fill("clock", lang) for lang in ("zh", "en")}

    def of(self, row: Counts, lang: str) -> pa.Array:
        """The sentence of each of these supplies."""
        return self.sentences[lang].take(pa.array(self.place[row]))
