"""Notices: one Word document at a time, refused while anything is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis import audit
from landgis.cli.options import (
    KnownOption,
    Lang,
    LangOption,
    OnOption,
    RulesOption,
    StoreOption,
)
from landgis.cli.session import opened, taken
from landgis.cli.show import messages, pick, replace_file
from landgis.documents.notice import KINDS, draft

STORE = "landgis.db"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(notice)


def _said(text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=text)
    return option


def notice(
    kind: Annotated[str, typer.Argument(help=f"{', '.join(KINDS)}. 文书种类。")],
    supply_id: Annotated[str, typer.Argument(help="Its supervision number. 电子监管号。")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .docx. 输出。")],
    store: StoreOption = STORE,
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    number: Annotated[str, _said("The number of the document. 文号。")] = "",
    bureau: Annotated[str, _said("The authority that issues it. 发文机关。")] = "",
    address: Annotated[str, _said("The holder's address. 使用权人住所。")] = "",
    contact: Annotated[str, _said("The officer in charge. 联系人。")] = "",
    reconsider_at: Annotated[str, _said("Where reconsideration is asked for. 复议机关。")] = "",
    court: Annotated[str, _said("The court. 管辖法院。")] = "",
    pay_to: Annotated[str, _said("How to pay. 缴纳方式。")] = "",
    registry: Annotated[str, _said("Where to deregister. 登记机构。")] = "",
    of: Annotated[str, _said("The step whose document a receipt is for. 送达的文书。")] = "",
    is_draft: Annotated[
        bool, typer.Option("--draft", help="Stamp 草稿 and leave blanks. 草稿。")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """One notice of a case as a Word document, refused while anything is missing. 制作文书。

    Its foot names the revision and its audit head: `landgis audit verify --head` ties it to the
    record for ever.
    Example: `landgis notice fee-decision 4731282008B00052 --number 示资决〔2025〕3号
    --bureau 示例市自然资源局 --address 示例路1号 -o 决定书.docx`
    """
    from landgis.documents.docx import render  # a second to load, for this command alone

    taking = taken(store, on, known, rules)
    with opened(store) as held:
        entries = held.entries(taking.known, supply_id)
        head = audit.head(held.sealed(taking.known))
    said = {
        "record": f"数据版本 {taking.known}，审计链头 {head}",
        "number": number,
        "bureau": bureau,
        "address": address,
        "contact": contact,
        "reconsider_at": reconsider_at,
        "court": court,
        "pay_to": pay_to,
        "registry": registry,
        "of": of,
    }
    made = draft(taking, entries, kind, supply_id, said)
    replace_file(output, render(made, is_draft=is_draft))
    _tell(made.missing if is_draft else (), output, lang)


def _tell(missing: tuple[tuple[str, str], ...], output: Path, lang: Lang) -> None:
    messages.print(pick(lang, f"{output}: written.", f"{output}：已生成。"), markup=False)
    for en, zh in missing:
        messages.print(pick(lang, f"  lacks {en}", f"  尚缺：{zh}"), markup=False)
