"""Errors of the rules: a command that is well-formed and refused, or that lost against another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from events.errors.request import Fault
from events.errors.root import OnrecordError

__all__ = [
    "AlreadyRetracted",
    "AlreadyRevoked",
    "Conflict",
    "IdempotencyConflict",
    "KeyExists",
    "NotRetracted",
    "ProposalDecided",
    "Refused",
    "Rejected",
    "RelationExists",
    "RevisionConflict",
    "SpellingTaken",
    "StatementExists",
    "StatementGone",
    "Unknown",
]

Thing = Literal[
    "timeline",
    "statement",
    "event",
    "actor",
    "source",
    "relation",
    "alias",
    "key",
    "grant",
    "proposal",
]


class Refused(OnrecordError):
    """A rule refuses the command. `id` names what the refusal is about."""

    def __init__(self, message: str, id: str) -> None:  # noqa: A002 - the API's own word for it
        super().__init__(message)
        self.id = id


class Unknown(Refused):
    """There is nothing of that kind with that id."""

    def __init__(self, kind: Thing, id: str, message: str | None = None) -> None:  # noqa: A002 - as above
        super().__init__(message or f"There is no {kind} {id!r} here.", id)
        self.kind: Thing = kind


class StatementExists(Refused):
    """The ids of statements are taken by other content; `id` is the first of `ids`."""

    def __init__(self, ids: Sequence[str]) -> None:
        named = ", ".join(map(repr, ids[:5])) + (" …" if len(ids) > 5 else "")
        whose = "Statement {} is" if len(ids) == 1 else "Statements {} are"
        super().__init__(f"{whose.format(named)} recorded, or given, with other content.", ids[0])
        self.ids = tuple(ids)


class AlreadyRetracted(Refused):
    """The statement is retracted already."""


class NotRetracted(Refused):
    """The statement is not retracted, so no retraction can be undone."""


class RelationExists(Refused):
    """The relation exists already."""


class SpellingTaken(Refused):
    """The spelling belongs to another actor of this timeline."""


class KeyExists(Refused):
    """A key was given this name before; that key may be revoked by now."""


class AlreadyRevoked(Refused):
    """The key is revoked already."""


class ProposalDecided(Refused):
    """The proposal was approved, refused or withdrawn before."""


class StatementGone(Refused):
    """The statement, or another thing of that `kind`, was redacted at `revision`; queries as of
    earlier dates do not show it either."""

    def __init__(self, id: str, revision: int, kind: str = "statement") -> None:  # noqa: A002 - as above
        super().__init__(f"{kind.capitalize()} {id!r} was redacted at revision {revision}.", id)
        self.revision = revision


class Rejected(Refused):
    """Well-formed, but the rules refuse the content."""

    def __init__(self, faults: Sequence[Fault], id: str = "") -> None:  # noqa: A002 - as above
        super().__init__(
            "; ".join(f"{f.path}: {f.message}" if f.path else f.message for f in faults), id
        )
        self.faults = tuple(faults)


class Conflict(OnrecordError):
    """The append was refused as a whole; nothing was written."""


class RevisionConflict(Conflict):
    """`subject` is at revision `actual`, not at `expected`; `expected` is None if the request named
    no revision."""

    def __init__(self, subject: str, expected: int | None, actual: int) -> None:
        named = "and none of its revisions was named" if expected is None else f"not at {expected}"
        super().__init__(f"{subject} is at revision {actual}, {named}.")
        self.subject = subject
        self.expected = expected
        self.actual = actual


class IdempotencyConflict(Conflict):
    """The event id, or the idempotency key that it was made from, was used for something else."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as above
        super().__init__(f"{id!r} was used before for something else.")
        self.id = id
