"""A log that was tampered with while nobody looked, and accidents that only look like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import redis

from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, running, said

COUNT = 8
"""Revisions of each timeline: the opening, and statements."""
LOG = "onrecord:{0}:log"


class Scene(NamedTuple):
    """A server of its own, and the service's folder."""

    valkey: ValkeyServer
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def service(self) -> Iterator[Service]:
        with running(self.folder, "--redis-url", self.valkey.url) as service:
            yield service

    @contextmanager
    def store(self) -> Iterator[Any]:
        """Redis itself, as somebody has it who broke in."""
        client = redis.Redis(unix_socket_path=str(self.valkey.socket))
        try:
            yield client
        finally:
            client.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two timelines with all that they have signed, and the service stopped."""
    with ValkeyServer(*DURABLE) as valkey:
        made = Scene(valkey, tmp_path)
        with made.service() as service:
            for name in ("kursk", "other"):
                write(service, name, range(COUNT - 1))
                signed(service, name, COUNT)
        yield made


def write(service: Service, name: str, numbers: range) -> None:
    with httpx.Client(base_url=service.url) as client:
        client.put(f"/v1/timelines/{name}", json={"title": name})
        statements = [said(f"s{n}") for n in numbers]
        answer = client.post(f"/v1/timelines/{name}/statements", json=statements)
        assert answer.status_code == 201, answer.text


def signed(service: Service, name: str, size: int) -> None:
    """Return once a checkpoint covers so much."""
    with httpx.Client(base_url=service.url) as client:
        while True:
            answer = client.get(f"/v1/timelines/{name}/checkpoint")
            if answer.status_code == 200 and int(answer.text.split("\n")[1]) >= size:
                return


def alarms(service: Service) -> list[tuple[str, int]]:
    """The alarms, once the whole log was looked at: the untouched timeline is signed again then."""
    with httpx.Client(base_url=service.url) as client:
        head = client.get("/v1/timelines/other").json()["revision"]
        write(service, "other", range(100 + head, 101 + head))
        head = client.get("/v1/timelines/other").json()["revision"]
        signed(service, "other", head)
        answer = client.get("/health/audit")
        found = [(alarm["timeline"], alarm["revision"]) for alarm in answer.json()["alarms"]]
        assert answer.status_code == (503 if found else 200)
        assert (f"onrecord_audit_alarm {float(bool(found))}") in client.get("/metrics").text
        assert len(client.get("/health/ready").json()["audit"]) == len(found)
    return found


def entries(store: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    found: list[tuple[bytes, dict[bytes, bytes]]] = store.xrange(LOG)
    return found


def rewrite(store: Any, change: Callable[[list[dict[bytes, bytes]]], list[Any]]) -> None:
    """The stream anew, with entries that were changed."""
    fields = change([dict(fields) for _, fields in entries(store)])
    store.delete(LOG)
    for position, entry in enumerate(fields, 1):
        store.xadd(LOG, entry, id=f"{position}-0")


def of(fields: list[dict[bytes, bytes]], revision: int) -> dict[bytes, bytes]:
    """Kursk's entry of that revision."""
    mark = b'{"timeline":"kursk","revision":%d,' % revision
    return next(entry for entry in fields if entry[b"h"].startswith(mark))


def altered(field: bytes, old: bytes, new: bytes) -> Callable[[list[Any]], list[Any]]:
    def change(fields: list[Any]) -> list[Any]:
        entry = of(fields, 5)
        assert old in entry[field]
        entry[field] = entry[field].replace(old, new)
        return fields

    return change


def another_salt(fields: list[Any]) -> list[Any]:
    of(fields, 5)[b"s"] = b"0" * 32
    return fields


def swapped(fields: list[Any]) -> list[Any]:
    a, b = of(fields, 5), of(fields, 6)
    i, j = fields.index(a), fields.index(b)
    fields[i], fields[j] = b, a
    return fields


def without(*revisions: int) -> Callable[[list[Any]], list[Any]]:
    def change(fields: list[Any]) -> list[Any]:
        gone = [of(fields, revision) for revision in revisions]
        return [entry for entry in fields if entry not in gone]

    return change


def copied(fields: list[Any]) -> list[Any]:
    return [*fields[:-1], of(fields, 5), fields[-1]]


def emptied(fields: list[Any]) -> list[Any]:
    entry = of(fields, 5)
    del entry[b"s"], entry[b"d"]
    return fields


def as_if_redacted(fields: list[Any]) -> list[Any]:
    emptied(fields)
    of(fields, 5)[b"r"] = b"7"
    return fields


MATRIX: dict[str, tuple[Callable[[list[Any]], list[Any]], int]] = {
    "a header altered": (altered(b"h", b'"author":"anonymous"', b'"author":"anonymouz"'), 5),
    "a time altered": (altered(b"h", b'"recorded_at":"20', b'"recorded_at":"19'), 5),
    "data altered": (altered(b"d", b"KCNA", b"KCNB"), 5),
    "a salt altered": (another_salt, 5),
    "a seal altered": (altered(b"h", b'"seal":"', b'"seal":"0'), 5),
    "events swapped": (swapped, 5),
    "an event deleted": (without(5), 5),
    "the end cut off": (without(6, 7, 8), 6),
    "an event copied": (copied, 9),
    "a timeline dropped": (without(*range(1, COUNT + 1)), 1),
    "data removed": (emptied, 5),
    "data removed as if it was redacted": (as_if_redacted, 5),
}


@pytest.mark.parametrize("name", MATRIX)
def test_the_matrix(scene: Scene, name: str) -> None:
    """Each tampering with what is signed raises the alarm with its revision; the timeline is
    signed no more, writing and reading go on, and the others are signed."""
    change, revision = MATRIX[name]
    with scene.store() as store:
        rewrite(store, change)
    with scene.service() as service:
        assert alarms(service) == [("kursk", revision)]
        with httpx.Client(base_url=service.url) as client:
            there = client.get("/v1/timelines/kursk").status_code == 200
            note = client.get("/v1/timelines/kursk/checkpoint").text
            assert note.split("\n")[1] == str(COUNT) if there else name == "a timeline dropped"
    assert (scene.folder / "stderr").read_text().count("audit alarm") == 1


def test_an_old_store_put_back_is_noticed(scene: Scene) -> None:
    """A store that lacks what was signed, revisions and all."""
    with scene.store() as store:
        kept = {key: store.dump(key) for key in store.keys("*")}
    with scene.service() as service:
        write(service, "kursk", range(COUNT, COUNT + 4))
        signed(service, "kursk", COUNT + 4)
    with scene.store() as store:
        store.flushall()
        for key, dumped in kept.items():
            store.restore(key, 0, dumped)
    with scene.service() as service:
        assert alarms(service) == [("kursk", COUNT + 1)]


def test_an_alarm_stays_until_somebody_acts(scene: Scene) -> None:
    """What was tampered with and put back is still told after a restart; with the alarm taken
    away by hand, signing goes on."""
    with scene.store() as store:
        before = entries(store)
        rewrite(store, MATRIX["data altered"][0])
    with scene.service() as service:
        assert alarms(service) == [("kursk", 5)]
    with scene.store() as store:
        later = [dict(fields) for _, fields in entries(store)][len(before) :]
        rewrite(store, lambda _: [*(fields for _, fields in before), *later])
    with scene.service() as service:
        assert alarms(service) == [("kursk", 5)]
    (scene.data / "alarms.json").unlink()
    with scene.service() as service:
        assert alarms(service) == []
        write(service, "kursk", range(20, 21))
        signed(service, "kursk", COUNT + 1)


def test_a_lost_state_signs_nothing(scene: Scene) -> None:
    """Beside a key and a log the state must be there: else every timeline has an alarm."""
    (scene.data / "signed.json").unlink()
    with scene.service() as service, httpx.Client(base_url=service.url) as client:
        while client.get("/health/audit").status_code == 200:
            pass
        found = client.get("/health/audit").json()["alarms"]
        assert [alarm["timeline"] for alarm in found] == ["kursk", "other"]
        assert client.get("/v1/timelines/kursk/checkpoint").status_code == 404


@pytest.mark.parametrize("lost", ["readmodel-*", "ledger.sqlite3*", "*.sqlite3*"])
def test_what_is_made_anew_is_no_alarm(scene: Scene, lost: str) -> None:
    """Without the read model, or without the ledger, all is made from the log again, nothing is
    signed twice at one size, and signing goes on."""
    before = (scene.data / "signed.json").read_bytes()
    for path in scene.data.glob(lost):
        path.unlink()
    with scene.service() as service:
        assert alarms(service) == []
        write(service, "kursk", range(20, 21))
        signed(service, "kursk", COUNT + 1)
    assert before != (scene.data / "signed.json").read_bytes()


def test_what_no_checkpoint_covers_may_be_lost(scene: Scene) -> None:
    """A failover that lost the last events raises no alarm where they were not signed yet."""
    with scene.store() as store:
        kept = {key: store.dump(key) for key in store.keys("*")}
    hidden = scene.data / "signing.key"
    hidden.rename(scene.folder / "hidden")
    with scene.service() as service:
        write(service, "kursk", range(COUNT, COUNT + 4))
    (scene.folder / "hidden").rename(hidden)
    with scene.store() as store:
        store.flushall()
        for key, dumped in kept.items():
            store.restore(key, 0, dumped)
    with scene.service() as service:
        assert alarms(service) == []


def test_only_what_is_durable_is_signed(tmp_path: Path) -> None:
    """At `everysec` nothing is signed while the server synchronises nothing to its disk, though it
    can be read; and as soon as it does, it is."""
    with ValkeyServer("--appendonly", "yes", "--appendfsync", "everysec") as valkey:
        made = Scene(valkey, tmp_path)
        with made.service() as service, made.store() as store:
            write(service, "kursk", range(3))
            signed(service, "kursk", 4)
            store.config_set("appendfsync", "no")
            with httpx.Client(base_url=service.url, timeout=30) as client:
                path = "/v1/timelines/kursk/statements?wait=checkpoint"
                assert client.post(path, json=said("x")).headers["Onrecord-Checkpoint"] == "pending"
                events = client.get("/v1/timelines/kursk/events").json()
                assert events["head"] == 5
                store.config_set("appendfsync", "everysec")
                assert client.post(path, json=said("y")).headers["Onrecord-Checkpoint"] == "6"
                assert client.get("/health/audit").json()["alarms"] == []
