"""Commands that are sent or decided again: by their key, by If-Match, and after a conflict."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events.errors import (
    IdempotencyConflict,
    Rejected,
    RevisionConflict,
    Unknown,
)
from events.event.types import (
    Event,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
)
from service.messages.write_results import Recorded
from service.writing.execution import retries
from service.writing.execution.command import CommandResult
from tests.unit.service.writing.execution.test_commands import (
    ABOUT_A,
    CORRECTED,
    GRADED,
    RELATED,
    RETRACTED,
    only,
)
from tests.writers import Writer, open_writer, said


@pytest.mark.parametrize("event", ABOUT_A, ids=lambda event: event.event_type)
async def test_the_same_key_is_one_request(writer: Writer, event: Event, tmp_path: Path) -> None:
    """A repetition gives the same answer as a duplicate, after a restart too, and records
    nothing: even where the rules would now refuse it."""
    first = await writer.do("a", event, key="k")
    await writer.do("b", GRADED)
    async with open_writer(tmp_path / "other", writer.log) as other:
        again = await other.do("a", event, key="k")
    item = only(first)
    assert again == CommandResult((Recorded("a", item.event_id, 4, duplicate=True),), 4)
    assert item == Recorded("a", item.event_id, 4, duplicate=False)
    assert len(await writer.events()) == 5


async def test_a_key_stands_for_one_path_and_body(writer: Writer) -> None:
    """Another body, another statement or another call under the same key is a conflict."""
    await writer.do("a", GRADED, key="k")
    for id_, event in (("a", StatementGraded(credibility=3)), ("b", GRADED), ("a", RETRACTED)):
        with pytest.raises(IdempotencyConflict) as conflict:
            await writer.do(id_, event, key="k")
        assert conflict.value.id == "k"
    with pytest.raises(IdempotencyConflict):
        await writer.record(said("c"), key="k")
    assert len(await writer.events()) == 4


async def test_key_order_and_defaults_make_no_other_body(writer: Writer) -> None:
    """The key's fingerprint is over what was meant, not over how it was written."""
    one = StatementCorrected(changes={"text": "x", "language": "uk"}, reason="r")
    two = StatementCorrected(changes={"language": "uk", "text": "x"}, reason="r")
    first = await writer.do("a", one, key="k")
    assert only(await writer.do("a", two, key="k")).event_id == only(first).event_id


async def test_a_key_belongs_to_its_timeline(writer: Writer) -> None:
    """The same key on another timeline is another key."""
    other = writer._replace(timeline="kherson")
    await other.open()
    mine = only(await writer.record(said(), key="k"))
    theirs = only(await other.record(said(), key="k"))
    assert mine.id != theirs.id
    assert mine.event_id != theirs.event_id


async def test_a_refusal_is_not_remembered(writer: Writer) -> None:
    """A key whose request was refused can be spent once what was missing is there."""
    wanted = StatementRelated(relation="supports", target="c")
    with pytest.raises(Rejected):
        await writer.do("a", wanted, key="k")
    await writer.record(said("c"))
    assert not only(await writer.do("a", wanted, key="k")).duplicate


async def test_the_same_key_at_once_is_one_request(writer: Writer) -> None:
    """Of many equal keyed requests at the same moment one records, and all answer the same."""
    dones = await asyncio.gather(*(writer.do("a", GRADED, key="k") for _ in range(20)))
    assert {only(done).event_id for done in dones} == {only(dones[0]).event_id}
    assert [only(done).duplicate for done in dones].count(False) == 1
    assert len(await writer.events()) == 4


async def test_a_key_spent_by_another_process_meanwhile_is_found(
    writer: Writer, tmp_path: Path
) -> None:
    """Where another process spends the key between the look and the append, its answer is given."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.do("a", GRADED, key="k"))
        done = await writer.do("a", GRADED, key="k")
    assert only(done).duplicate
    assert only(done).revision == 4
    assert len(await writer.events()) == 4


async def test_if_match_takes_the_tag_of_what_is_shown(writer: Writer) -> None:
    """The tag is the revision at which anything shown last changed; a list needs one that fits."""
    await writer.do("a", RELATED, tags=("2",))
    with pytest.raises(RevisionConflict) as conflict:
        await writer.do("b", GRADED, tags=("3",))
    assert (conflict.value.expected, conflict.value.actual) == (3, 4)
    assert only(await writer.do("b", GRADED, tags=("3", "4"))).revision == 5
    with pytest.raises(RevisionConflict):
        await writer.do("a", GRADED, tags=("2", "nonsense"))
    with pytest.raises(RevisionConflict):
        await writer.do("a", GRADED, tags=())


async def test_if_match_on_an_unknown_statement_is_not_found(writer: Writer) -> None:
    """What is not there has no tag, and the caller learns that it is not there."""
    with pytest.raises(Unknown):
        await writer.do("z", GRADED, tags=("1",))


async def test_a_repeated_key_is_no_conflict_of_tags(writer: Writer) -> None:
    """Sameness is looked up first: the tag that held then need not hold now."""
    await writer.do("a", CORRECTED, key="k", tags=("2",))
    assert only(await writer.do("a", CORRECTED, key="k", tags=("2",))).duplicate


@pytest.mark.parametrize("tags", [None, ("2",)])
async def test_an_event_that_slips_in_before_the_append(
    writer: Writer, tmp_path: Path, tags: tuple[str, ...] | None
) -> None:
    """With If-Match it is a conflict at once; without it the command is decided again."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.do("a", GRADED))
        if tags is None:
            assert only(await writer.do("a", RETRACTED, tags=tags)).revision == 5
        else:
            with pytest.raises(RevisionConflict):
                await writer.do("a", RETRACTED, tags=tags)
    assert (await writer.types()).count("statement.retracted") == (tags is None)


async def test_a_moved_target_is_decided_again_under_if_match(
    writer: Writer, tmp_path: Path
) -> None:
    """Only the statement's own events are the caller's conflict, not those of its target."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.do("b", GRADED))
        assert only(await writer.do("a", RELATED, tags=("2",))).revision == 5


async def test_a_command_that_is_always_overtaken_is_given_up(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many attempts, here six, unwritten."""
    monkeypatch.setattr(retries, "_ATTEMPTS", 6)
    async with open_writer(tmp_path / "other", writer.log) as other:

        async def overtake() -> None:
            writer.log.before.insert(0, nothing)
            await other.do("a", GRADED)

        writer.log.before += [overtake] * 6
        with pytest.raises(RevisionConflict):
            await writer.do("a", RETRACTED)
    assert await writer.types() == [
        "timeline.opened",
        *["statement.recorded"] * 2,
        *["statement.graded"] * 6,
    ]


async def nothing() -> None:
    """What happens around an append that is left alone."""
