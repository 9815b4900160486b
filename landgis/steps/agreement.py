"""Disposal by agreement: order 53 arts. 12 and 13."""

from __future__ import annotations

from landgis.steps.forms import Asked, Bar, Branch, Step, Whether
from landgis.steps.shared import APPROVAL, ORDER, PAPER, SERVICE

AGREEMENT: tuple[Step, ...] = (
    Step(
        "mortgagee_told",
        "书面通知抵押权人",
        "mortgagee notified in writing",
        Branch.AGREEMENT,
        (("finding_served",),),
        SERVICE,
        article=f"{ORDER}第十三条",
        repeated=True,
    ),
    Step(
        "scheme",
        "闲置土地处置方案",
        "disposal scheme",
        Branch.AGREEMENT,
        (("registered",), ("published",)),
        PAPER,
        bars=(Bar("intended"), Bar("scheme", ("scheme_dropped",))),
        asks=(Asked(Whether.GOVERNMENT, "department_told"),),
        article=f"{ORDER}第十三条",
        repeated=True,
    ),
    Step(
        "scheme_dropped",
        "协商不成，终止方案",
        "scheme dropped",
        Branch.AGREEMENT,
        (("scheme",),),
        ("note",),
        bars=(Bar("scheme_approved"),),
        repeated=True,
    ),
    Step(
        "scheme_approved",
        "政府批准处置方案",
        "scheme approved by the government",
        Branch.AGREEMENT,
        (("scheme",),),
        APPROVAL,
        bars=(Bar("scheme_dropped", ("scheme",)),),
        asks=(Asked(Whether.MORTGAGED, "mortgagee_told"),),
        article=f"{ORDER}第十三条",
    ),
    Step(
        "supplement",
        "签订补充协议",
        "supplement signed",
        Branch.AGREEMENT,
        (("scheme_approved",),),
        PAPER,
        article=f"{ORDER}第十二条",
        ends=True,
    ),
)
"""The steps in the order of a case."""
