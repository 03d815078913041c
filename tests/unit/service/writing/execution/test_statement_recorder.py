"""Recording statements: one or many, all or none, each id once."""

from __future__ import annotations

import asyncio

import pytest

from events.errors import (
    StatementExists,
    StatementGone,
)
from events.event import types
from events.event.envelope import statement_subject
from events.event.types import StatementCorrected, StatementRecorded
from events.log.contract import Append
from service.messages.write_results import Recorded
from service.writing.execution.command import CommandResult
from tests.unit.service.writing.execution import recording
from tests.writers import CODEC, Writer, said

writer = recording.writer


async def test_a_new_statement_costs_one_append_and_no_reading(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked of the log before a statement with a fresh id is appended."""

    await writer.projector.progress.wait_for("kursk", 2)

    async def unread(*_: object) -> None:
        raise AssertionError("the past was read")

    for name in ("revisions", "revision", "receipts", "fetch"):
        monkeypatch.setattr(writer.log, name, unread)
    done = await writer.record(said("new"), said())
    assert [item.revision for item in done.items] == [3, 4]
    assert done.revision == 4
    appends = writer.log.appends
    assert [(await writer.record(one)).revision for one in (said("newer"), said())] == [5, 6]
    assert writer.log.appends == appends + 2


async def test_statements_come_in_their_order_with_ids_of_their_own(writer: Writer) -> None:
    """Each statement without an id is given another one, and items and events are in order."""
    done = await writer.record(*(said(text=f"Number {n}.") for n in range(20)))
    assert len({item.id for item in done.items}) == 20
    assert [item.revision for item in done.items] == list(range(3, 23))
    recorded = [event.event for event in (await writer.events())[2:]]
    assert [e.statement.id for e in recorded if isinstance(e, StatementRecorded)] == [
        item.id for item in done.items
    ]


async def test_a_statement_that_is_there_is_a_duplicate(writer: Writer) -> None:
    """Its first revision and event are answered, even after it was corrected."""
    await writer.do("old", StatementCorrected(changes={"text": "x"}, reason="r"))
    done = await writer.record(said("old"))
    first = (await writer.events())[1].header
    assert done == CommandResult((Recorded("old", first.id, 2, duplicate=True),), 3)
    assert len(await writer.events()) == 3


async def test_other_content_under_one_id_refuses_all(writer: Writer) -> None:
    """An array with one statement that is refused records none of the others."""
    for array in ([said("x"), said("old", "Other.")], [said("x"), said("y"), said("x", "Other.")]):
        with pytest.raises(StatementExists):
            await writer.record(*array)
    assert len(await writer.events()) == 2


async def test_an_array_may_hold_old_new_and_repeated_statements(writer: Writer) -> None:
    """What is new is recorded once, in order; what came before, or twice, is a duplicate."""
    done = await writer.record(said("a"), said("old"), said("b"), said("a"))
    assert [(item.id, item.revision, item.duplicate) for item in done.items] == [
        ("a", 3, False),
        ("old", 2, True),
        ("b", 4, False),
        ("a", 3, True),
    ]
    assert done.items[0].event_id == done.items[3].event_id
    assert done.revision == 4


async def test_a_redacted_statement_is_gone(writer: Writer) -> None:
    """Its id stays taken: recording it again answers that it is gone."""
    event = CODEC.seal(
        "kursk",
        "r",
        statement_subject("old"),
        types.StatementRedacted(revisions=(2,), reason="court order"),
        "desk",
        bytes(16),
    )
    await writer.log.append(Append("kursk", (event,), {}))
    with pytest.raises(StatementGone) as refusal:
        await writer.record(said("old"))
    assert refusal.value.revision == 3


async def test_of_different_statements_at_once_one_gets_the_id(writer: Writer) -> None:
    """The others are refused, and what is recorded is what the one was answered."""
    calls = [writer.record(said("a", f"Number {n}.")) for n in range(10)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, CommandResult) for result in results) == 1
    assert sum(isinstance(result, StatementExists) for result in results) == 9
