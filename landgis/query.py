"""Filters and sort for the lists of supplies and of stock: the same for every shell."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landgis import measure
from landgis.errors import UsageError
from landgis.fields import FIELDS
from landgis.stations import Mask
from landgis.terms import (
    IDLE_STANDINGS,
    STOCK_STAGES,
    Basis,
    Cause,
    Fault,
    Outcome,
    Stage,
    Standing,
    Term,
)

ALL = "all"
"""The value that lifts a default."""

Box: TypeAlias = tuple[float, float, float, float]


class Filter(NamedTuple):
    """One parameter of a list: how its text is read and which rows it keeps."""

    read: Callable[[str, str], Any]
    keep: Callable[[gpd.GeoDataFrame, Any], Mask]


def _refused(name: str, text: str, en: str, zh: str) -> UsageError:
    return UsageError(f"{name}: '{text}' {en}.", f"{name}：“{text}”{zh}。")


def words(name: str, text: str) -> tuple[str, ...]:
    """Values separated by commas; raises ``UsageError`` where one of them is empty."""
    found = tuple(word.strip() for word in text.split(","))
    if not all(found):
        raise _refused(
            name, text, "has an empty value: separate values by one comma", "含有空值，应以逗号分隔"
        )
    return found


def terms(vocabulary: type[Term]) -> Callable[[str, str], tuple[str, ...]]:
    """Reads codes of ``vocabulary`` separated by commas; ``all`` is every one."""
    codes = tuple(term.value for term in vocabulary)

    def read(name: str, text: str) -> tuple[str, ...]:
        found = words(name, text)
        strange = [w for w in found if w not in codes and w != ALL]
        if strange:
            listed = ", ".join((*codes, ALL))
            raise _refused(
                name, "".join(strange[:1]), f"is none of {listed}", f"不在可选值 {listed} 之中"
            )
        return codes if ALL in found else found

    return read


def number(name: str, text: str) -> float:
    """A finite number that is not negative."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or found < 0:
        raise _refused(name, text, "is not a number from 0 up", "不是非负数")
    return found


def whole(name: str, text: str) -> int:
    """A whole number that is not negative."""
    if not text.strip().isascii() or not text.strip().isdigit():
        raise _refused(name, text, "is not a whole number from 0 up", "不是非负整数")
    return int(text)


def wholes(name: str, text: str) -> tuple[int, ...]:
    """Whole numbers separated by commas."""
    return tuple(whole(name, word) for word in words(name, text))


def day(name: str, text: str) -> date:
    """A date written like 2020-12-31."""
    try:
        if len(text.strip()) == len("2020-12-31"):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise _refused(
        name, text, "is not a date: write it like 2020-12-31", "不是日期，应写作 2020-12-31"
    )


def box(name: str, text: str) -> Box:
    """West, south, east, north in degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise _refused(
            name,
            text,
            "is not west,south,east,north in degrees",
            "不是以度为单位的 西,南,东,北",
        )
    return west, south, east, north


def _any(found: Sequence[pd.Series]) -> Mask:
    masks = [f.to_numpy(bool) for f in found]
    return np.asarray(np.logical_or.reduce(masks), dtype=bool)


def one_of(*columns: str) -> Callable[[pd.DataFrame, Sequence[str]], Mask]:
    """Keeps rows where one of ``columns`` is one of the values."""

    def keep(table: pd.DataFrame, wanted: Sequence[str]) -> Mask:
        if len(wanted) == 1:  # several times quicker than a set of one
            return _any([table[c] == wanted[0] for c in columns])
        return _any([table[c].isin(wanted) for c in columns])

    return keep


def among(column: str) -> Callable[[pd.DataFrame, Sequence[str]], Mask]:
    """Keeps rows where ``column``, a list joined by semicolons, has one of the values."""

    def keep(table: pd.DataFrame, wanted: Sequence[str]) -> Mask:
        listed = ";" + table[column].fillna("") + ";"
        return _any([listed.str.contains(f";{w};", regex=False) for w in wanted])

    return keep


def at_least(column: str) -> Callable[[pd.DataFrame, float], Mask]:
    """Keeps rows where ``column`` is the value or more; empty is less."""
    return lambda table, least: (table[column] >= least).fillna(value=False).to_numpy(bool)


def at_most(column: str) -> Callable[[pd.DataFrame, float], Mask]:
    """Keeps rows where ``column`` is the value or less; empty is more."""
    return lambda table, most: (table[column] <= most).fillna(value=False).to_numpy(bool)


def in_year(column: str) -> Callable[[pd.DataFrame, Sequence[int]], Mask]:
    """Keeps rows where ``column`` is a day of one of the years; empty is in none."""
    return lambda table, years: table[column].dt.year.isin(years).to_numpy(bool)


def before(column: str) -> Callable[[pd.DataFrame, date], Mask]:
    """Keeps rows where ``column`` is earlier than the date; empty is never."""
    return lambda table, end: (table[column] < pd.Timestamp(end)).to_numpy(bool)


def says(*columns: str) -> Callable[[pd.DataFrame, str], Mask]:
    """Keeps rows where one of ``columns`` has the words in it, in small letters or capitals."""

    def keep(table: pd.DataFrame, text: str) -> Mask:
        wanted = text.strip().casefold()
        texts = (table[c].fillna("").str.casefold() for c in columns)
        return _any([t.str.contains(wanted, regex=False) for t in texts])

    return keep


def within(table: gpd.GeoDataFrame, bounds: Box) -> Mask:
    """Rows whose polygon has a point in common with a box of longitude and latitude."""
    # The polygons go to degrees, not the box to metres: a box may be wider than the zone reaches.
    shapes = measure.transform(table.geometry.to_numpy(), table.crs, measure.LONLAT)
    return np.asarray(shapely.intersects(shapely.box(*bounds), shapes), dtype=bool)


def _same(_name: str, text: str) -> str:
    return text


IDLE: Mapping[str, Filter] = {
    "district": Filter(words, one_of("district_code", "district")),
    "park": Filter(words, among("park")),
    "standing": Filter(terms(Standing), one_of("standing")),
    "outcome": Filter(terms(Outcome), one_of("outcome")),
    "fault": Filter(terms(Fault), one_of("fault")),
    "basis": Filter(terms(Basis), one_of("basis")),
    "cause": Filter(terms(Cause), among("causes")),
    "min_full_years": Filter(whole, at_least("full_years")),
    "min_area_m2": Filter(number, at_least("area_m2")),
    "max_area_m2": Filter(number, at_most("area_m2")),
    "land_use": Filter(words, one_of("land_use")),
    "supply_year": Filter(wholes, in_year("supplied_on")),
    "due_before": Filter(day, before("due_on")),
    "next_before": Filter(day, before("next_on")),
    "bbox": Filter(box, within),
    "q": Filter(_same, says("supply_id", "project_name", "holder")),
}
"""The filters of the list of supplies (design section 9)."""

STOCK: Mapping[str, Filter] = {
    "stage": Filter(terms(Stage), one_of("stage")),
    "district": Filter(words, one_of("district")),
    "park": Filter(words, among("park")),
    "standing": Filter(terms(Standing), one_of("standing")),
    "outcome": Filter(terms(Outcome), one_of("outcome")),
    "min_age_days": Filter(whole, at_least("age_days")),
    "min_area_m2": Filter(number, at_least("area_m2")),
    "bbox": Filter(box, within),
    "q": Filter(_same, says("stock_id", "parent_id", "parent_name")),
}
"""The filters of the list of stock."""

IDLE_DEFAULTS: Mapping[str, str] = {
    "standing": ",".join(IDLE_STANDINGS),
    "sort": "outcome,idle_since,supply_id",
}
STOCK_DEFAULTS: Mapping[str, str] = {
    "stage": ",".join(STOCK_STAGES),
    "sort": "-stage,-area_m2,stock_id",
}


def select(
    table: gpd.GeoDataFrame,
    asked: Mapping[str, object],
    filters: Mapping[str, Filter],
    defaults: Mapping[str, str],
) -> gpd.GeoDataFrame:
    """The rows of ``table`` that pass all filters asked for, sorted; index 0..n-1.

    Values are texts, or print as such; ``None`` is not asked. Raises
    ``UsageError`` for a filter that does not exist or a value it does not take.
    """
    texts = {**defaults, **{n: str(v) for n, v in asked.items() if v is not None}}
    sort = texts.pop("sort")
    chosen = table[passing(table, texts, filters)]
    return chosen.iloc[order(chosen, sort)].reset_index(drop=True)


def passing(table: pd.DataFrame, texts: Mapping[str, str], filters: Mapping[str, Filter]) -> Mask:
    """Which rows of ``table`` pass every filter; raises ``UsageError`` as ``select`` does."""
    keep = np.ones(len(table), dtype=bool)
    for name, text in texts.items():
        if name not in filters:
            listed = ", ".join((*filters, "sort"))
            raise UsageError(
                f"there is no filter '{name}': use {listed}.",
                f"没有筛选项“{name}”：可用 {listed}。",
            )
        keep &= filters[name].keep(table, filters[name].read(name, text))
    return keep


def order(table: pd.DataFrame, sort: str) -> NDArray[np.int64]:
    """The positions of all rows in the order of the columns that ``sort`` names by commas.

    ``-`` before a column turns it, what is empty comes last, and the first column, the id, decides
    between equals. Raises ``UsageError`` for a column that does not exist.
    """
    columns = words("sort", sort)
    shown = [c for c in table.columns if c != "geometry"]
    strange = [c for c in columns if c.removeprefix("-") not in shown]
    if strange:
        listed = ", ".join(shown)
        raise _refused("sort", strange[0], f"is none of {listed}", f"不在可排序的列 {listed} 之中")
    keys = {c: _key(table, c.removeprefix("-")).array for c in (*columns, shown[0])}
    ranked = pd.DataFrame(keys, index=np.arange(len(table)))
    ascending = [not c.startswith("-") for c in keys]
    placed = ranked.sort_values(list(keys), ascending=ascending, na_position="last")
    return placed.index.to_numpy(np.int64)


def _key(table: pd.DataFrame, column: str) -> pd.Series:
    """What a column sorts by: a code by its place in the vocabulary."""
    vocabulary = FIELDS[column].terms if column in FIELDS else None
    if not isinstance(vocabulary, type):
        return table[column].where(table[column].notna() & (table[column] != ""))
    places = {term.value: place for place, term in enumerate(vocabulary)}
    return table[column].astype("str").map(places).astype("float64")
