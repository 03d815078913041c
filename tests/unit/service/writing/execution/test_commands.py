"""Commands: load, decide, append."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events.errors import (
    LogReplaced,
    OutcomeUnknown,
    Rejected,
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
from tests.rows import each_row
from tests.writers import Writer, open_writer, said

KIM = ActorRegistered(id="kim", name="Kim Jong Un", type="person")
CORRECTED = StatementCorrected(changes={"text": "Kursk is not free."}, reason="misheard")
RETRACTED = StatementRetracted(reason="never said")
RELATED = StatementRelated(relation="disputes", target="b")
UNRELATED = StatementUnrelated(relation="disputes", target="b", reason="misread")
GRADED = StatementGraded(credibility=2)
ABOUT_A = [CORRECTED, RETRACTED, RELATED, GRADED]


def only(done: CommandResult) -> Recorded:
    (item,) = done.items
    return item


@each_row(
    ("id", "event"),
    [
        *(("a", event) for event in [*ABOUT_A, UNRELATED]),
        ("article", SourceGraded(reliability="B")),
        ("kim", KIM),
        ("kim", AliasAdded(alias="Kim Jon Un")),
        ("kim", AliasRemoved(alias="Kim Jon Un")),
    ],
)
@each_row("name", ["kherson", "Kursk", "a/b", "a:subjects", ""])
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
