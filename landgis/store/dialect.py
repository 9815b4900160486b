"""What is written for SQLite as PostgreSQL with PostGIS says it: the schema, and marks for values.

One schema is kept: types become richer (dates, flags, polygons with their CRS), in place of R-trees
a GiST index stands over a column with the bounds (the diagonal of the published polygon: a tenth of
its room), and what must not be deleted is not truncated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from landgis.schema import LAYERS, Kind

PUBLISHED = "geometry(Geometry, 4490)"

_TYPES = {
    "INTEGER": "bigint",
    "TEXT": 'text COLLATE "C"',
    "REAL": "double precision",
    "BLOB": "bytea",
}
_PUBLISHED = {
    "geojson": "geojson",
    "item": "nullif(nullif(left(split_part(item, ',\"geometry\":', 2), -1), ''), 'null')",
}
"""The published polygon in a column that has it: in a feature it is the last that is said."""

_KINDS = {Kind.DATE: "date", Kind.FLAG: "boolean"}
_COLUMN = re.compile(
    r'^(?P<name>"?[a-z_0-9]+"?) (?P<type>INTEGER|TEXT|REAL|BLOB)\b(?P<rest>.*)$', re.S
)
_TABLE = re.compile(r"CREATE TABLE (?P<name>\w+) \((?P<body>.*)\)[^)]*$", re.S)
_ADDED = re.compile(r"ALTER TABLE (?P<table>\w+) ADD COLUMN (?P<column>.*?);?\s*$", re.S)
_TREE = re.compile(r"CREATE VIRTUAL TABLE \w+_extent USING rtree")
_DROPPED = re.compile(r"ALTER TABLE (?P<table>\w+) DROP COLUMN geojson")
_UNGUARDED = re.compile(r"DROP TRIGGER (?P<name>(?P<table>[a-z]+)_update\w*)")
_TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) (?P<when>BEFORE \w+(?: OF\s.*?)?)\s+ON (?P<table>\w+)\s+"
    r"(?:WHEN (?P<condition>.*?)\s+)?BEGIN SELECT RAISE\(ABORT, '(?P<said>[^']*)'\); END;",
    re.S,
)
_COMMENT = re.compile(r"--[^\n]*")


_MARK = re.compile(r"'[^']*'|\"[^\"]*\"|\?|(?<![:\w]):([a-z_]\w*)")


@lru_cache(maxsize=1000)
def marked(sql: str) -> str:
    """A statement whose values are marked with ``?`` or ``:name``, marked as psycopg wants it."""
    return _MARK.sub(_mark, sql)


def _mark(found: re.Match[str]) -> str:
    if found[1]:
        return f"%({found[1]})s"
    return "%s" if found[0] == "?" else found[0]


def translated(statement: str, crs: int) -> Iterator[str]:
    """One statement of the schema as those of PostgreSQL; polygons are in EPSG ``crs``."""
    plain = _COMMENT.sub("", statement).strip()
    if table := _TABLE.match(plain):
        yield from _table(table["name"], table["body"], crs)
    elif added := _ADDED.match(plain):
        column = _column(added["table"], added["column"], crs)
        yield f"ALTER TABLE {added['table']} ADD COLUMN {column}"
    elif dropped := _DROPPED.match(plain):
        yield f"ALTER TABLE {dropped['table']} DROP COLUMN lonlat, DROP COLUMN geojson"
    elif unguarded := _UNGUARDED.match(plain):
        yield f"DROP TRIGGER {unguarded['name']} ON {unguarded['table']}"
    elif trigger := _TRIGGER.match(plain):
        yield from _trigger(trigger)
    elif plain and not _TREE.match(plain):
        yield plain


def _table(name: str, body: str, crs: int) -> Iterator[str]:
    parts = [_column(name, part.strip(), crs) for part in _split(body)]
    columns = {part.partition(" ")[0] for part in parts}
    if said := columns & _PUBLISHED.keys():
        published = f"ST_SetSRID(ST_GeomFromGeoJSON({_PUBLISHED[said.pop()]}), 4490)"
        parts.append(
            f"lonlat {PUBLISHED} GENERATED ALWAYS AS (ST_BoundingDiagonal({published})) STORED"
        )
        yield f"CREATE TABLE {name} ({', '.join(parts)})"
        yield f"CREATE INDEX {name}_lonlat ON {name} USING gist (lonlat)"
    else:
        yield f"CREATE TABLE {name} ({', '.join(parts)})"
    if "geometry" in columns:
        yield f"CREATE INDEX {name}_geometry ON {name} USING gist (geometry)"


def _split(body: str) -> Iterator[str]:
    """The columns and constraints of a table, at the commas outside brackets."""
    yield from re.split(r",(?![^(]*\))", body)


def _column(table: str, said: str, crs: int) -> str:
    found = _COLUMN.match(said)
    if not found:
        return said
    return f"{found['name']} {_type(table, found['name'], found['type'], crs)}{found['rest']}"


def _type(table: str, column: str, plain: str, crs: int) -> str:
    if column == "geometry":
        return f"geometry(Geometry, {crs})"
    return _kinds(table).get(column, _TYPES[plain])


@cache
def _kinds(table: str) -> dict[str, str]:
    columns = LAYERS[table].columns if table in LAYERS else ()
    return {c.name: _KINDS[c.kind] for c in columns if c.kind in _KINDS}


REFUSE = (
    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
"""What the triggers call; made before them."""


def _trigger(trigger: re.Match[str]) -> Iterator[str]:
    """A trigger that refuses; who refuses DELETE refuses TRUNCATE too.

    Where the condition looks into tables it is asked by a function of its own: WHEN may not.
    """
    name, table, said = trigger["name"], trigger["table"], trigger["said"]
    condition = trigger["condition"]
    when, function = "", f"refuse('{said}')"
    if condition and "SELECT" in condition:
        function = f"{name}()"
        yield (
            f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{said}' USING "
            "ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
        )
    elif condition:
        when = f"WHEN ({condition}) "
    yield (
        f"CREATE TRIGGER {name} {trigger['when']} ON {table} FOR EACH ROW {when}"
        f"EXECUTE FUNCTION {function}"
    )
    if trigger["when"] == "BEFORE DELETE":
        yield (
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}"
        )
