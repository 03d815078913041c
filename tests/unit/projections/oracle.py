"""What the read model must answer, worked out from the events in plain Python, without any SQL
and without remembering anything: every question is answered from the whole history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from events.edtf import dates
from events.event.codec import RecordedEvent
from events.event.envelope import Header, subject_id
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
)
from events.statement.correction import merged
from events.statement.statement import Statement
from events.statement.wording import spelling_key

__all__ = ["Oracle", "sort_key"]


class _Relation:
    def __init__(self, source: str, event: StatementRelated, revision: int) -> None:
        self.source, self.kind, self.target = source, event.relation, event.target
        self.event, self.revision = event, revision


class Oracle:
    """The state after some events of one timeline; `statements` by id, in order of recording."""

    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        self.statements: dict[str, Statement] = {}
        self.recorded: dict[str, tuple[int, str]] = {}
        self.corrected: dict[str, str] = {}
        self.retracted: dict[str, int] = {}
        self.retractions: dict[str, dict[str, Any]] = {}
        self.grades: dict[str, int] = {}
        self.touched: dict[str, int] = {}
        self.described: dict[str, int] = {}
        self.relations: list[_Relation] = []
        self.actors: dict[str, tuple[str, str]] = {}
        self.aliases: dict[str, dict[str, str]] = {}
        for event in events:
            self.apply(event)

    def shown(self, id: str) -> dict[str, Any]:  # noqa: A002 - the field's own name
        """The statement's answer, but for `changed`."""
        statement = self.statements[id]
        standing, because = self.standing(id)
        answer: dict[str, Any] = msgspec.to_builtins(statement)
        for name in ("about", "places", "quantities", "sources", "tags"):
            answer[name] = list(answer[name])
        for name in ("with", "via"):
            answer["said"][name] = list(answer["said"][name])
        return answer | {
            "bounds": {
                "occurred": _bounds(statement.occurred),
                "said": _bounds(statement.said.on),
            },
            "unsourced": not statement.sources,
            "recorded_at": self.recorded[id][1],
            "corrected_at": self.corrected.get(id),
            "standing": standing,
            "because": because,
            "retraction": self.retractions[id] if id in self.retracted else None,
            "supports": len(self._counting("supports", id)),
            "disputes": len(self._counting("disputes", id)),
            "relations": [
                {
                    "relation": r.kind,
                    "direction": "out" if r.source == id else "in",
                    "statement": r.target if r.source == id else r.source,
                    "note": r.event.note,
                    "on": r.event.on,
                    "source": msgspec.to_builtins(r.event.source),
                    "revision": r.revision,
                }
                for r in self.relations
                if id in (r.source, r.target)
            ],
            "credibility": self.grades.get(id),
            "revision": self.touched[id],
        }

    def title(self, source: str) -> str:
        """A source's title as the latest recording, or correction of its sources, gives it."""
        naming = {
            self.described[id_]: [s.title for s in statement.sources if s.id == source]
            for id_, statement in self.statements.items()
        }
        return naming[max(revision for revision, titles in naming.items() if titles)][-1]

    def identity(self, spelling: str) -> str:
        """The key of the actor that a spelling means: its id's, or the spelling's own."""
        key = spelling_key(spelling)
        for actor, (id_, name) in self.actors.items():
            owned = {spelling_key(id_), spelling_key(name), *self.aliases[actor]}
            if key in owned:
                return "actor " + actor
        return key

    def names(self, id: str) -> set[str]:  # noqa: A002 - the field's own name
        """Everyone the statement names as speaker, via or about."""
        s = self.statements[id]
        spellings = [*[via.actor for via in s.said.via], *[about.actor for about in s.about]]
        return {self.identity(spelling) for spelling in spellings} | self.speakers(id)

    def speakers(self, id: str) -> set[str]:  # noqa: A002 - the field's own name
        """Everyone who said the statement; empty if nobody knows."""
        said = self.statements[id].said
        return {self.identity(spelling) for spelling in (said.by, *said.with_) if spelling}

    def roles(self, id: str, actors: set[str]) -> set[str | None]:  # noqa: A002 - the field's own name
        """As what the statement is about these actors, or about anybody if there are none."""
        about = self.statements[id].about
        return {a.role for a in about if not actors or self.identity(a.actor) in actors}

    def standing(self, id: str) -> tuple[str, list[int]]:  # noqa: A002 - the field's own name
        """The standing, and the revisions that are its cause."""
        if id in self.retracted:
            return "retracted", [self.retracted[id]]
        if found := self._counting("supersedes", id):
            return "superseded", found
        if found := self._counting("disputes", id):
            return "disputed", found
        speakers = self.speakers(id)
        found = [
            r.revision
            for r in self.relations
            if r.kind == "supports"
            and r.target == id
            and r.source not in self.retracted
            and speakers
            and (others := self.speakers(r.source))
            and not others & speakers
        ]
        return ("corroborated", found) if found else ("asserted", [])

    def _counting(self, kind: str, target: str) -> list[int]:
        return [
            r.revision
            for r in self.relations
            if r.kind == kind and r.target == target and r.source not in self.retracted
        ]

    def apply(self, recorded: RecordedEvent) -> None:
        """Take the next event."""
        header, event = recorded.header, recorded.event
        revision, id_ = header.revision, subject_id(header.subject)
        if header.type.startswith("statement."):
            self.touched[id_] = revision
        if isinstance(event, (StatementRecorded, StatementCorrected)):
            self._describe(id_, event, header)
        match event:
            case StatementRetracted():
                self.retracted[id_] = revision
                self.retractions[id_] = msgspec.to_builtins(event) | {"revision": revision}
            case StatementReinstated():
                del self.retracted[id_]
            case StatementGraded(credibility=credibility):
                self.grades[id_] = credibility
            case StatementRelated() | StatementUnrelated():
                self._relate(id_, event, revision)
            case _:
                self._apply_to_actor(spelling_key(id_), event)

    def _describe(
        self, id_: str, event: StatementRecorded | StatementCorrected, header: Header
    ) -> None:
        if isinstance(event, StatementRecorded):
            self.statements[id_] = event.statement
            self.recorded[id_] = header.revision, header.recorded_at
            self.described[id_] = header.revision
            return
        sources = self.statements[id_].sources
        self.statements[id_] = merged(self.statements[id_], event.changes)
        if self.statements[id_].sources != sources:
            self.described[id_] = header.revision
        self.corrected[id_] = header.recorded_at

    def _relate(
        self, source: str, event: StatementRelated | StatementUnrelated, revision: int
    ) -> None:
        self.touched[event.target] = revision
        if isinstance(event, StatementRelated):
            self.relations.append(_Relation(source, event, revision))
            return
        gone = (source, event.relation, event.target)
        self.relations = [r for r in self.relations if (r.source, r.kind, r.target) != gone]

    def _apply_to_actor(self, actor: str, event: object) -> None:
        match event:
            case ActorRegistered(id=id, name=name):
                self.actors[actor] = (id, name)
                self.aliases[actor] = {}
            case ActorDescribed(name=name):
                self.actors[actor] = (self.actors[actor][0], name)
            case AliasAdded(alias=alias):
                self.aliases[actor][spelling_key(alias)] = alias
            case AliasRemoved(alias=alias):
                del self.aliases[actor][spelling_key(alias)]
            case _:
                pass


def sort_key(text: str | None, recorded: int, *, turned: bool) -> tuple[float, ...]:
    """The place of a statement in the order of a date, from its first to its last."""
    sign = -1 if turned else 1
    if text is None:
        return (1, 0, 0, sign * recorded)
    date = dates.parse(text)
    start = float("-inf") if date.earliest is None else date.earliest
    end = float("inf") if date.latest is None else date.latest
    return (0, sign * start, sign * end, sign * recorded)


def _bounds(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    date = dates.parse(text)
    return {
        "start": _pair(date.start),
        "end": _pair(date.end),
        "qualifiers": list(date.qualifiers),
    }


def _pair(bounds: dates.Bounds) -> dict[str, str | None]:
    return {
        "earliest": None if bounds.earliest is None else dates.rfc3339(bounds.earliest),
        "latest": None if bounds.latest is None else dates.rfc3339(bounds.latest),
    }
