"""Files damaged in every way: ``python -m tests.fuzz 5000`` reads them and tells what broke.

No traceback, no file left behind, none that takes too long: each is read or refused in a sentence.
"""

import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

from landgis import readers, writers
from landgis.errors import LandgisError

FORMS = ("gpkg", "shp", "fgb", "gdb", "dxf", "geojson", "parquet", "csv", "xlsx", "txt")
ENDINGS = (".gpkg", ".shp", ".fgb", ".kml", ".dxf", ".geojson", ".parquet", ".csv", ".xlsx",
           ".txt", ".zip", ".mif", ".tab")  # fmt: skip
SLOWEST_S = 30


def good():
    """One good file of each kind: ending -> content; shapefiles and geodatabases are zips."""
    boxes = [shapely.box(490_000 + 200 * i, 3.9e6, 490_100 + 200 * i, 3_900_100) for i in range(20)]
    columns = {"id": [f"P{i}" for i in range(20)], "name": ["新乡机械厂"] * 20, "n": range(20)}
    table = gpd.GeoDataFrame(columns, geometry=boxes, crs=4547)
    made = {}
    for form in FORMS:
        buffer = io.BytesIO()
        writers.write(table, buffer, form)
        made[".zip" if form in ("shp", "gdb") else f".{form}", form] = buffer.getvalue()
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    made[".xlsx", "empty"] = book.getvalue()
    return made


def damaged(content, ending, chance):
    """The content in one of the ways that files go bad, and the ending it then has."""
    match chance.choice(["flip", "cut", "rename", "member", "repeat", "zero", "insert"]):
        case "cut":
            return content[: chance.randrange(1, len(content))], ending
        case "rename":
            return content, chance.choice(ENDINGS)
        case "repeat":
            return content + content, ending
        case "member" if ending in (".zip", ".xlsx"):
            return _members(content, chance), ending
        case "zero":
            start = chance.randrange(len(content))
            return content[:start] + bytes(min(64, len(content) - start)) + content[
                start + 64 :
            ], ending
        case "insert":
            start = chance.randrange(len(content))
            return content[:start] + chance.randbytes(chance.randint(1, 40)) + content[
                start:
            ], ending
        case _:
            changed = bytearray(content)
            for _ in range(chance.randint(1, 30)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed), ending


def _members(content, chance):
    """A zip in which a member is gone, renamed, cut or replaced by another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        hit = chance.choice(names)
        for name in names:
            data = old.read(name)
            if name == hit:
                act = chance.choice(["gone", "rename", "cut", "other"])
                if act == "gone":
                    continue
                name = (
                    chance.choice(["../x", "x.csv", "/x", name.upper()])
                    if act == "rename"
                    else name
                )
                data = data[: len(data) // 2] if act == "cut" else data
                data = old.read(chance.choice(names)) if act == "other" else data
            new.writestr(name, data)
    return out.getvalue()


def fuzz(count, seed=0):
    """Read ``count`` damaged files; the outcomes counted, and every failure."""
    chance = random.Random(seed)
    kept = list(good().items())
    outcomes, failures = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder) / "room"
        room.mkdir()
        tempfile.tempdir, before = str(room), tempfile.tempdir
        try:
            for number in range(count):
                (ending, form), content = chance.choice(kept)
                content, ending = damaged(content, ending, chance)
                path = Path(folder) / f"t{ending}"
                path.write_bytes(content)
                begun = time.monotonic()
                try:
                    readers.read(path)
                    outcomes["read"] += 1
                except LandgisError as refused:
                    outcomes[type(refused).__name__] += 1
                except Exception as broken:
                    failures.append((number, form, ending, repr(broken)))
                if time.monotonic() - begun > SLOWEST_S:
                    failures.append((number, form, ending, "too slow"))
                path.unlink()
                left = [p for p in Path(folder).rglob("*") if p != room]
                if left:
                    failures.append((number, form, ending, f"left {left[0]}"))
        finally:
            tempfile.tempdir = before
    return outcomes, failures


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    started = time.monotonic()
    told, wrong = fuzz(asked, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    sys.stdout.write(
        f"{asked} files in {time.monotonic() - started:.0f} s: {dict(told)}, {len(wrong)} failed\n"
    )
    for failure in wrong[:20]:
        sys.stdout.write(" ".join(map(str, failure)) + "\n")
    sys.exit(bool(wrong))
