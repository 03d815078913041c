"""Long questions, which few threads answer."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from events.errors import QueryTooLong
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader
from service.reading.moment import Moment
from service.reading.read_side import ReadSide
from tests.program import LIMIT
from tests.writers import open_writer


async def test_a_question_that_nobody_waits_for_has_its_place_until_it_ends(tmp_path: Path) -> None:
    """Who asks and leaves, over and over, gets no more threads than who waits; what such a question
    raises is nobody's."""
    go_on, began = threading.Event(), threading.Semaphore(0)

    def ask(_: Reader, __: TimelineRef) -> None:
        began.release()
        go_on.wait(LIMIT)
        raise QueryTooLong("It took too long.")

    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        side = ReadSide(writer.log, writer.read_model, writer.projector.progress)
        ref = timeline_at(side.reader_of("kursk"), "kursk")
        assert ref is not None
        moment = Moment(ref, 1, None)
        left = [asyncio.create_task(side.aside(moment, ask)) for _ in range(2)]
        for _ in left:
            await asyncio.to_thread(began.acquire)
        for question in left:
            question.cancel()
        await asyncio.wait(left)
        assert side._aside.locked()
        last = asyncio.create_task(side.aside(moment, lambda _, ref: ref.revision))
        go_on.set()
        assert await last == 1
        assert not side._aside.locked()
