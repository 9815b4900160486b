"""Which cells and polygons share land: tests that are cheap and never miss any."""

from __future__ import annotations

import numpy as np

from landgis.cut.boxes import boxed
from landgis.cut.rings import Rings
from landgis.cut.runs import Bools, Ints
from landgis.cut.sliver import pulled
from landgis.cut.touch import MEETING, SHARING, WITHIN, holds, meet, touching


def contacts(cells: Rings, cell: Ints, shape: Rings, j: Ints, reach: float) -> tuple[Bools, Bools]:
    """Pairs of which the cell lies in its polygon, and others that may share a disc.

    ``reach`` is the radius of the disc in metres.
    """
    how = touching(cells, shape, cell, j)
    asked = np.flatnonzero((how == MEETING) | (how == SHARING))
    deep = np.zeros(len(cell), dtype=np.bool_)
    deep[asked] = _centred(cells, cell[asked], shape, j[asked])
    asked = asked[~deep[asked]]
    some, back = np.unique(cell[asked], return_inverse=True)
    others, there = np.unique(j[asked], return_inverse=True)
    inner, outer = pulled(cells.take(some), reach), pulled(shape.take(others), reach)
    deep[asked] = meet(inner, outer, back, there)
    return how == WITHIN, deep


def reached(cells: Rings, shape: Rings, tolerance_m: float) -> Bools:
    """Which cells some of ``shape`` may cover or cut."""
    cell, j = boxed(cells.box, shape.box, tolerance_m)
    whole, deep = contacts(cells, cell, shape, j, tolerance_m / 2)
    out = np.zeros(len(cells), dtype=np.bool_)
    out[cell[whole | deep]] = True
    return out


def touched(rings: Rings, others: Rings) -> Ints:
    """Positions of the ``rings`` that have a point in common with one of ``others``."""
    i, j = boxed(rings.box, others.box)
    return np.unique(i[meet(rings, others, i, j)])


def _centred(cells: Rings, cell: Ints, shape: Rings, j: Ints) -> Bools:
    """Pairs of which both hold the middle of the smaller one: they do share land."""
    one, two = cells.box[cell], shape.box[j]
    small = one[:, 2] - one[:, 0] > two[:, 2] - two[:, 0]
    middle = np.where(small[:, None], two, one)
    x, y = (middle[:, 0] + middle[:, 2]) / 2, (middle[:, 1] + middle[:, 3]) / 2
    return holds(cells, cell, x, y) & holds(shape, j, x, y)
