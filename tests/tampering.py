"""A log to tamper with: two timelines, all signed, and what the service says of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis

from tests.intrusions import COUNT
from tests.looks import look_again
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, running, said

LOG_FILES = "appendonlydir"


class Scene(NamedTuple):
    """A server of its own, and the service's folder."""

    valkey: ValkeyServer
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def vkey(self) -> str:
        """Kursk's verifier key."""
        return (self.folder / "vkey").read_text()

    @contextmanager
    def service(self) -> Iterator[Service]:
        with running(
            self.folder, "--redis-url", self.valkey.url, ONRECORD_PARTITIONS="1"
        ) as service:
            yield service

    @contextmanager
    def store(self) -> Iterator[Any]:
        """Redis itself, for an intruder."""
        with redis.Redis(unix_socket_path=str(self.valkey.socket)) as client:
            yield client


@pytest.fixture(scope="session")
def kept_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that is copied for each scene: the log's files and the service's."""
    folder = tmp_path_factory.mktemp("scene")
    with ValkeyServer(*DURABLE) as valkey:
        made = Scene(valkey, folder)
        with made.service() as service:
            for name in ("kursk", "other"):
                write(service, name, range(COUNT - 1))
                signed(service, name, COUNT)
            (folder / "vkey").write_text(vkey_of(service))
        shutil.copytree(valkey.folder / LOG_FILES, folder / LOG_FILES)
    return folder


@pytest.fixture
def scene(kept_scene: Path, tmp_path: Path) -> Iterator[Scene]:
    """Two timelines, all signed, with the service stopped."""
    valkey = ValkeyServer(*DURABLE)
    shutil.copytree(kept_scene / LOG_FILES, valkey.folder / LOG_FILES)
    shutil.copytree(kept_scene / "data", tmp_path / "data")
    shutil.copy(kept_scene / "vkey", tmp_path / "vkey")
    with valkey:
        yield Scene(valkey, tmp_path)


def write(service: Service, name: str, numbers: range) -> None:
    with service.client() as client:
        client.put(f"/v1/timelines/{name}", json={"title": name})
        statements = [said(f"s{n}") for n in numbers]
        answer = client.post(f"/v1/timelines/{name}/statements", json=statements)
        assert answer.status_code == 201, answer.text


def signed(service: Service, name: str, size: int) -> None:
    """Return once a checkpoint covers this many events."""
    with service.client() as client:
        while True:
            answer = client.get(f"/v1/timelines/{name}/checkpoint")
            if answer.status_code == 200 and int(answer.text.split("\n")[1]) >= size:
                return
            look_again()


def alarms(service: Service) -> list[tuple[str, int]]:
    """The alarms, once the whole log was examined: the untouched timeline is signed again then."""
    with service.client() as client:
        while (answer := client.get("/v1/timelines/other")).status_code == 503:
            look_again()  # keys and grants are folded again
        head = answer.json()["revision"]
        write(service, "other", range(100 + head, 101 + head))
        head = client.get("/v1/timelines/other").json()["revision"]
        signed(service, "other", head)
        answer = client.get("/health/audit")
        found = [(alarm["timeline"], alarm["revision"]) for alarm in answer.json()["alarms"]]
        assert answer.status_code == (503 if found else 200)
        assert (f"onrecord_audit_alarm {float(bool(found))}") in client.get("/metrics").text
        assert len(client.get("/health/ready").json()["audit"]) == len(found)
    return found


def vkey_of(service: Service, name: str = "kursk") -> str:
    with service.client() as client:
        return client.get(f"/v1/timelines/{name}/keys").text.splitlines()[0]


def verify(service: Service, vkey: str, *more: str, name: str = "kursk") -> tuple[int, int | None]:
    """The exit code and the first bad revision."""
    asked = ("verify", service.url, "--timeline", name, "--vkey", vkey)
    done = service.program.run(*asked, *more)
    assert "Traceback" not in done.err
    (report,) = done.answer["timelines"]
    return done.code, report["revision"]


@contextmanager
def replica(scene: Scene) -> Iterator[Service]:
    """Another service on the same log, with a folder of its own, the seal key and the owner's
    key."""
    folder = scene.folder / "second"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name in ("seal.key", "owner.key"):
        shutil.copy(scene.data / name, folder / "data" / name)
    with running(folder, "--redis-url", scene.valkey.url) as service:
        yield service
    assert not (folder / "data" / "signing.key").exists()


def raised(service: Service, count: int = 1) -> list[tuple[str, int]]:
    """The alarms, once there are so many."""
    with service.client() as client:
        while len((answer := client.get("/health/audit")).json()["alarms"]) < count:
            look_again()
        assert "onrecord_audit_alarm 1.0" in client.get("/metrics").text
        assert answer.json()["signing"]["signs"] is False
        return [(alarm["timeline"], alarm["revision"]) for alarm in answer.json()["alarms"]]
