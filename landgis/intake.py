"""Files in: read, normalise, report, record, cut."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from landgis import audit
from landgis.arrival import AS_IT_COMES, Arrival, Options, Report, check_accepted, refusal
from landgis.beside import beside, changes, outlines_beside, uncompared
from landgis.errors import ChangedMeanwhile
from landgis.incoming import (
    deliver,
    joined,
    mapping,
    normalised,
    read_layer,
    read_raw,
    remembered,
    suggest_map,
)
from landgis.issues import join
from landgis.measure import DEFAULT_CRS
from landgis.numbering import distinct
from landgis.partition import cut, cut_parts, recut
from landgis.schema import layer_schema
from landgis.spool import Spool, chunk_of, folder
from landgis.store import Store

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


def import_files(
    store: Store, layer: str, files: Sequence[Path], options: Options = AS_IT_COMES
) -> Report:
    """Files of one layer into the store as one revision, all or nothing.

    Issues of severity error whose kind is not accepted stop it: the report then carries the
    ``refusal`` and the store is unchanged.
    """
    return settle(store, arrive(layer, files, options, crs=store.crs), options)


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
    deliveries = distinct(deliveries, layer_schema(layer))
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


CUTTING = 0.6
"""The share of a first cut's time until all is cut; the rest is writing it into the store."""


def finish_cut(
    store: Store,
    progress: Callable[[float], None] | None = None,
    resumed: Callable[[int, int], None] | None = None,
) -> bool:
    """Cut what was recorded since the last cut and publish it; False where nothing waits.

    The first cut of much land goes neighbourhood by neighbourhood by way of a folder: it takes
    the memory of a few of them, and one that was broken off goes on where it stopped; ``resumed``
    is told how many parts were there, and of how many. Where another cut meanwhile, what is left
    is cut from there.
    """
    for _ in range(OVERTAKEN):
        with suppress(ChangedMeanwhile):
            return _finish_cut(store, progress, resumed)
    return _finish_cut(store, progress, resumed)


def _finish_cut(
    store: Store,
    progress: Callable[[float], None] | None,
    resumed: Callable[[int, int], None] | None,
) -> bool:
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
    for _ in cut_parts(
        layers, store.tolerance_m, progress=cutting, chunk=chunk, kept=kept, resumed=resumed
    ):
        pass
    parts = cut_parts(layers, store.tolerance_m, progress=writing, chunk=chunk, kept=kept)
    store.publish(parts, at=head)
    kept.clear()
    return True
