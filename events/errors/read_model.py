"""Errors of the read model: it cannot answer."""

from __future__ import annotations

from events.errors.root import OnrecordError

__all__ = [
    "Damaged",
    "Lagging",
    "QueryTooLong",
    "ReadModelError",
    "Stalled",
]


class ReadModelError(OnrecordError):
    """The read model cannot answer."""


class Damaged(ReadModelError):
    """The read model's file is damaged. Nothing is lost: it is rebuilt from the log."""


class Lagging(ReadModelError):
    """The read model is at `revision` and did not reach `wanted` in time."""

    def __init__(self, revision: int, wanted: int) -> None:
        super().__init__(f"The read model is at revision {revision}; {wanted} was wanted.")
        self.revision = revision
        self.wanted = wanted


class QueryTooLong(ReadModelError):
    """The query exceeded its time limit."""


class Stalled(ReadModelError):
    """The timeline's fold stopped at `revision`, an event that could not be folded. `wanted` is the
    revision that the caller waited for, or None if the caller gave none."""

    def __init__(self, timeline: str, revision: int, reason: str) -> None:
        super().__init__(f"Timeline {timeline!r} stopped at revision {revision}: {reason}")
        self.timeline = timeline
        self.revision = revision
        self.reason = reason
        self.wanted = revision
