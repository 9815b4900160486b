"""TOML text of rules in, checked rules out; every refusal names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, NoReturn

from landgis.citation import Citation, Instrument
from landgis.errors import RulebookError
from landgis.rulevalues import EXPECTED, READ, decimal
from landgis.statute import RULE_KINDS, Base, FeeRule, Rule

_ID = re.compile(r"[\w.-]{1,60}")
_RENAMED = {"since": "from"}
_KINDS = {rule.kind: rule for rule in RULE_KINDS}


def read_rules(text: str, name: str) -> tuple[list[Rule], list[int]]:
    """The rules written in ``text`` and the line of each; ``name`` is the file errors speak of.

    Raises ``RulebookError`` on text that is no TOML, an unknown or missing key, a value of the
    wrong kind, a rule without citation or a rate over its cap.
    """
    page = _Page(text.replace("\r\n", "\n"), name)
    data = page.read()
    page.only(data, {"instruments", "rule"}, _Place())
    page.tables(data, "rule", _Place())
    instruments = {
        key: page.record(Instrument, value, _Place(header=f"[instruments.{key}]"))
        for key, value in page.named(data, "instruments").items()
    }
    rules = [page.rule(raw, i, instruments) for i, raw in enumerate(data.get("rule", []))]
    return rules, [page.line(_Place(rule=i)) for i in range(len(rules))]


def line_of(text: str, name: str, index: int, key: str) -> int:
    """The line, from 1, of ``key`` in the rule at ``index`` of a page, or of the rule itself."""
    return _Page(text.replace("\r\n", "\n"), name).line(_Place(rule=index), key)


def _flaws(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """What contradicts itself in a rule: the key, and why, in English and in Chinese."""
    if not _ID.fullmatch(rule.id):
        yield (
            "id",
            f"'{rule.id}' is no id: use letters, digits, points and hyphens",
            f"“{rule.id}”不能作编号：请使用字母、数字、点和连字符",
        )
    for key in ("zh", "en"):
        if not getattr(rule, key).strip():
            yield key, "the rule has no title: write it", "规则没有名称：请填写"
    if rule.until is not None and rule.until <= rule.since:
        yield "until", "the rule ends before it begins", "规则的截止日期不晚于施行日期"
    if rule.id in rule.replaces:
        yield "replaces", "the rule replaces itself", "规则不能取代自身"
    if not isinstance(rule, FeeRule):
        return
    if rule.rate > rule.cap:
        yield (
            "rate",
            f"the rate {rule.rate} is over its cap {rule.cap}: lower it",
            f"费率 {rule.rate} 超过上限 {rule.cap}：请调低",
        )
    if rule.base is Base.PRICE and rule.cap > 1:
        yield (
            "cap",
            f"the cap {rule.cap} is more than the price itself: write a share such as 0.20",
            f"上限 {rule.cap} 超过成交价款本身：应写作 0.20 这样的比例",
        )


class _Place:
    """Where in the text something stands: the nth rule, its nth citation, or under a header."""

    def __init__(
        self, header: str | None = None, rule: int | None = None, citation: int | None = None
    ) -> None:
        self.header = header
        self.rule = rule
        self.citation = citation


class _Page:
    """One file of rules: knows its name and finds the line of a key."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.name = name

    def read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text, parse_float=decimal)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            row = int(found.group(1)) if found else len(self.lines)
            raise RulebookError(
                f"this is not TOML ({error}): correct the line.",
                "不是合法的 TOML：请更正该行。",
                file=self.name,
                row=row,
            ) from error
        except RecursionError as error:
            raise RulebookError(
                "brackets are nested too deeply here: write each rule as [[rule]].",
                "括号嵌套过深：每条规则请以 [[rule]] 写出。",
                file=self.name,
            ) from error

    def rule(self, raw: Any, index: int, instruments: Mapping[str, Instrument]) -> Rule:
        place = _Place(rule=index)
        kind = raw.get("kind")
        if str(kind) not in _KINDS:
            self.refuse_choice(place, "kind", kind, _KINDS)
        self.tables(raw, "citations", place)
        cited = raw.get("citations", [])
        citations = tuple(self.citation(c, index, i, instruments) for i, c in enumerate(cited))
        if not citations:
            self.refuse(
                place,
                "citations",
                "the rule cites nothing: add its citation",
                "规则没有依据：请补充 citations",
            )
        plain = {key: value for key, value in raw.items() if key not in ("kind", "citations")}
        rule: Rule = self.record(_KINDS[kind], plain, place, citations=citations)
        for key, en, zh in _flaws(rule):
            self.refuse(place, key, en, zh)
        return rule

    def citation(
        self, raw: Any, rule: int, index: int, instruments: Mapping[str, Instrument]
    ) -> Citation:
        place = _Place(rule=rule, citation=index)
        key = raw.get("instrument")
        if str(key) not in instruments:
            self.refuse_choice(place, "instrument", key, instruments)
        values = raw | {"instrument": instruments[key]}
        read: Citation = self.record(Citation, values, place)
        if not read.quote.strip():
            self.refuse(
                place, "quote", "nothing is quoted: quote the words", "没有引文：须引用原文"
            )
        return read

    def record(self, kind: type[Any], raw: Any, place: _Place, **given: Any) -> Any:
        """An instance of the dataclass ``kind`` from a TOML table, every key checked."""
        wanted = {_RENAMED.get(f.name, f.name): f for f in fields(kind) if f.name not in given}
        self.only(raw, set(wanted), place)
        for key, field in wanted.items():
            if key not in raw and field.default is MISSING:
                self.refuse(
                    place, None, f"the key '{key}' is missing: add it", f"缺少键“{key}”：请补充"
                )
        values = {f.name: self.value(raw[k], k, f, place) for k, f in wanted.items() if k in raw}
        return kind(**values, **given)

    def value(self, raw: Any, key: str, field: Field[Any], place: _Place) -> Any:
        wanted = str(field.type)
        try:
            return READ[wanted](raw)
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            self.refuse(
                place,
                key,
                f"the value of '{key}' does not fit: {EXPECTED[wanted]} is expected",
                f"“{key}”的取值不符：应为 {EXPECTED[wanted]}",
            )

    def tables(self, raw: Mapping[str, Any], key: str, place: _Place) -> None:
        held = raw.get(key, [])
        if not isinstance(held, list) or not all(isinstance(table, dict) for table in held):
            self.refuse(place, key, f"'{key}' is written [[{key}]]", f"“{key}”应写作 [[{key}]]")

    def named(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The tables under ``key`` by their names."""
        held = raw.get(key, {})
        if not isinstance(held, dict) or not all(isinstance(v, dict) for v in held.values()):
            said = f"[{key}.NAME]"
            self.refuse(_Place(), key, f"'{key}' are written {said}", f"“{key}”应写作 {said}")
        return held

    def only(self, raw: Mapping[str, Any], known: set[str], place: _Place) -> None:
        for key in raw:
            if key not in known:
                names = ", ".join(sorted(known))
                self.refuse(
                    place,
                    key,
                    f"the key '{key}' is unknown; known are {names}",
                    f"未知的键“{key}”；可用的键为 {names}",
                )

    def refuse_choice(
        self, place: _Place, key: str, value: Any, known: Mapping[str, object]
    ) -> NoReturn:
        names = ", ".join(known)
        self.refuse(
            place,
            key,
            f"'{value}' is no {key}: use one of {names}",
            f"{key} 不能取“{value}”：请使用 {names} 之一",
        )

    def refuse(self, place: _Place, key: str | None, en: str, zh: str) -> NoReturn:
        raise RulebookError(
            f"{en}.", f"{zh}。", file=self.name, row=self.line(place, key), column=key
        )

    def line(self, place: _Place, key: str | None = None) -> int:
        """The line, from 1, of ``key`` under the place, or of the place itself."""
        start = self._header(place)
        if key is not None:
            for i in range(start, len(self.lines)):
                if i > start and self.lines[i].startswith("["):
                    break
                if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[i]):
                    return i + 1
        return start + 1

    def _header(self, place: _Place) -> int:
        if place.rule is None:
            return self._nth(lambda line: line.strip() == place.header, 0, 0)
        start = self._nth(lambda line: line.strip() == "[[rule]]", 0, place.rule)
        if place.citation is None:
            return start
        return self._nth(lambda line: line.strip() == "[[rule.citations]]", start, place.citation)

    def _nth(self, wanted: Callable[[str], bool], start: int, n: int) -> int:
        hits = [i for i in range(start, len(self.lines)) if wanted(self.lines[i])]
        return hits[n] if n < len(hits) else start
