"""The backend that the commands about access use: a server, or a data folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from projections.answers.access import Grant, IssuedKey
from service.cli.command import client_settings
from service.client import Client
from service.messages.access import GrantBody, GrantsPage, KeyBody, NewKey, Why
from service.messages.write_results import Recorded

__all__ = ["AccessBackend", "open_backend"]


class AccessBackend(Protocol):
    """The calls of the commands. Every method raises what its server or folder raises."""

    async def keys(self) -> list[IssuedKey]: ...

    async def issue_key(self, body: KeyBody) -> NewKey: ...

    async def revoke_key(self, name: str, reason: str) -> Recorded: ...

    async def grants(self, as_of: str | None) -> GrantsPage: ...

    async def give_grant(self, body: GrantBody) -> Grant: ...

    async def take_grant(self, id: str, reason: str) -> Recorded: ...  # noqa: A002 - the API's own word for it

    async def why(
        self, principal: str, right: str, timeline: str | None, as_of: str | None
    ) -> Why: ...


class _ServerBackend:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def keys(self) -> list[IssuedKey]:
        return (await self._client.issued_keys()).value.items

    async def issue_key(self, body: KeyBody) -> NewKey:
        return (await self._client.issue_key(body.name, expires=body.expires)).value

    async def revoke_key(self, name: str, reason: str) -> Recorded:
        return (await self._client.revoke_key(name, reason)).value

    async def grants(self, as_of: str | None) -> GrantsPage:
        return (await self._client.grants(as_of)).value

    async def give_grant(self, body: GrantBody) -> Grant:
        return (await self._client.give_grant(body.to, body.role, body.timelines)).value

    async def take_grant(self, id: str, reason: str) -> Recorded:  # noqa: A002 - the API's own word for it
        return (await self._client.take_grant(id, reason)).value

    async def why(self, principal: str, right: str, timeline: str | None, as_of: str | None) -> Why:
        return (await self._client.why(right, timeline, principal=principal, as_of=as_of)).value


@asynccontextmanager
async def open_backend(
    url: str | None, key: str | None, data_dir: str | None, *, dry_run: bool = False
) -> AsyncIterator[AccessBackend]:
    """The folder if one is named, else the server. In a dry run changes are decided and answered as
    usual, and nothing is recorded. Raises ConfigError, and what the backend raises."""
    if data_dir is not None:
        from service.cli.granting.folder import folder_backend  # noqa: PLC0415 - a client loads no database

        async with folder_backend(data_dir, dry_run=dry_run) as backend:
            yield backend
        return
    settings = client_settings(url, key)
    async with Client.create(settings.url, key=settings.key) as client:
        yield _ServerBackend(client.dry_run() if dry_run else client)
