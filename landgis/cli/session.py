"""What most commands begin with: a store, rules, and the inventory of a date."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from landgis import inventory
from landgis.cli.show import messages, moment, progress_bar
from landgis.errors import StoreError, UsageError
from landgis.intake import finish_cut
from landgis.measure import DEFAULT_CRS
from landgis.readers.rules import load_rules
from landgis.rulebook import Rulebook
from landgis.stations import Inventory
from landgis.store import Store, open_store, version_of

NATIONAL = "national"


@contextmanager
def opened(url: str, *, create: bool = False) -> Iterator[Store]:
    """The store at ``url``, closed again afterwards; says what a killed command left behind."""
    with ExitStack() as while_told:
        store = open_store(url, create=create, progress=_told_late(while_told))
    try:
        _tell_interrupted(store)
        yield store
    finally:
        store.close()


def _told_late(stack: ExitStack) -> Callable[[float], None]:
    """A bar that is there once it is told something, as where an earlier version comes forward."""
    bars: list[Callable[[float], None]] = []

    def tell(done: float) -> None:
        if not bars:
            bars.append(stack.enter_context(progress_bar("update the store 升级数据库")))
        bars[0](done)

    return tell


@contextmanager
def rehearsed(url: str) -> Iterator[Store]:
    """The store at ``url``, or where there is none an empty one that is gone afterwards."""
    if _is_there(url):
        with opened(url) as store:
            yield store
        return
    with (
        tempfile.TemporaryDirectory(prefix="landgis-") as folder,
        opened(str(Path(folder) / "rehearsal.db"), create=True) as store,
    ):
        yield store


def crs_of(url: str) -> int:
    """The working CRS of the store at ``url``, or of the one that would be made there."""
    if not _is_there(url):
        return DEFAULT_CRS
    with opened(url) as store:
        return store.crs


def is_new(url: str) -> bool:
    """Whether there is no store at ``url`` yet."""
    return not _is_there(url)


def _is_there(url: str) -> bool:
    if "://" in url:
        return bool(version_of(url))
    return Path(url).exists() and (Path(url).is_dir() or Path(url).stat().st_size > 0)


def _tell_interrupted(store: Store) -> None:
    """Say which changes were broken off, and whether the record is whole."""
    found = store.interrupted()
    if not found:
        return
    for attempt in found:
        at = moment(attempt.at)
        messages.print(
            f"“{attempt.command}”（{at}）中途中断，未写入任何内容，请重新执行。"
            f" '{attempt.command}' of {at} was broken off; nothing of it was recorded: repeat it.",
            markup=False,
        )
    flaw = store.verify(deep=False)
    if flaw:
        raise StoreError(
            f"the record is not whole: {flaw.en}; restore it from a backup.",
            f"数据库不完整：{flaw.zh}；请从备份恢复。",
        )
    messages.print(
        f"数据完整，最新版本 {store.head()}。 The record is whole, revision {store.head()}.",
        markup=False,
    )


def rulebook_of(names: str | None) -> Rulebook:
    """The rulebook named by ``--rules``, folders separated by commas."""
    wanted = [name.strip() for name in (NATIONAL if names is None else names).split(",")]
    if not any(wanted):
        raise UsageError(
            "--rules is empty: name a rule folder, for example national.",
            "--rules 为空：请指定规则库，例如 national。",
        )
    return load_rules([name for name in wanted if name])


def taken(
    url: str,
    on: date,
    known: str | None,
    rules: str | None = None,
    supply_id: str | None = None,
) -> Inventory:
    """The inventory of ``on`` and ``known``, or of one supply; a pending cut is finished first.

    With ``known`` and without ``rules`` it is assessed by the rules of that revision, as it was
    then; without ``known`` by the rules of this program, and it is said if the record has others.
    """
    with opened(url) as store:
        if not store.head():
            _tell_empty()
        if known is None:
            cut_to_end(store)
        rulebook = rules_at(store, known, rules)
        return inventory.take(store, on, known, rulebook=rulebook, supply_id=supply_id)


def cut_to_end(store: Store) -> None:
    """Finish a pending cut with a bar; says where one that was broken off goes on."""
    with progress_bar("cut 切分") as bar:
        finish_cut(store, bar, _tell_resumed)


def _tell_resumed(done: int, parts: int) -> None:
    messages.print(
        f"上次切分中途中断：共 {parts} 部分，已完成 {done} 部分，从该处继续。"
        f" A cut was broken off: {done} of its {parts} parts are there, it goes on from them.",
        markup=False,
    )


def _tell_empty() -> None:
    messages.print(
        "数据库尚无数据：请先用 landgis import 导入。"
        " The record is empty: import a layer first, `landgis import --help`.",
        markup=False,
    )


def rules_at(store: Store, known: str | None, rules: str | None) -> Rulebook:
    """The rules that are asked for, else those of ``known``, else those of this program.

    Where neither is said and the record was last changed under others, it is told.
    """
    stored = store.rulebook(store.resolve(known)) if rules is None else None
    if stored and known is not None:
        return stored
    rulebook = rulebook_of(rules)
    if stored and stored.sha256 != rulebook.sha256:
        _tell_other_rules()
    return rulebook


def _tell_other_rules() -> None:
    messages.print(
        "规则库与数据库最近一次记录的不同：用 landgis rules adopt 记录现行规则。"
        " These rules are not the ones the record was last changed under: `landgis rules adopt` "
        "records them.",
        markup=False,
    )
