"""The words of GEOS and of units in what a sentence quotes, in the language of the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from landgis.kinds import outlines, surveys, values
from landgis.kinds.sentence import Sentence

ZH: Mapping[str, str] = {
    "Ring Self-intersection": "环自相接",
    "Self-intersection": "自相交",
    "Hole lies outside shell": "孔洞在外环之外",
    "Holes are nested": "孔洞嵌套",
    "Nested shells": "外环嵌套",
    "Interior is disconnected": "内部不连通",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "点数不足",
    "Invalid Coordinate": "坐标无效",
    "Ring is not closed": "环未闭合",
    "MultiLineString": "多线",
    "LineString": "线",
    "MultiPoint": "多点",
    "Point": "点",
    "GeometryCollection": "图形集合",
    " ha": " 公顷",
}
"""Reasons and kinds of geometry as GEOS names them, and hectares; longer ones first."""

QUOTING = frozenset(
    {
        outlines.NOT_A_POLYGON,
        outlines.GEOMETRY_REPAIRED,
        outlines.GEOMETRY_CLEANED,
        surveys.RING_CROSSES,
        surveys.AREA_UNPROVEN,
    }
)
"""Sentences that quote such words; the others quote the file, word for word."""

_WORDS = re.compile("|".join(f"{re.escape(word)}(?![A-Za-z])" for word in ZH))


def in_chinese(sentence: Sentence, value: str) -> str:
    """What ``sentence`` quotes, as its Chinese half says it."""
    return _WORDS.sub(lambda met: ZH[met[0]], value) if sentence in QUOTING else value


EN: Mapping[str, str] = {
    "公顷": "hectares",
    "亩": "mu",
    "平方米": "square metres",
    "万元": "ten thousand yuan",
    "元": "yuan",
}
"""Units that are assumed where none is written."""


def in_english(sentence: Sentence, value: str) -> str:
    """What ``sentence`` quotes, as its English half says it."""
    return EN.get(value, value) if sentence == values.UNIT_ASSUMED else value
