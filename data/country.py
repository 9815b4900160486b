"""The districts of a made-up city: a coverage with natural, exactly shared borders."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from names import DISTRICTS
from numpy.typing import NDArray

CRS = 4547
CENTRE = np.array([492_000.0, 3_907_000.0])
_HALF = np.array([25_500.0, 19_000.0])
_FINEST_M = 300.0


def _outline(rng: np.random.Generator) -> shapely.Polygon:
    """The outline of the city: an ellipse with bays."""
    turns = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    radius = np.ones_like(turns)
    for waves, size in ((2, 0.05), (3, 0.06), (5, 0.035), (9, 0.016), (17, 0.009), (41, 0.004)):
        radius += size * rng.uniform(0.6, 1.0) * np.sin(waves * turns + rng.uniform(0, 2 * np.pi))
    round_it = np.column_stack([np.cos(turns), np.sin(turns)])
    return shapely.Polygon(np.round(CENTRE + _HALF * radius[:, None] * round_it, 3))


def _seats(rng: np.random.Generator) -> NDArray[np.float64]:
    """The seats of the districts: four round the middle, eight in a ring."""
    inner = np.linspace(0, 2 * np.pi, 4, endpoint=False) + 0.5 + rng.uniform(-0.15, 0.15, 4)
    outer = np.linspace(0, 2 * np.pi, 8, endpoint=False) + 0.1 + rng.uniform(-0.14, 0.14, 8)
    turns = np.concatenate([inner, outer])
    reach = np.concatenate([rng.uniform(0.15, 0.19, 4), rng.uniform(0.58, 0.68, 8)])
    return CENTRE + 1.06 * _HALF * reach[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])


def _wiggly(line: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A line bent again and again in the middle, as a border along rivers and fields is."""
    while len(line) < 4096 and np.hypot(*np.diff(line, axis=0).T).max() > _FINEST_M:
        step = np.diff(line, axis=0)
        across = np.column_stack([-step[:, 1], step[:, 0]])
        middle = (line[:-1] + line[1:]) / 2 + across * rng.uniform(-0.14, 0.14, (len(step), 1))
        bent = np.empty((2 * len(line) - 1, 2))
        bent[::2], bent[1::2] = line, middle
        line = bent
    return np.round(line, 3)


def districts(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """The twelve districts (district_code, name, geometry) in the working CRS, tiling the city."""
    outline, seats = _outline(rng), _seats(rng)
    wide = shapely.box(*outline.buffer(20_000).bounds)
    edges = shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=wide, only_edges=True)
    bent = [_wiggly(shapely.get_coordinates(e), rng) for e in shapely.get_parts(edges)]
    lines = shapely.union_all([outline.exterior, *map(shapely.LineString, bent)])
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
    faces = faces[shapely.contains(outline, shapely.point_on_surface(faces))]
    points = shapely.points(seats)
    owner = shapely.STRtree(points).nearest(shapely.centroid(faces))
    seat, home = shapely.STRtree(faces).query(points, predicate="within")
    owner[home] = seat
    shapes = [shapely.coverage_union_all(faces[owner == i]) for i in range(len(seats))]
    codes, titles = zip(*DISTRICTS, strict=True)
    table = {"district_code": list(codes), "name": list(titles)}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
