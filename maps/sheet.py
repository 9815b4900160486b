"""A view and a paper in; a map to print, as PDF or PNG, out. No browser is needed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.patches import Rectangle

from landgis.errors import LandgisError
from landgis.measure import to_hectares, to_mu
from landgis.schema import LAYERS
from maps import drawing
from maps.colours import COLOURS
from maps.drawing import INK, QUIET, RULE
from maps.paper import Frame, Layout
from maps.scene import CHINA
from maps.statistics import Said
from maps.view import View
from maps.words import Lang, words

DPI = 200
"""Dots per inch of a PNG, and of land in a PDF that has too much of it for lines."""

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC",
    "Heiti SC", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "AR PL UMing CN",
    "Droid Sans Fallback", "Noto Sans CJK JP",
)  # fmt: skip
"""Families with Chinese letters, the first that is installed is used."""

ENDS_MM = (8.0, 47.0, 60.0, 74.0)
"""Where a row of the legend begins its name, and ends its count, hectares and mu."""

ROW_MM = 5.4
MOST_TITLE, NAMES_A_LINE, MOST_EXACT_HA = 40, 4, 60_000
YUAN_IN_WAN = 10_000

Form = Literal["pdf", "png"]


class NoFont(LandgisError):
    """There is no font with Chinese letters on this machine."""


@dataclass(frozen=True)
class Sheet:
    """One map to print: what is in view, its numbers, and the paper.

    ``said`` is what ``statistics`` says of the view. Identical sheets give identical bytes.
    """

    view: View
    said: Said
    layout: Layout
    frame: Frame
    lang: Lang
    title: str

    def word(self, key: str, **filled: Any) -> str:
        """The word for a key, with what stands in braces filled in."""
        return words()[key][self.lang].format(**filled)


def font() -> str:
    """The family that is used; raises ``NoFont`` where there is none with Chinese letters."""
    for family in FONTS:
        try:
            findfont(FontProperties(family=family), fallback_to_default=False)
        except ValueError:
            continue
        return family
    raise NoFont(
        "no font with Chinese letters is installed: install one, on Debian fonts-noto-cjk.",
        "本机没有中文字体：请安装一种，Debian 系统可装 fonts-noto-cjk。",
    )


def printed(sheet: Sheet, form: Form) -> bytes:
    """The sheet as a file; raises ``NoFont``."""
    settings = {"font.family": [font(), "DejaVu Sans"], "pdf.fonttype": 3, "hatch.linewidth": 0.5,
                "text.parse_math": False, "pdf.compression": 6}  # fmt: skip
    with mpl.rc_context(settings), warnings.catch_warnings():
        # A letter that no font has is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = _figure(sheet)
        buffer = BytesIO()
        figure.savefig(buffer, format=form, dpi=DPI, metadata=_metadata(sheet, form))
    return buffer.getvalue()


def _metadata(sheet: Sheet, form: Form) -> dict[str, Any]:
    """What a file says of itself: no clock, so that the same sheet is the same file."""
    made_by = f"landgis {version('landgis')}"
    if form == "png":
        return {"Software": made_by, "Title": sheet.title}
    return {"Creator": made_by, "Producer": None, "CreationDate": None, "Title": sheet.title}


def _figure(sheet: Sheet) -> Figure:
    width, height = sheet.layout.width, sheet.layout.height
    figure = Figure(figsize=(width / 25.4, height / 25.4))
    page = figure.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, width), ylim=(0, height))
    page.set_axis_off()
    _heading(sheet, page)
    _map(sheet, figure)
    _legend(sheet, page)
    _footing(sheet, page)
    return figure


def _heading(sheet: Sheet, page: Axes) -> None:
    left, top = sheet.layout.map.x, sheet.layout.height - 10
    page.text(left, top, sheet.title[:MOST_TITLE], size=17, va="top", color=INK)
    right = sheet.layout.width - left
    on = sheet.view.day.inventory.on.isoformat()
    page.text(right, top, f"{sheet.word('page.on')} {on}", size=11, va="top", ha="right", color=INK)
    page.text(right, top - 8, f"1 : {sheet.frame.scale:,}", size=9, va="top", ha="right",
              color=QUIET)  # fmt: skip
    page.text(left, top - 8.5, sheet.word("page.subtitle"), size=9, va="top", color=QUIET)


def _map(sheet: Sheet, figure: Figure) -> None:
    box, shown = sheet.layout.map, sheet.frame
    width, height = sheet.layout.width, sheet.layout.height
    place = (box.x / width, box.y / height, box.width / width, box.height / height)
    axes = figure.add_axes(place, facecolor="#FFFFFF")
    axes.set(xlim=(shown.west, shown.east), ylim=(shown.south, shown.north), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(color=INK, linewidth=0.8)
    drawing.draw(axes, sheet.view, shown, sheet.word("page.north"))


def _legend(sheet: Sheet, page: Axes) -> None:
    """Swatches, names, counts and areas, from the numbers of the view."""
    box, said = sheet.layout.legend, sheet.said
    y = box.y + box.height - 1
    page.text(box.x, y, sheet.word("sheet.legend"), size=11, va="top", color=INK)
    y -= 7.5
    heads = [sheet.word(f"legend.{name}") for name in ("count", "hectares", "mu")]
    _row(page, box.x, y, ["", *heads], {}, QUIET)
    for row in said["stages"]:
        y -= ROW_MM
        looks = {"facecolor": COLOURS.get(row["stage"], "#FFFFFF"), "edgecolor": RULE}
        _row(page, box.x, y, _cells(sheet.word(f"stage.{row['stage']}"), row), looks, INK)
    y -= ROW_MM
    stock = [row for row in said["stages"] if row["is_stock"]]
    total = {name: sum(row[name] for row in stock) for name in ("count", "area_m2")}
    _row(page, box.x, y, _cells(sheet.word("legend.sum"), total), {}, INK)
    y -= ROW_MM
    looks = {"facecolor": "white", "edgecolor": COLOURS["idle"], "hatch": "//////"}
    _row(page, box.x, y, _cells(sheet.word("sheet.supplies"), said["supplies"]), looks, INK)
    for layer, places in drawing.PLACES.items():
        y -= ROW_MM
        line = {name: value for name, value in places.items() if name != "zorder"}
        _row(page, box.x, y, [sheet.word(f"layer.{layer}"), "", "", ""], line, INK)
    x, y = (box.x, y - 7) if sheet.layout.beside else (box.x + 84, box.y + box.height - 1)
    page.text(x, y, "\n".join(_notes(sheet)), size=7.5, va="top", color=QUIET, linespacing=1.5)


def _row(
    page: Axes, x: float, y: float, cells: list[str], looks: Mapping[str, Any], colour: str
) -> None:
    """One line of the legend; without ``looks`` it has no swatch."""
    if looks:
        page.add_patch(Rectangle((x, y - 2.9), 6, 3.2, **{"linewidth": 0.5, **looks}))
    begin, *ends = ENDS_MM
    page.text(x + begin, y - 0.2, cells[0], size=7.5, va="top", color=colour)
    for end, cell in zip(ends, cells[1:], strict=True):
        page.text(x + end, y, cell, size=8, va="top", ha="right", color=colour)


def _cells(name: str, row: Said) -> list[str]:
    hectares, mu = to_hectares(row["area_m2"]), to_mu(row["area_m2"])
    # Of a province nobody misses the digits behind the point, for which there is no room.
    digits = (2, 1) if hectares < MOST_EXACT_HA else (0, 0)
    told = [f"{v:,.{n}f}" for v, n in zip((hectares, mu), digits, strict=True)]
    return [name, f"{row['count']:,}", *told]


def _notes(sheet: Sheet) -> Iterator[str]:
    """What else has to be said: money at stake, freshness of the layers, units."""
    for name in ("fee", "reclaim"):
        for basis, row in sheet.said[name].items():
            yield sheet.word(
                f"sheet.{name}",
                basis=sheet.word(f"basis.{basis}"),
                count=f"{row['count']:,}",
                amount=f"{row['yuan'] / YUAN_IN_WAN:,.2f}",
            )
    yield ""
    yield from _freshness(sheet)
    yield ""
    yield sheet.word("sheet.mu")


def _freshness(sheet: Sheet) -> Iterator[str]:
    """The day of the last import, and the layers that came on it, a few to a line."""
    fresh = sheet.view.day.inventory.fresh
    days = {name: f"{fresh[name].astimezone(CHINA):%Y-%m-%d}" for name in LAYERS if name in fresh}
    comma = {"zh": "、", "en": ", "}[sheet.lang]
    if days:
        yield sheet.word("sheet.fresh")
    for day in sorted(set(days.values()), reverse=True):
        names = [sheet.word(f"layer.{name}") for name, at in days.items() if at == day]
        for k in range(0, len(names), NAMES_A_LINE):
            yield f"　{day if k == 0 else '　　　　　'}　{comma.join(names[k : k + NAMES_A_LINE])}"


def _footing(sheet: Sheet, page: Axes) -> None:
    inventory, left = sheet.view.day.inventory, sheet.layout.map.x
    known = inventory.known_at
    said = [
        sheet.word("sheet.source"),
        f"{sheet.word('page.known')} {sheet.word('page.revision', n=inventory.known)}"
        + (f" ({known.astimezone(CHINA):%Y-%m-%d %H:%M})" if known else ""),
        f"CGCS2000, EPSG:{inventory.crs}",
        f"1 : {sheet.frame.scale:,}",
    ]
    y = sheet.layout.map.y if sheet.layout.beside else sheet.layout.legend.y
    page.text(left, y - 2.5, "　".join(said), size=7, va="top", color=QUIET)
    page.text(left, y - 6.5, sheet.word("page.disclaimer"), size=7, va="top", color=QUIET)
