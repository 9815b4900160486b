"""The land of each feature, cut by the later ones: cells and slivers with the set of each.

Land belongs to the first feature that covers it, in the order of layers and ids. So the land of
a feature is what earlier features leave of it, and it is cut by the later ones: what becomes of
it depends on nothing but the features that touch it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from landgis.cut.arrange import Arrangement, arranged
from landgis.cut.boxes import boxed
from landgis.cut.contacts import contacts, touched
from landgis.cut.features import ORDER, Features
from landgis.cut.rings import Points, Rings, rings_of
from landgis.cut.runs import Bools, Floats, Ints, opens
from landgis.cut.sets import Sets
from landgis.cut.sliver import doubtful, join, thin, tiny
from landgis.cut.touch import WITHIN, meet, touching
from landgis.schema import DATED
from landgis.stations import Geometries

NOISE_M = 1e-6
"""Parts narrower than this come from rounding, not from anybody's drawing."""


EFFORT = (6.0, 6.0, 3.0, 6.0, 2.0, 1.0, 100.0, 100.0)
"""What cutting by one feature of each layer takes, as measured on the benchmark city."""


def efforts(features: Features) -> Floats:
    """What cutting by each feature takes, in footprints; good for telling the share done."""
    return np.array(EFFORT)[features.layer]


@dataclass(frozen=True)
class Cells:
    """Disjoint land and the set that covers it, a node of ``Sets``."""

    shape: Rings
    node: Ints

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.node)

    @property
    def geometry(self) -> Geometries:
        """The cells as polygons of shapely."""
        return self.shape.polygons()

    def take(self, rows: Ints | Bools) -> Cells:
        """Some of the cells."""
        return Cells(self.shape.take(rows), self.node[rows])

    def joined(self, other: Cells) -> Cells:
        """These cells and others of the same land."""
        return Cells(self.shape.joined(other.shape), np.concatenate([self.node, other.node]))

    def united(self) -> Cells:
        """Disjoint cells of one node as one cell, ordered by node."""
        order = np.argsort(self.node, kind="stable")
        node = self.node[order]
        first = np.flatnonzero(opens(node))
        return Cells(self.shape.take(order).gathered(first), node[first])

    def parts(self) -> Cells:
        """The parts of the cells as cells of their own."""
        parts, whole = self.shape.parts()
        return Cells(parts, self.node[whole])


@dataclass
class Land:
    """The land of the ``owners`` among the ``features`` they touch, as it is cut.

    Features that are not ``there`` do not count. With ``about``, polygons by layer, only
    owners of later layers than the first are cut some of whose own land touches those of theirs.
    """

    features: Features
    owners: Bools
    tolerance_m: float
    there: Bools | None = None
    about: Sequence[Rings] | None = None
    points: Points = field(default_factory=Points)

    def __post_init__(self) -> None:
        """Start with every feature as a set of its own, and without cells and slivers."""
        self.outlines = rings_of(self.features.geometry, self.points)
        self.sets = Sets(np.arange(len(self.features)))
        none = np.zeros(0, dtype=np.int64)
        self.cells = self.slivers = Cells(self.outlines.take(none), none)

    def among(self, there: Bools) -> Land:
        """The same as far as it is cut, to be cut on by the features ``there``."""
        other = copy(self)
        other.there, other.sets = there, copy(self.sets)
        return other

    def cut(self, progress: Callable[[float], None]) -> None:
        """Cut by one layer after the other; ``progress`` is told the share done."""
        work = np.bincount(self.features.layer, efforts(self.features), len(ORDER)) + 1e-9
        for rank, done in enumerate(np.cumsum(work) / work.sum()):
            self.cut_by(rank)
            progress(float(done))

    def cut_by(self, rank: int) -> None:
        """Cut what earlier layers made by the layer of ``rank``, and add its own land."""
        members = self.of(rank)
        if len(members):
            self.cells = self._split(self.cells, members)
        owners = members[self.owners[members]]
        if rank < len(DATED) and len(owners):
            self.cells = self.cells.joined(self._own_land(owners, members))

    def of(self, rank: int) -> Ints:
        """The positions of the features of a layer that are there."""
        mine = self.features.layer == rank
        return np.flatnonzero(mine if self.there is None else mine & self.there)

    def _own_land(self, owners: Ints, members: Ints) -> Cells:
        """What earlier features leave of ``owners``, cut by the other ``members`` of the layer.

        The first layer is cut exactly, thin overlaps included, so that each approval balances.
        """
        first = ORDER[self.features.layer[owners[0]]] == DATED[0]
        parts = self._exact(owners, members) if first else self._remainder(owners)
        lost = thin(parts.shape, self.tolerance_m)
        self.slivers = self.slivers.joined(parts.take(lost))
        own = parts.take(~lost).united()
        return own if first else self._split(own, members, later=True)

    def _exact(self, owners: Ints, members: Ints) -> Cells:
        """The land of ``owners`` cut by all ``members``, however thin the contact."""
        shape = self.outlines.take(owners)
        cell, j = boxed(shape.box, self.outlines.box[members])
        member = members[j]
        other = member != owners[cell]
        cell, member = cell[other], member[other]
        hit = meet(shape, self.outlines, cell, member)
        cell, member = cell[hit], member[hit]
        found = arranged(shape, cell, self.outlines.take(member))
        owner = owners[found.cell]
        earlier = np.zeros(len(found), dtype=np.bool_)
        earlier[found.face[member[found.pair] < owner[found.face]]] = True
        node = self.sets.labelled(owner, found.cell, found.face, member[found.pair], ~earlier)
        parts, face = found.geometry(np.where(earlier, -1, np.arange(len(found))), self.points)
        return Cells(parts, node[face])

    def _remainder(self, owners: Ints) -> Cells:
        """Polygons that earlier features leave of ``owners``."""
        left = self.left(Cells(self.outlines.take(owners), owners), self.of(0))
        if self.about is not None:
            about = self.about[self.features.layer[owners[0]]]
            close = left.node[touched(left.shape, about)]
            left = left.take(np.isin(left.node, close))
        others = np.concatenate([self.of(rank) for rank in range(1, len(DATED))])
        return self.left(left, others)

    def left(self, parts: Cells, others: Ints) -> Cells:
        """Polygons that those of ``others`` before their owner leave of ``parts``."""
        others = others[others < parts.node.max(initial=-1)]
        cell, j = boxed(parts.shape.box, self.outlines.box[others])
        before = others[j] < parts.node[cell]
        cell, other = cell[before], others[j[before]]
        how = touching(parts.shape, self.outlines, cell, other)
        gone, hit = np.zeros((2, len(parts)), dtype=np.bool_)
        gone[cell[how == WITHIN]] = True
        cut = (how > 0) & ~gone[cell]
        cell, other = cell[cut], other[cut]
        hit[cell] = True
        whole = parts.take(~hit & ~gone).parts()
        if not len(cell):
            return whole
        rows = np.flatnonzero(hit)
        shape = parts.shape.take(rows)
        found = arranged(shape, np.searchsorted(rows, cell), self.outlines.take(other))
        free = found.faces.area > NOISE_M * found.faces.border
        free[found.face] = False
        left, row = found.geometry(np.where(free, found.cell, -1), self.points)
        return whole.joined(Cells(left, parts.node[rows[row]]))

    def _split(self, cells: Cells, members: Ints, *, later: bool = False) -> Cells:
        """Cells cut by ``members``; what is thinner than the tolerance joins its neighbours.

        With ``later`` a cell is the land of one member and only members after it cut it.
        """
        shape = self.outlines.take(members)
        cell, j = boxed(cells.shape.box, shape.box, self.tolerance_m)
        if later:
            after = members[j] > cells.node[cell]
            cell, j = cell[after], j[after]
        whole, deep = contacts(cells.shape, cell, shape, j, self.tolerance_m / 2)
        node = self.sets.grown(cells.node, cell[whole], members[j[whole]])
        cells = Cells(cells.shape, node)
        cell, j = cell[deep], j[deep]
        if not len(cell):
            return cells
        cut = np.zeros(len(cells), dtype=np.bool_)
        cut[cell] = True
        rows = np.flatnonzero(cut)
        split = self._divided(cells.take(rows), np.searchsorted(rows, cell), members[j])
        return cells.take(~cut).joined(split)

    def _divided(self, cells: Cells, cell: Ints, member: Ints) -> Cells:
        """Cells cut by members, thin faces joined to their neighbours."""
        found = arranged(cells.shape, cell, self.outlines.take(member))
        real = ~self._thin_faces(found)
        target = join(found.faces.shared, real)
        own = cells.node[found.cell]
        node = self.sets.labelled(own, found.cell, found.face, member[found.pair], real)
        # no face of a part is real: cut by noise only, the part stays as it was
        own = np.where(target < 0, own, node[target])
        return Cells(*found.geometry(own, self.points)).united()

    def _thin_faces(self, found: Arrangement) -> Bools:
        """Which faces are slivers."""
        f = found.faces
        out = doubtful(f.area, f.border, f.holes, self.tolerance_m)
        asked = out & ~tiny(f.area, self.tolerance_m)
        parts, face = found.geometry(np.where(asked, np.arange(len(f)), -1), Points())
        out[face] = thin(parts, self.tolerance_m)
        return out
