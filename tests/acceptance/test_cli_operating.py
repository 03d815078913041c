"""Services that stop and start, and the commands that operate a data folder, as people run them."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import apsw
import redis.asyncio

from service.datafolder.lock import FolderLock
from tests.leftovers import model_of
from tests.program import Program
from tests.serving import running, said, stream_of


def test_a_service_that_is_told_to_stop_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C ends it with 0, and its data folder is free at once: the store has left, too."""
    with running(tmp_path) as service:
        assert service.program.run("seed").code == 0
        assert service.stop(signal.SIGINT) == 0
        assert "Traceback" not in service.log.read_text()
    doctor = Program().run("doctor", "--data-dir", str(tmp_path / "data"), "--json")
    assert (doctor.code, doctor.answer["ok"]) == (0, True)


async def test_a_service_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """After SIGKILL the store ends by itself, and all that was acknowledged is there again."""
    with running(tmp_path) as service:
        service.program.run("seed")
        before = service.program.run("query", "kursk", "--limit", "500").out
        service.stop(signal.SIGKILL)
    lock = FolderLock(tmp_path / "data")
    await lock.acquire(30.0)  # the store holds it, as long as it lives
    lock.release()
    with running(tmp_path) as service:
        assert service.program.run("query", "kursk", "--limit", "500").out == before


def test_a_rebuilt_read_model_answers_as_before(tmp_path: Path) -> None:
    """While the service runs `rebuild` is refused. What the read model says wrongly, though its
    file is whole, is gone after it: every answer is the same bytes."""
    folder = str(tmp_path / "data")
    with running(tmp_path) as service:
        service.program.run("seed")
        before = service.program.run("query", "kursk", "--limit", "500").out
        refused = Program().run("rebuild", "--data-dir", folder)
        assert refused.code == 1
        assert str(service.process.pid) in refused.err
        events = service.folded()
        service.stop()
    with apsw.Connection(str(model_of(tmp_path / "data"))) as store:
        store.execute("UPDATE statement_versions SET supports = 99")
    store.close()
    rebuilt = Program().run("rebuild", "--data-dir", folder)
    assert (rebuilt.code, rebuilt.answer) == (0, {"events": events}), rebuilt.err
    with running(tmp_path) as service:
        assert service.program.run("query", "kursk", "--limit", "500").out == before


def test_there_is_nothing_to_rebuild_where_there_is_no_log(tmp_path: Path) -> None:
    """A folder that was mistyped is reported, and none is made."""
    done = Program().run("rebuild", "--data-dir", str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "--data-dir" in done.err
    assert not (tmp_path / "nowhere").exists()


def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    """Secrets are not shown, an alarm, a broken key or ledger and a key that others can read are
    found, and the code is 1."""
    folder = tmp_path / "data"
    with running(tmp_path) as service:
        healthy = Program().run("doctor", "--data-dir", str(folder))
        assert (healthy.code, healthy.answer["ok"]) == (0, True), healthy.out
        assert str(service.process.pid) in healthy.out
        service.stop()
    alarm = {"kursk": {"revision": 7, "reason": "is odd"}}
    (folder / "alarms.json").write_text(json.dumps(alarm))
    (folder / "signing.key").write_text("nonsense")
    (folder / "ledger.sqlite3").write_bytes(b"?" * 9_000)
    done = Program().run("doctor", "--data-dir", str(folder))
    failed = {check["name"] for check in done.answer["checks"] if check["verdict"] == "failed"}
    assert (done.code, failed) == (1, {"alarms", "signing key", "ledger"})
    (folder / "seal.key").chmod(0o644)
    done = Program().run("doctor", "--data-dir", str(folder))
    failed = {check["name"] for check in done.answer["checks"] if check["verdict"] == "failed"}
    assert "seal key" in failed
    assert (folder / "seal.key").read_text().strip() not in done.out


async def test_what_stopped_is_reported(tmp_path: Path) -> None:
    """An altered event and an entry that cannot be read: `rebuild` says where each is, and
    `doctor` that all is not well."""
    folder = tmp_path / "data"
    with running(tmp_path) as service:
        service.program.run("seed")
        stream = stream_of("kursk")
        async with redis.asyncio.Redis(unix_socket_path=str(folder / "valkey/valkey.sock")) as raw:
            entries: Any = await raw.xrange(stream)
            await raw.delete(stream)
            for position, (id_, fields) in enumerate(entries, start=1):
                if position == len(entries) - 1:
                    fields[b"d"] += b" "
                if position == len(entries):
                    fields[b"h"] = b"nonsense"
                await raw.xadd(stream, fields, id=id_)
        service.stop()
    rebuilt = Program().run("rebuild", "--data-dir", str(folder))
    last = len(entries)
    assert rebuilt.code == 1
    assert f"kursk at revision {last - 1}: " in rebuilt.err
    assert f"entry at position {last}: " in rebuilt.err
    doctor = Program().run("doctor", "--data-dir", str(folder), "--json")
    assert (doctor.code, doctor.answer["ok"]) == (1, False)
    [model] = [check for check in doctor.answer["checks"] if check["name"] == "read model"]
    assert model["verdict"] == "failed"
    assert f"kursk at revision {last - 1}: " in model["detail"]


def test_a_rebuild_makes_no_log(tmp_path: Path) -> None:
    """Where Valkey's folder is there and empty, as of an unmounted volume, nothing is dropped."""
    folder = tmp_path / "data"
    with running(tmp_path) as service:
        service.program.run("seed")
        service.stop()
    (folder / "valkey").rename(tmp_path / "unmounted")
    (folder / "valkey").mkdir()
    model = model_of(folder)
    kept = model.read_bytes()
    done = Program().run("rebuild", "--data-dir", str(folder))
    assert done.code == 1
    assert "There is no log" in done.err
    assert model.read_bytes() == kept


def test_the_doctor_makes_nothing(tmp_path: Path) -> None:
    """Where there is no data yet all is well, and there is none afterwards."""
    done = Program().run("doctor", "--data-dir", str(tmp_path / "data"))
    assert (done.code, done.answer["ok"]) == (0, True), done.out
    assert not (tmp_path / "data").exists()


def test_a_follower_goes_on_when_its_service_comes_back(tmp_path: Path) -> None:
    """A service that is restarted on the same port is waited for, and no event is missed."""
    with running(tmp_path) as first:
        first.program.run("append", "kursk", "--create", "T", stdin=json.dumps(said("a")))
        following = first.program.start("tail", "kursk", "--after", "1")
        assert following.stdout is not None
        assert json.loads(following.stdout.readline())["revision"] == 2
        port = first.url.rpartition(":")[2]
        first.stop()
    with running(tmp_path, "--port", port) as second:
        second.program.run("append", "kursk", stdin=json.dumps(said("b")))
        assert json.loads(following.stdout.readline())["revision"] == 3
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=30)
    assert following.returncode == 130
