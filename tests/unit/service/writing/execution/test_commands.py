"""Commands: load, decide, append."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.errors import (
    IdempotencyConflict,
    LogReplaced,
    OutcomeUnknown,
    Rejected,
    RevisionConflict,
    SpellingTaken,
    Unknown,
)
from events.event.envelope import statement_subject
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineDescribed,
    TimelineOpened,
)
from events.statement.statement import Source
from service.messages.write_results import Recorded
from service.writing.execution.command import CommandResult
from tests.writers import Writer, open_writer, said

KIM = ActorRegistered(id="kim", name="Kim Jong Un", type="person")
CORRECTED = StatementCorrected(changes={"text": "Kursk is not free."}, reason="misheard")
RETRACTED = StatementRetracted(reason="never said")
RELATED = StatementRelated(relation="disputes", target="b")
UNRELATED = StatementUnrelated(relation="disputes", target="b", reason="misread")
GRADED = StatementGraded(credibility=2)
ABOUT_A = [CORRECTED, RETRACTED, RELATED, GRADED]


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer on a timeline with the statements `a` and `b` at the revisions 2 and 3."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        await opened.record(said("a", sources=(Source(id="article", title="x"),)), said("b"))
        yield opened


def only(done: CommandResult) -> Recorded:
    (item,) = done.items
    return item


@pytest.mark.parametrize(
    ("id", "event"),
    [
        *(("a", event) for event in [*ABOUT_A, UNRELATED]),
        ("article", SourceGraded(reliability="B")),
        ("kim", KIM),
        ("kim", AliasAdded(alias="Kim Jon Un")),
        ("kim", AliasRemoved(alias="Kim Jon Un")),
    ],
)
@pytest.mark.parametrize("name", ["kherson", "Kursk", "a/b", "a:subjects", ""])
async def test_nothing_happens_on_a_timeline_that_is_not_open(
    writer: Writer,
    id: str,  # noqa: A002 - the field's own name
    event: Event,
    name: str,
) -> None:
    """Whatever is wanted, and whatever the name looks like, the timeline is not found."""
    before = len(await writer.events())
    with pytest.raises(Unknown) as refusal:
        await writer._replace(timeline=name).do(id, event)
    assert (refusal.value.kind, refusal.value.id) == ("timeline", name)
    with pytest.raises(Unknown):
        await writer._replace(timeline=name).record(said("c"))
    assert len(await writer.events()) == before


async def test_a_timeline_is_opened_described_and_left_as_it_is(writer: Writer) -> None:
    """A PUT that changes nothing answers with the event that made it so, and records nothing."""
    described = await writer.do("kursk", TimelineOpened(title="Kursk, 2024"))
    again = await writer.do("kursk", TimelineOpened(title="Kursk, 2024"))
    assert only(described) == Recorded("kursk", only(again).event_id, 4, duplicate=False)
    assert only(again).duplicate
    assert again.revision == described.revision == 4
    assert (await writer.events())[-1].event == TimelineDescribed(title="Kursk, 2024")


async def test_every_event_carries_its_author(writer: Writer) -> None:
    """Who asked is who wrote, in the sealed header."""
    await writer.do("a", GRADED)
    assert {event.header.author for event in await writer.events()} == {"desk"}


async def test_the_past_is_read_from_the_log_after_a_restart(
    writer: Writer, tmp_path: Path
) -> None:
    """Another process with an empty read model decides by the same past."""
    await writer.do("a", CORRECTED)
    await writer.do("a", RELATED)
    await writer.do("kim", KIM)
    async with open_writer(tmp_path / "other", writer.log) as other:
        with pytest.raises(Rejected):
            await other.do("a", CORRECTED)
        assert only(await other.do("a", UNRELATED)).revision == 7
        assert only(await other.do("kim", KIM)).duplicate
        with pytest.raises(SpellingTaken):
            await other.do("un", ActorRegistered(id="un", name="kim jong un", type="other"))


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


async def test_a_conflict_is_decided_again_five_times(writer: Writer, tmp_path: Path) -> None:
    """A command that is overtaken each time gives up after five more attempts, unwritten."""
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


async def test_an_unknown_outcome_is_reported_and_never_sent_again(writer: Writer) -> None:
    """The append is sent once; a repetition with the same key finds what it did."""

    async def lose() -> None:
        raise OutcomeUnknown("no answer came")

    writer.log.after.append(lose)
    before = writer.log.appends
    with pytest.raises(OutcomeUnknown):
        await writer.do("a", GRADED, key="k")
    assert writer.log.appends == before + 1
    assert only(await writer.do("a", GRADED, key="k")) == Recorded(
        "a", (await writer.events())[-1].header.id, 4, duplicate=True
    )


async def test_many_commands_on_one_statement_all_succeed(writer: Writer) -> None:
    """In one process they take turns, so that none gives up however many they are."""
    others = [said(f"s{n}") for n in range(64)]
    await writer.record(*others)
    wanted = StatementRelated(relation="disputes", target="a")
    dones = await asyncio.gather(*(writer.do(s.id or "", wanted) for s in others))
    assert len({only(done).revision for done in dones}) == 64


async def test_a_cancelled_command_does_not_hold_the_next_one_up(writer: Writer) -> None:
    """Who is cancelled while waiting, or in the middle of its turn, gives its turn on."""
    begun = asyncio.Event()

    async def stay() -> None:
        begun.set()
        await asyncio.Event().wait()

    writer.log.before.append(stay)
    tasks = [asyncio.create_task(writer.do("a", GRADED)) for _ in range(3)]
    await begun.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    async with asyncio.timeout(20):
        assert only(await writer.do("a", RETRACTED)).revision == await writer.log.revision("kursk")


async def test_of_two_processes_that_claim_a_spelling_one_gets_it(
    writer: Writer, tmp_path: Path
) -> None:
    """Two claims of one spelling under different actors cannot both pass."""
    async with open_writer(tmp_path / "other", writer.log) as other:
        writer.log.before.append(lambda: other.do("kim", KIM))
        with pytest.raises(SpellingTaken) as refusal:
            await writer.do("un", ActorRegistered(id="un", name="KIM JONG UN", type="other"))
    assert refusal.value.id == "kim"


async def test_a_source_is_graded_once_it_is_named(writer: Writer) -> None:
    """A statement that was recorded the moment before counts."""
    grade = SourceGraded(reliability="B")
    with pytest.raises(Unknown) as refusal:
        await writer.do("report", grade)
    assert (refusal.value.kind, refusal.value.id) == ("source", "report")
    await writer.record(said("c", sources=(Source(id="report", title="x"),)))
    assert only(await writer.do("report", grade)).id == "report"
    assert (await writer.events())[-1].header.subject == "sources/report"


async def test_a_past_that_is_not_what_was_read_is_refused(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log holds another event at a position, nothing is decided by it."""
    fetch = writer.log.fetch

    async def shifted(partition: int, positions: list[int]) -> object:
        others = await fetch(partition, [position + 1 for position in positions])
        return [other._replace(position=other.position - 1) for other in others]

    monkeypatch.setattr(writer.log, "fetch", shifted)
    with pytest.raises(LogReplaced):
        await writer.do("a", GRADED)


async def test_what_no_command_does_is_refused(writer: Writer) -> None:
    """An event that only rules make cannot be wanted."""
    with pytest.raises(TypeError):
        await writer.do("kursk", TimelineDescribed(title="x"))
    assert await writer.log.revisions("kursk", [statement_subject("a")]) == [2]
