"""The rules of keys and grants: a key's name is used once for ever; what has ended cannot
return."""

from __future__ import annotations

from msgspec import Struct

from events.errors import AlreadyRevoked, KeyExists, Unknown
from events.event.envelope import grant_subject, key_subject
from events.event.types import AccessChange, GrantTaken, KeyIssued, KeyRevoked
from service.writing.rules.decision import Record

__all__ = ["AccessPast", "decide"]


class AccessPast(Struct, frozen=True):
    """A key that was issued, or a grant that was given; `over` if it was revoked or taken."""

    over: bool


def decide(past: AccessPast | None, wanted: AccessChange, id: str) -> Record:  # noqa: A002 - the API's own word for it
    """Decide about `wanted` for the key named `id`, or the grant with that id. Raises KeyExists,
    AlreadyRevoked and Unknown."""
    if isinstance(wanted, KeyIssued):
        if past is not None:
            raise KeyExists(f"The name {id!r} is a key's already, or was once.", id)
        return Record(id, key_subject(id), wanted)
    if isinstance(wanted, KeyRevoked):
        if past is None:
            raise Unknown("key", id)
        if past.over:
            raise AlreadyRevoked(f"The key {id!r} was revoked before.", id)
        return Record(id, key_subject(id), wanted)
    if isinstance(wanted, GrantTaken) and (past is None or past.over):
        raise Unknown("grant", id, None if past is None else f"Grant {id!r} was taken before.")
    return Record(id, grant_subject(id), wanted)
