"""Sealed events and appends for tests of the log."""

from __future__ import annotations

from events.event.codec import Codec
from events.event.envelope import SealedEvent, StoredEvent, Subject, statement_subject
from events.event.types import AliasAdded, StatementRetracted
from events.log.contract import Append, Claim, Log

__all__ = ["CODEC", "append_of", "audit", "entries", "retracted", "spelled"]

CODEC = Codec(bytes(range(32)))


def retracted(
    id: str,  # noqa: A002 - the field's own name
    subject: str = "one",
    reason: str = "why",
    timeline: str = "kursk",
) -> SealedEvent:
    """An event that touches the statement `subject`; `reason` is its content."""
    return CODEC.seal(
        timeline,
        id,
        statement_subject(subject),
        StatementRetracted(reason=reason),
        "desk",
        bytes(16),
    )


def spelled(id: str, actor: str, alias: str) -> SealedEvent:  # noqa: A002 - the field's own name
    """An event that touches the actor and `actors`."""
    return CODEC.seal(
        "kursk", id, Subject(f"actors/{actor}"), AliasAdded(alias=alias), "desk", bytes(16)
    )


def append_of(
    *events: SealedEvent, claim: Claim | None = None, timeline: str = "kursk", **expected: int
) -> Append:
    """An append to the events' timeline that expects `expected`: statement → revision."""
    return Append(
        events[0].timeline if events else timeline,
        events,
        {statement_subject(name): revision for name, revision in expected.items()},
        claim,
    )


async def entries(log: Log, partition: int = 0) -> list[StoredEvent]:
    """All events of a partition."""
    found: list[StoredEvent] = []
    while batch := await log.read(partition, found[-1].position if found else 0, 1_000):
        found += batch
    return found


async def audit(log: Log) -> None:
    """Check the log's promises for everything that it holds: dense positions and revisions, times
    that never go back, every id once, every digest and seal."""
    for partition in range(log.identity.partitions):
        stored = await entries(log, partition)
        headers = [CODEC.open(event).header for event in stored]
        assert [event.position for event in stored] == list(range(1, len(stored) + 1))
        assert await log.head(partition) == len(stored)
        times = [header.recorded_at for header in headers]
        assert times == sorted(times)
        for timeline in {header.timeline for header in headers}:
            own = [header for header in headers if header.timeline == timeline]
            assert [header.revision for header in own] == list(range(1, len(own) + 1))
            assert len({header.id for header in own}) == len(own)
            assert await log.revision(timeline) == len(own)
