"""The keeper: the only process that writes the read model, the ledger and the signed heads.

It folds the log into the read model, keeps the ledger, examines and signs, and removes redacted
text. Workers read those files; the keeper tells them what is new.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import structlog

from events.errors import LogError
from events.event.codec import Codec
from events.log.contract import Durability, Log
from projections.attempts import Attempts
from projections.ledger.ledger import Ledger
from projections.ledger.writer import LedgerWriter
from projections.projector import Projector
from projections.storage.stores import Stores
from service import clock
from service.datafolder.ended_sessions import EndedSessions
from service.datafolder.files import remove_unfinished
from service.datafolder.signed_state import SEEN, SignedState, load_signed_state
from service.datafolder.signing_key import load_signing_keys
from service.granting.founding import found_access
from service.granting.session_ends import SessionEnds
from service.operations.heap import tune_collector
from service.operations.keeper_state import KeeperState, StalledTimeline
from service.processes.broadcast import Broadcast
from service.processes.control import Orders, run_child, until_over
from service.processes.link import KeeperMessage, WorkerMessage
from service.processes.loading import report_log_change, when_loaded
from service.processes.sealed_log import open_sealed_log
from service.settings.settings import Settings
from service.settings.values import is_loopback
from service.signing.audit_status import AuditorState
from service.signing.heads import SignedHeads
from service.signing.redacting.redactor import Redactor
from service.signing.signer import Signer
from service.signing.witness import Witness
from service.tally import Tally

__all__ = ["Keeper", "broadcasting", "open_keeper", "run_keeper"]

_log = structlog.get_logger("onrecord.server")


class Keeper(NamedTuple):
    """The parts of a keeper. `work` has their tasks, which should end only with the keeper: after
    one that ended earlier, nothing new would be read, signed or removed."""

    log: Log
    stores: Stores
    projector: Projector
    work: Collection[asyncio.Task[None]]
    ledger: Ledger
    heads: SignedHeads
    auditor: Signer | Witness
    redactor: Redactor
    on_log_change: list[Callable[[Durability, str | None], None]]
    sessions: SessionEnds | None = None

    def state(self) -> KeeperState:
        """The state of its work that workers must know."""
        projector, watch = self.projector, self.auditor.watch
        return KeeperState(
            connected=projector.connected,
            caught_up=projector.progress.caught_up.is_set(),
            rebuilding=projector.rebuilding,
            mending=projector.mending,
            stalled=[StalledTimeline(s.timeline, s.revision, s.reason) for s in projector.stalls()],
            checkpoints=[projector.checkpoint(p) for p in range(self.log.identity.partitions)],
            audit=AuditorState(watch.is_late, watch.health(), list(self.auditor.verifiers)),
            redactions=self.redactor.health,
        )


@asynccontextmanager
async def open_keeper(
    settings: Settings, url: str, tally: Tally, *, is_patient: bool = False
) -> AsyncIterator[Keeper]:
    """The keeper of the log at `url`, at work until the block ends; its commits show in `tally`.
    One that is patient waits for a log that is away. Raises LogError (no server, no fit one, a log
    that is gone, no seal key), ReadModelError. A crash leaves a log with all acknowledged appends,
    and a read model that matches its checkpoint.
    """
    async with AsyncExitStack() as undo:
        remove_unfinished(settings.data_dir)
        log, key = await when_loaded(lambda: open_sealed_log(url, settings), is_patient=is_patient)
        undo.push_async_callback(log.close)
        log.on_change.append(report_log_change)
        stores = Stores.open(settings.data_dir, log.identity, tally.commits)
        undo.callback(stores.close)
        codec = Codec(key)
        projector = Projector(log, codec, stores)
        work = [_run(undo, projector.run(), "projector")]
        await _found(undo, settings, log, codec)
        ledger = Ledger.open(settings.data_dir, log.identity)
        undo.callback(ledger.close)
        ledger_writer = LedgerWriter(log, ledger)
        projector.progress.on_reset.append(lambda _: ledger_writer.restart())
        work.append(_run(undo, ledger_writer.run(), "ledger"))
        heads, auditor = await _auditor(settings, log, codec, ledger)
        projector.progress.on_reset.append(lambda _: auditor.restart())
        examiner = auditor.judge.examiner
        projector.on_read += [ledger_writer.offer, examiner.offer]
        projector.on_quiet.append(examiner.end_at)
        audit = _run(undo, auditor.run(), "signer" if isinstance(auditor, Signer) else "witness")
        work.append(audit)
        owned = {"removes": auditor.signs, "bundled": settings.redis_url is None}
        redactor = Redactor(log, codec, stores, projector, heads, **owned)
        redactor.mismatches.send_to(auditor.judge.suspect)
        work.append(_run(undo, redactor.run(), "redactor"))
        sessions = SessionEnds(log, key, EndedSessions(settings.data_dir, clock.now), clock.now)
        work.append(_run(undo, sessions.run(), "sessions"))
        parts = (log, stores, projector, work, ledger, heads, auditor, redactor, log.on_change)
        yield Keeper(*parts, sessions)


@asynccontextmanager
async def broadcasting(keeper: Keeper) -> AsyncIterator[Broadcast]:
    """Report the keeper's work to the workers, until the block ends."""
    sessions = keeper.sessions

    def snapshot() -> KeeperMessage:
        heads, alarms = dict(keeper.heads.all()), dict(keeper.heads.alarms)
        ended = dict(sessions.all) if sessions else {}
        return KeeperMessage(keeper.state(), heads=heads, alarms=alarms, ended=ended, whole=True)

    broadcast = Broadcast(keeper.state, snapshot, partial(_receive, keeper))
    progress = keeper.projector.progress
    progress.on_folded.append(broadcast.folded)
    keeper.projector.on_turn.append(broadcast.turned)
    keeper.heads.on_shown.append(broadcast.show)
    keeper.heads.on_alarm.append(broadcast.warn)
    keeper.redactor.forgotten.append(broadcast.forget)
    keeper.on_log_change.append(broadcast.log_changed)
    if sessions is not None:
        sessions.on_ended.append(broadcast.ended)
    arrival = asyncio.create_task(_announce(progress.caught_up, broadcast), name="arrival")
    try:
        yield broadcast
    finally:
        arrival.cancel()
        await broadcast.close()


def _receive(keeper: Keeper, message: WorkerMessage) -> None:
    for timeline in message.suspects:
        keeper.auditor.judge.suspect(timeline)
    for partition in message.damaged:
        keeper.stores.each[partition].damaged()
    for timeline in message.awaits:
        keeper.projector.hurry(timeline)
    for timeline in message.doubts:
        keeper.ledger.tables.doubt(timeline)
    if message.ends and keeper.sessions is not None:
        keeper.sessions.end(message.ends)


async def _announce(caught_up: asyncio.Event, broadcast: Broadcast) -> None:
    await caught_up.wait()
    broadcast.changed()


def run_keeper(
    line: socket.socket, settings: Settings, url: str, tally: Tally, is_patient: bool
) -> int:
    """A keeper's whole life in a process of its own; its exit code."""

    async def work(orders: Orders) -> int:
        opened = open_keeper(settings, url, tally, is_patient=is_patient)
        async with opened as keeper, broadcasting(keeper) as broadcast:
            attaching = asyncio.create_task(_attach(orders, broadcast), name="attaching")
            _compare_partitions(settings, keeper.log)
            orders.releases.append(keeper.stores.release_idle)
            tune_collector()
            orders.report_ready(keeper.log.durability)
            try:
                return await until_over(keeper.work, orders.stop)
            finally:
                attaching.cancel()

    return run_child(line, settings, work)


def _compare_partitions(settings: Settings, log: Log) -> None:
    """Log which number of partitions is used, if the settings name another one."""
    kept = log.identity.partitions
    if settings.given_by.get("partitions") != "default" and kept != settings.partitions:
        message = "the log keeps the partitions that it was made with"
        _log.warning(message, partitions=kept, setting=settings.partitions)


async def _attach(orders: Orders, broadcast: Broadcast) -> None:
    while True:
        broadcast.attach(await orders.links.get())


async def _found(undo: AsyncExitStack, settings: Settings, log: Log, codec: Codec) -> None:
    """Give the log an owner. If the log cannot be written now, try again until it can be."""
    everyone_reads = is_loopback(settings.host)

    async def attempt() -> None:
        folder, chance = settings.data_dir, clock.RandomPool()
        await found_access(log, codec, chance, folder, everyone_reads=everyone_reads)

    def report(error: Exception) -> None:
        _log.error("the owner's key cannot be made yet", reason=str(error))

    try:
        await attempt()
    except LogError:
        attempts = Attempts((LogError,), report)
        founding = asyncio.create_task(attempts.until_done(attempt), name="founding")
        undo.push_async_callback(_end, founding)


def _run(undo: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run a part's work as a task, which ends before earlier parts are closed."""
    task = asyncio.create_task(work, name=name)
    undo.push_async_callback(_end, task)
    return task


async def _end(task: asyncio.Task[None]) -> None:
    """End the task. If it had failed, that was reported when it happened."""
    task.cancel()
    await asyncio.wait({task})


async def _auditor(
    settings: Settings, log: Log, codec: Codec, ledger: Ledger
) -> tuple[SignedHeads, Signer | Witness]:
    """The signer if the folder has the key or had it, else the witness. Without the key, the log is
    still compared with what this folder signed."""
    seeds = load_signing_keys(settings.data_dir)
    if seeds or not SignedState.load(settings.data_dir, log.identity.id).is_lost:
        state = await load_signed_state(settings.data_dir, log)
        heads = SignedHeads(state, "this timeline is signed no more")
        return heads, Signer(log, codec, ledger, heads, seeds, settings, clock.now)
    state = SignedState.load(settings.data_dir, log.identity.id, SEEN)
    heads = SignedHeads(state, "no further checkpoint of this timeline is shown")
    return heads, Witness(log, codec, ledger, heads, settings.scrub_interval, clock.now)
