"""Live streams over a real fold, under a clock that stands still, and what a subscriber hears."""

from __future__ import annotations

import asyncio

from service.streaming.filter import ALL, LiveFilter
from service.streaming.live import LiveStreams
from service.streaming.source import FrameSource
from service.streaming.subscriber import CAUSES, Subscriber
from service.tally import ENDED, Tally
from tests.streams import Frame, frames_in
from tests.writers import Writer, said

__all__ = ["Stage", "heard", "parsed"]


class Stage:
    """A writer, its live streams, and a clock that stands still."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.now = 0.0
        self.row = Tally().row(0)
        self.live = LiveStreams(
            FrameSource(writer.log, writer.read_model),
            writer.projector.progress,
            self.row,
            clock=lambda: self.now,
        )

    def subscribe(
        self, after: int, filter_: LiveFilter = ALL, *, joined: bool = False
    ) -> Subscriber:
        return self.live.subscribe({"kursk": after}, filter_, joined=joined)

    async def record(self, number: int) -> int:
        """So many statements at once; the revision after them, once it is folded."""
        if number:
            await self.writer.record(*[said(None, tags=("t1",)) for _ in range(number)])
        return await self.head()

    def ended(self) -> dict[str, float]:
        """The streams that have ended, by cause."""
        counted = {cause: self.row.get(ENDED + n) for n, cause in enumerate(CAUSES)}
        return {cause: number for cause, number in counted.items() if number}

    async def head(self) -> int:
        """The log's head, once it is folded."""
        head = await self.writer.log.revision("kursk")
        await self.writer.projector.progress.wait_for("kursk", head)
        return head


def parsed(taken: bytes) -> list[Frame]:
    blocks = [frames_in(block) for block in taken.split(b"\n\n") if block]
    return [frame for frame in blocks if frame is not None]


async def heard(subscriber: Subscriber, upto: int) -> list[Frame]:
    """The frames until one of revision `upto` or beyond."""
    found: list[Frame] = []
    async with asyncio.timeout(20):
        while not any(int(frame.id or 0) >= upto for frame in found):
            taken = await subscriber.next_frames()
            found += parsed(taken)
            if not taken:
                await subscriber.wait()
    return found
