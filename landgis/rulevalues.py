"""TOML values in, the values of a rule's keys out, by the annotation of the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from landgis.citation import Certainty, Instrument, Status, Wording
from landgis.statute import Base, Basis, Fact, Only, Policy, Told
from landgis.terms import Cause, Outcome, Standing, Term

LARGEST = 1000
"""No term of the law counts more days, months or years."""
_NUMBER = re.compile(r"[+-]?[\d_]{1,18}(\.[\d_]{1,18})?(/[1-9]\d{0,17})?", re.ASCII)


def _date(raw: Any) -> date:
    if type(raw) is not date:
        raise TypeError
    return raw


def _whole(raw: Any) -> int:
    if type(raw) is not int or not 1 <= raw <= LARGEST:
        raise TypeError
    return raw


def _exact(raw: Any) -> Fraction:
    if isinstance(raw, bool | float) or (isinstance(raw, str) and not _NUMBER.fullmatch(raw)):
        raise ValueError
    return Fraction(raw)


def decimal(text: str) -> Fraction | float:
    """A TOML float exactly; what no rate is (``inf``, ``1e9``) stays a float and does not fit."""
    return Fraction(text) if _NUMBER.fullmatch(text) else float(text)


def _share(raw: Any) -> Fraction:
    share = _exact(raw)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def _multiple(raw: Any) -> Fraction:
    times = _exact(raw)
    if times < 0:
        raise ValueError
    return times


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.isprintable():
        raise TypeError
    return raw


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _member(term: type[Term], raw: Any) -> Term:
    found = [member for member in term if member.value == raw]
    if not found:
        raise ValueError
    return found[0]


def _causes(raw: Any) -> tuple[Term, ...]:
    return tuple(_member(Cause, cause) for cause in _listed(raw))


def _standings(raw: Any) -> tuple[Term, ...]:
    return tuple(_member(Standing, standing) for standing in _listed(raw))


def _listed(raw: Any) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        raise TypeError
    return raw


def _words(raw: Any) -> tuple[str, ...]:
    return tuple(_text(word) for word in _listed(raw))


def _only(raw: Any) -> Only:
    given = dict(raw)
    column = Told(given.pop("column"))
    return Only(column, **{key: _words(words) for key, words in given.items()})


def _outcome(raw: Any) -> Term:
    return _member(Outcome, raw)


def _instrument(raw: Any) -> Instrument:
    if not isinstance(raw, Instrument):
        raise TypeError
    return raw


def _choices(term: type[StrEnum]) -> str:
    return "one of " + ", ".join(term)


READ: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "date": _date,
    "date | None": _date,
    "int": _whole,
    "int | None": _whole,
    "bool": _flag,
    "Fraction": _share,
    "Multiple": _multiple,
    "Multiple | None": _multiple,
    "tuple[str, ...]": _words,
    "tuple[Cause, ...]": _causes,
    "tuple[Standing, ...]": _standings,
    "Only | None": _only,
    "Base": lambda raw: _member(Base, raw),
    "Base | None": lambda raw: _member(Base, raw),
    "Basis": Basis,
    "Status": lambda raw: _member(Status, raw),
    "Instrument": _instrument,
    "Certainty": lambda raw: _member(Certainty, raw),
    "Wording": Wording,
    "Policy": Policy,
    "Outcome": _outcome,
    "Fact | None": Fact,
}
"""How a TOML value becomes the value of a field, by the annotation of the field."""

EXPECTED: Mapping[str, str] = {
    "str": "text on one line",
    "date": "a date such as 2012-07-01",
    "date | None": "a date such as 2012-07-01",
    "int": f"a whole number from 1 to {LARGEST}",
    "int | None": f"a whole number from 1 to {LARGEST}",
    "bool": "true or false",
    "Fraction": "a share between 0 and 1 such as 0.20 or '1/3'",
    "Multiple": "a number from 0 such as 4, 0.20 or '1/3'",
    "Multiple | None": "a number from 0 such as 4, 0.20 or '1/3'",
    "tuple[str, ...]": "a list of texts",
    "tuple[Cause, ...]": "a list of " + ", ".join(Cause),
    "tuple[Standing, ...]": "a list of " + ", ".join(Standing),
    "Only | None": "{ column = ..., words = [...], others = [...] }, column " + _choices(Told),
    "Base": "one of " + ", ".join(Base),
    "Base | None": "one of " + ", ".join(Base),
    "Basis": _choices(Basis),
    "Status": "one of " + ", ".join(Status),
    "Instrument": "the key of an instrument",
    "Certainty": _choices(Certainty),
    "Wording": _choices(Wording),
    "Policy": _choices(Policy),
    "Outcome": _choices(Outcome),
    "Fact | None": _choices(Fact),
}
