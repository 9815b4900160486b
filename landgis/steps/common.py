"""From the lead to the published finding: order 53 arts. 5 to 11."""

from __future__ import annotations

from landgis.steps.forms import Branch, Span, Step, Unit, Wait
from landgis.steps.shared import ANSWER, ORDER, PAPER, PUNISHMENT, service

COMMON: tuple[Step, ...] = (
    Step("lead", "发现线索", "lead"),
    Step("filed", "立案", "case filed", needs=(("lead",),), fields=("document",)),
    Step(
        "investigation",
        "闲置土地调查通知书",
        "investigation notice",
        needs=(("filed",),),
        fields=PAPER,
        due=(Span(("lead",), 0, Unit.DAYS, f"{ORDER}第五条", counted_by="investigate_days"),),
        article=f"{ORDER}第五条",
    ),
    service(
        "investigation_served",
        "investigation",
        "闲置土地调查通知书",
        "investigation notice",
        Branch.COMMON,
    ),
    Step(
        "answered",
        "使用权人说明情况",
        "holder's answer",
        needs=(("investigation_served",),),
        fields=("evidence", "sha256"),
        due=(ANSWER,),
        article=f"{ORDER}第六条",
        repeated=True,
    ),
    Step(
        "visited",
        "现场勘查",
        "site visit",
        needs=(("filed",),),
        fields=("evidence", "sha256"),
        article=f"{PUNISHMENT}第四十二条",
        repeated=True,
        officers=2,
    ),
    Step(
        "finding",
        "闲置土地认定书",
        "finding",
        needs=(("investigation_served",), ("visited",)),
        fields=PAPER,
        waits=(Wait(ANSWER, ("answered",)),),
        article=f"{ORDER}第九条",
    ),
    service("finding_served", "finding", "闲置土地认定书", "finding", Branch.COMMON),
    Step(
        "registered",
        "监测监管系统备案",
        "filed in the monitoring system",
        needs=(("finding_served",),),
        fields=("evidence", "sha256"),
        article=f"{ORDER}第二十五条",
    ),
    Step(
        "published",
        "向社会公开",
        "published",
        needs=(("finding_served",),),
        fields=("evidence", "sha256"),
        article=f"{ORDER}第十一条",
    ),
    Step(
        "department_told",
        "书面告知造成闲置的部门",
        "department at fault told in writing",
        needs=(("finding_served",),),
        fields=("addressee", *PAPER),
        article=f"{ORDER}第十一条",
        repeated=True,
    ),
)
"""The steps in the order of a case."""
