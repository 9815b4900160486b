"""What a store stands on: a file or a schema on a server, with tables of some version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path
from typing import Protocol

from landgis.errors import StoreError
from landgis.store.connection import Connection

SCHEMA_VERSION = 6
"""The last of the numbered scripts in ``schema``."""


class Ground(Protocol):
    """A place for the tables of a store; many may read while one writes."""

    @property
    def name(self) -> str:
        """What a sentence about the store calls it; holds no password."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One snapshot: what others commit meanwhile is not seen."""

    def asking(self) -> AbstractContextManager[Connection]:
        """A connection to read by; each statement may see what was committed since the last."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction, all or nothing; a block that rolled back itself has written nothing."""

    def version(self, db: Connection) -> int:
        """The version of the tables, 0 where there are none; raises for a stranger's."""

    def prepare(self) -> None:
        """Do what must be done before the transaction that makes or changes tables."""

    def migrate(self, db: Connection, found: int, crs: int) -> None:
        """Bring the tables from version ``found`` to the newest inside the transaction."""

    def copy(self, target: Path, tell: Callable[[float], None] | None = None) -> None:
        """Copy all of it as it is now into a new file, whole or not at all, while others write."""

    def tidy(self) -> None:
        """Do after a large change what makes the reads that follow quick."""

    def size_bytes(self) -> int:
        """How much room it takes."""

    def close(self) -> None:
        """Close every connection."""


def refusal(name: str | Path, en: str, zh: str) -> StoreError:
    """The error about the store called ``name``."""
    return StoreError(f"the store '{name}': {en}", f"数据库“{name}”：{zh}")


NOT_A_STORE = (
    "it is not a landgis store; choose another file.",
    "该文件不是 landgis 数据库，请另选文件。",
)


def missing(name: str | Path) -> StoreError:
    """The error about a store that is not there."""
    return refusal(
        name,
        "it does not exist yet; the first `landgis import` makes it.",
        "尚不存在，首次执行 landgis import 时会自动新建。",
    )


def refuse_newer(name: str | Path, found: int) -> None:
    """Raise ``StoreError`` where the tables are of a version that is not known here."""
    if found > SCHEMA_VERSION:
        raise refusal(
            name,
            f"it was written by a newer landgis (schema {found}, this one knows "
            f"{SCHEMA_VERSION}); update landgis.",
            f"由更新版本的 landgis 写入（结构版本 {found}，本程序支持 {SCHEMA_VERSION}），"
            "请升级 landgis。",
        )


def scripts(found: int) -> Iterator[str]:
    """The statements, as SQLite says them, that lead from version ``found`` to the newest.

    A new store, version 0, is made at once, without the steps.
    """
    return steps(found, SCHEMA_VERSION) if found else _script("newest")


def steps(found: int, version: int) -> Iterator[str]:
    """The statements that lead from one version to a later one, step by step."""
    for number in range(found + 1, version + 1):
        yield from _script(f"{number:03}")


def _script(name: str) -> Iterator[str]:
    folder = resources.files("landgis.store") / "schema"
    return _statements((folder / f"{name}.sql").read_text("utf-8"))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
