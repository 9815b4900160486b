"""What arrives: what the operator says about files, what was found in them, whether it may in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from landgis.errors import RefusedImport, UsageError
from landgis.issues import IssueKind
from landgis.rulebook import Rulebook
from landgis.stations import Source
from landgis.store import Delivery, Revision
from landgis.terms import Severity


@dataclass(frozen=True)
class Options:
    """What the operator says about files: how to read them and what to accept.

    ``crs`` is the declared EPSG code, ``mapping`` a MAP.toml, ``accept`` the kinds of error that
    do not stop the import. ``today`` tells which dates lie in the future; without it none does.
    ``attributes`` is a table of records that belong to the outlines by their column ``key``.
    ``rulebook`` are the rules under which it is done; ``again`` records files that a revision was
    made of before, in the same way. ``remembered`` are mappings of earlier revisions,
    ``datum_shift`` the operator's parameters from an older datum to CGCS2000.
    """

    crs: int | None = None
    encoding: str | None = None
    mapping: Path | None = None
    source_layer: str | None = None
    accept: frozenset[str] = frozenset()
    full: bool = False
    dry_run: bool = False
    author: str = ""
    command: str = ""
    reason: str = ""
    today: date | None = None
    attributes: Path | None = None
    key: str | None = None
    rulebook: Rulebook | None = None
    again: bool = False
    datum_shift: str | None = None
    remembered: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


AS_IT_COMES = Options()
"""Nothing declared, nothing accepted."""


@dataclass(frozen=True)
class Report:
    """What an import found and did.

    ``revision`` is ``None`` where the import was refused; ``refusal`` is then the error to raise.
    """

    layer: str
    files: tuple[str, ...]
    rows: int
    issues: pd.DataFrame
    revision: Revision | None = None
    refusal: RefusedImport | None = None
    sources: tuple[Source, ...] = field(default=())


@dataclass(frozen=True)
class Arrival:
    """Files that were read and checked, before any store is asked."""

    deliveries: tuple[Delivery, ...]
    report: Report


FIRM = frozenset(kind.code for kind in IssueKind if kind.is_firm)
"""The errors that ``--accept`` does not take."""


def check_accepted(kinds: frozenset[str]) -> None:
    """Raise ``UsageError`` for a kind of issue that does not exist or that nobody can accept."""
    unknown = sorted(kinds - {k.code for k in IssueKind})
    if unknown:
        errors = ", ".join(
            k.code for k in IssueKind if k.value.severity is Severity.ERROR and not k.is_firm
        )
        raise UsageError(
            f"there is no kind of issue '{unknown[0]}': --accept takes {errors}.",
            f"没有“{unknown[0]}”这种数据问题：--accept 可用 {errors}。",
        )

    firm = sorted(kinds & FIRM)
    if firm:
        raise UsageError(
            f"'{firm[0]}' cannot be accepted: deliver the land where it lies, in CGCS2000.",
            f"“{firm[0]}”不可接受：请提供 CGCS2000 坐标的真实位置。",
        )


def refusal(issues: pd.DataFrame, accept: frozenset[str] = frozenset()) -> RefusedImport | None:
    """The error that these issues make of an import, unless all their errors are accepted."""
    errors = issues[issues["severity"] == Severity.ERROR.value]
    open_kinds = Counter(errors.loc[~errors["kind"].isin(accept), "kind"].tolist())
    if not open_kinds:
        return None
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(open_kinds.items()))
    if open_kinds.keys() & FIRM:
        return RefusedImport(
            f"nothing was recorded: {listed}; deliver the land where it lies, in CGCS2000.",
            f"未写入任何数据：{listed}；请提供 CGCS2000 坐标的真实位置。",
        )
    flags = " ".join(f"--accept {kind}" for kind in sorted(open_kinds))
    return RefusedImport(
        f"nothing was recorded: {listed}; mend the data, or take them as they are with {flags}.",
        f"未写入任何数据：{listed}；请更正数据，或用 {flags} 按现状接受。",
    )
