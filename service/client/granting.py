"""The calls about keys, grants and oneself."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from events.event.access_words import AccessRole
from service.client.transport.connection import ServerAnswer
from service.client.transport.sending import Sending
from service.messages.access import (
    GivenGrant,
    GrantBody,
    GrantsPage,
    KeyBody,
    KeysPage,
    Me,
    NewKey,
    Why,
)
from service.messages.write_results import Recorded

__all__ = ["AccessCalls"]

_KEYS: Final = "/v1/keys"
_GRANTS: Final = "/v1/grants"


class AccessCalls(Sending):
    """All raise what `service.client.errors` lists. All but `me`, and `why` about oneself, take the
    right to manage keys and grants. `Client.dry_run` has the same calls, which change nothing."""

    async def me(self) -> ServerAnswer[Me]:
        """Who is asking, and what they were granted."""
        return await self._connection.get("/v1/me", Me)

    async def issued_keys(self) -> ServerAnswer[KeysPage]:
        """Every key that was issued, revoked ones included."""
        return await self._connection.get(_KEYS, KeysPage)

    async def issue_key(self, name: str, *, expires: str | None = None) -> ServerAnswer[NewKey]:
        """Issue a key. Only this answer ever contains the whole key."""
        return await self._write("POST", _KEYS, NewKey, KeyBody(name, expires))

    async def revoke_key(self, name: str, reason: str) -> ServerAnswer[Recorded]:
        """Revoke a key, for ever."""
        path = f"{_KEYS}/{quote(name, safe='')}"
        return await self._write("DELETE", path, Recorded, parameters=[("reason", reason)])

    async def grants(self, as_of: str | None = None) -> ServerAnswer[GrantsPage]:
        """The grants that are valid now, or were valid at a revision, time or day."""
        parameters = [] if as_of is None else [("as_of", as_of)]
        return await self._connection.get(_GRANTS, GrantsPage, parameters)

    async def give_grant(
        self, to: str, role: AccessRole, timelines: str, *, key: str | None = None
    ) -> ServerAnswer[GivenGrant]:
        """Give a grant; with an idempotency `key`, only once."""
        body, headers = GrantBody(to, role, timelines), {"Idempotency-Key": key}
        return await self._write("POST", _GRANTS, GivenGrant, body, headers=headers)

    async def take_grant(self, id: str, reason: str) -> ServerAnswer[Recorded]:  # noqa: A002 - the API's own word for it
        """Take a grant."""
        path = f"{_GRANTS}/{quote(id, safe='')}"
        return await self._write("DELETE", path, Recorded, parameters=[("reason", reason)])

    async def why(
        self,
        right: str,
        timeline: str | None = None,
        *,
        principal: str | None = None,
        as_of: str | None = None,
    ) -> ServerAnswer[Why]:
        """Whether somebody has a right, and by which grants; the caller if nobody is named."""
        asked = {"principal": principal, "right": right, "timeline": timeline, "as_of": as_of}
        parameters = [(name, value) for name, value in asked.items() if value is not None]
        return await self._connection.get("/v1/why", Why, parameters)
