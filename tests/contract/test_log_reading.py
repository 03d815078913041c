"""What is read of a log, and what is removed from it, held by every implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from events.event.envelope import StoredEvent
from events.log.contract import FOLLOWED, Log, Removal, partition_of
from tests.contract.conftest import NewLog
from tests.seals import CODEC, append_of, entries, retracted


async def test_fetch_gives_what_is_there(new_log: NewLog) -> None:
    """Positions are answered in order, neighbours or far apart; what is not there is left out."""
    log = await new_log()
    await log.append(append_of(*(retracted(f"e{i}") for i in range(200))))
    wanted = [1, 2, 3, 7, 9, 10, *range(50, 150), 200, 201, 999]
    fetched = await log.fetch(0, wanted)
    assert [event.position for event in fetched] == wanted[:-2]
    assert list(await log.read(0, 49, 100)) == list(fetched[6:106])
    assert await log.fetch(0, []) == []
    assert await log.revisions("kursk", []) == []
    assert await log.receipts("kursk", []) == []


async def test_a_follower_sees_every_event_once_in_order(new_log: NewLog) -> None:
    """Whoever follows gets each event once, in order, those of the past and those of now, and an
    empty batch in a quiet time."""
    log = await new_log()
    await log.append(append_of(*(retracted(f"old{i}") for i in range(300))))

    async def follow(after: int, until: int) -> list[int]:
        seen: list[int] = []
        async for batch in log.follow(0, after):
            seen += [event.position for event in batch]
            if seen and seen[-1] == until:
                return seen
        return seen

    followers = [asyncio.create_task(follow(after, 400)) for after in (0, 150, 299, 399)]
    await asyncio.gather(*(log.append(append_of(retracted(f"new{i}"))) for i in range(100)))
    for after, follower in zip((0, 150, 299, 399), followers, strict=True):
        assert await follower == list(range(after + 1, 401))
    quiet: AsyncIterator[Sequence[StoredEvent]] = log.follow(0, 400)
    assert await anext(quiet) == []


async def test_a_follower_that_is_behind_is_given_a_full_batch(new_log: NewLog) -> None:
    """Where more events wait than a batch holds, it holds `FOLLOWED` of them: whoever is given so
    many knows that there may be more."""
    log = await new_log()
    await log.append(append_of(*(retracted(f"e{i}") for i in range(FOLLOWED + 44))))
    following: AsyncIterator[Sequence[StoredEvent]] = log.follow(0, 0)
    assert [len(await anext(following)) for _ in range(2)] == [FOLLOWED, 44]


async def followed(log: Log, partition: int, count: int) -> list[int]:
    """The positions of the first so many events, as who follows sees them."""
    seen: list[int] = []
    async for batch in log.follow(partition, 0):
        seen += [event.position for event in batch]
        if len(seen) >= count:
            break
    return seen


@pytest.mark.parametrize("cut", [1, 200])
async def test_what_is_removed_is_gone_and_nothing_else(
    new_log: NewLog, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """Salt, data and fingerprint of some events go, while others are appended; headers, positions
    and all other events stay as they were, and who follows sees each event once."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", cut)
    log = await new_log()
    for n in range(9):
        await log.append(append_of(retracted(f"e{n}", f"s{n}", "x", "kursk"), timeline="kursk"))
    before = await entries(log)
    partition = partition_of("kursk", log.identity.partitions)
    names = {e.position: CODEC.open(e).header for e in before}
    gone = [position for position, header in names.items() if header.id in ("e2", "e7")]
    removals = [Removal(p, "kursk", names[p].id, 9) for p in gone]

    async def append_more() -> None:
        for n in range(9, 30):
            await log.append(append_of(retracted(f"e{n}", f"s{n}", "x", "kursk"), timeline="kursk"))

    async with asyncio.timeout(60):
        seen, *_ = await asyncio.gather(
            followed(log, partition, 30), append_more(), log.remove(partition, removals)
        )
        await log.remove(partition, removals)
    after = await entries(log)
    assert seen == [event.position for event in after] == list(range(1, 31))
    for event in after[:9]:
        old = before[event.position - 1]
        if event.position in gone:
            assert event == old._replace(salt=None, data=None, redacted=9)
        else:
            assert event == old
    assert all(CODEC.open(event).event is not None for event in after[9:])
    receipts = await log.receipts("kursk", ["e2", "e3", "e7"])
    assert [bool(r and r.fingerprint) for r in receipts] == [False, True, False]
    assert await log.append(append_of(retracted("f", "sf", "x", "kursk"), timeline="kursk"))


async def test_the_latest_checkpoint_of_each_timeline_is_known(new_log: NewLog) -> None:
    """Who comes late reads the last one of each timeline once, who waits reads each as it comes;
    no event comes of it, and other partitions know nothing of it."""
    log = await new_log(partitions=2)
    await log.publish(0, {"a": b"a1", "b": b"b1"})
    await log.publish(0, {"a": b"a2"})
    await log.publish(0, {"a": b"a2"})
    async with asyncio.timeout(30):
        known = log.published(0)
        assert await anext(known) == {"a": b"a2", "b": b"b1"}
        many = {f"t{n}": bytes([n % 256, 255]) for n in range(600)}
        await log.publish(0, many)
        seen: dict[str, bytes] = {}
        while len(seen) < len(many):
            seen |= await anext(known)
        assert seen == many
        assert await anext(log.published(1)) == {}
    assert await log.head(0) == 0


async def test_notices_are_heard_by_all_and_are_no_events(new_log: NewLog) -> None:
    """Who comes late hears those that are remembered, who waits hears each as it comes, in their
    order; no event comes of them, and the same one again is heard again."""
    log = await new_log(partitions=2)
    async with asyncio.timeout(30):
        early = log.notices()
        assert await anext(early) == []
        for notice in (b"a", b"\x00\xff", b"a"):
            await log.notify(notice)
        for notices in (early, log.notices()):
            seen: list[bytes] = []
            while len(seen) < 3:
                seen += await anext(notices)
            assert seen == [b"a", b"\x00\xff", b"a"]
        many = [b"%d" % n for n in range(600)]
        await asyncio.gather(*map(log.notify, many))
        seen = []
        while len(seen) < len(many):
            seen += await anext(early)
        assert sorted(seen) == sorted(many)
    assert [await log.head(partition) for partition in range(2)] == [0, 0]
