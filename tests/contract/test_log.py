"""The contract of the log, held by every implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.envelope import ACTORS, NEW, SealedEvent, StoredEvent, Subject, statement_subject
from events.errors import Conflict, IdempotencyConflict, LogUnavailable, RevisionConflict
from events.log import Append, Appended, Claim, Log, Removal, partition_of
from events.memory_log import MemoryLog
from events.types import StatementCorrected
from tests.contract.conftest import NewLog
from tests.seals import CODEC, append_of, audit, entries, retracted, spelled

ONE = statement_subject("one")

same_fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
"""The fixture makes a new log at each call, so examples share nothing."""


async def outcome(log: Log, append: Append) -> Appended | tuple[object, ...]:
    """The answer, or the conflict with all that it says."""
    try:
        return await log.append(append)
    except RevisionConflict as conflict:
        return RevisionConflict, conflict.subject, conflict.expected, conflict.actual
    except IdempotencyConflict as conflict:
        return IdempotencyConflict, conflict.id


timelines = st.sampled_from(["kursk", "donbas"])
ids = st.sampled_from("abcdef")
contents = st.sampled_from(["x", "y"])
subjects = st.sampled_from(["one", "two"])
claims = st.none() | st.builds(Claim, st.sampled_from("pq"), contents)


@st.composite
def appends(draw: st.DrawFn) -> Append:
    """Appends out of few names, so that they meet each other in every way."""
    timeline = draw(timelines)
    event = st.builds(retracted, ids, subjects, contents, st.just(timeline))
    claim = draw(claims)
    events = draw(st.lists(event, min_size=0 if claim else 1, max_size=3))
    expected = draw(st.dictionaries(subjects, st.integers(0, 4), max_size=2))
    return append_of(*events, claim=claim, timeline=timeline, **expected)


@given(sent=st.lists(appends(), max_size=12))
@same_fixtures
async def test_a_crowd_is_answered_like_one_after_another(
    new_log: NewLog, sent: list[Append]
) -> None:
    """Appends that share a call get the answers, and leave the log, of the same appends sent one
    by one; and each log gives those of the plainest one."""
    crowd, single, plain = await new_log(), await new_log(), MemoryLog(iter(range(99)).__next__)
    together = await asyncio.gather(*(outcome(crowd, append) for append in sent))
    one_by_one = [await outcome(single, append) for append in sent]
    assert together == one_by_one == [await outcome(plain, append) for append in sent]
    assert _untimed(await entries(crowd)) == _untimed(await entries(single))
    assert _untimed(await entries(crowd)) == _untimed(await entries(plain))
    for log in (crowd, single, plain):
        await audit(log)


def _untimed(stored: Sequence[StoredEvent]) -> list[tuple[object, ...]]:
    """What is equal in two logs: all but the recorded time."""
    opened = [CODEC.open(event) for event in stored]
    return [(e.position, e.header.timeline, e.header.revision, e.header.id) for e in opened]


@given(sent=st.lists(appends(), max_size=12))
@same_fixtures
async def test_whole_or_nothing(new_log: NewLog, sent: list[Append]) -> None:
    """An append that is refused leaves no event, no moved subject and no receipt behind."""
    log = await new_log()
    for append in sent:
        before = await _state(log, append.timeline)
        answer = await outcome(log, append)
        after = await _state(log, append.timeline)
        if not isinstance(answer, Appended):
            assert after == before
        elif not answer.duplicate:
            assert len(after[0]) == len(before[0]) + len(append.events)


async def _state(log: Log, timeline: str) -> tuple[list[StoredEvent], object, object]:
    return (
        await entries(log),
        await log.revisions(timeline, [statement_subject(s) for s in ("one", "two")]),
        await log.receipts(timeline, [*"abcdefpq"]),
    )


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
    """Of many that expect the same revision one wins; the others are told, and nothing else."""
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
    monkeypatch.setattr("events.redis_log.remover._CHUNK", cut)
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


async def test_what_was_appended_settles(new_log: NewLog) -> None:
    """All that is there becomes durable, and waiting adds no event."""
    log = await new_log(partitions=2)
    await log.append(append_of(retracted("a")))
    before = [await entries(log, partition) for partition in range(2)]
    assert [await log.settle(partition) for partition in range(2)] == [True, True]
    assert [await entries(log, partition) for partition in range(2)] == before
    await audit(log)
