"""Sends appends to Redis: each call of `append.lua` is sent once, to a server that is fit for it.
If no answer comes, the outcome is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events.errors import (
    CorruptEvent,
    LogError,
    LogRefused,
    LogReplaced,
    LogUnavailable,
    OutcomeUnknown,
    UnfitServer,
)
from events.log.append_call import SCRIPT, SCRIPT_SHA1, Outcome, decode_reply, join, recognise
from events.log.contract import Append, Receipt
from events.log.group_commit import QueuedAppend
from events.log.redis.driver.driver import Argument, ErrorReply, RedisDriver
from events.log.redis.driver.translation import checked
from events.log.redis.fitness import Fitness
from events.log.redis.layout import GONE, Keys, receipt_of

__all__ = ["RedisAppender"]

REFUSALS = frozenset(
    {
        *("BUSY", "CLUSTERDOWN", "DAMAGED", "DENIED", "LOADING", "MASTERDOWN", "MISCONF"),
        *("NOAUTH", "NOPERM", "NOREPLICAS", "OOM", "READONLY", "REPLACED", "TRYAGAIN"),
        *("WRONGPASS", "WRONGTYPE"),
    }
)
"""Codes of errors that occur before anything is written."""


_Reply = bytes | LogError
"""The outcome of one script: its answer, or why there is none."""


class RedisAppender:
    """Sends the calls to the log that is marked with `mark`. One script has the appends of one
    partition; the scripts of several partitions are sent together on one connection."""

    def __init__(self, driver: RedisDriver, fitness: Fitness, keys: Keys, mark: bytes) -> None:
        self._driver = driver
        self._fitness = fitness
        self._mark = mark
        self._keys = keys

    async def send(self, call: Sequence[QueuedAppend]) -> Sequence[Outcome]:
        """The outcome of each append of the call. It raises nothing on purpose."""
        parts: dict[int, list[QueuedAppend]] = {}
        for queued in call:
            parts.setdefault(queued.partition, []).append(queued)
        requests = [
            self._request(
                partition, [each.append for each in part], [each.encoded for each in part]
            )
            for partition, part in parts.items()
        ]
        try:
            await self._fitness.inspect_regularly()
        except (UnfitServer, LogUnavailable) as error:
            replies: Sequence[_Reply] = [error] * len(requests)
        else:
            replies = await self._run(requests)
        outcomes = {
            partition: iter(await self._outcomes(partition, [each.append for each in part], reply))
            for (partition, part), reply in zip(parts.items(), replies, strict=True)
        }
        return [next(outcomes[queued.partition]) for queued in call]

    async def refusals(self, partitions: Sequence[int]) -> Mapping[int, LogError]:
        """The errors that appends to these partitions would get now. Writes nothing."""
        requests = [self._request(partition, [], []) for partition in partitions]
        found = {}
        for partition, request, reply in zip(
            partitions, requests, await self._run(requests), strict=True
        ):
            if isinstance(reply, OutcomeUnknown):
                [reply] = await self._run([request])  # the connection ended with an earlier error
            if isinstance(reply, LogError):
                found[partition] = _refused(reply) if isinstance(reply, ErrorReply) else reply
        return found

    def _request(
        self, partition: int, appends: Sequence[Append], encoded: Sequence[bytes]
    ) -> tuple[Argument, ...]:
        """The script's arguments."""
        keys = [self._keys.log(partition), self._keys.revisions(partition)]
        for timeline in dict.fromkeys(append.timeline for append in appends):
            keys.append(self._keys.subjects(partition, timeline))
            keys.append(self._keys.ids(partition, timeline))
        return (len(keys), *keys, self._mark, join(encoded))

    async def _run(self, requests: Sequence[tuple[Argument, ...]]) -> list[_Reply]:
        replies = await self._send([("EVALSHA", SCRIPT_SHA1, *request) for request in requests])
        # A server that has not loaded the script since its start has run nothing, so this is not a
        # second attempt. EVAL loads the script on the server that has these keys.
        missing = [n for n, reply in enumerate(replies) if _is_missing(reply)]
        if missing:
            again = await self._send([("EVAL", SCRIPT, *requests[n]) for n in missing])
            for n, reply in zip(missing, again, strict=True):
                replies[n] = reply
        return replies

    async def _send(self, commands: Sequence[tuple[Argument, ...]]) -> list[_Reply]:
        try:
            return await self._driver.send_together(commands)
        except (UnfitServer, LogUnavailable) as error:
            return [error] * len(commands)

    async def _outcomes(
        self, partition: int, appends: Sequence[Append], reply: _Reply
    ) -> Sequence[Outcome]:
        """The outcomes of the appends of one script."""
        match reply:
            case ErrorReply(code=code) if code in REFUSALS:
                return [_refused(reply) for _ in appends]
            case ErrorReply() | OutcomeUnknown():
                return await self._resolve(partition, appends, reply)
            case UnfitServer() | LogRefused():
                return [reply for _ in appends]
            case LogError():
                return [LogUnavailable(f"{reply}; nothing was written.") for _ in appends]
        return decode_reply(reply, appends)

    async def _resolve(
        self, partition: int, appends: Sequence[Append], error: ErrorReply | OutcomeUnknown
    ) -> list[Outcome]:
        """The outcomes of appends that were not answered, found by what the log remembers of their
        ids.

        After an error the script has ended, so what is not in the log will not be written. Without
        an answer it may still be, as the request can be queued in the server's socket.
        """
        ids = [_ids_of(append) for append in appends]
        try:
            asked = [
                ("HMGET", self._keys.ids(partition, append.timeline), *wanted)
                for append, wanted in zip(appends, ids, strict=True)
            ]
            replies = checked(await self._driver.ask_many(asked))
        except LogUnavailable as again:
            return [
                OutcomeUnknown(f"{error}; whether it was written is not known. {again}")
                for _ in appends
            ]
        return [
            recognise(append, _found(wanted, reply)) or _lost(error)
            for append, wanted, reply in zip(appends, ids, replies, strict=True)
        ]


def _is_missing(reply: _Reply) -> bool:
    return isinstance(reply, ErrorReply) and reply.answer.startswith("NOSCRIPT")


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
    """Translate an error of the script, which it returns before it writes."""
    code, _, rest = error.answer.partition(" ")
    if code == "REPLACED":
        return LogReplaced(f"{GONE} Nothing was written.")
    position, _, reason = rest.partition(" ")
    if code == "DAMAGED" and position.isdigit():
        return CorruptEvent(int(position), reason)
    return LogRefused(error.answer)
