"""Rule folders in, one rulebook out: those of the package by name, others by path."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from landgis.ceilings import Flaw
from landgis.errors import NotFound, RulebookError
from landgis.rulebook import Rulebook, parse
from landgis.rulepage import line_of
from landgis.statute import CeilingRule


def load_rules(names: Sequence[str] = ("national",)) -> Rulebook:
    """The rules of ``names`` merged in their order: folders of the package, or paths of folders.

    Raises ``NotFound`` for a folder without rules, ``RulebookError`` for a rule that does not load.
    """
    books = [book for name in names or ("",) for book in _books(name)]
    merged = books[0][1].merge(*(book for _, book in books[1:]))
    for flaw in merged.flaws(_ceilings()):
        raise _placed(flaw, books)
    return merged


def _books(folder: str) -> list[tuple[str, Rulebook]]:
    """Every file of a folder by the name that errors speak of, ``folder/file``."""
    pages = ((f"{Path(folder).name}/{page.name}", page) for page in _pages(folder))
    return [(name, _filled(parse(_text(page, name), name), name)) for name, page in pages]


def _text(page: Traversable, name: str) -> str:
    try:
        return page.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(
            "this cannot be read: rules are files of text in UTF-8.",
            "无法读取：规则文件须为 UTF-8 编码的文本。",
            file=name,
        ) from error


def _filled(book: Rulebook, name: str) -> Rulebook:
    if not book.rules:
        raise RulebookError(
            "there is no rule in it: write one as [[rule]], or remove the file.",
            "文件中没有规则：请以 [[rule]] 写入，或删去该文件。",
            file=name,
        )
    return book


def _ceilings() -> tuple[CeilingRule, ...]:
    """What caps a fee by national law, whichever folders are asked for."""
    return tuple(rule for _, book in _books("national") for rule in book.of(CeilingRule))


def _placed(flaw: Flaw, books: Sequence[tuple[str, Rulebook]]) -> RulebookError:
    """The flaw with file and line."""
    name, book, index = next(
        (name, book, i)
        for name, book in books
        for i, rule in enumerate(book.rules)
        if rule is flaw.rule
    )
    row = line_of(book.text, name, index, flaw.key)
    return RulebookError(f"{flaw.en}.", f"{flaw.zh}。", file=name, row=row, column=flaw.key)


def known_rules() -> tuple[str, ...]:
    """The names of the rule folders that come with the package."""
    return tuple(sorted(folder.name for folder in _shipped().iterdir() if folder.is_dir()))


def _shipped() -> Traversable:
    return files("landgis") / "rules"


def _pages(name: str) -> list[Traversable]:
    folder = _shipped() / name if name in known_rules() else Path(name)
    held = folder.iterdir() if name and folder.is_dir() else ()
    pages = [page for page in held if page.name.endswith(".toml")]
    if not pages:
        names = ", ".join(known_rules())
        raise NotFound(
            f"'{name}' is no folder of rules: use {names}, or the path of a folder of TOML files.",
            f"“{name}”不是规则文件夹：请使用 {names}，或含 TOML 文件的文件夹路径。",
        )
    return sorted(pages, key=lambda page: page.name)
