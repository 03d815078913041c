"""What commands are decided on, found in the log by way of the read model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from events.errors import Lagging, LogReplaced, RevisionConflict
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
)
from service.writing.deciding.finder import Finder
from service.writing.deciding.past import Pasts
from service.writing.deciding.recent import RecentStatements
from service.writing.deciding.working_state import WorkingState
from tests.unit.service.writing.deciding.finding import CORRECTED, found, related
from tests.writers import CODEC, Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with open_writer(tmp_path) as opened:
        await opened.open()
        yield opened


@pytest.fixture
def pasts(writer: Writer) -> Pasts:
    return Pasts(writer.log, CODEC, writer.read_model, writer.projector.progress)


@pytest.fixture
def finder(writer: Writer, pasts: Pasts) -> Finder:
    return Finder(pasts, RecentStatements(writer.projector.progress))


@pytest.fixture
def fetched(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The positions that have been fetched from the log."""
    positions: list[int] = []
    fetch = writer.log.fetch

    async def count(partition: int, wanted: Sequence[int]) -> object:
        positions.extend(wanted)
        return await fetch(partition, wanted)

    monkeypatch.setattr(writer.log, "fetch", count)
    return positions


async def test_of_the_actors_only_the_one_is_read_and_what_the_command_names(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """However many aliases an actor has had, a command about one reads the event that describes the
    actor, and the one that added the alias."""
    await writer.do("kim", ActorRegistered(id="kim", name="Kim", type="person"))
    for alias in ("Un", "Marshal"):
        await writer.do("kim", AliasAdded(alias=alias))
    await writer.do("kim", AliasRemoved(alias="un"))
    await writer.do("lee", ActorRegistered(id="lee", name="Lee", type="person"))
    fetched.clear()
    wanted = AliasAdded(alias="MARSHAL")
    facts = await found(finder, "KIM", wanted)
    directory = WorkingState(facts).directory(wanted, "KIM")
    assert facts.expected == {"actors": 6}
    assert directory.actor is not None
    assert (directory.actor.id, directory.actor.made.revision) == ("kim", 2)
    assert [alias.made.revision for alias in directory.actor.aliases.values()] == [4]
    assert directory.owners == {"marshal": "kim"}
    assert fetched == [2, 4]


async def test_of_a_timeline_only_its_last_description_is_read(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """A timeline that was described again and again is read from one event."""
    for title in ("One", "Two", "Three"):
        await writer.do("kursk", TimelineOpened(title=title))
    fetched.clear()
    facts = await found(finder, "kursk", TimelineOpened(title="x"))
    past = facts.timeline
    assert past is not None
    assert (past.shown.title, past.made.revision) == ("Three", 4)
    assert facts.expected == {"timeline": 4}
    assert fetched == [4]


async def test_of_a_statement_only_its_recording_is_read(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """However often a statement was corrected, graded and related, the log is asked for the event
    that recorded it; what has become of it is folded already."""
    await writer.record(said("a"), said("b"))
    await writer.do("b", StatementRelated(relation="supports", target="a"))
    await writer.do("a", StatementGraded(credibility=1))
    await writer.do("a", StatementCorrected(changes={"text": "x"}, reason="r"))
    await writer.do("a", StatementRetracted(reason="r"))
    fetched.clear()
    facts = await found(finder, "a", CORRECTED)
    assert facts.expected == {"statements/a": 7}
    assert fetched == [2]
    past = facts.statements["a"]
    assert (past.first, past.retracted) == (said("a"), 7)
    assert past.current == said("a", "x")


async def test_of_relations_only_the_one_is_asked_for(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """A statement with many relations is asked about one without looking at the others."""
    await writer.record(said("a"), said("b"), said("c"))
    await writer.do("a", StatementRelated(relation="supports", target="c"))
    await writer.do("a", StatementRelated(relation="supports", target="b"))
    await writer.do("b", StatementRelated(relation="disputes", target="a"))
    fetched.clear()
    for relation, stands in (("supports", True), ("disputes", False)):
        facts = await found(finder, "a", related(relation, "b"))
        assert [*facts.relations] == ([("a", relation, "b")] if stands else [])
        assert [*facts.statements] == ["a", "b"]
    assert fetched == [2, 3, 2, 3]


async def test_a_past_is_waited_for_as_long_as_the_projector_says(
    writer: Writer, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the read model does not come to the subject's revision, nothing is decided."""

    async def late(timeline: str, revision: int) -> None:
        raise Lagging(1, revision)

    await writer.record(said("a"))
    monkeypatch.setattr(writer.projector.progress, "wait_for", late)
    with pytest.raises(Lagging):
        await found(finder, "a", CORRECTED)


async def test_actors_that_the_read_model_does_not_know_are_another_history(
    writer: Writer, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log has moved `actors` by events that the read model never saw, nothing is
    decided by the directory of before."""

    async def moved(timeline: str, subjects: Sequence[str]) -> list[int]:
        return [2]

    await writer.record(said("a"))
    monkeypatch.setattr(writer.log, "revisions", moved)
    with pytest.raises(LogReplaced):
        await found(finder, "kim", AliasAdded(alias="Un"))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(("9" * 5_000,), None), (("x", "\u00b2"), None), ((), None), (("1", "x"), 1)],
)
async def test_tags_that_name_no_revision_are_a_conflict(
    writer: Writer, pasts: Pasts, tags: tuple[str, ...], expected: int | None
) -> None:
    """Whatever stands in a tag, the answer is what is there; and what was named, if anything."""
    await writer.record(said("a"))
    with pytest.raises(RevisionConflict) as caught:
        await pasts.check_tags("kursk", "a", tags)
    assert (caught.value.expected, caught.value.actual) == (expected, 2)
