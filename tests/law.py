"""Hand-made layers for the tests of the law: rows of plain values, typed as the schema says."""

import numpy as np
import pandas as pd

from landgis.schema import DTYPES, LAYERS
from landgis.stations import Layer


def table(name, rows):
    """A table of layer ``name``; what a row does not say is empty."""
    schema = LAYERS[name]
    columns = {
        column.name: pd.Series([row.get(column.name) for row in rows], dtype=object).astype(
            DTYPES[column.kind]
        )
        for column in schema.columns
    }
    return pd.DataFrame(columns)


def layer(name, rows=()):
    """A layer without geometry."""
    return Layer(name, table(name, list(rows)), np.full(len(rows), -1))


def layers(supplies, delays=(), amendments=()):
    """Every layer; only those of the law hold rows."""
    held = {"supplies": supplies, "delays": delays, "amendments": amendments}
    return {name: layer(name, held.get(name, ())) for name in LAYERS}


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
