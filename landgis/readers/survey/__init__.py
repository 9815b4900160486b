"""勘测定界 TXT, in all the variants that bureaus write, to parcels; every fault with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from landgis.errors import UnreadableFile
from landgis.issues import IssueKind, Problem
from landgis.readers.survey import area, place, rings
from landgis.readers.survey.lines import Document, parse
from landgis.readers.text import decode
from landgis.stations import RawLayer, Source

KEPT = ("数据产生单位", "数据产生日期")
"""Of [属性描述] only these say something about the parcels themselves."""


def read(path: Path, source: Source, _layer: str | None, encoding: str | None) -> RawLayer:
    """One row a parcel, indexed by the line of its header.

    Raises ``UnreadableFile`` where the file holds no parcel, ``UnknownCRS`` where its numbers fit
    no zone. What is wrong with a parcel is in ``problems``, by line.
    """
    text, found = decode(path.read_bytes(), encoding, source.name)
    document = parse(text)
    if not document.parcels:
        raise UnreadableFile(
            "the file holds no parcel: [地块坐标], a header line ending in @ and its points.",
            "文件中没有地块：应有 [地块坐标]、以 @ 结尾的地块行及其界址点。",
            file=source.name,
        )
    placed = place.place(document, source.name)
    shapes, problems = rings.assemble(document.parcels, placed)
    stated = area.prove([p.head["面积"] for p in document.parcels], shapes, placed.crs)
    table = _table(document, stated)
    found_wrong = [*document.problems, *_repeated(document), *placed.problems, *problems]
    return RawLayer(
        replace(source, encoding=found),
        table,
        shapes,
        placed.crs,
        problems=(*found_wrong, *stated.problems),
    )


def _table(document: Document, stated: area.Stated) -> pd.DataFrame:
    """The columns of the headers; then what the sections before them say of all."""
    rows = [{k: v for k, v in p.head.items() if k != "面积"} for p in document.parcels]
    names = list(dict.fromkeys(k for row in rows for k in row))
    columns = {n: [row.get(n, "") for row in rows] for n in names}
    columns |= {"地块面积": stated.proven, "面积原文": stated.written, "面积口径": stated.measure}
    said = {
        k: v for k, v in document.said.items() if k in KEPT and k not in document.again
    } | document.project
    columns |= {k: [v] * len(rows) for k, v in said.items() if v and k not in columns}
    index = pd.Index([p.line for p in document.parcels], dtype="int64")
    return pd.DataFrame(columns, index=index, dtype="str")


def _repeated(document: Document) -> list[Problem]:
    """Parcels whose number an earlier one has."""
    seen: set[str] = set()
    found = []
    for at, parcel in enumerate(document.parcels):
        number = parcel.head.get("地块编号", "")
        if number and number in seen:
            here = np.array([at], dtype=np.int64)
            found.append(
                Problem(IssueKind.PARCEL_REPEATED, "地块编号", here, [number], [parcel.line])
            )
        seen.add(number)
    return found
