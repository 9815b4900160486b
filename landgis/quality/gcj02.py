"""GCJ-02, the offset of Chinese web maps: how far it is at a place, and whether outlines have it.

Outlines that arrive are held against trusted ones in three ways: features of one number, outlines
of one size, and corners on trusted lines. Each asks where they lie nearer: as they come, or taken
back by the offset.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.measure import transform
from landgis.stations import Geometries
from landgis.zones import LONLAT

Points = NDArray[np.float64]
"""Pairs of easting and northing, or of longitude and latitude."""
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Places in one table and, aligned with them, in another."""

SEMI_MAJOR_M, E2 = 6_378_245.0, 0.006_693_421_622_965_943
"""The ellipsoid of Krassowsky, by which the offset is turned into degrees."""
ITERATIONS = 4

SAME_M, SPREAD_M = 15.0, 60.0
"""Features of one number are off by the offset within the first, alike within the second."""
SIZE_SHARE = 0.03
REACH_SHARE, REACH_M = 0.1, 100.0
"""Outlines of one size match within this share of the root of their area, and never further."""
LINE_M = 1.5
"""A corner lies on a line within this: half a metre of digitising and the inverse of the offset."""
MOST_CORNERS = 3_000
SURE = 4.5
"""So many standard errors must lie between both shares: no chance and no regular grid does that."""
LEAST_PLAIN = 0.2
"""So many corners on trusted lines are no chance."""
MOST_PLAIN, LEAST_BACK = 0.5, 0.4
"""As they come fewer than the first share of what fits taken back, which is at least the second."""


def offset(lonlat: Points) -> Points:
    """How many degrees east and north of the truth GCJ-02 shows a place in China."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    common = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root, turn = np.sqrt(np.abs(x)), np.pi
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (common + 20 * np.sin(turn * x) + 40 * np.sin(turn * x / 3))
    east += 2 / 3 * (150 * np.sin(turn * x / 12) + 300 * np.sin(turn * x / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (common + 20 * np.sin(turn * y) + 40 * np.sin(turn * y / 3))
    north += 2 / 3 * (160 * np.sin(turn * y / 12) + 320 * np.sin(turn * y / 30))
    latitude = np.radians(lonlat[:, 1])
    shrunk = 1 - E2 * np.sin(latitude) ** 2
    along = SEMI_MAJOR_M * (1 - E2) / shrunk**1.5
    across = SEMI_MAJOR_M / np.sqrt(shrunk) * np.cos(latitude)
    return np.degrees(np.column_stack([east / across, north / along]))


def shifted(xy: Points, crs: int) -> Points:
    """Where GCJ-02 shows the places ``xy`` of EPSG ``crs``, in the same CRS."""
    lonlat = _moved(xy, crs, LONLAT)
    return _moved(lonlat + offset(lonlat), LONLAT, crs)


def back(xy: Points, crs: int) -> Points:
    """The places that GCJ-02 shows at ``xy``; right to the centimetre."""
    seen = _moved(xy, crs, LONLAT)
    true = seen - offset(seen)
    for _ in range(ITERATIONS):
        true = seen - offset(true)
    return _moved(true, LONLAT, crs)


def _moved(xy: Points, source: int, target: int) -> Points:
    found: Points = shapely.get_coordinates(transform(shapely.points(xy), source, target))
    return found


def measured(arriving: pd.DataFrame, trusted: pd.DataFrame, crs: int) -> Points | None:
    """East and north in metres by which ``arriving`` lies off as GCJ-02 would; else ``None``.

    Both have the columns id and geometry in EPSG ``crs``; an id that both have means the same
    feature, other features of ``trusted`` may be of any kind.
    """
    arriving = arriving[arriving["geometry"].notna()]
    trusted = trusted[trusted["geometry"].notna()]
    if arriving.empty or trusted.empty:
        return None
    new, old = (np.asarray(t["geometry"], dtype=object) for t in (arriving, trusted))
    for found in (_by_number(arriving, trusted, crs), _by_size(new, old, crs)):
        if found is not None:
            return found
    return _by_corners(new, old, crs)


def fits(arriving: pd.DataFrame, trusted: pd.DataFrame) -> bool:
    """Whether outlines lie, as they come, where trusted ones say: so they are not in GCJ-02.

    Both as in ``measured``. True where features of one number lie within ``SAME_M`` of each other,
    or more corners than chance allows lie on trusted lines.
    """
    both = arriving.dropna().merge(trusted.dropna().drop_duplicates("id"), on="id")
    if len(both):
        pair = (np.asarray(both[f"geometry_{side}"], dtype=object) for side in "xy")
        new, old = map(_middles, pair)
        if np.median(np.hypot(*(new - old).T)) < SAME_M:
            return True
    corners = _corners(np.asarray(arriving["geometry"].dropna(), dtype=object))
    lines = shapely.boundary(np.asarray(trusted["geometry"].dropna(), dtype=object))
    if not len(corners) or not len(lines):
        return False
    met = shapely.STRtree(lines).query(
        shapely.points(corners), predicate="dwithin", distance=LINE_M
    )[0]
    return len(np.unique(met)) > LEAST_PLAIN * len(corners)


def _corners(geoms: Geometries) -> Points:
    """The corners of outlines, of many a sample."""
    found: Points = shapely.get_coordinates(geoms)
    return found[:: max(1, len(found) // MOST_CORNERS)]


def _middles(geoms: Geometries) -> Points:
    found: Points = shapely.get_coordinates(shapely.centroid(geoms))
    return found


def _by_number(arriving: pd.DataFrame, trusted: pd.DataFrame, crs: int) -> Points | None:
    """The median offset of features that both have, if it is that of GCJ-02."""
    both = arriving.merge(trusted.drop_duplicates("id"), on="id", suffixes=("", "_old"))
    if both.empty:
        return None
    new = _middles(np.asarray(both["geometry"], dtype=object))
    apart = new - _middles(np.asarray(both["geometry_old"], dtype=object))
    median = _median(apart)
    wrong = np.median(apart - (new - back(new, crs)), axis=0)
    spread = np.median(np.hypot(*(apart - median).T))
    return median if np.hypot(*wrong) < SAME_M and spread < SPREAD_M else None


def _by_size(arriving: Geometries, trusted: Geometries, crs: int) -> Points | None:
    """The offset from trusted outlines of the same size, if taken back the middles are theirs."""
    size, middle = shapely.area(arriving), _middles(arriving)
    reach = np.minimum(REACH_SHARE * np.sqrt(size), REACH_M)
    centres, sizes = shapely.centroid(trusted), shapely.area(trusted)
    tree = shapely.STRtree(centres)

    def met(xy: Points) -> Pairs:
        a, b = tree.query(shapely.points(xy), predicate="dwithin", distance=reach)
        alike = np.abs(sizes[b] / size[a] - 1) < SIZE_SHARE
        return a[alike], b[alike]

    a, b = met(back(middle, crs))
    if not _is_back(met(middle)[0], a, len(middle)):
        return None
    return _median(middle[a] - shapely.get_coordinates(centres[b]))


def _by_corners(arriving: Geometries, trusted: Geometries, crs: int) -> Points | None:
    """The offset from trusted lines, if taken back the corners lie on them."""
    corners = _corners(arriving)
    lines = shapely.boundary(trusted)
    tree = shapely.STRtree(lines)

    def met(xy: Points) -> Pairs:
        a, b = tree.query(shapely.points(xy), predicate="dwithin", distance=LINE_M)
        return a, b

    taken = back(corners, crs)
    a, b = met(taken)
    if not _is_back(met(corners)[0], a, len(corners)):
        return None
    nearest = shapely.get_coordinates(shapely.shortest_line(shapely.points(taken[a]), lines[b]))
    return _median(corners[a] - nearest[1::2])


def _median(apart: Points) -> Points:
    return np.asarray(np.median(apart, axis=0), dtype=np.float64)


def _is_back(plain: NDArray[np.intp], taken: NDArray[np.intp], count: int) -> bool:
    """Whether so many more fit taken back than as they come that it is no chance."""
    as_they_come, fit = len(np.unique(plain)) / count, len(np.unique(taken)) / count
    share = (as_they_come + fit) / 2
    error = np.sqrt(max(2 * share * (1 - share) / count, 1e-12))
    surely = (fit - as_they_come) / error > SURE
    return bool(surely and fit > LEAST_BACK and as_they_come < MOST_PLAIN * fit)
