"""Removes the data of redacted events from a partition: a copy without it replaces the stream, and
the server's files are rewritten."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from events.errors import CorruptEvent, LogError, LogReplaced, LogUnavailable, NoSpaceToRemove
from events.log.contract import Removal
from events.log.redis.driver.driver import Argument, ErrorReply, RedisDriver
from events.log.redis.layout import GONE, Keys, receipt_of

__all__ = ["Remover"]

_SCRIPT: Final = Path(__file__).with_name("remove.lua").read_text()
_SHA1: Final = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_CHUNK: Final = 50
"""The most entries that are copied at once …"""
_BYTES: Final = 256 * 1024
"""… and the most bytes, except for the last entry: a few milliseconds of the server's time."""
_LARGEST_SHARE: Final = 0.9
"""The share of the machine's memory that the server may use, copy included."""
_PAUSE: Final = 0.05
"""Seconds between two checks whether the files have been rewritten."""


class Remover:
    """Removes from one partition of the log that is marked with `mark`."""

    def __init__(self, driver: RedisDriver, keys: Keys, mark: bytes, partition: int) -> None:
        self._driver = driver
        self._keys = keys
        self._mark = mark
        self._partition = partition

    async def remove(self, removals: Sequence[Removal]) -> None:
        """Blank the fingerprints, copy and exchange the stream, and rewrite the file, in this
        order, because after the exchange no data is left by which a later call could find the
        fingerprints. A crash meanwhile leaves the log either unchanged or without the data, and the
        removal can be repeated."""
        await self._driver.send("UNLINK", self._copy)  # left by a removal that a crash interrupted
        if removals:
            await self._check_space()
            await self._blank(removals)
            await self._exchange({str(r.position): r.revision for r in removals})
        await self._rewrite()

    @property
    def _copy(self) -> str:
        return f"{self._keys.log(self._partition)}:copy"

    async def _check_space(self) -> None:
        """Raise NoSpaceToRemove if the server has no memory for a copy of the log."""
        memory = await self._until(_freed)
        size = await self._driver.ask("MEMORY", "USAGE", self._keys.log(self._partition))
        needed = int(memory.get("used_memory", 0)) + int(size or 0)
        most = int(memory.get("maxmemory") or 0)
        whole = int(memory.get("total_system_memory") or 0)
        if (most and needed > most) or (whole and needed > _LARGEST_SHARE * whole):
            raise NoSpaceToRemove(
                f"To remove what was redacted the server needs {needed:,} bytes of memory for a "
                f"while, and has {most or int(_LARGEST_SHARE * whole):,}: give it more."
            )

    async def _exchange(self, removed: Mapping[str, int]) -> None:
        log = self._keys.log(self._partition)
        keys = (log, self._copy, self._keys.revisions(self._partition), f"{log}:before")
        packed = msgspec.msgpack.encode({position: str(r) for position, r in removed.items()})
        after, finished = 0, 0
        try:
            while not finished:
                after, finished = await self._run(keys, after, packed)
        except NoSpaceToRemove:
            # A server with full memory accepts no events while it holds half a copy.
            await self._driver.send("UNLINK", self._copy)
            raise

    async def _run(self, keys: tuple[str, ...], after: int, packed: bytes) -> tuple[int, int]:
        most: tuple[Argument, ...] = (after, _CHUNK, packed, 1, _BYTES)
        given: tuple[Argument, ...] = (len(keys), *keys, self._mark, *most)
        try:
            try:
                last, finished = await self._driver.send("EVALSHA", _SHA1, *given)
            except ErrorReply as error:
                if not error.answer.startswith("NOSCRIPT"):
                    raise
                last, finished = await self._driver.send("EVAL", _SCRIPT, *given)
        except ErrorReply as error:
            raise _refused(error) from error
        return int(last), int(finished)

    async def _blank(self, removals: Sequence[Removal]) -> None:
        """Blank the fingerprints of the ids. The ids stay taken, but reveal nothing of the
        content."""
        for removal in removals:
            key = self._keys.ids(self._partition, removal.timeline)
            receipt = receipt_of(await self._driver.ask("HGET", key, removal.id))
            if receipt is not None and receipt.fingerprint:
                await self._driver.send("HSET", key, removal.id, f"{receipt.revision}:")

    async def _rewrite(self) -> None:
        """Rewrite the append-only file, because the old one contains the text, and wait until it is
        done."""
        before = await self._until(_written)
        if before["aof_enabled"] == "0":
            return
        await self._here("BGREWRITEAOF")
        now = await self._until(_written)
        # After a restart the server does not report its earlier rewrites.
        if now["aof_last_bgrewrite_status"] != "ok" or now["run_id"] != before["run_id"]:
            raise LogUnavailable("The server could not rewrite its append-only file.")

    async def _until(self, ended: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str]:
        """Poll the server's INFO until `ended` is true of it, because the server sends no notice,
        and return it."""
        while True:
            found = await self._info("server", "memory", "persistence")
            if ended(found):
                return found
            await asyncio.sleep(_PAUSE)  # noqa: TID251 - as said

    async def _info(self, *sections: str) -> Mapping[str, str]:
        text: bytes = await self._here("INFO", *sections)
        lines = [line.partition(":") for line in text.decode().splitlines()]
        return {name: value for name, _, value in lines}

    async def _here(self, *command: Argument) -> Any:
        """The answer of the server that has the partition; a cluster has several servers."""
        [answer] = await self._driver.send_in_turn(self._keys.log(self._partition), command)
        return answer


def _written(found: Mapping[str, str]) -> bool:
    """Whether no rewrite of the append-only file is running or scheduled."""
    return "1" not in (found["aof_rewrite_in_progress"], found["aof_rewrite_scheduled"])


def _freed(found: Mapping[str, str]) -> bool:
    """Whether the memory of unlinked keys is freed."""
    return found["lazyfree_pending_objects"] == "0"


def _refused(error: ErrorReply) -> LogError:
    if error.answer.startswith("REPLACED"):
        return LogReplaced(GONE)
    if error.answer.startswith("OOM"):
        return NoSpaceToRemove(
            "The server's memory is full: give it more, to remove what was redacted."
        )
    if error.answer.startswith("DAMAGED"):
        position = error.answer.split()[1]
        return CorruptEvent(int(position), "is not where the copy of the log ends")
    return LogUnavailable(f"The server does not remove: {error}")
