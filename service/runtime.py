"""What a running service consists of, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

from events.codec import Codec
from events.log import Log
from projections.projector import Projector
from projections.store import Store, drop
from service import clock
from service.commands import Commands
from service.embedded import EmbeddedValkey
from service.folder_lock import FolderLock
from service.sealed_log import join_sealed_log, open_sealed_log
from service.settings import Settings
from service.streaming.live import Live
from service.streaming.source import Source

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
        yield Runtime(settings, log, store, projector, fold, commands, live)


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
