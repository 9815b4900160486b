"""The command ``map``: one self-contained page, written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.options import KnownOption, Lang, LangOption, OnOption, RulesOption, StoreOption
from landgis.cli.session import taken
from landgis.cli.show import messages, pick, replace_file
from maps.page import lone_page
from maps.scene import scene

PageOption = Annotated[
    Path,
    typer.Option(
        "-o", "--output", help="The page, for example map.html. 输出文件。", metavar="FILE"
    ),
]


def register(app: typer.Typer) -> None:
    """Add ``map`` to ``app``."""
    app.command("map")(write_map)


def write_map(
    *,
    output: PageOption,
    store: StoreOption = "landgis.db",
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """The map as one file that opens from disk, without a server or a network. 存量土地一张图。

    Stock land, idle parcels with their cards, districts and parks, in Chinese and English.

    Example: `landgis map --on 2025-12-31 -o map.html`
    """
    inventory = taken(store, on, known, rules)
    drawn = scene(inventory, inventory.rulebook, with_cards=True)
    page = lone_page(drawn, lang=lang.value).encode()
    replace_file(output, page)
    size = f"{len(page) / 1e6:.1f} MB"
    messages.print(
        pick(
            lang,
            f"{output}: {size}; open it in a browser.",
            f"{output}：{size}，可用浏览器直接打开。",
        )
    )
