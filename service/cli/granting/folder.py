"""Keys and grants in a data folder, beside a running server or while it is stopped."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

from events.errors import Fault, InvalidInput
from events.event.codec import Codec
from events.log.contract import partition_of
from events.log.redis import NoLog, RedisLog
from events.statement.timeline_names import ACCESS_TIMELINE
from projections.answers.access import Grant, IssuedKey
from projections.progress import Progress
from projections.projector import Projector
from projections.storage.read_model import ReadModel
from projections.storage.stores import Stores
from service import clock
from service.cli.failure import NO, Failure
from service.datafolder.files import PRIVATE
from service.datafolder.lock import FolderInUse
from service.datafolder.signed_state import SignedState
from service.granting.registry import Registry
from service.granting.why import principal_named
from service.messages.access import GrantBody, GrantsPage, KeyBody, NewKey, Why
from service.messages.write_results import Recorded
from service.operations.logs import configure_logs
from service.processes.sealed_log import join_sealed_log
from service.reading.moment import point_in
from service.settings.environment import load_from_environment
from service.settings.settings import Settings
from service.valkey.log_server import log_server
from service.writing.execution.command import Caller
from service.writing.execution.commands import Commands

__all__ = ["FOLDER_AUTHOR", "folder_backend"]

FOLDER_AUTHOR: Final = "onrecord (data folder)"
"""The author of events that the owner of the folder writes. No key and no person can have that
name."""
_PAUSE: Final = 0.02
"""Seconds between two checks how far the running server has folded."""


class _FolderBackend:
    def __init__(self, registry: Registry, *, dry_run: bool) -> None:
        self._registry = registry
        self._caller = Caller(FOLDER_AUTHOR, dry_run=dry_run)

    async def keys(self) -> list[IssuedKey]:
        return self._registry.keys()

    async def issue_key(self, body: KeyBody) -> NewKey:
        return await self._registry.issue_key(body, self._caller)

    async def revoke_key(self, name: str, reason: str) -> Recorded:
        return await self._registry.revoke_key(name, reason, self._caller)

    async def grants(self, as_of: str | None) -> GrantsPage:
        return self._registry.grants(_point(as_of))

    async def give_grant(self, body: GrantBody) -> Grant:
        grant, _ = await self._registry.give_grant(body, self._caller)
        return grant

    async def take_grant(self, id: str, reason: str) -> Recorded:  # noqa: A002 - the API's own word for it
        return await self._registry.take_grant(id, reason, self._caller)

    async def why(self, principal: str, right: Any, timeline: str | None, as_of: str | None) -> Why:
        return self._registry.why(principal_named(principal), right, timeline, _point(as_of))


def _point(as_of: str | None) -> Any:
    try:
        return None if as_of is None else point_in(as_of)
    except ValueError as error:
        raise InvalidInput([Fault("--as-of", str(error))]) from error


@asynccontextmanager
async def folder_backend(data_dir: str, *, dry_run: bool = False) -> AsyncIterator[_FolderBackend]:
    """The backend of a folder. Raises ConfigError, LogError, ReadModelError, Failure."""
    settings = load_from_environment(data_dir=data_dir)
    configure_logs("error", settings.log_format)
    os.umask(PRIVATE)
    if not settings.data_dir.is_dir():
        raise Failure(NO, f"There is no folder {settings.data_dir}", "Name it by --data-dir.")
    async with AsyncExitStack() as undo:
        try:
            url = await undo.enter_async_context(log_server(settings))
            runs = False
        except FolderInUse:
            url, runs = settings.redis_url or _socket_of(settings), True
        try:
            log, key = await join_sealed_log(url, settings)
        except NoLog as error:
            raise Failure(NO, f"There is no log in {settings.data_dir}", str(error)) from error
        undo.push_async_callback(log.close)
        codec = Codec(key)
        beside = _beside(settings, log) if runs else _folding(settings, log, codec)
        read_model, progress = await undo.enter_async_context(beside)
        chance = clock.RandomPool()
        ids = clock.IdMaker(clock.now, chance)
        commands = Commands(log, codec, read_model, progress, ids, chance)
        alarms = SignedState.load(settings.data_dir, log.identity.id).alarms
        registry = Registry(commands, read_model, progress, ids, clock.now, lambda: alarms)
        if not await log.revision(ACCESS_TIMELINE):
            raise Failure(NO, "This log has no owner yet", "Start its service once.")
        await progress.wait_for(ACCESS_TIMELINE, await log.revision(ACCESS_TIMELINE))
        yield _FolderBackend(registry, dry_run=dry_run)


def _socket_of(settings: Settings) -> str:
    return "unix://" + quote(str(settings.data_dir / "valkey" / "valkey.sock"))


@asynccontextmanager
async def _beside(settings: Settings, log: RedisLog) -> AsyncIterator[tuple[ReadModel, Progress]]:
    """The read model that the running server folds, refreshed again and again."""
    partitions = log.identity.partitions
    read_model = ReadModel(settings.data_dir, partitions)
    progress = Progress(read_model)

    async def refresh() -> None:
        while True:
            progress.turn(partition_of(ACCESS_TIMELINE, partitions), replaced=False)
            await asyncio.sleep(_PAUSE)  # noqa: TID251 - the server knows nothing of this process

    refreshing = asyncio.create_task(refresh(), name="refresh")
    try:
        yield read_model, progress
    finally:
        refreshing.cancel()
        await asyncio.wait({refreshing})
        read_model.close()


@asynccontextmanager
async def _folding(
    settings: Settings, log: RedisLog, codec: Codec
) -> AsyncIterator[tuple[ReadModel, Progress]]:
    """A read model that this process folds, while no server does."""
    stores = Stores.open(settings.data_dir, log.identity)
    projector = Projector(log, codec, stores)
    fold = asyncio.create_task(projector.run(), name="projector")
    try:
        yield stores.read_model, projector.progress
    finally:
        fold.cancel()
        await asyncio.wait({fold})
        stores.close()
