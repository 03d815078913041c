"""The queue: what goes together, what is given back, and that nobody waits for a dead task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import count

import pytest

from events.errors import LogUnavailable, OutcomeUnknown, RevisionConflict
from events.log import group_commit
from events.log.append_call import Outcome
from events.log.contract import Appended
from events.log.group_commit import GroupCommit, QueuedAppend
from tests.seals import append_of, retracted

DONE = Appended((), 1, duplicate=False)


class Wire:
    """Where the queue sends: each call waits for `answers`, unless the wire is open."""

    def __init__(self) -> None:
        self.calls: list[Sequence[QueuedAppend]] = []
        self.sent = asyncio.Event()
        self.open = asyncio.Event()
        self.outcome: Outcome = DONE
        self.error: Exception | None = None

    async def send(self, call: Sequence[QueuedAppend]) -> Sequence[Outcome]:
        self.calls.append(call)
        self.sent.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return [self.outcome for _ in call]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def queue(wire: Wire) -> AsyncIterator[GroupCommit]:
    queue = GroupCommit("queue", wire.send, limit=1_000)
    yield queue
    wire.open.set()
    await queue.close()


def put(queue: GroupCommit, events: int = 1, size: int = 1) -> asyncio.Future[Appended]:
    """Queue an append of that many events and bytes."""
    return queue.enqueue(append_of(*(retracted(str(i)) for i in range(events))), b"x" * size)


async def test_what_gathers_goes_together(queue: GroupCommit, wire: Wire) -> None:
    """Appends that come while a call is under way share the next: up to 256 events, or one
    larger append."""
    first = put(queue)
    await wire.sent.wait()
    rest = [put(queue, events) for events in (200, 56, 1, 300, 2)]
    wire.open.set()
    await asyncio.gather(first, *rest)
    sizes = [[len(waiting.append.events) for waiting in call] for call in wire.calls]
    assert sizes == [[1], [200, 56], [1], [300], [2]]


async def test_a_call_has_its_limit_of_bytes(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large appends are spread over calls; one that is larger goes alone."""
    monkeypatch.setattr(group_commit, "CALL", 100)
    queue = GroupCommit("queue", wire.send)
    appends = [put(queue, size=size) for size in (60, 40, 1, 500, 99)]
    wire.open.set()
    await asyncio.gather(*appends)
    sizes = [[len(waiting.encoded) for waiting in call] for call in wire.calls]
    assert sizes == [[60, 40], [1], [500], [99]]
    await queue.close()


async def test_the_queue_is_bounded(queue: GroupCommit, wire: Wire) -> None:
    """More bytes than the limit are refused at once, one append of any size is not, and what
    was sent makes room."""
    huge = put(queue, size=5_000)
    with pytest.raises(LogUnavailable, match="nothing was written"):
        await put(queue)
    await wire.sent.wait()
    kept = [put(queue, size=500), put(queue, size=500)]
    with pytest.raises(LogUnavailable):
        await put(queue)
    wire.open.set()
    assert await asyncio.gather(huge, *kept) == [DONE] * 3
    assert await put(queue, size=1_000) == DONE


async def test_waiting_is_bounded(
    queue: GroupCommit, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has waited too long is given back unsent, for certain; what is under way is not."""
    first = put(queue)
    await wire.sent.wait()
    late = put(queue)
    monkeypatch.setattr(group_commit, "PATIENCE", -1.0)
    wire.open.set()
    assert await first == DONE
    with pytest.raises(LogUnavailable, match="nothing was written"):
        await late
    assert len(wire.calls) == 1


async def test_a_caller_who_leaves(queue: GroupCommit, wire: Wire) -> None:
    """A cancelled caller's append is sent all the same, and its neighbours get their answers."""
    first, leaves, stays = put(queue), put(queue), put(queue)
    leaves.cancel()
    wire.open.set()
    assert await first == await stays == DONE
    assert sum(map(len, wire.calls)) == 3


async def test_each_gets_its_own_error(queue: GroupCommit, wire: Wire) -> None:
    """An error that is an append's outcome is raised where its caller waits."""
    wire.outcome = RevisionConflict("statements/one", 0, 1)
    wire.open.set()
    with pytest.raises(RevisionConflict):
        await put(queue)
    wire.outcome = DONE
    assert await put(queue) == DONE


async def test_closing_sends_what_is_queued(queue: GroupCommit, wire: Wire) -> None:
    """What was accepted before the close is sent; what comes after it is refused."""
    appends = [put(queue) for _ in range(3)]
    wire.open.set()
    await queue.close()
    assert [append.result() for append in appends] == [DONE] * 3
    with pytest.raises(LogUnavailable, match="closed"):
        await put(queue)
    await queue.close()


async def test_a_dead_task_is_loud(wire: Wire) -> None:
    """Where the task dies, who was sent cannot know, who was queued can, whoever comes later is
    refused, and the loop gets the cause."""
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    queue = GroupCommit("append queue of partition 0", wire.send)
    sent = put(queue)
    await wire.sent.wait()
    queued = put(queue)
    wire.error = ZeroDivisionError()
    wire.open.set()
    with pytest.raises(OutcomeUnknown):
        await sent
    with pytest.raises(LogUnavailable):
        await queued
    for call in (queue.check, lambda: put(queue)):
        with pytest.raises(LogUnavailable, match="append queue of partition 0 has stopped"):
            call()
    assert [context["exception"] for context in told] == [wire.error]
    await queue.close()


async def until_sent(wire: Wire, calls: int) -> None:
    """Wait until so many calls were sent."""
    while len(wire.calls) < calls:
        wire.sent.clear()
        await wire.sent.wait()


async def answered(queue: GroupCommit, wire: Wire, callers: int) -> None:
    """So many appends go in the first call, and are answered."""
    appends = [put(queue) for _ in range(callers)]
    wire.open.set()
    await asyncio.gather(*appends)


@pytest.fixture
async def patient(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GroupCommit]:
    """A queue whose calls take hours, so that its callers are waited for as long."""
    monkeypatch.setattr(group_commit, "GATHERING", 3_600.0)
    monkeypatch.setattr(group_commit, "PATIENCE", 1e9)
    queue = GroupCommit("queue", wire.send, clock=count(step=3_600.0).__next__)
    yield queue
    await queue.close()


async def test_who_was_answered_is_waited_for(patient: GroupCommit, wire: Wire) -> None:
    """Callers who write again share a call with those who came while theirs was under way."""
    appends = [put(patient) for _ in range(4)]
    await wire.sent.wait()
    others = [put(patient) for _ in range(2)]
    wire.open.set()
    await asyncio.gather(*appends)
    again = [put(patient) for _ in range(4)]
    await asyncio.gather(*others, *again)
    assert [len(call) for call in wire.calls] == [4, 6]


async def test_who_stays_away_is_waited_for_as_long_as_the_call_took(wire: Wire) -> None:
    """One of four who comes back goes without the others in the end."""
    queue = GroupCommit("queue", wire.send, clock=count(step=0.001).__next__)
    await answered(queue, wire, 4)
    assert await put(queue) == DONE
    await queue.close()


async def test_few_callers_and_large_appends_wait_for_nobody(
    patient: GroupCommit, wire: Wire
) -> None:
    """Three go as they come; and what is large goes at once, whoever else was answered, whether it
    came before or after the answers."""
    await answered(patient, wire, 3)
    assert await put(patient) == DONE
    wire.open.clear()
    nine = [put(patient) for _ in range(9)]
    await until_sent(wire, 3)
    before = put(patient, size=group_commit.ENOUGH)
    wire.open.set()
    await asyncio.gather(*nine, before)
    await answered(patient, wire, 9)
    assert await put(patient, size=group_commit.ENOUGH) == DONE


async def test_closing_waits_for_nobody(patient: GroupCommit, wire: Wire) -> None:
    """A queue that waits for its callers sends what it has when it is closed."""
    await answered(patient, wire, 4)
    last = put(patient)
    await patient.close()
    assert last.result() == DONE


async def test_partitions_take_turns(queue: GroupCommit, wire: Wire) -> None:
    """A single append does not wait until all that gathered for another partition is sent; the
    appends to one partition keep their order."""
    first = put(queue)
    await wire.sent.wait()
    bulk = [queue.enqueue(append_of(retracted(f"{n}")), b"%d" % n, 7) for n in range(300)]
    single = queue.enqueue(append_of(retracted("single")), b"single", 8)
    wire.open.set()
    await asyncio.gather(first, single, *bulk)
    assert [waiting.encoded for waiting in wire.calls[1]][1] == b"single"
    sent = [waiting.encoded for call in wire.calls for waiting in call if waiting.partition == 7]
    assert sent == [b"%d" % n for n in range(300)]
