"""The notices that services on one log give each other: a stream from which the log drops notices
older than `NOTICED` whenever another one is added."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from events.errors import LogReplaced
from events.log.contract import NOTICED
from events.log.redis.arrivals import Arrivals
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from events.log.redis.layout import GONE, NOTICES, Keys
from events.log.redis.publisher import START
from events.log.redis.questions import Questions

__all__ = ["RedisNotices"]

_MOST: Final = 256
"""How many notices are read at once."""

_REPLACED: Final = "REPLACED"
_ADD: Final = f"""#!lua
-- KEYS  the revisions (hash), the notices (stream)
-- ARGV  the log's identity as the partition keeps it; a notice
-- Everything is read before the first write.
local mark = redis.call('HGET', KEYS[1], ':log')
redis.call('EXISTS', KEYS[2])
if mark ~= ARGV[1] then
  return redis.error_reply('{_REPLACED} the partition is not of this log')
end
local oldest = string.format('%.0f', (redis.call('TIME')[1] - {NOTICED}) * 1000)
redis.call('XADD', KEYS[2], 'MINID', '=', oldest, '*', 'n', ARGV[2])
return 1
"""


class RedisNotices:
    """The notices of the log that is marked with `mark`."""

    def __init__(self, driver: RedisDriver, keys: Keys, mark: bytes, questions: Questions) -> None:
        self._driver = driver
        self._keys = keys
        self._mark = mark
        self._questions = questions

    async def add(self, notice: bytes) -> None:
        """Add a notice. Raises `LogReplaced`, `LogUnavailable`, `OutcomeUnknown` (it may be
        added)."""
        keys = (self._keys.revisions(NOTICES), self._keys.notices)
        try:
            await self._driver.send("EVAL", _ADD, 2, *keys, self._mark, notice)
        except ErrorReply as error:
            if error.answer.startswith(_REPLACED):
                raise LogReplaced(GONE) from error
            raise

    async def follow(self, arrivals: Arrivals) -> AsyncIterator[Sequence[bytes]]:
        """The notices that the log holds, then new ones. Raises `LogReplaced`, `LogUnavailable`."""
        stream, after = self._keys.notices, START
        while True:
            asked = ("XREAD", "COUNT", _MOST, "STREAMS", stream, after)
            [reply] = await self._questions.ask(NOTICES, asked)
            entries = reply[0][1] if reply else ()
            for id_, _ in entries:
                after = id_
            yield [dict(zip(v[::2], v[1::2], strict=True)).get(b"n", b"") for _, v in entries]
            while not await arrivals.wait(stream, after):
                await self._questions.ask_together(NOTICES)
                yield []
