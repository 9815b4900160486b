"""Land that a change of the layers touches, cut both ways: as it was and as it is now.

A cell that is the same in both states, and out of reach of what changes in later layers, is cut
the same way from there on; so only cells that differ are followed to the end. The land of before
is cut again from its features, not taken from a record: two cuts of one state are alike to the
last bit, whatever was cut with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import shapely

from landgis.cut.contacts import reached, touched
from landgis.cut.features import ORDER, Features
from landgis.cut.land import Cells, Land
from landgis.cut.rings import Points, Rings, rings_of
from landgis.cut.runs import Bools, Ints, opens
from landgis.schema import DATED
from landgis.stations import Geometries


@dataclass(frozen=True)
class Both:
    """Features of two states in the order of the cut, and in which of both each is.

    A feature whose polygon changed is there twice.
    """

    features: Features
    was: Bools
    now: Bools

    def take(self, rows: Ints | Bools) -> Both:
        """Some of the features, in their order."""
        return Both(self.features.take(rows), self.was[rows], self.now[rows])

    def joined(self, later: Both) -> Both:
        """These features and those of later layers."""
        one, two = self.features, later.features
        features = Features(
            np.concatenate([one.geometry, two.geometry]),
            np.concatenate([one.layer, two.layer]),
            np.concatenate([one.feature_id, two.feature_id]),
        )
        was, now = ((self.was, later.was), (self.now, later.now))
        return Both(features, np.concatenate(was), np.concatenate(now))


class Change(Protocol):
    """Two states of the layers, asked for no more than a part of them."""

    def changed(self) -> Both:
        """The features that are in one state only: what came, changed or went."""

    def around(self, ranks: range, shape: Geometries) -> Both:
        """The features of the layers ``ranks`` of ``ORDER`` whose boxes meet one of ``shape``."""


def renewed(change: Change, tolerance_m: float) -> tuple[Land, Land]:
    """The land of both states with the cells and slivers in which they may differ."""
    changed = change.changed().features
    since = int(changed.layer.min(initial=len(ORDER)))
    # what keeps farther than the tolerance away neither covers nor cuts
    reach = shapely.buffer(changed.geometry, 2 * tolerance_m, quad_segs=1)
    zone = rings_of(reach, Points())
    close = change.around(range(len(ORDER)), reach).features
    idle = _idle(close, tolerance_m, zone)
    bare = _bare(idle, zone, since)
    own = close.take(_owning(idle, bare))

    early = change.around(range(since), np.concatenate([own.geometry, reach]))
    first = _land(early, bare, tolerance_m)
    for rank in range(since):
        first.cut_by(rank)
        first.cells = first.cells.take(touched(first.cells.shape, zone))
    outlines = rings_of(changed.geometry, Points())
    changes = [outlines.take(changed.layer == rank) for rank in range(len(ORDER) + 1)]
    zones = [zone.take(changed.layer > rank) for rank in range(len(ORDER) + 1)]

    def stirred(cells: Cells, rank: int) -> Bools:
        """Which cells the changes of a layer may cut, or those of a later one come near."""
        out = reached(cells.shape, changes[rank], tolerance_m)
        out[touched(cells.shape, zones[rank])] = True
        return out

    first.cells = first.cells.take(stirred(first.cells, since))
    mine, later = own.geometry[own.layer >= since], range(since, len(ORDER))
    both = early.joined(change.around(later, np.concatenate([first.cells.geometry, mine, reach])))
    land = _land(both, bare, tolerance_m)
    land.cells = _moved(first, first.cells, land)
    if (changed.layer >= len(DATED)).any():  # slivers may lie in others of these than before
        land.slivers = _moved(first, first.slivers, land)
    if not since:  # approvals change: so may any land of others
        land.about = None
    was, now = land.among(both.was), land.among(both.now)
    for rank in later:
        was.cut_by(rank)
        now.cut_by(rank)
        i, j = _alike(was, now)
        calm = ~stirred(now.cells.take(j), rank + 1)
        was.cells, now.cells = _without(was.cells, i[calm]), _without(now.cells, j[calm])
    return was, now


def _idle(features: Features, tolerance_m: float, zone: Rings) -> Land:
    """Features that own nothing yet, among the points of ``zone``."""
    nobody = np.zeros(len(features), dtype=np.bool_)
    return Land(features, nobody, tolerance_m, points=zone.points)


def _bare(land: Land, zone: Rings, since: int) -> list[Rings]:
    """For each layer the part of ``zone`` where it may have land of its own.

    That is what the layers leave which come before it and are the same in both states.
    """
    left = Cells(zone, np.full(len(zone), len(land.features)))
    out = [zone]
    for rank in range(since):
        left = land.left(left, land.of(rank))
        out.append(left.shape)
    return out + out[-1:] * (len(ORDER) - len(out))


def _owning(land: Land, bare: list[Rings]) -> Bools:
    """The features whose own land may change."""
    out = np.zeros(len(land.features), dtype=np.bool_)
    for rank in range(len(DATED)):
        mine = land.of(rank)
        out[mine[touched(land.outlines.take(mine), bare[rank])]] = True
    return out


def _land(both: Both, bare: list[Rings], tolerance_m: float) -> Land:
    """Features ready to be cut."""
    land = _idle(both.features, tolerance_m, bare[0])
    land.owners, land.about = _owning(land, bare), bare
    return land


def _moved(land: Land, cells: Cells, to: Land) -> Cells:
    """Cells of ``land`` among the features of another one that begin with the same."""
    row, feature = land.sets.links(cells.node)
    first = opens(row)
    node = to.sets.grown(feature[first], row[~first], feature[~first])
    return Cells(cells.shape, node)


def _alike(was: Land, now: Land) -> tuple[Ints, Ints]:
    """The positions of the cells that have one set and one outline in both."""
    # a set is the set of no more than one cell
    mark, marks = was.sets.marks(was.cells.node), now.sets.marks(now.cells.node)
    i = pd.Index(mark).get_indexer(pd.Index(marks))
    j = np.flatnonzero(i >= 0)
    i = i[j]
    same = shapely.equals_exact(was.cells.take(i).geometry, now.cells.take(j).geometry, 0)
    return i[same], j[same]


def _without(cells: Cells, rows: Ints) -> Cells:
    kept = np.ones(len(cells), dtype=np.bool_)
    kept[rows] = False
    return cells.take(kept)
