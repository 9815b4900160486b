"""One file on its way in: read as the operator says, joined, mapped, typed and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from landgis import readers
from landgis.arrival import AS_IT_COMES, Options
from landgis.errors import UnreadableFile, UsageError, why_zh
from landgis.issues import IssueKind, Problem
from landgis.measure import DEFAULT_CRS
from landgis.normalise import normalise
from landgis.quality import datum
from landgis.quality.joining import Joined, join_attributes
from landgis.readers import headers
from landgis.schema import LayerSchema, layer_schema
from landgis.stations import Layer, Mask, RawLayer
from landgis.store import Delivery, Evidence, Store

READ_SHARE = 0.4
"""So much of the time goes into reading, the rest into checking."""


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
    given = frozenset(reading.columns) | ({"geometry"} if raw.geometry is not None else set())
    delivered = Delivery(result, issues, raw.source, _evidence(raw, options), given)
    return _left_out(delivered) if IssueKind.NOT_A_RECORD.code in options.accept else delivered


def _left_out(delivery: Delivery) -> Delivery:
    """``delivery`` without the rows that are no records: a row of sums would count twice.

    Raises ``UnreadableFile`` where no row is left.
    """
    layer, evidence = delivery.layer, delivery.evidence
    kept = records(layer.table, layer.rows, delivery.issues, layer_schema(layer.name))
    if kept.all():
        return delivery
    if not kept.any():
        raise UnreadableFile(
            "no row of the table is a record: deliver rows.",
            "表格中没有任何记录：请提供数据。",
            file=delivery.source.name,
        )
    table = layer.table[kept].reset_index(drop=True)
    return replace(
        delivery,
        layer=replace(layer, table=table, rows=layer.rows[kept]),
        evidence=evidence and replace(evidence, geometry=evidence.geometry[kept]),
    )


def records(table: pd.DataFrame, rows: NDArray[np.int64], issues: pd.DataFrame,
            schema: LayerSchema) -> Mask:  # fmt: skip
    """Which rows of a table are not told to be no record in its issues."""
    told = issues[issues["kind"] == IssueKind.NOT_A_RECORD.code]
    none = set(zip(told["row"].tolist(), told["feature_id"].tolist(), strict=True))
    ids = table[schema.identity or "supply_id"].fillna("").tolist()
    pairs = zip(rows.tolist(), ids, strict=True)
    return np.array([pair not in none for pair in pairs], dtype=bool)


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
    if options.datum_shift is None:
        return raw
    parameters, zone = datum.parse(options.datum_shift), datum.zone_of_old(raw.crs)
    if zone is None or raw.geometry is None:
        raise UsageError(
            "--datum-shift is for outlines that state a zone of Xian 80 or Beijing 54: this file "
            "does not; leave it out.",
            "--datum-shift 仅用于标明西安 80 或北京 54 投影带的图形：该文件未标明，请去掉此选项。",
            file=path.name,
        )
    geometry, code = datum.shift(raw.geometry, zone, parameters)
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
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise UnreadableFile(
            f"the map cannot be read ({broken}): write it as --suggest-map does.",
            f"映射文件无法读取（{_why_zh(broken)}）：请参照 --suggest-map 的输出编写。",
            file=path.name,
        ) from broken


def _why_zh(broken: OSError | ValueError) -> str:
    if isinstance(broken, OSError):
        return why_zh(broken)
    if isinstance(broken, UnicodeDecodeError):
        return "不是 UTF-8 编码"
    place = re.search(r"line (\d+), column (\d+)", str(broken))
    return f"第 {place[1]} 行第 {place[2]} 列不是 TOML" if place else "不是 TOML"
