"""The family of errors. Each is raised where its fact is known and translated to HTTP once,
in `service/problems.py`.

    OnrecordError
    ├── InvalidInput              the words themselves are wrong; `faults` says where
    │   └── DateError             not a date: message and column
    ├── Refused                   well-formed, but a rule says no
    │   ├── Unknown               what the command names is not there
    │   ├── StatementExists       the id is taken by other content
    │   ├── AlreadyRetracted
    │   ├── RelationExists
    │   ├── SpellingTaken         the spelling belongs to another actor
    │   ├── StatementRedacted     gone, for every date
    │   └── Rejected              the rules refuse the content; `faults` says where
    ├── Conflict                  the append lost against another one
    │   ├── RevisionConflict      a subject has moved
    │   └── IdempotencyConflict   the id or key was used for something else
    ├── LogError                  the log cannot do its work
    │   ├── LogUnavailable        not reached; certainly nothing was written
    │   ├── OutcomeUnknown        sent, but no answer came: written or not
    │   ├── UnfitServer           a server that would lose or refuse events
    │   ├── NoRoomToRemove        the server would not hold the log twice
    │   ├── LogReplaced           another history than the one that was read before
    │   └── CorruptEvent          an entry that is not what the service wrote
    ├── ReadModelError            the read model cannot answer
    │   ├── Lagging               the wanted revision is not folded yet
    │   ├── QueryTooLong          the time limit cut the query
    │   └── Stalled               an event of this timeline could not be folded
    └── AuditError                something does not prove what it should: `events.audit_errors`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

__all__ = [
    "AlreadyRetracted",
    "Conflict",
    "CorruptEvent",
    "DateError",
    "Fault",
    "IdempotencyConflict",
    "InvalidInput",
    "Lagging",
    "LogError",
    "LogReplaced",
    "LogUnavailable",
    "NoRoomToRemove",
    "OnrecordError",
    "OutcomeUnknown",
    "QueryTooLong",
    "ReadModelError",
    "Refused",
    "Rejected",
    "RelationExists",
    "RevisionConflict",
    "SpellingTaken",
    "Stalled",
    "StatementExists",
    "StatementRedacted",
    "UnfitServer",
    "Unknown",
]

Thing = Literal["timeline", "statement", "event", "actor", "source", "relation", "alias"]


class Fault(NamedTuple):
    """One thing that is wrong in what a caller sent.

    `path` is a JSON Pointer into the body or `?name` for a query parameter; `column` counts
    from 1 inside a date.
    """

    path: str
    message: str
    column: int | None = None


class OnrecordError(Exception):
    """The root: everything onrecord raises on purpose."""


class InvalidInput(OnrecordError):
    """What was sent is malformed, of the wrong type, or out of its range or set."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            "; ".join(f"{f.path}: {f.message}" if f.path else f.message for f in faults)
        )
        self.faults = tuple(faults)


class DateError(InvalidInput):
    """A text that is not an EDTF date. `column` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__((Fault("", message, column),))
        self.message = message
        self.column = column


class Refused(OnrecordError):
    """A rule says no. `id` is what the refusal is about."""

    def __init__(self, message: str, id: str) -> None:  # noqa: A002 - the API's own word for it
        super().__init__(message)
        self.id = id


class Unknown(Refused):
    """Nothing of that kind and id is there."""

    def __init__(self, kind: Thing, id: str, message: str | None = None) -> None:  # noqa: A002 - as above
        super().__init__(message or f"There is no {kind} {id!r} here.", id)
        self.kind: Thing = kind


class StatementExists(Refused):
    """The statement's id is taken by other content."""


class AlreadyRetracted(Refused):
    """The statement was retracted before."""


class RelationExists(Refused):
    """The relation stands already."""


class SpellingTaken(Refused):
    """The spelling is another actor's in this timeline."""


class StatementRedacted(Refused):
    """The statement was redacted at `revision`; it is gone for every date."""

    def __init__(self, id: str, revision: int) -> None:  # noqa: A002 - as above
        super().__init__(f"Statement {id!r} was redacted at revision {revision}.", id)
        self.revision = revision


class Rejected(Refused):
    """Well-formed, but the rules refuse the content."""

    def __init__(self, faults: Sequence[Fault], id: str = "") -> None:  # noqa: A002 - as above
        super().__init__(
            "; ".join(f"{f.path}: {f.message}" if f.path else f.message for f in faults), id
        )
        self.faults = tuple(faults)


class Conflict(OnrecordError):
    """The append was refused whole: nothing was written."""


class RevisionConflict(Conflict):
    """`subject` is at `actual`, not at `expected`, which is None where no revision was named."""

    def __init__(self, subject: str, expected: int | None, actual: int) -> None:
        named = "and none of its revisions was named" if expected is None else f"not at {expected}"
        super().__init__(f"{subject} is at revision {actual}, {named}.")
        self.subject = subject
        self.expected = expected
        self.actual = actual


class IdempotencyConflict(Conflict):
    """The event id, or the idempotency key behind it, was used for something else."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as above
        super().__init__(f"{id!r} was used before for something else.")
        self.id = id


class LogError(OnrecordError):
    """The log cannot do its work."""


class LogUnavailable(LogError):
    """The log was not reached: certainly nothing was written."""


class OutcomeUnknown(LogError):
    """The append was sent and no answer came: it may or may not have been written."""


class UnfitServer(LogError):
    """The Redis server would lose or refuse events, or is not ours to join."""


class NoRoomToRemove(LogError):
    """The server would not hold the log and a copy of it: nothing was removed."""


class LogReplaced(LogError):
    """The log is not the history that was read before."""


class CorruptEvent(LogError):
    """An entry is not what the service wrote: bytes, digest, seal or number are wrong."""

    def __init__(
        self, position: int, reason: str, timeline: str | None = None, revision: int | None = None
    ) -> None:
        super().__init__(f"The event at position {position} {reason}.")
        self.position = position
        self.reason = reason
        self.timeline = timeline
        self.revision = revision


class ReadModelError(OnrecordError):
    """The read model cannot answer."""


class Lagging(ReadModelError):
    """The read model is at `revision` and did not reach `wanted` in time."""

    def __init__(self, revision: int, wanted: int) -> None:
        super().__init__(f"The read model is at revision {revision}; {wanted} was wanted.")
        self.revision = revision
        self.wanted = wanted


class QueryTooLong(ReadModelError):
    """The query ran into its time limit."""


class Stalled(ReadModelError):
    """The timeline's fold stopped at `revision`, an event that could not be folded. `wanted` is
    the revision that was asked for, where whoever asked says so."""

    def __init__(self, timeline: str, revision: int, reason: str) -> None:
        super().__init__(f"Timeline {timeline!r} stopped at revision {revision}: {reason}")
        self.timeline = timeline
        self.revision = revision
        self.reason = reason
        self.wanted = revision
