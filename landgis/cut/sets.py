"""Sets of features that cover land, grown one feature at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landgis.cut.runs import Bools, Ints, opens


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

    def marks(self, node: Ints) -> NDArray[np.uint64]:
        """A 64-bit mark of the set of each node: the sum of its members' marks."""
        row, feature = self.links(node)
        out = np.zeros(len(node), dtype=np.uint64)
        np.add.at(out, row, mixed(feature))
        return out

    def distinct(self, node: Ints) -> tuple[Ints, Ints]:
        """One node of each set, and which of them each ``node`` has the set of."""
        nodes, of = np.unique(node, return_inverse=True)
        _, first, same = np.unique(self.marks(nodes), return_index=True, return_inverse=True)
        return nodes[first], same[of]

    def grown(self, node: Ints, row: Ints, feature: Ints) -> Ints:
        """``node`` with each ``feature`` added to the set at its ``row``; ``row`` is sorted."""
        out = node.copy()
        turn = np.arange(len(row)) - np.searchsorted(row, row)
        for k in range(int(turn.max(initial=-1)) + 1):
            now = turn == k
            out[row[now]] = self.grow(out[row[now]], feature[now])
        return out

    def labelled(self, node: Ints, cell: Ints, face: Ints, feature: Ints, wanted: Bools) -> Ints:
        """The node of each ``wanted`` face: ``node`` and the features over it; -1 for others.

        (``face``, ``feature``) are ordered by both; faces of one cell with one set get one node.
        """
        use = wanted[face]
        face, feature = face[use], feature[use]
        mark = np.zeros(len(node), dtype=np.uint64)
        np.add.at(mark, face, mixed(feature))
        order = np.flatnonzero(wanted)
        order = order[np.lexsort((mark[order], cell[order]))]
        new = opens(cell[order], mark[order])
        chosen = np.full(len(node), -1)
        chosen[order[new]] = np.arange(new.sum())
        row = chosen[face]
        row, feature = row[row >= 0], feature[row >= 0]
        by = np.lexsort((feature, row))
        out = np.full(len(node), -1)
        out[order] = self.grown(node[order[new]], row[by], feature[by])[np.cumsum(new) - 1]
        return out


def mixed(number: Ints) -> NDArray[np.uint64]:
    """Each number as 64 well-mixed bits, so that sums of them tell sets apart."""
    x = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)
