"""The typed client asks a real service: pages, events, moments, counts and health."""

from __future__ import annotations

import msgspec
import pytest

from service.client import (
    Client,
    Invalid,
    NotFound,
    StatementQuery,
)
from tests.acceptance import typed_client
from tests.acceptance.typed_client import claim

client, timeline = typed_client.client, typed_client.timeline


async def test_every_statement_comes_page_after_page(client: Client, timeline: str) -> None:
    """More than one page of statements is one iteration, in order, filtered as asked."""
    sent = [claim(f"s-{i:04}", by="Kim" if i % 2 else "KCNA") for i in range(1_010)]
    for start in range(0, len(sent), 505):
        await client.record(timeline, sent[start : start + 505])
    await client.timeline(timeline, min_revision=1_011)
    every = client.every_statement(timeline, StatementQuery(order="recorded"))
    assert [item.id async for item in every] == [item.id for item in sent]
    page = await client.statements(timeline, StatementQuery(by=("kim",)), limit=1, count=True)
    assert page.value.total == 505
    assert len(page.value.items) == 1


async def test_events_come_as_pages_and_as_lines(client: Client, timeline: str) -> None:
    """Both ways give the same events; pages go on by `next_after`, filters hold in both."""
    await client.record(timeline, [claim(f"s-{i}") for i in range(5)])
    await client.timeline(timeline, min_revision=6)
    first = (await client.events(timeline, limit=2)).value
    assert [event.revision for event in first.items] == [1, 2]
    assert (first.next_after, first.head) == (2, 6)
    every = [event async for event in client.every_event(timeline)]
    assert [event.revision for event in every] == [1, 2, 3, 4, 5, 6]
    async with client.event_lines(timeline, after=1, type=["statement.recorded"]) as events:
        lines = [line async for line in events.lines]
    assert [msgspec.json.decode(line)["revision"] for line in lines] == [2, 3, 4, 5, 6]
    one = await client.event(timeline, 3)
    assert one.body == lines[1]
    assert one.value == every[2]


async def test_health_is_reported_as_it_is(client: Client) -> None:
    """A running service is ready, and says of what."""
    health = await client.health()
    assert health.ready
    assert msgspec.json.decode(health.report)["log"]["reachable"]


async def test_earlier_moments_are_asked_and_compared(client: Client, timeline: str) -> None:
    """What was known at a revision, in lists and of one statement, and what came after it."""
    answer = await client.record(timeline, [claim("a"), claim("b", by="Kim")])
    wanted = StatementQuery(as_of=2, unsourced=True, standing=("asserted",))
    await client.timeline(timeline, min_revision=answer.value.revision)
    page = (await client.statements(timeline, wanted)).value
    assert page.as_of is not None
    assert (page.as_of.revision, len(page.items)) == (2, 1)
    assert (await client.timeline(timeline, as_of=2)).value.statements == 1
    with pytest.raises(NotFound):
        await client.statement(timeline, "b", as_of=2)
    actors = (await client.actors(timeline, as_of=2)).value.items
    assert [actor.id for actor in actors] == ["KCNA"]
    found = (await client.diff(timeline, 2, 3)).value
    assert [shown.id for shown in found.recorded] == ["b"]
    assert (found.from_.revision, found.to.revision) == (2, 3)


async def test_statements_are_counted_and_searched(client: Client, timeline: str) -> None:
    """Buckets and facets under a filter, and a search, come back as types."""
    recorded = await client.record(
        timeline, [claim("a", occurred="2024-10"), claim("b", by="Kim", occurred="2025-01-01")]
    )
    now = StatementQuery(q=("a",), as_of=recorded.value.revision)
    await client.timeline(timeline, min_revision=recorded.value.revision)
    buckets = (await client.buckets(timeline, "year", filter_=StatementQuery(by=("kim",)))).value
    assert [(bucket.start, bucket.count) for bucket in buckets.items] == [
        ("2025-01-01T00:00:00Z", 1)
    ]
    window = StatementQuery(from_="2024-10-31", to="2025")
    buckets = (await client.buckets(timeline, "month", filter_=window)).value
    assert ([bucket.count for bucket in buckets.items], buckets.before.count) == ([1], 1)
    facets = (await client.facets(timeline, filter_=now)).value
    assert [(facet.value, facet.count) for facet in facets.actors] == [("KCNA", 1)]
    with pytest.raises(Invalid):
        await client.facets(timeline, filter_=StatementQuery(order="said"))
