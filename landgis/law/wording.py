"""Columns of dates, counts and money in; sentences in Chinese and English out, whole columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.arrays import ArrowStringArray

from landgis.clock import DAY, Counts, Days, Mask
from landgis.sametext import same_text
from landgis.terms import Outcome

TEXTS: Mapping[tuple[Outcome | str, str], str] = {
    ("clock", "zh"): (
        "应于{due_on}（{due_source}）动工，至{on}未动工，满{full_years}年；"
        "扣除{excused_days}日后自{effective_due_on}起算，满{holder_full_years}年"
    ),
    ("clock", "en"): (
        "Due on {due_on} ({due_source}), not commenced by {on}: full years {full_years}; less "
        "{excused_days} excused days, from {effective_due_on}: full years {holder_full_years}"
    ),
    (Outcome.FEE, "zh"): "{clock}。成交价款{price}元×{rate}＝土地闲置费{fee}元。{basis}",
    (Outcome.FEE, "en"): "{clock}. Fee: {rate} of {price} yuan = {fee} yuan. {basis}",
    ("unpriced", "zh"): "{clock}。没有成交价款，土地闲置费数额无法计算。{basis}",
    ("unpriced", "en"): "{clock}. There is no price, so the fee cannot be computed. {basis}",
    ("at_most", "zh"): "{clock}。{base}{sum}元×{rate}，土地闲置费最高{most}元。{basis}",
    (
        "at_most",
        "en",
    ): "{clock}. Fee: {rate} {of} the {base} of {sum} yuan, at most {most} yuan. {basis}",
    ("based", "zh"): "{clock}。{base}{sum}元×{rate}＝土地闲置费{fee}元。{basis}",
    ("based", "en"): "{clock}. Fee: {rate} {of} the {base} of {sum} yuan = {fee} yuan. {basis}",
    ("unbased", "zh"): (
        "{clock}。土地闲置费{ceiling}为{base}×{rate}；{base}没有记录，请补录后计算数额。{basis}"
    ),
    ("unbased", "en"): (
        "{clock}. The fee is {ceiling}{rate} {of} the {base}, which is not recorded: record it "
        "to compute the amount. {basis}"
    ),
    ("open", "zh"): ("{clock}。“{title}”是否适用取决于{asked}，现有记录没有载明，请补录{asked}。"),
    ("open", "en"): (
        "Whether '{title}' is for this land depends on its {asked}, which does not say: "
        "record the {asked}."
    ),
    ("underinvested", "zh"): (
        "应于{due_on}动工，至{on}满{due_years}年，已动工而已投资额占比{invested}，不足{limit}，"
        "该规定亦认定为闲置土地；处置方式未载明，请人工核查。"
    ),
    ("underinvested", "en"): (
        "Due on {due_on}, full years by {on}: {due_years}; commenced, but investment {invested} is "
        "under {limit}: idle by this rule, which is not read as to what follows: review by hand."
    ),
    ("investment_unknown", "zh"): (
        "应于{due_on}动工，至{on}满{due_years}年，已动工；投资额不详，请补录后再判断是否不足{limit}。"
    ),
    ("investment_unknown", "en"): (
        "Due on {due_on}, full years by {on}: {due_years}; commenced, the investment is not known: "
        "record it to judge whether it is under {limit}."
    ),
    ("late", "zh"): (
        "约定竣工日期{completion_on}，至{on}满{completion_years}年未竣工；该规定按{base}逐年收取费用，"
        "{base}（元）：{sum}；费率未载明，请人工核查。"
    ),
    ("late", "en"): (
        "Completion was due on {completion_on}, full years by {on}: {completion_years}; this rule "
        "asks for a yearly charge on the {base} ({sum} yuan) and is not read as to the rate: "
        "review by hand."
    ),
    (Outcome.RECLAIM, "zh"): "{clock}，自{from_on}起可以无偿收回。{basis}",
    (Outcome.RECLAIM, "en"): (
        "{clock}; may be taken back without compensation from {from_on}. {basis}"
    ),
    (Outcome.AGREEMENT, "zh"): "{clock}；扣除原因：{causes}，应当协商处置。",
    (Outcome.AGREEMENT, "en"): "{clock}; excused by {causes}; disposed of by agreement.",
    ("suspended", "zh"): (
        "已动工，自{suspended_on}起中止开发，至{on}满{full_years}年；已动工面积占比{developed}，"
        "已投资额占比{invested}，有一项不足限额，可以认定为闲置土地，协商处置。"
    ),
    ("suspended", "en"): (
        "Commenced, suspended since {suspended_on}, full years by {on}: {full_years}; developed "
        "area {developed}, investment {invested}, one of them under its limit: the land may be "
        "found idle and is disposed of by agreement."
    ),
    ("progress_unknown", "zh"): (
        "已动工，自{suspended_on}起中止开发，至{on}已满规定年限；已动工面积与投资额均不详，"
        "请补录后再判断是否可以认定为闲置土地。"
    ),
    ("progress_unknown", "en"): (
        "Commenced, suspended since {suspended_on}, by {on} for the years of the rule; neither "
        "developed area nor investment is known: record them to judge whether it may be idle."
    ),
    ("undated", "zh"): (
        "至{on}既无约定动工日期，也无交地确认记录，无法起算；请补录合同约定日期或交地确认书。"
    ),
    ("undated", "en"): (
        "By {on} neither an agreed commencement date nor a proof of delivery is recorded, so no "
        "clock runs: record the date of the contract or the proof of delivery."
    ),
    ("unruled", "zh"): "至{on}的事实需要适用规则，但该日没有现行规则，请人工核查。",
    ("unruled", "en"): "The facts on {on} call for a rule, but none is in force: review by hand.",
}
"""The sentence of each kind of finding; the words in braces are columns."""


PHRASES: Mapping[tuple[str, str], str] = {
    ("proven", "zh"): "使用权人自身原因已经核实。",
    ("proven", "en"): "The holder's fault is established.",
    ("conditional", "zh"): "以使用权人原因为前提，原因尚未查明。",
    ("conditional", "en"): "Conditional on the holder's fault, which is not established.",
    ("of", "zh"): "",
    ("of", "en"): "of",
    ("times", "en"): "times",
    ("at_most", "zh"): "最高",
    ("at_most", "en"): "at most ",
    ("unverified", "zh"): "（依据未核实，使用前须核对原文。）",
    ("unverified", "en"): " (The source is not verified: check it before use.)",
    ("unknown", "zh"): "不详",
    ("unknown", "en"): "unknown",
}
"""Phrases that stand inside the sentences."""


def names(template: str) -> list[str]:
    """The names in braces of a template."""
    return re.findall(r"\{(\w+)\}", template)


def fill(template: str, columns: Mapping[str, Any]) -> pa.Array:
    """``template`` with each ``{name}`` replaced by the text column ``name``, row by row."""
    parts = re.split(r"\{(\w+)\}", template)
    pieces = [
        columns[part] if i % 2 else pa.scalar(part, pa.large_string())
        for i, part in enumerate(parts)
    ]
    return pc.binary_join_element_wise(
        *pieces,
        pa.scalar("", pa.large_string()),
        null_handling="replace",
    )


def pick(words: NDArray[Any] | list[str] | tuple[str, ...], place: Counts) -> pa.Array:
    """The word at each place."""
    return pa.array(list(words), type=pa.large_string()).take(pa.array(place))


def day_text(days: Days) -> pa.Array:
    """Days as ISO text, null where there is none."""
    dated = ~np.isnat(days)
    if not dated.any():
        return pa.nulls(len(days), pa.large_string())
    first, last = days[dated].min(), days[dated].max()
    if (last - first).astype(int) >= len(days):
        known, place = np.unique(np.where(dated, days, first), return_inverse=True)
    else:
        known = np.arange(first, last + DAY)
        place = np.where(dated, days - first, 0).astype(np.int64)
    return pick(known.astype(str), np.ma.masked_array(place, ~dated))


def count_text(counts: Counts) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(counts).cast(pa.large_string())


def yuan_text(fen: Counts) -> pa.Array:
    """Fen as yuan with two decimals."""
    cents = pick([f".{cent:02d}" for cent in range(100)], fen % 100)
    yuan = pa.array(fen // 100).cast(pa.large_string())
    return fill("{yuan}{cents}", {"yuan": yuan, "cents": cents})


def share_text(part: NDArray[np.float64], whole: NDArray[np.float64], unknown: str) -> pa.Array:
    """A share in percent with two decimals, ``unknown`` where either side is missing."""
    known = (part >= 0) & (whole > 0)
    hundredths = np.zeros(len(part), dtype=np.int64)
    hundredths[known] = np.floor(part[known] / whole[known] * 10_000)
    return choose(known, fill("{share}%", {"share": yuan_text(hundredths)}), unknown)


def percent(rate: Fraction) -> str:
    """A rate as people write it: ``20%``, or ``1/3`` where percent would not be exact."""
    return f"{float(rate * 100):g}%" if 10_000 % rate.denominator == 0 else str(rate)


def choose(where: Mask | pa.Array, yes: pa.Array | str, no: pa.Array | str) -> pa.Array:
    """``yes`` where the mask holds, else ``no``."""
    sides = [pa.scalar(s, pa.large_string()) if isinstance(s, str) else s for s in (yes, no)]
    return pc.if_else(pa.array(where), *sides)


def repeat(word: str, size: int) -> pa.Array:
    """The same word in every row."""
    return pa.repeat(pa.scalar(word, pa.large_string()), size)


def sets_as_text(
    sets: Counts, words: Sequence[str], between: str = ";"
) -> pa.Array | pa.ChunkedArray:
    """Sets of codes (sums of powers of two) as words joined by semicolons."""
    known, place = _known(sets)
    texts = [between.join(w for i, w in enumerate(words) if s >> i & 1) for s in known.tolist()]
    return same_text(texts[0], len(sets)) if len(texts) == 1 else pick(texts, place)


def _known(sets: Counts) -> tuple[Counts, Counts]:
    """The different sets and the place of each among them; small codes need no sorting."""
    if not len(sets) or sets.max() >= len(sets) + 1_000:
        place, seen = pd.factorize(sets)
        return seen, place
    known = np.flatnonzero(np.bincount(sets))
    lookup = np.zeros(known[-1] + 1, dtype=np.int64)
    lookup[known] = np.arange(len(known))
    return known, lookup[sets]


def column(words: pa.Array | pa.ChunkedArray) -> ArrowStringArray:
    """Words as a pandas column of dtype ``str``, without copying them."""
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    made: ArrowStringArray = dtype.__from_arrow__(words)
    return made


def alike(columns: Sequence[Counts]) -> tuple[Counts, Counts]:
    """Which rows have the same numbers: a place for each, and the first row of every place."""
    place = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, known = pd.factorize(column)
        place = pd.factorize(place * len(known) + codes)[0]
    first = np.zeros(place.max(initial=-1) + 1, dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return place, first
