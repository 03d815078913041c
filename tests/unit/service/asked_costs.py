"""Asks a service of a long timeline, and notes what SQLite did for each question and command."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.event.envelope import StoredEvent, statement_subject
from events.event.types import Event, TimelineOpened
from projections import queries
from projections.queries import timelines as timeline_queries
from projections.queries.columns import current_columns
from projections.queries.columns.cached_columns import matching_in
from projections.queries.listing.filter import StatementFilter
from projections.queries.states import redactions_among
from projections.queries.touched import touched_at
from service.app import create_app
from tests.long_timeline import HUB, KEYS, LONG
from tests.serving import in_process
from tests.tracing import Work
from tests.unit.service.long_questions import COMMANDS
from tests.writers import Writer, working


@asynccontextmanager
async def asking(writer: Writer, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application over the writer's log and read model."""
    with working(writer, folder) as worker:
        app: Any = create_app(worker)
        async with in_process(app, folder) as web:
            yield web


def filtered(writer: Writer, work: list[Work]) -> list[Work]:
    """A live stream asks what a statement with a long past was, long ago."""
    work.clear()
    ref = queries.timeline_at(writer.store.reader, "kursk")
    assert ref is not None
    touched_at(writer.store.reader, ref.tl, [LONG], KEYS + 100)
    return work[:]


def fed(writer: Writer, work: list[Work]) -> list[Work]:
    """What changed last, when, which extra fields the first statements have, where statements with
    these ids were recorded, and what was shown of them then."""
    work.clear()
    reader = writer.store.reader
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    changed = queries.last_changed(reader, ref, ref.revision, 10)
    queries.recorded_times(reader, ref, changed)
    queries.graded_sources(reader, ref, ref.revision, ["src1"])
    queries.extra_names(reader, ref, StatementFilter(), ref.revision, after=0, limit=10)
    recorded = [*queries.revisions_of_ids(reader, ref, [LONG, "s8", "s9"]).values()]
    assert len(queries.show_some(reader, ref.tl, recorded, max(recorded), recorded)) == 3
    return work[:]


def found_for_many(writer: Writer, work: list[Work]) -> list[Work]:
    """What many commands at once ask of their subjects: where each began, and whether it was
    redacted."""
    work.clear()
    reader = writer.store.reader
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    queries.first_events(reader, ref, [statement_subject(id_) for id_ in (LONG, HUB, "s8")])
    redactions_among(reader, ref, ["gone", LONG, "new"])
    return work[:]


def loaded(writer: Writer, work: list[Work]) -> list[Work]:
    """The columns are loaded, and shared, and asked once."""
    work.clear()
    ref = queries.timeline_at(writer.store.reader, "kursk")
    assert ref is not None
    filter_ = StatementFilter(kinds=("claim",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_columns, "_SHELVED", 0)
        while matching_in(writer.store.reader, ref, filter_, ref.revision) is None:
            writer.store.reader.memory.wait()
        writer.store.reader.memory.wait()
    return work[:]


def listed(writer: Writer, work: list[Work]) -> list[Work]:
    """What is asked at a start, or where another file takes over."""
    work.clear()
    queries.list_redactions(writer.store.reader)
    timeline_queries.revisions(writer.store.reader)
    writer.read_model.checkpoint(0)
    return work[:]


def steps() -> Iterator[tuple[str, tuple[str, str, Event]]]:
    """Each command with a name: on which timeline, about what."""
    for number, (id_, event) in enumerate(COMMANDS):
        yield f"{number}: {event.event_type} {id_}", ("kursk", id_, event)
    yield "timeline.opened", ("new", "new", TimelineOpened(title="New"))


def urls(head: int, questions: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for route, asked in questions.items():
        for question in asked:
            path, _, query = question.partition("?")
            bare = route.replace("{t:str}", "kursk")
            query = re.sub(r"HEAD-?(\d*)", lambda back: str(head - int(back[1] or 0)), query)
            yield re.sub(r"\{\w+:str\}", path, bare) + (f"?{query}" if query else "")


async def ask(client: httpx.AsyncClient, url: str, work: list[Work]) -> list[Work]:
    work.clear()
    answer = await client.get(url)
    assert answer.status_code == 200, (url, answer.text, work[-2:])
    return work[:]


async def do(
    writer: Writer, timeline: str, id_: str, event: Event, work: list[Work]
) -> tuple[list[Work], int]:
    """What SQLite did until the event was folded, and how many events were fetched for it."""
    count = 0
    fetch = writer.log.fetch
    tags = tag_of(writer, id_) if event.event_type.startswith("statement.") else None

    async def counting(partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        nonlocal count
        count += len(positions)
        return await fetch(partition, positions)

    work.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer.log, "fetch", counting)
        done = await writer._replace(timeline=timeline).do(id_, event, tags=tags)
        await writer.projector.progress.wait_for(timeline, done.revision)
    assert not done.items[0].duplicate
    return work[:], count


def tag_of(writer: Writer, id_: str) -> tuple[str, ...]:
    """The tag that If-Match has to name."""
    ref = queries.timeline_at(writer.store.reader, "kursk")
    changed = ref and queries.changed_at(writer.store.reader, ref, id_, ref.revision)
    return (str(changed),)
