"""Whether what the log holds at a place is the event that was recorded there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from hashlib import sha256

import pytest

from events.errors import CorruptEvent
from events.event.envelope import StoredEvent
from events.log.lookup import NotAtPosition, fetch_recorded, still_holds
from events.log.memory import MemoryLog
from tests.histories import IDENTITY, History


class _Log(MemoryLog):
    """Answers with its own entries, and counts how many were asked for at once."""

    def __init__(self, entries: Sequence[StoredEvent]) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self.entries = {entry.position: entry for entry in entries}
        self.asked: list[int] = []

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        self.asked.append(len(positions))
        return [self.entries[position] for position in positions if position in self.entries]


@pytest.fixture
def log() -> _Log:
    history = History()
    history.open()
    for id_ in ("a", "b", "c"):
        history.record(id_)
    return _Log(history.entries)


def places(log: _Log) -> list[tuple[int, int]]:
    return list(enumerate(log.entries, 1))


async def test_events_come_with_their_headers_in_the_order_of_the_places(log: _Log) -> None:
    """All that was asked for, and nothing else."""
    found = await fetch_recorded(log, "kursk", places(log)[1:])
    assert [header.revision for header, _ in found] == [2, 3, 4]
    assert [stored for _, stored in found] == list(log.entries.values())[1:]


async def test_a_place_that_is_empty_is_no_end(log: _Log) -> None:
    """The event that is missing is named by timeline, revision and position."""
    asked = places(log)
    del log.entries[asked[2][1]]
    with pytest.raises(NotAtPosition, match="missing from the log") as caught:
        await fetch_recorded(log, "kursk", asked)
    assert (caught.value.timeline, caught.value.revision) == ("kursk", 3)
    assert caught.value.position == asked[2][1]


@pytest.mark.parametrize(("timeline", "shift"), [("kursk", 1), ("other", 0)])
async def test_another_event_in_the_place_is_found(log: _Log, timeline: str, shift: int) -> None:
    """Another revision of the timeline, or an event of another one."""
    asked = [(revision + shift, position) for revision, position in places(log)]
    with pytest.raises(NotAtPosition, match=f"is not revision {1 + shift} of '{timeline}'"):
        await fetch_recorded(log, timeline, asked)


async def test_a_header_that_cannot_be_read_is_corrupt_and_in_its_place(log: _Log) -> None:
    """It shows no timeline by itself: the error names those that were asked for."""
    asked = places(log)
    position = asked[1][1]
    log.entries[position] = log.entries[position]._replace(header=b"{")
    with pytest.raises(CorruptEvent, match="no readable header") as caught:
        await fetch_recorded(log, "kursk", asked)
    assert not isinstance(caught.value, NotAtPosition)
    assert (caught.value.timeline, caught.value.revision) == ("kursk", 2)


async def test_no_question_to_the_log_is_unbounded(log: _Log) -> None:
    """Many places are asked for some hundred at a time."""
    first = places(log)[0]
    found = await fetch_recorded(log, "kursk", [first] * 1_200)
    assert len(found) == 1_200
    assert max(log.asked) <= 500


async def test_an_entry_that_was_read_is_recognised_by_its_header(log: _Log) -> None:
    """An entry that is gone, or has another header, is another history; where nothing was read
    yet, every history is the same."""
    _, position = places(log)[2]
    digest = sha256(log.entries[position].header).digest()
    assert await still_holds(log, 0, position, digest)
    assert not await still_holds(log, 0, position - 1, digest)
    del log.entries[position]
    assert not await still_holds(log, 0, position, digest)
    assert await still_holds(log, 0, 0, b"")
