"""What the commands share: options, the kinds of their arguments, and how one is run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import rich_click as click

from events import dates
from events.errors import DateError, OnrecordError
from events.wording import TIMELINE, Wording
from service.cli.failure import INTERRUPTED, failure_of
from service.cli.output import Output, give_up_stdout

__all__ = ["DATE", "TIMELINE_NAME", "json_option", "run", "server_options"]

F = TypeVar("F", bound=Callable[..., Any])


class _Worded(click.ParamType[str]):
    """A word by one of the domain's rules."""

    def __init__(self, name: str, wording: Wording) -> None:
        self.name = name
        self._wording = wording

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not self._wording.admits(str(value)):
            self.fail(f"{value!r}: {self._wording.rule}", param, ctx)
        return str(value)


class _Date(click.ParamType[str]):
    """An EDTF date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return dates.parse(str(value)).text
        except DateError as error:
            self.fail(f"{value!r}, column {error.column}: {error.message}", param, ctx)


TIMELINE_NAME = _Worded("timeline", TIMELINE)
DATE = _Date()


def server_options(command: F) -> F:
    """`--url` and `--key`: which server, and with which right."""
    url = click.option(
        "--url", metavar="URL", help="The server. [ONRECORD_URL, http://127.0.0.1:8000]"
    )
    key = click.option("--key", metavar="KEY", help="The API key. [ONRECORD_KEY]")
    return url(key(command))


def json_option(command: F) -> F:
    """`--json`: answers for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="JSON, as in a pipe, on a terminal too."
    )(command)


def run(output: Output, command: Coroutine[Any, Any, int]) -> int:
    """Runs a command to its end and tells what went wrong; answers the exit code.

    Ctrl-C cancels the command. Where the reader of stdout has left, what it wanted is done.
    """
    try:
        return asyncio.run(command)
    except OnrecordError as error:
        failure = failure_of(error)
        output.failure(failure)
        return failure.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        give_up_stdout()
        return 0
