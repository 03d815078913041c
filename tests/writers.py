"""A writing side for tests: the commands over a log in memory and a real read model."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from events.codec import Codec, RecordedEvent
from events.log import Append, Appended, Identity
from events.memory_log import MemoryLog
from events.statement import Said, Statement
from events.types import Event, TimelineOpened
from projections.ledger import Ledger
from projections.projector import Projector
from projections.store import Store
from service.alarms import Auditing
from service.clock import IdMaker
from service.command import Caller, Command, Done, RecordStatements
from service.commands import Commands
from service.signed_heads import SignedHeads
from service.signed_state import SEEN, SignedState

__all__ = ["CODEC", "Meddled", "Writer", "open_writer", "said", "unsigned"]

CODEC = Codec(bytes(range(32)))


class Meddled(MemoryLog):
    """A log in memory into which a test reaches: what is in `before` and `after` happens around
    the appends that come next, one of each an append. `appends` counts those that came."""

    def __init__(self) -> None:
        super().__init__(itertools.count(1).__next__)
        self.before: list[Callable[[], Awaitable[object]]] = []
        self.after: list[Callable[[], Awaitable[object]]] = []
        self.appends = 0

    async def append(self, append: Append) -> Appended:
        self.appends += 1
        if self.before:
            await self.before.pop(0)()
        appended = await super().append(append)
        if self.after:
            await self.after.pop(0)()
        return appended


class Writer(NamedTuple):
    """What a test writes with."""

    log: Meddled
    store: Store
    projector: Projector
    commands: Commands
    timeline: str = "kursk"

    async def open(self) -> Done:
        return await self.do(self.timeline, TimelineOpened(title="Kursk"))

    async def do(self, id: str, event: Event, **terms: Any) -> Done:  # noqa: A002 - the field's own name
        """Have the event happen; `terms` are `key` and `tags`."""
        caller = Caller("desk", **terms)
        return await self.commands.execute(self.timeline, Command(id, event), caller)

    async def record(self, *statements: Statement, key: str | None = None) -> Done:
        """Record the statements, as an array unless there is one."""
        body = statements[0] if len(statements) == 1 else list(statements)
        command = RecordStatements(body)
        return await self.commands.execute(self.timeline, command, Caller("desk", key))

    async def events(self) -> list[RecordedEvent]:
        """Everything that the log holds, each event opened."""
        return [CODEC.open(entry) for entry in await self.log.read(0, 0, 100_000)]

    async def types(self) -> list[str]:
        """The types of all events."""
        return [event.header.type for event in await self.events()]


@asynccontextmanager
async def open_writer(folder: Path, log: Meddled | None = None) -> AsyncIterator[Writer]:
    """A writer whose read model is in `folder`; on the same `log` it is another process, or the
    same one after a restart."""
    log = log or Meddled()
    store = Store.open(folder, log.identity)
    projector = Projector(log, CODEC, store)
    fold = asyncio.create_task(projector.run())
    chance = random.Random(str(folder))
    ids = IdMaker(itertools.count(1_700_000_000_000_000).__next__, chance.randbytes)
    commands = Commands(log, CODEC, store, projector, ids, chance.randbytes)
    try:
        yield Writer(log, store, projector, commands)
    finally:
        fold.cancel()
        await asyncio.wait({fold})
        store.close()


def said(id: str | None = None, text: str = "Kursk is free.", **fields: Any) -> Statement:  # noqa: A002 - the field's own name
    """A statement."""
    by = fields.pop("by", "Gerasimov")
    return Statement(id=id, kind="claim", text=text, said=Said(by=by, on="2025-04-26"), **fields)


def unsigned(folder: Path, identity: Identity) -> Auditing:
    """The audit of a service that has seen nothing signed; its ledger is the caller's to close."""
    heads = SignedHeads(SignedState.load(folder, identity.id, SEEN), "nothing follows")
    return Auditing(Ledger.open(folder, identity), heads, lambda _: (), signs=False)
