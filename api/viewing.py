"""The filters that the map's questions share, and what is in view through them."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from api.asking import Asked, Text
from api.desk import Desk, Standpoint
from landgis import picture
from landgis.shelf import code_of
from landgis.writers.text import dumps
from maps import held
from maps.statistics import Said, statistics
from maps.tiles import Canvas
from maps.view import Day, Ground, view


class AskedView(Asked):
    """The filters of the map; lists are separated by commas."""

    stage: Text | None = Field(None, description="Stages, or all (default: not outside). 阶段。")
    district: Text | None = Field(None, description="Codes or names. 行政区。", examples=["410702"])
    park: Text | None = Field(None, description="Ids or names. 专业园区。")
    standing: Text | None = Field(
        None, description="Standings, or all (default: idle,suspended_idle). 状态。"
    )
    outcome: Text | None = Field(None, description="reclaim, fee, agreement, review. 研判结果。")
    fault: Text | None = Field(None, description="Whose fault. 责任方。")
    basis: Text | None = Field(None, description="proven or conditional. 研判依据。")
    cause: Text | None = Field(None, description="Causes of delay. 原因。")
    min_full_years: Text | None = Field(None, description="Idle for full years. 满年数。")
    min_area_m2: Text | None = Field(None, description="At least this large. 最小面积。")
    max_area_m2: Text | None = Field(None, description="At most this large. 最大面积。")
    land_use: Text | None = Field(None, description="Land uses, as recorded. 土地用途。")
    supply_year: Text | None = Field(None, description="Years of supply. 供地年份。")
    due_before: Text | None = Field(None, description="Commencement due before. 应动工早于。")
    next_before: Text | None = Field(None, description="Next step before. 下一节点早于。")
    q: Text | None = Field(None, description="Words in number, project or holder. 关键词。")

    @property
    def filters(self) -> dict[str, str]:
        """What is asked for, without date and revision."""
        names = set(AskedView.model_fields) - set(Asked.model_fields)
        return {n: str(v) for n, v in self.model_dump(include=names, exclude_none=True).items()}


def canvas(desk: Desk, at: Standpoint, asked: AskedView) -> Canvas:
    """What is in view of a standpoint; each of the three steps is kept."""
    filters = asked.filters
    key = ("canvas", at.key, *sorted(filters.items()))
    seen = desk.keep(("day", at.key), lambda: _day(desk, at))
    shapes = desk.keep(("ground", at.revision), lambda: _ground(desk, at.revision))
    return desk.keep(key, lambda: Canvas(shapes, view(seen, filters)))


def whole(desk: Desk, at: Standpoint) -> Said:
    """The statistics of all land of a standpoint, which every page asks for: on a shelf."""

    def make() -> NDArray[np.uint8]:
        drawn = canvas(desk, at, AskedView())
        return np.frombuffer(dumps(statistics(drawn.ground, drawn.view)).encode(), np.uint8)

    said: Said = json.loads(desk.shelved("said", at, "statistics", make).tobytes())
    return said


def _day(desk: Desk, at: Standpoint) -> Day:
    return held.day(desk.inventory(at), desk.mark(at, "maps"), desk.shelves)


def _ground(desk: Desk, revision: int) -> Ground:
    mark = {**picture.of_land(desk.store, revision), "maps": code_of("maps")}
    return held.ground(desk.land(revision), mark, desk.shelves)
