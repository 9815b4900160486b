"""Pieces: a cut is published by writing what differs, and read back as it was known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import from_wkb

from landgis.errors import StoreError
from landgis.stations import Geometries, Patch, Pieces
from landgis.store import encode
from landgis.store.connection import Connection
from landgis.store.facts import ALIVE

ASKED = 500
"""Numbers in one question."""


@dataclass(frozen=True)
class Parts:
    """Pieces or slivers on their way into the store, one entry a row.

    ``links`` is a table of ``row``, ``layer`` and ``feature_id``; ``content`` hashes polygon
    and links together.
    """

    table: str
    names: list[str]
    area_m2: list[float]
    shapes: list[bytes]
    links: pd.DataFrame
    content: list[bytes]


def pieces_of(pieces: Pieces) -> Parts:
    """The pieces of a cut as parts."""
    return _parts("pieces", pieces.table, pieces.links)


def slivers_of(pieces: Pieces) -> Parts:
    """The slivers of a cut as parts."""
    return _parts("slivers", pieces.slivers, pieces.sliver_links)


def _parts(table: str, land: gpd.GeoDataFrame, links: pd.DataFrame) -> Parts:
    shapes = [s or b"" for s in encode.wkb(np.asarray(land["geometry"], dtype=object))]
    rows = links.iloc[:, 0].to_numpy("int64")
    plain = pd.DataFrame(
        {
            "row": rows,
            "layer": links["layer"].astype(str).to_numpy(object),
            "feature_id": links["feature_id"].astype(str).to_numpy(object),
        }
    ).sort_values(["row", "layer", "feature_id"], ignore_index=True)
    content = contents(shapes, plain)
    return Parts(table, list(land["piece_id"]), land["area_m2"].tolist(), shapes, plain, content)


def contents(shapes: Sequence[bytes], links: pd.DataFrame) -> list[bytes]:
    """SHA-256 of each part's links and polygon; ``links`` is ordered by all its columns."""
    said = (links["layer"] + "\t" + links["feature_id"]).tolist()
    ends = np.searchsorted(links["row"].to_numpy(), np.arange(len(shapes) + 1)).tolist()
    return [
        hashlib.sha256("\n".join(said[ends[i] : ends[i + 1]]).encode() + b"\n" + shape).digest()
        for i, shape in enumerate(shapes)
    ]


class Writing:
    """Parts of one table on their way into the store, some at a time: only what differs.

    ``at`` is the revision from which on they are there. With ``names`` only parts of these names
    may differ, and only they are read.
    """

    def __init__(self, db: Connection, table: str, at: int, names: list[str] | None) -> None:
        self._db, self._table, self._at = db, table, at
        self._there = {name: (part, content) for name, part, content in _now(db, table, names)}
        self.fresh: list[int] = []
        self.ended: list[int] = []

    def add(self, parts: Parts) -> None:
        """Write those of ``parts`` that are not there as they are; the numbers go to ``fresh``.

        Raises ``StoreError`` for a link to a feature that the record does not know.
        """
        known = [self._there.pop(name, (0, b"")) for name in parts.names]
        fresh = [i for i, (_, content) in enumerate(known) if content != parts.content[i]]
        self._end([known[i][0] for i in fresh if known[i][0]])
        first = self._db.execute(f"SELECT coalesce(max(part), 0) + 1 FROM {self._table}")
        number = first.fetchone()[0]
        numbers = dict(zip(fresh, range(number, number + len(fresh)), strict=True))
        self._db.bulk(
            self._table,
            ("part", "name", "rev_from", "content", "area_m2", "geometry"),
            (
                (part, parts.names[i], self._at, parts.content[i], parts.area_m2[i],
                 parts.shapes[i])
                for i, part in numbers.items()
            ),
        )  # fmt: skip
        _write_links(self._db, parts, numbers)
        self.fresh += numbers.values()

    def finish(self) -> None:
        """End the parts that nobody added."""
        self._end([part for part, _ in self._there.values()])

    def _end(self, parts: list[int]) -> None:
        self._db.executemany(
            f"UPDATE {self._table} SET rev_to = ? WHERE part = ?", [(self._at, p) for p in parts]
        )
        self.ended += parts


def writings(db: Connection, at: int, patch: Patch | None) -> tuple[Writing, Writing]:
    """What pieces and slivers are written by; only what a ``patch`` speaks of may change."""
    if patch is None:
        return Writing(db, "pieces", at, None), Writing(db, "slivers", at, None)
    names = [*patch.gone, *patch.pieces.table["piece_id"]]
    sliver_names = [*patch.gone_slivers, *patch.pieces.slivers["piece_id"]]
    return Writing(db, "pieces", at, names), Writing(db, "slivers", at, sliver_names)


def parts_of(pieces: Pieces | Patch | Iterable[Pieces]) -> Iterable[Pieces]:
    """The parts that pieces come in."""
    if isinstance(pieces, Patch):
        return [pieces.pieces]
    return [pieces] if isinstance(pieces, Pieces) else pieces


def _now(db: Connection, table: str, names: list[str] | None) -> Iterator[tuple[Any, ...]]:
    """Name, number and content of the parts that are there, all or those of the ``names``."""
    said = f"SELECT name, part, content FROM {table} WHERE rev_to IS NULL"
    if names is None:
        yield from db.execute(said)
        return
    for some in (names[k : k + ASKED] for k in range(0, len(names), ASKED)):
        yield from db.execute(f"{said} AND name IN ({', '.join('?' * len(some))})", some)


def _write_links(db: Connection, parts: Parts, numbers: dict[int, int]) -> None:
    chosen = parts.links[parts.links["row"].isin(list(numbers))]
    part = [numbers[row] for row in chosen["row"].tolist()]
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS linking (part INTEGER, layer TEXT, feature_id TEXT)"
    )
    db.execute("DELETE FROM linking")
    said = zip(part, chosen["layer"], chosen["feature_id"], strict=True)
    db.bulk("linking", ("part", "layer", "feature_id"), said)
    written = db.execute(
        f"INSERT INTO {parts.table}_links (part, feature) SELECT part, feature FROM linking l "
        "JOIN features f ON f.layer = l.layer AND f.feature_id = l.feature_id ORDER BY 1, 2"
    ).rowcount
    if written != len(part):
        raise StoreError(
            "the pieces speak of features that the record does not know: cut the land again.",
            "图斑引用了数据库中不存在的要素：请重新切分。",
        )


def write_lineage(
    db: Connection, fresh: Sequence[int], ended: Sequence[int], tolerance_m: float
) -> None:
    """Note of which ended pieces every new piece was made: where more than a sliver is shared."""
    core = shapely.buffer(_shapes(db, fresh), -tolerance_m / 2)
    new, old = shapely.STRtree(_shapes(db, ended)).query(core, predicate="intersects")
    db.bulk(
        "pieces_lineage",
        ("part", "predecessor"),
        [(fresh[i], ended[j]) for i, j in zip(new.tolist(), old.tolist(), strict=True)],
    )


def lineage(db: Connection, known: int) -> pd.DataFrame:
    """Of which earlier pieces each later one was made: rev, piece_id, predecessor_id."""
    found = db.execute(
        "SELECT new.rev_from, new.name, old.name FROM pieces_lineage JOIN pieces new USING (part) "
        "JOIN pieces old ON old.part = predecessor WHERE new.rev_from <= ? ORDER BY 1, 2, 3",
        (known,),
    ).fetchall()
    table = pd.DataFrame(found, columns=["rev", "piece_id", "predecessor_id"])
    return table.astype({"rev": "int64", "piece_id": "str", "predecessor_id": "str"})


def _shapes(db: Connection, numbers: Sequence[int]) -> Geometries:
    shapes: dict[int, bytes] = {}
    for some in (numbers[k : k + ASKED] for k in range(0, len(numbers), ASKED)):
        marks = ", ".join("?" * len(some))
        shapes.update(
            db.execute(
                f"SELECT part, geometry FROM pieces WHERE part IN ({marks})", some
            ).fetchall()
        )
    return np.asarray(shapely.from_wkb(np.array([shapes[n] for n in numbers], dtype=object)))


_COVERED = (
    "part IN (SELECT part FROM {0}_links JOIN features USING (feature) "
    "WHERE layer = 'supplies' AND feature_id = :supply_id)"
)
"""What a supply covers."""


def read(db: Connection, known: int, tolerance_m: float, crs: int, of: str | None = None) -> Pieces:
    """The pieces as of a revision that is cut, ordered by id; with ``of`` those of one supply."""
    pieces, slivers = (_read(db, table, known, crs, of) for table in ("pieces", "slivers"))
    return Pieces(*pieces, *slivers, tolerance_m)


def _read(
    db: Connection, table: str, known: int, crs: int, of: str | None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    at = {"known": known, "supply_id": of}
    there = ALIVE if of is None else f"{ALIVE} AND {_COVERED.format(table)}"
    found = db.execute(
        f"SELECT part, name, area_m2, geometry FROM {table} WHERE {there} ORDER BY name", at
    ).fetchall()
    part, names, areas, shapes = zip(*found, strict=True) if found else ((), (), (), ())
    land = gpd.GeoDataFrame(
        {
            "piece_id": pd.array(list(names), dtype="str"),
            "area_m2": np.array(areas, dtype="float64"),
            "geometry": from_wkb(np.array(shapes, dtype=object), crs=crs),
        },
        geometry="geometry",
    )
    said = db.execute(
        f"SELECT part, layer, feature_id FROM {table} JOIN {table}_links USING (part) "
        f"JOIN features USING (feature) WHERE {there} ORDER BY name, layer, feature_id",
        at,
    ).fetchall()
    return land, _links(said, np.array(part, dtype="int64"))


def _links(said: list[tuple[Any, ...]], part: np.ndarray[Any, np.dtype[np.int64]]) -> pd.DataFrame:
    parts, layers, features = zip(*said, strict=True) if said else ((), (), ())
    rows = pd.Index(part).get_indexer(np.array(parts, dtype="int64"))
    return pd.DataFrame(
        {
            "piece": rows.astype("int64"),
            "layer": pd.array(list(layers), dtype="str"),
            "feature_id": pd.array(list(features), dtype="str"),
        }
    )
