"""The types of the events about keys and grants, which are on the timeline `_access`."""

from __future__ import annotations

from typing import ClassVar

from events.event.access_words import AccessRole, GrantedTimelines, Grantee, KeyName
from events.event.base import Event
from events.statement.statement import Hash, MomentText, Text

__all__ = ["AccessChange", "GrantGiven", "GrantTaken", "KeyIssued", "KeyRevoked"]


class KeyIssued(Event, frozen=True, kw_only=True):
    """`id` is the part of the key that may be shown; `sha256` is the hash of its secret, in hex.
    From the time `expires`, if there is one, the key is invalid."""

    event_type: ClassVar[str] = "key.issued"
    name: KeyName
    id: str
    sha256: Hash
    expires: MomentText | None = None


class KeyRevoked(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "key.revoked"
    reason: Text


class GrantGiven(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "grant.given"
    to: Grantee
    role: AccessRole
    timelines: GrantedTimelines


class GrantTaken(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "grant.taken"
    reason: Text


AccessChange = KeyIssued | KeyRevoked | GrantGiven | GrantTaken
"""The events of the timeline `_access`, beside the one that opens it."""
