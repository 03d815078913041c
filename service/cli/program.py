"""`onrecord`: the program, which finds its commands when they are called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib import metadata
from typing import Final

import rich_click as click

from service.cli.failure import DONE, INTERRUPTED, WRONG_USE

__all__ = ["main", "onrecord"]

_COMMANDS: Final = (
    "serve",
    "seed",
    "append",
    "query",
    "tail",
    "replay",
    "verify",
    "bundle",
    "rebuild",
    "rotate",
    "doctor",
)


class _Commands(click.RichGroup):
    """A command's module is imported when it is called: `query` needs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"service.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command


def _version() -> str:
    try:
        return metadata.version("onrecord")
    except metadata.PackageNotFoundError:
        return "from a checkout that is not installed"


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 the answer is no (not found, refused, tampered, "
    "a failed check), 2 wrong use, 3 the server cannot be reached, 4 not provable.",
)
@click.rich_config(
    {
        "max_width": 100,
        "text_paragraph_linebreaks": "\n\n",
        "options_table_column_types": ["required", "opt_all", "metavar", "help"],
    }
)
@click.version_option(_version(), message="onrecord %(version)s")
@click.pass_context
def onrecord(context: click.Context) -> int:
    """Who said what, when, on the record.

    A service that keeps dated, attributed and often contested statements, and what asks it.
    Answers are text on a terminal and JSON in a pipe. Each command has its own --help.

    \b
    Examples:
      onrecord serve
      onrecord seed --wait 10
      onrecord query kursk
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        return WRONG_USE
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command, that of this process unless told otherwise; answers its exit code."""
    try:
        code = onrecord.main(arguments, prog_name="onrecord", standalone_mode=False)
    except click.ClickException as error:
        _tell(error)
        return WRONG_USE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return code if isinstance(code, int) else DONE


def _tell(error: click.ClickException) -> None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    called = context.command_path if context else "onrecord"
    click.echo(f"{called}: {error.format_message()}", err=True)
    click.echo(f"`{called} --help` shows how it is used.", err=True)
