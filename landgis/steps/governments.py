"""The name of an authority in; whether it is a government, and of which level, out."""

from __future__ import annotations

from landgis.steps.forms import Level

_GOVERNMENTS = ("政府", "国务院", "行政公署", "行署", "管理委员会", "管委会")
"""How the names of those end that approve; a bureau proposes and is none (order 53 art. 14)."""

_ENDINGS = {
    Level.STATE: ("国务院",),
    Level.PROVINCE: ("省", "自治区", "北京市", "天津市", "上海市", "重庆市"),
    Level.CITY: ("市", "自治州", "盟", "地区行署"),
    Level.COUNTY: ("县", "区", "旗"),
}
_EITHER = {"市": Level.COUNTY, "区": Level.CITY}
"""What a name may be besides: a city of county level, a district of a municipality."""


def is_government(authority: str) -> bool:
    """Whether the name is that of a government or of one that acts for it."""
    return authority.strip().endswith(_GOVERNMENTS)


def place_of(government: str) -> str:
    """The place that a government is of: ``红旗区人民政府`` is of ``红旗区``."""
    return government.strip().removesuffix("人民政府").removesuffix("政府")


def level_of(government: str) -> Level | None:
    """The level that the name of a government tells; ``None`` where it does not."""
    name = place_of(government)
    return next((level for level, ends in _ENDINGS.items() if name.endswith(ends)), None)


def levels_of(government: str) -> frozenset[Level]:
    """Every level that a government of this name may be of; none where the name does not tell."""
    told, either = level_of(government), _EITHER.get(place_of(government)[-1:])
    if told is None:
        return frozenset()
    told_for_sure = told in (Level.STATE, Level.PROVINCE) or either is None
    return frozenset({told}) if told_for_sure else frozenset({told, either or told})
