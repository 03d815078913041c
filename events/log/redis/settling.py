"""Waits until everything in a partition is durable at the log's level.

WAITAOF and WAIT cover only writes of their own connection. So the mark is written again, unchanged,
after everything that is there, and the same connection waits for that write.
"""

from __future__ import annotations

from typing import Any, Final

from events.errors import LogReplaced
from events.log.redis.driver.driver import Argument, ErrorReply, RedisDriver
from events.log.redis.fitness import FRESH, Fitness
from events.log.redis.layout import GONE, MARK, Keys

__all__ = ["Settler"]

_WAIT: Final = 2_500
"""Milliseconds to wait at most; files are synchronised once a second."""

_REPLACED: Final = "REPLACED"
_WRITE: Final = f"""#!lua
if redis.call('HGET', KEYS[1], '{MARK}') ~= ARGV[1] then
  return redis.error_reply('{_REPLACED} the partition is not of this log')
end
redis.call('HSET', KEYS[1], '{MARK}', ARGV[1])
return 1
"""


class Settler:
    """Waits for the partitions of the log that is marked with `mark`.

    The current level counts. Replicas do not report whether they keep a file. If no replica
    synchronises its file within the first `_WAIT`, they are assumed to keep none: until other
    replicas connect, it is enough that they have received the data.
    """

    def __init__(self, driver: RedisDriver, fitness: Fitness, keys: Keys, mark: bytes) -> None:
        self._driver = driver
        self._fitness = fitness
        self._keys = keys
        self._mark = mark
        self._replicas: frozenset[str] = frozenset()
        self._replicas_keep: bool | None = None

    async def settle(self, partition: int) -> bool:
        """Wait at most `_WAIT` until everything that is there at the time of the call is durable.
        Returns whether it is. Raises `UnfitServer`, `LogReplaced`, `LogUnavailable`,
        `OutcomeUnknown` (the mark may be written twice)."""
        await self._fitness.inspect(FRESH)
        if self._fitness.level == "everysec":
            local, _ = await self._wait(partition, "WAITAOF", 1, 0, _WAIT)
            return bool(local)
        if self._fitness.level != "replicated":
            return True
        if self._replicas != self._fitness.replicas:
            self._replicas, self._replicas_keep = self._fitness.replicas, None
        if self._replicas_keep is not False:
            _, replicas = await self._wait(partition, "WAITAOF", 0, 1, _WAIT)
            if replicas or self._replicas_keep:
                self._replicas_keep = True
                return bool(replicas)
        if not await self._wait(partition, "WAIT", 1, _WAIT):
            return False
        self._replicas_keep = False
        return True

    async def _wait(self, partition: int, *command: Argument) -> Any:
        key = self._keys.revisions(partition)
        write: tuple[Argument, ...] = ("EVAL", _WRITE, 1, key, self._mark)
        try:
            return (await self._driver.send_in_turn(key, write, command))[-1]
        except ErrorReply as error:
            if error.answer.startswith(_REPLACED):
                raise LogReplaced(GONE) from error
            raise
