"""A witness at work, with the log that it reads and the key that signs elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from events.audit.publication import Publication, seal_publication
from events.event.codec import Codec
from events.event.envelope import SealedEvent
from events.log.memory import MemoryLog
from events.tlog.checkpoint import SignedCheckpoint, origin_of
from events.tlog.merkle import Frontier, leaf_hash
from events.tlog.note import SignerKey, sign_note
from projections.ledger.ledger import Ledger
from projections.ledger.writer import LedgerWriter
from service.datafolder.signed_state import SEEN, SignedState
from service.signing.heads import SignedHeads
from service.signing.witness import Witness
from tests.seals import CODEC, append_of, entries

COUNT = 6
KEY = SignerKey(origin_of("elsewhere.example", "kursk"), bytes(range(32)))
OTHER = SignerKey(KEY.verifier.name, bytes(32))


class Scene(NamedTuple):
    """A log with events of one timeline, and a witness that looks at it."""

    log: MemoryLog
    heads: SignedHeads
    keeper: LedgerWriter

    async def append(self, event: SealedEvent) -> None:
        """Record it; the ledger is offered it later, as by a fold that has others to do first."""
        await self.log.append(append_of(event))
        [*_, last] = await entries(self.log)
        asyncio.get_running_loop().call_later(0.3, self.keeper.offer, 0, [last])

    async def publish(self, size: int, root: bytes | None = None, key: SignerKey = KEY) -> None:
        """A checkpoint of so many events, of that root instead of the true one."""
        await self.log.publish(0, {"kursk": await self.sealed(size, root, key)})

    async def sealed(
        self,
        size: int,
        root: bytes | None = None,
        key: SignerKey = KEY,
        codec: Codec = CODEC,
        timeline: str = "kursk",
    ) -> bytes:
        tree = Frontier()
        headers = [stored.header for stored in await entries(self.log)]
        for header in [h for h in headers if f'"{timeline}"'.encode() in h][:size]:
            tree.append(leaf_hash(header))
        note = sign_note(
            SignedCheckpoint(key.verifier.name, size, root or tree.root()).text(), [key]
        )
        return seal_publication(codec, timeline, Publication(note, (str(KEY.verifier),)))

    async def forge(self) -> None:
        """A true checkpoint that somebody else published."""
        await self.log.publish(0, {"kursk": await self.sealed(COUNT, codec=Codec(bytes(32)))})

    async def alarm(self) -> tuple[int, str]:
        """Revision and reason, once there is one."""
        assert await self.heads.covered("kursk", 1_000_000, 10) is None
        found = self.heads.alarms["kursk"]
        return found.revision, found.reason


@asynccontextmanager
async def looking(folder: Path, log: MemoryLog) -> AsyncIterator[Scene]:
    ledger = Ledger.open(folder, log.identity)
    heads = SignedHeads(SignedState.load(folder, log.identity.id, SEEN), "no more is shown")
    keeper = LedgerWriter(log, ledger)
    witness = Witness(log, CODEC, ledger, heads, 3600.0, lambda: 0)
    tasks = {asyncio.create_task(part.run()) for part in (keeper, witness)}
    try:
        async with asyncio.timeout(20):
            for caught_up in keeper.caught_up:
                await caught_up.wait()
            yield Scene(log, heads, keeper)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        ledger.close()
