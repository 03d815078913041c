"""A timeline with many keys, in which a few things have long pasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from events.event.envelope import (
    SealedEvent,
    Subject,
    actor_subject,
    source_subject,
    statement_subject,
)
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    Event,
    SourceGraded,
    StatementCorrected,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineDescribed,
    TimelineOpened,
)
from events.log.contract import Append
from events.statement.statement import AboutActor, Origin, Place, Source
from tests.writers import CODEC, Writer, said

__all__ = [
    "GRADED",
    "HUB",
    "KEYS",
    "LONG",
    "OTHER",
    "PAST",
    "TOGGLED",
    "TOLD",
    "TURNED",
    "beginning",
    "events",
    "fill",
    "open_others",
]

KEYS: Final = 4_000
"""The number of statements, each with its own speaker, source, place, tag and origin; all but one
are about somebody as a target, and from one dataset."""
PAST: Final = 1_000
"""The number of events about each thing with a long past, and of timelines beside this one."""

LONG, HUB, TOLD, TURNED, TOGGLED, OTHER = (f"s{KEYS - n}" for n in range(1, 7))
"""Statements with long pasts: corrected, disputed, retracted and reinstated, related to others, and
again and again to `OTHER`."""

GRADED: Final = "zz-graded"
"""A source that was graded again and again."""


def beginning() -> Iterator[tuple[Subject, Event]]:
    """The beginning of a timeline, with a redaction while it is short, because a redaction folds it
    again."""
    yield Subject("timeline"), TimelineOpened(title="Kursk")
    statement = said("gone", by="Nobody", sources=(Source(id=GRADED, title="Title"),))
    yield statement_subject("gone"), StatementRecorded(statement=statement)
    yield statement_subject("gone"), StatementRedacted(revisions=(2,), reason="court")


def events() -> Iterator[tuple[Subject, Event]]:
    """Many statements, and a long past of a few of them, of an actor, a source, the timeline."""
    for n in range(KEYS):
        statement = said(
            f"s{n}",
            by=f"Speaker {n}",
            occurred=f"20{n // 80:02}-0{n % 9 + 1}",
            about=(AboutActor(actor=f"About {n}", role="rare" if n == 77 else "target"),),
            origin=Origin(dataset="other" if n == 77 else "acled", id=f"row-{n}"),
            places=(Place(name=f"Place {n}"),),
            sources=(Source(id=f"src{n}" if n else GRADED, title=f"Title {n}"),),
            tags=(f"t{n}", "common"),
        )
        yield statement_subject(f"s{n}"), StatementRecorded(statement=statement)
    yield actor_subject("zz"), ActorRegistered(id="zz", name="Speaker 7", type="person")
    yield actor_subject("zz"), AliasAdded(alias="Speaker 8")
    yield statement_subject("s3"), StatementRelated(relation="supersedes", target="s4")
    for n in range(PAST):
        changes = {"text": f"{n}", "tags": [f"x{n % 2}"], "occurred": f"21{n % 90:02}"}
        target = f"s{n + 9}"
        yield statement_subject(LONG), StatementCorrected(changes=changes, reason="so")
        yield statement_subject(HUB), StatementRelated(relation="supports", target=target)
        yield statement_subject(target), StatementRelated(relation="disputes", target=TOLD)
        yield actor_subject(f"a{n}"), ActorRegistered(id=f"a{n}", name=f"Actor {n}", type="person")
        yield actor_subject("zz"), AliasAdded(alias=f"Alias {n}")
        yield source_subject(GRADED), SourceGraded(reliability="B")
        yield Subject("timeline"), TimelineDescribed(title=f"Kursk {n}")
        yield statement_subject(TURNED), StatementRetracted(reason="so")
        yield statement_subject(TURNED), StatementReinstated(reason="so")
        yield statement_subject(TOGGLED), StatementRelated(relation="repeats", target=OTHER)
        undo = StatementUnrelated(relation="repeats", target=OTHER, reason="so")
        yield statement_subject(TOGGLED), undo


def sealed(timeline: str, number: int, subject: Subject, event: Event) -> SealedEvent:
    return CODEC.seal(timeline, f"e{number}", subject, event, "desk", bytes(16))


async def fill(writer: Writer, made: Iterator[tuple[Subject, Event]], first: int) -> int:
    """Record the events, numbered from `first` on. Returns the number of the next."""
    events = [sealed("kursk", first + n, *event) for n, event in enumerate(made)]
    for start in range(0, len(events), 500):
        await writer.log.append(Append("kursk", tuple(events[start : start + 500]), {}))
    return first + len(events)


async def open_others(writer: Writer) -> None:
    for n in range(PAST):
        event = sealed(f"other-{n}", 0, Subject("timeline"), TimelineOpened(title="Other"))
        await writer.log.append(Append(f"other-{n}", (event,), {}))
    await writer.projector.progress.wait_for(f"other-{PAST - 1}", 1, limit=120)
