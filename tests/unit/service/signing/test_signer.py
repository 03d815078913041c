"""What the signer signs, what it publishes, and what it waits with."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import apsw
import pytest

from events.audit.examination import Finding
from events.audit.publication import open_publication
from events.log.contract import Identity, partition_of
from events.log.memory import ALONE
from projections.ledger.tables import LedgerTables
from service.signing import watch as signing_watch
from tests.seals import CODEC
from tests.signers import TIME, Faulty, signing, until


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


async def test_another_history_is_reported_anew(tmp_path: Path, log: Faulty) -> None:
    """Where the log may be another one, what was published in it may be gone: it is published
    again."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        await published(log, 1)
        log._published[0].clear()
        scene.signer.restart()
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


async def test_only_what_is_durable_is_signed(
    tmp_path: Path, log: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the log does not confirm that it keeps what was recorded, nothing of it is signed, and
    where that lasts it is reported; as soon as the log does, it is signed."""
    now = [1_000.0]
    monkeypatch.setattr(signing_watch, "monotonic", lambda: now[0])
    async with signing(tmp_path, log, [TIME]) as scene:
        log.settles = False
        await scene.record("a")
        await until(lambda: log.asked > 1)
        assert scene.heads.head("kursk") is None
        assert scene.signer.watch.health().problem is None
        now[0] += 11
        await until(lambda: scene.signer.watch.health().problem)
        assert "is durable" in (scene.signer.watch.health().problem or "")
        log.settles = True
        assert await scene.heads.covered("kursk", 1, 10) == 1


@pytest.mark.parametrize("error", [apsw.FullError("full"), apsw.IOError("disk I/O error")])
async def test_a_disk_that_fails_for_a_while_ends_no_signing(
    tmp_path: Path, log: Faulty, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """While the ledger can neither be read nor written, nothing is signed; after that all is, and
    a ledger that was begun again meanwhile is compared with it."""

    def fail(*_: object) -> NoReturn:
        raise error

    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 10) == 1
        with monkeypatch.context() as patch:
            patch.setattr(LedgerTables, "all", fail)
            scene.signer.judge.trust._mended("kursk")
            scene.signer.judge.wake()
            await scene.record("b")
            await until(lambda: scene.signer.watch._trouble is not None)
            assert scene.heads.size("kursk") == 1
        assert await scene.heads.covered("kursk", 2, 10) == 2


async def test_what_is_lost_while_it_is_waited_for_is_not_signed(
    tmp_path: Path, log: Faulty
) -> None:
    """Where a failover takes the last event away while its durability is asked for, it is gone, and
    nothing is signed of it: no alarm can come of that."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 10) == 1
        log.loses = True
        await scene.record("b")
        await until(lambda: not log.loses)
        assert await scene.heads.covered("kursk", 2, 0.7) is None
        assert dict(scene.heads.alarms) == {}


async def test_nothing_is_signed_before_the_whole_log_was_read(tmp_path: Path) -> None:
    """After a start one partition's timelines wait for all others to be looked at, too."""
    log = Faulty(Identity(ALONE.id, 2))
    name = next(f"t{n}" for n in itertools.count() if partition_of(f"t{n}", 2) == 0)
    log.held_back = 1
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a", name)
        await until(lambda: scene.signer.watch.health().unsigned_events)
        assert await scene.heads.covered(name, 1, 0.7) is None
        log.go_on.set()
        assert await scene.heads.covered(name, 1, 10) == 1


async def test_an_alarm_keeps_only_its_own_timeline_from_being_signed(
    tmp_path: Path, log: Faulty
) -> None:
    """Others go on."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.heads.alarm({"kursk": Finding("kursk", 1, "is odd")})
        await scene.record("a")
        await scene.record("a", "other")
        assert await scene.heads.covered("other", 1, 10) == 1
        await scene.record("b", "other")
        assert await scene.heads.covered("other", 2, 10) == 2
        assert scene.heads.head("kursk") is None
