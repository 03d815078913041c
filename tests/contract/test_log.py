"""The contract of the log, held by every implementation."""

from __future__ import annotations

import asyncio

import pytest

from events.errors import Conflict, IdempotencyConflict, LogUnavailable, RevisionConflict
from events.event.envelope import ACTORS, NEW, SealedEvent, Subject, statement_subject
from events.event.types import StatementCorrected
from events.log.contract import Append, Appended, Claim, partition_of
from events.log.memory import MemoryLog
from tests.contract.conftest import NewLog
from tests.seals import CODEC, append_of, audit, entries, retracted, spelled

ONE = statement_subject("one")


async def test_revisions_are_of_the_timeline_and_positions_of_the_partition(
    new_log: NewLog,
) -> None:
    """Two timelines in one partition number their events each by itself, the log all of them."""
    log = await new_log()
    await log.append(append_of(retracted("a"), retracted("b")))
    other = await log.append(append_of(retracted("a", timeline="donbas")))
    more = await log.append(append_of(retracted("c")))
    assert other == Appended((1,), 1, duplicate=False)
    assert more == Appended((3,), 3, duplicate=False)
    assert await log.head(0) == 4
    await audit(log)


async def test_a_timeline_keeps_to_its_partition(new_log: NewLog) -> None:
    """In a log of several partitions each holds the timelines that `partition_of` gives it."""
    log = await new_log(partitions=3)
    names = [f"t{i}" for i in range(20)]
    await asyncio.gather(*(log.append(append_of(retracted("a", timeline=t))) for t in names))
    for partition in range(3):
        own = {CODEC.open(event).header.timeline for event in await entries(log, partition)}
        assert own == {name for name in names if partition_of(name, 3) == partition}
    await audit(log)


async def test_expected_revisions(new_log: NewLog) -> None:
    """A subject that moved refuses the append and says where it is; one that is left out may be
    anywhere; an event moves its target and the spellings too."""
    log = await new_log()
    await log.append(append_of(retracted("a"), one=NEW))
    with pytest.raises(RevisionConflict) as conflict:
        await log.append(append_of(retracted("b"), one=NEW))
    assert (conflict.value.subject, conflict.value.expected, conflict.value.actual) == (ONE, 0, 1)
    await log.append(append_of(retracted("b"), one=1))
    await log.append(append_of(retracted("c")))
    await log.append(append_of(spelled("d", "kim", "Kim")))
    subjects = [ONE, ACTORS, Subject("actors/kim"), Subject("timeline")]
    assert await log.revisions("kursk", subjects) == [3, 4, 4, 0]


async def test_the_same_event_again_is_one_event(new_log: NewLog) -> None:
    """An id with its fingerprint answers the revisions that it got, though the subject moved."""
    log = await new_log()
    first = append_of(retracted("a"), retracted("b"), one=NEW)
    await log.append(first)
    await log.append(append_of(retracted("c")))
    assert await log.append(first) == Appended((1, 2), 3, duplicate=True)
    assert await log.head(0) == 3


@pytest.mark.parametrize(
    "events",
    [
        [retracted("a", reason="something else")],
        [retracted("a"), retracted("new")],
        [retracted("new"), retracted("a")],
        [retracted("new"), retracted("new")],
    ],
    ids=["other content", "seen and new", "new and seen", "twice in one append"],
)
async def test_an_id_is_taken_for_ever(new_log: NewLog, events: list[SealedEvent]) -> None:
    """An id with other content, or beside ids that are new, is a conflict and writes nothing."""
    log = await new_log()
    await log.append(append_of(retracted("a")))
    with pytest.raises(IdempotencyConflict):
        await log.append(append_of(*events))
    assert await log.head(0) == 1
    assert await log.receipts("kursk", ["new"]) == [None]


async def test_a_claim_is_remembered(new_log: NewLog) -> None:
    """A claim is answered once, with events or without, and refused for anything else."""
    log = await new_log()
    spent = append_of(claim=Claim("key", "f1"))
    assert await log.append(spent) == Appended((), 0, duplicate=False)
    assert await log.append(spent) == Appended((), 0, duplicate=True)
    mixed = append_of(retracted("a"), claim=Claim("other", "f2"), one=NEW)
    assert await log.append(mixed) == Appended((1,), 1, duplicate=False)
    assert await log.append(mixed) == Appended((1,), 1, duplicate=True)
    for used in (Claim("key", "f2"), Claim("other", "f1"), Claim("a", "f1")):
        with pytest.raises(IdempotencyConflict):
            await log.append(append_of(claim=used))
    receipts = await log.receipts("kursk", ["key", "other", "none"])
    assert [receipt and tuple(receipt) for receipt in receipts] == [(0, "f1"), (1, "f2"), None]
    assert await log.receipts("donbas", ["key"]) == [None]
    assert await log.head(0) == 1


async def test_only_appends_are_taken(new_log: NewLog) -> None:
    """An append with nothing in it, or with another timeline's event, is a mistake of the
    program, and is refused before it can spoil the log."""
    log = await new_log()
    for wrong in (append_of(), Append("donbas", (retracted("a"),), {})):
        with pytest.raises(ValueError, match="append"):
            await log.append(wrong)
    assert await log.head(0) == 0


async def test_big_appends(new_log: NewLog) -> None:
    """A thousand events of 5,000 characters beyond ASCII, and one of 16 MiB, come back whole."""
    log = await new_log()
    text = "Курськ" * 833
    await log.append(append_of(*(retracted(f"e{i}", f"s{i}", text) for i in range(1_000))))
    change = StatementCorrected(changes={"text": "x" * (16 * 1024 * 1024)}, reason="why")
    huge = CODEC.seal("kursk", "huge", statement_subject("huge"), change, "desk", bytes(16))
    await log.append(append_of(huge, huge=NEW))
    assert (await log.fetch(0, [1_001]))[0].data == huge.data
    assert await log.append(append_of(huge, huge=NEW)) == Appended((1_001,), 1_001, duplicate=True)
    await audit(log)


async def test_a_caller_who_leaves_takes_nothing_along(new_log: NewLog) -> None:
    """Cancelling whoever waits for an append harms no other append, and what was accepted is
    written whole or not at all."""
    log = await new_log()
    waiting = [
        asyncio.create_task(log.append(append_of(retracted(f"a{i}"), retracted(f"b{i}"))))
        for i in range(50)
    ]
    stays = asyncio.create_task(log.append(append_of(retracted("stays"))))
    await asyncio.wait([waiting[0]])
    for task in waiting[::2]:
        task.cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert len((await stays).revisions) == 1
    assert all(isinstance(answer, Appended) for answer in answers[1::2])
    await audit(log)
    for i in range(50):
        a, b = await log.receipts("kursk", [f"a{i}", f"b{i}"])
        assert (a is None) == (b is None)


async def test_a_crowd_that_wants_one_subject(new_log: NewLog) -> None:
    """Of many that expect the same revision one wins; the others get that error, and no other."""
    log = await new_log()
    answers = await asyncio.gather(
        *(log.append(append_of(retracted(f"e{i}"), one=NEW)) for i in range(64)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 63
    assert await log.head(0) == 1


async def test_a_closed_log_says_so(new_log: NewLog) -> None:
    """Closing finishes what was accepted, may be done twice, and later appends are refused."""
    log = await new_log()
    accepted = asyncio.create_task(log.append(append_of(retracted("a"))))
    await asyncio.wait([asyncio.create_task(log.close()), accepted])
    assert accepted.result().revision == 1
    await log.close()
    with pytest.raises(LogUnavailable):
        await log.append(append_of(retracted("b")))


async def test_time_stands_still_where_the_clock_goes_back() -> None:
    """In memory, a clock that goes back never takes the recorded time along."""
    ticks = iter([1_000_000, 3_000_000, 2_000_000, 4_000_000])
    log = MemoryLog(ticks.__next__)
    for i in range(4):
        await log.append(append_of(retracted(f"e{i}")))
    times = [CODEC.open(event).header.recorded_at for event in await entries(log)]
    assert times == [f"1970-01-01T00:00:0{s}.000000Z" for s in (1, 3, 3, 4)]


async def test_what_was_appended_settles(new_log: NewLog) -> None:
    """All that is there becomes durable, and waiting adds no event."""
    log = await new_log(partitions=2)
    await log.append(append_of(retracted("a")))
    before = [await entries(log, partition) for partition in range(2)]
    assert [await log.settle(partition) for partition in range(2)] == [True, True]
    assert [await entries(log, partition) for partition in range(2)] == before
    await audit(log)


async def test_asking_what_would_be_refused_writes_nothing(new_log: NewLog) -> None:
    """An open log would refuse nothing in any partition, empty or not, and stays as it is."""
    log = await new_log(partitions=2)
    assert await log.refusals() == {}
    await log.append(append_of(retracted("a")))
    before = [await entries(log, partition) for partition in range(2)]
    assert await log.refusals() == {}
    assert [await entries(log, partition) for partition in range(2)] == before
    assert (await log.append(append_of(retracted("b")))).revision == 2
    await audit(log)
