"""The log on Redis: the contract of `events.log`, kept by `append.lua`.

What is kept there under which name is said in `events.redis_log.layout`; how a log is begun, in
`events.redis_log.opening`; how an append is sent, in `events.redis_log.appender`; what asks the
server, in `events.redis_log.driver`.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from events.append_call import encode
from events.envelope import StoredEvent, Subject
from events.errors import LogReplaced
from events.group_commit import GroupCommit
from events.log import Append, Appended, Durability, Identity, Receipt, Removal, partition_of
from events.redis_log.appender import Appender
from events.redis_log.driver import Argument, RedisDriver, connect
from events.redis_log.layout import GONE, MARK, Keys, receipt_of, runs_of, stored_event
from events.redis_log.opening import FORMAT, Opened, find, find_or_create
from events.redis_log.publisher import START, Publisher
from events.redis_log.remover import Remover
from events.redis_log.server import inspect
from events.redis_log.settling import Settler

__all__ = ["RedisLog", "open_redis_log"]

SLICE = 32
"""Entries that are asked for at once, at first: one may have 16 MiB."""
MOST = 256
"""Entries that are asked for at once where those before were light."""
LIGHT = 1024 * 1024
"""Bytes of an answer after which no more are asked for than before."""
BATCH = 16 * 1024 * 1024
"""Bytes after which `read` returns what it has."""
FOLLOWED = 256
"""The most events of a batch of `follow`."""
BLOCK = 2_000
"""Milliseconds after which `follow` gives an empty batch."""


class RedisLog:
    """A `Log` on one Redis or Valkey server, or on a cluster of them. `open_redis_log` makes it.

    `created` says that this opener made the log. Every answer comes with the mark of its
    partition, so that none is of a log that took this one's place.
    """

    def __init__(
        self, driver: RedisDriver, keys: Keys, opened: Opened, durability: Durability
    ) -> None:
        self._driver = driver
        self._keys = keys
        self._identity, self._mark, self.created = opened
        self._durability: Durability = durability
        self._settler = Settler(driver, keys, self._mark, durability)
        self._publisher = Publisher(driver, keys, self._mark)
        self._queues = [
            GroupCommit(
                f"append queue of partition {p}", Appender(driver, keys, self._mark, p).send
            )
            for p in range(self._identity.partitions)
        ]

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def durability(self) -> Durability:
        return self._durability

    async def append(self, append: Append) -> Appended:
        return await self._queues[self._partition(append.timeline)].put(append, encode(append))

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        events: list[StoredEvent] = []
        size, asked = 0, SLICE
        while len(events) < limit and size < BATCH:
            count = min(asked, limit - len(events))
            [entries] = await self._ask(
                partition,
                ("XRANGE", self._keys.log(partition), f"({after}-0", "+", "COUNT", count),
            )
            more = [stored_event(entry) for entry in entries]
            events += more
            if len(more) < count:
                break
            after = more[-1].position
            weight = sum(len(event.header) + len(event.data or b"") for event in more)
            size += weight
            asked = min(2 * asked, MOST) if weight < LIGHT else SLICE
        return events

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        log = self._keys.log(partition)
        events: list[StoredEvent] = []
        runs = runs_of(positions)
        for i in range(0, len(runs), SLICE):
            replies = await self._ask(
                partition,
                *(
                    ("XRANGE", log, f"{first}-0", f"{last}-0")
                    for first, last in runs[i : i + SLICE]
                ),
            )
            events += [stored_event(entry) for entries in replies for entry in entries]
        return events

    async def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        log = self._keys.log(partition)
        while True:
            reply = await self._driver.wait(
                "XREAD", "COUNT", SLICE, "BLOCK", BLOCK, "STREAMS", log, f"{after}-0"
            )
            batch = [stored_event(entry) for entry in reply[0][1]] if reply else []
            await self._ask(partition)
            if len(batch) == SLICE:
                batch += await self.read(partition, batch[-1].position, FOLLOWED - SLICE)
            if batch:
                after = batch[-1].position
            yield batch

    async def head(self, partition: int) -> int:
        [entries] = await self._ask(
            partition, ("XREVRANGE", self._keys.log(partition), "+", "-", "COUNT", 1)
        )
        return stored_event(entries[0]).position if entries else 0

    async def revision(self, timeline: str) -> int:
        partition = self._partition(timeline)
        [value] = await self._ask(partition, ("HGET", self._keys.revisions(partition), timeline))
        return int(value or 0)

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        if not subjects:
            return []
        partition = self._partition(timeline)
        key = self._keys.subjects(partition, timeline)
        [values] = await self._ask(partition, ("HMGET", key, *subjects))
        return [int(value or 0) for value in values]

    async def receipts(self, timeline: str, ids: Sequence[str]) -> list[Receipt | None]:
        if not ids:
            return []
        partition = self._partition(timeline)
        [values] = await self._ask(partition, ("HMGET", self._keys.ids(partition, timeline), *ids))
        return [receipt_of(value) for value in values]

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        await Remover(self._driver, self._keys, self._mark, partition).remove(removals)

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        await self._publisher.publish(partition, checkpoints)

    async def published(self, partition: int) -> AsyncIterator[Mapping[str, bytes]]:
        after = START
        while True:
            after, checkpoints = await self._publisher.read(partition, after, BLOCK)
            await self._ask(partition)
            yield checkpoints

    async def settle(self, partition: int) -> bool:
        return await self._settler.settle(partition)

    async def check(self) -> None:
        for queue in self._queues:
            queue.check()
        if await self._driver.ask("GET", self._keys.meta) != self._mark:
            raise LogReplaced(GONE)
        for partition in range(self._identity.partitions):
            await self._ask(partition)

    async def close(self) -> None:
        for queue in self._queues:
            await queue.close()
        await self._driver.close()

    async def _ask(self, partition: int, *commands: tuple[Argument, ...]) -> list[Any]:
        """The answers to questions about one partition. Raises `LogReplaced`."""
        whose = ("HGET", self._keys.revisions(partition), MARK)
        mark, *answers = await self._driver.ask_many([whose, *commands])
        if mark != self._mark:
            raise LogReplaced(GONE)
        return answers

    def _partition(self, timeline: str) -> int:
        return partition_of(timeline, self._identity.partitions)


async def open_redis_log(  # noqa: PLR0913 - what a log is opened with
    url: str,
    *,
    create: bool = True,
    partitions: int = 1,
    prefix: str = "onrecord:",
    allow_volatile: bool = False,
    level: Durability | None = None,
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> RedisLog:
    """Open the log at `url` (see `driver.connect`), and make it where there is none.

    Of two who open an absent log at once one makes it and both get the same. `partitions` counts
    only then: a log keeps the number that it was made with. `allow_volatile` and `level`: see
    `server.inspect`. Raises `UnfitServer`, with what to do (`NoLog` where there is none and
    none is to be made), `LogReplaced` where its data is gone, and `LogUnavailable`.
    """
    if partitions < 1:
        raise ValueError("A log has at least one partition.")
    keys = Keys(prefix)
    driver = connect(url)
    try:
        durability = await inspect(driver, allow_volatile=allow_volatile, level=level)
        made = Identity(new_id(), partitions, FORMAT)
        opened = await (find_or_create(driver, keys, made) if create else find(driver, keys))
    except BaseException:
        await driver.close()
        raise
    return RedisLog(driver, keys, opened, durability)
