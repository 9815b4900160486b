"""The words of a notice in, a Word document out; same words, same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from importlib.resources import files

from docxtpl import DocxTemplate

from landgis.documents.notice import BLANK, WORDS, Draft

_NO_TIME = (1980, 1, 1, 0, 0, 0)


def render(draft: Draft, *, is_draft: bool = False) -> bytes:
    """The document of a draft; raises ``RefusedNotice`` where something is missing.

    With ``is_draft`` it is stamped 草稿 and what is missing is left blank.
    """
    if not is_draft:
        draft.refuse()
    template = files("landgis.documents") / "templates" / f"{draft.kind}.docx"
    document = DocxTemplate(io.BytesIO(template.read_bytes()))
    document.render(_context(draft, is_draft=is_draft), autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return _steady(made.getvalue())


def _context(draft: Draft, *, is_draft: bool) -> Mapping[str, str]:
    blanks = dict.fromkeys((*WORDS, *draft.words), BLANK)
    said = {name: text for name, text in draft.words.items() if text}
    optional = {"mortgagee": "", "remark": "", "manner": "", **said}
    return {**blanks, **said, **optional, "stamp": "草稿" if is_draft else ""}


def _steady(content: bytes) -> bytes:
    """The same archive without the time at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
