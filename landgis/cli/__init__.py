"""The command line: a thin shell that reads, calls and writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points, version
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from landgis.cli.amend import register as register_amend
from landgis.cli.answers import register as register_answers
from landgis.cli.case import register as register_case
from landgis.cli.data import register as register_data
from landgis.cli.law import register as register_law
from landgis.cli.lookahead import register as register_lookahead
from landgis.cli.notice import register as register_notice
from landgis.cli.publish import register as register_publish
from landgis.cli.revisions import register as register_revisions
from landgis.cli.show import messages, plain
from landgis.cli.store import register as register_store
from landgis.cli.trust import register as register_trust
from landgis.errors import LandgisError, UsageError, why_zh


@dataclass
class Shell:
    """What one command line remembers: the language to complain in."""

    lang: str = "zh"


app = typer.Typer(
    name="landgis",
    help=(
        "Land inventory for planners: what is approved but not acquired 批而未征, acquired but not "
        "supplied 征而未供, supplied but not used 供而未用, and what follows by law.\n\n"
        "Start with `landgis import --help`, then `landgis stock` and `landgis idle`."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _say_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"landgis {version('landgis')}\n")
        raise typer.Exit


@app.callback()
def _program(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say which it is. 程序版本。"
        ),
    ] = False,
) -> None:
    """What goes before any command."""


register_data(app)
register_answers(app)
register_law(app)
register_amend(app)
register_case(app)
register_notice(app)
register_lookahead(app)
register_publish(app)
register_revisions(app)
register_trust(app)
register_store(app)


def load_commands() -> None:
    """Add the commands of the other packages (``map``, ``serve``, ``demo``), once."""
    if getattr(app, "complete", False):
        return
    for entry in sorted(entry_points(group="landgis.commands"), key=lambda e: e.name):
        entry.load()(app)
    app.complete = True  # type: ignore[attr-defined]


@cache
def _commands() -> Callable[..., Any]:
    """The commands, put together once: typer itself does it for every line."""
    load_commands()
    return get_command(app)


def run(arguments: Sequence[str], shell: Shell | None = None) -> int:
    """Run one command line in this process; raises what the command raises."""
    status = _commands()(args=list(arguments), obj=shell or Shell(), standalone_mode=False)
    return status if isinstance(status, int) else 0


def _refused(error: OSError) -> LandgisError:
    """What the system refused: a name that it takes for none, or standard output."""
    named = error.filename is not None
    return LandgisError(
        f"'{error.filename}' cannot be used ({error.strerror}): name another place."
        if named
        else f"reading or writing failed ({error.strerror}): mend that and try again.",
        f"无法使用“{error.filename}”（{why_zh(error)}）：请另行指定。"
        if named
        else f"读写失败（{why_zh(error)}）：请处理后重试。",
    )


def main() -> None:
    """The console script: a sentence and an exit status, never a traceback."""
    shell = Shell()
    try:
        status = run(sys.argv[1:], shell)
    except TyperException as error:
        hint = "see 'landgis --help' or 'landgis COMMAND --help'. 用 --help 查看用法。"
        said = plain(error.format_message().strip())
        messages.print(f"{said} — {hint}".lstrip(" —"), markup=False)
        status = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        status = 130
    except LandgisError as error:
        messages.print(plain(error.sentence(shell.lang)), markup=False)
        status = 2 if isinstance(error, UsageError) else 1
    except UnicodeEncodeError as error:
        en = f"'{error.object}' is no text in UTF-8: write it anew."
        zh = f"“{error.object}”不是 UTF-8 文本：请重新输入。"
        messages.print(plain(zh if shell.lang == "zh" else en), markup=False)
        status = 2
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    except OSError as error:
        messages.print(plain(_refused(error).sentence(shell.lang)), markup=False)
        status = 1
    raise SystemExit(status)
