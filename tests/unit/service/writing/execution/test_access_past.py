"""Commands about keys and grants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.errors import AlreadyRevoked, KeyExists, Unknown
from events.event.types import (
    ActorRegistered,
    Event,
    GrantGiven,
    GrantTaken,
    KeyIssued,
    KeyRevoked,
    TimelineOpened,
)
from service.granting.founding import found_access
from tests.writers import CODEC, Writer, open_writer, said

ISSUED = KeyIssued(name="desk", id="abcdefgh", sha256="0" * 64)
GIVEN = GrantGiven(to="key:desk", role="writer", timelines="desk-*")
TAKEN = GrantTaken(reason="over")


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer on `_access`, which has its first events, beside a timeline of a caller's."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        await found_access(opened.log, CODEC, bytes, tmp_path, everyone_reads=True)
        yield opened._replace(timeline="_access")


async def test_keys_are_issued_once_and_revoked_once(writer: Writer, tmp_path: Path) -> None:
    """The past of a key is known to another process too, whatever happened in between."""
    await writer.do("desk", ISSUED)
    async with open_writer(tmp_path / "other", writer.log) as other:
        other = other._replace(timeline="_access")
        with pytest.raises(KeyExists):
            await other.do("desk", ISSUED)
        await other.do("desk", KeyRevoked(reason="lost"))
    with pytest.raises(AlreadyRevoked):
        await writer.do("desk", KeyRevoked(reason="lost"))
    with pytest.raises(KeyExists):
        await writer.do("desk", ISSUED)


async def test_a_grant_is_taken_once(writer: Writer) -> None:
    """A grant that was taken is not there any more, and one that was never given never was."""
    with pytest.raises(Unknown):
        await writer.do("g", TAKEN)
    await writer.do("g", GIVEN)
    await writer.do("g", TAKEN)
    with pytest.raises(Unknown):
        await writer.do("g", TAKEN)


async def test_of_two_who_issue_one_name_one_does(writer: Writer) -> None:
    """Both come at the same time: one key is issued, the other is refused."""
    results = await asyncio.gather(
        *(writer.do("desk", ISSUED) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["CommandResult", "KeyExists"]


async def test_the_same_key_of_a_request_is_one_grant(writer: Writer) -> None:
    """A repeated request with its Idempotency-Key gives no second grant."""
    first = await writer.do("g", GIVEN, key="k")
    again = await writer.do("g", GIVEN, key="k")
    assert again.items[0].duplicate
    assert again.items[0].event_id == first.items[0].event_id


@pytest.mark.parametrize("event", [ISSUED, KeyRevoked(reason="r"), GIVEN, TAKEN])
async def test_access_is_changed_on_its_own_timeline_only(writer: Writer, event: Event) -> None:
    """A caller's timeline, and another one of the service's own, take no such event."""
    before = await writer.types()
    for timeline in ("kursk", "_proposals.kursk", "_other"):
        with pytest.raises(Unknown):
            await writer._replace(timeline=timeline).do("desk", event)
    assert await writer.types() == before


@pytest.mark.parametrize(
    "event", [TimelineOpened(title="x"), ActorRegistered(id="a", name="a", type="person")]
)
async def test_nothing_else_is_written_to_reserved_timelines(writer: Writer, event: Event) -> None:
    """Nobody opens a timeline of the service's own, describes it or writes to it."""
    before = await writer.types()
    for timeline in ("_access", "_proposals.kursk", "_other"):
        with pytest.raises(Unknown):
            await writer._replace(timeline=timeline).do(timeline, event)
        with pytest.raises(Unknown):
            await writer._replace(timeline=timeline).record(said("a"))
    assert await writer.types() == before
