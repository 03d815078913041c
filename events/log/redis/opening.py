"""Finds the log on a server, or creates it.

Each partition has the log's identity beside its events, as the same bytes as in `onrecord:meta`, so
an append can check in its own slot that its log is still there. These marks are written first,
beginning with the first partition, and `onrecord:meta` last: if it exists, every partition is
marked. A crash meanwhile leaves marks without events, and the next service that opens the log
continues with them. A log is never created if there are events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import msgspec

from events.errors import LogReplaced, UnfitServer
from events.log.contract import Identity
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from events.log.redis.driver.translation import checked
from events.log.redis.layout import MARK, Keys

__all__ = ["FORMAT", "NoLog", "OpenedLog", "find", "find_or_create"]

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
"""Marks an empty partition and returns its mark; an error if the partition has events."""


class NoLog(UnfitServer):
    """The server is fit, but has no log."""


class OpenedLog(NamedTuple):
    """An existing log: its identity, the stored bytes of the identity, and whether this service
    created the log."""

    identity: Identity
    mark: bytes
    created: bool


class _Meta(msgspec.Struct, frozen=True):
    """The identity as it is stored."""

    id: str
    partitions: Annotated[int, msgspec.Meta(ge=1)]
    format: int


async def find(driver: RedisDriver, keys: Keys) -> OpenedLog:
    """Find the log on the server. Raises `NoLog`, `UnfitServer` if the data there is not an
    onrecord log, `LogReplaced` if a partition is gone, and `LogUnavailable`."""
    stored = await driver.ask("GET", keys.meta)
    if stored is None:
        raise NoLog(f"There is no log at {keys.meta} on this server.")
    identity = _identity(stored, keys.meta)
    marked = [keys.revisions(partition) for partition in range(identity.partitions)]
    for key, mark in zip(marked, await _marks(driver, marked), strict=True):
        if mark != stored:
            raise LogReplaced(
                f"{keys.meta} names a log whose data is gone: {key} is not of it. Put the data "
                "back from a backup."
            )
    return OpenedLog(identity, stored, created=False)


async def _marks(driver: RedisDriver, marked: Sequence[str]) -> Sequence[Any]:
    """The marks of all partitions, which a single server is asked for at once."""
    questions = [("HGET", key, MARK) for key in marked]
    if driver.clustered:
        return [await driver.ask(*question) for question in questions]
    return checked(await driver.ask_many(questions))


async def find_or_create(driver: RedisDriver, keys: Keys, made: Identity) -> OpenedLog:
    """Find the log on the server, or create it with the identity `made`. If another service is
    creating it at the same time, only one of them is the creator, and both get the same identity.
    Raises what `find` raises."""
    try:
        return await find(driver, keys)
    except NoLog:
        created = await _make(driver, keys, msgspec.json.encode(_Meta(*made)))
    return (await find(driver, keys))._replace(created=created)


async def _make(driver: RedisDriver, keys: Keys, wanted: bytes) -> bool:
    """Create the log. Returns whether this call created it."""
    try:
        mark = await _begin(driver, keys, 0, wanted)
        for partition in range(1, _identity(mark, keys.revisions(0)).partitions):
            if await _begin(driver, keys, partition, mark) != mark:
                raise _left_over(keys, partition)
    except _Taken as taken:
        # Another service has created the log meanwhile, or there are events without a log.
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
    """Mark the partition, and return its mark. Raises `_Taken`."""
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
    """Decode the log's identity. Raises `UnfitServer` if it is not an onrecord log."""
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
