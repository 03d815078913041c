"""Who the log is, and how it is begun.

Each partition keeps the log's identity beside its events, the bytes that `onrecord:meta` holds:
so an append sees, in its own slot, whether its log is still there. They are written first, the
first partition's before the others', and `onrecord:meta` last, which makes the log: where it is,
every partition was begun. A crash on the way leaves marks without events, and the next opener
goes on with them. Nothing is begun where something is.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec

from events.errors import LogReplaced, UnfitServer
from events.log import Identity
from events.redis_log.driver import ErrorReply, RedisDriver
from events.redis_log.layout import MARK, Keys

__all__ = ["FORMAT", "NoLog", "Opened", "find", "find_or_create"]

FORMAT = 1

_TAKEN = "TAKEN"

_BEGIN = f"""#!lua
local log, revisions = KEYS[1], KEYS[2]
local mark = redis.call('HGET', revisions, '{MARK}')
if redis.call('EXISTS', log) == 1 or redis.call('HLEN', revisions) > (mark and 1 or 0) then
  return redis.error_reply('{_TAKEN} there are events')
elseif not mark then
  redis.call('HSET', revisions, '{MARK}', ARGV[1])
end
return mark or ARGV[1]
"""
"""Marks an empty partition, and says what it is marked with; an error where it has events."""


class NoLog(UnfitServer):
    """The server is fit, and holds no log."""


class Opened(NamedTuple):
    """A log that is there: its identity, that as it is kept, and whether this opener made it."""

    identity: Identity
    mark: bytes
    created: bool


class _Meta(msgspec.Struct, frozen=True):
    """The identity as it is kept."""

    id: str
    partitions: Annotated[int, msgspec.Meta(ge=1)]
    format: int


async def find(driver: RedisDriver, keys: Keys) -> Opened:
    """The log on the server. Raises `NoLog`, `UnfitServer` where what is there is not one of
    ours, `LogReplaced` where a partition is gone, `LogUnavailable`."""
    stored = await driver.ask("GET", keys.meta)
    if stored is None:
        raise NoLog(f"There is no log at {keys.meta} on this server.")
    identity = _identity(stored, keys.meta)
    for partition in range(identity.partitions):
        key = keys.revisions(partition)
        if await driver.ask("HGET", key, MARK) != stored:
            raise LogReplaced(
                f"{keys.meta} names a log whose data is gone: {key} is not of it. Put the data "
                "back from a backup."
            )
    return Opened(identity, stored, created=False)


async def find_or_create(driver: RedisDriver, keys: Keys, made: Identity) -> Opened:
    """The log on the server, made there if there is none: then `made`, or what another opener
    began. Of many who come at once one has made it. Raises what `find` raises."""
    try:
        return await find(driver, keys)
    except NoLog:
        created = await _make(driver, keys, msgspec.json.encode(_Meta(*made)))
    return (await find(driver, keys))._replace(created=created)


async def _make(driver: RedisDriver, keys: Keys, wanted: bytes) -> bool:
    """Whether it was this call that made the log."""
    try:
        mark = await _begin(driver, keys, 0, wanted)
        for partition in range(1, _identity(mark, keys.revisions(0)).partitions):
            if await _begin(driver, keys, partition, mark) != mark:
                raise _left_over(keys, partition)
    except _Taken as taken:
        # By those who made the log since it was looked for, or there are events without a log.
        if await driver.ask("EXISTS", keys.meta):
            return False
        raise _left_over(keys, taken.partition) from taken
    return bool(await driver.ask("SET", keys.meta, mark, "NX"))


class _Taken(Exception):
    """The partition has events."""

    def __init__(self, partition: int) -> None:
        super().__init__(partition)
        self.partition = partition


async def _begin(driver: RedisDriver, keys: Keys, partition: int, mark: bytes) -> bytes:
    """What the partition is marked with. Raises `_Taken`."""
    names = (keys.log(partition), keys.revisions(partition))
    try:
        found: bytes = await driver.ask("EVAL", _BEGIN, len(names), *names, mark)
    except ErrorReply as error:
        if error.answer.startswith(_TAKEN):
            raise _Taken(partition) from error
        raise
    return found


def _left_over(keys: Keys, partition: int) -> UnfitServer:
    return UnfitServer(
        f"{keys.log(partition)} and {keys.revisions(partition)} on this server are of a log "
        f"whose {keys.meta} is gone. Put that back from a backup, or give another database."
    )


def _identity(stored: bytes, key: str) -> Identity:
    """Who the log is; `UnfitServer` where it is not one of ours."""
    try:
        meta = msgspec.json.decode(stored, type=_Meta)
    except msgspec.DecodeError as error:
        raise UnfitServer(f"{key} on this server is not a log's: {error}") from error
    if meta.format != FORMAT:
        raise UnfitServer(
            f"The log on this server has format {meta.format}, this release knows {FORMAT}: "
            "use the release that wrote it."
        )
    return Identity(meta.id, meta.partitions, meta.format)
