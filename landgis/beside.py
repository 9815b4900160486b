"""What arrives beside what the record knows: what would change, and what cannot be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis import corrections
from landgis.arrival import AS_IT_COMES, Arrival, Options, refusal
from landgis.issues import IssueKind, Problem, join, tell
from landgis.measure import DEFAULT_CRS, transform
from landgis.quality import difference, gcj02
from landgis.schema import LAYERS, LayerSchema, Shape, layer_schema
from landgis.stations import Layer, Layers
from landgis.store import Store

MOST_TRUSTED = 100_000
"""So many features of the record suffice to hold an arrival against."""


def changes(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> pd.DataFrame:
    """What recording would change, row by row: columns ``difference.COLUMNS``.

    What persons corrected stays as it is, as it would in the record.
    """
    schema = layer_schema(arrival.report.layer)
    arrival = _corrected(store, arrival) if store.head() else arrival
    known = store.layers(store.head(), [schema.name])[schema.name]
    return difference.difference(known, _together(arrival), schema, full=options.full)


def beside(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> Arrival:
    """``arrival`` as the record lets it be.

    What persons corrected is kept, and the issues that only the record can tell are added; it is
    refused for their errors too.
    """
    if not store.head():
        return uncompared(arrival, options)
    arrival = _corrected(store, arrival)
    schema = layer_schema(arrival.report.layer)
    known = store.layers(store.head(), _trusted(store, schema))
    whole = _together(arrival)
    problems = _problems(whole, known, schema, full=options.full, crs=store.crs)
    problems += _lost(arrival, known[schema.name], schema)
    return _with(arrival, problems, schema, options)


def uncompared(arrival: Arrival, options: Options = AS_IT_COMES) -> Arrival:
    """``arrival`` where there is no record, or an empty one: nothing tells GCJ-02 then."""
    schema = layer_schema(arrival.report.layer)
    if schema.shape is Shape.NONE or not _together(arrival).table["geometry"].notna().any():
        return arrival
    return _with(arrival, [Problem(IssueKind.GCJ02_UNTOLD)], schema, options)


def outlines_beside(store: Store | None, table: gpd.GeoDataFrame, file: str) -> pd.DataFrame:
    """The issues that the outlines of the record, if any, let tell of others of no known layer.

    Needs: column ``id`` and the outlines in any system that can be moved into the record's.
    """
    crs = DEFAULT_CRS if store is None else store.crs
    geometry = transform(np.asarray(table.geometry, dtype=object), table.crs, crs)
    moved = gpd.GeoDataFrame({"id": table["id"]}, geometry=geometry, crs=crs)
    whole = Layer(OPEN.name, moved, np.full(len(moved), -1))
    known = {} if store is None else store.layers(store.head(), _trusted(store, OPEN)[1:])
    problems = _placed(whole, known, OPEN, crs)
    ids = table["id"].to_numpy(object)
    return tell(problems, layer=OPEN.name, file=file, ids=ids, rows=whole.rows, names={})


OPEN = LayerSchema("features", "要素", (), Shape.REQUIRED, identity="id")
"""Outlines of which only the place matters."""


def _with(
    arrival: Arrival, problems: Sequence[Problem], schema: LayerSchema, options: Options
) -> Arrival:
    """``arrival`` with more problems, refused if they are errors that are not accepted."""
    if not problems:
        return arrival
    first, whole = arrival.deliveries[0], _together(arrival)
    more = tell(
        problems,
        layer=schema.name,
        file=first.source.name,
        ids=whole.table[schema.identity or "supply_id"].to_numpy(object),
        rows=whole.rows,
        names=schema.zh_names,
    )
    deliveries = (replace(first, issues=join([first.issues, more])), *arrival.deliveries[1:])
    issues = join([arrival.report.issues, more])
    refused = refusal(issues, options.accept) or arrival.report.refusal
    report = replace(arrival.report, issues=issues, refusal=refused)
    return Arrival(deliveries, report)


def _corrected(store: Store, arrival: Arrival) -> Arrival:
    """``arrival`` with what persons corrected before; where it disagrees is told."""
    report = arrival.report
    held = corrections.locks(store.revisions(), report.layer)
    if not held:
        return arrival
    deliveries = tuple(corrections.keep(d, held, crs=store.crs) for d in arrival.deliveries)
    pairs = zip(arrival.deliveries, deliveries, strict=True)
    more = [new.issues.iloc[len(old.issues) :] for old, new in pairs]
    return Arrival(deliveries, replace(report, issues=join([report.issues, *more])))


def _trusted(store: Store, schema: LayerSchema) -> list[str]:
    """The layers to hold an arrival of ``schema`` against: its own, districts, then others."""
    names = [schema.name]
    if schema.shape is Shape.NONE:
        return names
    counts = store.info().features
    shaped = [n for n, s in LAYERS.items() if s.shape is not Shape.NONE and n != schema.name]
    for name in sorted(shaped, key=lambda n: n != "districts"):
        if sum(counts.get(n, 0) for n in (*names, name)) <= MOST_TRUSTED or name == "districts":
            names.append(name)
    return names


def _problems(
    whole: Layer, known: Layers, schema: LayerSchema, *, full: bool, crs: int
) -> list[Problem]:
    own = known[schema.name]
    problems = []
    if full:
        found = difference.difference(own, whole, schema, full=True)
        problems += difference.shrinking(found, len(own))
    if schema.shape is Shape.NONE:
        return problems if full else [*problems, *difference.left_beside(own, whole, schema)]
    return problems + _placed(whole, known, schema, crs)


def _lost(arrival: Arrival, known: Layer, schema: LayerSchema) -> list[Problem]:
    """What the record knows of features that arrive and the files leave out, column by column."""
    lost: Counter[str] = Counter()
    for delivery in arrival.deliveries:
        if delivery.given is not None:
            lost += difference.lost(known, delivery.layer, delivery.given, schema)
    return [Problem(IssueKind.VALUES_LOST, n, value=str(count)) for n, count in lost.items()]


def _placed(whole: Layer, known: Layers, schema: LayerSchema, crs: int) -> list[Problem]:
    """What is wrong with where outlines lie, beside outlines that are known."""
    problems = _offset(whole, known, schema, crs)
    if schema.name != "districts" and "districts" in known:
        problems += difference.far_off(whole, known["districts"].geometry)
    return problems


def _offset(whole: Layer, known: Layers, schema: LayerSchema, crs: int) -> list[Problem]:
    """The measured offset, where the outlines all lie off as GCJ-02 would show them.

    Where nothing known fits them, neither as they come nor taken back, that is said.
    """
    trusted = [
        _outlines(layer, LAYERS[name], own=name == schema.name)
        for name, layer in known.items()
        if LAYERS[name].shape is not Shape.NONE
    ]
    new = _outlines(whole, schema, own=True)
    old = pd.concat(trusted, ignore_index=True) if trusted else new.iloc[:0]
    found = gcj02.measured(new, old, crs)
    if found is None:
        untold = new["geometry"].notna().any() and not gcj02.fits(new, old)
        return [Problem(IssueKind.GCJ02_UNTOLD)] if untold else []
    said = f"{found[0]:+.0f} m, {found[1]:+.0f} m"
    return [Problem(IssueKind.GCJ02_MEASURED, "geometry", value=said)]


def _outlines(layer: Layer, schema: LayerSchema, *, own: bool) -> pd.DataFrame:
    """Outlines with their numbers; numbers of other layers mean other features."""
    ids = layer.table[schema.identity].astype("str") if own else schema.name + "/"
    shapes = np.empty(len(layer), dtype=object)
    shapes[:] = layer.geometry
    return pd.DataFrame({"geometry": shapes}).assign(id=ids)


def _together(arrival: Arrival) -> Layer:
    layers = [d.layer for d in arrival.deliveries]
    if len(layers) == 1:
        return layers[0]
    table = pd.concat([x.table for x in layers], ignore_index=True)
    return Layer(layers[0].name, table, np.concatenate([x.rows for x in layers]))
