"""Signing in and out: turns a key, or a code that is valid once, into a session, and ends
sessions."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID, uuid5

from events.errors import IdempotencyConflict, Unauthenticated
from events.log.contract import Append, Claim, Log
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.answers.access import Grant
from service.access.access import Access
from service.access.principal import Principal
from service.access.secret import Secret
from service.access.sessions import Session, Sessions

__all__ = ["OpenedSession", "SignIn"]

_NAMESPACE = UUID("3f6f0d0b-5a55-5d58-9c7e-0a5f6d2f4b90")


class OpenedSession(NamedTuple):
    """A session that was opened, and the value of its cookie."""

    principal: Principal
    value: str


class SignIn:
    """Opens sessions and ends them. `end` reports an end to every worker of this host, and returns
    whether it was stored durably."""

    def __init__(
        self, access: Access, log: Log, end: Callable[[str, int], Awaitable[bool]]
    ) -> None:
        self._access = access
        self._log = log
        self._end = end

    @property
    def sessions(self) -> Sessions:
        """The sessions of this service. Raises Unauthenticated if it has none."""
        if self._access.sessions is None:
            raise Unauthenticated("session", "This service has no sessions.")
        return self._access.sessions

    def with_key(self, written: str) -> OpenedSession:
        """Sign in with an API key. Raises Unauthenticated."""
        secret = Secret.read(written)
        if secret is None:
            raise Unauthenticated("malformed", "That is no API key.")
        principal = self._access.principal_with(secret)
        return OpenedSession(principal, self.sessions.open(key=secret.id))

    async def with_code(self, written: str) -> OpenedSession:
        """Sign in with a code, which is then used up on every host, because the log remembers it.

        Raises Unauthenticated, and LogError, after which the code may be used up.
        """
        code = self.sessions.read_code(written)
        principal = self._access.principal_by_id(code.key)
        claim = Claim(str(uuid5(_NAMESPACE, code.id)), secrets.token_hex(16))
        try:
            await self._log.append(Append(ACCESS_TIMELINE, (), {}, claim))
        except IdempotencyConflict as error:
            raise Unauthenticated(
                "session", "That code was used before: `onrecord sign-in` makes another."
            ) from error
        return OpenedSession(principal, self.sessions.open(key=code.key))

    def with_person(self, address: str, groups: tuple[str, ...]) -> OpenedSession:
        """Sign in a person who has proved to own that address."""
        value = self.sessions.open(person=address, groups=groups)
        return OpenedSession(self._access.principal_in(self.sessions.read(value)), value)

    def grants_of(self, principal: Principal) -> tuple[Grant, ...]:
        """Every grant that counts for the principal."""
        return self._access.policy.held_by(principal)

    async def end_session(self, value: str) -> None:
        """End the session of a cookie, unless it has ended or is invalid."""
        try:
            session: Session = self.sessions.read(value)
        except Unauthenticated:
            return
        self.sessions.end({session.id: session.until})
        await self._end(session.id, session.until)
