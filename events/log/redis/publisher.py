"""The signed checkpoints that replicas share: a stream with the latest one of each timeline. A
reader that starts late reads each once, and a waiting reader gets new ones immediately."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Final

from events.errors import LogReplaced
from events.log.redis.arrivals import Arrivals
from events.log.redis.driver.driver import Argument, ErrorReply, RedisDriver
from events.log.redis.layout import GONE, Keys
from events.log.redis.questions import Questions

__all__ = ["START", "RedisPublisher"]

START: Final = b"0-0"
"""An id before all checkpoints."""

_MOST: Final = 256
"""How many checkpoints are published or read at once; each has some hundred bytes."""

_REPLACED: Final = "REPLACED"
_PUBLISH: Final = f"""#!lua
-- KEYS  the revisions (hash), the checkpoints (stream), their ids (hash)
-- ARGV  the log's identity as the partition keeps it; timeline and checkpoint in turn
-- Everything is read before the first write.
local names = {{}}
for i = 2, #ARGV, 2 do
  names[#names + 1] = ARGV[i]
end
local mark = redis.call('HGET', KEYS[1], ':log')
local before = redis.call('HMGET', KEYS[3], unpack(names))
redis.call('EXISTS', KEYS[2])
if mark ~= ARGV[1] then
  return redis.error_reply('{_REPLACED} the partition is not of this log')
end
for i, name in ipairs(names) do
  local id = redis.call('XADD', KEYS[2], '*', 't', name, 'c', ARGV[2 * i + 1])
  redis.call('HSET', KEYS[3], name, id)
  if before[i] then
    redis.call('XDEL', KEYS[2], before[i])
  end
end
return #names
"""


class RedisPublisher:
    """Publishes in the partitions of the log that is marked with `mark`."""

    def __init__(self, driver: RedisDriver, keys: Keys, mark: bytes, questions: Questions) -> None:
        self._driver = driver
        self._keys = keys
        self._mark = mark
        self._questions = questions

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        """Publish the checkpoints. Raises `LogReplaced`, `LogUnavailable`, `OutcomeUnknown` (they
        may be published)."""
        keys = self._keys
        given = (
            keys.revisions(partition),
            keys.checkpoints(partition),
            keys.checkpoint_ids(partition),
        )
        flat: list[Argument] = [part for pair in checkpoints.items() for part in pair]
        for start in range(0, len(flat), 2 * _MOST):
            pairs = flat[start : start + 2 * _MOST]
            try:
                await self._driver.send("EVAL", _PUBLISH, 3, *given, self._mark, *pairs)
            except ErrorReply as error:
                if error.answer.startswith(_REPLACED):
                    raise LogReplaced(GONE) from error
                raise

    async def follow(
        self, partition: int, arrivals: Arrivals
    ) -> AsyncIterator[Mapping[str, bytes]]:
        """The checkpoints that the log holds, then new ones. Raises `LogReplaced`,
        `LogUnavailable`."""
        stream, after = self._keys.checkpoints(partition), START
        while True:
            asked = ("XREAD", "COUNT", _MOST, "STREAMS", stream, after)
            [reply] = await self._questions.ask(partition, asked)
            found: dict[str, bytes] = {}
            for id_, values in reply[0][1] if reply else ():
                fields = dict(zip(values[::2], values[1::2], strict=True))
                found[fields.get(b"t", b"").decode(errors="replace")] = fields.get(b"c", b"")
                after = id_
            yield found
            while not await arrivals.wait(stream, after):
                await self._questions.ask_together(partition)
                yield {}
