"""Layers to pieces: all land covered by exactly the same set of features is one piece.

Land belongs to the first feature that covers it, in the order of layers and ids. So the land of
a feature is what earlier features leave of it, and it is cut by the later ones: what becomes of
it depends on nothing but the features that touch it. That makes the result independent of the
order of rows, of how the work is split, and lets ``recut`` touch only the land that changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis.arrange import GRIDS_M, Arrangement, arrange, incomplete, snapped
from landgis.measure import DEFAULT_CRS, ellipsoidal_area_m2
from landgis.rings import gathered
from landgis.runs import Bools, Ints, opens
from landgis.schema import DATED, LAYERS, REFERENCE
from landgis.sliver import doubtful, join, pulled, thin, tiny
from landgis.stations import Geometries, Layers, Pieces

ORDER = (*DATED, *REFERENCE)
"""The layers in the order in which they cut."""

TOLERANCE_M = 0.5
"""The width under which a contact between layers is digitising noise, unless told otherwise."""

NOISE_M = 1e-6
"""Parts narrower than this come from rounding, not from anybody's drawing."""

CHUNK = 60_000
"""Features whose land is cut at a time, unless told otherwise."""


@dataclass(frozen=True)
class Features:
    """All polygons of all layers, ordered by layer and id: the position is the rank."""

    geometry: Geometries
    layer: Ints
    feature_id: NDArray[np.object_]

    def __len__(self) -> int:
        """The number of features."""
        return len(self.geometry)

    def of(self, layer: str) -> Ints:
        """The positions of the features of ``layer``."""
        return np.flatnonzero(self.layer == ORDER.index(layer))

    def take(self, rows: Ints | Bools) -> Features:
        """Some of the features, in their order."""
        return Features(self.geometry[rows], self.layer[rows], self.feature_id[rows])


@dataclass(frozen=True)
class Cells:
    """Disjoint land and the set that covers it, a node of ``Sets``."""

    geometry: Geometries
    node: Ints

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.geometry)

    def take(self, rows: Ints | Bools) -> Cells:
        """Some of the cells."""
        return Cells(self.geometry[rows], self.node[rows])


class Sets:
    """Sets of features as paths in a forest: a node is its parent's set and one feature more."""

    def __init__(self, roots: Ints) -> None:
        self._parent = np.full(len(roots), -1, dtype=np.int64)
        self._feature = np.asarray(roots, dtype=np.int64)

    def grow(self, parent: Ints, feature: Ints) -> Ints:
        """New nodes below ``parent``."""
        first = len(self._parent)
        self._parent = np.concatenate([self._parent, parent])
        self._feature = np.concatenate([self._feature, feature])
        return np.arange(first, first + len(parent))

    def links(self, node: Ints) -> tuple[Ints, Ints]:
        """Position in ``node`` and feature of every member, ordered by both."""
        row, at = np.arange(len(node)), node
        rows, features = [], []
        while len(at):
            rows.append(row)
            features.append(self._feature[at])
            above = self._parent[at]
            row, at = row[above >= 0], above[above >= 0]
        row = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        feature = np.concatenate(features) if features else np.zeros(0, dtype=np.int64)
        order = np.lexsort((feature, row))
        return row[order], feature[order]


def cut(
    layers: Layers,
    *,
    tolerance_m: float = TOLERANCE_M,
    progress: Callable[[float], None] | None = None,
) -> Pieces:
    """Cut all dated and reference layers into pieces, whatever their dates.

    ``progress`` is told the share done, 0 to 1. Pieces come ordered by ``piece_id``.
    """
    features = stack(layers)
    everything = np.ones(len(features), dtype=np.bool_)
    return _pieces(features, everything, tolerance_m, _crs(layers), progress or (lambda _: None))


def recut(before: Pieces, layers: Layers, touched: Geometries) -> Pieces:
    """``cut(layers)`` made from the pieces ``before`` and the land that changed since.

    ``touched`` holds every geometry that was added, changed or ended, old and new. Only the land
    of features within a centimetre of it is cut again.
    """
    features = stack(layers)
    tree = shapely.STRtree(features.geometry)
    touched = touched[~shapely.is_missing(touched)]
    affected = _marked(tree, touched, len(features), within_m=0.01)
    near = affected | _marked(tree, features.geometry[affected], len(features))
    fresh = _pieces(
        features.take(near), affected[near], before.tolerance_m, _crs(layers), lambda _: None
    )
    stale = pd.MultiIndex.from_arrays(_names(features, ~affected))
    return Pieces(
        *_renewed(before.table, before.links, stale, fresh.table, fresh.links),
        *_renewed(before.slivers, before.sliver_links, stale, fresh.slivers, fresh.sliver_links),
        before.tolerance_m,
    )


def stack(layers: Layers) -> Features:
    """Every polygon of ``layers`` that takes part in the cut, in canonical order."""
    geometry, layer, names = [], [], []
    for rank, name in enumerate(ORDER):
        if name not in layers or not len(layers[name]):
            continue
        shape = layers[name].geometry
        kept = np.flatnonzero(~shapely.is_missing(shape) & ~shapely.is_empty(shape))
        ids = layers[name].table[LAYERS[name].identity].to_numpy(dtype=object)[kept]
        order = np.argsort(ids, kind="stable")
        plain = shapely.remove_repeated_points(shapely.force_2d(shape[kept[order]]), NOISE_M)
        geometry.append(shapely.orient_polygons(plain))
        layer.append(np.full(len(kept), rank))
        names.append(ids[order])
    if not geometry:
        none = np.array([], dtype=object)
        return Features(none, np.array([], dtype=np.int64), none)
    return Features(*(np.concatenate(x) for x in (geometry, layer, names)))


def _pieces(
    features: Features,
    owners: Bools,
    tolerance_m: float,
    crs: int,
    progress: Callable[[float], None],
) -> Pieces:
    """The pieces and slivers of the land of the ``owners``."""
    cells, slivers, sets = _cut(features, owners, tolerance_m, progress)
    return Pieces(
        *_tables(features, sets, cells, crs),
        *_tables(features, sets, _labelled(features, sets, slivers), crs),
        tolerance_m,
    )


# -- the land of each feature -----------------------------------------------------------------


def _cut(
    features: Features, owners: Bools, tolerance_m: float, progress: Callable[[float], None]
) -> tuple[Cells, Cells, Sets]:
    """Cells and slivers of the land of the ``owners``, among all ``features`` they touch."""
    sets = Sets(np.arange(len(features)))
    none = Cells(np.array([], dtype=object), np.array([], dtype=np.int64))
    cells, lost = none, [none]
    for done, name in enumerate(ORDER):
        members = features.of(name)
        if len(members):
            cells = _split(cells, features, members, sets, tolerance_m)
        if name in DATED and owners[members].any():
            first = name == DATED[0]
            own, slivers = _own_land(features, members[owners[members]], first, sets, tolerance_m)
            if not first:
                own = _split(own, features, members, sets, tolerance_m, later=True)
            cells = _together([cells, own])
            lost.append(slivers)
        progress((done + 1) / len(ORDER))
    return cells, _together(lost), sets


def _own_land(
    features: Features, owners: Ints, first: bool, sets: Sets, tolerance_m: float
) -> tuple[Cells, Cells]:
    """What earlier features leave of ``owners``: real parts of each as a cell, and slivers.

    The first layer is cut exactly, thin overlaps included, so that each approval balances.
    """
    if first:
        cells = _exact(features, owners, features.of(DATED[0]), sets)
    else:
        cells = Cells(*_remainder(features, owners))
    lost = thin(cells.geometry, tolerance_m)
    return _gathered(cells.take(~lost)), cells.take(lost)


def _exact(features: Features, owners: Ints, members: Ints, sets: Sets) -> Cells:
    """The land of ``owners`` cut by all ``members``, however thin the contact."""
    shape = features.geometry
    cell, j = _query(shape[members], shape[owners])
    other = members[j] != owners[cell]
    cell, member = cell[other], members[j[other]]
    found = _sound(shape[owners], cell, shape[member])
    owner = owners[found.cell]
    earlier = np.zeros(len(found), dtype=np.bool_)
    earlier[found.face[member[found.pair] < owner[found.face]]] = True
    node = _label(sets, owner, found.cell, found.face, member[found.pair], ~earlier)
    parts, face = found.geometry(np.where(earlier, -1, np.arange(len(found))))
    return Cells(parts, node[face])


def _remainder(features: Features, owners: Ints) -> tuple[Geometries, Ints]:
    """Polygons that earlier features leave of ``owners``, and which owner each is of."""
    shape = features.geometry
    approvals = features.of(DATED[0])
    inside = np.zeros(len(owners), dtype=np.bool_)
    inside[shapely.STRtree(shape[owners]).query(shape[approvals], predicate="covers")[1]] = True
    left, owner = _left(shape[owners[~inside]], owners[~inside], features, approvals)
    others = np.flatnonzero((features.layer > 0) & (features.layer < len(DATED)))
    return _left(left, owner, features, others)


def _left(
    parts: Geometries, owner: Ints, features: Features, others: Ints
) -> tuple[Geometries, Ints]:
    """Polygons that those of ``others`` before their owner leave of ``parts``."""
    others = others[others < owner.max(initial=-1)]
    cell, j = _query(features.geometry[others], parts)
    before = others[j] < owner[cell]
    cell, j = cell[before], j[before]
    if not len(cell):
        return shapely.get_parts(parts), np.repeat(owner, shapely.get_num_geometries(parts))
    hit = np.zeros(len(parts), dtype=np.bool_)
    hit[cell] = True
    rows = np.flatnonzero(hit)
    found = _sound(parts[rows], np.searchsorted(rows, cell), features.geometry[others[j]])
    free = np.ones(len(found), dtype=np.bool_)
    free[found.face] = False
    some = found.faces.area > NOISE_M * found.faces.border
    left, row = found.geometry(np.where(free & some, found.cell, -1))
    untouched, of = shapely.get_parts(parts[~hit], return_index=True)
    return np.concatenate([untouched, left]), np.concatenate([owner[~hit][of], owner[rows[row]]])


# -- splitting cells by a layer ---------------------------------------------------------------


def _split(
    cells: Cells,
    features: Features,
    members: Ints,
    sets: Sets,
    tolerance_m: float,
    *,
    later: bool = False,
) -> Cells:
    """Cells cut by ``members``; contacts thinner than the tolerance join their neighbours.

    With ``later`` a cell is the land of one member and only members after it cut it.
    """
    shape = features.geometry[members]
    cell, j = _near(cells.geometry, shape, tolerance_m)
    if later:
        after = members[j] > cells.node[cell]
        cell, j = cell[after], j[after]
    whole = _covered(cells.geometry, cell, shape, j)
    node = cells.node.copy()
    _relabel(node, sets, cell[whole], members[j[whole]])
    cells = Cells(cells.geometry, node)
    cell, j = _contacts(cells.geometry, cell[~whole], shape, j[~whole], tolerance_m / 2)
    if not len(cell):
        return cells
    touched = np.zeros(len(cells), dtype=np.bool_)
    touched[cell] = True
    rows = np.flatnonzero(touched)
    split = _arranged(
        cells.take(rows), np.searchsorted(rows, cell), shape[j], members[j], sets, tolerance_m
    )
    return _together([cells.take(~touched), split])


def _near(cells: Geometries, shape: Geometries, tolerance_m: float) -> tuple[Ints, Ints]:
    """Cells and polygons whose boxes overlap by the tolerance, ordered by both."""
    i, j = shapely.STRtree(shape).query(cells)
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    one, two = shapely.bounds(cells), shapely.bounds(shape)
    deep = np.ones(len(i), dtype=np.bool_)
    for low, high in ((0, 2), (1, 3)):
        top = np.minimum(one[:, high][i], two[:, high][j])
        deep &= top - np.maximum(one[:, low][i], two[:, low][j]) >= tolerance_m
    return i[deep], j[deep]


def _contacts(
    cells: Geometries, cell: Ints, shape: Geometries, j: Ints, reach: float
) -> tuple[Ints, Ints]:
    """The pairs that may share more than a sliver."""
    meet = _centred(cells, cell, shape, j)
    asked = np.flatnonzero(~meet)
    some, back = np.unique(cell[asked], return_inverse=True)
    others, there = np.unique(j[asked], return_inverse=True)
    inner, outer = pulled(cells[some], reach), pulled(shape[others], reach)
    shapely.prepare(inner)
    meet[asked] = shapely.intersects(inner[back], outer[there])
    return cell[meet], j[meet]


def _centred(cells: Geometries, cell: Ints, shape: Geometries, j: Ints) -> Bools:
    """Pairs of which one holds the middle of the other: they do share land."""
    one, two = shapely.bounds(cells), shapely.bounds(shape)
    small = (one[:, 2] - one[:, 0])[cell] > (two[:, 2] - two[:, 0])[j]
    middle = np.where(small[:, None], two[j], one[cell])
    x, y = (middle[:, 0] + middle[:, 2]) / 2, (middle[:, 1] + middle[:, 3]) / 2
    shapely.prepare(cells)
    shapely.prepare(shape)
    out = shapely.contains_xy(cells[cell], x, y)
    out[out] = shapely.contains_xy(shape[j[out]], x[out], y[out])
    return np.asarray(out, dtype=np.bool_)


def _covered(cells: Geometries, cell: Ints, shape: Geometries, j: Ints) -> Bools:
    """Which cells lie wholly in their polygon."""
    inner, outer = shapely.bounds(cells)[cell], shapely.bounds(shape)[j]
    out = (inner[:, :2] >= outer[:, :2]).all(axis=1) & (inner[:, 2:] <= outer[:, 2:]).all(axis=1)
    asked = np.flatnonzero(out)
    shapely.prepare(shape)
    out[asked] = shapely.covers(shape[j[asked]], cells[cell[asked]])
    return np.asarray(out, dtype=np.bool_)


def _relabel(node: Ints, sets: Sets, cell: Ints, feature: Ints) -> None:
    """Add each ``feature`` to the set of its ``cell`` in place; ``cell`` is sorted."""
    turn = np.arange(len(cell)) - np.searchsorted(cell, cell)
    for k in range(int(turn.max(initial=-1)) + 1):
        now = turn == k
        node[cell[now]] = sets.grow(node[cell[now]], feature[now])


def _arranged(
    cells: Cells, cell: Ints, cutters: Geometries, member: Ints, sets: Sets, tolerance_m: float
) -> Cells:
    """Cells cut by their cutters, thin faces joined to their neighbours."""
    found = _sound(cells.geometry, cell, cutters)
    real = ~_thin_faces(found, tolerance_m)
    target = join(found.faces.shared, real)
    own = cells.node[found.cell]
    node = _label(sets, own, found.cell, found.face, member[found.pair], real)
    # no face of a part is real: cut by noise only, the part stays as it was
    own = np.where(target < 0, own, node[target])
    return _gathered(Cells(*found.geometry(own)))


def _thin_faces(found: Arrangement, tolerance_m: float) -> Bools:
    """Which faces are slivers."""
    f = found.faces
    out = doubtful(f.area, f.border, f.holes, tolerance_m)
    asked = out & ~tiny(f.area, tolerance_m)
    parts, face = found.geometry(np.where(asked, np.arange(len(f)), -1))
    out[face] = thin(parts, tolerance_m)
    return out


def _sound(cells: Geometries, cell: Ints, cutters: Geometries) -> Arrangement:
    """``arrange``; cells whose borders cannot be told apart are snapped to a fine grid first."""
    found = arrange(cells, cell, cutters)
    for grid in GRIDS_M:
        wrong = incomplete(cells, found)
        if not wrong.any():
            break
        rows, pairs = np.flatnonzero(wrong), np.flatnonzero(wrong[cell])
        cells, cutters = cells.copy(), cutters.copy()
        cells[rows], cutters[pairs] = snapped(
            cells[rows], np.searchsorted(rows, cell[pairs]), cutters[pairs], grid
        )
        found = arrange(cells, cell, cutters)
    return found


def _label(sets: Sets, node: Ints, cell: Ints, face: Ints, feature: Ints, wanted: Bools) -> Ints:
    """The node of each ``wanted`` face: ``node`` and the features over it; one a cell and set.

    (``face``, ``feature``) are ordered by both.
    """
    use = wanted[face]
    face, feature = face[use], feature[use]
    mark = np.zeros(len(node), dtype=np.uint64)
    np.add.at(mark, face, _mixed(feature))
    faces = np.flatnonzero(wanted)
    order = faces[np.lexsort((mark[faces], cell[faces]))]
    new = opens(cell[order], mark[order])
    chosen = np.full(len(node), -1)
    chosen[order[new]] = np.arange(new.sum())
    use = chosen[face] >= 0
    out = node[order[new]]
    _relabel(out, sets, *_sorted(chosen[face[use]], feature[use]))
    back = np.full(len(node), -1)
    back[order] = out[np.cumsum(new) - 1]
    return back


def _sorted(row: Ints, feature: Ints) -> tuple[Ints, Ints]:
    order = np.lexsort((feature, row))
    return row[order], feature[order]


def _mixed(number: Ints) -> NDArray[np.uint64]:
    """Each number as 64 well-mixed bits, so that sums of them tell sets apart."""
    x = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)


# -- small geometry ---------------------------------------------------------------------------


def _query(tree: Geometries, geoms: Geometries) -> tuple[Ints, Ints]:
    """Positions in ``geoms`` and in ``tree`` of what intersects, ordered by both."""
    i, j = shapely.STRtree(tree).query(geoms, predicate="intersects")
    order = np.lexsort((j, i))
    return i[order], j[order]


def _together(cells: list[Cells]) -> Cells:
    return Cells(
        np.concatenate([c.geometry for c in cells]), np.concatenate([c.node for c in cells])
    )


def _gathered(parts: Cells) -> Cells:
    """Disjoint polygons of one node as one geometry."""
    order = np.argsort(parts.node, kind="stable")
    node = parts.node[order]
    return Cells(gathered(parts.geometry[order], node), node[opens(node)])


# -- renewal ----------------------------------------------------------------------------------


def _marked(
    tree: shapely.STRtree, geoms: Geometries, size: int, within_m: float | None = None
) -> Bools:
    """Which members of ``tree`` intersect one of ``geoms`` or come as near as ``within_m``."""
    out = np.zeros(size, dtype=np.bool_)
    if within_m is None:
        out[tree.query(geoms, predicate="intersects")[1]] = True
    else:
        out[tree.query(geoms, predicate="dwithin", distance=within_m)[1]] = True
    return out


def _names(features: Features, rows: Bools) -> tuple[Ints, NDArray[np.object_]]:
    """Layer rank and id of some features."""
    return features.layer[rows], features.feature_id[rows]


def _renewed(
    old: gpd.GeoDataFrame,
    old_links: pd.DataFrame,
    kept_owners: pd.MultiIndex,
    new: gpd.GeoDataFrame,
    new_links: pd.DataFrame,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Rows of ``old`` whose first feature is a kept owner, and all of ``new``, ordered by id."""
    rank = old_links["layer"].map({name: k for k, name in enumerate(ORDER)}).to_numpy()
    links = old_links.assign(rank=rank).sort_values(["piece", "rank", "feature_id"])
    owner = links.drop_duplicates("piece")
    keep = pd.MultiIndex.from_frame(owner[["rank", "feature_id"]]).isin(kept_owners)
    table = pd.concat([old[keep], new])
    links = pd.concat(
        [
            links[keep[links["piece"]]].drop(columns="rank"),
            new_links.assign(piece=new_links["piece"] + len(old)),
        ]
    )
    position = np.concatenate([np.flatnonzero(keep), np.arange(len(new)) + len(old)])
    order = np.argsort(table["piece_id"].to_numpy(dtype=object), kind="stable")
    place = np.full(len(old) + len(new), -1)
    place[position[order]] = np.arange(len(order))
    links["piece"] = place[links["piece"]]
    return (
        gpd.GeoDataFrame(table.iloc[order].reset_index(drop=True), crs=new.crs),
        links.sort_values("piece", kind="stable").reset_index(drop=True),
    )


# -- tables -----------------------------------------------------------------------------------


def _labelled(features: Features, sets: Sets, slivers: Cells) -> Cells:
    """Slivers that also know the districts and parks they lie in, by a point inside."""
    node = slivers.node.copy()
    members = np.concatenate([features.of(name) for name in REFERENCE])
    point = shapely.point_on_surface(slivers.geometry)
    row, j = _query(features.geometry[members], point)
    _relabel(node, sets, row, members[j])
    return Cells(slivers.geometry, node)


def _tables(
    features: Features, sets: Sets, cells: Cells, crs: int
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The table of pieces ordered by id, and their links."""
    nodes, back = np.unique(cells.node, return_inverse=True)
    row, feature = sets.links(nodes)
    names = np.array(ORDER, dtype=object)[features.layer] + ":" + features.feature_id
    said = names[feature].tolist()
    bounds = np.searchsorted(row, np.arange(len(nodes) + 1)).tolist()
    ids = np.array([_digest(said[a:b]) for a, b in pairwise(bounds)], dtype="U16")
    unique, same = np.unique(ids, return_inverse=True)
    merged = _gathered(Cells(cells.geometry, same[back])).geometry
    table = gpd.GeoDataFrame(
        {
            "piece_id": pd.Series(unique, dtype="str"),
            "area_m2": ellipsoidal_area_m2(merged, crs),
        },
        geometry=merged,
        crs=crs,
    )
    first = np.full(len(unique), -1)
    first[same[::-1]] = np.arange(len(nodes))[::-1]
    keep = first[same[row]] == row
    row, feature = same[row[keep]], feature[keep]
    by = np.lexsort((feature, row))
    links = pd.DataFrame(
        {
            "piece": row[by],
            "layer": pd.Series(np.array(ORDER)[features.layer[feature[by]]], dtype="str"),
            "feature_id": pd.Series(features.feature_id[feature[by]], dtype="str"),
        }
    )
    return table, links


def _digest(names: list[str]) -> str:
    """The id of a set: a hash of its ``layer:id`` lines, in the order of layers and ids."""
    return hashlib.blake2b("\n".join(names).encode(), digest_size=8).hexdigest()


def _crs(layers: Layers) -> int:
    """The working CRS that the layers are in."""
    for layer in layers.values():
        crs = getattr(layer.table, "crs", None)
        if crs is not None and crs.to_epsg():
            return int(crs.to_epsg())
    return DEFAULT_CRS
