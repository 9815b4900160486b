"""Files in: read, normalise, report, record, cut; and ``convert``, which needs no store."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from landgis import audit, corrections, readers
from landgis.errors import RefusedImport, UnreadableFile, UsageError
from landgis.issues import IssueKind, Problem, join, tell
from landgis.measure import DEFAULT_CRS
from landgis.normalise import normalise
from landgis.partition import cut, recut
from landgis.quality import datum, difference, identity
from landgis.quality.joining import Joined, join_attributes
from landgis.readers import headers
from landgis.rulebook import Rulebook
from landgis.schema import LayerSchema, Shape, layer_schema
from landgis.stations import Layer, Pieces, RawLayer, Source
from landgis.store import Delivery, Evidence, Revision, Store
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


def read_layer(
    path: Path, layer: str, options: Options = AS_IT_COMES, *, crs: int = DEFAULT_CRS
) -> tuple[Layer, pd.DataFrame]:
    """One file as a typed layer in the working ``crs``, with its issues.

    Nothing is refused for its issues: ``refusal`` says whether they stop an import.
    """
    delivery = deliver(path, layer, options, crs=crs)
    return delivery.layer, delivery.issues


def deliver(
    path: Path, layer: str, options: Options = AS_IT_COMES, *, crs: int = DEFAULT_CRS
) -> Delivery:
    """One file on its way into a store: layer, issues, source and the geometry as it came."""
    raw, problems = joined(path, options)
    return normalised(raw, layer_schema(layer), options, crs=crs, known=problems)


def joined(path: Path, options: Options) -> Joined:
    """A file as it is, with the records of ``options.attributes`` if there are any."""
    raw = read_raw(path, options)
    if options.attributes is None:
        return Joined(raw, [])
    if options.key is None:
        raise UsageError(
            "--attributes needs --key: name the column that both files have.",
            "--attributes 需要 --key：请指定两个文件共有的列。",
        )
    records = readers.read(options.attributes, encoding=options.encoding)
    return join_attributes(raw, records, options.key)


def normalised(
    raw: RawLayer,
    schema: LayerSchema,
    options: Options,
    *,
    crs: int,
    known: Sequence[Problem] = (),
) -> Delivery:
    """A file that was read, typed and in EPSG ``crs``; ``known`` are its problems so far."""
    chosen, known = _mapping_of(raw, options, known)
    reading = headers.reading(list(raw.table.columns), schema, chosen)
    result, issues = normalise(
        raw,
        schema,
        reading,
        crs=crs,
        declared_crs=options.crs,
        today=options.today,
        known=known,
    )
    return Delivery(result, issues, raw.source, _evidence(raw, options))


def _mapping_of(
    raw: RawLayer, options: Options, known: Sequence[Problem]
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """The mapping given, else the last remembered one whose headers are all in the file."""
    if options.mapping is not None:
        return mapping(options.mapping), known
    for rev in sorted(options.remembered, reverse=True):
        said = options.remembered[rev]
        if set(said.get("columns", {}).values()) <= set(raw.table.columns):
            return said, [*known, Problem(IssueKind.MAPPING_REMEMBERED, value=str(rev))]
    return {}, known


def remembered(store: Store, layer: str) -> dict[int, Mapping[str, Any]]:
    """The mappings that revisions of a layer were made with, by revision."""
    return {
        r.rev: r.settings["map"]
        for r in store.revisions()
        if r.layer == layer and "map" in r.settings
    }


def suggest_map(path: Path, layer: str, options: Options = AS_IT_COMES) -> str:
    """A first MAP.toml for a file, to be edited and given back with ``--map``."""
    schema = layer_schema(layer)
    return headers.suggest(list(read_raw(path, options).table.columns), schema)


def read_raw(path: Path, options: Options) -> RawLayer:
    """A file as it is, read as the operator says."""
    raw = readers.read(path, source_layer=options.source_layer, encoding=options.encoding)
    zone = datum.zone_of_old(raw.crs)
    if options.datum_shift is None or zone is None or raw.geometry is None:
        return raw
    geometry, code = datum.shift(raw.geometry, zone, datum.parse(options.datum_shift))
    said = Problem(IssueKind.DATUM_SHIFTED, value=options.datum_shift)
    crs = pyproj.CRS.from_epsg(code)
    return replace(raw, geometry=geometry, crs=crs, problems=(*raw.problems, said))


def _evidence(raw: RawLayer, options: Options) -> Evidence | None:
    if raw.geometry is None:
        return None
    return Evidence(raw.geometry, raw.crs.to_string() if raw.crs else f"EPSG:{options.crs}")


def mapping(path: Path | None) -> dict[str, Any]:
    """The tables of a MAP.toml; raises ``UnreadableFile`` where it is none."""
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise UnreadableFile(
            f"the map cannot be read ({broken}): write it as --suggest-map does.",
            f"映射文件无法读取（{broken}）：请参照 --suggest-map 的输出编写。",
            file=path.name,
        ) from broken


def import_files(
    store: Store, layer: str, files: Sequence[Path], options: Options = AS_IT_COMES
) -> Report:
    """Files of one layer into the store as one revision, all or nothing.

    Issues of severity error whose kind is not accepted stop it: the report then carries the
    ``refusal`` and the store is unchanged.
    """
    return settle(store, arrive(layer, files, options, crs=store.crs), options)


def arrive(
    layer: str, files: Sequence[Path], options: Options = AS_IT_COMES, *, crs: int = DEFAULT_CRS
) -> Arrival:
    """Files of one layer, read and checked; the report has the ``refusal`` if they are refused."""
    check_accepted(options.accept)
    deliveries = [deliver(path, layer, options, crs=crs) for path in files]
    deliveries = _distinct(deliveries, layer_schema(layer))
    issues = join([d.issues for d in deliveries])
    report = Report(
        layer=layer,
        files=tuple(path.name for path in files),
        rows=sum(len(d.layer) for d in deliveries),
        issues=issues,
        refusal=refusal(issues, options.accept),
        sources=tuple(d.source for d in deliveries),
    )
    return Arrival(tuple(deliveries), report)


def settle(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> Report:
    """What arrived, recorded as one revision unless it was refused."""
    arrival = _beside(store, corrected(store, arrival), options)
    report = arrival.report
    if report.refusal:
        return report
    settings = _settings(options)
    revision = store.record(
        arrival.deliveries,
        full=options.full,
        author=options.author,
        command=options.command,
        reason=options.reason,
        dry_run=options.dry_run,
        rulebook=options.rulebook,
        settings=settings,
        key=None if options.again else command_key(report, settings),
    )
    return replace(report, revision=revision)


def changes(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> pd.DataFrame:
    """What recording would change, feature by feature: columns ``difference.COLUMNS``.

    Raises ``UsageError`` for a table of records, whose rows have no number to be compared by.
    """
    schema = layer_schema(arrival.report.layer)
    if schema.identity is None:
        raise UsageError(
            f"rows of {schema.name} have no number: they are only counted.",
            f"{schema.zh}没有编号，只能计数。",
        )
    known = store.layers(store.head(), [schema.name])[schema.name]
    return difference.difference(known, _together(arrival), schema, full=options.full)


def _together(arrival: Arrival) -> Layer:
    layers = [d.layer for d in arrival.deliveries]
    if len(layers) == 1:
        return layers[0]
    table = pd.concat([x.table for x in layers], ignore_index=True)
    return Layer(layers[0].name, table, np.concatenate([x.rows for x in layers]))


def corrected(store: Store, arrival: Arrival) -> Arrival:
    """``arrival`` with what persons corrected before; where it disagrees is told."""
    report = arrival.report
    held = corrections.locks(store.revisions(), report.layer)
    if report.refusal or not held:
        return arrival
    deliveries = tuple(corrections.keep(d, held) for d in arrival.deliveries)
    pairs = zip(arrival.deliveries, deliveries, strict=True)
    more = [new.issues.iloc[len(old.issues) :] for old, new in pairs]
    return Arrival(deliveries, replace(report, issues=join([report.issues, *more])))


def _beside(store: Store, arrival: Arrival, options: Options) -> Arrival:
    """``arrival`` with the issues that only the record can tell; perhaps refused for them."""
    schema = layer_schema(arrival.report.layer)
    if arrival.report.refusal or schema.identity is None or not store.head():
        return arrival
    known = store.layers(store.head(), [schema.name, "districts"])
    whole = _together(arrival)
    problems = []
    if options.full:
        found = difference.difference(known[schema.name], whole, schema, full=True)
        problems += difference.shrinking(found, len(known[schema.name]))
    if schema.shape is not Shape.NONE:
        problems += difference.drifting(known[schema.name], whole, schema.identity)
        if schema.name != "districts":
            problems += difference.far_off(whole, known["districts"].geometry)
    if not problems:
        return arrival
    first = arrival.deliveries[0]
    more = tell(
        problems,
        layer=schema.name,
        file=first.source.name,
        ids=whole.table[schema.identity].to_numpy(object),
        rows=whole.rows,
        names=schema.zh_names,
    )
    deliveries = (replace(first, issues=join([first.issues, more])), *arrival.deliveries[1:])
    issues = join([arrival.report.issues, more])
    report = replace(arrival.report, issues=issues, refusal=refusal(issues, options.accept))
    return Arrival(deliveries, report)


def _settings(options: Options) -> dict[str, Any]:
    """The options that change what files mean, in plain values; what was not said is left out."""
    files = {"mapping": options.mapping, "attributes": options.attributes}
    said = {
        "declared_crs": options.crs,
        "encoding": options.encoding,
        "source_layer": options.source_layer,
        "accept": sorted(options.accept),
        "full": options.full,
        "key": options.key,
        "map": mapping(options.mapping),
        "datum_shift": options.datum_shift,
        **{n: p and {"name": p.name, "sha256": _sha256(p)} for n, p in files.items()},
    }
    return {name: value for name, value in said.items() if value}


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def command_key(report: Report, settings: Mapping[str, Any]) -> str:
    """Names an import by its layer, the content of its files and all that changes their meaning.

    The same key means the same command, by whomever and whenever it is given; another version of
    the program may read the same files otherwise, so it is part of it.
    """
    said = {
        "layer": report.layer,
        "files": [source.sha256 for source in report.sources],
        "settings": settings,
        "software": version("landgis"),
    }
    return sha256(audit.canonical(said).encode()).hexdigest()


def check_accepted(kinds: frozenset[str]) -> None:
    """Raise ``UsageError`` for a kind of issue that does not exist."""
    unknown = sorted(kinds - {k.code for k in IssueKind})
    if unknown:
        errors = ", ".join(k.code for k in IssueKind if k.value.severity is Severity.ERROR)
        raise UsageError(
            f"there is no kind of issue '{unknown[0]}': --accept takes {errors}.",
            f"没有“{unknown[0]}”这种数据问题：--accept 可用 {errors}。",
        )


def refusal(issues: pd.DataFrame, accept: frozenset[str] = frozenset()) -> RefusedImport | None:
    """The error that these issues make of an import, unless all their errors are accepted."""
    errors = issues[issues["severity"] == Severity.ERROR.value]
    open_kinds = Counter(errors.loc[~errors["kind"].isin(accept), "kind"].tolist())
    if not open_kinds:
        return None
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(open_kinds.items()))
    flags = " ".join(f"--accept {kind}" for kind in sorted(open_kinds))
    return RefusedImport(
        f"nothing was recorded: {listed}; mend the data, or take them as they are with {flags}.",
        f"未写入任何数据：{listed}；请更正数据，或用 {flags} 按现状接受。",
    )


def _distinct(deliveries: list[Delivery], schema: LayerSchema) -> list[Delivery]:
    """Deliveries whose ids do not collide: what repeats in a later file is numbered there."""
    if schema.identity is None or len(deliveries) < 2:
        return deliveries
    ids = pd.concat([d.layer.table[schema.identity] for d in deliveries], ignore_index=True)
    if not ids.duplicated().any():
        return deliveries
    tables = [d.layer.table for d in deliveries]
    shapes = [np.asarray(t["geometry"], dtype=object) for t in tables if "geometry" in t]
    plain = [pd.DataFrame(t[list(schema.names)]) for t in tables]
    merged, problems = identity.distinct(
        pd.concat(plain, ignore_index=True), schema, np.concatenate(shapes) if shapes else None
    )
    return _renamed(deliveries, schema, merged, problems)


def _renamed(
    deliveries: list[Delivery], schema: LayerSchema, ids: pd.Series, problems: Sequence[Problem]
) -> list[Delivery]:
    """Each delivery with its part of ``ids`` and of ``problems``."""
    out, start = [], 0
    for d in deliveries:
        end = start + len(d.layer)
        own = ids.iloc[start:end].reset_index(drop=True)
        table = d.layer.table.assign(**{str(schema.identity): own})
        parts = [_slice(p, start, end) for p in problems]
        more = tell(
            parts,
            layer=schema.name,
            file=d.source.name,
            ids=own.to_numpy(object),
            rows=d.layer.rows,
            names=schema.zh_names,
        )
        layer = Layer(d.layer.name, table, d.layer.rows)
        out.append(Delivery(layer, join([d.issues, more]), d.source, d.evidence))
        start = end
    return out


def _slice(problem: Problem, start: int, end: int) -> Problem:
    at = np.asarray(problem.at, dtype=np.int64)
    kept = (at >= start) & (at < end)
    said = [v for v, k in zip(problem.value, kept, strict=True) if k]
    return Problem(problem.kind, problem.field, at[kept] - start, said)


def finish_cut(store: Store, progress: Callable[[float], None] | None = None) -> Pieces | None:
    """Cut what was recorded since the last cut and publish it; ``None`` where nothing waits."""
    if not store.pending():
        return None
    head, done = store.head(), store.cut_rev()
    layers = store.layers(head)
    if done is None:
        pieces = cut(layers, tolerance_m=store.tolerance_m, progress=progress)
    else:
        pieces = recut(store.pieces(done), layers, store.touched(done, head))
    store.publish(pieces, at=head)
    return pieces
