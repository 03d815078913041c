"""A signer that works on a log in memory, for tests of what it signs and reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from events.errors import LogUnavailable
from events.event.envelope import StoredEvent
from events.log.contract import Identity, partition_of
from events.log.memory import ALONE, MemoryLog
from projections.ledger.ledger import Ledger
from projections.ledger.writer import LedgerWriter
from service.datafolder.signed_state import SignedState
from service.datafolder.signing_key import SIGNING_KEY
from service.settings.settings import Settings
from service.signing.examiner import CATCH_UP
from service.signing.heads import SignedHeads
from service.signing.signer import Signer
from tests.looks import looked_again
from tests.seals import CODEC, append_of, entries, retracted

__all__ = ["MINUTE", "OTHER", "SEED", "TIME", "Faulty", "Scene", "put_key", "signing", "until"]

TIME = 1_700_000_000_000_000
"""The log's clock, in microseconds since 1970."""
MINUTE = 60_000_000
SEED, OTHER = bytes(32), bytes(range(32))


class Faulty(MemoryLog):
    """A log that publishes nothing while it is `mute`; `sent` are the timelines of what it
    published. It confirms durability only if it `settles`, and counts the questions in `asked`; if
    it `loses`, the last event disappears during a question. The examiner reads nothing of the
    partition `held_back` before it may `go_on`."""

    mute = False
    settles = True
    loses = False
    held_back = -1

    def __init__(self, identity: Identity = ALONE) -> None:
        super().__init__(lambda: TIME, identity)
        self.sent: list[str] = []
        self.asked = 0
        self.go_on = asyncio.Event()

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        if self.mute:
            raise LogUnavailable("It is away.")
        self.sent += checkpoints
        await super().publish(partition, checkpoints)

    async def settle(self, partition: int) -> bool:
        self.asked += 1
        if self.loses:
            self._entries[partition].pop()
            self.loses = False
        return self.settles and await super().settle(partition)

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        if partition == self.held_back and limit == CATCH_UP:
            await self.go_on.wait()
        return await super().read(partition, after, limit)


class Scene(NamedTuple):
    """A signer that works on a log."""

    log: Faulty
    heads: SignedHeads
    keeper: LedgerWriter
    signer: Signer

    async def record(self, name: str, timeline: str = "kursk") -> None:
        event = retracted(name, timeline=timeline)
        await self.log.append(append_of(event, timeline=timeline))
        partition = partition_of(timeline, self.log.identity.partitions)
        [*_, last] = await entries(self.log, partition)
        self.keeper.offer(partition, [last])


def put_key(folder: Path, seed: bytes | None) -> None:
    """Put this signing key into the folder; with None remove it."""
    path = folder / SIGNING_KEY
    path.unlink(missing_ok=True)
    if seed is not None:
        path.touch(mode=0o600)
        path.write_text(f"{seed.hex()}\n")


@asynccontextmanager
async def signing(
    folder: Path,
    log: Faulty,
    clock: list[int],
    seed: bytes | None = SEED,
    origin: str = "onrecord.local",
) -> AsyncIterator[Scene]:
    """`clock` has the signer's own time; `seed` is the key in the folder, `origin` the
    service's."""
    put_key(folder, seed)
    with suppress(FileNotFoundError):
        (folder / "alarms.json").unlink()
    if not (folder / "signed.json").exists():
        SignedState.begin(folder, log.identity.id)
    ledger = Ledger.open(folder, log.identity)
    heads = SignedHeads(SignedState.load(folder, log.identity.id), "no more is signed")
    keeper = LedgerWriter(log, ledger)
    settings = Settings(data_dir=folder, log_format="json", given_by={}, origin=origin)
    seeds = [] if seed is None else [seed]
    signer = Signer(log, CODEC, ledger, heads, seeds, settings, lambda: clock[0])
    tasks = {asyncio.create_task(part.run()) for part in (keeper, signer)}
    try:
        async with asyncio.timeout(20):
            await keeper.caught_up[0].wait()
            yield Scene(log, heads, keeper, signer)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        ledger.close()


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition is true; other tasks have the loop meanwhile."""
    while not condition():
        await looked_again()
