"""What arrives beside what the record knows: what would change, and what cannot be true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from landgis import corrections
from landgis.arrival import AS_IT_COMES, Arrival, Options, refusal
from landgis.issues import IssueKind, Problem, join, tell
from landgis.quality import difference, gcj02
from landgis.schema import LAYERS, LayerSchema, Shape, layer_schema
from landgis.stations import Layer, Layers
from landgis.store import Store

MOST_TRUSTED = 100_000
"""So many features of the record suffice to hold an arrival against."""


def changes(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> pd.DataFrame:
    """What recording would change, row by row: columns ``difference.COLUMNS``."""
    schema = layer_schema(arrival.report.layer)
    known = store.layers(store.head(), [schema.name])[schema.name]
    return difference.difference(known, _together(arrival), schema, full=options.full)


def beside(store: Store, arrival: Arrival, options: Options = AS_IT_COMES) -> Arrival:
    """``arrival`` as the record lets it be.

    What persons corrected is kept, and the issues that only the record can tell are added; it is
    refused for their errors too.
    """
    if not store.head():
        return arrival
    arrival = _corrected(store, arrival)
    schema = layer_schema(arrival.report.layer)
    known = store.layers(store.head(), _trusted(store, schema))
    whole = _together(arrival)
    problems = _problems(whole, known, schema, full=options.full, crs=store.crs)
    if not problems:
        return arrival
    first = arrival.deliveries[0]
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
    report = replace(arrival.report, issues=issues, refusal=refusal(issues, options.accept))
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
        if sum(counts[n] for n in (*names, name)) <= MOST_TRUSTED or name == "districts":
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
    problems += _offset(whole, known, schema, crs)
    if schema.name != "districts":
        problems += difference.far_off(whole, known["districts"].geometry)
    return problems


def _offset(whole: Layer, known: Layers, schema: LayerSchema, crs: int) -> list[Problem]:
    """The measured offset, where the outlines all lie off as GCJ-02 would show them."""
    trusted = [
        _outlines(layer, LAYERS[name], own=name == schema.name)
        for name, layer in known.items()
        if LAYERS[name].shape is not Shape.NONE
    ]
    found = gcj02.measured(
        _outlines(whole, schema, own=True), pd.concat(trusted, ignore_index=True), crs
    )
    if found is None:
        return []
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
