"""The server of the log, and the data folder, which one process owns at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from service.datafolder.lock import FolderLock
from service.settings.settings import Settings
from service.valkey.embedded import EmbeddedValkey

__all__ = ["log_server"]

_TAKEOVER: Final = 10.0
"""Seconds that a folder's last owner has to release it."""


@asynccontextmanager
async def log_server(
    settings: Settings, on_state: Callable[[EmbeddedValkey], None] = lambda _: None
) -> AsyncIterator[str]:
    """The URL of the log's server: the bundled one if no other is named. The data folder belongs to
    this process until the block ends. `on_state` is called whenever the bundled server's state
    changes. Raises LogError."""
    async with AsyncExitStack() as undo:
        if settings.redis_url is None:
            valkey = EmbeddedValkey(settings.data_dir, on_state=lambda _: on_state(valkey))
            await undo.enter_async_context(valkey)
            yield valkey.url
            return
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(settings.data_dir)
        await lock.acquire(_TAKEOVER)
        undo.callback(lock.release)
        yield settings.redis_url
