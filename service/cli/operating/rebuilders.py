"""The processes of a rebuild: one for each core, each of which folds some of the partitions.

They share nothing but the log. Each writes the files of its own partitions, so a process that dies
leaves files that match their checkpoints; another rebuild, or the service, continues from there.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Final

import uvloop
from msgspec import Struct

from events.errors import OnrecordError
from events.event.codec import Codec
from projections.fold.fold import Stall
from projections.fold.model_writer import REBUILDING, ModelWriter
from projections.storage.cache_budget import CacheBudget
from projections.storage.database import TROUBLE
from projections.storage.store import WRITING, Store
from service.cli.failure import NO, Failure, failure_of
from service.operations.logs import configure_logs
from service.processes.child import Child
from service.processes.link import LinkLost, MessageStream
from service.processes.loading import when_loaded
from service.processes.sealed_log import join_sealed_log
from service.settings.settings import Settings

__all__ = ["Folded", "fold_all", "shares_of"]


_UNWRITTEN: Final = "The read model cannot be written"
_LOOK: Final = "Look at the disk of {}, and run `onrecord rebuild` again."


class Folded(Struct, omit_defaults=True):
    """A message of a process: how many more events it has folded. The last message also says where
    folding has stopped, or why the process could not work."""

    events: int = 0
    stalls: list[Stall] = []
    is_over: bool = False
    failure: tuple[int, str, tuple[str, ...]] | None = None


async def fold_all(
    settings: Settings,
    url: str,
    heads: Mapping[int, int],
    processes: int,
    told: Callable[[int], None],
) -> list[Stall]:
    """Fold the partitions of the log at `url`, whose heads are given, with this many processes.
    Returns where folding has stopped. `told` is called with the number of further folded events.
    Raises Failure."""
    async with _working(settings, url, shares_of(heads, processes)) as children:
        try:
            async with asyncio.TaskGroup() as tasks:
                followed = [tasks.create_task(_follow(child, told)) for child in children]
        except ExceptionGroup as failures:
            first = failures.exceptions[0]
            raise first from first.__cause__
    return [stall for each in followed for stall in each.result()]


def shares_of(heads: Mapping[int, int], processes: int) -> list[list[int]]:
    """The partitions that each process folds: every share has about the same number of events."""
    shares: list[list[int]] = [[] for _ in range(processes)]
    sizes = [0] * processes
    for partition in sorted(heads, key=lambda p: -heads[p]):
        if heads[partition]:
            smallest = sizes.index(min(sizes))
            shares[smallest].append(partition)
            sizes[smallest] += heads[partition]
    return [share for share in shares if share]


@asynccontextmanager
async def _working(
    settings: Settings, url: str, shares: Sequence[Sequence[int]]
) -> AsyncIterator[list[Child]]:
    """A process for each share; all have ended when the block ends."""
    children: list[Child] = []
    try:
        for number, share in enumerate(shares):
            lines = [child.line for child in children]
            arguments = (settings, url, share)
            children.append(Child(f"rebuild-{number}", _run, arguments, strange=lines))
        yield children
    finally:
        for child in children:
            child.kill()
        for child in children:
            child.process.join()


async def _follow(child: Child, told: Callable[[int], None]) -> list[Stall]:
    link: MessageStream[None, Folded] = await MessageStream.open(child.line, Folded)
    try:
        while True:
            folded = await link.receive()
            if folded.failure is not None:
                code, title, details = folded.failure
                raise Failure(code, title, *details)
            told(folded.events)
            if folded.is_over:
                return folded.stalls
    except LinkLost as error:
        raise Failure(
            NO, "A process of the rebuild ended before its work", "Run `onrecord rebuild` again."
        ) from error
    finally:
        link.close()


def _run(line: socket.socket, settings: Settings, url: str, share: Sequence[int]) -> int:
    """The life of one process, which ends with the process that started it."""
    configure_logs("error", settings.log_format)  # a spawned child does not inherit it

    async def work() -> int:
        link: MessageStream[Folded, None] = await MessageStream.open(line, None)
        try:
            await link.send(await _outcome(settings, url, share, link))
        except LinkLost:
            return 1
        finally:
            link.close()
        return 0

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())


async def _outcome(
    settings: Settings, url: str, share: Sequence[int], link: MessageStream[Folded, None]
) -> Folded:
    """The final message of a process. Raises LinkLost."""
    try:
        return Folded(stalls=await _fold(settings, url, share, link), is_over=True)
    except OnrecordError as error:
        failure = failure_of(error)
    except (OSError, *TROUBLE) as error:
        failure = Failure(NO, _UNWRITTEN, f"{error}.", _LOOK.format(settings.data_dir))
    return Folded(failure=(failure.code, failure.title, failure.details))


async def _fold(
    settings: Settings, url: str, share: Sequence[int], link: MessageStream[Folded, None]
) -> list[Stall]:
    log, key = await when_loaded(lambda: join_sealed_log(url, settings))
    stalls: list[Stall] = []
    budget = CacheBudget(WRITING)
    try:
        for partition in share:
            store = Store.open(settings.data_dir, log.identity, partition, budget=budget)
            try:
                writer = ModelWriter(log, Codec(key), store, REBUILDING)
                async with aclosing(writer.catch_up()) as batches:
                    async for entries, _, _ in batches:
                        await link.send(Folded(events=len(entries)))
                stalls += writer.stalls()
            finally:
                store.close()
    finally:
        await log.close()
    return stalls
