"""Headers of files to columns of a schema, from ``landgis/headers.toml`` and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from landgis.errors import UsageError
from landgis.quality.cells import Reading
from landgis.quality.values import AREA_UNITS_M2, MONEY_UNITS_FEN
from landgis.readers.text import plain
from landgis.schema import LAYERS, Column, Kind, LayerSchema

UNITS: Mapping[Kind, Mapping[str, str]] = {
    Kind.AREA: {plain(u): u for u in AREA_UNITS_M2},
    Kind.MONEY: {plain(u): u for u in MONEY_UNITS_FEN},
}
"""Units as they are written in headers, compared by ``plain``."""

MEASURED = frozenset(map(plain, ("area_m2", "area_mu", "图形面积（平方米）")))
"""What our own files say of the polygon: measured, so nobody's declared area."""

LOOSE = frozenset({"分", "万", "亿"})
"""Units that are parts of other words too."""

WORDED = "^单位[:：]?|人民币[:：]?"
"""What stands beside a unit in brackets and says no more than the unit."""

CUT_BYTES = 10
"""A shapefile cuts the names of its fields to so many bytes."""


class Header(NamedTuple):
    """A header taken apart: what it names and the unit in it, if any."""

    name: str
    unit: str | None


@cache
def _dictionary() -> Mapping[str, Any]:
    text = resources.files("landgis").joinpath("headers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words() -> Mapping[str, Mapping[str, str]]:
    """The words that mean the codes of closed sets: column -> code -> words, by blanks."""
    said: Mapping[str, Mapping[str, str]] = _dictionary()["words"]
    return said


@cache
def known() -> Mapping[str, frozenset[str]]:
    """Every header that some layer knows, as ``plain`` writes it, and the units it may have."""
    found: dict[str, set[str]] = {}
    for layer in LAYERS.values():
        for column in layer.columns:
            for name in (n for rank in _ranks(layer, column) for n in rank):
                found.setdefault(name, set()).update(UNITS.get(column.kind, ()))
    return {name: frozenset(units) for name, units in found.items()}


@cache
def _ranks(schema: LayerSchema, column: Column) -> list[list[str]]:
    """Names of a column, best rank first: the schema's own, then those of ``headers.toml``."""
    tables = (_dictionary()["columns"].get(schema.name, {}), _dictionary()["columns"]["any"])
    said: list[str] = next((t[column.name] for t in tables if column.name in t), [])
    own = f"{column.name} {re.sub('_(m2|fen)$', '', column.name)} {column.zh}"
    return [[plain(n) for n in dict.fromkeys(rank.split())] for rank in (own, *said)]


def _parts(header: str, kind: Kind) -> list[Header]:
    """The ways to take a header apart: with its unit split off, then as it stands."""
    bracketed = re.fullmatch(r"(.+?)[(\[【〔]([^()\[\]]*)[)\]】〕]", _half(header))
    whole = Header(plain(header), None)
    inner = re.sub(WORDED, "", plain(bracketed[2])) if bracketed else ""
    if bracketed and inner in UNITS.get(kind, {}):
        return [Header(plain(bracketed[1]), UNITS[kind][inner])]
    if _measures_otherwise(inner, kind):
        return [whole]
    ends = [
        Header(whole.name.removesuffix(u).rstrip("/"), unit)
        for u, unit in sorted(UNITS.get(kind, {}).items(), key=lambda x: -len(x[0]))
        if whole.name.endswith(u) and whole.name != u
    ]
    bare = [Header(plain(bracketed[1]), None)] if bracketed else []
    return [*ends, whole, *bare]


def _measures_otherwise(inner: str, kind: Kind) -> bool:
    """Whether what stands in brackets is a unit that the column cannot have: 元/平方米, 美元."""
    units = [u for u in UNITS.get(kind, {}) if u not in LOOSE and (not u.isascii() or "2" in u)]
    return bool(units) and any(word in inner for word in ("/", "每", *units))


def _half(header: str) -> str:
    return "".join(header.split()).translate(str.maketrans("（）［］", "()[]"))


def match(
    headers: Sequence[str], schema: LayerSchema, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Column -> header of the file. ``given`` (from ``--map``) is believed first.

    Raises ``UsageError`` where two headers mean the same column equally well, and where ``given``
    names what is not there.
    """
    given = dict(given or {})
    _check_given(headers, schema, given)
    taken = set(given.values())
    found = dict(given)
    for column in schema.columns:
        if column.name not in found:
            best = candidates([h for h in headers if h not in taken], schema, column)
            if len(best) > 1:
                raise _ambiguous(column, best)
            if best:
                found[column.name] = best[0]
    return {c.name: found[c.name] for c in schema.columns if c.name in found}


def candidates(headers: Iterable[str], schema: LayerSchema, column: Column) -> list[str]:
    """The headers that name ``column``, all of the best rank at which any does."""
    headers = [h for h in headers if plain(h) not in MEASURED]
    for rank in _ranks(schema, column):
        hits = [h for h in headers if any(p.name in rank for p in _parts(h, column.kind))]
        if hits:
            return hits
    return _cut(headers, schema, column)


def _cut(headers: Sequence[str], schema: LayerSchema, column: Column) -> list[str]:
    """Headers that a shapefile has cut short, if they can mean one column only."""
    return [h for h in headers if _is_cut(h) and _begun(h, schema) == {column.name}]


def _is_cut(header: str) -> bool:
    if header.isascii():
        return len(header) == CUT_BYTES
    sizes = {len(header.encode("gb18030")), len(header.encode("utf-8"))}
    return any(CUT_BYTES - 2 < s <= CUT_BYTES for s in sizes)


def _begun(header: str, schema: LayerSchema) -> set[str]:
    """Columns some name of which, with or without a unit after it, begins like ``header``."""
    begin = plain(header)

    def opens(name: str, kind: Kind) -> bool:
        return any((name + u).startswith(begin) for u in ("", *UNITS.get(kind, {})))

    return {
        c.name
        for c in schema.columns
        if any(opens(n, c.kind) for rank in _ranks(schema, c) for n in rank if n)
    }


def _check_given(headers: Sequence[str], schema: LayerSchema, given: Mapping[str, str]) -> None:
    for column, header in given.items():
        if column not in schema.names:
            raise UsageError(
                f"--map names '{column}': {schema.name} has {', '.join(schema.names)}.",
                f"--map 中的“{column}”不是 {schema.zh} 的字段：{'、'.join(schema.names)}。",
            )
        if header not in headers:
            raise UsageError(
                f"--map reads {column} from '{header}': the file has {', '.join(headers)}.",
                f"--map 指定 {column} 取自“{header}”：文件的列为 {'、'.join(headers)}。",
                column=header,
            )


def _ambiguous(column: Column, best: Sequence[str]) -> UsageError:
    listed = ", ".join(best)
    return UsageError(
        f"{column.name} could be any of {listed}: choose one with --map.",
        f"{column.zh}可能对应 {listed} 中的任何一列：请用 --map 指明。",
        column=best[0],
    )


def reading(
    headers: Sequence[str], schema: LayerSchema, mapping: Mapping[str, Any] | None = None
) -> Reading:
    """How to read a file with these headers: its columns, units and words.

    ``mapping`` is a parsed MAP.toml: tables ``columns`` (column = header) and ``units``
    (column = unit).
    """
    mapping = mapping or {}
    columns = match(headers, schema, mapping.get("columns"))
    written = {c: _unit(h, schema.column(c)) for c, h in columns.items()}
    assumed = _dictionary()["units"].get(schema.name, {})
    units = {c: u for c, u in written.items() if u} | _given_units(schema, mapping)
    return Reading(
        columns=columns,
        units={c: u for c, u in (assumed | units).items() if c in columns},
        assumed=frozenset(c for c in columns if c in assumed and c not in units),
        words=words(),
    )


def _unit(header: str, column: Column) -> str | None:
    """The unit in a header; our own name of a column tells it even where a shapefile cut it."""
    own = column.name if _is_cut(header) and column.name.startswith(header.lower()) else header
    return next((p.unit for p in _parts(own, column.kind) if p.unit), None)


def _given_units(schema: LayerSchema, mapping: Mapping[str, Any]) -> dict[str, str]:
    given = {}
    for name, unit in mapping.get("units", {}).items():
        kinds = UNITS.get(schema.column(name).kind, {}) if name in schema.names else {}
        if plain(str(unit)) not in kinds:
            raise UsageError(
                f"--map gives {name} the unit '{unit}': use one of {', '.join(kinds.values())}.",
                f"--map 中 {name} 的单位“{unit}”无效：可用 {'、'.join(kinds.values())}。",
            )
        given[name] = kinds[plain(str(unit))]
    return given


def suggest(headers: Sequence[str], schema: LayerSchema) -> str:
    """A first MAP.toml: what is found, what is ambiguous, what is left, to be edited."""
    lines = [f"# {schema.name} {schema.zh}", "[columns]"]
    used = set()
    for column in schema.columns:
        best = candidates(headers, schema, column)
        used.update(best)
        sure = "" if len(best) == 1 else "# "
        lines += [f"{sure}{column.name} = {_quoted(h)}" for h in best]
        if not best and column.required:
            lines.append(f'# {column.name} = ""  # {column.zh} 必填 required')
    lines += ["", "# 未使用 unused: " + ", ".join(h for h in headers if h not in used)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
