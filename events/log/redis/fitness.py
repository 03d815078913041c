"""Whether the log's servers are still fit to keep it, and how durable an append is. Settings can
change while the service is running, and after a failover the new server has its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from events.errors import LogRefused, LogUnavailable, UnfitServer
from events.log.contract import Durability
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from events.log.redis.server import DurabilityOptions, ServersState, inspect_servers

__all__ = ["Fitness"]

EVERY: Final = 60.0
"""Seconds for which an inspection is valid, unless a connection breaks."""
FRESH: Final = 1.0
"""Seconds for which it is valid if the caller needs the current state, or if a server was unfit."""


class Fitness:
    """The result of the last inspection; `inspect` makes a new one. Nothing is written to an unfit
    server: a reason not to open a log is also a reason not to append to it."""

    def __init__(self, driver: RedisDriver, options: DurabilityOptions) -> None:
        self._driver = driver
        self._options = options
        self._lock = asyncio.Lock()
        self._looked_at = -EVERY
        self._found = ServersState("volatile", "The server was not looked at yet.", frozenset())
        self.on_change: list[Callable[[Durability, str | None], None]] = []
        """Called with the durability and the problem when one of them has changed."""

    @property
    def level(self) -> Durability:
        """What an acknowledged append survives."""
        return self._found.level

    @property
    def replicas(self) -> frozenset[str]:
        """The addresses of the connected replicas."""
        return self._found.replicas

    def require(self) -> None:
        """Raise `UnfitServer` if the servers were found unfit."""
        if self._found.problem is not None:
            raise UnfitServer(self._found.problem)

    async def inspect(self, age: float = 0.0) -> None:
        """Inspect the servers, unless that was done less than `age` seconds ago. Raises
        `UnfitServer` and `LogUnavailable`; its subclass `LogRefused` if a server is loading its
        file."""
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if now - self._looked_at >= age:
                try:
                    found = await inspect_servers(self._driver, self._options)
                except ErrorReply as error:
                    raise LogRefused(error.answer) from error
                self._looked_at = now
                self._update(found)
        self.require()

    async def inspect_regularly(self) -> None:
        """Inspect the servers as often as writes need it."""
        await self.inspect(EVERY if self._found.problem is None else FRESH)

    async def inspect_at_once(self) -> None:
        """Inspect the servers though that was done a moment ago, because somebody else has seen
        that they have changed since. What is wrong refuses the next append, and servers that do not
        answer are inspected before it."""
        with suppress(UnfitServer, LogUnavailable):
            await self.inspect()

    def _update(self, found: ServersState) -> None:
        before, self._found = self._found, found
        if before[:2] != found[:2]:
            for tell in self.on_change:
                tell(found.level, found.problem)
