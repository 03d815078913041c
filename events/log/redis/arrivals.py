"""Waiting for entries in the streams of a log.

Streams in which nothing comes share one blocking read, which begins again every `BLOCK`
milliseconds with the streams that somebody waits for, and then everyone is woken. A stream in which
something comes leaves it; who waits for that stream again before then makes a read for it alone. So
nothing is read of a busy stream while nobody waits for it, and the others are not asked for again
with each of its entries. On a cluster, where a read takes streams of one slot only, everyone makes
their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from events.log.redis.driver.driver import RedisDriver

__all__ = ["BLOCK", "Arrivals"]

BLOCK: Final = 2_000
"""Milliseconds that a read blocks: an idle caller looks that often whether it is the same log."""
_GATHERING: Final = 0.02
"""Seconds in which callers gather, before the first read begins."""


class Arrivals:
    """Waits for what comes, with a task of its own while there is a caller."""

    def __init__(self, driver: RedisDriver) -> None:
        self._driver = driver
        self._waited: dict[bytes, bytes] = {}
        """The streams that were waited for since the shared read began, each with the last entry
        that the caller knew."""
        self._shared: dict[bytes, bytes] | None = None
        """The streams of the shared read, with the entry behind which it reads; None before."""
        self._woken: dict[bytes, asyncio.Future[bool]] = {}
        """What tells those who share it for a stream whether something came."""
        self._ends = 0.0
        self._task: asyncio.Task[None] | None = None

    async def wait(self, stream: str, after: bytes) -> bool:
        """Whether the stream has an entry behind the id `after`: true as soon as it has one, false
        after `BLOCK` milliseconds at most. Raises LogUnavailable."""
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
        """Whether the shared read, or the first one that will be made, tells this caller."""
        if self._shared is None:
            return self._waited.setdefault(name, after) == after
        self._waited[name] = after
        return self._shared.get(name) == after

    async def _share(self, name: bytes, task: asyncio.Task[None]) -> bool:
        woken = self._woken.setdefault(name, asyncio.get_running_loop().create_future())
        either: set[asyncio.Future[Any]] = {woken, task}
        await asyncio.wait(either, return_when="FIRST_COMPLETED")
        if task.done():
            task.result()  # raises what ended it
        return not woken.done() or woken.result()

    def _running(self) -> asyncio.Task[None]:
        """The task; another one is started after an error, or when nobody has waited for long."""
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
        """The streams of the next shared read. Those who wait for them since the last one began are
        woken."""
        kept = {name: after for name, after in (self._shared or {}).items() if name in self._woken}
        streams, self._waited = kept | self._waited, {}
        for name in kept:
            self._wake(name, came=False)
        return streams

    async def _listen(self, shared: dict[bytes, bytes], milliseconds: int) -> None:
        """Wake those who wait for the streams in which something comes first."""
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
        """Milliseconds until the shared read begins again; at least 1, since 0 is without end."""
        left = self._ends - asyncio.get_running_loop().time()
        return max(1, round(left * 1_000))

    async def _read(self, streams: Mapping[bytes, bytes], milliseconds: int) -> list[bytes]:
        """The streams that have entries behind these ids, as soon as there are any."""
        given = (*streams.keys(), *streams.values())
        found = await self._driver.wait(
            "XREAD", "COUNT", 1, "BLOCK", milliseconds, "STREAMS", *given
        )
        return [name for name, _ in found or ()]
