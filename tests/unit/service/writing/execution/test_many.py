"""Many commands of one call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from events.errors import (
    Forbidden,
    IdempotencyConflict,
    OutcomeUnknown,
    Rejected,
    RevisionConflict,
    StatementGone,
)
from events.event.types import (
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRedacted,
    StatementRelated,
    StatementRetracted,
)
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.execution import retries
from service.writing.execution.command import Caller, CommandArray
from tests.many_commands import shown, together
from tests.writers import Writer, open_writer, said


def record(id_: str, **fields: Any) -> Command:
    return Command(id_, StatementRecorded(statement=said(id_, **fields)))


def relate(id_: str, target: str) -> Command:
    return Command(id_, StatementRelated(relation="disputes", target=target))


def retract(id_: str) -> Command:
    return Command(id_, StatementRetracted(reason="r"))


GRADE = Command("a", StatementGraded(credibility=2))


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer on an open timeline."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        yield opened


async def test_what_was_recorded_under_a_key_is_not_recorded_again(
    writer: Writer, tmp_path: Path
) -> None:
    """The same array with its key gives the same ids and revisions as duplicates, after a restart
    too, also where the rules would refuse it now; what was refused is decided again."""
    correct = Command("a", StatementCorrected(changes={"text": "x"}, reason="r"))
    commands = [record("a"), GRADE, relate("a", "late"), correct]
    first = await together(writer, commands, key="k")
    assert isinstance(first.items[2], Rejected)
    await writer.record(said("late"))
    async with open_writer(tmp_path / "other", writer.log) as other:
        again = await together(other, commands, key="k")
    for n in (0, 1, 3):
        before, now = first.items[n], again.items[n]
        assert isinstance(before, Recorded)
        assert isinstance(now, Recorded)
        assert (now.id, now.event_id, now.revision) == (before.id, before.event_id, before.revision)
        assert (before.duplicate, now.duplicate) == (False, True)
    assert shown(again.items[2]) == ("a", 6, False)
    events = len(await writer.events())
    third = await together(writer, commands, key="k")
    assert all(isinstance(item, Recorded) and item.duplicate for item in third.items)
    assert len(await writer.events()) == events
    with pytest.raises(IdempotencyConflict):
        await together(writer, commands[:3], key="k")
    with pytest.raises(IdempotencyConflict):
        await writer.do("a", GRADE.event, key="k")  # type: ignore[arg-type]  # - an event, as it is


async def test_what_may_not_be_given_is_not_carried_out(writer: Writer) -> None:
    """A forbidden command has its error, and the others are carried out; an atomic array is not.
    Once it may be given, the same array under the same key is the same request."""
    commands = (record("a"), GRADE)
    denied = Forbidden("redact", "No.")
    array = CommandArray(commands, ("statement", "grade"), forbidden={1: denied})
    caller = Caller("desk", "k")
    atomic = array._replace(is_atomic=True)
    assert (await writer.commands.execute_all("kursk", atomic, caller)).refused == {1: denied}
    assert len(await writer.events()) == 1
    result = await writer.commands.execute_all("kursk", array, caller)
    assert result.refused == {1: denied}
    assert len(await writer.events()) == 2
    again = await writer.commands.execute_all("kursk", array._replace(forbidden={}), caller)
    assert [shown(item) for item in again.items] == [("a", 2, True), ("a", 3, False)]


async def test_a_redaction_names_what_the_same_call_did(writer: Writer, tmp_path: Path) -> None:
    """It names the revisions of that statement's own events, and is decided again where another
    event comes in between, whatever it is about."""
    redaction = Command("a", StatementRedacted(revisions=(), reason="r"))
    commands = [record("a"), record("b"), relate("b", "a"), GRADE, redaction, record("a")]
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.record(said("z")))
        result = await together(writer, commands)
    assert [shown(item) for item in result.items[:-1]] == [
        ("a", 3, False),
        ("b", 4, False),
        ("b", 5, False),
        ("a", 6, False),
        ("a", 7, False),
    ]
    gone = result.items[-1]
    assert isinstance(gone, StatementGone)
    assert gone.revision == 7
    assert (await writer.events())[-1].event == StatementRedacted(revisions=(3, 6), reason="r")


async def test_an_event_on_another_subject_in_between_changes_numbers_alone(
    writer: Writer, tmp_path: Path
) -> None:
    """Nothing is decided again, but refusals and duplicates name the revisions that there are."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.record(said("z")))
        before = writer.log.appends
        result = await together(writer, [record("a"), record("a"), retract("a"), retract("a")])
    assert writer.log.appends == before + 2
    assert [shown(item) for item in result.items] == [
        ("a", 3, False),
        ("a", 3, True),
        ("a", 4, False),
        ("AlreadyRetracted", "Statement 'a' was retracted at revision 4."),
    ]


@pytest.mark.parametrize("is_atomic", [False, True])
async def test_an_array_that_is_overtaken_again_and_again(
    writer: Writer, tmp_path: Path, is_atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others leave alone is recorded, and only the command that they are faster with is a
    conflict in the end; all or nothing is nothing."""
    monkeypatch.setattr(retries, "_ATTEMPTS", 6)
    await writer.record(said("a"), said("b"), said("c"))
    async with open_writer(tmp_path / "other", writer.log) as other:

        async def overtake() -> None:
            writer.log.before.insert(0, nothing)
            await other.do("b", StatementGraded(credibility=3))

        commands = [retract(id_) for id_ in "abc"]
        writer.log.before += [overtake] * 6
        if is_atomic:
            with pytest.raises(RevisionConflict):
                await together(writer, commands, is_atomic=True)
            assert "statement.retracted" not in await writer.types()
            return
        # The array, then `a` alone, then `b` and `c`, then `b` alone: always too late.
        writer.log.before += [nothing] + [overtake] * 12 + [nothing] * 2
        result = await together(writer, commands)
    assert [type(item).__name__ for item in result.items] == [
        "Recorded",
        "RevisionConflict",
        "Recorded",
    ]
    assert (await writer.types()).count("statement.retracted") == 2


async def test_an_unknown_outcome_is_completed_by_a_repetition(writer: Writer) -> None:
    """Where no answer comes, the same array with its key finds what was recorded."""

    async def lose() -> None:
        raise OutcomeUnknown("no answer came")

    writer.log.after.append(lose)
    commands = [record("a"), GRADE, retract("a")]
    with pytest.raises(OutcomeUnknown):
        await together(writer, commands, key="k")
    again = await together(writer, commands, key="k")
    assert [shown(item) for item in again.items] == [("a", n, True) for n in (2, 3, 4)]
    assert len(await writer.events()) == 4


async def test_many_calls_at_once_take_turns(writer: Writer) -> None:
    """Arrays about the same statements that come at the same time are all carried out."""
    await writer.record(*(said(f"s{n}") for n in range(4)))
    commands = [Command(f"s{n}", StatementGraded(credibility=1)) for n in range(4)]
    results = await asyncio.gather(*(together(writer, commands) for _ in range(16)))
    assert not any(result.refused for result in results)
    assert len(await writer.events()) == 5 + 64


async def nothing() -> None:
    """What happens around an append that is left alone."""
