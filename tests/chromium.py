"""Debian's Chromium for the tests of the pages, told to talk to nobody."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

BINARY = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


def installed():
    """Whether there is a browser to drive."""
    return Path(BINARY).is_file()


@contextmanager
def browser():
    """A headless browser; as root it needs to run without its sandbox."""
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=BINARY, args=[*QUIET, *root])
        try:
            yield opened
        finally:
            opened.close()


SLOW_MS = 120_000
"""How long a busy machine may take for what a quiet one does in a second."""
PATIENCE_MS, STEP_MS = 5_000, 50


class Visit:
    """One page with everything it asked for and every complaint it made."""

    def __init__(self, opened, *, width=1366, height=768):
        self.page = opened.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(SLOW_MS)
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, url):
        """Go to ``url`` and wait until the map is drawn."""
        self.page.goto(url)
        self._await_ready()
        return self.page

    def _await_ready(self):
        """Wait for the drawn map, but not long on a page that has complained."""
        left = SLOW_MS
        while not self.page.evaluate("document.documentElement.hasAttribute('data-ready')"):
            if left <= 0 or (self.complaints and left <= SLOW_MS - PATIENCE_MS):
                raise AssertionError(f"the page is not drawn: {self.complaints}")
            self.page.wait_for_timeout(STEP_MS)
            left -= STEP_MS
