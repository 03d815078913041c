"""The client: a server's address, and every call."""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from service.client.auditing import Auditing
from service.client.connection import Connection
from service.client.counting import Counting
from service.client.following import Following
from service.client.reading import Reading
from service.client.writing import Writing
from service.setting_values import is_loopback

__all__ = ["Client"]

_CONNECT_SECONDS = 5.0


class Client(Reading, Counting, Auditing, Following, Writing):
    """Everything that one server can be asked. Use it as a context, or `close` it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, url: str, *, key: str | None = None, limit: float = 30.0) -> Self:
        """A client of the server at `url` (http or https, no slash at the end), with an API key
        where there is one. `limit` is how many seconds an answer may take.

        Nothing is connected yet. A proxy that the system names is used, but not for a server on
        this machine's loopback, which no proxy reaches.
        """
        http = httpx.AsyncClient(
            base_url=url,
            headers={} if key is None else {"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(limit, connect=min(limit, _CONNECT_SECONDS)),
            trust_env=not is_loopback(urlsplit(url).hostname or ""),
        )
        return cls(Connection(http))

    async def close(self) -> None:
        """Let go of the server. Closing twice is harmless."""
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
