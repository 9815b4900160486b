"""A supply, its case and its finding in; why a notice may not leave yet, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from landgis import procedure
from landgis.citation import Status
from landgis.documents.notice.kinds import Kind
from landgis.documents.notice.occasion import Occasion
from landgis.documents.notice.words import rules_of
from landgis.kinds import IssueKind
from landgis.matter import stranger
from landgis.procedure import Reason
from landgis.steps import STEPS, Level, Matter, is_government, level_of, place_of
from landgis.terms import IDLE_STANDINGS, Basis, Outcome


def flaws(met: Occasion, words: Mapping[str, str]) -> Iterator[Reason]:
    """Why the notice may not leave, besides the words that it lacks."""
    yield from _out_of_order(met)
    yield from _unlawful(met)
    yield from _unapproved(met, words)
    yield from _misserved(met)


def _out_of_order(met: Occasion) -> Iterator[Reason]:
    """Whether the case has come to the step that this notice is."""
    step, on = met.kind.step, met.inventory.on
    if not step or procedure.first_of(met.case, step):
        return
    known = [entry for entry in met.entries if entry.on <= on]
    en, zh = procedure.why_not(known, step, on, met.matter)
    if en:
        yield f"the case has not come so far: {en}", f"案件尚未进行到此步：{zh}"


def _unlawful(met: Occasion) -> Iterator[Reason]:
    """What the finding must say, and that a decision rests on an established cause."""
    kind, mine = met.kind, met.findings
    if kind.is_finding and met.row["standing"] not in IDLE_STANDINGS:
        yield "the land is not idle on this date", "该日不符合闲置土地条件"
    if kind.is_finding and IssueKind.CAUSES_CONTRADICT.code in met.row["issues"].split(";"):
        yield (
            "two verified causes of different sides name the same days: reject one of them",
            "同一期间有两个责任方的原因均已核实：须查明并排除其一",
        )
    if kind.outcome is None:
        return
    if mine.empty:
        yield f"no rule leads to {kind.outcome.en}", f"没有规则支持“{kind.outcome.zh}”"
    elif Basis.PROVEN not in set(mine["basis"]):
        yield (
            "the holder's own cause is not established (a verified delay with cause holder)",
            "尚未查明系使用权人自身原因（需已核实的原因记录）",
        )
    unsure = sorted({rule.id for rule in rules_of(met) if rule.status is Status.UNVERIFIED})
    if unsure:
        yield (
            f"it rests on {', '.join(unsure)}, which is not verified",
            f"所依据的规则 {'、'.join(unsure)} 未核实，须先核对原文",
        )
    blocked = sorted({b for b in mine["blocked_by"] if b})
    if blocked:
        yield f"blocked by {', '.join(blocked)}", f"受阻于 {'、'.join(blocked)}"


def _unapproved(met: Occasion, words: Mapping[str, str]) -> Iterator[Reason]:
    """Whether the government that approved had the power to: order 53 art. 14(1) and (2)."""
    kind = met.kind
    if not kind.approval or not procedure.first_of(met.case, kind.approval):
        return
    if kind.outcome is Outcome.RECLAIM and met.matter.power is None:
        yield "who has the power of approval is not recorded", "有批准权的人民政府未录入"
    if procedure.first_of(met.case, kind.step):  # else the step itself says so
        yield from procedure.powerless(met.case, STEPS[kind.step], met.matter)
    yield from _elsewhere(kind, met.matter, words)


def _misserved(met: Occasion) -> Iterator[Reason]:
    """Whether what was served went to who held the land on that day."""
    for entry in met.case if met.kind.step else ():  # a receipt mends it
        holder = stranger(met.inventory.layers, entry)
        if holder:
            yield (
                f"'{entry.kind.en}' of {entry.on} went to {entry.addressee}, the holder was "
                f"{holder}",
                f"{entry.on}“{entry.kind.zh}”的受送达人为{entry.addressee}，当日权利人为{holder}",
            )


def _elsewhere(kind: Kind, matter: Matter, words: Mapping[str, str]) -> Iterator[Reason]:
    """Whether another place's government approved: a fee needs the bureau's own."""
    approver, bureau = words.get("approver", ""), words.get("bureau", "")
    if approver and not is_government(approver):
        yield f"{approver} approved, which is no government", f"{approver}不是人民政府，无权批准"
        return
    if kind.outcome is Outcome.FEE and bureau and not bureau.startswith(place_of(approver)):
        yield (
            f"{approver} approved, which is not the government of {bureau}'s own level",
            f"{approver}不是{bureau}的本级人民政府",
        )
    if kind.outcome is Outcome.RECLAIM and matter.owner and not _may(approver, matter):
        yield (
            f"{approver} approved, the power is {matter.owner}'s",
            f"批准机关为{approver}，有批准权的是{matter.owner}",
        )


def _may(approver: str, matter: Matter) -> bool:
    """Whether it is who approved the land, or of a higher level by its name."""
    if place_of(approver) == place_of(matter.owner):
        return True
    level, levels = level_of(approver), list(Level)
    return level is None or matter.power is None or levels.index(level) > levels.index(matter.power)
