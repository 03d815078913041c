"""Waiting for entries in the streams of a log.

Quiet streams share one blocking read, which begins again every `BLOCK` milliseconds with the
streams that somebody waits for; then all its waiters are woken. A stream that gets an entry leaves
the shared read, and those who wait for that stream before the next shared read make reads of
their own. So a busy stream is not read while nobody waits for it, and its entries do not restart
the read of the others. On a cluster, where a read takes streams of one slot only, everyone makes
their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from events.log.redis.driver.driver import RedisDriver

__all__ = ["BLOCK", "Arrivals"]

BLOCK: Final = 2_000
"""Milliseconds that a read blocks: an idle caller checks that often whether it is the same log."""
_GATHERING: Final = 0.02
"""Seconds in which waiters gather before the first shared read."""


class Arrivals:
    """Waits for entries, with a task that runs while somebody waits."""

    def __init__(self, driver: RedisDriver) -> None:
        self._driver = driver
        self._waited: dict[bytes, bytes] = {}
        """The streams that somebody waited for since the shared read began, each with the last
        entry that the waiter knew."""
        self._shared: dict[bytes, bytes] | None = None
        """The streams of the shared read, each with the entry after which it reads; None before the
        first read."""
        self._woken: dict[bytes, asyncio.Future[bool]] = {}
        """By stream: the future that tells the waiters of the shared read whether an entry came."""
        self._ends = 0.0
        self._task: asyncio.Task[None] | None = None

    async def wait(self, stream: str, after: bytes) -> bool:
        """Whether the stream has an entry after the id `after`: true as soon as it has one, false
        after at most `BLOCK` milliseconds. Raises LogUnavailable."""
        name = stream.encode()
        if self._driver.clustered:
            return bool(await self._read({name: after}, BLOCK))
        task = self._running()
        if self._is_shared(name, after):
            return await self._share(name, task)
        return bool(await self._read({name: after}, self._left()))

    async def close(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _is_shared(self, name: bytes, after: bytes) -> bool:
        """Whether the shared read, or the first one if none has begun, covers this waiter."""
        if self._shared is None:
            return self._waited.setdefault(name, after) == after
        self._waited[name] = after
        return self._shared.get(name) == after

    async def _share(self, name: bytes, task: asyncio.Task[None]) -> bool:
        woken = self._woken.setdefault(name, asyncio.get_running_loop().create_future())
        either: set[asyncio.Future[Any]] = {woken, task}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        if task.done():
            task.result()  # raises the error that ended it
        return not woken.done() or woken.result()

    def _running(self) -> asyncio.Task[None]:
        """The task; a new one is started after an error, or if the last one ended because nobody
        waited."""
        if self._task is None or self._task.done():
            self._shared = None
            self._ends = asyncio.get_running_loop().time() + BLOCK / 1_000
            self._waited.clear()
            self._woken.clear()
            self._task = asyncio.create_task(self._run(), name="arrivals")
        return self._task

    async def _run(self) -> None:
        await asyncio.sleep(_GATHERING)  # noqa: TID251 - callers start together, and are to share the first read
        while shared := self._next():
            self._shared = shared
            self._ends = asyncio.get_running_loop().time() + BLOCK / 1_000
            while (left := self._left()) > 1:
                await self._listen(shared, left)

    def _next(self) -> dict[bytes, bytes]:
        """The streams of the next shared read. Wakes those who wait since the last one began."""
        kept = {name: after for name, after in (self._shared or {}).items() if name in self._woken}
        streams, self._waited = kept | self._waited, {}
        for name in kept:
            self._wake(name, came=False)
        return streams

    async def _listen(self, shared: dict[bytes, bytes], milliseconds: int) -> None:
        """Wake the waiters of each stream in which an entry comes."""
        if not shared:
            await asyncio.sleep(milliseconds / 1_000)  # noqa: TID251 - everyone makes their own read until then
            return
        for name in await self._read(shared, milliseconds):
            del shared[name]
            self._wake(name, came=True)

    def _wake(self, name: bytes, *, came: bool) -> None:
        woken = self._woken.pop(name, None)
        if woken is not None:
            woken.set_result(came)

    def _left(self) -> int:
        """Milliseconds until the shared read begins again; at least 1, because 0 would block
        without end."""
        left = self._ends - asyncio.get_running_loop().time()
        return max(1, round(left * 1_000))

    async def _read(self, streams: Mapping[bytes, bytes], milliseconds: int) -> list[bytes]:
        """The streams that have entries after these ids, as soon as there are any."""
        given = (*streams.keys(), *streams.values())
        found = await self._driver.wait(
            "XREAD", "COUNT", 1, "BLOCK", milliseconds, "STREAMS", *given
        )
        return [name for name, _ in found or ()]
