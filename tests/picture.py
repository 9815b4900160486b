"""Draws the pictures of the README from a store: ``python -m tests.picture STORE``."""

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from landgis import inventory
from landgis.readers.rules import load_rules
from landgis.store import open_store
from maps.page import lone_page
from maps.scene import scene
from tests.chromium import Visit, browser

ON = date(2026, 1, 1)
DOCS = Path(__file__).parent.parent / "docs"
PICTURES = {"zh": DOCS / "map.png", "en": DOCS / "map.en.png"}
WIDTH, HEIGHT = 1440, 860
CHOSEN = """() => {
  const { idle, cards } = JSON.parse(document.getElementById("landgis-data").textContent);
  const told = ({ supply_id }) => {
    const { clock, bounds, findings } = cards[`supplies:${supply_id}`];
    return bounds && findings.length > 1 && clock.tracks.length > 1;
  };
  return idle.findIndex(told);
}"""
"""The first idle parcel with an outline, several findings and excused days: its card is open."""


def draw(page, lang, target):
    """One picture: one card open, and the land around its parcel in view."""
    page.click(f"[data-lang={lang}]")
    page.evaluate("document.querySelector('.list > .plain')?.click()")
    page.locator(".parcels button").nth(page.evaluate(CHOSEN)).click()
    page.wait_for_selector("#card:not([hidden]) h2")
    page.wait_for_timeout(1000)
    page.evaluate("map_landgis.setZoom(map_landgis.getZoom() - 1, {animate: false})")
    page.wait_for_timeout(500)
    page.screenshot(path=target)
    page.click(".back")


def main(url):
    """Write both pictures from the store at ``url``."""
    rulebook = load_rules()
    store = open_store(url)
    taken = inventory.take(store, ON, rulebook=rulebook)
    store.close()
    with TemporaryDirectory() as folder, browser() as opened:
        file = Path(folder) / "map.html"
        file.write_text(lone_page(scene(taken, rulebook, with_cards=True)), "utf-8")
        visit = Visit(opened, width=WIDTH, height=HEIGHT)
        page = visit.open(file.as_uri())
        for lang, target in PICTURES.items():
            draw(page, lang, target)
    sys.stdout.write("".join(f"{target}\n" for target in PICTURES.values()))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "data/out/demo.db")
