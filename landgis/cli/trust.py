"""What lets a record be trusted: its audit chain, backups, and the export of everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from landgis import audit, backups
from landgis.cli.options import Lang, LangOption, StoreOption
from landgis.cli.session import opened
from landgis.cli.show import counted, messages, pick, print_text, progress_bar, replace_file
from landgis.errors import StoreError, UsageError

STORE = "landgis.db"

audit_app = typer.Typer(no_args_is_help=True, help="The chain of all changes. 审计链。")

HeadOption = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="HEAD",
        help="A head that was printed before: the chain must still hold it. 已打印的链头。",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(audit_app, name="audit")
    app.command()(backup)
    app.command()(restore)


@audit_app.command()
def head(*, store: StoreOption = STORE, _: LangOption = Lang.ZH) -> None:
    """The head of the chain: print it on a document, and it fixes all that came before. 链头。

    Example: `landgis audit head`
    """
    with opened(store) as record:
        print_text(str(backups.head(record)))


@audit_app.command()
def verify(
    *,
    known: HeadOption = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The chain alone, not every fact. 只验证链。")
    ] = False,
    store: StoreOption = STORE,
    lang: LangOption = Lang.ZH,
) -> None:
    """Whether every change stands as it was written; names the first bad entry. 验证审计链。

    Exit status 1 if one does not. Without --head a tail that was cut off together with its
    revisions cannot be seen.
    Example: `landgis audit verify --head 12:sha256:5f3c...`
    """
    anchor = audit.anchor(known) if known else None
    with opened(store) as record:
        with progress_bar(pick(lang, "verify", "验证")) as bar:
            flaw = record.verify(anchor, deep=not quick, progress=bar)
        newest = backups.head(record)
    if flaw:
        raise StoreError(
            f"the record is not as it was written: {flaw.en}; restore it from a backup and ask "
            "who wrote to it.",
            f"数据库与审计链不符：{flaw.zh}；请从备份恢复并查明改动来源。",
        )
    print_text(
        pick(
            lang,
            f"{newest.seq} entries, all as they were written. Head: {newest}",
            f"共 {newest.seq} 条，全部与写入时一致。链头：{newest}",
        )
    )


@audit_app.command()
def export(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="JSON Lines. 输出文件。")
    ],
    *,
    store: StoreOption = STORE,
    lang: LangOption = Lang.ZH,
) -> None:
    """The whole chain as JSON Lines: seq, algorithm, hash, entry. 导出审计链。

    Example: `landgis audit export -o audit.jsonl`
    """
    with opened(store) as record:
        entries = list(record.chain())
    lines = (
        {"seq": e.seq, "algorithm": e.algorithm, "hash": e.digest, "entry": e.text} for e in entries
    )
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    replace_file(output, text.encode())
    said = pick(
        lang,
        f"{output}: {counted(len(entries), 'entry', 'entries')}.",
        f"{output}：共 {len(entries)} 条。",
    )
    messages.print(said, markup=False)


def backup(
    file: Annotated[Path, typer.Argument(help="A new file. 备份文件。")],
    *,
    store: StoreOption = STORE,
    lang: LangOption = Lang.ZH,
) -> None:
    """The whole record into a file, while others read and write. 备份。

    Example: `landgis backup landgis-2026-03-31.db`
    """
    with opened(store) as record, progress_bar(pick(lang, "backup", "备份")) as bar:
        done = backups.backup(record, file, bar)
    _tell(done, lang)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup. 备份文件。")],
    *,
    store: StoreOption = STORE,
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Make every hash again first. 是否验证。"),
    ] = True,
    known: HeadOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the store that is there. 覆盖。")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """A backup as the store; never over another without --force. 恢复。

    Example: `landgis restore landgis-2026-03-31.db --store landgis.db --verify`
    """
    if "://" in store:
        raise UsageError(
            "a backup is restored into a file: bring it to a server with `landgis store copy`.",
            "备份只能恢复为文件：如需迁入服务器请用 landgis store copy。",
        )
    if not file.is_file():
        raise UsageError(f"there is no file '{file}'.", f"没有文件“{file}”。")
    anchor = audit.anchor(known) if known else None
    target = Path(store)
    with progress_bar(pick(lang, "restore", "恢复")) as bar:
        done = backups.restore(file, target, verify=verify, known=anchor, force=force, progress=bar)
    _tell(done, lang)


def _tell(done: backups.Copy, lang: Lang) -> None:
    said = pick(
        lang,
        f"{done.path}: revision {done.rev}, head {done.head}",
        f"{done.path}：版本 {done.rev}，链头 {done.head}",
    )
    messages.print(said, markup=False)
