"""Which layer of a file with several is meant."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.errors import NotFound, UnreadableFile, UsageError


def choose(names: Sequence[str], wanted: str | None, file: str) -> str:
    """The layer or sheet called ``wanted``, or the only one there is.

    Raises ``UnreadableFile`` for none, ``NotFound`` for a wrong name and ``UsageError`` where
    several could be meant.
    """
    listed = ", ".join(names)
    if not names:
        raise UnreadableFile(
            "the file holds nothing that is read: deliver one with outlines or a table.",
            "文件中没有可读取的内容：请提供含有图形或表格的文件。",
            file=file,
        )
    if wanted is not None:
        if wanted in names:
            return wanted
        raise NotFound(
            f"there is no layer '{wanted}': it has {listed}.",
            f"没有图层“{wanted}”：现有 {listed}。",
            file=file,
        )
    if len(names) > 1:
        raise UsageError(
            f"the file has several layers: choose one of {listed} with --source-layer.",
            f"文件有多个图层：请用 --source-layer 从 {listed} 中选择。",
            file=file,
        )
    return names[0]
