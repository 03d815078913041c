"""Statements that were recorded a moment ago, and are not folded yet."""

from __future__ import annotations

import asyncio
import random
import tempfile
import tracemalloc
from pathlib import Path
from time import thread_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import Unknown
from events.event.codec import encode_data
from events.event.types import (
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
)
from events.statement.statement import Statement
from projections.progress import Progress
from projections.storage.read_model import ReadModel
from service.writing.deciding.command import Command, Put
from service.writing.deciding.decide import decide
from service.writing.deciding.recent import RecentStatements
from service.writing.deciding.working_state import FoundState, WorkingState
from service.writing.rules.decision import EventRef
from service.writing.rules.statement import StatementPast
from tests.many_commands import apart, random_commands, shown, together, written
from tests.searches import examples
from tests.writers import Writer, open_writer, said

OF_STATEMENTS = (
    Put,
    StatementRecorded,
    StatementCorrected,
    StatementRetracted,
    StatementReinstated,
    StatementRelated,
    StatementUnrelated,
    StatementGraded,
)


async def stand_still(writer: Writer) -> None:
    """From now on nothing is folded."""
    writer.fold.cancel()
    await asyncio.wait({writer.fold})


@given(seed=st.integers(0, 2**32 - 1))
@examples(1 / 4)
async def test_calls_do_not_wait_for_the_fold_of_those_before_them(seed: int) -> None:
    """While nothing is folded, calls about statements that were recorded since are decided as if
    everything were, each command as by itself."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with open_writer(Path(folder, "1")) as one, open_writer(Path(folder, "2")) as other:
            await one.open()
            await other.open()
            await stand_still(other)
            first = [said(id_) for id_ in chance.sample("abcd", chance.randint(1, 4))]
            await one.record(*first)
            await other.record(*first)
            for _ in range(chance.randint(2, 5)):
                drawn = random_commands(chance, chance.randint(2, 30))
                commands = [each for each in drawn if isinstance(each.event, OF_STATEMENTS)]
                commands += [Command("a", StatementGraded(credibility=1))] * 2  # never one alone
                result = await together(other, commands)
                assert [*map(shown, result.items)] == [*map(shown, await apart(one, commands))]
            assert await written(other) == await written(one)


async def test_what_another_process_has_touched_is_read(tmp_path: Path) -> None:
    """What is kept of a statement is not believed once the log has a later event about it."""
    async with open_writer(tmp_path / "1") as writer:
        await writer.open()
        await writer.record(said("a"), said("b"))
        async with open_writer(tmp_path / "2", writer.log) as other:
            await other.do("a", StatementRedacted(revisions=(), reason="a court"))
            await other.do("b", StatementRetracted(reason="r"))
        graded = Command("a", StatementGraded(credibility=1))
        retracted = Command("b", StatementRetracted(reason="r"))
        result = await together(writer, [graded, retracted])
        assert [type(item).__name__ for item in result.items] == [
            "StatementGone",
            "AlreadyRetracted",
        ]


def test_a_relation_to_what_was_redacted_since_does_not_stand() -> None:
    """The target's redaction does not touch the source, whose relations are still believed."""
    relations = frozenset({("disputes", "b"), ("disputes", "c")})
    statements = {
        "a": StatementPast("a", EventRef(2, "e2"), said("a"), said("a")),
        "b": StatementPast("b", EventRef(3, "e3"), redacted=6),
        "c": StatementPast("c", EventRef(4, "e4"), said("c"), said("c")),
    }
    state = WorkingState(FoundState(6, {}, statements=statements, whole={"a": relations}))
    for target in ("b", "c"):
        wanted = StatementUnrelated(relation="disputes", target=target, reason="r")
        if target == "b":
            with pytest.raises(Unknown):
                decide("kursk", state, Command("a", wanted))
        else:
            assert decide("kursk", state, Command("a", wanted)).id == "a"


async def test_what_is_folded_is_forgotten(tmp_path: Path) -> None:
    """Nothing stays in memory that could be removed from the log; after another log has taken
    its place nothing is kept either."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        recent = writer.commands._finder.recent
        await stand_still(writer)
        await writer.record(said("a"))
        await together(writer, [Command("a", StatementGraded(credibility=1))] * 2)
        assert recent.find("kursk", "a", 4) is not None
        assert recent.find("kursk", "a", 3) is None
        for tell in writer.projector.progress.on_folded:
            tell({"kursk": 3})
        assert recent.find("kursk", "a", 4) is not None
        for tell in writer.projector.progress.on_folded:
            tell({"kursk": 4})
        assert recent.find("kursk", "a", 4) is None
        await writer.record(said("b"))
        for reset in writer.projector.progress.on_reset:
            reset(0)
        assert recent.find("kursk", "b", 5) is None


def _rich(number: int) -> Statement:
    said_by = {"by": "me", "on": None}
    about = [f"Actor {number} of {n}" for n in range(8)]
    given = {"id": f"s{number}", "kind": "claim", "text": "t", "said": said_by, "about": about}
    return msgspec.convert(given, Statement)


def _data(number: int) -> bytes:
    return encode_data(StatementRecorded(statement=_rich(number)))


def test_statements_that_are_kept_take_little_memory(tmp_path: Path) -> None:
    """While the fold is far behind, ten thousand of a bulk load are kept: as JSON, and the same
    when they are asked for."""
    recent = RecentStatements(Progress(ReadModel(tmp_path, 1)))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for n in range(1_000):
            recent.record("kursk", f"s{n}", _data(n), EventRef(n + 2, f"e{n}"))
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken < 1_300_000
    found = recent.find("kursk", "s7", 9)
    assert found is not None
    assert found.past.current == _rich(7)


def _dropping(folder: Path, kept: int) -> float:
    """Seconds of the processor for each of so many that are dropped as they are folded, one by
    one."""
    progress = Progress(ReadModel(folder, 1))
    recent = RecentStatements(progress)
    for n in range(kept):
        recent.record("kursk", f"s{n}", b"", EventRef(n + 1, f"e{n}"))
    begun = thread_time()
    for n in range(kept):
        for tell in progress.on_folded:
            tell({"kursk": n + 1})
    return (thread_time() - begun) / kept


def test_what_is_folded_is_dropped_as_quickly_from_many_as_from_few(tmp_path: Path) -> None:
    """While the fold catches up with a bulk load, each statement costs the worker the same."""
    few = min(_dropping(tmp_path, 100) for _ in range(5))
    many = min(_dropping(tmp_path, 10_000) for _ in range(5))
    assert many < 5 * few


async def test_the_oldest_are_dropped_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is bounded, whatever is recorded while the fold stands still."""
    monkeypatch.setattr("service.writing.deciding.recent._MOST", 3)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await stand_still(writer)
        await writer.record(*(said(f"s{n}") for n in range(5)))
        recent = writer.commands._finder.recent
        kept = [n for n in range(5) if recent.find("kursk", f"s{n}", n + 2) is not None]
        assert kept == [2, 3, 4]
