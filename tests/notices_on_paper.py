"""Notices as LibreOffice prints them; run by ``make notices``, for it is no small thing to install.

The pages are kept in data/out/notices, to be looked at.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landgis.documents.docx import render
from landgis.documents.notice import KINDS, draft
from tests.test_notice import SAID, STEPS, SUPPLY, land, taken, walked  # noqa: F401

PAGES = Path(__file__).parent.parent / "data" / "out" / "notices"


@pytest.fixture(scope="session")
def office():
    found, drawing = shutil.which("soffice"), shutil.which("pdftoppm")
    assert found, "install libreoffice-writer-nogui and fonts-noto-cjk"
    assert drawing, "install poppler-utils"
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_notice_is_laid_out_on_a4_within_its_margins(taken, office, tmp_path, kind):  # noqa: F811
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / f"{kind}.docx").write_bytes(
        render(draft(taken, walked(STEPS[kind]), kind, SUPPLY, SAID))
    )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    print_it = [office, profile, "--headless", "--convert-to", "pdf", f"{kind}.docx"]
    draw_it = ["pdftoppm", "-r", "100", "-png", "-singlefile", f"{kind}.pdf", kind]
    for command in (print_it, draw_it):
        subprocess.run(command, cwd=PAGES, check=True, capture_output=True, timeout=240)
    with Image.open(PAGES / f"{kind}.png") as picture:
        page = np.asarray(picture.convert("L"))
    assert page.shape[0] / page.shape[1] == pytest.approx(297 / 210, rel=0.01)
    ink = page < 128
    assert 0.005 < ink.mean() < 0.2
    margin = page.shape[1] // 12
    assert not ink[:, :margin].any()
    assert not ink[:, -margin:].any()
    lines = np.flatnonzero(np.diff(ink.any(axis=1).astype(int)) == 1)
    assert len(lines) >= (3 if kind == "receipt" else 15)  # a table's rules join its lines
