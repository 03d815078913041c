"""Pasts, read from the log by way of the read model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from events.errors import Lagging, LogReplaced, RevisionConflict
from events.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
)
from service.past import Pasts
from tests.writers import CODEC, Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with open_writer(tmp_path) as opened:
        await opened.open()
        yield opened


@pytest.fixture
def pasts(writer: Writer) -> Pasts:
    return Pasts(writer.log, CODEC, writer.store, writer.projector)


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


async def test_a_directory_is_advanced_by_what_is_new(
    writer: Writer, pasts: Pasts, fetched: list[int]
) -> None:
    """Each event about actors is fetched once, however often the directory is asked for."""
    await writer.do("kim", ActorRegistered(id="kim", name="Kim", type="person"))
    directory, expected = await pasts.directory("kursk")
    assert (list(directory.owners), expected) == (["kim"], {"actors": 2})
    await writer.do("kim", AliasAdded(alias="Un"))
    await writer.do("kim", AliasRemoved(alias="un"))
    fetched.clear()
    directory, expected = await pasts.directory("kursk")
    again, _ = await pasts.directory("kursk")
    assert again == directory
    assert (list(directory.owners), expected) == (["kim"], {"actors": 4})
    assert fetched == [3, 4]


async def test_another_history_is_read_anew(
    writer: Writer, pasts: Pasts, fetched: list[int]
) -> None:
    """Once the read model turned to another history, nothing of the one before is kept."""
    await writer.do("kim", ActorRegistered(id="kim", name="Kim", type="person"))
    await pasts.directory("kursk")
    fetched.clear()
    for reset in writer.projector.on_reset:
        reset()
    await pasts.directory("kursk")
    assert fetched == [2]


async def test_of_a_statement_only_its_own_text_is_read(
    writer: Writer, pasts: Pasts, fetched: list[int]
) -> None:
    """Grades and the relations of others cost a command nothing."""
    await writer.record(said("a"), said("b"))
    await writer.do("b", StatementRelated(relation="supports", target="a"))
    await writer.do("a", StatementGraded(credibility=1))
    await writer.do("a", StatementCorrected(changes={"text": "x"}, reason="r"))
    await writer.do("a", StatementRetracted(reason="r"))
    fetched.clear()
    statements, expected = await pasts.text("kursk", "a")
    assert expected == {"statements/a": 7}
    assert fetched == [2, 6, 7]
    past = statements["a"]
    assert (past.first, past.retracted) == (said("a"), 7)
    assert past.current is not None
    assert past.current.text == "x"


async def test_of_relations_only_those_between_the_two_are_read(
    writer: Writer, pasts: Pasts, fetched: list[int]
) -> None:
    """A statement with many relations is asked about one without fetching the others."""
    await writer.record(said("a"), said("b"), said("c"))
    await writer.do("a", StatementRelated(relation="supports", target="c"))
    await writer.do("a", StatementRelated(relation="supports", target="b"))
    await writer.do("b", StatementRelated(relation="disputes", target="a"))
    fetched.clear()
    statements, _ = await pasts.relation("kursk", "a", "b")
    assert fetched == [2, 3, 6, 7]
    assert list(statements["a"].relations) == [("supports", "b")]
    assert list(statements["b"].relations) == [("disputes", "a")]


async def test_a_past_is_waited_for_as_long_as_the_projector_says(
    writer: Writer, pasts: Pasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the read model does not come to the subject's revision, nothing is decided."""

    async def late(timeline: str, revision: int) -> None:
        raise Lagging(1, revision)

    await writer.record(said("a"))
    monkeypatch.setattr(writer.projector, "wait_for", late)
    with pytest.raises(Lagging):
        await pasts.text("kursk", "a")


async def test_actors_that_the_read_model_does_not_know_are_another_history(
    writer: Writer, pasts: Pasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log has moved `actors` by events that the read model never saw, nothing is
    decided by the directory of before."""

    async def moved(timeline: str, subjects: Sequence[str]) -> list[int]:
        return [2]

    await writer.record(said("a"))
    monkeypatch.setattr(writer.log, "revisions", moved)
    with pytest.raises(LogReplaced):
        await pasts.directory("kursk")


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
