"""Sends an export to its client, chunk by chunk.

A page is read, and written in its format, in one of the few threads for long queries. Between two
pages the thread is free for others, and nothing is read until the client has taken the last chunk:
a client that stalls or leaves holds no thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from projections.queries import TimelineRef
from projections.storage.reader import Reader
from service.interchange.exports.catalogue import EventFormat, StatementFormat
from service.interchange.exports.pages import StatementPages
from service.interchange.writers.exported import Preamble
from service.interchange.writers.loss import LossCount
from service.messages.exports import ExportFormat, ExportLoss
from service.reading.event_lines import EventLine
from service.reading.moment import Moment
from service.reading.read_side import ReadSide

__all__ = ["counted", "event_pieces", "loss_pieces", "statement_pieces"]


async def statement_pieces(
    read_side: ReadSide,
    moment: Moment,
    format_: StatementFormat,
    preamble: Preamble,
    pages: StatementPages,
) -> AsyncIterator[bytes]:
    """The file in chunks, none of them empty. Raises QueryTooLong, Lagging and Damaged."""
    written = format_.write(preamble, pages)

    def step(reader: Reader, ref: TimelineRef) -> bytes | None:
        pages.turn_to(reader, ref)
        return next(written, None)

    while (piece := await read_side.aside(moment, step)) is not None:
        if piece:
            yield piece


def counted(count: LossCount, pages: StatementPages) -> Iterator[None]:
    """Count what statements lose in a format of statements, page by page."""
    for batch in pages:
        count.add(batch)
        yield


async def loss_pieces(
    read_side: ReadSide,
    moment: Moment,
    format_: ExportFormat,
    count: LossCount,
    steps: Iterator[None],
    pages: StatementPages,
) -> AsyncIterator[bytes]:
    """The JSON of an ExportLoss. Before it comes a space for each of the counting's `steps`, so
    that the caller sees progress, and the counting ends if the caller leaves. Raises what
    `statement_pieces` raises."""
    ended = object()

    def step(reader: Reader, ref: TimelineRef) -> bool:
        pages.turn_to(reader, ref)
        return next(steps, ended) is not ended

    while await read_side.aside(moment, step):
        yield b" "
    report = ExportLoss(
        timeline=moment.ref.name,
        revision=moment.revision,
        as_of=moment.as_of,
        format=format_,
        statements=count.statements,
        losses=count.lost(),
    )
    yield msgspec.json.encode(report)


async def event_pieces(
    format_: EventFormat, batches: AsyncIterator[list[EventLine]]
) -> AsyncIterator[bytes]:
    """The events in chunks, none of them empty. Raises LogUnavailable and CorruptEvent."""
    waiting: list[Sequence[bytes]] = []

    def taken() -> Iterator[Sequence[bytes]]:
        while waiting:
            yield waiting.pop()

    written = format_.write(taken())
    async for batch in batches:
        waiting.append([line.line for line in batch])
        if piece := next(written, b""):
            yield piece
    for piece in written:
        if piece:
            yield piece
