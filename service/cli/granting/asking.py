"""Asking a backend and printing its answer, for the commands about access."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any, Final, NamedTuple, TypeVar

import rich_click as click

from events.errors import Fault
from service.cli.command import address_options, json_option, run_command
from service.cli.failure import DONE, WRONG_USE, Failure
from service.cli.granting.backend import AccessBackend, open_backend
from service.cli.output import Output

__all__ = ["BackendCall", "ask_backend", "backend_options", "changing_options"]

_EITHER: Final = (
    "To work on the folder, give --data-dir alone: it takes no key. To ask a server, give --url "
    "and --key alone."
)

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class BackendCall(NamedTuple):
    """Which backend to ask, whether the answer is JSON, and whether a change is only tried: the
    values of `backend_options` and `changing_options`."""

    url: str | None
    key: str | None
    data_dir: str | None
    as_json: bool
    dry_run: bool = False


def backend_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that choose the backend and the form of the answer. The command gets them as
    its first argument, a `BackendCall`."""

    @wraps(command)
    def called(
        url: str | None,
        key: str | None,
        data_dir: str | None,
        as_json: bool,
        dry_run: bool = False,
        **given: Any,
    ) -> int:
        return command(BackendCall(url, key, data_dir, as_json, dry_run), **given)

    folder = click.option(
        "--data-dir",
        metavar="DIR",
        help="Work on this folder, without a key; its server may run or be stopped.",
    )
    return address_options(folder(json_option(called)))


def changing_options(command: Callable[..., int]) -> Callable[..., int]:
    """The same for a command that changes something, which can be tried first."""
    tried = click.option(
        "--dry-run", is_flag=True, help="Say what would come of it, and change nothing."
    )
    return tried(backend_options(command))


def ask_backend(
    call: BackendCall,
    ask: Callable[[AccessBackend], Awaitable[T]],
    show: Callable[[Output, T], object],
    *,
    faults: Sequence[Fault] = (),
    code: Callable[[T], int] = lambda _: DONE,
) -> int:
    """Print the backend's answer, as JSON or for people by `show`. Returns the exit code, which
    `code` decides. If there are `faults` in the arguments, or both a server and a folder are named,
    that is reported and no backend is asked."""
    output = Output.create(as_json=call.as_json)

    async def asked() -> int:
        if faults:
            raise Failure(
                WRONG_USE, "The arguments are wrong", *(fault.message for fault in faults)
            )
        if call.data_dir is not None and (call.url is not None or call.key is not None):
            raise Failure(WRONG_USE, "Both a folder and a server are named", _EITHER)
        place = open_backend(call.url, call.key, call.data_dir, dry_run=call.dry_run)
        async with place as backend:
            found = await ask(backend)
        if output.as_json:
            output.document(found)
        else:
            show(output, found)
            if call.dry_run:
                output.note("It was a dry run: nothing has changed.")
        return code(found)

    return run_command(output, asked())
