"""`onrecord`: the program, which imports a command when it is called."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Final

import rich_click as click

from service.cli.failure import DONE, INTERRUPTED, WRONG_USE
from service.cli.streams import give_up, hold_streams, ignoring_errors_of, is_terminal
from service.cli.views.words import printable

__all__ = ["main", "onrecord", "version"]

_COMMANDS: Final = {
    "serve": "operating",
    "seed": "seeding",
    "append": "statements",
    "query": "statements",
    "tail": "statements",
    "import": "interchange",
    "export": "statements",
    "correct": "changing",
    "retract": "changing",
    "reinstate": "changing",
    "relate": "changing",
    "unrelate": "changing",
    "grade": "changing",
    "redact": "changing",
    "diff": "changing",
    "keys": "granting",
    "grants": "granting",
    "why": "granting",
    "sign-in": "granting",
    "replay": "auditing",
    "verify": "auditing",
    "bundle": "auditing",
    "rebuild": "operating",
    "rotate": "operating",
    "backup": "operating",
    "restore": "operating",
    "doctor": "operating",
}
"""Each command and its room, in the order of `--help`."""


class _Commands(click.RichGroup):
    """Imports the module of a command when it is called: `query` needs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        plain = cmd_name.replace("-", "_")
        name = f"{plain}_" if keyword.iskeyword(plain) else plain
        module = importlib.import_module(f"service.cli.{_COMMANDS[cmd_name]}.{name}")
        command: click.Command = getattr(module, name)
        return command


def version() -> str:
    """The installed release."""
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
@click.version_option(version(), message="onrecord %(version)s")
@click.pass_context
def onrecord(context: click.Context) -> int:
    """Who said what, when, on the record.

    A service for dated, attributed and often contested statements, and the commands that use it.
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
    """Run a command, by default that of this process, and return its exit code."""
    hold_streams()
    if not is_terminal(sys.stdout):
        click.rich_click.FORCE_TERMINAL = False  # whatever FORCE_COLOR says
    try:
        code = onrecord.main(arguments, prog_name="onrecord", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        return _tell(error)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        give_up(sys.stdout)
        return _say(f"onrecord: {error.filename or 'its output'}: {error.strerror or error}.")
    except SystemExit:  # click raises it if the reader of a help text has closed stdout
        give_up(sys.stdout)
        return DONE
    return code if isinstance(code, int) else DONE


def _tell(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    called = context.command_path if context else "onrecord"
    return _say(
        f"{called}: {error.format_message()}",
        f"`{called} --help` shows how it is used.",
    )


def _say(*sentences: str) -> int:
    """Print the sentences to stderr, and return the exit code of wrong use."""
    with ignoring_errors_of(sys.stderr):
        for sentence in sentences:
            click.echo(printable(sentence), err=True)
    return WRONG_USE
