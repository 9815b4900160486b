"""A table as lines of text, one row a line: columns are as wide as their widest cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

GAP = "   "


def aligned(
    heads: Sequence[str], columns: Sequence[Sequence[str]], right: Sequence[bool]
) -> Iterator[str]:
    """A line of ``heads``, a rule and a line for each row of ``columns``.

    Width is counted as terminals do: a Chinese character is two wide. ``right`` says which
    columns end flush.
    """
    wide = [
        max(map(cell_len, (head, *column))) for head, column in zip(heads, columns, strict=True)
    ]
    yield _line(heads, wide, right)
    yield GAP + "─" * (sum(wide) + len(GAP) * (len(wide) - 1))
    for cells in zip(*columns, strict=True):
        yield _line(cells, wide, right)


def _line(cells: Sequence[str], wide: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, width, flush in zip(cells, wide, right, strict=True):
        room = " " * (width - cell_len(cell))
        padded.append(room + cell if flush else cell + room)
    return (GAP + GAP.join(padded)).rstrip()
