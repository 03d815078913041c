"""Errors of access: who asks is not known, or may not do it."""

from __future__ import annotations

from typing import Literal

from events.errors.root import OnrecordError

__all__ = ["AccessError", "Forbidden", "IdentityUnavailable", "Unauthenticated"]

Doubt = Literal["missing", "malformed", "unknown", "revoked", "expired", "session"]


class AccessError(OnrecordError):
    """The caller asks for something that the caller is not allowed."""


class Unauthenticated(AccessError):
    """The credentials are `missing`, or prove nothing: they are `malformed`, of an `unknown` key or
    with a wrong secret, of a `revoked` or an `expired` key, or of a `session` that has ended. The
    message may be shown; it does not say whether the id of a key exists."""

    def __init__(self, reason: Doubt, message: str, needs: str | None = None) -> None:
        super().__init__(message)
        self.reason: Doubt = reason
        self.needs = needs


class Forbidden(AccessError):
    """The principal is known and may read, but lacks the right `needs`."""

    def __init__(self, needs: str, message: str) -> None:
        super().__init__(message)
        self.needs = needs


class IdentityUnavailable(AccessError):
    """The issuer at which people sign in does not answer, or not as it must."""
