"""Recording statements: one or many, all or none, each id once.

The first attempt reads nothing: it appends on the condition that no event has touched the
statements' ids. Only if that fails, their past is read and compared with what is to be recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from events.errors import IdempotencyConflict, RevisionConflict, StatementExists
from events.event.envelope import NEW, statement_subject
from events.event.types import StatementRecorded
from events.log.contract import Log
from events.statement.statement import Statement
from service.clock import IdMaker
from service.messages.write_results import Recorded
from service.writing.deciding.past import Pasts, StatementPasts
from service.writing.deciding.recent import RecentStatements
from service.writing.execution.command import Caller, CommandResult, RecordStatements
from service.writing.execution.event_writer import Draft, EventWriter
from service.writing.execution.idempotency import Key
from service.writing.execution.retries import retry_conflicts
from service.writing.rules.decision import AlreadyRecorded, EventRef, Record
from service.writing.rules.statement import record_all

__all__ = ["StatementRecorder"]

_Named = Sequence[tuple[str, Statement]]
"""Statements, each with its id."""


class StatementRecorder:
    """Records statements."""

    def __init__(
        self, log: Log, pasts: Pasts, recent: RecentStatements, events: EventWriter, ids: IdMaker
    ) -> None:
        self._log = log
        self._pasts = pasts
        self._recent = recent
        self._events = events
        self._ids = ids

    async def record(
        self, timeline: str, command: RecordStatements, caller: Caller, key: Key | None
    ) -> CommandResult:
        """Record all of them or none; the items of the answer are in the same order.

        Raises StatementExists, StatementGone, IdempotencyConflict and what the log and the
        read model raise.
        """
        if isinstance(command.body, Statement) and key is None and not caller.dry_run:
            return await self._record_one(timeline, command.body, caller)
        named = self._named(command, key)

        async def attempt(first: bool) -> CommandResult | None:
            known = await self._remembered(timeline, named, key) if key else None
            return known or await self._attempt(timeline, named, caller, key, first)

        return await retry_conflicts(attempt)

    async def _record_one(
        self, timeline: str, statement: Statement, caller: Caller
    ) -> CommandResult:
        """`record` without a key, as nearly every statement comes that comes alone. It takes fewer
        steps, unless the id turns out to be taken."""
        if statement.id is None:
            statement = structs.replace(statement, id=self._ids())
        id_: Any = statement.id
        subject = statement_subject(id_)
        draft = Draft(self._ids(), Record(id_, subject, StatementRecorded(statement=statement)))
        expected = {subject: NEW}
        try:
            written = await self._events.write(timeline, [draft], expected, caller.author, None)
        except RevisionConflict:
            written = None
        if written is None:
            named = ((id_, statement),)
            return await retry_conflicts(
                lambda _: self._attempt(timeline, named, caller, None, first=False)
            )
        [revision], [sealed] = written.revisions, written.events
        self._recent.record(timeline, id_, sealed.data, EventRef(revision, draft.event_id))
        item = Recorded(id_, draft.event_id, revision, duplicate=False)
        return CommandResult((item,), written.revision)

    def _named(self, command: RecordStatements, key: Key | None) -> _Named:
        """The statements with their own or new ids."""
        statements = command.statements
        missing = [n for n, statement in enumerate(statements) if statement.id is None]
        fresh = [key.statement_id(n) for n in missing] if key else self._ids.many(len(missing))
        given = dict(zip(missing, fresh, strict=True))
        return [
            (statement.id, statement)
            if statement.id is not None
            else (given[n], structs.replace(statement, id=given[n]))
            for n, statement in enumerate(statements)
        ]

    async def _attempt(
        self, timeline: str, named: _Named, caller: Caller, key: Key | None, first: bool
    ) -> CommandResult | None:
        pasts: StatementPasts = {}
        if not first:
            pasts, _ = await self._pasts.beginnings(timeline, [*dict(named)])
        try:
            decisions = record_all(pasts, named)
        except StatementExists:
            if first:
                return None  # the next attempt reads the past, and names all ids that are taken
            raise
        new = [d for d in decisions.values() if isinstance(d, Record)]
        drafts = [
            Draft(event_id, decision)
            for event_id, decision in zip(self._event_ids(named, new, key), new, strict=True)
        ]
        expected = {decision.subject: NEW for decision in new}
        appended = await self._events.write(
            timeline, drafts, expected, caller.author, key, dry_run=caller.dry_run
        )
        if appended is None:
            return None
        made = {id_: d.made for id_, d in decisions.items() if isinstance(d, AlreadyRecorded)}
        fresh = {
            draft.decision.id: EventRef(revision, draft.event_id)
            for draft, revision in zip(drafts, appended.revisions, strict=True)
        }
        for (id_, event), sealed in zip(fresh.items(), appended.events, strict=False):
            self._recent.record(timeline, id_, sealed.data, event)
        return CommandResult(_items(named, made | fresh, {*fresh}), appended.revision)

    def _event_ids(self, named: _Named, new: Sequence[Record], key: Key | None) -> Sequence[str]:
        if key is None:
            return self._ids.many(len(new))
        places = _places(named)
        return [key.event_id(places[decision.id]) for decision in new]

    async def _remembered(self, timeline: str, named: _Named, key: Key) -> CommandResult | None:
        """The result of the request that used the key before; None if none has. Statements that it
        found recorded are read again, because the first recording of a statement never changes."""
        claim = (await self._log.receipts(timeline, [key.claim.id]))[0]
        if claim is None:
            return None
        for id_, _ in named:
            self._pasts.refuse_redacted(timeline, id_)
        if claim.fingerprint != key.claim.fingerprint:
            raise IdempotencyConflict(key.given)
        places = _places(named)
        event_ids = [key.event_id(place) for place in places.values()]
        receipts = await self._log.receipts(timeline, event_ids)
        made = {
            id_: EventRef(receipt.revision, event_id)
            for id_, event_id, receipt in zip(places, event_ids, receipts, strict=True)
            if receipt is not None
        }
        older = [id_ for id_ in places if id_ not in made]
        if older:
            pasts, _ = await self._pasts.beginnings(timeline, older)
            made |= {id_: past.recorded for id_, past in pasts.items()}
        return CommandResult(_items(named, made, set()), claim.revision)


def _places(named: _Named) -> dict[str, int]:
    """Each id, with the number of the first item that has it."""
    places: dict[str, int] = {}
    for n, (id_, _) in enumerate(named):
        places.setdefault(id_, n)
    return places


def _items(named: _Named, made: Mapping[str, EventRef], fresh: set[str]) -> tuple[Recorded, ...]:
    """An item for each statement; if a statement is given twice, the second is the duplicate."""
    items = []
    for id_, _ in named:
        revision, event_id = made[id_]
        items.append(Recorded(id_, event_id, revision, id_ not in fresh))
        fresh.discard(id_)
    return tuple(items)
