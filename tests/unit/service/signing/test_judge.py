"""What signer and witness have in common: looking, raising alarms, and acting on what was found."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from events.audit.examination import Finding
from events.log.memory import MemoryLog
from events.tlog.merkle import Frontier, leaf_hash
from projections.ledger.ledger import Ledger
from service.datafolder.signed_state import SIGNED, SignedHead, SignedState
from service.signing import judge as judging
from service.signing.heads import SignedHeads
from service.signing.judge import Judge
from service.signing.watch import SigningWatch
from tests.seals import CODEC, append_of, entries, retracted

COUNT = 3


class _Scene(NamedTuple):
    judge: Judge
    heads: SignedHeads
    acts: asyncio.Queue[int]


@pytest.fixture
async def log(monkeypatch: pytest.MonkeyPatch) -> MemoryLog:
    monkeypatch.setattr(judging, "_GATHER", 0.0)
    made = MemoryLog(itertools.count(1).__next__)
    for n in range(COUNT):
        await made.append(append_of(retracted(f"e{n}")))
    return made


@asynccontextmanager
async def judging_of(folder: Path, log: MemoryLog) -> AsyncIterator[_Scene]:
    """A judge at work; `acts` gets how many events were unsigned whenever its owner acts."""
    ledger = Ledger.open(folder, log.identity)
    heads = SignedHeads(SignedState.load(folder, log.identity.id), "nothing follows")
    watch = SigningWatch(lambda: 0, lambda: heads.alarms, str, signs=True)
    judge = Judge(log, CODEC, ledger, heads, watch, 3600.0, lost="the state is lost")
    acts: asyncio.Queue[int] = asyncio.Queue()

    async def act() -> None:
        acts.put_nowait(watch.health().unsigned_events)

    task = asyncio.create_task(judge.run(act))
    try:
        async with asyncio.timeout(20):
            yield _Scene(judge, heads, acts)
    finally:
        task.cancel()
        await asyncio.wait({task})
        ledger.close()


async def head_of(log: MemoryLog) -> SignedHead:
    tree = Frontier()
    for stored in await entries(log):
        tree.append(leaf_hash(stored.header))
    return SignedHead(tree.size, tree.root().hex(), "a note\n", ("a+key",))


async def test_its_owner_acts_on_what_was_examined_and_when_it_is_woken(
    tmp_path: Path, log: MemoryLog
) -> None:
    """Once after the whole log was examined, once after each event that came, and when something
    else asks for it; what is kept then counts as signed."""
    SignedState.begin(tmp_path, log.identity.id)
    async with judging_of(tmp_path, log) as scene:
        assert await scene.acts.get() == COUNT
        await scene.judge.keep({"kursk": await head_of(log)})
        scene.judge.wake()
        assert await scene.acts.get() == 0
        await log.append(append_of(retracted("more")))
        assert await scene.acts.get() == 1
        assert scene.heads.size("kursk") == COUNT
        assert scene.heads.keys("kursk") == ("a+key",)
        assert not scene.heads.alarms


async def test_heads_that_are_lost_are_an_alarm_of_every_timeline(
    tmp_path: Path, log: MemoryLog
) -> None:
    """Nothing can be compared where the file of signed heads is another log's."""
    SignedState.begin(tmp_path, "another log")
    assert (tmp_path / SIGNED).exists()
    async with judging_of(tmp_path, log) as scene:
        await scene.acts.get()
        reason = "cannot be compared: the state is lost"
        assert dict(scene.heads.alarms) == {"kursk": Finding("kursk", 1, reason)}


async def test_a_suspicion_is_followed_unless_an_alarm_reports_it(
    tmp_path: Path, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads something damaged again and again does not keep the service reading its log."""
    SignedState.begin(tmp_path, log.identity.id)
    async with judging_of(tmp_path, log) as scene:
        await scene.acts.get()
        suspected: list[str] = []
        monkeypatch.setattr(scene.judge.examiner, "suspect", suspected.append)
        scene.judge.suspect("kursk")
        await scene.heads.alarm({"kursk": Finding("kursk", 2, "was altered")})
        scene.judge.suspect("kursk")
        scene.judge.suspect("other")
        assert suspected == ["kursk", "other"]
