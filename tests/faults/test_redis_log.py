"""The log on Redis while the link fails and the server is killed: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import AsyncIterator

import pytest

from events.errors import IdempotencyConflict, LogRefused, LogUnavailable, OutcomeUnknown
from events.event.envelope import NEW, statement_subject
from events.log.contract import Append, Appended, Claim
from events.log.redis import RedisLog, open_redis_log
from events.log.redis.driver import driver
from tests.seals import CODEC, append_of, audit, entries, retracted
from tests.servers import DURABLE, ValkeyServer
from tests.unstable_link import Fault, UnstableLink


@pytest.fixture
async def link(valkey: ValkeyServer) -> AsyncIterator[UnstableLink]:
    async with UnstableLink(valkey.socket) as link:
        yield link


@pytest.fixture
async def log(link: UnstableLink) -> AsyncIterator[RedisLog]:
    """An empty log behind the link, whose script the server knows."""
    log = await open_redis_log(link.url, prefix=f"{uuid.uuid4()}:")
    await log.append(append_of(claim=Claim("first", "f")))
    yield log
    await log.close()


@pytest.mark.parametrize("saved", ["saved", "false error"])
async def test_every_write_fails_twice(link: UnstableLink, log: RedisLog, saved: Fault) -> None:
    """Each append is lost once and saved once with a false error: repeated by its caller, it is
    in the log once, and its answer is the true one."""
    for i in range(50):
        events = (retracted(f"a{i}", f"s{i}"), retracted(f"b{i}", f"t{i}"))
        claim = Claim(f"key{i}", "f") if i % 2 else None
        append = Append("kursk", events, {statement_subject(f"s{i}"): NEW}, claim)
        link.faults.extend(("lost", saved))
        with pytest.raises(OutcomeUnknown):
            await log.append(append)
        revisions = (2 * i + 1, 2 * i + 2)
        assert await log.append(append) == Appended(revisions, 2 * i + 2, duplicate=False)
        assert await log.append(append) == Appended(revisions, 2 * i + 2, duplicate=True)
    assert not link.faults
    assert link.appends == 1 + 3 * 50  # the log itself repeats nothing
    assert await log.head(0) == 100
    await audit(log)


async def test_an_append_that_comes_late(link: UnstableLink, log: RedisLog) -> None:
    """What could not be found may still lie in a socket: it is not called absent, and when it
    arrives after it was repeated it changes nothing."""
    append = append_of(retracted("a"), one=0)
    link.faults.append("late")
    with pytest.raises(OutcomeUnknown):
        await log.append(append)
    assert await log.append(append) == Appended((1,), 1, duplicate=False)
    await link.deliver()
    assert await log.head(0) == 1
    other = append_of(retracted("b"))
    link.faults.append("late")
    with pytest.raises(OutcomeUnknown):
        await log.append(other)
    await link.deliver()
    assert await log.append(other) == Appended((2,), 2, duplicate=True)
    await audit(log)


@pytest.mark.parametrize("fault", ["lost", "saved", "false error"])
async def test_a_group_without_an_answer(link: UnstableLink, log: RedisLog, fault: Fault) -> None:
    """Every append of one call whose answer is lost gets an answer of its own: what is there,
    what conflicts with an older id, and what cannot be known."""
    taken = append_of(retracted("taken"))
    await log.append(taken)
    link.faults.append(fault)
    new, old, other, spent = await asyncio.gather(
        log.append(append_of(retracted("new"))),
        log.append(taken),
        log.append(append_of(retracted("taken", reason="other"))),
        log.append(append_of(claim=Claim("first", "other"))),
        return_exceptions=True,
    )
    assert isinstance(new, OutcomeUnknown if fault == "lost" else Appended)
    assert isinstance(old, Appended)
    assert old.revisions == (1,)
    assert isinstance(other, IdempotencyConflict)
    assert isinstance(spent, IdempotencyConflict)
    assert await log.head(0) == (1 if fault == "lost" else 2)
    await audit(log)


async def test_a_server_that_falls_silent(
    link: UnstableLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever: an append without an answer is looked up after its time-out, and a
    question without one is `LogUnavailable`. Only what has no answer is given little time."""
    log = await open_redis_log(link.url, prefix=f"{uuid.uuid4()}:")
    await log.append(append_of(retracted("a")))
    link.faults.append("silent")
    with monkeypatch.context() as impatient:
        impatient.setattr(driver, "WRITE", 0.2)
        with pytest.raises(OutcomeUnknown):
            await log.append(append_of(retracted("b")))
    assert (await log.append(append_of(retracted("b")))).revision == 2
    link.deaf = True
    monkeypatch.setattr(driver, "WRITE", 0.2)
    monkeypatch.setattr(driver, "READ", 0.2)
    with pytest.raises(OutcomeUnknown):
        await log.append(append_of(retracted("c")))
    with pytest.raises(LogUnavailable, match="does not answer"):
        await log.head(0)
    with pytest.raises(LogUnavailable, match="nothing was written"):
        await log.append(append_of(retracted("d")))
    await log.close()


async def test_a_follower_that_is_cancelled_ends(link: UnstableLink, log: RedisLog) -> None:
    """Whenever the cancellation comes, between any two turns of the loop, it is not lost."""

    async def follow() -> None:
        async for _ in log.follow(0, 0):
            pass

    for turns in range(60):
        await log.append(append_of(retracted("a")))
        follower = asyncio.create_task(follow())
        for _ in range(turns):
            await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for nothing
        follower.cancel()
        done, _ = await asyncio.wait({follower}, timeout=10)
        assert done, f"cancelled after {turns} turns it goes on"
        assert follower.cancelled()


async def test_a_false_error_before_a_write(link: UnstableLink, log: RedisLog) -> None:
    """After an error the script has ended, so what is not found is certainly not written."""
    await log.append(append_of(retracted("a"), one=0))
    link.faults.append("false error")
    with pytest.raises(LogRefused, match="ERR the disk is on fire"):
        await log.append(append_of(retracted("b"), one=0))
    assert await log.head(0) == 1


class Town:
    """64 writers and a server that is killed under them."""

    def __init__(self, log: RedisLog, server: ValkeyServer, kills: int) -> None:
        self.log = log
        self.server = server
        self.acknowledged: dict[str, int] = {}
        self.up = asyncio.Event()
        self.up.set()
        self.due = asyncio.Semaphore(0)
        """Released for each kill, since two may be due before the first one is over."""
        self.kill_at = [150 * (i + 1) for i in range(kills)]

    async def write(self, writer: int, appends: int) -> None:
        for i in range(appends):
            ids = [f"{writer}-{i}-{part}" for part in range(1 + i % 3)]
            append = append_of(*(retracted(id_, f"s{id_}") for id_ in ids))
            answer = await self._persist(append)
            self.acknowledged |= zip(ids, answer.revisions, strict=True)
            if self.kill_at and len(self.acknowledged) >= self.kill_at[0]:
                self.kill_at.pop(0)
                self.due.release()

    async def _persist(self, append: Append) -> Appended:
        """What a caller does whose answer says to repeat."""
        while True:
            try:
                return await self.log.append(append)
            except (LogUnavailable, OutcomeUnknown):
                await self.up.wait()

    async def kill(self, kills: int) -> None:
        for _ in range(kills):
            await self.due.acquire()
            self.up.clear()
            # At any point of a call: some turns of the loop later.
            for _ in range(random.randrange(40)):
                await asyncio.shield(_turn())
            self.server.kill()
            await asyncio.to_thread(self.server.start)
            self.up.set()


async def _turn() -> None:
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    await turned.wait()


async def test_kill_9_under_64_writers() -> None:
    """Every append that was acknowledged is in the log at its revision after the server was
    killed again and again; no gap, no event twice."""
    kills = 4
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        town = Town(log, server, kills)
        killer = asyncio.create_task(town.kill(kills))
        await asyncio.gather(*(town.write(writer, 8) for writer in range(64)))
        await killer
        await audit(log)
        headers = [CODEC.open(event).header for event in await entries(log)]
        assert {header.id: header.revision for header in headers} == town.acknowledged
        wanted = itertools.product(range(64), range(8))
        assert set(town.acknowledged) == {
            f"{writer}-{i}-{part}" for writer, i in wanted for part in range(1 + i % 3)
        }
        await log.close()
