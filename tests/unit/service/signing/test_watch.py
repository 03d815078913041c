"""Whether it is reported that recorded events are not signed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events.audit.examination import Examination, Finding
from events.tlog.merkle import TreeHead
from service.datafolder.signed_state import SignedHead, SignedStateError
from service.datafolder.signing_key import SIGNING_KEY
from service.signing import watch as signing_watch
from service.signing.watch import SigningHealth, SigningWatch
from tests.audits import kursk
from tests.histories import CODEC
from tests.signers import MINUTE, OTHER, SEED, TIME, Faulty, Scene, put_key, signing, until


@pytest.fixture
def log() -> Faulty:
    return Faulty()


def late(scene: Scene) -> bool:
    return scene.signer.watch.is_late


def problems(logs: Sequence[Mapping[str, object]]) -> list[object]:
    """The reasons that were logged for why nothing is signed."""
    return [line["reason"] for line in logs if line["event"] == "signing has a problem"]


async def test_a_clock_that_is_behind_delays_and_alarms_nobody(tmp_path: Path, log: Faulty) -> None:
    """What was recorded more than a minute ahead of the signer's own clock is signed once that
    has come so far: clocks differ, and that is no tampering. Until then health says so, and the
    log has one line."""
    clock = [TIME - MINUTE - 1]
    with capture_logs() as logs:
        async with signing(tmp_path, log, clock) as scene:
            await scene.record("a")
            assert await scene.heads.covered("kursk", 1, 0.7) is None
            await scene.record("b")
            assert await scene.heads.covered("kursk", 1, 0.7) is None
            assert dict(scene.heads.alarms) == {}
            told = scene.signer.watch.health()
            assert (told.signs, told.unsigned_events, told.checkpoint_age_seconds) == (
                True,
                2,
                None,
            )
            assert "'kursk' was recorded at 2023-11-14T22:13:20.000000Z" in (told.problem or "")
            assert problems(logs) == [told.problem]
            clock[0] = TIME - MINUTE
            assert await scene.heads.covered("kursk", 2, 10) == 2
            assert dict(scene.heads.alarms) == {}
            await until(lambda: scene.signer.watch.health().problem is None)
            told = scene.signer.watch.health()
            assert (told.unsigned_events, told.checkpoint_age_seconds) == (0, 0.0)
    assert len(problems(logs)) == 1


async def test_a_full_disk_is_reported(
    tmp_path: Path, log: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head that cannot be kept is not shown, and health and the log say why, once; it is signed
    when there is room."""
    full = SignedStateError("signed.json cannot be written: No space left on device.")
    with capture_logs() as logs:
        async with signing(tmp_path, log, [TIME]) as scene:

            def refuse(_: Mapping[str, SignedHead]) -> None:
                raise full

            monkeypatch.setattr(scene.heads._state, "sign", refuse)
            await scene.record("a")
            await until(lambda: scene.signer.watch.health().problem)
            await scene.record("b")
            assert await scene.heads.covered("kursk", 1, 0.7) is None
            told = scene.signer.watch.health()
            assert str(full) in (told.problem or "")
            assert told.unsigned_events == 2
            monkeypatch.undo()
            assert await scene.heads.covered("kursk", 2, 10) == 2
            await until(lambda: scene.signer.watch.health().problem is None)
    assert len(problems(logs)) == 1


@pytest.mark.parametrize(
    ("seed", "words"), [(None, "is not there"), (OTHER, "another key")], ids=["gone", "other"]
)
async def test_only_the_key_that_signed_before_signs(
    tmp_path: Path, log: Faulty, seed: bytes | None, words: str
) -> None:
    """Without it, or with another one in its place, nothing is signed, what was signed is shown
    with its own keys, and all of it is still held against the log. With the key back it goes on."""
    async with signing(tmp_path, log, [TIME]) as scene:
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 10) == 1
        keys = scene.signer.keys("kursk")
        assert scene.signer.signs
    with capture_logs() as logs:
        async with signing(tmp_path, log, [TIME], seed) as scene:
            await scene.record("b")
            assert await scene.heads.covered("kursk", 2, 0.7) is None
            told = scene.signer.watch.health()
            assert (told.signs, told.unsigned_events) == (False, 1)
            assert words in (told.problem or "")
            assert list(scene.signer.keys("kursk")) == keys
            assert dict(scene.heads.alarms) == {}
            assert len(problems(logs)) == 1
    entries = log._entries[0]
    kept = list(entries)
    entries[0] = entries[0]._replace(header=entries[0].header.replace(b"desk", b"dusk"))
    async with signing(tmp_path, log, [TIME], seed) as scene:
        await until(lambda: scene.heads.alarms)
        assert scene.heads.alarms["kursk"].revision == 1
    entries[:] = kept
    async with signing(tmp_path, log, [TIME]) as scene:
        assert await scene.heads.covered("kursk", 2, 10) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "is gone"), (f"{OTHER.hex()}\n", "holds another key"), ("x", "does not hold a key")],
    ids=["gone", "other", "nonsense"],
)
async def test_a_key_file_that_changes_is_reported_while_it_is_not_needed(
    tmp_path: Path, log: Faulty, content: str | None, words: str
) -> None:
    """The running service signs on with what it read; that the next start could not is said now."""
    async with signing(tmp_path, log, [TIME]) as scene:
        path = tmp_path / SIGNING_KEY
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
        assert words in (scene.signer.watch.health().problem or "")
        await scene.record("a")
        assert await scene.heads.covered("kursk", 1, 10) == 1
        put_key(tmp_path, SEED)
        assert scene.signer.watch.health().problem is None


async def test_only_what_waits_for_a_minute_is_late(
    tmp_path: Path, log: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that wait are late after a minute and not before; an alarm speaks for itself, and what
    was signed meanwhile begins to wait when something comes behind it."""
    clock = [TIME - MINUTE - 1]
    now = [1_000.0]
    monkeypatch.setattr(signing_watch, "monotonic", lambda: now[0])
    async with signing(tmp_path, log, clock) as scene:
        await scene.record("a")
        await until(lambda: scene.signer.watch.health().unsigned_events)
        now[0] += 60
        assert not late(scene)
        now[0] += 1
        assert late(scene)
        clock[0] = TIME
        assert await scene.heads.covered("kursk", 1, 10) == 1
        await until(lambda: not late(scene))
        clock[0] = TIME - MINUTE - 1
        await scene.record("b")
        await until(lambda: scene.signer.watch.health().unsigned_events)
        now[0] += 60
        assert not late(scene)
        now[0] += 1
        assert late(scene)
        await scene.heads.alarm({"kursk": Finding("kursk", 1, "is odd")})
        assert not late(scene)


def test_what_is_signed_while_more_comes_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timeline that is never all signed, as it is written to all the time, is late only where
    nothing of it was signed for a minute. What was found amiss and what lies behind it counts."""
    now = [1_000.0]
    monkeypatch.setattr(signing_watch, "monotonic", lambda: now[0])
    history = kursk(6)
    looked = Examination(CODEC, 0, 1, {}, lambda *_: b"", lambda *_: False)
    watch = SigningWatch(lambda: TIME, dict, lambda late: f"{late:.0f} seconds", signs=True)
    for size in range(1, 5):
        looked.examine(history.entries[size - 1 : size])
        looked.sign("kursk", TreeHead(size - 1, bytes(32)))
        watch.count_unsigned(looked)
        now[0] += 60
        assert watch.health() == SigningHealth(True, 1, None, None)  # noqa: FBT003 - it signs
    watch.count_unsigned(looked)  # nothing was signed since the last look
    now[0] += 1
    assert watch.is_late
    assert watch.health().problem == "61 seconds"
    watch.signed()
    looked.examine([history.entries[4]._replace(data=b"{}"), history.entries[5]])
    looked.sign("kursk", TreeHead(4, bytes(32)))
    watch.count_unsigned(looked)
    assert looked.findings["kursk"].revision == 5
    assert (watch.health().unsigned_events, watch.is_late) == (2, False)
    assert watch.health().checkpoint_age_seconds == 0.0
