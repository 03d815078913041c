"""Whether a service without the key shows what was signed, and warns of what was not."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from events.audit.publication import Publication, seal_publication
from events.event.envelope import StoredEvent
from events.log.contract import Identity, partition_of
from events.log.memory import ALONE, MemoryLog
from events.tlog.checkpoint import SignedCheckpoint, origin_of
from events.tlog.merkle import leaf_hash
from events.tlog.note import SignerKey, sign_note
from tests.seals import CODEC, append_of, entries, retracted
from tests.unit.service.signing.witness_scene import COUNT, KEY, OTHER, Scene, looking


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


class Slow(MemoryLog):
    """A log whose further events reach the examiner only once it may `go_on`."""

    def __init__(self) -> None:
        super().__init__(itertools.count(1).__next__)
        self.is_followed = asyncio.Event()
        self.go_on = asyncio.Event()

    async def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        self.is_followed.set()
        async for batch in super().follow(partition, after):
            if batch:
                await self.go_on.wait()
            yield batch


async def test_a_head_is_not_shown_before_its_events_were_looked_at(tmp_path: Path) -> None:
    """Though the ledger leads to it: until the examiner has read them it is neither shown nor an
    alarm, and what was looked at is shown meanwhile."""
    slow = Slow()
    for timeline in ("kursk", "other"):
        await slow.append(append_of(retracted("e", timeline=timeline), timeline=timeline))
    async with looking(tmp_path, slow) as scene:
        await slow.is_followed.wait()
        await slow.append(append_of(retracted("more")))
        scene.keeper.offer(0, (await entries(slow))[-1:])
        await scene.publish(2)
        await slow.publish(0, {"other": await scene.sealed(1, timeline="other")})
        assert await scene.heads.covered("other", 1, 10) == 1
        assert scene.heads.head("kursk") is None
        assert dict(scene.heads.alarms) == {}
        slow.go_on.set()
        assert await scene.heads.covered("kursk", 2, 10) == 2


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
    await log.append(append_of(retracted("a", timeline="other"), timeline="other"))
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
        other = await scene.sealed(1, timeline="other")
        await log.publish(0, {"other": other})
        assert await scene.heads.covered("other", 1, 10) == 1
        head = scene.heads.head("kursk")
        assert head is not None
        assert head.size == 2
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


@pytest.mark.parametrize("is_true", [True, False])
async def test_only_its_own_partition_speaks_of_a_timeline(tmp_path: Path, is_true: bool) -> None:
    """What is published in another partition than the timeline's is not believed, true or not: it
    is neither shown nor an alarm."""
    log = MemoryLog(itertools.count(1).__next__, Identity(ALONE.id, 2))
    names: dict[int, str] = {}
    for n in itertools.count():
        names.setdefault(partition_of(f"t{n}", 2), f"t{n}")
        if len(names) == 2:
            break
    stranger, native = names[0], names[1]
    for name in (stranger, native):
        await log.append(append_of(retracted("a", timeline=name), timeline=name))

    def head(name: str) -> bytes:
        [stored] = log._entries[partition_of(name, 2)]
        signer = SignerKey(origin_of("elsewhere.example", name), bytes(32))
        text = SignedCheckpoint(signer.verifier.name, 1, leaf_hash(stored.header)).text()
        publication = Publication(sign_note(text, [signer]), (str(signer.verifier),))
        return seal_publication(CODEC, name, publication)

    async with looking(tmp_path, log) as scene:
        await log.publish(1, {stranger: head(stranger) if is_true else b"?"})
        await log.publish(1, {native: head(native)})
        assert await scene.heads.covered(native, 1, 10) == 1
        assert scene.heads.head(stranger) is None
        await log.publish(0, {stranger: head(stranger)})
        assert await scene.heads.covered(stranger, 1, 10) == 1
        assert dict(scene.heads.alarms) == {}
