"""Progress: who waits is woken, whoever moves it on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from events.errors import Lagging
from projections.progress import Progress
from tests.writers import Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer with a timeline at revision 2."""
    async with open_writer(tmp_path) as opened:
        await opened.open()
        await opened.record(said("a"))
        await opened.projector.progress.wait_for("kursk", 2)
        yield opened


async def test_who_waits_is_woken_by_the_message_of_another_process(writer: Writer) -> None:
    """A revision that only a message reports is enough for those who wait for it, and for those who
    wait for one before it."""
    progress = Progress(writer.read_model)
    heard: list[Mapping[str, int]] = []
    progress.on_folded.append(heard.append)
    waiting = [asyncio.create_task(progress.wait_for("kursk", n)) for n in (3, 4, 5)]
    await asyncio.sleep(0)  # noqa: TID251 - the tasks begin to wait
    progress.advance({"kursk": 4, "other": 9})
    await asyncio.gather(*waiting[:2])
    assert not waiting[2].done()
    waiting[2].cancel()
    assert heard == [{"kursk": 4, "other": 9}]


async def test_another_file_wakes_those_whose_revision_it_has(writer: Writer) -> None:
    """After a turn to another file of the same history, those who follow hear of all that can be
    asked about; after one to another history, that it is one."""
    progress = Progress(writer.read_model)
    heard: list[object] = []
    progress.on_folded.append(heard.append)
    progress.on_reset.append(heard.append)
    progress.turn(0, replaced=False)
    progress.turn(0, replaced=True)
    assert heard == [{"kursk": 2}, 0]


async def test_a_revision_that_does_not_come_is_lagging(writer: Writer) -> None:
    """At the limit the error says how far the fold is."""
    progress = Progress(writer.read_model)
    with pytest.raises(Lagging) as lagging:
        await progress.wait_for("kursk", 3, limit=0.001)
    assert (lagging.value.revision, lagging.value.wanted) == (2, 3)
