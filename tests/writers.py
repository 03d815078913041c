"""The writing side for tests: the commands over a log in memory and a real read model."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from events.event.codec import Codec, RecordedEvent
from events.event.types import Event, TimelineOpened
from events.log.contract import Append, Appended, Log
from events.log.memory import MemoryLog
from events.statement.statement import Said, Statement
from projections.ledger.ledger import Ledger
from projections.projector import Projector
from projections.storage.read_model import ReadModel
from projections.storage.store import Store
from projections.storage.stores import Stores
from service import clock
from service.access.access import Access
from service.clock import IdMaker
from service.datafolder.signed_state import SEEN, SignedState
from service.operations.keeper_state import KeeperState
from service.operations.request_log import RequestLog
from service.processes.keeper import Keeper
from service.processes.worker import Worker
from service.settings.settings import Settings
from service.signing.audit_status import AuditorState
from service.signing.heads import SignedHeads
from service.signing.redacting.redactor import Redactor
from service.signing.signed_ledger import SignedLedger
from service.signing.witness import Witness
from service.streaming.live import LiveStreams
from service.streaming.source import FrameSource
from service.tally import Tally
from service.writing.execution.command import Caller, Command, CommandResult, RecordStatements
from service.writing.execution.commands import Commands
from tests.granted import OPEN

__all__ = ["CODEC", "Meddled", "Writer", "keeping", "open_writer", "said", "working"]

CODEC = Codec(bytes(range(32)))


class Meddled(MemoryLog):
    """A log in memory that a test interferes with: `before` and `after` are called around the next
    appends, one for each append. `appends` counts the appends."""

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
    """The parts with which a test writes."""

    log: Meddled
    stores: Stores
    projector: Projector
    commands: Commands
    fold: asyncio.Task[None]
    timeline: str = "kursk"

    @property
    def store(self) -> Store:
        """The store of the only partition."""
        (store,) = self.stores.each
        return store

    @property
    def read_model(self) -> ReadModel:
        return self.stores.read_model

    async def open(self) -> CommandResult:
        return await self.do(self.timeline, TimelineOpened(title="Kursk"))

    async def do(self, id: str, event: Event, **terms: Any) -> CommandResult:  # noqa: A002 - the field's own name
        """Record the event; `terms` are `key` and `tags`."""
        caller = Caller("desk", **terms)
        return await self.commands.execute(self.timeline, Command(id, event), caller)

    async def record(self, *statements: Statement, key: str | None = None) -> CommandResult:
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
    stores = Stores.open(folder, log.identity)
    projector = Projector(log, CODEC, stores)
    fold = asyncio.create_task(projector.run())
    chance = random.Random(str(folder))
    ids = IdMaker(itertools.count(1_700_000_000_000_000).__next__, chance.randbytes)
    commands = Commands(log, CODEC, stores.read_model, projector.progress, ids, chance.randbytes)
    try:
        yield Writer(log, stores, projector, commands, fold)
    finally:
        fold.cancel()
        await asyncio.wait({fold})
        stores.close()


def said(id: str | None = None, text: str = "Kursk is free.", **fields: Any) -> Statement:  # noqa: A002 - the field's own name
    """A statement."""
    by = fields.pop("by", "Gerasimov")
    return Statement(id=id, kind="claim", text=text, said=Said(by=by, on="2025-04-26"), **fields)


class Beside:
    """A keeper in the same process as the worker that uses it."""

    away = 0.0

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.forget: list[Callable[[str | None], None]] = []
        self.suspect = keeper.auditor.judge.suspect

    async def state(self) -> KeeperState:
        return self.keeper.state()

    async def end_session(self, _id: str, _until: int) -> bool:
        return True

    async def audit(self) -> AuditorState:
        return self.keeper.state().audit


@contextmanager
def keeping(writer: Writer, folder: Path) -> Iterator[Beside]:
    """The keeper of a writer's read model, without signed heads."""
    identity = writer.log.identity
    heads = SignedHeads(SignedState.load(folder, identity.id, SEEN), "nothing follows")
    ledger = Ledger.open(folder, identity)
    witness = Witness(MemoryLog(lambda: 0, identity), CODEC, ledger, heads, 3600.0, lambda: 0)
    redactor = Redactor(writer.log, CODEC, writer.stores, writer.projector, heads)
    parts = (writer.log, writer.stores, writer.projector, (writer.fold,))
    try:
        yield Beside(Keeper(*parts, ledger, heads, witness, redactor, []))
    finally:
        ledger.close()


@contextmanager
def working(
    writer: Writer,
    folder: Path,
    log: Log | None = None,
    access: Access | None = None,
    **settings: Any,
) -> Iterator[Worker]:
    """A worker beside the writer; it reads events from `log`, if that is not the writer's. Without
    `access` everybody may do everything."""
    given = Settings(data_dir=folder, log_format="json", given_by={}, **settings)
    read_model, progress = writer.read_model, writer.projector.progress
    row = Tally().row(0)
    with keeping(writer, folder) as beside:
        live = LiveStreams(FrameSource(log or writer.log, read_model), progress, row)
        keeper: Any = beside
        signed = SignedLedger(beside.keeper.ledger, beside.keeper.heads, beside, given.origin)
        yield Worker(
            given,
            log or writer.log,
            read_model,
            progress,
            writer.commands,
            live,
            signed,
            keeper,
            row,
            access or Access(clock.now, OPEN),
            RequestLog(given.log_level, given.log_format, clock.now),
            [],
        )
