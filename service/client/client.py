"""The client: a server's address, and every call."""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from service.client.auditing import AuditCalls
from service.client.commanding import CommandCalls
from service.client.counting import CountCalls
from service.client.errors import Unreachable
from service.client.events import EventCalls
from service.client.exporting import ExportCalls
from service.client.following import LiveCalls
from service.client.granting import AccessCalls
from service.client.reading import ReadCalls
from service.client.transport.connection import Connection
from service.client.transport.trust import trust_for
from service.settings.values import is_loopback

__all__ = ["Client"]

_CONNECT_SECONDS = 5.0


class Client(
    ReadCalls,
    EventCalls,
    CountCalls,
    ExportCalls,
    AuditCalls,
    LiveCalls,
    CommandCalls,
    AccessCalls,
):
    """Every call to one server. Use it as a context, or `close` it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, url: str, *, key: str | None = None, limit: float = 30.0) -> Self:
        """A client of the server at `url` (http or https, no slash at the end), with an API key if
        there is one. `limit` is how many seconds an answer may take.

        Nothing is connected yet. `service.client.transport.trust` says which certificates it
        accepts. It uses the proxy that the system names, except for a server on this machine's
        loopback, which a proxy cannot reach. Raises `Unreachable` if that proxy cannot be used.
        """
        try:
            http = httpx.AsyncClient(
                base_url=url,
                headers={} if key is None else {"Authorization": f"Bearer {key}"},
                timeout=httpx.Timeout(limit, connect=min(limit, _CONNECT_SECONDS)),
                verify=trust_for(url),
                trust_env=not is_loopback(urlsplit(url).hostname or ""),
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            reason = f"the proxy that the environment names cannot be used ({error})"
            raise Unreachable(url, reason, sent=False) from error
        return cls(Connection(http))

    def dry_run(self) -> Self:
        """A client on the same connections whose writes are only tried: the server decides and
        answers as usual, with `dry_run` set, and records nothing. It need not be closed."""
        client = type(self)(self._connection)
        client._dry_run = True
        return client

    async def close(self) -> None:
        """Close the connections. Closing twice is harmless."""
        await self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
