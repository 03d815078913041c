"""Waiting until what a partition holds is kept at the log's level of durability.

WAITAOF and WAIT speak of what their own connection wrote, and of nothing else: so the mark is
written once more, as it is, behind all that is there, and waited for on the same connection.
"""

from __future__ import annotations

from typing import Any, Final

from events.errors import LogReplaced
from events.log import Durability
from events.redis_log.driver import Argument, ErrorReply, RedisDriver
from events.redis_log.layout import GONE, MARK, Keys

__all__ = ["Settler"]

_WAIT: Final = 2_500
"""Milliseconds that are waited for: files are synchronised once a second."""

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

    Whether replicas keep a file is told by nothing but their silence: the first time that none has
    synchronised in `_WAIT`, it is taken that they keep nothing, and having received is enough.
    """

    def __init__(
        self, driver: RedisDriver, keys: Keys, mark: bytes, durability: Durability
    ) -> None:
        self._driver = driver
        self._keys = keys
        self._mark = mark
        self._durability = durability
        self._replicas_keep: bool | None = None

    async def settle(self, partition: int) -> bool:
        """Whether all that was there when it was asked is kept, once it is or `_WAIT` is over.
        Raises `LogReplaced`, `LogUnavailable`, `OutcomeUnknown` (the mark may be written twice)."""
        if self._durability == "everysec":
            local, _ = await self._wait(partition, "WAITAOF", 1, 0, _WAIT)
            return bool(local)
        if self._durability != "replicated":
            return True
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
