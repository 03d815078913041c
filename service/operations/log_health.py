"""The health of the log: whether it answers, and whether it would accept writes now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct

from events.errors import CorruptEvent, LogError, LogRefused, LogUnavailable, UnfitServer
from events.log.contract import Durability, Log
from events.log.refusals import advice, reason

__all__ = ["LIMIT", "LogCondition", "LogHealth", "log_condition"]

LIMIT: Final = 2.0
"""Seconds to wait for the log's answer."""

_ANSWERED: Final = (CorruptEvent, LogRefused, UnfitServer)


class LogHealth(Struct, frozen=True):
    """The log. `reachable`: its server answers, and is the one that was opened. `writable`: it
    accepts writes. `durability`: what an acknowledged write survives now. `problem`: what is wrong,
    in the server's own words if it gives any."""

    reachable: bool
    writable: bool
    durability: Durability
    problem: str | None


class LogCondition(NamedTuple):
    """The health of the log, and the reason of its problem as one of a few words."""

    health: LogHealth
    reason: str | None


async def log_condition(log: Log) -> LogCondition:
    """The current health of the log. It takes at most `LIMIT` seconds, and writes nothing."""
    count = log.identity.partitions
    refusals: Mapping[int, LogError]
    try:
        async with asyncio.timeout(LIMIT):
            await log.check()
            refusals = await log.refusals()
    except TimeoutError:
        late = LogUnavailable(f"The log did not answer within {LIMIT:g} seconds.")
        refusals = dict.fromkeys(range(count), late)
    except LogError as error:
        refusals = dict.fromkeys(range(count), error)
    if not refusals:
        return LogCondition(LogHealth(True, True, log.durability, None), None)  # noqa: FBT003 - all is well
    first = next(iter(refusals.values()))
    writable = len(refusals) < count
    some = f"{len(refusals)} of {count} partitions take nothing. " if writable else ""
    reachable = writable or isinstance(first, _ANSWERED)
    health = LogHealth(reachable, writable, log.durability, some + advice(first))
    return LogCondition(health, reason(first))
