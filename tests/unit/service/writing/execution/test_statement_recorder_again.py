"""Statements that are sent again, with or without a key, at once or later, are recorded once."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import (
    IdempotencyConflict,
    OnrecordError,
    OutcomeUnknown,
)
from events.event.envelope import statement_subject
from service.writing.execution.command import CommandResult
from tests.unit.service.writing.execution import recording
from tests.unit.service.writing.execution.recording import repeated
from tests.writers import Writer, open_writer, said

writer = recording.writer


async def test_a_key_gives_the_same_answer_for_ever(writer: Writer, tmp_path: Path) -> None:
    """Ids, events and revisions of a mixed array come back, by another process too, however
    much was recorded since."""
    array = [said("old"), said(text="No id."), said("a"), said("a"), said(text="No id.")]
    done = await writer.record(*array, key="k")
    assert [item.duplicate for item in done.items] == [True, False, False, True, False]
    assert done.items[1].id != done.items[4].id
    await writer.record(said("later"))
    async with open_writer(tmp_path / "other", writer.log) as other:
        assert await other.record(*array, key="k") == repeated(done)
    assert len(await writer.events()) == 6


async def test_a_key_is_spent_even_where_nothing_was_new(writer: Writer) -> None:
    """A request of duplicates alone is remembered with its key, and changes nothing."""
    done = await writer.record(said("old"), key="k")
    assert done.items[0].duplicate
    await writer.record(said("new"))
    assert await writer.record(said("old"), key="k") == done
    with pytest.raises(IdempotencyConflict):
        await writer.record(said("new"), key="k")


async def test_one_statement_and_an_array_of_it_are_two_bodies(writer: Writer) -> None:
    """A key does not take the one for the other."""
    await writer.record(said("a"), key="k")
    with pytest.raises(IdempotencyConflict) as conflict:
        await writer.record(said("a"), said("a"), key="k")
    assert conflict.value.id == "k"


async def test_a_key_that_is_spent_meanwhile_on_something_else_is_a_conflict(
    writer: Writer, tmp_path: Path
) -> None:
    """The conflict names the caller's key, wherever it is found."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.record(said("x"), key="k"))
        with pytest.raises(IdempotencyConflict) as conflict:
            await writer.record(said("y"), key="k")
    assert conflict.value.id == "k"


@pytest.mark.parametrize("key", [None, "k"])
async def test_the_same_statement_at_once_is_recorded_once(writer: Writer, key: str | None) -> None:
    """Of many equal requests at the same moment one records it, and all answer with the same
    event."""
    dones = await asyncio.gather(*(writer.record(said("a"), key=key) for _ in range(20)))
    assert len({done.items[0].event_id for done in dones}) == 1
    assert [done.items[0].duplicate for done in dones].count(False) == 1
    assert await writer.log.revision("kursk") == 3


async def test_after_an_unknown_outcome_the_same_request_finds_out(writer: Writer) -> None:
    """What was written without an answer is a duplicate when it is sent again, by id or key."""

    async def lose() -> None:
        raise OutcomeUnknown("no answer came")

    for statement, key in ((said("a"), None), (said(), "k")):
        writer.log.after.append(lose)
        with pytest.raises(OutcomeUnknown):
            await writer.record(statement, key=key)
        assert (await writer.record(statement, key=key)).items[0].duplicate
    assert await writer.log.revision("kursk") == 4


class Call(NamedTuple):
    """One request: statements by id (or None) and text, and its key."""

    array: list[tuple[str | None, str]]
    key: str | None


CALLS = st.lists(
    st.builds(
        Call,
        st.lists(
            st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from(["One.", "Two."])),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from([None, "k", "l"]),
    ),
    max_size=8,
)


@given(CALLS)
def test_whatever_is_asked_twice_is_recorded_once(calls: list[Call]) -> None:
    """Through any series of requests, what an answer says is what the log holds; a key's second
    answer is its first; and asking all of it again with the same ids and keys adds nothing."""

    async def play(writer: Writer, told: dict[str, CommandResult]) -> None:
        for call in calls:
            array = [said(id_, text) for id_, text in call.array]
            try:
                done = await writer.record(*array, key=call.key)
            except OnrecordError:
                continue
            headers = {e.header.id: e.header for e in await writer.events()}
            for item in done.items:
                header = headers[item.event_id]
                assert (header.revision, header.subject) == (
                    item.revision,
                    statement_subject(item.id),
                )
            if call.key is not None:
                assert repeated(told.setdefault(call.key, done)) == repeated(done)

    async def run() -> None:
        told: dict[str, CommandResult] = {}
        with tempfile.TemporaryDirectory() as folder:
            async with open_writer(Path(folder)) as writer:
                await writer.open()
                await play(writer, told)
                before = await writer.events()
                await play(writer, told)
                after = await writer.events()
        unkeyed = [id_ for call in calls if call.key is None for id_, _ in call.array]
        assert [e.header.subject for e in before] == [
            e.header.subject for e in after[: len(before)]
        ]
        assert None in unkeyed or len(after) == len(before)

    asyncio.run(run())
