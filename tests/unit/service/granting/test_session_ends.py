"""The ends of sessions on several hosts of one log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from events.errors import LogUnavailable
from events.log.memory import MemoryLog
from service.datafolder.ended_sessions import EndedSessions
from service.granting.session_ends import SessionEnds

SEAL = bytes(range(32))
NOW = 1_000
LATER = NOW + 3_600_000_000


class Away(MemoryLog):
    """A log that takes no notice while it is `away`; `told` counts those that it took."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.away = False
        self.refused = asyncio.Event()
        self.told = 0

    async def notify(self, notice: bytes) -> None:
        if self.away:
            self.refused.set()
            raise LogUnavailable("It is away.")
        self.told += 1
        await super().notify(notice)


class Host:
    """A keeper's ends, and what its workers have heard."""

    def __init__(self, log: MemoryLog, folder: Path, seal: bytes = SEAL) -> None:
        folder.mkdir(exist_ok=True)
        self.ends = SessionEnds(log, seal, EndedSessions(folder, lambda: NOW), lambda: NOW)
        self.told: dict[str, int] = {}
        self.came = asyncio.Condition()
        self.ends.on_ended.append(self._take)

    def _take(self, ended: Mapping[str, int]) -> None:
        self.told |= ended
        asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self._tell()))

    async def _tell(self) -> None:
        async with self.came:
            self.came.notify_all()

    async def knows(self, *ids: str) -> None:
        async with asyncio.timeout(10), self.came:
            await self.came.wait_for(lambda: {*ids} <= self.told.keys())


@asynccontextmanager
async def running(*hosts: Host) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(host.ends.run()) for host in hosts]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_an_end_is_known_on_every_host_and_stays_known(tmp_path: Path) -> None:
    """On its own host at once, on others as soon as they hear it, after a restart from the file,
    and on a host that joins later; many at once too. Nobody sends again what the log has."""
    log = Away()
    one, two = Host(log, tmp_path / "one"), Host(log, tmp_path / "two")
    many = {f"s{n}": LATER for n in range(250)}
    async with running(one, two):
        one.ends.end({"a": LATER, "over": NOW})
        assert one.told == {"a": LATER}
        await two.knows("a")
        two.ends.end(many)
        await one.knows(*many)
        assert "over" not in two.told
    told = log.told
    again, third = Host(log, tmp_path / "two"), Host(log, tmp_path / "three")
    assert {"a", *many} == again.ends.all.keys()
    async with running(again, third):
        await third.knows("a", *many)
    assert (log.told, again.told) == (told, {})


async def test_what_was_ended_while_the_log_was_away_is_reported_later(tmp_path: Path) -> None:
    """Also by a keeper that was started again meanwhile."""
    log = Away()
    one, two = Host(log, tmp_path / "one"), Host(log, tmp_path / "two")
    log.away = True
    async with running(one, two):
        one.ends.end({"a": LATER})
        await asyncio.wait_for(log.refused.wait(), 10)
        assert two.told == {}
    again = Host(log, tmp_path / "one")
    log.away = False
    async with running(again, two):
        await two.knows("a")


async def test_a_notice_of_another_ends_nothing(tmp_path: Path) -> None:
    """Who can write to the log, and has not the service's key, signs nobody out."""
    log = Away()
    one = Host(log, tmp_path / "one")
    other = Host(log, tmp_path / "two", bytes(32))
    async with running(one, other):
        await log.notify(b"\xff nothing")
        other.ends.end({"a": LATER})
        one.ends.end({"b": LATER})
        third = Host(log, tmp_path / "three")
        async with running(third):
            await third.knows("b")
        assert third.told == {"b": LATER}
        assert "a" not in one.told
