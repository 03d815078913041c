"""The bodies and answers of the calls about keys, grants and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from events.edtf.timestamp import parse_rfc3339
from events.errors import DateError, Fault
from events.event.access_words import (
    GRANTEE,
    KEY_NAME,
    TIMELINES,
    AccessRole,
    GrantedTimelines,
    Grantee,
    KeyName,
    grantee_of,
)
from events.event.types import GrantGiven
from events.statement.statement import MomentText
from projections.answers.access import Grant, IssuedKey
from service.messages.states import AsOf

__all__ = [
    "GivenGrant",
    "GrantBody",
    "GrantsPage",
    "HeldGrant",
    "KeyBody",
    "KeysPage",
    "Me",
    "NewKey",
    "SessionBody",
    "Why",
    "faults_of_grant",
    "faults_of_key",
    "held_grants",
]

_NOT_A_KEY: Final = frozenset({"everyone", "onrecord"})
"""Names that no key may get: as the author of an event they would be mistaken for nobody in
particular, or for the service. A log may have an older key with such a name."""
_Credential = Annotated[str, Meta(min_length=1)]
"""Of any length: the refusal of a text that is too long repeats its beginning."""


class KeyBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be issued. From the time `expires`, if given, it is invalid."""

    name: KeyName
    expires: MomentText | None = None


class GrantBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A grant to be given."""

    to: Grantee
    role: AccessRole
    timelines: GrantedTimelines

    def event(self) -> GrantGiven:
        return GrantGiven(to=grantee_of(self.to), role=self.role, timelines=self.timelines)


class GivenGrant(Grant, frozen=True):
    """A grant that was given, now or before; in a dry run, the grant that would be given."""

    dry_run: bool | UnsetType = UNSET


class SessionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What opens a session: an API key, or a code that is valid once."""

    key: _Credential | UnsetType = UNSET
    code: _Credential | UnsetType = UNSET

    def __repr__(self) -> str:
        return "SessionBody(…)"


class HeldGrant(Struct, frozen=True):
    """One of the caller's grants."""

    role: str
    timelines: str


class Me(Struct, frozen=True):
    """Who is asking: `principal` as in grants, `name` as in events."""

    principal: str
    name: str
    grants: list[HeldGrant]


class NewKey(Struct, frozen=True):
    """A key that was issued just now. `key` is the whole key, which is shown only this once; in a
    dry run there is no key, and it is empty."""

    id: str
    name: str
    expires: str | None
    key: str
    author: str
    revision: int
    dry_run: bool | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"NewKey({self.id!r}, {self.name!r}, …)"


class KeysPage(Struct, frozen=True):
    """Every key that was issued, revoked ones included."""

    items: list[IssuedKey]


class GrantsPage(Struct, frozen=True):
    """The grants that are valid now, or were valid at the moment `as_of`."""

    items: list[Grant]
    as_of: AsOf | None = None


class Why(Struct, frozen=True):
    """Whether a principal has a right, the grants from which it follows, and a sentence."""

    allowed: bool
    by: list[Grant]
    because: str


def faults_of_key(body: KeyBody) -> list[Fault]:
    """Everything that is wrong in a well-shaped body."""
    faults = [] if KEY_NAME.admits(body.name) else [KEY_NAME.fault("/name", body.name)]
    if body.name in _NOT_A_KEY:
        message = (
            f"A key named {body.name!r} would be taken for somebody else: choose another name."
        )
        faults.append(Fault("/name", message))
    if body.expires is not None:
        try:
            parse_rfc3339(body.expires)
        except DateError as error:
            faults.append(Fault("/expires", error.message, error.column))
    return faults


def faults_of_grant(body: GrantBody) -> list[Fault]:
    """Everything that is wrong in a well-shaped body."""
    checked = (("/to", GRANTEE, body.to), ("/timelines", TIMELINES, body.timelines))
    return [
        wording.fault(path, text) for path, wording, text in checked if not wording.admits(text)
    ]


def held_grants(grants: Iterable[Grant]) -> list[HeldGrant]:
    """The grants of a caller, without duplicates of role and timelines."""
    return [HeldGrant(*pair) for pair in dict.fromkeys((g.role, g.timelines) for g in grants)]
