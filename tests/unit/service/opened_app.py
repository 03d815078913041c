"""An application over a log that a test can bend."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from events.event.envelope import StoredEvent
from events.log.contract import Log
from service.app import create_app
from tests.serving import in_process
from tests.writers import Writer, open_writer, said, working


class BentLog:
    """A log that answers `fetch` with what a test makes of the true answer."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.bend: Any = list

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        bent: Sequence[StoredEvent] = self.bend(await self._log.fetch(partition, positions))
        return bent


class OpenedApp:
    def __init__(self, writer: Writer, log: BentLog, client: httpx.AsyncClient) -> None:
        self.writer = writer
        self.log = log
        self.client = client


@asynccontextmanager
async def open_app(folder: Path, **settings: Any) -> AsyncIterator[OpenedApp]:
    async with open_writer(folder) as writer:
        await writer.open()
        await writer.record(said("a"), said("b"))
        await writer.projector.progress.wait_for("kursk", 3)
        log: Any = BentLog(writer.log)
        with working(writer, folder, log, **settings) as worker:
            app: Any = create_app(worker)
            worker.requests.close()  # from now on each line is written at once
            async with in_process(app, folder, raise_app_exceptions=False) as client:
                yield OpenedApp(writer, log, client)
