"""What an auditor with nothing but a verifier key sees of each tampering: `verify` says so and
names the first bad revision."""

from __future__ import annotations

import asyncio
from pathlib import Path

from events.event.codec import Codec
from events.event.envelope import statement_subject
from events.event.types import StatementRedacted
from events.log.redis import open_redis_log
from tests.intrusions import COUNT, MATRIX, entries, of, rewrite
from tests.seals import append_of
from tests.tampering import Scene, alarms, signed, verify, write


def test_an_alarm_without_a_finding_is_not_provable(scene: Scene) -> None:
    """What no checkpoint covers raises the server's alarm: then nothing is verified, though all
    that is signed is there."""
    with scene.store() as store:
        rewrite(store, MATRIX["an event copied"][0])
    with scene.service() as service:
        assert alarms(service) == [("kursk", COUNT + 1)]
        assert verify(service, scene.vkey) == (4, None)


async def forge(scene: Scene) -> None:
    """A redaction in the log as who has Redis can make one: all is right but for the seal."""
    forged = Codec(bytes(32)).seal(
        "kursk",
        "forged",
        statement_subject("s3"),
        StatementRedacted(revisions=(5,), reason="A court."),
        "desk",
        bytes(16),
    )
    log = await open_redis_log(scene.valkey.url)
    await log.append(append_of(forged))
    await log.close()


def test_a_forged_redaction_removes_nothing(scene: Scene) -> None:
    """Without the service's seal it raises the alarm, and what it names stays: in the log, in
    answers, and in what a reader finds. A text that is taken away by hand then is tampering."""
    asyncio.run(forge(scene))
    with scene.store() as store:
        before = entries(store)
    with scene.service() as service, service.client() as client:
        assert alarms(service) == [("kursk", COUNT + 1)]
        assert verify(service, scene.vkey) == (4, None)
        assert client.get("/v1/timelines/kursk/statements/s3").status_code == 200
        assert client.get("/health/ready").json()["redactions"]["pending"] == 0
    with scene.store() as store:
        assert entries(store)[: len(before)] == before
        rewrite(store, taken_away)
    with scene.service() as service:
        assert verify(service, scene.vkey) == (1, 5)


def taken_away(fields: list[dict[bytes, bytes]]) -> list[dict[bytes, bytes]]:
    entry = of(fields, 5)
    del entry[b"s"], entry[b"d"]
    entry[b"r"] = b"%d" % (COUNT + 1)
    return fields


def test_a_folder_put_back_is_seen_by_who_saved_a_checkpoint(scene: Scene, tmp_path: Path) -> None:
    """Keys and all are put back to an earlier day: nothing is wrong there, but for the checkpoint
    in the auditor's hands."""
    saved = tmp_path / "saved"
    with scene.store() as store:
        kept = {key: store.dump(key) for key in store.keys("*")}
    files = {path: path.read_bytes() for path in scene.data.iterdir() if path.is_file()}
    with scene.service() as service:
        write(service, "kursk", range(COUNT, COUNT + 4))
        signed(service, "kursk", COUNT + 4)
        with service.client() as client:
            saved.write_bytes(client.get("/v1/timelines/kursk/checkpoint").content)
        assert verify(service, scene.vkey, "--since", str(saved)) == (0, None)
    with scene.store() as store:
        store.flushall()
        for key, dumped in kept.items():
            store.restore(key, 0, dumped)
    for path in scene.data.iterdir():
        if path.is_file():
            path.unlink()
    for path, body in files.items():
        path.write_bytes(body)
        path.chmod(0o600)
    with scene.service() as service:
        assert alarms(service) == []
        assert verify(service, scene.vkey) == (0, None)
        assert verify(service, scene.vkey, "--since", str(saved)) == (1, COUNT + 1)
        write(service, "kursk", range(COUNT + 10, COUNT + 16))
        signed(service, "kursk", COUNT + 6)
        code, _ = verify(service, scene.vkey, "--since", str(saved))
        assert code == 1
