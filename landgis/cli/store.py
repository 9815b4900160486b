"""The store itself: made, looked at, brought up to date, moved."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from typing import Annotated

import typer

from landgis import audit, backups
from landgis.cli.options import Lang, LangOption, StoreOption
from landgis.cli.session import opened
from landgis.cli.show import moment, pick, print_text, progress_bar
from landgis.errors import StoreError
from landgis.measure import DEFAULT_CRS
from landgis.schema import LAYERS
from landgis.store import ground_of, open_store, version_of
from landgis.store.copying import copy as copy_all
from landgis.store.ground import SCHEMA_VERSION

STORE = "landgis.db"


class Seal(StrEnum):
    """What the entries of an audit chain are hashed with."""

    SHA256 = audit.SHA256
    SM3 = audit.SM3


store_app = typer.Typer(no_args_is_help=True, help="A file or a PostGIS database. 数据库。")

PlaceArgument = Annotated[
    str, typer.Argument(metavar="STORE", help="A path or postgresql://host/database. 路径或地址。")
]


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(store_app, name="store")


@store_app.command()
def init(
    *,
    store: StoreOption = STORE,
    crs: Annotated[
        int, typer.Option("--crs", help="EPSG code of the working CRS. 工作坐标系。")
    ] = DEFAULT_CRS,
    tolerance_m: Annotated[
        float,
        typer.Option("--tolerance", min=0.0, help="Thinner contacts are slivers, m. 容差（米）。"),
    ] = 0.5,
    seal: Annotated[
        Seal, typer.Option("--seal", help="What seals the audit chain. 审计链哈希算法。")
    ] = Seal.SHA256,
    lang: LangOption = Lang.ZH,
) -> None:
    """A new store with its working CRS, tolerance and seal, which stay. 新建数据库。

    The seal is what the entries of the chain are hashed with; what an entry says of files, rules
    and rows are SHA-256 under either seal.
    Example: `landgis store init --store postgresql://gis@server/land --crs 4547 --seal sm3`
    """
    if version_of(store):
        raise StoreError(
            f"there is a store at '{_name(store)}' already; name another place.",
            f"“{_name(store)}”处已有数据库，请另选位置。",
        )
    made = open_store(store, create=True, crs=crs, tolerance_m=tolerance_m, algorithm=seal.value)
    url = made.info().url
    made.close()
    print_text(pick(lang, f"made {url}, EPSG:{crs}", f"已新建 {url}，EPSG:{crs}"))


@store_app.command()
def info(*, store: StoreOption = STORE, lang: LangOption = Lang.ZH) -> None:
    """What the store holds, and since when. 数据库概况。

    Example: `landgis store info --store postgresql://gis@server/land`
    """
    with opened(store) as record:
        found, head = record.info(), backups.head(record)
    rows = [
        ("store", "数据库", found.url),
        ("schema", "结构版本", found.schema),
        ("working CRS", "工作坐标系", f"EPSG:{found.crs}"),
        ("tolerance", "容差", f"{found.tolerance_m} m"),
        ("revision", "最新版本", f"{found.head} ({moment(found.at)})"),
        ("cut at", "切分版本", "-" if found.cut_rev is None else found.cut_rev),
        *((name, LAYERS[name].zh, count) for name, count in found.features.items()),
        ("pieces", "图斑", found.pieces),
        ("slivers", "碎屑", found.slivers),
        ("issues", "数据问题", found.issues),
        ("head of the chain", "链头", head),
        ("size", "占用空间", f"{found.size_bytes / 1e6:.1f} MB"),
    ]
    print_text("\n".join(f"{pick(lang, en, zh)}: {value}" for en, zh, value in rows))


@store_app.command()
def migrate(*, store: StoreOption = STORE, lang: LangOption = Lang.ZH) -> None:
    """Bring the tables of an earlier version of landgis up to date. 升级数据库结构。

    Every command does it when it opens the store; this one does nothing else.
    Example: `landgis store migrate --store landgis.db`
    """
    with closing(ground_of(store)) as ground, ground.reading() as db:
        before = ground.version(db)
    with opened(store):
        pass
    if before == SCHEMA_VERSION:
        said = pick(lang, f"schema {before} is the newest", f"结构版本 {before} 已是最新")
    else:
        said = pick(
            lang,
            f"schema {before} is now {SCHEMA_VERSION}",
            f"结构版本已从 {before} 升级到 {SCHEMA_VERSION}",
        )
    print_text(said)


@store_app.command()
def copy(source: PlaceArgument, target: PlaceArgument, *, lang: LangOption = Lang.ZH) -> None:
    """The whole store with its history and chain to another place, verified equal. 迁移数据库。

    Example: `landgis store copy landgis.db postgresql://gis@server/land`
    """
    with opened(source):  # brings an earlier version up to date
        pass
    with (
        closing(ground_of(source)) as old,
        closing(ground_of(target, create=True)) as new,
        progress_bar(pick(lang, "copy", "迁移")) as bar,
    ):
        rows = copy_all(old, new, bar)
    total, tables = sum(rows.values()), sum(1 for count in rows.values() if count)
    print_text(
        pick(
            lang,
            f"{total:,} rows of {tables} tables copied to {new.name}, all equal",
            f"已复制 {tables} 张表共 {total:,} 行至 {new.name}，逐行核对一致",
        )
    )


def _name(url: str) -> str:
    with closing(ground_of(url, create=True)) as ground:
        return ground.name
