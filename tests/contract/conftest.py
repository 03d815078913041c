"""The logs that the contract is held to."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from events.log.contract import Identity, Log
from events.log.memory import MemoryLog
from events.log.redis import open_redis_log
from tests.servers import ValkeyServer, valkey  # noqa: F401 - a fixture

__all__ = ["NewLog", "new_log"]

NewLog = Callable[..., Awaitable[Log]]
"""`await new_log(partitions=1)`: an empty log, closed when the test ends."""


@pytest.fixture(params=["memory", "redis"])
async def new_log(
    request: pytest.FixtureRequest,
    valkey: ValkeyServer,  # noqa: F811 - the fixture
) -> AsyncIterator[NewLog]:
    """Makes empty logs of one kind: in memory, with a clock that ticks, or on a real server."""
    made: list[Log] = []

    async def make(partitions: int = 1) -> Log:
        log: Log
        if request.param == "memory":
            log = MemoryLog(itertools.count(1).__next__, Identity(str(uuid.uuid4()), partitions))
        else:
            prefix = f"{uuid.uuid4()}:"
            log = await open_redis_log(valkey.url, prefix=prefix, partitions=partitions)
        made.append(log)
        return log

    yield make
    for log in made:
        await log.close()
