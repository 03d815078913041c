"""A log with redactions, and who removes what they name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from events.errors import LogUnavailable
from events.event.types import StatementRedacted
from events.log.contract import Removal
from service.signing.redacting.redactor import Redactor
from tests.writers import CODEC, Writer


class Signer:
    """Covers everything, or nothing yet. `asked_again` is set when it is asked a second time."""

    def __init__(self) -> None:
        self.covers = True
        self.count = 0
        self.asked_again = asyncio.Event()

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        self.count += 1
        if self.count > 1:
            self.asked_again.set()
        return revision if self.covers else None


class Scene:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.signer = Signer()
        self.calls: list[Sequence[Removal]] = []
        self.failing = 0
        self.forgotten: list[str] = []
        self.came = asyncio.Event()
        self.purges = 0
        self._purge = writer.projector.purge
        writer.projector.purge = self.purge  # type: ignore[method-assign]  # - what the test is about
        self._remove = writer.log.remove
        writer.log.remove = self.remove  # type: ignore[method-assign]  # - what the test is about

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        """As the log does it; while it is failing it does not get to its files."""
        self.calls.append(removals)
        self.signer.asked_again.set()  # whoever waits for that sees that it came too early
        await self._remove(partition, removals)
        if self.failing:
            self.failing -= 1
            raise LogUnavailable("The disk is full.")

    async def purge(self, timelines: Iterable[str]) -> None:
        assert self.calls, "the log comes first"
        self.purges += 1
        await self._purge(timelines)

    async def redact(self, id: str) -> None:  # noqa: A002 - the field's own name
        done = await self.writer.do(id, StatementRedacted(revisions=(), reason="A court."))
        await self.writer.projector.progress.wait_for("kursk", done.revision)

    @asynccontextmanager
    async def running(self, **owned: bool) -> AsyncIterator[Redactor]:
        """A redactor, until the block ends; 20 seconds at most, and no longer than it lives."""
        writer = self.writer
        redactor = Redactor(
            writer.log, CODEC, writer.stores, writer.projector, self.signer, **owned
        )
        redactor.forgotten.append(self.forget)
        async with asyncio.TaskGroup() as group, asyncio.timeout(20):
            task = group.create_task(redactor.run())
            yield redactor
            task.cancel()

    def forget(self, timeline: str) -> None:
        self.forgotten.append(timeline)
        self.came.set()

    async def until_forgotten(self, count: int = 1) -> None:
        """Run a redactor until it has gone through everything so often."""
        async with self.running():
            while len(self.forgotten) < count:
                self.came.clear()
                await self.came.wait()


async def gone(scene: Scene) -> list[int]:
    """The revisions whose data is gone."""
    entries = await scene.writer.log.read(0, 0, 100)
    return [entry.position for entry in entries if entry.data is None]


def reset(scene: Scene) -> None:
    for tell in scene.writer.projector.progress.on_reset:
        tell(0)


async def turn() -> None:
    """Let the others have the loop, and threads end."""
    await asyncio.to_thread(lambda: None)
