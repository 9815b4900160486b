"""The command ``map``: one self-contained page, or a map to print, written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import shapely
import typer

from landgis.cli import revisions
from landgis.cli.options import KnownOption, Lang, LangOption, OnOption, RulesOption, StoreOption
from landgis.cli.session import taken
from landgis.cli.show import messages, pick, replace_file
from landgis.errors import UsageError
from landgis.measure import LONLAT, transform
from landgis.query import box
from landgis.stations import Inventory
from maps.paper import Paper, frame, layout
from maps.region import region
from maps.scene import scene
from maps.statistics import statistics
from maps.view import View, day, ground, view
from maps.words import words

PageOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="The page, for example map.html. 网页。", metavar="FILE"),
]
PdfOption = Annotated[
    Path | None, typer.Option("--pdf", help="A map to print, as PDF. 打印图。", metavar="FILE")
]
PngOption = Annotated[
    Path | None,
    typer.Option("--png", help="The same as a picture, 200 dpi. 图片。", metavar="FILE"),
]
BoxOption = Annotated[
    str | None,
    typer.Option(
        "--bbox",
        help="Print this part: west,south,east,north in degrees. 打印范围。",
        metavar="BOX",
    ),
]


def register(app: typer.Typer) -> None:
    """Add ``map`` to ``app``, and to ``revisions diff`` its page."""
    app.command("map")(write_map)
    revisions.DRAWS.append(_changes_page)


def _changes_page(*told: Any, **how: Any) -> str:
    from maps.changes import changes_page  # folium takes long to load

    return changes_page(*told, **how)


def write_map(
    *,
    output: PageOption = None,
    pdf: PdfOption = None,
    png: PngOption = None,
    paper: Annotated[Paper, typer.Option(help="Paper of the map to print. 纸张。")] = Paper.A4,
    landscape: Annotated[bool, typer.Option("--landscape/--portrait", help="横向或纵向。")] = True,
    bbox: BoxOption = None,
    district: Annotated[str | None, typer.Option(help="Print these only. 行政区。")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the map to print. 图名。")] = None,
    store: StoreOption = "landgis.db",
    on: OnOption,
    known: KnownOption = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """The map as one page without a server, or as a map to print. 存量土地一张图。

    The page has stock land, idle parcels with their cards, districts and parks, in Chinese and
    English. The print has legend, scale bar, north arrow, date, source and revision.

    Example: `landgis map --on 2025-12-31 -o map.html`
    Example: `landgis map --pdf map.pdf --paper A3 --district 红旗区`
    """
    if not (output or pdf or png):
        raise UsageError(
            "there is nothing to write: give -o for the page, --pdf or --png for a map to print.",
            "没有输出文件：网页请用 -o，打印图请用 --pdf 或 --png。",
        )
    inventory = taken(store, on, known, rules)
    if output:
        from maps.page import lone_page  # folium takes long to load

        drawn = scene(inventory, inventory.rulebook, with_cards=True)
        _written(output, lone_page(drawn, lang=lang.value).encode(), lang)
    if pdf or png:
        # Drawing on paper takes a library that nothing else needs.
        from maps.sheet import Sheet, printed

        seen = view(day(inventory), {} if district is None else {"district": district})
        said = statistics(ground(inventory), seen, region(bbox=bbox))
        place = layout(paper, landscape=landscape)
        shown = frame(_bounds(inventory, seen, bbox), place.map)
        name = title or words()["page.title"][lang.value]
        sheet = Sheet(seen, said, place, shown, lang.value, name)
        for target, form in ((pdf, "pdf"), (png, "png")):
            if target:
                _written(target, printed(sheet, form), lang)


def _written(target: Path, content: bytes, lang: Lang) -> None:
    replace_file(target, content)
    size = f"{len(content) / 1e6:.1f} MB"
    messages.print(pick(lang, f"{target}: {size}.", f"{target}：{size}。"))


def _bounds(inventory: Inventory, seen: View, bbox: str | None) -> np.ndarray:
    """The ground to show in metres: the box, else the land in view, else the districts."""
    if bbox:
        shape = np.array([shapely.box(*box("bbox", bbox))], dtype=object)
        return shapely.total_bounds(transform(shape, LONLAT, inventory.crs))
    districts = inventory.layers["districts"].geometry
    land = inventory.pieces.geometry_at(np.flatnonzero(seen.pieces))
    outlines = land if len(land) else districts[~shapely.is_missing(districts)]
    if not len(outlines):
        raise UsageError(
            "there is no land to print on that date: choose another with --on.",
            "该日期没有可打印的土地：请用 --on 另选日期。",
        )
    return shapely.total_bounds(outlines)
