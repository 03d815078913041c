"""The log on Redis: the contract of `events.log.contract`, kept by `append.lua`.

The keys are described in `events.log.redis.layout`; `events.log.redis.opening` creates a log,
`events.log.redis.appender` sends appends, and `events.log.redis.driver.driver` calls the server.
"""

from __future__ import annotations

import uuid
from asyncio import gather
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from events.errors import LogError, LogReplaced
from events.event.envelope import StoredEvent, Subject
from events.log.append_call import encode
from events.log.contract import (
    FOLLOWED,
    Append,
    Appended,
    Durability,
    Identity,
    Receipt,
    Removal,
    partition_of,
)
from events.log.fetch_size import FetchSize
from events.log.group_commit import GroupCommit
from events.log.redis.appender import RedisAppender
from events.log.redis.arrivals import Arrivals
from events.log.redis.driver.connecting import connect
from events.log.redis.driver.driver import RedisDriver
from events.log.redis.fitness import FRESH, Fitness
from events.log.redis.layout import GONE, Keys, receipt_of, runs_of, stored_event
from events.log.redis.notices import RedisNotices
from events.log.redis.opening import FORMAT, OpenedLog, find, find_or_create
from events.log.redis.publisher import RedisPublisher
from events.log.redis.questions import Questions
from events.log.redis.remover import Remover
from events.log.redis.server import DurabilityOptions
from events.log.redis.settling import Settler

__all__ = ["RedisLog", "open_redis_log"]

SLICE = 32
"""Entries that the first request asks for: one entry may have 16 MiB."""
WEIGHT = 1024 * 1024
"""Bytes that one answer to `read` should have, so that few large entries come at a time."""
BATCH = 16 * 1024 * 1024
"""Bytes after which `read` returns the entries read so far."""


class RedisLog:
    """A `Log` on one Redis or Valkey server, or on a cluster of them. `open_redis_log` makes it.

    `created` says that this service created the log.
    """

    def __init__(
        self, driver: RedisDriver, fitness: Fitness, keys: Keys, opened: OpenedLog
    ) -> None:
        self._driver = driver
        self._fitness = fitness
        self._keys = keys
        self._identity, self._mark, self.created = opened
        self._settler = Settler(driver, fitness, keys, self._mark)
        self._questions = Questions(driver, keys, self._mark)
        self._publisher = RedisPublisher(driver, keys, self._mark, self._questions)
        self._notices = RedisNotices(driver, keys, self._mark, self._questions)
        partitions = range(self._identity.partitions)
        self._arrivals = Arrivals(driver)
        self._appender = RedisAppender(driver, fitness, keys, self._mark)
        # One server takes the appends of all partitions together, a cluster each partition's alone.
        queues = [f"append queue {p}" for p in partitions] if driver.clustered else ["append queue"]
        self._queues = [GroupCommit(name, self._appender.send) for name in queues]
        self.on_change = fitness.on_change
        """Called with the durability, and with the reason why the servers are unfit (or None), when
        one of them has changed."""
        self.inspect_at_once = fitness.inspect_at_once

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def durability(self) -> Durability:
        return self._fitness.level

    async def append(self, append: Append) -> Appended:
        partition = self._partition(append.timeline)
        queue = self._queues[partition % len(self._queues)]
        return await queue.enqueue(append, encode(append), partition)

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        events: list[StoredEvent] = []
        size, fetch_size = 0, FetchSize(WEIGHT, first=SLICE)
        ask = self._questions.ask_together  # after a start several tasks read every partition
        while len(events) < limit and size < BATCH:
            count = min(fetch_size.events, limit - len(events))
            command = ("XRANGE", self._keys.log(partition), f"({after}-0", "+", "COUNT", count)
            [entries] = await ask(partition, command)
            ask = self._questions.ask
            more = [stored_event(entry) for entry in entries]
            events += more
            if len(more) < count:
                break
            after = more[-1].position
            weight = sum(len(event.header) + len(event.data or b"") for event in more)
            size += weight
            fetch_size.learn(len(more), weight)
        return events

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        log = self._keys.log(partition)
        events: list[StoredEvent] = []
        runs = runs_of(positions)
        # Checks whether the log still holds an event ask for one event in each partition.
        ask = self._questions.ask_together if len(positions) == 1 else self._questions.ask
        for i in range(0, len(runs), SLICE):
            replies = await ask(
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
        is_at_head = False
        while True:
            if is_at_head and not await self._arrivals.wait(log, b"%d-0" % after):
                await self._questions.ask_together(partition)
                yield []
                continue
            batch = await self.read(partition, after, FOLLOWED)
            after = batch[-1].position if batch else after
            if batch or is_at_head:
                yield batch
            is_at_head = not batch

    async def head(self, partition: int) -> int:
        [entries] = await self._questions.ask_together(
            partition, ("XREVRANGE", self._keys.log(partition), "+", "-", "COUNT", 1)
        )
        return stored_event(entries[0]).position if entries else 0

    async def revision(self, timeline: str) -> int:
        partition = self._partition(timeline)
        [value] = await self._questions.ask(
            partition, ("HGET", self._keys.revisions(partition), timeline)
        )
        return int(value or 0)

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        if not subjects:
            return []
        partition = self._partition(timeline)
        key = self._keys.subjects(partition, timeline)
        [values] = await self._questions.ask(partition, ("HMGET", key, *subjects))
        return [int(value or 0) for value in values]

    async def receipts(self, timeline: str, ids: Sequence[str]) -> list[Receipt | None]:
        if not ids:
            return []
        partition = self._partition(timeline)
        [values] = await self._questions.ask(
            partition, ("HMGET", self._keys.ids(partition, timeline), *ids)
        )
        return [receipt_of(value) for value in values]

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        await Remover(self._driver, self._keys, self._mark, partition).remove(removals)

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        await self._publisher.publish(partition, checkpoints)

    def published(self, partition: int) -> AsyncIterator[Mapping[str, bytes]]:
        return self._publisher.follow(partition, self._arrivals)

    async def notify(self, notice: bytes) -> None:
        await self._notices.add(notice)

    def notices(self) -> AsyncIterator[Sequence[bytes]]:
        return self._notices.follow(self._arrivals)

    async def settle(self, partition: int) -> bool:
        return await self._settler.settle(partition)

    async def check(self) -> None:
        for queue in self._queues:
            queue.check()
        if await self._driver.ask("GET", self._keys.meta) != self._mark:
            raise LogReplaced(GONE)
        await gather(*map(self._questions.ask_together, range(self._identity.partitions)))

    async def refusals(self) -> Mapping[int, LogError]:
        partitions = range(self._identity.partitions)
        try:
            await self._fitness.inspect(FRESH)
        except LogError as error:
            return dict.fromkeys(partitions, error)
        return await self._appender.refusals(partitions)

    async def close(self) -> None:
        await self._arrivals.close()
        for queue in self._queues:
            await queue.close()
        await self._driver.close()

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
    """Open the log at `url` (see `connecting.connect`), and create it if there is none.

    If two services open a missing log at once, one of them creates it and both get the same.
    `partitions` is used only then: a log keeps the number that it was created with.
    `allow_volatile` and `level`: see `server.DurabilityOptions`. Raises `UnfitServer`, which says
    what to do (its subclass `NoLog` if there is no log and none may be created), `LogReplaced` if
    the log's data is gone, and `LogUnavailable` (its subclass `LogRefused` with the code LOADING
    ends by itself).
    """
    if partitions < 1:
        raise ValueError("A log has at least one partition.")
    keys = Keys(prefix)
    driver = connect(url)
    try:
        fitness = Fitness(driver, DurabilityOptions(allow_volatile, level))
        await fitness.inspect()
        driver.greet = fitness.inspect
        made = Identity(new_id(), partitions, FORMAT)
        opened = await (find_or_create(driver, keys, made) if create else find(driver, keys))
    except BaseException:
        await driver.close()
        raise
    return RedisLog(driver, fitness, keys, opened)
