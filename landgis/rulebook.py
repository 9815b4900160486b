"""The law as data: TOML text in, a rulebook that answers by kind, by date and by id out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

import pandas as pd

from landgis.ceilings import Flaw, beyond
from landgis.citation import Citation
from landgis.errors import NotFound, RulebookError
from landgis.rulepage import read_rules
from landgis.statute import CeilingRule, Rule

R = TypeVar("R", bound=Rule)


TABLE = (
    "rule",
    "kind",
    "title",
    "title_zh",
    "from_on",
    "until_on",
    "in_force",
    "parameters",
    "articles",
    "quote",
    "certainty",
    "checked",
    "source_status",
)
"""The columns of ``Rulebook.table``."""


@dataclass(frozen=True)
class Rulebook:
    """Rules in the order of their text, with the text itself, so that a finding can be replayed."""

    rules: tuple[Rule, ...]
    text: str

    @property
    def sha256(self) -> str:
        """The fingerprint of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """The rules of one kind, every version."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))

    def in_force(self, kind: type[R], on: date) -> tuple[R, ...]:
        """The rules of one kind that are in force on that day."""
        return tuple(rule for rule in self.of(kind) if rule.in_force(on))

    def measure(self, kind: type[R], on: date) -> R:
        """The rule by which time is counted on that day.

        Elapsed time counts whenever it ran: before the first version its numbers are used, after
        the last those of the last. Raises ``RulebookError`` if there is no rule of this kind.
        """
        versions = sorted(self.of(kind), key=lambda rule: rule.since)
        if not versions:
            raise RulebookError(
                f"the rulebook has no rule of kind '{kind.kind}': add one.",
                f"规则中没有类型为“{kind.kind}”的条目：请补充。",
            )
        begun = [rule for rule in versions if rule.since <= on]
        current = [rule for rule in begun if rule.in_force(on)]
        return (current or begun or versions)[-1 if begun else 0]

    def rule(self, rule_id: str, on: date | None = None) -> Rule:
        """The rule called ``rule_id``, in the version of ``on`` if there is one, else the last.

        Raises ``NotFound`` if no rule is called so.
        """
        versions = [rule for rule in self.rules if rule.id == rule_id]
        if not versions:
            raise NotFound(
                f"there is no rule '{rule_id}': see landgis rules list.",
                f"没有规则“{rule_id}”：请用 landgis rules list 查看。",
            )
        current = [rule for rule in versions if on is not None and rule.in_force(on)]
        return (current or versions)[-1]

    def cited(self, rule_ids: str, on: date | None = None) -> tuple[Citation, ...]:
        """The citations behind a ``citations`` cell such as ``order53-14-1;order53-2-1``."""
        found = [self.rule(rule_id, on) for rule_id in rule_ids.split(";") if rule_id]
        return tuple(dict.fromkeys(c for rule in found for c in rule.citations))

    def changes(self) -> tuple[date, ...]:
        """The days on which a rule comes into force or ends, in order."""
        ends = (rule.until for rule in self.rules if rule.until is not None)
        return tuple(sorted({*(rule.since for rule in self.rules), *ends}))

    def table(self, on: date, lang: str = "zh") -> pd.DataFrame:
        """One row a version of a rule with the columns ``TABLE``; ``in_force`` on that day.

        ``lang`` is the language of the articles; the quoted words are those of the law.
        """
        return pd.DataFrame([_row(rule, on, lang) for rule in self.rules], columns=list(TABLE))

    def flaws(self, ceilings: Sequence[CeilingRule]) -> Iterator[Flaw]:
        """The rules that cannot stand beside the others, or under the national ``ceilings``."""
        clash = overlapping(self.rules)
        if clash is not None:
            yield Flaw(clash, "from", *_clashing(clash))
        known = {rule.id for rule in self.rules}
        for rule in self.rules:
            for name in rule.replaces:
                if name not in known:
                    yield Flaw(
                        rule,
                        "replaces",
                        f"rule '{rule.id}' replaces '{name}', which no rule is called: correct "
                        "the name, or add its folder to --rules",
                        f"规则“{rule.id}”取代的“{name}”不存在：请更正名称，"
                        "或在 --rules 中加入其所在的规则库",
                    )
        circle = _circle(self.rules)
        if circle is not None:
            yield Flaw(
                circle,
                "replaces",
                f"rule '{circle.id}' replaces a rule by which it is replaced itself, so that none "
                "speaks: remove one of the two",
                f"规则“{circle.id}”与其取代的规则互相取代，均不适用：请删去其一",
            )
        yield from beyond(self.rules, ceilings)

    def merge(self, *others: Rulebook) -> Rulebook:
        """This rulebook and others as one, unchecked: ``flaws`` tells what contradicts."""
        books = (self, *others)
        merged = tuple(rule for book in books for rule in book.rules)
        return Rulebook(merged, "\n".join(book.text for book in books))


def overlapping(rules: Iterable[Rule]) -> Rule | None:
    """The first rule whose version begins before the earlier version of the same id has ended."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for versions in by_id.values():
        for earlier, later in pairwise(sorted(versions, key=lambda rule: rule.since)):
            if earlier.until is None or later.since < earlier.until:
                return later
    return None


def _circle(rules: Sequence[Rule]) -> Rule | None:
    """The first rule that is replaced, through whichever others, by what it replaces."""
    replaced: dict[str, set[str]] = {}
    for rule in rules:
        replaced.setdefault(rule.id, set()).update(rule.replaces)
    for rule in rules:
        reached, ahead = set[str](), set(rule.replaces)
        while ahead:
            reached |= ahead
            ahead = {name for at in ahead for name in replaced.get(at, ())} - reached
        if rule.id in reached:
            return rule
    return None


def _refuse_overlaps(rules: Sequence[Rule], file: str, rows: Sequence[int]) -> None:
    """Raise ``RulebookError`` if two versions of one rule are in force on the same day."""
    clash = overlapping(rules)
    if clash is None:
        return
    where = next(i for i, rule in enumerate(rules) if rule is clash)
    en, zh = _clashing(clash)
    raise RulebookError(f"{en}.", f"{zh}。", file=file, row=rows[where], column="from")


def _clashing(rule: Rule) -> tuple[str, str]:
    return (
        f"two versions of rule '{rule.id}' are in force on {rule.since}: end the earlier one "
        "with 'until'",
        f"规则“{rule.id}”有两个版本在 {rule.since} 同时有效：请用 until 结束前一版本",
    )


def parse(text: str, name: str) -> Rulebook:
    """The rulebook written in ``text``; ``name`` is the file that errors speak of.

    Raises ``RulebookError`` with file and line on a rule that does not load, and where two
    versions of one rule overlap.
    """
    rules, rows = read_rules(text, name)
    _refuse_overlaps(rules, name, rows)
    return Rulebook(tuple(rules), text)


def as_text(said: Mapping[str, str]) -> str:
    """Parameters in one cell: ``rate=1/5;cap=1/5``."""
    return ";".join(f"{name}={value}" for name, value in said.items())


def parameters(rule: Rule) -> dict[str, Any]:
    """The numbers and choices of a rule by name: what its kind has beyond every rule."""
    common = {field.name for field in fields(Rule)}
    return {f.name: getattr(rule, f.name) for f in fields(rule) if f.name not in common}


def said_of(rule: Rule) -> dict[str, str]:
    """What a rule says beyond its words, as text: its parameters, its land, what it replaces."""
    named = {**parameters(rule), **_reach(rule)}
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in named.items()
        if value is not None
    }


def _row(rule: Rule, on: date, lang: str) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "kind": rule.kind,
        "title": rule.en,
        "title_zh": rule.zh,
        "from_on": rule.since.isoformat(),
        "until_on": "" if rule.until is None else rule.until.isoformat(),
        "in_force": rule.in_force(on),
        "parameters": as_text(said_of(rule)),
        "articles": ";".join(citation.label(lang) for citation in rule.citations),
        "quote": rule.citations[0].quote,
        "certainty": rule.citations[0].certainty.value,
        "checked": all(citation.is_checked for citation in rule.citations),
        "source_status": rule.status.value,
    }


def _reach(rule: Rule) -> dict[str, Any]:
    """For which supplies the rule is and which rules it replaces, where it says so."""
    only = f"{rule.only.column}:{'|'.join(rule.only.words)}" if rule.only else ""
    return {name: said for name, said in (("only", only), ("replaces", rule.replaces)) if said}
