"""The parameters that endpoints share, strictly read: what is unknown or said twice is refused."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.desk import Desk, Standpoint
from landgis import query
from landgis.errors import UsageError

LONGEST = 300
"""No parameter but the cursor is longer than this."""

Text = Annotated[str, Field(max_length=LONGEST)]
Answer = Literal["json", "csv", "xlsx"]
MapAnswer = Literal["json", "geojson", "csv", "xlsx"]
DatedAnswer = Literal["json", "geojson", "csv", "xlsx", "ics"]


class Asked(BaseModel):
    """The date and the state of the record that a question is about."""

    model_config = ConfigDict(extra="forbid")

    on: Text | None = Field(
        None,
        description="True on this date (default: today). 认定基准日。",
        examples=["2025-12-31"],
    )
    known: Text | None = Field(
        None,
        description="What the record knew at a revision or a time (default: newest). 数据版本。",
        examples=["12"],
    )

    def stand(self, desk: Desk) -> Standpoint:
        """The standpoint asked for."""
        on = desk.settings.today() if self.on is None else query.day("on", self.on)
        return desk.stand(on, self.known)


class AskedTable(Asked):
    """A question whose answer is a table without polygons."""

    f: Answer = Field("json", description="json, csv (with BOM) or xlsx. 格式。")


class Known(BaseModel):
    """The state of the record that a question is about, whatever the date."""

    model_config = ConfigDict(extra="forbid")

    known: Text | None = Field(
        None, description="A revision or a time. 数据版本。", examples=["12"]
    )


def _once(request: Request) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(
            f"the parameter '{twice[:100]}' is given twice: give it once, values by commas.",
            f"参数“{twice[:100]}”重复：请只写一次，多个值用逗号分隔。",
        )


def _nothing(request: Request) -> None:
    for name in request.query_params:
        raise UsageError(
            f"there is no parameter '{name[:100]}' here: leave it out.",
            f"此处没有参数“{name[:100]}”：请去掉。",
        )


ONCE = Depends(_once)
"""Refuses a parameter that is given twice."""
NOTHING = Depends(_nothing)
"""Refuses every parameter."""
