"""Commands: load the past, decide, append."""

from __future__ import annotations

from events.codec import Codec
from events.envelope import (
    ACTORS,
    TIMELINE,
    Subject,
    source_subject,
    statement_subject,
)
from events.errors import IdempotencyConflict, RevisionConflict, Unknown
from events.log import Log
from events.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRedacted,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from projections.projector import Projector
from projections.store import Store
from service.appender import Appender, Draft, settle
from service.bodies import Recorded
from service.clock import IdMaker, Randomness
from service.command import Caller, Command, Done, RecordStatements
from service.decide import actors, source, statement, timeline
from service.decide.decision import Decision, Same
from service.idempotency import Key
from service.past import Expected, Pasts
from service.recording import Recording
from service.turns import Turns

__all__ = ["Commands"]


class Commands:
    """Everything that writes. The log, the codec and the read model are the caller's to close."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        store: Store,
        projector: Projector,
        ids: IdMaker,
        randomness: Randomness,
    ) -> None:
        self._log = log
        self._ids = ids
        self._fingerprint = codec.claim_fingerprint
        self._pasts = Pasts(log, codec, store, projector)
        self._appender = Appender(log, codec, randomness)
        self._recording = Recording(log, self._pasts, self._appender, ids)
        self._turns = Turns()

    async def execute(self, name: str, command: Command | RecordStatements, caller: Caller) -> Done:
        """Have the command happen on the timeline `name`, once.

        Raises the refusals of `events.errors`; RevisionConflict where the caller's If-Match does
        not hold, or where others were faster five times; IdempotencyConflict; LogUnavailable
        (nothing written), OutcomeUnknown (repeat with the same id or key), Lagging, Stalled.
        """
        opens = isinstance(command, Command) and isinstance(command.event, TimelineOpened)
        if not opens and not await self._pasts.is_open(name):
            raise Unknown("timeline", name)
        key = None if caller.key is None else Key(name, caller.key, command, self._fingerprint)
        if isinstance(command, RecordStatements):
            return await self._recording.record(name, command, caller.author, key)
        subjects = _subjects(command)

        async def attempt(first: bool) -> Done | None:  # noqa: ARG001 - the past is always read
            done = await self._remembered(name, command, key) if key else None
            return done or await self._attempt(name, command, caller, key)

        def is_final(conflict: RevisionConflict) -> bool:
            return caller.tags is not None and conflict.subject == subjects[0]

        async with self._turns.take(name, subjects):
            return await settle(attempt, is_final)

    async def _attempt(
        self, name: str, command: Command, caller: Caller, key: Key | None
    ) -> Done | None:
        decision, expected = await self._decide(name, command, caller.tags)
        if isinstance(decision, Same):
            revision = await self._log.revision(name)
            made = decision.made
            item = Recorded(decision.id, made.event_id, made.revision, duplicate=True)
            return Done((item,), revision)
        event_id = key.event_id() if key else self._ids()
        drafts = [Draft(event_id, decision)]
        settled = await self._appender.append(name, drafts, expected, caller.author, key)
        if settled is None:
            return None
        made = settled.made[0]
        item = Recorded(decision.id, made.event_id, made.revision, duplicate=False)
        return Done((item,), settled.revision)

    async def _remembered(self, name: str, command: Command, key: Key) -> Done | None:
        """What the key's request came to; None where the key is unspent."""
        if command.event.event_type.startswith("statement.") and not isinstance(
            command.event, StatementRedacted
        ):
            self._pasts.refuse_redacted(name, command.id)
        claim, event = await self._log.receipts(name, [key.claim.id, key.event_id()])
        if claim is None:
            return None
        if claim.fingerprint != key.claim.fingerprint or event is None:
            raise IdempotencyConflict(key.text)
        item = Recorded(command.id, key.event_id(), event.revision, duplicate=True)
        return Done((item,), claim.revision)

    async def _decide(
        self, name: str, command: Command, tags: tuple[str, ...] | None
    ) -> tuple[Decision, Expected]:
        """What the rule says of the command, and the revisions that it was said of."""
        id_, event = command
        match event:
            case TimelineOpened():
                opened, expected = await self._pasts.timeline(name)
                return timeline.decide(opened, event, name), expected
            case ActorRegistered() | AliasAdded() | AliasRemoved():
                directory, expected = await self._pasts.directory(name)
                return actors.decide(directory, event, id_), expected
            case SourceGraded():
                named = await self._pasts.source_is_named(name, id_)
                return source.decide(event, id_, named=named), {}
            case StatementRelated(target=target) | StatementUnrelated(target=target):
                pasts, expected = await self._pasts.relation(name, id_, target)
            case _:
                target = id_
                pasts, expected = await self._pasts.text(name, id_)
        if tags is not None:
            await self._pasts.check_tags(name, id_, tags)
        if isinstance(event, StatementRedacted):
            revisions = await self._pasts.own(name, id_)
            return statement.redact(pasts.get(id_), revisions, event.reason, id_), expected
        return statement.decide(pasts.get(id_), pasts.get(target), event, id_), expected


def _subjects(command: Command) -> list[Subject]:
    """The subjects that the command's rule reads; its own first."""
    id_, event = command
    match event:
        case TimelineOpened():
            return [TIMELINE]
        case ActorRegistered() | AliasAdded() | AliasRemoved():
            return [ACTORS]
        case SourceGraded():
            return [source_subject(id_)]
        case StatementRelated(target=target) | StatementUnrelated(target=target):
            return [statement_subject(id_), statement_subject(target)]
        case StatementCorrected() | StatementRetracted() | StatementGraded() | StatementRedacted():
            return [statement_subject(id_)]
        case _:
            raise TypeError(f"{event.event_type} is no command")
