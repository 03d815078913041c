"""The appends of one partition on their way to Redis: one call of `append.lua`, sent once, and
what becomes of it where no answer comes."""

from __future__ import annotations

from collections.abc import Sequence

from events.append_call import SCRIPT, SCRIPT_SHA1, Outcome, decode, join, recognise
from events.errors import CorruptEvent, LogError, LogReplaced, LogUnavailable, OutcomeUnknown
from events.group_commit import Waiting
from events.log import Append, Receipt
from events.redis_log.driver import Argument, ErrorReply, RedisDriver
from events.redis_log.layout import GONE, Keys, receipt_of

__all__ = ["Appender"]

REFUSALS = frozenset(
    {
        *("CLUSTERDOWN", "DAMAGED", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOPERM"),
        *("NOREPLICAS", "OOM", "READONLY", "REPLACED", "TRYAGAIN", "WRONGPASS", "WRONGTYPE"),
    }
)
"""Errors that come before anything is written."""


class Appender:
    """Sends the calls of one partition of the log that is marked with `mark`."""

    def __init__(self, driver: RedisDriver, keys: Keys, mark: bytes, partition: int) -> None:
        self._driver = driver
        self._mark = mark
        self._keys = keys
        self._partition = partition

    async def send(self, call: Sequence[Waiting]) -> Sequence[Outcome]:
        """What each append of the call comes to; raises nothing on purpose."""
        appends = [waiting.append for waiting in call]
        try:
            reply = await self._run(appends, join([waiting.encoded for waiting in call]))
        except ErrorReply as error:
            if error.answer.partition(" ")[0] in REFUSALS:
                return [_refused(error) for _ in appends]
            return await self._resolve(appends, error)
        except OutcomeUnknown as error:
            return await self._resolve(appends, error)
        except LogUnavailable as error:
            return [LogUnavailable(f"{error}; nothing was written.") for _ in appends]
        return decode(reply, appends)

    async def _run(self, appends: Sequence[Append], request: bytes) -> bytes:
        partition = self._partition
        keys = [self._keys.log(partition), self._keys.revisions(partition)]
        for timeline in dict.fromkeys(append.timeline for append in appends):
            keys.append(self._keys.subjects(partition, timeline))
            keys.append(self._keys.ids(partition, timeline))
        given: tuple[Argument, ...] = (len(keys), *keys, self._mark, request)
        reply: bytes
        try:
            reply = await self._driver.send("EVALSHA", SCRIPT_SHA1, *given)
        except ErrorReply as error:
            if not error.answer.startswith("NOSCRIPT"):
                raise
            # The server has not seen the script since its start, so nothing was run: this is the
            # first time that it is. EVAL keeps it there, and reaches the server of these keys.
            reply = await self._driver.send("EVAL", SCRIPT, *given)
        return reply

    async def _resolve(
        self, appends: Sequence[Append], error: ErrorReply | OutcomeUnknown
    ) -> list[Outcome]:
        """What became of appends that were not answered, by what the log remembers of their ids.

        After an error the script has ended: what is not there will not come. Without any answer
        it may, as the request can still lie in the server's socket.
        """
        ids = [_ids_of(append) for append in appends]
        try:
            replies = await self._driver.ask_many(
                [
                    ("HMGET", self._keys.ids(self._partition, append.timeline), *wanted)
                    for append, wanted in zip(appends, ids, strict=True)
                ]
            )
        except LogUnavailable as again:
            return [
                OutcomeUnknown(f"{error}; whether it was written is not known. {again}")
                for _ in appends
            ]
        return [
            recognise(append, _found(wanted, reply)) or _lost(error)
            for append, wanted, reply in zip(appends, ids, replies, strict=True)
        ]


def _ids_of(append: Append) -> list[str]:
    ids = [event.id for event in append.events]
    return ids if append.claim is None else [*ids, append.claim.id]


def _found(ids: Sequence[str], reply: Sequence[bytes | None]) -> dict[str, Receipt]:
    receipts = zip(ids, map(receipt_of, reply), strict=True)
    return {id_: receipt for id_, receipt in receipts if receipt is not None}


def _lost(error: ErrorReply | OutcomeUnknown) -> LogError:
    if isinstance(error, OutcomeUnknown):
        return OutcomeUnknown(f"{error}; whether it was written is not known.")
    return _refused(error)


def _refused(error: ErrorReply) -> LogError:
    """An error of the script's own is what it found before it wrote."""
    code, _, rest = error.answer.partition(" ")
    if code == "REPLACED":
        return LogReplaced(f"{GONE} Nothing was written.")
    position, _, reason = rest.partition(" ")
    if code == "DAMAGED" and position.isdigit():
        return CorruptEvent(int(position), reason)
    return LogUnavailable(f"{error}; nothing was written.")
