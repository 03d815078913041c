"""Whether a service without the key shows what was signed, and warns of what was not."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from events.checkpoint import Checkpoint, origin_of
from events.codec import Codec
from events.envelope import SealedEvent
from events.memory_log import ALONE, MemoryLog
from events.merkle import Frontier, leaf_hash
from events.note import SignerKey, sign_note
from events.publication import Publication, seal_publication
from projections.ledger import Ledger
from projections.ledger_keeper import LedgerKeeper
from service.signed_heads import SignedHeads
from service.signed_state import SEEN, SignedState
from service.witness import Witness
from tests.seals import CODEC, append_of, entries, retracted

COUNT = 6
KEY = SignerKey(origin_of("elsewhere.example", "kursk"), bytes(range(32)))
OTHER = SignerKey(KEY.verifier.name, bytes(32))


class Scene(NamedTuple):
    """A log with events of one timeline, and a witness that looks at it."""

    log: MemoryLog
    heads: SignedHeads
    keeper: LedgerKeeper

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
        note = sign_note(Checkpoint(key.verifier.name, size, root or tree.root()).text(), [key])
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
    ledger = Ledger.open(folder, ALONE)
    heads = SignedHeads(SignedState.load(folder, ALONE.id, SEEN), "no more is shown")
    keeper = LedgerKeeper(log, ledger)
    witness = Witness(log, CODEC, ledger, heads, 3600.0)
    tasks = {asyncio.create_task(part.run()) for part in (keeper, witness)}
    try:
        async with asyncio.timeout(20):
            await keeper.caught_up[0].wait()
            yield Scene(log, heads, keeper)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        ledger.close()


@pytest.fixture
async def log() -> MemoryLog:
    made = MemoryLog(itertools.count(1).__next__)
    for n in range(COUNT):
        await made.append(append_of(retracted(f"e{n}")))
    return made


async def test_what_is_true_of_our_own_log_is_shown(tmp_path: Path, log: MemoryLog) -> None:
    """Each published head that the ledger leads to is shown with its keys, and after a restart what
    was seen is there before anything is published."""
    async with looking(tmp_path, log) as scene:
        for size in (2, COUNT):
            await scene.publish(size)
            assert await scene.heads.covered("kursk", size, 10) == size
        await scene.append(retracted("more"))
        await scene.publish(COUNT + 1)
        assert await scene.heads.covered("kursk", COUNT + 1, 10) == COUNT + 1
        head = scene.heads.head("kursk")
        assert head is not None
        assert head.keys == (str(KEY.verifier),)
    quiet = MemoryLog(itertools.count(1).__next__)
    quiet._entries = log._entries
    async with looking(tmp_path, quiet) as scene:
        assert scene.heads.head("kursk") == head


async def test_an_older_head_changes_nothing(tmp_path: Path, log: MemoryLog) -> None:
    """A checkpoint of less than was seen may come late, or from somebody who put it back."""
    await log.append(append_of(retracted("a", timeline="other"), timeline="other"))
    async with looking(tmp_path, log) as scene:
        await scene.publish(COUNT)
        assert await scene.heads.covered("kursk", COUNT, 10) == COUNT
        head = scene.heads.head("kursk")
        old, other = await scene.sealed(3), await scene.sealed(1, timeline="other")
        await log.publish(0, {"kursk": old, "other": other})
        assert await scene.heads.covered("other", 1, 10) == 1
        assert scene.heads.head("kursk") == head
        assert dict(scene.heads.alarms) == {}


async def test_a_head_that_comes_before_its_events_is_waited_for(
    tmp_path: Path, log: MemoryLog
) -> None:
    """A checkpoint of events that this service has not read yet is neither shown nor an alarm."""
    async with looking(tmp_path, log) as scene:
        await scene.append(retracted("more"))
        await scene.publish(COUNT + 1)
        assert await scene.heads.covered("kursk", COUNT + 1, 10) == COUNT + 1
        assert dict(scene.heads.alarms) == {}


FALSE: dict[str, tuple[Callable[[Scene], object], int, str]] = {
    "another root": (lambda s: s.publish(COUNT, bytes(32)), 3, "is not what was signed"),
    "another root of less": (lambda s: s.publish(1, bytes(32)), 1, "is not what was signed"),
    "more than there is": (lambda s: s.publish(COUNT + 2, bytes(32)), COUNT + 1, "not in the log"),
    "another key's signature": (lambda s: s.publish(COUNT, key=OTHER), 3, "a false checkpoint"),
    "another's seal": (Scene.forge, 3, "a false checkpoint"),
    "no seal": (lambda s: s.log.publish(0, {"kursk": b"?"}), 3, "a false checkpoint"),
}


@pytest.mark.parametrize("name", FALSE)
async def test_what_is_false_is_an_alarm(tmp_path: Path, log: MemoryLog, name: str) -> None:
    """Behind what was seen to be true, the first revision is named; nothing new is shown, and the
    alarm is there after a restart."""
    publish, revision, reason = FALSE[name]
    async with looking(tmp_path, log) as scene:
        await scene.publish(2)
        assert await scene.heads.covered("kursk", 2, 10) == 2
        done = publish(scene)
        assert asyncio.iscoroutine(done)
        await done
        found = await scene.alarm()
        assert found[0] == revision
        assert reason in found[1]
        await scene.publish(COUNT)
        assert await scene.heads.covered("kursk", COUNT, 0.5) is None
    async with looking(tmp_path, log) as scene:
        assert await scene.alarm() == found


async def test_nobody_makes_alarms_for_what_is_not_there(tmp_path: Path, log: MemoryLog) -> None:
    """What somebody publishes of timelines that the log does not have raises none: there may be
    any number of them."""
    async with looking(tmp_path, log) as scene:
        await log.publish(0, {f"t{n}": b"?" for n in range(99)})
        await scene.publish(COUNT)
        assert await scene.heads.covered("kursk", COUNT, 10) == COUNT
        assert dict(scene.heads.alarms) == {}
