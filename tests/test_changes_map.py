"""The map of what changed between two revisions: one file that needs nothing else."""

import sys

import pytest

from landgis.cli import main
from landgis.store import open_store
from tests.chromium import Visit, browser, installed
from tests.conftest import square
from tests.test_store import DELAY, delivery, supply


def shaped(number, **columns):
    return supply(number, geometry=square(200 * number, 0, 100), **columns)


@pytest.fixture
def page(tmp_path, monkeypatch, capsys):
    """The map of revisions 1 to 4, written by the command: every kind of change is on it."""
    path = tmp_path / "city.db"
    store = open_store(path, create=True)
    store.record([delivery("supplies", *(shaped(i) for i in range(1, 4)))])
    store.record(
        [
            delivery(
                "supplies", shaped(1, holder="</script>甲"), supply(2, geometry=square(400, 0, 50))
            )
        ]
    )
    store.record(
        [
            delivery(
                "supplies",
                shaped(1, holder="</script>甲"),
                supply(2, geometry=square(400, 0, 50)),
                shaped(4),
            )
        ],
        full=True,
    )
    store.record([delivery("delays", DELAY)])
    store.close()
    target = tmp_path / "changes.html"
    monkeypatch.setattr(
        sys,
        "argv",
        ["landgis", "revisions", "diff", "1", "4", "--store", str(path), "-o", str(target)],
    )
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (0, ""), said.err
    return target


def test_changes_are_drawn_listed_and_switched_off_by_kind(page):
    if not installed():
        pytest.skip("no browser: install Debian's chromium")
    with browser() as opened:
        visit = Visit(opened)
        shown = visit.open(page.as_uri())
        assert shown.locator(".kinds .count").all_inner_texts()[:4] == ["2", "1", "1", "1"]
        drawn = shown.locator(".leaflet-overlay-pane path")
        fills = {drawn.nth(i).get_attribute("fill") for i in range(drawn.count())}
        assert fills == {
            f"url(#hatch-{kind})" for kind in ("added", "changed", "reshaped", "ended")
        }
        listed = shown.locator(".changes button")
        assert listed.count() == 5
        assert "供地“S3”终止" in shown.locator("#changes").inner_text()
        assert "“</script>甲”" in shown.locator("#changes").inner_text()
        assert shown.locator(".changes button:disabled").count() == 1  # a delay has no outline
        shown.locator(".kinds label", has_text="终止").click()
        assert (drawn.count(), listed.count()) == (3, 4)
        shown.click("[data-lang=en]")
        assert shown.locator("h1").inner_text() == "What changed"
        listed.first.click()
        assert listed.first.get_attribute("aria-current") == "true"
        assert visit.complaints == []
        assert visit.requests == [page.as_uri()]
