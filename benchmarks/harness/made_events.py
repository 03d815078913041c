"""Generated timelines of any length, equal for equal seeds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

from events.event.codec import Codec
from events.event.envelope import StoredEvent, Subject, header_bytes, statement_subject
from events.event.types import (
    Event,
    Relation,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRelated,
    TimelineOpened,
)
from events.statement.statement import AboutActor, Kind, Place, Said, Source, Statement, Via

__all__ = ["CODEC", "TIMELINE", "corrected_events", "stored_events"]

CODEC = Codec(bytes(32))
TIMELINE = "load"

_WORDS = ("troops", "front", "river", "treaty", "talks", "border", "losses", "officials", "weeks")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_FIRST_DAY = datetime(2024, 8, 6, tzinfo=UTC)


def stored_events(count: int, *, recorded: float = 0.85, seed: int = 1) -> Iterator[StoredEvent]:
    """`count` entries of one timeline: `recorded` of them record statements, the others relate,
    correct, grade and retract."""
    chance = random.Random(seed)
    yield _stored(1, "timeline", TimelineOpened(title="Load"))
    statements = 0
    for position in range(2, count + 1):
        if statements < 2 or chance.random() < recorded:
            subject, event = _recorded(chance, statements)
            statements += 1
        else:
            subject, event = _changed(chance, statements, position)
        yield _stored(position, subject, event)


def corrected_events(statements: int, *, seed: int = 1) -> Iterator[StoredEvent]:
    """This many statements, every tenth of them corrected five times, a thousand statements
    apart."""
    chance = random.Random(seed)
    yield _stored(1, "timeline", TimelineOpened(title="Load"))
    position = 1
    for number in range(statements):
        position += 1
        yield _stored(position, *_recorded(chance, number))
        for own in range(number, max(-1, number - 5_000), -1_000) if number % 10 == 0 else ():
            position += 1
            changes = {"text": f"corrected at {position}", "occurred": "2024-10"}
            event = StatementCorrected(changes=changes, reason="found out")
            yield _stored(position, statement_subject(f"s{own}"), event)


def _stored(position: int, subject: str, event: Event) -> StoredEvent:
    sealed = CODEC.seal(TIMELINE, f"e{position}", Subject(subject), event, "load", bytes(16))
    at = (_START + timedelta(milliseconds=position)).isoformat(timespec="microseconds")
    header = header_bytes(TIMELINE, position, at.replace("+00:00", "Z"), sealed.tail)
    return StoredEvent(position, header, sealed.salt, sealed.data)


def _recorded(chance: random.Random, number: int) -> tuple[str, Event]:
    """A statement of about 900 bytes with some ten terms."""
    said = _FIRST_DAY + timedelta(minutes=number % 400_000)
    occurred = said - timedelta(days=chance.randrange(400))
    date = f"{occurred:%Y-%m-%d}"
    statement = Statement(
        id=f"s{number}",
        kind=chance.choice(get_args(Kind)),
        text=" ".join(chance.choices(_WORDS, k=chance.randrange(15, 45))),
        said=Said(
            by=f"Actor {int(chance.expovariate(0.02))}",
            on=f"{said:%Y-%m-%d}",
            via=(Via(actor=f"Agency {chance.randrange(20)}", role="agency"),),
        ),
        occurred=chance.choice((date, date, date[:7], f"{date}/..", f"{date[:7]}~", None)),
        about=(
            AboutActor(actor=f"Actor {chance.randrange(100)}"),
            AboutActor(actor=f"Unit {chance.randrange(300)}"),
        ),
        places=(Place(name=f"Place {chance.randrange(200)}"),),
        sources=(Source(id=f"src{chance.randrange(2_000)}", title="A report", publisher="KCNA"),),
        tags=(*(f"tag-{n}" for n in chance.sample(range(500), 3)), *("common",)[: number % 2]),
    )
    return statement_subject(f"s{number}"), StatementRecorded(statement=statement)


def _changed(chance: random.Random, statements: int, position: int) -> tuple[str, Event]:
    """A change of a statement. No two retract the same statement or add the same relation, because
    the note or the target depends on the position."""
    own = position % statements
    subject = statement_subject(f"s{own}")
    draw = chance.random()
    if draw < 0.6:
        target = f"s{(own + 1 + position % max(1, statements - 1)) % statements}"
        relation = get_args(Relation)[position % 5]
        if target != f"s{own}":
            return subject, StatementRelated(relation=relation, target=target)
    if draw < 0.8:
        changes = {"text": f"corrected at {position}", "tags": ["corrected"]}
        return subject, StatementCorrected(changes=changes, reason="found out")
    return subject, StatementGraded(credibility=1 + position % 6)
