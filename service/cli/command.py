"""The common parts of commands: options, types of arguments, and running a command."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import rich_click as click
from msgspec import structs
from rich.text import Text

from events.edtf import dates
from events.errors import DateError, OnrecordError
from events.statement.timeline_names import ANY_TIMELINE
from events.statement.wording import Wording
from service.cli.failure import DONE, INTERRUPTED, WRONG_USE, Failure, failure_of
from service.cli.interrupt import interruptible
from service.cli.output import Output
from service.cli.streams import give_up, is_unwritable_stream
from service.datafolder.owner_key import OWNER_KEY, load_owner_key
from service.settings.environment import load_client_from_environment, load_folder_from_environment
from service.settings.settings import ClientSettings
from service.settings.values import is_loopback

__all__ = [
    "DATE",
    "OUTPUT_FILE",
    "TIMELINE_NAME",
    "CliCommand",
    "Worded",
    "client_settings",
    "is_text",
    "json_option",
    "run_command",
    "server_options",
]

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")

F = TypeVar("F", bound=Callable[..., Any])


class Worded(click.ParamType[str]):
    """A text that must match one of the domain's rules."""

    def __init__(self, name: str, wording: Wording) -> None:
        self.name = name
        self._wording = wording

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not self._wording.admits(str(value)):
            fault = self._wording.fault("", str(value))
            self.fail(f"{value!r}: {fault.message}", param, ctx)
        return str(value)


class _Date(click.ParamType[str]):
    """An EDTF date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return dates.parse_optional(str(value)).text
        except DateError as error:
            self.fail(f"{value!r}, column {error.column}: {error.message}", param, ctx)


class _OutputFile(click.Path):
    """A file to write to, or a stream of this process such as /dev/stdout, if it can be written."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if is_unwritable_stream(path):
            self.fail(f"{value!r} is closed, or not open for writing.", param, ctx)
        return path


class CliCommand(click.RichCommand):
    """A command of `onrecord`. Its arguments must be text, except names of files, which may be any
    bytes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        for parameter in self.get_params(ctx):
            given = ctx.params.get(parameter.name or "")
            texts = given if isinstance(given, tuple) else (given,)
            if not isinstance(parameter.type, click.Path) and not all(map(is_text, texts)):
                raise click.BadParameter("It is not UTF-8.", ctx, parameter)
        return rest


def is_text(value: object) -> bool:
    """Whether the text is valid UTF-8; Python keeps other bytes as surrogates."""
    return not (isinstance(value, str) and _SURROGATE.search(value))


_FOLDER: Final = "onrecord.data-dir"
_USED: Final = "onrecord.owner-key"
_LOOKED: Final = "onrecord.no-owner-key"
_UNAUTHENTICATED: Final = 401

_ONE_KEY: Final = (
    "--data-dir names the folder with the owner's key, --key another key: give one of them."
)
_NOT_SENT: Final = "The owner's key is sent to no other machine: give a key for that one by --key."

_ANOTHER_KEY: Final = (
    "The key is that in {}: name the server's own folder by --data-dir, or a --key."
)
_NO_KEY: Final = (
    "No key is given, and there is no {}: name the folder of the server's data by --data-dir, or a "
    "--key."
)

TIMELINE_NAME = Worded("timeline", ANY_TIMELINE)
DATE = _Date()
OUTPUT_FILE = _OutputFile()


def server_options(command: F) -> F:
    """Add `--url`, `--key` and `--data-dir`: the server, the API key to use, and the folder with
    the owner's key. `client_settings` reads them."""
    folder = click.option(
        "--data-dir",
        metavar="DIR",
        help="Where the owner's key is, of a server here. [ONRECORD_DATA_DIR, .onrecord]",
        callback=_note_folder,
        expose_value=False,
    )
    return address_options(folder(command))


def address_options(command: F) -> F:
    """Add `--url` and `--key`: the server, and the API key to use."""
    url = click.option(
        "--url", metavar="URL", help="The server. [ONRECORD_URL, http://127.0.0.1:8000]"
    )
    key = click.option(
        "--key", metavar="KEY", help="The API key. [ONRECORD_KEY; here, the owner's]"
    )
    return url(key(command))


def _note_folder(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    ctx.meta[_FOLDER] = value
    return value


def _noted_folder() -> str | None:
    """The folder that `--data-dir` names; None if it is not given."""
    ctx = click.get_current_context(silent=True)
    noted: str | None = None if ctx is None else ctx.meta.get(_FOLDER)
    return noted


def client_settings(url: str | None, key: str | None) -> ClientSettings:
    """The server and the key to use. If no key is given and the server is on this machine, the key
    is the owner's key in the data folder, if this user can read it.

    Raises ConfigError, OwnerKeyError, and Failure if `--data-dir` names a folder whose key cannot
    be used.
    """
    settings = load_client_from_environment(url=url, key=key)
    host = urlsplit(settings.url).hostname or ""
    if _noted_folder() is not None:
        if key is not None:
            raise Failure(WRONG_USE, "--key and --data-dir exclude each other", _ONE_KEY)
        if not is_loopback(host):
            raise Failure(WRONG_USE, f"--data-dir is for a server here, not on {host}", _NOT_SENT)
    if settings.key is not None or not is_loopback(host):
        return settings
    folder = load_folder_from_environment(_noted_folder())
    is_there = os.access(folder / OWNER_KEY, os.R_OK)
    if (ctx := click.get_current_context(silent=True)) is not None:
        ctx.meta[_USED if is_there else _LOOKED] = str(folder / OWNER_KEY)
    if not is_there:
        return settings
    return structs.replace(settings, key=load_owner_key(folder))


def _with_hint(failure: Failure, error: OnrecordError) -> Failure:
    """The failure. If a server on this machine does not know the caller, it adds which key was
    used, or where one was looked for."""
    ctx = click.get_current_context(silent=True)
    noted = {} if ctx is None else ctx.meta
    if _USED in noted:
        hint = _ANOTHER_KEY.format(noted[_USED])
    elif _LOOKED in noted and _FOLDER in noted:
        hint = _NO_KEY.format(noted[_LOOKED])
    else:
        return failure
    from service.client import ServerRefused  # noqa: PLC0415 - HTTPX is for those who ask a server

    if not (isinstance(error, ServerRefused) and error.status == _UNAUTHENTICATED):
        return failure
    return Failure(failure.code, failure.title, *failure.details, hint, document=failure.document)


def json_option(command: F) -> F:
    """Add `--json`: answers for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="JSON, as in a pipe, on a terminal too."
    )(command)


def _done(output: Output, command: Coroutine[Any, Any, int]) -> int:
    """Run the command and return its exit code. If its write became a proposal, print its id."""
    try:
        return asyncio.run(interruptible(command))
    except OnrecordError as made:
        from service.client import WriteProposed  # noqa: PLC0415 - HTTPX is for those who ask a server

        if not isinstance(made, WriteProposed):
            raise
        if output.as_json:
            output.document(made.body)
        else:
            output.show(Text(str(made), no_wrap=True))
        return DONE


def run_command(output: Output, command: Coroutine[Any, Any, int]) -> int:
    """Run a command, report an error if there is one, and return the exit code.

    Ctrl-C cancels the command, see `interruptible`. If the reader of stdout has closed it, the
    command counts as successful.
    """
    try:
        return _done(output, command)
    except OnrecordError as error:
        failure = _with_hint(failure_of(error), error)
        output.failure(failure)
        return failure.code
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED  # KeyboardInterrupt, if `main` does not handle SIGINT
    except BrokenPipeError:
        give_up(sys.stdout)
        return DONE
    finally:
        command.close()  # it may have been interrupted before it began
