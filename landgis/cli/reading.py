"""How a file is to be read: the options that import, check and convert share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.errors import UnreadableFile
from landgis.schema import LAYERS

STORE = "landgis.db"
LISTED = ", ".join(LAYERS)

LayerArgument = Annotated[str, typer.Argument(metavar="LAYER", help=f"One of {LISTED}. 图层。")]
CrsOption = Annotated[
    int | None,
    typer.Option("--crs", help="EPSG code of a file that does not say its own. 坐标系。"),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help="Encoding of the text, if guessed wrong. 编码。")
]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", metavar="MAP.toml", help="Which header is which column. 映射。"),
]
SourceLayerOption = Annotated[
    str | None, typer.Option("--source-layer", help="Layer or sheet inside the file. 源图层或表。")
]
AcceptOption = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="KIND", help="Take errors of this kind as they are. 接受。"),
]
AttributesOption = Annotated[
    Path | None,
    typer.Option("--attributes", metavar="TABLE", help="Records of these outlines. 属性表。"),
]
ShiftOption = Annotated[
    str | None,
    typer.Option(
        "--datum-shift",
        metavar="4|7 NUMBERS",
        help="From Xian 80 or Beijing 54 by your own parameters. 旧坐标系转换参数。",
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="COLUMN", help="Column that both files have. 关联字段。"),
]


def must_exist(files: list[Path]) -> None:
    """Raise ``UnreadableFile`` for the first file that is not there."""
    for path in files:
        try:
            there = path.exists()
        except OSError:  # a name too long, a folder that may not be entered
            there = False
        if not there:
            raise UnreadableFile(
                "there is no such file: check the path.",
                "没有这个文件：请检查路径。",
                file=str(path),
            )
