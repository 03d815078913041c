"""What the signer signs, what it publishes, and what it waits with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from events.errors import LogUnavailable
from events.memory_log import ALONE, MemoryLog
from events.publication import open_publication
from projections.ledger import Ledger
from projections.ledger_keeper import LedgerKeeper
from service.settings import Settings
from service.signed_heads import SignedHeads
from service.signed_state import SignedState
from service.signer import Signer
from tests.seals import CODEC, append_of, entries, retracted

TIME = 1_700_000_000_000_000
"""The log's clock, in microseconds since 1970."""
MINUTE = 60_000_000


class Faulty(MemoryLog):
    """A log that publishes nothing while it is `mute`; `sent` are the timelines of what it did."""

    mute = False

    def __init__(self) -> None:
        super().__init__(lambda: TIME)
        self.sent: list[str] = []

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        if self.mute:
            raise LogUnavailable("It is away.")
        self.sent += checkpoints
        await super().publish(partition, checkpoints)


class Scene(NamedTuple):
    """A signer at work on a log."""

    log: Faulty
    heads: SignedHeads
    keeper: LedgerKeeper
    signer: Signer

    async def record(self, name: str, timeline: str = "kursk") -> None:
        event = retracted(name, timeline=timeline)
        await self.log.append(append_of(event, timeline=timeline))
        [*_, last] = await entries(self.log)
        self.keeper.offer(0, [last])


@asynccontextmanager
async def signing(folder: Path, log: Faulty, clock: list[int]) -> AsyncIterator[Scene]:
    """`clock` holds the signer's own."""
    with suppress(FileNotFoundError):
        (folder / "alarms.json").unlink()
    if not (folder / "signed.json").exists():
        SignedState.begin(folder, ALONE.id)
    ledger = Ledger.open(folder, ALONE)
    heads = SignedHeads(SignedState.load(folder, ALONE.id), "no more is signed")
    keeper = LedgerKeeper(log, ledger)
    settings = Settings(data_dir=folder, log_format="json", given_by={})
    signer = Signer(log, CODEC, ledger, heads, [bytes(32)], settings, lambda: clock[0])
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


@pytest.fixture
def log() -> Faulty:
    return Faulty()


def size_in(known: Mapping[str, bytes]) -> int:
    """The size of the checkpoint among what is published, 0 where there is none."""
    if "kursk" not in known:
        return 0
    return open_publication(CODEC, "kursk", known["kursk"]).checkpoint().size


async def published(log: Faulty, size: int) -> None:
    """Return once a checkpoint of so many events is published."""
    async for known in log.published(0):
        if size_in(known) >= size:
            return


async def test_a_clock_that_is_behind_delays_and_alarms_nobody(tmp_path: Path, log: Faulty) -> None:
    """What was recorded more than a minute ahead of the signer's own clock is signed once that
    has come so far: clocks differ, and that is no tampering."""
    clock = [TIME - MINUTE - 1]
    async with signing(tmp_path, log, clock) as scene:
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 0.7) is None
        assert dict(scene.heads.alarms) == {}
        clock[0] = TIME - MINUTE
        assert await scene.heads.covered("kursk", 1, 10) == 1
        assert dict(scene.heads.alarms) == {}


async def test_what_could_not_be_published_is_published_later(tmp_path: Path, log: Faulty) -> None:
    """A head is shown as soon as it is kept; the others hear of it when the log takes it, after a
    restart too."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 10) == 1
        await published(log, 1)
        log.mute = True
        await scene.record("b")
        assert await scene.heads.covered("kursk", 2, 10) == 2
        assert size_in(await anext(log.published(0))) == 1
        log.mute = False
        await published(log, 2)
        log.mute = True
        await scene.record("c")
        assert await scene.heads.covered("kursk", 3, 10) == 3
    log.mute = False
    async with signing(tmp_path, log, [TIME]):
        await published(log, 3)


async def test_another_history_is_told_anew(tmp_path: Path, log: Faulty) -> None:
    """Where the log may be another one, what was published in it may be gone: it is published
    again."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        await published(log, 1)
        log._published[0].clear()
        scene.signer.look_again()
        await published(log, 1)
        assert dict(scene.heads.alarms) == {}


async def test_each_head_is_published_once(tmp_path: Path, log: Faulty) -> None:
    """What was published is not published again with what comes later, of other timelines."""
    async with signing(tmp_path, log, [TIME]) as scene:
        for timeline in ("kursk", "other", "third"):
            await scene.record("a", timeline)
            assert await scene.heads.covered(timeline, 1, 10) == 1
            async for known in log.published(0):
                if timeline in known:
                    break
    assert log.sent == ["kursk", "other", "third"]
