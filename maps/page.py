"""The one page of the map: a Folium map whose scripts, styles, words and data are all our own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from landgis.errors import UnreadableFile
from maps.colours import COLOURS
from maps.words import Lang, words

STATIC = Path(str(resources.files("maps"))) / "static"
"""The folder that a server shows under ``static_url``; ``npm ci && node assets.mjs`` fills it."""

LIBRARY = "leaflet/leaflet.js"
"""The script that is not ours: it stays a file of its own, as it was published."""

SCRIPTS = (
    LIBRARY,
    "words.js",
    "dom.js",
    "format.js",
    "busy.js",
    "source.js",
    "alarm.js",
    "looks.js",
    "geodesy.js",
    "graticule.js",
    "base.js",
    "labels.js",
    "chart.js",
    "asked.js",
    "extent.js",
    "answers.js",
    "far.js",
    "lots.js",
    "page.js",
    "basket.js",
    "permalink.js",
    "filters.js",
    "legend.js",
    "farther.js",
    "table.js",
    "overview.js",
    "figures.js",
    "revive.js",
    "next.js",
    "clashes.js",
    "flaws.js",
    "league.js",
    "themes.js",
    "mvt.js",
    "tiles.js",
    "sketch.js",
    "months.js",
    "compare.js",
    "tools.js",
    "timeline.js",
    "card.js",
    "search.js",
    "print.js",
    "app.js",
)
"""The scripts in the order in which the browser must read them."""

STYLES = ("leaflet/leaflet.css", "page.css")

SERVED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
ALONE_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a browser may load and run: the files of this server, and in a file on disk only what
stands in it, by its hash."""


OPTIONS: Mapping[str, Any] = {
    "center": [0.0, 0.0],
    "zoom": 11,
    "minZoom": 3,
    "maxZoom": 20,
    "zoomSnap": 0.25,
    "attributionControl": False,
}
"""The options of the Leaflet map."""


class Verbatim(Element):
    """Text that goes into the page as it is: Folium would read it as a template once more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """The text."""
        return self.text


class Sheet(Figure):
    """The HTML document around a page, with its language; no script stands in it but as a file."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang }}">\n<head>\n<meta charset="utf-8">\n'
        "<title>{{ this.title|e }}</title>\n{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n</body>\n</html>\n"
    )

    def __init__(self, title: str, lang: str) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.header._children.clear()


class Page(folium.Map):
    """The map page; ``render_page`` gives its HTML.

    ``settings`` is handed to the browser with the language and the options of the map.
    Identical arguments give identical bytes.
    """

    _template = Template(resources.files("maps").joinpath("page.html").read_text("utf-8"))
    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    title: ClassVar[str] = "page.title"

    def __init__(
        self, *, lang: Lang, settings: Mapping[str, Any], data: Mapping[str, Any] | None
    ) -> None:
        super().__init__(tiles=None)
        self._id = "landgis"
        self.lang = lang
        self.colours = COLOURS
        sheet = Sheet(self.word(self.title), "zh-CN" if lang == "zh" else "en")
        sheet.add_child(self)
        started = {"name": self.get_name(), "options": OPTIONS, "lang": lang, **settings}
        self._carry(sheet, "landgis-settings", started)
        self._carry(sheet, "landgis-words", words())
        self._carry(sheet, "landgis-colours", COLOURS)
        if data is not None:
            self._carry(sheet, "landgis-data", data)

    @staticmethod
    def _carry(sheet: Sheet, name: str, content: Mapping[str, Any]) -> None:
        tag = f'<script type="application/json" id="{name}">{script_json(content)}</script>'
        sheet.html.add_child(Verbatim(tag), name=name)

    def word(self, key: str) -> str:
        """The word for ``key`` in the language of the page."""
        return words()[key][self.lang]

    def render_page(self) -> str:
        """The whole HTML document."""
        return str(self.get_root().render())


def script_json(content: Any) -> str:
    """JSON that can stand inside a script element: no ``<``, no line separators."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for unsafe in "<>&\u2028\u2029":
        text = text.replace(unsafe, f"\\u{ord(unsafe):04x}")
    return text


def asset(name: str) -> str:
    """The text of one file of ``STATIC``; raises ``UnreadableFile`` if it was never installed."""
    try:
        return (STATIC / name).read_text("utf-8")
    except FileNotFoundError as missing:
        raise UnreadableFile(
            f"the page's file '{name}' is not installed: run `npm ci && node assets.mjs` in maps/.",
            f"页面文件“{name}”未安装：请在 maps/ 下运行 `npm ci && node assets.mjs`。",
        ) from missing


@cache
def bundle() -> tuple[str, str]:
    """Our own scripts as one: the name of the file, which changes with them, and its text.

    Forty files would cost a browser forty questions before it draws anything.
    """
    ours = "\n".join(asset(name) for name in SCRIPTS if name != LIBRARY)
    text = f'"use strict";\n{ours}'
    return f"page-{sha256(text.encode()).hexdigest()[:16]}.js", text


def _policy(text: str) -> Verbatim:
    return Verbatim(f'<meta http-equiv="Content-Security-Policy" content="{text}">')


def served_page(
    *,
    pinned: Mapping[str, str],
    lang: Lang = "zh",
    map_url: str = "/map",
    api_url: str = "/api/v1",
    tiles_url: str = "/tiles",
    base_url: str = "/base",
    bases: Sequence[Mapping[str, Any]] = (),
    static_url: str = "/static",
) -> str:
    """The page of a server, as HTML.

    ``map_url`` must answer for ``/scene`` with ``scene(inventory)`` as JSON and for ``/card``
    with one card for its parameter ``key``, ``api_url`` is that of ``statistics``, ``history`` and
    ``ledger``, ``tiles_url`` that of the vector tiles; ``pinned`` goes with every question.
    ``bases`` (``Base.told``) are the base maps to choose from, their tiles below ``base_url``. The
    files of ``STATIC`` and that of ``bundle`` are read below ``static_url``.
    """
    served = {"map": map_url, "api": api_url, "tiles": tiles_url, "base": base_url}
    told = {"served": served, "pinned": pinned, "bases": list(bases)}
    page = Page(lang=lang, settings=told, data=None)
    header = page.get_root().header
    header.add_child(_policy(SERVED_POLICY))
    for name in STYLES:
        header.add_child(CssLink(f"{static_url}/{name}"), name=name)
    for name in (LIBRARY, bundle()[0]):
        header.add_child(JavascriptLink(f"{static_url}/{name}"), name=name)
    return page.render_page()


def lone_page(data: Mapping[str, Any], *, lang: Lang = "zh") -> str:
    """The same page as one file that carries ``data`` and needs nothing else, as HTML.

    ``data`` is ``scene(inventory)`` with its ``cards``.
    """
    return alone(Page(lang=lang, settings={"served": None}, data=data), STYLES, SCRIPTS)


def alone(page: Page, styles: Sequence[str], scripts: Sequence[str]) -> str:
    """A page as one file that carries its styles and scripts and may load nothing, as HTML."""
    header = page.get_root().header
    rules, code = ([asset(name) for name in names] for names in (styles, scripts))
    known = {"scripts": _hashes(code), "styles": _hashes(rules)}
    header.add_child(_policy(ALONE_POLICY.format(**known)))
    for name, text in zip(styles, rules, strict=True):
        header.add_child(Verbatim(f"<style>{text}</style>"), name=name)
    for name, text in zip(scripts, code, strict=True):
        header.add_child(Verbatim(f"<script>{text}</script>"), name=name)
    return page.render_page()


def _hashes(texts: Iterable[str]) -> str:
    """The texts as sources of a content security policy."""
    digests = (b64encode(sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
