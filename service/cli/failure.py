"""How a command ends: its exit code, and its message if that is not 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from events.errors import LogRefused, LogUnavailable, OnrecordError
from events.log.refusals import advice
from service.settings.environment import ConfigError

if TYPE_CHECKING:
    from service.client import ServerRefused, Unreachable

__all__ = [
    "DONE",
    "INTERRUPTED",
    "NO",
    "NOT_PROVABLE",
    "UNREACHABLE",
    "WRONG_USE",
    "Failure",
    "cause_of",
    "failure_of",
]

DONE: Final = 0
NO: Final = 1
"""The answer is no: not found, refused, or a failed check."""
WRONG_USE: Final = 2
UNREACHABLE: Final = 3
NOT_PROVABLE: Final = 4
"""No fault was found, but it could not be proved that there is none (`verify`)."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C: 128 plus the signal's number, as in shells."""


class Failure(OnrecordError):
    """A command cannot do what the user wants.

    `title` says in a few words what is wrong; `details` are sentences, one a line, that say what to
    do. `document` is the server's answer, if the server refused.
    """

    def __init__(self, code: int, title: str, *details: str, document: bytes | None = None) -> None:
        super().__init__(title, *details)
        self.code = code
        self.title = title
        self.details = details
        self.document = document


def cause_of(error: OSError) -> str:
    """The system's error message, as a sentence."""
    return f"{error.strerror or error}."


def failure_of(error: OnrecordError) -> Failure:
    """Translate one of the project's errors into a failure."""
    match error:
        case Failure():
            return error
        case LogRefused():
            return Failure(UNREACHABLE, "The log refuses", advice(error))
        case LogUnavailable():
            return Failure(UNREACHABLE, "No log", str(error))
        case ConfigError():
            said = [f"{fault.path}: {fault.message}" for fault in error.faults]
            return Failure(WRONG_USE, "The settings are wrong", *said)
        case _:
            return _failure_of_client(error)


def _failure_of_client(error: OnrecordError) -> Failure:
    """The same for the errors of the client, and for all others."""
    from service.client import (  # noqa: PLC0415 - HTTPX is for those who ask a server
        ServerRefused,
        Unreachable,
        UnreadableAnswer,
    )

    match error:
        case ServerRefused():
            return _refusal(error)
        case Unreachable():
            return _unreached(error)
        case UnreadableAnswer():
            return Failure(UNREACHABLE, "This is not an onrecord server", str(error))
        case _:
            return Failure(NO, "It did not work", str(error))


def _unreached(error: Unreachable) -> Failure:
    from service.client import Untrusted  # noqa: PLC0415 - as above

    if isinstance(error, Untrusted):
        return Failure(UNREACHABLE, "The server is not trusted", str(error), error.advice)
    if error.sent:
        detail = "Whether the request arrived is not known."
        return Failure(UNREACHABLE, "The server did not answer", str(error), detail)
    detail = "Start it with `onrecord serve`, or name another with --url (ONRECORD_URL)."
    return Failure(UNREACHABLE, "No server", str(error), detail)


def _refusal(problem: ServerRefused) -> Failure:
    faults = [
        f"{fault.path or 'body'}{f', column {fault.column}' if fault.column else ''}: "
        f"{fault.message}"
        for fault in problem.faults
    ]
    details = faults or [problem.detail]
    return Failure(NO, problem.title, *filter(None, details), document=problem.body)
