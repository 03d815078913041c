"""Errors of the log: it cannot do its work."""

from __future__ import annotations

from events.errors.root import OnrecordError

__all__ = [
    "CorruptEvent",
    "LogError",
    "LogRefused",
    "LogReplaced",
    "LogUnavailable",
    "NoSpaceToRemove",
    "OutcomeUnknown",
    "UnfitServer",
]


class LogError(OnrecordError):
    """The log cannot do its work."""


class LogUnavailable(LogError):
    """The log was not reached. It is certain that nothing was written."""


class LogRefused(LogUnavailable):
    """The log's server answered with an error, so the command was not carried out.

    `answer` is the error as the server wrote it; `code` is its first word, in capitals.
    """

    def __init__(self, answer: str) -> None:
        super().__init__(f"The Redis server refuses: {answer}")
        self.answer = answer

    @property
    def code(self) -> str:
        return self.answer.partition(" ")[0]


class OutcomeUnknown(LogError):
    """The append was sent and no answer came: it may or may not have been written."""


class UnfitServer(LogError):
    """The Redis server would lose or refuse events, or holds data that is not this service's."""


class NoSpaceToRemove(LogError):
    """The server has no memory for the log and a copy of it; nothing was removed."""


class LogReplaced(LogError):
    """The log has another history than the one that was read before."""


class CorruptEvent(LogError):
    """An entry differs from what the service wrote: its bytes, digest, seal or number are wrong."""

    def __init__(
        self, position: int, reason: str, timeline: str | None = None, revision: int | None = None
    ) -> None:
        super().__init__(f"The event at position {position} {reason}.")
        self.position = position
        self.reason = reason
        self.timeline = timeline
        self.revision = revision
