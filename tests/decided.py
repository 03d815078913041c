"""Pasts for tests of the rules: what was decided becomes the past of what is decided next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from events.envelope import Header, Subject
from events.statement import Said, Statement
from events.types import Event
from service.decide import actors, statement
from service.decide.actors import Directory
from service.decide.decision import Decision, Record
from service.decide.statement import StatementPast

__all__ = ["Decided", "header", "said"]


def header(revision: int, subject: str, event_type: str) -> Header:
    """A header of which only these and the id `e<revision>` say something."""
    return Header(
        timeline="kursk",
        revision=revision,
        recorded_at="2026-11-23T03:10:00.000000Z",
        id=f"e{revision}",
        type=event_type,
        version=1,
        subject=subject,
        author="desk",
        digest="",
        seal="",
    )


def said(text: str = "Kursk is free.", **fields: Any) -> Statement:
    """A statement without an id, unless it is given."""
    return Statement(kind="claim", text=text, said=Said(by="Gerasimov", on=None), **fields)


class Decided:
    """The events of a timeline, kept in memory."""

    def __init__(self) -> None:
        self.events: list[tuple[Header, Event]] = []

    def add(self, subject: Subject, event: Event) -> int:
        """Record the event; its revision."""
        revision = len(self.events) + 1
        self.events.append((header(revision, subject, event.event_type), event))
        return revision

    def take(self, decision: Decision) -> int:
        """Record what was decided, if there is something; the revision that it has."""
        if isinstance(decision, Record):
            return self.add(decision.subject, decision.event)
        return decision.made.revision

    def statement(self, id: str, *, gone: Iterable[int] = ()) -> StatementPast | None:  # noqa: A002 - the field's own name
        """The past of the statement; the data of the revisions `gone` is no longer there."""
        past: StatementPast | None = None
        for told, event in self.events:
            if past is None and told.subject != f"statements/{id}":
                continue
            past = statement.evolve(past, told, None if told.revision in gone else event)
        return past

    def directory(self) -> Directory:
        """Every actor that was registered."""
        return actors.evolve(
            Directory(), (e for e in self.events if e[0].subject.startswith("actors/"))
        )
