"""What a running service consists of, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

from events.codec import Codec
from events.log import Log
from projections.ledger import Ledger
from projections.ledger_keeper import LedgerKeeper
from projections.projector import Projector
from projections.store import Store, drop
from service import clock
from service.alarms import Auditing
from service.commands import Commands
from service.embedded import EmbeddedValkey
from service.folder_lock import FolderLock
from service.redactor import Redactor
from service.sealed_log import join_sealed_log, open_sealed_log
from service.settings import Settings
from service.signed_heads import SignedHeads
from service.signed_state import SEEN, SignedState, load_signed_state
from service.signer import Signer
from service.signing_key import load_signing_keys
from service.streaming.live import Live
from service.streaming.source import Source
from service.witness import Witness

__all__ = ["PRIVATE", "Runtime", "open_runtime"]

_TAKEOVER: Final = 10.0
"""Seconds that a folder's last owner has to leave it."""

PRIVATE: Final = 0o077
"""The umask of a process that owns a data folder: its files are its user's alone."""


class Runtime(NamedTuple):
    """The parts that handlers work with. `fold` is the projector's task: it ends only with the
    service; if it is done before, it failed and nothing new can be read."""

    settings: Settings
    log: Log
    store: Store
    projector: Projector
    fold: asyncio.Task[None]
    commands: Commands
    live: Live
    auditing: Auditing
    redactor: Redactor


@asynccontextmanager
async def open_runtime(settings: Settings, *, anew: bool = False) -> AsyncIterator[Runtime]:
    """Everything but the HTTP server; what was opened is closed again, whatever happens.

    `anew` drops the read model of a log that is there, and makes none. Raises LogError (no fit
    server, none at all, a log that is gone, a folder in use, no seal key), ReadModelError.
    A crash leaves a log that is whole up to the last acknowledged append, a read model that is
    at its checkpoint, and a Valkey that ends by itself.
    """
    async with AsyncExitStack() as undo:
        url = settings.redis_url or await _embedded(settings, undo)
        if settings.redis_url is not None:
            await _take_folder(settings, undo)
        log, key = await (join_sealed_log if anew else open_sealed_log)(url, settings)
        undo.push_async_callback(log.close)
        if anew:
            drop(settings.data_dir)
        store = Store.open(settings.data_dir, log.identity)
        undo.callback(store.close)
        codec = Codec(key)
        projector = Projector(log, codec, store)
        fold = asyncio.create_task(projector.run(), name="projector")
        undo.push_async_callback(_end, fold)
        chance = clock.RandomPool()
        ids = clock.IdMaker(clock.now, chance)
        commands = Commands(log, codec, store, projector, ids, chance)
        live = Live(Source(log, store), projector)
        undo.push_async_callback(live.shut)
        reminding = asyncio.create_task(live.run(), name="live")
        undo.push_async_callback(_end, reminding)
        auditing = await _audit(undo, settings, log, codec, projector)
        redactor = Redactor(log, codec, store, projector, auditing.heads, removes=auditing.signs)
        redactor.forgotten.append(live.forget)
        task = asyncio.create_task(redactor.run(), name="redactor")
        undo.push_async_callback(_end, task)
        yield Runtime(settings, log, store, projector, fold, commands, live, auditing, redactor)


async def _audit(
    undo: AsyncExitStack, settings: Settings, log: Log, codec: Codec, projector: Projector
) -> Auditing:
    """The ledger and what keeps it up to the log; the signer, where the key is here, else the
    witness."""
    ledger = Ledger.open(settings.data_dir, log.identity)
    undo.callback(ledger.close)
    keeper = LedgerKeeper(log, ledger)
    projector.on_read.append(keeper.offer)
    projector.on_reset.append(keeper.look_again)
    undo.push_async_callback(_end, asyncio.create_task(keeper.run(), name="ledger"))
    seeds = load_signing_keys(settings.data_dir)
    auditor: Signer | Witness
    if seeds:
        state = await load_signed_state(settings.data_dir, log)
        heads = SignedHeads(state, "this timeline is signed no more")
        auditor = Signer(log, codec, ledger, heads, seeds, settings, clock.now)
    else:
        state = SignedState.load(settings.data_dir, log.identity.id, SEEN)
        heads = SignedHeads(state, "no further checkpoint of this timeline is shown")
        auditor = Witness(log, codec, ledger, heads, settings.scrub_interval)
    projector.on_reset.append(auditor.look_again)
    undo.push_async_callback(_end, asyncio.create_task(auditor.run(), name="auditor"))
    return Auditing(ledger, heads, auditor.keys, signs=bool(seeds))


async def _embedded(settings: Settings, undo: AsyncExitStack) -> str:
    valkey = await undo.enter_async_context(EmbeddedValkey(settings.data_dir))
    return valkey.url


async def _take_folder(settings: Settings, undo: AsyncExitStack) -> None:
    """The read model has one writer: the bundled Valkey's owner has the folder's lock already."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(settings.data_dir)
    await lock.acquire(_TAKEOVER)
    undo.callback(lock.release)


async def _end(task: asyncio.Task[None]) -> None:
    """Ends the task. If it had failed, that was told when it happened."""
    task.cancel()
    await asyncio.wait({task})
