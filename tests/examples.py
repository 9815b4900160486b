"""The examples of the catalogue of data problems, run as what they are: files, checks, a record."""

import contextlib
import sqlite3
import struct
import warnings
from datetime import date

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import shapely
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from landgis import corrections, determine, intake
from landgis.intake import Options
from landgis.issues import join
from landgis.readers.rules import load_rules
from landgis.schema import LAYERS
from landgis.store import open_store
from landgis.store.facts import empty

TODAY = date(2026, 1, 1)
NUMBERS = {"parks": "园区编号", "districts": "行政区代码"}


def told(example, folder):
    """The issues that an example raises."""
    layer = example.get("layer", "supplies")
    path = _file(example, folder / "new", layer)
    options = _options(example, folder)
    if "on" in example:
        return _determined(example, path, folder)
    with_record = {"known", "districts"} & example.keys()
    if not with_record:
        return intake.read_layer(path, layer, options)[1]
    return _beside(example, path, folder, layer, options)


def _options(example, folder):
    said = {n: _text(folder / n, example[n]) for n in ("attributes", "map") if n in example}
    return Options(
        crs=example.get("declared"),
        full=example.get("full", False),
        datum_shift=example.get("datum_shift"),
        attributes=said.get("attributes"),
        key="园区编号" if "attributes" in said else None,
        today=TODAY,
        dry_run=True,
    )


def _text(path, text, ending=".csv"):
    path = path.with_suffix(ending)
    path.write_text(text, encoding="utf-8")
    return path


def _file(example, path, layer):
    for form in ("csv", "txt", "geojson", "kml", "dxf"):
        if form in example:
            return _text(path, example[form], f".{form}")
    if "sheet" in example:
        return _workbook(example, path.with_suffix(".xlsx"))
    shapes = _shapes(example["wkt"], example.get("times", 1))
    return _outlines(shapes, path, layer, example.get("crs", 4547))


def _workbook(example, path):
    book = openpyxl.Workbook()
    if example.get("from_1904"):
        book.epoch = CALENDAR_MAC_1904
    for line in example["sheet"].splitlines():
        book.active.append([cell or None for cell in line.split(",")])
    if "merged" in example:
        book.active.merge_cells(example["merged"])
    book.save(path)
    return path


def _shapes(texts, times):
    if texts[0].startswith("CURVEPOLYGON"):
        return texts[0]
    with np.errstate(invalid="ignore"):  # one of them is NaN
        shapes = shapely.from_wkt(np.array([t or None for t in texts], dtype=object))
    if times > 1:
        return np.array([shapely.multipolygons(np.repeat(shapes, times))])
    return shapes


def _outlines(shapes, path, layer, crs):
    path = path.with_suffix(".gpkg")
    if isinstance(shapes, str):
        _curve(shapes, path)
        return path
    ids = {NUMBERS[layer]: [f"P{i}" for i in range(1, len(shapes) + 1)]}
    table = gpd.GeoDataFrame(ids, geometry=list(shapes), crs=crs or None)
    with warnings.catch_warnings(action="ignore"):  # one has no system, and is told so
        pyogrio.write_dataframe(table, path)
    return path


def _curve(text, path):
    """A GeoPackage of one polygon whose ring is an arc, which neither shapely nor pyogrio write."""
    numbers = text[text.rindex("(") + 1 : text.index(")")].replace(",", " ").split()
    points = struct.pack(f"<{len(numbers)}d", *map(float, numbers))
    wkb = struct.pack("<BIIBII", 1, 10, 1, 1, 8, len(numbers) // 2) + points
    _outlines([shapely.box(490_000, 3_900_000, 490_100, 3_900_100)], path, "parks", 4547)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        named = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in named:
            db.execute(f'DROP TRIGGER "{name}"')
        head = b"GP\x00\x01" + struct.pack("<i", 4547)
        db.execute(f'UPDATE "{path.stem}" SET geom = ?', (head + wkb,))
        db.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")


def _beside(example, path, folder, layer, options):
    """What arrives beside a record that knows something."""
    store = open_store(folder / "record.db", create=True)
    try:
        for name in (layer, "districts"):
            known = example.get("known" if name == layer else name)
            if known is not None:
                form = {"csv": known} if isinstance(known, str) else {"wkt": known}
                before = _file(form, folder / f"old-{name}", name)
                mapping = folder / "map.csv" if "map" in example else None
                intake.import_files(store, name, [before], Options(mapping=mapping))
        if "corrected" in example:
            column, _, value = example["corrected"].partition("=")
            number = store.layers(1)[layer].table[LAYERS[layer].identity][0]
            corrections.correct(store, layer, number, {column: value}, reason="r")
        held = {"remembered": intake.remembered(store, layer)} if "map" in example else {}
        options = Options(full=options.full, today=TODAY, dry_run=True, **held)
        return intake.import_files(store, layer, [path], options).issues
    finally:
        store.close()


def _determined(example, path, folder):
    layers = {name: empty(schema, 4547) for name, schema in LAYERS.items()}
    layers["supplies"], issues = intake.read_layer(path, "supplies")
    for name in ("delays", "amendments"):
        if name in example:
            layers[name], _ = intake.read_layer(_text(folder / name, example[name]), name)
    rules = load_rules(example.get("rules", "national").split(","))
    on = date.fromisoformat(example["on"])
    return join([issues, determine.assess(layers, rules, on).issues])
