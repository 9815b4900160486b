"""A new entry in; a sentence where it may not be written, nothing where it may, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from landgis.errors import RefusedStep, UsageError
from landgis.procedure.entries import Entry, current_after, standing
from landgis.procedure.order import NOTHING, Reason, out_of_order
from landgis.steps import (
    STEPS,
    STRUCK,
    Level,
    Manner,
    Matter,
    Step,
    is_government,
    levels_of,
    steps_of,
)


def check(entries: Iterable[Entry], new: Entry, matter: Matter = NOTHING) -> None:
    """Raise ``RefusedStep`` where ``new`` may not be written after ``entries`` of its supply."""
    said = tuple(entries)
    _refuse_form(new)
    _refuse_authority(new)
    if new.corrects is None:
        _refuse(current_after(standing(said)), new, matter)
        return
    _refuse_correction(said, new)
    number = max((e.number for e in said), default=0) + 1
    after = standing([*said, _numbered(new, number)])
    for place, entry in enumerate(after):
        _refuse(current_after(after[:place]), entry, matter)


def _numbered(entry: Entry, number: int) -> Entry:
    return Entry(**{**vars(entry), "number": number})


def _refuse_correction(said: Sequence[Entry], new: Entry) -> None:
    standing_now = {e.number for e in standing(said)}
    if new.corrects not in standing_now:
        listed = ", ".join(str(n) for n in sorted(standing_now))
        raise RefusedStep(
            f"entry {new.corrects} of '{new.supply_id}' cannot be corrected; standing: {listed}.",
            f"“{new.supply_id}”第 {new.corrects} 号记录无法更正：现行有效的是 {listed}。",
        )
    if not new.note.strip():
        raise RefusedStep("a correction says why: add --note.", "更正记录须说明理由：请加 --note。")


def _refuse(before: Sequence[Entry], entry: Entry, matter: Matter) -> None:
    lacking = _incomplete(entry, steps_of(matter.conduct)[entry.step])
    for en, zh in (*out_of_order(before, entry, matter), *lacking):
        raise RefusedStep(
            f"{entry.step} of '{entry.supply_id}' on {entry.on} is refused: {en}.",
            f"“{entry.supply_id}”{entry.on} 的“{entry.kind.zh}”不予记录：{zh}。",
        )


_FIELDS: Mapping[str, Reason] = {
    "document": ("the number of the document (--document)", "文号（--document）"),
    "evidence": ("the file that proves it (--evidence)", "证明材料（--evidence）"),
    "sha256": ("the SHA-256 of the file (--evidence)", "证明材料的 SHA-256（--evidence）"),
    "note": ("a reason (--note)", "说明（--note）"),
    "manner": ("how it was served (--manner)", "送达方式（--manner）"),
    "addressee": ("the addressee (--addressee)", "受送达人（--addressee）"),
    "authority": ("the government that approved (--authority)", "批准机关（--authority）"),
    "level": ("the level of that government (--level)", "批准机关级别（--level）"),
    "who": ("who did it (--who)", "经办人（--who）"),
}


def _incomplete(entry: Entry, step: Step) -> Iterator[Reason]:
    """What the entry lacks of the fields that its step must have."""
    lacking = [f for f in ("who", *step.fields) if not str(getattr(entry, f)).strip()]
    if lacking:
        en, zh = zip(*(_FIELDS[name] for name in lacking), strict=True)
        yield f"it lacks {', '.join(en)}", f"缺少{'、'.join(zh)}"
    elif len([w for w in re.split(r"[,，、;；]", entry.who) if w.strip()]) < step.officers:
        yield (
            f"{step.officers} officers must take part: name them by commas in --who",
            f"执法人员不得少于 {step.officers} 人：请在 --who 中用逗号分隔列出",
        )


def _refuse_authority(new: Entry) -> None:
    """Raise ``RefusedStep`` where who approved is no government, or not of the level said."""
    if not new.authority or new.step == STRUCK or "authority" not in new.kind.fields:
        return
    levels = levels_of(new.authority)
    if not is_government(new.authority):
        raise RefusedStep(
            f"'{new.authority}' is no people's government, and only a government approves: name it "
            "with --authority.",
            f"“{new.authority}”不是人民政府，批准机关应为人民政府：请在 --authority 中写明。",
        )
    if new.level and levels and new.level not in levels:
        said, told = _level(new.level), sorted(levels, key=list(Level).index)
        raise RefusedStep(
            f"'{new.authority}' is of level {' or '.join(told)}, not {said}: mend --authority or "
            "--level.",
            f"“{new.authority}”为{'或'.join(level.zh for level in told)}，与所填级别{said.zh}不符："
            "请更正 --authority 或 --level。",
        )


def _level(code: str) -> Level:
    return next(level for level in Level if level.value == code)


def _refuse_form(new: Entry) -> None:
    """Raise ``UsageError`` for a code that nobody knows."""
    known = {
        "step": (*STEPS, *((STRUCK,) if new.corrects is not None else ())),
        "manner": ("", *Manner),
        "level": ("", *Level),
    }
    for name, values in known.items():
        said = getattr(new, name)
        if said not in values:
            listed = ", ".join(v for v in values if v)
            raise UsageError(
                f"'{said}' is no {name}: use one of {listed}.",
                f"{name} 不能取“{said}”：请使用 {listed} 之一。",
            )
