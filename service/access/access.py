"""Access: how a process finds out who is asking, and the policy by which it decides now."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from events.edtf.timestamp import parse_rfc3339
from events.errors import Lagging, Unauthenticated
from projections.queries.access import KeptKey
from service.access.policy import Policy
from service.access.principal import EVERYONE, Principal
from service.access.secret import Secret
from service.access.sessions import Session, Sessions, value_of
from service.clock import Clock

__all__ = ["Access"]

_ADVICE: Final = "Send `Authorization: Bearer` and an API key of this service."
_NO_HASH: Final = "0" * 64
"""Compared if no key has the id, so that the answer takes the same time."""
_MOST_KNOWN: Final = 1_000
"""The most `Authorization` headers that a process caches."""


class _Known(NamedTuple):
    """The key of a header that was checked before."""

    kept: KeptKey
    principal: Principal


class Access:
    """Who is asking, and what they may do, as this process knows it. Until it `is_ready`, keys and
    grants are unknown: the policy allows nothing, and nobody is identified."""

    def __init__(
        self, clock: Clock, policy: Policy | None = None, sessions: Sessions | None = None
    ) -> None:
        """If `sessions` is None, cookies are ignored."""
        self._clock = clock
        self.sessions = sessions
        self.policy = policy or Policy()
        """The current policy: a new object whenever a key or a grant has changed."""
        self._known: dict[bytes, _Known] = {}
        """The cache, by the SHA-256 of the header. It holds what a policy says of the header, and
        no more of a secret than the key's stored hash."""
        self.is_ready = policy is not None

    @property
    def known_policy(self) -> Policy:
        """`policy`. Raises Lagging while keys and grants are not known."""
        if self.is_ready:
            return self.policy
        raise Lagging(0, 1)

    def decide_by(self, policy: Policy) -> None:
        """Decide by this policy from now on."""
        self.policy = policy
        self._known.clear()
        self.is_ready = True

    def forget(self) -> None:
        """Drop the policy: keys and grants are unknown until there is a new one."""
        self.policy = Policy()
        self._known.clear()
        self.is_ready = False

    def principal_of(self, authorization: str | None, cookie: str | None = None) -> Principal:
        """The principal who sends these two headers; `EVERYONE` if neither has credentials.

        A key wins over a session. Raises Unauthenticated if the key or session is not valid: it is
        never ignored. Raises Lagging while keys and grants are not known.
        """
        self._refuse_unready()
        if authorization is None:
            value = value_of(cookie)
            if value is None or self.sessions is None:
                return EVERYONE
            return self.principal_in(self.sessions.read(value))
        return self._principal_in(authorization)

    def _principal_in(self, authorization: str) -> Principal:
        """The principal of a header, usually from the cache. Raises Unauthenticated, Lagging."""
        hashed = sha256(authorization.encode()).digest()
        known = self._known.get(hashed)
        if known is not None:
            self._refuse_ended(known.kept)
            return known.principal
        scheme, _, written = authorization.strip().partition(" ")
        secret = Secret.read(written.strip()) if scheme.lower() == "bearer" else None
        if secret is None:
            raise Unauthenticated("malformed", f"That is no API key. {_ADVICE}")
        principal = self.principal_with(secret)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[hashed] = _Known(self.policy.keys[secret.id], principal)
        return principal

    def principal_with(self, secret: Secret) -> Principal:
        """The principal of a key. Raises Unauthenticated if the key is unknown or no longer valid,
        and Lagging."""
        self._refuse_unready()
        kept = self.policy.keys.get(secret.id)
        if not secret.matches(kept.sha256 if kept else _NO_HASH) or kept is None:
            raise Unauthenticated("unknown", f"That API key is not known here. {_ADVICE}")
        return self.principal_by_id(secret.id)

    def principal_in(self, session: Session) -> Principal:
        """The principal of a session. A session ends when its key ends. Raises Unauthenticated."""
        if session.person:
            groups = frozenset(session.groups)
            return Principal(f"person:{session.person}", groups, session.person)
        return self.principal_by_id(session.key)

    def principal_by_id(self, key_id: str) -> Principal:
        """The principal of the key with that id, which the service itself has verified. Raises
        Unauthenticated, Lagging."""
        self._refuse_unready()
        kept = self.policy.keys.get(key_id)
        if kept is None:
            raise Unauthenticated("unknown", f"That API key is not known here. {_ADVICE}")
        self._refuse_ended(kept)
        return Principal(f"key:{kept.key.name}", author=kept.key.name)

    def _refuse_unready(self) -> None:
        if not self.is_ready:
            raise Lagging(0, 1)

    def _refuse_ended(self, kept: KeptKey) -> None:
        key = kept.key
        if key.revoked is not None:
            raise Unauthenticated("revoked", f"The API key {key.name!r} was revoked. {_ADVICE}")
        if key.expires is not None and parse_rfc3339(key.expires) <= self._clock():
            raise Unauthenticated("expired", f"The API key {key.name!r} has expired. {_ADVICE}")
