"""GeoJSON in EPSG:4490 with 8 decimals, one feature a line."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.measure import transform
from landgis.stations import Geometries
from landgis.writers.job import Job
from landgis.writers.text import dumps, records
from landgis.zones import LONLAT

DECIMALS = 8
"""One millimetre on the ground."""
CRS = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}}'


def write_geojson(job: Job) -> bytes:
    """A FeatureCollection; the first column is the id of a feature as well."""
    shapes = published(job)
    rows = records(job.plain)
    features = ",\n".join(
        f'{{"type":"Feature","id":{dumps(next(iter(row.values()), i))},'
        f'"properties":{dumps(row)},"geometry":{shape or "null"}}}'
        for i, (row, shape) in enumerate(zip(rows, shapes, strict=True))
    )
    return (
        f'{{"type":"FeatureCollection","name":{dumps(job.layer)},"crs":{CRS},'
        f'"features":[\n{features}\n]}}\n'
    ).encode()


def published(job: Job) -> list[str | None]:
    """GeoJSON geometries; outer rings run counter-clockwise as RFC 7946 wants.

    An outline that rounding alone would make cross itself goes to the nearest that does not.
    """
    lonlat: Geometries = transform(job.geometry, job.crs, LONLAT)
    short = shapely.transform(lonlat, lambda xy: np.round(xy, DECIMALS))
    broken = shapely.is_valid(lonlat) & ~shapely.is_valid(short)
    short[broken] = shapely.set_precision(lonlat[broken], 10.0**-DECIMALS)
    return list(shapely.to_geojson(shapely.orient_polygons(short)))
