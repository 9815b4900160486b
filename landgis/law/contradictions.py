"""Facts of supplies in; what is missing or contradicts itself, as flagged rows, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from landgis.clock import DAY, Counts, Days, Mask
from landgis.issues import IssueKind, issue_rows, join
from landgis.law.due import days_of, happened, over_extended
from landgis.law.fault import CAUSES, Excused
from landgis.law.standing import Stand
from landgis.law.wording import day_text
from landgis.rulebook import Rulebook
from landgis.schema import LAYERS
from landgis.stations import Layers
from landgis.terms import Cause, Standing


class Flag(NamedTuple):
    """One kind of problem: the rows of the supplies that have it and the day it speaks of."""

    kind: IssueKind
    layer: str
    field: str
    row: Counts
    value: Days | None = None


def flags(layers: Layers, rulebook: Rulebook, standing: Stand, excused: Excused) -> list[Flag]:
    """Every problem that the determination meets, in a fixed order; none changes a standing."""
    table = layers["supplies"].table
    found = [
        *_order_of_dates(table, standing),
        *_suspension(table, standing),
        *_delivery(table, standing),
        *_money(table),
        *_amendments(rulebook, standing),
        *_delays(excused),
        _contested(excused, standing),
    ]
    return [flag for flag in found if len(flag.row)]


def _dated(kind: IssueKind, field: str, where: Mask, days: Days) -> Flag:
    row = np.flatnonzero(where)
    return Flag(kind, "supplies", field, row, days[row])


def _order_of_dates(table: pd.DataFrame, standing: Stand) -> Iterator[Flag]:
    on = standing.on
    supplied, agreed = days_of(table, "supplied_on"), days_of(table, "agreed_start_on")
    started, completed = happened(table, "started_on", on), happened(table, "completed_on", on)
    returned, finish = happened(table, "returned_on", on), days_of(table, "agreed_completion_on")
    done_unstarted = ~np.isnat(completed) & np.isnat(started)
    kind = IssueKind
    yield _dated(kind.SUPPLIED_AFTER_ON, "supplied_on", supplied > on, supplied)
    yield _dated(kind.COMPLETED_WITHOUT_START, "started_on", done_unstarted, completed)
    yield _dated(kind.COMPLETED_BEFORE_START, "completed_on", completed < started, completed)
    yield _dated(kind.STARTED_BEFORE_SUPPLY, "started_on", started < supplied, started)
    yield _dated(kind.RETURNED_BEFORE_SUPPLY, "returned_on", returned < supplied, returned)
    yield _dated(kind.DUE_BEFORE_SUPPLY, "agreed_start_on", agreed < supplied, agreed)
    yield _dated(kind.COMPLETION_BEFORE_DUE, "agreed_completion_on", finish < agreed, finish)
    undated = standing.is_in(Standing.UNDATED)
    yield Flag(kind.DUE_DATE_MISSING, "supplies", "agreed_start_on", np.flatnonzero(undated))


def _suspension(table: pd.DataFrame, standing: Stand) -> Iterator[Flag]:
    on, kind = standing.on, IssueKind
    suspended, resumed = happened(table, "suspended_on", on), happened(table, "resumed_on", on)
    started = happened(table, "started_on", on)
    astray = ~np.isnat(suspended) & ~(started <= suspended)
    yield _dated(kind.SUSPENDED_WITHOUT_START, "suspended_on", astray, suspended)
    yield _dated(kind.RESUMED_BEFORE_SUSPENDED, "resumed_on", resumed < suspended, resumed)
    full_year = standing.is_in(Standing.SUSPENDED) & (standing.suspended_from <= on)
    share = standing.shares
    unclear = full_year & ~(share.developed_known & share.invested_known)
    yield Flag(kind.PROGRESS_UNKNOWN, "supplies", "developed_area_m2", np.flatnonzero(unclear))


def _delivery(table: pd.DataFrame, standing: Stand) -> Iterator[Flag]:
    """Late or unproven delivery: a candidate cause under art. 8(1), shown, never assumed."""
    late = standing.is_in(Standing.OVERDUE, Standing.IDLE)
    delivered = happened(table, "delivered_on", standing.on)
    after = late & (delivered > days_of(table, "agreed_delivery_on"))
    yield _dated(IssueKind.DELIVERED_LATE, "delivered_on", after, delivered)
    unproven = np.flatnonzero(late & np.isnat(delivered))
    yield Flag(IssueKind.DELIVERY_UNPROVEN, "supplies", "delivered_on", unproven)


def _money(table: pd.DataFrame) -> Iterator[Flag]:
    price = table["price_fen"].to_numpy("int64", na_value=1)
    yield Flag(IssueKind.PRICE_ZERO, "supplies", "price_fen", np.flatnonzero(price == 0))


def _amendments(rulebook: Rulebook, standing: Stand) -> Iterator[Flag]:
    made = standing.due.amendments
    far = over_extended(standing.due, rulebook, standing.today)
    kind = IssueKind.EXTENDED_TOO_FAR
    yield Flag(kind, "amendments", "start_on", made.row[far], made.start[far])
    same = (made.row[1:] == made.row[:-1]) & (made.signed[1:] == made.signed[:-1])
    twice = np.flatnonzero(same) + 1
    kind = IssueKind.AMENDED_TWICE_A_DAY
    yield Flag(kind, "amendments", "signed_on", made.row[twice], made.signed[twice])
    astray = [
        (IssueKind.AMENDED_BACKWARDS, "start_on", made.start < made.signed, made.start),
        (IssueKind.AMENDED_FORWARD, "start_on", made.start < made.before, made.start),
        (
            IssueKind.AMENDED_COMPLETION,
            "completion_on",
            made.completion < made.start,
            made.completion,
        ),
    ]
    for kind, field, where, days in astray:
        yield Flag(kind, "amendments", field, made.row[where], days[where])


def _delays(excused: Excused) -> Iterator[Flag]:
    delays, spans = excused.delays, excused.delays.spans
    kinds = [
        (IssueKind.DELAY_OPEN, "until_on", delays.open & excused.taken),
        (IssueKind.DELAY_REVERSED, "until_on", spans.end < spans.start),
        (IssueKind.DELAY_MOOT, "from_on", excused.by_delay.moot),
    ]
    for kind, field, where in kinds:
        yield Flag(kind, "delays", field, spans.row[where], spans.start[where])


def _contested(excused: Excused, standing: Stand) -> Flag:
    """Days that are verified both as the holder's own and as somebody else's, from the first on.

    They are excused and so prove nothing against the holder; what the other days prove holds
    whichever of the two causes is rejected in the end.
    """
    delays, spans = excused.delays, excused.delays.spans
    own = delays.verified & (delays.cause == CAUSES.index(Cause.HOLDER))
    both = np.intersect1d(spans.row[own], spans.row[excused.taken])
    if not len(both):
        return Flag(IssueKind.CAUSES_CONTRADICT, "delays", "cause", both)
    end = np.where(delays.open, standing.on, spans.end)
    start = np.maximum(spans.start, standing.origin[spans.row] + DAY)
    table = pd.DataFrame({"row": spans.row, "start": start, "end": end})[np.isin(spans.row, both)]
    sides = [table[chosen[np.isin(spans.row, both)]] for chosen in (own, excused.taken)]
    pairs = sides[0].merge(sides[1], on="row", suffixes=("", "_other"))
    first = pairs[["start", "start_other"]].max(axis=1)
    met = (first <= pairs[["end", "end_other"]].min(axis=1)).to_numpy(bool)
    days = first[met].groupby(pairs["row"][met]).min()
    value = days.to_numpy("datetime64[D]")
    return Flag(
        IssueKind.CAUSES_CONTRADICT, "delays", "cause", days.index.to_numpy(np.int64), value
    )


def as_rows(found: Sequence[Flag], ids: pd.Series[Any]) -> pd.DataFrame:
    """The flags as an issue table; ``ids`` are the supply numbers, by row."""
    numbers: Any = ids.array
    return join(
        [
            issue_rows(
                flag.kind,
                layer=flag.layer,
                field=flag.field,
                field_zh=LAYERS[flag.layer].zh_names.get(flag.field, ""),
                feature_id=numbers.take(flag.row),
                value="" if flag.value is None else day_text(flag.value),
            )
            for flag in found
        ]
    )


def as_sets(found: Sequence[Flag], size: int) -> tuple[Counts, tuple[str, ...]]:
    """Which kinds each supply has, as a set of codes, and the words of the codes."""
    kinds = sorted({flag.kind.code for flag in found})
    sets = np.zeros(size, dtype=np.int64)
    for flag in found:
        sets[flag.row] |= 1 << kinds.index(flag.kind.code)
    return sets, tuple(kinds)
