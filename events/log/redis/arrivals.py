"""Waiting for entries in the streams of a log: one blocking read for all streams of a server.

Each stream's last entry is known, and the read blocks until one of them has a later one. On a
cluster, where a read takes streams of one slot only, every caller blocks by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from events.errors import LogUnavailable
from events.log.redis.driver.driver import RedisDriver

__all__ = ["BLOCK", "Arrivals"]

BLOCK: Final = 2_000
"""Milliseconds that a read blocks: an idle caller looks that often whether it is the same log."""
_START: Final = b"0-0"


class _Stream:
    """The id of the last entry that is known, and what is set when there is a later one."""

    def __init__(self) -> None:
        self.last = _START
        self.came = asyncio.Event()


class Arrivals:
    """Waits for what comes in `streams`, with a task of its own while there is a caller."""

    def __init__(self, driver: RedisDriver, streams: Sequence[str]) -> None:
        self._driver = driver
        self._streams = {name.encode(): _Stream() for name in streams}
        self._task: asyncio.Task[None] | None = None

    async def wait(self, stream: str, after: bytes) -> None:
        """Return when the stream has an entry behind the id `after`, or after `BLOCK` milliseconds.
        Raises LogUnavailable."""
        if self._driver.clustered:
            await self._read([stream.encode()], [after])
            return
        known = self._streams[stream.encode()]
        if _number(known.last) > _number(after):
            return
        task = self._running()
        known.came.clear()
        coming = asyncio.ensure_future(known.came.wait())
        try:
            await asyncio.wait({coming, task}, timeout=BLOCK / 1_000, return_when="FIRST_COMPLETED")
        finally:
            coming.cancel()
        if task.done():
            task.result()  # raises what ended it

    async def close(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _running(self) -> asyncio.Task[None]:
        """The task; another one is started after an error."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="arrivals")
        return self._task

    async def _run(self) -> None:
        await self._look([*self._streams])
        while True:
            names = [*self._streams]
            later = await self._read(names, [known.last for known in self._streams.values()])
            # A log that was replaced may have earlier ids than before: all are looked at.
            await self._look(later or names)

    async def _read(self, names: Sequence[bytes], after: Sequence[bytes]) -> list[bytes]:
        """The streams that have entries behind these ids."""
        found = await self._driver.wait(
            "XREAD", "COUNT", 1, "BLOCK", BLOCK, "STREAMS", *names, *after
        )
        return [name for name, _ in found or ()]

    async def _look(self, names: Sequence[bytes]) -> None:
        """Ask for the last entry of each stream, and wake those who wait for it."""
        heads = await self._driver.ask_many([("XREVRANGE", n, "+", "-", "COUNT", 1) for n in names])
        for name, entries in zip(names, heads, strict=True):
            known = self._streams[name]
            last = entries[0][0] if entries else _START
            if last != known.last:
                known.last = last
                known.came.set()


def _number(id_: bytes) -> tuple[int, int]:
    """An entry's id, to be compared."""
    first, _, second = id_.partition(b"-")
    try:
        return int(first), int(second or 0)
    except ValueError as error:
        raise LogUnavailable(f"{id_!r} is no id of an entry.") from error
