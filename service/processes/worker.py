"""A worker: answers HTTP. It reads the files that the keeper writes, and appends to the log.

The only files that it writes are those of imports that it received.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

from litestar.types import ASGIApp

from events.event.codec import Codec
from events.log.contract import Log
from projections.fold.contents import forget_texts
from projections.ledger.ledger import Ledger
from projections.ledger.shared import SharedTables
from projections.progress import Progress
from projections.storage.read_model import ReadModel
from service import clock
from service.access.access import Access
from service.access.following import PolicyFollower
from service.access.sessions import Sessions
from service.granting.open_id import OpenId
from service.http.limits.stream_slots import StreamSlots
from service.operations.heap import tune_collector
from service.operations.request_log import RequestLog
from service.processes.control import Orders, run_child
from service.processes.follower import Follower
from service.processes.loading import report_log_change, when_loaded
from service.processes.sealed_log import join_sealed_log
from service.processes.server import Server
from service.settings.settings import Settings
from service.signing.signed_ledger import SignedLedger
from service.streaming.live import LiveStreams
from service.streaming.source import FrameSource
from service.tally import POLICY, Tally, TallyRow
from service.writing.execution.commands import Commands

__all__ = ["CreateApp", "Worker", "open_worker", "run_worker"]


class Worker(NamedTuple):
    """The parts that handlers work with."""

    settings: Settings
    log: Log
    read_model: ReadModel
    progress: Progress
    commands: Commands
    live: LiveStreams
    signed_ledger: SignedLedger
    keeper: Follower
    row: TallyRow
    access: Access
    requests: RequestLog
    on_end: list[Callable[[], Awaitable[None]]]
    """What is to end before these parts are closed."""
    identity: OpenId | None = None


CreateApp = Callable[[Worker], ASGIApp]


@asynccontextmanager
async def open_worker(
    settings: Settings, url: str, keeper: Follower, row: TallyRow, *, is_patient: bool = False
) -> AsyncIterator[Worker]:
    """A worker of the log at `url`, once its `keeper` is there. One that is patient waits for a log
    that is away. Raises LogError."""
    async with AsyncExitStack() as undo:
        requests = RequestLog(settings.log_level, settings.log_format, clock.now)
        undo.callback(requests.close)
        await keeper.whole.wait()
        undo.push_async_callback(keeper.close)
        log, key = await when_loaded(lambda: join_sealed_log(url, settings), is_patient=is_patient)
        undo.push_async_callback(log.close)
        log.on_change.append(report_log_change)
        keeper.on_log_change = log.inspect_at_once
        read_model = ReadModel(settings.data_dir, log.identity.partitions, row.tally.commits)
        undo.callback(read_model.close)
        read_model.on_damage = keeper.damaged
        progress = Progress(read_model)
        chance = clock.RandomPool()
        ids = clock.IdMaker(clock.now, chance)
        commands = Commands(log, Codec(key), read_model, progress, ids, chance)
        source = FrameSource(log, read_model)
        live = LiveStreams(source, progress, row, StreamSlots(row, settings.streams))
        keeper.forget += [live.forget, read_model.forget, lambda _: forget_texts()]
        _run_live(live, undo)
        signed_ledger = _signed_ledger(settings, keeper, undo)
        for part in (commands, source):
            part.mismatches.send_to(keeper.suspect)
        sessions = Sessions(key, clock.now, chance)
        sessions.end(keeper.ended)
        keeper.on_ended += [sessions.end, lambda _: live.end_forbidden()]
        access = Access(clock.now, sessions=sessions)
        policy = PolicyFollower(access, log, read_model, progress, lambda: keeper.heads.alarms)
        policy.on_change += [lambda: row.set(POLICY, access.policy.revision), live.end_forbidden]
        keeper.heads.on_alarm.append(lambda _: policy.refresh())
        undo.push_async_callback(policy.close)
        keeper.feed(read_model, progress)
        await policy.begin()
        parts = (settings, log, read_model, progress, commands, live, signed_ledger, keeper, row)
        worker = Worker(*parts, access, requests, [], _open_id(settings, key))
        undo.push_async_callback(_end_all, worker)
        yield worker


def _open_id(settings: Settings, key: bytes) -> OpenId | None:
    return OpenId(settings, key, clock.now) if settings.oidc_issuer else None


async def _end_all(worker: Worker) -> None:
    for end in worker.on_end:
        await end()


def _signed_ledger(settings: Settings, keeper: Follower, undo: AsyncExitStack) -> SignedLedger:
    """The keeper's ledger, read from its file, with the heads that the keeper has signed."""
    ledger = Ledger(SharedTables(settings.data_dir, keeper.doubt))
    undo.callback(ledger.close)
    return SignedLedger(ledger, keeper.heads, keeper, settings.origin)


def _run_live(live: LiveStreams, undo: AsyncExitStack) -> None:
    """Remind silent streams until the worker ends, which ends all streams."""
    undo.push_async_callback(live.shut)
    reminding = asyncio.create_task(live.run(), name="live")
    undo.push_async_callback(_end, reminding)


def run_worker(  # noqa: PLR0913 - what a supervisor hands to its child
    line: socket.socket,
    settings: Settings,
    url: str,
    create_app: CreateApp,
    listener: socket.socket,
    tally: Tally,
    number: int,
    is_patient: bool,
) -> int:
    """A worker's whole life in a process of its own; its exit code."""

    async def work(orders: Orders) -> int:
        keeper = Follower()
        following = asyncio.create_task(_follow(orders, keeper), name="following")
        row = tally.row(number)
        async with open_worker(settings, url, keeper, row, is_patient=is_patient) as worker:
            app, level = create_app(worker), worker.log.durability
            server = Server(app, lambda: orders.report_ready(level), worker.row)
            orders.releases.append(worker.read_model.release_idle)
            tune_collector()
            ending = asyncio.create_task(_end_in_time(orders, worker.live, server), name="ending")
            try:
                await server.serve([listener])
            finally:
                server.cut_off()
                following.cancel()
                ending.cancel()
        return 0

    return run_child(line, settings, work)


async def _follow(orders: Orders, keeper: Follower) -> None:
    while True:
        keeper.attach(await orders.links.get())


async def _end_in_time(orders: Orders, live: LiveStreams, server: Server) -> None:
    """Carry out an order to drain, and an order to stop, which may come during the drain."""

    async def drain() -> None:
        await orders.drain.wait()
        live.close()
        await server.drain()

    async with asyncio.TaskGroup() as tasks:
        draining = tasks.create_task(drain(), name="draining")
        await orders.stop.wait()
        live.close()
        server.stop()
        draining.cancel()
        await orders.hurry.wait()
        server.stop()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
