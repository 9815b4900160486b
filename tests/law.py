"""Hand-made layers for the tests of the law: rows of plain values, typed as the schema says."""

from dataclasses import replace
from datetime import date
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from landgis.readers.rules import load_rules
from landgis.rulebook import Rulebook
from landgis.schema import DTYPES, LAYERS
from landgis.stations import Layer
from landgis.statute import FeeRule, Policy, TollingRule


@cache
def blank(name, size):
    """A table of layer ``name`` whose cells are all empty."""
    columns = LAYERS[name].columns
    empty = {c.name: pd.Series([None] * size, dtype=object).astype(DTYPES[c.kind]) for c in columns}
    return pd.DataFrame(empty)


def table(name, rows):
    """A table of layer ``name``; what a row does not say, or says as "", is empty."""
    made = blank(name, len(rows)).copy()
    said = {key for row in rows for key, value in row.items() if value not in (None, "")}
    for column in LAYERS[name].columns:
        if column.name in said:
            cells = [row.get(column.name) for row in rows]
            known = pd.Series([None if cell == "" else cell for cell in cells], dtype=object)
            made[column.name] = known.astype(DTYPES[column.kind])
    return made


def layer(name, rows=()):
    """A layer without geometry."""
    return Layer(name, table(name, list(rows)), np.full(len(rows), -1))


@cache
def nothing():
    """Every layer, empty."""
    return {name: layer(name) for name in LAYERS}


def layers(supplies, delays=(), amendments=()):
    """Every layer; only those of the law hold rows."""
    held = {"supplies": supplies, "delays": delays, "amendments": amendments}
    return nothing() | {name: layer(name, rows) for name, rows in held.items() if rows}


def supply(supply_id="S1", **facts):
    """A supply of 2015 for one million yuan, delivered in time, unless said otherwise."""
    usual = {
        "supply_id": supply_id,
        "supplied_on": "2015-05-31",
        "price_fen": 100_000_000,
        "agreed_delivery_on": "2015-06-30",
        "delivered_on": "2015-06-30",
        "district_code": "410702",
    }
    return usual | facts


@cache
def shipped(*names):
    """The rules of these folders as shipped, the national ones without a name."""
    return load_rules(names or ("national",))


def national():
    """The national rules as shipped."""
    return shipped()


def varied(policy=None, rate=None, until=None, names=()):
    """The rules of ``names``, or the national ones, with another policy, rate, or end."""
    rules = []
    for rule in shipped(*names).rules:
        if policy and isinstance(rule, TollingRule):
            rule = replace(rule, policy=Policy(policy))
        if rate and isinstance(rule, FeeRule):
            rule = replace(rule, rate=rate)
        if until:
            rule = replace(rule, until=until)
        rules.append(rule)
    return Rulebook(tuple(rules), shipped(*names).text)


def inventory(layers, assessment, on):
    """As much of an inventory as an explanation reads."""
    return SimpleNamespace(
        on=on, known=1, layers=layers, assessment=assessment, issues=assessment.issues
    )


def plain(value):
    """A cell as the cases write it: "" for empty, plain dates and numbers."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if isinstance(value, np.generic) else value


def day(text):
    """A date from ISO text."""
    return date.fromisoformat(text)
