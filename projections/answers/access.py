"""Keys and grants, as the log has them at one moment."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Grant", "IssuedKey", "Revocation"]


class Grant(Struct, frozen=True):
    """`to` may do on `timelines` what the role allows. `to` is `everyone`, `key:<name>`,
    `person:<address>` or `group:<name>`; `timelines` is a timeline's name, or a prefix followed by
    `*`. `author` gave it, at `revision` of `_access`."""

    id: str
    to: str
    role: str
    timelines: str
    author: str
    revision: int
    recorded_at: str


class Revocation(Struct, frozen=True):
    """Who revoked a key, when and why."""

    reason: str
    author: str
    revision: int
    recorded_at: str


class IssuedKey(Struct, frozen=True):
    """A key without its secret, which nobody stores. `id` is the part of the key that may be shown;
    `expires` is a time in RFC 3339, or None."""

    id: str
    name: str
    expires: str | None
    author: str
    revision: int
    recorded_at: str
    revoked: Revocation | None = None
