"""What a reader does on the page of the map, and reads from it: for the tests of the pages."""

BOX = """() => { const b = map_landgis.getBounds();
  return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].join(","); }"""


MIDDLE = """([lng, lat]) => { const at = map_landgis.latLngToContainerPoint([lat, lng]);
  const box = map_landgis.getContainer().getBoundingClientRect();
  return [box.x + at.x, box.y + at.y]; }"""
"""A place on the screen."""


def figures(page, name):
    cells = page.locator(f"#legend tr[data-layer={name}] td.num").all_inner_texts()
    return [cell.replace(",", "") for cell in cells]


def outline(page, key):
    """The middle of a feature on the screen, by its key."""
    return page.evaluate(
        """key => {
          let found;
          map_landgis.eachLayer(l => { if (l.feature?.properties.key === key) found = l; });
          const at = map_landgis.latLngToContainerPoint(found.getBounds().getCenter());
          const box = map_landgis.getContainer().getBoundingClientRect();
          return [box.x + at.x, box.y + at.y];
        }""",
        key,
    )


def choose(page, typed):
    page.fill("#search", typed)
    page.locator("#suggestions [role=option]").first.click()
    page.wait_for_selector("#card:not([hidden]) h2")


def tick(page, part, value):
    """Choose one value of a part of the filter by pointer, and close its choices."""
    page.click(f"#filter-{part}")
    page.locator(f"#choices-{part} input[value='{value}']").check()
    page.keyboard.press("Escape")


def bars(page, chart, key="data-row"):
    rows = page.locator(f"figure[data-chart={chart}] g[data-row]").all()
    return {row.get_attribute(key): float(row.get_attribute("data-value")) for row in rows}
