"""Recording statements: one or many, all or none, each id once.

It is tried without reading anything, on the expectation that nothing has touched the statements'
ids. Only where that fails is their past read, and what was recorded before found to be the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from events.envelope import NEW
from events.errors import IdempotencyConflict
from events.log import Log
from events.statement import Statement
from service.appender import Appender, Draft, settle
from service.bodies import Recorded
from service.clock import IdMaker
from service.command import Done, RecordStatements
from service.decide.decision import Made, Record, Same
from service.decide.statement import record_all
from service.idempotency import Key
from service.past import Pasts, StatementPasts

__all__ = ["Recording"]

_Named = Sequence[tuple[str, Statement]]
"""Statements, each with its id."""


class Recording:
    """Records statements."""

    def __init__(self, log: Log, pasts: Pasts, appender: Appender, ids: IdMaker) -> None:
        self._log = log
        self._pasts = pasts
        self._appender = appender
        self._ids = ids

    async def record(
        self, timeline: str, command: RecordStatements, author: str, key: Key | None
    ) -> Done:
        """Record them all or none; the items of the answer are in their order.

        Raises StatementExists, StatementRedacted, IdempotencyConflict and what the log and the
        read model raise.
        """
        named = self._named(command, key)

        async def attempt(first: bool) -> Done | None:
            done = await self._remembered(timeline, named, key) if key else None
            return done or await self._attempt(timeline, named, author, key, first)

        return await settle(attempt)

    def _named(self, command: RecordStatements, key: Key | None) -> _Named:
        """The statements with the ids that they have or are given."""
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
        self, timeline: str, named: _Named, author: str, key: Key | None, first: bool
    ) -> Done | None:
        pasts: StatementPasts = {}
        if not first:
            pasts, _ = await self._pasts.beginnings(timeline, [*dict(named)])
        decisions = record_all(pasts, named)
        new = [d for d in decisions.values() if isinstance(d, Record)]
        drafts = [
            Draft(event_id, decision)
            for event_id, decision in zip(self._event_ids(named, new, key), new, strict=True)
        ]
        expected = {decision.subject: NEW for decision in new}
        settled = await self._appender.append(timeline, drafts, expected, author, key)
        if settled is None:
            return None
        made = {id_: d.made for id_, d in decisions.items() if isinstance(d, Same)}
        fresh = {draft.decision.id: m for draft, m in zip(drafts, settled.made, strict=True)}
        return Done(_items(named, made | fresh, {*fresh}), settled.revision)

    def _event_ids(self, named: _Named, new: Sequence[Record], key: Key | None) -> Sequence[str]:
        if key is None:
            return self._ids.many(len(new))
        places = _places(named)
        return [key.event_id(places[decision.id]) for decision in new]

    async def _remembered(self, timeline: str, named: _Named, key: Key) -> Done | None:
        """What the key's request came to; None where the key is unspent. What that request found
        recorded before is read again: a first recording never changes."""
        claim = (await self._log.receipts(timeline, [key.claim.id]))[0]
        if claim is None:
            return None
        for id_, _ in named:
            self._pasts.refuse_redacted(timeline, id_)
        if claim.fingerprint != key.claim.fingerprint:
            raise IdempotencyConflict(key.text)
        places = _places(named)
        event_ids = [key.event_id(place) for place in places.values()]
        receipts = await self._log.receipts(timeline, event_ids)
        made = {
            id_: Made(receipt.revision, event_id)
            for id_, event_id, receipt in zip(places, event_ids, receipts, strict=True)
            if receipt is not None
        }
        older = [id_ for id_ in places if id_ not in made]
        if older:
            pasts, _ = await self._pasts.beginnings(timeline, older)
            made |= {id_: past.recorded for id_, past in pasts.items()}
        return Done(_items(named, made, set()), claim.revision)


def _places(named: _Named) -> dict[str, int]:
    """Each id and the item at which it comes first."""
    places: dict[str, int] = {}
    for n, (id_, _) in enumerate(named):
        places.setdefault(id_, n)
    return places


def _items(named: _Named, made: Mapping[str, Made], fresh: set[str]) -> tuple[Recorded, ...]:
    """The answer to each statement; of one that came twice, the second is the duplicate."""
    items = []
    for id_, _ in named:
        revision, event_id = made[id_]
        items.append(Recorded(id_, event_id, revision, id_ not in fresh))
        fresh.discard(id_)
    return tuple(items)
