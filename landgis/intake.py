"""Files in: read, normalise, report, record, cut."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from landgis import audit, readers
from landgis.arrival import AS_IT_COMES, Arrival, Options, Report, check_accepted, refusal
from landgis.beside import beside, changes, outlines_beside, uncompared
from landgis.errors import ChangedMeanwhile, UnreadableFile, UsageError
from landgis.issues import IssueKind, Problem, join, tell
from landgis.measure import DEFAULT_CRS
from landgis.normalise import normalise
from landgis.partition import cut, cut_parts, recut
from landgis.quality import datum, identity
from landgis.quality.joining import Joined, join_attributes
from landgis.readers import headers
from landgis.schema import LayerSchema, layer_schema
from landgis.spool import Spool, chunk_of, folder
from landgis.stations import Layer, RawLayer
from landgis.store import Delivery, Evidence, Store

__all__ = [
    "AS_IT_COMES",
    "Arrival",
    "Options",
    "Report",
    "arrive",
    "beside",
    "changes",
    "check_accepted",
    "command_key",
    "deliver",
    "finish_cut",
    "import_files",
    "joined",
    "mapping",
    "normalised",
    "outlines_beside",
    "read_layer",
    "read_raw",
    "refusal",
    "remembered",
    "settle",
    "suggest_map",
    "uncompared",
]

OVERTAKEN = 5
"""How often an import that others overtake asks the record again before it gives up."""


def read_layer(
    path: Path, layer: str, options: Options = AS_IT_COMES, *, crs: int = DEFAULT_CRS
) -> tuple[Layer, pd.DataFrame]:
    """One file as a typed layer in the working ``crs``, with its issues.

    Nothing is refused for its issues: ``refusal`` says whether they stop an import.
    """
    delivery = deliver(path, layer, options, crs=crs)
    return delivery.layer, delivery.issues


def deliver(
    path: Path,
    layer: str,
    options: Options = AS_IT_COMES,
    *,
    crs: int = DEFAULT_CRS,
    progress: Callable[[float], None] | None = None,
) -> Delivery:
    """One file on its way into a store: layer, issues, source and the geometry as it came.

    ``progress`` is told the share of the work that is done, 0 to 1, and that it goes on.
    """
    raw, problems = joined(path, options, progress)
    return normalised(raw, layer_schema(layer), options, crs=crs, known=problems)


def joined(path: Path, options: Options, progress: Callable[[float], None] | None = None) -> Joined:
    """A file as it is, with the records of ``options.attributes`` if there are any."""
    raw = read_raw(path, options, progress)
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


def read_raw(
    path: Path, options: Options, progress: Callable[[float], None] | None = None
) -> RawLayer:
    """A file as it is, read as the operator says."""
    raw = readers.read(
        path,
        source_layer=options.source_layer,
        encoding=options.encoding,
        tick=progress and partial(progress, 0.0),
    )
    if progress is not None:
        progress(READ_SHARE)
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


READ_SHARE = 0.4
"""So much of the time goes into reading, the rest into checking."""


def arrive(
    layer: str,
    files: Sequence[Path],
    options: Options = AS_IT_COMES,
    *,
    crs: int = DEFAULT_CRS,
    progress: Callable[[float], None] | None = None,
) -> Arrival:
    """Files of one layer, read and checked; the report has the ``refusal`` if they are refused.

    ``progress`` is told the share of the work that is done, 0 to 1.
    """
    check_accepted(options.accept)
    deliveries = []
    for done, path in enumerate(files):
        own = progress and partial(_share, progress, done, len(files))
        deliveries.append(deliver(path, layer, options, crs=crs, progress=own))
        if own is not None:
            own(1.0)
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


def _share(progress: Callable[[float], None], done: int, of: int, own: float) -> None:
    """Say how far all files are where one of them is ``own`` far."""
    progress((done + own) / of)


def settle(
    store: Store,
    arrival: Arrival,
    options: Options = AS_IT_COMES,
    *,
    progress: Callable[[float], None] | None = None,
) -> Report:
    """What arrived, recorded as one revision unless it was refused.

    What was found beside the record holds for that state of it alone: where another wrote
    meanwhile (a correction may be among it) the record is asked again. ``progress`` is told the
    share of the rows that are written, 0 to 1.
    """
    for _ in range(OVERTAKEN):
        with suppress(ChangedMeanwhile):
            return _settle(store, arrival, options, progress)
    return _settle(store, arrival, options, progress)


def _settle(
    store: Store, arrival: Arrival, options: Options, progress: Callable[[float], None] | None
) -> Report:
    head = store.head()
    arrival = beside(store, arrival, options)
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
        expected=head,
        progress=progress,
    )
    return replace(report, revision=revision)


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


CUTTING = 0.6
"""The share of a first cut's time until all is cut; the rest is writing it into the store."""


def finish_cut(store: Store, progress: Callable[[float], None] | None = None) -> bool:
    """Cut what was recorded since the last cut and publish it; False where nothing waits.

    The first cut of much land goes neighbourhood by neighbourhood by way of a folder: it takes
    the memory of a few of them, and one that was broken off goes on where it stopped. Where
    another cut meanwhile, what is left is cut from there.
    """
    for _ in range(OVERTAKEN):
        with suppress(ChangedMeanwhile):
            return _finish_cut(store, progress)
    return _finish_cut(store, progress)


def _finish_cut(store: Store, progress: Callable[[float], None] | None) -> bool:
    if not store.pending():
        return False
    head, done = store.head(), store.recut_from()
    if done is not None:
        patch = recut(store.reshaped(done, head), store.tolerance_m, store.crs)
        store.publish(patch, at=head, since=done)
        return True
    layers = store.layers(head)
    chunk = chunk_of(os.environ.get("LANDGIS_CHUNK"))
    tell = progress or (lambda _: None)

    def cutting(share: float) -> None:
        tell(CUTTING * share)

    def writing(share: float) -> None:
        tell(CUTTING + (1 - CUTTING) * share)

    if sum(len(layer) for layer in layers.values()) <= chunk:
        store.publish(cut(layers, tolerance_m=store.tolerance_m, progress=cutting), at=head)
        writing(1.0)
        return True
    kept = Spool(folder(), store.tolerance_m)
    for _ in cut_parts(layers, store.tolerance_m, progress=cutting, chunk=chunk, kept=kept):
        pass
    parts = cut_parts(layers, store.tolerance_m, progress=writing, chunk=chunk, kept=kept)
    store.publish(parts, at=head)
    kept.clear()
    return True
