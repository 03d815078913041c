"""How a command ends: its exit code, and what it says where that is not 0."""

from __future__ import annotations

from typing import Final

from events.errors import LogUnavailable, OnrecordError
from service.client import ClientError, Problem, Unreachable, UnreadableAnswer
from service.config import ConfigError

__all__ = [
    "DONE",
    "INTERRUPTED",
    "NO",
    "NOT_PROVABLE",
    "UNREACHABLE",
    "WRONG_USE",
    "Failure",
    "failure_of",
]

DONE: Final = 0
NO: Final = 1
"""The answer is no: not found, refused, a failed check."""
WRONG_USE: Final = 2
UNREACHABLE: Final = 3
NOT_PROVABLE: Final = 4
"""Nothing is known to be wrong, but what was asked is not proved (`verify`)."""
INTERRUPTED: Final = 130
"""By Ctrl-C: 128 and the signal's number, as shells have it."""


class Failure(OnrecordError):
    """A command cannot do what it was asked to.

    `title` is what is wrong in a few words, `details` are sentences, one a line, that say what to
    do. `document` is what the server said, where it was the server.
    """

    def __init__(self, code: int, title: str, *details: str, document: bytes | None = None) -> None:
        super().__init__(title, *details)
        self.code = code
        self.title = title
        self.details = details
        self.document = document


def failure_of(error: OnrecordError) -> Failure:
    """The failure that an error of ours amounts to."""
    match error:
        case Failure():
            return error
        case Problem():
            return _refusal(error)
        case Unreachable() | UnreadableAnswer():
            return Failure(UNREACHABLE, "No server", str(error), _start_advice(error))
        case LogUnavailable():
            return Failure(UNREACHABLE, "No log", str(error))
        case ConfigError():
            said = [f"{fault.path}: {fault.message}" for fault in error.faults]
            return Failure(WRONG_USE, "The settings are wrong", *said)
        case _:
            return Failure(NO, "It did not work", str(error))


def _refusal(problem: Problem) -> Failure:
    faults = [
        f"{fault.path or 'body'}{f', column {fault.column}' if fault.column else ''}: "
        f"{fault.message}"
        for fault in problem.faults
    ]
    details = faults or [problem.detail]
    return Failure(NO, problem.title, *filter(None, details), document=problem.body)


def _start_advice(error: ClientError) -> str:
    if isinstance(error, Unreachable) and error.sent:
        return "Whether the request arrived is not known."
    return "Start it with `onrecord serve`, or name another with --url (ONRECORD_URL)."
