"""A person's correction of the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.options import Lang, LangOption, StoreOption
from landgis.cli.reading import CrsOption
from landgis.cli.session import cut_to_end, opened, rulebook_of
from landgis.cli.show import messages, pick
from landgis.convert import outline
from landgis.corrections import correct as corrected
from landgis.errors import UsageError
from landgis.intake import Options
from landgis.schema import LAYERS, layer_schema


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.command()(correct)


def correct(
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="A layer's name. 图层。")],
    feature: Annotated[str, typer.Argument(metavar="ID", help="The feature's number. 编号。")],
    values: Annotated[
        list[str],
        typer.Argument(metavar="COLUMN=VALUE...", help="What is right; geometry=FILE. 更正内容。"),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, with the document. 更正依据。")],
    author: Annotated[str, typer.Option("--author", help="Who corrects. 操作人。")] = "",
    crs: CrsOption = None,
    store: StoreOption = "landgis.db",
    lang: LangOption = Lang.ZH,
) -> None:
    """Correct one feature; later imports keep the correction and report what they say. 更正数据。

    geometry=FILE takes the outline of a file that holds it alone or under the feature's number.
    Example: `landgis correct supplies 4101002019B00666 started_on=2020-03-01 --reason 开工证明`
    """
    layer_schema(layer)
    said = dict(_pair(value) for value in values)
    if not reason.strip():
        raise UsageError("--reason is empty: say why.", "--reason 为空：请写明更正依据。")
    command = f"correct {layer} {feature} {' '.join(said)}"
    file = said.pop("geometry", None)
    with opened(store) as record:
        shape = file and outline(Path(file), feature, Options(crs=crs), crs=record.crs)
        revision = corrected(
            record, layer, feature, said, reason=reason, author=author, command=command,
            outline=shape or None, rulebook=rulebook_of(None),
        )  # fmt: skip
        cut_to_end(record)
    zh = f"{LAYERS[layer].zh} {feature} 已更正，版本 {revision.rev}；此后导入不会覆盖。"
    en = f"{layer} {feature} is corrected, revision {revision.rev}; imports will keep it."
    if not revision.recorded:
        zh, en = (
            f"{feature} 原本如此，未写入。",
            f"{feature} says so already: nothing was recorded.",
        )
    messages.print(pick(lang, en, zh), markup=False)


def _pair(said: str) -> tuple[str, str]:
    column, sign, text = said.partition("=")
    if not sign:
        raise UsageError(
            f"'{said}' is no correction: write column=value.",
            f"“{said}”不是更正内容：请写成 字段=值。",
        )
    return column.strip(), text.strip()
