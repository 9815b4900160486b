"""The commands ``serve`` and ``demo``."""

from __future__ import annotations

import errno
import shlex
import socket
from contextlib import chdir
from pathlib import Path
from typing import Annotated

import typer

from api.settings import HOST, Settings
from api.tianditu import LAYERS, tianditu
from api.tianditu import URL as TIANDITU
from landgis import inventory
from landgis.cli import run
from landgis.cli.options import Lang, LangOption, RulesOption, StoreOption, today
from landgis.cli.session import cut_to_end, opened, rulebook_of
from landgis.cli.show import counted, messages, pick
from landgis.errors import PortTaken, UnreadableFile, UsageError
from landgis.fields import FIELDS, say
from landgis.ledger import AREAS, By, ledger
from landgis.measure import to_hectares, to_mu
from landgis.spool import folder
from landgis.stations import Inventory
from landgis.terms import Outcome
from maps.base import local_base

DEMO_STORE = "data/out/demo.db"
COMMANDS = "imports.txt"

BaseOption = Annotated[
    Path | None,
    typer.Option(
        "--base",
        help="An MBTiles or PMTiles file of images to lie below the map, in CGCS2000 or WGS 84; "
        "GCJ-02 is refused. 本地影像底图。",
    ),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--tianditu-key-file",
        help="File with a key of Tianditu: offers it as base map. Off by default. 天地图密钥文件。",
    ),
]
LayersOption = Annotated[
    str,
    typer.Option("--tianditu-layers", help=f"Of {', '.join(LAYERS)}, by commas. 天地图图层。"),
]
UrlOption = Annotated[
    str, typer.Option("--tianditu-url", help="Where Tianditu is, or a copy of it. 天地图服务地址。")
]

PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。")]


def register(app: typer.Typer) -> None:
    """Add ``serve`` and ``demo`` to ``app``."""
    app.command()(serve)
    app.command()(demo)


def serve(
    store: StoreOption = "landgis.db",
    host: Annotated[str, typer.Option("--host", help=f"Only {HOST}. 仅限本机。")] = HOST,
    port: PortOption = 8000,
    rules: RulesOption = None,
    base: BaseOption = None,
    tianditu_key_file: KeyFileOption = None,
    tianditu_layers: LayersOption = "img,vec",
    tianditu_url: UrlOption = TIANDITU,
    lang: LangOption = Lang.ZH,
) -> None:
    """The web application on this machine: the map at /, lists at /api/v1. 启动服务。

    It answers this machine only, until there is a login. No request leaves the machine, unless
    --tianditu-key-file asks for Tianditu below the map: the server fetches and keeps its tiles,
    and no browser ever sees the key.
    Example: `landgis serve --store city.db --port 8000`
    Example: `landgis serve --store city.db --base 正射影像.mbtiles`
    """
    # a server takes long to load, and the other commands need none
    import uvicorn

    from api.app import create_app

    if host != HOST:
        raise UsageError(
            f"'{host}' is not served: without a login only {HOST} is; leave --host out.",
            f"不能在“{host}”上提供服务：无登录保护时仅限 {HOST}，请去掉 --host。",
        )
    named = None if rules is None else tuple(name.strip() for name in rules.split(","))
    bases = [] if base is None else [local_base(base)]
    if tianditu_key_file is not None:
        bases += tianditu(tianditu_url, tianditu_key_file, tianditu_layers, folder())
    settings = Settings(store=store, rules=named, ready_ahead=True, beside=True, bases=tuple(bases))
    app = create_app(settings)
    with listening(port) as listener:
        messages.print(
            pick(
                lang,
                f"http://{HOST}:{port}/ shows the map; Ctrl+C ends it.",
                f"地图：http://{HOST}:{port}/ ，按 Ctrl+C 结束。",
            )
        )
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def listening(port: int) -> socket.socket:
    """A socket of this machine at that port; raises ``PortTaken`` if it cannot be had."""
    # Only of a socket that names TCP does asyncio send every write at once: else each answer
    # waits 40 ms for the caller to acknowledge its head.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortTaken(
            f"port {port} cannot be used, another program may answer there: choose another "
            "with --port.",
            f"端口 {port} 不可用，可能已被其他程序占用：请用 --port 另选。",
        ) from error
    return listener


def demo(
    source: Annotated[
        Path, typer.Option("--source", help="Folder with the files and imports.txt. 数据目录。")
    ],
    port: PortOption = 8000,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Build the store and stop. 只建库。")
    ] = False,
    store: Annotated[Path, typer.Option("--store", help="The store, made anew. 数据库。")] = Path(
        DEMO_STORE
    ),
    lang: LangOption = Lang.ZH,
) -> None:
    """The sample city: the imports that a user would type, the cut, a summary, the map. 示例。

    Runs every line of DIR/imports.txt as a command, in DIR, into a new store.
    """
    lines = _lines(source)
    _made_anew(store)
    for line in lines:
        _typed(f"{line} --lang {lang.value}", source, store)
    with opened(str(store)) as record:
        cut_to_end(record)
        _summary(inventory.take(record, today(), rulebook=rulebook_of(None)), lang)
    if not no_serve:
        serve(str(store), HOST, port, lang=lang)


def _lines(source: Path) -> list[str]:
    listing = source / COMMANDS
    try:
        text = listing.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "the list of commands cannot be read: write the sample first with `make sample`.",
            "无法读取命令清单：请先用 `make sample` 生成示例数据。",
            file=str(listing),
        ) from error
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _made_anew(store: Path) -> None:
    """Remove the last demo; raises ``UsageError`` before it touches anybody's own record."""
    if store != Path(DEMO_STORE) and store.exists():
        raise UsageError(
            f"'{store}' exists and is not the demo's: name a store that does not exist yet.",
            f"“{store}”已存在且不是示例数据库：请指定一个尚不存在的路径。",
        )
    store.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)


def _typed(line: str, source: Path, store: Path) -> None:
    """Run one line as if it were typed in ``source``; the cut waits until all are in."""
    messages.print(f"$ landgis {line} --store {store} --no-cut", style="bold", markup=False)
    arguments = [*shlex.split(line), "--store", str(store.absolute()), "--no-cut"]
    with chdir(source):
        run(arguments)


def _summary(taken: Inventory, lang: Lang) -> None:
    """Say how much land is in which stage, and what the law lets follow for how many."""
    total = ledger(taken.covers, taken.on, By.COHORT).iloc[-1]
    for stage, column in AREAS.items():
        area = float(total[column])
        name = pick(lang, stage.en, stage.zh)
        messages.print(
            pick(
                lang,
                f"{name}: {to_hectares(area):,.1f} ha, {to_mu(area):,.0f} mu",
                f"{name}：{to_hectares(area):,.1f} 公顷，{to_mu(area):,.0f} 亩",
            )
        )
    supplies = taken.assessment.supplies
    for outcome in Outcome:
        rows = supplies[supplies["outcome"] == outcome.value]
        fee = float(rows["fee_yuan"].astype("float64").sum()) / 10_000
        name = say(outcome.value, FIELDS["outcome"], lang.value)
        messages.print(
            pick(
                lang,
                f"{name}: {counted(len(rows), 'supply', 'supplies')}, fee {fee:,.2f} x 10,000 yuan",
                f"{name}：{len(rows):,} 宗，闲置费 {fee:,.2f} 万元",
            )
        )
