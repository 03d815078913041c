"""Any appends, together or one after another, to every implementation of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import IdempotencyConflict, RevisionConflict
from events.event.envelope import HEAD, SealedEvent, StoredEvent, statement_subject
from events.log.contract import Append, Appended, Claim, Log
from events.log.memory import MemoryLog
from tests.contract.conftest import NewLog
from tests.seals import CODEC, append_of, audit, entries, retracted
from tests.searches import examples

same_fixtures = settings(
    examples(1, least=60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
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


TIMELINES = ("kursk", "donbas")
ids = st.sampled_from("abcdef")
contents = st.sampled_from(["x", "y"])
subjects = st.sampled_from(["one", "two"])
claims = st.none() | st.builds(Claim, st.sampled_from("pq"), contents)
heads = st.none() | st.integers(0, 6)
expectations = st.dictionaries(subjects, st.integers(0, 4), max_size=2)


def made(
    timeline: str,
    written: tuple[Claim | None, list[SealedEvent]],
    expected: dict[str, int],
    head: int | None,
) -> Append:
    claim, events = written
    append = append_of(*events, claim=claim, timeline=timeline, **expected)
    return append if head is None else append._replace(expected={**append.expected, HEAD: head})


def appends_to(timeline: str) -> st.SearchStrategy[Append]:
    event = st.builds(retracted, ids, subjects, contents, st.just(timeline))
    claimed = st.tuples(claims, st.lists(event, min_size=1, max_size=3))
    empty: st.SearchStrategy[tuple[Claim, list[SealedEvent]]] = st.tuples(
        st.builds(Claim, st.sampled_from("pq"), contents), st.just([])
    )
    return st.builds(made, st.just(timeline), claimed | empty, expectations, heads)


appends = st.one_of(*map(appends_to, TIMELINES))
"""Appends out of few names, so that they meet each other in every way."""


@given(sent=st.lists(appends, max_size=12))
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


@given(sent=st.lists(appends, max_size=12))
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
