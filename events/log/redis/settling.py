"""Waits until everything in a partition is durable at the log's level.

WAITAOF and WAIT cover only writes of their own connection. So the mark is written again, unchanged,
after everything that is there, and the same connection waits for that write.

Where a file is synchronised once a second, Valkey (up to 9.1.2 at least) and Redis 7.4 answer
WAITAOF as soon as the write is in the file, if it was synchronised within the last second
(https://github.com/redis/redis/pull/13793). So a second passes before WAITAOF is sent: the server
has begun to synchronise the write by then. And its INFO must show that it has finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from events.errors import LogReplaced
from events.log.redis.driver.driver import ErrorReply, RedisCommand, RedisDriver
from events.log.redis.fitness import FRESH, Fitness
from events.log.redis.layout import GONE, MARK, Keys

__all__ = ["Settler"]

_WAIT: Final = 2_500
"""Milliseconds to wait at most for an answer."""
_SECOND: Final = ("WAIT", 1_000_000, 1_100)
"""Lets the server answer after a second and a bit, since nobody has so many replicas."""
_MOMENT: Final = ("WAIT", 1_000_000, 50)
_INFO: Final = ("INFO", "persistence")
_LOOKS: Final = 3
"""How often it is asked whether it still synchronises: a busy server does now and then."""

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
        """Wait some seconds at most until everything that is there at the call is durable. Returns
        whether it is. Raises `UnfitServer`, `LogReplaced`, `LogUnavailable`,
        `OutcomeUnknown` (the mark may be written twice)."""
        await self._fitness.inspect(FRESH)
        if self._fitness.level == "everysec":
            return await self._synchronise(partition)
        if self._fitness.level != "replicated":
            return True
        if self._replicas != self._fitness.replicas:
            self._replicas, self._replicas_keep = self._fitness.replicas, None
        if self._replicas_keep is not False:
            command = ("WAITAOF", 0, 1, _WAIT)
            _, replicas = (await self._wait(partition, _SECOND, command))[-1]
            if replicas or self._replicas_keep:
                self._replicas_keep = True
                return bool(replicas)
        if not (await self._wait(partition, ("WAIT", 1, _WAIT)))[-1]:
            return False
        self._replicas_keep = False
        return True

    async def _synchronise(self, partition: int) -> bool:
        """Wait until the server's own file is on its disk. Returns whether it is."""
        looks = [_MOMENT, _INFO] * _LOOKS
        commands: list[RedisCommand] = [_SECOND, ("WAITAOF", 1, 0, _WAIT), *looks]
        before, _, _, (written, _), *later = await self._wait(partition, *commands, before=[_INFO])
        return bool(written) and _is_synchronised(_fields(before), [*map(_fields, later[1::2])])

    async def _wait(
        self, partition: int, *commands: RedisCommand, before: Sequence[RedisCommand] = ()
    ) -> list[Any]:
        """Write the mark after `before`. Returns the answers of one server to all commands."""
        key = self._keys.revisions(partition)
        write: RedisCommand = ("EVAL", _WRITE, 1, key, self._mark)
        try:
            return await self._driver.send_in_turn(key, *before, write, *commands)
        except ErrorReply as error:
            if error.answer.startswith(_REPLACED):
                raise LogReplaced(GONE) from error
            raise


def _is_synchronised(before: Mapping[str, str], later: Sequence[Mapping[str, str]]) -> bool:
    """Whether a server has synchronised what was written between its INFO before it and those a
    second later. Twice it must not be at work: after the first time, it begins what it still owes,
    and the second time that is done. A file that it closed or wrote late meanwhile is not shown."""
    steady = ("aof_rewrites", "aof_delayed_fsync")
    if any(info.get(name) != before.get(name) for info in later for name in steady):
        return False
    if later[-1].get("aof_last_write_status") != "ok":
        return False
    return sum(info.get("aof_pending_bio_fsync") == "0" for info in later) > 1


def _fields(info: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in info.decode().splitlines())
    return {name: value for name, _, value in lines}
